/* The threads of the jobs process on which jobs run. */
#ifndef WULIAN_JOB_RUNNER_H
#define WULIAN_JOB_RUNNER_H

#include <stdbool.h>

struct job_runner;

struct job_runner_options {
    const char *app_dsn, *gate_dsn;
    int threads;  /* jobs at a time */
    int silent_s; /* a running job without a sign of life for so long is taken over */
};

/* Starts the threads; each looks for a job every second. NULL when they cannot be made. */
struct job_runner *job_runner_new(const struct job_runner_options *o);
/* Asks running jobs to leave off after their step, waits for them and frees. NULL is fine. */
void job_runner_free(struct job_runner *r);

#endif
