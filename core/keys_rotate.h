/* Moving every encrypted value of a county to its newest data key, while people work. */
#ifndef WULIAN_KEYS_ROTATE_H
#define WULIAN_KEYS_ROTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

struct rotation {
    int county;
    int batch;                      /* rows a transaction */
    uint32_t key;                   /* the newest data key */
    bool resumed;                   /* it was there already, with older ones still in use */
    int64_t moved, broken, waiting; /* values: moved; that do not open; that others were changing */
    int64_t files;                  /* uploads that keep the key they were sealed under */
    bool retired;                   /* the older keys are in use no more */
};

/* Makes a new data key the county's newest (or goes on where another run ended: a rotation is
 * finished when one key is in use), then seals batch by batch what an older one holds. A value
 * changed meanwhile is left to its writer and looked at again; no version is made, since no value
 * changed. Older keys are retired when no table holds anything under them, but never deleted: they
 * still open backups and files. False after saying why. */
bool keys_rotate(struct cli *c, struct db_conn *owner, struct rotation *r);

/* All keys of a county into the process's ring; false after saying why. */
bool keys_load(struct cli *c, struct db_conn *owner, int county);

#endif
