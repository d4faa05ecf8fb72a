#include "sheet/row.h"

#include <string.h>

/* Every cell ends with a NUL, and raw may stand beside text. */
enum { TEXT_CEILING = 2 * SHEET_ROW_MAX + 4 * SHEET_COLUMNS_MAX };

void row_init(struct row_build *b)
{
    buf_init(&b->text, TEXT_CEILING);
    row_clear(b);
}

void row_clear(struct row_build *b)
{
    buf_reset(&b->text);
    b->columns = 0;
    b->code = NULL;
}

bool row_cell(struct row_build *b, size_t column)
{
    if (column >= SHEET_COLUMNS_MAX) {
        b->code = "sheet_columns";
        return false;
    }
    while (b->columns <= column) {
        b->slot[b->columns].kind = SHEET_EMPTY;
        b->slot[b->columns].at = b->slot[b->columns].raw = b->text.n;
        b->slot[b->columns].n = 0;
        b->columns++;
        if (b->columns <= column)
            buf_char(&b->text, '\0');
    }
    return true;
}

bool row_add(struct row_build *b, const char *p, size_t n)
{
    struct row_slot *slot = &b->slot[b->columns - 1];

    if (b->text.n + n > SHEET_ROW_MAX)
        b->code = "sheet_row_long";
    if (b->text.n - slot->at + n > SHEET_CELL_MAX)
        b->code = "sheet_cell_long";
    if (b->code)
        return false;
    buf_add(&b->text, p, n);
    return true;
}

void row_cell_end(struct row_build *b, enum sheet_kind kind)
{
    struct row_slot *slot = &b->slot[b->columns - 1];

    slot->raw = slot->at;
    slot->n = b->text.n - slot->at;
    slot->kind = slot->n || kind == SHEET_ERROR ? kind : SHEET_EMPTY;
    buf_char(&b->text, '\0');
}

void row_raw(struct row_build *b, const char *p, size_t n)
{
    struct row_slot *slot = &b->slot[b->columns - 1];

    slot->raw = b->text.n;
    buf_add(&b->text, p, n);
    buf_char(&b->text, '\0');
}

bool row_show(struct row_build *b, uint64_t number, bool from_1904, struct sheet_row *row)
{
    while (b->columns && b->slot[b->columns - 1].kind == SHEET_EMPTY)
        b->columns--;
    for (size_t i = 0; i < b->columns; i++) {
        const struct row_slot *slot = &b->slot[i];

        b->cell[i] = (struct sheet_cell){slot->kind, from_1904, b->text.p + slot->at, slot->n,
                                         b->text.p + slot->raw};
    }
    row->number = number;
    row->count = b->columns;
    row->cell = b->cell;
    return b->columns > 0;
}

void row_free(struct row_build *b)
{
    buf_free(&b->text);
}
