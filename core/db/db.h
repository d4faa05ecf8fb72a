/* PostgreSQL behind one door: the only folder that includes libpq-fe.h.
 *
 * A *batch* is a list of prepared statements that run as one pipelined implicit transaction (one
 * Sync): an error in any rolls all of them back and leaves the connection clean. The same batch
 * runs in the event loop (loop.h) or blocking on a thread (db_run). */
#ifndef WULIAN_DB_DB_H
#define WULIAN_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A statement text. `sql` is a literal or text generated from a loaded description — never from
 * input. Registered once, prepared lazily on each connection (in its own implicit transaction, sent
 * in the same flight, so it costs no round trip and a failing batch does not lose it). */
struct db_stmt;
/* Registers; the text must live as long as the process. Any thread. The same pointer or text may be
 * registered twice (two statements). */
const struct db_stmt *db_stmt_new(const char *sql);
/* A statement for one batch: parsed and planned with that batch's values each time it is sent, kept
 * by no session. For texts of which there may be too many; lives in the arena, which must be the
 * batch's or live longer. */
const struct db_stmt *db_stmt_once(struct arena *a, const char *sql);
const char *db_stmt_sql(const struct db_stmt *s);

enum { DB_PARAMS_MAX = 120, DB_BATCH_MAX = 8192 };

enum db_status {
    DB_OK,
    DB_REFUSED,     /* the server raised an error: batch->error says which */
    DB_UNAVAILABLE, /* no connection within the deadline, retries included: answer 503 */
    DB_BUSY,        /* queue full: answer 503 */
    DB_CANCELLED    /* the caller gave up */
};

struct db_error {
    char sqlstate[6];
    int stmt;               /* index in the batch; the batch's n: the commit (deferred checks) */
    const char *message;    /* for the server log only, never for clients: may echo values */
    const char *constraint; /* NULL or name */
    const char *table;
    const char *column;
    const char *hint; /* what our own `raise … using hint` said; "" when none */
};

struct db_rows; /* one statement's result */

struct db_item {
    const struct db_stmt *stmt;
    const char *const *params;
    int nparams;
    struct db_rows *rows; /* set when status is DB_OK; when it is DB_REFUSED, for the statements
                             before the one that was refused: what they saw, though none of it
                             stands */
};

struct db_batch {
    struct arena *arena;
    int n, room;
    struct db_item *item;
    bool repeatable;  /* may be sent again after a lost connection or 40001/40P01 (reads; writes
                         that carry an idem row) */
    bool alone;       /* may run longer than a short read should: the loop's owner puts it in the
                         write lane, where nobody waits behind it */
    int attempts;     /* times sent; > 1 means an earlier try may have committed */
    int64_t deadline; /* monotonic microseconds; 0 = none */
    enum db_status status;
    struct db_error error;
};

/* An empty batch in the arena; results are released with it. */
struct db_batch *batch_new(struct arena *a, int64_t deadline);
/* Adds a statement with text-format parameters (NULL = SQL null, bytea as \x hex); pointers must
 * live as long as the arena. Returns its index; at most DB_BATCH_MAX. */
int batch_add(struct db_batch *b, const struct db_stmt *s, int nparams, const char *const *params);

int rows_count(const struct db_rows *r);
int rows_columns(const struct db_rows *r);
const char *rows_name(const struct db_rows *r, int col);
unsigned rows_type(const struct db_rows *r, int col); /* type oid */
bool rows_null(const struct db_rows *r, int row, int col);
const char *rows_text(const struct db_rows *r, int row, int col); /* "" for null */
size_t rows_length(const struct db_rows *r, int row, int col);
/* The text and its length in one look; NULL for null. */
const char *rows_value(const struct db_rows *r, int row, int col, size_t *n);
int64_t rows_int(const struct db_rows *r, int row, int col); /* 0 for null */
bool rows_bool(const struct db_rows *r, int row, int col);
int rows_column(const struct db_rows *r, const char *name); /* -1 when absent */
/* Same, of the columns from `first` on. */
int rows_column_from(const struct db_rows *r, int first, const char *name);
int64_t rows_affected(const struct db_rows *r); /* PQcmdTuples */
/* A bytea column decoded into the arena. */
const uint8_t *rows_bytes(struct arena *a, const struct db_rows *r, int row, int col, size_t *n);

/* --- blocking connection: worker threads, jobs, command line --- */

struct db_conn;
/* Connects (client_encoding UTF8, timezone UTC, datestyle ISO, standard_conforming_strings on
 * asserted). `dsn` is a libpq conninfo. NULL with *why (malloc'd text, free with db_why_free) when
 * it cannot within timeout_ms. */
struct db_conn *db_open(const char *dsn, int timeout_ms, char **why);
void db_why_free(char *why);
/* For background threads: opens *c if there is none yet, within 3 s. False, which is logged, when
 * the database cannot be reached. */
bool db_reach(struct db_conn **c, const char *dsn);
void db_close(struct db_conn *c);
/* Runs a batch to its end; sets and returns b->status. Connects anew when it must and repeats what
 * is repeatable for at most 3 s, both within the deadline. What still runs at the deadline is
 * cancelled (DB_REFUSED with 57014). */
enum db_status db_run(struct db_conn *c, struct db_batch *b);
/* One statement in a transaction of its own that may be sent again; NULL: *err says why not. */
const struct db_rows *db_ask(struct db_conn *c, struct arena *a, const struct db_stmt *s,
                             int nparams, const char *const *params, int64_t within_us,
                             struct db_error *err);
/* Cancels what runs on c, from another thread; harmless when nothing does. db_run then ends with
 * DB_CANCELLED, unless the batch had been faster. */
void db_cancel(struct db_conn *c);
/* One statement without preparing, for migrate and tools: sql must be a literal or file text. May
 * hold several commands (simple protocol) when nparams is 0. Owner connections only.
 * These three never connect anew (DB_UNAVAILABLE, 08006): the session, with its transaction and its
 * locks, is the caller's. No COPY. No db_run while a transaction begun here is open. */
enum db_status db_script(struct db_conn *c, struct arena *a, const char *sql, struct db_error *err);
struct db_rows *db_query(struct db_conn *c, struct arena *a, const char *sql, int nparams,
                         const char *const *params, struct db_error *err);
/* Prepares without running: parameter and column types, as the plugin loader checks them. */
struct db_shape {
    int nparams, ncolumns;
    unsigned *param_types, *column_types;
    char **column_names;
};
bool db_describe(struct db_conn *c, struct arena *a, const char *sql, struct db_shape *out,
                 struct db_error *err);

/* True for SQLSTATEs after which the same batch may be sent again on a fresh connection
 * (08* but 08P01, which is a wrong number of parameters; 57P0*, 25006, 40001, 40P01). */
bool db_state_transient(const char *sqlstate);

#endif
