#include "record/title.h"

#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "json/jw.h"
#include "record/bulk.h"
#include "record/codes.h"
#include "record/output.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"

enum { IDS_MAX = 200, STAFF_MAX = 100, WORD_MAX = 256, NAME_MAX_CHARS = 60 };

/* ---- at load --------------------------------------------------------------------------------- */

/* Words, codes and dates name a row; the names of other rows are theirs to give. */
static bool names_row(const struct rec_field *f)
{
    if (rec_is_encrypted(f->d.type))
        return true;
    return f->d.sensitivity < WL_CLASS_3 && !rec_is_reference(f->d.type) && f->d.type != WL_LIST &&
           f->d.type != WL_CHOICES;
}

/* Fields of the title in its order: how many, at most REC_TITLE_MAX. */
static int title_fields(struct arena *a, const struct rec *r, int *out)
{
    int count = 0;
    size_t n;

    for (const char *at = r->d.title, *w; at && (w = str_word_next(&at, &n));) {
        int i = rec_field_find(r, arena_strndup(a, w, n));
        if (i >= 0 && names_row(&r->fields[i]) && count < REC_TITLE_MAX)
            out[count++] = i;
    }
    return count;
}

/* As text, of encrypted fields the mask. */
void title_add(struct buf *b, const struct rec *r)
{
    buf_str(b, ", jsonb_build_array(");
    for (int i = 0; i < r->ntitle; i++) {
        const struct rec_field *f = &r->fields[r->title[i]];
        const char *column = rec_shown(r, f);

        buf_str(b, i ? ", " : "");
        if (f->d.type == WL_TIME)
            buf_printf(b, LOCAL_MINUTE("t.%s"), column);
        else
            buf_printf(b, "t.%s::text", column);
    }
    buf_str(b, ")::text as title");
}

/* Whether the title names the person the row is about: who asks is told whom, and asks for them. */
static bool names_person(const struct rec *r)
{
    return r->person >= 0 && r->fields[r->person].d.sensitivity < WL_CLASS_3 && r->d.title &&
           str_has_word(r->d.title, r->d.person);
}

void title_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);

    r->ntitle = title_fields(a, r, r->title);
    ADD(&s, "with r as materialized (select t.id");
    title_add(&s.b, r);
    if (names_person(r))
        ADD(&s, ", t.%s as person", r->d.person);
    ADD(&s,
        " from %s t where %s and t.id = any ($4::uuid[]) and t.deleted_at is null),"
        " a as (insert into core.audit (county, actor, role, address, action, object, request, n)"
        " select $1, core.actor(), $5, $6::inet, 'list', '%s', $7::uuid, count(*)::int from r)"
        " select * from r",
        r->name, read_where(a, r, "t"), r->name);
    r->titles = sql_stmt(&s);
}

/* ---- whose ----------------------------------------------------------------------------------- */

/* What an id may stand for besides a record's row: everybody of the county knows its staff and its
 * places by name. */
static struct lazy stmt_staff = {
    .sql = "select i.id::text, core.staff_name(i.id) as title from unnest($1::uuid[]) i (id)"};
static struct lazy stmt_orgs = {
    .sql = "select u.id, u.name as title from admin.org_unit u"
           " where u.county = $1 and u.id = any ($2::uuid[])"};
static struct lazy stmt_divisions = {
    .sql = "select d.code::text, d.name as title from core.division d"
           " where d.code = any ($1::bigint[])"};

/* Of a plugin that is off where the caller works. Asked all the same: the database may know that it
 * has been turned on. */
static struct lazy stmt_off = {.sql = "select $1::int::text as id, '' as title where false"};

enum title_kind { TITLE_STAFF, TITLE_ORG, TITLE_DIVISION, TITLE_RECORD };

struct titles {
    enum title_kind kind;
    const struct rec *r; /* TITLE_RECORD */
};

static bool is_division(const char *text)
{
    enum { DIGITS = 12 };

    return strlen(text) == DIGITS && strspn(text, "0123456789") == DIGITS;
}

/* The ids asked for, as an array; NULL with a fault. */
static const char *ids_read(struct call *c, enum title_kind kind)
{
    const struct jv *list = jv_get(c->input, "ids");
    const char *ids[IDS_MAX];
    size_t n = jv_count(list);

    if (jv_type(list) != JV_ARRAY || n == 0 || n > IDS_MAX) {
        fault_add(c, "/ids", "ids_expected", NULL);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        ids[i] = jv_text(jv_at(list, i));
        if (!ids[i] || !(kind == TITLE_DIVISION ? is_division(ids[i]) : uuid_valid(ids[i])))
            fault_add(c, arena_printf(c->arena, "/ids/%zu", i), "id_expected", NULL);
    }
    return c->nfaults ? NULL : bulk_array(c->arena, ids, (int)n);
}

/* Whom the caller may ask for; false with the reply set. */
static bool kind_read(struct call *c, struct titles *t)
{
    static const char *const names[] = {"staff", "org", "division"};
    const char *kind = body_text(c, "kind", true, WORD_MAX);

    for (t->kind = TITLE_STAFF; kind && t->kind < TITLE_RECORD; t->kind++)
        if (str_eq(kind, names[t->kind]))
            return true;
    t->r = kind ? rec_find(kind) : NULL;
    if (kind && !(t->r && output_rights(c, t->r)))
        fault_add(c, "/kind", "title_kind", NULL);
    return c->nfaults == 0;
}

/* ---- titles ---------------------------------------------------------------------------------- */

