/* Hints: what a worker remembers of a token between calls, and enter(), which makes the database
 * check it again. Used by the loop thread and by worker threads (the cache locks itself). */
#ifndef WULIAN_IAM_HINT_H
#define WULIAN_IAM_HINT_H

#include <stdbool.h>

#include "call/call.h"

struct hint_cache;
struct hint_cache *hint_cache_new(int max); /* entries, least recently used goes first */
/* Sets c->actor (held until the call's arena is freed) when the token is known and has not run out;
 * false otherwise. */
bool hint_find(struct hint_cache *h, struct call *c);
/* Adds the look-ups that fill a hint (core.session_hint, and core.session_keys when the county's
 * keys are not in the keyring). No enter before them. */
void hint_plan(struct call *c, struct db_batch *b);
/* Reads them: stores the hint, sets c->actor. False when there is no such session. */
bool hint_take(struct hint_cache *h, struct call *c, struct db_batch *b);
/* Forgets the token (after WL401 and WL409). */
void hint_drop(struct hint_cache *h, int county, const char *secret);
void hint_cache_free(struct hint_cache *h);

/* The county's keys as they are now, in a batch of an operation that must open what any worker may
 * have sealed: the statement's index, and its rows into the ring. */
int hint_keys_plan(struct call *c, struct db_batch *b);
void hint_keys_take(const struct call *c, const struct db_rows *rows);

enum enter_mode {
    ENTER_DURABLE, /* commit waits for the log: writes */
    ENTER_SECRET,  /* the same, and refused while the audit is late: reveals, class 3 and 4 */
    ENTER_LOOK     /* a look's audit row may be lost in a crash's last second */
};
/* What an operation's flags ask for. The ledger itself can be read however late it is. */
enum enter_mode enter_mode_of(const struct op *op);
/* Personal data is shown only while no row of the county's ledger has waited so many seconds for
 * its seal; 0: always. Once, before the first call. */
void enter_audit_within(int seconds);
/* Adds enter() for c->permission and c->op->plugin as the batch's first statement; it asks for a
 * fresh proof too where the operation does (iam/step_up.h). */
void enter_add(struct call *c, struct db_batch *b, enum enter_mode mode);
/* Adds the question whether the session holds one of these permissions (words) as well; the refusal
 * is enter's (WL403). */
void also_add(struct call *c, struct db_batch *b, const char *permissions);
/* What a refusal by enter() means: sets the reply (401, 403, 403 step-up-required, 404
 * plugin-not-enabled) and c->denial,
 * and returns true; false when the error is not enter's. WL409 returns false and sets *stale. */
bool enter_refusal(struct call *c, const struct db_batch *b, bool *stale);

/* Worker threads: runs a batch that begins with enter_add. A stale hint is fetched anew on the same
 * connection and the batch repeated once. True: it committed. False: the reply is set, but for a
 * refusal by a later statement (b->status is DB_REFUSED and reply.status still 0), which the caller
 * explains, or leaves to refusal_reply (iam/refusal.h). */
bool enter_run(struct call *c, struct db_conn *conn, struct db_batch *b);

#endif
