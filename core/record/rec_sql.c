/* SQL texts of a record, generated once at load from its checked description. Names come only from
 * there and from this file; values only ever travel as parameters. */
#include <string.h>

#include "base/str.h"
#include "record/as_of.h"
#include "record/brought.h"
#include "record/bulk.h"
#include "record/guard.h"
#include "record/limit.h"
#include "record/may.h"
#include "record/reach.h"
#include "record/readers.h"
#include "record/restore.h"
#include "record/rec_file.h"
#include "record/rec_text.h"
#include "record/alike.h"
#include "record/merge.h"
#include "record/record.h"
#include "record/rule.h"
#include "record/share.h"
#include "record/tell.h"
#include "record/title.h"

enum { SQL_MAX = 64 * 1024 };

struct sql sql_new(struct arena *a)
{
    struct sql s = {.a = a};
    buf_init(&s.b, SQL_MAX);
    return s;
}

const char *sql_text(struct sql *s)
{
    const char *text = s->b.over ? NULL : arena_strndup(s->a, s->b.p, s->b.n);
    buf_free(&s->b);
    return text;
}

const struct db_stmt *sql_stmt(struct sql *s)
{
    const char *text = sql_text(s);
    return text ? db_stmt_new(text) : NULL;
}

const char *rec_scope_where(const struct rec *r)
{
    if (rec_named(r) && APP_WALL)
        return SCOPE_HOLDS("t") " and core.actor() = any (t.readers)";
    return write_where(r);
}

/* ---- select lists ---------------------------------------------------------------------------- */

static void shown_add(struct sql *s, const struct rec *r, const struct rec_field *f)
{
    if (f->d.type == WL_CHOICES)
        ADD(s, ", array_to_json(t.%s)::text as %s", rec_shown(r, f), f->d.name);
    else
        ADD(s, ", t.%s", rec_shown(r, f));
}

const char *rec_select(struct arena *a, const struct rec *r, uint64_t selected)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "t.id, t.div, t.org, t.version, t.created_at, t.created_by, t.updated_at, t.updated_by");
    for (int i = 0; i < r->nfields; i++)
        if (selected >> i & 1)
            shown_add(&s, r, &r->fields[i]);
    return sql_text(&s);
}

/* ---- references ------------------------------------------------------------------------------ */

/* ", (… ) as ok_<field>" for each reference, values from $first on. */
static void refs_select(struct sql *s, const struct rec *r, const int *fields, int n, int first)
{
    for (int i = 0; i < n; i++) {
        char value[32];
        str_format(value, sizeof value, "$%d::uuid", first + i);
        ADD(s, "%s", i || first > 4 ? ", " : "");
        ref_holds(s, r, fields[i], value);
        ADD(s, " as ok_%s", r->fields[fields[i]].d.name);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

/* In the single record, and in what a write answers, which is the same. */
static const char *may_text(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s, "%s", "");
    may_select_add(&s.b, r, false);
    return sql_text(&s);
}

static void get_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with r as materialized (select %s%s from %s t where %s and t.id = $4"
        " and t.deleted_at is null), ",
        r->shown, r->may, r->name, read_where(a, r, "t"));
    ADD(&s,
        "a as (" AUDIT_INTO ") select $1, core.actor(), $5, $6::inet, 'look', '%s', $4, r.div,"
        " $7::uuid from r) select * from r",
        r->name);
    r->get = sql_stmt(&s);
}

static void replay_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select %s, i.body, i.record%s from core.idem i left join %s t on t.county = i.county and"
        " t.id = i.id and t.change = i.change and %s where %s and i.key = $4",
        r->shown, r->may, r->history, rec_history_where(a, r),
        APP_WALL ? "i.county = $1 and i.actor = core.actor()" : "true");
    r->replay = sql_stmt(&s);
}

/* ---- writing --------------------------------------------------------------------------------- */

void columns_add(struct sql *s, const struct rec *r)
{
    ADD(s,
        "county, id, div, township, org, version, change, created_at, created_by, updated_at,"
        " updated_by, deleted_at%s",
        rec_named(r) ? ", readers" : "");
    for (int i = 0; i < r->ncolumns; i++)
        ADD(s, ", %s", r->columns[i].name);
}

/* What follows every write in its batch: the version it made goes to history, the key to idem, the
 * act to the audit; nothing of it when the write changed nothing. */
