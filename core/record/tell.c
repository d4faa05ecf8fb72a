#include "record/tell.h"

#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "iam/permission.h"
#include "record/label.h"
#include "record/rec_compile.h"
#include "record/record.h"

enum { TEXT_MAX = 16 * 1024 };

/* One notice of a record, worked out. */
struct rec_tell {
    struct wl_notice d;
    const char *sql;
};

/* ---- texts ----------------------------------------------------------------------------------- */

static const char *buf_text(struct arena *a, struct buf *b)
{
    const char *text = b->over ? NULL : arena_strndup(a, b->p ? b->p : "", b->n);

    buf_free(b);
    return text;
}

/* "{no}": the next placeholder's name and where it ends; NULL when there is none. */
static const char *placeholder(const char *text, size_t *n, const char **end)
{
    const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;

    if (!close)
        return NULL;
    *n = (size_t)(close - open) - 1;
    *end = close + 1;
    return open + 1;
}

static const char *arg_fault(struct arena *a, const struct rec *r, const char *name)
{
    int i = rec_field_find(r, name);
    const struct wl_field *d = i >= 0 ? &r->fields[i].d : NULL;

    if (!d)
        return arena_printf(a, "its text names {%s}, which is no field; mend the text", name);
    if (d->sensitivity > WL_CLASS_1)
        return arena_printf(a,
                            "its text shows {%s}, a field of class %d; a notice leaves the house"
                            ": name fields of class 0 or 1 only",
                            name, (int)d->sensitivity - 1);
    if (rec_is_encrypted(d->type) || d->type == WL_REFERENCE || d->type == WL_FILE ||
        d->type == WL_LIST)
        return arena_printf(
            a, "its text shows {%s}, which is no word or number to be read; drop it", name);
    return NULL;
}

/* The value as text; what a language says of it waits until somebody reads. */
static const char *arg_value(struct arena *a, const struct rec_field *f)
{
    const char *x = f->d.name;

    switch (f->d.type) {
    case WL_TIME:
        return arena_printf(a, LOCAL_MINUTE("t.%s"), x);
    case WL_CLOCK:
        return arena_printf(a, "to_char(t.%s, 'HH24:MI')", x);
    case WL_MONEY:
        return arena_printf(a, "to_char(t.%s / 100.0, 'FM999999999999990.00')", x);
    case WL_CHOICES:
        return arena_printf(a, "array_to_string(t.%s, ' ')", x);
    case WL_DIVISION:
        return arena_printf(a,
                            "(select d.name from core.division d where d.code = t.%s"
                            " order by d.valid_from desc limit 1)",
                            x);
    case WL_STAFF:
        return arena_printf(a, "core.staff_name(t.%s)", x);
    default:
        return arena_printf(a, "t.%s::text", x);
    }
}

/* Marks the fields that the text names in one language. */
static bool args_mark(struct arena *a, const struct rec *r, const char *text, uint64_t *args,
                      const char **fault)
{
    const char *name, *end;
    size_t n;

    for (const char *at = text; (name = placeholder(at, &n, &end)); at = end) {
        const char *word = arena_strndup(a, name, n);

        *fault = arg_fault(a, r, word);
        if (*fault)
            return false;
        *args |= UINT64_C(1) << rec_field_find(r, word);
    }
    return true;
}

static const char *args_object(struct arena *a, const struct rec *r, uint64_t args)
{
    const char *separator = "";
    struct buf b;

    buf_init(&b, TEXT_MAX);
    buf_str(&b, "jsonb_build_object(");
    for (int i = 0; i < r->nfields; i++)
        if (args >> i & 1) {
            buf_printf(&b, "%s'%s', %s", separator, r->fields[i].d.name,
                       arg_value(a, &r->fields[i]));
            separator = ", ";
        }
    buf_str(&b, ")");
    return buf_text(a, &b);
}

const char *tell_title_args(struct arena *a, const struct rec *r)
{
    uint64_t args = 0;
    size_t n;

    for (const char *at = r->d.title, *w; at && (w = str_word_next(&at, &n));) {
        const char *word = arena_strndup(a, w, n);

        if (!arg_fault(a, r, word))
            args |= UINT64_C(1) << rec_field_find(r, word);
    }
    return args_object(a, r, args);
}

static const char *tell_args(struct arena *a, const struct rec *r, const char *text,
                             const char **fault)
{
    const char *key = arena_printf(a, "notice.%s", text);
    const char *zh = message_find(LANG_ZH, r->owner, key),
               *en = message_find(LANG_EN, r->owner, key);
    uint64_t args = 0;

    *fault = NULL;
    if (!zh || !en) {
        *fault = arena_printf(a, "has no text: add \"%s\" to messages/zh-CN.json and en.json", key);
        return NULL;
    }
    if (!args_mark(a, r, zh, &args, fault) || !args_mark(a, r, en, &args, fault))
        return NULL;
    return args_object(a, r, args);
}

/* ---- who ------------------------------------------------------------------------------------- */

static const char *to_fault(struct arena *a, const struct rec *r, const char *word)
{
    int field = rec_field_find(r, word);

    if (word[0] == '@' && !role_find(word + 1))
        return arena_printf(a, "`to` names %s, and there is no such role", word);
    if (word[0] != '@' && field < 0)
        return arena_printf(a, "`to` names %s, which is no field; roles begin with @", word);
    if (word[0] != '@' && r->fields[field].d.type != WL_STAFF)
        return arena_printf(a, "`to` names %s, which is no WL_STAFF field", word);
    return NULL;
}

