#include "sheet/sheet.h"

#include "base/mem.h"
#include "sheet/csv.h"
#include "sheet/input.h"
#include "sheet/kind.h"

struct sheet {
    struct csv *csv;
    uint64_t rows;
};

static struct sheet *sheet_new(struct csv *csv)
{
    struct sheet *s = mem_alloc(sizeof *s);

    s->csv = csv;
    return s;
}

struct sheet *sheet_open(const struct sheet_source *source, struct sheet_fault *fault)
{
    struct csv *c = csv_open(source);
    size_t n;
    const unsigned char *head = csv_head(c, &n);

    switch (file_kind_tell(source, head, n, fault)) {
    case FILE_TEXT:
        return sheet_new(c);
    case FILE_ZIP:
        sheet_fault_set(fault, "sheet_not_table", 0, 0, 0);
        break;
    case FILE_REFUSED:
        break;
    }
    csv_close(c);
    return NULL;
}

enum sheet_step sheet_next(struct sheet *s, struct sheet_row *row, struct sheet_fault *fault)
{
    enum sheet_step step = csv_next(s->csv, row, fault);

    if (step == SHEET_END && s->rows == 0) {
        sheet_fault_set(fault, "sheet_empty", 0, 0, 0);
        return SHEET_FAULT;
    }
    s->rows += step == SHEET_ROW;
    return step;
}

const char *sheet_format(const struct sheet *s)
{
    (void)s;
    return "csv";
}

uint64_t sheet_consumed(const struct sheet *s)
{
    return csv_consumed(s->csv);
}

void sheet_close(struct sheet *s)
{
    if (!s)
        return;
    csv_close(s->csv);
    mem_free(s);
}
