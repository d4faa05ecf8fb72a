/* A dispatcher with its database, driven by the test's own thread: one plugin thread with four
 * places in its queue, one thread for secrets. */
#ifndef TESTS_UNIT_HTTP_CALLS_H
#define TESTS_UNIT_HTTP_CALLS_H

#include "db/loop.h"
#include "http/dispatch.h"
#include "iam/county.h"

struct calls {
    struct county k;
    struct db_loop *loop;
    struct dispatcher *d;
    struct http_backend backend;
    char watched[128]; /* plugin, path and request that were watched last */
    int watching;      /* handlers inside the watch now */
    int plans;         /* counted by units_plan and by the tests' own */
};
extern struct calls rig;

void calls_open(const char *gate); /* with this DSN for the gate */
void calls_close(void);

/* For cmocka: the county once, a fresh dispatcher for each test. */
int calls_group_start(void **state);
int calls_group_stop(void **state);
int calls_start(void **state);
int calls_stop(void **state);

/* done of the backend: counts in *arg, an int. */
void calls_count(struct call *c, void *arg);
/* Steps once, waiting at most ms; until *count is n. */
void calls_turn(int ms);
void calls_until(const int *count, int n);
/* The call through to its end. */
struct call *ask(struct call *c);
struct call *get(const struct op *op, const char *secret);
/* Checks status and a piece of the body, and frees the call. */
void answers(struct call *c, int status, const char *text);
/* Audit rows with this result. */
int64_t traces(const char *result);

/* A plan that counts the org units in scope, and its rendering: n, permission, masked. */
bool units_plan(struct call *c, struct db_batch *b);
void ok_render(struct call *c, struct db_batch *b);

#endif
