/* One indicator of one period, by township and kind: counted live, or as it was sent. */
#ifndef WULIAN_REPORT_FIGURE_H
#define WULIAN_REPORT_FIGURE_H

#include "json/jv.h"
#include "report/indicator.h"

struct cell {
    const char *township, *kind; /* "" for all of them */
    int64_t n, c, p;             /* sum, rows, distinct persons */
};

struct figure {
    struct cell *cell;
    int n, room;
};

/* From the rows of indicator.sums. */
void figure_live(struct arena *a, struct figure *f, const struct db_rows *rows);
/* Puts what was sent of a township (core.report_snapshot.figures, one code; NULL: nothing) in the
 * place of what is counted there now. The county's, `own`, tells the persons of all the county, and
 * every place of which no report was sent. */
void figure_sent(struct arena *a, struct figure *f, const char *township, const struct jv *sent,
                 bool own);
/* Sums and rows of the whole anew from its townships; persons stay, for they are never summed
 * (domain book 4.1). */
void figure_add_up(struct arena *a, struct figure *f);
/* What a figure of a single township says is the whole's too. */
void figure_alone(struct arena *a, struct figure *f, const char *township);

/* Zeros when nothing was counted. */
const struct cell *figure_cell(const struct figure *f, const char *township, const char *kind);
/* What is printed: of a mean (WL_MEAN) the rounded mean, of `persons` these, else the sum. */
int64_t figure_value(const struct indicator *x, const struct cell *cell, bool persons);

#endif
