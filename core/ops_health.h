/* GET /readyz: whether this process can do its work now. (GET /healthz, whether it lives, is
 * http's.) */
#ifndef WULIAN_OPS_HEALTH_H
#define WULIAN_OPS_HEALTH_H

#include "call/call.h"

/* Number of the newest NNNN_name.sql in a folder; 0 when there is none. */
int schema_of_folder(const char *dir);
/* The route: 200 when the database answers within a second, has the schema number and its tables
 * can grow (room_lacks), else 503 `unavailable`, `schema_differs` or `disk_full`. In the arena.
 * `sealed`: it says how many seconds the oldest audit row has waited for its seal; that alone
 * keeps nobody away. */
const struct op *readyz_op(struct arena *a, int schema, bool sealed);
/* The same question once, on a blocking connection; -1 when there is no answer. */
int schema_of_database(struct arena *a, struct db_conn *conn);
/* Whether the audit ledger's present epoch began in this database cluster. */
bool audit_at_home(struct arena *a, struct db_conn *conn);

#endif
