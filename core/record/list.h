/* What a list was asked for, checked: between reading the question (list_read.c) and the statement
 * (list.c). */
#ifndef WULIAN_RECORD_LIST_H
#define WULIAN_RECORD_LIST_H

#include "record/filter.h"

enum { FILTERS_MAX = 16 };

struct list {
    struct filter filters[FILTERS_MAX];
    int nfilters;
    const char *about;            /* what a cursor of it belongs to */
    const char *sort, *sort_type; /* column */
    bool descending;
    int sort_field;            /* field it is, or -1 … */
    int sort_head;             /* … and then one of the head */
    uint64_t wanted, selected; /* fields to show; to read */
    unsigned head;             /* as in struct output */
    bool actions;
    bool passed;      /* `_overdue` is written */
    unsigned overdue; /* bit i: rows past limit i are wanted; 0: whatever their limits */
    bool deleted;     /* rows that are deleted, and can be restored */
    bool count;       /* say how many there are in all */
    int limit;
    const char *after_sort, *after_id; /* cursor; NULL: first page */
    bool in_township, in_village;
};

/* Reads the call's query parameters; false with a 400 that names every fault. */
bool list_read(struct call *c, const struct rec *r, struct list *l);
/* Whether a list may show the field: what is in none by the description may be asked for, but not
 * the sensitive. */
bool list_shows(const struct rec *r, int field);
/* Of them those that say which rows; the others are named by `own`. Adds the faults. */
void list_where_read(struct call *c, const struct rec *r, struct list *l, const char *own);
/* " from … t where …" of those rows, behind the application's wall. Parameters $1 to $3 are county
 * and scope; its own begin at $p. Returns the number of the next. */
int list_where(struct arena *a, struct buf *b, const struct rec *r, const struct list *l, int p);
/* Its parameters into p[n] and on; how many there are then, at most LIST_WHERE_MAX more. */
enum { LIST_WHERE_MAX = 1 + FILTERS_MAX };
int list_where_params(struct call *c, const struct list *l, const char **p, int n);

#endif
