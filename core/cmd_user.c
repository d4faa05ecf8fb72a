/* `wulian user`: the first people of a county, made at the machine itself. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "iam/account.h"
#include "iam/permission.h"
#include "json/jw.h"

enum { COUNTY_WIDTH = 1000000, CODE_DIGITS = 12, LIST_MAX = 16 << 20, WAIT_US = 30 * 1000000 };

static const char usage[] =
    "usage: wulian user add --login NAME@COUNTY --name NAME --role ROLE [OPTION…]\n"
    "       wulian user code --login NAME@COUNTY\n"
    "       wulian user list --county CODE [--json]\n"
    "\n"
    "add makes an account with one post and prints a one-time activation code, good for 72 hours;\n"
    "its holder sets the password with it. There are no default passwords. The three\n"
    "administrators (sys_admin, sec_admin, audit_admin) are active at once: before them nobody\n"
    "could approve anybody. Everybody else waits for a security administrator's approval, unless\n"
    "--bootstrap says that there is none yet. code prints a fresh code for an account.\n"
    "\n"
    "  --role ROLE    county_admin, station_head, social_worker, hotline_operator, …\n"
    "  --div CODE     division of the post, 6, 9 or 12 digits; default the county\n"
    "  --scope CODE   what the post covers, when it is not --div\n"
    "  --org ID       org unit; default the station of --div, else the county's bureau\n"
    "  --bootstrap    active at once, without approval; the audit shows it\n"
    "  --json         as JSON\n";

struct request {
    const char *login, *name, *role, *div, *scope, *org, *county;
    bool bootstrap, json;
};

static enum exit_status wrong(const struct cli *c, const char *text)
{
    cli_fail(c, "%s; see --help", text);
    return EXIT_USAGE;
}

/* 6, 9 or 12 digits inside the county, padded; 0 when it is not. */
static int64_t division_read(const char *text, int county)
{
    char padded[CODE_DIGITS + 1];
    size_t n = strlen(text);
    int64_t code = 0;

    if ((n != 6 && n != 9 && n != CODE_DIGITS) || n != strspn(text, "0123456789"))
        return 0;
    str_format(padded, sizeof padded, "%s%.*s", text, (int)(CODE_DIGITS - n), "000000000000");
    str_int64(padded, &code);
    return code / COUNTY_WIDTH == county ? code : 0;
}

static struct lazy stmt_divisions = {
    .sql = "select count(*) = 2 from unnest(array[$1::bigint, $2::bigint]) x"
           " where exists (select from core.division d where d.code = x and d.valid_to is null)"};

static bool divisions_known(struct cli *c, struct db_conn *owner, const struct account_wish *w)
{
    struct db_batch *b = batch_new(c->arena, clock_mono() + WAIT_US);
    const char *p[] = {arena_printf(c->arena, "%lld", (long long)w->div),
                       arena_printf(c->arena, "%lld", (long long)w->scope)};

    lazy_add(b, &stmt_divisions, 2, p);
    if (!cli_run(c, owner, b))
        return false;
    if (rows_bool(b->item[0].rows, 0, 0))
        return true;
    cli_fail(c, "%lld or %lld is no division; import the county first", (long long)w->div,
             (long long)w->scope);
    return false;
}

static void say_code(const struct request *r, const struct account_wish *w, const char *state,
                     const char *code)
{
    if (r->json) {
        struct buf b;
        struct jw j;

        buf_init(&b, LIST_MAX);
        jw_init(&j, &b);
        jw_object(&j);
        jw_kv_text(&j, "login", r->login);
        jw_kv_text(&j, "state", state);
        jw_kv_text(&j, "code", code);
        jw_end(&j, '}');
        puts(b.p);
        buf_free(&b);
    } else {
        printf("%s %s %s, one-time activation code (72 h): %s\n", r->login, w ? w->name : "", state,
               code);
    }
}

static enum exit_status code_print(struct cli *c, struct db_conn *owner, const struct request *r,
                                   const struct account_wish *w, const char *state)
{
    struct login login;
    char code[ACTIVATION_TEXT];
    const char *why;

    login_parse(r->login, &login);
    if (!account_code(c->arena, owner, &login, code, &why))
        return cli_fail(c, "%s: %s", r->login, why);
    say_code(r, w, state, code);
    crypto_wipe(code, sizeof code);
    return EXIT_OK;
}

static enum exit_status add_with(struct cli *c, struct db_conn *owner, const struct request *r,
                                 const struct account_wish *w)
{
    struct account_made made;
    const char *why;

    if (!divisions_known(c, owner, w))
        return EXIT_FAILED;
    if (!account_add(c->arena, owner, w, &made, &why))
        return cli_fail(c, "%s: %s", r->login, why);
    if (!made.account_new)
        fprintf(stderr, "wulian user: %s exists already (%s)%s\n", r->login, made.state,
                made.post_new ? "; the post is new" : ", and so does the post");
    if (made.activated) {
        fprintf(stderr, "wulian user: it has a password; `wulian user code` makes a new code\n");
        if (r->json)
            say_code(r, w, made.state, NULL);
        return EXIT_OK;
    }
    return code_print(c, owner, r, w, made.state);
}

static enum exit_status add(struct cli *c, const struct request *r)
{
    struct account_wish w = {.name = r->name, .role = r->role, .org = r->org};
    const struct role *role = r->role ? role_find(r->role) : NULL;
    enum exit_status status;
    struct db_conn *owner;

