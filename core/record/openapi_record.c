/* What the OpenAPI document says of records: their schemas, and their operations' ins and outs. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/filter.h"
#include "record/label.h"
#include "record/openapi.h"
#include "record/reach.h"

#define RELATED_ROW "{id:uuid title state? state_label? at:time}"

/* By verb, as schema_verb calls them. A verb that does not stand here says for itself (struct op:
 * takes, gives) what goes in and out. */
static const struct verb_doc {
    const char *verb, *asks, *takes, *gives, *refuses;
    int status;
    bool if_match, etag;
} verbs[] = {
    {"list", NULL, NULL, "{items:[@row] next? count~:int}", "503 too_many_shapes", 0, false,
     false},
    {"counts", "by", NULL, "{by:[text] groups:[{key:[any] n:int}] total:int cut:bool}", NULL, 0,
     false, false},
    {"get", "as_of?:time", NULL, "@row", NULL, 0, false, true},
    {"related", NULL, NULL,
     "{items:[{type labels:{zh en} path field field_labels:{zh en} create:bool count:int"
     " more:bool latest?:" RELATED_ROW " newest:[" RELATED_ROW "]}]}",
     NULL, 0, false, false},
    {"history", "limit?:int cursor?", NULL, "{items:[@version] next?}", NULL, 0, false, false},
    {"search", NULL, "", "{items:[@row] next?}", "422 search_one_key 503 keys_missing", 0, false,
     false},
    {"create", NULL, "@create", "@row", "422 nothing_to_change", 201, false, true},
    {"patch", NULL, "@patch", "@row", "422 nothing_to_change", 0, true, true},
    {"delete", NULL, NULL, NULL, NULL, 0, true, false},
    {"restore", NULL, NULL, "@row",
     "409 not_deleted deleted_too_long merged_away 422 invalid_input", 0, true, true},
    {"readers", NULL, NULL, "{readers:[uuid]}", NULL, 0, false, false},
    {"put_readers", NULL, "{readers:[uuid]}", "@row", NULL, 0, true, true},
    {"duplicates", "limit?:int", NULL, "{items:[{rows:[@row]}]}", NULL, 0, false, false},
    {"duplicates_of", NULL, NULL, "{items:[@row]}", NULL, 0, false, false},
    {"merge", NULL, "{into:uuid}", "{id:uuid into:uuid moved:{*:int}}",
     "403 whole_county_only 409 merge_conflict", 0, true, false},
    {"unmerge", NULL, NULL, "{id:uuid into:uuid moved:{*:int}}",
     "403 whole_county_only 409 not_merged winner_gone merge_conflict", 0, true, false},
    {"reveal", NULL, "{field reason note?}", "{field value? hide_after:int}",
     "429 reveal_limit 503 keys_missing", 0, false, false},
    {"batch", NULL,
     "{atomic?:(all|each) items:[{op id? version?:int data?:object}]}",
     "{items:[{status:int body~:@row problem~:@core.problem}]}",
     "412 changed_meanwhile 422 batch_refused nothing_to_change", 0, false, false},
};

/* What stops an action beside its guard. */
static const char action_refusals[] = "403 not_yours handled_by_you own_relative 422"
                                      " nothing_to_change";

/* ---- operations ------------------------------------------------------------------------------ */

/* One of the words people are looked up by; with a name, the cursor of the next page. */
static const char *search_takes(struct arena *a, const struct rec *r)
{
    const char *out = "{";
    if (r->name_field >= 0)
        out = arena_printf(a, "{%s? pinyin? cursor?", r->fields[r->name_field].d.name);
    for (int i = 0; i < r->nfields; i++)
        if ((r->fields[i].d.flags & WL_SEARCHED) && i != r->name_field)
            out = arena_printf(a, "%s %s?", out, r->fields[i].d.name);
    return arena_printf(a, "%s}", out);
}

static void action_op(struct arena *a, struct openapi_op *o)
{
    const struct rec_action *x = NULL;
    for (int i = 0; i < o->r->nactions; i++)
        if (str_eq(o->r->actions[i].d.name, o->action))
            x = &o->r->actions[i];
    if (!x)
        return;
    o->takes =
        schema_action_has_input(o->r, x) ? arena_printf(a, "@%s.action.%s", o->r->name, x->d.name)
                                         : "{}";
    o->gives = "@row";
    o->if_match = o->etag = true;
    o->refuses = x->d.refusal ? arena_printf(a, "%s 409 %s", action_refusals, x->d.refusal)
                              : action_refusals;
}

/* What follows from the record and not from the verb alone. */
static void refusals_add(struct arena *a, struct openapi_op *o)
{
    const struct rec *r = o->r;
    const char *sep = o->refuses ? " " : "", *had = o->refuses ? o->refuses : "";
    const char *verb = o->verb ? o->verb : "";
    bool changes = o->action || str_has_word("patch delete restore", verb);
    if (changes && (rec_county_wide(r) || (rec_handed(r) && !o->action)))
        had = arena_printf(a, "%s%s403 elsewhere", had, sep);
    if (r->d.fixed_refusal && str_has_word("patch delete", verb))
        had = arena_printf(a, "%s%s409 %s", had, *had ? " " : "", r->d.fixed_refusal);
    o->refuses = *had ? had : NULL;
}

void openapi_record_op(struct arena *a, struct openapi_op *o)
{
    if (o->action)
        action_op(a, o);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const struct verb_doc *d = &verbs[i];
        if (!str_eq(d->verb, o->verb))
            continue;
        o->asks = d->asks;
        o->takes = str_eq(d->takes, "") ? search_takes(a, o->r) : d->takes;
        o->gives = d->gives;
        o->refuses = d->refuses;
        o->status = d->status;
        o->if_match = d->if_match;
        o->etag = d->etag;
    }
    refusals_add(a, o);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static bool asked(const struct schema_view *v, const struct rec *r, const struct rec_field *f)
{
    return !schema_masked(v, r) || output_view(f, true) == OUTPUT_PLAIN;
}

