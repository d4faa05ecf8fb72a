/* The master: supervises the children of `wulian serve`. It runs no plugin code, parses nothing
 * that comes from outside and speaks to no database. */
#ifndef WULIAN_MASTER_H
#define WULIAN_MASTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "command.h"
#include "control.h"
#include "embedded.h"
#include "process.h"
#include "quarantine.h"
#include "reload.h"
#include "settings.h"
#include "slots.h"

enum child_kind { CHILD_DATABASE, CHILD_JOBS, CHILD_WORKER };

/* Only who is of now is started again when it ends. */
enum child_age { AGE_NOW, AGE_NEXT, AGE_PAST };

enum { CHILDREN_MAX = SLOTS_PROCESSES + 1, CHILD_WHY = 256, CHILD_NAME = 32 };

struct child {
    enum child_kind kind;
    int index;    /* row of the crash slots */
    pid_t pid;    /* 0: not running */
    int ready_fd; /* read end of its pipe until it is ready; else -1 */
    bool ready;
    bool again; /* it served, and ended */
    char why[CHILD_WHY]; /* it refused to start, or how it ended */
    enum child_age age;
    int64_t left;    /* AGE_PAST: since when */
    int fails;       /* deaths in a row, each soon after its start */
    int64_t started; /* monotonic microseconds */
    int64_t due;     /* not to be started before */
    int64_t doomed;  /* asked to end for an overdue call; killed then; 0: not */
};

/* What children are started from. */
struct generation {
    int number;
    struct settings *settings;
    const char *exe;
    int program; /* exe, opened when the first of them started, for those who come back; 0: not */
};

/* Forgets what it holds open. */
void generation_end(struct generation *g);

struct master {
    struct settings *settings; /* of the start: listener's and cluster's */
    const char *exe;
    const char *workers; /* --workers, or NULL */
    struct signals signals;
    struct control control;
    struct cluster cluster; /* when settings->place is set */
    struct generation now, next;
    struct settings fresh[2]; /* theirs in turn, when not of the start */
    enum reload_step reload;
    bool drop; /* children change to uid and gid */
    uid_t uid;
    gid_t gid;
    int listen_fd, slots_fd, meters_fd, once_fd, paces_fd;
    int metrics_fd; /* listens for /metrics; -1: nobody asked for it */
    struct slots *slots;
    struct judge judge; /* over plugins that crash */
    const char *address; /* as served */
    struct child child[CHILDREN_MAX];
    int n;
    bool serving;        /* every child was ready once */
    bool failed;         /* a child refused to start before that */
    int64_t drain_since; /* 0: not stopping */
    int64_t halt_since;  /* database asked to stop; 0: not yet */
};

/* Adds a child to the table, with a free row of the crash slots; it is started by master_loop, or
 * at once by child_start. */
struct child *child_add(struct master *m, enum child_kind kind);
void child_start(struct master *m, struct child *c);
/* Signals a child (0: to let others take over) that is gone when it has ended. One that is not
 * running is gone at once: the last of the table then stands in its place. */
void child_dismiss(struct master *m, struct child *c, int sig);
/* "worker 3" */
const char *child_name(const struct child *c, char out[CHILD_NAME]);
/* How many workers the settings ask for. */
int workers_wanted(const struct settings *s);
/* Takes note of children that ended; due times for their restart are set. */
void children_reap(struct master *m);

/* Runs until everything has ended: after SIGTERM or SIGINT (workers drain for at most 30 s, the
 * database goes last), or when a child refuses to start at boot. */
enum exit_status master_loop(struct master *m);

#endif
