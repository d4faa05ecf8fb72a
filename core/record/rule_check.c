/* Rules held against the input of a create, and the faults of rules wherever they were found. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/guard.h"
#include "record/label.h"
#include "record/rule.h"

const char *rule_name(uint32_t kind)
{
    static const char *const names[] = {
        [WL_REQUIRED_IF] = "required_if",
        [WL_FORBIDDEN_IF] = "forbidden_if",
        [WL_AFTER] = "after",
        [WL_NOT_BEFORE] = "not_before",
        [WL_SUM_OF] = "sum_of",
        [WL_ANY_OF] = "any_of",
    };
    return kind && kind < sizeof names / sizeof names[0] ? names[kind] : "?";
}

/* ---- what is being created ------------------------------------------------------------------- */

/* The field's value as the column will hold it, as text; NULL: empty. */
static const char *value_of(const struct rec *r, const struct rec_input *in, int field)
{
    const struct rec_field *f = &r->fields[field];
    const char *text = in->column[f->column];
    if (field == r->state && r->nstates)
        return r->states[0];
    if (text && ((f->d.type == WL_CHOICES && str_eq(text, "{}")) ||
                 (f->d.type == WL_LIST && str_eq(text, "[]"))))
        return NULL;
    return text;
}

/* Given, but not taken: its own fault is told already. */
static bool faulty(const struct call *c, const struct rec *r, const struct rec_input *in, int field)
{
    const struct rec_field *f = &r->fields[field];
    return (in->given >> field & 1) && !in->column[f->column] &&
           jv_type(jv_get(c->input, f->d.name)) != JV_NULL;
}

static bool rule_waits(const struct call *c, const struct rec *r, const struct rec_input *in,
                       const struct rec_rule *x)
{
    bool waits = x->computed || faulty(c, r, in, x->field);
    for (int i = 0; i < x->nothers; i++)
        waits = waits || faulty(c, r, in, x->other[i]);
    return waits;
}

static bool other_holds(struct call *c, const struct rec *r, const struct rec_rule *x,
                        const char *value)
{
    size_t n;
    bool many = r->fields[x->other[0]].d.type == WL_CHOICES;
    if (!value || str_eq(x->d.values, "*"))
        return value != NULL;
    for (const char *at = x->d.values, *w; (w = str_word_next(&at, &n));) {
        const char *word = arena_strndup(c->arena, w, n);
        if (many ? strstr(value, arena_printf(c->arena, "\"%s\"", word)) != NULL
                 : strcmp(value, word) == 0)
            return true;
    }
    return false;
}

/* "12.50" and 1250 → 1250: every text here has its scale's places. */
static bool units_add(int64_t *sum, const char *text)
{
    int64_t n = 0;
    bool negative = text && *text == '-';
    for (const char *p = text; p && *p; p++)
        if (*p >= '0' && *p <= '9' &&
            (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n)))
            return false;
    return !__builtin_add_overflow(*sum, negative ? -n : n, sum);
}

static bool items_add(struct call *c, const struct rec *r, const struct rec_rule *x, int i,
                      const char *list, int64_t *sum)
{
    struct jv_fault fault;
    const char *member = r->fields[x->other[i]].items[x->item[i]].d.name;
    const struct jv *v = list ? jv_parse(c->arena, list, strlen(list), &fault) : NULL;
    for (size_t k = 0; k < jv_count(v); k++) {
        const struct jv *one = jv_get(jv_at(v, k), member);
        int64_t n;
        const char *text =
            jv_int(one, &n) ? arena_printf(c->arena, "%lld", (long long)n) : jv_text(one);
        if (!units_add(sum, text))
            return false;
    }
    return true;
}

static bool sum_holds(struct call *c, const struct rec *r, const struct rec_rule *x,
                      const struct rec_input *in, const char *value)
{
    int64_t sum = 0, said = 0;
    bool whole = units_add(&said, value);
    for (int i = 0; value && i < x->nothers; i++) {
        const char *text = value_of(r, in, x->other[i]);
        whole =
            whole && (x->item[i] >= 0 ? items_add(c, r, x, i, text, &sum) : units_add(&sum, text));
    }
    return !value || (whole && sum == said);
}

