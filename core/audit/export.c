#include "audit/export.h"

#include "audit/ledger.h"
#include "audit/tree.h"
#include "base/arena.h"
#include "base/buf.h"
#include "call/gate.h"

enum { CHUNK = 1000, ARENA_MAX = 64 << 20, LINE_BYTES = 1 << 16 };

/* One of the two streams that are merged. */
struct stream {
    struct arena *a; /* of the chunk */
    const struct db_rows *rows;
    int at;
    const char *value[CANON_COLUMNS_MAX]; /* of the one at hand */
    bool ended;
};

struct export
{
    struct db_conn *owner;
    const struct export_range *range;
    FILE *out;
    struct export_result *result;
    struct stream seals, rows;
    int64_t last; /* seal: the county's newest when this began */
    struct arena *base_arena;
    const char *base[SEAL_COLUMNS]; /* the seal before the one at hand; NULLs before the first */
    struct tree tree;
    bool begun;
};

static struct lazy stmt_head = {.sql = "select seal from core.audit_head($1)"};
static struct lazy stmt_seals = {.sql = "select * from core.audit_seals($1, $2, $3)"};
static struct lazy stmt_rows = {.sql = "select * from core.audit_rows($1, $2, $3, $4)"};

static const char unread[] = "the database did not give what was asked; the log above says why";

