/* What PostgreSQL's catalog says of the tables of every record, for the comparison at start: asked
 * once for all tables and all processes that begin together, for it is most of a start. */
#ifndef WULIAN_RECORD_CATALOG_H
#define WULIAN_RECORD_CATALOG_H

#include "db/db.h"

/* The dear ones first: processes that begin together share them out. */
enum catalog_about {
    ABOUT_WALL,      /* enum catalog_wall; one row */
    ABOUT_ISOLATION, /* one fault of the whole database's, of table ""; none */
    ABOUT_INDEXES, /* key columns in order; '?' before those of a partial one, '!' of the primary */
    ABOUT_COLUMNS, /* enum catalog_column */
    ABOUT_UNIQUE,  /* name, key columns: unique over the rows not deleted */
    ABOUT_CONSTRAINTS, /* names of constraints and indexes */
    ABOUT_READERS,     /* the column of readers stands; its policy says what it must; one row */
    CATALOG_ABOUT
};

enum catalog_column {
    COL_NAME,
    COL_TYPE, /* as format_type prints it */
    COL_NOT_NULL,
    COL_DEFAULT,
    COL_BYTEWISE, /* collate "C" */
    COL_GENERATED
};

enum catalog_wall {
    WALL_ON,        /* row security is */
    WALL_POLICIES,  /* county and scope say what core.record_table writes */
    WALL_ALONE,     /* and no other permissive one stands beside them */
    WALL_ACTIVE,    /* the policy `active` */
    WALL_DOOR,      /* a policy `county_wide` */
    WALL_DOOR_WELL, /* that says what it must */
    WALL_HANDED     /* given to core.handed_on */
};

struct catalog;
struct answer;

/* Of all registered records and their histories; in the arena. NULL and *why when the database does
 * not say. */
struct catalog *catalog_read(struct arena *a, struct db_conn *conn, const char **why);

/* The rows about one table; none when it does not exist. Valid as long as the catalog. */
struct facts {
    const struct answer *from;
    int first, n;
};
struct facts catalog_of(const struct catalog *c, enum catalog_about about, const char *table);
const char *fact_text(const struct facts *f, int row, int col);
bool fact_bool(const struct facts *f, int row, int col);
int fact_find(const struct facts *f, const char *text); /* row whose first column is text; -1 */

#endif
