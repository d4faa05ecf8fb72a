/* Long work (imports, exports): asked for in a request, done by the jobs process as the person who
 * asked. A job kind is straight-line blocking code on a thread of its own; all it reads and writes
 * goes through calls of that person, so that enter() and row security hold for every row. It may be
 * killed at any moment and is then taken up again: what it has done is what its steps committed. */
#ifndef WULIAN_JOB_JOB_H
#define WULIAN_JOB_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "call/call.h"
#include "iam/hint.h"

struct job_host; /* runner.c: the process's side of a running job */

struct job {
    struct arena *arena; /* lives as long as the run */
    const char *id, *kind;
    const char *object;     /* record name, "station.resident" */
    const char *permission; /* every step asks enter() for it */
    const char *plugin;     /* NULL: core */
    const char *account, *address;
    const char *file;         /* input file's id, or NULL */
    const struct jv *params;  /* as asked for */
    const struct jv *counts;  /* of the steps committed so far */
    int county, attempt;
    enum lang lang;
    int64_t done, total; /* rows; total 0: not known yet */
    bool approved;       /* a second person said yes */
    /* the outcome */
    const char *error;  /* code of JOB_FAILED; its text is the message "problem.<code>" */
    const char *result; /* id of the result file, or NULL */
    struct job_host *host;
};

enum job_end {
    JOB_DONE,
    JOB_FAILED, /* error is set */
    JOB_LEFT    /* cancelled, taken over, or the process stops: job_goes_on said so */
};

struct job_kind {
    const char *name;
    enum job_end (*run)(struct job *j);
};

/* Adds kinds; start-up only, the table must live as long as the process. */
void job_kinds_add(const struct job_kind *kinds, int n);
const struct job_kind *job_kind_find(const char *name); /* NULL */

/* A sign of life, at most one a second. False: end with JOB_LEFT as soon as possible. Call it
 * wherever much time may have passed. */
bool job_goes_on(struct job *j);
/* After a try that came to nothing and may not the next time: waits a second. False: too many in a
 * row, or nothing goes on; return job_end_of(j). */
bool job_again(struct job *j);

/* A fresh call of the person who asked, with actor and permission set (c->masked too); free it with
 * call_free. NULL: the rights are gone, or nothing goes on; return job_end_of(j). */
struct call *job_call(struct job *j);

enum job_answer {
    JOB_OK,      /* it committed */
    JOB_REFUSED, /* a statement was refused: b->error says which and why; nothing happened */
    JOB_RETRY,   /* nobody knows, or nothing happened: look at j->done, and ask again with a new
                    call */
    JOB_END      /* return job_end_of(j) */
};
/* Runs a batch that begins with enter_add. */
enum job_answer job_ask(struct job *j, struct call *c, struct db_batch *b);
/* Adds the statements of a step behind enter_add; false: j->error is set, and nothing is asked. */
typedef bool (*job_step_fill)(struct job *j, struct call *c, struct db_batch *b, void *data);
/* Asks for a step, with a new call each time, until it is known what came of it. */
enum job_answer job_ask_until(struct job *j, enum enter_mode mode, job_step_fill fill, void *data);
/* Why there is nothing to go on with. */
enum job_end job_end_of(struct job *j);

/* What the calls of the job carry as c->op->data. */
void job_data(struct job *j, const void *data);

/* Adds the statement that ends a step (core.job_step; its first parameters are those that
 * job_step_params fills in): rows up to `to` are dealt with. `faults`: jsonb array of
 * [row, "column" or null, "code", "text"], NULL: none; counts: jsonb. When the step has committed
 * the caller sets j->done = to. */
enum { JOB_STEP_PARAMS = 7 };
void job_step_params(struct job *j, struct call *c, int64_t to, const char *counts,
                     const char *faults, const char *p[JOB_STEP_PARAMS]);
void job_step_add(struct job *j, struct call *c, struct db_batch *b, int64_t to, const char *counts,
                  const char *faults);

/* --- for the operations that ask for a job ---------------------------------------------------- */

/* A job as it is answered (call.h: gives). */
#define JOB_SHAPE                                                                                  \
    "{id:uuid kind object state done:int total?:int counts?:object faults:int params?:object"      \
    " by:{id:uuid name?} downloads:int created_at:time started_at?:time finished_at?:time"         \
    " approved_by?:uuid error?:{code title} links:{faults~ result~} _actions:[(cancel|approve)]}"

struct job_ask {
    const char *kind, *object, *permission;
    const char *approval; /* permission of the second person; NULL: none is needed */
    const char *plugin;
    const char *file;   /* id, or NULL */
    const char *params; /* jsonb */
};
/* plan and render of such an operation: 202 with the job and its Location; a repeat of the same
 * request finds the same job. Refuses (429) who has too many open. */
bool job_ask_plan(struct call *c, struct db_batch *b, const struct job_ask *ask);
void job_ask_render(struct call *c, struct db_batch *b);
bool job_ask_refused(struct call *c, struct db_batch *b);
bool job_ask_replay_plan(struct call *c, struct db_batch *b);
bool job_ask_replay_render(struct call *c, struct db_batch *b);

extern const struct op job_ops[];
extern const int job_nops;

#endif
