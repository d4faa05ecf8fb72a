/* Crash slots: a small shared page in which a thread writes what it is about to enter before it
 * runs a plugin's code. When a process dies the master reads its row and names the guilty plugin;
 * of several in flight it is the one whose thread says that it was its own death. The page is
 * created by the master and inherited as a descriptor; who is held back stands in it too. */
#ifndef WULIAN_SLOTS_H
#define WULIAN_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "plugin/modules.h"
#include "tenant/quarantine.h"

enum {
    SLOTS_PROCESSES = 128, /* two generations of the jobs process and at most 63 workers */
    SLOTS_THREADS = 32,   /* threads of one process that may run plugin code */
    SLOT_ROUTE = 96,
    SLOT_REQUEST = 40
};

enum slot_end {
    SLOT_RUNS,
    SLOT_DIED,   /* this thread ended the process: by a fault, abort() or exit() */
    SLOT_OVERDUE /* the master ends the process for it, and has counted that */
};

struct crash_slot {
    atomic_int busy; /* the texts below are whole while this is 1 */
    atomic_int end;  /* enum slot_end */
    char plugin[PLUGIN_NAME];
    char version[PLUGIN_VERSION];
    char route[SLOT_ROUTE];
    char request[SLOT_REQUEST];
    int64_t since, until; /* monotonic µs; past `until` the master ends the process */
};

struct slots {
    struct crash_slot slot[SLOTS_PROCESSES][SLOTS_THREADS];
    struct quarantine quarantine;
};

/* A descriptor (close-on-exec) of a fresh, zeroed page without a name; -1 with errno. */
int slots_create(void);
/* Whether its master is of our version. */
bool slots_fit(int fd);
/* The page behind the descriptor; NULL with errno. Stays mapped as long as the process. */
struct slots *slots_map(int fd);

/* What a thread is about to run. Longer texts are cut. */
struct slot_entry {
    const char *plugin, *version, *route, *request;
    int64_t until; /* monotonic µs */
};

/* Around every step into plugin code. One thread per slot. */
void slot_enter(struct crash_slot *s, const struct slot_entry *e);
void slot_leave(struct crash_slot *s);

/* Writes there which plugin is being loaded; one that takes 10 s ends the process. */
struct load_watch slot_load_watch(struct crash_slot *s);

/* From now on a thread between slot_enter and slot_leave that faults, calls abort() or exit() says
 * so in its slot before the process ends. Call it when all else is set up: exit() from a plugin
 * must not run the cleanups of libraries that other threads are using. */
void slots_guard(void);

#endif
