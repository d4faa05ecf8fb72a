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

static void plain_value(struct jw *w, uint32_t type, const char *s, size_t n)
{
    switch (type) {
    case WL_REFERENCE: /* ids, digits and dates as PostgreSQL writes them */
    case WL_STAFF:
    case WL_FILE:
    case WL_DIVISION:
    case WL_DECIMAL:
    case WL_DATE:
        jw_plain_n(w, s, n);
        break;
    case WL_INTEGER:
    case WL_MONEY:
    case WL_CHOICES: /* already JSON, from array_to_json */
    case WL_LIST:
        jw_raw(w, s, n);
        break;
    case WL_BOOL:
        jw_bool(w, *s == 't');
        break;
    case WL_TIME:
        time_json(w, s);
        break;
    case WL_CLOCK: /* "08:30:00"; a client gives no seconds */
        jw_text_n(w, s, n == CLOCK_SECONDS && str_eq(s + CLOCK_TEXT, ":00") ? CLOCK_TEXT : n);
        break;
    default:
        jw_text_n(w, s, n);
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

static void field_value(struct call *c, struct jw *w, const struct rec_field *f,
                        const struct db_rows *rows, int row, int col)
{
    size_t n;
    const char *text = rows_value(rows, row, col, &n);
    if (!text) {
        jw_null(w);
    } else if (c->masked && name_masked(f)) {
        char mask[128];
        name_mask(text, mask, sizeof mask);
        jw_text(w, mask);
    } else {
        plain_value(w, f->d.type, text, n);
    }
}

/* Member names of every object, already written out. */
#define KEY(w, name) jw_key_raw((w), "\"" name "\":", sizeof("\"" name "\":") - 1)

/* What may be left out of a head. */
static const struct {
    const char *name, *key;
    bool time;
} head[REC_HEAD] = {
    [HEAD_DIV] = {"div", "\"div\":", false},
    [HEAD_ORG] = {"org", "\"org\":", false},
    [HEAD_CREATED_AT] = {"created_at", "\"created_at\":", true},
    [HEAD_CREATED_BY] = {"created_by", "\"created_by\":", false},
    [HEAD_UPDATED_AT] = {"updated_at", "\"updated_at\":", true},
    [HEAD_UPDATED_BY] = {"updated_by", "\"updated_by\":", false},
};

int output_head_find(const char *name)
{
    for (int i = 0; i < REC_HEAD; i++)
        if (head[i].name && strcmp(head[i].name, name) == 0)
            return i;
    return -1;
}

static void head_text(const struct output *o, const struct db_rows *rows, int row, int at)
{
    jw_plain_n(o->w, rows_text(rows, row, at), rows_length(rows, row, at));
}

static void head_write(const struct output *o, const struct db_rows *rows, int row)
{
    KEY(o->w, "id");
    head_text(o, rows, row, HEAD_ID);
    KEY(o->w, "version");
    jw_raw(o->w, rows_text(rows, row, HEAD_VERSION), rows_length(rows, row, HEAD_VERSION));
    for (int i = 0; i < REC_HEAD; i++) {
        if (!head[i].key || !(o->head >> i & 1))
            continue;
        jw_key_raw(o->w, head[i].key, strlen(head[i].key));
        if (head[i].time)
            time_json(o->w, rows_text(rows, row, i));
        else
            head_text(o, rows, row, i);
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
    const struct rec *r = o->r;
    KEY(o->w, "_actions");
    jw_array(o->w);
    bool within = !reach_over(o->c, r, rows, row);
    for (int i = 0; within && state >= 0 && i < r->nactions; i++)
        if ((o->permitted >> i & 1) && (r->actions[i].from >> state & 1) &&
            action_open(o, &r->actions[i], rows, row) && may_open(o, i, rows, row))
            jw_text(o->w, r->actions[i].d.name);
    jw_end(o->w, ']');
}

static void masked_write(const struct output *o)
{
    KEY(o->w, "_masked");
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
    for (int i = 0; i < r->nfields; i++)
        if (wanted >> i & 1)
            *(c->masked && hidden(&r->fields[i]) ? &o.hidden : &o.shown) |= UINT64_C(1) << i;
    for (int i = 0; i < r->nactions; i++)
        if (permission_choose(c, r->actions[i].verb))
            o.permitted |= UINT32_C(1) << i;
    return o;
}

static void fields_write(const struct output *o, const struct db_rows *rows, int row)
{
    const struct rec *r = o->r;
    for (int i = 0, col = REC_HEAD; i < r->nfields; col += o->selected >> i & 1, i++) {
        const struct rec_field *f = &r->fields[i];
        if (!(o->shown >> i & 1))
            continue;
        jw_key_raw(o->w, f->key, f->key_n);
        field_value(o->c, o->w, f, rows, row, col);
    }
}

void output_row_open(const struct output *o, const struct db_rows *rows, int row)
{
    const struct rec *r = o->r;
    jw_object(o->w);
    head_write(o, rows, row);
    fields_write(o, rows, row);
    if (o->actions || o->overdue) {
        const char *name = rows_text(rows, row, rec_column_of(o->selected, r->state));
        int state = rec_state_find(r, name);
        if (o->actions)
            actions_write(o, rows, row, state);
        if (o->overdue)
            limits_write(o, rows, row, state);
    }
    if (o->fixed >= 0) {
        KEY(o->w, "_fixed");
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
    const char *rights =
        arena_printf(c->arena, "%s|%d|%s|%d|%lld|%s", a->role, c->masked, a->user, (int)c->lang,
                     (long long)a->scope.lo, a->narrow ? a->narrow : "*");
    str_format(hash, sizeof hash, "%08x", (unsigned)(str_hash(rights) >> 32));
    return arena_printf(c->arena, "\"v%s.%s\"", version, hash);
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
    c->masked = !permission_choose(c, arena_printf(c->arena, "%s.read", object));
    return !c->masked || permission_choose(c, arena_printf(c->arena, "%s.masked", object));
}

void output_reply(struct call *c, const struct rec *r, const struct db_rows *rows, int status)
{
    struct jw *w = reply_json(c, status);
    struct output o = output_begin(c, w, r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    may_bind(&o, rows);
    output_row(&o, rows, 0);
    c->reply.etag = output_etag(c, rows_text(rows, 0, HEAD_VERSION));
}
