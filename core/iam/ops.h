/* The routes about who is calling: sessions, tokens, one's own account, activation codes. */
#ifndef WULIAN_IAM_OPS_H
#define WULIAN_IAM_OPS_H

#include "call/call.h"
#include "iam/session.h"

extern const struct op iam_ops[];
extern const int iam_nops;

/* What stands behind them; the table is ops.c. */

/* sign_in_ops.c */
void sign_in_handle(struct call *c, struct db_conn *gate);
void activate_handle(struct call *c, struct db_conn *gate);
void password_handle(struct call *c, struct db_conn *gate);
enum { PASSWORD_TEXT_MAX = 1000 /* code points of a password as it comes */ };
/* What the calling session's own account is asked with; false when the reply is set. */
bool sign_in_self(struct call *c, struct sign_in *s);
/* The reply to anything but success. */
void sign_in_refuse(struct call *c, enum sign_in_result result, const struct sign_in *s);

/* step_up_ops.c */
void step_up_handle(struct call *c, struct db_conn *gate);

/* me_ops.c */
bool me_plan(struct call *c, struct db_batch *b);
void me_render(struct call *c, struct db_batch *b);
bool sessions_plan(struct call *c, struct db_batch *b);
void sessions_render(struct call *c, struct db_batch *b);
bool sign_out_plan(struct call *c, struct db_batch *b);
void session_end_render(struct call *c, struct db_batch *b);
void sign_out_render(struct call *c, struct db_batch *b);
bool session_kill_plan(struct call *c, struct db_batch *b);
bool post_switch_plan(struct call *c, struct db_batch *b);
void post_switch_render(struct call *c, struct db_batch *b);

/* token_ops.c */
bool token_create_plan(struct call *c, struct db_batch *b);
void token_create_render(struct call *c, struct db_batch *b);
bool tokens_plan(struct call *c, struct db_batch *b);
void tokens_render(struct call *c, struct db_batch *b);
bool token_delete_plan(struct call *c, struct db_batch *b);
void token_delete_render(struct call *c, struct db_batch *b);

/* preference_ops.c */
bool preferences_plan(struct call *c, struct db_batch *b);
void preferences_render(struct call *c, struct db_batch *b);
bool preference_put_plan(struct call *c, struct db_batch *b);
void preference_put_render(struct call *c, struct db_batch *b);
bool preference_drop_plan(struct call *c, struct db_batch *b);
void preference_drop_render(struct call *c, struct db_batch *b);

/* factor_ops.c */
bool factor_begin_plan(struct call *c, struct db_batch *b);
void factor_begin_render(struct call *c, struct db_batch *b);
void factor_confirm_handle(struct call *c, struct db_conn *gate);
bool factor_drop_plan(struct call *c, struct db_batch *b);
void factor_drop_render(struct call *c, struct db_batch *b);

/* account_ops.c */
bool activation_code_plan(struct call *c, struct db_batch *b);
void activation_code_render(struct call *c, struct db_batch *b);

/* An API token is for work, not for looking after the account behind it: 403 and false. */
bool session_only(struct call *c);
/* Same, but for a session that has something to do first (a second factor to set up, a password to
 * change): that is all it may. */
bool session_own(struct call *c);

#endif
