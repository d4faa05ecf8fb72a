/* The operations that a record's verbs and actions give. */
#include <stdio.h>
#include <string.h>

#include "record/alike.h"
#include "record/merge.h"
#include "record/related.h"
#include "record/share.h"

/* One row per verb: route, the permission's verb and the two functions behind it. Who may read may
 * also read masked; a search asks for its own verb, and shows what its caller may read. */
static const struct verb_row {
    unsigned verb;
    const char *method, *tail, *permission;
    bool wait; /* depth-1 lane whatever the record's class */
    uint32_t flags;
    bool (*plan)(struct call *c, struct db_batch *b);
    void (*render)(struct call *c, struct db_batch *b);
    const char *summary;
} verb_rows[] = {
    {REC_LIST, "GET", "", "read", false, 0, rec_list_plan, rec_list_render, "List"},
    {REC_COUNTS, "GET", "/counts", "read", true, 0, rec_counts_plan, rec_counts_render,
     "How many by one or two fields of"},
    {REC_GET, "GET", "/{id}", "read", false, 0, rec_get_plan, rec_get_render, "Get"},
    {REC_GET, "GET", "/{id}/history", "read", false, 0, rec_history_plan, rec_history_render,
     "Every version of"},
    {REC_RELATED, "GET", "/{id}/related", "read", true, OP_DURABLE, rec_related_plan,
     rec_related_render, "What belongs to one of"},
    {REC_SEARCH, "POST", "/search", "search", false, OP_BODY, rec_search_plan, rec_search_render,
     "Search"},
    {REC_CREATE, "POST", "", "create", true, OP_BODY | OP_CHANGES, rec_create_plan,
     rec_write_render, "Create"},
    {REC_REVEAL, "POST", "/{id}/reveal", "reveal", true, OP_BODY | OP_DURABLE, rec_reveal_plan,
     rec_reveal_render, "Show one encrypted field of"},
    {REC_READERS, "GET", "/{id}/readers", "read", false, 0, rec_readers_plan, rec_readers_render,
     "Named readers of"},
    {REC_READERS, "PUT", "/{id}/readers", "readers", true, OP_BODY | OP_CHANGES,
     rec_readers_put_plan, rec_write_render, "Name the readers of"},
    {REC_PATCH, "PATCH", "/{id}", "update", true, OP_BODY | OP_CHANGES, rec_patch_plan,
     rec_write_render, "Change"},
    {REC_DELETE, "DELETE", "/{id}", "delete", true, OP_CHANGES, rec_remove_plan, rec_write_render,
     "Delete"},
    {REC_RESTORE, "POST", "/{id}/restore", "restore", true, OP_CHANGES, rec_restore_plan,
     rec_write_render, "Take back the deletion of"},
    {REC_ALIKE, "GET", "/duplicates", "read", true, 0, rec_alikes_plan, rec_alikes_render,
     "What may be there twice of"},
    {REC_ALIKE, "GET", "/{id}/duplicates", "read", true, 0, rec_alike_plan, rec_alike_render,
     "What may be the same as one of"},
    {REC_ALIKE, "POST", "/{id}/merge", "merge", true, OP_BODY | OP_CHANGES, rec_merge_plan,
     rec_merge_render, "Merge one into another of"},
    {REC_ALIKE, "POST", "/{id}/unmerge", "merge", true, OP_CHANGES, rec_unmerge_plan,
     rec_merge_render, "Undo a merge of"},
};

static struct op *op_new(struct arena *a, const struct rec *r, const struct rec_action *x,
                         const char *method, const char *tail)
{
    struct rec_op *data = arena_alloc(a, sizeof *data);
    struct op *op = arena_alloc(a, sizeof *op);
    data->r = r;
    data->action = x;
    op->method = method;
    op->path = arena_printf(a, "/api/v1/%s/%s%s", r->owner, r->d.path, tail);
    op->plugin = r->plugin_gate;
    op->data = data;
    return op;
}

