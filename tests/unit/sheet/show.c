#include "show.h"

#include <string.h>

static ssize_t bytes_pread(void *ctx, void *buf, size_t n, uint64_t offset)
{
    const struct bytes *b = ctx;

    if (offset >= b->n)
        return 0;
    if (n > b->n - offset)
        n = b->n - (size_t)offset;
    if (b->chunk && n > b->chunk)
        n = b->chunk;
    memcpy(buf, b->p + offset, n);
    return (ssize_t)n;
}

static ssize_t bytes_read(void *ctx, void *buf, size_t n)
{
    struct bytes *b = ctx;
    ssize_t got = bytes_pread(b, buf, n, b->at);

    b->at += (size_t)got;
    return got;
}

struct sheet_source bytes_source(struct bytes *b, bool seekable)
{
    struct sheet_source source = {b, NULL, NULL, b->n};

    if (seekable)
        source.pread = bytes_pread;
    else
        source.read = bytes_read;
    return source;
}

static void row_text(const struct sheet_row *row, struct buf *out)
{
    static const char *const letter[] = {
        [SHEET_EMPTY] = "", [SHEET_TEXT] = "",  [SHEET_NUMBER] = "n",
        [SHEET_DATE] = "d", [SHEET_BOOL] = "b", [SHEET_ERROR] = "e"};

    buf_printf(out, "%u:", (unsigned)row->number);
    for (size_t i = 0; i < row->count; i++) {
        if (strlen(row->cell[i].text) != row->cell[i].n)
            buf_str(out, "LENGTH");
        buf_printf(out, "%s%s%s", i ? "|" : "", letter[row->cell[i].kind], row->cell[i].text);
    }
    buf_char(out, '\n');
}

void sheet_show(const struct sheet_source *source, struct buf *out)
{
    struct sheet_fault fault = {{0}, 0, 0, 0};
    struct sheet *s = sheet_open(source, &fault);
    enum sheet_step step = SHEET_FAULT;
    struct sheet_row row;

    while (s && (step = sheet_next(s, &row, &fault)) == SHEET_ROW)
        row_text(&row, out);
    if (step == SHEET_END)
        buf_str(out, "end");
    else
        buf_printf(out, "%s %u %u %u", fault.code, (unsigned)fault.row, fault.column,
                   (unsigned)fault.offset);
    sheet_close(s);
}

const char *shown(const char *p, size_t n)
{
    static char text[64 * 1024];
    struct bytes b = {p, n, 0, 0};
    struct sheet_source source = bytes_source(&b, true);
    struct buf out;

    buf_init(&out, sizeof text - 1);
    sheet_show(&source, &out);
    memcpy(text, out.p, out.n + 1);
    buf_free(&out);
    return text;
}
