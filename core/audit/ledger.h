/* The sealed ledger of one county: its rows in order, and over them seals, each a signed head of
 * the tree of all rows so far. What is hashed and signed, to the byte (canon.h says how a value is
 * written; an independent program can be written from these two headers):
 *
 *     leaf of a row    SHA-256(00 ‖ "WLA1" ‖ the row's columns)
 *     tree             RFC 6962 (tree.h); the row with sequence number s is leaf s, counted from 1
 *     signed           "WLS1" ‖ the seal's columns without the signature
 *     hash of a seal   SHA-256("WLS1" ‖ all its columns); `previous` of the next one;
 *                      the first's is 32 zero bytes
 *
 * Rows are in order of epoch, xid and id, and a seal ends with the last row of an xid. Seals are
 * numbered from 1 without a gap. A seal's `epoch` and `xid` are its last row's; `first_at` and
 * `last_at` the least and greatest time of the rows since the seal before.
 *
 * An export is a line of LEDGER_HEAD; when it begins after a seal, that seal; rows, and after the
 * last row that it covers each seal; a line of LEDGER_END. The head says which sequence number
 * comes first, the seal that it begins after (0: at the beginning) and that seal's tree as its
 * edge. */
#ifndef WULIAN_AUDIT_LEDGER_H
#define WULIAN_AUDIT_LEDGER_H

#include "audit/canon.h"
#include "crypto/crypto.h"

struct arena;

/* Columns of a row. The first is not in the table: it is the row's place. */
enum ledger_row {
    ROW_SEQ,
    ROW_COUNTY,
    ROW_EPOCH,
    ROW_XID,
    ROW_AT,
    ROW_ID,
    ROW_REQUEST,
    ROW_ACTOR,
    ROW_ROLE,
    ROW_ADDRESS,
    ROW_ACTION,
    ROW_OBJECT,
    ROW_OBJECT_ID,
    ROW_DIV,
    ROW_FIELDS,
    ROW_N,
    ROW_RESULT,
    ROW_REASON,
    ROW_NOTE,
    ROW_COLUMNS
};
extern const struct canon_column ledger_row[ROW_COLUMNS];

enum ledger_seal {
    SEAL_SEAL,
    SEAL_COUNTY,
    SEAL_N,
    SEAL_ROOT,
    SEAL_PREVIOUS,
    SEAL_EPOCH,
    SEAL_XID,
    SEAL_FIRST_AT,
    SEAL_LAST_AT,
    SEAL_SEALED_AT,
    SEAL_SUITE,
    SEAL_KEY,
    SEAL_SIGNATURE,
    SEAL_COLUMNS
};
extern const struct canon_column ledger_seal[SEAL_COLUMNS];

enum ledger_head { HEAD_AUDIT, HEAD_COUNTY, HEAD_SEQ, HEAD_SEAL, HEAD_EDGE, HEAD_COLUMNS };
extern const struct canon_column ledger_head[HEAD_COLUMNS];

enum ledger_end { END_ROWS, END_SEALS, END_COLUMNS };
extern const struct canon_column ledger_end[END_COLUMNS];

enum { LEDGER_FORMAT = 1 };

/* False when a value is not of its kind. */
bool ledger_leaf(const char *const row[ROW_COLUMNS], uint8_t out[SHA256_LEN]);
bool ledger_seal_hash(const char *const seal[SEAL_COLUMNS], uint8_t out[SHA256_LEN]);
/* Fills in suite, key and signature. */
void ledger_sign(struct arena *a, const struct sign_key *k, const char *seal[SEAL_COLUMNS]);
/* Whether one of the n keys signed it; false with *why. */
bool ledger_signed(const char *const seal[SEAL_COLUMNS], const struct sign_public *keys, int n,
                   const char **why);

/* A value that is there and was read as an integer; 0 when null. */
int64_t ledger_int(const char *value);
/* Hex digits in the arena. */
char *ledger_hex(struct arena *a, const void *p, size_t n);

#endif
