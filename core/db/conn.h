/* Inside of the blocking connection. Private to core/db. */
#ifndef WULIAN_DB_CONN_H
#define WULIAN_DB_CONN_H

#include <pthread.h>

#include "db/link.h"

struct db_conn {
    char *dsn;
    struct link link;
    uint32_t seed;
    pthread_mutex_t lock; /* guards what follows: db_cancel comes from other threads */
    PGcancel *cancel;
    bool busy;      /* between db_conn_begin and db_conn_end */
    bool running;   /* something is on the server right now */
    bool cancelled; /* db_cancel was called while busy */
};

void db_conn_begin(struct db_conn *c);
/* Waits for a db_cancel in progress, so that it cannot hit what runs next. */
void db_conn_end(struct db_conn *c);
void db_conn_set_running(struct db_conn *c, bool running);
bool db_conn_is_cancelled(struct db_conn *c);
void db_conn_close(struct db_conn *c);
/* Sends what is left and waits until the server has said something (which is then read) or `until`:
 * false when the time is over. The caller looks at PQstatus. */
bool db_conn_wait(struct db_conn *c, int64_t until);

#endif
