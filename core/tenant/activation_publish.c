/* The settings that the loaded plugins declare, where core.setting() reads their defaults. */
#include "base/buf.h"
#include "base/time.h"
#include "call/lazy.h"
#include "json/jw.h"
#include "tenant/activation.h"
#include "tenant/quarantine.h"

enum { TEXT_MAX = 1 << 20, WAIT_US = 30 * 1000000 };

#define DECLARED                                                                                   \
    " from jsonb_to_recordset($1::jsonb) as r (key text, plugin text, name text, type text,"       \
    " value text, basis text)"

/* What a plugin published stays while it is left out. */
static struct lazy sql_clear = {
    .sql = "delete from core.setting_default d where not exists (select" DECLARED
           " where r.key = d.key) and d.plugin <> all (string_to_array($2, ' '))"};

static struct lazy sql_put = {
    .sql = "insert into core.setting_default as d (key, plugin, name, type, value, basis)"
           " select r.key, r.plugin, r.name, r.type, r.value, r.basis" DECLARED
           " on conflict (key) do update set type = excluded.type, value = excluded.value,"
           " basis = excluded.basis"};

static void setting_write(struct arena *a, struct jw *w, const struct wl_plugin *p,
                          const struct wl_setting *s)
{
    jw_object(w);
    jw_kv_text(w, "key", arena_printf(a, "%s.%s", p->name, s->name));
    jw_kv_text(w, "plugin", p->name);
    jw_kv_text(w, "name", s->name);
    jw_kv_text(w, "type", activation_type(s->type));
    jw_kv_text(w, "value", s->value);
    jw_kv_text(w, "basis", s->basis);
    jw_end(w, '}');
}

static const char *settings_text(struct arena *a)
{
    struct wl_setting s;
    const char *text;
    struct buf b;
    struct jw w;
    int n;
    const struct wl_plugin *const *plugins = activation_catalog(&n);

    buf_init(&b, TEXT_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (int i = 0; i < n; i++)
        for (uint32_t k = 0; activation_setting(plugins[i], k, &s); k++)
            setting_write(a, &w, plugins[i], &s);
    jw_end(&w, ']');
    text = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}

bool activation_publish(struct arena *a, struct db_conn *owner, const char **why)
{
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *text = settings_text(a);

    if (!text) {
        *why = "the plugins declare too many settings";
        return false;
    }
    lazy_add(b, &sql_clear, 2, (const char *const[]){text, plugins_left_out()});
    lazy_add(b, &sql_put, 1, &text);
    b->repeatable = true;
    if (db_run(owner, b) == DB_OK)
        return true;
    *why = arena_printf(a, "settings of plugins cannot be written: %s", b->error.message);
    return false;
}
