#include "chores.h"

#include "base/log.h"
#include "settings.h"

enum { HINTS = 64 };

bool chore_host_open(struct chore_host *h, const struct settings *s)
{
    if (!h->hints)
        h->hints = hint_cache_new(HINTS);
    return db_reach(&h->app, settings_text(s, "db.app_dsn")) &&
           db_reach(&h->gate, settings_text(s, "db.gate_dsn"));
}

void chore_host_close(struct chore_host *h)
{
    db_close(h->app);
    db_close(h->gate);
    if (h->hints)
        hint_cache_free(h->hints);
    *h = (struct chore_host){0};
}
