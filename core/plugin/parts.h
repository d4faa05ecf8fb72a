/* A description that stands in several parts, read as one. */
#ifndef WULIAN_PLUGIN_PARTS_H
#define WULIAN_PLUGIN_PARTS_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;

/* The plugin with the records and tables of its parts behind its own, in the arena; `p` itself when
 * it has no parts. NULL and *why: parts were built with another size of rows. */
const struct wl_plugin *plugin_whole(struct arena *a, const struct wl_plugin *p, const char **why);

#endif
