#include "cmd_ledger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/export.h"
#include "audit/outside.h"
#include "audit/verify.h"
#include "base/str.h"
#include "base/time.h"
#include "cli.h"
#include "tenant/keyring.h"
#include "tenant/open.h"

static const char usage[] =
    "usage: wulian audit export --county CODE [--from TIME] [--to TIME] FILE\n"
    "       wulian audit verify [--key KEY[,KEY…]] [--checkpoints FILE] [--until TIME] FILE…\n"
    "       wulian audit key\n"
    "       wulian audit epoch\n"
    "\n"
    "The audit ledger is sealed: rows in order, under signed heads of a hash tree. Copies of the\n"
    "heads (audit.checkpoint_dir) belong on a machine that the keeper of the database cannot\n"
    "write to: without them he could write the whole ledger anew.\n"
    "\n"
    "export  writes a county's sealed rows and their seals, one JSON object a line. --from and\n"
    "        --to take a time or a day; whole seals are written\n"
    "verify  checks exports without a database: that no row was changed, removed, put in or\n"
    "        moved, that each seal is signed with a KEY (64 hex digits, see `wulian audit key`;\n"
    "        without: this installation's) and is the one among the copied --checkpoints. Take\n"
    "        that copy before the export; with --until, seals made later may be missing. Exit\n"
    "        status: 0 when all is right, 1 when not, with a line that says what and where\n"
    "key     prints the public half of the key that signs\n"
    "epoch   after a restore to an earlier time, when the server refuses to seal: says that this\n"
    "        is known, by beginning a new epoch in the ledger, and puts the copies of the heads\n"
    "        aside, which know of what was lost. Checks against those show it, as they must\n";

enum { KEYS_MAX = 16, DAY_S = 86400, SHANGHAI_S = 8 * 3600 };

struct request {
    const char *county, *from, *to, *key, *checkpoints, *until;
};

static enum exit_status wrong(const struct cli *c, const char *text)
{
    cli_fail(c, "%s; see wulian audit export --help", text);
    return EXIT_USAGE;
}

/* A time, or the beginning or the last microsecond of a day in China. */
static bool time_read(const char *text, bool end, int64_t *us)
{
    struct date d;

    if (!text || time_parse(text, us))
        return true;
    if (!date_parse(text, &d))
        return false;
    *us = (date_to_days(d) * DAY_S - SHANGHAI_S + (end ? DAY_S : 0)) * 1000000 - end;
    return true;
}

/* --- export ----------------------------------------------------------------------------------- */

/* Taking the ledger away stands in it, before a byte is written. */
static bool export_note(struct cli *c, struct db_conn *owner, const char *county)
{
    struct db_error e;

    if (db_query(owner, c->arena,
                 "insert into core.audit (county, actor, action, object, request)"
                 " select t.county, '" NOBODY_UUID "', 'export', 'core.audit', gen_random_uuid()"
                 " from core.tenant t where t.county = $1::int returning county",
                 1, &county, &e))
        return true;
    cli_fail(c, "the export cannot be noted in the ledger: %s", e.message);
    return false;
}

static enum exit_status export_to(struct cli *c, struct db_conn *owner,
                                  const struct export_range *range, const char *path)
{
    mode_t mask = umask(077);
    FILE *f = fopen(path, "we");
    struct export_result result;
    char until[TIME_TEXT];
    bool ok;

    umask(mask);
    if (!f)
        return cli_fail(c, "%s: %s", path, strerror(errno));
    ok = export_ledger(owner, range, f, &result);
    if (fclose(f) != 0 && ok) {
        ok = false;
        result.why = "the file cannot be written";
    }
    if (!ok) {
        remove(path);
        return cli_fail(c, "%s", result.why);
    }
    time_format(result.sealed_at, until);
    printf("%lld rows under %lld seals, the last of %s\n", (long long)result.rows,
           (long long)result.seals, until);
    return EXIT_OK;
}

