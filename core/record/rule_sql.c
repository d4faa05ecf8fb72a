/* Rules as SQL over n, the row as a write would leave it. */
#include <string.h>

#include "base/str.h"
#include "record/guard.h"
#include "record/rule.h"

/* ---- the row as it would become -------------------------------------------------------------- */

/* What a new value is made of. */
struct becoming {
    const struct rec *r;
    enum rule_write how;
    const struct rec_action *x;
    const char *mark; /* begins a parameter */
};

/* The expression that an action's `set` gives the column, or NULL: "a = now(), b = t.b + 1" is cut
 * at the commas that no bracket or quote holds. */
static const char *set_value(struct arena *a, const char *set, const char *column)
{
    while (set && *set) {
        size_t n = 0;
        int depth = 0;
        for (char quote = 0; set[n] && (quote || depth || set[n] != ','); n++) {
            if (quote ? set[n] == quote : set[n] == '\'' || set[n] == '"')
                quote = quote ? 0 : set[n];
            depth += quote ? 0 : (set[n] == '(') - (set[n] == ')');
        }
        const char *equals = memchr(set, '=', n);
        const char *name = set + strspn(set, " \n");
        size_t name_n = strcspn(name, " =\n");
        if (equals && strlen(column) == name_n && memcmp(name, column, name_n) == 0)
            return arena_strndup(a, equals + 1, n - (size_t)(equals + 1 - set));
        set += n + (set[n] == ',');
    }
    return NULL;
}

static void action_value(struct sql *s, const struct becoming *b, int i, const struct rec_column *c,
                         int p)
{
    const char *set = set_value(s->a, b->x->d.set.text, c->name);
    if (b->x->takes[i])
        ADD(s, b->x->needs[i] ? "$%d::%s" : "coalesce($%d::%s, t.%s)", p, c->type, c->name);
    else if (i == b->r->state)
        ADD(s, "'%s'::text", b->x->d.to);
    else if (set)
        ADD(s, "(%s)::%s", set, c->type);
    else
        ADD(s, "t.%s", c->name);
}

static void insert_value(struct sql *s, const struct becoming *b, int i, const struct rec_column *c)
{
    const struct rec_field *f = &b->r->fields[i];
    if (field_given(f))
        ADD(s, "v.%s", c->name);
    else if (i == b->r->state && b->r->nstates)
        ADD(s, "'%s'::text", b->r->states[0]);
    else if (f->d.compute.text)
        ADD(s, "(%s)::%s", f->d.compute.text, c->type);
    else
        ADD(s, "null::%s", c->type);
}

/* Whether the write has parameters for the field's columns. */
static bool has_parameters(const struct becoming *b, int i)
{
    const struct rec_field *f = &b->r->fields[i];
    if (b->how == RULE_ACTION)
        return b->x->takes[i];
    return b->how == RULE_UPDATE ? field_patchable(f) : field_given(f);
}

static void value_add(struct sql *s, const struct becoming *b, int i, int k, int p)
{
    const struct rec_column *c = &b->r->columns[b->r->fields[i].column + k];
    if (b->how == RULE_ACTION)
        action_value(s, b, i, c, p);
    else if (b->how == RULE_INSERT)
        insert_value(s, b, i, c);
    else if (has_parameters(b, i))
        ADD(s, "case when (%s7::bigint & %lld) <> 0 then %s%d::%s else t.%s end", b->mark, 1LL << i,
            b->mark, p, c->type, c->name);
    else
        ADD(s, "t.%s", c->name);
}

/* What guards may read beside the fields. */
static void host_add(struct sql *s, const struct becoming *b)
{
    if (b->how == RULE_INSERT)
        ADD(s, "select v.county, v.id, v.div, (v.div / 1000)::int as township,"
               " core.station_of(v.county, v.div) as org, now() as created_at,"
               " core.actor() as created_by");
    else
        ADD(s, "select t.county, t.id, t.div, t.township, t.org, t.created_at, t.created_by");
}

