#include "record/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "call/row_json.h"
#include "crypto/crypto.h"
#include "iam/permission.h"

static void plain_value(struct jw *w, uint32_t type, const char *s, size_t n)
{
    switch (type) {
    case WL_INTEGER:
    case WL_MONEY:
    case WL_CHOICES: /* already JSON, from array_to_json */
        jw_raw(w, s, n);
        break;
    case WL_BOOL:
        jw_bool(w, *s == 't');
        break;
    case WL_TIME:
        time_json(w, s);
        break;
    default:
        jw_text_n(w, s, n);
    }
}

/* Whether a masked reader is shown nothing of it: class 3 and above, and free text and dates of
 * class 2. Names and identifiers have a mask of their own. */
static bool hidden(const struct rec_field *f)
{
    if (rec_is_encrypted(f->d.type))
        return false;
    if (f->d.sensitivity >= WL_CLASS_3)
        return true;
    return f->d.sensitivity == WL_CLASS_2 && (f->d.type == WL_TEXT || f->d.type == WL_DATE);
}

static void field_value(struct call *c, struct jw *w, const struct rec_field *f,
                        const struct db_rows *rows, int row, int col)
{
    if (rows_null(rows, row, col)) {
        jw_null(w);
    } else if (c->masked && f->d.type == WL_NAME && f->d.sensitivity >= WL_CLASS_2) {
        char mask[128];
        name_mask(rows_text(rows, row, col), mask, sizeof mask);
        jw_text(w, mask);
    } else {
        plain_value(w, f->d.type, rows_text(rows, row, col), rows_length(rows, row, col));
    }
}

static void head_write(struct jw *w, const struct db_rows *rows, int row)
{
    jw_kv_text(w, "id", rows_text(rows, row, HEAD_ID));
    jw_key(w, "version");
    jw_raw(w, rows_text(rows, row, HEAD_VERSION), rows_length(rows, row, HEAD_VERSION));
    jw_kv_text(w, "div", rows_text(rows, row, HEAD_DIV));
    jw_kv_text(w, "org", rows_text(rows, row, HEAD_ORG));
    jw_key(w, "created_at");
    time_json(w, rows_text(rows, row, HEAD_CREATED_AT));
    jw_kv_text(w, "created_by", rows_text(rows, row, HEAD_CREATED_BY));
    jw_key(w, "updated_at");
    time_json(w, rows_text(rows, row, HEAD_UPDATED_AT));
    jw_kv_text(w, "updated_by", rows_text(rows, row, HEAD_UPDATED_BY));
}

/* ---- actions --------------------------------------------------------------------------------- */

static const char *staff_value(const struct rec *r, const struct db_rows *rows, int row,
                               const char *name, size_t n)
{
    for (int i = 0; i < r->nfields; i++)
        if (strlen(r->fields[i].d.name) == n && memcmp(r->fields[i].d.name, name, n) == 0)
            return rows_text(rows, row, REC_HEAD + i);
    return "";
}

static bool action_open(struct call *c, const struct rec *r, const struct rec_action *x,
                        const struct db_rows *rows, int row)
{
    const char *me = c->actor->user;
    size_t n;
    if (!str_has_word(x->d.from, rows_text(rows, row, REC_HEAD + r->state)) ||
        !permission_held(c->actor->role, x->verb))
        return false;
    if (x->d.only && strcmp(staff_value(r, rows, row, x->d.only, strlen(x->d.only)), me) != 0)
        return false;
    for (const char *at = x->d.never, *w; at && (w = str_word_next(&at, &n));)
        if (strcmp(staff_value(r, rows, row, w, n), me) == 0)
            return false;
    return true;
}

static void actions_write(struct call *c, struct jw *w, const struct rec *r,
                          const struct db_rows *rows, int row)
{
    jw_key(w, "_actions");
    jw_array(w);
    for (int i = 0; i < r->nactions; i++)
        if (action_open(c, r, &r->actions[i], rows, row))
            jw_text(w, r->actions[i].d.name);
    jw_end(w, ']');
}

static void masked_write(struct jw *w, const struct rec *r, bool listed)
{
    jw_key(w, "_masked");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++)
        if (hidden(&r->fields[i]) && (!listed || (r->fields[i].d.flags & WL_LISTED)))
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
}

void output_row_open(struct call *c, struct jw *w, const struct rec *r, const struct db_rows *rows,
                     int row, bool listed)
{
    jw_object(w);
    head_write(w, rows, row);
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        if ((listed && !(f->d.flags & WL_LISTED) && i != r->state) || (c->masked && hidden(f)))
            continue;
        jw_key_raw(w, f->key, f->key_n);
        field_value(c, w, f, rows, row, REC_HEAD + i);
    }
    if (r->nactions && r->state >= 0)
        actions_write(c, w, r, rows, row);
    if (c->masked)
        masked_write(w, r, listed);
}

void output_row(struct call *c, struct jw *w, const struct rec *r, const struct db_rows *rows,
                int row, bool listed)
{
    output_row_open(c, w, r, rows, row, listed);
    jw_end(w, '}');
}

/* ---- ETag ------------------------------------------------------------------------------------ */

const char *output_etag(struct call *c, const char *version)
{
    uint8_t hash[SHA256_LEN];
    char text[9];
    const char *rights = arena_printf(c->arena, "%s|%d|%s|%d", c->actor->role, c->masked,
                                      c->actor->user, (int)c->lang);
    sha256(rights, strlen(rights), hash);
    hex_encode(hash, 4, text);
    return arena_printf(c->arena, "\"v%s.%s\"", version, text);
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
    output_row(c, w, r, rows, 0, false);
    c->reply.etag = output_etag(c, rows_text(rows, 0, HEAD_VERSION));
}
