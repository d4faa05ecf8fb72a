/* One record for the console: its schemas, its life, and how to show it. */
#include <string.h>

#include "base/str.h"
#include "iam/permission.h"
#include "record/codes.h"
#include "record/counts.h"
#include "record/filter.h"
#include "record/label.h"
#include "record/record.h"
#include "record/schema.h"
#include "record/section.h"

/* ---- what the caller may do ------------------------------------------------------------------ */

const char *schema_verbs(const struct schema_view *v, const struct rec *r)
{
    int n;
    const struct op *const *ops = schema_all_ops(&n);
    const char *open = "";
    for (int i = 0; i < n; i++) {
        const char *action = NULL;
        const char *verb = schema_verb(v->a, r, ops[i], &action);
        if (*verb && schema_sees(v, ops[i]) && !str_has_word(open, verb))
            open = arena_printf(v->a, "%s%s%s", open, *open ? " " : "", verb);
    }
    return open;
}

static void rights_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                         const char *verbs)
{
    static const char *const views[] = {[OUTPUT_MASK] = "masked", [OUTPUT_NOTHING] = "hidden"};
    bool masked = schema_masked(v, r);
    jw_key(w, "rights");
    jw_object(w);
    schema_words(w, "verbs", verbs);
    jw_kv_bool(w, "masked", masked);
    jw_key(w, "fields");
    jw_object(w);
    for (int i = 0; i < r->nfields; i++) {
        enum output_view view = output_view(&r->fields[i], masked);
        if (view != OUTPUT_PLAIN)
            jw_kv_text(w, r->fields[i].d.name, views[view]);
    }
    jw_end(w, '}');
    jw_end(w, '}');
}

/* What is shown for a reason only, and which reasons there are. */
static void reveal_write(struct jw *w, const struct rec *r)
{
    jw_key(w, "reveal");
    jw_object(w);
    jw_key(w, "fields");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++)
        if (r->reveal[i])
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    jw_kv_text(w, "dict", REVEAL_REASONS);
    jw_end(w, '}');
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool action_open(const struct schema_view *v, const struct rec_action *x)
{
    return !v->c || permission_choose(v->c, x->verb);
}

bool schema_action_has_input(const struct rec *r, const struct rec_action *x)
{
    for (int i = 0; i < r->nfields; i++)
        if (x->takes[i])
            return true;
    return false;
}

static void action_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                         const struct rec_action *x)
{
    const char *confirm = label_confirm(v->a, r, x->d.name);
    jw_object(w);
    jw_kv_text(w, "id", x->d.name);
    jw_key(w, "labels");
    label_write(w, r->owner, label_action(v->a, r, x->d.name));
    schema_words(w, "from", x->d.from);
    jw_kv_text(w, "to", x->d.to);
    if (label_known(r->owner, confirm)) {
        jw_key(w, "confirm");
        label_write(w, r->owner, confirm);
    }
    if (x->d.only)
        jw_kv_text(w, "only", x->d.only);
    if (x->d.never)
        schema_words(w, "never", x->d.never);
    if (schema_action_has_input(r, x)) {
        jw_key(w, "input");
        schema_body(w, v, r, x, SCHEMA_ACTION);
    }
    jw_end(w, '}');
}

