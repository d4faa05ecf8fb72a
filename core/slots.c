#include "slots.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/page.h"
#include "base/str.h"
#include "base/time.h"

enum { HANDLER_STACK = 64 << 10, SIGNALS = 32, PLUGIN_EXIT = 70, LOAD_S = 10 };

int slots_create(void)
{
    return page_create(sizeof(struct slots));
}

bool slots_fit(int fd)
{
    return page_fits(fd, sizeof(struct slots));
}

struct slots *slots_map(int fd)
{
    return page_map(fd, sizeof(struct slots));
}

/* --- whose death it is ------------------------------------------------------------------------ */

static _Thread_local struct crash_slot *mine; /* NULL outside plugin code */
static _Thread_local bool prepared;
static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { FAULTS = sizeof faults / sizeof faults[0] };
static struct sigaction before[SIGNALS];

static void own_up(void)
{
    if (mine)
        atomic_store_explicit(&mine->end, SLOT_DIED, memory_order_release);
}

/* Whatever handled the signal before gets it next: a fault happens again when we return, a signal
 * that was sent is sent again. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)context;
    own_up();
    sigaction(sig, &before[sig], NULL);
    if (info->si_code <= 0)
        raise(sig);
}

static void on_exit_(void)
{
    if (!mine)
        return;
    own_up();
    _exit(PLUGIN_EXIT);
}

/* Of a fault that is blocked nobody hears: it ends the process at once. A stack that has run out
 * has no room for a handler; a sanitizer brings one of its own, and gives back to the system what
 * it finds there when the thread ends. */
static void thread_prepare(void)
{
    static _Thread_local char room[HANDLER_STACK];
    sigset_t set;
    stack_t now;

    prepared = true;
    sigemptyset(&set);
    for (int i = 0; i < FAULTS; i++)
        sigaddset(&set, faults[i]);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
        sigaltstack(&(stack_t){.ss_sp = room, .ss_size = sizeof room}, NULL);
}

void slots_guard(void)
{
    struct sigaction on = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigfillset(&on.sa_mask);
    for (int i = 0; i < FAULTS; i++)
        sigaction(faults[i], &on, &before[faults[i]]);
    if (atexit(on_exit_) != 0)
        log_line(LOG_WARN, "exit_unwatched", "a plugin that calls exit() will not be named");
}

/* --- in and out ------------------------------------------------------------------------------- */

void slot_enter(struct crash_slot *s, const struct slot_entry *e)
{
    if (!prepared)
        thread_prepare();
    str_format(s->plugin, sizeof s->plugin, "%s", e->plugin);
    str_format(s->version, sizeof s->version, "%s", e->version);
    str_format(s->route, sizeof s->route, "%s", e->route);
    str_format(s->request, sizeof s->request, "%s", e->request);
    s->since = clock_mono();
    s->until = e->until;
    atomic_store_explicit(&s->end, SLOT_RUNS, memory_order_relaxed);
    mine = s;
    atomic_store_explicit(&s->busy, 1, memory_order_release);
}

void slot_leave(struct crash_slot *s)
{
    mine = NULL;
    atomic_store_explicit(&s->busy, 0, memory_order_release);
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Not the master's watchdog: the process that migrates has none. */
static void load_enter(void *self, const char *plugin, const char *fingerprint)
{
    slot_enter(self, &(struct slot_entry){plugin, fingerprint, "loading", "", INT64_MAX});
    alarm(LOAD_S);
}

static void load_leave(void *self)
{
    alarm(0);
    slot_leave(self);
}

struct load_watch slot_load_watch(struct crash_slot *s)
{
    return (struct load_watch){load_enter, load_leave, s};
}
