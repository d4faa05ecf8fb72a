#include "record/bulk.h"

#include <string.h>

#include "base/str.h"
#include "record/guard.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"
#include "record/rule.h"
#include "record/unique.h"

enum { ARRAY_MAX = 64 << 20 };

static void locked_add(struct sql *s, const struct rec *r)
{
    size_t n = 0;
    const char *at = r->d.locked;
    if (!at || !str_word_next(&at, &n)) {
        ADD(s, ", false as locked");
        return;
    }
    words_in(s, ", t.state in (", r->d.locked);
    ADD(s, " as locked");
}

/* Rows by the values of these columns; an empty value finds nothing. */
static const struct db_stmt *find_stmt(struct arena *a, const struct rec *r,
                                       const struct rec_column *const *columns, int n)
{
    struct sql s = sql_new(a);
    const char *types[REC_KEY_MAX];
    int p[REC_KEY_MAX];
    ADD(&s, "select w.ord, t.id, t.version");
    locked_add(&s, r);
    ADD(&s, "%s", reach_select(r));
    fixed_select(&s.b, r, false);
    for (int i = 0; i < n; i++) {
        p[i] = 4 + i;
        types[i] = columns[i]->type;
    }
    many_rows(&s, p, types, n);
    ADD(&s, " join %s t on %s and t.deleted_at is null", r->name, read_where(a, r, "t"));
    for (int i = 0; i < n; i++)
        ADD(&s, " and t.%s = w.p%d::%s", columns[i]->name, p[i], columns[i]->type);
    ADD(&s, " order by w.ord");
    return sql_stmt(&s);
}

static void finds_build(struct arena *a, const struct rec *r, struct rec_bulk *b)
{
    static const struct rec_column id = {.name = "id", .type = "uuid"};
    const struct rec_column *columns[REC_KEY_MAX] = {&id};
    b->by_id = find_stmt(a, r, columns, 1);
    b->nkey = rec_key_fields(r, b->key);
    for (int i = 0; i < b->nkey; i++) {
        const struct rec_field *f = &r->fields[b->key[i]];
        columns[i] = &r->columns[f->column + (rec_is_encrypted(f->d.type) ? 1 : 0)];
    }
    if (b->nkey)
        b->by_key = find_stmt(a, r, columns, b->nkey);
}

static const struct db_stmt *insert_check_stmt(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s, "select v.ord, (not v.placed or exists (select from core.division d"
            " where d.code = v.div and d.valid_from <= core.today()"
            " and (d.valid_to is null or d.valid_to > core.today()))) as ok_div");
    if (r->plugin_gate)
        ADD(&s, ", " PLUGIN_ON("$1::int", "(v.div / 1000)::int") " as ok_plugin", r->plugin_gate);
    else
        ADD(&s, ", true as ok_plugin");
    for (int i = 0; i < r->nrefs; i++) {
        const char *name = r->fields[r->ref_field[i]].d.name;
        ADD(&s, ", ");
        ref_holds(&s, r, r->ref_field[i], arena_printf(a, "v.%s", name));
        ADD(&s, " as ok_%s", name);
    }
    rules_told(&s, r, RULE_INSERT, NULL, "$");
    ADD(&s, " from (");
    insert_values(&s, r, true);
    ADD(&s, ") v where $3::bigint is not null and $6::uuid is not null order by v.ord");
    return sql_stmt(&s);
}

/* What the row would hold after the update is what it holds. Of an encrypted value the blind index
 * tells; the ciphertext is new every time. */
static void same_add(struct sql *s, const struct rec *r, struct sql *rows)
{
    int at = 8;
    ADD(s, ", true");
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        if (!field_patchable(f))
            continue;
        for (int k = 0; k < f->ncolumns; k++, at++) {
            const struct rec_column *c = &r->columns[f->column + k];
            if (rec_is_encrypted(f->d.type) ? k == 1 : k == 0)
                ADD(s, " and ((w.p7::bigint & %lld) = 0 or t.%s is not distinct from w.p%d::%s)",
                    1LL << i, c->name, at, c->type);
            if (k == 0 && rec_is_reference(f->d.type)) {
                ADD(rows, ", ");
                ref_holds(rows, r, i, arena_printf(s->a, "w.p%d::uuid", at));
                ADD(rows, " as ok_%s", f->d.name);
            }
        }
    }
    ADD(s, " as same");
}

