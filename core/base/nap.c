#include "base/nap.h"

#include <time.h>

void nap_init(struct nap *n)
{
    pthread_condattr_t monotonic;

    pthread_mutex_init(&n->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&n->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    atomic_init(&n->stop, false);
}

void nap_until(struct nap *n, int64_t when)
{
    const struct timespec until = {.tv_sec = (time_t)(when / 1000000),
                                   .tv_nsec = (long)(when % 1000000) * 1000};
    int late = 0;

    pthread_mutex_lock(&n->lock);
    while (!atomic_load(&n->stop) && late == 0)
        late = pthread_cond_timedwait(&n->wake, &n->lock, &until);
    pthread_mutex_unlock(&n->lock);
}

void nap_end(struct nap *n)
{
    pthread_mutex_lock(&n->lock);
    atomic_store(&n->stop, true);
    pthread_cond_broadcast(&n->wake);
    pthread_mutex_unlock(&n->lock);
}

void nap_free(struct nap *n)
{
    pthread_cond_destroy(&n->wake);
    pthread_mutex_destroy(&n->lock);
}