const char *tell_to(struct arena *a, const struct rec *r, const char *words, const char **fault)
{
    const char *staff = "", *roles = "";
    size_t n;

    *fault = NULL;
    for (const char *at = words, *w; at && (w = str_word_next(&at, &n));) {
        const char *word = arena_strndup(a, w, n);

        *fault = to_fault(a, r, word);
        if (*fault)
            return NULL;
        if (word[0] == '@')
            roles = arena_printf(a, "%s%s%s", roles, *roles ? "," : "", word + 1);
        else
            staff = arena_printf(a, "%s%st.%s", staff, *staff ? ", " : "", word);
    }
    if (!*staff && !*roles) {
        *fault = "`to` must name WL_STAFF fields or roles: \"staff @station_head\"";
        return NULL;
    }
    return arena_printf(a, "array[%s]::uuid[], '{%s}'::text[]", staff, roles);
}

/* ---- when ------------------------------------------------------------------------------------ */

/* A chore of any module may write rows of the record. */
static bool is_chore(const struct rec *r, const char *word)
{
    const struct rec *x;

    for (int i = 0; (x = rec_at(i)); i++)
        for (uint32_t k = 0; k < x->plugin->chores.count; k++) {
            struct wl_chore c;
            table_row(&x->plugin->chores, k, &c, sizeof c);
            if (str_eq(c.name, word) && str_eq(c.record, r->name))
                return true;
        }
    return false;
}

static const char *on_fault(struct arena *a, const struct rec *r, const char *words)
{
    size_t n;
    bool some = false;

    for (const char *at = words, *w; at && (w = str_word_next(&at, &n)); some = true) {
        const char *word = arena_strndup(a, w, n);
        bool known = str_eq(word, "create") || is_chore(r, word);

        for (int i = 0; i < r->nactions && !known; i++)
            known = str_eq(r->actions[i].d.name, word);
        if (!known)
            return arena_printf(a,
                                "`on` names %s, which is neither create, nor an action of the "
                                "record, nor a chore that writes it; mend the word",
                                word);
    }
    return some ? NULL : "`on` must name what it tells of: create, actions, chores";
}

static bool key_valid(const char *text)
{
    return text && *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == 0;
}

static const char *tell_make(struct arena *a, const struct rec *r, int k, struct rec_tell *t)
{
    const char *fault = on_fault(a, r, t->d.on), *args, *to;

    if (fault)
        return fault;
    if (t->d.when.text && !rec_fragment_whole(t->d.when.text))
        return "when " REC_FRAGMENT_FAULT;
    if (!key_valid(t->d.text))
        return "`text` must be the rest of a message key: lower-case letters, digits, _ and .";
    if (!(to = tell_to(a, r, t->d.to, &fault)) || !(args = tell_args(a, r, t->d.text, &fault)))
        return fault;
    t->sql = arena_printf(
        a,
        "case when %s%s%s then core.notice_send('%s ' || t.id || ' ' || t.version || ' %d', '%s',"
        " t.id, t.div, '%s', '%s', %s, %s, %s) end",
        t->d.when.text ? "(" : "", t->d.when.text ? t->d.when.text : "true",
        t->d.when.text ? ")" : "", r->name, k, r->name, r->owner, t->d.text, args, to,
        rec_named(r) ? "t.readers" : "null");
    return NULL;
}

bool tells_build(struct arena *a, struct rec *r, const char **why)
{
    struct rec_tell *tells;

    if (r->d.notices.count == 0)
        return true;
    if (r->d.flags & WL_HANDED_ON)
        return rec_fail(a, why, r, "notice", NULL, TELL_NOT_HANDED_ON);
    if (r->d.notices.count > REC_TELLS_MAX)
        return rec_fail(a, why, r, "notice", NULL, "too many notices: at most 24");
    tells = arena_alloc(a, sizeof *tells * r->d.notices.count);
    for (uint32_t i = 0; i < r->d.notices.count; i++) {
        table_row(&r->d.notices, i, &tells[i].d, sizeof tells[i].d);
        const char *fault = tell_make(a, r, (int)i, &tells[i]);
        if (fault)
            return rec_fail(a, why, r, "notice", tells[i].d.text, fault);
    }
    r->tells = tells;
    r->ntells = (int)r->d.notices.count;
    r->tell_create = tells_stmt(a, r, "create");
    for (int i = 0; i < r->nactions; i++)
        r->actions[i].tell = tells_stmt(a, r, r->actions[i].d.name);
    return true;
}

/* ---- telling --------------------------------------------------------------------------------- */

bool tells_any(const struct rec *r, const char *on)
{
    for (int i = 0; i < r->ntells; i++)
        if (str_has_word(r->tells[i].d.on, on))
            return true;
    return false;
}

void tells_select(struct buf *b, const struct rec *r, const char *on)
{
    for (int i = 0; i < r->ntells; i++)
        if (str_has_word(r->tells[i].d.on, on)) {
            buf_str(b, ", ");
            buf_str(b, r->tells[i].sql);
        }
}

const struct db_stmt *tells_stmt(struct arena *a, const struct rec *r, const char *on)
{
    struct sql s = sql_new(a);

    if (!tells_any(r, on))
        return NULL;
    ADD(&s, "select t.id");
    tells_select(&s.b, r, on);
    ADD(&s, " from %s t where %s and t.id = $4::uuid and t.change = $5::uuid", r->name,
        rec_scope_where(r));
    return sql_stmt(&s);
}

void tells_add(struct call *c, struct db_batch *b, const struct db_stmt *stmt, const char *id)
{
    const char **p;

    if (!stmt)
        return;
    p = rec_params(c, 5);
    p[3] = id;
    p[4] = c->id;
    batch_add(b, stmt, 5, p);
}
