#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sheet/serial.h"
#include "sheet/writer.h"

enum {
    XML_MAX = 64 * 1024 * 1024, /* a row of the longest texts, escaped */
    XML_FLUSH = 32 * 1024,
    MARK_TEXT_MAX = 4 * 1024 * 1024,
    CELL_UNITS = 32767, /* what Excel holds */
    FAULTS_WIDTH = 60,
    WIDTH_MIN = 8,
    WIDTH_MAX = 60
};

/* Below the 4 GiB that end a zip, with a row to spare. */
static const uint64_t part_full = (uint64_t)3 << 30;

/* --- text ----------------------------------------------------------------------------------------
 */

static bool hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Text that looks like Excel's own escape. */
static bool looks_escaped(const char *s)
{
    if (s[0] != '_' || s[1] != 'x')
        return false;
    for (int i = 2; i < 6; i++)
        if (!hex_digit(s[i]))
            return false;
    return s[6] == '_';
}

static void xml_sign(struct buf *b, uint32_t c, const char *at, size_t n)
{
    if (c == '&')
        buf_str(b, "&amp;");
    else if (c == '<')
        buf_str(b, "&lt;");
    else if (c == '>')
        buf_str(b, "&gt;");
    else if (c == '"')
        buf_str(b, "&quot;");
    else if (c == '\n' || c == '\t')
        buf_printf(b, "&#%u;", (unsigned)c);
    else if (c < 0x20 || c == 0xFFFE || c == 0xFFFF)
        buf_printf(b, "_x%04X_", (unsigned)c);
    else if (looks_escaped(at))
        buf_str(b, "_x005F_");
    else
        buf_add(b, at, n);
}

void xml_text(struct buf *b, const char *s, size_t units)
{
    while (*s) {
        const char *at = s;
        uint32_t c = utf8_next(&s);
        size_t width = c > 0xFFFF ? 2 : 1;

        if (units <= width && *s) {
            buf_str(b, "…");
            return;
        }
        units -= width < units ? width : units;
        xml_sign(b, c, at, (size_t)(s - at));
    }
}

void column_name(unsigned column, char out[4])
{
    if (column < 26) {
        str_format(out, 4, "%c", (int)('A' + column));
        return;
    }
    str_format(out, 4, "%c%c", (int)('A' + column / 26 - 1), (int)('A' + column % 26));
}

static void cell_open(struct buf *b, uint32_t row, unsigned column, int format)
{
    char name[4];

    column_name(column, name);
    buf_printf(b, "<c r=\"%s%u\"", name, (unsigned)row);
    if (format)
        buf_printf(b, " s=\"%d\"", format);
}

