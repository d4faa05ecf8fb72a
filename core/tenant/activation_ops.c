/* GET /plugins, the switch, and the county's matrix. */
#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "tenant/activation.h"
#include "tenant/ops.h"
#include "tenant/quarantine.h"

enum { COL_TOWNSHIP, COL_PLUGIN, COL_ENABLED, COL_SETTINGS, COL_SINCE };

/* The loaded plugins, then those that were left out; NULL behind the last. */
static const char *plugin_at(struct call *c, int i)
{
    const struct wl_plugin *const *plugins;
    const char *at = plugins_left_out(), *name;
    size_t length;
    int n;

    plugins = activation_catalog(&n);
    if (i < n)
        return plugins[i]->name;
    while ((name = str_word_next(&at, &length)) && n++ < i)
        ;
    return name ? arena_strndup(c->arena, name, length) : NULL;
}

/* Of one that was left out the texts are known, as far as they can be read, and no more. */
static void plugin_head(struct call *c, struct jw *w, const char *name)
{
    const struct wl_plugin *p = activation_plugin(name);
    const char *title =
        message_find(c->lang, name, arena_printf(c->arena, "plugin.%s", name));
    const char *reason = plugin_hold_text(plugin_hold(name));

    jw_kv_text(w, "name", name);
    jw_kv_text(w, "version", p ? p->version : NULL);
    jw_kv_text(w, "title", title ? title : name);
    jw_kv_bool(w, "quarantined", reason != NULL);
    jw_kv_text(w, "reason", reason ? message(c->lang, NULL, reason) : NULL);
}

/* --- GET /plugins ----------------------------------------------------------------------------- */

static struct lazy stmt_activations = {
    .sql = "select v.township, v.plugin, v.enabled, v.settings, v.since"
           " from core.plugin_activation v"
           " where " COUNTY_HOLDS("v") " and ($2::int = 0 or v.township = $2::int)"
           " order by v.plugin, v.township"};

static void activations_add(struct call *c, struct db_batch *b)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county),
                       arena_printf(c->arena, "%d", (int)c->actor->township)};

    lazy_add(b, &stmt_activations, 2, p);
}

bool plugins_plan(struct call *c, struct db_batch *b)
{
    activations_add(c, b);
    return true;
}

