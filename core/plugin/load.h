/* Finding and opening one plugin file. */
#ifndef WULIAN_PLUGIN_LOAD_H
#define WULIAN_PLUGIN_LOAD_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;

enum { FINGERPRINT_TEXT = 16 };

/* What tells this very file from a mended one before any of its code has run: "so-" and the first
 * digits of its SHA-256. "so-" alone when it cannot be read. */
void plugin_fingerprint(struct arena *a, const char *dir, const char *name,
                        char out[FINGERPRINT_TEXT]);
/* Opens <dir>/<name>.so: the folder and the file must belong to root or to who runs us and be
 * writable by nobody else. Never closed again. NULL and *why (one line) otherwise. The description
 * is copied into the host's own struct, so an older or newer plugin's size does not matter. */
const struct wl_plugin *plugin_open(struct arena *a, const char *dir, const char *name,
                                    const char **why);
/* Names of the *.so files of a folder, sorted, space-separated; "" when there are none. */
const char *plugin_names(struct arena *a, const char *dir);

#endif
