/* What a batch that did not commit means to the client, where nobody knows better. */
#ifndef WULIAN_IAM_REFUSAL_H
#define WULIAN_IAM_REFUSAL_H

#include "call/call.h"

/* Sets the reply by b->status and SQLSTATE:
 *
 *   no connection, queue full, too many connections, 40001, 40P01   503 unavailable, Retry-After
 *   53100 no room on the database's disk                            503 disk_full, Retry-After
 *   the caller gave up                                              503 unavailable
 *   57014 statement timeout, 55P03 lock timeout                     503 too_slow, Retry-After
 *   42501 row security refused the row                              404 not_found
 *   23505 unique                                                    409 duplicate
 *   23502 23503 23514 23P01 22001 22003 22007 22008 22009 22P02           422 invalid_input
 *   WL409 a hint that was stale twice                               503 unavailable, Retry-After
 *   anything else                                                   500 internal, and a log line
 *
 * Never tells the client a value, a constraint or a table. */
void refusal_reply(struct call *c, const struct db_batch *b);
/* 503 with this code and a Retry-After of 1…5 seconds, spread so that not everybody returns at
 * once. */
void refusal_busy(struct call *c, const char *code);

#endif
