#include "keys_rotate.h"

#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/crypto.h"
#include "tenant/sealed.h"
#include "tenant/keyring.h"
#include "tenant/open.h"

enum { TABLES_MAX = 512, COLUMNS_MAX = 16, PASSES_MAX = 50, BATCH_ARENA = 256 << 20 };
enum { WRAPPED = KEY_LEN + SEAL_OVERHEAD, KEY_ID_TEXT = 11 };

/* A table that holds encrypted columns. Which these are the catalog says, not the plugins that
 * happen to be enabled: what a plugin left behind when it was taken out is moved as well. */
struct table {
    const char *name;  /* "station.resident_history" */
    const char *place; /* what its values are bound to: "station.resident" */
    bool history;      /* many versions of a row */
    const char *column[COLUMNS_MAX];
    int columns;
};

struct run {
    struct cli *c;
    struct db_conn *owner;
    struct rotation *r;
    const char *county;
    char mark[KEY_ID_TEXT]; /* the newest key's id as it stands in a sealed value */
    struct table table[TABLES_MAX];
    int tables;
    int64_t due, done; /* of this pass, for the bar */
};

static bool failed(const struct run *x, const char *what, const struct db_error *e)
{
    cli_progress_end();
    cli_fail(x->c, "%s: %s", what, e->message);
    return false;
}

static struct db_rows *ask(const struct run *x, struct arena *a, const char *what, const char *sql,
                           int n, const char *const *params)
{
    struct db_error e;
    struct db_rows *rows = db_query(x->owner, a, sql, n, params, &e);

    if (!rows)
        failed(x, what, &e);
    return rows;
}

static const char *hex_text(struct arena *a, const uint8_t *p, size_t n)
{
    char *out = arena_alloc(a, 2 * n + 1);

    hex_encode(p, n, out);
    return out;
}

/* --- keys ------------------------------------------------------------------------------------- */

bool keys_load(struct cli *c, struct db_conn *owner, int county)
{
    struct run x = {.c = c, .owner = owner};
    const char *p[] = {arena_printf(c->arena, "%d", county)};
    const struct db_rows *rows =
        ask(&x, c->arena, "keys",
            "select purpose, id, wrapped from core.county_key where county = $1", 1, p);

    for (int i = 0; rows && i < rows_count(rows); i++) {
        size_t n = 0;
        const uint8_t *wrapped = rows_bytes(c->arena, rows, i, 2, &n);

        if (!keyring_put(county, rows_text(rows, i, 0), (uint32_t)rows_int(rows, i, 1), wrapped,
                         n)) {
            cli_fail(c, "key %s %s of %d does not open under the master key", rows_text(rows, i, 0),
                     rows_text(rows, i, 1), county);
            return false;
        }
    }
    if (rows && !keyring_has(county))
        cli_fail(c, "%d is not an open county", county);
    return rows && keyring_has(county);
}

/* The newest data key, and whether it is the only one in use. */
static bool key_newest(const struct run *x, uint32_t *id, bool *alone)
{
    const struct db_rows *rows =
        ask(x, x->c->arena, "keys",
            "select max(id), count(*) filter (where retired_at is null) = 1 from core.county_key"
            " where county = $1 and purpose = 'data'",
            1, &x->county);

    if (!rows)
        return false;
    *id = (uint32_t)rows_int(rows, 0, 0);
    *alone = rows_bool(rows, 0, 1);
    return true;
}

static bool key_make(const struct run *x, uint32_t id)
{
    uint8_t key[KEY_LEN], wrapped[WRAPPED];
    char request[UUID_TEXT];
    const char *p[] = {x->county, arena_printf(x->c->arena, "%u", (unsigned)id), NULL, request};
    bool made = false;

    uuid7(request);
    crypto_random(key, sizeof key);
    keyring_wrap(x->r->county, "data", id, key, wrapped);
    crypto_wipe(key, sizeof key);
    p[2] = hex_text(x->c->arena, wrapped, sizeof wrapped);
    made = ask(x, x->c->arena, "new key",
               "with k as (insert into core.county_key (county, purpose, id, wrapped)"
               " values ($1::int, 'data', $2::int, decode($3, 'hex')) returning county, id)"
               " insert into core.audit (county, actor, action, object, request, n)"
               " select county, '" NOBODY_UUID "', 'key_new', 'core.county_key', $4::uuid, id"
               " from k",
               4, p);
    return made && keyring_put(x->r->county, "data", id, wrapped, sizeof wrapped);
}

