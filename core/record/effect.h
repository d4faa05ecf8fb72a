/* What follows from a step (struct wl_effect): rows of other records made or changed in the batch
 * of the write, behind its seal. Every text begins from t0, the rows that this very call wrote
 * (by `change`), so that nothing follows from a write that changed nothing. */
#ifndef WULIAN_RECORD_EFFECT_H
#define WULIAN_RECORD_EFFECT_H

#include "record/make.h"
#include "record/record.h"

enum { REC_EFFECTS_MAX = 16 };

struct rec_effect {
    struct wl_effect d;
    struct rec_make make;
    bool create;      /* follows from a create … */
    uint32_t actions; /* … bit i: from the record's action i */
    /* $1 … $3 the caller's scope, $4 ids of the written rows (uuid[]), $5 the change. */
    const struct db_stmt *counter; /* serials for what is made; NULL: none */
    const struct db_stmt *write;   /* $6 role, $7 address when it changes rows */
    const struct db_stmt *seal;    /* of made rows: $4 role, $6 address; NULL: write seals */
};

struct rec_effects {
    struct rec_effect *item;
    int n;
};

/* Works out the effects of a record, after every record is prepared (rec_prepare), with their
 * texts; false and *why with the mend. */
bool effects_build(struct arena *a, struct rec *r, const char **why);

/* Adds what follows from a create (x NULL) or an action on n rows, behind their seal. Nothing for
 * records without effects. The notices of made rows (`on` create) go with them. */
void effects_add(struct call *c, struct db_batch *b, const struct rec *r,
                 const struct rec_action *x, const char *const *ids, int n);
/* Whether an effect was what the database refused; then the reply says so. */
bool effect_refused(struct call *c, const struct db_batch *b, const struct rec *r);
/* The record that the i-th effect of r writes; NULL past the last. */
const struct rec *effect_target(const struct rec *r, int i);

#endif