static void life_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, "states");
    jw_array(w);
    for (int i = 0; i < r->nstates; i++)
        jw_text(w, r->states[i]);
    jw_end(w, ']');
    schema_words(w, "locked", r->d.locked);
    jw_key(w, "actions");
    jw_array(w);
    for (int i = 0; i < r->nactions; i++)
        if (action_open(v, &r->actions[i]))
            action_write(w, v, r, &r->actions[i]);
    jw_end(w, ']');
    jw_key(w, "limits");
    jw_array(w);
    for (uint32_t i = 0; i < r->d.limits.count; i++) {
        struct wl_limit x;
        table_row(&r->d.limits, i, &x, sizeof x);
        jw_object(w);
        jw_kv_text(w, "due", x.due);
        schema_words(w, "held", x.held);
        schema_words(w, "ended", x.ended);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void rules_write(struct jw *w, const struct rec *r)
{
    static const char *const kinds[] = {
        [WL_REQUIRED_IF] = "required_if", [WL_FORBIDDEN_IF] = "forbidden_if",
        [WL_AFTER] = "after",             [WL_NOT_BEFORE] = "not_before",
        [WL_SUM_OF] = "sum_of",           [WL_ANY_OF] = "any_of",
    };
    jw_key(w, "rules");
    jw_array(w);
    for (uint32_t i = 0; i < r->d.rules.count; i++) {
        struct wl_rule x;
        table_row(&r->d.rules, i, &x, sizeof x);
        if (x.kind == WL_RULE_UNSET || x.kind >= sizeof kinds / sizeof kinds[0])
            continue;
        jw_object(w);
        jw_kv_text(w, "kind", kinds[x.kind]);
        jw_kv_text(w, "f", x.field);
        schema_words(w, "other", x.other);
        schema_words(w, "values", x.values);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

/* What else is held against a row, in the words of its refusal. */
static void guards_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, "guards");
    jw_array(w);
    for (int i = 0; i < r->nguards; i++) {
        const struct wl_guard *x = &r->guards[i].d;
        jw_object(w);
        jw_kv_text(w, "f", x->field);
        jw_kv_text(w, "code", x->refusal);
        label_members(w, r->owner, arena_printf(v->a, "rule.%s", x->refusal));
        jw_end(w, '}');
    }
    jw_end(w, ']');
    if (!r->d.fixed_refusal)
        return;
    jw_key(w, "fixed");
    jw_object(w);
    jw_kv_text(w, "code", r->d.fixed_refusal);
    label_members(w, r->owner, arena_printf(v->a, "problem.%s", r->d.fixed_refusal));
    jw_end(w, '}');
}

/* ---- screens --------------------------------------------------------------------------------- */

static bool shown(const struct schema_view *v, const struct rec *r, int field)
{
    return schema_has_field(v, r, NULL, SCHEMA_ROW, field);
}

/* What may be asked of a list: a masked reader may not find out by filters and order what is
 * withheld. */
static bool asked(const struct schema_view *v, const struct rec *r, int field)
{
    return !schema_masked(v, r) || output_view(&r->fields[field], true) == OUTPUT_PLAIN;
}

static void filters_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, "filters");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++) {
        unsigned ops = filter_ops(&r->fields[i]);
        if (!ops || !asked(v, r, i))
            continue;
        jw_object(w);
        jw_kv_text(w, "f", r->fields[i].d.name);
        jw_key(w, "ops");
        jw_array(w);
        for (int op = 0; op < FILTER_OPS; op++)
            if (ops >> op & 1)
                jw_text(w, filter_op_name((enum filter_op)op));
        jw_end(w, ']');
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void list_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, "list");
    jw_object(w);
    jw_key(w, "columns");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++)
        if ((r->listed_fields >> i & 1) && shown(v, r, i))
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    jw_kv_text(w, "sort", r->d.sort);
    jw_key(w, "sorts");
    jw_array(w);
    jw_text(w, "created_at");
    for (int i = 0; i < r->nfields; i++)
        if ((r->fields[i].d.flags & WL_SORT) && asked(v, r, i))
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    filters_write(w, v, r);
    jw_key(w, "search");
    jw_array(w);
    if (r->name_field >= 0) {
        jw_text(w, r->fields[r->name_field].d.name);
        jw_text(w, "pinyin");
    }
    for (int i = 0; i < r->nfields; i++)
        if ((r->fields[i].d.flags & WL_SEARCHED) && i != r->name_field)
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    jw_end(w, '}');
}

static void section_write(struct jw *w, const struct schema_view *v, const struct rec *r, int at)
{
    jw_object(w);
    jw_key(w, "label");
    label_write(w, r->owner, section_key(v->a, r, at));
    jw_key(w, "fields");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++)
        if (section_of(r, i) == at && schema_has_field(v, r, NULL, SCHEMA_CREATE, i))
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* The order of a form is the order of the declaration. */
static void form_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, "form");
    jw_object(w);
    jw_key(w, "sections");
    jw_array(w);
    for (int i = 0; i < r->nsections; i++)
        section_write(w, v, r, i);
    jw_end(w, ']');
    jw_end(w, '}');
}

static void import_write(struct jw *w, const struct rec *r)
{
    jw_key(w, "import");
    jw_object(w);
    jw_key(w, "key");
    jw_array(w);
    for (int i = 0; i < r->nfields; i++)
        if (r->fields[i].d.flags & WL_KEY)
            jw_text(w, r->fields[i].d.name);
    jw_end(w, ']');
    jw_end(w, '}');
}

