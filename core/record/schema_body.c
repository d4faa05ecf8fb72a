/* JSON Schema of whole bodies: the row as the caller sees it, what creates and changes it, what its
 * actions take. */
#include <assert.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/label.h"
#include "record/output.h"
#include "record/schema.h"

/* What every row begins with; labels are texts of the platform. */
static const struct common {
    const char *name, *type, *format, *pattern, *widget;
} commons[] = {
    {"id", "string", "uuid", NULL, "id"},
    {"version", "integer", NULL, NULL, "integer"},
    {"div", "string", NULL, "^[0-9]{12}$", "division"},
    {"org", "string", "uuid", NULL, "org"},
    {"created_at", "string", "date-time", NULL, "datetime"},
    {"created_by", "string", "uuid", NULL, "staff"},
    {"updated_at", "string", "date-time", NULL, "datetime"},
    {"updated_by", "string", "uuid", NULL, "staff"},
};

enum { COMMONS = sizeof commons / sizeof commons[0] };

static const struct common *common_find(const char *name)
{
    for (size_t i = 0; i < COMMONS; i++)
        if (str_eq(commons[i].name, name))
            return &commons[i];
    return NULL;
}

static void common_write(struct jw *w, const struct schema_view *v, const struct common *k,
                         const char *check)
{
    assert(k); /* the names asked for are this file's own */
    jw_key(w, k->name);
    jw_object(w);
    jw_kv_text(w, "type", k->type);
    if (k->format)
        jw_kv_text(w, "format", k->format);
    if (k->pattern)
        jw_kv_text(w, "pattern", k->pattern);
    if (check) {
        jw_key(w, "x-check");
        jw_array(w);
        jw_text(w, check);
        jw_end(w, ']');
    } else {
        jw_kv_bool(w, "readOnly", true);
    }
    if (!v->plain) {
        jw_key(w, "x-ui");
        jw_object(w);
        jw_key(w, "label");
        label_write(w, NULL, arena_printf(v->a, "row.%s", k->name));
        jw_kv_text(w, "widget", k->widget);
        jw_end(w, '}');
    }
    jw_end(w, '}');
}

/* ---- rules between fields -------------------------------------------------------------------- */

static bool rule_needs(uint32_t kind)
{
    return kind == WL_REQUIRED_IF || kind == WL_FORBIDDEN_IF;
}

/* What the other field holds: one of the words, or anything. Words of a boolean are its values. */
static void holds_write(struct jw *w, const struct rec_field *f, const char *values)
{
    size_t n;
    jw_object(w);
    if (str_eq(values, "*")) {
        const char *json = schema_json_type(f->d.type);
        jw_kv_text(w, "type", json);
        if (str_eq(json, "array")) {
            jw_key(w, "items");
            jw_raw(w, "{}", 2);
        }
    } else {
        jw_key(w, "enum");
        jw_array(w);
        for (const char *at = values, *t; (t = str_word_next(&at, &n));)
            if (f->d.type == WL_BOOL || f->d.type == WL_INTEGER || f->d.type == WL_MONEY)
                jw_raw(w, t, n);
            else
                jw_text_n(w, t, n);
        jw_end(w, ']');
    }
    jw_end(w, '}');
}

static void names_write(struct jw *w, const char *key, const char *name)
{
    jw_key(w, key);
    jw_array(w);
    jw_text(w, name);
    jw_end(w, ']');
}

/* "if": the other field is given and holds it; "then": this one is given, or is not. */
static void condition_write(struct jw *w, const struct rec *r, const struct wl_rule *rule)
{
    bool required = rule->kind == WL_REQUIRED_IF;
    jw_object(w);
    jw_key(w, "if");
    jw_object(w);
    names_write(w, "required", rule->other);
    jw_key(w, "properties");
    jw_object(w);
    jw_key(w, rule->other);
    holds_write(w, &r->fields[rec_field_find(r, rule->other)], rule->values);
    jw_end(w, '}');
    jw_end(w, '}');
    jw_key(w, "then");
    jw_object(w);
    if (required)
        names_write(w, "required", rule->field);
    jw_key(w, "properties");
    jw_object(w);
    jw_key(w, rule->field);
    if (required) {
        holds_write(w, &r->fields[rec_field_find(r, rule->field)], "*");
    } else {
        jw_object(w);
        jw_kv_text(w, "type", "null");
        jw_end(w, '}');
    }
    jw_end(w, '}');
    jw_end(w, '}');
    jw_end(w, '}');
}

