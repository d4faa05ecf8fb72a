#include "call/row_json.h"

#include <string.h>

#include "base/time.h"

/* Type oids of pg_type.dat; fixed since long before any version we run on. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_JSON = 114,
    OID_TIMESTAMPTZ = 1184,
    OID_JSONB = 3802
};

/* "2026-11-22 03:10:00.5+00" → "2026-11-22T03:10:00.5+00:00"; its length, 0: of another form. */
static size_t time_text(const char *s, size_t n, char out[TIME_TEXT])
{
    enum { DAY = 10 };
    static const char minutes[] = ":00";

    if (n <= DAY || s[DAY] != ' ' || n + sizeof minutes > TIME_TEXT)
        return 0;
    memcpy(out, s, n);
    out[DAY] = 'T';
    memcpy(out + n, minutes, sizeof minutes);
    return n + sizeof minutes - 1;
}

void time_json(struct jw *w, const char *s)
{
    char out[TIME_TEXT];
    size_t n = strlen(s), length = time_text(s, n, out);

    if (length)
        jw_plain_n(w, out, length);
    else
        jw_text_n(w, s, n);
}

void time_member(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    char out[TIME_TEXT];
    size_t length = time_text(s, n, out);

    if (length)
        jw_member_plain(w, key, out, length);
    else
        jw_member_text(w, key, s, n);
}

void cell_json(struct jw *w, const struct db_rows *r, int row, int col)
{
    if (rows_null(r, row, col)) {
        jw_null(w);
        return;
    }
    switch (rows_type(r, col)) {
    case OID_BOOL:
        jw_bool(w, rows_bool(r, row, col));
        break;
    case OID_INT8:
    case OID_INT2:
    case OID_INT4:
        jw_int(w, rows_int(r, row, col));
        break;
    case OID_JSON:
    case OID_JSONB:
        jw_raw(w, rows_text(r, row, col), rows_length(r, row, col));
        break;
    case OID_TIMESTAMPTZ:
        time_json(w, rows_text(r, row, col));
        break;
    default:
        jw_text_n(w, rows_text(r, row, col), rows_length(r, row, col));
    }
}

void row_members(struct jw *w, const struct db_rows *r, int row, int first)
{
    for (int col = first; col < rows_columns(r); col++) {
        jw_key(w, rows_name(r, col));
        cell_json(w, r, row, col);
    }
}

void row_json(struct jw *w, const struct db_rows *r, int row)
{
    jw_object(w);
    row_members(w, r, row, 0);
    jw_end(w, '}');
}

void rows_json(struct jw *w, const struct db_rows *r)
{
    jw_array(w);
    for (int row = 0; row < rows_count(r); row++)
        row_json(w, r, row);
    jw_end(w, ']');
}
