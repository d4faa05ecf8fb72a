/* Plugins that crash too often are held back (隔离): the master writes who into a table of the shared
 * page, every process that works for plugins reads it there before each step. */
#ifndef WULIAN_TENANT_QUARANTINE_H
#define WULIAN_TENANT_QUARANTINE_H

#include <stdatomic.h>
#include <stdbool.h>

enum { QUARANTINE_MAX = 32, PLUGIN_NAME = 32, PLUGIN_VERSION = 16 };

struct quarantine {
    atomic_int n; /* rows that are on: mostly 0, and then nobody looks further */
    struct quarantined {
        atomic_int on; /* the texts below are whole while this is 1 */
        char plugin[PLUGIN_NAME];
        char version[PLUGIN_VERSION];
    } row[QUARANTINE_MAX];
};

/* Whether this version of a plugin is held back. */
bool quarantine_holds(const struct quarantine *q, const char *plugin, const char *version);

/* The table that this process obeys, for as long as it lives. Before: nobody is held back. */
void quarantine_obey(const struct quarantine *q);
enum plugin_hold {
    PLUGIN_SERVES,  /* or a module that is linked in */
    PLUGIN_CRASHED, /* held back as loaded here */
    PLUGIN_LEFT_OUT /* not loaded, for crashing just there */
};
/* Whether the plugin is held back in this process, and for what. */
enum plugin_hold plugin_hold(const char *name);
bool plugin_quarantined(const char *name);
/* Message key of the reason; NULL: it serves. */
const char *plugin_hold_text(enum plugin_hold hold);

/* Asked before a plugin's file is opened: whether that very file is held back, because it crashed
 * while it was loaded. True: it stays left out as long as the process lives. Start only. */
bool quarantine_leaves_out(const char *plugin, const char *fingerprint);
/* Names of those left out, space-separated. */
const char *plugins_left_out(void);

#endif
