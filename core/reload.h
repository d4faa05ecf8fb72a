/* Reload (SIGHUP, `wulian reload`): the settings are read anew and a second generation of the
 * children is started beside the first, from the files as they are now. One worker goes ahead; when
 * it says ready the others and the jobs process follow; when all are ready the old ones take
 * nothing new and end with what they have in flight. Until then nothing is taken from them, so
 * whatever goes wrong ends the new ones and leaves the old.
 *
 * The two jobs processes overlap for a moment. That harms nothing: each piece of work is claimed by
 * a row of the database, as between machines.
 *
 * The master itself and what only it knows (listening address, user, place) stay as they were. A
 * child that dies in between is started from the files that are there then. */
#ifndef WULIAN_RELOAD_H
#define WULIAN_RELOAD_H

#include <stdbool.h>

struct master;

enum reload_step {
    RELOAD_NONE,
    RELOAD_CLEAR, /* asked; the generation before the present one is still ending */
    RELOAD_FIRST, /* one worker is starting */
    RELOAD_REST,  /* the others are */
    RELOAD_STEPS
};

/* Goes on with a reload as far as it can be gone now, or begins one that was asked for. Called in
 * each turn of the master's loop. */
void reload_step(struct master *m);

#endif
