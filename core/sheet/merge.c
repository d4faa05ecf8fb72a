#include "sheet/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sheet/xml.h"

struct range {
    uint32_t first, last; /* rows */
    uint32_t column;      /* from 0: the leftmost */
};

/* What a column repeats down to row `last`. */
struct repeat {
    uint32_t last;
    enum sheet_kind kind;
    struct buf text;
    size_t text_n; /* text, NUL, raw */
};

struct merges {
    struct range *range; /* by first row */
    size_t count, cap;
    size_t at; /* the first that may still start */
    struct repeat repeat[SHEET_COLUMNS_MAX];
    struct xml *xml;
};

static const char *ref_parse(const char *s, uint32_t *column, uint32_t *row)
{
    uint32_t c = 0, r = 0;

    for (; *s >= 'A' && *s <= 'Z' && c < 100000; s++)
        c = c * 26 + (uint32_t)(*s - 'A') + 1;
    for (; *s >= '0' && *s <= '9' && r < 100000000; s++)
        r = r * 10 + (uint32_t)(*s - '0');
    *column = c;
    *row = r;
    return s;
}

static bool range_parse(const char *s, struct range *out)
{
    uint32_t column, right;

    if (!s)
        return false;
    s = ref_parse(s, &column, &out->first);
    if (!column || *s != ':' || column > SHEET_COLUMNS_MAX)
        return false;
    ref_parse(s + 1, &right, &out->last);
    out->column = column - 1;
    return out->last > out->first;
}

bool merge_repeats(const char *ref)
{
    struct range range;

    return range_parse(ref, &range);
}

static void merge_start(void *ctx, const char *name, const char **attribute)
{
    struct merges *m = ctx;
    struct range range;

    if (strcmp(name, "mergeCell") || !range_parse(xml_attribute(attribute, "ref"), &range))
        return;
    if (m->count == MERGES_MAX) {
        xml_fail(m->xml, "sheet_merged");
        return;
    }
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 64;
        m->range = mem_resize(m->range, m->cap, sizeof *m->range);
    }
    m->range[m->count++] = range;
}

static void merge_end(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
}

static int by_first(const void *a, const void *b)
{
    const struct range *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

const char *merges_read(const struct zip_read *z, const char *part, struct merges **out)
{
    static const struct xml_events events = {merge_start, merge_end, NULL};
    const struct zip_entry *entry = zip_find(z, part);
    struct merges *m;
    const char *code;

    *out = NULL;
    if (!entry || entry->plain > MERGE_SHEET_MAX)
        return NULL;
    m = mem_alloc(sizeof *m);
    m->xml = xml_open(z, part, MERGE_SHEET_MAX, &events, m, &code);
    if (m->xml) {
        while (xml_run(m->xml))
            ;
        code = m->xml->code;
        xml_close(m->xml);
    }
    if (m->count)
        qsort(m->range, m->count, sizeof *m->range, by_first);
    for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
        buf_init(&m->repeat[i].text, 2 * SHEET_CELL_MAX);
    *out = m;
    return code;
}

bool merges_fill(struct merges *m, struct row_build *b, uint32_t row, size_t column)
{
    for (size_t i = b->columns; i < column && i < SHEET_COLUMNS_MAX; i++) {
        const struct repeat *r = &m->repeat[i];

        if (r->last < row || !r->text.n)
            continue;
        if (!row_cell(b, i) || !row_add(b, r->text.p, r->text_n))
            return false;
        row_cell_end(b, r->kind);
        row_raw(b, r->text.p + r->text_n + 1, strlen(r->text.p + r->text_n + 1));
    }
    return true;
}

void merges_keep(struct merges *m, const struct row_build *b, uint32_t row, size_t column)
{
    const struct row_slot *slot = &b->slot[column];
    struct repeat *r = &m->repeat[column];

    while (m->at < m->count && m->range[m->at].first < row)
        m->at++;
    for (size_t i = m->at; i < m->count && m->range[i].first == row; i++) {
        if (m->range[i].column != column)
            continue;
        r->last = m->range[i].last;
        r->kind = slot->kind;
        r->text_n = slot->n;
        buf_reset(&r->text);
        buf_add(&r->text, b->text.p + slot->at, slot->n + 1);
        buf_add(&r->text, b->text.p + slot->raw, strlen(b->text.p + slot->raw) + 1);
        return;
    }
}

void merges_free(struct merges *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
        buf_free(&m->repeat[i].text);
    mem_free(m->range);
    mem_free(m);
}