static void ui_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                     const char *verbs)
{
    jw_key(w, "ui");
    jw_object(w);
    list_write(w, v, r);
    form_write(w, v, r);
    if (str_has_word(verbs, "import"))
        import_write(w, r);
    if (str_has_word(verbs, "counts")) {
        jw_key(w, "counts");
        jw_array(w);
        counts_write(w, v->a, r, schema_masked(v, r));
        jw_end(w, ']');
    }
    jw_end(w, '}');
}

/* ---- the record ------------------------------------------------------------------------------ */

static void bodies_write(struct jw *w, const struct schema_view *v, const struct rec *r,
                         const char *verbs)
{
    static const struct {
        const char *verb, *key;
        enum schema_mode mode;
    } bodies[] = {{"create", "create", SCHEMA_CREATE}, {"patch", "patch", SCHEMA_PATCH}};
    jw_key(w, "schema");
    schema_body(w, v, r, NULL, SCHEMA_ROW);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (str_has_word(verbs, bodies[i].verb)) {
            jw_key(w, bodies[i].key);
            schema_body(w, v, r, NULL, bodies[i].mode);
        }
}

void schema_record(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    const char *verbs = schema_verbs(v, r);
    jw_object(w);
    jw_kv_text(w, "type", r->name);
    jw_kv_text(w, "plugin", r->owner);
    jw_key(w, "labels");
    label_write(w, r->owner, r->d.name);
    jw_kv_text(w, "path", arena_printf(v->a, "/api/v1/%s/%s", r->owner, r->d.path));
    schema_words(w, "title", r->d.title);
    jw_kv_text(w, "person", r->d.person);
    jw_kv_text(w, "origin", r->d.origin);
    rights_write(w, v, r, verbs);
    if (str_has_word(verbs, "reveal"))
        reveal_write(w, r);
    bodies_write(w, v, r, verbs);
    life_write(w, v, r);
    rules_write(w, r);
    guards_write(w, v, r);
    ui_write(w, v, r, verbs);
    jw_end(w, '}');
}

/* ---- code tables and states ------------------------------------------------------------------ */

static bool code_used(const struct rec_field *f, int nfields, const char *tab)
{
    for (int i = 0; i < nfields; i++)
        if (((f[i].d.type == WL_CHOICE || f[i].d.type == WL_CHOICES) && str_eq(f[i].d.of, tab)) ||
            (f[i].nitems && code_used(f[i].items, f[i].nitems, tab)))
            return true;
    return false;
}

static bool table_used(const struct rec *const *recs, int n, const char *tab)
{
    for (int i = 0; i < n; i++)
        if (code_used(recs[i]->fields, recs[i]->nfields, tab) ||
            ((recs[i]->verbs & REC_REVEAL) && str_eq(tab, REVEAL_REASONS)))
            return true;
    return false;
}

static void date_write(struct jw *w, const char *key, struct date d)
{
    char text[DATE_TEXT];
    if (!d.year)
        return;
    date_format(d, text);
    jw_kv_text(w, key, text);
}

static void code_write(struct jw *w, const struct code *k)
{
    jw_object(w);
    jw_kv_text(w, "v", k->code);
    jw_kv_text(w, "zh", k->zh);
    jw_kv_text(w, "en", k->en);
    date_write(w, "from", k->from);
    date_write(w, "to", k->to);
    jw_end(w, '}');
}

static void states_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_key(w, arena_printf(v->a, "%s.state", r->name));
    jw_array(w);
    for (int i = 0; i < r->nstates; i++) {
        const char *key = label_state(v->a, r, r->states[i]);
        jw_object(w);
        jw_kv_text(w, "v", r->states[i]);
        label_members(w, r->owner, key);
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

void schema_dicts(struct jw *w, const struct schema_view *v, const struct rec *const *recs, int n)
{
    int ncodes;
    const struct code *codes = codes_all(&ncodes);
    jw_key(w, "dicts");
    jw_object(w);
    for (int i = 0; i < ncodes;) {
        const char *tab = codes[i].tab;
        bool used = table_used(recs, n, tab);
        if (used) {
            jw_key(w, tab);
            jw_array(w);
        }
        for (; i < ncodes && str_eq(codes[i].tab, tab); i++)
            if (used)
                code_write(w, &codes[i]);
        if (used)
            jw_end(w, ']');
    }
    for (int i = 0; i < n; i++)
        if (recs[i]->nstates)
            states_write(w, v, recs[i]);
    jw_end(w, '}');
}
