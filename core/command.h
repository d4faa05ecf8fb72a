/* The subcommands of `wulian` and what the processes it starts are handed. */
#ifndef WULIAN_COMMAND_H
#define WULIAN_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

struct db_conn;
struct settings;
struct module_options;
struct load_watch;

enum exit_status { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Each takes argv from its own name on (argv[0] is "serve") and returns an exit_status. */
int cmd_serve(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_migrate(int argc, char **argv);
int cmd_plugin(int argc, char **argv);
int cmd_openapi(int argc, char **argv);
int cmd_keys(int argc, char **argv);
int cmd_divisions(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_chores(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_worker(int argc, char **argv); /* hidden: started by the master only */
int cmd_jobs(int argc, char **argv);   /* hidden */

/* After the files of a migration were applied, on the same owner connection: what else must follow
 * the program (descriptors of plugins). False with one line on stderr. */
bool migrate_after(struct db_conn *conn, const struct settings *s, const struct load_watch *watch);
/* Where the modules of these settings are. */
struct module_options module_options_of(const struct settings *s);

/* What the master hands to a process it starts. The descriptors are inherited and close-on-exec. */
struct process_args {
    const struct settings *settings;
    int index;     /* row of the crash slots */
    int listen_fd; /* listening, non-blocking; -1 for jobs */
    int slots_fd;  /* for slots_map */
    int meters_fd; /* for meter_open */
    int once_fd;   /* for once_open */
    int again;     /* not 0: one of its generation served, and ended */
    int64_t since; /* monotonic µs: when the master started it */
    int paces_fd;  /* for pace_open; -1 for jobs */
    int metrics_fd; /* listening for /metrics; -1: none, or jobs */
    int ready_fd;  /* for process_ready and process_refuse */
};

/* The same of a worker while others serve: what asks nothing yet may still ask once. */
#define SIGNAL_RETIRE SIGUSR1

/* The body of a worker and of the jobs process: returns an exit_status. SIGTERM means: take nothing
 * new, finish what is in flight, return. Ending without process_ready with another status than 0
 * stops a server that is starting; later it is a fault that the master answers with a respawn. */
int worker_main(const struct process_args *args);
int jobs_main(const struct process_args *args);

/* Tells the master that the process can do its work; closes the descriptor. Call it once. */
void process_ready(const struct process_args *args);
/* … or why it cannot: logged here, and told to the master for whoever asked it to reload. Returns
 * false. */
bool process_refuse(const struct process_args *args, const char *what, const char *why);

#endif
