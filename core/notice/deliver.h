/* Sending what stands in the outbox. Private to core/notice. */
#ifndef WULIAN_NOTICE_DELIVER_H
#define WULIAN_NOTICE_DELIVER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "db/db.h"

struct delivery_options {
    int retry_ms;            /* before the second try; doubled before each further one */
    const atomic_bool *stop; /* the process is asked to end */
};

/* Takes one of the county's and tries it; false when there was none, or the database refuses. */
bool deliver_one(struct db_conn *gate, const char *county, const struct delivery_options *o);

#endif
