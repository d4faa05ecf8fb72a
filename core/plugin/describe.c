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
    [WL_FILE] = "file",           [WL_LIST] = "list",
    [WL_CARD] = "card",
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

static void rule_write(struct jw *w, const struct wl_rule *x)
{
    jw_object(w);
    jw_kv_text(w, "kind", rule_name(x->kind));
    jw_kv_text(w, "field", x->field);
    jw_kv_text(w, "other", x->other);
    optional(w, "values", x->values);
    jw_end(w, '}');
}

static void action_write(struct jw *w, const struct wl_action *x)
{
    jw_object(w);
    jw_kv_text(w, "name", x->name);
    jw_kv_text(w, "from", x->from);
    jw_kv_text(w, "to", x->to);
    jw_kv_text(w, "permission", x->permission);
    optional(w, "input", x->input);
    optional(w, "only", x->only);
    optional(w, "never", x->never);
    optional(w, "guard", x->guard.text);
    if (x->flags & WL_NOT_RELATIVE)
        jw_kv_bool(w, "not_relative", true);
    jw_end(w, '}');
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

static void record_write(struct jw *w, const struct wl_record *r)
{
    jw_object(w);
    jw_kv_text(w, "name", r->name);
    jw_kv_text(w, "path", r->path);
    jw_kv_text(w, "object", r->object);
    jw_kv_text(w, "verbs", r->verbs);
    optional(w, "states", r->states);
    optional(w, "locked", r->locked);
    jw_kv_bool(w, "named_readers", (r->flags & WL_NAMED_READERS) != 0);
    jw_key(w, "fields");
    jw_array(w);
    for (uint32_t i = 0; i < r->fields.count; i++) {
        struct wl_field f;
        table_row(&r->fields, i, &f, sizeof f);
        field_write(w, &f);
    }
    jw_end(w, ']');
    revealed_write(w, r);
    jw_key(w, "actions");
    jw_array(w);
    for (uint32_t i = 0; i < r->actions.count; i++) {
        struct wl_action x;
        table_row(&r->actions, i, &x, sizeof x);
        action_write(w, &x);
    }
    jw_end(w, ']');
    jw_key(w, "rules");
    jw_array(w);
    for (uint32_t i = 0; i < r->rules.count; i++) {
        struct wl_rule x;
        table_row(&r->rules, i, &x, sizeof x);
        rule_write(w, &x);
    }
    jw_end(w, ']');
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
    jw_kv_text(w, "record", x->record);
    optional(w, "persons", x->persons);
    optional(w, "share", x->share);
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
    jw_kv_text(w, "value", x->value);
    jw_kv_bool(w, "confirmed", x->basis != NULL);
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
        record_write(&w, &r);
    }
    jw_end(&w, ']');
    table_write(a, &w, "statements", &p->statements, sizeof(struct wl_statement), statement_write);
    table_write(a, &w, "routes", &p->routes, sizeof(struct wl_route), route_write);
    table_write(a, &w, "indicators", &p->indicators, sizeof(struct wl_indicator), indicator_write);
    table_write(a, &w, "access", &p->access, sizeof(struct wl_access), access_write);
    table_write(a, &w, "settings", &p->settings, sizeof(struct wl_setting), setting_write);
    jw_end(&w, '}');
    const char *text = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}
