/* `wulian chores`: what the clock brings, looked at and played by hand. */
#include "command.h"

#include <stdio.h>

#include "base/str.h"
#include "base/time.h"
#include "chores.h"
#include "cli.h"
#include "crypto/crypto.h"
#include "plugin/modules.h"
#include "tenant/keyring.h"

enum { LOCAL_TEXT = 32, SHANGHAI = 8 * 3600, MOMENTS_MAX = 100000 };

static const char usage[] =
    "usage: wulian chores list [--county CODE] [--json]\n"
    "       wulian chores run [--until TIME] [--county CODE] [--only CHORE]\n"
    "       [--config FILE] [--embedded DIR]\n"
    "\n"
    "What the clock brings (plugin.h, struct wl_chore), in every county or in one.\n"
    "\n"
    "  list    each chore, when it comes, the last moment that is done, and the next\n"
    "  run     does every moment up to TIME (2026-12-01T00:10:00+08:00; without it: now), in\n"
    "          order, and says a line for each. The ledger remembers: the server does not do them\n"
    "          again when their time comes. --only does one chore (station.weekly_dispatch)\n"
    "\n"
    "A chore begins when it is first seen; moments before that are never done.\n";

struct request {
    const char *until, *county, *only;
    bool json;
};

/* "2026-11-23T08:00:00+08:00": as `at` of a chore is meant. */
static const char *local(int64_t at, char out[LOCAL_TEXT])
{
    char utc[TIME_TEXT];

    time_format((at + SHANGHAI) * 1000000, utc);
    str_format(out, LOCAL_TEXT, "%.19s+08:00", utc);
    return out;
}

static enum exit_status list_table(struct cli *c, const struct chore_state *s, int n)
{
    static const char *const titles[] = {"county", "chore", "at", "done", "next", "rows"};
    enum { COLUMNS = sizeof titles / sizeof titles[0] };
    const char **cells = arena_alloc(c->arena, (size_t)(n + 1) * COLUMNS * sizeof *cells);
    char text[LOCAL_TEXT];

    for (int i = 0; i < n; i++) {
        const char **row = &cells[i * COLUMNS];

        row[0] = arena_printf(c->arena, "%d", s[i].county);
        row[1] = s[i].chore->name;
        row[2] = s[i].chore->d.at;
        row[3] = s[i].seen ? arena_strdup(c->arena, local(s[i].done, text)) : "-";
        row[4] = arena_strdup(c->arena, local(s[i].next, text));
        row[5] = s[i].ran ? arena_printf(c->arena, "%d", s[i].rows) : "-";
    }
    cli_table(titles, COLUMNS, cells, (size_t)n);
    return EXIT_OK;
}

static enum exit_status list_json(const struct chore_state *s, int n)
{
    char done[LOCAL_TEXT], next[LOCAL_TEXT];

    for (int i = 0; i < n; i++)
        printf("{\"county\":%d,\"chore\":\"%s\",\"at\":\"%s\",\"done\":%s%s%s,\"next\":\"%s\","
               "\"ran\":%s,\"rows\":%d}\n",
               s[i].county, s[i].chore->name, s[i].chore->d.at, s[i].seen ? "\"" : "",
               s[i].seen ? local(s[i].done, done) : "null", s[i].seen ? "\"" : "",
               local(s[i].next, next), s[i].ran ? "true" : "false", s[i].rows);
    return EXIT_OK;
}

static enum exit_status list(struct cli *c, struct chore_host *h, const struct request *q,
                             int county)
{
    struct chore_state *states;
    int n = chores_list(c->arena, h, county, clock_us() / 1000000, &states);

    if (n < 0)
        return cli_fail(c, "the ledger cannot be read");
    return q->json ? list_json(states, n) : list_table(c, states, n);
}

static void done(void *arg, int county, const struct rec_chore *c, int64_t at, int rows)
{
    char text[LOCAL_TEXT];

    (void)arg;
    printf("%d %s %s %d rows\n", county, c->name, local(at, text), rows);
    fflush(stdout);
}

static enum exit_status run(struct cli *c, struct chore_host *h, const struct request *q,
                            int county)
{
    int64_t until = clock_us();

    if (q->until && !time_parse(q->until, &until))
        return cli_fail(c, "--until takes a time with its offset, 2026-12-01T00:10:00+08:00");
    h->done = done;
    return chores_run(h, county, q->only, until / 1000000, MOMENTS_MAX)
               ? EXIT_OK
               : cli_fail(c, "not everything was done; the log above says why");
}

static bool known(const char *only)
{
    const struct rec_chore *c;

    for (int i = 0; only && (c = chore_at(i)); i++)
        if (str_eq(c->name, only))
            return true;
    return !only;
}

static enum exit_status start(struct cli *c, const struct request *q)
{
    const struct module_options o = module_options_of(&c->settings);
    bool runs = c->nwords == 1 && str_eq(c->words[0], "run");
    struct module_list modules;
    struct chore_host h = {0};
    enum exit_status status = EXIT_FAILED;
    const char *why = "";
    int64_t county = 0;

    if (!runs && !(c->nwords == 1 && str_eq(c->words[0], "list"))) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (q->county && (!str_int64(q->county, &county) || county < 100000 || county > 999999))
        return cli_fail(c, "--county takes the six digits of a county");
    if (!keyring_open(settings_text(&c->settings, "keys.master_file"), &why) ||
        !modules_load(c->arena, &o, &modules, &why))
        return cli_fail(c, "%s", why);
    if (!known(q->only))
        return cli_fail(c, "there is no chore %s; see wulian chores list", q->only);
    if (chore_host_open(&h, &c->settings))
        status = (runs ? run : list)(c, &h, q, (int)county);
    chore_host_close(&h);
    return status;
}

int cmd_chores(int argc, char **argv)
{
    struct request q = {0};
    const struct cli_option options[] = {
        {"--until", &q.until, NULL},
        {"--county", &q.county, NULL},
        {"--only", &q.only, NULL},
        {"--json", NULL, &q.json},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next =
        cli_open(&c, "chores", usage, argc, argv, options, sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &q);
    cli_close(&c);
    return status;
}
