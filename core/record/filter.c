#include "record/filter.h"

#include <string.h>

#include "base/str.h"
#include "record/codes.h"
#include "record/output.h"

enum { TEXT_MAX = 200, VALUES_MAX = 200, DIGITS_MAX = 18 };

/* ---- ops ------------------------------------------------------------------------------------- */

enum {
    ONE_OF = 1 << FILTER_EQ | 1 << FILTER_IN,
    ANY = ONE_OF | 1 << FILTER_NE | 1 << FILTER_ISNULL,
    RANGE = 1 << FILTER_GT | 1 << FILTER_GE | 1 << FILTER_LT | 1 << FILTER_LE,
    WORDS = ANY | 1 << FILTER_LIKE
};

/* `distinct`: where the field is empty it is not the value either. The backslash of a pattern is
 * PostgreSQL's own default. */
static const struct {
    const char *name, *sql; /* between column and parameter */
} ops[FILTER_OPS] = {
    [FILTER_EQ] = {"eq", " = "},          [FILTER_NE] = {"ne", " is distinct from "},
    [FILTER_IN] = {"in", " = any ("},     [FILTER_ISNULL] = {"isnull", NULL},
    [FILTER_GT] = {"gt", " > "},          [FILTER_GE] = {"ge", " >= "},
    [FILTER_LT] = {"lt", " < "},          [FILTER_LE] = {"le", " <= "},
    [FILTER_LIKE] = {"like", " like "},
};

const char *filter_op_name(enum filter_op op)
{
    return ops[op].name;
}

int filter_sql(struct buf *b, const struct filter *f, int p)
{
    if (f->op == FILTER_ISNULL) {
        buf_printf(b, " and t.%s is %snull", f->column, *f->value == 't' ? "" : "not ");
        return p;
    }
    buf_printf(b, " and t.%s%s$%d::%s%s", f->column, ops[f->op].sql, p, f->type,
               f->op == FILTER_IN ? "[])" : "");
    return p + 1;
}

bool filter_steady(const struct filter *f, const char *sort)
{
    return (1 << f->op & (ONE_OF | 1 << FILTER_ISNULL)) ||
           ((1 << f->op & RANGE) && str_eq(f->column, sort));
}

/* ---- values ---------------------------------------------------------------------------------- */

/* What a filter compares with need not be what the field would accept today: a code that has ended,
 * a day to come. */
typedef const char *(*reader)(struct call *c, const struct rec_field *f, const char *text);

static const char *read_text(struct call *c, const struct rec_field *f, const char *text)
{
    (void)c, (void)f;
    return *text && utf8_count(text) <= TEXT_MAX ? text : NULL;
}

static const char *read_integer(struct call *c, const struct rec_field *f, const char *text)
{
    int64_t n;
    (void)c, (void)f;
    return str_int64(text, &n) ? text : NULL;
}

static const char *read_decimal(struct call *c, const struct rec_field *f, const char *text)
{
    static const char digits[] = "0123456789";
    const char *at = text + (*text == '-');
    size_t whole = strspn(at, digits);
    size_t places = at[whole] == '.' ? strspn(at + whole + 1, digits) : 0;
    bool fits = whole >= 1 && whole <= DIGITS_MAX && places <= f->d.scale;
    (void)c;
    at += whole + (places ? places + 1 : 0);
    return fits && !*at ? text : NULL;
}

static const char *read_bool(struct call *c, const struct rec_field *f, const char *text)
{
    (void)c, (void)f;
    return str_eq(text, "true") || str_eq(text, "false") ? text : NULL;
}

static const char *read_date(struct call *c, const struct rec_field *f, const char *text)
{
    struct date d;
    (void)c, (void)f;
    return date_parse(text, &d) ? text : NULL;
}

static const char *read_time(struct call *c, const struct rec_field *f, const char *text)
{
    int64_t at;
    (void)f;
    if (!time_parse(text, &at))
        return NULL;
    char *utc = arena_alloc(c->arena, TIME_TEXT);
    time_format(at, utc);
    return utc;
}

/* "08:30" */
static const char *read_clock(struct call *c, const struct rec_field *f, const char *text)
{
    const char *form = "29:59", *at = text;
    (void)c, (void)f;
    while (*form && (*form == ':' ? *at == ':' : *at >= '0' && *at <= *form))
        form++, at++;
    return !*form && !*at && (text[0] < '2' || text[1] < '4') ? text : NULL;
}

static const char *read_code(struct call *c, const struct rec_field *f, const char *text)
{
    (void)c;
    return code_known(f->d.of, text) ? text : NULL;
}