static void mark_set(struct run *x)
{
    uint8_t mark[4];

    for (int i = 0; i < 4; i++)
        mark[i] = (uint8_t)(x->r->key >> (24 - 8 * i));
    memcpy(x->mark, "\\x", 2);
    hex_encode(mark, sizeof mark, x->mark + 2);
}

/* --- tables ----------------------------------------------------------------------------------- */

static const char tables_sql[] =
    "select c.oid::regclass::text, quote_ident(a.attname),"
    " c.relname like '%\\_history', regexp_replace(n.nspname || '.' || c.relname, '_history$', '')"
    "  from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    "  join pg_attribute a on a.attrelid = c.oid"
    " where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0"
    "   and a.attname like '%\\_enc' and a.atttypid = 'bytea'::regtype and not a.attisdropped"
    "   and (select count(*) = 2 from pg_attribute k where k.attrelid = c.oid"
    "         and k.attname in ('county', 'id') and not k.attisdropped)"
    " order by c.oid, a.attnum";

/* The rows themselves before their histories: a write that copies an old value into the history has
 * ended before the row can be moved, so the history is looked at after it. */
static bool tables_find(struct run *x)
{
    const struct db_rows *rows = ask(x, x->c->arena, "tables", tables_sql, 0, NULL);

    for (int h = 0; rows && h < 2; h++)
        for (int i = 0; i < rows_count(rows); i++) {
            const char *name = rows_text(rows, i, 0);
            struct table *t = x->tables ? &x->table[x->tables - 1] : NULL;

            if (rows_bool(rows, i, 2) != (h == 1))
                continue;
            if (!t || !str_eq(t->name, name)) {
                if (x->tables == TABLES_MAX)
                    return cli_fail(x->c, "too many tables"), false;
                t = &x->table[x->tables++];
                t->name = name;
                t->history = h == 1;
                t->place = rows_text(rows, i, 3);
            }
            if (t->columns == COLUMNS_MAX)
                return cli_fail(x->c, "%s: too many encrypted columns", name), false;
            t->column[t->columns++] = rows_text(rows, i, 1);
        }
    return rows != NULL;
}

/* "(substring(t.a_enc from 3 for 4) <> $n::bytea or …)": the row holds something older. */
static const char *older(struct arena *a, const struct table *t, int param)
{
    const char *out = "";

    for (int i = 0; i < t->columns; i++)
        out = arena_printf(a, "%s%ssubstring(t.%s from 3 for 4) <> $%d::bytea", out,
                           i ? " or " : "", t->column[i], param);
    return arena_printf(a, "(%s)", out);
}

static bool table_due(const struct run *x, const struct table *t, int64_t *n)
{
    const char *p[] = {x->county, x->mark};
    const struct db_rows *rows =
        ask(x, x->c->arena, t->name,
            arena_printf(x->c->arena, "select count(*) from %s t where t.county = $1 and %s",
                         t->name, older(x->c->arena, t, 2)),
            2, p);

    *n = rows ? rows_int(rows, 0, 0) : 0;
    return rows != NULL;
}

/* --- a batch of rows -------------------------------------------------------------------------- */

/* Values of one column on their way: arrays of PostgreSQL, growing. */
struct moves {
    const char **id, **version, **before, **after;
    size_t n;
};

static struct moves moves_new(struct arena *a, int rows)
{
    size_t size = sizeof(char *) * (size_t)rows;

    return (struct moves){arena_alloc(a, size), arena_alloc(a, size), arena_alloc(a, size),
                          arena_alloc(a, size), 0};
}