static const struct db_stmt *update_check_stmt(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a), refs = sql_new(a);
    refs.row = true;
    ADD(&s, "select w.ord");
    same_add(&s, r, &refs);
    ADD(&s, "%s", refs.b.n ? refs.b.p : "");
    buf_free(&refs.b);
    rules_told(&s, r, RULE_UPDATE, NULL, "w.p");
    many_changed(&s, r);
    ADD(&s,
        " join %s t on %s and t.id = w.p4::uuid where $5::uuid is not null and w.p6 is not null"
        " order by w.ord",
        r->name, rec_scope_where(r));
    return sql_stmt(&s);
}

static const struct db_stmt *counter_stmt(struct arena *a, const struct rec *r)
{
    if (r->serial < 0)
        return NULL;
    struct sql s = sql_new(a);
    ADD(&s,
        "insert into core.counter as c (county, kind, day, n)"
        " values ($1, '%s', core.today(), $2::int)"
        " on conflict (county, kind, day) do update set n = c.n + excluded.n",
        r->fields[r->serial].d.of);
    return sql_stmt(&s);
}

/* History for every row that this call wrote, one row of audit for all of them. */
static const struct db_stmt *seal_stmt(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with r as materialized (select t.* from %s t where %s and t.id = any ($4::uuid[])"
        " and t.change = $5::uuid), h as (insert into %s (",
        r->name, rec_scope_where(r), r->history);
    columns_add(&s, r);
    ADD(&s, ") select ");
    columns_add(&s, r);
    ADD(&s,
        " from r) insert into core.audit (county, actor, role, address, action, object, request,"
        " fields, n) select $1::int, core.actor(), $6, $7::inet, $8, '%s', $5::uuid, $9::text[],"
        " count(*)::int from r having count(*) > 0",
        r->name);
    return sql_stmt(&s);
}

static const struct db_stmt *step_stmt(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select core.job_step($1::uuid, $2::int, $3::bigint, $4::bigint, $5::bigint, $6::jsonb,"
        " $7::jsonb, (select count(*) from %s t where t.county = $11::int"
        " and t.id = any ($9::uuid[]) and t.change = $10::uuid), $8::bigint)",
        r->name);
    return sql_stmt(&s);
}

const struct rec_bulk *bulk_build(struct arena *a, const struct rec *r)
{
    struct rec_bulk *b = arena_alloc(a, sizeof *b);
    finds_build(a, r, b);
    b->insert_check = insert_check_stmt(a, r);
    b->update_check = update_check_stmt(a, r);
    b->counter = counter_stmt(a, r);
    b->insert = insert_stmt(a, r, true);
    b->update = update_stmt(a, r, true);
    b->seal = seal_stmt(a, r);
    b->step = step_stmt(a, r);
    return b;
}

const char *bulk_array(struct arena *a, const char *const *values, int n)
{
    struct buf b;
    const char *out;
    buf_init(&b, ARRAY_MAX);
    buf_char(&b, '{');
    for (int i = 0; i < n; i++) {
        buf_str(&b, i ? "," : "");
        if (!values[i]) {
            buf_str(&b, "NULL");
            continue;
        }
        buf_char(&b, '"');
        for (const char *at = values[i]; *at;) {
            size_t plain = strcspn(at, "\"\\");
            buf_add(&b, at, plain);
            at += plain;
            if (*at) {
                buf_char(&b, '\\');
                buf_char(&b, *at++);
            }
        }
        buf_char(&b, '"');
    }
    buf_char(&b, '}');
    out = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}
