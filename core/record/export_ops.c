/* Asking for an export: as a job, or a short one at once. */
#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "iam/hint.h"
#include "iam/refusal.h"
#include "record/exchange.h"
#include "record/export.h"
#include "record/limit.h"

enum { EXPORT_ROWS_MOST = 50000 };

/* ---- reading the question -------------------------------------------------------------------- */

static bool field_exports(const struct rec *r, int field)
{
    const struct wl_field *d = &r->fields[field].d;
    if (d->sensitivity >= WL_CLASS_4 || d->type == WL_LIST || d->type == WL_FILE)
        return false;
    return (r->listed_fields >> field & 1) || d->sensitivity < WL_CLASS_3;
}

static uint64_t fields_all(const struct rec *r)
{
    uint64_t out = 0;
    for (int i = 0; i < r->nfields; i++)
        if (field_exports(r, i))
            out |= UINT64_C(1) << i;
    return out;
}

static void field_take(struct call *c, struct export *e, const char *pointer, const char *name)
{
    int field = name ? rec_field_find(e->r, name) : -1;
    if (field >= 0 && field_exports(e->r, field))
        e->wanted |= UINT64_C(1) << field;
    else
        fault_add(c, pointer, "export_field", (const char *[]){name ? name : "?", NULL});
}

static void form_take(struct call *c, struct export *e, const char *pointer, const char *text)
{
    e->form = str_eq(text, "xlsx") ? SHEET_XLSX : SHEET_CSV;
    if (!text || !str_has_word("csv xlsx", text))
        fault_add(c, pointer, "export_format", NULL);
}

static void filter_take(struct call *c, struct export *e, const struct call_param *q)
{
    if (e->nfilters == EXPORT_FILTERS_MAX)
        fault_add(c, arena_printf(c->arena, "?%s", q->name), "too_many_filters", NULL);
    else if (filter_read(c, e->r, q, &e->filters[e->nfilters]))
        e->nfilters++;
}

/* The name of a limit, or "any". */
static void overdue_take(struct call *c, struct export *e, const struct jv *due)
{
    e->overdue = due && jv_text(due) ? limits_named(e->r, jv_text(due)) : 0;
    if (due && !e->overdue)
        fault_add(c, "/overdue", "bad_value", (const char *[]){"overdue", NULL});
}

static void body_take(struct call *c, const struct jv *v, struct export *e)
{
    const struct jv *fields = jv_get(v, "fields"), *filter = jv_get(v, "filter"), *value;
    void *at = NULL;
    const char *key;
    form_take(c, e, "/format", jv_text(jv_get(v, "format")));
    for (size_t i = 0; i < jv_count(fields) && i < REC_FIELDS_MAX; i++)
        field_take(c, e, arena_printf(c->arena, "/fields/%zu", i), jv_text(jv_at(fields, i)));
    if (fields && jv_type(fields) != JV_ARRAY)
        fault_add(c, "/fields", "list_expected", NULL);
    if (filter && jv_type(filter) != JV_OBJECT)
        fault_add(c, "/filter", "export_filter", NULL);
    while (jv_member(filter, &at, &key, &value)) {
        const struct call_param q = {key, jv_text(value)};
        if (q.value)
            filter_take(c, e, &q);
        else
            fault_add(c, fault_pointer(c, "/filter", key), "text_expected", NULL);
    }
    overdue_take(c, e, jv_get(v, "overdue"));
    if (!fields)
        e->wanted = fields_all(e->r);
}

static void export_begin(const struct rec *r, enum lang lang, struct export *e)
{
    e->r = r;
    e->lang = lang;
    e->wanted = 0;
    e->nfilters = 0;
    e->overdue = 0;
}

bool export_read(struct call *c, const struct rec *r, const struct jv *v, struct export *e)
{
    export_begin(r, e->lang, e);
    e->plain = false;
    jv_bool(jv_get(v, "plain"), &e->plain);
    if (!output_rights(c, r))
        return problem(c, 403, "not_permitted");
    c->masked = e->masked = c->masked || !e->plain;
    body_take(c, v, e);
    return !faults_reply(c);
}

