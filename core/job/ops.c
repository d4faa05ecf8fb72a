/* Asking for jobs, watching, stopping and approving them. */
#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/fingerprint.h"
#include "iam/ops.h"
#include "iam/permission.h"
#include "job/job.h"

enum { PAGE = 50, PAGE_MAX = 200, FAULTS_PAGE = 100, FAULTS_PAGE_MAX = 1000 };

/* $1 … $3 county and scope, $4 whether the caller may watch others' jobs, $5 its role, whose
 * permissions say what it may approve. */
#define JOB_COLUMNS                                                                                \
    "j.id, j.kind, j.object, j.state, j.done, j.total, j.counts, j.faults, j.params, j.account,"   \
    " (select a.name from admin.account a where a.county = j.county and a.id = j.account) as name,"\
    " j.downloads, j.created_at, j.started_at, j.finished_at, j.approved_by, j.error, j.plugin,"   \
    " j.result is not null as has_result, j.account = core.actor() as own, j.approval"
#ifdef WULIAN_WALL_APP_OFF
#define JOB_SEEN SCOPE_HOLDS("j") " and $4::bool is not null and $5::text is not null"
#else
#define JOB_SEEN                                                                                   \
    COUNTY_HOLDS("j") " and (j.account = core.actor() or j.lo >= $2 and j.hi <= $3 and ($4::bool"  \
    " or exists (select from core.role_permission r where r.role = $5"                             \
    " and r.permission = j.approval)))"
#endif

static struct lazy stmt_get = {
    .sql = "select " JOB_COLUMNS " from core.job j where " JOB_SEEN " and j.id = $6::uuid"};
static struct lazy stmt_list = {
    .sql = "select " JOB_COLUMNS " from core.job j where " JOB_SEEN
           " and ($6::uuid is null or j.id < $6::uuid) and ($7::text is null or j.state = $7)"
           " order by j.id desc limit $8::int"};
static struct lazy stmt_faults = {
    .sql = "select f.n, f.place as row, f.col as field, f.code, f.detail from core.job j"
           " join core.job_fault f on f.county = j.county and f.job = j.id"
           " where " JOB_SEEN " and j.id = $6::uuid and f.n > $7::bigint"
           " order by f.n limit $8::int"};
static struct lazy stmt_add = {
    .sql = "select core.job_add($1, $2::uuid, $3, $4, $5, $6, $7, $8::inet, $9, $10::uuid,"
           " $11::jsonb)"};
static struct lazy stmt_idem = {
    .sql = "insert into core.idem (county, key, body, record, id, change)"
           " values ($1, $2, $3::bytea, 'core.job', $4::uuid, $5::uuid)"};
static struct lazy stmt_replay = {
    .sql = "select " JOB_COLUMNS ", i.body = $7::bytea as same from core.idem i"
           " join core.job j on j.county = i.county and j.id = i.id"
           " where i.county = $1 and i.actor = core.actor() and i.key = $6"
           " and i.record = 'core.job' and " JOB_SEEN};
static struct lazy stmt_cancel = {
    .sql = "with s as materialized (select j.id from core.job j where " JOB_SEEN
           " and j.id = $6::uuid), c as materialized (select x.id from s"
           " cross join lateral core.job_cancel(s.id) x), a as (insert into core.audit"
           " (county, actor, role, address, request, action, object, object_id)"
           " select $1, core.actor(), $5, $7::inet, $8::uuid, 'cancel', 'core.job', c.id from c)"
           " select c.id from c"};
static struct lazy stmt_approve = {
    .sql = "with s as materialized (select j.id from core.job j where " JOB_SEEN
           " and j.id = $6::uuid), c as materialized (select x.id from s"
           " cross join lateral core.job_approve($7, s.id) x), a as (insert into core.audit"
           " (county, actor, role, address, request, action, object, object_id)"
           " select $1, core.actor(), $5, $8::inet, $9::uuid, 'approve', 'core.job', c.id from c)"
           " select c.id from c"};

static struct lazy stmt_result = {
    .sql = "with d as materialized (select x.result from core.job_downloaded($5::uuid) x),"
           " a as (" AUDIT_SELECT("download", "core.job", "$5::uuid", "null") " from d)"
           " select d.result from d"};

