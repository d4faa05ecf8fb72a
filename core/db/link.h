/* One libpq connection as both drivers see it: how it is opened, what the session must look like,
 * which statements it has prepared. Private to core/db. */
#ifndef WULIAN_DB_LINK_H
#define WULIAN_DB_LINK_H

#include <libpq-fe.h>

#include "db/db.h"

enum {
    LINK_CONNECT_US = 5000000, /* one attempt to connect may take this long */
    LINK_BACKOFF_MIN_US = 50000,
    LINK_BACKOFF_MAX_US = 1000000,
    LINK_STALL_US = 5000000, /* silence this long after a deadline: the connection is given up */
    LINK_CANCEL_US = 1000000 /* a cancel that had no effect is repeated after this */
};

enum { STATEMENT_NAME = 16, STATEMENT_ONCE = -1 };

struct db_stmt {
    int number;                /* dense, from 0; or STATEMENT_ONCE: never prepared by name */
    char name[STATEMENT_NAME]; /* on the server; "" */
    const char *sql;
    struct db_stmt *next;
};

enum prepared { PREPARED_NOT, PREPARED_SENT, PREPARED_YES };

struct link {
    PGconn *pg;     /* NULL while closed */
    uint8_t *state; /* enum prepared by statement number */
    int nstate;
    bool doomed; /* to be replaced as soon as nothing is in flight */
};

/* Begins to connect: poll with PQconnectPoll. Settings of the DSN win, but for the ones the
 * platform depends on (encoding, time zone, date style, …). `session` are more `-c name=value`
 * options or "". NULL when out of memory or when the options do not fit. */
PGconn *link_start(const char *dsn, const char *session);
/* Takes a connected pg: checks what the server reports about the session, makes it non-blocking.
 * NULL, or the name of the setting that is not as it must be (pg is then still the caller's). */
const char *link_open(struct link *k, PGconn *pg);
/* Closes and forgets what was prepared; fine when closed. */
void link_close(struct link *k);
/* False when the server has hung up while nothing was in flight. One system call. */
bool link_alive(const struct link *k);

enum prepared link_prepared(const struct link *k, const struct db_stmt *s);
void link_mark(struct link *k, const struct db_stmt *s, enum prepared p);

/* A pseudo-random number of microseconds in [span / 2, span]. */
int64_t link_jitter(uint32_t *seed, int64_t span);
/* How long a batch that was sent `attempts` times waits before it is sent again. */
int64_t link_pause(uint32_t *seed, int attempts);

/* Fills e from an error result, and counts it; copies live in the arena. */
void db_error_take(struct db_error *e, struct arena *a, const PGresult *r, int stmt);
/* Same for a lost connection, with 08006 and what libpq says about it (pg may be NULL). */
void db_error_lost(struct db_error *e, struct arena *a, const PGconn *pg);
/* Fills e with 08006 for a batch that was not sent. It may have been given up as well, or still be
 * sent, so whoever knows that no connection came counts it. */
void db_error_unsent(struct db_error *e);
/* Adds to the meters: by class of SQLSTATE; what the database's own walls say, whole (WL401 …).
 * db_error_take and db_error_lost do so themselves. */
void db_error_count(const struct db_error *e);
/* True for the transient SQLSTATEs after which the connection itself must be replaced. */
bool db_error_spoils_link(const char *sqlstate);

/* Wraps a result, which the arena clears when it is freed. */
struct db_rows *rows_take(struct arena *a, PGresult *r);

#endif
