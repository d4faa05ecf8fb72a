/* The stations' work of the last year. The scripts of core/demo, and after them those of the folder
 * demo of each plugin that is loaded, write it as the owner, whole rows with the versions that led
 * to them, because no operation may date anything back; the seed is the row's own name, so that the
 * same county comes out each time. They share what they draw, so all of them are one transaction,
 * once a county. */
#include "demo.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/uuid.h"
#include "tenant/open.h"

enum { SCRIPTS_MAX = 64, SCRIPT_MAX = 1 << 20 };

struct year {
    struct demo *d;
    const char *county;
    const char *script[SCRIPTS_MAX]; /* paths */
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those of a folder by name, behind the ones before; it need not exist. */
static bool folder_add(struct year *y, const char *path)
{
    size_t first = y->n;
    DIR *dir = opendir(path);
    if (!dir && errno != ENOENT) {
        cli_fail(y->d->cli, "%s: %s", path, strerror(errno));
        return false;
    }
    for (struct dirent *e; dir && (e = readdir(dir)) && y->n < SCRIPTS_MAX;) {
        size_t n = strlen(e->d_name);
        if (n > 4 && str_eq(e->d_name + n - 4, ".sql"))
            y->script[y->n++] = arena_printf(y->d->cli->arena, "%s/%s", path, e->d_name);
    }
    if (dir)
        closedir(dir);
    qsort(y->script + first, y->n - first, sizeof y->script[0], by_name);
    return true;
}

static const char *script_read(struct year *y, const char *path)
{
    struct arena *a = y->d->cli->arena;
    char *text = arena_alloc(a, SCRIPT_MAX + 1);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, SCRIPT_MAX, f) : 0;
    if (!f || ferror(f) || n == 0 || n == SCRIPT_MAX) {
        cli_fail(y->d->cli, "%s: %s", path, f ? "empty or too long" : strerror(errno));
        text = NULL;
    } else {
        text[n] = 0;
    }
    if (f)
        fclose(f);
    return text;
}

/* ---- running --------------------------------------------------------------------------------- */

/* Also inside a transaction, which a batch would end. */
static struct db_rows *ask(struct year *y, const char *sql, int n, const char *const *p)
{
    struct db_error e;
    struct db_rows *r = db_query(y->d->owner, y->d->cli->arena, sql, n, p, &e);
    if (!r)
        cli_fail(y->d->cli, "%s", e.message);
    return r;
}

static bool sql_run(struct year *y, const char *what, const char *sql)
{
    struct db_error e;
    if (sql && db_script(y->d->owner, y->d->cli->arena, sql, &e) == DB_OK)
        return true;
    if (sql)
        cli_fail(y->d->cli, "%s: %s", what, e.message);
    return false;
}

static bool scripts_find(struct year *y)
{
    struct arena *a = y->d->cli->arena;
    const struct settings *s = &y->d->cli->settings;
    struct db_rows *plugins = ask(y, "select p.name from core.plugin p order by p.name", 0, NULL);
    bool ok = plugins && folder_add(y, arena_printf(a, "%s/demo", settings_text(s, "paths.core")));
    for (int i = 0; ok && i < rows_count(plugins); i++)
        ok = folder_add(y, arena_printf(a, "%s/%s/demo", settings_text(s, "paths.plugins_sql"),
                                        rows_text(plugins, i, 0)));
    if (ok && y->n == 0)
        cli_fail(y->d->cli, "%s/demo: no scripts; mend paths.core", settings_text(s, "paths.core"));
    return ok && y->n > 0;
}

/* The first script holds what the others call. */
static bool scripts_run(struct year *y)
{
    bool ok = ask(y, "select set_config('demo.county', $1, true)", 1, &y->county);
    for (size_t i = 0; ok && i < y->n; i++) {
        cli_progress(arena_printf(y->d->cli->arena, "the year of %s", y->county),
                     (double)i / (double)y->n);
        ok = sql_run(y, y->script[i], script_read(y, y->script[i]));
    }
    cli_progress_end();
    return ok && sql_run(y, "tools", "drop schema demo cascade");
}

static bool note(struct year *y)
{
    char request[UUID_TEXT];
    const char *p[] = {y->county, request};
    uuid7(request);
    return ask(y,
               "insert into core.audit (county, actor, action, object, request)"
               " values ($1::int, '" NOBODY_UUID "', 'demo', 'demo.year', $2::uuid) returning 1",
               2, p) != NULL;
}

static bool year_run(struct year *y)
{
    bool ok = sql_run(y, "begin", "begin") && scripts_run(y) && note(y);
    return sql_run(y, "commit", ok ? "commit" : "rollback") && ok;
}

/* Whether the county has its year: a note for each script is how it was once written down. */
static struct db_rows *year_noted(struct year *y)
{
    return ask(y,
               "select exists (select from core.audit a where a.county = $1::int"
               " and a.action = 'demo' and a.object like 'demo.%')",
               1, &y->county);
}

bool demo_year(struct demo *d, const struct demo_county *county)
{
    struct arena *a = d->cli->arena;
    struct year y = {.d = d, .county = arena_printf(a, "%d", county->county)};
    int64_t began = clock_mono();
    struct db_rows *noted = year_noted(&y);
    if (!noted || rows_bool(noted, 0, 0))
        return noted != NULL;
    if (!scripts_find(&y) || !year_run(&y))
        return false;
    fprintf(stderr, "demo: %d: a year of work (%d s)\n", county->county,
            (int)((clock_mono() - began) / 1000000));
    return sql_run(&y, "analyze", "analyze");
}
