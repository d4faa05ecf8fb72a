/* JSON Schema of one field, as a row shows it and as a body may give it. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/label.h"
#include "record/output.h"
#include "record/schema.h"

#define EXACT INT64_C(9007199254740991) /* integers that JSON readers keep exactly */
enum { TEXT_MAX_DEFAULT = 2000, TEXTAREA_FROM = 200, CHOICES_MAX = 50, DECIMAL_DIGITS = 18 };

static const char uuid_pattern[] = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
static const char time_pattern[] =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
    "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

/* What each type is in JSON; input_pattern and check hold for bodies only. */
static const struct type_row {
    const char *json, *format, *pattern, *input_pattern, *check, *widget;
} types[] = {
    [WL_TEXT] = {"string", .check = "text", .widget = "text"},
    [WL_NAME] = {"string", .check = "text", .widget = "name"},
    [WL_INTEGER] = {"integer", .widget = "integer"},
    [WL_MONEY] = {"integer", .widget = "money"},
    [WL_BOOL] = {"boolean", .widget = "switch"},
    [WL_DATE] = {"string", .format = "date", .widget = "date"},
    [WL_TIME] = {"string", .format = "date-time", .input_pattern = time_pattern,
                 .widget = "datetime"},
    [WL_CHOICE] = {"string", .widget = "select"},
    [WL_CHOICES] = {"array", .widget = "multiselect"},
    [WL_REFERENCE] = {"string", .pattern = uuid_pattern, .widget = "reference"},
    [WL_STAFF] = {"string", .pattern = uuid_pattern, .widget = "staff"},
    [WL_DIVISION] = {"string", .pattern = "^[0-9]{12}$", .check = "county", .widget = "division"},
    [WL_ID_NUMBER] = {"string", .check = "cn-id18", .widget = "id_number"},
    [WL_PHONE] = {"string", .check = "cn-phone", .widget = "phone"},
    [WL_SERIAL] = {"string", .widget = "serial"},
    [WL_DECIMAL] = {"string", .widget = "decimal"},
    [WL_CLOCK] = {"string", .input_pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$",
                  .widget = "clock"},
    [WL_USCC] = {"string", .check = "cn-uscc", .widget = "uscc"},
    [WL_FILE] = {"string", .pattern = uuid_pattern, .widget = "file"},
    [WL_LIST] = {"array", .widget = "list"},
    [WL_CARD] = {"string", .widget = "card"},
};

const char *schema_json_type(uint32_t type)
{
    return types[type].json;
}

struct place {
    struct jw *w;
    const struct schema_view *v;
    const struct rec *r;
    const struct rec_field *f;
    const char *label; /* key */
    enum schema_mode mode;
    bool needed;
    bool state; /* the record's state field */
};

