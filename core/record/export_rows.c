/* From rows to cells. */
#include <pthread.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/export.h"
#include "record/label.h"
#include "record/limit.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "tenant/sealed.h"

enum { SHAPES_MAX = 256, FIXED_PARAMS = 5, MASK_MAX = 128 };

/* ---- the statement --------------------------------------------------------------------------- */

/* Statements live as long as the process, so there is one for each text that was ever needed. */
static struct {
    pthread_mutex_t lock;
    struct {
        char *sql;
        const struct db_stmt *stmt;
    } item[SHAPES_MAX];
    int n;
} shapes = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct db_stmt *shape_stmt(const char *sql)
{
    const struct db_stmt *stmt = NULL;
    pthread_mutex_lock(&shapes.lock);
    for (int i = 0; i < shapes.n && !stmt; i++)
        if (strcmp(shapes.item[i].sql, sql) == 0)
            stmt = shapes.item[i].stmt;
    if (!stmt && shapes.n < SHAPES_MAX) {
        char *kept = mem_strdup(sql);
        stmt = db_stmt_new(kept);
        shapes.item[shapes.n].sql = kept;
        shapes.item[shapes.n++].stmt = stmt;
    }
    pthread_mutex_unlock(&shapes.lock);
    return stmt;
}

static const char *page_sql(struct arena *a, const struct export *e)
{
    const struct rec *r = e->r;
    struct sql s = sql_new(a);
    int p = FIXED_PARAMS + 1;
    ADD(&s, "select %s", rec_select(a, r, e->wanted));
    for (int i = 0; !e->masked && i < r->nfields; i++)
        if ((e->wanted >> i & 1) && rec_is_encrypted(r->fields[i].d.type))
            ADD(&s, ", t.%s", r->columns[r->fields[i].column].name);
    ADD(&s, " from %s t where %s and t.deleted_at is null", r->name, read_where(a, r, "t"));
    limits_where_add(&s.b, r, e->overdue);
    for (int i = 0; i < e->nfilters; i++)
        p = filter_sql(&s.b, &e->filters[i], p);
    ADD(&s, " and ($4::uuid is null or t.id > $4::uuid) order by t.id limit $5::int");
    return sql_text(&s);
}

bool export_page_add(struct call *c, struct db_batch *b, const struct export *e, const char *after,
                     int limit)
{
    const char *sql = page_sql(c->arena, e);
    const struct db_stmt *stmt = sql ? shape_stmt(sql) : NULL;
    const char **p = rec_params(c, FIXED_PARAMS + EXPORT_FILTERS_MAX);
    int n = FIXED_PARAMS;
    if (!stmt)
        return false;
    p[3] = after;
    p[4] = rec_number(c, limit);
    for (int i = 0; i < e->nfilters; i++)
        if (filter_has_value(&e->filters[i]))
            p[n++] = e->filters[i].value;
    batch_add(b, stmt, n, p);
    return true;
}

/* ---- columns --------------------------------------------------------------------------------- */

static const char *text_of(const struct export *e, const char *owner, const char *key,
                           const char *otherwise)
{
    const char *text = message_find(e->lang, owner, key);
    return text ? text : otherwise;
}

static enum sheet_style style_of(uint32_t type)
{
    switch (type) {
    case WL_INTEGER:
    case WL_DECIMAL:
        return SHEET_AS_NUMBER;
    case WL_MONEY:
        return SHEET_AS_MONEY;
    case WL_DATE:
        return SHEET_AS_DATE;
    default:
        return SHEET_AS_TEXT;
    }
}

static void column_add(struct export *e, int field, const char *title, enum sheet_style style)
{
    e->field[e->ncolumns] = field;
    e->column[e->ncolumns++] = (struct sheet_column){.title = title, .style = style};
}

void export_columns(struct arena *a, struct export *e)
{
    const struct rec *r = e->r;
    e->ncolumns = 0;
    column_add(e, -1, text_of(e, NULL, "import.id", "id"), SHEET_AS_TEXT);
    column_add(e, -2, text_of(e, NULL, "import.div", "div"), SHEET_AS_TEXT);
    for (int i = 0; i < r->nfields; i++)
        if (e->wanted >> i & 1)
            column_add(
                e, i,
                text_of(e, r->owner, label_field(a, r, r->fields[i].d.name), r->fields[i].d.name),
                style_of(r->fields[i].d.type));
    e->table = (struct sheet_table){.name = text_of(e, r->owner, r->d.name, r->d.name),
                                    .column = e->column,
                                    .columns = (size_t)e->ncolumns};
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* '["1","3"]' → "独居、高龄" */
static const char *codes_text(struct call *c, const struct export *e, const char *tab,
                              const char *json)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(c->arena, json, strlen(json), &fault);
    const char *out = "";
    for (size_t i = 0; i < jv_count(v); i++)
        out = arena_printf(c->arena, "%s%s%s", out, i ? "、" : "",
                           code_label(e->lang, tab, jv_text(jv_at(v, i))));
    return out;
}

