/* Many rows of a record at once: the statements behind an import. What may be written is said by
 * the same texts as for one row (rec_text.h); here they take columns of values. */
#ifndef WULIAN_RECORD_BULK_H
#define WULIAN_RECORD_BULK_H

#include "record/rec.h"

struct rec_bulk {
    int key[REC_KEY_MAX], nkey; /* fields of the import key */
    /* $1 … $3 as everywhere, $4 … columns as text[]; "ord" counts rows from 1. */
    const struct db_stmt *by_id;  /* $4 ids → ord, id, version, locked */
    const struct db_stmt *by_key; /* $4 … values of the key → the same; NULL without a key */
    const struct db_stmt *insert_check; /* as insert: ord, ok_div, ok_<reference> … */
    const struct db_stmt *update_check; /* as update: ord, same, ok_<reference> … */
    const struct db_stmt *counter;      /* $2: how many serials; NULL without */
    const struct db_stmt *insert, *update;
    const struct db_stmt *seal; /* $4 ids, $5 change, $6 role, $7 address, $8 action, $9 fields */
    const struct db_stmt *step; /* $1 … $7 as core.job_step, $8 how many, $9 ids, $10 change,
                                   $11 county */
};

/* NULL when a text passed its ceiling. */
const struct rec_bulk *bulk_build(struct arena *a, const struct rec *r);

/* A column of n values as a text[] parameter; NULL stays null. */
const char *bulk_array(struct arena *a, const char *const *values, int n);

#endif