void xlsx_text_cell(struct buf *b, uint32_t row, unsigned column, int format, const char *text)
{
    cell_open(b, row, column, format);
    buf_str(b, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    xml_text(b, text, CELL_UNITS);
    buf_str(b, "</t></is></c>");
}

/* --- sheets --------------------------------------------------------------------------------------
 */

void xlsx_flush(struct xlsx_writer *w, bool now)
{
    if (!now && w->xml.n < XML_FLUSH)
        return;
    w->zip.ok = w->zip.ok && !w->xml.over;
    zip_part_add(&w->zip, w->xml.p, w->xml.n);
    buf_reset(&w->xml);
}

void xlsx_part(struct xlsx_writer *w, const char *name)
{
    zip_part_begin(&w->zip, name);
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
}

static unsigned title_width(const struct sheet_column *column)
{
    unsigned width = 2;
    const char *s = column->title;
    uint32_t c;

    if (column->width)
        return column->width;
    while ((c = utf8_next(&s)))
        width += c < 0x2E80 ? 1 : 2;
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

static int style_format(enum sheet_style style)
{
    static const int format[] = {[SHEET_AS_TEXT] = FORMAT_TEXT,
                                 [SHEET_AS_NUMBER] = FORMAT_GENERAL,
                                 [SHEET_AS_MONEY] = FORMAT_MONEY,
                                 [SHEET_AS_DATE] = FORMAT_DATE};

    return format[style];
}

static void head_row(struct xlsx_writer *w)
{
    const struct sheet_table *t = w->table;

    buf_str(&w->xml, "<row r=\"1\">");
    for (unsigned i = 0; i < t->columns; i++)
        xlsx_text_cell(&w->xml, 1, i, t->column[i].required ? FORMAT_HEAD_REQUIRED : FORMAT_HEAD,
                       t->column[i].title);
    if (t->faults)
        xlsx_text_cell(&w->xml, 1, (unsigned)t->columns, FORMAT_HEAD_REQUIRED, t->faults);
    buf_str(&w->xml, "</row>");
    w->rows = 1;
}

static void data_sheet_begin(struct xlsx_writer *w)
{
    const struct sheet_table *t = w->table;
    char name[ZIP_NAME];

    str_format(name, sizeof name, "xl/worksheets/sheet%u.xml", ++w->sheets);
    zip_part_begin(&w->zip, name);
    buf_printf(&w->xml,
               "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
               "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
               "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
               "<sheetViews><sheetView workbookViewId=\"0\"%s><pane ySplit=\"1\" "
               "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
               "</sheetViews><cols>",
               w->sheets == 1 ? " tabSelected=\"1\"" : "");
    for (unsigned i = 0; i < t->columns; i++)
        buf_printf(&w->xml,
                   "<col min=\"%u\" max=\"%u\" width=\"%u\" style=\"%d\" customWidth=\"1\"/>",
                   i + 1, i + 1, title_width(&t->column[i]), style_format(t->column[i].style));
    if (t->faults)
        buf_printf(&w->xml,
                   "<col min=\"%u\" max=\"%u\" width=\"%d\" style=\"%d\" customWidth=\"1\"/>",
                   (unsigned)t->columns + 1, (unsigned)t->columns + 1, FAULTS_WIDTH, FORMAT_TEXT);
    buf_str(&w->xml, "</cols><sheetData>");
    head_row(w);
}

static void data_sheet_end(struct xlsx_writer *w)
{
    buf_str(&w->xml, "</sheetData>");
    xlsx_validations(w);
    if (w->marks)
        buf_str(&w->xml, "<legacyDrawing r:id=\"rId1\"/>");
    buf_str(&w->xml, "</worksheet>");
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
    if (w->marks)
        xlsx_comments(w);
    w->commented[w->sheets] = w->marks > 0;
    w->marks = 0;
    buf_reset(&w->mark_text);
}

struct xlsx_writer *xlsx_write_open(const struct sheet_table *table, const struct sheet_sink *sink)
{
    struct xlsx_writer *w = mem_alloc(sizeof *w);

    w->table = table;
    buf_init(&w->xml, XML_MAX);
    buf_init(&w->mark_text, MARK_TEXT_MAX);
    zip_write_init(&w->zip, sink);
    data_sheet_begin(w);
    return w;
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static void mark_add(struct xlsx_writer *w, unsigned column, const char *text)
{
    size_t at = w->mark_text.n;

    if (w->marks == SHEET_MARKS_MAX || at + strlen(text) + 1 > MARK_TEXT_MAX)
        return;
    if (!w->mark)
        w->mark = mem_array(SHEET_MARKS_MAX, sizeof *w->mark);
    buf_add(&w->mark_text, text, strlen(text) + 1);
    w->mark[w->marks++] = (struct mark){w->rows, column, at};
}

/* The number that stands for the value in the file; false: it goes as text. */
static bool plain_value(const struct sheet_value *v, char out[DECIMAL_TEXT])
{
    struct decimal d;
    struct date day;
    bool yes = v->kind == SHEET_BOOL && str_eq(v->text, "true");

    if (v->kind == SHEET_BOOL)
        return (yes || str_eq(v->text, "false")) && str_format(out, DECIMAL_TEXT, "%d", yes);
    if (v->kind == SHEET_DATE)
        return date_parse(v->text, &day) && serial_of(day) &&
               str_format(out, DECIMAL_TEXT, "%lld", (long long)serial_of(day));
    if (v->kind != SHEET_NUMBER || !decimal_parse(v->text, strlen(v->text), &d) ||
        d.n > EXCEL_DIGITS)
        return false;
    decimal_format(&d, out);
    return true;
}

static void value_cell(struct xlsx_writer *w, unsigned column, const struct sheet_value *v)
{
    int format = style_format(w->table->column[column].style);
    char plain[DECIMAL_TEXT];

    if (v->fault) {
        format += FORMAT_MARKED;
        mark_add(w, column, v->fault);
    }
    if (!v->text || !*v->text) {
        if (v->fault) {
            cell_open(&w->xml, w->rows, column, format);
            buf_str(&w->xml, "/>");
        }
        return;
    }
    if (!plain_value(v, plain)) {
        xlsx_text_cell(&w->xml, w->rows, column, format, v->text);
        return;
    }
    if (v->kind == SHEET_DATE)
        format = v->fault ? FORMAT_DATE + FORMAT_MARKED : FORMAT_DATE;
    cell_open(&w->xml, w->rows, column, format);
    buf_printf(&w->xml, "%s><v>%s</v></c>", v->kind == SHEET_BOOL ? " t=\"b\"" : "", plain);
}

bool xlsx_write_row(struct xlsx_writer *w, const struct sheet_value *value, size_t count,
                    const char *faults)
{
    if (w->rows == XLSX_ROWS_MAX || zip_part_size(&w->zip) > part_full) {
        if (w->sheets == SHEETS_MAX)
            return w->zip.ok = false;
        data_sheet_end(w);
        data_sheet_begin(w);
    }
    w->rows++;
    buf_printf(&w->xml, "<row r=\"%u\">", (unsigned)w->rows);
    for (unsigned i = 0; i < count; i++)
        value_cell(w, i, &value[i]);
    if (w->table->faults && *faults)
        xlsx_text_cell(&w->xml, w->rows, (unsigned)w->table->columns, FORMAT_TEXT, faults);
    buf_str(&w->xml, "</row>");
    xlsx_flush(w, false);
    return w->zip.ok;
}

bool xlsx_write_end(struct xlsx_writer *w)
{
    data_sheet_end(w);
    if (w->table->help)
        xlsx_help(w);
    if (has_choices(w->table))
        xlsx_choices(w);
    xlsx_book(w);
    return zip_write_end(&w->zip);
}

void xlsx_write_free(struct xlsx_writer *w)
{
    zip_write_free(&w->zip);
    buf_free(&w->xml);
    buf_free(&w->mark_text);
    mem_free(w->mark);
    mem_free(w);
}