static bool fail(struct export *e, const char *why)
{
    e->result->why = why;
    return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const struct db_rows *seals_ask(struct export *e, struct arena *a, const char *const *last)
{
    const char *p[] = {arena_int(a, e->range->county), last[SEAL_SEAL] ? last[SEAL_SEAL] : "0",
                       arena_int(a, CHUNK)};

    return gate_ask(e->owner, a, &stmt_seals, 3, p);
}

static const struct db_rows *rows_ask(struct export *e, struct arena *a, const char *const *last)
{
    const char *p[] = {arena_int(a, e->range->county), last[ROW_EPOCH] ? last[ROW_EPOCH] : "0",
                       last[ROW_XID] ? last[ROW_XID] : "0", arena_int(a, CHUNK)};

    return gate_ask(e->owner, a, &stmt_rows, 4, p);
}

typedef const struct db_rows *asker(struct export *e, struct arena *a, const char *const *last);

/* Makes the next one the one at hand, from column `first` of value on; sets ended after the last.
 */
static bool next(struct export *e, struct stream *s, asker *ask, int first, int columns)
{
    size_t size;

    if (!s->rows || s->at == rows_count(s->rows)) {
        struct arena *old = s->a;

        s->a = arena_new(ARENA_MAX);
        s->rows = ask(e, s->a, s->value);
        s->at = 0;
        arena_free(old);
    }
    if (!s->rows)
        return fail(e, unread);
    s->ended = rows_count(s->rows) == 0;
    for (int i = 0; !s->ended && i < columns - first; i++)
        s->value[first + i] = rows_value(s->rows, s->at, i, &size);
    s->at += !s->ended;
    return true;
}

static bool next_seal(struct export *e)
{
    return next(e, &e->seals, seals_ask, 0, SEAL_COLUMNS);
}

static bool next_row(struct export *e)
{
    return next(e, &e->rows, rows_ask, 1, ROW_COLUMNS);
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool line_write(struct export *e, const struct canon_column *t, int n,
                       const char *const *values)
{
    struct buf line;
    bool ok;

    buf_init(&line, LINE_BYTES);
    canon_line(t, n, values, &line);
    ok = !line.over && fwrite(line.p, 1, line.n, e->out) == line.n;
    buf_free(&line);
    return ok || fail(e, "the file cannot be written");
}

static bool seal_write(struct export *e, const char *const *seal)
{
    e->result->seals++;
    e->result->sealed_at = ledger_int(seal[SEAL_SEALED_AT]);
    return line_write(e, ledger_seal, SEAL_COLUMNS, seal);
}

static bool head_write(struct export *e)
{
    struct arena *a = e->seals.a;
    uint8_t edge[TREE_EDGE_MAX];
    size_t n = tree_edge(&e->tree, edge);
    const char *head[HEAD_COLUMNS] = {
        [HEAD_AUDIT] = arena_int(a, LEDGER_FORMAT),
        [HEAD_COUNTY] = arena_int(a, e->range->county),
        [HEAD_SEQ] = arena_int(a, (int64_t)e->tree.n + 1),
        [HEAD_SEAL] = e->base[SEAL_SEAL] ? e->base[SEAL_SEAL] : "0",
        [HEAD_EDGE] = ledger_hex(a, edge, n),
    };

    e->begun = true;
    return line_write(e, ledger_head, HEAD_COLUMNS, head) &&
           (!e->base[SEAL_SEAL] || seal_write(e, e->base));
}

static bool end_write(struct export *e)
{
    struct arena *a = arena_new(1 << 16);
    const char *end[END_COLUMNS] = {arena_int(a, e->result->rows), arena_int(a, e->result->seals)};
    bool ok = line_write(e, ledger_end, END_COLUMNS, end);

    arena_free(a);
    return ok;
}

/* --- merging ---------------------------------------------------------------------------------- */

/* Whether the seal at hand covers the row at hand, as it says: not whether it did so once. */
static bool covered(const struct export *e)
{
    const char *const *seal = e->seals.value;
    const char *const *row = e->rows.value;
    int64_t last, epoch;

    if (e->rows.ended) /* and its values gone with their chunk */
        return false;
    last = ledger_int(seal[SEAL_EPOCH]);
    epoch = ledger_int(row[ROW_EPOCH]);
    return epoch < last ||
           (epoch == last && ledger_int(row[ROW_XID]) <= ledger_int(seal[SEAL_XID]));
}

static bool row_pass(struct export *e)
{
    uint8_t leaf[SHA256_LEN];

    e->rows.value[ROW_SEQ] = arena_int(e->rows.a, (int64_t)e->tree.n + 1);
    if (!ledger_leaf(e->rows.value, leaf))
        return fail(e, "a row cannot be read");
    tree_add(&e->tree, leaf);
    if (!e->begun)
        return true;
    e->result->rows++;
    return line_write(e, ledger_row, ROW_COLUMNS, e->rows.value);
}

/* The seal at hand is the base of what follows: its chunk may go before it does. */
static void base_keep(struct export *e)
{
    struct arena *a = arena_new(1 << 16);

    for (int i = 0; i < SEAL_COLUMNS; i++)
        e->base[i] = arena_strdup(a, e->seals.value[i]);
    arena_free(e->base_arena);
    e->base_arena = a;
}

static bool seal_pass(struct export *e)
{
    const char *const *seal = e->seals.value;

    if (!e->begun && ledger_int(seal[SEAL_LAST_AT]) >= e->range->from && !head_write(e))
        return false;
    while (covered(e))
        if (!row_pass(e) || !next_row(e))
            return false;
    if (e->begun)
        return seal_write(e, seal);
    base_keep(e);
    return true;
}

/* Sealing goes on meanwhile: a seal that comes later covers rows that the stream of rows, once at
 * its end, has not seen. */
static bool head_ask(struct export *e)
{
    struct arena *a = arena_new(1 << 16);
    const char *p[] = {arena_int(a, e->range->county)};
    const struct db_rows *r = gate_ask(e->owner, a, &stmt_head, 1, p);

    if (r && rows_count(r))
        e->last = ledger_int(rows_text(r, 0, 0));
    arena_free(a);
    return r != NULL || fail(e, unread);
}

static bool wanted(const struct export *e)
{
    const char *const *seal = e->seals.value;

    return !e->seals.ended && ledger_int(seal[SEAL_SEAL]) <= e->last &&
           ledger_int(seal[SEAL_FIRST_AT]) <= e->range->to;
}

static bool merge(struct export *e)
{
    if (!head_ask(e) || !next_seal(e) || !next_row(e))
        return false;
    while (wanted(e))
        if (!seal_pass(e) || !next_seal(e))
            return false;
    return e->begun ? end_write(e) : fail(e, "nothing is sealed in that time");
}

bool export_ledger(struct db_conn *owner, const struct export_range *range, FILE *out,
                   struct export_result *result)
{
    struct export e = {.owner = owner, .range = range, .out = out, .result = result};
    bool ok;

    *result = (struct export_result){.why = ""};
    ok = merge(&e);
    arena_free(e.seals.a);
    arena_free(e.rows.a);
    arena_free(e.base_arena);
    return ok;
}
