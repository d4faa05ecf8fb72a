#include "record/input.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/pinyin.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "record/codes.h"
#include "tenant/keyring.h"

/* Adds a fault with up to one argument and gives NULL, so that converters can return it. */
static const char *refuse(struct call *c, const char *pointer, const char *code, const char *arg)
{
    const char *const args[] = {arg, NULL};
    fault_add(c, pointer, code, arg ? args : NULL);
    return NULL;
}

static const char *number_text(struct call *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

/* ---- one converter per type ------------------------------------------------------------------ */

typedef const char *(*converter)(struct call *c, const struct rec_field *f, const char *pointer,
                                 const struct jv *v);

/* Line breaks and tabs are text; other control characters are not, nor are those that turn the
 * direction of what stands around them. */
static bool character_clean(uint32_t ch)
{
    bool control =
        (ch < 0x20 && ch != '\n' && ch != '\t' && ch != '\r') || (ch >= 0x7f && ch < 0xa0);
    bool turns = (ch >= 0x202a && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069);
    return !control && !turns && ch != 0xfeff;
}

static bool character_blank(uint32_t ch)
{
    return ch <= ' ' || ch == 0xa0 || ch == 0x3000 || (ch >= 0x2000 && ch <= 0x200b);
}

static bool text_clean(const char *s, bool *blank)
{
    *blank = true;
    for (uint32_t ch; (ch = utf8_next(&s));) {
        if (!character_clean(ch))
            return false;
        *blank = *blank && character_blank(ch);
    }
    return true;
}

static const char *convert_text(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    bool blank;
    const char *s = jv_text(v);
    if (!s)
        return refuse(c, pointer, "text_expected", NULL);
    if (!text_clean(s, &blank))
        return refuse(c, pointer, "control_character", NULL);
    if (blank)
        return refuse(c, pointer, "too_short", number_text(c, f->d.min ? f->d.min : 1));
    int64_t n = (int64_t)utf8_count(s), max = f->d.max ? f->d.max : 2000;
    if (n < f->d.min || n < 1)
        return refuse(c, pointer, "too_short", number_text(c, f->d.min ? f->d.min : 1));
    if (n > max)
        return refuse(c, pointer, "too_long", number_text(c, max));
    return s;
}

static const char *convert_integer(struct call *c, const struct rec_field *f, const char *pointer,
                                   const struct jv *v)
{
    int64_t n;
    bool bounded = f->d.min || f->d.max;
    if (!jv_int(v, &n))
        return refuse(c, pointer, f->d.type == WL_MONEY ? "money_expected" : "integer_expected",
                      NULL);
    if (bounded && n < f->d.min)
        return refuse(c, pointer, "too_small", number_text(c, f->d.min));
    if (bounded && n > f->d.max)
        return refuse(c, pointer, "too_large", number_text(c, f->d.max));
    return number_text(c, n);
}

static const char *convert_bool(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    bool b;
    (void)f;
    if (!jv_bool(v, &b))
        return refuse(c, pointer, "boolean_expected", NULL);
    return b ? "true" : "false";
}

static const char *convert_date(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    struct date d;
    const char *s = jv_text(v);
    if (!s || !date_parse(s, &d))
        return refuse(c, pointer, "date_expected", NULL);
    if ((f->d.flags & WL_NOT_FUTURE) && date_compare(d, date_today()) > 0)
        return refuse(c, pointer, "in_future", NULL);
    return s;
}

static const char *convert_time(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    int64_t at;
    const char *s = jv_text(v);
    if (!s || !time_parse(s, &at))
        return refuse(c, pointer, "time_expected", NULL);
    if ((f->d.flags & WL_NOT_FUTURE) && at > clock_us() + 60 * INT64_C(1000000))
        return refuse(c, pointer, "in_future", NULL);
    /* PostgreSQL takes no offset beyond 15:59, RFC 3339 does. */
    char *utc = arena_alloc(c->arena, TIME_TEXT);
    time_format(at, utc);
    return utc;
}

static const char *convert_choice(struct call *c, const struct rec_field *f, const char *pointer,
                                  const struct jv *v)
{
    const char *s = jv_text(v);
    if (!s || !code_find(f->d.of, s, date_today()))
        return refuse(c, pointer, "not_in_code_table", f->d.of);
    return s;
}

/* '{"A","B"}'; codes hold no quotes or backslashes, they were found in the table. */
static const char *convert_choices(struct call *c, const struct rec_field *f, const char *pointer,
                                   const struct jv *v)
{
    if (jv_type(v) != JV_ARRAY || jv_count(v) > 50)
        return refuse(c, pointer, "list_expected", NULL);
    if ((f->d.flags & WL_REQUIRED) && jv_count(v) == 0)
        return refuse(c, pointer, "required", NULL);
    const char *out = "{";
    for (size_t i = 0; i < jv_count(v); i++) {
        char *at = arena_printf(c->arena, "%s/%zu", pointer, i);
        const char *code = convert_choice(c, f, at, jv_at(v, i));
        if (!code)
            return NULL;
        if (strstr(out, arena_printf(c->arena, "\"%s\"", code)))
            return refuse(c, at, "twice", NULL);
        out = arena_printf(c->arena, "%s%s\"%s\"", out, i ? "," : "", code);
    }
    return arena_printf(c->arena, "%s}", out);
}

static const char *convert_uuid(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    const char *s = jv_text(v);
    (void)f;
    return s && uuid_valid(s) ? s : refuse(c, pointer, "id_expected", NULL);
}

static const char *convert_division(struct call *c, const struct rec_field *f, const char *pointer,
                                    const struct jv *v)
{
    int64_t div;
    const char *s = jv_text(v);
    bool within = f && (f->d.flags & WL_WITHIN);
    if (!s || strlen(s) != 12 || !str_int64(s, &div))
        return refuse(c, pointer, "division_expected", NULL);
    if (APP_WALL && (div / 1000000 != c->county || (within && !scope_covers(c->actor->scope, div))))
        return refuse(c, pointer, "division_elsewhere", NULL);
    return s;
}

static const converter converters[] = {
    [WL_TEXT] = convert_text,      [WL_NAME] = convert_text,     [WL_INTEGER] = convert_integer,
    [WL_MONEY] = convert_integer,  [WL_BOOL] = convert_bool,     [WL_DATE] = convert_date,
    [WL_TIME] = convert_time,      [WL_CHOICE] = convert_choice, [WL_CHOICES] = convert_choices,
    [WL_REFERENCE] = convert_uuid, [WL_STAFF] = convert_uuid,    [WL_DIVISION] = convert_division,
};

const char *input_value(struct call *c, const struct rec_field *f, const char *pointer,
                        const struct jv *v)
{
    return converters[f->d.type](c, f, pointer, v);
}

/* ---- id numbers and phones ------------------------------------------------------------------- */

static const char *const check_codes[] = {
    [CHECK_LENGTH] = "length",
    [CHECK_CHARS] = "characters",
    [CHECK_DATE] = "birth_date_impossible",
    [CHECK_DIGIT] = "check_digit",
};

/* The normalised text, or NULL with the fault added. */
static const char *normalise(struct call *c, const struct rec_field *f, const char *pointer,
                             const char *text)
{
    struct id_number id;
    char phone[PHONE_TEXT];
    bool is_id = f->d.type == WL_ID_NUMBER;
    enum check_result result =
        is_id ? id_number_check(text, date_today(), &id) : phone_check(text, phone);
    if (result != CHECK_OK)
        return refuse(
            c, pointer,
            arena_printf(c->arena, "%s_%s", is_id ? "id_number" : "phone", check_codes[result]),
            NULL);
    return arena_strdup(c->arena, is_id ? id.text : phone);
}

static const char *bytea_text(struct call *c, const uint8_t *p, size_t n)
{
    char *out = arena_alloc(c->arena, 2 * n + 3);
    out[0] = '\\';
    out[1] = 'x';
    hex_encode(p, n, out + 2);
    return out;
}

static const char *blind_text(struct call *c, const char *normal)
{
    uint8_t key[KEY_LEN], index[INDEX_LEN];
    if (!keyring_index_key(c->county, key))
        return NULL;
    blind_index(key, normal, index);
    crypto_wipe(key, sizeof key);
    return bytea_text(c, index, sizeof index);
}

const char *input_blind(struct call *c, const struct rec_field *f, const char *pointer,
                        const char *text)
{
    const char *normal =
        text ? normalise(c, f, pointer, text) : refuse(c, pointer, "text_expected", NULL);
    return normal ? blind_text(c, normal) : NULL;
}

/* Ciphertext bound to county, table, column and row. */
static const char *sealed_text(struct call *c, const struct rec *r, const struct rec_column *col,
                               const char *id, const char *normal)
{
    struct seal_key key;
    if (!keyring_data_key(c->county, &key))
        return NULL;
    size_t n = strlen(normal);
    uint8_t *out = arena_alloc(c->arena, n + SEAL_OVERHEAD);
    const char *aad = arena_printf(c->arena, "%d|%s|%s|%s", c->county, r->name, col->name, id);
    size_t sealed = seal(&key, aad, normal, n, out);
    crypto_wipe(&key, sizeof key);
    return bytea_text(c, out, sealed);
}

static void read_encrypted(struct call *c, const struct rec *r, const struct rec_field *f,
                           const struct jv *v, struct rec_input *out)
{
    const char *text = jv_text(v);
    const char *normal =
        text ? normalise(c, f, f->pointer, text) : refuse(c, f->pointer, "text_expected", NULL);
    if (!normal)
        return;
    const char **column = &out->column[f->column];
    char *mask = arena_alloc(c->arena, 32);
    column[0] = sealed_text(c, r, &r->columns[f->column], out->id, normal);
    column[1] = blind_text(c, normal);
    (f->d.type == WL_ID_NUMBER ? id_number_mask : phone_mask)(normal, mask, 32);
    column[2] = mask;
    if (!column[0] || !column[1])
        refuse(c, f->pointer, "keys_missing", NULL);
}

/* ---- a body ---------------------------------------------------------------------------------- */

static void read_name(struct call *c, const struct rec_field *f, const struct jv *v,
                      struct rec_input *out)
{
    enum { FULL = 240, INITIALS = 60 };
    const char **column = &out->column[f->column];
    column[0] = convert_text(c, f, f->pointer, v);
    if (!column[0] || f->ncolumns == 1)
        return;
    char *full = arena_alloc(c->arena, FULL), *initials = arena_alloc(c->arena, INITIALS);
    pinyin_name(column[0], full, FULL, initials, INITIALS);
    column[1] = full;
    column[2] = initials;
}

static const char *why_not(const struct rec *r, const struct rec_action *x, enum input_mode mode,
                           int field)
{
    const struct wl_field *d = &r->fields[field].d;
    if (mode == INPUT_ACTION)
        return x->takes[field] ? NULL : "not_an_input";
    if ((d->flags & (WL_COMPUTED | WL_ACTION)) || d->type == WL_SERIAL || field == r->state)
        return "read_only";
    if (mode == INPUT_PATCH && (d->flags & WL_FIXED))
        return "fixed";
    return NULL;
}

static void read_member(struct call *c, const struct rec *r, const struct rec_action *x,
                        enum input_mode mode, int field, const struct jv *v, struct rec_input *out)
{
    const struct rec_field *f = &r->fields[field];
    const char *fault = why_not(r, x, mode, field);
    if (fault) {
        refuse(c, f->pointer, fault, NULL);
        return;
    }
    out->given |= UINT64_C(1) << field;
    if (jv_type(v) == JV_NULL) {
        bool needed = mode == INPUT_ACTION ? x->needs[field] : (f->d.flags & WL_REQUIRED) != 0;
        if (needed)
            refuse(c, f->pointer, "required", NULL);
    } else if (rec_is_encrypted(f->d.type)) {
        read_encrypted(c, r, f, v, out);
    } else if (f->d.type == WL_NAME) {
        read_name(c, f, v, out);
    } else {
        out->column[f->column] = input_value(c, f, f->pointer, v);
    }
}

static void read_id(struct call *c, struct rec_input *out)
{
    const struct jv *v = jv_get(c->input, "id");
    char *fresh = arena_alloc(c->arena, UUID_TEXT);
    uuid7(fresh);
    out->id = fresh;
    if (!v)
        return;
    if (jv_text(v) && uuid7_valid(jv_text(v)))
        out->id = jv_text(v);
    else
        refuse(c, "/id", "id7_expected", NULL);
}

static void read_div(struct call *c, struct rec_input *out)
{
    const struct jv *v = jv_get(c->input, "div");
    if (!v)
        return;
    out->div = convert_division(c, NULL, "/div", v);
    int64_t div;
    if (out->div && str_int64(out->div, &div) && !scope_holds(c->actor->scope, div))
        refuse(c, "/div", "division_elsewhere", NULL);
}

static void require(struct call *c, const struct rec *r, const struct rec_action *x,
                    enum input_mode mode, const struct rec_input *in)
{
    for (int i = 0; i < r->nfields && mode != INPUT_PATCH; i++) {
        bool needed =
            mode == INPUT_ACTION ? x->needs[i] : (r->fields[i].d.flags & WL_REQUIRED) != 0;
        if (needed && !(in->given >> i & 1))
            refuse(c, r->fields[i].pointer, "required", NULL);
    }
}

bool input_read(struct call *c, const struct rec *r, const struct rec_action *x,
                enum input_mode mode, const char *id, struct rec_input *out)
{
    memset(out, 0, sizeof *out);
    out->id = id;
    if (mode == INPUT_CREATE) {
        read_id(c, out);
        read_div(c, out);
    }
    void *at = NULL;
    const char *key;
    const struct jv *v;
    while (c->input && jv_member(c->input, &at, &key, &v)) {
        int field = rec_field_find(r, key);
        if (field >= 0)
            read_member(c, r, x, mode, field, v, out);
        else if (mode != INPUT_CREATE || (!str_eq(key, "id") && !str_eq(key, "div")))
            refuse(c, fault_pointer(c, "", key), "unknown_field", NULL);
    }
    require(c, r, x, mode, out);
    return !faults_reply(c);
}
