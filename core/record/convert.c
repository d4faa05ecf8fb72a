#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "base/time.h"
#include "record/codes.h"
#include "record/convert.h"

/* Values of 18 digits stay exact; numeric(18, scale) holds them. */
enum { DECIMAL_DIGITS = 18 };

const char *input_refuse(struct call *c, const char *pointer, const char *code, const char *arg)
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
        return input_refuse(c, pointer, "text_expected", NULL);
    if (!text_clean(s, &blank))
        return input_refuse(c, pointer, "control_character", NULL);
    if (blank)
        return input_refuse(c, pointer, "too_short", number_text(c, f->d.min ? f->d.min : 1));
    int64_t n = (int64_t)utf8_count(s), max = f->d.max ? f->d.max : 2000;
    if (n < f->d.min || n < 1)
        return input_refuse(c, pointer, "too_short", number_text(c, f->d.min ? f->d.min : 1));
    if (n > max)
        return input_refuse(c, pointer, "too_long", number_text(c, max));
    return s;
}

static const char *convert_integer(struct call *c, const struct rec_field *f, const char *pointer,
                                   const struct jv *v)
{
    int64_t n;
    bool bounded = f->d.min || f->d.max;
    if (!jv_int(v, &n))
        return input_refuse(c, pointer,
                            f->d.type == WL_MONEY ? "money_expected" : "integer_expected", NULL);
    if (bounded && n < f->d.min)
        return input_refuse(c, pointer, "too_small", number_text(c, f->d.min));
    if (bounded && n > f->d.max)
        return input_refuse(c, pointer, "too_large", number_text(c, f->d.max));
    return number_text(c, n);
}

static const char *convert_bool(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    bool b;
    (void)f;
    if (!jv_bool(v, &b))
        return input_refuse(c, pointer, "boolean_expected", NULL);
    return b ? "true" : "false";
}

static const char *convert_date(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    struct date d;
    const char *s = jv_text(v);
    if (!s || !date_parse(s, &d))
        return input_refuse(c, pointer, "date_expected", NULL);
    if ((f->d.flags & WL_NOT_FUTURE) && date_compare(d, date_today()) > 0)
        return input_refuse(c, pointer, "in_future", NULL);
    return s;
}

static const char *convert_time(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    int64_t at;
    const char *s = jv_text(v);
    if (!s || !time_parse(s, &at))
        return input_refuse(c, pointer, "time_expected", NULL);
    if ((f->d.flags & WL_NOT_FUTURE) && at > clock_us() + 60 * INT64_C(1000000))
        return input_refuse(c, pointer, "in_future", NULL);
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
        return input_refuse(c, pointer, "not_in_code_table", f->d.of);
    return s;
}

/* '{"A","B"}'; codes hold no quotes or backslashes, they were found in the table. */
static const char *convert_choices(struct call *c, const struct rec_field *f, const char *pointer,
                                   const struct jv *v)
{
    if (jv_type(v) != JV_ARRAY || jv_count(v) > 50)
        return input_refuse(c, pointer, "list_expected", NULL);
    if ((f->d.flags & WL_REQUIRED) && jv_count(v) == 0)
        return input_refuse(c, pointer, "required", NULL);
    const char *out = "{";
    for (size_t i = 0; i < jv_count(v); i++) {
        char *at = arena_printf(c->arena, "%s/%zu", pointer, i);
        const char *code = convert_choice(c, f, at, jv_at(v, i));
        if (!code)
            return NULL;
        if (strstr(out, arena_printf(c->arena, "\"%s\"", code)))
            return input_refuse(c, at, "twice", NULL);
        out = arena_printf(c->arena, "%s%s\"%s\"", out, i ? "," : "", code);
    }
    return arena_printf(c->arena, "%s}", out);
}

static const char *convert_uuid(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    const char *s = jv_text(v);
    (void)f;
    return s && uuid_valid(s) ? s : input_refuse(c, pointer, "id_expected", NULL);
}

static const char *convert_division(struct call *c, const struct rec_field *f, const char *pointer,
                                    const struct jv *v)
{
    int64_t div;
    const char *s = jv_text(v);
    bool within = f && (f->d.flags & WL_WITHIN);
    if (!s || strlen(s) != 12 || !str_int64(s, &div))
        return input_refuse(c, pointer, "division_expected", NULL);
    if (APP_WALL && (div / 1000000 != c->county || (within && !scope_covers(c->actor->scope, div))))
        return input_refuse(c, pointer, "division_elsewhere", NULL);
    return s;
}

