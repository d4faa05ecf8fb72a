#include "audit/verify.h"

#include <stdlib.h>
#include <string.h>

#include "audit/ledger.h"
#include "audit/tree.h"
#include "audit/witness.h"
#include "base/arena.h"
#include "base/str.h"

enum { LINE_BYTES = 1 << 16, ARENA_MAX = 4 << 20, ID_LEN = 37 };

struct verify {
    const struct verify_options *o;
    struct verify_report *r;
    struct arena *line; /* of the present line */
    struct tree tree;
    struct witness witness;
    int64_t seal, base; /* the last one; the one that the export begins after */
    uint8_t previous[SHA256_LEN];
    int64_t epoch, xid; /* of the last row */
    char id[ID_LEN];
    int64_t open, first_at, last_at; /* rows since the last seal, and their times */
    bool ended;
};

static bool wrong(struct verify *v, const char *why)
{
    v->r->seq = (int64_t)v->tree.n + 1;
    str_format(v->r->why, sizeof v->r->why, "%s", why);
    return false;
}

/* --- the head --------------------------------------------------------------------------------- */

static bool head_take(struct verify *v, const char *const h[HEAD_COLUMNS])
{
    uint8_t edge[TREE_EDGE_MAX];
    size_t n = 0;

    if (ledger_int(h[HEAD_AUDIT]) != LEDGER_FORMAT)
        return wrong(v, "the format is not one that this program knows");
    v->r->county = ledger_int(h[HEAD_COUNTY]);
    v->r->first = ledger_int(h[HEAD_SEQ]);
    v->base = ledger_int(h[HEAD_SEAL]);
    if (v->r->first < 1 || v->base < 0 || (v->base == 0) != (v->r->first == 1) || !h[HEAD_EDGE] ||
        !hex_decode(h[HEAD_EDGE], strlen(h[HEAD_EDGE]), edge, sizeof edge, &n) ||
        !tree_of_edge(&v->tree, (uint64_t)v->r->first - 1, edge, n))
        return wrong(v, "the head does not fit together");
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool row_follows(const struct verify *v, const char *const row[ROW_COLUMNS])
{
    int64_t epoch = ledger_int(row[ROW_EPOCH]);
    int64_t xid = ledger_int(row[ROW_XID]);

    if (epoch != v->epoch || xid != v->xid)
        return epoch > v->epoch || (epoch == v->epoch && xid > v->xid);
    /* an xid's rows are not torn apart by a seal */
    return v->open > 0 && row[ROW_ID] && strcmp(row[ROW_ID], v->id) > 0;
}

static bool row_take(struct verify *v, const char *const row[ROW_COLUMNS])
{
    int64_t at = ledger_int(row[ROW_AT]);
    uint8_t leaf[SHA256_LEN];

    if (v->seal < v->base)
        return wrong(v, "the seal that the export begins after is missing");
    if (ledger_int(row[ROW_COUNTY]) != v->r->county)
        return wrong(v, "a row of another county");
    if (ledger_int(row[ROW_SEQ]) != (int64_t)v->tree.n + 1)
        return wrong(v, "the sequence numbers have a gap, or go back");
    if (!row_follows(v, row))
        return wrong(v, "a row out of order");
    if (!ledger_leaf(row, leaf) || !str_format(v->id, sizeof v->id, "%s", row[ROW_ID]))
        return wrong(v, "a row with a value that is none");
    v->epoch = ledger_int(row[ROW_EPOCH]);
    v->xid = ledger_int(row[ROW_XID]);
    v->first_at = v->open == 0 || at < v->first_at ? at : v->first_at;
    v->last_at = v->open == 0 || at > v->last_at ? at : v->last_at;
    v->open++;
    v->r->rows++;
    tree_add(&v->tree, leaf);
    return true;
}

/* --- seals ------------------------------------------------------------------------------------ */

static bool hex_is(const char *hex, const uint8_t sum[SHA256_LEN])
{
    char text[2 * SHA256_LEN + 1];

    hex_encode(sum, SHA256_LEN, text);
    return str_eq(hex, text);
}

/* What a seal says of the rows before it and of the seal before it. */
static bool seal_fits(struct verify *v, const char *const s[SEAL_COLUMNS])
{
    bool base = v->seal < v->base; /* of what comes before the base nothing is known here */
    uint8_t root[SHA256_LEN];

    tree_root(&v->tree, root);
    if (ledger_int(s[SEAL_COUNTY]) != v->r->county)
        return wrong(v, "a seal of another county");
    if (ledger_int(s[SEAL_SEAL]) != (base ? v->base : v->seal + 1))
        return wrong(v, "a seal is missing, or there is one too many");
    if (ledger_int(s[SEAL_N]) != (int64_t)v->tree.n)
        return wrong(v, "rows are missing before this seal, or there are too many");
    if (!hex_is(s[SEAL_ROOT], root))
        return wrong(v, "a row before this seal is not as it was sealed");
    if (!base && !hex_is(s[SEAL_PREVIOUS], v->previous))
        return wrong(v, "the seal does not follow from the one before");
    if (!base &&
        (v->open == 0 || ledger_int(s[SEAL_EPOCH]) != v->epoch ||
         ledger_int(s[SEAL_XID]) != v->xid || ledger_int(s[SEAL_FIRST_AT]) != v->first_at ||
         ledger_int(s[SEAL_LAST_AT]) != v->last_at))
        return wrong(v, "the seal speaks of other rows");
    return true;
}

static bool seal_take(struct verify *v, const char *const s[SEAL_COLUMNS])
{
    const char *why = "";

    if (!seal_fits(v, s))
        return false;
    if (!ledger_signed(s, v->o->keys, v->o->nkeys, &why))
        return wrong(v, why);
    ledger_seal_hash(s, v->previous);
    v->seal = ledger_int(s[SEAL_SEAL]);
    v->epoch = ledger_int(s[SEAL_EPOCH]);
    v->xid = ledger_int(s[SEAL_XID]);
    v->open = 0;
    v->r->seals++;
    v->r->last_at = ledger_int(s[SEAL_SEALED_AT]);
    return witness_agrees(&v->witness, v->seal, v->previous) || wrong(v, v->witness.why);
}

/* --- the end ---------------------------------------------------------------------------------- */

static bool end_take(struct verify *v, const char *const e[END_COLUMNS])
{
    if (v->open > 0)
        return wrong(v, "the last rows are under no seal");
    if (v->seal < v->base)
        return wrong(v, "the seal that the export begins after is missing");
    if (ledger_int(e[END_ROWS]) != v->r->rows || ledger_int(e[END_SEALS]) != v->r->seals)
        return wrong(v, "the last line counts other rows or seals");
    v->ended = true;
    return witness_ends(&v->witness, v->seal, v->o->until) || wrong(v, v->witness.why);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* A line is known by its first column. */
static const struct {
    const char *begins;
    const struct canon_column *columns;
    int n;
    bool (*take)(struct verify *v, const char *const *values);
} kinds[] = {
    {"{\"audit\":", ledger_head, HEAD_COLUMNS, head_take},
    {"{\"seq\":", ledger_row, ROW_COLUMNS, row_take},
    {"{\"seal\":", ledger_seal, SEAL_COLUMNS, seal_take},
    {"{\"rows\":", ledger_end, END_COLUMNS, end_take},
};

static bool line_take(struct verify *v, const char *line, size_t n)
{
    const char *values[CANON_COLUMNS_MAX];
    size_t k = 0;

    while (k < sizeof kinds / sizeof *kinds && !str_starts(line, kinds[k].begins))
        k++;
    if (k == sizeof kinds / sizeof *kinds)
        return wrong(v, "a line that is no part of an export");
    if ((k == 0) != (v->r->line == 1))
        return wrong(v, "an export begins with its head, and has one only");
    if (v->ended)
        return wrong(v, "lines after the end");
    if (!canon_read(v->line, kinds[k].columns, kinds[k].n, line, n, values))
        return wrong(v, "a line that is not as an export writes it");
    return kinds[k].take(v, values);
}

static bool lines_take(struct verify *v, FILE *log)
{
    static _Thread_local char line[LINE_BYTES];
    bool ok = true;

    while (ok && fgets(line, sizeof line, log)) {
        size_t n = strlen(line);

        v->r->line++;
        v->line = arena_new(ARENA_MAX);
        ok = n > 0 && line[n - 1] == '\n' ? line_take(v, line, n - 1)
                                          : wrong(v, "a line that is cut short, or too long");
        arena_free(v->line);
    }
    return ok;
}

bool verify_export(FILE *log, FILE *outside, const struct verify_options *o,
                   struct verify_report *out)
{
    struct verify v = {.o = o, .r = out};

    *out = (struct verify_report){0};
    witness_open(&v.witness, outside);
    if (!lines_take(&v, log))
        return false;
    if (ferror(log))
        return wrong(&v, "the file cannot be read");
    out->line++;
    return v.ended || wrong(&v, "the end is missing");
}
