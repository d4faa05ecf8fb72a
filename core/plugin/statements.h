/* Statements of plugins against a database: what they may touch, and whether they are the checked
 * ones. */
#ifndef WULIAN_PLUGIN_STATEMENTS_H
#define WULIAN_PLUGIN_STATEMENTS_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;
struct db_conn;

/* As the owner (migrate): prepares and explains each statement and indicator under the role
 * wulian_check, which for that moment has rights on the plugin's own schema and always on the
 * published views, then remembers the hash in core.plugin. PostgreSQL itself thus refuses a foreign
 * table or a forbidden function. False and *why names plugin, statement and PostgreSQL's reason. */
bool statements_check_store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            const char **why);
/* As the application (start): the hash and schema number must be those that migrate checked. */
bool statements_compare(struct arena *a, struct db_conn *app, const struct wl_plugin *p,
                        const char **why);

#endif
