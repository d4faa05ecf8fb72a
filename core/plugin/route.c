#include "plugin/route.h"

#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/hint.h"
#include "iam/refusal.h"
#include "json/jw.h"
#include "plugin/asked.h"
#include "record/input.h"
#include "record/rec.h"

/* A plugin's statements, registered once. */
struct statements {
    const char **names;
    const struct db_stmt **stmts;
    int n;
};

struct route_op {
    const struct wl_plugin *plugin;
    wl_handler handler;
    const char *object; /* "elderly/residents/{id}/card": what the audit calls it */
    const struct statements *statements;
};

/* What a handler's wl_ctx really is. */
struct running {
    struct wl_ctx ctx; /* first: the handler holds a pointer to it */
    struct call *c;
    struct db_conn *conn;
    const struct route_op *op;
    struct db_batch *batch; /* NULL until something is added */
    struct db_batch *done;  /* the last one that ran */
    bool audited;           /* the call left its trace with a batch that committed */
    bool spent;             /* it took more memory than a call may: nothing runs for it any more */
};

static struct running *running_of(struct wl_ctx *ctx)
{
    return (struct running *)ctx;
}

/* Whether the call may take n more bytes through us: what it holds lives as long as it does. Asked
 * before whatever takes memory, for a handler may go on and on. */
static bool room(struct running *r, size_t n)
{
    size_t used = arena_used(r->c->arena);
    r->spent = r->spent || used > WL_CALL_MEMORY || n > WL_CALL_MEMORY - used;
    return !r->spent;
}

/* ---- host functions -------------------------------------------------------------------------- */

static const char *host_arg(struct wl_ctx *ctx, int i)
{
    const struct call *c = running_of(ctx)->c;
    return i >= 0 && i < c->nargs ? c->args[i] : NULL;
}

static const char *host_query(struct wl_ctx *ctx, const char *name)
{
    return call_query(running_of(ctx)->c, name);
}

static const char *host_actor(struct wl_ctx *ctx)
{
    return running_of(ctx)->c->actor->user;
}

static const struct db_stmt *statement_find(const struct statements *s, const char *name)
{
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->names[i], name))
            return s->stmts[i];
    return NULL;
}

static struct lazy audit_sql = {
    .sql =
        "insert into core.audit (county, actor, role, address, action, object, object_id, request)"
        " values ($1, core.actor(), $2, $3::inet, 'route', $4, $5::uuid, $6::uuid)"};

/* A GET is a look, as a record's is: its trace need not wait for the disk. */
static enum enter_mode mode_of(const struct call *c)
{
    return str_eq(c->method, "GET") ? enter_mode_of(c->op) : ENTER_DURABLE;
}

/* Every batch enters the caller's scope; the first leaves the call's trace with it. */
static struct db_batch *batch_begin(struct running *r)
{
    struct call *c = r->c;
    const char *id = c->nargs > 0 && uuid_valid(c->args[0]) ? c->args[0] : NULL;
    const char *p[] = {arena_printf(c->arena, "%d", c->county),
                       c->actor->role,
                       c->address,
                       r->op->object,
                       id,
                       c->id};
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enter_add(c, b, mode_of(c));
    if (c->op->also)
        also_add(c, b, c->op->also);
    if (!r->audited)
        lazy_add(b, &audit_sql, sizeof p / sizeof p[0], p);
    return b;
}

static size_t args_size(int n, const char *const *args)
{
    size_t size = 0;
    for (int i = 0; i < n; i++)
        size += args[i] ? strlen(args[i]) + 1 : 0;
    return size;
}

static int host_add(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    struct running *r = running_of(ctx);
    const struct db_stmt *stmt = statement_find(r->op->statements, statement);
    if (!stmt || n < 0 || n >= DB_PARAMS_MAX || (r->batch && r->batch->n == DB_BATCH_MAX) ||
        !room(r, args_size(n, args)))
        return -1;
    if (!r->batch)
        r->batch = batch_begin(r);
    const char **p = arena_alloc(r->c->arena, sizeof *p * (size_t)(n + 1));
    p[0] = arena_printf(r->c->arena, "%d", r->c->county);
    for (int i = 0; i < n; i++)
        p[i + 1] = arena_strdup(r->c->arena, args[i]);
    return batch_add(r->batch, stmt, n + 1, p);
}

static int host_run(struct wl_ctx *ctx)
{
    struct running *r = running_of(ctx);
    r->done = r->batch;
    r->batch = NULL;
    if (!room(r, 0))
        return -1;
    if (!r->done) {
        problem(r->c, 500, "internal");
        return -1;
    }
    bool in = enter_run(r->c, r->conn, r->done);
    if (!in && r->c->reply.status < 400)
        refusal_reply(r->c, r->done);
    r->audited = r->audited || in;
    return in && room(r, 0) ? 0 : -1;
}

/* struct wl_rows is never defined: a plugin only hands the pointer back. */
static const struct wl_rows *host_rows(struct wl_ctx *ctx, int index)
{
    const struct db_batch *b = running_of(ctx)->done;
    return b && index > 0 && index < b->n ? (const void *)b->item[index].rows : NULL;
}

static int host_count(const struct wl_rows *rows)
{
    return rows ? rows_count((const void *)rows) : 0;
}

