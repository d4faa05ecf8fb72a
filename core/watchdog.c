#include "watchdog.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/time.h"
#include "quarantine.h"

enum { MS = 1000 };

/* The page is the dead process's own: its texts may lack their end. */
static bool same_plugin(const struct crash_slot *a, const struct crash_slot *b)
{
    return strncmp(a->plugin, b->plugin, sizeof a->plugin) == 0 &&
           strncmp(a->version, b->version, sizeof a->version) == 0;
}

static bool in_flight(const struct crash_slot *s)
{
    return atomic_load_explicit(&s->busy, memory_order_acquire);
}

static bool owned_up(const struct crash_slot *s)
{
    return in_flight(s) && atomic_load_explicit(&s->end, memory_order_acquire) == SLOT_DIED;
}

static void name(const struct crash_slot *s, const char *process, const char *event,
                 const char *what)
{
    log_line(LOG_ERROR, event,
             "%s %s plugin %.*s %.*s, route %.*s, request %.*s, for %lld ms", process, what,
             PLUGIN_NAME, s->plugin, PLUGIN_VERSION, s->version, SLOT_ROUTE, s->route,
             SLOT_REQUEST, s->request, (long long)((clock_mono() - s->since) / MS));
}

/* The one whose thread said so; else the only plugin that was in flight; NULL when that is nobody
 * or several. */
static const struct crash_slot *guilty(const struct crash_slot *row)
{
    const struct crash_slot *only = NULL;
    bool several = false;

    for (int i = 0; i < SLOTS_THREADS; i++)
        if (owned_up(&row[i]))
            return &row[i];
    for (int i = 0; i < SLOTS_THREADS; i++) {
        if (!in_flight(&row[i]))
            continue;
        several = several || (only && !same_plugin(only, &row[i]));
        only = &row[i];
    }
    return several ? NULL : only;
}

bool watchdog_blame(struct judge *j, const char *process, const struct crash_slot *row, int status)
{
    const struct crash_slot *who = guilty(row);
    bool from_outside = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

    for (int i = 0; i < SLOTS_THREADS; i++)
        if (in_flight(&row[i]))
            name(&row[i], process, &row[i] == who ? "plugin_crash" : "plugin_lost",
                 &row[i] == who ? "was in" : "had in flight");
    if (!who || from_outside)
        return false;
    if (atomic_load(&who->end) != SLOT_OVERDUE)
        judge_count(j, who->plugin, who->version);
    return true;
}

bool watchdog_overdue(struct judge *j, const char *process, struct crash_slot *row, int64_t now)
{
    bool must_end = false;

    for (int i = 0; i < SLOTS_THREADS; i++) {
        struct crash_slot *s = &row[i];

        if (!in_flight(s) || now <= s->until || atomic_load(&s->end) != SLOT_RUNS)
            continue;
        atomic_store(&s->end, SLOT_OVERDUE);
        name(s, process, "plugin_overdue", "must end: overdue in");
        judge_count(j, s->plugin, s->version);
        must_end = true;
    }
    return must_end;
}
