/* Carrying out chores: which moments are due is what the ledger core.chore_run says, and each is
 * one transaction with its ledger step, so that it is done once however many processes try and
 * however often one is killed. */
#ifndef WULIAN_RECORD_CHORE_RUN_H
#define WULIAN_RECORD_CHORE_RUN_H

#include "iam/hint.h"
#include "record/chore.h"

struct chore_host {
    struct db_conn *app, *gate;
    struct hint_cache *hints;
    bool (*stop)(void *arg); /* asked between two moments; NULL: never */
    /* Told of every moment that was done: its seconds, and how many rows were made or changed.
     * NULL: nobody. */
    void (*done)(void *arg, int county, const struct rec_chore *c, int64_t at, int rows);
    void *arg;
};

/* What is due up to `until` (seconds), in the order of the moments, at most `most` a county; of one
 * county, or of all (0); of one chore, or of all (NULL). A chore that was never seen begins now.
 * False when something failed, which is logged; the others were done nevertheless. */
bool chores_run(const struct chore_host *h, int county, const char *only, int64_t until, int most);

struct chore_state {
    int county;
    const struct rec_chore *chore;
    bool seen;
    int64_t done, next; /* seconds; when not seen next is counted from `now` */
    int64_t ran;        /* wall clock of the last run; 0: none */
    int rows;           /* of it */
};
/* The chores of one county, or of all (0), as they stand; returns how many, -1 when the database
 * cannot be asked. */
int chores_list(struct arena *a, const struct chore_host *h, int county, int64_t now,
                struct chore_state **out);

#endif