/* "select … as a, … as b": the columns of the fields of `wanted`. */
static void row_add(struct sql *s, const struct becoming *b, uint64_t wanted)
{
    int p = b->how == RULE_UPDATE ? 8 : 7;
    const char *comma = b->r->nguards ? ", " : "select ";
    if (b->r->nguards)
        host_add(s, b);
    for (int i = 0; i < b->r->nfields; i++) {
        const struct rec_field *f = &b->r->fields[i];
        for (int k = 0; k < f->ncolumns; k++) {
            if (wanted >> i & 1) {
                ADD(s, "%s", comma);
                value_add(s, b, i, k, p);
                ADD(s, " as %s", b->r->columns[f->column + k].name);
                comma = ", ";
            }
            p += has_parameters(b, i);
        }
    }
}

/* ---- the rules ------------------------------------------------------------------------------- */

/* A field's column that tells whether it holds something: of encrypted ones any does. */
static const char *column_of(const struct rec *r, int field)
{
    return r->columns[r->fields[field].column].name;
}

static void given_add(struct sql *s, const struct rec *r, int field)
{
    const char *column = column_of(r, field);
    switch (r->fields[field].d.type) {
    case WL_CHOICES:
        ADD(s, "coalesce(cardinality(n.%s), 0) > 0", column);
        break;
    case WL_LIST:
        ADD(s, "coalesce(jsonb_array_length(n.%s), 0) > 0", column);
        break;
    default:
        ADD(s, "n.%s is not null", column);
    }
}

static void holds_add(struct sql *s, const struct rec *r, const struct rec_rule *x)
{
    bool many = r->fields[x->other[0]].d.type == WL_CHOICES;
    if (str_eq(x->d.values, "*")) {
        given_add(s, r, x->other[0]);
        return;
    }
    ADD(s, many ? "coalesce(n.%s && array" : "coalesce(n.%s::text = any (array",
        column_of(r, x->other[0]));
    size_t n;
    const char *comma = "[";
    for (const char *at = x->d.values, *w; (w = str_word_next(&at, &n)); comma = ", ")
        ADD(s, "%s'%.*s'", comma, (int)n, w);
    ADD(s, "]%s, false)", many ? "" : ")");
}

static void sum_add(struct sql *s, const struct rec *r, const struct rec_rule *x)
{
    ADD(s, "coalesce(n.%s = ", column_of(r, x->field));
    for (int i = 0; i < x->nothers; i++) {
        const char *column = column_of(r, x->other[i]);
        ADD(s, "%scoalesce(", i ? " + " : "");
        if (x->item[i] >= 0)
            ADD(s, "(select sum((e ->> '%s')::numeric) from jsonb_array_elements(n.%s) e)",
                r->fields[x->other[i]].items[x->item[i]].d.name, column);
        else
            ADD(s, "n.%s::numeric", column);
        ADD(s, ", 0)");
    }
    ADD(s, ", true)");
}

/* Never null. */
static void rule_add(struct sql *s, const struct rec *r, const struct rec_rule *x)
{
    switch (x->d.kind) {
    case WL_REQUIRED_IF:
    case WL_FORBIDDEN_IF:
        ADD(s, x->d.kind == WL_REQUIRED_IF ? "(" : "not (");
        given_add(s, r, x->field);
        ADD(s, x->d.kind == WL_REQUIRED_IF ? " or not (" : " and (");
        holds_add(s, r, x);
        ADD(s, "))");
        break;
    case WL_AFTER:
    case WL_NOT_BEFORE:
        ADD(s, "coalesce(n.%s %s n.%s, true)", column_of(r, x->field),
            x->d.kind == WL_AFTER ? ">" : ">=", column_of(r, x->other[0]));
        break;
    case WL_SUM_OF:
        sum_add(s, r, x);
        break;
    default:
        ADD(s, "(");
        given_add(s, r, x->field);
        for (int i = 0; i < x->nothers; i++) {
            ADD(s, " or ");
            given_add(s, r, x->other[i]);
        }
        ADD(s, ")");
    }
}

