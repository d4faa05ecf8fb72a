/* Divisions as dated reference data: an import compares a county's present divisions with a file's
 * and closes, opens and renames by date; history stays. */
#ifndef WULIAN_TENANT_DIVISION_IMPORT_H
#define WULIAN_TENANT_DIVISION_IMPORT_H

#include <stdbool.h>

#include "tenant/division_csv.h"

struct db_conn;

enum { DIVISIONS_SHOWN = 20 };

struct division_change {
    const char *what; /* "added", "renamed", "closed" */
    int64_t code;
    const char *name, *before; /* before: the old name of a renamed one */
};

struct division_report {
    int added, renamed, closed, same;
    struct division_change shown[DIVISIONS_SHOWN]; /* the first few */
    int nshown;
};

struct division_import {
    int county;
    const struct division_list *list;
    const char *from; /* date the file is valid from; NULL: today, or always for a county's first */
    bool force;       /* close more than a tenth of what is open */
    bool dry_run;     /* report only */
};

/* As the owner, in one transaction. Only levels that the list holds are compared; divisions above
 * the county are added and renamed, never closed. A list that would close more than a tenth of the
 * county's open divisions of its levels is refused unless forced: it is more likely a truncated
 * file. */
bool divisions_import(struct arena *a, struct db_conn *owner, const struct division_import *import,
                      struct division_report *out, const char **why);

#endif