static bool titles_plan(struct call *c, struct db_batch *b)
{
    struct titles *t = arena_alloc(c->arena, sizeof *t);
    const char *ids, **p;

    c->state = t;
    body_only(c, "kind ids");
    if (!kind_read(c, t) || !(ids = ids_read(c, t->kind)))
        return !faults_reply(c);
    p = rec_params(c, 7);
    p[3] = ids;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    if (t->kind == TITLE_RECORD && !actor_has_plugin(c->actor, t->r->plugin_gate))
        lazy_add(b, &stmt_off, 1, p);
    else if (t->kind == TITLE_RECORD)
        batch_add(b, t->r->titles, 7, p);
    else if (t->kind == TITLE_ORG)
        lazy_add(b, &stmt_orgs, 2, (const char *const[]){p[0], ids});
    else
        lazy_add(b, t->kind == TITLE_STAFF ? &stmt_staff : &stmt_divisions, 1, &ids);
    return true;
}

/* What a word of a title says to this reader; NULL: nothing. */
static const char *word_of(struct call *c, const struct rec_field *f, const char *text,
                           bool masked)
{
    enum output_view view = output_view(f, masked);
    char mask[WORD_MAX];

    if (view == OUTPUT_NOTHING)
        return NULL;
    if (view == OUTPUT_MASK && f->d.type == WL_NAME) {
        name_mask(text, mask, sizeof mask);
        return arena_strdup(c->arena, mask);
    }
    return f->d.type == WL_CHOICE ? code_label(c->lang, f->d.of, text) : text;
}

const char *title_text(struct call *c, const struct rec *r, const char *json, bool masked)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(c->arena, json, strlen(json), &fault);
    const char *out = "";

    for (int i = 0; i < r->ntitle; i++) {
        const char *text = jv_text(jv_at(v, (size_t)i));
        const char *word = text ? word_of(c, &r->fields[r->title[i]], text, masked) : NULL;
        if (word)
            out = arena_printf(c->arena, "%s%s%s", out, *out ? " " : "", word);
    }
    return out;
}

static const char *title_of(struct call *c, const struct titles *t, const struct db_rows *rows,
                            int row)
{
    const char *text = rows_null(rows, row, 1) ? "" : rows_text(rows, row, 1);

    return t->kind == TITLE_RECORD ? title_text(c, t->r, text, c->masked) : text;
}

static void whose_json(struct jw *w, const struct db_rows *rows)
{
    int person = rows_column(rows, "person");

    jw_key(w, "whose");
    jw_object(w);
    for (int row = 0; row < rows_count(rows); row++)
        if (!rows_null(rows, row, person))
            jw_kv_text(w, rows_text(rows, row, 0), rows_text(rows, row, person));
    jw_end(w, '}');
}

static void titles_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = b->item[b->n - 1].rows;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "titles");
    jw_object(w);
    for (int row = 0; row < rows_count(rows); row++) {
        const char *title = title_of(c, c->state, rows, row);
        if (*title)
            jw_kv_text(w, rows_text(rows, row, 0), title);
    }
    jw_end(w, '}');
    if (rows_column(rows, "person") >= 0)
        whose_json(w, rows);
    jw_end(w, '}');
}

/* ---- staff ----------------------------------------------------------------------------------- */

/* Who holds a post within the caller's scope: whom a staff field of a row there may name. */
static struct lazy stmt_posts = {
    .sql = "select p.account as id, core.staff_name(p.account) as name, p.role, u.id as org,"
           " u.name as org_name from admin.post p"
           " join admin.org_unit u on u.county = p.county and u.id = p.org"
           " where " SCOPE_HOLDS("p") " and p.county = $1 and p.state = 'active'"
           " and p.deleted_at is null and p.valid_from <= core.today()"
           " and (p.valid_to is null or p.valid_to > core.today())"
           " and ($4::text is null or strpos(core.staff_name(p.account), $4) > 0)"
           " and p.role not in ('sys_admin', 'sec_admin', 'audit_admin')"
           " order by u.name, name, p.id limit $5"};

static bool staff_plan(struct call *c, struct db_batch *b)
{
    const char *name = call_query(c, "name");
    const char **p = rec_params(c, 5);

    query_known(c, "name");
    if (name && utf8_count(name) > NAME_MAX_CHARS)
        query_refuse(c, "name", "bad_value");
    if (faults_reply_as(c, 400, "bad_query"))
        return false;
    p[3] = name && *name ? name : NULL;
    p[4] = rec_number(c, STAFF_MAX);
    lazy_add(b, &stmt_posts, 5, p);
    return true;
}

static void staff_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    rows_json(w, b->item[b->n - 1].rows);
    jw_end(w, '}');
}

const struct op title_ops[] = {
    {
        .method = "POST",
        .path = "/api/v1/titles",
        .lane = OP_QUICK,
        .flags = OP_BODY,
        .plan = titles_plan,
        .render = titles_render,
        .summary = "What up to 200 rows are called: of one record, or staff, org units, divisions",
        .takes = "{kind ids:[text]}",
        .gives = "{titles:{*:text} whose~:{*:uuid}}",
    },
    {
        .method = "GET",
        .path = "/api/v1/staff",
        .lane = OP_QUICK,
        .plan = staff_plan,
        .render = staff_render,
        .summary = "Who holds a post within the caller's scope, at most 100",
        .asks = "name?",
        .gives = "{items:[{id:uuid name role org:uuid org_name}]}",
        .refuses = "400 bad_query",
    },
};

const int title_nops = sizeof title_ops / sizeof title_ops[0];
