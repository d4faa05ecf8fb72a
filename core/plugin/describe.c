#include "plugin/describe.h"

#include "base/arena.h"
#include "json/jw.h"
#include "record/rec.h"
#include "record/rule.h"

enum { DESCRIBE_MAX = 4 << 20 };

static const char *const type_names[] = {
    [WL_TEXT] = "text",           [WL_NAME] = "name",     [WL_INTEGER] = "integer",
    [WL_MONEY] = "money",         [WL_BOOL] = "bool",     [WL_DATE] = "date",
    [WL_TIME] = "time",           [WL_CHOICE] = "choice", [WL_CHOICES] = "choices",
    [WL_REFERENCE] = "reference", [WL_STAFF] = "staff",   [WL_DIVISION] = "division",
    [WL_ID_NUMBER] = "id_number", [WL_PHONE] = "phone",   [WL_SERIAL] = "serial",
    [WL_DECIMAL] = "decimal",     [WL_CLOCK] = "clock",   [WL_USCC] = "uscc",
    [WL_FILE] = "file",           [WL_LIST] = "list",     [WL_CARD] = "card",
};

static const struct {
    uint32_t flag;
    const char *name;
} flag_names[] = {
    {WL_REQUIRED, "required"}, {WL_LISTED, "listed"},         {WL_FILTER, "filter"},
    {WL_SORT, "sort"},         {WL_SEARCHED, "searched"},     {WL_FIXED, "fixed"},
    {WL_COMPUTED, "computed"}, {WL_NOT_FUTURE, "not_future"}, {WL_ACTION, "action"},
    {WL_WITHIN, "within"},     {WL_UNIQUE, "unique"},         {WL_KEY, "key"},
};

static void optional(struct jw *w, const char *key, const char *text)
{
    if (text)
        jw_kv_text(w, key, text);
}

static void field_members(struct jw *w, const struct wl_field *f)
{
    jw_kv_text(w, "name", f->name);
    jw_kv_text(w, "type", f->type <= WL_CARD ? type_names[f->type] : NULL);
    jw_kv_int(w, "class", (int64_t)f->sensitivity - WL_CLASS_0);
    optional(w, "of", f->of);
    optional(w, "compute", f->compute.text);
    if (f->min || f->max) {
        jw_kv_int(w, "min", f->min);
        jw_kv_int(w, "max", f->max);
    }
    if (f->type == WL_DECIMAL)
        jw_kv_int(w, "scale", f->scale);
    jw_key(w, "flags");
    jw_array(w);
    for (size_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++)
        if (f->flags & flag_names[i].flag)
            jw_text(w, flag_names[i].name);
    jw_end(w, ']');
}

static void field_write(struct jw *w, const struct wl_field *f)
{
    jw_object(w);
    field_members(w, f);
    if (f->type == WL_LIST) {
        jw_key(w, "items");
        jw_array(w);
        for (uint32_t i = 0; i < f->items.count; i++) {
            struct wl_field x;
            table_row(&f->items, i, &x, sizeof x);
            x.sensitivity = f->sensitivity;
            jw_object(w);
            field_members(w, &x);
            jw_end(w, '}');
        }
        jw_end(w, ']');
    }
    jw_end(w, '}');
}

static void rule_write(struct jw *w, const void *row)
{
    const struct wl_rule *x = row;
    jw_kv_text(w, "kind", rule_name(x->kind));
    jw_kv_text(w, "field", x->field);
    jw_kv_text(w, "other", x->other);
    optional(w, "values", x->values);
}

static void guard_write(struct jw *w, const void *row)
{
    const struct wl_guard *x = row;
    jw_kv_text(w, "field", x->field);
    jw_kv_text(w, "refusal", x->refusal);
    jw_kv_text(w, "holds", x->holds.text);
}

static void guard_text_write(struct jw *w, const void *row)
{
    const struct wl_guard_text *x = row;
    jw_kv_text(w, "refusal", x->refusal);
    jw_kv_text(w, "tells", x->tells.text);
}

static void limit_write(struct jw *w, const void *row)
{
    const struct wl_limit *x = row;
    jw_kv_text(w, "due", x->due);
    optional(w, "held", x->held);
    jw_kv_text(w, "ended", x->ended);
    optional(w, "policy", x->policy.text);
    optional(w, "staff", x->staff);
    optional(w, "remind", x->remind);
    if (x->before)
        jw_kv_int(w, "before", x->before);
}

