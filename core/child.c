/* The hidden subcommands that the master executes: reading what it hands over. */
#include "command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/meter.h"
#include "base/pace.h"
#include "base/str.h"
#include "db/once.h"
#include "settings.h"
#include "slots.h"

void process_ready(const struct process_args *args)
{
    if (write(args->ready_fd, "1", 1) != 1)
        log_line(LOG_ERROR, "ready_failed", "the master does not listen");
    close(args->ready_fd);
}

bool process_refuse(const struct process_args *args, const char *what, const char *why)
{
    log_line(LOG_ERROR, "start_refused", "%s: %s", what, why);
    if (dprintf(args->ready_fd, "%s: %s", what, why) < 0)
        log_line(LOG_WARN, "ready_failed", "the master does not listen");
    return false;
}

static bool number_take(const char *arg, const char *name, int *out)
{
    int64_t v;

    if (!str_starts(arg, name) || !str_int64(arg + strlen(name), &v) || v < 0 || v > 65535)
        return false;
    *out = (int)v;
    return true;
}

static bool since_take(const char *arg, int64_t *out)
{
    static const char name[] = "--since=";

    return str_starts(arg, name) && str_int64(arg + sizeof name - 1, out);
}

/* Inherited descriptors must not reach programs that we might start. */
static bool descriptor_keep(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* Reads on past what is strange: the pipe to complain on may follow. */
static bool args_read(struct process_args *args, int argc, char **argv)
{
    bool known = true;

    for (int i = 1; i < argc; i++)
        if (!number_take(argv[i], "--index=", &args->index) &&
            !number_take(argv[i], "--listen=", &args->listen_fd) &&
            !number_take(argv[i], "--slots=", &args->slots_fd) &&
            !number_take(argv[i], "--meters=", &args->meters_fd) &&
            !number_take(argv[i], "--once=", &args->once_fd) &&
            !since_take(argv[i], &args->since) &&
            !number_take(argv[i], "--again=", &args->again) &&
            !number_take(argv[i], "--paces=", &args->paces_fd) &&
            !number_take(argv[i], "--metrics=", &args->metrics_fd) &&
            !number_take(argv[i], "--ready=", &args->ready_fd))
            known = false;
    return known && slots_fit(args->slots_fd) && descriptor_keep(args->slots_fd) &&
           descriptor_keep(args->ready_fd) && descriptor_keep(args->meters_fd) &&
           (args->metrics_fd < 0 || descriptor_keep(args->metrics_fd)) &&
           meter_open(args->meters_fd) && descriptor_keep(args->once_fd) &&
           once_open(args->once_fd, args->since);
}

/* What a process that answers gets besides. */
static bool front_open(const struct process_args *args)
{
    return descriptor_keep(args->listen_fd) && descriptor_keep(args->paces_fd) &&
           pace_open(args->paces_fd);
}

static int child_main(int argc, char **argv, bool listens, int (*body)(const struct process_args *))
{
    struct settings s = {0};
    struct process_args args = {.settings = &s,
                                .listen_fd = -1,
                                .slots_fd = -1,
                                .meters_fd = -1,
                                .once_fd = -1,
                                .paces_fd = -1,
                                .metrics_fd = -1,
                                .ready_fd = -1};
    int status = EXIT_USAGE;

    if (!settings_from_args(&s, &argc, argv))
        goto out;
    log_open(argv[0], settings_log_level(&s));
    if (args_read(&args, argc, argv) && (!listens || front_open(&args)))
        status = body(&args);
    else if (args.ready_fd < 0)
        fprintf(stderr, "wulian %s: started by wulian serve only\n", argv[0]);
    else
        process_refuse(&args, argv[0], "the server is of another version: restart it instead");
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
