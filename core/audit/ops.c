#include "audit/ops.h"

#include <string.h>

#include "audit/audit.h"
#include "audit/cursor.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "call/row_json.h"

enum param { FROM = AUDIT_PARAMS, TO, ACTOR, ACTION, OBJECT, OBJECT_ID, AFTER_AT, AFTER_ID, LIMIT,
             LANGUAGE, PARAMS };

/* Without `from` the last 31 days: the ledger is partitioned by month and only grows. */
static struct lazy stmt_page = {
    .sql = "with page as materialized ("
           "select x.at, x.id, x.actor, x.role, host(x.address) as address, x.action, x.object,"
           " x.object_id, x.div::text as div, to_jsonb(x.fields) as fields, x.n, x.result,"
           " x.request, x.reason, x.note, x.at::text as mark"
           " from core.audit x"
           " where " COUNTY_HOLDS("x")
           " and x.at >= coalesce($5::timestamptz, now() - interval '31 days')"
           " and x.at < coalesce($6::timestamptz, 'infinity')"
           " and ($7::uuid is null or x.actor = $7::uuid)"
           " and ($8::text is null or x.action = $8)"
           " and ($9::text is null or x.object = $9)"
           " and ($10::uuid is null or x.object_id = $10::uuid)"
           " and ($11::timestamptz is null or (x.at, x.id) < ($11::timestamptz, $12::uuid))"
           " order by x.at desc, x.id desc limit $13::int),"
           " a as (insert into core.audit"
           " (county, actor, role, address, request, action, object, n)"
           " select $1, core.actor(), $2, $3::inet, $4::uuid, 'list', 'core.audit',"
           " least(count(*), $13::int - 1)::int from page)"
           " select p.mark, p.id, p.at, p.actor, u.login, u.name, p.role,"
           " case when $14 = 'zh' then r.zh else r.en end as role_label, p.address, p.action,"
           " p.object, p.object_id, p.div, p.fields, p.n, p.result, p.request, p.reason, p.note"
           " from page p left join admin.account u on u.county = $1 and u.id = p.actor"
           " left join core.role r on r.code = p.role"
           " order by p.at desc, p.id desc"};

static const struct {
    const char *name;
    enum param at;
    enum { AS_TIME, AS_UUID, AS_TEXT } type;
} filters[] = {
    {"from", FROM, AS_TIME},     {"to", TO, AS_TIME},
    {"actor", ACTOR, AS_UUID},   {"action", ACTION, AS_TEXT},
    {"object", OBJECT, AS_TEXT}, {"object_id", OBJECT_ID, AS_UUID},
};

enum { FILTERS = sizeof filters / sizeof filters[0] };

/* A date stands for its first moment in Asia/Shanghai. */
static const char *time_text(struct call *c, const char *s)
{
    struct date d;
    int64_t us;

    if (date_parse(s, &d))
        return arena_printf(c->arena, "%s 00:00:00+08", s);
    return time_parse(s, &us) ? s : NULL;
}

static const char *filter_value(struct call *c, int i, const char *s)
{
    if (filters[i].type == AS_TIME)
        return time_text(c, s);
    if (filters[i].type == AS_UUID)
        return uuid_valid(s) ? s : NULL;
    return s;
}

static bool filters_read(struct call *c, const char **p)
{
    for (int i = 0; i < c->nquery; i++) {
        const char *name = c->query[i].name;
        int f = 0;

        while (f < FILTERS && !str_eq(filters[f].name, name))
            f++;
        if (f < FILTERS) {
            p[filters[f].at] = filter_value(c, f, c->query[i].value);
            if (!p[filters[f].at])
                query_refuse(c, name, "pattern");
        } else if (!str_has_word("limit cursor", name)) {
            query_refuse(c, name, "unknown_parameter");
        }
    }
    return !faults_reply(c);
}

