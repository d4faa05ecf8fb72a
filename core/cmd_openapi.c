/* `wulian openapi`: the whole OpenAPI document, without a server. */
#include "command.h"

#include <stdio.h>

#include "base/arena.h"
#include "cli.h"
#include "http/health.h"
#include "ops_health.h"
#include "plugin/modules.h"
#include "record/codes.h"
#include "record/openapi.h"

enum { DOCUMENT_MAX = 64 << 20, CONNECT_MS = 3000 };

static const char usage[] =
    "usage: wulian openapi [--embedded DIR]\n"
    "\n"
    "Prints OpenAPI 3.1 of every operation of the core and of the plugins that the settings\n"
    "enable, as if everything were on and the caller might do all of it. The code tables are read\n"
    "from the database; when it is not there, choices are described without their codes.\n";

static void ops_set(struct arena *a, const struct module_list *m)
{
    int n = 0, all = 0;
    const struct op *const *from = modules_ops(a, m, &n);
    const struct op **ops = arena_alloc(a, (size_t)(n + http_nops + 1) * sizeof *ops);

    for (int i = 0; i < n; i++)
        ops[all++] = from[i];
    for (int i = 0; i < http_nops; i++)
        ops[all++] = &http_ops[i];
    ops[all++] = readyz_op(a, 0, true);
    schema_set_ops(ops, all);
}

static void codes_read(const struct cli *c)
{
    char *why = NULL;
    const char *fault = "";
    struct db_conn *conn = db_open(settings_text(&c->settings, "db.app_dsn"), CONNECT_MS, &why);

    if (!conn || !codes_load(c->arena, conn, &fault))
        fprintf(stderr, "wulian openapi: without the codes of choices: %s\n", why ? why : fault);
    db_why_free(why);
    db_close(conn);
}

static enum exit_status print(const struct cli *c)
{
    const struct module_options o = module_options_of(&c->settings);
    const struct schema_view v = {.a = c->arena, .today = date_today()};
    struct module_list modules;
    const char *why = "";
    struct buf b;
    struct jw w;
    enum exit_status status = EXIT_OK;

    if (!modules_load(c->arena, &o, &modules, &why))
        return cli_fail(c, "%s", why);
    ops_set(c->arena, &modules);
    codes_read(c);
    buf_init(&b, DOCUMENT_MAX);
    jw_init(&w, &b);
    openapi_write(&w, &v);
    if (b.over || fwrite(b.p, 1, b.n, stdout) != b.n || putchar('\n') == EOF)
        status = cli_fail(c, "the document cannot be written");
    buf_free(&b);
    return status;
}

int cmd_openapi(int argc, char **argv)
{
    struct cli c;
    enum exit_status status = EXIT_USAGE;
    enum cli_next next = cli_open(&c, "openapi", usage, argc, argv, NULL, 0);

    if (next == CLI_GO && c.nwords > 0)
        fputs(usage, stderr);
    else if (next != CLI_WRONG)
        status = next == CLI_DONE ? EXIT_OK : print(&c);
    cli_close(&c);
    return status;
}
