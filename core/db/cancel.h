/* One helper thread that sends cancel requests for the loop: PQcancel connects anew and blocks.
 * Private to core/db. */
#ifndef WULIAN_DB_CANCEL_H
#define WULIAN_DB_CANCEL_H

#include <libpq-fe.h>

struct canceller;

/* `most` requests may be outstanding. NULL when the thread cannot be made. */
struct canceller *canceller_new(int most);
/* Readable when a request has been carried out. */
int canceller_fd(const struct canceller *c);
/* Takes `cancel`; `who` comes back from canceller_done. At most `most` may be outstanding
 * (asserted). */
void canceller_ask(struct canceller *c, PGcancel *cancel, void *who);
/* The next one carried out; NULL when none. Only then may the connection be used again: a cancel on
 * its way hits whatever runs when it arrives. */
void *canceller_done(struct canceller *c);
/* Waits for the request in hand, drops the others. NULL is fine. */
void canceller_free(struct canceller *c);

#endif
