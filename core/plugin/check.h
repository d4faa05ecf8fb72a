/* Checks of a module's description that need no database. */
#ifndef WULIAN_PLUGIN_CHECK_H
#define WULIAN_PLUGIN_CHECK_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;

/* Why no plugin can have this name, with the mend; NULL when one can. */
const char *plugin_name_fault(const char *name);
/* Everything but the records themselves, which rec_compile checks: name and version, that tables
 * hold what they count, statements, routes, indicators, access, settings. False and *why: one line
 * naming plugin, row and what to mend. `linked` modules take their access from the core's matrix.
 * Run it before the module's access is declared. */
bool module_check(struct arena *a, const struct wl_plugin *p, bool linked, const char **why);
/* That every permission the module asks for is held by somebody (permission_declare has run), and
 * that every text it refers to exists in its messages. Of plugins, not of linked modules. */
bool module_check_rights(struct arena *a, const struct wl_plugin *p, const char **why);
bool module_check_texts(struct arena *a, const struct wl_plugin *p, const char **why);

#endif