static bool is_input(const struct place *p)
{
    return p->mode < SCHEMA_ROW;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void type_write(const struct place *p)
{
    const char *json = types[p->f->d.type].json;
    jw_key(p->w, "type");
    if (p->needed) {
        jw_text(p->w, json);
        return;
    }
    jw_array(p->w);
    jw_text(p->w, json);
    jw_text(p->w, "null");
    jw_end(p->w, ']');
}

static bool code_valid(const struct code *k, struct date on)
{
    return date_compare(k->from, on) <= 0 && (!k->to.year || date_compare(on, k->to) < 0);
}

/* Bodies take the codes valid today; rows may hold older ones. Without code tables (a command that
 * has no database) there is nothing to enumerate. */
static void codes_write(const struct place *p, bool with_null)
{
    int n;
    const struct code *all = codes_all(&n);
    if (!codes_known(p->f->d.of))
        return;
    jw_key(p->w, "enum");
    jw_array(p->w);
    for (int i = 0; i < n; i++)
        if (str_eq(all[i].tab, p->f->d.of) && (!is_input(p) || code_valid(&all[i], p->v->today)))
            jw_text(p->w, all[i].code);
    if (with_null)
        jw_null(p->w);
    jw_end(p->w, ']');
}

static void states_write(const struct place *p)
{
    jw_key(p->w, "enum");
    jw_array(p->w);
    for (int i = 0; i < p->r->nstates; i++)
        jw_text(p->w, p->r->states[i]);
    jw_end(p->w, ']');
}

static void choices_write(const struct place *p)
{
    jw_key(p->w, "items");
    jw_object(p->w);
    jw_kv_text(p->w, "type", "string");
    codes_write(p, false);
    jw_end(p->w, '}');
    if (!is_input(p))
        return;
    jw_kv_bool(p->w, "uniqueItems", true);
    jw_kv_int(p->w, "maxItems", CHOICES_MAX);
    if (p->f->d.flags & WL_REQUIRED)
        jw_kv_int(p->w, "minItems", 1);
}

static void decimal_write(const struct place *p)
{
    uint32_t scale = p->f->d.scale;
    int whole = DECIMAL_DIGITS - (int)scale;
    jw_kv_text(p->w, "pattern",
               scale ? arena_printf(p->v->a, "^-?[0-9]{1,%d}([.][0-9]{1,%u})?$", whole, scale)
                     : arena_printf(p->v->a, "^-?[0-9]{1,%d}$", whole));
}

/* Letters and digits, full-width ones too; spaces and hyphens between them do not count. */
static void card_write(const struct place *p)
{
    enum { CARD_LEAST = 4, CARD_MOST = 40 };
    const struct wl_field *d = &p->f->d;
    jw_kv_text(p->w, "pattern",
               arena_printf(p->v->a,
                            "^[ 　－-]*([0-9A-Za-z０-９Ａ-Ｚａ-ｚ][ 　－-]*){%d,%d}$",
                            d->min ? (int)d->min : CARD_LEAST, d->max ? (int)d->max : CARD_MOST));
}

/* Limits of a body. A row may be older than the limit. */
static void limits_write(const struct place *p)
{
    const struct wl_field *d = &p->f->d;
    switch (d->type) {
    case WL_TEXT:
    case WL_NAME:
        jw_kv_int(p->w, "minLength", d->min > 1 ? d->min : 1);
        jw_kv_int(p->w, "maxLength", d->max ? d->max : TEXT_MAX_DEFAULT);
        break;
    case WL_INTEGER:
    case WL_MONEY:
        jw_kv_int(p->w, "minimum", d->min || d->max ? d->min : -EXACT);
        jw_kv_int(p->w, "maximum", d->min || d->max ? d->max : EXACT);
        break;
    case WL_CARD:
        card_write(p);
        break;
    case WL_LIST:
        jw_kv_int(p->w, "minItems", d->min || !(d->flags & WL_REQUIRED) ? d->min : 1);
        jw_kv_int(p->w, "maxItems", d->max ? d->max : REC_ITEMS_DEFAULT);
        break;
    default:
        break;
    }
}

static void checks_write(const struct place *p)
{
    const struct wl_field *d = &p->f->d;
    const char *const names[] = {
        types[d->type].check,
        d->flags & WL_NOT_FUTURE ? "not-future" : NULL,
        d->flags & WL_WITHIN ? "within" : NULL,
        d->type == WL_DECIMAL && (d->min || d->max) ? "decimal" : NULL,
    };
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!names[i])
            continue;
        if (!any) {
            jw_key(p->w, "x-check");
            jw_array(p->w);
        }
        any = true;
        jw_text(p->w, names[i]);
    }
    if (any)
        jw_end(p->w, ']');
}

/* ---- hints ----------------------------------------------------------------------------------- */

/* Where the rows are that a reference may mean, when the caller can look there. */
static void reference_write(const struct place *p)
{
    const struct rec *target = rec_find(p->f->d.of);
    jw_key(p->w, "ref");
    jw_object(p->w);
    jw_kv_text(p->w, "type", p->f->d.of);
    if (target)
        jw_kv_text(p->w, "path",
                   arena_printf(p->v->a, "/api/v1/%s/%s", target->owner, target->d.path));
    jw_end(p->w, '}');
}

void schema_words(struct jw *w, const char *key, const char *words)
{
    size_t n;
    jw_key(w, key);
    jw_array(w);
    for (const char *at = words, *word; at && (word = str_word_next(&at, &n));)
        jw_text_n(w, word, n);
    jw_end(w, ']');
}

static const char *decimal_text(struct arena *a, int64_t units, uint32_t scale)
{
    int64_t one = 1;
    for (uint32_t i = 0; i < scale; i++)
        one *= 10;
    long long n = (long long)(units < 0 ? -units : units);
    return scale ? arena_printf(a, "%s%lld.%0*lld", units < 0 ? "-" : "", n / one, (int)scale,
                                n % one)
                 : arena_printf(a, "%lld", (long long)units);
}

static void type_hints(const struct place *p)
{
    const struct wl_field *d = &p->f->d;
    if (d->type == WL_CHOICE || d->type == WL_CHOICES)
        jw_kv_text(p->w, "dict", d->of);
    if (p->state)
        jw_kv_text(p->w, "dict", arena_printf(p->v->a, "%s.state", p->r->name));
    if (d->type == WL_REFERENCE)
        reference_write(p);
    if (d->type == WL_FILE) {
        schema_words(p->w, "kinds", d->of);
        if (d->max)
            jw_kv_int(p->w, "max_bytes", d->max);
    }
    if (d->type == WL_DECIMAL) {
        jw_kv_int(p->w, "scale", d->scale);
        if (d->min || d->max) {
            jw_kv_text(p->w, "min", decimal_text(p->v->a, d->min, d->scale));
            jw_kv_text(p->w, "max", decimal_text(p->v->a, d->max, d->scale));
        }
    }
}

