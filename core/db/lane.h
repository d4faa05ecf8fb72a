/* Inside of the loop driver: a lane is a queue and the wires (connections) that serve it.
 * Private to core/db. */
#ifndef WULIAN_DB_LANE_H
#define WULIAN_DB_LANE_H

#include "db/cancel.h"
#include "db/queue.h"

enum { LANE_COUNT = 2, WIRE_DEPTH_MAX = 16 };

enum wire_state { WIRE_DOWN, WIRE_CONNECTING, WIRE_UP };

struct wire {
    struct db_loop *loop;
    struct lane *lane;
    enum wire_state state;
    struct link link;                   /* while connecting only pg is set */
    struct job *flying[WIRE_DEPTH_MAX]; /* oldest first */
    int n;
    int fd; /* what epoll watches, and for which events */
    uint32_t events;
    int64_t at; /* down: when to connect; connecting: when to give up */
    int64_t backoff;
    bool proven;     /* a batch came back since it connected */
    bool cancelling; /* a cancel is on its way: send nothing that it could hit */
};

struct lane {
    enum db_lane kind;
    struct wire *wire;
    int n, depth;
    int up;             /* wires up */
    int64_t down_since; /* meaningful while up is 0 */
    struct queue waiting;
    int64_t wake; /* nothing in `waiting` expires or becomes ready before this */
};

struct db_loop {
    char *dsn;
    int epfd;
    struct lane lane[LANE_COUNT];
    struct queue ended; /* done is still to be called */
    struct canceller *canceller;
    int queue_max;
    int64_t retry_us;
    uint32_t seed;
    bool closing;
};

/* --- wire.c --- */

/* Sends j and makes it fly; a connection that turns out lost is dealt with. */
void wire_send(struct wire *w, struct job *j);
/* What epoll saw on the wire's socket. */
void wire_event(struct wire *w, uint32_t events);
/* What is due at `now`: connecting, giving up, cancelling. */
void wire_timer(struct wire *w, int64_t now);
int64_t wire_next(const struct wire *w);
/* Ends everything in flight, each by its own rule, and closes; connects again later. */
void wire_lost(struct wire *w, const char *why);

/* --- lane.c --- */

/* Hands waiting jobs to wires while there are both. */
void lane_dispatch(struct lane *lane, struct db_loop *l);
/* Ends waiting jobs whose time is over. */
void lane_expire(struct lane *lane, struct db_loop *l, int64_t now);
int64_t lane_next(const struct lane *lane);
void lane_push(struct lane *lane, struct db_loop *l, struct job *j);
/* Puts a job back at the queue's head, to be sent again not before `when`. */
void lane_push_back(struct lane *lane, struct db_loop *l, struct job *j, int64_t when);
/* A wire came up or went down. */
void lane_count(struct lane *lane, int change);

/* --- loop.c --- */

/* j has its final status; done follows in the next step. */
void db_job_end(struct db_loop *l, struct job *j, enum db_status status);

#endif
