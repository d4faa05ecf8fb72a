/* What a list was asked for, checked: between reading the question (list_read.c) and the statement
 * (list.c). */
#ifndef WULIAN_RECORD_LIST_H
#define WULIAN_RECORD_LIST_H

#include "record/filter.h"

enum { FILTERS_MAX = 8 };

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

#endif
