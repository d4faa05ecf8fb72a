/* Reading the SQL of a description as far as the host must know it: which columns a SELECT gives,
 * which an UPDATE sets. PostgreSQL itself checks the rest when migrate prepares it. */
#ifndef WULIAN_RECORD_SELECT_LIST_H
#define WULIAN_RECORD_SELECT_LIST_H

#include "base/arena.h"

enum { SELECT_COLUMNS_MAX = 90 };

/* The names of the columns that the SELECT (or WITH … SELECT) gives, in order: each is written
 * "expression as name" or "x.name". Returns how many, 0 when one has no such name or there are more
 * than SELECT_COLUMNS_MAX. */
int select_columns(struct arena *a, const char *sql, const char *names[SELECT_COLUMNS_MAX]);

/* One assignment of "a = now(), b = o.b + s.n": its column and its expression. */
struct assignment {
    const char *column, *value;
};

/* Cuts them at the commas that no bracket or quote holds. Returns how many, 0 when one cannot be
 * read or there are more than SELECT_COLUMNS_MAX. */
int assignments_read(struct arena *a, const char *set, struct assignment out[SELECT_COLUMNS_MAX]);

/* "with t as (select t.*) select …" of a SELECT that may begin with WITH itself: behind "… t cross
 * join lateral" it sees that one row as a table and, where it does not read from it, as a row. */
const char *select_over(struct arena *a, const char *sql);

#endif