static const char *read_uuid(struct call *c, const struct rec_field *f, const char *text)
{
    (void)c, (void)f;
    return uuid_valid(text) ? text : NULL;
}

static const char *read_division(struct call *c, const struct rec_field *f, const char *text)
{
    int64_t div;
    (void)c, (void)f;
    return strlen(text) == 12 && str_int64(text, &div) && div > 0 ? text : NULL;
}

/* What each type takes; what does not stand here is not filtered. */
static const struct {
    unsigned ops;
    reader read;
    const char *fault;
} types[] = {
    [WL_TEXT] = {WORDS, read_text, "bad_value"},
    [WL_NAME] = {WORDS, read_text, "bad_value"},
    [WL_USCC] = {WORDS, read_text, "bad_value"},
    [WL_INTEGER] = {ANY | RANGE, read_integer, "integer_expected"},
    [WL_MONEY] = {ANY | RANGE, read_integer, "money_expected"},
    [WL_DECIMAL] = {ANY | RANGE, read_decimal, "decimal_expected"},
    [WL_BOOL] = {ANY, read_bool, "boolean_expected"},
    [WL_DATE] = {ANY | RANGE, read_date, "date_expected"},
    [WL_TIME] = {ANY | RANGE, read_time, "time_expected"},
    [WL_CLOCK] = {ANY | RANGE, read_clock, "clock_expected"},
    [WL_CHOICE] = {ANY, read_code, "not_in_code_table"},
    [WL_REFERENCE] = {ANY, read_uuid, "id_expected"},
    [WL_STAFF] = {ANY, read_uuid, "id_expected"},
    [WL_DIVISION] = {ANY, read_division, "division_expected"},
};

/* ---- what may be filtered -------------------------------------------------------------------- */

/* Common columns, beside the record's own fields. bigint compares with township as well, whatever
 * number was given. */
static const struct {
    const char *name, *type;
    unsigned ops;
    enum wl_type like; /* its values */
} common[] = {
    {"id", "uuid", ONE_OF, WL_STAFF},
    {"township", "bigint", ONE_OF, WL_INTEGER},
    {"div", "bigint", ONE_OF, WL_DIVISION},
    {"org", "uuid", ONE_OF, WL_STAFF},
    {"created_by", "uuid", ONE_OF, WL_STAFF},
    {"created_at", "timestamp with time zone", RANGE, WL_TIME},
    {"updated_at", "timestamp with time zone", RANGE, WL_TIME},
};
enum { COMMON = sizeof common / sizeof common[0] };

unsigned filter_ops(const struct rec_field *f)
{
    bool known = f->d.type < sizeof types / sizeof types[0];
    return known && (f->d.flags & WL_FILTER) ? types[f->d.type].ops : 0;
}

unsigned filter_common_ops(const char *name)
{
    for (int i = 0; i < COMMON; i++)
        if (str_eq(common[i].name, name))
            return common[i].ops;
    return 0;
}

static unsigned field_ops(const struct call *c, const struct rec_field *f)
{
    return output_withheld(c, f) ? 0 : filter_ops(f);
}

/* What a name stands for. */
struct target {
    const char *column, *type;
    unsigned ops;
    enum wl_type like;
    const struct rec_field *field; /* NULL: a common column */
};

static bool target_find(const struct call *c, const struct rec *r, const char *name,
                        struct target *t)
{
    for (int i = 0; i < COMMON; i++)
        if (str_eq(common[i].name, name)) {
            *t = (struct target){common[i].name, common[i].type, common[i].ops, common[i].like,
                                 NULL};
            return true;
        }
    int at = rec_field_find(r, name);
    if (at < 0)
        return false;
    const struct rec_field *f = &r->fields[at];
    const struct rec_column *col = &r->columns[f->column];
    *t = (struct target){col->name, col->type, field_ops(c, f), (enum wl_type)f->d.type, f};
    return t->ops != 0;
}

/* ---- refusals -------------------------------------------------------------------------------- */

static const char *join(struct call *c, const char *list, const char *word)
{
    return arena_printf(c->arena, "%s%s%s", list, *list ? ", " : "", word);
}

static bool refuse(struct call *c, const struct call_param *q, const char *code, const char *one,
                   const char *two)
{
    const char *const args[] = {one, two, NULL};
    fault_add(c, arena_printf(c->arena, "?%s", q->name), code, args);
    return false;
}