static const char *value_of(uint32_t type, enum filter_op op)
{
    static const char *const by_type[] = {
        [WL_INTEGER] = "int", [WL_MONEY] = "int", [WL_BOOL] = "bool",     [WL_DATE] = "date",
        [WL_TIME] = "time",   [WL_STAFF] = "uuid", [WL_REFERENCE] = "uuid",
    };
    if (op == FILTER_ISNULL)
        return "bool";
    if (op == FILTER_IN || op == FILTER_LIKE || type >= sizeof by_type / sizeof by_type[0])
        return "text";
    return by_type[type] ? by_type[type] : "text";
}

static void filters_write(struct jw *w, const struct schema_view *v, const char *name,
                          uint32_t type, unsigned ops, const char *about)
{
    for (int op = 0; op < FILTER_OPS; op++)
        if (ops >> op & 1)
            openapi_parameter(
                w, v->a,
                arena_printf(v->a, "%s.%s", name, filter_op_name((enum filter_op)op)), "query",
                false, value_of(type, (enum filter_op)op), about);
}

static void common_filters(struct jw *w, const struct schema_view *v)
{
    static const struct {
        const char *name;
        uint32_t type;
    } commons[] = {{"id", WL_STAFF},
                   {"township", WL_INTEGER},
                   {"div", WL_DIVISION},
                   {"org", WL_STAFF},
                   {"created_by", WL_STAFF},
                   {"created_at", WL_TIME},
                   {"updated_at", WL_TIME}};
    for (size_t i = 0; i < sizeof commons / sizeof commons[0]; i++)
        filters_write(w, v, commons[i].name, commons[i].type, filter_common_ops(commons[i].name),
                      message(LANG_EN, NULL, arena_printf(v->a, "row.%s", commons[i].name)));
}

/* "(created_at|-created_at|…)" */
static const char *sorts_of(const struct schema_view *v, const struct rec *r)
{
    const char *out = "(created_at|-created_at";
    for (int i = 0; i < r->nfields; i++)
        if ((r->fields[i].d.flags & WL_SORT) && asked(v, r, &r->fields[i]))
            out = arena_printf(v->a, "%s|%s|-%s", out, r->fields[i].d.name, r->fields[i].d.name);
    return arena_printf(v->a, "%s)", out);
}

void openapi_list_parameters(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    openapi_parameter(w, v->a, "limit", "query", false, "int", "1 to 200; 20 without it");
    openapi_parameter(w, v->a, "cursor", "query", false, "text", "`next` of the page before");
    openapi_parameter(w, v->a, "sort", "query", false, sorts_of(v, r), NULL);
    openapi_parameter(w, v->a, "fields", "query", false, "text", "Names, with commas between");
    openapi_parameter(w, v->a, "count", "query", false, "(none|exact)", NULL);
    openapi_rows_parameters(w, v, r);
}

void openapi_rows_parameters(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    if (r->nlimits)
        openapi_parameter(w, v->a, "overdue", "query", false, "text", "Names of limits, or any");
    if (r->verbs & REC_RESTORE)
        openapi_parameter(w, v->a, "deleted", "query", false, "(true)",
                          "Those that can be restored");
    common_filters(w, v);
    for (int i = 0; i < r->nfields; i++)
        if (asked(v, r, &r->fields[i]))
            filters_write(w, v, r->fields[i].d.name, r->fields[i].d.type,
                          filter_ops(&r->fields[i]),
                          message(LANG_EN, r->owner, label_field(v->a, r, r->fields[i].d.name)));
}

/* ---- schemas --------------------------------------------------------------------------------- */

static void actions_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    int n;
    const struct op *const *ops = schema_all_ops(&n);
    for (int i = 0; i < n; i++) {
        const char *action = NULL;
        schema_verb(v->a, r, ops[i], &action);
        for (int k = 0; action && k < r->nactions; k++) {
            const struct rec_action *x = &r->actions[k];
            if (!str_eq(x->d.name, action) || !schema_action_has_input(r, x) ||
                !schema_sees(v, ops[i]))
                continue;
            jw_key(w, arena_printf(v->a, "%s.action.%s", r->name, action));
            schema_body(w, v, r, x, SCHEMA_ACTION);
        }
    }
}

void openapi_record_schemas(struct jw *w, const struct schema_view *v)
{
    static const struct {
        const char *verb, *tail;
        enum schema_mode mode;
    } bodies[] = {{"create", ".create", SCHEMA_CREATE},
                  {"patch", ".patch", SCHEMA_PATCH},
                  {"history", ".version", SCHEMA_VERSION}};
    struct schema_view plain = *v;
    const struct rec *r;
    plain.plain = true;
    for (int i = 0; (r = rec_at(i)); i++) {
        const char *open = schema_verbs(&plain, r);
        if (!*open && !schema_record_open(v, r))
            continue;
        jw_key(w, r->name);
        schema_body(w, &plain, r, NULL, SCHEMA_ROW);
        for (size_t k = 0; k < sizeof bodies / sizeof bodies[0]; k++)
            if (str_has_word(open, bodies[k].verb)) {
                jw_key(w, arena_printf(v->a, "%s%s", r->name, bodies[k].tail));
                schema_body(w, &plain, r, NULL, bodies[k].mode);
            }
        actions_write(w, &plain, r);
    }
}