/* Only what the body itself decides: both fields can be given in it. Other rules stand in `rules`
 * of the record. */
static void conditions_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    bool any = false;
    for (uint32_t i = 0; i < r->d.rules.count; i++) {
        struct wl_rule rule;
        table_row(&r->d.rules, i, &rule, sizeof rule);
        int field = rec_field_find(r, rule.field), other = rec_field_find(r, rule.other);
        if (!rule_needs(rule.kind) || field < 0 || other < 0 ||
            !schema_has_field(v, r, NULL, SCHEMA_CREATE, field) ||
            !schema_has_field(v, r, NULL, SCHEMA_CREATE, other))
            continue;
        if (!any) {
            jw_key(w, "allOf");
            jw_array(w);
        }
        any = true;
        condition_write(w, r, &rule);
    }
    if (any)
        jw_end(w, ']');
}

/* ---- bodies ---------------------------------------------------------------------------------- */

bool schema_has_field(const struct schema_view *v, const struct rec *r, const struct rec_action *x,
                      enum schema_mode mode, int field)
{
    if (mode >= SCHEMA_ROW)
        return output_view(&r->fields[field], schema_masked(v, r)) != OUTPUT_NOTHING;
    return !input_why_not(r, x, (enum input_mode)mode, field);
}

/* Whether null is no value there. */
static bool field_needed(const struct rec *r, const struct rec_action *x, enum schema_mode mode,
                         int field)
{
    const struct rec_field *f = &r->fields[field];
    if (mode >= SCHEMA_ROW)
        return r->columns[f->column].not_null || (field == r->state && r->nstates);
    return mode == SCHEMA_ACTION ? x->needs[field] : (f->d.flags & WL_REQUIRED) != 0;
}

static void required_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                           const struct rec_action *x, enum schema_mode mode)
{
    jw_key(w, "required");
    jw_array(w);
    if (mode >= SCHEMA_ROW) { /* lists leave out what ?fields= does not name */
        jw_text(w, "id");
        jw_text(w, "version");
    }
    for (int i = 0; i < r->nfields && (mode == SCHEMA_CREATE || mode == SCHEMA_ACTION); i++)
        if (schema_has_field(v, r, x, mode, i) && field_needed(r, x, mode, i))
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
}

static void strings_write(struct jw *w, const char *key, const char *const *words, int n)
{
    jw_key(w, key);
    jw_object(w);
    jw_kv_text(w, "type", "array");
    jw_kv_bool(w, "readOnly", true);
    jw_key(w, "items");
    jw_object(w);
    jw_kv_text(w, "type", "string");
    if (n) {
        jw_key(w, "enum");
        jw_array(w);
        for (int i = 0; i < n; i++)
            jw_text(w, words[i]);
        jw_end(w, ']');
    }
    jw_end(w, '}');
    jw_end(w, '}');
}

/* What the server adds about the row: the actions open to the caller, the limits it has passed,
 * whether it is fixed, and the names of what a masked reader is not shown. */
