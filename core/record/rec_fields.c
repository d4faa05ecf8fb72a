#include "record/rec_compile.h"

#include <string.h>

#include "base/str.h"
#include "record/sql_word.h"

enum { SCALE_MAX = 6 };

struct type_info {
    const char *sql;
    const char *suffix[3]; /* column name endings; NULL ends */
    const char *sql_more;  /* type of the further columns, where it differs */
};

static const struct type_info plain_text = {"text", {"", NULL, NULL}, NULL};

static struct type_info type_info(const struct wl_field *d)
{
    static const struct type_info by_type[] = {
        [WL_TEXT] = {"text", {""}, NULL},
        [WL_NAME] = {"text", {""}, NULL},
        [WL_INTEGER] = {"bigint", {""}, NULL},
        [WL_MONEY] = {"bigint", {""}, NULL},
        [WL_BOOL] = {"boolean", {""}, NULL},
        [WL_DATE] = {"date", {""}, NULL},
        [WL_TIME] = {"timestamp with time zone", {""}, NULL},
        [WL_CHOICE] = {"text", {""}, NULL},
        [WL_CHOICES] = {"text[]", {""}, NULL},
        [WL_REFERENCE] = {"uuid", {""}, NULL},
        [WL_STAFF] = {"uuid", {""}, NULL},
        [WL_DIVISION] = {"bigint", {""}, NULL},
        [WL_ID_NUMBER] = {"bytea", {"_enc", "_idx", "_mask"}, "text"},
        [WL_PHONE] = {"bytea", {"_enc", "_idx", "_mask"}, "text"},
        [WL_SERIAL] = {"text", {""}, NULL},
        [WL_DECIMAL] = {"numeric", {""}, NULL}, /* and its scale */
        [WL_CLOCK] = {"time without time zone", {""}, NULL},
        [WL_USCC] = {"text", {""}, NULL},
        [WL_FILE] = {"uuid", {""}, NULL},
        [WL_LIST] = {"jsonb", {""}, NULL},
        [WL_CARD] = {"bytea", {"_enc", "_idx", "_mask"}, "text"},
    };
    if (d->type == WL_NAME && (d->flags & WL_SEARCHED))
        return (struct type_info){"text", {"", "_py", "_pi"}, NULL};
    if (d->type < sizeof by_type / sizeof by_type[0])
        return by_type[d->type];
    return plain_text;
}

/* ---- checks of one field --------------------------------------------------------------------- */

bool rec_word_valid(const char *s)
{
    if (!s || !(*s >= 'a' && *s <= 'z') || strlen(s) > 48)
        return false;
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == 0;
}

static bool name_reserved(const char *s)
{
    return str_has_word(
        "county id div township org version change created_at created_by updated_at "
        "updated_by deleted_at readers",
        s);
}

bool rec_fragment_whole(const char *s)
{
    int depth = 0;
    for (char quote = 0; *s; s++) {
        if (quote) {
            quote = *s == quote ? 0 : quote;
            continue;
        }
        if (*s == '\'' || *s == '"')
            quote = *s;
        depth += (*s == '(') - (*s == ')');
        if (depth < 0 || strchr(";$", *s) || (s[0] == '-' && s[1] == '-') ||
            (s[0] == '/' && s[1] == '*'))
            return false;
        if (quote && !strchr(s + 1, quote))
            return false;
    }
    return depth == 0;
}

bool rec_card_shown(const struct wl_field *f, unsigned *head, unsigned *tail)
{
    const char *s = f->of ? f->of : "";
    if (strlen(s) != 3 || s[1] != ' ' || strspn(s, "0123456789") != 1 ||
        strspn(s + 2, "0123456789") != 1)
        return false;
    *head = (unsigned)(s[0] - '0');
    *tail = (unsigned)(s[2] - '0');
    return true;
}

static bool serial_letter(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return n >= 1 && n <= 3 && !s[n];
}

static const char *name_fault(const struct wl_field *f)
{
    if (!rec_word_valid(f->name))
        return "the name must be lower-case snake_case of at most 48 characters";
    if (name_reserved(f->name))
        return "the name is one of the common columns; choose another";
    if (sql_reserved(f->name))
        return "the name is a reserved word of SQL; choose another";
    return NULL;
}

static bool file_kinds(const char *words)
{
    size_t n;
    int known = 0, all = 0;
    for (const char *at = words, *w; (w = str_word_next(&at, &n)); all++) {
        char word[16];
        known += str_format(word, sizeof word, "%.*s", (int)n, w) &&
                 str_has_word("image pdf office text audio", word);
    }
    return all > 0 && known == all;
}

