/* The heads and workers of the stations that have none of the named people: without them a county
 * of sixteen stations would look deserted. They have no code until somebody asks for one. */
#include "demo.h"

#include <stdio.h>

#include "base/time.h"
#include "call/lazy.h"
#include "iam/account.h"

enum { WAIT_US = 60 * 1000000, WORKERS_MOST = 5, TOWNSHIP = 1000 };

static const char *const surnames[] = {"周", "吴", "郑", "王", "陈", "蒋", "盘", "唐",
                                       "奉", "黄", "莫", "罗", "谢", "宋", "韦", "任"};
static const char *const given[] = {"立新", "丽娟", "德胜", "春梅", "学文", "爱莲", "永强",
                                    "雪琴", "国庆", "美玲", "少华", "素芳", "志刚"};

enum {
    SURNAMES = sizeof surnames / sizeof surnames[0],
    GIVEN = sizeof given / sizeof given[0]
};

static struct lazy stmt_stations = {
    .sql = "select o.div from admin.org_unit o"
           " where o.county = $1::int and o.kind = 'STATION' and o.deleted_at is null"
           "   and not exists (select from admin.post p where p.county = o.county"
           " and p.role = 'station_head' and p.scope_div = o.div and p.deleted_at is null)"
           " order by o.div"};

struct hiring {
    struct demo *d;
    int county;
    int64_t div;
    int n; /* people so far: names differ by it */
    int added;
};

static bool hire(struct hiring *h, const char *role, const char *login)
{
    struct arena *a = h->d->cli->arena;
    struct account_wish wish = {.login = {.county = h->county},
                                .name = arena_printf(a, "%s%s（演示）", surnames[h->n % SURNAMES],
                                                     given[h->n * 5 % GIVEN]),
                                .role = role,
                                .div = h->div,
                                .scope = h->div,
                                .approved = true,
                                .first_only = true};
    struct account_made made;
    const char *why;

    snprintf(wish.login.name, sizeof wish.login.name, "%s", login);
    if (!account_add(a, h->d->owner, &wish, &made, &why)) {
        cli_fail(h->d->cli, "%s@%d: %s", login, h->county, why);
        return false;
    }
    h->n++;
    h->added += made.account_new;
    return true;
}

/* A head, and two to five workers. */
static bool station_staff(struct hiring *h)
{
    struct arena *a = h->d->cli->arena;
    int place = (int)(h->div / TOWNSHIP % TOWNSHIP), workers = 2 + place % (WORKERS_MOST - 1);

    if (!hire(h, "station_head", arena_printf(a, "head.%d", place)))
        return false;
    for (int i = 1; i <= workers; i++)
        if (!hire(h, "social_worker", arena_printf(a, "worker%d.%d", i, place)))
            return false;
    return true;
}

bool demo_staff(struct demo *d, const struct demo_county *county)
{
    struct hiring h = {.d = d, .county = county->county, .n = county->county % SURNAMES};
    const char *p[] = {arena_printf(d->cli->arena, "%d", county->county)};
    struct db_batch *b = batch_new(d->cli->arena, clock_mono() + WAIT_US);

    lazy_add(b, &stmt_stations, 1, p);
    if (!cli_run(d->cli, d->owner, b))
        return false;
    for (int i = 0; i < rows_count(b->item[0].rows); i++) {
        h.div = rows_int(b->item[0].rows, i, 0);
        if (!station_staff(&h))
            return false;
    }
    if (h.added > 0)
        fprintf(stderr, "demo: %d: %d people in the other stations\n", county->county, h.added);
    return true;
}