static void extras_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    static const char uuids[] = "{\"type\":\"array\",\"readOnly\":true,\"items\":"
                                "{\"type\":\"string\",\"format\":\"uuid\"}}";
    static const char uuid[] = "{\"type\":\"string\",\"format\":\"uuid\",\"readOnly\":true}";
    static const char flag[] = "{\"type\":\"boolean\",\"readOnly\":true}";
    const char **names = arena_alloc(v->a, sizeof *names * REC_FIELDS_MAX);
    int n = 0;
    for (int i = 0; i < r->nactions; i++)
        names[n++] = r->actions[i].d.name;
    if (r->nactions && r->state >= 0)
        strings_write(w, "_actions", names, n);
    n = 0;
    for (int i = 0; i < r->nlimits; i++)
        names[n++] = r->limits[i].d.due;
    if (n)
        strings_write(w, "_overdue", names, n);
    n = 0;
    for (int i = 0; i < r->nfields; i++)
        if (output_view(&r->fields[i], true) == OUTPUT_NOTHING)
            names[n++] = r->fields[i].d.name;
    if (r->d.flags & WL_SHAREABLE) { /* read by right of this referral */
        jw_key(w, "_shared");
        jw_raw(w, uuid, sizeof uuid - 1);
    }
    if (r->d.fixed_when.text) {
        jw_key(w, "_fixed");
        jw_raw(w, flag, sizeof flag - 1);
    }
    if (schema_masked(v, r) || !v->c)
        strings_write(w, "_masked", names, n);
    if (r->d.alike) { /* after a write: rows that may be the same */
        jw_key(w, "_duplicates");
        jw_raw(w, uuids, sizeof uuids - 1);
    }
    if (r->verbs & REC_RESTORE) { /* in lists of the deleted */
        jw_key(w, "deleted_at");
        jw_object(w);
        jw_kv_text(w, "type", "string");
        jw_kv_text(w, "format", "date-time");
        jw_kv_bool(w, "readOnly", true);
        jw_end(w, '}');
    }
}

/* What a version says besides: whether the row was deleted by it, and which fields it changed. */
static void changes_write(struct jw *w, const struct rec *r)
{
    const char *names[REC_FIELDS_MAX];
    for (int i = 0; i < r->nfields; i++)
        names[i] = r->fields[i].d.name;
    strings_write(w, "_changed", names, r->nfields);
    jw_key(w, "deleted");
    jw_object(w);
    jw_kv_text(w, "type", "boolean");
    jw_end(w, '}');
}

static void properties_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                             const struct rec_action *x, enum schema_mode mode)
{
    jw_key(w, "properties");
    jw_object(w);
    for (size_t i = 0; i < COMMONS && mode >= SCHEMA_ROW; i++)
        common_write(w, v, &commons[i], NULL);
    if (mode == SCHEMA_CREATE) {
        common_write(w, v, common_find("id"), "uuid7");
        common_write(w, v, common_find("div"), "within");
    }
    for (int i = 0; i < r->nfields; i++)
        if (schema_has_field(v, r, x, mode, i)) {
            jw_key_made(w, &r->fields[i].key);
            schema_field(w, v, r, i, mode, field_needed(r, x, mode, i));
        }
    if (mode >= SCHEMA_ROW)
        extras_write(w, v, r);
    if (mode == SCHEMA_VERSION)
        changes_write(w, r);
    jw_end(w, '}');
}

/* For readers of the OpenAPI document: what is held against the row besides. */
static void guards_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    const char *text = "";
    for (int i = 0; i < r->nguards; i++) {
        const struct wl_guard *x = &r->guards[i].d;
        const char *key = arena_printf(v->a, "rule.%s", x->refusal);
        text = arena_printf(v->a, "%s%s%s (%s)", text, i ? "; " : "",
                            message(LANG_EN, r->owner, key), x->refusal);
    }
    if (*text)
        jw_kv_text(w, "description", text);
}

void schema_body(struct jw *w, const struct schema_view *v, const struct rec *r,
                 const struct rec_action *x, enum schema_mode mode)
{
    jw_object(w);
    jw_kv_text(w, "type", "object");
    jw_kv_bool(w, "additionalProperties", false);
    if (v->plain && mode < SCHEMA_ROW)
        guards_write(w, v, r);
    required_write(w, v, r, x, mode);
    properties_write(w, v, r, x, mode);
    if (mode == SCHEMA_CREATE)
        conditions_write(w, v, r);
    jw_end(w, '}');
}
