/* A row of core.file, as the operations on files read it. */
#ifndef WULIAN_FILE_ROW_H
#define WULIAN_FILE_ROW_H

#include "call/call.h"
#include "file/store.h"

struct file_row {
    const char *id, *name, *type, *kind, *state, *reason, *at;
    const char *address, *thumb, *thumb_state;  /* thumb: address or "" */
    const char *record, *record_id, *field;     /* who holds it; "" nobody */
    const char *needs; /* the permission of the job that made it; "-": elsewhere; NULL: none did */
    int64_t size, received;
    const uint8_t *sha256_enc;
    size_t sha256_n;
};

/* A statement in the caller's scope (enter first), durable or as a look; NULL with the reply set.
 * Its rows are the batch's last. */
struct lazy;
const struct db_rows *file_ask(struct call *c, struct db_conn *conn, bool durable, struct lazy *l,
                               int n, const char *const *params);
/* The file of the path, when it is the caller's own or held by a row; false with the reply set.
 * Held: whether the caller may see that is not decided here. */
bool file_row_read(struct call *c, struct db_conn *conn, struct file_row *f);
/* Text for a number, in the arena. */
const char *file_number(struct call *c, int64_t n);
/* The reply that a fault of the store means: 404, 500 file_damaged, 503. */
void file_fault_reply(struct call *c, enum file_fault fault);
/* What the checksum of a file is bound to, as sealed_aad. */
const char *file_sha256_aad(struct call *c, const char *id);

#endif
