/* Crash slots: a small shared page in which a thread writes what it is about to enter before it
 * runs a plugin's code. When a process dies by a signal the master reads its row and names the
 * guilty plugin. The page is created by the master and inherited as a descriptor. */
#ifndef WULIAN_SLOTS_H
#define WULIAN_SLOTS_H

#include <stdatomic.h>
#include <stdint.h>

enum {
    SLOTS_PROCESSES = 64, /* row 0 is the jobs process, 1… the workers */
    SLOTS_THREADS = 32,   /* threads of one process that may run plugin code */
    SLOT_PLUGIN = 32,
    SLOT_VERSION = 16,
    SLOT_ROUTE = 96,
    SLOT_REQUEST = 40
};

struct crash_slot {
    atomic_int busy; /* the texts below are whole while this is 1 */
    char plugin[SLOT_PLUGIN];
    char version[SLOT_VERSION];
    char route[SLOT_ROUTE];
    char request[SLOT_REQUEST];
    int64_t since; /* monotonic microseconds */
};

struct slots {
    struct crash_slot slot[SLOTS_PROCESSES][SLOTS_THREADS];
};

/* A descriptor (close-on-exec) of a fresh, zeroed page without a name; -1 with errno. */
int slots_create(void);
/* The page behind the descriptor; NULL with errno. Stays mapped as long as the process. */
struct slots *slots_map(int fd);

/* Around every step into plugin code. Longer texts are cut. One thread per slot. */
void slot_enter(struct crash_slot *s, const char *plugin, const char *version, const char *route,
                const char *request);
void slot_leave(struct crash_slot *s);

#endif