/* On create the input was held against the others before. */
static bool rule_asked(const struct rec_rule *x, enum rule_write how)
{
    return how != RULE_INSERT || x->computed;
}

static uint64_t fields_asked(const struct rec *r, enum rule_write how)
{
    uint64_t fields = r->nguards ? REC_ALL_FIELDS : 0;
    for (int i = 0; i < r->nrules; i++) {
        const struct rec_rule *x = &r->rules[i];
        if (rule_asked(x, how))
            fields |= UINT64_C(1) << x->field;
        for (int k = 0; rule_asked(x, how) && k < x->nothers; k++)
            fields |= UINT64_C(1) << x->other[k];
    }
    return fields;
}

/* Rules read the row as n, guards as t. */
static const char *row_names(const struct rec *r)
{
    return r->nguards ? " n, lateral (select n.*) t" : " n";
}

void rules_where(struct sql *s, const struct rec *r, enum rule_write how,
                 const struct rec_action *x, const char *mark)
{
    const struct becoming b = {r, how, x, mark};
    uint64_t fields = fields_asked(r, how);
    const char *joint = " where ";
    if (!fields)
        return;
    ADD(s, " and exists (select from (");
    row_add(s, &b, fields);
    ADD(s, ")%s", row_names(r));
    for (int i = 0; i < r->nrules; i++)
        if (rule_asked(&r->rules[i], how)) {
            ADD(s, "%s", joint);
            rule_add(s, r, &r->rules[i]);
            joint = " and ";
        }
    for (int i = 0; i < r->nguards; i++, joint = " and ") {
        ADD(s, "%s", joint);
        guard_add(s, r, i);
    }
    ADD(s, ")");
}

/* "ttf": a letter for each rule, then for each guard. */
static void told_add(struct sql *s, const struct rec *r, enum rule_write how)
{
    const char *joint = "select concat(";
    for (int i = 0; i < r->nrules; i++, joint = ", ") {
        ADD(s, "%s", joint);
        if (rule_asked(&r->rules[i], how))
            rule_add(s, r, &r->rules[i]);
        else
            ADD(s, "true");
    }
    for (int i = 0; i < r->nguards; i++, joint = ", ") {
        ADD(s, "%s", joint);
        guard_add(s, r, i);
    }
    guards_tell(s, r);
    ADD(s, ") as rules from (");
}

void rules_told(struct sql *s, const struct rec *r, enum rule_write how, const struct rec_action *x,
                const char *mark)
{
    const struct becoming b = {r, how, x, mark};
    uint64_t fields = fields_asked(r, how);
    ADD(s, ", (");
    if (fields) {
        told_add(s, r, how);
        row_add(s, &b, fields);
        ADD(s, ")%s", row_names(r));
    } else {
        ADD(s, "''");
    }
    ADD(s, ") as rules");
}

/* The whole row stands in n, since the write's parameters are the statement's, and each must have a
 * type. */
const struct db_stmt *rules_stmt(struct arena *a, const struct rec *r, enum rule_write how,
                                 const struct rec_action *x)
{
    const struct becoming b = {r, how, x, "$"};
    if (!fields_asked(r, how))
        return NULL;
    struct sql s = sql_new(a);
    told_add(&s, r, how);
    row_add(&s, &b, REC_ALL_FIELDS);
    if (how == RULE_INSERT) {
        ADD(&s, " from (");
        insert_values(&s, r, false);
        ADD(&s, ") v where " SCOPE_HOLDS("v") ")%s", row_names(r));
    } else {
        ADD(&s,
            ", $5::uuid as change%s from %s t where %s and t.id = $4::uuid and t.version = $6::int"
            " and t.deleted_at is null)%s",
            how == RULE_UPDATE ? ", $7::bigint as given" : "", r->name, rec_scope_where(r),
            row_names(r));
    }
    return sql_stmt(&s);
}
