/* Stands in until the worker process has its body: it is ready at once and waits for SIGTERM. */
#include "command.h"

#include <signal.h>
#include <stddef.h>

int worker_main(const struct process_args *args)
{
    sigset_t set;
    int sig;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    process_ready(args);
    sigwait(&set, &sig);
    return EXIT_OK;
}
