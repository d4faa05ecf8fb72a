/* The rows behind one number, as they are now. */
#include "base/str.h"
#include "call/row_json.h"
#include "json/jw.h"
#include "record/cursor.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/report.h"

enum { ROWS_DEFAULT = 50, ROWS_MAX = 200 };

struct behind {
    struct asked asked;
    const struct indicator *one;
    int limit;
};

static const char *rows_about(struct call *c, const struct behind *r)
{
    const char *org = call_query(c, "org"), *township = call_query(c, "township");
    const char *kind = call_query(c, "kind");
    return arena_printf(c->arena, "report|%d|%s|%s|%s|%s|%s", c->county, r->one->d.code,
                        r->asked.period.name, org ? org : "", township ? township : "",
                        kind ? kind : "");
}

static bool rows_limit(struct call *c, struct behind *r)
{
    int64_t n = ROWS_DEFAULT;
    const char *text = call_query(c, "limit");
    if (text && (!str_int64(text, &n) || n < 1 || n > ROWS_MAX))
        return ask_refuse(c, "limit", "bad_limit");
    r->limit = (int)n;
    return true;
}

bool rows_plan(struct call *c, struct db_batch *b)
{
    struct behind *r = arena_alloc(c->arena, sizeof *r);
    const char *after_at = NULL, *after_id = NULL;
    const char *cursor = call_query(c, "cursor");
    c->state = r;
    r->one = indicator_find(c->args[1]);
    if (!r->one)
        return problem(c, 404, "not_found");
    if (!ask_counts(c, r->one))
        return problem(c, 404, "plugin-not-enabled");
    if (!ask_rows(c, r->one, b))
        return problem(c, 403, "not_permitted");
    if (!asked_read(c, &r->asked) || !rows_limit(c, r))
        return false;
    if (cursor && !cursor_read(c->arena, cursor, rows_about(c, r), &after_at, &after_id))
        return ask_refuse(c, "cursor", "bad_cursor");
    const char **p = asked_params(c, &r->asked, &r->asked.period, 15);
    p[7] = call_query(c, "township");
    p[8] = call_query(c, "kind");
    p[9] = rec_number(c, r->limit + 1);
    p[10] = c->actor->role;
    p[11] = c->address;
    p[12] = c->id;
    p[13] = after_at;
    p[14] = after_id;
    batch_add(b, cursor ? r->one->rows_after : r->one->rows, cursor ? 15 : 13, p);
    return true;
}

enum { ROW_ID = 0, ROW_RECORD = 7 };

static void row_write(struct call *c, struct jw *w, const struct db_rows *rows, int i)
{
    const struct rec *rec = rec_find(rows_text(rows, i, ROW_RECORD));
    jw_object(w);
    row_members(w, rows, i, 0);
    jw_kv_text(w, "href",
               rec ? arena_printf(c->arena, "/api/v1/%s/%s/%s", rec->owner, rec->d.path,
                                  rows_text(rows, i, ROW_ID))
                   : NULL);
    jw_end(w, '}');
}

void rows_render(struct call *c, struct db_batch *b)
{
    const struct behind *r = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    int n = rows_count(rows) > r->limit ? r->limit : rows_count(rows);
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        row_write(c, w, rows, i);
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(rows) > r->limit)
        jw_text(w, cursor_make(c->arena, rows_about(c, r), rows_text(rows, n - 1, 3),
                               rows_text(rows, n - 1, 0)));
    else
        jw_null(w);
    jw_end(w, '}');
}
