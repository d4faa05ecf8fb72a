#include "call/gate.h"

#include "base/log.h"

enum { WITHIN_US = 10 * 1000 * 1000 };

const struct db_rows *gate_ask(struct db_conn *gate, struct arena *a, struct lazy *l, int n,
                               const char *const *params)
{
    struct db_error e;
    const struct db_rows *r = db_ask(gate, a, lazy_stmt(l), n, params, WITHIN_US, &e);

    if (!r)
        log_line(LOG_WARN, "gate", "sqlstate %s", e.sqlstate);
    return r;
}
