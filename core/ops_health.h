/* GET /readyz: whether this process can do its work now. (GET /healthz, whether it lives, is
 * http's.) */
#ifndef WULIAN_OPS_HEALTH_H
#define WULIAN_OPS_HEALTH_H

#include "call/call.h"

/* Number of the newest NNNN_name.sql in a folder; 0 when there is none. */
int schema_of_folder(const char *dir);
/* The route: 200 when the database answers within a second and has the schema number, else 503
 * `unavailable` or `schema_differs`. In the arena. */
const struct op *readyz_op(struct arena *a, int schema);
/* The same question once, on a blocking connection; -1 when there is no answer. */
int schema_of_database(struct arena *a, struct db_conn *conn);

#endif