/* Opens one value under its key and seals it under the newest; false when it does not open. */
static bool move_add(const struct run *x, struct arena *a, const struct table *t,
                     const struct db_rows *rows, int row, int column, struct moves *m)
{
    size_t n = 0;
    int county = x->r->county;
    const char *id = rows_text(rows, row, 0);
    const uint8_t *sealed = rows_bytes(a, rows, row, 2 + column, &n);
    struct seal_key key;
    char *plain;
    uint8_t *fresh;

    if (!sealed || seal_key_id(sealed, n) == x->r->key)
        return true;
    plain = sealed_open(a, county, t->place, t->column[column], id, sealed, n);
    if (!plain || !keyring_data_key(county, &key))
        return false;
    fresh = arena_alloc(a, n);
    seal(&key, sealed_aad(a, county, t->place, t->column[column], id), plain, n - SEAL_OVERHEAD,
         fresh);
    crypto_wipe(&key, sizeof key);
    crypto_wipe(plain, n - SEAL_OVERHEAD);
    m->id[m->n] = id;
    m->version[m->n] = rows_text(rows, row, 1);
    m->before[m->n] = hex_text(a, sealed, n);
    m->after[m->n++] = hex_text(a, fresh, n);
    return true;
}

/* Writes only where the value is still the one that was read. */
static bool moves_write(struct run *x, struct arena *a, const struct table *t, const char *column,
                        const struct moves *m)
{
    const char *p[] = {x->county, cli_array(a, m->id, m->n), cli_array(a, m->version, m->n),
                       cli_array(a, m->before, m->n), cli_array(a, m->after, m->n)};
    const char *sql =
        arena_printf(a,
                     "update %s t set %s = u.after from (select unnest($2::uuid[]) as id,"
                     " unnest($3::int[]) as version, decode(unnest($4::text[]), 'hex') as before,"
                     " decode(unnest($5::text[]), 'hex') as after) u"
                     " where t.county = $1 and t.id = u.id and t.%s = u.before%s",
                     t->name, column, column, t->history ? " and t.version = u.version" : "");
    const struct db_rows *rows = m->n ? ask(x, a, t->name, sql, 5, p) : NULL;

    if (!rows)
        return m->n == 0;
    x->r->moved += rows_affected(rows);
    x->r->waiting += (int64_t)m->n - rows_affected(rows);
    return true;
}

static bool batch_move(struct run *x, struct arena *a, const struct table *t,
                       const struct db_rows *rows)
{
    for (int k = 0; k < t->columns; k++) {
        struct moves m = moves_new(a, rows_count(rows));

        for (int i = 0; i < rows_count(rows); i++)
            x->r->broken += !rows_null(rows, i, 2 + k) && !move_add(x, a, t, rows, i, k, &m);
        if (!moves_write(x, a, t, t->column[k], &m))
            return false;
    }
    return true;
}

static const char *batch_sql(struct arena *a, const struct run *x, const struct table *t)
{
    const char *columns = "";

    for (int i = 0; i < t->columns; i++)
        columns = arena_printf(a, "%s, t.%s", columns, t->column[i]);
    return arena_printf(a,
                        "select t.id, %s%s from %s t where t.county = $1 and %s and %s"
                        " order by t.id%s limit %d",
                        t->history ? "t.version" : "$4::int", columns, t->name,
                        t->history ? "(t.id, t.version) > ($2::uuid, $4::int)" : "t.id > $2::uuid",
                        older(a, t, 3), t->history ? ", t.version" : "", x->r->batch);
}

