/* The hidden subcommands that the master executes: reading what it hands over. */
#include "command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "settings.h"

void process_ready(const struct process_args *args)
{
    if (write(args->ready_fd, "1", 1) != 1)
        log_line(LOG_ERROR, "ready_failed", "the master does not listen");
    close(args->ready_fd);
}

static bool number_take(const char *arg, const char *name, int *out)
{
    int64_t v;

    if (!str_starts(arg, name) || !str_int64(arg + strlen(name), &v) || v < 0 || v > 65535)
        return false;
    *out = (int)v;
    return true;
}

/* Inherited descriptors must not reach programs that we might start. */
static bool descriptor_keep(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool args_read(struct process_args *args, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!number_take(argv[i], "--index=", &args->index) &&
            !number_take(argv[i], "--listen=", &args->listen_fd) &&
            !number_take(argv[i], "--slots=", &args->slots_fd) &&
            !number_take(argv[i], "--ready=", &args->ready_fd))
            return false;
    return descriptor_keep(args->slots_fd) && descriptor_keep(args->ready_fd);
}

static int child_main(int argc, char **argv, bool listens, int (*body)(const struct process_args *))
{
    struct settings s = {0};
    struct process_args args = {.settings = &s, .listen_fd = -1, .slots_fd = -1, .ready_fd = -1};
    int status = EXIT_USAGE;

    if (!settings_from_args(&s, &argc, argv))
        goto out;
    if (s.help || !args_read(&args, argc, argv) || (listens && !descriptor_keep(args.listen_fd))) {
        fprintf(stderr, "wulian %s: started by wulian serve only\n", argv[0]);
        goto out;
    }
    log_open(argv[0], settings_log_level(&s));
    status = body(&args);
out:
    settings_free(&s);
    return status;
}

int cmd_worker(int argc, char **argv)
{
    return child_main(argc, argv, true, worker_main);
}

int cmd_jobs(int argc, char **argv)
{
    return child_main(argc, argv, false, jobs_main);
}
