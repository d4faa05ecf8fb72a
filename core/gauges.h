/* What goes up and down in a worker, told to the page of meters once a turn of its loop. */
#ifndef WULIAN_GAUGES_H
#define WULIAN_GAUGES_H

#include "base/meter.h"

enum gauge {
    CONNECTIONS,
    BUSY,
    DB_UP,
    DB_PENDING,
    PLUGIN_BUSY,
    PLUGIN_WAITING,
    PASSWORD_BUSY,
    PASSWORD_WAITING,
    GAUGES
};

struct gauges {
    meter *m[GAUGES];
};

struct http_server;
struct db_loop;
struct dispatcher;

void gauges_open(struct gauges *g, int worker);
void gauges_set(const struct gauges *g, const struct http_server *http, const struct db_loop *db,
                const struct dispatcher *d);
/* A worker that ends leaves no number behind; one that dies leaves his to the next of his index. */
void gauges_end(const struct gauges *g);

#endif
