/* The master's control socket: a unix socket for its owner alone (0600), on which one client at a
 * time says "reload\n" and is answered in lines: what is being done, and at last "ok" or
 * "failed: why". Further clients wait in the kernel's queue. */
#ifndef WULIAN_CONTROL_H
#define WULIAN_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

#define CONTROL_RELOAD "reload\n"
#define CONTROL_OK "ok"
#define CONTROL_FAILED "failed: "

struct control {
    const char *path;     /* NULL: no socket */
    int listener, client; /* -1: none */
    bool asked;           /* the client has said it and waits for its answer */
    int64_t since;        /* monotonic µs: when it came */
};

/* Listens at `path`, in place of a socket that a dead server left. "": nobody can ask. False with
 * *why, in the arena, when a living one answers there or it cannot be made. */
bool control_open(struct control *c, struct arena *a, const char *path, char **why);
void control_close(struct control *c);

/* The descriptor to poll for reading, -1: none; and what to do after each poll. */
int control_fd(const struct control *c);
void control_step(struct control *c, bool readable);

/* One line to whoever asked; nothing when nobody did or it has gone. */
void control_say(struct control *c, const char *line);
/* Lets the client go. */
void control_end(struct control *c);

/* A connection to the server that listens at `path`, or -1 with errno. */
int control_connect(const char *path);

#endif
