/* The operations on files: upload in pieces, look, download. */
#ifndef WULIAN_FILE_OPS_H
#define WULIAN_FILE_OPS_H

#include "call/call.h"
#include "db/db.h"
#include "file/row.h"

/* Whether the caller may see the field that holds the file, as that row is now; leaves the trace of
 * a look when `look` and it may. False with the reply set: 404 when not. The layer of records knows
 * (record/rec_file.h). */
typedef bool (*file_held_fn)(struct call *c, struct db_conn *conn, const struct file_row *f,
                             bool look);

/* The operations, appended to ops; returns how many. */
int file_ops(struct arena *a, file_held_fn held, const struct op **ops, int max);

/* upload.c */
bool file_upload_plan(struct call *c, struct db_batch *b);
void file_upload_render(struct call *c, struct db_batch *b);
bool file_upload_replay_plan(struct call *c, struct db_batch *b);
bool file_upload_replay_render(struct call *c, struct db_batch *b);
void file_piece_handle(struct call *c, struct db_conn *conn);

#endif
