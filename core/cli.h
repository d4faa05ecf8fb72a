/* What the administration commands share: options, the connection, progress, tables. */
#ifndef WULIAN_CLI_H
#define WULIAN_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "command.h"
#include "db/db.h"
#include "settings.h"

/* One option: a flag, or text. */
struct cli_option {
    const char *name;  /* "--county" */
    const char **text; /* where its value goes; NULL: a flag */
    bool *flag;
};

/* A running command. */
struct cli {
    struct settings settings;
    struct arena *arena;
    const char *name;  /* "divisions import", for messages */
    char **words;      /* what is no option */
    int nwords;
};

enum cli_next { CLI_GO, CLI_DONE, CLI_WRONG };

/* Reads --config, --embedded and --help, then the command's own options (n of them); --help prints
 * `usage` and is CLI_DONE, a fault is said and CLI_WRONG. cli_close in any case. */
enum cli_next cli_open(struct cli *c, const char *name, const char *usage, int argc, char **argv,
                       const struct cli_option *options, int n);
void cli_close(struct cli *c);

/* "wulian <name>: …" on stderr; returns EXIT_FAILED. */
enum exit_status cli_fail(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Connects with a DSN setting ("db.owner_dsn"); NULL after saying why. */
struct db_conn *cli_connect(const struct cli *c, const char *setting);

/* Runs a batch; a failure is said. */
bool cli_run(const struct cli *c, struct db_conn *conn, struct db_batch *b);

/* A bar on stderr when that is a terminal: share 0 to 1; cli_progress_end clears it. */
void cli_progress(const char *what, double share);
void cli_progress_end(void);

/* Rows as aligned columns on stdout, headed by `titles`; wide characters take two places. */
void cli_table(const char *const *titles, int columns, const char *const *cells, size_t rows);

/* '{…}' of texts, each quoted. */
const char *cli_array(struct arena *a, const char *const *items, size_t n);

/* A line typed without echo at the terminal, in the arena; NULL when there is no terminal. */
const char *cli_secret(struct arena *a, const char *prompt);

#endif
