#include "db/cancel.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

enum { WHY_TEXT = 256 };

struct request {
    PGcancel *cancel;
    void *who;
};

struct canceller {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    int fd; /* eventfd */
    bool stop;
    int most, nwaiting, ndone;
    struct request *waiting; /* a few at most: taking the first moves the rest */
    void **done;
};

/* The next request, waiting for one; cancel is NULL at the end. */
static struct request request_take(struct canceller *c)
{
    struct request r = {0};
    pthread_mutex_lock(&c->lock);
    while (!c->stop && c->nwaiting == 0)
        pthread_cond_wait(&c->asked, &c->lock);
    if (!c->stop) {
        r = c->waiting[0];
        c->nwaiting--;
        for (int i = 0; i < c->nwaiting; i++)
            c->waiting[i] = c->waiting[i + 1];
    }
    pthread_mutex_unlock(&c->lock);
    return r;
}

static void request_report(struct canceller *c, void *who)
{
    uint64_t one = 1;
    pthread_mutex_lock(&c->lock);
    c->done[c->ndone++] = who;
    pthread_mutex_unlock(&c->lock);
    if (write(c->fd, &one, sizeof one) < 0) {
        /* only when the counter is full, and then the fd is readable anyway */
    }
}

static void *canceller_main(void *arg)
{
    struct canceller *c = arg;
    char why[WHY_TEXT];
    struct request r = request_take(c);
    while (r.cancel) {
        PQcancel(r.cancel, why, sizeof why);
        PQfreeCancel(r.cancel);
        request_report(c, r.who);
        r = request_take(c);
    }
    return NULL;
}

/* The process's signals belong to its main thread. */
static bool thread_start(struct canceller *c)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&c->thread, NULL, canceller_main, c);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed == 0;
}

static void canceller_release(struct canceller *c)
{
    for (int i = 0; i < c->nwaiting; i++)
        PQfreeCancel(c->waiting[i].cancel);
    pthread_cond_destroy(&c->asked);
    pthread_mutex_destroy(&c->lock);
    if (c->fd >= 0)
        close(c->fd);
    mem_free(c->waiting);
    mem_free(c->done);
    mem_free(c);
}

struct canceller *canceller_new(int most)
{
    struct canceller *c = mem_alloc(sizeof *c);
    c->most = most;
    c->waiting = mem_array((size_t)most, sizeof *c->waiting);
    c->done = mem_array((size_t)most, sizeof *c->done);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->asked, NULL);
    c->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (c->fd < 0 || !thread_start(c)) {
        canceller_release(c);
        return NULL;
    }
    return c;
}

int canceller_fd(const struct canceller *c)
{
    return c->fd;
}

void canceller_ask(struct canceller *c, PGcancel *cancel, void *who)
{
    pthread_mutex_lock(&c->lock);
    assert(c->nwaiting + c->ndone < c->most);
    c->waiting[c->nwaiting++] = (struct request){.cancel = cancel, .who = who};
    pthread_cond_signal(&c->asked);
    pthread_mutex_unlock(&c->lock);
}

void *canceller_done(struct canceller *c)
{
    uint64_t count;
    void *who = NULL;
    if (read(c->fd, &count, sizeof count) < 0)
        count = 0; /* nothing new; what is in the list is taken all the same */
    pthread_mutex_lock(&c->lock);
    if (c->ndone > 0)
        who = c->done[--c->ndone];
    pthread_mutex_unlock(&c->lock);
    return who;
}

void canceller_free(struct canceller *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_cond_signal(&c->asked);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    canceller_release(c);
}
