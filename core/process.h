/* Starting children: fork, give up rights, exec. For the single-threaded master only. */
#ifndef WULIAN_PROCESS_H
#define WULIAN_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

enum { LAUNCH_KEEP = 8 };

struct launch {
    const char *name;  /* for messages */
    char *const *argv; /* argv[0] is an absolute path */
    char *const *env;
    int keep[LAUNCH_KEEP]; /* descriptors that survive exec, under their numbers */
    int nkeep;
    bool drop; /* change to uid and gid first */
    uid_t uid;
    gid_t gid;
    const char *input; /* file for standard input; NULL: /dev/null */
    bool quiet;        /* standard output to /dev/null */
    int death_signal;  /* sent by the kernel when the master dies, however */
    const char *dir;   /* working directory; NULL: / */
    int program;       /* argv[0] as it was opened (O_PATH): this is executed though another file
                          has taken its name since; 0: whatever has the name */
};

/* The child's id, or -1 with errno. It stands in a session of its own, so that a terminal's Ctrl-C
 * reaches the master alone; it dies with the master. */
pid_t process_start(const struct launch *l);

/* The signals that the master reads from a descriptor (signalfd): SIGCHLD, SIGTERM, SIGINT, SIGHUP.
 */
struct signals {
    int fd;
    bool stop;   /* SIGTERM or SIGINT came */
    bool reload; /* SIGHUP came */
};

/* Blocks them and opens the descriptor; false with errno. */
bool signals_open(struct signals *s);

/* Waits up to `ms` for a signal and takes what came. */
void signals_take(struct signals *s, int ms);

enum process_end { PROCESS_OK, PROCESS_FAILED, PROCESS_STOPPED };

/* Starts a child and waits for its end. When the master is asked to stop meanwhile the child gets
 * SIGTERM, its end is awaited, and the answer is PROCESS_STOPPED. Failures are logged. */
enum process_end process_run(const struct launch *l, struct signals *s);

#endif
