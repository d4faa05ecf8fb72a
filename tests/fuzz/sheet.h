/* Reading a table that somebody sent: what the two formats have in common. */
#ifndef TESTS_FUZZ_SHEET_H
#define TESTS_FUZZ_SHEET_H

#include "fuzz.h"

#include "base/str.h"
#include "sheet/sheet.h"
#include "sheet/show.h"

static inline void cells_hold(const struct sheet_row *row)
{
    must(row->number > 0 && row->count <= SHEET_COLUMNS_MAX);
    for (size_t i = 0; i < row->count; i++) {
        const struct sheet_cell *c = &row->cell[i];

        must(c->text && c->raw && strlen(c->text) == c->n && c->n <= SHEET_CELL_MAX);
        must(utf8_valid(c->text, c->n));
        must(c->kind != SHEET_EMPTY || c->n == 0);
    }
}

/* To its end or its fault, in bounded memory; rows go up. */
static inline void sheet_holds(const char *p, size_t n)
{
    struct bytes b = {.p = p, .n = n};
    struct sheet_source source = bytes_source(&b, true);
    struct sheet_fault fault = {0};
    struct sheet *s = sheet_open(&source, &fault);
    enum sheet_step step = SHEET_FAULT;
    struct sheet_row row = {0};
    uint64_t last = 0;

    while (s && (step = sheet_next(s, &row, &fault)) == SHEET_ROW) {
        cells_hold(&row);
        must(row.number > last);
        last = row.number;
    }
    must(step != SHEET_FAULT || str_starts(fault.code, "sheet_"));
    sheet_close(s);
}

#endif
