/* Shared by the operations of a record: statement parameters and reading helpers. */
#ifndef WULIAN_RECORD_RECORD_H
#define WULIAN_RECORD_RECORD_H

#include "record/output.h"
#include "record/rec.h"

#define REVEAL_REASONS "REVEAL_REASON" /* code table: why a value is shown */

/* What an op of a record carries: the record, and the action for action routes. */
struct rec_op {
    const struct rec *r;
    const struct rec_action *action;
};

/* What a record's batch op carries: the ops its items may ask for. */
struct rec_many {
    struct rec_op of; /* first, so that rec_op_of holds for it too */
    const struct op *const *ops;
    int nops;
};

/* n parameters in the arena, the first REC_SCOPE_PARAMS already the caller's county and scope. */
const char **rec_params(struct call *c, int n);
const char *rec_number(struct call *c, int64_t n);
static inline const struct rec_op *rec_op_of(const struct call *c)
{
    return c->op->data;
}
/* The {id} of the path when it is a uuid; else NULL with the reply set to 404. */
const char *rec_row_id(struct call *c);

bool rec_get_plan(struct call *c, struct db_batch *b);
void rec_get_render(struct call *c, struct db_batch *b);
bool rec_history_plan(struct call *c, struct db_batch *b);
void rec_history_render(struct call *c, struct db_batch *b);
bool rec_list_plan(struct call *c, struct db_batch *b);
void rec_list_render(struct call *c, struct db_batch *b);
bool rec_counts_plan(struct call *c, struct db_batch *b);
void rec_counts_render(struct call *c, struct db_batch *b);
bool rec_search_plan(struct call *c, struct db_batch *b);
void rec_search_render(struct call *c, struct db_batch *b);
bool rec_create_plan(struct call *c, struct db_batch *b);
bool rec_patch_plan(struct call *c, struct db_batch *b);
bool rec_remove_plan(struct call *c, struct db_batch *b);
bool rec_restore_plan(struct call *c, struct db_batch *b);
bool rec_action_plan(struct call *c, struct db_batch *b);
void rec_write_render(struct call *c, struct db_batch *b);
bool rec_write_refused(struct call *c, struct db_batch *b);
void rec_reveal_build(struct arena *a, struct rec *r);
bool rec_reveal_plan(struct call *c, struct db_batch *b);
void rec_reveal_render(struct call *c, struct db_batch *b);
/* What c->state of a planned write is. */
struct rec_write;
const char *rec_write_id(const struct rec_write *w);
/* Sets the reply of a write that changed nothing, from what the batch saw before it. */
void rec_write_explain(struct call *c, struct db_batch *b);
void rec_many_handle(struct call *c, struct db_conn *conn);
bool rec_readers_plan(struct call *c, struct db_batch *b);
void rec_readers_render(struct call *c, struct db_batch *b);
bool rec_readers_put_plan(struct call *c, struct db_batch *b);
bool rec_replay_plan(struct call *c, struct db_batch *b);
bool rec_replay_render(struct call *c, struct db_batch *b);

struct rec_shapes *rec_shapes_new(struct arena *a);

#endif
