#include "sheet/csv.h"

#include <string.h>

#include "base/mem.h"
#include "sheet/decode.h"
#include "sheet/row.h"

enum { AT_END = -1, AT_FAULT = -2, LINES_LOOKED_AT = 10 };

enum field_end { FIELD_MORE, FIELD_LINE, FIELD_LAST, FIELD_FAULT };

struct csv {
    struct decode text;
    struct row_build row;
    uint64_t number;
    char separator;
    bool last; /* the file has ended */
    struct sheet_fault fault;
};

static const char separators[] = ",;\t";

/* The sign at p in the raw bytes: units of UTF-16 whose other half is not zero are no separators,
 * and the second bytes of GB18030 never look like one. */
static char raw_sign(const struct csv *c, const unsigned char *p)
{
    if (c->text.encoding == ENCODING_UTF16LE)
        return p[1] ? 'x' : (char)p[0];
    if (c->text.encoding == ENCODING_UTF16BE)
        return p[0] ? 'x' : (char)p[1];
    return (char)*p;
}

struct tally {
    size_t line[3], least[3], total[3], lines;
    bool quoted, any;
};

static void tally_line(struct tally *t)
{
    for (int i = 0; t->any && i < 3; i++) {
        if (!t->lines || t->line[i] < t->least[i])
            t->least[i] = t->line[i];
        t->total[i] += t->line[i];
        t->line[i] = 0;
    }
    t->lines += t->any;
    t->any = false;
}

/* The sign that stands most often in every line; else, below a title, the most frequent. */
static char separator_guess(struct csv *c)
{
    const struct input *in = &c->text.in;
    size_t step =
        c->text.encoding == ENCODING_UTF16LE || c->text.encoding == ENCODING_UTF16BE ? 2 : 1;
    struct tally t;
    int best = 0;

    memset(&t, 0, sizeof t);
    for (size_t i = in->at; i + step <= in->n && t.lines < LINES_LOOKED_AT; i += step) {
        char sign = raw_sign(c, in->window + i);
        const char *found = strchr(separators, sign);

        t.quoted = t.quoted != (sign == '"');
        if (t.quoted)
            continue;
        if (sign == '\n' || sign == '\r')
            tally_line(&t);
        else
            t.any = true;
        if (sign && found)
            t.line[found - separators]++;
    }
    /* a cut-off line counts only when it is the first */
    if (in->end || !t.lines)
        tally_line(&t);
    for (int i = 1; i < 3; i++)
        if (t.least[i] > t.least[best] ||
            (t.least[i] == t.least[best] && t.total[i] > t.total[best]))
            best = i;
    return separators[best];
}

struct csv *csv_open(const struct sheet_source *source)
{
    struct csv *c = mem_alloc(sizeof *c);

    decode_init(&c->text, source);
    row_init(&c->row);
    c->separator = separator_guess(c);
    return c;
}

const unsigned char *csv_head(const struct csv *c, size_t *n)
{
    *n = c->text.in.n;
    return c->text.in.window;
}

static int csv_get(struct csv *c)
{
    struct decode *d = &c->text;

    if (d->at == d->n && !decode_more(d))
        return d->code ? AT_FAULT : AT_END;
    return (unsigned char)d->out[d->at++];
}

static void csv_fault(struct csv *c, const char *code)
{
    /* reading runs ahead of parsing, but not past what it cannot read */
    uint64_t offset = code == c->text.code ? c->text.in.offset : 0;

    sheet_fault_set(&c->fault, code, c->number, (unsigned)c->row.columns, offset);
}

/* What the text holds up to the next of these two signs (or the window's end) goes into the cell.
 */
static bool csv_span(struct csv *c, const char *stop)
{
    struct decode *d = &c->text;
    size_t n = 0;

    while (d->at + n < d->n && !strchr(stop, d->out[d->at + n]))
        n++;
    if (n && !row_add(&c->row, d->out + d->at, n)) {
        csv_fault(c, c->row.code);
        return false;
    }
    d->at += n;
    return true;
}

/* Behind the opening quotation mark, up to and with the closing one; *behind is what follows it. */
static bool csv_quoted(struct csv *c, int *behind)
{
    uint64_t number = c->number;
    int sign;

    for (;;) {
        if (!csv_span(c, "\""))
            return false;
        sign = csv_get(c);
        if (sign == AT_FAULT || sign == AT_END) {
            csv_fault(c, sign == AT_END ? "sheet_quote" : c->text.code);
            c->fault.row = number;
            return false;
        }
        if (sign == '"') {
            *behind = csv_get(c);
            if (*behind != '"')
                return true;
        }
        if (!row_add(&c->row, &(char){(char)sign}, 1)) {
            csv_fault(c, c->row.code);
            return false;
        }
    }
}

static enum field_end csv_field(struct csv *c)
{
    const char stop[] = {c->separator, '\r', '\n', '\0'};
    int sign = csv_get(c);

    if (sign == '"' && !csv_quoted(c, &sign))
        return FIELD_FAULT;
    for (;; sign = csv_get(c)) {
        if (sign == c->separator)
            return FIELD_MORE;
        if (sign == '\n')
            return FIELD_LINE;
        if (sign == '\r') {
            if (csv_get(c) != '\n' && c->text.at)
                c->text.at--;
            return FIELD_LINE;
        }
        if (sign == AT_END)
            return FIELD_LAST;
        if (sign == AT_FAULT) {
            csv_fault(c, c->text.code);
            return FIELD_FAULT;
        }
        if (!row_add(&c->row, &(char){(char)sign}, 1)) {
            csv_fault(c, c->row.code);
            return FIELD_FAULT;
        }
        if (!csv_span(c, stop))
            return FIELD_FAULT;
    }
}

static enum field_end csv_record(struct csv *c)
{
    enum field_end end = FIELD_MORE;

    row_clear(&c->row);
    c->number++;
    for (size_t column = 0; end == FIELD_MORE; column++) {
        if (!row_cell(&c->row, column)) {
            csv_fault(c, c->row.code);
            return FIELD_FAULT;
        }
        end = csv_field(c);
        row_cell_end(&c->row, SHEET_TEXT);
    }
    return end;
}

enum sheet_step csv_next(struct csv *c, struct sheet_row *row, struct sheet_fault *fault)
{
    while (!c->last && !c->fault.code[0]) {
        enum field_end end = csv_record(c);

        c->last = end == FIELD_LAST;
        if (end != FIELD_FAULT && row_show(&c->row, c->number, false, row))
            return SHEET_ROW;
    }
    if (!c->fault.code[0])
        return SHEET_END;
    *fault = c->fault;
    return SHEET_FAULT;
}

uint64_t csv_consumed(const struct csv *c)
{
    return c->text.in.offset;
}

void csv_close(struct csv *c)
{
    decode_free(&c->text);
    row_free(&c->row);
    mem_free(c);
}
