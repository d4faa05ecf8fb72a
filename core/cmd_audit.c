/* `wulian audit`: the ledger for the audit administrator, through the same door as over HTTP: a
 * session, enter(), the permission audit.read, and a row of its own for the look. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "audit/ops.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "cmd_ledger.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "iam/session.h"
#include "tenant/keyring.h"

static const char usage[] =
    "usage: wulian audit --login NAME@COUNTY [OPTION…]\n"
    "       wulian audit --token-file FILE [OPTION…]\n"
    "       wulian audit export|verify|key|epoch … (wulian audit verify --help)\n"
    "\n"
    "Shows the audit ledger, newest first, to the audit administrator and to nobody else. Asks\n"
    "for the password at the terminal, or takes a token (wl1_…) from a file. Looking is audited.\n"
    "\n"
    "  --from DATE, --to DATE   RFC 3339 or a day; default the last 31 days\n"
    "  --actor ID               account that acted\n"
    "  --action WORD            create, sign_in, plugin_on, …\n"
    "  --object TABLE           station.request, admin.account, …\n"
    "  --object-id ID           one row\n"
    "  --limit N                at most N rows, default 100\n"
    "  --json                   one JSON object a line\n";

enum { DEADLINE_US = 30 * 1000000, LIMIT_MAX = 100000, TOKEN_FILE_MAX = 200, ASK = 4 };

struct request {
    const char *login, *token_file, *limit;
    const char *filter[6];
    bool json;
};

static const char *const filter_names[6] = {"from", "to", "actor", "action", "object", "object_id"};

/* A session for the length of the command. */
struct session {
    int county;
    const char *secret;
    bool opened; /* by us: closed at the end */
};

/* --- who asks --------------------------------------------------------------------------------- */

static bool token_split(struct arena *a, const char *token, struct session *out)
{
    const char *bar;
    int64_t county;

    if (!str_starts(token, "wl1_"))
        return false;
    bar = strchr(token + 4, '_');
    if (!bar || !str_int64(arena_strndup(a, token + 4, (size_t)(bar - token - 4)), &county))
        return false;
    out->county = (int)county;
    out->secret = bar + 1;
    return strlen(out->secret) == TOKEN_SECRET_TEXT - 1;
}

static bool token_read(struct cli *c, const char *file, struct session *out)
{
    char line[TOKEN_FILE_MAX] = "";
    FILE *f = fopen(file, "r");
    bool ok = f && fgets(line, sizeof line, f);

    if (f)
        fclose(f);
    line[strcspn(line, "\r\n")] = '\0';
    ok = ok && token_split(c->arena, arena_strdup(c->arena, line), out);
    crypto_wipe(line, sizeof line);
    if (!ok)
        cli_fail(c, "%s holds no token", file);
    return ok;
}

static bool say_refusal(struct cli *c, enum sign_in_result result, const struct sign_in *s)
{
    static const char *const texts[] = {
        [SIGN_IN_WRONG] = "login, password or code is wrong",
        [SIGN_IN_CODE] = "the account signs in with a second factor",
        [SIGN_IN_INACTIVE] = "the account is not approved yet, or disabled",
        [SIGN_IN_NO_POST] = "the account holds no post today",
        [SIGN_IN_UNAVAILABLE] = "the database does not answer",
    };

    if (result == SIGN_IN_LOCKED)
        cli_fail(c, "the account is locked for %d seconds more", s->wait);
    else
        cli_fail(c, "%s", texts[result]);
    return false;
}

