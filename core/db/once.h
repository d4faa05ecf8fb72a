/* What several processes of a server ask the database as they begin, one of them asks: who comes
 * first writes the answer into a file in memory that the master made, the others read it there.
 *
 * An answer counts only for who was started before it was asked for. So nobody believes anything
 * older than what he could have asked himself, whatever happened to the database meanwhile, and who
 * is started later asks anew. Who dies while he asks leaves the question to the next. */
#ifndef WULIAN_DB_ONCE_H
#define WULIAN_DB_ONCE_H

#include "db/db.h"

enum { ONCE_QUESTIONS = 16 };

/* A descriptor (close-on-exec) of such a file, empty; -1 with errno. */
int once_create(void);
/* Answers are shared there from now on by this process, which was started at `since` (monotonic
 * µs). Without, and where that file fails us, it asks for itself. False when the file is of another
 * version: nothing changed. */
bool once_open(int fd, int64_t since);

/* What has no effect. The parameters live as long as the arena. */
struct question {
    const struct db_stmt *stmt;
    int nparams;
    const char *const *params;
};

struct answer {
    int rows, columns;
    const char *const *cell; /* row by row; "" for null */
};

/* The answers to n questions, at most ONCE_QUESTIONS, in the arena. Those who come while others ask
 * begin with what nobody asks yet, and wait 10 s for the rest, then ask for themselves. False with
 * *err. Before the process has threads of its own that ask. */
bool once_ask(struct arena *a, struct db_conn *c, const struct question *q, int n,
              struct answer *out, struct db_error *err);

#endif
