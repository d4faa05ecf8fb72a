/* A county's channels, and what became of what was sent over them. Secrets go in and never out. */
#include <string.h>
#include <strings.h>

#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "notice/channels.h"
#include "notice/message.h"
#include "notice/post.h"
#include "tenant/sealed.h"

enum {
    NAME_MAX_CHARS = 60,
    URL_MAX = 500,
    TEMPLATE_MAX = 4000,
    HEADER_MAX = 60,
    SECRET_LEAST = 16,
    SECRET_MAX = 500,
    PAGE = 50,
    PAGE_MAX = 200
};

enum { COL_KIND = 1 }; /* of COLUMNS */

#define COLUMNS                                                                                    \
    "c.id, c.kind, c.name, c.url, c.method, c.header, c.template, c.lang, c.enabled,"              \
    " c.secret_enc is not null as has_secret, c.created_at, c.updated_at,"                         \
    " (select count(*) from core.notice_outbox o where o.county = c.county and o.channel = c.id"   \
    " and o.state = 'queued')::int as queued"

static struct lazy stmt_list = {
    .sql = "select " COLUMNS
           " from core.notice_channel c where " COUNTY_HOLDS("c") " order by c.name, c.id"};
static struct lazy stmt_get = {
    .sql = "select " COLUMNS
           " from core.notice_channel c where " COUNTY_HOLDS("c") " and c.id = $2::uuid"};
/* A name that is taken makes no row. $1 … $4 as AUDIT_SELECT. */
static struct lazy stmt_add = {
    .sql = "with r as (insert into core.notice_channel as c (county, id, kind, name, url, method,"
           " header, template, lang, enabled, secret_enc) values ($1::int, $5::uuid, $6, $7, $8,"
           " $9, $10, $11, $12, $13::bool, $14::bytea) on conflict on constraint"
           " notice_channel_name do nothing returning c.id), a as (" AUDIT_SELECT(
               "create", "core.notice_channel", "r.id", "null") " from r) select id from r"};
/* A header has its secret, and no secret is carried to another address than it was given for. */
static struct lazy stmt_set = {
    .sql =
        "with r as (update core.notice_channel c set name = $7, url = $8, method = $9,"
        " header = $10, template = $11, lang = $12, enabled = $13::bool,"
        " secret_enc = coalesce($14::bytea, c.secret_enc), version = c.version + 1,"
        " updated_at = now(), updated_by = core.actor()"
        " where " COUNTY_HOLDS(
            "c") " and c.id = $5::uuid and c.kind = $6 and ($14::bytea is not null or"
                 " case when c.secret_enc is null then $10::text is null else $8 = c.url end)"
                 " returning c.id), a as (" AUDIT_SELECT(
                     "update", "core.notice_channel", "r.id", "null") " from r) select id from r"};
static struct lazy stmt_drop = {
    .sql = "with r as (delete from core.notice_channel c where " COUNTY_HOLDS(
        "c") " and c.id = $5::uuid returning c.id), a as (" AUDIT_SELECT("delete",
                                                                         "core.notice_channel",
                                                                         "r.id",
                                                                         "null") " from r) select "
                                                                                 "id from r"};
static struct lazy stmt_outbox = {
    .sql = "select o.id, o.notice, o.state, o.attempts, o.status, o.reason, o.created_at,"
           " case when o.state = 'queued' then o.next_at end as next_at, o.done_at"
           " from core.notice_outbox o where " COUNTY_HOLDS(
               "o") " and o.channel = $2::uuid"
                    " and ($3::text is null or o.state = $3) and ($4::uuid is null or"
                    " (o.created_at, o.id) < ((select x.created_at from core.notice_outbox x"
                    " where x.county = $1 and x.id = $4::uuid), $4::uuid))"
                    " order by o.created_at desc, o.id desc limit $5::int"};

static const char *county_of(struct call *c)
{
    return arena_printf(c->arena, "%d", c->county);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void get_add(struct call *c, struct db_batch *b, const char *id)
{
    const char *p[] = {county_of(c), id};

    lazy_add(b, &stmt_get, 2, p);
}

static bool list_plan(struct call *c, struct db_batch *b)
{
    const char *p[] = {county_of(c)};

    lazy_add(b, &stmt_list, 1, p);
    return true;
}

static void list_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    rows_json(w, b->item[b->n - 1].rows);
    jw_end(w, '}');
}

/* --- writing ---------------------------------------------------------------------------------- */

struct channel {
    const char *kind, *name, *url, *method, *header, *template, *lang, *secret;
    bool enabled;
};

static const char *word_of(struct call *c, const char *name, const char *words, const char *usual)
{
    const char *s = body_text(c, name, !usual, 16);

    if (s && !str_has_word(words, s)) {
        const char *const args[] = {words, NULL};
        fault_add(c, arena_printf(c->arena, "/%s", name), "notice_one_of", args);
    }
    return s ? s : usual;
}

