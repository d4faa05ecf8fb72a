/* Search of people: by the beginning of the name, of its pinyin or of its initials, and exactly by
 * id number or phone through their blind index. */
#include <string.h>

#include "base/str.h"
#include "record/cursor.h"
#include "record/input.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"

enum { SEARCH_LIMIT = 20, SEARCH_TEXT_MAX = 60, SEARCH_FIXED = 6, SEARCH_PARAMS = 9 };

/* ---- the statements -------------------------------------------------------------------------- */

/* A page of results is a list: one audit row with its count. One row more than is shown tells
 * whether there are others. */
static const struct db_stmt *search_stmt(struct arena *a, struct rec *r, const char *rows)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with page as materialized (%s), a as (insert into core.audit (county, actor, role,"
        " address, action, object, request, n) select $1, core.actor(), $4, $5::inet, 'search',"
        " '%s', $6::uuid, least(count(*), %d)::int from page) select * from page",
        rows, r->name, SEARCH_LIMIT);
    return sql_stmt(&s);
}

/* The limit is written out, so that every plan knows how few rows are wanted. */
static const char *search_rows(struct arena *a, const struct rec *r, const char *where,
                               const char *order)
{
    return arena_printf(a,
                        "select %s from %s t where %s and t.deleted_at is null and %s order by %s"
                        " limit %d",
                        r->listed, r->name, read_where(a, r, "t"), where, order, SEARCH_LIMIT + 1);
}

static const char *beginning_rows(struct arena *a, const struct rec *r, const char *column)
{
    return search_rows(a, r, arena_printf(a, "t.%s < $7 and t.%s >= $8", column, column),
                       arena_printf(a, "t.%s, t.id", column));
}

/* Behind the row $9, whose name no cursor tells to those who see masks only. */
static const char *name_rows_on(struct arena *a, const struct rec *r, const char *name)
{
    char *where = arena_printf(a,
                               "t.%s < $7 and (t.%s, t.id) > (greatest((select x.%s from %s x"
                               " where %s and x.id = $9::uuid), $8), $9::uuid)",
                               name, name, name, r->name, read_where(a, r, "x"));
    return search_rows(a, r, where, arena_printf(a, "t.%s, t.id", name));
}

void search_build(struct arena *a, struct rec *r)
{
    if (r->name_field >= 0) {
        const struct rec_column *c = &r->columns[r->fields[r->name_field].column];
        r->search_name = search_stmt(a, r, beginning_rows(a, r, c[0].name));
        r->search_name_on = search_stmt(a, r, name_rows_on(a, r, c[0].name));
        /* Letters may be whole syllables or initials: each has its own index and its own limit. */
        r->search_pinyin = search_stmt(a, r,
                                       arena_printf(a, "select * from ((%s) union (%s)) u limit %d",
                                                    beginning_rows(a, r, c[1].name),
                                                    beginning_rows(a, r, c[2].name), SEARCH_LIMIT));
    }
    for (int i = 0; i < r->nfields; i++) {
        const struct rec_field *f = &r->fields[i];
        if (!rec_is_encrypted(f->d.type) || !(f->d.flags & WL_SEARCHED))
            continue;
        char *where = arena_printf(a, "t.%s = $7::bytea", r->columns[f->column + 1].name);
        r->search_exact[i] = search_stmt(a, r, search_rows(a, r, where, "t.id"));
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

struct search {
    const char *about; /* what a cursor of it belongs to; NULL: one page is all there is */
};

static const char **search_params(struct call *c)
{
    const char **p = rec_params(c, SEARCH_PARAMS);
    p[3] = c->actor->role;
    p[4] = c->address;
    p[5] = c->id;
    return p;
}

/* Smallest text above everything that begins with `prefix`: its end plus the highest code point. */
static const char *prefix_end(struct call *c, const char *prefix)
{
    return arena_printf(c->arena, "%s\xf4\x8f\xbf\xbf", prefix);
}

static const char **beginning_params(struct call *c, const char *pointer, const char *text)
{
    if (!text || !*text || utf8_count(text) > SEARCH_TEXT_MAX) {
        fault_add(c, pointer, "search_text", NULL);
        faults_reply(c);
        return NULL;
    }
    const char **p = search_params(c);
    p[6] = prefix_end(c, text);
    p[7] = text;
    return p;
}

static bool search_name(struct call *c, struct db_batch *b, const struct rec *r, const char *text)
{
    struct search *s = c->state;
    const struct jv *cursor = jv_get(c->input, "cursor");
    const char **p = beginning_params(c, r->fields[r->name_field].pointer, text);
    const char *none;
    if (!p)
        return false;
    s->about = arena_printf(c->arena, "search|%s|%d|%lld|%s", r->name, c->county,
                            (long long)c->actor->scope.lo, text);
    if (!cursor) {
        batch_add(b, r->search_name, SEARCH_FIXED + 2, p);
        return true;
    }
    if (!jv_text(cursor) || !cursor_read(c->arena, jv_text(cursor), s->about, &none, &p[8])) {
        fault_add(c, "/cursor", "bad_cursor", NULL);
        return !faults_reply(c);
    }
    batch_add(b, r->search_name_on, SEARCH_FIXED + 3, p);
    return true;
}

/* "Li Wei" and "liwei" are the same. */
static const char *letters_only(struct call *c, const char *s)
{
    char *out = arena_strdup(c->arena, s);
    size_t n = 0;
    for (const char *at = s; *at; at++) {
        char ch = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))
            out[n++] = ch;
    }
    out[n] = 0;
    return out;
}

