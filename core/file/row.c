#include "file/row.h"

#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "iam/hint.h"
#include "iam/refusal.h"
#include "tenant/sealed.h"

/* The first wall: a file that no row holds is its uploader's alone. */
#ifdef WULIAN_WALL_APP_OFF
#define OWN_OR_HELD "$3::uuid is not null"
#else
#define OWN_OR_HELD "(f.record is not null or f.by = $3::uuid)"
#endif

static struct lazy row_sql = {
    .sql = "select f.name, f.type, f.kind, f.state, f.reason, f.at, encode(f.address, 'hex'),"
           " encode(f.thumb, 'hex'), f.thumb_state, f.record, f.record_id, f.field, f.size,"
           " f.received, f.sha256_enc,"
           " (select case when j.lo >= $4 and j.hi <= $5 then j.permission else '-' end"
           " from core.job j where j.county = f.county and j.result = f.id)"
           " from core.file f where " COUNTY_HOLDS("f") " and f.id = $2::uuid and " OWN_OR_HELD};

const char *file_number(struct call *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

/* One statement behind enter; with `keys` the county's keys are read beside it: a file or its sum
 * may be sealed under one that is younger than this process's ring. */
static const struct db_rows *ask(struct call *c, struct db_conn *conn, bool durable, bool keys,
                                 struct lazy *l, int n, const char *const *params)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    int at = -1;

    b->repeatable = true;
    enter_add(c, b, durable ? ENTER_DURABLE : ENTER_LOOK);
    if (keys)
        at = hint_keys_plan(c, b);
    lazy_add(b, l, n, params);
    if (enter_run(c, conn, b)) {
        if (at >= 0)
            hint_keys_take(c, b->item[at].rows);
        return b->item[b->n - 1].rows;
    }
    if (!c->reply.status)
        refusal_reply(c, b);
    return NULL;
}

const struct db_rows *file_ask(struct call *c, struct db_conn *conn, bool durable, struct lazy *l,
                               int n, const char *const *params)
{
    return ask(c, conn, durable, false, l, n, params);
}

bool file_row_read(struct call *c, struct db_conn *conn, struct file_row *f)
{
    const char *p[] = {file_number(c, c->county), c->args[0], c->actor->user,
                       file_number(c, c->actor->scope.lo), file_number(c, c->actor->scope.hi)};
    const struct db_rows *r;
    const char **texts[] = {&f->name,    &f->type,        &f->kind,   &f->state,
                            &f->reason,  &f->at,          &f->address, &f->thumb,
                            &f->thumb_state, &f->record,  &f->record_id, &f->field};

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    r = ask(c, conn, false, true, &row_sql, 5, p);
    if (!r)
        return false;
    if (rows_count(r) == 0)
        return problem(c, 404, "not_found");
    f->id = c->args[0];
    for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
        *texts[i] = rows_text(r, 0, i);
    f->size = rows_int(r, 0, 12);
    f->received = rows_int(r, 0, 13);
    f->sha256_enc = rows_bytes(c->arena, r, 0, 14, &f->sha256_n);
    f->needs = rows_null(r, 0, 15) ? NULL : rows_text(r, 0, 15);
    return true;
}

void file_fault_reply(struct call *c, enum file_fault fault)
{
    if (fault == FILE_MISSING || fault == FILE_DAMAGED)
        problem(c, 500, "file_damaged");
    else if (fault == FILE_BUSY)
        refusal_busy(c, "busy");
    else
        refusal_busy(c, "unavailable");
}

const char *file_sha256_aad(struct call *c, const char *id)
{
    return sealed_aad(c->arena, c->county, "core.file", "sha256_enc", id);
}
