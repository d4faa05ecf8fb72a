/* A plugin's description in words, for people and scripts. */
#ifndef WULIAN_PLUGIN_DESCRIBE_H
#define WULIAN_PLUGIN_DESCRIBE_H

#include <wulian/plugin.h>

struct arena;

/* One JSON object: name, version, records with fields, states and actions, statements, routes,
 * indicators, access, settings. In the arena. */
const char *plugin_describe(struct arena *a, const struct wl_plugin *p);

#endif