/* A header of ours or of the protocol is not the gateway's to have. */
static bool header_valid(const char *s)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    static const char *const taken[] = {"host",       "content-length",    "content-type",
                                        "connection", "transfer-encoding", "expect"};

    if (s[strspn(s, token)] != 0 || strncasecmp(s, "Wulian-", 7) == 0)
        return false;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcasecmp(s, taken[i]) == 0)
            return false;
    return true;
}

/* Goes into a header as it is. */
static bool printable(const char *s)
{
    for (; *s; s++)
        if (*s < ' ' || *s > '~')
            return false;
    return true;
}

static void secret_read(struct call *c, struct channel *x, bool sms, bool required)
{
    x->secret = body_text(c, "secret", required, SECRET_MAX);
    if (x->secret && (!printable(x->secret) || (!sms && strlen(x->secret) < SECRET_LEAST)))
        fault_add(c, "/secret", "notice_secret", NULL);
}

static void sms_read(struct call *c, struct channel *x)
{
    x->template = body_text(c, "template", true, TEMPLATE_MAX);
    x->header = body_text(c, "header", false, HEADER_MAX);
    if (x->template && !template_valid(c->arena, x->template))
        fault_add(c, "/template", "notice_template", NULL);
    if (x->header && !header_valid(x->header))
        fault_add(c, "/header", "notice_header", NULL);
}

static bool channel_read(struct call *c, struct channel *x, bool fresh)
{
    const struct jv *enabled = jv_get(c->input, "enabled");
    const char *fault;
    bool sms;

    *x = (struct channel){.enabled = true};
    x->kind = word_of(c, "kind", "webhook sms", NULL);
    sms = str_eq(x->kind, "sms");
    body_only(c, sms ? "kind name url secret lang method enabled template header"
                     : "kind name url secret lang enabled");
    x->name = body_text(c, "name", true, NAME_MAX_CHARS);
    x->url = body_text(c, "url", true, URL_MAX);
    x->lang = word_of(c, "lang", "zh en", "zh");
    x->method = sms ? word_of(c, "method", "POST PUT", "POST") : "POST";
    if (enabled && !jv_bool(enabled, &x->enabled))
        fault_add(c, "/enabled", "boolean_expected", NULL);
    if (sms)
        sms_read(c, x);
    secret_read(c, x, sms, fresh && (!sms || x->header));
    if (x->url && (fault = post_url_fault(c->arena, x->url)))
        fault_add(c, "/url", arena_printf(c->arena, "notice_%s", fault), NULL);
    return !faults_reply(c);
}

static bool channel_add(struct call *c, struct db_batch *b, struct lazy *stmt, const char *id,
                        const struct channel *x)
{
    const char *p[AUDIT_PARAMS + 10];
    uint32_t key = 0;

    audit_params(c, p);
    p[4] = id;
    p[5] = x->kind;
    p[6] = x->name;
    p[7] = x->url;
    p[8] = x->method;
    p[9] = x->header;
    p[10] = x->template;
    p[11] = x->lang;
    p[12] = x->enabled ? "t" : "f";
    p[13] = x->secret
                ? sealed_text(c, "core.notice_channel", "secret_enc", id, x->secret, &key)
                : NULL;
    if (x->secret && !p[13])
        fault_add(c, "/secret", "keys_missing", NULL);
    if (faults_reply(c))
        return false;
    sealed_key_hold(c, b, key);
    lazy_add(b, stmt, AUDIT_PARAMS + 10, p);
    get_add(c, b, id);
    return true;
}

static bool create_plan(struct call *c, struct db_batch *b)
{
    struct channel x;
    char *id = arena_alloc(c->arena, UUID_TEXT);

    if (!channel_read(c, &x, true))
        return false;
    uuid7(id);
    return channel_add(c, b, &stmt_add, id, &x);
}

static void name_taken(struct call *c)
{
    const char *const args[] = {"name", NULL};

    fault_add(c, "/name", "not_unique", args);
    faults_reply(c);
}

static void create_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;

    if (rows_count(r) == 0) {
        name_taken(c);
        return;
    }
    row_json(reply_json(c, 201), r, 0);
    c->reply.location =
        arena_printf(c->arena, "/api/v1/admin/notice_channels/%s", rows_text(r, 0, 0));
}

static bool change_plan(struct call *c, struct db_batch *b)
{
    struct channel *x = arena_alloc(c->arena, sizeof *x);

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    c->state = x;
    return channel_read(c, x, false) && channel_add(c, b, &stmt_set, c->args[0], x);
}

/* Its kind stays: what a secret is used for does not change. */
static void change_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    const struct channel *x = c->state;

    if (rows_count(b->item[b->n - 2].rows) > 0) {
        row_json(reply_json(c, 200), r, 0);
    } else if (rows_count(r) == 0) {
        problem(c, 404, "not_found");
    } else {
        if (str_eq(rows_text(r, 0, COL_KIND), x->kind))
            fault_add(c, "/secret", "required", NULL);
        else
            fault_add(c, "/kind", "read_only", NULL);
        faults_reply(c);
    }
}

static bool change_refused(struct call *c, struct db_batch *b)
{
    if (!str_eq(b->error.constraint, "notice_channel_name"))
        return false;
    name_taken(c);
    return true;
}

