/* Connections and their deadlines. libmicrohttpd's own timeout is one of inactivity, which a byte a
 * second defeats; these are of phases: a head, a body, an answer must be through in time. */
#ifndef WULIAN_HTTP_CONN_H
#define WULIAN_HTTP_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "call/call.h"

enum phase {
    PHASE_HEAD,   /* from connecting, or from the first byte of a later request */
    PHASE_BODY,   /* from the end of the head to the last byte of the body */
    PHASE_CALL,   /* ours to answer: the call has its own deadline, and whoever lets that pass and
                     more is not waited for */
    PHASE_SEND,   /* answer queued */
    PHASE_IDLE,   /* kept alive between requests */
    PHASE_LINGER, /* closed by the library; the client's unread body is still swallowed */
    PHASES
};

struct request;

struct conn {
    struct conn *prev, *next; /* in the list of its phase */
    struct MHD_Connection *mhd;
    struct http_server *server;
    struct request *request; /* the one being answered, NULL between two */
    int fd;
    int linger; /* second handle of the socket, for PHASE_LINGER; 0: none */
    enum phase phase;
    int64_t since, due; /* monotonic µs: phase entered; what conns_expire looks at */
    uint64_t acked;     /* PHASE_SEND: bytes the client had acknowledged at the last look;
                           PHASE_LINGER: bytes swallowed */
    bool gone;          /* the client closed its side */
    enum lang lang;     /* PHASE_CALL: of the request */
    char address[INET6_ADDRSTRLEN];
};

/* A list per phase; a phase lasts equally long for all, so its list is sorted by due. */
struct conns {
    struct conn *first[PHASES], *last[PHASES];
    int64_t lasts[PHASES]; /* µs; 0: no deadline */
    int64_t idle;          /* µs that PHASE_IDLE may last in all; `lasts` is how often to look */
    int n;
};

void conn_add(struct conns *l, struct conn *c, int64_t now);
void conn_remove(struct conns *l, struct conn *c);
/* Enters a phase (the same one again: its time starts anew). */
void conn_enter(struct conns *l, struct conn *c, enum phase p, int64_t now);
/* Shuts down every connection whose phase has lasted too long; libmicrohttpd then closes it. A head
 * or body that is late is told so (408), and who waits too long for an answer too (503). */
void conns_expire(struct conns *l, int64_t now);
/* Monotonic µs of the next deadline; INT64_MAX without one. */
int64_t conns_next(const struct conns *l);
/* A refused body: closing a socket with unread bytes resets it, and the client may lose the answer
 * that says why. So a second handle stays open behind the library's back … */
void conn_linger_keep(struct conn *c);
/* … and swallows what comes, for a short while and up to a limit. True when it is over. */
bool conn_linger_over(struct conn *c);
/* Ends the idle ones; what already arrived on them is still answered. */
void conns_end_idle(struct conns *l);

#endif
