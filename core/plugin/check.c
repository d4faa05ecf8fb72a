#include "plugin/check.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "call/messages.h"
#include "iam/permission.h"
#include "record/rec.h"
#include "record/sql_word.h"
#include "record/shape.h"

enum { NAME_MAX_LEN = 31, VERSION_MAX_LEN = 15, ROWS_MAX = 1000, STRIDE_MAX = 1024 };

static bool fail(struct arena *a, const char **why, const struct wl_plugin *p, const char *part,
                 const char *name, const char *text)
{
    *why = arena_printf(a, "%s: %s %s: %s", p->name, part, name ? name : "?", text);
    return false;
}

/* ---- the plugin itself --------------------------------------------------------------------------
 */

/* First segments of the core's own paths and schemas that are not its own. */
static const char own_names[] = "admin audit core divisions duplicates information_schema jobs me "
                                "openapi plugins public reports "
                                "schema sessions station tokens";

const char *plugin_name_fault(const char *name)
{
    if (!rec_word_valid(name) || strlen(name) > NAME_MAX_LEN || str_starts(name, "pg_"))
        return "the name must be lower-case snake_case of at most 31 characters, not pg_…";
    if (str_has_word(own_names, name))
        return "the name is the platform's own; choose another";
    return sql_reserved(name) ? "the name is a reserved word of SQL; choose another" : NULL;
}

static bool identity_check(struct arena *a, const struct wl_plugin *p, bool linked,
                           const char **why)
{
    const char *fault = linked ? NULL : plugin_name_fault(p->name);
    if (fault)
        return fail(a, why, p, "plugin", p->name, fault);
    if (!p->version || !*p->version || strlen(p->version) > VERSION_MAX_LEN)
        return fail(a, why, p, "plugin", p->name, "version must have 1 to 15 characters");
    return true;
}

/* A count without rows would be read from nowhere, rows of a wrong size from between them or from
 * behind the last. */
static bool tables_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    const struct {
        const char *name;
        struct wl_table table;
    } tables[] = {
        {"statements", p->statements}, {"routes", p->routes},     {"indicators", p->indicators},
        {"access", p->access},         {"settings", p->settings},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const struct wl_table *t = &tables[i].table;
        if (t->count > ROWS_MAX || (t->count && (!t->rows || !t->stride)))
            return fail(a, why, p, "table", tables[i].name,
                        "rows are missing; write it with WL_ROWS");
        if (t->count && (t->stride % sizeof(void *) || t->stride > STRIDE_MAX))
            return fail(a, why, p, "table", tables[i].name,
                        "rows of such a size are not to be had; write it with WL_ROWS");
    }
    for (uint32_t i = 0; i < p->records.count; i++)
        if (!p->records.rows || !p->records.size || !p->records.rows[i])
            return fail(a, why, p, "table", "records",
                        "a row is missing; write it with WL_RECORDS");
    return true;
}

/* ---- statements ---------------------------------------------------------------------------------
 */

/* One plain statement: starts with a verb that reads or changes rows, and has no second part. */
static bool statement_plain(const char *sql, const char *verbs)
{
    size_t n;
    while (isspace((unsigned char)*sql))
        sql++;
    for (const char *at = verbs, *w; (w = str_word_next(&at, &n));)
        if (strncasecmp(sql, w, n) == 0 && !isalnum((unsigned char)sql[n]) && sql[n] != '_')
            return !strchr(sql, ';');
    return false;
}

static bool statement_known(const struct wl_plugin *p, const char *name, uint32_t before)
{
    struct wl_statement s;
    for (uint32_t i = 0; i < before; i++) {
        table_row(&p->statements, i, &s, sizeof s);
        if (str_eq(s.name, name))
            return true;
    }
    return false;
}

static bool statements_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement s;
        table_row(&p->statements, i, &s, sizeof s);
        if (!s.name || !s.sql.text)
            return fail(a, why, p, "statement", s.name, "name or sql is missing; set both");
        if (statement_known(p, s.name, i))
            return fail(a, why, p, "statement", s.name, "declared twice; drop one");
        if (!statement_plain(s.sql.text, "select insert update delete with"))
            return fail(a, why, p, "statement", s.name,
                        "must be one plain SELECT, INSERT, UPDATE, DELETE or WITH, without ';'");
    }
    return true;
}

static bool indicators_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->indicators.count; i++) {
        struct wl_indicator x;
        table_row(&p->indicators, i, &x, sizeof x);
        if (!x.code || !x.unit || !x.rows.text || !x.record)
            return fail(a, why, p, "indicator", x.code,
                        "code, unit, record or rows is missing; set all four");
        if (!statement_plain(x.rows.text, "select with"))
            return fail(a, why, p, "indicator", x.code,
                        "rows must be one plain SELECT, without ';'");
    }
    return true;
}

/* ---- routes, settings ---------------------------------------------------------------------------
 */

