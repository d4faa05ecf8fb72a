/* The private PostgreSQL cluster of `wulian serve --embedded DIR`: unix socket only, data checksums
 * on, run by the master as its own child. */
#ifndef WULIAN_EMBEDDED_H
#define WULIAN_EMBEDDED_H

#include <stdbool.h>
#include <sys/types.h>

#include "process.h"

struct place;
struct settings;

struct cluster {
    const struct settings *settings;
    const struct place *place;
    const char *bin; /* folder of postgres and initdb */
    char **env;
    int hold_fd; /* of a lock that the postmaster and all its processes inherit; set by
                    cluster_clear() */
};

/* Finds PostgreSQL's programs and makes the cluster when there is none (initdb, database wulian);
 * an unfinished attempt of an earlier start is thrown away. Failures are logged. */
enum process_end cluster_make(struct cluster *c, const struct settings *s, struct signals *signals);

/* Ends what an earlier master left behind and waits for it: a postmaster still running on our data
 * is stopped, backends that outlived theirs are killed. Takes the lock that they held. */
enum process_end cluster_clear(struct cluster *c, struct signals *signals);

/* Starts the postmaster, after removing a stale postmaster.pid; its id, or -1. Orphaned backends of
 * a killed one must be gone before. */
pid_t cluster_start(const struct cluster *c);

/* Whether the postmaster says that it takes connections. */
bool cluster_ready(const struct cluster *c);

/* Kills and reaps every child of this process that is not in known[0..n): as subreaper we inherit a
 * killed postmaster's backends, and PostgreSQL starts no new one before they are gone. */
void orphans_kill(const pid_t *known, int n);

#endif