static void seal_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with r as materialized (select t.* from %s t where %s and t.id = $4"
        " and t.change = $5::uuid and ($12::int is null or core.data_key_held($12::int))),"
        " h as (insert into %s (",
        r->name, rec_scope_where(r), r->history);
    columns_add(&s, r);
    ADD(&s, ") select ");
    columns_add(&s, r);
    ADD(&s,
        " from r), i as (insert into core.idem (county, key, body, record, id, change)"
        " select $1, $6, $7::bytea, '%s', $4, $5::uuid from r), ",
        r->name);
    ADD(&s,
        "a as (" AUDIT_INTO ", fields) select $1, core.actor(), $8, $9::inet, $10, '%s', $4,"
        " r.div, $5::uuid, $11::text[] from r) select %s%s from r t",
        r->name, r->shown, r->may);
    r->seal = sql_stmt(&s);
}

bool field_given(const struct rec_field *f)
{
    return !(f->d.flags & (WL_COMPUTED | WL_ACTION)) && f->d.type != WL_SERIAL;
}

/* Parameter p: one value, or that of the row at hand where the parameters are columns. */
static void value_add(struct sql *s, bool many, int p, const char *type)
{
    ADD(s, many ? "w.p%d::%s" : "$%d::%s", p, type);
}

/* Typed from the start: a cast of each row's text would be a leaky condition, which row security
 * keeps away from the keys. */
void many_rows(struct sql *s, const int *p, const char *const *types, int n)
{
    for (int i = 0; i < n; i++)
        ADD(s, "%s$%d::%s[]", i ? ", " : " from unnest(", p[i],
            strchr(types[i], '[') ? "text" : types[i]);
    for (int i = 0; i < n; i++)
        ADD(s, "%sp%d", i ? ", " : ") with ordinality as w(", p[i]);
    ADD(s, ", ord)");
}

/* $4 id, $5 division, then every column that clients give. */
static void many_inserted(struct sql *s, const struct rec *r)
{
    const char *types[REC_COLUMNS_MAX + 2] = {"uuid", "bigint"};
    int p[REC_COLUMNS_MAX + 2] = {4, 5}, n = 2;
    for (int i = 0; i < r->nfields; i++)
        for (int k = 0; field_given(&r->fields[i]) && k < r->fields[i].ncolumns; k++, n++) {
            p[n] = 5 + n;
            types[n] = r->columns[r->fields[i].column + k].type;
        }
    ADD(s, ", w.p5 is not null as placed, w.ord");
    many_rows(s, p, types, n);
}

void insert_values(struct sql *s, const struct rec *r, bool many)
{
    int p = 7;
    ADD(s, "select $1::int as county, ");
    value_add(s, many, 4, "uuid");
    ADD(s, " as id, coalesce(");
    value_add(s, many, 5, "bigint");
    if (r->person >= 0 && field_given(&r->fields[r->person])) {
        int at = p;
        for (int i = 0; i < r->person; i++)
            at += field_given(&r->fields[i]) ? r->fields[i].ncolumns : 0;
        const struct rec *of = rec_find(r->fields[r->person].d.of);
        ADD(s, ", (select x.div from %s x where %s%s and x.id = ", r->fields[r->person].d.of,
            read_where(s->a, of, "x"),
            of && rec_county_wide(of) ? " and x.div >= $2 and x.div < $3" : "");
        value_add(s, many, at, "uuid");
        ADD(s, ")");
    }
    ADD(s, ", $2::bigint) as div, $6::uuid as change");
    for (int i = 0; i < r->nfields; i++)
        for (int k = 0; field_given(&r->fields[i]) && k < r->fields[i].ncolumns; k++) {
            const struct rec_column *c = &r->columns[r->fields[i].column + k];
            ADD(s, ", ");
            value_add(s, many, p++, c->type);
            ADD(s, " as %s", c->name);
        }
    if (many)
        many_inserted(s, r);
}

/* In a batch of many writes one that changed nothing must undo the others. */
static void insist_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select core.insist(exists (select from %s t where %s and t.id = $4"
        " and t.change = $5::uuid))",
        r->name, rec_scope_where(r));
    r->insist = sql_stmt(&s);
}

static bool field_on_insert(const struct rec *r, int i)
{
    const struct rec_field *f = &r->fields[i];
    return field_given(f) || f->d.compute.text || i == r->serial || (i == r->state && r->d.states);
}