static bool refuse_name(struct call *c, const struct rec *r, const struct call_param *q)
{
    const char *list = "";
    for (int i = 0; i < r->nfields; i++)
        if (field_ops(c, &r->fields[i]))
            list = join(c, list, r->fields[i].d.name);
    for (int i = 0; i < COMMON; i++)
        list = join(c, list, common[i].name);
    return refuse(c, q, "unknown_filter", q->name, list);
}

static bool refuse_op(struct call *c, const struct call_param *q, const char *name, unsigned taken)
{
    const char *list = "";
    for (int i = 0; i < FILTER_OPS; i++)
        if (taken >> i & 1)
            list = join(c, list, ops[i].name);
    return refuse(c, q, "unknown_operator", name, list);
}

/* What the text of a type's fault speaks of. */
static const char *fault_subject(struct call *c, const struct call_param *q, const struct target *t)
{
    switch (t->like) {
    case WL_CHOICE:
        return t->field->d.of;
    case WL_DECIMAL:
        return arena_printf(c->arena, "%u", t->field->d.scale);
    default:
        return q->name;
    }
}

static const char *refuse_value(struct call *c, const struct call_param *q, const struct target *t)
{
    refuse(c, q, types[t->like].fault, fault_subject(c, q, t), NULL);
    return NULL;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* An element of a text array, quoted. */
static void element_add(struct buf *b, const char *text)
{
    buf_str(b, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_str(b, "\\");
        buf_add(b, text, 1);
    }
    buf_str(b, "\"");
}

/* "a,b,c" → '{"a","b","c"}', each checked. */
static const char *values_read(struct call *c, const struct call_param *q, const struct target *t)
{
    struct buf b;
    const char *at = q->value, *out = NULL;
    int commas = 0;
    for (const char *s = at; *s; s++)
        commas += *s == ',';
    if (commas >= VALUES_MAX) {
        refuse(c, q, "too_many_values", NULL, NULL);
        return NULL;
    }
    buf_init(&b, 64 * 1024);
    buf_str(&b, "{");
    for (int i = 0; i <= commas; i++) {
        size_t n = strcspn(at, ",");
        const char *one = types[t->like].read(c, t->field, arena_strndup(c->arena, at, n));
        if (!one)
            break;
        buf_str(&b, i ? "," : "");
        element_add(&b, one);
        if (!at[n]) {
            buf_str(&b, "}");
            out = b.over ? NULL : arena_strndup(c->arena, b.p, b.n);
            break;
        }
        at += n + 1;
    }
    buf_free(&b);
    return out ? out : refuse_value(c, q, t);
}

/* "50%*" → '50\%%' */
static const char *prefix_read(struct call *c, const struct call_param *q, const struct target *t)
{
    size_t n = strlen(q->value), k = 0;
    n -= n && q->value[n - 1] == '*';
    const char *prefix = arena_strndup(c->arena, q->value, n);
    if (!types[t->like].read(c, t->field, prefix))
        return refuse_value(c, q, t);
    char *out = arena_alloc(c->arena, 2 * n + 2);
    for (; *prefix; prefix++) {
        if (strchr("\\%_", *prefix))
            out[k++] = '\\';
        out[k++] = *prefix;
    }
    out[k++] = '%';
    out[k] = 0;
    return out;
}

static const char *value_read(struct call *c, const struct call_param *q, const struct target *t,
                              enum filter_op op)
{
    const char *value;
    switch (op) {
    case FILTER_IN:
        return values_read(c, q, t);
    case FILTER_LIKE:
        return prefix_read(c, q, t);
    case FILTER_ISNULL:
        value = read_bool(c, NULL, q->value);
        if (!value)
            refuse(c, q, "boolean_expected", NULL, NULL);
        return value;
    default:
        value = types[t->like].read(c, t->field, q->value);
        return value ? value : refuse_value(c, q, t);
    }
}

bool filter_read(struct call *c, const struct rec *r, const struct call_param *q, struct filter *f)
{
    const char *dot = strrchr(q->name, '.');
    struct target t;
    if (!dot)
        return refuse(c, q, "unknown_parameter", q->name, NULL);
    const char *name = arena_strndup(c->arena, q->name, (size_t)(dot - q->name));
    if (!target_find(c, r, name, &t))
        return refuse_name(c, r, q);
    for (int i = 0; i < FILTER_OPS; i++)
        if ((t.ops >> i & 1) && str_eq(ops[i].name, dot + 1)) {
            *f = (struct filter){t.column, t.type, (enum filter_op)i, NULL};
            f->value = value_read(c, q, &t, f->op);
            return f->value != NULL;
        }
    return refuse_op(c, q, name, t.ops);
}
