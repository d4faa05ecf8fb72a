/* `wulian migrate`: the only command that works as the owner of the tables. */
#include "command.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"
#include "db/migrate.h"
#include "settings.h"
#include "slots.h"

enum { ARENA_MAX = 64 << 20, CONNECT_MS = 10000 };

static const char usage[] =
    "usage: wulian migrate [--config FILE | --embedded DIR] [--dsn DSN]\n"
    "                      [--roles | --files]\n"
    "\n"
    "Applies the numbered SQL files of the core and of the enabled plugins that the database does\n"
    "not have yet, as role wulian_owner (setting db.owner_dsn, or --dsn). Each file is one\n"
    "transaction; a second run does nothing. Then writes roles and permissions, and holds every\n"
    "plugin's description and statements against the database.\n"
    "\n"
    "  --roles  only the one superuser step: runs sql/install/*.sql (roles and their rights) as "
    "the\n"
    "           superuser of db.install_dsn, or of --dsn; needed once per database and version\n"
    "  --files  only the files, without what follows them; the server starts after a whole run\n";

struct request {
    const char *dsn;
    bool roles, files;
    const struct load_watch *watch; /* NULL: started by hand */
    struct load_watch slot;
};

static void say(const char *line)
{
    printf("migrate: %s\n", line);
    fflush(stdout);
}

static enum exit_status migrate(const struct settings *s, const struct request *r)
{
    const char *set = settings_text(s, r->roles ? "db.install_dsn" : "db.owner_dsn");
    const struct migrate_options o = {.sql_dir = settings_text(s, "paths.sql"),
                                      .plugins_dir = settings_text(s, "paths.plugins_sql"),
                                      .enabled = settings_text(s, "plugins.enabled"),
                                      .say = say};
    struct arena *a = arena_new(ARENA_MAX);
    struct db_conn *conn = NULL;
    char *why = NULL;
    char *lost = NULL;
    bool ok = false;

    conn = db_open(r->dsn ? r->dsn : set, CONNECT_MS, &lost);
    if (!conn)
        why = arena_strdup(a, lost);
    else if (r->roles)
        ok = migrate_roles(conn, a, arena_printf(a, "%s/install", o.sql_dir), say, &why);
    else
        ok = migrate_run(conn, a, &o, &why);
    if (!ok)
        fprintf(stderr, "wulian migrate: %s\n", why);
    else if (!r->roles && !r->files)
        ok = migrate_after(conn, s, r->watch);
    db_why_free(lost);
    db_close(conn);
    arena_free(a);
    return ok ? EXIT_OK : EXIT_FAILED;
}

/* A server that starts hands over its crash slots: what crashes here is named there, and who is
 * held back is left out. */
static bool watch_take(struct request *r, const char *arg)
{
    static const char option[] = "--slots=";
    struct slots *page;
    int64_t fd;

    if (!str_starts(arg, option) || !str_int64(arg + strlen(option), &fd) || fd < 0 ||
        fd > INT_MAX || !(page = slots_map((int)fd)))
        return false;
    quarantine_obey(&page->quarantine);
    r->slot = slot_load_watch(page->slot[0]);
    r->watch = &r->slot;
    return true;
}

static bool request_read(struct request *r, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (str_eq(argv[i], "--roles")) {
            r->roles = true;
        } else if (str_eq(argv[i], "--files")) {
            r->files = true;
        } else if (str_eq(argv[i], "--dsn") && i + 1 < argc) {
            r->dsn = argv[++i];
        } else if (!watch_take(r, argv[i])) {
            fprintf(stderr, "wulian migrate: unknown option %s\n%s", argv[i], usage);
            return false;
        }
    }
    return true;
}

int cmd_migrate(int argc, char **argv)
{
    struct settings s = {0};
    struct request r = {0};
    enum exit_status status = EXIT_USAGE;

    if (!settings_from_args(&s, &argc, argv))
        goto out;
    if (s.help) {
        fputs(usage, stdout);
        status = EXIT_OK;
    } else if (request_read(&r, argc, argv)) {
        if (r.dsn || *settings_text(&s, r.roles ? "db.install_dsn" : "db.owner_dsn"))
            status = migrate(&s, &r);
        else
            fprintf(stderr, "wulian migrate: no database: give --dsn, --embedded or %s\n",
                    r.roles ? "db.install_dsn" : "db.owner_dsn");
    }
out:
    settings_free(&s);
    return status;
}
