/* The master: supervises the children of `wulian serve`. It runs no plugin code, parses nothing
 * that comes from outside and speaks to no database. */
#ifndef WULIAN_MASTER_H
#define WULIAN_MASTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "command.h"
#include "embedded.h"
#include "process.h"

struct settings;
struct slots;

enum child_kind { CHILD_DATABASE, CHILD_JOBS, CHILD_WORKER };

struct child {
    enum child_kind kind;
    int index;    /* row of the crash slots */
    pid_t pid;    /* 0: not running */
    int ready_fd; /* read end of its pipe until it is ready; else -1 */
    bool ready;
    int fails;       /* deaths in a row, each soon after its start */
    int64_t started; /* monotonic microseconds */
    int64_t due;     /* not to be started before */
};

enum { CHILDREN_MAX = 66 };

struct master {
    struct settings *settings;
    struct signals signals;
    struct cluster cluster; /* when settings->place is set */
    const char *exe;
    bool drop; /* children change to uid and gid */
    uid_t uid;
    gid_t gid;
    int listen_fd, slots_fd;
    struct slots *slots;
    const char *address; /* as served */
    struct child child[CHILDREN_MAX];
    int n;
    bool serving;        /* every child was ready once */
    bool failed;         /* a child refused to start before that */
    int64_t drain_since; /* 0: not stopping */
    int64_t halt_since;  /* database asked to stop; 0: not yet */
};

/* Adds a child to the table; it is started by master_loop, or at once by child_start. */
struct child *child_add(struct master *m, enum child_kind kind, int index);
void child_start(struct master *m, struct child *c);
/* Takes note of children that ended; due times for their restart are set. */
void children_reap(struct master *m);

/* Runs until everything has ended: after SIGTERM or SIGINT (workers drain for at most 30 s, the
 * database goes last), or when a child refuses to start at boot. */
enum exit_status master_loop(struct master *m);

#endif