static const char *list_fault(const struct wl_field *f)
{
    if (!f->items.rows || f->items.count == 0)
        return "items are missing; name the fields of one item with WL_ROWS";
    if (f->items.count > REC_ITEM_FIELDS_MAX)
        return "an item has more than 24 fields; make it a record of its own";
    if (f->min < 0 || f->max > REC_ITEMS_MAX)
        return "min and max count items: 0 to 1000; what grows beyond is a record of its own";
    if (f->compute.text)
        return "a list is given, not computed; drop `compute`";
    return NULL;
}

static const char *card_fault(const struct wl_field *f)
{
    enum { CARD_MAX = 40 };
    unsigned head, tail;
    if (!rec_card_shown(f, &head, &tail))
        return "`of` of a card must say how many characters its mask leaves first and last:"
               " \"6 0\"";
    if (f->min < 0 || f->max > CARD_MAX)
        return "min and max count letters and digits: 1 to 40";
    return NULL;
}

static const char *type_fault(const struct wl_field *f)
{
    bool needs_of = f->type == WL_CHOICE || f->type == WL_CHOICES || f->type == WL_REFERENCE ||
                    f->type == WL_SERIAL;
    if (f->type == WL_TYPE_UNSET || f->type > WL_CARD)
        return "type is unset or unknown; set .type to a WL_ type";
    if (f->sensitivity == WL_CLASS_UNSET || f->sensitivity > WL_CLASS_4)
        return "sensitivity class is unset; set .sensitivity to WL_CLASS_0 … WL_CLASS_4";
    if (needs_of && !f->of)
        return "`of` must name the code table, record or serial letter";
    if (f->type == WL_SERIAL && !serial_letter(f->of))
        return "`of` of a serial must be one to three capital letters";
    if (f->max < f->min)
        return "max is below min; swap them";
    if (f->type == WL_FILE && f->of && !file_kinds(f->of))
        return "`of` of a file names kinds: some of image pdf office text audio";
    if (f->type == WL_CARD && card_fault(f))
        return card_fault(f);
    if (f->scale && f->type != WL_DECIMAL)
        return "only WL_DECIMAL has a scale; drop .scale";
    if (f->scale > SCALE_MAX)
        return "scale must be 0 to 6";
    if (f->type == WL_LIST)
        return list_fault(f);
    if (f->items.count)
        return "only WL_LIST has items; drop .items";
    if (f->compute.text && !rec_fragment_whole(f->compute.text))
        return "compute " REC_FRAGMENT_FAULT;
    return NULL;
}

/* Flags that a type or another flag excludes. */
static const char *flag_fault(const struct wl_field *f)
{
    enum { KNOWN = 2 * WL_KEY - 1, SORT_TEXT_MAX = 100 };
    bool words = f->type == WL_TEXT || f->type == WL_NAME;
    bool many = f->type == WL_CHOICES || f->type == WL_LIST;
    if (f->flags & ~(uint32_t)KNOWN)
        return "has a flag this server does not know; it needs a newer server";
    if (f->compute.text && !(f->flags & WL_COMPUTED))
        return "has `compute` but not WL_COMPUTED; add the flag";
    if ((f->flags & WL_REQUIRED) && (f->flags & (WL_COMPUTED | WL_ACTION)))
        return "cannot be required and computed or set by an action; drop WL_REQUIRED";
    if (rec_is_encrypted(f->type) && (f->flags & (WL_FILTER | WL_SORT)))
        return "encrypted fields are searched, not filtered or sorted; drop WL_FILTER and WL_SORT";
    if ((f->flags & WL_FILTER) && (many || f->type == WL_SERIAL || f->type == WL_FILE))
        return "lists, files and serials are not filtered; drop WL_FILTER";
    if ((f->flags & WL_SORT) && (many || f->type == WL_FILE || !(f->flags & WL_LISTED)))
        return "only a listed field of one value can be sorted by; add WL_LISTED or drop WL_SORT";
    if ((f->flags & WL_SORT) && words && (!f->max || f->max > SORT_TEXT_MAX))
        return "a text to sort by needs a max of at most 100: it travels in the cursor";
    if ((f->flags & WL_SEARCHED) && f->type != WL_NAME && !rec_is_encrypted(f->type))
        return "only names, id numbers and phones are searched; drop WL_SEARCHED";
    if ((f->flags & WL_NOT_FUTURE) && f->type != WL_DATE && f->type != WL_TIME)
        return "only dates and times can be WL_NOT_FUTURE; drop it";
    if ((f->flags & WL_WITHIN) && f->type != WL_DIVISION)
        return "only divisions can be WL_WITHIN; drop it";
    return NULL;
}