static enum exit_status export(struct cli *c, const struct request *q) {
    struct export_range range = {.from = INT64_MIN, .to = INT64_MAX};
    enum exit_status status = EXIT_FAILED;
    struct db_conn * owner;
    int64_t county = 0;

    if (c->nwords != 2 || !q->county || !str_int64(q->county, &county) || county < 100000 ||
        county > 999999) return wrong(c, "export needs --county with six digits, and a file");
    if (!time_read(q->from, false, &range.from) ||
        !time_read(q->to, true, &range.to)) return wrong(c, "--from and --to take a time or a day");
    range.county = (int)county;
    owner = cli_connect(c, "db.owner_dsn");
    if (owner && export_note(c, owner, q->county))
        status = export_to(c, owner, &range, c->words[1]);
    db_close(owner);
    return status;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* The public half of the installation's own; false after saying why. */
static bool own_key(struct cli *c, struct sign_public *out)
{
    const char *file = settings_text(&c->settings, "audit.key_file");
    const char *why = "audit.key_file is not set; give --key";
    struct seal_key secret;
    struct sign_key key;
    bool ok = *file && keyring_file_read(file, &secret, &why);

    if (ok) {
        sign_key_of(&key, secret.key);
        *out = key.public;
        crypto_wipe(&secret, sizeof secret);
        crypto_wipe(&key, sizeof key);
    } else {
        cli_fail(c, "%s", why);
    }
    return ok;
}

static enum exit_status key(struct cli *c, const struct request *q)
{
    struct sign_public k;
    char hex[2 * SIGN_PUBLIC_LEN + 1];

    (void)q;
    if (c->nwords != 1)
        return wrong(c, "key takes nothing more");
    if (!own_key(c, &k))
        return EXIT_FAILED;
    hex_encode(k.bytes, sizeof k.bytes, hex);
    puts(hex);
    return EXIT_OK;
}

/* How many keys; 0 when the text is none, or -1 after saying why there is none. */
static int keys_read(struct cli *c, const char *text, struct sign_public keys[KEYS_MAX])
{
    int n = 0;

    if (!text)
        return own_key(c, &keys[0]) ? 1 : -1;
    for (const char *at = text; n < KEYS_MAX; at++) {
        uint8_t bytes[SIGN_PUBLIC_LEN];
        size_t size = strcspn(at, ","), got = 0;

        if (!hex_decode(at, size, bytes, sizeof bytes, &got) || got != sizeof bytes)
            return 0;
        sign_public_of(&keys[n++], SIGN_ED25519, bytes);
        at += size;
        if (!*at)
            return n;
    }
    return 0;
}

/* --- verify ----------------------------------------------------------------------------------- */

static void verdict_print(const char *path, bool right, const struct verify_report *r)
{
    char at[TIME_TEXT];

    if (!right) {
        printf("%s: BAD at line %lld, sequence %lld: %s\n", path, (long long)r->line,
               (long long)r->seq, r->why);
        return;
    }
    time_format(r->last_at, at);
    printf("%s: right: county %lld, rows %lld to %lld, %lld seals, the last of %s\n", path,
           (long long)r->county, (long long)r->first, (long long)(r->first + r->rows - 1),
           (long long)r->seals, at);
}

static bool verify_one(struct cli *c, const struct request *q, const struct verify_options *o,
                       const char *path)
{
    FILE *log = fopen(path, "re");
    FILE *outside = q->checkpoints ? fopen(q->checkpoints, "re") : NULL;
    struct verify_report r;
    bool right = false;

    if (!log || (q->checkpoints && !outside)) {
        cli_fail(c, "%s: %s", log ? q->checkpoints : path, strerror(errno));
    } else {
        right = verify_export(log, outside, o, &r);
        verdict_print(path, right, &r);
    }
    if (log)
        fclose(log);
    if (outside)
        fclose(outside);
    return right;
}

static enum exit_status verify(struct cli *c, const struct request *q)
{
    struct sign_public keys[KEYS_MAX];
    struct verify_options o = {.keys = keys};
    bool right = true;

