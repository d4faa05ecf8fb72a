/* Files held by records: which ones a field takes, how it comes to hold one, who may see it. */
#ifndef WULIAN_RECORD_REC_FILE_H
#define WULIAN_RECORD_REC_FILE_H

#include "file/ops.h"
#include "record/rec.h"

struct sql;

/* file_held_fn: the caller may read the record, the row is in its scope and not deleted, the field
 * still holds the file and is not kept from a masked reader. */
bool rec_file_held(struct call *c, struct db_conn *conn, const struct file_row *f, bool look);

/* "exists (…)": the file that `value` names may be put into the field: finished, the caller's own,
 * of the field's kinds and size, held by nothing. With `row` also the one that the row under the
 * alias t holds there already. */
void rec_file_fits(struct sql *s, const struct rec *r, const struct rec_field *f,
                   const char *value, bool row);

/* Prepares the texts of the record's WL_FILE fields; part of rec_prepare. */
void rec_file_build(struct arena *a, struct rec *r);

/* After a write: what the fields `given` of these rows now hold is theirs. `ids`: uuid[] as text,
 * the rows that this call wrote. */
void rec_file_attach(struct call *c, struct db_batch *b, const struct rec *r, uint64_t given,
                     const char *ids);

#endif
