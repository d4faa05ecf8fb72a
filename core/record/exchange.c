#include "record/exchange.h"

#include "record/import.h"

static const struct exchange_row {
    unsigned verb;
    const char *method, *tail, *permission;
    enum op_lane lane;
    uint32_t flags;
    bool (*plan)(struct call *c, struct db_batch *b);
    void (*render)(struct call *c, struct db_batch *b);
    const char *summary;
} rows[] = {
    {REC_IMPORT, "POST", "/import", "import", OP_WRITE, OP_BODY | OP_CHANGES, rec_import_plan,
     job_ask_render, "Import from an uploaded table, as a job:"},
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
    static const struct job_kind kinds[] = {{"import", import_run}};
    job_kinds_add(kinds, (int)(sizeof kinds / sizeof kinds[0]));
}
