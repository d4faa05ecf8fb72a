#include "record/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "call/row_json.h"
#include "crypto/crypto.h"
#include "iam/permission.h"
#include "record/limit.h"
#include "record/may.h"
#include "record/reach.h"

enum { CLOCK_TEXT = 5, CLOCK_SECONDS = 8 };

static void bool_member(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    (void)n;
    jw_member_raw(w, key, *s == 't' ? "true" : "false", *s == 't' ? 4 : 5);
}

/* "08:30:00"; a client gives no seconds. */
static void clock_member(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    bool whole = n == CLOCK_SECONDS && str_eq(s + CLOCK_TEXT, ":00");
    jw_member_text(w, key, s, whole ? CLOCK_TEXT : n);
}

static void name_mask_member(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    char mask[128];
    (void)n;
    name_mask(s, mask, sizeof mask);
    jw_member_text(w, key, mask, strlen(mask));
}

static output_writer writer_of(uint32_t type)
{
    switch (type) {
    case WL_REFERENCE: /* ids, digits and dates as PostgreSQL writes them */
    case WL_STAFF:
    case WL_FILE:
    case WL_DIVISION:
    case WL_DECIMAL:
    case WL_DATE:
        return jw_member_plain;
    case WL_INTEGER:
    case WL_MONEY:
    case WL_CHOICES: /* already JSON, from array_to_json */
    case WL_LIST:
        return jw_member_raw;
    case WL_BOOL:
        return bool_member;
    case WL_TIME:
        return time_member;
    case WL_CLOCK:
        return clock_member;
    default:
        return jw_member_text;
    }
}

/* Whether a masked reader is shown nothing of it: class 3 and above, and free text, dates,
 * lists and files of class 2. Names and identifiers have a mask of their own. */
static bool hidden(const struct rec_field *f)
{
    if (rec_is_encrypted(f->d.type))
        return false;
    if (f->d.sensitivity >= WL_CLASS_3)
        return true;
    return f->d.sensitivity == WL_CLASS_2 && (f->d.type == WL_TEXT || f->d.type == WL_DATE ||
                                              f->d.type == WL_LIST || f->d.type == WL_FILE);
}

static bool name_masked(const struct rec_field *f)
{
    return f->d.type == WL_NAME && f->d.sensitivity >= WL_CLASS_2;
}

enum output_view output_view(const struct rec_field *f, bool masked_reader)
{
    if (masked_reader && hidden(f))
        return OUTPUT_NOTHING;
    return rec_is_encrypted(f->d.type) || (masked_reader && name_masked(f)) ? OUTPUT_MASK
                                                                            : OUTPUT_PLAIN;
}

bool output_withheld(const struct call *c, const struct rec_field *f)
{
    return c->masked && (hidden(f) || name_masked(f));
}

static void cell_write(struct jw *w, const struct output_cell *x, const struct db_rows *rows,
                       int row)
{
    const char *text = rows_text(rows, row, x->column);
    size_t n = strlen(text); /* no text of PostgreSQL's holds a NUL */
    if (n == 0 && rows_null(rows, row, x->column))
        jw_member_raw(w, x->key, "null", 4);
    else
        x->write(w, x->key, text, n);
}

/* Members of every object, in their order. */
static const struct head {
    enum rec_head column;
    struct jw_name key;
    output_writer write;
    const char *name; /* NULL: never left out */
} heads[REC_HEAD] = {
    {HEAD_ID, JW_NAME("id"), jw_member_plain, NULL},
    {HEAD_VERSION, JW_NAME("version"), jw_member_raw, NULL},
    {HEAD_DIV, JW_NAME("div"), jw_member_plain, "div"},
    {HEAD_ORG, JW_NAME("org"), jw_member_plain, "org"},
    {HEAD_CREATED_AT, JW_NAME("created_at"), time_member, "created_at"},
    {HEAD_CREATED_BY, JW_NAME("created_by"), jw_member_plain, "created_by"},
    {HEAD_UPDATED_AT, JW_NAME("updated_at"), time_member, "updated_at"},
    {HEAD_UPDATED_BY, JW_NAME("updated_by"), jw_member_plain, "updated_by"},
};

int output_head_find(const char *name)
{
    for (int i = 0; i < REC_HEAD; i++)
        if (str_eq(heads[i].name, name))
            return (int)heads[i].column;
    return -1;
}

static void head_write(const struct output *o, const struct db_rows *rows, int row)
{
    for (const struct head *x = heads; x < heads + REC_HEAD; x++)
        if (!x->name || (o->head >> x->column & 1)) {
            const char *text = rows_text(rows, row, (int)x->column);
            x->write(o->w, &x->key, text, strlen(text));
        }
}

/* ---- actions --------------------------------------------------------------------------------- */

static bool holds_caller(const struct output *o, const struct db_rows *rows, int row, int field)
{
    return strcmp(rows_text(rows, row, rec_column_of(o->selected, field)), o->c->actor->user) == 0;
}

static bool action_open(const struct output *o, const struct rec_action *x,
                        const struct db_rows *rows, int row)
{
    if (x->only >= 0 && !holds_caller(o, rows, row, x->only))
        return false;
    for (int i = 0; i < x->nnever; i++)
        if (holds_caller(o, rows, row, x->never[i]))
            return false;
    return true;
}

static void actions_write(const struct output *o, const struct db_rows *rows, int row, int state)
{
    static const struct jw_name key = JW_NAME("_actions");
    const struct rec *r = o->r;
    jw_key_made(o->w, &key);
    jw_array(o->w);
    bool within = !reach_over(o->c, r, rows, row);
    for (int i = 0; within && state >= 0 && i < r->nactions; i++)
        if ((o->permitted >> i & 1) && (r->actions[i].from >> state & 1) &&
            action_open(o, &r->actions[i], rows, row) && may_open(o, i, rows, row))
            jw_plain_n(o->w, r->actions[i].d.name, strlen(r->actions[i].d.name));
    jw_end(o->w, ']');
}