static const char *widget_of(const struct place *p)
{
    const struct wl_field *d = &p->f->d;
    if (p->state)
        return "state";
    if (d->type == WL_TEXT && (!d->max || d->max > TEXTAREA_FROM))
        return "textarea";
    return types[d->type].widget;
}

static void hints_write(const struct place *p, bool top)
{
    static const char *const views[] = {[OUTPUT_MASK] = "masked", [OUTPUT_NOTHING] = "hidden"};
    const struct wl_field *d = &p->f->d;
    jw_key(p->w, "x-ui");
    jw_object(p->w);
    jw_key(p->w, "label");
    label_write(p->w, p->r->owner, p->label);
    jw_kv_text(p->w, "widget", widget_of(p));
    type_hints(p);
    if (top) {
        enum output_view view = output_view(p->f, schema_masked(p->v, p->r));
        jw_kv_int(p->w, "class", (int64_t)d->sensitivity - WL_CLASS_0);
        if (view != OUTPUT_PLAIN)
            jw_kv_text(p->w, "shown", views[view]);
        if (d->flags & WL_UNIQUE)
            jw_kv_bool(p->w, "unique", true);
        if (d->flags & WL_FIXED)
            jw_kv_bool(p->w, "fixed", true);
    }
    jw_end(p->w, '}');
}

/* ---- one property ---------------------------------------------------------------------------- */

static void place_write(const struct place *p, bool top);

static void items_write(const struct place *p)
{
    const struct rec_field *f = p->f;
    jw_key(p->w, "items");
    jw_object(p->w);
    jw_kv_text(p->w, "type", "object");
    jw_kv_bool(p->w, "additionalProperties", false);
    jw_key(p->w, "required");
    jw_array(p->w);
    for (int i = 0; i < f->nitems; i++)
        if (f->items[i].d.flags & WL_REQUIRED)
            jw_text(p->w, f->items[i].d.name);
    jw_end(p->w, ']');
    jw_key(p->w, "properties");
    jw_object(p->w);
    for (int i = 0; i < f->nitems; i++) {
        struct place item = *p;
        item.f = &f->items[i];
        item.needed = item.f->d.flags & WL_REQUIRED;
        item.state = false;
        item.label = label_field(
            p->v->a, p->r, arena_printf(p->v->a, "%s.%s", f->d.name, item.f->d.name));
        jw_key_made(p->w, &item.f->key);
        place_write(&item, false);
    }
    jw_end(p->w, '}');
    jw_end(p->w, '}');
}

static void values_write(const struct place *p)
{
    const struct type_row *t = &types[p->f->d.type];
    const char *pattern = t->pattern ? t->pattern : is_input(p) ? t->input_pattern : NULL;
    if (t->format)
        jw_kv_text(p->w, "format", t->format);
    /* An encrypted field of a row is its mask. */
    if (pattern)
        jw_kv_text(p->w, "pattern", pattern);
    if (p->state)
        states_write(p);
    else if (p->f->d.type == WL_CHOICE)
        codes_write(p, !p->needed);
    else if (p->f->d.type == WL_CHOICES)
        choices_write(p);
    else if (p->f->d.type == WL_DECIMAL)
        decimal_write(p);
    else if (p->f->d.type == WL_LIST)
        items_write(p);
}

static void place_write(const struct place *p, bool top)
{
    jw_object(p->w);
    type_write(p);
    values_write(p);
    if (is_input(p)) {
        limits_write(p);
        checks_write(p);
    } else if (top && (p->state || p->f->d.type == WL_SERIAL ||
                       (p->f->d.flags & (WL_COMPUTED | WL_ACTION)))) {
        jw_kv_bool(p->w, "readOnly", true);
    }
    if (p->v->plain)
        jw_kv_text(p->w, "description", message(LANG_EN, p->r->owner, p->label));
    else
        hints_write(p, top);
    jw_end(p->w, '}');
}

void schema_field(struct jw *w, const struct schema_view *v, const struct rec *r, int field,
                  enum schema_mode mode, bool needed)
{
    const struct rec_field *f = &r->fields[field];
    place_write(&(struct place){.w = w,
                                .v = v,
                                .r = r,
                                .f = f,
                                .label = label_field(v->a, r, f->d.name),
                                .mode = mode,
                                .needed = needed,
                                .state = field == r->state && r->nstates},
                true);
}