static bool password_sign_in(struct cli *c, const char *login, struct session *out)
{
    struct sign_in s = {.deadline = clock_mono() + DEADLINE_US};
    char *request = arena_alloc(c->arena, UUID_TEXT);
    enum sign_in_result result;
    struct db_conn *gate;

    uuid7(request);
    s.request = request;
    if (!login_parse(login, &s.login)) {
        cli_fail(c, "--login needs a login like audit@431129");
        return false;
    }
    s.password = cli_secret(c->arena, arena_printf(c->arena, "password of %s: ", login));
    if (!s.password) {
        cli_fail(c, "no terminal to ask for the password at; give --token-file");
        return false;
    }
    gate = cli_connect(c, "db.gate_dsn");
    if (!gate)
        return false;
    result = sign_in(c->arena, gate, &s);
    if (result == SIGN_IN_CODE &&
        (s.factor = cli_secret(c->arena, "code of the second factor: ")) != NULL)
        result = sign_in(c->arena, gate, &s);
    db_close(gate);
    if (result != SIGN_IN_OK)
        return say_refusal(c, result, &s);
    *out = (struct session){s.login.county, arena_strdup(c->arena, s.secret), true};
    return true;
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct call *call_for(const struct session *s, struct hint_cache *hints, const struct op *op)
{
    struct call *call = call_new(DEADLINE_US);

    call->op = op;
    call->method = op->method;
    call->path = op->path;
    call->lang = LANG_EN;
    call->county = s->county;
    call->secret = s->secret;
    call->hints = hints;
    return call;
}

static struct lazy stmt_denial = {
    .sql = "select core.audit_denial($1, $2::uuid, $3, null, 'list', 'core.audit', null,"
           " 'not_permitted', $4::uuid)"};

/* Somebody without the right looked for the ledger: that stands in it too. */
static void denial_write(struct cli *c, const struct call *call)
{
    struct db_conn *gate = cli_connect(c, "db.gate_dsn");
    struct db_batch *b = batch_new(call->arena, call->deadline);
    const char *p[] = {arena_printf(call->arena, "%d", call->county), call->actor->user,
                       call->actor->role, call->id};

    lazy_add(b, &stmt_denial, 4, p);
    if (gate)
        cli_run(c, gate, b);
    db_close(gate);
}

/* Fills call->actor and chooses the permission; false after saying why. */
static bool permitted(struct cli *c, struct call *call, struct db_conn *app)
{
    struct db_batch *b = batch_new(call->arena, call->deadline);

    if (!hint_find(call->hints, call)) {
        hint_plan(call, b);
        b->repeatable = true;
        if (!cli_run(c, app, b))
            return false;
        if (!hint_take(call->hints, call, b)) {
            cli_fail(c, "the session is not valid (any more)");
            return false;
        }
    }
    call->permission = permission_choose(call, call->op->permission);
    if (call->permission)
        return true;
    denial_write(c, call);
    cli_fail(c, "%s is no audit administrator: refused", call->actor->login);
    return false;
}

static const char *cell(struct call *call, const struct db_rows *r, int row, const char *name)
{
    const char *text = rows_text(r, row, rows_column(r, name));

    return *text ? text : arena_strdup(call->arena, "-");
}

static void print_line(struct call *call, const struct db_rows *r, int row)
{
    enum { TO_SECONDS = 19 };

    printf("%.*sZ  %-16s %-14s %-16s %-24s %s  n=%s %s\n", TO_SECONDS, cell(call, r, row, "at"),
           cell(call, r, row, "login"), cell(call, r, row, "role"), cell(call, r, row, "action"),
           cell(call, r, row, "object"), cell(call, r, row, "object_id"),
           cell(call, r, row, "n"), cell(call, r, row, "result"));
}

/* The items of the rendered page, one a line; how many. */
static int print_json(struct call *call)
{
    struct jv_fault fault;
    const struct jv *page =
        jv_parse(call->arena, call->reply.body.p, call->reply.body.n, &fault);
    const struct jv *items = jv_get(page, "items");

    for (size_t i = 0; i < jv_count(items); i++)
        puts(jv_dump(call->arena, jv_at(items, i)));
    return (int)jv_count(items);
}

static int print_table(struct call *call, const struct db_batch *b, int most)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    int n = rows_count(r) < most ? rows_count(r) : most;

    for (int row = 0; row < n; row++)
        print_line(call, r, row);
    return n;
}