static bool page_read(struct call *c, const char **p, int64_t *limit)
{
    const char *limit_text = call_query(c, "limit");
    const char *cursor = call_query(c, "cursor");
    struct audit_place after;

    *limit = AUDIT_PAGE;
    if (limit_text && (!str_int64(limit_text, limit) || *limit < 1 || *limit > AUDIT_PAGE_MAX))
        return problem(c, 400, "limit_too_large");
    if (!cursor)
        return true;
    if (!audit_cursor_read(c->arena, c->county, cursor, &after))
        return problem(c, 400, "bad_cursor");
    p[AFTER_AT] = after.at;
    p[AFTER_ID] = after.id;
    return true;
}

bool audit_list_plan(struct call *c, struct db_batch *b)
{
    const char *p[PARAMS] = {NULL};
    int64_t *limit = arena_alloc(c->arena, sizeof *limit);

    audit_params(c, p);
    if (!filters_read(c, p) || !page_read(c, p, limit))
        return false;
    c->state = limit;
    /* one more than is shown: is there a next page? */
    p[LANGUAGE] = c->lang == LANG_ZH ? "zh" : "en";
    p[LIMIT] = arena_printf(c->arena, "%lld", (long long)*limit + 1);
    lazy_add(b, &stmt_page, PARAMS, p);
    return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* "station.request" is what its module calls it, "core.agenda" what the ledger does; NULL: a name
 * that says itself, like a route's path. */
static const char *object_words(struct call *c, const char *object)
{
    const char *dot = strchr(object, '.');
    const char *key = arena_printf(c->arena, "audit.object.%s", object);
    const char *own = message_find(c->lang, NULL, key);

    if (own || !dot)
        return own;
    return message_find(c->lang, arena_strndup(c->arena, object, (size_t)(dot - object)), dot + 1);
}

/* What anything may have done to it, else a step of the record's own life. */
static const char *action_words(struct call *c, const char *action, const char *object)
{
    const char *dot = strchr(object, '.');
    const char *key = arena_printf(c->arena, "audit.action.%s", action);
    const char *own = message_find(c->lang, NULL, key);

    if (own || !dot)
        return own;
    return message_find(c->lang, arena_strndup(c->arena, object, (size_t)(dot - object)),
                        arena_printf(c->arena, "%s.action.%s", dot + 1, action));
}

static void words_write(struct call *c, struct jw *w, const char *action, const char *object)
{
    const char *done = action_words(c, action, object);
    const char *what = object_words(c, object);

    jw_kv_text(w, "action_label", done ? done : action);
    jw_kv_text(w, "object_label", what ? what : object);
}

void audit_list_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    int action = rows_column(r, "action");
    int object = rows_column(r, "object");
    int limit = (int)*(const int64_t *)c->state;
    int n = rows_count(r) > limit ? limit : rows_count(r);
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; row < n; row++) {
        jw_object(w);
        row_members(w, r, row, 1);
        words_write(c, w, rows_text(r, row, action), rows_text(r, row, object));
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(r) > limit)
        jw_text(w, audit_cursor(c->arena, c->county,
                                (struct audit_place){rows_text(r, n - 1, 0),
                                                     rows_text(r, n - 1, 1)}));
    else
        jw_null(w);
    jw_end(w, '}');
}

const struct op audit_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/audit",
        .permission = "audit.read",
        .lane = OP_WRITE, /* may scan long: never before strangers in a pipeline */
        .flags = OP_DURABLE,
        .plan = audit_list_plan,
        .render = audit_list_render,
        .summary = "The audit ledger, newest first",
        .asks = "from? to? actor?:uuid action? object? object_id?:uuid limit?:int " "cursor?",
        .gives = "{items:[{id:uuid at:time actor?:uuid login? name? role? role_label? address? "
                 "action object object_id?:uuid div? fields?:[text] n:int result "
                 "request?:uuid reason? note? action_label object_label}] next?}",
        .refuses = "400 limit_too_large bad_cursor 422 invalid_input",
    },
};

const int audit_nops = sizeof audit_ops / sizeof audit_ops[0];