static const char *host_text(const struct wl_rows *rows, int row, const char *column)
{
    const struct db_rows *r = (const void *)rows;
    int col = r ? rows_column(r, column) : -1;
    if (col < 0 || row < 0 || row >= rows_count(r) || rows_null(r, row, col))
        return NULL;
    return rows_text(r, row, col);
}

static void host_reply_row(struct wl_ctx *ctx, const struct wl_rows *rows)
{
    struct call *c = running_of(ctx)->c;
    const struct db_rows *r = (const void *)rows;
    if (!room(running_of(ctx), 0))
        return;
    if (!r || rows_count(r) == 0)
        problem(c, 404, "not_found");
    else
        row_json(reply_json(c, 200), r, 0);
}

static void host_reply_rows(struct wl_ctx *ctx, const struct wl_rows *rows)
{
    struct call *c = running_of(ctx)->c;
    if (!room(running_of(ctx), 0))
        return;
    if (!rows) {
        problem(c, 500, "internal");
        return;
    }
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    rows_json(w, (const void *)rows);
    jw_end(w, '}');
}

static void host_reply_problem(struct wl_ctx *ctx, int status, const char *code)
{
    struct running *r = running_of(ctx);
    if (room(r, strlen(code)))
        problem(r->c, status >= 400 && status <= 599 ? status : 500,
                arena_strdup(r->c->arena, code));
}

static void *host_alloc(struct wl_ctx *ctx, size_t n)
{
    struct running *r = running_of(ctx);
    return room(r, n) ? arena_alloc(r->c->arena, n) : NULL;
}

static const char *host_body(struct wl_ctx *ctx, const char *member)
{
    return jv_text(jv_get(running_of(ctx)->c->input, member));
}

static const char *host_blind(struct wl_ctx *ctx, const char *record, const char *field,
                              const char *member)
{
    struct call *c = running_of(ctx)->c;
    const struct rec *r = rec_find(record);
    if (!room(running_of(ctx), 0))
        return NULL;
    int f = r ? rec_field_find(r, field) : -1;
    if (f < 0 || !rec_is_encrypted(r->fields[f].d.type)) {
        problem(c, 500, "internal");
        return NULL;
    }
    const char *index = input_blind(c, &r->fields[f], arena_printf(c->arena, "/%s", member),
                                    host_body(ctx, member));
    if (!index && !faults_reply(c))
        problem(c, 503, "keys_missing");
    return index;
}

static const struct wl_api api = {
    .size = sizeof(struct wl_api),
    .arg = host_arg,
    .query = host_query,
    .actor = host_actor,
    .add = host_add,
    .run = host_run,
    .rows = host_rows,
    .count = host_count,
    .text = host_text,
    .reply_row = host_reply_row,
    .reply_rows = host_reply_rows,
    .reply_problem = host_reply_problem,
    .body = host_body,
    .blind = host_blind,
    .alloc = host_alloc,
};

/* ---- running --------------------------------------------------------------------------------- */

static void route_handle(struct call *c, struct db_conn *conn)
{
    struct running r = {.ctx = {&api}, .c = c, .conn = conn, .op = c->op->data};
    if (!asked_check(c, c->op->asks))
        return;
    r.op->handler(&r.ctx);
    if (r.spent)
        problem(c, 500, "reply_too_large");
    else if (c->reply.status == 0)
        problem(c, 500, "internal");
}

static const struct statements *statements_register(struct arena *a, const struct wl_plugin *p)
{
    struct statements *s = arena_alloc(a, sizeof *s);
    s->names = arena_alloc(a, sizeof *s->names * (p->statements.count + 1u));
    s->stmts = arena_alloc(a, sizeof *s->stmts * (p->statements.count + 1u));
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement row;
        table_row(&p->statements, i, &row, sizeof row);
        s->names[s->n] = row.name;
        s->stmts[s->n++] = db_stmt_new(row.sql.text);
    }
    return s;
}

int route_ops(struct arena *a, const struct wl_plugin *p, bool linked, const struct op **ops,
              int max)
{
    const struct statements *s = p->routes.count ? statements_register(a, p) : NULL;
    int n = 0;
    for (uint32_t i = 0; i < p->routes.count && n < max; i++) {
        struct wl_route row;
        struct route_op *data = arena_alloc(a, sizeof *data);
        struct op *op = arena_alloc(a, sizeof *op);
        table_row(&p->routes, i, &row, sizeof row);
        *data = (struct route_op){p, row.handler, arena_printf(a, "%s%s", p->name, row.path), s};
        op->method = row.method;
        op->path = arena_printf(a, "/api/v1/%s%s", p->name, row.path);
        op->plugin = linked ? NULL : p->name;
        op->permission = row.permission;
        op->also = row.also;
        op->flags = (str_eq(row.method, "GET") ? 0 : OP_CHANGES) | (row.takes ? OP_BODY : 0) |
                    (row.sensitivity >= WL_CLASS_3 ? OP_DURABLE : 0);
        op->lane = OP_THREAD;
        op->data = data;
        op->handle = route_handle;
        op->asks = row.asks;
        op->takes = row.takes;
        op->gives = row.gives;
        op->summary = row.summary ? row.summary : op->path;
        ops[n++] = op;
    }
    return n;
}