void insert_field(struct sql *s, const struct rec *r, int i)
{
    const struct rec_field *f = &r->fields[i];
    size_t n = 0;
    const char *at = r->d.states;
    if (i == r->state && r->d.states) {
        const char *first = str_word_next(&at, &n);
        ADD(s, ", '%.*s'", (int)n, first);
    } else if (i == r->serial) {
        ADD(s,
            ", v.county || '-%s' || to_char(core.today(), 'YYYYMMDD') || '-' ||"
            " lpad(c.n::text, greatest(4, length(c.n::text)), '0')",
            f->d.of);
    } else if (f->d.compute.text) {
        ADD(s, ", (%s)", f->d.compute.text);
    } else {
        for (int k = 0; k < f->ncolumns; k++)
            ADD(s, ", v.%s", r->columns[f->column + k].name);
    }
}

/* The serial's number: the one just counted, or the row's own of as many. */
static void counter_join(struct sql *s, const struct rec *r, bool many)
{
    const char *letter = r->fields[r->serial].d.of;
    if (many)
        ADD(s,
            " join core.counter k on k.county = v.county and k.kind = '%s' and k.day = core.today()"
            " cross join lateral (select (k.n - cardinality($4::text[]) + v.ord)::int as n) c",
            letter);
    else
        ADD(s,
            " join core.counter c on c.county = v.county and c.kind = '%s'"
            " and c.day = core.today()",
            letter);
}

const struct db_stmt *insert_stmt(struct arena *a, const struct rec *r, bool many)
{
    struct sql s = sql_new(a);
    ADD(&s, "insert into %s (county, id, div, org, change%s", r->name,
        rec_named(r) ? ", readers" : "");
    for (int i = 0; i < r->nfields; i++)
        for (int k = 0; field_on_insert(r, i) && k < r->fields[i].ncolumns; k++)
            ADD(&s, ", %s", r->columns[r->fields[i].column + k].name);
    ADD(&s, ") select v.county, v.id, v.div, core.station_of(v.county, v.div), v.change%s",
        readers_of_new(a, r));
    for (int i = 0; i < r->nfields; i++)
        if (field_on_insert(r, i))
            insert_field(&s, r, i);
    ADD(&s, " from (");
    insert_values(&s, r, many);
    ADD(&s, ") v");
    if (r->serial >= 0)
        counter_join(&s, r, many);
    ADD(&s, " where " SCOPE_HOLDS("v"));
    ADD(&s,
        " and (%s or exists (select from core.division d where d.code = v.div"
        " and d.valid_from <= core.today()"
        " and (d.valid_to is null or d.valid_to > core.today())))",
        many ? "not v.placed" : "$5::bigint is null");
    for (int i = 0; i < r->nrefs; i++) {
        ADD(&s, " and ");
        char *value = arena_printf(a, "v.%s", r->fields[r->ref_field[i]].d.name);
        ref_holds(&s, r, r->ref_field[i], value);
    }
    if (r->plugin_gate && APP_WALL)
        ADD(&s, " and " PLUGIN_ON("$1", "(v.div / 1000)::int"), r->plugin_gate);
    rules_where(&s, r, RULE_INSERT, NULL, "$");
    return sql_stmt(&s);
}

static void insert_before_build(struct arena *a, struct rec *r)
{
    if (!r->nrefs)
        return;
    struct sql s = sql_new(a);
    ADD(&s, "select ");
    refs_select(&s, r, r->ref_field, r->nrefs, 4);
    /* files and what the whole county reads ask for no scope, and a parameter must have a type */
    ADD(&s, ", $1::int as county, $2::bigint as lo, $3::bigint as hi");
    r->insert_before = sql_stmt(&s);
}

static void counter_build(struct arena *a, struct rec *r)
{
    if (r->serial < 0)
        return;
    struct sql s = sql_new(a);
    ADD(&s,
        "insert into core.counter as c (county, kind, day, n) values ($1, '%s', core.today(), 1)"
        " on conflict (county, kind, day) do update set n = c.n + 1",
        r->fields[r->serial].d.of);
    r->counter = sql_stmt(&s);
}

bool field_patchable(const struct rec_field *f)
{
    return field_given(f) && !(f->d.flags & WL_FIXED);
}

void words_in(struct sql *s, const char *before, const char *words)
{
    size_t n;
    const char *separator = before;
    for (const char *at = words, *w; at && (w = str_word_next(&at, &n));) {
        ADD(s, "%s'%.*s'", separator, (int)n, w);
        separator = ", ";
    }
    if (separator != before)
        ADD(s, ")");
}

