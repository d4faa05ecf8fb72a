/* The inbox of the caller's post: reading it, and saying what has been read. */
#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "notice/notice.h"

enum { PAGE = 20, PAGE_MAX = 200 };

/* $1 county, $2 the caller's post. */
#ifdef WULIAN_WALL_APP_OFF
#define INBOX COUNTY_HOLDS("n") " and $2::uuid is not null"
#else
#define INBOX COUNTY_HOLDS("n") " and n.post = $2::uuid"
#endif

static struct lazy stmt_list = {
    .sql = "select n.id, n.at, n.text, n.record, n.record_id, n.div::text as div, n.read_at,"
           " n.module, n.args from core.notice n where " INBOX
           " and (not $3::bool or n.read_at is null)"
           " and ($4::uuid is null or (n.at, n.id) <"
           " ((select x.at from core.notice x where x.county = $1 and x.id = $4::uuid), $4::uuid))"
           " order by n.at desc, n.id desc limit $5::int"};
static struct lazy stmt_read = {
    .sql = "with r as (update core.notice n set read_at = coalesce(n.read_at, now()) where " INBOX
           " and n.id = $3::uuid returning n.id) select id from r"};
static struct lazy stmt_read_to = {
    .sql = "with r as (update core.notice n set read_at = now() where " INBOX
           " and n.read_at is null and (n.at, n.id) <="
           " ((select x.at from core.notice x where x.county = $1 and x.id = $3::uuid), $3::uuid)"
           " returning n.id) select count(*) as read from r"};

static void inbox_params(struct call *c, const char **p)
{
    p[0] = arena_printf(c->arena, "%d", c->county);
    p[1] = c->actor->post;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct page {
    int64_t limit;
    bool unread;
    const char *cursor;
};

static bool page_read(struct call *c, struct page *p)
{
    const char *limit = call_query(c, "limit"), *unread = call_query(c, "unread");

    *p = (struct page){.limit = PAGE, .cursor = call_query(c, "cursor")};
    p->unread = str_eq(unread, "true");
    if (limit && (!str_int64(limit, &p->limit) || p->limit < 1 || p->limit > PAGE_MAX))
        query_refuse(c, "limit", "bad_limit");
    if (unread && !p->unread && !str_eq(unread, "false"))
        query_refuse(c, "unread", "bad_value");
    if (p->cursor && !uuid_valid(p->cursor))
        query_refuse(c, "cursor", "bad_cursor");
    query_known(c, "limit unread cursor");
    return !faults_reply_as(c, 400, "bad_query");
}

static bool list_plan(struct call *c, struct db_batch *b)
{
    struct page *page = arena_alloc(c->arena, sizeof *page);
    const char *p[5];

    if (!page_read(c, page))
        return false;
    c->state = page;
    inbox_params(c, p);
    p[2] = page->unread ? "t" : "f";
    p[3] = page->cursor;
    p[4] = arena_printf(c->arena, "%lld", (long long)page->limit + 1);
    lazy_add(b, &stmt_list, 5, p);
    return true;
}

enum {
    COL_ID,
    COL_AT,
    COL_TEXT,
    COL_RECORD,
    COL_RECORD_ID,
    COL_DIV,
    COL_READ,
    COL_MODULE,
    COL_ARGS
};

static void notice_json(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    struct jv_fault fault;
    const struct notice n = {.module = rows_text(r, row, COL_MODULE),
                             .text = rows_text(r, row, COL_TEXT),
                             .record = rows_text(r, row, COL_RECORD),
                             .id = rows_text(r, row, COL_RECORD_ID),
                             .args = jv_parse(c->arena, rows_text(r, row, COL_ARGS),
                                              rows_length(r, row, COL_ARGS), &fault)};

    jw_object(w);
    for (int col = COL_ID; col <= COL_READ; col++) {
        jw_key(w, col == COL_TEXT ? "key" : rows_name(r, col));
        cell_json(w, r, row, col);
    }
    jw_kv_text(w, "text", notice_text(c->arena, c->lang, &n));
    jw_kv_text(w, "href", notice_link(c->arena, &n));
    jw_end(w, '}');
}

static void list_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    const struct page *page = c->state;
    int n = rows_count(r) > page->limit ? (int)page->limit : rows_count(r);
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; row < n; row++)
        notice_json(c, w, r, row);
    jw_end(w, ']');
    jw_kv_text(w, "next", rows_count(r) > n ? rows_text(r, n - 1, COL_ID) : NULL);
    jw_end(w, '}');
}

/* --- what has been read ----------------------------------------------------------------------- */

static bool read_plan(struct call *c, struct db_batch *b)
{
    const char *p[3];

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    inbox_params(c, p);
    p[2] = c->args[0];
    lazy_add(b, &stmt_read, 3, p);
    b->repeatable = true; /* it stays read */
    return true;
}

static void read_render(struct call *c, struct db_batch *b)
{
    if (rows_count(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 404, "not_found");
}

static bool read_to_plan(struct call *c, struct db_batch *b)
{
    const char *p[3];

    p[2] = body_uuid(c, "to", true);
    body_only(c, "to");
    if (faults_reply(c))
        return false;
    inbox_params(c, p);
    lazy_add(b, &stmt_read_to, 3, p);
    return true;
}

static void read_to_render(struct call *c, struct db_batch *b)
{
    row_json(reply_json(c, 200), b->item[b->n - 1].rows, 0);
}

const struct op notice_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/notices",
        .permission = "notice.read",
        .lane = OP_QUICK,
        .plan = list_plan,
        .render = list_render,
        .summary = "The inbox of my post, newest first",
        .asks = "unread?:bool limit?:int cursor?",
        .gives = "{items:[{id:uuid at:time key record record_id:uuid div:div read_at?:time text"
                 " href?}] next?}",
        .refuses = "400 bad_query",
    },
    {
        .method = "POST",
        .path = "/api/v1/notices/{id}/read",
        .permission = "notice.update",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = read_plan,
        .render = read_render,
        .summary = "Mark one notice as read",
    },
    {
        .method = "POST",
        .path = "/api/v1/notices/read",
        .permission = "notice.update",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = read_to_plan,
        .render = read_to_render,
        .summary = "Mark as read what is as old as this notice, or older",
        .takes = "{to:uuid}",
        .gives = "{read:int}",
    },
};

const int notice_nops = sizeof notice_ops / sizeof notice_ops[0];
