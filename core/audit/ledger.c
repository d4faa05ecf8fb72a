#include "audit/ledger.h"

#include <assert.h>
#include <string.h>

#include "audit/tree.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum { BYTES_MAX = 1 << 16, SEAL_SIGNED = SEAL_SIGNATURE };

static const char row_mark[] = "WLA1";
static const char seal_mark[] = "WLS1";

const struct canon_column ledger_row[ROW_COLUMNS] = {
    {"seq", CANON_INT},        {"county", CANON_INT},  {"epoch", CANON_INT},
    {"xid", CANON_INT},        {"at", CANON_INT},      {"id", CANON_UUID},
    {"request", CANON_UUID},   {"actor", CANON_UUID},  {"role", CANON_TEXT},
    {"address", CANON_TEXT},   {"action", CANON_TEXT}, {"object", CANON_TEXT},
    {"object_id", CANON_UUID}, {"div", CANON_INT},     {"fields", CANON_LIST},
    {"n", CANON_INT},          {"result", CANON_TEXT}, {"reason", CANON_TEXT},
    {"note", CANON_TEXT},
};

const struct canon_column ledger_seal[SEAL_COLUMNS] = {
    {"seal", CANON_INT},      {"county", CANON_INT},   {"n", CANON_INT},
    {"root", CANON_HEX},      {"previous", CANON_HEX}, {"epoch", CANON_INT},
    {"xid", CANON_INT},       {"first_at", CANON_INT}, {"last_at", CANON_INT},
    {"sealed_at", CANON_INT}, {"suite", CANON_INT},    {"key", CANON_HEX},
    {"signature", CANON_HEX},
};

const struct canon_column ledger_head[HEAD_COLUMNS] = {
    {"audit", CANON_INT}, {"county", CANON_INT}, {"seq", CANON_INT},
    {"seal", CANON_INT},  {"edge", CANON_HEX},
};

const struct canon_column ledger_end[END_COLUMNS] = {{"rows", CANON_INT}, {"seals", CANON_INT}};

int64_t ledger_int(const char *value)
{
    int64_t n = 0;

    return value && str_int64(value, &n) ? n : 0;
}

char *ledger_hex(struct arena *a, const void *p, size_t n)
{
    char *out = arena_alloc(a, 2 * n + 1);

    hex_encode(p, n, out);
    return out;
}

static bool bytes_of(const char *mark, const struct canon_column *t, int n,
                     const char *const *values, struct buf *out)
{
    buf_init(out, BYTES_MAX);
    buf_str(out, mark);
    return canon_bytes(t, n, values, out);
}

bool ledger_leaf(const char *const row[ROW_COLUMNS], uint8_t out[SHA256_LEN])
{
    struct buf b;
    bool ok = bytes_of(row_mark, ledger_row, ROW_COLUMNS, row, &b);

    if (ok)
        tree_leaf(b.p, b.n, out);
    buf_free(&b);
    return ok;
}

bool ledger_seal_hash(const char *const seal[SEAL_COLUMNS], uint8_t out[SHA256_LEN])
{
    struct buf b;
    bool ok = bytes_of(seal_mark, ledger_seal, SEAL_COLUMNS, seal, &b);

    if (ok)
        sha256(b.p, b.n, out);
    buf_free(&b);
    return ok;
}

void ledger_sign(struct arena *a, const struct sign_key *k, const char *seal[SEAL_COLUMNS])
{
    uint8_t signature[SIGNATURE_LEN];
    struct buf b;
    bool ok;

    seal[SEAL_SUITE] = arena_int(a, k->public.suite);
    seal[SEAL_KEY] = ledger_hex(a, k->public.id, SIGN_ID_LEN);
    ok = bytes_of(seal_mark, ledger_seal, SEAL_SIGNED, seal, &b);
    assert(ok); /* we made the values */
    (void)ok;
    sign_bytes(k, b.p, b.n, signature);
    seal[SEAL_SIGNATURE] = ledger_hex(a, signature, sizeof signature);
    buf_free(&b);
}

static const struct sign_public *key_find(const struct sign_public *keys, int n,
                                          const char *const seal[SEAL_COLUMNS])
{
    for (int i = 0; i < n; i++) {
        char id[2 * SIGN_ID_LEN + 1];

        hex_encode(keys[i].id, SIGN_ID_LEN, id);
        if (str_eq(id, seal[SEAL_KEY]) && keys[i].suite == ledger_int(seal[SEAL_SUITE]))
            return &keys[i];
    }
    return NULL;
}

bool ledger_signed(const char *const seal[SEAL_COLUMNS], const struct sign_public *keys, int n,
                   const char **why)
{
    const struct sign_public *k = key_find(keys, n, seal);
    const char *hex = seal[SEAL_SIGNATURE];
    uint8_t signature[SIGNATURE_LEN];
    size_t size = 0;
    struct buf b;
    bool ok;

    *why = k ? "the signature is not the key's" : "it is signed with a key that was not given";
    if (!k || !hex || !hex_decode(hex, strlen(hex), signature, sizeof signature, &size) ||
        size != SIGNATURE_LEN)
        return false;
    ok = bytes_of(seal_mark, ledger_seal, SEAL_SIGNED, seal, &b) &&
         sign_check(k, b.p, b.n, signature);
    buf_free(&b);
    return ok;
}