/* "2026-11-22 02:37:41.5+00" → what a clock in China showed, to the minute. */
static const char *moment_text(struct call *c, const char *s)
{
    char *rfc = arena_printf(c->arena, "%s:00", s);
    char out[TIME_TEXT];
    int64_t us;
    if (strlen(s) < 19)
        return s;
    rfc[10] = 'T';
    if (!time_parse(rfc, &us))
        return s;
    time_format(us + 8 * INT64_C(3600000000), out);
    out[10] = ' ';
    return arena_strndup(c->arena, out, 16);
}

static const char *yuan_text(struct call *c, int64_t fen)
{
    uint64_t n = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;
    return arena_printf(c->arena, "%s%llu.%02llu", fen < 0 ? "-" : "",
                        (unsigned long long)(n / 100), (unsigned long long)(n % 100));
}

static const char *bool_text(const struct export *e, bool yes)
{
    return text_of(e, NULL, yes ? "export.yes" : "export.no", yes ? "true" : "false");
}

static struct sheet_value plain_value(struct call *c, const struct export *e,
                                      const struct rec_field *f, const struct db_rows *rows,
                                      int row, int col)
{
    const char *s = rows_text(rows, row, col);
    switch (f->d.type) {
    case WL_INTEGER:
    case WL_DECIMAL:
        return (struct sheet_value){.kind = SHEET_NUMBER, .text = s};
    case WL_MONEY:
        return (struct sheet_value){.kind = SHEET_NUMBER,
                                    .text = yuan_text(c, rows_int(rows, row, col))};
    case WL_DATE:
        return (struct sheet_value){.kind = SHEET_DATE, .text = s};
    case WL_TIME:
        return (struct sheet_value){.kind = SHEET_TEXT, .text = moment_text(c, s)};
    case WL_BOOL:
        return (struct sheet_value){.kind = SHEET_TEXT, .text = bool_text(e, *s == 't')};
    case WL_CHOICE:
        return (struct sheet_value){.kind = SHEET_TEXT, .text = code_label(e->lang, f->d.of, s)};
    case WL_CHOICES:
        return (struct sheet_value){.kind = SHEET_TEXT, .text = codes_text(c, e, f->d.of, s)};
    default:
        return (struct sheet_value){.kind = SHEET_TEXT, .text = s};
    }
}

/* The whole number, for a plain export; its column stands behind the fields. */
static const char *opened(struct call *c, const struct export *e, int field,
                          const struct db_rows *rows, int row)
{
    const struct rec *r = e->r;
    const char *name = r->columns[r->fields[field].column].name;
    size_t n = 0;
    const uint8_t *sealed = rows_bytes(c->arena, rows, row, rows_column(rows, name), &n);
    return sealed ? sealed_open(c->arena, c->county, r->name, name, rows_text(rows, row, HEAD_ID),
                                sealed, n)
                  : NULL;
}

static struct sheet_value field_value(struct call *c, const struct export *e, int field,
                                      const struct db_rows *rows, int row)
{
    const struct rec_field *f = &e->r->fields[field];
    int col = rec_column_of(e->wanted, field);
    enum output_view view = output_view(f, e->masked);
    if (rows_null(rows, row, col) || view == OUTPUT_NOTHING)
        return (struct sheet_value){.kind = SHEET_EMPTY};
    if (rec_is_encrypted(f->d.type)) {
        const char *whole = e->masked ? NULL : opened(c, e, field, rows, row);
        return (struct sheet_value){.kind = SHEET_TEXT,
                                    .text = whole ? whole : rows_text(rows, row, col)};
    }
    if (view == OUTPUT_MASK) {
        char *mask = arena_alloc(c->arena, MASK_MAX);
        name_mask(rows_text(rows, row, col), mask, MASK_MAX);
        return (struct sheet_value){.kind = SHEET_TEXT, .text = mask};
    }
    return plain_value(c, e, f, rows, row, col);
}

bool export_rows_write(struct call *c, const struct export *e, const struct db_rows *rows, int n,
                       struct sheet_writer *w)
{
    struct sheet_value *values = arena_alloc(c->arena, (size_t)e->ncolumns * sizeof *values);
    bool ok = true;
    for (int row = 0; ok && row < n; row++) {
        for (int i = 0; i < e->ncolumns; i++)
            values[i] =
                e->field[i] >= 0
                    ? field_value(c, e, e->field[i], rows, row)
                    : (struct sheet_value){
                          .kind = SHEET_TEXT,
                          .text = rows_text(rows, row, e->field[i] == -1 ? HEAD_ID : HEAD_DIV)};
        ok = sheet_write_row(w, values, (size_t)e->ncolumns, NULL);
    }
    return ok;
}

const char *export_fields(struct call *c, const struct export *e)
{
    const char *out = "{";
    int n = 0;
    for (int i = 0; i < e->r->nfields; i++)
        if (e->wanted >> i & 1)
            out = arena_printf(c->arena, "%s%s%s", out, n++ ? "," : "", e->r->fields[i].d.name);
    for (int i = 0; i < e->nfilters; i++)
        out = arena_printf(c->arena, "%s%s?%s.%s", out, n++ ? "," : "", e->filters[i].column,
                           filter_op_name(e->filters[i].op));
    return arena_printf(c->arena, "%s}", out);
}
