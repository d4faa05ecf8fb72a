/* Checks of a module's description that need no database. */
#ifndef WULIAN_PLUGIN_CHECK_H
#define WULIAN_PLUGIN_CHECK_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;

/* Routes, statements, indicators, access and settings (records are checked by rec_compile). False
 * and *why: one line naming plugin, row and what to mend. `linked` modules take their access from
 * the core's matrix. */
bool module_check(struct arena *a, const struct wl_plugin *p, bool linked, const char **why);
/* Text of a declared statement by name; NULL when there is none. */
const char *module_statement(const struct wl_plugin *p, const char *name);

#endif
