#include "record/rule.h"

#include <string.h>

#include "base/str.h"
#include "record/codes.h"
#include "record/rec_compile.h"

/* ---- what a rule may say --------------------------------------------------------------------- */

static bool rule_compares(uint32_t kind)
{
    return kind == WL_AFTER || kind == WL_NOT_BEFORE;
}

static bool rule_has_values(uint32_t kind)
{
    return kind == WL_REQUIRED_IF || kind == WL_FORBIDDEN_IF;
}

static bool numeric(uint32_t type)
{
    return type == WL_INTEGER || type == WL_MONEY || type == WL_DECIMAL;
}

static const struct wl_field *other_field(const struct rec *r, const struct rec_rule *x, int i)
{
    const struct rec_field *f = &r->fields[x->other[i]];
    return x->item[i] >= 0 ? &f->items[x->item[i]].d : &f->d;
}

/* Words stand in SQL as they are. */
static bool words_plain(const char *words)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- ";
    return words[strspn(words, plain)] == '\0' && words[strspn(words, " ")] != '\0';
}

static const char *bool_or_state_fault(const struct rec *r, const struct rec_rule *x)
{
    size_t n;
    bool state = x->other[0] == r->state;
    bool yes_no = r->fields[x->other[0]].d.type == WL_BOOL;
    for (const char *at = x->d.values, *w; (w = str_word_next(&at, &n));) {
        char word[64];
        if (!str_format(word, sizeof word, "%.*s", (int)n, w))
            return "`values` holds a word that is too long; mend it";
        if (yes_no && !str_has_word("true false", word))
            return "`values` of a yes-or-no field must be true or false";
        if (state && r->nstates && rec_state_find(r, word) < 0)
            return "`values` names a state the record does not have; name it in `states`, or mend "
                   "the word";
    }
    return NULL;
}

static const char *values_fault(const struct rec *r, const struct rec_rule *x)
{
    uint32_t type = r->fields[x->other[0]].d.type;
    if (x->nothers != 1 || x->item[0] >= 0)
        return "`other` must name one field of the record";
    if (!x->d.values || !words_plain(str_eq(x->d.values, "*") ? "x" : x->d.values))
        return "`values` must list the words of `other` that it is about, or be \"*\"";
    if (str_eq(x->d.values, "*"))
        return NULL;
    if (type != WL_CHOICE && type != WL_CHOICES && type != WL_BOOL && type != WL_TEXT &&
        type != WL_INTEGER)
        return "only codes, yes or no, integers and texts are compared with words; write \"*\" in"
               " `values`";
    return bool_or_state_fault(r, x);
}

static const char *order_fault(const struct rec *r, const struct rec_rule *x)
{
    uint32_t type = r->fields[x->field].d.type;
    if (x->nothers != 1 || x->item[0] >= 0)
        return "`other` must name one field of the record";
    if (type != WL_DATE && type != WL_TIME && type != WL_CLOCK)
        return "only dates, times and times of day come after one another; name one in `field`";
    if (other_field(r, x, 0)->type != type)
        return "compares two fields of one type: dates, times or times of day; make `other` one";
    return NULL;
}

static const char *sum_fault(const struct rec *r, const struct rec_rule *x)
{
    const struct wl_field *sum = &r->fields[x->field].d;
    if (!numeric(sum->type))
        return "only an integer, money or a decimal is a sum; name one in `field`";
    for (int i = 0; i < x->nothers; i++)
        if (other_field(r, x, i)->type != sum->type || other_field(r, x, i)->scale != sum->scale)
            return "`other` must name fields of the sum's own type and scale";
    return NULL;
}

static const char *any_fault(const struct rec_rule *x)
{
    for (int i = 0; i < x->nothers; i++)
        if (x->item[i] >= 0)
            return "`other` must name fields of the record, not of an item";
    return NULL;
}

static const char *kind_fault(const struct rec *r, const struct rec_rule *x)
{
    if (rule_has_values(x->d.kind))
        return values_fault(r, x);
    if (x->d.values)
        return "`values` belongs to required_if and forbidden_if only; drop it";
    if (rule_compares(x->d.kind))
        return order_fault(r, x);
    return x->d.kind == WL_SUM_OF ? sum_fault(r, x) : any_fault(x);
}