static bool rule_holds(struct call *c, const struct rec *r, const struct rec_rule *x,
                       const struct rec_input *in)
{
    const char *value = value_of(r, in, x->field), *other = value_of(r, in, x->other[0]);
    bool any = value != NULL;
    switch (x->d.kind) {
    case WL_REQUIRED_IF:
        return value || !other_holds(c, r, x, other);
    case WL_FORBIDDEN_IF:
        return !value || !other_holds(c, r, x, other);
    case WL_AFTER: /* dates, times in UTC and times of day sort as they are written */
        return !value || !other || strcmp(value, other) > 0;
    case WL_NOT_BEFORE:
        return !value || !other || strcmp(value, other) >= 0;
    case WL_SUM_OF:
        return sum_holds(c, r, x, in, value);
    default:
        for (int i = 0; i < x->nothers; i++)
            any = any || value_of(r, in, x->other[i]);
        return any;
    }
}

void rules_check(struct call *c, const struct rec *r, const struct rec_input *in)
{
    for (int i = 0; i < r->nrules; i++) {
        const struct rec_rule *x = &r->rules[i];
        if (!rule_waits(c, r, in, x) && !rule_holds(c, r, x, in))
            rule_fault(c, r, x);
    }
}

/* ---- faults ---------------------------------------------------------------------------------- */

static const char *word_label(struct call *c, const struct rec *r, int field, const char *word)
{
    const struct wl_field *d = &r->fields[field].d;
    int n;
    const struct code *all = codes_all(&n);
    if (d->type == WL_CHOICE || d->type == WL_CHOICES)
        for (int i = 0; i < n; i++)
            if (str_eq(all[i].tab, d->of) && str_eq(all[i].code, word))
                return c->lang == LANG_ZH ? all[i].zh : all[i].en;
    const char *key = d->type == WL_BOOL ? arena_printf(c->arena, "word.%s", word)
                                         : arena_printf(c->arena, "%s.state.%s", r->d.name, word);
    const char *text =
        d->type == WL_BOOL || field == r->state ? message_find(c->lang, r->owner, key) : NULL;
    return text ? text : word;
}

static const char *words_label(struct call *c, const struct rec *r, const struct rec_rule *x)
{
    const char * or = c->lang == LANG_ZH ? "、" : " or ";
    const char *out = "";
    size_t n;
    for (const char *at = x->d.values ? x->d.values : "", *w; (w = str_word_next(&at, &n));)
        out = arena_printf(c->arena, "%s%s%s", out, *out ? or : "",
                           word_label(c, r, x->other[0], arena_strndup(c->arena, w, n)));
    return out;
}

static const char *others_label(struct call *c, const struct rec *r, const struct rec_rule *x)
{
    static const char *const joints[][2] = {{"、", ", "}, {"＋", " + "}};
    const char *joint = joints[x->d.kind == WL_SUM_OF][c->lang == LANG_EN];
    const char *out = "";
    for (int i = 0; i < x->nothers; i++)
        out = arena_printf(c->arena, "%s%s%s", out, i ? joint : "",
                           x->item[i] >= 0 ? rec_item_label(c, r, x->other[i], x->item[i])
                                           : rec_label(c, r, x->other[i]));
    return out;
}

void rule_fault(struct call *c, const struct rec *r, const struct rec_rule *x)
{
    const char *code = rule_name(x->d.kind);
    bool any = str_eq(x->d.values, "*");
    const char *key = arena_printf(c->arena, any ? "rule.%s_any" : "fault.%s", code);
    const char *const args[] = {rec_label(c, r, x->field), others_label(c, r, x),
                                words_label(c, r, x), NULL};
    const char *text = message(c->lang, r->owner, key);
    fault_text(c, r->fields[x->field].pointer, code, message_fill(c->arena, text, args));
}

void rules_explain(struct call *c, const struct rec *r, const char *told)
{
    for (int i = 0; i < r->nrules + r->nguards && told[i]; i++)
        if (i < r->nrules && told[i] == 'f')
            rule_fault(c, r, &r->rules[i]);
        else if (told[i] == 'f')
            guard_fault(c, r, i - r->nrules, told);
}