/* One page; *cursor moves on and is NULL after the last. False after saying why. */
static bool page(struct cli *c, const struct session *s, struct hint_cache *hints,
                 struct db_conn *app, const struct request *r, int64_t most, const char **cursor,
                 int *printed)
{
    struct call *call = call_for(s, hints, &audit_ops[0]);
    struct db_batch *b = batch_new(call->arena, call->deadline);
    struct jv_fault fault;
    bool ok = false;

    for (int i = 0; i < 6; i++)
        if (r->filter[i])
            call->query[call->nquery++] = (struct call_param){filter_names[i], r->filter[i]};
    call->query[call->nquery++] =
        (struct call_param){"limit", arena_printf(call->arena, "%lld", (long long)most)};
    if (*cursor)
        call->query[call->nquery++] = (struct call_param){"cursor", *cursor};
    if (!permitted(c, call, app))
        goto out;
    enter_add(call, b, ENTER_DURABLE);
    if (!audit_list_plan(call, b) || !enter_run(call, app, b)) {
        cli_fail(c, "refused: %s", call->nfaults ? call->faults[0].pointer
                                   : call->reply.body.p ? call->reply.body.p : b->error.message);
        goto out;
    }
    audit_list_render(call, b);
    *cursor = arena_strdup(c->arena, jv_text(jv_get(jv_parse(call->arena, call->reply.body.p,
                                                             call->reply.body.n, &fault),
                                                    "next")));
    *printed = r->json ? print_json(call) : print_table(call, b, (int)most);
    ok = true;
out:
    call_free(call);
    return ok;
}

static struct lazy stmt_end = {.sql = "select id from core.session_end($1, null)"};

static void sign_out(struct cli *c, const struct session *s, struct hint_cache *hints,
                     struct db_conn *app)
{
    static const struct op op = {.method = "DELETE", .path = "/api/v1/sessions/current"};
    struct call *call = call_for(s, hints, &op);
    struct db_batch *b = batch_new(call->arena, call->deadline);

    if (hint_find(hints, call)) {
        enter_add(call, b, ENTER_DURABLE);
        lazy_add(b, &stmt_end, 1, &call->secret);
        if (!enter_run(call, app, b))
            cli_fail(c, "the session could not be ended; it ends by itself in 30 minutes");
    }
    call_free(call);
}

static enum exit_status pages(struct cli *c, const struct session *s, const struct request *r,
                              int64_t limit)
{
    struct hint_cache *hints = hint_cache_new(ASK);
    struct db_conn *app = cli_connect(c, "db.app_dsn");
    const char *cursor = NULL;
    bool ok = app != NULL;
    int printed = 0;

    while (ok && limit > 0) {
        ok = page(c, s, hints, app, r, limit < AUDIT_PAGE_MAX ? limit : AUDIT_PAGE_MAX, &cursor,
                  &printed);
        limit -= printed;
        if (!cursor)
            break;
    }
    if (s->opened && app)
        sign_out(c, s, hints, app);
    db_close(app);
    hint_cache_free(hints);
    return ok ? EXIT_OK : EXIT_FAILED;
}

static enum exit_status start(struct cli *c, const struct request *r)
{
    struct session s = {0};
    int64_t limit = 100;
    const char *why;

    if (!r->login == !r->token_file || c->nwords > 0 ||
        (r->limit && (!str_int64(r->limit, &limit) || limit < 1 || limit > LIMIT_MAX))) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    session_cost((int)settings_int(&c->settings, "auth.scrypt_log_n"));
    if (!permission_declare_core(&why) ||
        !keyring_open(settings_text(&c->settings, "keys.master_file"), &why))
        return cli_fail(c, "%s", why);
    if (r->token_file ? !token_read(c, r->token_file, &s) : !password_sign_in(c, r->login, &s))
        return EXIT_FAILED;
    return pages(c, &s, r, limit);
}

int cmd_audit(int argc, char **argv)
{
    struct request r = {0};
    const struct cli_option options[] = {
        {"--login", &r.login, NULL},      {"--token-file", &r.token_file, NULL},
        {"--from", &r.filter[0], NULL},   {"--to", &r.filter[1], NULL},
        {"--actor", &r.filter[2], NULL},  {"--action", &r.filter[3], NULL},
        {"--object", &r.filter[4], NULL}, {"--object-id", &r.filter[5], NULL},
        {"--limit", &r.limit, NULL},      {"--json", NULL, &r.json},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next;

    if (argc > 1 && ledger_word(argv[1]))
        return cmd_ledger(argc, argv);
    next = cli_open(&c, "audit", usage, argc, argv, options, sizeof options / sizeof options[0]);
    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &r);
    cli_close(&c);
    return status;
}
