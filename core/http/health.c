#include "http/health.h"

#include "base/str.h"
#include "json/jw.h"
#include "tenant/activation.h"
#include "tenant/quarantine.h"

/* Plugins that were held back, for whoever watches the process. */
static void quarantined_json(struct jw *w)
{
    const struct wl_plugin *const *plugins;
    const char *at = plugins_left_out(), *name;
    size_t length;
    int n;

    plugins = activation_catalog(&n);
    jw_key(w, "quarantined");
    jw_array(w);
    for (int i = 0; i < n; i++)
        if (plugin_quarantined(plugins[i]->name))
            jw_text(w, plugins[i]->name);
    while ((name = str_word_next(&at, &length)))
        jw_text_n(w, name, length);
    jw_end(w, ']');
}

/* No batch: the reply is set while planning, so a database that is away changes nothing here. */
static bool healthz_plan(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    (void)b;
    jw_object(w);
    jw_kv_text(w, "status", "ok");
    quarantined_json(w);
    jw_end(w, '}');
    return false;
}

const struct op http_ops[] = {
    {
        .method = "GET",
        .path = "/healthz",
        .lane = OP_QUICK,
        .flags = OP_ANONYMOUS,
        .plan = healthz_plan,
        .summary = "The process answers",
        .gives = "{status quarantined:[text]}",
    },
};
const int http_nops = sizeof http_ops / sizeof *http_ops;