/* Keyed by id (and version): each batch begins behind the one before it. */
static bool table_move(struct run *x, const struct table *t)
{
    char id[UUID_TEXT] = NOBODY_UUID, version[16] = "0";
    int n;

    do {
        struct arena *a = arena_new(BATCH_ARENA);
        const char *p[] = {x->county, id, x->mark, version};
        const struct db_rows *rows = ask(x, a, t->name, batch_sql(a, x, t), 4, p);

        n = rows ? rows_count(rows) : -1;
        if (n > 0 && batch_move(x, a, t, rows)) {
            str_format(id, sizeof id, "%s", rows_text(rows, n - 1, 0));
            str_format(version, sizeof version, "%s", rows_text(rows, n - 1, 1));
            x->done += n;
            cli_progress("sealing anew", x->due ? (double)x->done / (double)x->due : 1);
        } else if (n > 0) {
            n = -1;
        }
        arena_free(a);
    } while (n == x->r->batch);
    return n >= 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Once over every table; *left is what was due at its beginning. */
static bool pass(struct run *x, int64_t *left)
{
    x->due = x->done = 0;
    x->r->broken = x->r->waiting = 0;
    for (int i = 0; i < x->tables; i++) {
        int64_t n;

        if (!table_due(x, &x->table[i], &n))
            return false;
        x->due += n;
    }
    *left = x->due;
    for (int i = 0; x->due && i < x->tables; i++)
        if (!table_move(x, &x->table[i]))
            return false;
    cli_progress_end();
    return true;
}

/* Uploads from before the newest key: their bytes lie outside the database, under the older one. */
static bool files_count(struct run *x)
{
    const char *p[] = {x->county, arena_printf(x->c->arena, "%u", (unsigned)x->r->key)};
    const struct db_rows *rows =
        ask(x, x->c->arena, "files", "select to_regclass('core.file') is not null", 0, NULL);

    if (!rows || !rows_bool(rows, 0, 0))
        return rows != NULL;
    rows =
        ask(x, x->c->arena, "files",
            "select count(*) from core.file f where f.county = $1 and f.at <= (select k.created_at"
            " from core.county_key k where k.county = $1 and k.purpose = 'data'"
            " and k.id = $2::int) + interval '1 minute'",
            2, p);
    x->r->files = rows ? rows_int(rows, 0, 0) : 0;
    return rows != NULL;
}

/* A run that ended leaves older keys in use only for files; one that was killed left values too, or
 * no file. */
static bool run_ended(struct run *x, bool *ended)
{
    int64_t due = 0;

    for (int i = 0; i < x->tables && due == 0; i++)
        if (!table_due(x, &x->table[i], &due))
            return false;
    if (!files_count(x))
        return false;
    *ended = due == 0 && x->r->files > 0;
    return true;
}

/* Goes on under the newest key where an earlier run stopped; else makes the next one. */
static bool key_prepare(struct run *x)
{
    bool alone = false, ended = false;

    if (!key_newest(x, &x->r->key, &alone))
        return false;
    mark_set(x);
    if (!alone && !run_ended(x, &ended))
        return false;
    x->r->resumed = !alone && !ended;
    if (!x->r->resumed && !key_make(x, ++x->r->key))
        return false;
    mark_set(x);
    return true;
}

/* In one transaction: the older keys' rows are locked first, which waits for the writes that still
 * use them and keeps out new ones, and then every table is looked at once more. */
static bool keys_retire(struct run *x)
{
    char request[UUID_TEXT];
    const char *p[] = {x->county, arena_printf(x->c->arena, "%u", (unsigned)x->r->key), request};
    struct db_error e;
    int64_t held = 0;
    bool ok;

    uuid7(request);
    if (db_script(x->owner, x->c->arena, "begin", &e) != DB_OK)
        return failed(x, "retiring", &e);
    ok = ask(x, x->c->arena, "retiring",
             "with k as (update core.county_key set retired_at = now() where county = $1"
             " and purpose = 'data' and id < $2::int and retired_at is null returning county, id)"
             " insert into core.audit (county, actor, action, object, request, n)"
             " select county, '" NOBODY_UUID "', 'key_retire', 'core.county_key', $3::uuid, id"
             " from k",
             3, p);
    for (int i = 0; ok && held == 0 && i < x->tables; i++)
        ok = table_due(x, &x->table[i], &held);
    ok = ok && held == 0;
    if (db_script(x->owner, x->c->arena, ok ? "commit" : "rollback", &e) != DB_OK)
        return failed(x, "retiring", &e);
    x->r->retired = ok;
    return true;
}

bool keys_rotate(struct cli *c, struct db_conn *owner, struct rotation *r)
{
    struct run *x = arena_alloc(c->arena, sizeof *x);
    int64_t left = 1;

    *x = (struct run){.c = c, .owner = owner, .r = r};
    x->county = arena_printf(c->arena, "%d", r->county);
    if (!keys_load(c, owner, r->county) || !tables_find(x) || !key_prepare(x))
        return false;
    for (int i = 0; i < PASSES_MAX && left > r->broken; i++)
        if (!pass(x, &left))
            return false;
    if (!files_count(x))
        return false;
    return r->broken || r->files || left > 0 || keys_retire(x);
}