    if (c->nwords < 2 || !time_read(q->until, true, &o.until))
        return wrong(c, "verify takes files, and --until a time or a day");
    o.nkeys = keys_read(c, q->key, keys);
    if (o.nkeys < 1)
        return o.nkeys ? EXIT_FAILED
                       : wrong(c, "--key takes 64 hex digits, more keys after commas");
    for (int i = 1; i < c->nwords; i++)
        right = verify_one(c, q, &o, c->words[i]) && right;
    if (!q->checkpoints)
        fputs("without --checkpoints: whoever holds the key could have written all of it anew\n",
              stderr);
    return right ? EXIT_OK : EXIT_FAILED;
}

/* --- epoch ------------------------------------------------------------------------------------ */

static bool copies_aside(struct cli *c, struct db_conn *owner, int epoch)
{
    const char *dir = settings_text(&c->settings, "audit.checkpoint_dir");
    const char *why = "";
    struct db_error e;
    const struct db_rows *r =
        db_query(owner, c->arena, "select county from core.tenant", 0, NULL, &e);

    for (int i = 0; r && *dir && i < rows_count(r); i++)
        if (!outside_aside(c->arena, dir, rows_text(r, i, 0), epoch - 1, &why)) {
            cli_fail(c, "%s", why);
            return false;
        }
    return r != NULL;
}

static enum exit_status epoch(struct cli *c, const struct request *q)
{
    struct db_conn *owner = c->nwords == 1 ? cli_connect(c, "db.owner_dsn") : NULL;
    const struct db_rows *r;
    struct db_error e;
    int n = 0;

    (void)q;
    if (c->nwords != 1)
        return wrong(c, "epoch takes nothing more");
    r = owner ? db_query(owner, c->arena, "select core.audit_epoch_begin()", 0, NULL, &e) : NULL;
    if (r)
        n = (int)rows_int(r, 0, 0);
    else if (owner)
        cli_fail(c, "%s", e.message);
    if (n && copies_aside(c, owner, n))
        printf("epoch %d; the copies of the seals so far end in .%d\n", n, n - 1);
    else
        n = 0;
    db_close(owner);
    return n ? EXIT_OK : EXIT_FAILED;
}

/* --- the command ------------------------------------------------------------------------------ */

static const struct {
    const char *word;
    enum exit_status (*run)(struct cli *c, const struct request *q);
} actions[] = {{"export", export}, {"verify", verify}, {"key", key}, {"epoch", epoch}};

enum { ACTIONS = sizeof actions / sizeof *actions };

bool ledger_word(const char *word)
{
    for (size_t i = 0; i < ACTIONS; i++)
        if (str_eq(actions[i].word, word))
            return true;
    return false;
}

static enum exit_status start(struct cli *c, const struct request *q)
{
    for (size_t i = 0; i < ACTIONS; i++)
        if (str_eq(actions[i].word, c->words[0]))
            return actions[i].run(c, q);
    return wrong(c, "what it does is: export, verify, key, epoch");
}

int cmd_ledger(int argc, char **argv)
{
    struct request q = {0};
    const struct cli_option options[] = {
        {"--county", &q.county, NULL},
        {"--from", &q.from, NULL},
        {"--to", &q.to, NULL},
        {"--key", &q.key, NULL},
        {"--checkpoints", &q.checkpoints, NULL},
        {"--until", &q.until, NULL},
    };
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next =
        cli_open(&c, "audit", usage, argc, argv, options, sizeof options / sizeof options[0]);

    if (next == CLI_DONE)
        status = EXIT_OK;
    else if (next == CLI_GO)
        status = start(&c, &q);
    cli_close(&c);
    return status;
}
