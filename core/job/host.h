/* A running job as its thread has it. Private to core/job. */
#ifndef WULIAN_JOB_HOST_H
#define WULIAN_JOB_HOST_H

#include <stdatomic.h>

#include "call/gate.h"
#include "crypto/crypto.h"
#include "iam/hint.h"
#include "job/job.h"

struct job_host {
    struct db_conn *app, *gate;
    struct hint_cache *hints;
    const atomic_bool *stop; /* the process is asked to end */
    struct op op;            /* what the calls of the job are calls of */
    char secret[TOKEN_SECRET_TEXT];
    bool open;      /* the service session stands, as far as known */
    bool over;      /* cancelled, taken over, stopped */
    int64_t beaten; /* when the last sign of life was given */
    int retries;    /* in a row */
};

/* Opens the job's service session. False: over, or j->error is set. */
bool job_session_open(struct job *j);

#endif
