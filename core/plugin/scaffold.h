/* `wulian plugin new`: the folder of a plugin that builds, loads and passes its own test. */
#ifndef WULIAN_PLUGIN_SCAFFOLD_H
#define WULIAN_PLUGIN_SCAFFOLD_H

#include <stdbool.h>

struct arena;

/* Writes dir/name/ from the templates below core_dir/plugin/scaffold. False and *why, one line with
 * what to do instead, when the name cannot be a plugin's, the folder is there already, or it cannot
 * be written; what is there is never overwritten. */
bool plugin_scaffold(struct arena *a, const char *core_dir, const char *dir, const char *name,
                     const char **why);

#endif
