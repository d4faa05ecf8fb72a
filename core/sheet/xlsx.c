#include "sheet/xlsx.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "sheet/book.h"
#include "sheet/input.h"
#include "sheet/merge.h"
#include "sheet/row.h"
#include "sheet/serial.h"
#include "sheet/xml.h"

enum { DAY_SECONDS = 86400, ROW_NUMBER_MAX = 1048576, COLUMN_MAX = 16384, REF_MAX = 8 };

static const uint64_t sheet_max = (uint64_t)6 << 30;

struct xlsx {
    struct book book;
    struct xml *xml;
    struct row_build row;
    struct merges *merges; /* NULL: none, or the sheet is large */
    uint32_t number;
    size_t next; /* column of the next cell without a place of its own */
    size_t own;  /* cells with a value in the row */
    unsigned phonetic;
    bool in_data, in_value, formula;
    char type; /* of the cell: n s i(nline) t(ext of a formula) b e d */
    unsigned format;
    size_t column;
    struct buf value;
};

/* "BC12" → 54; 0 without letters. */
static size_t ref_column(const char *ref)
{
    size_t n = 0;

    for (int i = 0; i < REF_MAX && *ref >= 'A' && *ref <= 'Z' && n <= COLUMN_MAX; i++, ref++)
        n = n * 26 + (size_t)(*ref - 'A') + 1;
    return n;
}

/* --- cells ---------------------------------------------------------------------------------------
 */

static bool cell_put(struct xlsx *x, enum sheet_kind kind, const char *text, size_t n)
{
    bool done = (!x->merges || merges_fill(x->merges, &x->row, x->number, x->column)) &&
                row_cell(&x->row, x->column) && row_add(&x->row, text, n);

    if (!done) {
        xml_fail(x->xml, x->row.code ? x->row.code : "sheet_broken");
        return false;
    }
    row_cell_end(&x->row, kind);
    x->own++;
    if (x->merges)
        merges_keep(x->merges, &x->row, x->number, x->column);
    return true;
}

static void shared_cell(struct xlsx *x)
{
    size_t n = 0;
    int64_t index;
    const char *text = NULL;

    if (str_int64(x->value.p, &index) && index >= 0 && index < UINT32_MAX && x->book.strings)
        text = strings_get(x->book.strings, (uint32_t)index, &n);
    if (!text)
        xml_fail(x->xml, "sheet_broken");
    else if (n)
        cell_put(x, SHEET_TEXT, text, n);
}

/* A serial as 2025-12-01, with its time of day if it has one, or the time alone; false: no day. */
static bool date_text(double serial, bool from_1904, char out[DECIMAL_TEXT])
{
    int64_t days = (int64_t)serial;
    int64_t seconds = (int64_t)((serial - (double)days) * DAY_SECONDS + 0.5);
    char day[DATE_TEXT], time[16];
    struct date d;

    days += seconds / DAY_SECONDS;
    seconds %= DAY_SECONDS;
    str_format(time, sizeof time, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
               (int)(seconds % 60));
    if (days == 0 && (seconds || !from_1904))
        return str_format(out, DECIMAL_TEXT, "%s", time);
    if (!serial_date(days, from_1904, &d))
        return false;
    date_format(d, day);
    return str_format(out, DECIMAL_TEXT, seconds ? "%s %s" : "%s", day, time);
}

static void number_cell(struct xlsx *x)
{
    bool dated = x->format < x->book.formats && x->book.dated[x->format];
    enum sheet_kind kind = SHEET_NUMBER;
    char text[DECIMAL_TEXT];
    struct decimal d;
    double serial;

    if (!decimal_parse(x->value.p, x->value.n, &d)) {
        cell_put(x, SHEET_TEXT, x->value.p, x->value.n);
        return;
    }
    decimal_round(&d, EXCEL_DIGITS);
    decimal_format(&d, text);
    if (dated) {
        serial = strtod(x->value.p, NULL);
        kind = SHEET_DATE;
        if (serial < 0 || serial > 2958466 || !date_text(serial, x->book.from_1904, text))
            kind = SHEET_ERROR;
    }
    if (cell_put(x, kind, text, strlen(text)))
        row_raw(&x->row, x->value.p, x->value.n);
}

static void text_cell(struct xlsx *x)
{
    size_t n = excel_unescape(x->value.p, x->value.n);

    if (n)
        cell_put(x, SHEET_TEXT, x->value.p, n);
}

static void cell_end(struct xlsx *x)
{
    if (x->value.over) {
        xml_fail(x->xml, "sheet_cell_long");
        return;
    }
    if (!x->value.n) {
        if (x->formula && x->type != 't')
            cell_put(x, SHEET_ERROR, "", 0);
        return;
    }
    switch (x->type) {
    case 's':
        shared_cell(x);
        break;
    case 'i':
    case 't':
        text_cell(x);
        break;
    case 'b':
        cell_put(x, SHEET_BOOL, *x->value.p == '1' ? "true" : "false", *x->value.p == '1' ? 4 : 5);
        break;
    case 'e':
        cell_put(x, SHEET_ERROR, x->value.p, x->value.n);
        break;
    case 'd':
        cell_put(x, SHEET_DATE, x->value.p, x->value.n);
        break;
    default:
        number_cell(x);
    }
}