static const char *field_use_fault(const struct rec *r, const struct rec_rule *x)
{
    const struct wl_field *d = &r->fields[x->field].d;
    for (int i = 0; i < x->nothers; i++) {
        if (x->other[i] == x->field && x->item[i] < 0)
            return "compares the field with itself; name another in `other`";
        if (x->other[i] == r->serial)
            return "a serial is made as the row is written; name another field in `other`";
    }
    if (x->field == r->serial)
        return "a serial is made as the row is written; name another field in `field`";
    if ((d->flags & WL_COMPUTED) && x->d.kind != WL_AFTER && x->d.kind != WL_NOT_BEFORE)
        return "is computed: whoever is told the fault could not mend it; name another `field`";
    if ((d->flags & WL_REQUIRED) && x->d.kind == WL_FORBIDDEN_IF)
        return "is WL_REQUIRED and could never be empty; drop one of the two";
    return NULL;
}

/* ---- names to indices ------------------------------------------------------------------------ */

static bool other_find(const struct rec *r, const char *word, int *field, int *item)
{
    char name[64];
    const char *dot = strchr(word, '.');
    *item = -1;
    if (!str_format(name, sizeof name, "%.*s", (int)(dot ? dot - word : (long)strlen(word)), word))
        return false;
    *field = rec_field_find(r, name);
    if (*field < 0 || !dot)
        return *field >= 0;
    for (int i = 0; i < r->fields[*field].nitems; i++)
        if (str_eq(r->fields[*field].items[i].d.name, dot + 1))
            *item = i;
    return *item >= 0;
}

static const char *names_find(const struct rec *r, struct rec_rule *x)
{
    size_t n;
    if (x->d.kind == WL_RULE_UNSET || x->d.kind > WL_ANY_OF)
        return "kind is unset or unknown; set .kind to a WL_ rule";
    if ((x->field = x->d.field ? rec_field_find(r, x->d.field) : -1) < 0)
        return "`field` must name a field of the record";
    for (const char *at = x->d.other, *w; at && (w = str_word_next(&at, &n)); x->nothers++) {
        char word[128];
        if (x->nothers == REC_RULE_OTHERS_MAX)
            return "`other` names too many fields: at most 8";
        if (!str_format(word, sizeof word, "%.*s", (int)n, w) ||
            !other_find(r, word, &x->other[x->nothers], &x->item[x->nothers]))
            return "`other` must name fields of the record (\"items.points\": a member of a list)";
    }
    return x->nothers ? NULL
                      : "`other` must name fields of the record (\"items.points\": a member"
                        " of a list)";
}

bool rules_compile(struct arena *a, struct rec *r, const char **why)
{
    for (uint32_t i = 0; i < r->d.rules.count; i++) {
        struct rec_rule *x = &r->rules[r->nrules];
        if (r->nrules == REC_RULES_MAX)
            return rec_fail(a, why, r, "rule", NULL, "too many rules: at most 24");
        table_row(&r->d.rules, i, &x->d, sizeof x->d);
        const char *fault = names_find(r, x);
        if (!fault)
            fault = kind_fault(r, x);
        if (!fault)
            fault = field_use_fault(r, x);
        if (fault)
            return rec_fail(
                a, why, r, "rule",
                arena_printf(a, "%s %s", rule_name(x->d.kind), x->d.field ? x->d.field : "?"),
                fault);
        x->computed = r->fields[x->field].d.compute.text != NULL;
        for (int k = 0; k < x->nothers; k++)
            x->computed = x->computed || r->fields[x->other[k]].d.compute.text;
        r->nrules++;
    }
    return true;
}

bool rules_codes_known(struct arena *a, const struct rec *r, const char **why)
{
    for (int i = 0; i < r->nrules; i++) {
        const struct rec_rule *x = &r->rules[i];
        const struct wl_field *d = &r->fields[x->other[0]].d;
        bool codes = rule_has_values(x->d.kind) && !str_eq(x->d.values, "*") &&
                     (d->type == WL_CHOICE || d->type == WL_CHOICES);
        size_t n;
        for (const char *at = codes ? x->d.values : "", *w; (w = str_word_next(&at, &n));) {
            const char *word = arena_strndup(a, w, n);
            if (!code_known(d->of, word))
                return rec_fail(a, why, r, "rule",
                                arena_printf(a, "%s %s", rule_name(x->d.kind), x->d.field),
                                arena_printf(a, "%s is no code of %s; mend `values`", word, d->of));
        }
    }
    return true;
}
