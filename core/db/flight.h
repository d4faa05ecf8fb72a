/* A flight: one batch on its way through one connection's pipeline. What both drivers share.
 * Private to core/db. */
#ifndef WULIAN_DB_FLIGHT_H
#define WULIAN_DB_FLIGHT_H

#include "base/arena.h"
#include "db/link.h"

/* So often a batch is sent again for a statement that is stale or missing: each connection of a
 * lane may have the stale one, and of a full pipeline one batch at a time learns why preparing
 * fails. */
enum { FLIGHT_RESENDS = 16 };

struct flight {
    struct db_batch *batch;
    int nprepare;                  /* statements this flight prepares, before the batch itself */
    int prepared;                  /* of them answered */
    bool prepare_ok;               /* what the server said about the current one */
    uint16_t *prepare;             /* their items */
    int at;                        /* item whose result comes next; batch->n: the commit */
    int seen;                      /* results taken; bounded */
    PGresult **result;             /* the batch's n */
    PGresult *fault; /* the first error, owned */
    int fault_stmt;
};

/* Puts the whole batch into the pipeline, with the statements this connection has not prepared yet,
 * each in its own implicit transaction, in front. Counts the attempt. False: the connection is lost
 * (then call flight_lost). */
bool flight_send(struct link *k, struct flight *f, struct db_batch *b);

enum flight_state { FLIGHT_WAITING, FLIGHT_LANDED, FLIGHT_LOST };
/* Takes what has arrived for f, which must be the oldest on k. Call after PQconsumeInput until it
 * says FLIGHT_WAITING. */
enum flight_state flight_receive(struct link *k, struct flight *f);

enum landing {
    LANDING_FINAL, /* batch->status is set */
    LANDING_RETRY, /* transient: send it again after a pause, status is DB_UNAVAILABLE meanwhile */
    LANDING_RESEND /* a statement was stale or missing on this connection, nothing ran: send it
                      again at once; that attempt is not counted */
};
/* Judges a landed flight and releases what it holds; may doom k. `resend` false: a stale statement
 * is an error like any other. */
enum landing flight_land(struct link *k, struct flight *f, bool resend);
/* Judges a flight whose connection is lost: an error that had arrived counts as landed, otherwise
 * LANDING_RETRY when the batch is repeatable. */
enum landing flight_lost(struct link *k, struct flight *f, bool resend);

#endif