const char *input_division(struct call *c, const char *pointer, const struct jv *v)
{
    return convert_division(c, NULL, pointer, v);
}

/* "-12.5" with scale 2 → -1250; false when it is none, has more places or more than 18 digits. */
static bool decimal_parse(const char *s, uint32_t scale, int64_t *units)
{
    int64_t n = 0;
    bool negative = *s == '-';
    int digits = 0;
    uint32_t places = 0;
    s += negative;
    size_t whole = strspn(s, "0123456789");
    size_t part = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
    if (whole == 0 || (s[whole] == '.' && part == 0) || part > scale ||
        s[whole + (part ? part + 1 : 0)])
        return false;
    for (; *s || places < scale; s += *s != '\0') {
        if (*s == '.')
            continue;
        bool fraction = digits >= (int)whole;
        places += fraction;
        if (++digits > DECIMAL_DIGITS)
            return false;
        n = n * 10 + (*s ? *s - '0' : 0);
    }
    *units = negative ? -n : n;
    return true;
}

static const char *decimal_text(struct call *c, int64_t units, uint32_t scale)
{
    int64_t one = 1;
    for (uint32_t i = 0; i < scale; i++)
        one *= 10;
    const char *sign = units < 0 ? "-" : "";
    long long n = (long long)(units < 0 ? -units : units);
    if (scale == 0)
        return arena_printf(c->arena, "%s%lld", sign, n);
    return arena_printf(c->arena, "%s%lld.%0*lld", sign, n / one, (int)scale, n % one);
}

static const char *convert_decimal(struct call *c, const struct rec_field *f, const char *pointer,
                                   const struct jv *v)
{
    int64_t n;
    bool bounded = f->d.min || f->d.max;
    const char *s = jv_text(v);
    if (!s || !decimal_parse(s, f->d.scale, &n))
        return input_refuse(c, pointer, "decimal_expected", number_text(c, f->d.scale));
    if (bounded && n < f->d.min)
        return input_refuse(c, pointer, "too_small", decimal_text(c, f->d.min, f->d.scale));
    if (bounded && n > f->d.max)
        return input_refuse(c, pointer, "too_large", decimal_text(c, f->d.max, f->d.scale));
    return decimal_text(c, n, f->d.scale);
}

/* "08:30" */
static const char *convert_clock(struct call *c, const struct rec_field *f, const char *pointer,
                                 const struct jv *v)
{
    const char *s = jv_text(v);
    (void)f;
    if (!s || strlen(s) != 5 || strspn(s, "0123456789") != 2 || s[2] != ':' ||
        strspn(s + 3, "0123456789") != 2 || memcmp(s, "24", 2) >= 0 || s[3] > '5')
        return input_refuse(c, pointer, "clock_expected", NULL);
    return s;
}

static const char *convert_uscc(struct call *c, const struct rec_field *f, const char *pointer,
                                const struct jv *v)
{
    static const char *const codes[] = {
        [CHECK_LENGTH] = "uscc_length",
        [CHECK_CHARS] = "uscc_characters",
        [CHECK_DIGIT] = "uscc_check_digit",
    };
    char uscc[USCC_TEXT];
    const char *s = jv_text(v);
    (void)f;
    if (!s)
        return input_refuse(c, pointer, "text_expected", NULL);
    enum check_result result = uscc_check(s, uscc);
    if (result != CHECK_OK)
        return input_refuse(c, pointer, codes[result], NULL);
    return arena_strdup(c->arena, uscc);
}

static const converter converters[] = {
    [WL_TEXT] = convert_text,       [WL_NAME] = convert_text,     [WL_INTEGER] = convert_integer,
    [WL_MONEY] = convert_integer,   [WL_BOOL] = convert_bool,     [WL_DATE] = convert_date,
    [WL_TIME] = convert_time,       [WL_CHOICE] = convert_choice, [WL_CHOICES] = convert_choices,
    [WL_REFERENCE] = convert_uuid,  [WL_STAFF] = convert_uuid,    [WL_DIVISION] = convert_division,
    [WL_DECIMAL] = convert_decimal, [WL_CLOCK] = convert_clock,   [WL_USCC] = convert_uscc,
    [WL_FILE] = convert_uuid,       [WL_LIST] = convert_list,
};

const char *input_value(struct call *c, const struct rec_field *f, const char *pointer,
                        const struct jv *v)
{
    return converters[f->d.type](c, f, pointer, v);
}
