/* Bringing a database to this version: numbered SQL files, each applied once, in one transaction,
 * and remembered with its checksum in core.migration. */
#ifndef WULIAN_DB_MIGRATE_H
#define WULIAN_DB_MIGRATE_H

#include <stdbool.h>

struct arena;
struct db_conn;

struct migrate_options {
    const char *sql_dir;           /* core's NNNN_name.sql */
    const char *plugins_dir;       /* <plugin>/sql/NNNN_name.sql; may be missing */
    const char *enabled;           /* plugins whose files count, space-separated; "*" all */
    void (*say)(const char *line); /* progress, one line each, without newline */
};

/* Applies what is missing, core first, then plugins by name, as the owner role. A session advisory
 * lock keeps a second one out. Refused with *why: a file that changed after it was applied, an
 * applied number that the folder lacks, two files of one number, a name not of the form
 * NNNN_name.sql, a file that ends its own transaction. A file that fails leaves no trace; one that
 * waits longer than 2 s for a lock is tried again, ten times. */
bool migrate_run(struct db_conn *conn, struct arena *a, const struct migrate_options *o,
                 char **why);

/* How many files migrate_run would apply; -1 with *why where it would refuse. Changes nothing and
 * waits for nobody; `say` may be NULL. */
int migrate_lacking(struct db_conn *conn, struct arena *a, const struct migrate_options *o,
                    char **why);

/* The superuser step: runs every *.sql of the folder in order, each in one transaction, every time:
 * the files repeat without harm. */
bool migrate_roles(struct db_conn *conn, struct arena *a, const char *dir,
                   void (*say)(const char *), char **why);

#endif