static void effect_write(struct jw *w, const void *row)
{
    const struct wl_effect *x = row;
    jw_kv_text(w, "on", x->on);
    optional(w, "when", x->when.text);
    jw_kv_text(w, "record", x->record);
    jw_kv_text(w, "rows", x->rows.text);
    optional(w, "set", x->set.text);
}

static void chore_write(struct jw *w, const void *row)
{
    const struct wl_chore *x = row;
    jw_kv_text(w, "name", x->name);
    jw_kv_text(w, "at", x->at);
    jw_kv_text(w, "record", x->record);
    jw_kv_text(w, "rows", x->rows.text);
    optional(w, "set", x->set.text);
}

static void notice_write(struct jw *w, const void *row)
{
    const struct wl_notice *x = row;
    jw_kv_text(w, "on", x->on);
    jw_kv_text(w, "to", x->to);
    jw_kv_text(w, "text", x->text);
    optional(w, "when", x->when.text);
}

static void check_write(struct jw *w, const void *row)
{
    const struct wl_check *x = row;
    jw_kv_text(w, "constraint", x->constraint);
    optional(w, "field", x->field);
}

static void action_write(struct jw *w, const void *row)
{
    const struct wl_action *x = row;
    jw_kv_text(w, "name", x->name);
    jw_kv_text(w, "from", x->from);
    jw_kv_text(w, "to", x->to);
    jw_kv_text(w, "permission", x->permission);
    optional(w, "input", x->input);
    optional(w, "only", x->only);
    optional(w, "never", x->never);
    optional(w, "set", x->set.text);
    optional(w, "guard", x->guard.text);
    optional(w, "refusal", x->refusal);
    if (x->flags & WL_NOT_RELATIVE)
        jw_kv_bool(w, "not_relative", true);
}

/* POST …/{id}/reveal shows these, one at a time, to who holds <object>.reveal. */
static void revealed_write(struct jw *w, const struct wl_record *r)
{
    jw_key(w, "reveal");
    jw_array(w);
    for (uint32_t i = 0; i < r->fields.count; i++) {
        struct wl_field f;
        table_row(&r->fields, i, &f, sizeof f);
        if (rec_is_encrypted(f.type))
            jw_text(w, f.name);
    }
    jw_end(w, ']');
}

