#include "chores.h"

#include "base/log.h"
#include "settings.h"

enum { CONNECT_MS = 3000, HINTS = 64 };

static bool reach(struct db_conn **conn, const struct settings *s, const char *setting)
{
    char *why = NULL;

    if (!*conn)
        *conn = db_open(settings_text(s, setting), CONNECT_MS, &why);
    if (!*conn)
        log_line(LOG_WARN, "db_unreachable", "%s: %s", setting, why ? why : "");
    db_why_free(why);
    return *conn != NULL;
}

bool chore_host_open(struct chore_host *h, const struct settings *s)
{
    if (!h->hints)
        h->hints = hint_cache_new(HINTS);
    return reach(&h->app, s, "db.app_dsn") && reach(&h->gate, s, "db.gate_dsn");
}

void chore_host_close(struct chore_host *h)
{
    db_close(h->app);
    db_close(h->gate);
    if (h->hints)
        hint_cache_free(h->hints);
    *h = (struct chore_host){0};
}