static void masked_write(const struct output *o)
{
    static const struct jw_name key = JW_NAME("_masked");
    jw_key_made(o->w, &key);
    jw_array(o->w);
    for (int i = 0; i < o->r->nfields; i++)
        if (o->hidden >> i & 1)
            jw_text(o->w, o->r->fields[i].d.name);
    jw_end(o->w, ']');
}

/* "2026-11-22 05:44:49.123456": what PostgreSQL writes of this instant, without the offset. */
static void now_write(char out[TIME_TEXT])
{
    enum { DAY = 10, MICROSECONDS = 26 };
    time_format(clock_us(), out);
    out[DAY] = ' ';
    out[MICROSECONDS] = 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The fields of `wanted` the caller is shown, and where their columns are. */
static void cells_choose(struct output *o, uint64_t wanted)
{
    const struct rec *r = o->r;
    bool masked = o->c->masked;
    o->cell = arena_alloc(o->c->arena, (size_t)r->nfields * sizeof *o->cell);
    for (int i = 0, col = REC_HEAD; i < r->nfields; col += o->selected >> i & 1, i++) {
        const struct rec_field *f = &r->fields[i];
        if (!(wanted >> i & 1))
            continue;
        if (masked && hidden(f))
            o->hidden |= UINT64_C(1) << i;
        else
            o->cell[o->ncells++] = (struct output_cell){
                &f->key, col,
                masked && name_masked(f) ? name_mask_member : writer_of(f->d.type)};
    }
}

struct output output_begin(struct call *c, struct jw *w, const struct rec *r, uint64_t selected,
                           uint64_t wanted)
{
    struct output o = {.c = c, .w = w, .r = r, .selected = selected};
    o.head = OUTPUT_WHOLE_HEAD;
    o.actions = r->nactions && r->state >= 0;
    o.relative = o.fixed = -1;
    for (int i = 0; i < r->nactions; i++)
        o.may[i] = -1;
    o.overdue = r->nlimits > 0 && !(r->decisive & ~selected);
    if (o.overdue)
        now_write(o.now);
    cells_choose(&o, wanted);
    for (int i = 0; i < r->nactions; i++)
        if (permission_has(c, r->actions[i].verb))
            o.permitted |= UINT32_C(1) << i;
    return o;
}

void output_row_open(const struct output *o, const struct db_rows *rows, int row)
{
    const struct rec *r = o->r;
    jw_object(o->w);
    head_write(o, rows, row);
    for (int i = 0; i < o->ncells; i++)
        cell_write(o->w, &o->cell[i], rows, row);
    if (o->actions || o->overdue) {
        const char *name = rows_text(rows, row, rec_column_of(o->selected, r->state));
        int state = rec_state_find(r, name);
        if (o->actions)
            actions_write(o, rows, row, state);
        if (o->overdue)
            limits_write(o, rows, row, state);
    }
    if (o->fixed >= 0) {
        jw_key(o->w, "_fixed");
        jw_bool(o->w, rows_bool(rows, row, o->fixed));
    }
    if (o->c->masked)
        masked_write(o);
}

void output_row(const struct output *o, const struct db_rows *rows, int row)
{
    output_row_open(o, rows, row);
    jw_end(o->w, '}');
}

/* ---- ETag ------------------------------------------------------------------------------------ */

const char *output_etag(struct call *c, const char *version)
{
    const struct actor *a = c->actor;
    char hash[9];
    const char *const shaped[] = {a->role, c->masked ? "|1|" : "|0|", a->user, "|",
                                  arena_int(c->arena, c->lang), "|",
                                  arena_int(c->arena, a->scope.lo), "|",
                                  a->narrow ? a->narrow : "*", NULL};
    uint64_t rights = str_hash(arena_join(c->arena, shaped));
    const uint8_t bytes[] = {(uint8_t)(rights >> 56), (uint8_t)(rights >> 48),
                             (uint8_t)(rights >> 40), (uint8_t)(rights >> 32)};
    hex_encode(bytes, sizeof bytes, hash);
    const char *const tag[] = {"\"v", version, ".", hash, "\"", NULL};
    return arena_join(c->arena, tag);
}

bool if_match_version(const char *s, int *version)
{
    int64_t n;
    char digits[12];
    if (s[0] != '"' || s[1] != 'v')
        return false;
    size_t len = strspn(s + 2, "0123456789");
    if (len == 0 || len >= sizeof digits || (s[2 + len] != '.' && s[2 + len] != '"'))
        return false;
    memcpy(digits, s + 2, len);
    digits[len] = 0;
    if (!str_int64(digits, &n) || n < 1 || n > INT32_MAX)
        return false;
    *version = (int)n;
    return true;
}

bool output_rights(struct call *c, const struct rec *r)
{
    const char *object = r->d.object;
    c->masked = !permission_has(c, arena_printf(c->arena, "%s.read", object));
    return !c->masked || permission_has(c, arena_printf(c->arena, "%s.masked", object));
}

void output_reply(struct call *c, const struct rec *r, const struct db_rows *rows, int status)
{
    struct jw *w = reply_json(c, status);
    struct output o = output_begin(c, w, r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    may_bind(&o, rows);
    output_row(&o, rows, 0);
    c->reply.etag = output_etag(c, rows_text(rows, 0, HEAD_VERSION));
}
