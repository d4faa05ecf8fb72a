#include "iam/session.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "call/bytea.h"
#include "call/lazy.h"
#include "iam/factor.h"
#include "iam/guess.h"

enum { CODE_CHARS = 24 };

static int cost = SCRYPT_LOG_N; /* set once at start */

void session_cost(int log_n)
{
    cost = log_n;
}

/* --- secrets ---------------------------------------------------------------------------------- */

static const char *hash_text(struct arena *a, const char *p, size_t n)
{
    uint8_t hash[SHA256_LEN];

    sha256(p, n, hash);
    return bytea_text(a, hash, sizeof hash);
}

const char *secret_hash(struct arena *a, const char *secret)
{
    return hash_text(a, secret, strlen(secret));
}

const char *code_hash(struct arena *a, const char *code)
{
    char plain[CODE_CHARS];
    size_t n = 0;

    for (; *code; code++) {
        char c = *code >= 'a' && *code <= 'z' ? (char)(*code - 'a' + 'A') : *code;

        if (c == '-' || c == ' ')
            continue;
        if (n == CODE_CHARS || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return NULL;
        plain[n++] = c;
    }
    return n == CODE_CHARS ? hash_text(a, plain, n) : NULL;
}

const char *password_phc(struct arena *a, const char *password)
{
    char *out = arena_alloc(a, PHC_TEXT);

    password_hash(password, cost, out);
    return out;
}

/* A hash that no password has, of the cost that real ones have. */
static const char *nobodys_phc(struct arena *a)
{
    return arena_printf(a, "$scrypt$ln=%d,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", cost);
}

/* --- statements ------------------------------------------------------------------------------- */

static struct lazy stmt_begin = {
    .sql = "select account, password, wait from core.sign_in_begin($1, $2, $3::inet, $4::uuid,"
           " $5)"};
static struct lazy stmt_failed = {
    .sql = "select core.sign_in_failed($1, $2::uuid, $3::inet, $4::uuid)"};
static struct lazy stmt_open = {
    .sql = "select * from core.session_open($1, $2::uuid, $3::bytea, $4::uuid, $5, $6::bigint,"
           " $7::bytea, $8, $9::inet, $10::uuid)"};
static struct lazy stmt_activate = {
    .sql = "select * from core.activate($1, $2::uuid, $3::bytea, $4, $5::bytea, $6::uuid, $7,"
           " $8::inet, $9::uuid)"};
static struct lazy stmt_rules = {.sql = "select shortest, kinds from core.password_rules($1)"};
static struct lazy stmt_past = {
    .sql = "select password from core.password_past($1, $2::uuid, $3::bytea)"};
static struct lazy stmt_names = {
    .sql = "select name from core.password_names($1, $2::uuid, $3::bytea)"};
static struct lazy stmt_posts = {.sql = "select * from core.posts_of($1, $2::uuid)"};

static bool run(struct db_conn *gate, struct db_batch *b)
{
    if (db_run(gate, b) == DB_OK)
        return true;
    if (b->status == DB_REFUSED)
        log_line(LOG_ERROR, "sign_in_refused", "%s", b->error.sqlstate);
    return false;
}

static const char *county_text(struct arena *a, const struct sign_in *s)
{
    return arena_printf(a, "%d", s->login.county);
}

/* --- the steps -------------------------------------------------------------------------------- */

/* Counts the attempt. *phc is what to compare with; of nobody for unknown logins and counties. */
static enum sign_in_result begin(struct arena *a, struct db_conn *gate, struct sign_in *s,
                                 const char **phc)
{
    const char *p[] = {county_text(a, s), s->login.name, s->address, s->request, s->device};
    struct db_batch *b = batch_new(a, s->deadline);
    const struct db_rows *r;

    s->wait = guess_wait(s);
    if (s->wait)
        return SIGN_IN_SLOWED;
    lazy_add(b, &stmt_begin, 5, p);
    b->repeatable = true; /* at worst the attempt counts twice */
    if (!run(gate, b))
        return SIGN_IN_UNAVAILABLE;
    r = b->item[0].rows;
    *phc = nobodys_phc(a);
    s->account = NULL;
    if (rows_count(r) == 0)
        return SIGN_IN_OK;
    s->wait = (int)rows_int(r, 0, 2);
    if (s->wait > 0) {
        guess_failed(s); /* it costs a row of the audit */
        return SIGN_IN_LOCKED;
    }
    if (!rows_null(r, 0, 0))
        s->account = arena_strdup(a, rows_text(r, 0, 0));
    if (!rows_null(r, 0, 1))
        *phc = arena_strdup(a, rows_text(r, 0, 1));
    return SIGN_IN_OK;
}

static enum sign_in_result fail(struct arena *a, struct db_conn *gate, const struct sign_in *s)
{
    const char *p[] = {county_text(a, s), s->account, s->address, s->request};
    struct db_batch *b = batch_new(a, s->deadline);

    guess_failed(s);
    lazy_add(b, &stmt_failed, 4, p);
    b->repeatable = true;
    return run(gate, b) ? SIGN_IN_WRONG : SIGN_IN_UNAVAILABLE;
}

static enum sign_in_result result_of(const struct db_rows *r)
{
    static const struct {
        const char *status;
        enum sign_in_result result;
    } table[] = {
        {"ok", SIGN_IN_OK},
        {"refused", SIGN_IN_WRONG},
        {"inactive", SIGN_IN_INACTIVE},
        {"no_post", SIGN_IN_NO_POST},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (rows_count(r) == 1 && str_eq(rows_text(r, 0, 0), table[i].status))
            return table[i].result;
    return SIGN_IN_WRONG;
}

/* Runs core.session_open or core.activate, and the list of posts behind it. The first may be
 * sent again: the session's hash is its key. */
static enum sign_in_result open_session(struct arena *a, struct db_conn *gate, struct sign_in *s,
                                        struct lazy *which, int n, const char *const *params)
{
    const char *posts[] = {params[0], s->account};
    struct db_batch *b = batch_new(a, s->deadline);
    enum sign_in_result result;

    lazy_add(b, which, n, params);
    lazy_add(b, &stmt_posts, 2, posts);
    b->repeatable = which == &stmt_open;
    if (!run(gate, b))
        return SIGN_IN_UNAVAILABLE;
    s->session = b->item[0].rows;
    s->posts = b->item[1].rows;
    result = result_of(s->session);
    if (result == SIGN_IN_WRONG)
        guess_failed(s);
    return result;
}

/* What the account's second factor says to the code that came; OK when it has none. */
static enum sign_in_result second(struct arena *a, struct db_conn *gate, const struct sign_in *s,
                                  struct factor_proof *proof)
{
    struct factor f;
    enum sign_in_result result = SIGN_IN_OK;

    if (!factor_read(a, gate, s->login.county, s->account, s->deadline, &f))
        return SIGN_IN_UNAVAILABLE;
    if (f.confirmed && !s->factor)
        result = SIGN_IN_CODE;
    else if (f.confirmed && !factor_prove(a, &f, s->factor, proof))
        result = fail(a, gate, s);
    crypto_wipe(&f, sizeof f);
    return result;
}

static enum sign_in_result with_password(struct arena *a, struct db_conn *gate, struct sign_in *s,
                                         const char *phc)
{
    const char *p[10] = {county_text(a, s)};
    struct factor_proof proof = {0};
    enum sign_in_result result;
    bool stale = false;

    if (!password_verify(s->password, phc, cost, &stale) || !s->account)
        return fail(a, gate, s);
    result = second(a, gate, s, &proof);
    if (result != SIGN_IN_OK)
        return result;
    token_secret(s->secret);
    p[1] = s->account;
    p[2] = secret_hash(a, s->secret);
    p[3] = s->post;
    p[4] = stale ? password_phc(a, s->password) : NULL;
    p[5] = proof.step;
    p[6] = proof.recovery;
    p[7] = s->device;
    p[8] = s->address;
    p[9] = s->request;
    return open_session(a, gate, s, &stmt_open, 10, p);
}

bool password_rules_read(struct arena *a, struct db_conn *gate, int county, int64_t deadline,
                         struct password_rules *out)
{
    const char *p[] = {arena_printf(a, "%d", county)};
    struct db_batch *b = batch_new(a, deadline);

    lazy_add(b, &stmt_rules, 1, p);
    b->repeatable = true;
    if (!run(gate, b))
        return false;
    out->least = (int)rows_int(b->item[0].rows, 0, 0);
    out->kinds = (int)rows_int(b->item[0].rows, 0, 1);
    return true;
}

enum sign_in_result password_new_check(struct arena *a, struct db_conn *gate,
                                       const struct sign_in *s, const char *code,
                                       const char *password)
{
    const char *p[] = {county_text(a, s), s->account, code};
    struct db_batch *b = batch_new(a, s->deadline);
    bool used = false, stale;

    lazy_add(b, &stmt_past, 3, p);
    lazy_add(b, &stmt_names, 3, p);
    b->repeatable = true;
    if (!run(gate, b))
        return SIGN_IN_UNAVAILABLE;
    for (int i = 0; i < rows_count(b->item[1].rows); i++)
        if (password_names(password, rows_text(b->item[1].rows, i, 0)))
            return SIGN_IN_NAMED;
    for (int i = 0; i < rows_count(b->item[0].rows) && !used; i++)
        used = password_verify(password, rows_text(b->item[0].rows, i, 0), 0, &stale);
    return used ? SIGN_IN_USED : SIGN_IN_OK;
}

static enum sign_in_result with_code(struct arena *a, struct db_conn *gate, struct sign_in *s)
{
    const char *code = code_hash(a, s->code);
    const char *phc = password_phc(a, s->password); /* whatever the code: the same time */
    const char *p[9] = {county_text(a, s)};
    enum sign_in_result result;

    if (!code || !s->account)
        return fail(a, gate, s);
    result = password_new_check(a, gate, s, code, s->password);
    if (result != SIGN_IN_OK)
        return result;
    token_secret(s->secret);
    p[1] = s->account;
    p[2] = code;
    p[3] = phc;
    p[4] = secret_hash(a, s->secret);
    p[5] = s->post;
    p[6] = s->device;
    p[7] = s->address;
    p[8] = s->request;
    return open_session(a, gate, s, &stmt_activate, 9, p);
}

enum sign_in_result sign_in(struct arena *a, struct db_conn *gate, struct sign_in *s)
{
    const char *phc = NULL;
    enum sign_in_result result = begin(a, gate, s, &phc);

    if (result != SIGN_IN_OK)
        return result;
    return s->code ? with_code(a, gate, s) : with_password(a, gate, s, phc);
}

enum sign_in_result password_check(struct arena *a, struct db_conn *gate, struct sign_in *s)
{
    const char *phc = NULL;
    enum sign_in_result result = begin(a, gate, s, &phc);
    bool stale = false;

    if (result != SIGN_IN_OK)
        return result;
    if (!password_verify(s->password, phc, cost, &stale) || !s->account)
        return fail(a, gate, s);
    return SIGN_IN_OK;
}

enum sign_in_result code_check(struct arena *a, struct db_conn *gate, struct sign_in *s,
                               struct factor_proof *proof)
{
    const char *phc = NULL;
    enum sign_in_result result = begin(a, gate, s, &phc);
    struct factor f;

    if (result != SIGN_IN_OK)
        return result;
    if (!s->account)
        return fail(a, gate, s);
    if (!factor_read(a, gate, s->login.county, s->account, s->deadline, &f))
        return SIGN_IN_UNAVAILABLE;
    if (!f.confirmed || !factor_prove(a, &f, s->factor, proof))
        result = fail(a, gate, s);
    crypto_wipe(&f, sizeof f);
    return result;
}
