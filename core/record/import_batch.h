/* Rows of a chunk as the parameters of one statement. Private to core/record. */
#ifndef WULIAN_RECORD_IMPORT_BATCH_H
#define WULIAN_RECORD_IMPORT_BATCH_H

#include "record/import.h"

/* Rows of the chunk that are to be dealt with alike. */
struct import_pick {
    int index[IMPORT_ROWS];
    int n;
};

/* Those of rows [from, to) with that act. */
void import_pick(const struct import *m, enum import_act act, int from, int to,
                 struct import_pick *out);
/* Their ids as text[]. */
const char *import_ids(const struct import *m, struct arena *a, const struct import_pick *const *p,
                       int npicks);
/* The insert or its check; the update or its check. c->id is the change. */
int import_insert_add(const struct import *m, struct call *c, struct db_batch *b,
                      const struct db_stmt *stmt, const struct import_pick *p);
int import_update_add(const struct import *m, struct call *c, struct db_batch *b,
                      const struct db_stmt *stmt, const struct import_pick *p);

#endif