static void op_writes(struct op *op)
{
    op->flags |= OP_DRY;
    op->replay_plan = rec_replay_plan;
    op->replay_render = rec_replay_render;
    op->refused = rec_write_refused;
}

static void op_merges(struct op *op)
{
    op->replay_plan = rec_merge_replay_plan;
    op->replay_render = rec_merge_replay_render;
    op->refused = rec_merge_refused;
}

static const struct op *verb_op(struct arena *a, const struct rec *r, const struct verb_row *row)
{
    const char *object = r->d.object;
    struct op *op = op_new(a, r, NULL, row->method, row->tail);
    bool shown = strcmp(row->permission, "read") == 0;
    op->permission = shown && row->verb != REC_ALIKE /* being alike tells what a mask withholds */
                         ? arena_printf(a, "%s.read %s.masked", object, object)
                         : arena_printf(a, "%s.%s", object, row->permission);
    /* Reading class 3 and 4 waits until its audit row is safe, so it must not hold up strangers. */
    op->lane = row->wait || r->secret ? OP_WRITE : OP_QUICK;
    op->flags = row->flags | (r->secret ? OP_DURABLE : 0);
    op->plan = row->plan;
    op->render = row->render;
    op->summary = arena_printf(a, "%s %s", row->summary, r->d.path);
    if (row->flags & OP_CHANGES)
        op_writes(op);
    if (row->plan == rec_get_plan && (r->d.flags & WL_SHAREABLE)) {
        op->replay_plan = rec_shared_plan;
        op->replay_render = rec_shared_render;
    }
    if (row->render == rec_merge_render)
        op_merges(op);
    return op;
}

static const struct op *action_op(struct arena *a, const struct rec *r, const struct rec_action *x)
{
    struct op *op = op_new(a, r, x, "POST", arena_printf(a, "/{id}/actions/%s", x->d.name));
    op->permission = x->verb;
    op->lane = OP_WRITE;
    op->flags = OP_CHANGES | (x->d.input && strchr(x->d.input, '!') ? OP_BODY : OP_MAY_BODY);
    op->plan = rec_action_plan;
    op->render = rec_write_render;
    op->summary = arena_printf(a, "%s %s", x->d.name, r->d.path);
    op_writes(op);
    return op;
}

/* Whoever may do one of the writes may send many; each item asks for its own permission. */
static const struct op *many_op(struct arena *a, const struct rec *r, const struct op *const *ops,
                                int nops)
{
    struct rec_many *many = arena_alloc(a, sizeof *many);
    struct op *op = op_new(a, r, NULL, "POST", "/batch");
    const char *permissions = "";
    many->of.r = r;
    const struct op **own = arena_alloc(a, (size_t)nops * sizeof *own);
    for (int i = 0; i < nops; i++)
        if (ops[i]->flags & OP_CHANGES && ops[i]->replay_plan) {
            permissions = arena_printf(a, "%s%s ", permissions, ops[i]->permission);
            own[many->nops++] = ops[i];
        }
    many->ops = own;
    op->permission = permissions;
    op->lane = OP_THREAD;
    op->flags = OP_BODY | OP_CHANGES | OP_DRY;
    op->data = many;
    op->handle = rec_many_handle;
    op->summary = arena_printf(a, "Many writes at once of %s", r->d.path);
    return op;
}

int rec_ops(struct arena *a, const struct rec *r, const struct op **ops, int max)
{
    int n = 0;
    for (size_t i = 0; i < sizeof verb_rows / sizeof verb_rows[0]; i++)
        if ((r->verbs & verb_rows[i].verb) && n < max)
            ops[n++] = verb_op(a, r, &verb_rows[i]);
    for (int i = 0; i < r->nactions && n < max; i++)
        ops[n++] = action_op(a, r, &r->actions[i]);
    if ((r->verbs & (REC_CREATE | REC_PATCH)) && n < max) {
        ops[n] = many_op(a, r, ops, n);
        n++;
    }
    return n;
}
