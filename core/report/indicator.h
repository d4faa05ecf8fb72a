/* Indicators as the host keeps them: each declared by the rows behind it, from which the sums, the
 * distinct persons and the rows themselves are asked. */
#ifndef WULIAN_REPORT_INDICATOR_H
#define WULIAN_REPORT_INDICATOR_H

#include <wulian/plugin.h>

#include "call/call.h"
#include "record/rec.h"

enum { INDICATORS_MAX = 160, INDICATOR_RECORDS_MAX = 8 };

struct indicator {
    struct wl_indicator d;
    const char *plugin; /* owner of texts */
    const char *gate;   /* plugin that must be on for the caller; NULL: core */
    const struct rec *records[INDICATOR_RECORDS_MAX]; /* what its ids are */
    int nrecords;
    bool persons;
    int share_of;                            /* index, or -1 */
    const struct db_stmt *sums;              /* by township and kind; see indicator.c */
    const struct db_stmt *rows, *rows_after; /* one page behind a number: first, further */
};

const struct indicator *indicators_all(int *n);
/* By its code or that of its persons. */
const struct indicator *indicator_find(const char *code);

#endif
