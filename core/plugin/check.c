#include "plugin/check.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "record/rec.h"

static bool fail(struct arena *a, const char **why, const struct wl_plugin *p, const char *part,
                 const char *name, const char *text)
{
    *why = arena_printf(a, "%s: %s %s: %s", p->name, part, name ? name : "?", text);
    return false;
}

/* One plain statement: starts with a verb that reads or changes rows, and has no second part. */
static bool statement_plain(const char *sql)
{
    static const char *const verbs[] = {"select", "insert", "update", "delete", "with"};
    while (isspace((unsigned char)*sql))
        sql++;
    bool known = false;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        known = known || (strncasecmp(sql, verbs[i], strlen(verbs[i])) == 0 &&
                          !isalnum((unsigned char)sql[strlen(verbs[i])]));
    return known && !strchr(sql, ';');
}

static bool statements_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement s;
        table_row(&p->statements, i, &s, sizeof s);
        if (!s.name || !s.sql.text)
            return fail(a, why, p, "statement", s.name, "name or sql is missing");
        if (!statement_plain(s.sql.text))
            return fail(a, why, p, "statement", s.name,
                        "must be one plain SELECT, INSERT, UPDATE, DELETE or WITH, without ';'");
    }
    return true;
}

const char *module_statement(const struct wl_plugin *p, const char *name)
{
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement s;
        table_row(&p->statements, i, &s, sizeof s);
        if (str_eq(s.name, name))
            return s.sql.text;
    }
    return NULL;
}

static bool routes_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->routes.count; i++) {
        struct wl_route r;
        table_row(&p->routes, i, &r, sizeof r);
        if (!r.method || !r.path || r.path[0] != '/')
            return fail(a, why, p, "route", r.path,
                        "method or path is missing (a path begins with /)");
        if (!r.permission || !strchr(r.permission, '.'))
            return fail(a, why, p, "route", r.path, "access is missing: set `permission`");
        if (!r.handler)
            return fail(a, why, p, "route", r.path, "handler is missing");
    }
    return true;
}

static bool indicators_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->indicators.count; i++) {
        struct wl_indicator x;
        table_row(&p->indicators, i, &x, sizeof x);
        if (!x.code || !x.unit || !x.rows.text || !x.record)
            return fail(a, why, p, "indicator", x.code, "code, unit, record or rows is missing");
        if (!str_eq(x.counts, "n") && !str_eq(x.counts, "persons"))
            return fail(a, why, p, "indicator", x.code, "counts must be \"n\" or \"persons\"");
        if (!statement_plain(x.rows.text))
            return fail(a, why, p, "indicator", x.code, "rows must be one plain SELECT");
    }
    return true;
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
    for (uint32_t i = 0; i < p->records.count; i++) {
        struct wl_record r;
        record_row(&p->records, i, &r);
        if (r.object && !object_has_access(p, r.object))
            return fail(
                a, why, p, "record", r.name,
                arena_printf(a, "access is missing: no access row for object \"%s\"", r.object));
    }
    return true;
}

static bool settings_check(struct arena *a, const struct wl_plugin *p, const char **why)
{
    for (uint32_t i = 0; i < p->settings.count; i++) {
        struct wl_setting s;
        table_row(&p->settings, i, &s, sizeof s);
        bool known =
            s.type == WL_INTEGER || s.type == WL_BOOL || s.type == WL_TEXT || s.type == WL_MONEY;
        if (!s.name || !s.value || !known)
            return fail(a, why, p, "setting", s.name, "name, type or default value is missing");
    }
    return true;
}

bool module_check(struct arena *a, const struct wl_plugin *p, bool linked, const char **why)
{
    if (!p->name || !p->version)
        return fail(a, why, p, "plugin", p->name, "name or version is missing");
    return (linked || access_check(a, p, why)) && statements_check(a, p, why) &&
           routes_check(a, p, why) && indicators_check(a, p, why) && settings_check(a, p, why);
}
