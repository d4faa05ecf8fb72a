/* Rows of a record that SQL of a description makes or changes: what effects (effect.h) and chores
 * share. Private to core/record. */
#ifndef WULIAN_RECORD_MAKE_H
#define WULIAN_RECORD_MAKE_H

#include "record/rec_text.h"
#include "record/select_list.h"

struct rec_make {
    const struct rec *to;
    const char *rows;                        /* the SELECT over t */
    const char *set;                         /* what it changes; NULL: it makes rows */
    const char *columns[SELECT_COLUMNS_MAX]; /* that `rows` gives */
    int ncolumns;
    struct assignment sets[SELECT_COLUMNS_MAX];
    int nsets;
};

/* Checks what can be checked without a database and fills m; NULL, or the fault with its mend. */
const char *make_compile(struct arena *a, const char *owner, const char *record, const char *rows,
                         const char *set, struct rec_make *m);
/* Whether `rows` gives that column. */
bool make_gives(const struct rec_make *m, const char *column);

/* "insert into … select … from (<values>) v", open for a WHERE, where `s` is the rows with their
 * number t0_ord: each gets `id` and, where it says none, the division `div`, both over s. */
void make_insert_add(struct sql *s, const struct rec_make *m, const char *id, const char *div);
/* Counts as many serials as `from` has rows ("s" or a bracketed query); nothing without one. */
bool make_counter_add(struct sql *s, const struct rec_make *m, const char *from);
/* "update … o set … from s where <wall>", open for more, and for RETURNING. */
void make_update_add(struct sql *s, const struct rec_make *m);
/* ", h as (insert into <history> … from <from>)". */
void make_history_add(struct sql *s, const struct rec_make *m, const char *from);
/* "insert into core.audit … from <from>": one row for all of them, naming the row when it is one;
 * $5 is the change. */
void make_audit_add(struct sql *s, const struct rec_make *m, const char *from, const char *role,
                    const char *address, const char *action);

/* "select null::… as county, …": a row of the record as the check of a piece of SQL needs it, its
 * county $1. */
const char *make_null_row(struct arena *a, const struct rec *r);

#endif