/* $4 id, $6 version, $7 fields given, then every column that clients may change. */
void many_changed(struct sql *s, const struct rec *r)
{
    const char *types[REC_COLUMNS_MAX + 3] = {"uuid", "int", "bigint"};
    int p[REC_COLUMNS_MAX + 3] = {4, 6, 7}, n = 3;
    for (int i = 0; i < r->nfields; i++)
        for (int k = 0; field_patchable(&r->fields[i]) && k < r->fields[i].ncolumns; k++, n++) {
            p[n] = 5 + n;
            types[n] = r->columns[r->fields[i].column + k].type;
        }
    many_rows(s, p, types, n);
}

/* One text for every PATCH: bit i of $7 says whether field i is to change. */
const struct db_stmt *update_stmt(struct arena *a, const struct rec *r, bool many)
{
    struct sql s = sql_new(a), refs = sql_new(a);
    int p = 8;
    const char *mark = many ? "w.p" : "$";
    refs.row = true;
    ADD(&s, "update %s t set " STAMP, r->name);
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        if (!field_patchable(f))
            continue;
        if (rec_is_reference(f->d.type)) {
            ADD(&refs, " and ");
            ref_holds(&refs, r, i, arena_printf(a, "%s%d::uuid", mark, p));
        }
        for (int k = 0; k < f->ncolumns; k++, p++) {
            const struct rec_column *c = &r->columns[f->column + k];
            ADD(&s, ", %s = case when (%s7::bigint & %lld) <> 0 then %s%d::%s else t.%s end",
                c->name, mark, 1LL << i, mark, p, c->type, c->name);
        }
    }
    if (many)
        many_changed(&s, r);
    ADD(&s,
        " where %s and t.id = %s4::uuid and t.version = %s6::int and t.deleted_at is null and"
        " %s7::bigint is not null%s",
        rec_scope_where(r), mark, mark, mark, refs.b.n ? refs.b.p : "");
    ADD(&s, "%s", own_where(r));
    words_in(&s, LOCKED, r->d.locked);
    fixed_where(&s, r);
    rules_where(&s, r, RULE_UPDATE, NULL, mark);
    buf_free(&refs.b);
    return sql_stmt(&s);
}

/* The row as it is before a write, and whether the references given hold: what explains a write
 * that changed nothing. */
static const struct db_stmt *before_stmt(struct arena *a, struct rec *r, const int *fields, int n,
                                         const struct rec_action *x)
{
    struct sql s = sql_new(a);
    s.row = true;
    ADD(&s, "select %s", r->shown);
    refs_select(&s, r, fields, n, 5);
    if (x && x->d.guard.text)
        ADD(&s, ", coalesce(%s, false) as ok_guard", brought_guard(a, r, x, 5 + n));
    if (x)
        may_before_add(&s.b, r, x);
    else
        fixed_select(&s.b, r, false);
    ADD(&s, " from %s t where %s and t.id = $4 and t.deleted_at is null", r->name,
        read_where(a, r, "t"));
    return sql_stmt(&s);
}

static void remove_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "update %s t set " STAMP ", deleted_at = now() where %s and t.id = $4"
        " and t.version = $6::int and t.deleted_at is null%s",
        r->name, rec_scope_where(r), own_where(r));
    words_in(&s, LOCKED, r->d.locked);
    fixed_where(&s, r);
    r->remove = sql_stmt(&s);
}

/* ---- actions --------------------------------------------------------------------------------- */

static void never_add(struct sql *s, const char *words)
{
    size_t n;
    for (const char *at = words, *w; at && (w = str_word_next(&at, &n));)
        ADD(s, " and t.%.*s is distinct from core.actor()", (int)n, w);
}

static void action_write(struct arena *a, struct rec *r, struct rec_action *x)
{
    struct sql s = sql_new(a), refs = sql_new(a);
    int p = 7;
    refs.row = true;
    ADD(&s, "update %s t set " STAMP ", state = '%s'", r->name, x->d.to);
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        if (!x->takes[i])
            continue;
        if (rec_is_reference(f->d.type)) {
            ADD(&refs, " and ");
            ref_holds(&refs, r, i, arena_printf(a, "$%d::uuid", p));
        }
        for (int k = 0; k < f->ncolumns; k++, p++) {
            const struct rec_column *c = &r->columns[f->column + k];
            ADD(&s, x->needs[i] ? ", %s = $%d::%s" : ", %s = coalesce($%d::%s, t.%s)", c->name, p,
                c->type, c->name);
        }
    }
    if (x->d.set.text)
        ADD(&s, ", %s", x->d.set.text);
    limits_set_add(&s.b, r, x);
    ADD(&s, " where %s and t.id = $4 and t.version = $6::int and t.deleted_at is null",
        rec_scope_where(r));
    words_in(&s, " and t.state in (", x->d.from);
    if (x->d.only)
        ADD(&s, " and t.%s = core.actor()", x->d.only);
    never_add(&s, x->d.never);
    if (x->d.guard.text)
        ADD(&s, " and %s", brought_guard(a, r, x, 7));
    may_where_add(&s.b, r, x);
    ADD(&s, "%s", refs.b.n ? refs.b.p : "");
    rules_where(&s, r, RULE_ACTION, x, "$");
    buf_free(&refs.b);
    x->write = sql_stmt(&s);
    x->rules = rules_stmt(a, r, RULE_ACTION, x);
    x->before = before_stmt(a, r, x->ref_field, x->nrefs, x);
}

