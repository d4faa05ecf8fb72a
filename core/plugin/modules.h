/* The modules of this process: those linked in (admin, station) and the loaded plugins. */
#ifndef WULIAN_PLUGIN_MODULES_H
#define WULIAN_PLUGIN_MODULES_H

#include <stdbool.h>

#include <wulian/plugin.h>

#include "call/call.h"

struct module {
    const struct wl_plugin *plugin;
    bool linked;             /* part of the core: always on */
    const char *fingerprint; /* of its file before it was opened (load.h); "" when linked */
};

struct module_list {
    struct module *items;
    int n;
};

/* Around everything that a plugin can do or be while it is loaded. */
struct load_watch {
    void (*enter)(void *self, const char *plugin, const char *fingerprint);
    void (*leave)(void *self);
    void *self;
};

struct module_options {
    const char *names;      /* plugins to load, space-separated */
    const char *so_dir;     /* folder of <name>.so */
    const char *source_dir; /* folder of <name>/{sql,messages} */
    const char *core_dir;   /* folder of messages/, station/messages … of the core */
    bool owner_checked; /* refuse files not owned by root or the caller, or writable by others */
    const struct load_watch *watch; /* NULL: nobody watches */
};

/* Loads and checks everything that can be checked without a database; declares permissions and
 * messages. A plugin that is held back for crashing here is left out (tenant/quarantine.h). False
 * and *why: one line naming plugin, row and field. */
bool modules_load(struct arena *a, const struct module_options *o, struct module_list *out,
                  const char **why);
/* Every operation of the process: core's own and those derived from the modules' descriptions. */
const struct op *const *modules_ops(struct arena *a, const struct module_list *m, int *n);
/* How well the modules and a database must be found to go together. */
enum modules_look {
    MODULES_REMEMBER, /* migrate, as the owner: all, statements under the check role too */
    MODULES_COMPARE,  /* the loader: every table's shape, schema numbers, the statements' hash */
    MODULES_AGAIN     /* the same, by who comes back in place of one that served: the database may
                         be ahead, which those who never ended live with as well */
};
static inline enum modules_look modules_look(bool again)
{
    return again ? MODULES_AGAIN : MODULES_COMPARE;
}
/* Description against table (columns, types, NOT NULL, row security, keys), and statements. */
bool modules_check(struct arena *a, const struct module_list *m, struct db_conn *owner_or_app,
                   enum modules_look look, const char **why);

#endif
