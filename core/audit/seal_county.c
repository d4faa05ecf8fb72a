#include "audit/seal_county.h"

#include <string.h>

#include "audit/ledger.h"
#include "audit/outside.h"
#include "audit/tree.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "call/gate.h"

enum { ARENA_MAX = 64 << 20, CATCH_UP = 1000, PEAKS = SEAL_COLUMNS, ADD_PARAMS };

/* A county's ledger in one try. */
struct attempt {
    struct seal_county *c;
    struct db_conn *gate;
    const struct sealer_options *o;
    struct arena *a;
    const char *county;
    const char *head[SEAL_COLUMNS]; /* the last seal; all NULL before the first */
    struct tree tree;
};

static struct lazy stmt_head = {.sql = "select * from core.audit_head($1)"};
static struct lazy stmt_seals = {.sql = "select * from core.audit_seals($1, $2, $3)"};
static struct lazy stmt_rows = {.sql = "select * from core.audit_rows($1, $2, $3, $4)"};
static struct lazy stmt_add = {
    .sql =
        "select core.audit_seal_add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};

static enum seal_result refuse(struct attempt *t, const char *why)
{
    str_format(t->c->why, sizeof t->c->why, "%s", why);
    t->c->checked = false;
    return SEAL_REFUSED;
}

static void values_take(const struct db_rows *r, int row, int n, const char **out)
{
    size_t size;

    for (int i = 0; i < n; i++)
        out[i] = rows_value(r, row, i, &size);
}

/* --- where the log stands --------------------------------------------------------------------- */

static bool edge_fits(struct attempt *t, const char *hex)
{
    uint8_t edge[TREE_EDGE_MAX], root[SHA256_LEN];
    char text[2 * SHA256_LEN + 1];
    size_t n = 0;

    if (!hex || !hex_decode(hex, strlen(hex), edge, sizeof edge, &n) ||
        !tree_of_edge(&t->tree, (uint64_t)ledger_int(t->head[SEAL_N]), edge, n))
        return false;
    tree_root(&t->tree, root);
    hex_encode(root, sizeof root, text);
    return str_eq(text, t->head[SEAL_ROOT]);
}

/* Behind what we have seen, or at the same place another: somebody took seals away. */
static bool as_known(struct seal_county *c, int64_t seal, const uint8_t hash[SHA256_LEN])
{
    if (seal < c->seal || (seal == c->seal && memcmp(hash, c->hash, SHA256_LEN) != 0))
        return false;
    c->seal = seal;
    memcpy(c->hash, hash, SHA256_LEN);
    return true;
}

static enum seal_result head_find(struct attempt *t)
{
    const struct db_rows *r = gate_ask(t->gate, t->a, &stmt_head, 1, &t->county);
    uint8_t hash[SHA256_LEN] = {0};
    size_t n;

    if (!r)
        return SEAL_FAILED;
    if (rows_count(r) > 0) {
        values_take(r, 0, SEAL_COLUMNS, t->head);
        if (!edge_fits(t, rows_value(r, 0, PEAKS, &n)) || !ledger_seal_hash(t->head, hash))
            return refuse(t, "the last seal and the tree in core.audit_edge do not fit together");
    }
    return as_known(t->c, ledger_int(t->head[SEAL_SEAL]), hash)
               ? SEAL_DONE
               : refuse(t, "the log in the database is shorter than it was, or another");
}

/* --- the copy outside ------------------------------------------------------------------------- */

static const struct db_rows *seals_ask(struct attempt *t, int64_t after, int most)
{
    const char *p[] = {t->county, arena_int(t->a, after), arena_int(t->a, most)};

    return gate_ask(t->gate, t->a, &stmt_seals, 3, p);
}

/* The seal at the file's end must be in the database, and the same. */
static enum seal_result outside_meets(struct attempt *t, const struct outside_head *h)
{
    const struct db_rows *r = h->seal ? seals_ask(t, h->seal - 1, 1) : NULL;
    const char *v[SEAL_COLUMNS] = {0};
    uint8_t hash[SHA256_LEN];

    if (h->seal == 0)
        return SEAL_DONE;
    if (!r)
        return SEAL_FAILED;
    if (rows_count(r) > 0)
        values_take(r, 0, SEAL_COLUMNS, v);
    if (ledger_int(v[SEAL_SEAL]) != h->seal || !ledger_seal_hash(v, hash) ||
        memcmp(hash, h->hash, SHA256_LEN) != 0)
        return refuse(t, "the log in the database is shorter than its copy outside, or another: "
                         "after a restore run wulian audit epoch");
    return SEAL_DONE;
}

/* *after: the seal that the copy ends with, before and behind. */
static enum seal_result outside_follow(struct attempt *t, int64_t *after)
{
    const char *v[SEAL_COLUMNS], *why;
    const struct db_rows *r;

    do {
        r = seals_ask(t, *after, CATCH_UP);
        if (!r)
            return SEAL_FAILED;
        for (int i = 0; i < rows_count(r); i++) {
            values_take(r, i, SEAL_COLUMNS, v);
            if (!outside_append(t->a, t->o->dir, v, &why))
                return refuse(t, why);
            *after = ledger_int(v[SEAL_SEAL]);
        }
    } while (rows_count(r) == CATCH_UP);
    return SEAL_DONE;
}

/* Nobody can tell the copy that is gone from one that never was: a person has to compare. */
static void anew_tell(const struct attempt *t, int64_t last)
{
    log_line(LOG_WARN, "audit_copy_anew",
             "county %s: there was no copy outside; written anew with the seals 1 to %lld of the "
             "database; compare it with a copy kept elsewhere",
             t->county, (long long)last);
}

/* The file is read before the database: what another sealer adds meanwhile is newer than both. */
static enum seal_result outside_check(struct attempt *t)
{
    struct outside_head h;
    const char *why;
    enum seal_result result;
    int64_t last;

