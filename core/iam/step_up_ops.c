/* Proving once more who one is: with the password, or a code of the second factor. */
#include "call/lazy.h"
#include "iam/body.h"
#include "iam/factor.h"
#include "iam/ops.h"
#include "iam/refusal.h"
#include "iam/session.h"

static struct lazy stmt_fresh = {
    .sql = "select core.session_fresh($1, $2::uuid, $3, $4::bigint, $5::bytea, $6,"
           " $7::inet, $8::uuid)"};

/* The proof may have been taken meanwhile, the session ended: neither is fresh. */
static void fresh(struct call *c, struct db_conn *gate, const struct factor_proof *proof,
                  const char *device)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->user, c->secret,
                       proof->step, proof->recovery, device, c->address, c->id};
    struct db_batch *b = batch_new(c->arena, c->deadline);

    lazy_add(b, &stmt_fresh, 8, p);
    if (db_run(gate, b) != DB_OK)
        refusal_reply(c, b);
    else if (rows_bool(b->item[0].rows, 0, 0))
        reply_empty(c, 204);
    else
        problem(c, 401, "sign_in_failed");
}

void step_up_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    struct factor_proof proof = {0};
    enum sign_in_result result;
    bool by_code;

    body_only(c, "password code");
    s.factor = body_text(c, "code", false, FACTOR_TEXT_MAX);
    by_code = s.factor != NULL;
    s.password = body_text(c, "password", !by_code, PASSWORD_TEXT_MAX);
    if (!session_only(c) || faults_reply(c) || !sign_in_self(c, &s))
        return;
    result = by_code ? code_check(c->arena, gate, &s, &proof) : password_check(c->arena, gate, &s);
    if (result == SIGN_IN_OK) {
        fresh(c, gate, &proof, s.device);
    } else if (result == SIGN_IN_WRONG) {
        fault_add(c, by_code ? "/code" : "/password", by_code ? "code_wrong" : "password_wrong",
                  NULL);
        faults_reply(c);
    } else {
        sign_in_refuse(c, result, &s);
    }
}
