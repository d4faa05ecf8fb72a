/* Every piece of SQL a module brings, each as a statement that can be prepared by itself: declared
 * statements, the rows of indicators, and of plugins' records what is pasted into the host's own
 * statements (compute, set, guard). */
#ifndef WULIAN_PLUGIN_PIECES_H
#define WULIAN_PLUGIN_PIECES_H

#include <stdbool.h>

#include <wulian/plugin.h>

struct arena;

struct piece {
    const char *what; /* "statement card", "record errand: action settle: set" */
    const char *sql;  /* $1 is the county */
    int indicator;    /* how many of an indicator's columns it must give; 0: it is none */
};

/* The module's pieces in the order of its tables; its records must be registered (rec_register). */
const struct piece *pieces_of(struct arena *a, const struct wl_plugin *p, int *n);

#endif
