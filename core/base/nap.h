/* How the background threads of a process wait between rounds: for a while by the monotonic clock
 * (a clock that is set back must not stop them for an hour), or until they are told to end. */
#ifndef WULIAN_BASE_NAP_H
#define WULIAN_BASE_NAP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct nap {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool stop; /* what runs long may look at it by itself */
};

void nap_init(struct nap *n);
/* Until then (monotonic µs, see clock_mono) or nap_end; at once when either is past. */
void nap_until(struct nap *n, int64_t when);
static inline bool nap_over(struct nap *n)
{
    return atomic_load(&n->stop);
}
/* Everybody wakes, and nobody sleeps again. Any thread. */
void nap_end(struct nap *n);
/* When nobody uses it any more. */
void nap_free(struct nap *n);

#endif