static bool drop_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 1];

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    audit_params(c, p);
    p[4] = c->args[0];
    lazy_add(b, &stmt_drop, AUDIT_PARAMS + 1, p);
    return true;
}

static void drop_render(struct call *c, struct db_batch *b)
{
    if (rows_count(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 404, "not_found");
}

/* --- what became of it ------------------------------------------------------------------------ */

struct page {
    const char *state, *cursor;
    int64_t limit;
};

static bool page_read(struct call *c, struct page *p)
{
    const char *limit = call_query(c, "limit");

    *p = (struct page){call_query(c, "state"), call_query(c, "cursor"), PAGE};
    if (p->state && !str_has_word("queued sent failed", p->state))
        query_refuse(c, "state", "bad_value");
    if (p->cursor && !uuid_valid(p->cursor))
        query_refuse(c, "cursor", "bad_cursor");
    if (limit && (!str_int64(limit, &p->limit) || p->limit < 1 || p->limit > PAGE_MAX))
        query_refuse(c, "limit", "bad_limit");
    query_known(c, "state cursor limit");
    return !faults_reply_as(c, 400, "bad_query");
}

static bool outbox_plan(struct call *c, struct db_batch *b)
{
    struct page *page = arena_alloc(c->arena, sizeof *page);
    const char *p[5];

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    if (!page_read(c, page))
        return false;
    c->state = page;
    p[0] = county_of(c);
    p[1] = c->args[0];
    p[2] = page->state;
    p[3] = page->cursor;
    p[4] = arena_printf(c->arena, "%lld", (long long)page->limit + 1);
    get_add(c, b, c->args[0]);
    lazy_add(b, &stmt_outbox, 5, p);
    return true;
}

enum { COL_ID, COL_REASON = 5 };

static void sent_json(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    const char *reason = rows_null(r, row, COL_REASON) ? NULL : rows_text(r, row, COL_REASON);

    jw_object(w);
    row_members(w, r, row, COL_ID);
    jw_kv_text(w, "reason_text",
               reason ? message(c->lang, NULL, arena_printf(c->arena, "notice.reason.%s", reason))
                      : NULL);
    jw_end(w, '}');
}

static void outbox_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    const struct page *page = c->state;
    int n = rows_count(r) > page->limit ? (int)page->limit : rows_count(r);
    struct jw *w;

    if (rows_count(b->item[b->n - 2].rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; row < n; row++)
        sent_json(c, w, r, row);
    jw_end(w, ']');
    jw_kv_text(w, "next", rows_count(r) > n ? rows_text(r, n - 1, COL_ID) : NULL);
    jw_end(w, '}');
}

#define CHANNEL_TAKES                                                                              \
    "{kind:(webhook|sms) name url secret? lang?:(zh|en) enabled?:bool method?:(POST|PUT) header?"  \
    " template?}"
#define CHANNEL_SHAPE                                                                              \
    "{id:uuid kind name url method header? template? lang enabled:bool has_secret:bool"            \
    " created_at:time updated_at:time queued:int}"

const struct op channel_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/admin/notice_channels",
        .permission = "notice_channel.read",
        .lane = OP_QUICK,
        .plan = list_plan,
        .render = list_render,
        .summary = "Where notices of the county are sent to besides the inbox",
        .gives = "{items:[" CHANNEL_SHAPE "]}",
    },
    {
        .method = "POST",
        .path = "/api/v1/admin/notice_channels",
        .permission = "notice_channel.update",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = create_plan,
        .render = create_render,
        .summary = "Add a webhook, or a gateway for short messages",
        .takes = CHANNEL_TAKES,
        .gives = CHANNEL_SHAPE,
        .status = 201,
    },
    {
        .method = "PUT",
        .path = "/api/v1/admin/notice_channels/{id}",
        .permission = "notice_channel.update",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = change_plan,
        .render = change_render,
        .refused = change_refused,
        .summary = "Change a channel; its secret stays when none is given, but for a new address",
        .takes = CHANNEL_TAKES,
        .gives = CHANNEL_SHAPE,
    },
    {
        .method = "DELETE",
        .path = "/api/v1/admin/notice_channels/{id}",
        .permission = "notice_channel.update",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = drop_plan,
        .render = drop_render,
        .summary = "Remove a channel, with what waits to be sent over it",
    },
    {
        .method = "GET",
        .path = "/api/v1/admin/notice_channels/{id}/deliveries",
        .permission = "notice_channel.read",
        .lane = OP_QUICK,
        .plan = outbox_plan,
        .render = outbox_render,
        .summary = "What was sent over a channel, what waits, what was given up and why",
        .asks = "state?:(queued|sent|failed) limit?:int cursor?",
        .gives = "{items:[{id:uuid notice:uuid state attempts:int status?:int reason?"
                 " created_at:time next_at?:time done_at?:time reason_text?}] next?}",
        .refuses = "400 bad_query",
    },
};

const int channel_nops = sizeof channel_ops / sizeof channel_ops[0];
