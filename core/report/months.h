/* The monthly reports of a place and what they were sent with. */
#ifndef WULIAN_REPORT_MONTHS_H
#define WULIAN_REPORT_MONTHS_H

#include "report/asked.h"
#include "report/figure.h"

struct month {
    const char *township, *id, *state, *due_at; /* township "431129000": the county's own */
    const char *period;                         /* "2026-11" */
    bool written;                               /* its head has told of the work */
    int64_t version, returns;                   /* of the row; times sent back */
    const char *at, *by, *sha256;               /* of what was sent; NULL: open */
    const struct jv *figures, *corrections;     /* of the same */
    const struct jv *sources;                   /* the county's: the townships it adds up */
};

struct months {
    struct month *month;
    int n;
};

/* Of the period asked for and of the month before it; returns the index. */
int months_add(struct call *c, struct db_batch *b, const struct asked *a);
/* False with the reply set when something stored cannot be read. */
bool months_read(struct call *c, const struct db_rows *rows, struct months *m);
const struct month *month_find(const struct months *m, const char *period, const char *township);
/* The stations that operate: township, id, name. */
enum { STATION_TOWNSHIP, STATION_ID, STATION_NAME };
int stations_add(struct call *c, struct db_batch *b, const struct asked *a);
/* Whether x belongs into what is asked of its place and month: a closed county's report is of those
 * that it was closed with. */
bool month_counts(struct call *c, const struct months *m, const struct asked *a,
                  const struct month *x);
/* "431129000" */
const char *county_township(struct call *c);
/* Puts into f what was sent of the period: of a closed county nothing else is left in it. */
void months_put(struct call *c, const struct months *m, const struct asked *a,
                const struct period *period, const char *code, struct figure *f);
/* What was put right of earlier months under a code: [0] of the sum, [1] of the persons. */
void corrections_sum(const struct jv *corrections, const char *code, int64_t put[2]);

#endif