static bool route_known(const struct wl_plugin *p, const struct wl_route *r, uint32_t before)
{
    struct wl_route x;
    for (uint32_t i = 0; i < before; i++) {
        table_row(&p->routes, i, &x, sizeof x);
        if (str_eq(x.method, r->method) && str_eq(x.path, r->path))
            return true;
    }
    return false;
}

static const char *route_shape_fault(const struct wl_route *r)
{
    if (!shape_valid(r->asks, true))
        return "asks cannot be read; write \"name?:type …\"";
    if (!shape_valid(r->takes, false) || !shape_valid(r->gives, false))
        return "takes or gives cannot be read; write \"{name:type name?:type}\"";
    return NULL;
}

static bool routes_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->routes.count; i++) {
        struct wl_route r;
        table_row(&p->routes, i, &r, sizeof r);
        if (!r.path || r.path[0] != '/')
            return fail(a, why, p, "route", r.path, "path is missing (it begins with /)");
        if (!r.method || !str_has_word("GET POST PUT PATCH DELETE", r.method))
            return fail(a, why, p, "route", r.path,
                        "method must be GET, POST, PUT, PATCH or DELETE");
        if (!r.permission || !strchr(r.permission, '.'))
            return fail(a, why, p, "route", r.path,
                        "access is missing: set `permission` to \"<object>.<verb>\"");
        if (!r.handler)
            return fail(a, why, p, "route", r.path, "handler is missing; set `handler`");
        if (r.sensitivity == WL_CLASS_UNSET || r.sensitivity > WL_CLASS_4)
            return fail(a, why, p, "route", r.path,
                        "sensitivity is unset: name the highest class its answer shows");
        const char *shape = route_shape_fault(&r);
        if (shape)
            return fail(a, why, p, "route", r.path, shape);
        if (route_known(p, &r, i))
            return fail(a, why, p, "route", r.path, "declared twice; drop one");
    }
    return true;
}

static bool setting_value_fits(const struct wl_setting *s)
{
    int64_t n;
    if (s->type == WL_TEXT)
        return true;
    if (s->type == WL_BOOL)
        return str_has_word("true false", s->value);
    return str_int64(s->value, &n) && ((!s->min && !s->max) || (n >= s->min && n <= s->max));
}

static bool settings_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->settings.count; i++) {
        struct wl_setting s;
        table_row(&p->settings, i, &s, sizeof s);
        bool known =
            s.type == WL_INTEGER || s.type == WL_BOOL || s.type == WL_TEXT || s.type == WL_MONEY;
        if (!rec_word_valid(s.name) || !s.value || !known)
            return fail(a, why, p, "setting", s.name,
                        "name, type or default value is missing; set all three");
        if (!setting_value_fits(&s))
            return fail(a, why, p, "setting", s.name,
                        "the default is not of its type and range; mend `value`");
    }
    return true;
}

/* ---- access -------------------------------------------------------------------------------------
 */

/* Whether "<object>." begins the permission. */
static bool permission_about(const char *permission, const char *object)
{
    size_t n = strlen(object);
    return strncmp(permission, object, n) == 0 && permission[n] == '.';
}

/* Rights on an object are its owner's to give: a service that could hand out "resident.delete"
 * would rewrite the core's matrix. */
static const char *object_owner(const struct wl_plugin *p, const char *object)
{
    const char *owner, *role, *permission;
    for (int at = 0; permission_next(&at, &owner, &role, &permission);)
        if (permission_about(permission, object) && !str_eq(owner, p->name))
            return owner;
    return NULL;
}

static bool object_has_access(const struct wl_plugin *p, const char *object)
{
    for (uint32_t i = 0; i < p->access.count; i++) {
        struct wl_access x;
        table_row(&p->access, i, &x, sizeof x);
        if (str_eq(x.object, object))
            return true;
    }
    return false;
}

static bool access_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->access.count; i++) {
        struct wl_access x;
        table_row(&p->access, i, &x, sizeof x);
        const char *owner = x.object ? object_owner(p, x.object) : NULL;
        if (owner)
            return fail(
                a, why, p, "access", x.object,
                arena_printf(
                    a,
                    "the object is %s's; rights on it are given there; name an object of your own",
                    owner));
    }
    for (uint32_t i = 0; i < p->records.count; i++) {
        struct wl_record r;
        record_row(&p->records, i, &r);
        if (r.object && !object_has_access(p, r.object))
            return fail(
                a, why, p, "record", r.name,
                arena_printf(
                    a, "access is missing: no access row for object \"%s\"; add one to `access`",
                    r.object));
    }
    return true;
}

bool module_check(struct arena *a, const struct wl_plugin *p, bool linked, const char **why)
{
    return identity_check(a, p, linked, why) && tables_check(a, p, why) &&
           (linked || access_check(a, p, why)) && statements_check(a, p, why) &&
           routes_check(a, p, why) && indicators_check(a, p, why) && settings_check(a, p, why);
}

