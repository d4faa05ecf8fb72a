/* How sessions and posts look in replies. */
#ifndef WULIAN_IAM_SESSION_JSON_H
#define WULIAN_IAM_SESSION_JSON_H

#include "call/call.h"
#include "json/jw.h"

/* One post as an object; the row has the columns post, role, scope_div, org, org_name. */
void post_json(struct call *c, struct jw *w, const struct db_rows *r, int row);
/* An array of them. */
void posts_json(struct call *c, struct jw *w, const struct db_rows *r);
/* "token" and "expires_at" into an object that is open; the row has expires_at. */
void token_members(struct jw *w, int county, const char *secret, const struct db_rows *r, int row);
/* The same for the console: with `cookie` the token goes into the reply's cookie, where no script
 * reads it, and the body says only when it ends. "must" says what has to be done first, when
 * there is something. */
void session_members(struct call *c, struct jw *w, int county, const char *secret, bool cookie,
                     const struct db_rows *r);

#endif
