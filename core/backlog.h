/* What waits to be done, told to the page of meters: long jobs, notices, unsealed rows of
 * the audit; and the disk of the files. */
#ifndef WULIAN_BACKLOG_H
#define WULIAN_BACKLOG_H

#include <stdbool.h>

struct db_conn;
struct settings;

/* On the gate's connection, all counties. False when the database refuses, which is logged. */
bool backlog_look(struct db_conn *gate, const struct settings *s);

#endif
