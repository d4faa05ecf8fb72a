#include "tenant/open.h"

#include "base/arena.h"
#include "base/time.h"
#include "base/uuid.h"
#include "call/bytea.h"
#include "call/lazy.h"
#include "tenant/keyring.h"

enum { WAIT_US = 30 * 1000000, PURPOSES = 3, FIRST_KEY = 1 };

static struct lazy stmt_tenant = {
    .sql = "insert into core.tenant (county, name) values ($1, $2)"
           " on conflict (county) do nothing"};

/* A county that has a key of the purpose keeps it: another would make its data unreadable. */
static struct lazy stmt_key = {
    .sql = "insert into core.county_key (county, purpose, id, wrapped)"
           " select $1, $2, $3::int, $4::bytea"
           " where not exists (select from core.county_key k"
           " where k.county = $1 and k.purpose = $2)"};

static struct lazy stmt_bureau = {
    .sql = "with r as (insert into admin.org_unit"
           " (county, id, div, org, change, created_by, updated_by, name, kind, status)"
           " select $1::int, $2::uuid, $1::bigint * 1000000, $2::uuid, $2::uuid,"
           " '" NOBODY_UUID "', '" NOBODY_UUID "', $3, 'COUNTY', 'OPERATING'"
           " where not exists (select from admin.org_unit o where o.county = $1"
           " and o.kind = 'COUNTY' and o.deleted_at is null) returning *),"
           " h as (insert into admin.org_unit_history select * from r),"
           " a as (insert into core.audit (county, actor, action, object, object_id, div, request)"
           " select county, '" NOBODY_UUID "', 'create', 'admin.org_unit', id, div, change from r)"
           " select id from r"};

static void key_add(struct arena *a, struct db_batch *b, const char *county_text, int county,
                    const char *purpose)
{
    enum { WRAPPED = KEY_LEN + SEAL_OVERHEAD };
    uint8_t key[KEY_LEN], wrapped[WRAPPED];
    const char *p[] = {county_text, purpose, "1", NULL};

    crypto_random(key, sizeof key);
    keyring_wrap(county, purpose, FIRST_KEY, key, wrapped);
    crypto_wipe(key, sizeof key);
    p[3] = bytea_text(a, wrapped, sizeof wrapped);
    lazy_add(b, &stmt_key, 4, p);
}

bool tenant_open(struct arena *a, struct db_conn *owner, int county, const char *name,
                 struct opened *out, const char **why)
{
    static const char *const purposes[PURPOSES] = {"data", "index", "pseudonym"};
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *county_text = arena_printf(a, "%d", county);
    char *id = arena_alloc(a, UUID_TEXT);
    const char *tenant[] = {county_text, name};
    const char *bureau[] = {county_text, id, arena_printf(a, "%s民政局", name)};

    uuid7(id);
    lazy_add(b, &stmt_tenant, 2, tenant);
    for (int i = 0; i < PURPOSES; i++)
        key_add(a, b, county_text, county, purposes[i]);
    lazy_add(b, &stmt_bureau, 3, bureau);
    b->repeatable = true;
    if (db_run(owner, b) != DB_OK) {
        *why = arena_printf(a, "county %d cannot be opened: %s", county, b->error.message);
        return false;
    }
    out->tenant = rows_affected(b->item[0].rows) > 0;
    out->keys = rows_affected(b->item[1].rows) > 0;
    out->bureau = rows_count(b->item[1 + PURPOSES].rows) > 0;
    return true;
}
