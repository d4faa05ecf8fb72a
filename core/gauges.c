#include "gauges.h"

#include "db/loop.h"
#include "http/dispatch.h"
#include "http/server.h"

void gauges_open(struct gauges *g, int worker)
{
    static const char *const names[GAUGES] = {
        [CONNECTIONS] = "wulian_connections{",
        [BUSY] = "wulian_requests_busy{",
        [DB_UP] = "wulian_db_up{",
        [DB_PENDING] = "wulian_db_pending{",
        [PLUGIN_BUSY] = "wulian_threads_busy{for=\"plugins\",",
        [PLUGIN_WAITING] = "wulian_threads_waiting{for=\"plugins\",",
        [PASSWORD_BUSY] = "wulian_threads_busy{for=\"passwords\",",
        [PASSWORD_WAITING] = "wulian_threads_waiting{for=\"passwords\",",
    };

    for (int i = 0; i < GAUGES; i++)
        g->m[i] = meter_named("%sworker=\"%d\"}", names[i], worker);
}

void gauges_set(const struct gauges *g, const struct http_server *http, const struct db_loop *db,
                const struct dispatcher *d)
{
    struct pool_load plugins = dispatcher_plugin_load(d);
    struct pool_load passwords = dispatcher_secret_load(d);
    const int64_t now[GAUGES] = {
        [CONNECTIONS] = http_server_connections(http),
        [BUSY] = http_server_busy(http),
        [DB_UP] = db_loop_ready(db),
        [DB_PENDING] = db_loop_pending(db),
        [PLUGIN_BUSY] = plugins.busy,
        [PLUGIN_WAITING] = plugins.waiting,
        [PASSWORD_BUSY] = passwords.busy,
        [PASSWORD_WAITING] = passwords.waiting,
    };

    for (int i = 0; i < GAUGES; i++)
        meter_set(g->m[i], now[i]);
}

void gauges_end(const struct gauges *g)
{
    for (int i = 0; i < GAUGES; i++)
        if (g->m[i])
            meter_set(g->m[i], 0);
}
