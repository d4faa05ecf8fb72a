/* The master's judgement over plugins that crash: after `limit` crashes of one version within the
 * window it is held back (tenant/quarantine.h), until somebody releases it. What is held back is a
 * file NAME@VERSION in a folder, so that it outlives the master; taking the file away releases. */
#ifndef WULIAN_QUARANTINE_H
#define WULIAN_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "tenant/quarantine.h"

struct arena;

enum { CRASHES_KEPT = 64 };

struct judge {
    struct quarantine *table; /* in the shared page */
    const char *dir;          /* "": nothing is kept, and a restart releases */
    int limit;                /* crashes; 0: nobody is held back */
    int64_t window;           /* µs */
    struct crash {
        char plugin[PLUGIN_NAME], version[PLUGIN_VERSION];
        int64_t at; /* monotonic µs; 0: none */
    } crash[CRASHES_KEPT]; /* a ring */
    int next;
    bool kept[QUARANTINE_MAX]; /* the row has its file */
};

/* Holds back who was when the last master ended. */
void judge_open(struct judge *j);
/* One more crash of a plugin. The texts may come from a dead process: they are checked. */
void judge_count(struct judge *j, const char *plugin, const char *version);
/* Lets go of those whose file is gone. Cheap: call it every second or so. True: one of them was not
 * even loaded, which only new processes can. */
bool judge_look(struct judge *j);

/* Who is held back now, for a command that has no page of the master's. `out`: zeroed. */
void quarantine_read(struct arena *a, const char *dir, struct quarantine *out);
/* For `wulian plugin release`: takes away the files of every version of the plugin; false when
 * there is none, with *why when it is there but stays. */
bool quarantine_release(struct arena *a, const char *dir, const char *plugin, const char **why);
/* "elderly 1.0.0, children 2.1.0": who is held back; "" nobody, also where no folder was made yet.
 * NULL with *why when it cannot be read. */
const char *quarantine_list(struct arena *a, const char *dir, const char **why);

#endif
