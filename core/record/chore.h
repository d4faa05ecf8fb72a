/* What the clock brings (struct wl_chore): rows made or changed at moments of the calendar, by the
 * county's own account (core.system_account). The texts of one moment; chore_run.h runs them. */
#ifndef WULIAN_RECORD_CHORE_H
#define WULIAN_RECORD_CHORE_H

#include "record/chore_time.h"
#include "record/make.h"

enum {
    CHORES_MAX = 200,      /* of the process */
    CHORE_ROWS_MAX = 20000 /* that one moment may make */
};

struct rec_chore {
    struct wl_chore d;
    const char *name;   /* "station.weekly_dispatch" */
    const char *plugin; /* that has to be on where it works; NULL: the platform's own */
    struct chore_time time;
    struct rec_make make;
    /* $1 … $3 the county's scope, $4 the moment. find gives the ids of the rows that are to be
     * made; NULL when the chore changes rows. */
    const struct db_stmt *find;
    const struct db_stmt *write; /* $5 the change; $6 ids when it makes rows. When it changes some,
                                    a row for each of them */
    const struct db_stmt *seal;  /* of made rows, $4 their ids instead; a row for each */
};

/* Works out the chores of a module, after every record is prepared; false and *why with the mend.
 */
bool chores_build(struct arena *a, const struct wl_plugin *p, bool linked, const char **why);
/* Whether PostgreSQL takes their statements; migrate asks, on the owner's connection. */
bool chores_statements(struct arena *a, struct db_conn *owner, const char **why);

/* The i-th of the process; NULL past the last. */
const struct rec_chore *chore_at(int i);

/* "select … as county, … as at, … as day": t of a chore, its county $1, the moment `at`. */
const char *chore_row(struct arena *a, const char *at);

#endif
