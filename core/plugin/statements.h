/* SQL of modules against a database: what it may touch, and whether it is what was checked. */
#ifndef WULIAN_PLUGIN_STATEMENTS_H
#define WULIAN_PLUGIN_STATEMENTS_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;
struct db_conn;

/* As the owner (migrate): prepares and explains each piece of SQL (pieces.h) under the role
 * wulian_check, which for that moment has the application's rights on the plugin's own schema and
 * always those on the published views, then remembers the hash in core.plugin. PostgreSQL itself
 * thus refuses a foreign table; functions are looked up in the parsed statement, so one in a branch
 * that a plan drops is found as well. For plugins (not `linked`) the schema number must be that of
 * the newest applied file. False and *why names plugin, piece, PostgreSQL's reason and the mend. */
bool statements_check_store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            bool linked, const char **why);
/* As the application (start): the hash and schema number must be those that migrate checked; or,
 * where the database may be `ahead`, its number a greater one. */
bool statements_compare(struct arena *a, struct db_conn *app, const struct wl_plugin *p,
                        bool ahead, const char **why);

#endif