/* --- what every statement begins with --------------------------------------------------------- */

enum { SEEN_PARAMS = 5 };

static const char **seen_params(struct call *c, int n)
{
    const char **p = arena_alloc(c->arena, (size_t)n * sizeof *p);

    p[0] = arena_printf(c->arena, "%d", c->county);
    p[1] = arena_printf(c->arena, "%lld", (long long)c->actor->scope.lo);
    p[2] = arena_printf(c->arena, "%lld", (long long)c->actor->scope.hi);
    p[3] = permission_choose(c, "job.read") ? "true" : "false";
    p[4] = c->actor->role;
    return p;
}

static bool id_given(struct call *c)
{
    return uuid_valid(c->args[0]) || problem(c, 404, "not_found");
}

static void get_add(struct call *c, struct db_batch *b, const char *id)
{
    const char **p = seen_params(c, 6);

    p[5] = id;
    lazy_add(b, &stmt_get, 6, p);
}

/* --- a job as JSON ---------------------------------------------------------------------------- */

static const char *column(const struct db_rows *r, int row, const char *name)
{
    int col = rows_column(r, name);

    return rows_null(r, row, col) ? NULL : rows_text(r, row, col);
}

static bool flag(const struct db_rows *r, int row, const char *name)
{
    return rows_bool(r, row, rows_column(r, name));
}

static void member(struct jw *w, const struct db_rows *r, int row, const char *name)
{
    jw_key(w, name);
    cell_json(w, r, row, rows_column(r, name));
}

static void error_write(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    const char *code = column(r, row, "error");

    jw_key(w, "error");
    if (!code) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kv_text(w, "code", code);
    jw_kv_text(w, "title",
               message(c->lang, column(r, row, "plugin"),
                       arena_printf(c->arena, "problem.%s", code)));
    jw_end(w, '}');
}

static void links_write(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    const char *path = arena_printf(c->arena, "/api/v1/jobs/%s", column(r, row, "id"));

    jw_key(w, "links");
    jw_object(w);
    if (rows_int(r, row, rows_column(r, "faults")) > 0)
        jw_kv_text(w, "faults", arena_printf(c->arena, "%s/faults", path));
    if (flag(r, row, "has_result") && flag(r, row, "own"))
        jw_kv_text(w, "result", arena_printf(c->arena, "%s/result", path));
    jw_end(w, '}');
}

static void actions_write(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    const char *state = column(r, row, "state"), *approval = column(r, row, "approval");
    bool own = flag(r, row, "own");
    bool approves = !own && approval && permission_choose(c, approval);

    jw_key(w, "_actions");
    jw_array(w);
    if (str_has_word("waiting queued running", state) &&
        (own || approves || permission_choose(c, "job.read")))
        jw_text(w, "cancel");
    if (str_eq(state, "waiting") && approves)
        jw_text(w, "approve");
    jw_end(w, ']');
}

static void job_json(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    static const char *const first[] = {"id", "kind", "object", "state", "done", "total", "counts",
                                        "faults", "params"};
    static const char *const last[] = {"downloads", "created_at", "started_at", "finished_at",
                                       "approved_by"};

    jw_object(w);
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        member(w, r, row, first[i]);
    jw_key(w, "by");
    jw_object(w);
    jw_kv_text(w, "id", column(r, row, "account"));
    jw_kv_text(w, "name", column(r, row, "name"));
    jw_end(w, '}');
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        member(w, r, row, last[i]);
    error_write(c, w, r, row);
    links_write(c, w, r, row);
    actions_write(c, w, r, row);
    jw_end(w, '}');
}

/* --- asking ----------------------------------------------------------------------------------- */

bool job_ask_plan(struct call *c, struct db_batch *b, const struct job_ask *ask)
{
    char *id = arena_alloc(c->arena, UUID_TEXT);
    uuid7(id);
    const char *add[] = {c->secret,     id,          ask->kind,
                         ask->object,   ask->permission, ask->approval,
                         ask->plugin,   c->address,  c->lang == LANG_EN ? "en" : "zh",
                         ask->file,     ask->params};
    const char *idem[] = {arena_printf(c->arena, "%d", c->county), idem_key(c),
                          fingerprint_text(c), id, c->id};

    lazy_add(b, &stmt_add, sizeof add / sizeof *add, add);
    lazy_add(b, &stmt_idem, sizeof idem / sizeof *idem, idem);
    audit_add(c, b, ask->kind, ask->object, id, 0, NULL, 1);
    get_add(c, b, id);
    return true;
}

