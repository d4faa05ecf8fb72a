#include "record/codes.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static struct {
    struct code *rows;
    int n;
} codes;

bool codes_load(struct arena *a, struct db_conn *conn, const char **why)
{
    struct db_error error;
    struct db_rows *r = db_query(conn, a,
                                 "select tab, code, zh, en, valid_from, valid_to from core.code"
                                 " order by tab collate \"C\", sort, code",
                                 0, NULL, &error);
    if (!r) {
        *why = arena_printf(a, "code tables cannot be read (%s)", error.sqlstate);
        return false;
    }
    struct code *rows = arena_alloc(a, sizeof *rows * (size_t)(rows_count(r) + 1));
    for (int i = 0; i < rows_count(r); i++) {
        rows[i].tab = arena_strdup(a, rows_text(r, i, 0));
        rows[i].code = arena_strdup(a, rows_text(r, i, 1));
        rows[i].zh = arena_strdup(a, rows_text(r, i, 2));
        rows[i].en = arena_strdup(a, rows_text(r, i, 3));
        date_parse(rows_text(r, i, 4), &rows[i].from);
        if (!rows_null(r, i, 5))
            date_parse(rows_text(r, i, 5), &rows[i].to);
    }
    codes.rows = rows;
    codes.n = rows_count(r);
    return true;
}

const struct code *codes_all(int *n)
{
    *n = codes.n;
    return codes.rows;
}

static int by_table(const void *key, const void *row)
{
    return strcmp(key, ((const struct code *)row)->tab);
}

/* Any row of the table, then back to its first. */
static const struct code *table_start(const char *tab)
{
    const struct code *c =
        codes.n ? bsearch(tab, codes.rows, (size_t)codes.n, sizeof *codes.rows, by_table) : NULL;
    while (c && c > codes.rows && strcmp(c[-1].tab, tab) == 0)
        c--;
    return c;
}

bool codes_known(const char *tab)
{
    return table_start(tab) != NULL;
}

static const struct code *code_row(const char *tab, const char *code)
{
    const struct code *c = table_start(tab);
    const struct code *end = c ? codes.rows + codes.n : NULL;
    for (; c && c < end && strcmp(c->tab, tab) == 0; c++)
        if (strcmp(c->code, code) == 0)
            return c;
    return NULL;
}

const char *code_label(enum lang lang, const char *tab, const char *code)
{
    const struct code *c = code_find(tab, code, date_today());
    return !c ? code : lang == LANG_EN ? c->en : c->zh;
}

bool code_known(const char *tab, const char *code)
{
    return code_row(tab, code) != NULL;
}

const struct code *code_find(const char *tab, const char *code, struct date on)
{
    const struct code *c = code_row(tab, code);
    bool valid =
        c && date_compare(c->from, on) <= 0 && (!c->to.year || date_compare(on, c->to) < 0);
    return valid ? c : NULL;
}

static bool valid_on(const struct code *c, struct date on)
{
    return date_compare(c->from, on) <= 0 && (!c->to.year || date_compare(on, c->to) < 0);
}

const struct code *code_by_label(const char *tab, const char *label, struct date on)
{
    const struct code *found = NULL, *end = codes.rows + codes.n;
    for (const struct code *c = table_start(tab); c && c < end && strcmp(c->tab, tab) == 0; c++) {
        if ((!str_eq(c->zh, label) && !str_eq(c->en, label)) || !valid_on(c, on))
            continue;
        if (found)
            return NULL;
        found = c;
    }
    return found;
}