/* Work made from a request shows on the request: plugin_ref names it (design: a request stays in
 * progress while a plugin works on it). */
static bool origin_build(struct arena *a, struct rec *r, const char **why)
{
    if (r->origin < 0)
        return true;
    const struct rec *q = rec_find(r->fields[r->origin].d.of);
    if (!q || rec_field_find(q, "plugin_ref") < 0) {
        *why = arena_printf(a, "%s: record %s: origin %s: %s takes no work", r->owner, r->d.name,
                            r->d.origin, r->fields[r->origin].d.of);
        return false;
    }
    struct sql s = sql_new(a);
    ADD(&s,
        "with r as (update %s t set " STAMP ", plugin_ref = $6 where %s and t.id = $4"
        " and t.state = 'in_progress' returning t.*), h as (insert into %s (",
        q->name, rec_scope_where(q), q->history);
    columns_add(&s, q);
    ADD(&s, ") select ");
    columns_add(&s, q);
    ADD(&s,
        " from r), a as (" AUDIT_INTO ", fields) select $1, core.actor(), $7, $8::inet, 'link',"
        " '%s', $4, r.div, $5::uuid, array['plugin_ref'] from r) select 1 from r",
        q->name);
    r->origin_link = sql_stmt(&s);
    return true;
}

/* Why field f of r may not refer to what it names; NULL when it may. */
static const char *reference_wrong(const struct rec *r, const struct rec_field *f)
{
    const struct rec *to = rec_find(f->d.of);

    if (!to)
        return "which no loaded module has; mend `of`, or load that plugin";
    if (strcmp(to->owner, r->owner) != 0 && !(to->d.flags & WL_PUBLISHED))
        return "which its module keeps to itself; refer to a record with WL_PUBLISHED in its flags";
    return NULL;
}

static bool references_fit(struct arena *a, const struct rec *r, const char **why)
{
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        const char *wrong = f->d.type == WL_REFERENCE ? reference_wrong(r, f) : NULL;
        if (wrong) {
            *why = arena_printf(a, "%s: record %s: field %s: refers to %s, %s", r->owner, r->d.name,
                                f->d.name, f->d.of, wrong);
            return false;
        }
    }
    return true;
}

bool rec_prepare(struct arena *a, struct rec *r, const char **why)
{
    if (!references_fit(a, r, why))
        return false;
    r->shapes = rec_shapes_new(a);
    r->shown = rec_select(a, r, REC_ALL_FIELDS);
    r->listed = rec_select(a, r, r->listed_fields | r->decisive);
    r->may = may_text(a, r);
    get_build(a, r);
    as_of_build(a, r);
    histories_build(a, r);
    replay_build(a, r);
    share_build(a, r);
    search_build(a, r);
    title_build(a, r);
    rec_reveal_build(a, r);
    rec_file_build(a, r);
    seal_build(a, r);
    insist_build(a, r);
    alike_build(a, r);
    merge_build(a, r);
    counter_build(a, r);
    insert_before_build(a, r);
    r->insert = insert_stmt(a, r, false);
    r->insert_rules = rules_stmt(a, r, RULE_INSERT, NULL);
    r->update = update_stmt(a, r, false);
    r->update_rules = rules_stmt(a, r, RULE_UPDATE, NULL);
    r->update_before = before_stmt(a, r, r->ref_field, r->nrefs, NULL);
    remove_build(a, r);
    restore_build(a, r);
    readers_build(a, r);
    for (int i = 0; i < r->nactions; i++)
        action_write(a, r, &r->actions[i]);
    r->bulk = bulk_build(a, r);
    return tells_build(a, r, why) && origin_build(a, r, why);
}
