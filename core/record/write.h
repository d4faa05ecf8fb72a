/* What every write of one row shares; write.c and merge.c. Private to core/record. */
#ifndef WULIAN_RECORD_WRITE_H
#define WULIAN_RECORD_WRITE_H

#include "record/input.h"
#include "record/record.h"

struct rec_write {
    struct rec_input in;
    const char *audit; /* action word */
    int version;       /* from If-Match */
    int before, seal;  /* statement indices; before -1 when there is none */
    int rules;         /* likewise, whether the rules hold */
    int alike;         /* of the rows that may be the same; -1: not asked */
    int status;        /* of success */
};

/* In c->state. */
struct rec_write *write_new(struct call *c, const char *audit, int status);
/* The row and the version the client means; false with the reply set. */
bool target_read(struct call *c, struct rec_write *w);
/* n parameters: scope, $4 the row, $5 this call, $6 the version. */
const char **change_params(struct call *c, const struct rec_write *w, int n);
/* History, idempotency row and audit of the row that carries this call's id, once the key is held
 * that its values were sealed under. */
void seal_add(struct call *c, struct db_batch *b, const struct rec *r, struct rec_write *w);

#endif