static char cell_type(const char *t)
{
    if (!t)
        return 'n';
    if (!strcmp(t, "inlineStr"))
        return 'i';
    return !strcmp(t, "str") ? 't' : *t;
}

static void cell_start(struct xlsx *x, const char **attribute)
{
    const char *ref = xml_attribute(attribute, "r"), *format = xml_attribute(attribute, "s");
    int64_t number;
    size_t column = ref ? ref_column(ref) : 0;

    x->column = column ? column - 1 : x->next;
    if (x->column < x->next || x->column >= COLUMN_MAX) {
        xml_fail(x->xml, "sheet_broken");
        return;
    }
    x->next = x->column + 1;
    x->type = cell_type(xml_attribute(attribute, "t"));
    x->format = format && str_int64(format, &number) && number >= 0 && number < BOOK_FORMATS_MAX
                    ? (unsigned)number
                    : 0;
    x->formula = false;
    buf_reset(&x->value);
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static void row_start(struct xlsx *x, const char **attribute)
{
    const char *r = xml_attribute(attribute, "r");
    int64_t number = (int64_t)x->number + 1;

    if ((r && !str_int64(r, &number)) || number <= x->number || number > ROW_NUMBER_MAX) {
        xml_fail(x->xml, "sheet_broken");
        return;
    }
    x->number = (uint32_t)number;
    x->next = 0;
    x->own = 0;
    row_clear(&x->row);
}

static void row_end(struct xlsx *x)
{
    if (!x->own)
        return;
    if (x->merges && !merges_fill(x->merges, &x->row, x->number, SHEET_COLUMNS_MAX))
        xml_fail(x->xml, x->row.code);
    else
        xml_pause(x->xml);
}

static void sheet_start(void *ctx, const char *name, const char **attribute)
{
    struct xlsx *x = ctx;

    if (!strcmp(name, "sheetData"))
        x->in_data = true;
    else if (!x->in_data && !strcmp(name, "mergeCell") && !x->merges &&
             merge_repeats(xml_attribute(attribute, "ref")))
        xml_fail(x->xml, "sheet_merged");
    else if (!x->in_data)
        return;
    else if (!strcmp(name, "c"))
        cell_start(x, attribute);
    else if (!strcmp(name, "row"))
        row_start(x, attribute);
    else if (!strcmp(name, "f"))
        x->formula = true;
    else if (!strcmp(name, "rPh"))
        x->phonetic++;
    x->in_value = x->in_data && !x->phonetic &&
                  (!strcmp(name, "v") || (x->type == 'i' && !strcmp(name, "t")));
}

static void sheet_end(void *ctx, const char *name)
{
    struct xlsx *x = ctx;

    x->in_value = false;
    if (!x->in_data)
        return;
    if (!strcmp(name, "c"))
        cell_end(x);
    else if (!strcmp(name, "row"))
        row_end(x);
    else if (!strcmp(name, "sheetData"))
        x->in_data = false;
    else if (!strcmp(name, "rPh") && x->phonetic)
        x->phonetic--;
}

static void sheet_text(void *ctx, const char *s, size_t n)
{
    struct xlsx *x = ctx;

    if (x->in_value)
        buf_add(&x->value, s, n);
}

/* --- the file ------------------------------------------------------------------------------------
 */

struct xlsx *xlsx_open(const struct sheet_source *source, struct sheet_fault *fault)
{
    static const struct xml_events events = {sheet_start, sheet_end, sheet_text};
    struct xlsx *x = mem_alloc(sizeof *x);
    const char *code;

    row_init(&x->row);
    buf_init(&x->value, SHEET_CELL_MAX + 64);
    code = book_open(&x->book, source);
    if (!code)
        code = merges_read(&x->book.zip, x->book.sheet, &x->merges);
    if (!code)
        x->xml = xml_open(&x->book.zip, x->book.sheet, sheet_max, &events, x, &code);
    if (!code)
        return x;
    sheet_fault_set(fault, code, 0, 0, 0);
    xlsx_close(x);
    return NULL;
}

enum sheet_step xlsx_next(struct xlsx *x, struct sheet_row *row, struct sheet_fault *fault)
{
    while (xml_run(x->xml))
        if (row_show(&x->row, x->number, x->book.from_1904, row))
            return SHEET_ROW;
    if (!x->xml->code)
        return SHEET_END;
    sheet_fault_set(fault, x->xml->code, x->number,
                    x->in_data && x->number ? (unsigned)x->column + 1 : 0, 0);
    return SHEET_FAULT;
}

uint64_t xlsx_consumed(const struct xlsx *x)
{
    return x->xml->stream.entry->packed - x->xml->stream.left;
}

void xlsx_close(struct xlsx *x)
{
    xml_close(x->xml);
    merges_free(x->merges);
    book_close(&x->book);
    row_free(&x->row);
    buf_free(&x->value);
    mem_free(x);
}
