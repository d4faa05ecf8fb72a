#include "db/link.h"

#include <string.h>

#include "base/arena.h"
#include "base/meter.h"
#include "base/str.h"

static const char *field(struct arena *a, const PGresult *r, int code)
{
    return arena_strdup(a, PQresultErrorField(r, code));
}

void db_error_count(const struct db_error *e)
{
    const char *state = e->sqlstate;
    int n = str_starts(state, "WL") ? 5 : 2;

    if (strcmp(state, "42501") == 0)
        meter_add(meter_named("wulian_row_security_refusals_total"), 1);
    meter_add(meter_named("wulian_db_errors_total{sqlstate=\"%.*s\"}", n, state), 1);
}

void db_error_take(struct db_error *e, struct arena *a, const PGresult *r, int stmt)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(r, PG_DIAG_MESSAGE_HINT);
    *e = (struct db_error){.stmt = stmt};
    /* Errors that libpq itself makes carry no SQLSTATE; they are about the connection. */
    str_format(e->sqlstate, sizeof e->sqlstate, "%s", state ? state : "08006");
    db_error_count(e);
    e->message = arena_strdup(a, message ? message : PQresultErrorMessage(r));
    e->hint = arena_strdup(a, hint ? hint : "");
    e->constraint = field(a, r, PG_DIAG_CONSTRAINT_NAME);
    e->table = field(a, r, PG_DIAG_TABLE_NAME);
    e->column = field(a, r, PG_DIAG_COLUMN_NAME);
}

void db_error_unsent(struct db_error *e)
{
    *e = (struct db_error){.sqlstate = "08006", .hint = "", .message = "no connection"};
}

void db_error_lost(struct db_error *e, struct arena *a, const PGconn *pg)
{
    db_error_unsent(e);
    db_error_count(e);
    if (pg)
        e->message = arena_strdup(a, PQerrorMessage(pg));
    if (e->message[0] == '\0')
        e->message = "connection lost";
}

bool db_error_spoils_link(const char *s)
{
    /* 08P01 is our own bug (the number of parameters does not fit), the same on any connection. */
    if (str_starts(s, "08"))
        return strcmp(s, "08P01") != 0;
    return str_starts(s, "57P0") || strcmp(s, "25006") == 0;
}

bool db_state_transient(const char *s)
{
    return db_error_spoils_link(s) || strcmp(s, "40001") == 0 || strcmp(s, "40P01") == 0;
}