/* A list keeps its items as they came: nothing in them is encrypted, joined or made. */
static const char *item_fault(const struct wl_field *f)
{
    static const char kept[] = "an item holds no encrypted type, file, reference, staff, serial or "
                               "list; keep it in a record of its own";
    bool counts = f->type && f->type <= WL_CARD && !rec_is_encrypted(f->type) &&
                  !rec_is_reference(f->type) && f->type != WL_SERIAL && f->type != WL_LIST;
    if (!rec_word_valid(f->name))
        return "the name must be lower-case snake_case of at most 48 characters";
    if (f->type && f->type <= WL_CARD && !counts)
        return kept;
    if (f->flags & ~(uint32_t)WL_REQUIRED || f->compute.text)
        return "of an item's field only WL_REQUIRED counts; drop the other flags and `compute`";
    return NULL;
}

static const char *field_fault(const struct wl_field *f)
{
    const char *fault = name_fault(f);
    if (!fault)
        fault = type_fault(f);
    return fault ? fault : flag_fault(f);
}

bool rec_fail(struct arena *a, const char **why, const struct rec *r, const char *part,
              const char *name, const char *text)
{
    *why = arena_printf(a, "%s: record %s: %s %s: %s", r->owner, r->d.name ? r->d.name : "?", part,
                        name ? name : "?", text);
    return false;
}

static struct jw_name key_made(struct arena *a, const char *name)
{
    const char *text = arena_printf(a, ",\"%s\":", name);
    return (struct jw_name){text, strlen(text)};
}

/* An item's class is its list's. */
static bool items_add(struct arena *a, struct rec *r, struct rec_field *f, const char **why)
{
    f->items = arena_alloc(a, sizeof *f->items * (f->d.items.count + 1u));
    for (uint32_t i = 0; i < f->d.items.count; i++) {
        struct rec_field *x = &f->items[f->nitems];
        table_row(&f->d.items, i, &x->d, sizeof x->d);
        x->d.sensitivity = f->d.sensitivity;
        const char *name = x->d.name;
        const char *fault = item_fault(&x->d);
        if (!fault)
            fault = type_fault(&x->d);
        for (int k = 0; k < f->nitems && !fault; k++)
            fault = str_eq(f->items[k].d.name, name) ? "declared twice; drop one" : NULL;
        if (fault)
            return rec_fail(a, why, r, "field",
                            arena_printf(a, "%s: item field %s", f->d.name, name ? name : "?"),
                            fault);
        x->key = key_made(a, name);
        f->nitems++;
    }
    return true;
}

static bool field_add(struct arena *a, struct rec *r, const struct wl_field *d, const char **why)
{
    const char *fault = field_fault(d);
    if (!fault && rec_field_find(r, d->name) >= 0)
        fault = "declared twice; drop one";
    if (fault)
        return rec_fail(a, why, r, "field", d->name, fault);
    struct type_info info = type_info(d);
    struct rec_field *f = &r->fields[r->nfields];
    f->d = *d;
    f->key = key_made(a, d->name);
    f->pointer = arena_printf(a, "/%s", d->name);
    f->column = r->ncolumns;
    for (int i = 0; i < 3 && info.suffix[i]; i++) {
        if (r->ncolumns == REC_COLUMNS_MAX)
            return rec_fail(a, why, r, "field", d->name, "too many columns; split the record");
        struct rec_column *c = &r->columns[r->ncolumns++];
        c->name = arena_printf(a, "%s%s", d->name, info.suffix[i]);
        c->type = i == 2 && info.sql_more ? info.sql_more : info.sql;
        if (d->type == WL_DECIMAL)
            c->type = arena_printf(a, "numeric(18,%u)", (unsigned)d->scale);
        c->field = r->nfields;
        c->not_null =
            (d->flags & WL_REQUIRED) || d->type == WL_SERIAL || ((d->flags & WL_SORT) != 0);
        f->ncolumns++;
    }
    r->nfields++;
    return items_add(a, r, f, why);
}

bool rec_fields_compile(struct arena *a, struct rec *r, const char **why)
{
    for (uint32_t i = 0; i < r->d.fields.count; i++) {
        struct wl_field d;
        table_row(&r->d.fields, i, &d, sizeof d);
        if (r->nfields == REC_FIELDS_MAX)
            return rec_fail(a, why, r, "field", d.name, "too many fields");
        if (!field_add(a, r, &d, why))
            return false;
    }
    return true;
}
