#include "db/lane.h"

#include "base/time.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A busy lane makes jobs wait until their deadline; one without connections, or a failure that may
 * pass, only for the retry time. */
static int64_t job_limit(const struct lane *lane, const struct db_loop *l, const struct job *j)
{
    int64_t limit = j->batch->deadline ? j->batch->deadline : INT64_MAX;
    if (j->failed_at)
        return earlier(limit, j->failed_at + l->retry_us);
    if (lane->up == 0)
        return earlier(limit, later(j->submitted, lane->down_since) + l->retry_us);
    return limit;
}

static int64_t job_wake(const struct lane *lane, const struct db_loop *l, const struct job *j,
                        int64_t now)
{
    int64_t limit = job_limit(lane, l, j);
    return j->not_before > now ? earlier(limit, j->not_before) : limit;
}

void lane_push(struct lane *lane, struct db_loop *l, struct job *j)
{
    db_job_push(&lane->waiting, j);
    lane->wake = earlier(lane->wake, job_wake(lane, l, j, j->submitted));
}

void lane_push_back(struct lane *lane, struct db_loop *l, struct job *j, int64_t when)
{
    j->not_before = when;
    db_job_push_head(&lane->waiting, j);
    lane->wake = earlier(lane->wake, earlier(when, job_limit(lane, l, j)));
}

void lane_count(struct lane *lane, int change)
{
    lane->up += change;
    if (lane->up == 0)
        lane->down_since = clock_mono();
    lane->wake = 0; /* the limits have changed with it */
}

void lane_expire(struct lane *lane, struct db_loop *l, int64_t now)
{
    struct job *next;
    if (now < lane->wake)
        return;
    lane->wake = INT64_MAX;
    for (struct job *j = lane->waiting.first; j; j = next) {
        next = j->next;
        if (job_limit(lane, l, j) <= now) {
            db_job_remove(&lane->waiting, j);
            db_job_end(l, j, DB_UNAVAILABLE);
        } else {
            lane->wake = earlier(lane->wake, job_wake(lane, l, j, now));
        }
    }
}

int64_t lane_next(const struct lane *lane)
{
    return lane->waiting.n ? lane->wake : INT64_MAX;
}

/* The least busy wire, so that one slow statement holds as few as possible. */
static struct wire *wire_pick(struct lane *lane)
{
    struct wire *best = NULL;
    for (int i = 0; i < lane->n; i++) {
        struct wire *w = &lane->wire[i];
        if (w->state != WIRE_UP || w->link.doomed || w->cancelling || w->n >= lane->depth)
            continue;
        if (!best || w->n < best->n)
            best = w;
    }
    return best;
}

static struct job *job_pick(struct lane *lane, int64_t now)
{
    struct job *j = lane->waiting.first;
    while (j && j->not_before > now)
        j = j->next;
    if (j)
        db_job_remove(&lane->waiting, j);
    return j;
}

void lane_dispatch(struct lane *lane, struct db_loop *l)
{
    struct wire *w;
    struct job *j;
    int64_t now = clock_mono();
    lane_expire(lane, l, now);
    while (lane->waiting.n && (w = wire_pick(lane)) && (j = job_pick(lane, now))) {
        if (j->batch->deadline && j->batch->deadline <= now)
            db_job_end(l, j, DB_UNAVAILABLE);
        else
            wire_send(w, j);
    }
}
