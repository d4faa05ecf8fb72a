#include "record/exchange.h"

#include "record/export.h"
#include "record/import.h"

#define JOB_REFUSES "422 idempotency_key_reused 429 too_many_jobs"

static const struct exchange_row {
    unsigned verb;
    const char *method, *tail, *permission;
    enum op_lane lane;
    uint32_t flags;
    bool (*plan)(struct call *c, struct db_batch *b);
    void (*render)(struct call *c, struct db_batch *b);
    void (*handle)(struct call *c, struct db_conn *conn);
    const char *summary;
    const char *asks, *takes, *gives, *refuses; /* struct op */
} rows[] = {
    {REC_IMPORT, "POST", "/import", "import", OP_WRITE, OP_BODY | OP_CHANGES, rec_import_plan,
     job_ask_render, NULL, "Import from an uploaded table, as a job:",
     "dry_run?:bool", "{file:uuid mode?:(create|update|upsert) columns?:object}", JOB_SHAPE,
     JOB_REFUSES},
    {REC_IMPORT, "GET", "/import/template", "import", OP_QUICK, 0, rec_template_plan,
     rec_template_render, NULL, "An empty table to fill in for", "format?:(csv|xlsx)", NULL,
     "=*/*", "400 bad_query"},
    {REC_EXPORT, "POST", "/export", "export", OP_WRITE, OP_BODY | OP_CHANGES, rec_export_plan,
     job_ask_render, NULL, "Export as a table, as a job; unmasked with a second person's yes:",
     NULL, "{format:(csv|xlsx) fields?:[text] filter?:object overdue?:text plain?:bool}", JOB_SHAPE,
     JOB_REFUSES},
    {REC_EXPORT, "GET", "/export", "export", OP_THREAD, OP_DURABLE, NULL, NULL, rec_export_handle,
     "Export a short list as a table at once, masked:", "format:(csv|xlsx) fields?", NULL, "=*/*",
     "400 bad_query 422 export_rows 503 too_many_shapes"},
};

static const struct op *exchange_op(struct arena *a, const struct rec *r,
                                    const struct exchange_row *row)
{
    struct rec_op *data = arena_alloc(a, sizeof *data);
    struct op *op = arena_alloc(a, sizeof *op);
    data->r = r;
    *op = (struct op){
        .method = row->method,
        .path = arena_printf(a, "/api/v1/%s/%s%s", r->owner, r->d.path, row->tail),
        .plugin = r->plugin_gate,
        .permission = arena_printf(a, "%s.%s", r->d.object, row->permission),
        .lane = row->lane,
        .flags = row->flags,
        .data = data,
        .plan = row->plan,
        .render = row->render,
        .handle = row->handle,
        .asks = row->asks,
        .takes = row->takes,
        .gives = row->gives,
        .status = row->flags & OP_CHANGES ? 202 : 0,
        .refuses = row->refuses,
        .summary = arena_printf(a, "%s %s", row->summary, r->d.path),
    };
    if (row->flags & OP_CHANGES) {
        op->replay_plan = job_ask_replay_plan;
        op->replay_render = job_ask_replay_render;
        op->refused = job_ask_refused;
    }
    return op;
}

int rec_exchange_ops(struct arena *a, const struct rec *r, const struct op **ops, int max)
{
    int n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((r->verbs & rows[i].verb) && n < max)
            ops[n++] = exchange_op(a, r, &rows[i]);
    return n;
}

void rec_exchange_jobs(void)
{
    static const struct job_kind kinds[] = {{"import", import_run}, {"export", export_run}};
    job_kinds_add(kinds, (int)(sizeof kinds / sizeof kinds[0]));
}
