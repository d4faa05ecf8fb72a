/* The demonstration's divisions and org units (机构): bureau, general station, a station in each
 * township, rooms in some villages. */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "base/uuid.h"
#include "call/lazy.h"
#include "county_import.h"

enum { WAIT_US = 60 * 1000000, FILES = 3, COUNTY_WIDTH = 1000000 };

/* --- divisions -------------------------------------------------------------------------------- */

static struct lazy stmt_loaded = {
    .sql = "select exists (select from core.tenant t where t.county = $1::int)"
           " and exists (select from core.division d where d.level = 5"
           " and d.code >= $1::bigint * 1000000 and d.code < ($1::bigint + 1) * 1000000)"};

bool demo_divisions(struct demo *d, const struct demo_county *county)
{
    struct arena *a = d->cli->arena;
    const char *files[FILES] = {arena_printf(a, "%s/areas.csv", d->divisions),
                                arena_printf(a, "%s/streets.csv", d->divisions),
                                arena_printf(a, "%s/villages.csv", d->divisions)};
    const struct county_import in = {.county = county->county, .files = files, .nfiles = FILES};
    const char *county_text = arena_printf(a, "%d", county->county);
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    struct county_imported out;
    const char *why = "";

    lazy_add(b, &stmt_loaded, 1, &county_text);
    if (!cli_run(d->cli, d->owner, b))
        return false;
    if (rows_bool(b->item[0].rows, 0, 0))
        return true;
    if (!county_import(d->cli, d->owner, &in, &out, &why)) {
        cli_fail(d->cli, "%s", why);
        return false;
    }
    fprintf(stderr, "demo: %d %s: %d divisions\n", county->county, out.name, out.divisions.added);
    return true;
}

/* --- org units -------------------------------------------------------------------------------- */

struct places {
    const char **ids, **divs, **names;
    size_t n;
};

static void place_add(struct arena *a, struct places *p, const char *div, const char *name)
{
    char *id = arena_alloc(a, UUID_TEXT);

    uuid7(id);
    p->ids[p->n] = id;
    p->divs[p->n] = div;
    p->names[p->n++] = name;
}

static struct places places_new(struct arena *a, size_t cap)
{
    return (struct places){.ids = arena_alloc(a, cap * sizeof(char *)),
                           .divs = arena_alloc(a, cap * sizeof(char *)),
                           .names = arena_alloc(a, cap * sizeof(char *))};
}

/* Each kind hangs below the one before it; a room below its township's station. */
static struct lazy stmt_places = {
    .sql = "with v as (select * from unnest($3::uuid[], $4::bigint[], $5::text[])"
           " as x (id, div, name)),"
           " r as (insert into admin.org_unit"
           " (county, id, div, org, change, created_by, updated_by, name, kind, parent, status)"
           " select $1::int, v.id, v.div,"
           " case when $2 = 'ROOM' then coalesce(core.station_of($1::int, v.div), v.id)"
           " else v.id end,"
           " v.id, '" NOBODY_UUID "', '" NOBODY_UUID "', v.name, $2,"
           " (select o.id from admin.org_unit o where o.county = $1::int and o.deleted_at is null"
           " and o.kind = case $2 when 'GENSTATION' then 'COUNTY' when 'STATION' then 'GENSTATION'"
           " else 'STATION' end and (o.kind <> 'STATION' or o.township = v.div / 1000)"
           " order by o.created_at limit 1), 'OPERATING'"
           " from v where not exists (select from admin.org_unit o where o.county = $1::int"
           " and o.kind = $2 and o.div = v.div and o.deleted_at is null)"
           " returning *),"
           " h as (insert into admin.org_unit_history select * from r),"
           " a as (insert into core.audit (county, actor, action, object, object_id, div, request)"
           " select county, '" NOBODY_UUID "', 'create', 'admin.org_unit', id, div, change from r)"
           " select id from r"};

