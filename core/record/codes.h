/* Code tables (core.code) in memory: loaded at start, read-only afterwards. */
#ifndef WULIAN_RECORD_CODES_H
#define WULIAN_RECORD_CODES_H

#include <stdbool.h>

#include "base/time.h"
#include "call/call.h"

struct code {
    const char *tab, *code, *zh, *en;
    struct date from, to; /* to.year 0: open end */
};

/* Reads every table; false and *why when the database does not answer. */
bool codes_load(struct arena *a, struct db_conn *conn, const char **why);
bool codes_known(const char *tab);
/* The code when it is valid on that day; NULL otherwise. */
const struct code *code_find(const char *tab, const char *code, struct date on);
/* What people call a code that is valid today; the code itself otherwise. */
const char *code_label(enum lang lang, const char *tab, const char *code);
/* Whether the table has the code, be it valid today or not. */
bool code_known(const char *tab, const char *code);
/* The code that people call so, in either language, valid on that day; NULL when none or several
 * are. */
const struct code *code_by_label(const char *tab, const char *label, struct date on);
/* All rows, ordered by table: for the schema document. */
const struct code *codes_all(int *n);

#endif