static bool permission_given(const char *wanted)
{
    const char *owner, *role, *permission;
    for (int at = 0; permission_next(&at, &owner, &role, &permission);)
        if (str_eq(permission, wanted))
            return true;
    return false;
}

static bool action_rights(struct arena *a, const struct wl_plugin *p, const struct wl_record *r,
                          const char **why)
{
    for (uint32_t i = 0; i < r->actions.count; i++) {
        struct wl_action x;
        table_row(&r->actions, i, &x, sizeof x);
        const char *wanted = arena_printf(a, "%s.%s", r->object, x.permission);
        if (!permission_given(wanted))
            return fail(
                a, why, p, arena_printf(a, "record %s: action", r->name), x.name,
                arena_printf(a, "no access row gives %s to any role; add it to `access`", wanted));
    }
    return true;
}

bool module_check_rights(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->records.count; i++) {
        struct wl_record r;
        record_row(&p->records, i, &r);
        if (!action_rights(a, p, &r, why))
            return false;
    }
    for (uint32_t i = 0; i < p->routes.count; i++) {
        struct wl_route r;
        size_t n;
        table_row(&p->routes, i, &r, sizeof r);
        for (const char *at = r.permission, *w; (w = str_word_next(&at, &n));)
            if (!permission_given(arena_strndup(a, w, n)))
                return fail(a, why, p, "route", r.path,
                            arena_printf(a,
                                         "no access row gives %.*s to any role; add it to `access`",
                                         (int)n, w));
        if (r.also && !permission_given(r.also))
            return fail(
                a, why, p, "route", r.path,
                arena_printf(a, "no access row gives %s to any role; add it to `access`", r.also));
    }
    return true;
}

/* ---- texts --------------------------------------------------------------------------------------
 */

static bool text_need(struct arena *a, const struct wl_plugin *p, const char *part,
                      const char *name, const char *key, const char **why)
{
    if (message_find(LANG_ZH, p->name, key) && message_find(LANG_EN, p->name, key))
        return true;
    return fail(a, why, p, part, name,
                arena_printf(a, "no text \"%s\" in messages/zh-CN.json and en.json; add it", key));
}

static bool record_texts(struct arena *a, const struct wl_plugin *p, const struct wl_record *r,
                         const char **why)
{
    for (uint32_t i = 0; i < r->checks.count; i++) {
        struct wl_check x;
        table_row(&r->checks, i, &x, sizeof x);
        if (!text_need(a, p, arena_printf(a, "record %s: check", r->name), x.constraint,
                       arena_printf(a, "constraint.%s", x.constraint), why))
            return false;
    }
    for (uint32_t i = 0; i < r->actions.count; i++) {
        struct wl_action x;
        table_row(&r->actions, i, &x, sizeof x);
        if (x.refusal && !text_need(a, p, arena_printf(a, "record %s: action", r->name), x.name,
                                    arena_printf(a, "problem.%s", x.refusal), why))
            return false;
    }
    for (uint32_t i = 0; i < r->guards.count; i++) {
        struct wl_guard x;
        table_row(&r->guards, i, &x, sizeof x);
        if (!text_need(a, p, arena_printf(a, "record %s: guard", r->name), x.refusal,
                       arena_printf(a, "rule.%s", x.refusal), why))
            return false;
    }
    return !r->fixed_refusal ||
           text_need(a, p, "record", r->name, arena_printf(a, "problem.%s", r->fixed_refusal), why);
}

static bool indicator_texts(struct arena *a, const struct wl_plugin *p,
                            const struct wl_indicator *x, const char **why)
{
    const char *const keys[] = {
        arena_printf(a, "indicator.%s", x->code), x->unit,
        x->persons ? arena_printf(a, "indicator.%s", x->persons) : NULL,
        x->share && !x->kinds ? arena_printf(a, "indicator.%s.%s", x->code, x->share) : NULL};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i] && !text_need(a, p, "indicator", x->code, keys[i], why))
            return false;
    return true;
}

static bool report_texts(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->indicators.count; i++) {
        struct wl_indicator x;
        table_row(&p->indicators, i, &x, sizeof x);
        if (!indicator_texts(a, p, &x, why))
            return false;
    }
    return true;
}

bool module_check_texts(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->records.count; i++) {
        struct wl_record r;
        record_row(&p->records, i, &r);
        if (!record_texts(a, p, &r, why))
            return false;
    }
    for (uint32_t i = 0; i < p->settings.count; i++) {
        struct wl_setting x;
        table_row(&p->settings, i, &x, sizeof x);
        if (!text_need(a, p, "setting", x.name, arena_printf(a, "setting.%s", x.name), why))
            return false;
    }
    return report_texts(a, p, why) &&
           text_need(a, p, "plugin", p->name, arena_printf(a, "plugin.%s", p->name), why);
}