static void accepted(struct call *c, const struct db_rows *r)
{
    job_json(c, reply_json(c, 202), r, 0);
    c->reply.location = arena_printf(c->arena, "/api/v1/jobs/%s", column(r, 0, "id"));
}

void job_ask_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 1)
        accepted(c, r);
    else
        problem(c, 404, "not_found");
}

bool job_ask_refused(struct call *c, struct db_batch *b)
{
    if (!str_eq(b->error.sqlstate, "WL429"))
        return false;
    problem(c, 429, "too_many_jobs");
    return true;
}

bool job_ask_replay_plan(struct call *c, struct db_batch *b)
{
    const char **p = seen_params(c, 7);

    p[5] = idem_key(c);
    p[6] = fingerprint_text(c);
    lazy_add(b, &stmt_replay, 7, p);
    return true;
}

bool job_ask_replay_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 0)
        return false;
    if (flag(r, 0, "same"))
        accepted(c, r);
    else
        problem(c, 422, "idempotency_key_reused");
    return true;
}

/* --- watching --------------------------------------------------------------------------------- */

static bool get_plan(struct call *c, struct db_batch *b)
{
    if (!id_given(c))
        return false;
    get_add(c, b, c->args[0]);
    return true;
}

static void get_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 0)
        problem(c, 404, "not_found");
    else
        job_json(c, reply_json(c, 200), r, 0);
}

static int limit_of(struct call *c, int usual, int most)
{
    int64_t n = usual;
    const char *text = call_query(c, "limit");

    if (text && (!str_int64(text, &n) || n < 1 || n > most))
        problem(c, 400, "limit_too_large");
    return (int)n;
}

static bool list_plan(struct call *c, struct db_batch *b)
{
    const char **p = seen_params(c, 8), *before = call_query(c, "cursor");
    int limit = limit_of(c, PAGE, PAGE_MAX);

    if (c->reply.status)
        return false;
    if (before && !uuid_valid(before))
        return problem(c, 400, "bad_cursor");
    p[5] = before;
    p[6] = call_query(c, "state");
    p[7] = arena_printf(c->arena, "%d", limit);
    lazy_add(b, &stmt_list, 8, p);
    return true;
}

static void list_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    int n = rows_count(r);
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; row < n; row++)
        job_json(c, w, r, row);
    jw_end(w, ']');
    jw_kv_text(w, "next", n == limit_of(c, PAGE, PAGE_MAX) ? column(r, n - 1, "id") : NULL);
    jw_end(w, '}');
}

static bool faults_plan(struct call *c, struct db_batch *b)
{
    const char **p = seen_params(c, 8), *after = call_query(c, "after");
    int64_t n = 0;
    int limit = limit_of(c, FAULTS_PAGE, FAULTS_PAGE_MAX);

    if (c->reply.status || !id_given(c))
        return false;
    if (after && (!str_int64(after, &n) || n < 0))
        return problem(c, 400, "bad_cursor");
    get_add(c, b, c->args[0]);
    p[5] = c->args[0];
    p[6] = arena_printf(c->arena, "%lld", (long long)n);
    p[7] = arena_printf(c->arena, "%d", limit);
    lazy_add(b, &stmt_faults, 8, p);
    return true;
}

static void faults_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *job = b->item[b->n - 2].rows, *r = b->item[b->n - 1].rows;
    int n = rows_count(r);
    struct jw *w;

    if (rows_count(job) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    w = reply_json(c, 200);
    jw_object(w);
    member(w, job, 0, "faults");
    jw_key(w, "items");
    rows_json(w, r);
    jw_kv_text(w, "next",
               n == limit_of(c, FAULTS_PAGE, FAULTS_PAGE_MAX) ? column(r, n - 1, "n") : NULL);
    jw_end(w, '}');
}

/* The file is the asker's own; it is counted here how often it was fetched. */
static bool result_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 1];

    if (!id_given(c))
        return false;
    audit_params(c, p);
    p[AUDIT_PARAMS] = c->args[0];
    lazy_add(b, &stmt_result, AUDIT_PARAMS + 1, p);
    return true;
}