/* Rows of a table through one writer; `size` is the host's row. */
static void table_write(struct arena *a, struct jw *w, const char *key, const struct wl_table *t,
                        size_t size, void (*write)(struct jw *w, const void *row))
{
    jw_key(w, key);
    jw_array(w);
    for (uint32_t i = 0; i < t->count; i++) {
        void *row = arena_alloc(a, size);
        table_row(t, i, row, size);
        jw_object(w);
        write(w, row);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void life_write(struct arena *a, struct jw *w, const struct wl_record *r)
{
    optional(w, "states", r->states);
    optional(w, "locked", r->locked);
    table_write(a, w, "actions", &r->actions, sizeof(struct wl_action), action_write);
    table_write(a, w, "limits", &r->limits, sizeof(struct wl_limit), limit_write);
    table_write(a, w, "rules", &r->rules, sizeof(struct wl_rule), rule_write);
    table_write(a, w, "guards", &r->guards, sizeof(struct wl_guard), guard_write);
    table_write(a, w, "guard_texts", &r->guard_texts, sizeof(struct wl_guard_text),
                guard_text_write);
    table_write(a, w, "checks", &r->checks, sizeof(struct wl_check), check_write);
    table_write(a, w, "effects", &r->effects, sizeof(struct wl_effect), effect_write);
    table_write(a, w, "notices", &r->notices, sizeof(struct wl_notice), notice_write);
    optional(w, "fixed_when", r->fixed_when.text);
    optional(w, "fixed_refusal", r->fixed_refusal);
}

static void record_write(struct arena *a, struct jw *w, const struct wl_record *r)
{
    jw_object(w);
    jw_kv_text(w, "name", r->name);
    jw_kv_text(w, "path", r->path);
    jw_kv_text(w, "object", r->object);
    jw_kv_text(w, "verbs", r->verbs);
    optional(w, "sort", r->sort);
    optional(w, "title", r->title);
    optional(w, "person", r->person);
    optional(w, "origin", r->origin);
    optional(w, "alike", r->alike);
    jw_kv_int(w, "retention_days", r->retention_days);
    jw_kv_bool(w, "published", (r->flags & WL_PUBLISHED) != 0);
    jw_kv_bool(w, "named_readers", (r->flags & WL_NAMED_READERS) != 0);
    jw_kv_bool(w, "county_wide", (r->flags & WL_COUNTY_WIDE) != 0);
    jw_kv_bool(w, "handed_on", (r->flags & WL_HANDED_ON) != 0);
    jw_kv_bool(w, "shareable", (r->flags & WL_SHAREABLE) != 0);
    optional(w, "shares", r->shares);
    optional(w, "sections", r->sections);
    jw_key(w, "fields");
    jw_array(w);
    for (uint32_t i = 0; i < r->fields.count; i++) {
        struct wl_field f;
        table_row(&r->fields, i, &f, sizeof f);
        field_write(w, &f);
    }
    jw_end(w, ']');
    revealed_write(w, r);
    life_write(a, w, r);
    jw_end(w, '}');
}

static void route_write(struct jw *w, const void *row)
{
    const struct wl_route *x = row;
    jw_kv_text(w, "method", x->method);
    jw_kv_text(w, "path", x->path);
    jw_kv_text(w, "permission", x->permission);
    optional(w, "also", x->also);
    jw_kv_int(w, "class", (int64_t)x->sensitivity - WL_CLASS_0);
    optional(w, "asks", x->asks);
    optional(w, "takes", x->takes);
    optional(w, "gives", x->gives);
    optional(w, "summary", x->summary);
}

static void statement_write(struct jw *w, const void *row)
{
    const struct wl_statement *x = row;
    jw_kv_text(w, "name", x->name);
    jw_kv_text(w, "sql", x->sql.text);
}

static void indicator_write(struct jw *w, const void *row)
{
    const struct wl_indicator *x = row;
    jw_kv_text(w, "code", x->code);
    jw_kv_text(w, "unit", x->unit);
    jw_kv_text(w, "record", x->record);
    optional(w, "persons", x->persons);
    optional(w, "kinds", x->kinds);
    optional(w, "share", x->share);
    jw_kv_text(w, "rows", x->rows.text);
}

static void access_write(struct jw *w, const void *row)
{
    const struct wl_access *x = row;
    jw_kv_text(w, "object", x->object);
    jw_kv_text(w, "role", x->role);
    jw_kv_text(w, "verbs", x->verbs);
}

static void setting_write(struct jw *w, const void *row)
{
    const struct wl_setting *x = row;
    jw_kv_text(w, "name", x->name);
    jw_kv_text(w, "type", x->type <= WL_CARD ? type_names[x->type] : NULL);
    if (x->min || x->max) {
        jw_kv_int(w, "min", x->min);
        jw_kv_int(w, "max", x->max);
    }
    jw_kv_text(w, "value", x->value);
    jw_kv_bool(w, "confirmed", x->basis != NULL);
    optional(w, "basis", x->basis);
}

const char *plugin_describe(struct arena *a, const struct wl_plugin *p)
{
    struct buf b;
    struct jw w;
    buf_init(&b, DESCRIBE_MAX);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kv_text(&w, "name", p->name);
    jw_kv_text(&w, "version", p->version);
    jw_kv_int(&w, "schema", p->schema);
    jw_key(&w, "records");
    jw_array(&w);
    for (uint32_t i = 0; i < p->records.count; i++) {
        struct wl_record r;
        record_row(&p->records, i, &r);
        record_write(a, &w, &r);
    }
    jw_end(&w, ']');
    table_write(a, &w, "statements", &p->statements, sizeof(struct wl_statement), statement_write);
    table_write(a, &w, "routes", &p->routes, sizeof(struct wl_route), route_write);
    table_write(a, &w, "indicators", &p->indicators, sizeof(struct wl_indicator), indicator_write);
    table_write(a, &w, "chores", &p->chores, sizeof(struct wl_chore), chore_write);
    table_write(a, &w, "access", &p->access, sizeof(struct wl_access), access_write);
    table_write(a, &w, "settings", &p->settings, sizeof(struct wl_setting), setting_write);
    jw_end(&w, '}');
    const char *text = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}
