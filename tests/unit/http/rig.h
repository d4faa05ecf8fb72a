/* A real server on loopback with a small backend, driven by the test's own thread: the test sends
 * bytes, the rig turns the loop until an answer is there. */
#ifndef WULIAN_TESTS_HTTP_RIG_H
#define WULIAN_TESTS_HTTP_RIG_H

#include <stdbool.h>
#include <stddef.h>

#include "http/server.h"

/* What the backend was asked, besides answering it:
 *   GET    /echo, PUT /raw, POST /echo (JSON), PATCH /things/{id} (JSON), DELETE /things/{id}
 *   GET    /later/{ms}     answered after that time
 *   GET    /hold           answered only when cancelled
 *   GET    /tagged         with ETag "v7.ab"
 *   GET    /dressed        with file name, cookie, location
 *   GET    /big, /over     1 MB, more than a reply may hold
 *   GET    /nothing        no reply set
 *   GET    /open           anonymous */
struct rig {
    struct http_server *server;
    int listen_fd, port;
    int started, cancelled, finished; /* calls */
    struct rig_call *calls;           /* with the backend */
};

/* Times in ms; 0 takes the default of http_options' comment. */
struct rig_options {
    int connections, header_ms, body_ms;
    const char *static_root;
    bool secure_cookie;
};

void rig_start(struct rig *r, const struct rig_options *o);
void rig_stop(struct rig *r);
/* Turns the loop once, waiting at most ms for something to happen. */
void rig_turn(struct rig *r, int ms);
/* Turns it for this long. */
void rig_run(struct rig *r, int ms);

int rig_connect(struct rig *r);
/* How many bytes the server took before it closed (or 5 s passed). */
size_t rig_send(struct rig *r, int fd, const char *bytes, size_t n);

struct rig_answer {
    int status; /* 0: none came */
    bool closed; /* the server closed without answering */
    char head[4096]; /* with the status line */
    char *body;      /* in memory of the rig, overwritten by the next answer */
    size_t body_n;
};
/* The next answer on the connection; bytes of a further one stay in the socket. `method` HEAD: no
 * body follows. */
struct rig_answer rig_receive(struct rig *r, int fd, const char *method);
/* Sends, receives. */
struct rig_answer rig_ask(struct rig *r, int fd, const char *text);
/* Waits for the server to close; false when it sends more or does not within 5 s. */
bool rig_closed(struct rig *r, int fd);
/* Same, whatever it sends before. */
bool rig_ended(struct rig *r, int fd);
/* Value of an answer's header into out; false when it is not there. */
bool rig_header(const struct rig_answer *a, const char *name, char *out, size_t cap);

#endif