static bool places_store(struct demo *d, int county, const char *kind, const struct places *p,
                         int *made)
{
    struct arena *a = d->cli->arena;
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *params[] = {arena_printf(a, "%d", county), kind, cli_array(a, p->ids, p->n),
                            cli_array(a, p->divs, p->n), cli_array(a, p->names, p->n)};

    lazy_add(b, &stmt_places, 5, params);
    b->repeatable = true;
    if (!cli_run(d->cli, d->owner, b))
        return false;
    *made = rows_count(b->item[0].rows);
    return true;
}

static bool ends(const char *s, const char *tail)
{
    size_t n = strlen(s);
    size_t t = strlen(tail);

    return n > t && strcmp(s + n - t, tail) == 0;
}

/* 阳华社区居委会 → 阳华社区, 老县村委会 → 老县村. */
static const char *village_name(struct arena *a, const char *name)
{
    static const struct {
        const char *tail, *kept;
    } rules[] = {
        {"居民委员会", ""}, {"居委会", ""}, {"村民委员会", "村"}, {"村委会", "村"}};

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (ends(name, rules[i].tail))
            return arena_printf(a, "%.*s%s", (int)(strlen(name) - strlen(rules[i].tail)), name,
                                rules[i].kept);
    return name;
}

/* Townships proper (not the development zones 400–599), and the villages that get a room: the first
 * of each township, then the second of each, until there are enough. */
static struct lazy stmt_townships = {
    .sql = "select d.code::text, d.name from core.division d"
           " where d.parent = $1::bigint * 1000000 and d.level = 4 and d.valid_to is null"
           " and d.code / 1000 % 1000 < 400 order by d.code"};

static struct lazy stmt_villages = {
    .sql = "select x.code::text, x.name from ("
           "select d.code, d.name,"
           " row_number() over (partition by d.parent order by d.code) as turn"
           " from core.division d where d.level = 5 and d.valid_to is null"
           " and d.code >= $1::bigint * 1000000 and d.code < ($1::bigint + 1) * 1000000"
           " and d.code / 1000 % 1000 < 400) x"
           " order by x.turn, x.code limit $2::int"};

static struct lazy stmt_name = {.sql = "select name from core.tenant where county = $1"};

static struct places places_of(struct arena *a, const struct db_rows *r, const char *suffix,
                               bool villages)
{
    struct places p = places_new(a, (size_t)rows_count(r) + 1);

    for (int i = 0; i < rows_count(r); i++) {
        const char *name = rows_text(r, i, 1);

        place_add(a, &p, rows_text(r, i, 0),
                  arena_printf(a, "%s%s", villages ? village_name(a, name) : name, suffix));
    }
    return p;
}

static void general_add(struct arena *a, struct places *p, int county, const char *name)
{
    place_add(a, p, arena_printf(a, "%lld", (long long)county * COUNTY_WIDTH),
              arena_printf(a, "%s社工总站", name));
}

bool demo_places(struct demo *d, const struct demo_county *county)
{
    struct arena *a = d->cli->arena;
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *p[] = {arena_printf(a, "%d", county->county),
                       arena_printf(a, "%d", county->rooms)};
    struct places general = places_new(a, 1);
    struct places stations, rooms;
    int made[FILES] = {0};

    lazy_add(b, &stmt_name, 1, p);
    lazy_add(b, &stmt_townships, 1, p);
    lazy_add(b, &stmt_villages, 2, p);
    if (!cli_run(d->cli, d->owner, b))
        return false;
    general_add(a, &general, county->county, rows_text(b->item[0].rows, 0, 0));
    stations = places_of(a, b->item[1].rows, "社工站", false);
    rooms = places_of(a, b->item[2].rows, "社工室", true);
    if (!places_store(d, county->county, "GENSTATION", &general, &made[0]) ||
        !places_store(d, county->county, "STATION", &stations, &made[1]) ||
        !places_store(d, county->county, "ROOM", &rooms, &made[2]))
        return false;
    if (made[0] + made[1] + made[2] > 0)
        fprintf(stderr, "demo: %d: %d stations, %d rooms\n", county->county, made[1], made[2]);
    return true;
}
