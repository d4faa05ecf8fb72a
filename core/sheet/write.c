#include "sheet/write.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sheet/serial.h"
#include "sheet/writer.h"

enum { CSV_ROW_MAX = 4 * SHEET_ROW_MAX, FAULTS_MAX = 16 * 1024 };

struct sheet_writer {
    const struct sheet_table *table;
    const struct sheet_sink *sink;
    struct xlsx_writer *xlsx; /* NULL: CSV */
    struct buf line;          /* CSV: the row */
    struct buf faults;        /* of the row, joined */
    bool ok;
};

/* --- CSV -----------------------------------------------------------------------------------------
 */

/* Whether a spreadsheet would take the text for a formula, or for one that we disarmed. */
static bool formula(const char *s)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};

    while (*s == '\'' || *s == ' ')
        s++;
    if (*s && strchr("=+-@\t\r\n", *s))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (str_starts(s, wide[i]))
            return true;
    return false;
}

static void csv_value(struct buf *line, const char *s, enum sheet_kind kind)
{
    struct decimal d;
    size_t n = strlen(s);
    bool number = kind == SHEET_NUMBER && decimal_parse(s, n, &d);
    bool disarm = !number && formula(s);

    if (!disarm && !strpbrk(s, ",;\t\"\r\n") && (!n || (s[0] != ' ' && s[n - 1] != ' '))) {
        buf_add(line, s, n);
        return;
    }
    buf_str(line, disarm ? "\"'" : "\"");
    for (; *s; s++) {
        if (*s == '"')
            buf_char(line, '"');
        buf_char(line, *s);
    }
    buf_char(line, '"');
}

static bool csv_line(struct sheet_writer *w)
{
    buf_str(&w->line, "\r\n");
    w->ok = w->ok && !w->line.over && w->sink->write(w->sink->ctx, w->line.p, w->line.n);
    buf_reset(&w->line);
    return w->ok;
}

static void csv_head_line(struct sheet_writer *w)
{
    buf_str(&w->line, "\xEF\xBB\xBF");
    for (size_t i = 0; i < w->table->columns; i++) {
        if (i)
            buf_char(&w->line, ',');
        csv_value(&w->line, w->table->column[i].title, SHEET_TEXT);
    }
    if (w->table->faults) {
        buf_char(&w->line, ',');
        csv_value(&w->line, w->table->faults, SHEET_TEXT);
    }
    csv_line(w);
}

static bool csv_row(struct sheet_writer *w, const struct sheet_value *value, size_t count)
{
    for (size_t i = 0; i < w->table->columns; i++) {
        if (i)
            buf_char(&w->line, ',');
        if (i < count && value[i].text)
            csv_value(&w->line, value[i].text, value[i].kind);
    }
    if (w->table->faults) {
        buf_char(&w->line, ',');
        csv_value(&w->line, w->faults.n ? w->faults.p : "", SHEET_TEXT);
    }
    return csv_line(w);
}

/* --- both ----------------------------------------------------------------------------------------
 */

struct sheet_writer *sheet_write_open(enum sheet_form form, const struct sheet_table *table,
                                      const struct sheet_sink *sink)
{
    struct sheet_writer *w = mem_alloc(sizeof *w);

    w->table = table;
    w->sink = sink;
    w->ok = true;
    buf_init(&w->line, CSV_ROW_MAX);
    buf_init(&w->faults, FAULTS_MAX);
    if (form == SHEET_XLSX)
        w->xlsx = xlsx_write_open(table, sink);
    else
        csv_head_line(w);
    return w;
}

static void fault_join(struct buf *b, const char *title, const char *fault)
{
    if (!fault)
        return;
    if (b->n)
        buf_str(b, "；");
    if (title)
        buf_printf(b, "%s：", title);
    buf_str(b, fault);
}

bool sheet_write_row(struct sheet_writer *w, const struct sheet_value *value, size_t count,
                     const char *fault)
{
    if (count > w->table->columns)
        count = w->table->columns;
    buf_reset(&w->faults);
    fault_join(&w->faults, NULL, fault);
    for (size_t i = 0; i < count; i++)
        fault_join(&w->faults, w->table->column[i].title, value[i].fault);
    if (!w->ok)
        return false;
    if (w->xlsx)
        return w->ok = xlsx_write_row(w->xlsx, value, count, w->faults.n ? w->faults.p : "");
    return csv_row(w, value, count);
}

bool sheet_write_end(struct sheet_writer *w)
{
    if (w->xlsx && w->ok)
        w->ok = xlsx_write_end(w->xlsx);
    return w->ok;
}

void sheet_write_free(struct sheet_writer *w)
{
    if (!w)
        return;
    if (w->xlsx)
        xlsx_write_free(w->xlsx);
    buf_free(&w->line);
    buf_free(&w->faults);
    mem_free(w);
}
