/* A report as it stands: every indicator with what it is compared to, read from one batch. */
#ifndef WULIAN_REPORT_REPORT_H
#define WULIAN_REPORT_REPORT_H

#include "report/asked.h"
#include "report/figure.h"
#include "report/months.h"

struct report {
    struct asked asked;
    struct months months;
    bool compare;                /* the month before and corrections are asked for */
    int at[INDICATORS_MAX];      /* statement of each indicator in the batch, -1: not counted */
    int at_before[INDICATORS_MAX];
    int at_months;
    int at_put;                  /* what would be put right of earlier months; -1: not asked */
    const struct jv *put;        /* the same, read; NULL: nothing */
    struct figure now[INDICATORS_MAX], before[INDICATORS_MAX];
    const struct month *own;     /* of the place itself; NULL: there is none */
};

/* Adds what r, which becomes c->state, is read from; false with the reply set. */
bool report_add(struct call *c, struct db_batch *b, struct report *r, bool compare);
/* Reads the results; false with the reply set. */
bool report_read(struct call *c, struct db_batch *b);
/* Whether its figures are those that were sent. */
bool report_frozen(const struct report *r);
/* What has been put right of earlier months under a code (persons: of their code); false when
 * that is not known, or not to be added up. */
bool report_correction(struct call *c, const struct indicator *x, bool persons, int64_t *out);

/* The code of the number, or of its persons; and in what it is counted. */
const char *indicator_code(const struct indicator *x, bool persons);
const char *indicator_unit(struct call *c, const struct indicator *x, bool persons);

bool report_plan(struct call *c, struct db_batch *b);
void report_render(struct call *c, struct db_batch *b);
/* The report as a table, ?format=; with the rows of stations_add. */
void table_render(struct call *c, const struct db_rows *stations, bool xlsx);
bool rows_plan(struct call *c, struct db_batch *b);
void rows_render(struct call *c, struct db_batch *b);
bool findings_plan(struct call *c, struct db_batch *b);
void findings_render(struct call *c, struct db_batch *b);

#endif