/* Where it is on: the actor's one township, or every one of the county. */
static void townships_json(struct jw *w, const struct db_rows *r, const char *plugin, bool *on)
{
    *on = false;
    jw_array(w);
    for (int row = 0; row < rows_count(r); row++) {
        if (!rows_bool(r, row, COL_ENABLED) || !str_eq(rows_text(r, row, COL_PLUGIN), plugin))
            continue;
        *on = true;
        jw_object(w);
        jw_kv_text(w, "township", rows_text(r, row, COL_TOWNSHIP));
        jw_key(w, "settings");
        cell_json(w, r, row, COL_SETTINGS);
        jw_key(w, "since");
        cell_json(w, r, row, COL_SINCE);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void settings_json(struct call *c, struct jw *w, const struct wl_plugin *p)
{
    struct wl_setting s;

    jw_array(w);
    for (uint32_t i = 0; p && activation_setting(p, i, &s); i++) {
        jw_object(w);
        jw_kv_text(w, "name", s.name);
        jw_kv_text(w, "title",
                   message(c->lang, p->name, arena_printf(c->arena, "setting.%s", s.name)));
        jw_kv_text(w, "type", activation_type(s.type));
        jw_kv_int(w, "min", s.min);
        jw_kv_int(w, "max", s.max);
        jw_kv_text(w, "default", s.value);
        jw_kv_text(w, "basis", s.basis);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

void plugins_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w = reply_json(c, 200);
    const char *name;
    bool on;

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; (name = plugin_at(c, i)); i++) {
        jw_object(w);
        plugin_head(c, w, name);
        jw_key(w, "on");
        townships_json(w, r, name, &on);
        jw_kv_bool(w, "enabled", on);
        jw_key(w, "settings");
        settings_json(c, w, activation_plugin(name));
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_end(w, '}');
}

/* --- the switch ------------------------------------------------------------------------------- */

static struct lazy stmt_switch = {
    .sql = "with r as materialized ("
           "select * from core.plugin_switch($5::int, $6, $7::boolean, $8::jsonb)),"
           " a as (insert into core.audit (county, actor, role, address, request, action, object,"
           " div, fields)"
           " select $1, core.actor(), $2, $3::inet, $4::uuid,"
           " case when r.enabled then 'plugin_on' else 'plugin_off' end,"
           " 'core.plugin_activation', r.township::bigint * 1000, array[r.plugin] from r)"
           " select township, plugin, enabled, settings, since from r"};

/* Nobody knows the settings of one that was left out, nor when it is back. */
static bool switch_unknown(struct call *c, const char *name)
{
    if (!plugin_quarantined(name))
        return problem(c, 404, "not_found");
    problem(c, 503, "plugin-quarantined");
    c->reply.retry_after = 0;
    return false;
}

bool switch_plan(struct call *c, struct db_batch *b)
{
    const struct wl_plugin *plugin = activation_plugin(c->args[1]);
    int64_t township = activation_township(c->args[0]);
    const struct jv *enabled = jv_get(c->input, "enabled");
    const char *p[AUDIT_PARAMS + 4];
    bool on = false;

    if (!township || !scope_holds(c->actor->scope, township * 1000))
        return problem(c, 404, "not_found");
    if (!plugin)
        return switch_unknown(c, c->args[1]);
    body_only(c, "enabled settings");
    if (!jv_bool(enabled, &on))
        fault_add(c, "/enabled", enabled ? "boolean_expected" : "required", NULL);
    audit_params(c, p);
    p[4] = arena_printf(c->arena, "%lld", (long long)township);
    p[5] = plugin->name;
    p[6] = on ? "t" : "f";
    p[7] = activation_settings(c, plugin, jv_get(c->input, "settings"));
    if (faults_reply(c))
        return false;
    lazy_add(b, &stmt_switch, AUDIT_PARAMS + 4, p);
    b->repeatable = true; /* the second time finds what the first one set */
    return true;
}

static void activation_members(struct jw *w, const struct db_rows *r, int row)
{
    jw_kv_text(w, "township", rows_text(r, row, COL_TOWNSHIP));
    row_members(w, r, row, COL_PLUGIN);
}

void switch_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w;

    if (rows_count(r) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    w = reply_json(c, 200);
    jw_object(w);
    activation_members(w, r, 0);
    jw_end(w, '}');
}

/* --- the county's matrix ---------------------------------------------------------------------- */

static struct lazy stmt_townships = {
    .sql = "select (d.code / 1000)::text as township, d.name from core.division d"
           " where d.parent = $1::bigint * 1000000 and d.level = 4"
           " and d.valid_from <= core.today() and (d.valid_to is null or d.valid_to > core.today())"
           " order by d.code"};

bool matrix_plan(struct call *c, struct db_batch *b)
{
    const char *county = arena_printf(c->arena, "%d", c->county);

    lazy_add(b, &stmt_townships, 1, &county);
    activations_add(c, b);
    return true;
}

static void township_json(struct jw *w, const struct db_rows *t, int row, const struct db_rows *on)
{
    const char *township = rows_text(t, row, 0);

    jw_object(w);
    jw_kv_text(w, "township", township);
    jw_kv_text(w, "name", rows_text(t, row, 1));
    jw_key(w, "plugins");
    jw_array(w);
    for (int i = 0; i < rows_count(on); i++)
        if (strcmp(rows_text(on, i, COL_TOWNSHIP), township) == 0) {
            jw_object(w);
            row_members(w, on, i, COL_PLUGIN);
            jw_end(w, '}');
        }
    jw_end(w, ']');
    jw_end(w, '}');
}

void matrix_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *townships = b->item[b->n - 2].rows;
    struct jw *w = reply_json(c, 200);
    const char *name;

    jw_object(w);
    jw_key(w, "plugins");
    jw_array(w);
    for (int i = 0; (name = plugin_at(c, i)); i++) {
        jw_object(w);
        plugin_head(c, w, name);
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; row < rows_count(townships); row++)
        township_json(w, townships, row, b->item[b->n - 1].rows);
    jw_end(w, ']');
    jw_end(w, '}');
}
