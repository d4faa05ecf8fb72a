/* Running an operation of the loop lanes straight through on a thread, as the dispatcher does it
 * with callbacks; and what both must know of repeats and dry runs. */
#ifndef WULIAN_IAM_RUN_H
#define WULIAN_IAM_RUN_H

#include "call/call.h"

/* Plans c->op, runs it behind enter() on conn (wulian_app), looks for a first try of the same call,
 * and renders; the reply is set when it returns. c->actor, c->op and c->input must be set; the
 * permission is decided here (403 with c->denial). */
void op_run(struct call *c, struct db_conn *conn);

/* Adds what undoes the batch at its end (Prefer: tx=rollback): it is then DB_REFUSED, was_undone
 * says so, and its rows are there. */
void undo_add(struct db_batch *b);
bool was_undone(const struct db_batch *b);
/* Turns the reply of a dry run into one: nothing was created, so there is no place and no ETag. */
void dry_reply(struct call *c);
/* Adds the trace of a dry run, which may have shown rows, in a transaction of its own. */
void dry_audit_add(struct call *c, struct db_batch *b);

/* Whether a first try of the same call may explain the refusal. */
bool may_be_repeat(const struct call *c, const struct db_batch *b);
/* No first try was found: sets the reply 409 in_progress when one is still under way, and 422
 * idempotency_key_reused when the key is that of another call. */
bool key_taken(struct call *c, const struct db_batch *b);

#endif