    if (t->c->checked || !*t->o->dir)
        return SEAL_DONE;
    if (!outside_head(t->a, t->o->dir, t->county, &h, &why))
        return refuse(t, why);
    result = outside_meets(t, &h);
    last = h.seal;
    if (result == SEAL_DONE)
        result = outside_follow(t, &last);
    if (h.seal == 0 && last > 0)
        anew_tell(t, last);
    t->c->checked = result == SEAL_DONE;
    if (t->c->checked) { /* what was known before may have been given up (wulian audit epoch) */
        t->c->seal = h.seal;
        memcpy(t->c->hash, h.hash, sizeof h.hash);
    }
    return result;
}

/* --- the next seal ---------------------------------------------------------------------------- */

static const struct db_rows *rows_ask(struct attempt *t)
{
    const char *const *head = t->head;
    const char *p[] = {t->county, head[SEAL_EPOCH] ? head[SEAL_EPOCH] : "0",
                       head[SEAL_XID] ? head[SEAL_XID] : "0", arena_int(t->a, t->o->most)};

    return gate_ask(t->gate, t->a, &stmt_rows, 4, p);
}

/* Adds the rows to the tree and says in the seal what they are. */
static bool rows_take(struct attempt *t, const struct db_rows *r, const char **seal)
{
    const char *row[ROW_COLUMNS] = {NULL};
    int64_t first = INT64_MAX, last = INT64_MIN;
    uint8_t leaf[SHA256_LEN];

    for (int i = 0; i < rows_count(r); i++) {
        int64_t at;

        values_take(r, i, ROW_COLUMNS - 1, row + 1);
        row[ROW_SEQ] = arena_int(t->a, (int64_t)t->tree.n + 1);
        if (!ledger_leaf(row, leaf))
            return false;
        tree_add(&t->tree, leaf);
        at = ledger_int(row[ROW_AT]);
        first = at < first ? at : first;
        last = at > last ? at : last;
    }
    seal[SEAL_EPOCH] = row[ROW_EPOCH];
    seal[SEAL_XID] = row[ROW_XID];
    seal[SEAL_FIRST_AT] = arena_int(t->a, first);
    seal[SEAL_LAST_AT] = arena_int(t->a, last);
    return true;
}

static void seal_make(struct attempt *t, const char **seal)
{
    uint8_t root[SHA256_LEN];

    tree_root(&t->tree, root);
    seal[SEAL_SEAL] = arena_int(t->a, t->c->seal + 1);
    seal[SEAL_COUNTY] = t->county;
    seal[SEAL_N] = arena_int(t->a, (int64_t)t->tree.n);
    seal[SEAL_ROOT] = ledger_hex(t->a, root, sizeof root);
    seal[SEAL_PREVIOUS] = ledger_hex(t->a, t->c->hash, sizeof t->c->hash);
    seal[SEAL_SEALED_AT] = arena_int(t->a, clock_us());
    ledger_sign(t->a, &t->o->key, seal);
}

static enum seal_result seal_write(struct attempt *t, const char *const *seal)
{
    uint8_t edge[TREE_EDGE_MAX];
    const char *p[ADD_PARAMS];
    struct db_batch *b = batch_new(t->a, clock_mono() + 10 * 1000000);

    memcpy(p, seal, SEAL_COLUMNS * sizeof *p);
    p[PEAKS] = ledger_hex(t->a, edge, tree_edge(&t->tree, edge));
    lazy_add(b, &stmt_add, ADD_PARAMS, p);
    if (db_run(t->gate, b) == DB_OK)
        return SEAL_DONE;
    if (b->status == DB_REFUSED && strcmp(b->error.sqlstate, "23505") == 0)
        return SEAL_LOST;
    t->c->checked = false; /* it may stand, and not be in the copy */
    log_line(LOG_ERROR, "audit_seal_failed", "county %d: sqlstate %s", t->c->county,
             b->status == DB_REFUSED ? b->error.sqlstate : "08006");
    return SEAL_FAILED;
}

/* A copy that cannot be written stops the sealing: the next look begins by bringing it up. */
static enum seal_result seal_publish(struct attempt *t, const char *const *seal)
{
    const char *why;

    ledger_seal_hash(seal, t->c->hash);
    t->c->seal++;
    if (*t->o->dir && !outside_append(t->a, t->o->dir, seal, &why))
        return refuse(t, why);
    return SEAL_DONE;
}

static enum seal_result next_seal(struct attempt *t)
{
    const struct db_rows *r = rows_ask(t);
    const char *seal[SEAL_COLUMNS] = {0};
    enum seal_result result;

    if (!r)
        return SEAL_FAILED;
    if (rows_count(r) == 0)
        return SEAL_DONE;
    if (!rows_take(t, r, seal))
        return refuse(t, "a row of the ledger cannot be read");
    seal_make(t, seal);
    result = seal_write(t, seal);
    if (result == SEAL_DONE)
        result = seal_publish(t, seal);
    return result == SEAL_DONE && rows_count(r) >= t->o->most ? SEAL_MORE : result;
}

enum seal_result county_seal(struct seal_county *c, struct db_conn *gate,
                             const struct sealer_options *o)
{
    struct attempt t = {.c = c, .gate = gate, .o = o, .a = arena_new(ARENA_MAX)};
    enum seal_result result;

    t.county = arena_int(t.a, c->county);
    result = outside_check(&t);
    if (result == SEAL_DONE)
        result = head_find(&t);
    if (result == SEAL_DONE)
        result = next_seal(&t);
    arena_free(t.a);
    return result;
}
