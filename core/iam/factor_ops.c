/* Setting up one's second factor, and taking it away. */
#include "iam/factor.h"

#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "iam/body.h"
#include "iam/ops.h"
#include "iam/refusal.h"
#include "iam/session.h"
#include "json/jw.h"
#include "tenant/sealed.h"

enum { RECOVERY_CODES = 10, BASE32_TEXT = 57 };

/* --- begin ------------------------------------------------------------------------------------ */

static struct lazy stmt_begin = {
    .sql = "with r as materialized (select core.factor_begin($5::bytea) as begun), a as ("
           AUDIT_SELECT("second_factor_begin", "admin.account", "core.actor()", "null")
           " from r where r.begun) select begun from r"};

static const char *seed_sealed(struct call *c, const uint8_t *seed, size_t n, uint32_t *key)
{
    char hex[2 * TOTP_SEED_SHA256 + 1];
    const char *sealed;

    hex_encode(seed, n, hex);
    sealed = sealed_text(c, FACTOR_TABLE, FACTOR_COLUMN, c->actor->user, hex, key);
    crypto_wipe(hex, sizeof hex);
    return sealed;
}

bool factor_begin_plan(struct call *c, struct db_batch *b)
{
    const char *algorithm = body_text(c, "algorithm", false, FACTOR_TEXT_MAX);
    bool sha256 = str_eq(algorithm, "SHA256");
    size_t n = sha256 ? TOTP_SEED_SHA256 : TOTP_SEED_SHA1;
    const char *p[AUDIT_PARAMS + 1];
    uint8_t seed[TOTP_SEED_SHA256];
    uint32_t key = 0;

    body_only(c, "algorithm");
    if (algorithm && !sha256 && !str_eq(algorithm, "SHA1"))
        fault_add(c, "/algorithm", "pattern", NULL);
    if (!session_own(c) || faults_reply(c))
        return false;
    crypto_random(seed, n);
    c->state = arena_alloc(c->arena, BASE32_TEXT);
    base32_encode(seed, n, c->state);
    audit_params(c, p);
    p[4] = seed_sealed(c, seed, n, &key);
    crypto_wipe(seed, sizeof seed);
    sealed_key_hold(c, b, key);
    lazy_add(b, &stmt_begin, AUDIT_PARAMS + 1, p);
    return p[4] || problem(c, 503, "unavailable");
}

void factor_begin_render(struct call *c, struct db_batch *b)
{
    const char *secret = c->state;
    bool sha256 = strlen(secret) > TOTP_SEED_SHA256;
    struct jw *w;

    if (!rows_bool(b->item[b->n - 1].rows, 0, 0)) {
        problem(c, 409, "second_factor_on");
        return;
    }
    w = reply_json(c, 201);
    jw_object(w);
    jw_kv_text(w, "secret", secret);
    jw_kv_text(w, "uri",
               arena_printf(c->arena,
                            "otpauth://totp/Wulian:%s%%40%d?secret=%s&issuer=Wulian"
                            "&algorithm=%s&digits=%d&period=%d",
                            c->actor->login, c->county, secret, sha256 ? "SHA256" : "SHA1",
                            TOTP_DIGITS, TOTP_SECONDS));
    jw_end(w, '}');
}

/* --- confirm ---------------------------------------------------------------------------------- */

static struct lazy stmt_confirm = {
    .sql = "select core.factor_confirm($1, $2::uuid, $3, $4::bigint, $5::bytea[], $6::inet,"
           " $7::uuid)"};

/* Ten codes, and their hashes as an array of PostgreSQL. */
static const char *recovery_make(struct call *c, char (*codes)[ACTIVATION_TEXT])
{
    const char *out = "{";

    for (int i = 0; i < RECOVERY_CODES; i++) {
        activation_code(codes[i]);
        out = arena_printf(c->arena, "%s%s\"\\%s\"", out, i ? "," : "",
                           code_hash(c->arena, codes[i]));
    }
    return arena_printf(c->arena, "%s}", out);
}

static void confirm(struct call *c, struct db_conn *gate, const char *step)
{
    char codes[RECOVERY_CODES][ACTIVATION_TEXT];
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->user, c->secret, step,
                       recovery_make(c, codes), c->address, c->id};
    struct db_batch *b = batch_new(c->arena, c->deadline);
    struct jw *w;

    lazy_add(b, &stmt_confirm, 7, p);
    if (db_run(gate, b) != DB_OK) {
        refusal_reply(c, b);
    } else if (!rows_bool(b->item[0].rows, 0, 0)) {
        problem(c, 409, "second_factor_not_begun");
    } else {
        w = reply_json(c, 201);
        jw_object(w);
        jw_key(w, "recovery_codes");
        jw_array(w);
        for (int i = 0; i < RECOVERY_CODES; i++)
            jw_text(w, codes[i]);
        jw_end(w, ']');
        jw_end(w, '}');
    }
    crypto_wipe(codes, sizeof codes);
}

void factor_confirm_handle(struct call *c, struct db_conn *gate)
{
    const char *code = body_text(c, "code", true, FACTOR_TEXT_MAX);
    struct factor_proof proof = {0};
    struct factor f = {0};

    body_only(c, "code");
    if (!session_own(c) || faults_reply(c))
        return;
    if (!factor_read(c->arena, gate, c->county, c->actor->user, c->deadline, &f)) {
        refusal_busy(c, "unavailable");
    } else if (!f.begun || f.confirmed) {
        problem(c, 409, "second_factor_not_begun");
    } else if (!factor_prove(c->arena, &f, code, &proof) || !proof.step) {
        fault_add(c, "/code", "code_wrong", NULL);
        faults_reply(c);
    } else {
        confirm(c, gate, proof.step);
    }
    crypto_wipe(&f, sizeof f);
}

/* --- take away -------------------------------------------------------------------------------- */

static struct lazy stmt_drop = {
    .sql = "with r as (select * from core.factor_drop()), a as ("
           AUDIT_SELECT("second_factor_off", "admin.account", "r.id", "null")
           " from r) select id from r"};

bool factor_drop_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS];

    if (!session_only(c))
        return false;
    audit_params(c, p);
    lazy_add(b, &stmt_drop, AUDIT_PARAMS, p);
    return true;
}

void factor_drop_render(struct call *c, struct db_batch *b)
{
    if (rows_count(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 404, "not_found");
}
