/* One's own number for short messages: given, it is also the consent to be sent them; taken back,
 * none is sent any more. */
#include "audit/audit.h"
#include "base/check.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "iam/ops.h"
#include "notice/channels.h"
#include "tenant/sealed.h"

enum { PHONE_MAX = 40 };

static struct lazy stmt_get = {
    .sql = "select h.mask as phone, h.at from core.notice_phone h where " COUNTY_HOLDS(
        "h") " and h.id = $2::uuid"};
static struct lazy stmt_set = {
    .sql = "with r as (insert into core.notice_phone as h (county, id, phone_enc, mask)"
           " values ($1::int, $5::uuid, $6::bytea, $7) on conflict (county, id) do update"
           " set phone_enc = excluded.phone_enc, mask = excluded.mask, at = now()"
           " returning h.id), a as (" AUDIT_SELECT("update", "core.notice_phone", "r.id",
                                                   "null") " from r) select id from r"};
static struct lazy stmt_drop = {
    .sql = "with r as (delete from core.notice_phone h where " COUNTY_HOLDS(
        "h") " and h.id = $5::uuid returning h.id), a as (" AUDIT_SELECT("delete",
                                                                         "core.notice_phone",
                                                                         "r.id",
                                                                         "null") " from r) select "
                                                                                 "id from r"};

static void get_add(struct call *c, struct db_batch *b)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->user};

    lazy_add(b, &stmt_get, 2, p);
}

static bool get_plan(struct call *c, struct db_batch *b)
{
    get_add(c, b);
    return true;
}

static void render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w = reply_json(c, 200);

    if (rows_count(r) > 0) {
        row_json(w, r, 0);
        return;
    }
    jw_object(w);
    jw_kv_text(w, "phone", NULL);
    jw_kv_text(w, "at", NULL);
    jw_end(w, '}');
}

static const char *phone_read(struct call *c)
{
    const char *text = body_text(c, "phone", true, PHONE_MAX);
    char *phone = arena_alloc(c->arena, PHONE_TEXT);

    body_only(c, "phone");
    if (text && phone_check(text, phone) != CHECK_OK)
        fault_add(c, "/phone", "phone", NULL);
    return faults_reply(c) ? NULL : phone;
}

static bool set_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 3], *phone;
    char *mask = arena_alloc(c->arena, PHONE_TEXT);
    uint32_t key = 0;

    if (!session_only(c) || !(phone = phone_read(c)))
        return false;
    phone_mask(phone, mask, PHONE_TEXT);
    audit_params(c, p);
    p[4] = c->actor->user;
    p[5] = sealed_text(c, "core.notice_phone", "phone_enc", c->actor->user, phone, &key);
    p[6] = mask;
    if (!p[5])
        fault_add(c, "/phone", "keys_missing", NULL);
    if (faults_reply(c))
        return false;
    sealed_key_hold(c, b, key);
    lazy_add(b, &stmt_set, AUDIT_PARAMS + 3, p);
    get_add(c, b);
    b->repeatable = true;
    return true;
}

static bool drop_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 1];

    if (!session_only(c))
        return false;
    audit_params(c, p);
    p[4] = c->actor->user;
    lazy_add(b, &stmt_drop, AUDIT_PARAMS + 1, p);
    return true;
}

static void drop_render(struct call *c, struct db_batch *b)
{
    (void)b;
    reply_empty(c, 204); /* also when there was none: there is none now */
}

const struct op phone_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/me/notice_phone",
        .permission = "notice.read",
        .lane = OP_QUICK,
        .plan = get_plan,
        .render = render,
        .summary = "My number for short messages, masked",
        .gives = "{phone? at?:time}",
    },
    {
        .method = "PUT",
        .path = "/api/v1/me/notice_phone",
        .permission = "notice.update",
        .lane = OP_WRITE,
        .flags = OP_BODY | OP_CHANGES,
        .plan = set_plan,
        .render = render,
        .summary = "Have notices sent to this number as short messages",
        .takes = "{phone}",
        .gives = "{phone? at?:time}",
    },
    {
        .method = "DELETE",
        .path = "/api/v1/me/notice_phone",
        .permission = "notice.update",
        .lane = OP_WRITE,
        .flags = OP_CHANGES,
        .plan = drop_plan,
        .render = drop_render,
        .summary = "No short messages any more",
    },
};

const int phone_nops = sizeof phone_ops / sizeof phone_ops[0];
