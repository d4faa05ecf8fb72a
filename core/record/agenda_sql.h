/* The statements behind the agenda; agenda.c asks them. Private to core/record. */
#ifndef WULIAN_RECORD_AGENDA_SQL_H
#define WULIAN_RECORD_AGENDA_SQL_H

#include "record/rec.h"

enum { AGENDA_MAX = 512 };

/* One limit of one record. */
struct agenda_branch {
    const struct rec *r;
    const struct rec_limit *limit;
    int first; /* of its record's actions, counted over all records */
};

/* Parameters of all three: county, scope, then these. */
enum agenda_param {
    AGENDA_SECRET = 3, /* $4 */
    AGENDA_ROLE,       /* $5 */
    AGENDA_ADDRESS,    /* $6 */
    AGENDA_REQUEST,    /* $7 */
    AGENDA_READ,       /* $8 text[]: by branch the permissions it may be read by; "": not */
    AGENDA_STATION,    /* $9 uuid: of that station only; null: of all */
    AGENDA_COUNTED,    /* as many has `counts` */
    AGENDA_OPEN = AGENDA_COUNTED, /* $10 text[]: by action the permission that opens it; "": none */
    AGENDA_MINE,                  /* $11 bool */
    AGENDA_OVERDUE,               /* $12 bool */
    AGENDA_LIMIT,                 /* $13 */
    AGENDA_FIRST,                 /* as many has `first` */
    AGENDA_AFTER = AGENDA_FIRST,  /* $14 due, $15 id, $16 branch of the last row shown */
    AGENDA_NEXT = AGENDA_AFTER + 3,
    AGENDA_PERSON = AGENDA_FIRST, /* $14 uuid: who the rows are about */
    AGENDA_OF_PERSON              /* as many has `of_person` */
};

struct agenda {
    const struct agenda_branch *branch;
    int n;
    int nactions;
    const struct db_stmt *first, *next, *counts;
    const struct db_stmt *of_person; /* one page; NULL: no record is about persons */
};

/* Columns of first and next. */
enum {
    AGENDA_COL_BRANCH,
    AGENDA_COL_ID,
    AGENDA_COL_DIV,
    AGENDA_COL_ORG,
    AGENDA_COL_STATE,
    AGENDA_COL_DUE,
    AGENDA_COL_OVERDUE,
    AGENDA_COL_STAFF,
    AGENDA_COL_PERSON,
    AGENDA_COL_TITLE
};
/* Columns of counts. */
enum {
    AGENDA_COUNT_ORG,
    AGENDA_COUNT_NAME,
    AGENDA_COUNT_BRANCH,
    AGENDA_COUNT_OPEN,
    AGENDA_COUNT_OVERDUE,
    AGENDA_COUNT_DIV
};

bool agenda_sql(struct arena *a, struct agenda *out);

#endif
