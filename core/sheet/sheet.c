#include "sheet/sheet.h"

#include "base/mem.h"
#include "sheet/csv.h"
#include "sheet/input.h"
#include "sheet/kind.h"
#include "sheet/xlsx.h"

struct sheet {
    struct csv *csv; /* one of the two */
    struct xlsx *xlsx;
    uint64_t rows;
};

static struct sheet *sheet_new(struct csv *csv, struct xlsx *xlsx)
{
    struct sheet *s = mem_alloc(sizeof *s);

    s->csv = csv;
    s->xlsx = xlsx;
    return s;
}

static struct sheet *sheet_of_zip(const struct sheet_source *source, struct sheet_fault *fault)
{
    struct xlsx *x;

    if (!source->pread) {
        sheet_fault_set(fault, "sheet_seek", 0, 0, 0);
        return NULL;
    }
    x = xlsx_open(source, fault);
    return x ? sheet_new(NULL, x) : NULL;
}

struct sheet *sheet_open(const struct sheet_source *source, struct sheet_fault *fault)
{
    struct csv *c = csv_open(source);
    size_t n;
    const unsigned char *head = csv_head(c, &n);

    switch (file_kind_tell(source, head, n, fault)) {
    case FILE_TEXT:
        return sheet_new(c, NULL);
    case FILE_ZIP:
        csv_close(c);
        return sheet_of_zip(source, fault);
    case FILE_REFUSED:
        break;
    }
    csv_close(c);
    return NULL;
}

enum sheet_step sheet_next(struct sheet *s, struct sheet_row *row, struct sheet_fault *fault)
{
    enum sheet_step step = s->csv ? csv_next(s->csv, row, fault) : xlsx_next(s->xlsx, row, fault);

    if (step == SHEET_END && s->rows == 0) {
        sheet_fault_set(fault, "sheet_empty", 0, 0, 0);
        return SHEET_FAULT;
    }
    s->rows += step == SHEET_ROW;
    return step;
}

const char *sheet_format(const struct sheet *s)
{
    return s->csv ? "csv" : "xlsx";
}

uint64_t sheet_consumed(const struct sheet *s)
{
    return s->csv ? csv_consumed(s->csv) : xlsx_consumed(s->xlsx);
}

void sheet_close(struct sheet *s)
{
    if (!s)
        return;
    if (s->csv)
        csv_close(s->csv);
    if (s->xlsx)
        xlsx_close(s->xlsx);
    mem_free(s);
}
