#include "record/limit.h"

#include <string.h>

#include "base/str.h"
#include "record/rec_compile.h"

/* ---- compiling ------------------------------------------------------------------------------- */

static bool states_read(const struct rec *r, const char *words, uint32_t *out)
{
    size_t n;
    for (const char *at = words, *w; at && (w = str_word_next(&at, &n));) {
        int found = -1;
        for (int i = 0; i < r->nstates; i++)
            if (strlen(r->states[i]) == n && memcmp(r->states[i], w, n) == 0)
                found = i;
        if (found < 0)
            return false;
        *out |= UINT32_C(1) << found;
    }
    return true;
}

static const char *due_fault(const struct rec *r, const struct rec_limit *l)
{
    if (l->field < 0)
        return "`due` must name a field of the record";
    const struct wl_field *d = &r->fields[l->field].d;
    if (d->type != WL_TIME || !(d->flags & WL_COMPUTED))
        return "`due` must be WL_TIME and WL_COMPUTED: the host moves it";
    if (d->sensitivity >= WL_CLASS_3)
        return "`due` must be below class 3: lists tell who is overdue";
    if (limit_find(r, l->d.due) >= 0)
        return "declared twice; drop one";
    return NULL;
}

static const char *staff_fault(const struct rec *r, const struct rec_limit *l)
{
    int staff = l->d.staff ? rec_field_find(r, l->d.staff) : -1;
    if (l->d.staff && (staff < 0 || r->fields[staff].d.type != WL_STAFF))
        return "`staff` must name a WL_STAFF field: who has to keep it";
    if (l->d.before && !l->d.staff)
        return "`before` says when `staff` is reminded; name `staff`, or drop it";
    return NULL;
}

static const char *states_fault(const struct rec *r, struct rec_limit *l)
{
    if (!r->nstates)
        return "the record has no states; give it `states` or drop the limit";
    if (!states_read(r, l->d.held, &l->held) || !states_read(r, l->d.ended, &l->ended))
        return "`held` and `ended` must name states of the record";
    if (!l->ended)
        return "`ended` must name the states in which it no longer counts";
    if (l->held & l->ended)
        return "a state cannot be both held and ended; name it once";
    if (l->held & 1)
        return "the first state cannot be held: nothing would note since when";
    if (l->d.policy.text && !l->held)
        return "`policy` says how a held limit moves on; name states in `held` or drop it";
    if (l->d.policy.text && !rec_fragment_whole(l->d.policy.text))
        return "policy " REC_FRAGMENT_FAULT;
    return staff_fault(r, l);
}

/* The column beside it is none of a field: neither clients nor plugins see it. */
static const char *held_column_add(struct arena *a, struct rec *r, struct rec_limit *l)
{
    l->column = arena_printf(a, "%s_held", l->d.due);
    if (rec_field_find(r, l->column) >= 0)
        return "a field has the name of its column <due>_held; rename the field";
    if (r->ncolumns == REC_COLUMNS_MAX)
        return "too many columns; split the record";
    r->columns[r->ncolumns++] =
        (struct rec_column){l->column, "timestamp with time zone", -1, false};
    return NULL;
}

const char *limits_compile(struct arena *a, struct rec *r, const char **name)
{
    for (uint32_t i = 0; i < r->d.limits.count; i++) {
        struct rec_limit *l = &r->limits[r->nlimits];
        *name = NULL;
        if (r->nlimits == REC_LIMITS_MAX)
            return "too many limits: at most 6";
        table_row(&r->d.limits, i, &l->d, sizeof l->d);
        *name = l->d.due;
        l->field = l->d.due ? rec_field_find(r, l->d.due) : -1;
        const char *fault = due_fault(r, l);
        if (!fault)
            fault = states_fault(r, l);
        if (!fault && l->held)
            fault = held_column_add(a, r, l);
        if (fault)
            return fault;
        r->decisive |= UINT64_C(1) << l->field | UINT64_C(1) << r->state;
        r->nlimits++;
    }
    return NULL;
}

int limit_find(const struct rec *r, const char *due)
{
    for (int i = 0; i < r->nlimits; i++)
        if (str_eq(r->limits[i].d.due, due))
            return i;
    return -1;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

void states_add(struct buf *b, const struct rec *r, uint32_t set)
{
    const char *separator = "";
    for (int i = 0; i < r->nstates; i++)
        if (set >> i & 1) {
            buf_printf(b, "%s'%s'", separator, r->states[i]);
            separator = ", ";
        }
}

/* Staying in held states goes on with the clock that stands already. */
static void hold_add(struct buf *b, const struct rec *r, const struct rec_limit *l, uint32_t from)
{
    if (!(from & ~l->held))
        return;
    if (!(from & l->held)) {
        buf_printf(b, ", %s = now()", l->column);
        return;
    }
    buf_printf(b, ", %s = case when t.state in (", l->column);
    states_add(b, r, l->held);
    buf_printf(b, ") then t.%s else now() end", l->column);
}

/* Where the clock runs, <due>_held is null and the limit stays as it is. */
static void release_add(struct buf *b, const struct rec_limit *l)
{
    buf_printf(b,
               ", %s = case when t.%s is null then t.%s else core.due_moved(%s, t.%s, t.%s, now())"
               " end, %s = null",
               l->d.due, l->column, l->d.due, l->d.policy.text ? l->d.policy.text : "null",
               l->d.due, l->column, l->column);
}

void limits_set_add(struct buf *b, const struct rec *r, const struct rec_action *x)
{
    int to = rec_state_find(r, x->d.to);
    for (int i = 0; i < r->nlimits; i++) {
        const struct rec_limit *l = &r->limits[i];
        if (!l->held)
            continue;
        if (l->held >> to & 1)
            hold_add(b, r, l, x->from);
        else if (x->from & l->held)
            release_add(b, l);
    }
}

/* Held and ended apart, so that an index over the rows whose limit counts can serve. */
void limit_where_add(struct buf *b, const struct rec *r, const struct rec_limit *l)
{
    buf_printf(b, " and t.%s < now() and t.state not in (", l->d.due);
    states_add(b, r, l->ended);
    buf_str(b, ")");
    if (!l->held)
        return;
    buf_str(b, " and t.state not in (");
    states_add(b, r, l->held);
    buf_str(b, ")");
}

void limits_where_add(struct buf *b, const struct rec *r, unsigned limits)
{
    const char *separator = " and (true";
    for (int i = 0; i < r->nlimits; i++)
        if (limits >> i & 1) {
            buf_str(b, separator);
            limit_where_add(b, r, &r->limits[i]);
            separator = " or true";
        }
    buf_str(b, limits ? ")" : "");
}

unsigned limits_named(const struct rec *r, const char *due)
{
    int limit = limit_find(r, due);
    return str_eq(due, "any") ? (1u << r->nlimits) - 1 : limit >= 0 ? 1u << limit : 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

void limits_write(const struct output *o, const struct db_rows *rows, int row, int state)
{
    static const struct jw_name key = JW_NAME("_overdue");
    const struct rec *r = o->r;
    jw_key_made(o->w, &key);
    jw_array(o->w);
    for (int i = 0; state >= 0 && i < r->nlimits; i++) {
        const struct rec_limit *l = &r->limits[i];
        int col = rec_column_of(o->selected, l->field);
        /* Both are ISO in UTC, so that the order of the texts is that of the instants. */
        if (!((l->held | l->ended) >> state & 1) && !rows_null(rows, row, col) &&
            strcmp(rows_text(rows, row, col), o->now) < 0)
            jw_plain_n(o->w, l->d.due, strlen(l->d.due));
    }
    jw_end(o->w, ']');
}