bool export_query_read(struct call *c, const struct rec *r, struct export *e)
{
    export_begin(r, c->lang, e);
    if (!output_rights(c, r))
        return problem(c, 403, "not_permitted");
    c->masked = e->masked = true;
    form_take(c, e, "?format", call_query(c, "format"));
    for (int i = 0; i < c->nquery; i++) {
        const char *at = c->query[i].value;
        if (str_eq(c->query[i].name, "format"))
            continue;
        if (!str_eq(c->query[i].name, "fields")) {
            filter_take(c, e, &c->query[i]);
            continue;
        }
        while (*at) {
            size_t n = strcspn(at, ",");
            field_take(c, e, "?fields", arena_strndup(c->arena, at, n));
            at += n + (at[n] == ',');
        }
    }
    if (!e->wanted)
        e->wanted = fields_all(r);
    return !faults_reply_as(c, 400, "bad_query");
}

/* ---- POST …/export --------------------------------------------------------------------------- */

static void unknown_members(struct call *c)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;
    while (jv_member(c->input, &at, &key, &v))
        if (!str_has_word("format fields filter overdue plain", key))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
}

bool rec_export_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct export *e = arena_alloc(c->arena, sizeof *e);
    e->lang = c->lang;
    unknown_members(c);
    if (!export_read(c, r, c->input, e))
        return false;
    if (e->plain && e->masked) {
        c->denial = "not_permitted";
        return problem(c, 403, c->denial);
    }
    const struct job_ask ask = {
        .kind = "export",
        .object = r->name,
        .permission = c->permission,
        .approval =
            e->plain ? arena_printf(c->arena, "%s.approve_export", r->d.object) : NULL,
        .plugin = r->plugin_gate,
        .params = jv_dump(c->arena, c->input)};
    return job_ask_plan(c, b, &ask);
}

/* ---- GET …/export ---------------------------------------------------------------------------- */

static struct lazy stmt_most = {.sql = "select core.param($1, 'export.rows')::int"};

static bool body_write(void *ctx, const void *buf, size_t n)
{
    struct buf *b = ctx;
    buf_add(b, buf, n);
    return !b->over;
}

static int64_t most_ask(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    const char *p[] = {rec_number(c, c->county)};
    b->repeatable = true;
    enter_add(c, b, ENTER_LOOK);
    lazy_add(b, &stmt_most, 1, p);
    if (enter_run(c, conn, b))
        return rows_int(b->item[1].rows, 0, 0);
    if (!c->reply.status)
        refusal_reply(c, b);
    return -1;
}

static void table_reply(struct call *c, struct export *e, const struct db_rows *rows)
{
    struct sheet_sink sink = {&c->reply.body, body_write};
    struct sheet_writer *w;
    export_columns(c->arena, e);
    buf_reset(&c->reply.body);
    w = sheet_write_open(e->form, &e->table, &sink);
    bool ok = export_rows_write(c, e, rows, rows_count(rows), w) && sheet_write_end(w);
    sheet_write_free(w);
    if (!ok) {
        problem(c, 422, "export_rows");
        return;
    }
    c->reply.status = 200;
    c->reply.type = e->form == SHEET_XLSX
                        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                        : "text/csv; charset=utf-8";
    c->reply.file = arena_printf(c->arena, "%s.%s", e->table.name,
                                 e->form == SHEET_XLSX ? "xlsx" : "csv");
}

/* The rows first; the answer leaves when the audit knows how many they were. */
static bool shown_audit(struct call *c, struct db_conn *conn, const struct export *e, int n)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enter_add(c, b, ENTER_DURABLE);
    audit_add(c, b, "export", e->r->name, NULL, 0, export_fields(c, e), n);
    if (enter_run(c, conn, b))
        return true;
    if (!c->reply.status)
        refusal_reply(c, b);
    return false;
}

void rec_export_handle(struct call *c, struct db_conn *conn)
{
    struct export e = {0};
    struct db_batch *b;
    int64_t most;
    if (!export_query_read(c, rec_op_of(c)->r, &e) || (most = most_ask(c, conn)) < 0)
        return;
    most = most < EXPORT_ROWS_MOST ? most : EXPORT_ROWS_MOST;
    b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    enter_add(c, b, ENTER_LOOK);
    if (!export_page_add(c, b, &e, NULL, (int)most + 1)) {
        problem(c, 503, "too_many_shapes");
        return;
    }
    if (!enter_run(c, conn, b)) {
        if (!c->reply.status)
            refusal_reply(c, b);
    } else if (rows_count(b->item[1].rows) > most) {
        problem(c, 422, "export_rows");
    } else if (shown_audit(c, conn, &e, rows_count(b->item[1].rows))) {
        table_reply(c, &e, b->item[1].rows);
    }
}
