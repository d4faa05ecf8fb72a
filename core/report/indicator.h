/* Indicators as the host keeps them: each declared by the rows behind it, from which the sums, the
 * distinct persons and the rows themselves are asked. What several modules declare under one code
 * is one indicator over the rows of all of them. */
#ifndef WULIAN_REPORT_INDICATOR_H
#define WULIAN_REPORT_INDICATOR_H

#include <wulian/plugin.h>

#include "call/call.h"
#include "record/rec.h"

enum { INDICATORS_MAX = 160, INDICATOR_PARTS_MAX = 12, INDICATOR_RECORDS_MAX = 8 };

/* One declaration. */
struct indicator_part {
    const char *plugin; /* owner of texts */
    const char *gate;   /* plugin that must be on for the caller; NULL: core */
    const char *rows;
    const struct rec *records[INDICATOR_RECORDS_MAX]; /* what its ids are */
    int nrecords;
};

struct indicator {
    struct wl_indicator d; /* of the first part; its rows and record are that part's alone */
    const char *plugin;    /* of the first part too: owner of its texts */
    struct indicator_part parts[INDICATOR_PARTS_MAX];
    int nparts;
    const struct db_stmt *sums;              /* struct figure is read from it; see indicator.c */
    const struct db_stmt *rows, *rows_after; /* one page behind a number: first, further */
    const struct db_stmt *series;            /* by month or day, and by township */
    const struct db_stmt *newest;            /* when and where its last rows were */
};

const struct indicator *indicators_all(int *n);
/* SQL of the rows of every part whose service is among `on`, a text[]. With `own`, each names its
 * record, and those of class 4 are left out that the caller is no reader of. */
const char *indicator_rows(struct arena *a, const struct indicator *x, bool own, const char *on);
/* By its code or that of its persons. */
const struct indicator *indicator_find(const char *code);
/* In the caller's language: what the number is called, by its code or its persons', and a kind. */
const char *indicator_label(struct call *c, const struct indicator *x, const char *code);
const char *indicator_kind(struct call *c, const struct indicator *x, const char *kind);

#endif
