#include "call/bytea.h"
#include "record/convert.h"

#include <string.h>

#include "base/check.h"
#include "base/pinyin.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "record/rule.h"
#include "tenant/sealed.h"
#include "tenant/keyring.h"

/* ---- id numbers and phones ------------------------------------------------------------------- */

static const char *const check_codes[] = {
    [CHECK_LENGTH] = "length",
    [CHECK_CHARS] = "characters",
    [CHECK_DATE] = "birth_date_impossible",
    [CHECK_DIGIT] = "check_digit",
};

enum { CARD_LEAST = 4, CARD_MOST = CARD_TEXT - 1 };

static const char *normal_card(struct call *c, const struct rec_field *f, const char *pointer,
                               const char *text)
{
    char card[CARD_TEXT];
    int min = f->d.min ? (int)f->d.min : CARD_LEAST, max = f->d.max ? (int)f->d.max : CARD_MOST;
    enum check_result result = card_check(text, min, max, card);
    const char *const args[] = {arena_printf(c->arena, "%d", min),
                                arena_printf(c->arena, "%d", max), NULL};
    if (result == CHECK_OK)
        return arena_strdup(c->arena, card);
    fault_add(c, pointer, result == CHECK_LENGTH ? "card_length" : "card_characters", args);
    return NULL;
}

/* The normalised text, or NULL with the fault added. */
static const char *normalise(struct call *c, const struct rec_field *f, const char *pointer,
                             const char *text)
{
    struct id_number id;
    char phone[PHONE_TEXT];
    if (f->d.type == WL_CARD)
        return normal_card(c, f, pointer, text);
    bool is_id = f->d.type == WL_ID_NUMBER;
    enum check_result result =
        is_id ? id_number_check(text, date_today(), &id) : phone_check(text, phone);
    if (result != CHECK_OK)
        return input_refuse(
            c, pointer,
            arena_printf(c->arena, "%s_%s", is_id ? "id_number" : "phone", check_codes[result]),
            NULL);
    return arena_strdup(c->arena, is_id ? id.text : phone);
}

static const char *blind_text(struct call *c, const char *normal)
{
    uint8_t key[KEY_LEN], index[INDEX_LEN];
    if (!keyring_index_key(c->county, key))
        return NULL;
    blind_index(key, normal, index);
    crypto_wipe(key, sizeof key);
    return bytea_text(c->arena, index, sizeof index);
}

const char *input_blind(struct call *c, const struct rec_field *f, const char *pointer,
                        const char *text)
{
    const char *normal =
        text ? normalise(c, f, pointer, text) : input_refuse(c, pointer, "text_expected", NULL);
    return normal ? blind_text(c, normal) : NULL;
}

static const char *masked(struct call *c, const struct rec_field *f, const char *normal)
{
    char *mask = arena_alloc(c->arena, CARD_TEXT);
    unsigned head = 0, tail = 0;
    if (f->d.type == WL_CARD && rec_card_shown(&f->d, &head, &tail))
        card_mask(normal, head, tail, mask, CARD_TEXT);
    else
        (f->d.type == WL_ID_NUMBER ? id_number_mask : phone_mask)(normal, mask, CARD_TEXT);
    return mask;
}

static void read_encrypted(struct call *c, const struct rec *r, const struct rec_field *f,
                           const struct jv *v, struct rec_input *out)
{
    const char *text = jv_text(v);
    const char *normal = text ? normalise(c, f, f->pointer, text)
                              : input_refuse(c, f->pointer, "text_expected", NULL);
    if (!normal)
        return;
    const char **column = &out->column[f->column];
    column[0] = sealed_text(c, r->name, r->columns[f->column].name, out->id, normal, &out->key);
    column[1] = blind_text(c, normal);
    column[2] = masked(c, f, normal);
    if (!column[0] || !column[1])
        input_refuse(c, f->pointer, "keys_missing", NULL);
}

/* ---- a body ---------------------------------------------------------------------------------- */

static void read_name(struct call *c, const struct rec_field *f, const struct jv *v,
                      struct rec_input *out)
{
    enum { FULL = 240, INITIALS = 60 };
    const char **column = &out->column[f->column];
    column[0] = input_value(c, f, f->pointer, v);
    if (!column[0] || f->ncolumns == 1)
        return;
    char *full = arena_alloc(c->arena, FULL), *initials = arena_alloc(c->arena, INITIALS);
    pinyin_name(column[0], full, FULL, initials, INITIALS);
    column[1] = full;
    column[2] = initials;
}

const char *input_why_not(const struct rec *r, const struct rec_action *x, enum input_mode mode,
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
    const char *fault = input_why_not(r, x, mode, field);
    if (fault) {
        input_refuse(c, f->pointer, fault, NULL);
        return;
    }
    out->given |= UINT64_C(1) << field;
    if (jv_type(v) == JV_NULL) {
        bool needed = mode == INPUT_ACTION ? x->needs[field] : (f->d.flags & WL_REQUIRED) != 0;
        if (needed)
            input_refuse(c, f->pointer, "required", NULL);
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
        input_refuse(c, "/id", "id7_expected", NULL);
}

static void read_div(struct call *c, struct rec_input *out)
{
    const struct jv *v = jv_get(c->input, "div");
    if (!v)
        return;
    out->div = input_division(c, "/div", v);
    int64_t div;
    if (out->div && str_int64(out->div, &div) && !scope_holds(c->actor->scope, div))
        input_refuse(c, "/div", "division_elsewhere", NULL);
}

static void require(struct call *c, const struct rec *r, const struct rec_action *x,
                    enum input_mode mode, const struct rec_input *in)
{
    for (int i = 0; i < r->nfields && mode != INPUT_PATCH; i++) {
        bool needed =
            mode == INPUT_ACTION ? x->needs[i] : (r->fields[i].d.flags & WL_REQUIRED) != 0;
        if (needed && !(in->given >> i & 1))
            input_refuse(c, r->fields[i].pointer, "required", NULL);
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
            input_refuse(c, fault_pointer(c, "", key), "unknown_field", NULL);
    }
    require(c, r, x, mode, out);
    if (mode == INPUT_CREATE)
        rules_check(c, r, out);
    return !faults_reply(c);
}
