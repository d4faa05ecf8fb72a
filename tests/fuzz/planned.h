/* What was planned: its texts are our own, and ours are ASCII. A letter that is not, in a value that
 * came in, shows where a value became text. */
#ifndef TESTS_FUZZ_PLANNED_H
#define TESTS_FUZZ_PLANNED_H

#include "fuzz.h"

#include "db/db.h"

static inline bool text_plain(const char *sql)
{
    while ((signed char)*sql > 0)
        sql++;
    return *sql == '\0';
}

static inline void planned_holds(const struct db_batch *b)
{
    must(b->n > 0);
    for (int i = 0; i < b->n; i++)
        must(text_plain(db_stmt_sql(b->item[i].stmt)));
}

#endif