static void result_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    reply_empty(c, 303);
    c->reply.location =
        arena_printf(c->arena, "/api/v1/files/%s/content", rows_text(r, 0, 0));
}

/* --- stopping, approving ---------------------------------------------------------------------- */

static bool cancel_plan(struct call *c, struct db_batch *b)
{
    const char **p = seen_params(c, 8);

    if (!id_given(c))
        return false;
    p[5] = c->args[0];
    p[6] = c->address;
    p[7] = c->id;
    get_add(c, b, c->args[0]);
    lazy_add(b, &stmt_cancel, 8, p);
    get_add(c, b, c->args[0]);
    return true;
}

static bool approve_plan(struct call *c, struct db_batch *b)
{
    const char **p = seen_params(c, 9);

    if (!session_only(c) || !id_given(c))
        return false;
    p[5] = c->args[0];
    p[6] = c->secret;
    p[7] = c->address;
    p[8] = c->id;
    get_add(c, b, c->args[0]);
    lazy_add(b, &stmt_approve, 9, p);
    get_add(c, b, c->args[0]);
    return true;
}

/* Cancelling what has ended already is done: the job is answered as it is. */
static void change_render(struct call *c, struct db_batch *b, bool approving)
{
    const struct db_rows *before = b->item[b->n - 3].rows, *made = b->item[b->n - 2].rows;

    if (rows_count(before) == 0)
        problem(c, 404, "not_found");
    else if (!approving || rows_count(made) > 0)
        job_json(c, reply_json(c, 200), b->item[b->n - 1].rows, 0);
    else if (flag(before, 0, "own"))
        c->denial = "own_change", problem(c, 403, c->denial);
    else if (!str_eq(column(before, 0, "state"), "waiting"))
        problem(c, 409, "wrong_state");
    else
        c->denial = "not_permitted", problem(c, 403, c->denial);
}

static void cancel_render(struct call *c, struct db_batch *b)
{
    change_render(c, b, false);
}

static void approve_render(struct call *c, struct db_batch *b)
{
    change_render(c, b, true);
}

const struct op job_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/jobs",
        .lane = OP_QUICK,
        .plan = list_plan,
        .render = list_render,
        .summary = "My jobs, newest first; for who may watch them, those of the scope",
        .asks = "limit?:int cursor? state?",
        .gives = "{items:[" JOB_SHAPE "] next?}",
        .refuses = "400 limit_too_large bad_cursor",
    },
    {
        .method = "GET",
        .path = "/api/v1/jobs/{id}",
        .lane = OP_QUICK,
        .plan = get_plan,
        .render = get_render,
        .summary = "How far a job is, and what came of it",
        .gives = JOB_SHAPE,
    },
    {
        .method = "GET",
        .path = "/api/v1/jobs/{id}/faults",
        .lane = OP_QUICK,
        .plan = faults_plan,
        .render = faults_render,
        .summary = "What was wrong with the input, cell by cell",
        .asks = "limit?:int after?:int",
        .gives = "{faults:int items:[{n:int row?:int field? code detail?}] next?}",
        .refuses = "400 limit_too_large bad_cursor",
    },
    {
        .method = "GET",
        .path = "/api/v1/jobs/{id}/result",
        .lane = OP_WRITE,
        .flags = OP_DURABLE,
        .plan = result_plan,
        .render = result_render,
        .summary = "The way to the result file of one's own job; each fetch is counted",
        .status = 303,
    },
    {
        .method = "POST",
        .path = "/api/v1/jobs/{id}/cancel",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = cancel_plan,
        .render = cancel_render,
        .summary = "Stop a job: at once, or before its next step",
        .gives = JOB_SHAPE,
    },
    {
        .method = "POST",
        .path = "/api/v1/jobs/{id}/approve",
        .lane = OP_WRITE,
        .flags = OP_CHANGES | OP_FRESH,
        .plan = approve_plan,
        .render = approve_render,
        .summary = "Let a job begin that somebody else asked for and that needs a second person",
        .gives = JOB_SHAPE,
        .refuses = "403 own_change 409 wrong_state",
    },
};

const int job_nops = sizeof job_ops / sizeof job_ops[0];
