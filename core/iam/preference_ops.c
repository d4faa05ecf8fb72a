/* What a client keeps for the person who uses it: saved views, columns, tabs. The server does not
 * look into it. */
#include <string.h>

#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "iam/ops.h"

enum { KEY_MAX = 80, VALUE_MAX = 8192 };

/* $1 county, $2 the caller's account. */
#ifdef WULIAN_WALL_APP_OFF
#define MINE COUNTY_HOLDS("p") " and $2::uuid is not null"
#else
#define MINE COUNTY_HOLDS("p") " and p.account = $2::uuid"
#endif

static struct lazy stmt_list = {
    .sql = "select p.key, p.value from core.preference p where " MINE " order by p.key"};
/* Two that come at once may both be the last one: the number is to bound, not to count. */
static struct lazy stmt_put = {
    .sql = "insert into core.preference as x (county, account, key, value)"
           " select $1::int, $2::uuid, $3::text, $4::jsonb"
           " where (select count(*) from core.preference p where " MINE " and p.key <> $3::text)"
           " < 200 on conflict (county, account, key)"
           " do update set value = excluded.value, at = now()"};
static struct lazy stmt_drop = {
    .sql = "delete from core.preference p where " MINE " and p.key = $3::text"};

static void own_params(struct call *c, const char **p)
{
    p[0] = arena_printf(c->arena, "%d", c->county);
    p[1] = c->actor->user;
    p[2] = c->nargs > 0 ? c->args[0] : NULL;
}

bool preferences_plan(struct call *c, struct db_batch *b)
{
    const char *p[3];

    if (!session_only(c))
        return false;
    own_params(c, p);
    lazy_add(b, &stmt_list, 2, p);
    return true;
}

void preferences_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "preferences");
    jw_object(w);
    for (int row = 0; row < rows_count(r); row++) {
        jw_key(w, rows_text(r, row, 0));
        cell_json(w, r, row, 1);
    }
    jw_end(w, '}');
    jw_end(w, '}');
}

static bool key_valid(const char *key)
{
    size_t n = strlen(key);

    return n > 0 && n <= KEY_MAX && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.:-") == n;
}

/* The value as compact JSON; NULL with a fault. */
static const char *value_read(struct call *c)
{
    const char *const most[] = {"8192", NULL};
    const struct jv *value = jv_get(c->input, "value");
    const char *text = value ? jv_dump(c->arena, value) : NULL;

    body_only(c, "value");
    if (!text)
        fault_add(c, "/value", "required", NULL);
    else if (strlen(text) > VALUE_MAX)
        fault_add(c, "/value", "too_long", most);
    return faults_reply(c) ? NULL : text;
}

bool preference_put_plan(struct call *c, struct db_batch *b)
{
    const char *p[4];

    if (!session_only(c))
        return false;
    if (!key_valid(c->args[0]))
        return problem(c, 404, "not_found");
    own_params(c, p);
    p[3] = value_read(c);
    if (!p[3])
        return false;
    lazy_add(b, &stmt_put, 4, p);
    b->repeatable = true;
    return true;
}

void preference_put_render(struct call *c, struct db_batch *b)
{
    if (rows_affected(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 409, "too_many_preferences");
}

bool preference_drop_plan(struct call *c, struct db_batch *b)
{
    const char *p[3];

    if (!session_only(c))
        return false;
    own_params(c, p);
    lazy_add(b, &stmt_drop, 3, p);
    b->repeatable = true;
    return true;
}

void preference_drop_render(struct call *c, struct db_batch *b)
{
    (void)b;
    reply_empty(c, 204); /* also when there was none: there is none now */
}