    if (!r->login || !login_parse(r->login, &w.login))
        return wrong(c, "--login needs a login like name@431129");
    if (!r->name || !utf8_valid(r->name, strlen(r->name)) || utf8_count(r->name) > 60)
        return wrong(c, "--name needs a name");
    if (!role)
        return wrong(c, "--role needs a role");
    if (r->org && !uuid_valid(r->org))
        return wrong(c, "--org needs the id of an org unit");
    w.div = r->div ? division_read(r->div, w.login.county)
                   : (int64_t)w.login.county * COUNTY_WIDTH;
    w.scope = r->scope ? division_read(r->scope, w.login.county) : w.div;
    if (!w.div || !w.scope)
        return wrong(c, "--div and --scope need 6, 9 or 12 digits within the login's county");
    w.approved = r->bootstrap || role_is_administrator(role);
    owner = cli_connect(c, "db.owner_dsn");
    if (!owner)
        return EXIT_FAILED;
    status = add_with(c, owner, r, &w);
    db_close(owner);
    return status;
}

static enum exit_status code(struct cli *c, const struct request *r)
{
    enum exit_status status;
    struct db_conn *owner;
    struct login login;

    if (!r->login || !login_parse(r->login, &login))
        return wrong(c, "--login needs a login like name@431129");
    owner = cli_connect(c, "db.owner_dsn");
    if (!owner)
        return EXIT_FAILED;
    status = code_print(c, owner, r, NULL, "");
    db_close(owner);
    return status;
}

/* --- list ------------------------------------------------------------------------------------- */

enum { LIST_COLUMNS = 6 };

static const char *const titles[LIST_COLUMNS] = {"login", "name",  "state",
                                                 "posts", "scope", "password"};

static struct lazy stmt_list = {
    .sql = "select a.login || '@' || a.county as login, a.name, a.state,"
           " coalesce(string_agg(p.role || case when p.state = 'active' then '' else"
           " ' (' || p.state || ')' end, ' ' order by p.created_at), '') as posts,"
           " coalesce(string_agg(p.scope_div::text, ' ' order by p.created_at), '') as scope,"
           " case when c.password is not null then 'set'"
           " when c.activation_until > now() then 'code until '"
           " || to_char(c.activation_until at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')"
           " else '' end as password"
           " from admin.account a"
           " left join admin.post p on p.county = a.county and p.account = a.id"
           " and p.state <> 'ended' and p.deleted_at is null"
           " left join core.credential c on c.county = a.county and c.account = a.id"
           " where a.county = $1 and a.deleted_at is null"
           " group by a.county, a.id, c.password, c.activation_until order by a.login"};

static void list_json(const struct db_rows *r)
{
    struct buf b;
    struct jw w;

    buf_init(&b, LIST_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (int row = 0; row < rows_count(r); row++) {
        jw_object(&w);
        for (int i = 0; i < LIST_COLUMNS; i++)
            jw_kv_text(&w, titles[i], rows_text(r, row, i));
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    puts(b.p);
    buf_free(&b);
}

static void list_table(struct arena *a, const struct db_rows *r)
{
    size_t n = (size_t)rows_count(r);
    const char **cells = arena_alloc(a, (n * LIST_COLUMNS + 1) * sizeof *cells);

    for (size_t i = 0; i < n * LIST_COLUMNS; i++)
        cells[i] = rows_text(r, (int)(i / LIST_COLUMNS), (int)(i % LIST_COLUMNS));
    cli_table(titles, LIST_COLUMNS, cells, n);
}

static enum exit_status list(struct cli *c, const struct request *r)
{
    struct db_batch *b = batch_new(c->arena, clock_mono() + WAIT_US);
    struct db_conn *owner;
    int64_t county;
    bool ok;

    if (!r->county || !str_int64(r->county, &county))
        return wrong(c, "--county needs six digits");
    owner = cli_connect(c, "db.owner_dsn");
    if (!owner)
        return EXIT_FAILED;
    lazy_add(b, &stmt_list, 1, &r->county);
    ok = cli_run(c, owner, b);
    if (ok && r->json)
        list_json(b->item[0].rows);
    else if (ok)
        list_table(c->arena, b->item[0].rows);
    db_close(owner);
    return ok ? EXIT_OK : EXIT_FAILED;
}

static enum exit_status start(struct cli *c, const struct request *r)
{
    const char *word = c->nwords == 1 ? c->words[0] : "";

    if (str_eq(word, "add"))
        return add(c, r);
    if (str_eq(word, "code"))
        return code(c, r);
    if (str_eq(word, "list"))
        return list(c, r);
    return wrong(c, "one of: add, code, list");
}

int cmd_user(int argc, char **argv)
{
    struct request r = {0};
    const struct cli_option options[] = {
        {"--login", &r.login, NULL},   {"--name", &r.name, NULL},
        {"--role", &r.role, NULL},     {"--div", &r.div, NULL},
        {"--scope", &r.scope, NULL},   {"--org", &r.org, NULL},
        {"--county", &r.county, NULL}, {"--bootstrap", NULL, &r.bootstrap},
        {"--json", NULL, &r.json},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next =
        cli_open(&c, "user", usage, argc, argv, options, sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &r);
    cli_close(&c);
    return status;
}
