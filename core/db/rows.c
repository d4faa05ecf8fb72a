#include "db/link.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct db_rows {
    PGresult *result;
    int count, columns;
};

static void result_clear(void *result)
{
    PQclear(result);
}

struct db_rows *rows_take(struct arena *a, PGresult *r)
{
    struct db_rows *rows = arena_alloc(a, sizeof *rows);
    rows->result = r;
    rows->count = PQntuples(r);
    rows->columns = PQnfields(r);
    arena_charge(a, PQresultMemorySize(r));
    arena_defer(a, result_clear, r);
    return rows;
}

int rows_count(const struct db_rows *r)
{
    return r->count;
}

int rows_columns(const struct db_rows *r)
{
    return r->columns;
}

static void assert_column(const struct db_rows *r, int col)
{
    assert((unsigned)col < (unsigned)r->columns);
    (void)r, (void)col;
}

static void assert_cell(const struct db_rows *r, int row, int col)
{
    assert((unsigned)row < (unsigned)r->count);
    assert_column(r, col);
    (void)row;
}

const char *rows_name(const struct db_rows *r, int col)
{
    assert_column(r, col);
    return PQfname(r->result, col);
}

unsigned rows_type(const struct db_rows *r, int col)
{
    assert_column(r, col);
    return PQftype(r->result, col);
}

bool rows_null(const struct db_rows *r, int row, int col)
{
    assert_cell(r, row, col);
    return PQgetisnull(r->result, row, col) == 1;
}

const char *rows_text(const struct db_rows *r, int row, int col)
{
    assert_cell(r, row, col);
    return PQgetvalue(r->result, row, col);
}

size_t rows_length(const struct db_rows *r, int row, int col)
{
    assert_cell(r, row, col);
    return (size_t)PQgetlength(r->result, row, col);
}

const char *rows_value(const struct db_rows *r, int row, int col, size_t *n)
{
    *n = rows_length(r, row, col);
    /* null has no length, so that it need not be asked for of most */
    return *n == 0 && rows_null(r, row, col) ? NULL : PQgetvalue(r->result, row, col);
}

int64_t rows_int(const struct db_rows *r, int row, int col)
{
    return strtoll(rows_text(r, row, col), NULL, 10);
}

bool rows_bool(const struct db_rows *r, int row, int col)
{
    return rows_text(r, row, col)[0] == 't';
}

int rows_column(const struct db_rows *r, const char *name)
{
    return rows_column_from(r, 0, name);
}

int rows_column_from(const struct db_rows *r, int first, const char *name)
{
    /* Not PQfnumber: it folds the case of what it is given. */
    for (int i = first; i < r->columns; i++)
        if (strcmp(PQfname(r->result, i), name) == 0)
            return i;
    return -1;
}

int64_t rows_affected(const struct db_rows *r)
{
    return strtoll(PQcmdTuples(r->result), NULL, 10);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

const uint8_t *rows_bytes(struct arena *a, const struct db_rows *r, int row, int col, size_t *n)
{
    const char *text = rows_text(r, row, col);
    size_t len = rows_length(r, row, col);
    bool hex = len >= 2 && text[0] == '\\' && text[1] == 'x'; /* false for null and other types */
    *n = hex ? (len - 2) / 2 : 0;
    uint8_t *out = arena_alloc(a, *n + 1);
    for (size_t i = 0; i < *n; i++)
        out[i] = (uint8_t)(hex_digit(text[2 + 2 * i]) << 4 | hex_digit(text[3 + 2 * i]));
    return out;
}