static bool search_pinyin(struct call *c, struct db_batch *b, const struct rec *r, const char *text)
{
    const char **p = beginning_params(c, "/pinyin", text ? letters_only(c, text) : NULL);
    if (!p)
        return false;
    batch_add(b, r->search_pinyin, SEARCH_FIXED + 2, p);
    return true;
}

static bool search_exact(struct call *c, struct db_batch *b, const struct rec *r, int field,
                         const char *text)
{
    const struct rec_field *f = &r->fields[field];
    const char *index = input_blind(c, f, f->pointer, text);
    if (!index) {
        if (!faults_reply(c))
            problem(c, 503, "keys_missing");
        return false;
    }
    const char **p = search_params(c);
    p[6] = index;
    batch_add(b, r->search_exact[field], SEARCH_FIXED + 1, p);
    return true;
}

/* What is looked for: the one member that is not the cursor, which goes with a name only. */
static const char *search_key(struct call *c, const struct rec *r, const struct jv **value)
{
    void *at = NULL;
    const char *key = NULL, *found = NULL;
    const struct jv *v = NULL, *cursor = jv_get(c->input, "cursor");
    size_t n = jv_count(c->input) - (cursor ? 1 : 0);
    while (n == 1 && jv_member(c->input, &at, &key, &v))
        if (!str_eq(key, "cursor")) {
            found = key;
            *value = v;
        }
    bool by_name = found && r->name_field >= 0 && str_eq(found, r->fields[r->name_field].d.name);
    return cursor && !by_name ? NULL : found;
}

/* Exactly one of: the name field, "pinyin", a searched encrypted field. */
bool rec_search_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct jv *v = NULL;
    if (!output_rights(c, r))
        return problem(c, 403, "not_permitted");
    c->state = arena_alloc(c->arena, sizeof(struct search));
    const char *key = search_key(c, r, &v);
    const char *text = key ? jv_text(v) : NULL;
    if (key && r->name_field >= 0 && str_eq(key, r->fields[r->name_field].d.name))
        return search_name(c, b, r, text);
    if (key && r->name_field >= 0 && str_eq(key, "pinyin"))
        return search_pinyin(c, b, r, text);
    int field = key ? rec_field_find(r, key) : -1;
    if (field >= 0 && r->search_exact[field])
        return search_exact(c, b, r, field, text);
    return problem(c, 422, "search_one_key");
}

void rec_search_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct search *s = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    bool more = rows_count(rows) > SEARCH_LIMIT;
    int n = more ? SEARCH_LIMIT : rows_count(rows);
    struct jw *w = reply_json(c, 200);
    struct output o = output_begin(c, w, r, r->listed_fields | r->decisive, r->listed_fields);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        output_row(&o, rows, i);
    jw_end(w, ']');
    jw_key(w, "next");
    if (more && s->about)
        jw_text(w, cursor_make(c->arena, s->about, "", rows_text(rows, n - 1, HEAD_ID)));
    else
        jw_null(w);
    jw_end(w, '}');
}
