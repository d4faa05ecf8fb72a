/* What follows the SQL files: roles, permissions and settings from the tables in code, then the
 * modules held against the database, their statements checked and remembered. */
#include "command.h"

#include <stdio.h>

#include "base/arena.h"
#include "checked.h"
#include "db/db.h"
#include "iam/publish.h"
#include "plugin/modules.h"
#include "record/restore.h"
#include "settings.h"
#include "tenant/activation.h"

enum { ARENA_MAX = 256 << 20 };

struct module_options module_options_of(const struct settings *s)
{
    return (struct module_options){.names = settings_text(s, "plugins.enabled"),
                                   .so_dir = settings_text(s, "paths.plugins"),
                                   .source_dir = settings_text(s, "paths.plugins_sql"),
                                   .core_dir = settings_text(s, "paths.core")};
}

/* A dump restored into another cluster counts its transactions anew. */
static bool epoch_check(struct arena *a, struct db_conn *owner, const char **why)
{
    struct db_error e;
    const struct db_rows *r = db_query(
        owner, a, "select core.audit_epoch_begin() where not core.audit_here()", 0, NULL, &e);

    if (r && rows_count(r) > 0)
        printf("migrate: the database was restored into another cluster: the audit ledger is in its"
               " epoch %d\n",
               (int)rows_int(r, 0, 0));
    *why = r ? *why : e.message;
    return r != NULL;
}

static void plugins_say(const struct module_list *m, const char *what)
{
    for (int i = 0; i < m->n; i++)
        if (!m->items[i].linked)
            printf("migrate: plugin %s %s %s\n", m->items[i].plugin->name,
                   m->items[i].plugin->version, what);
    fflush(stdout);
}

/* Whoever runs it by hand wants to know; a server that starts wants to serve, and its workers hold
 * themselves against the tables once more. */
bool migrate_after(struct db_conn *owner, const struct settings *s, const struct load_watch *watch)
{
    struct arena *a = arena_new(ARENA_MAX);
    struct module_options o = module_options_of(s);
    struct module_list modules;
    const char *why = "";
    bool ok, known = false;

    o.watch = watch;
    ok = modules_load(a, &o, &modules, &why) && iam_publish(a, owner, &why) &&
         activation_publish(a, owner, &why);
    if (ok)
        known = watch && checked_before(a, owner, &modules);
    ok = ok && (known || (modules_check(a, &modules, owner, MODULES_REMEMBER, &why) &&
                          checked_remember(a, owner, &modules, &why)));
    ok = ok && retention_publish(a, owner, &why) && epoch_check(a, owner, &why);
    if (ok)
        plugins_say(&modules, known ? "was checked before" : "checked");
    else
        fprintf(stderr, "wulian migrate: %s\n", why);
    arena_free(a);
    return ok;
}
