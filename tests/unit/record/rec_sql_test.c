/* The generated statements: each names the caller's county on every table it touches and keeps to
 * the caller's scope; values are parameters only. This reads the texts; that the walls hold is
 * tests/isolation's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "record/record.h"
#include "record/sample.h"

static struct sample sample;

static int open_all(void **state)
{
    (void)state;
    sample_open(&sample);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    sample_close(&sample);
    return 0;
}

/* --- reading a text --------------------------------------------------------------------------- */

static size_t word_length(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.");
}

/* Whether "<alias>.county = $1" stands in the text, or an equality with another table's. */
static bool county_named(const char *sql, const char *alias, size_t n)
{
    const char *compared = arena_printf(sample.arena, "%.*s.county = ", (int)n, alias);

    for (const char *at = sql; (at = strstr(at, compared)); at++)
        if (at == sql || !word_length((char[]){at[-1], '\0'})) {
            const char *with = at + strlen(compared);

            if (strncmp(with, "$1", 2) == 0 || strstr(with, ".county") == with + 1)
                return true;
        }
    return false;
}

/* Every table behind `word` ("from ", "join ", "update ") that is one of a schema's. */
static void tables_behind(const char *sql, const char *word)
{
    for (const char *at = sql; (at = strstr(at, word)); at++) {
        const char *table = at + strlen(word);
        size_t n = word_length(table);
        const char *alias = table + n + 1;

        bool national = n == strlen("core.division") && strncmp(table, "core.division", n) == 0;

        if (!memchr(table, '.', n) || table[n] == '(' || national)
            continue; /* a common table expression, a function, a reference table */
        if (!county_named(sql, alias, word_length(alias)))
            fail_msg("%.*s without its county in: %s", (int)n, table, sql);
    }
}

static void walls_stand(const struct db_stmt *stmt)
{
    const char *sql = db_stmt_sql(stmt);

    tables_behind(sql, "from ");
    tables_behind(sql, "join ");
    tables_behind(sql, "update ");
    if (strstr(sql, ";") || strstr(sql, "--") || strstr(sql, "/*"))
        fail_msg("more than one plain statement: %s", sql);
}

/* Reads or changes rows of the record itself: within the caller's scope. */
static void scoped(const struct db_stmt *stmt)
{
    assert_non_null(stmt);
    walls_stand(stmt);
    if (!strstr(db_stmt_sql(stmt), "t.county = $1 and t.div >= $2 and t.div < $3"))
        fail_msg("not within the scope: %s", db_stmt_sql(stmt));
}

static size_t count(const char *sql, const char *part)
{
    size_t n = 0;

    for (const char *at = sql; (at = strstr(at, part)); at++)
        n++;
    return n;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void the_reader_of_this_test_sees_a_missing_county(void **state)
{
    (void)state;
    assert_true(county_named("select from a.b t where t.county = $1", "t", 1));
    assert_true(county_named("select from a.b t join a.c x on x.county = t.county", "x", 1));
    assert_false(county_named("select from a.b t where xt.county = $1", "t", 1));
    assert_false(county_named("select from a.b t where t.county = 7", "t", 1));
}

static void records_keep_within_county_and_scope(void **state)
{
    const struct rec *all[] = {sample.person, sample.job};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct rec *r = all[i];
        const struct db_stmt *const texts[] = {r->get,    r->histories, r->replay,       r->seal,
                                               r->update, r->remove,    r->update_before};

        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            scoped(texts[k]);
    }
}

static void searches_keep_within_county_and_scope(void **state)
{
    const struct rec *r = sample.person;

    (void)state;
    scoped(r->search_name);
    scoped(r->search_pinyin);
    scoped(r->search_exact[rec_field_find(r, "id_number")]);
    scoped(r->search_exact[rec_field_find(r, "phone")]);
    assert_null(r->search_exact[0]);
    assert_int_equal(count(db_stmt_sql(r->search_pinyin), "t.div >= $2 and t.div < $3"), 2);
    assert_null(sample.job->search_name);
}

static void actions_keep_within_county_and_scope(void **state)
{
    const struct rec *r = sample.job;
    const char *redo = db_stmt_sql(r->actions[2].write);

    (void)state;
    for (int i = 0; i < r->nactions; i++) {
        scoped(r->actions[i].write);
        scoped(r->actions[i].before);
        assert_non_null(strstr(db_stmt_sql(r->actions[i].write), "t.version = $6::int"));
        assert_non_null(strstr(db_stmt_sql(r->actions[i].write), "t.deleted_at is null"));
    }
    assert_non_null(strstr(redo, "set version = t.version + 1"));
    assert_non_null(strstr(redo, "state = 'taken'"));
    assert_non_null(strstr(redo, "t.state in ('done')"));
    assert_non_null(strstr(redo, "and (t.minutes < 60 or t.urgent)"));
    assert_non_null(strstr(redo, "t.staff is distinct from core.actor()"));
    assert_non_null(strstr(db_stmt_sql(r->actions[1].write), "and t.staff = core.actor()"));
    assert_non_null(strstr(db_stmt_sql(r->actions[3].write), "t.state in ('planned', 'taken')"));
}

/* A new row is in the caller's scope, and so is whatever it refers to. */
static void inserts_keep_within_county_and_scope(void **state)
{
    const char *sql = db_stmt_sql(sample.job->insert);
    const char *refs = db_stmt_sql(sample.job->insert_before);

    (void)state;
    walls_stand(sample.job->insert);
    walls_stand(sample.person->insert);
    walls_stand(sample.job->insert_before);
    assert_non_null(strstr(sql, "where v.county = $1 and v.div >= $2 and v.div < $3"));
    assert_non_null(strstr(db_stmt_sql(sample.person->insert),
                           "where v.county = $1 and v.div >= $2 and v.div < $3"));
    /* once for the division a row takes from its person, once for the reference */
    assert_int_equal(
        count(sql, "from sample.person x where x.county = $1 and x.div >= $2 and x.div < $3"), 2);
    assert_int_equal(
        count(refs, "from sample.person x where x.county = $1 and x.div >= $2 and x.div < $3"), 1);
    assert_non_null(strstr(refs, "as ok_person"));
    assert_null(sample.person->insert_before);
    assert_non_null(strstr(db_stmt_sql(sample.job->counter), "values ($1, 'J', core.today(), 1)"));
    assert_null(sample.person->counter);
}

/* Nobody's input names what may not change: the columns that say whose a row is. */
static void changes_leave_the_owner_alone(void **state)
{
    static const char *const owned[] = {"county",   "id",         "div",
                                        "township", "created_at", "created_by"};
    const struct rec *r = sample.job;
    const struct db_stmt *const texts[] = {r->update, r->remove, r->actions[0].write,
                                           r->actions[1].write, r->actions[2].write};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *set = strstr(db_stmt_sql(texts[i]), " set ");
        size_t n = (size_t)(strstr(set, " where ") - set);
        char *part = arena_strndup(sample.arena, set, n);

        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
            if (strstr(part, arena_printf(sample.arena, " %s = ", owned[k])))
                fail_msg("sets %s: %s", owned[k], part);
    }
    /* fixed, computed, an action's and the serial are not patched */
    for (size_t i = 0; i < 5; i++) {
        static const char *const closed[] = {"person", "made_at", "staff", "no", "state"};

        assert_null(
            strstr(db_stmt_sql(r->update), arena_printf(sample.arena, ", %s = case", closed[i])));
    }
    assert_non_null(strstr(db_stmt_sql(r->update), ", title = case"));
}

/* What is read leaves its audit row in the same statement, and so does what is written. */
static void nothing_goes_without_audit(void **state)
{
    const struct rec *r = sample.person;
    const struct db_stmt *const texts[] = {r->get,         r->histories,     r->seal,
                                           r->search_name, r->search_pinyin, r->search_exact[1]};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(count(db_stmt_sql(texts[i]), "insert into core.audit"), 1);
}

/* --- lists ------------------------------------------------------------------------------------ */

static struct call *asked(const char *const *query, int64_t width)
{
    struct call *c = sample_call(sample_op(&sample, sample.job, "GET", ""), NULL);
    struct actor *a = arena_alloc(c->arena, sizeof *a);

    *a = *c->actor;
    a->scope.hi = a->scope.lo + width;
    c->actor = a;
    for (int i = 0; query[2 * i]; i++) {
        c->query[i] = (struct call_param){query[2 * i], query[2 * i + 1]};
        c->nquery++;
    }
    return c;
}

static const char *list_text(const char *const *query, int64_t width)
{
    struct call *c = asked(query, width);
    struct db_batch *b = batch_new(sample.arena, 0);
    const char *sql = NULL;

    if (rec_list_plan(c, b)) {
        for (int i = 0; i < b->n; i++)
            scoped(b->item[i].stmt);
        sql = db_stmt_sql(b->item[b->n - 1].stmt);
        assert_int_equal(count(sql, "insert into core.audit"), 1);
        if (b->alone) /* not kept: it goes with the call */
            sql = arena_strdup(sample.arena, sql);
    } else if (c->reply.status != 400) {
        fail_msg("%d: %s", c->reply.status, sample_reply(c));
    }
    call_free(c);
    return sql;
}

#define LIST(width, ...) list_text((const char *const[]){__VA_ARGS__, NULL, NULL}, width)

static void lists_keep_within_county_and_scope(void **state)
{
    const char *sql;

    (void)state;
    sql = LIST(1000000, "limit", "7");
    assert_non_null(strstr(sql, "order by t.created_at desc, t.id desc limit $7::int"));
    assert_null(strstr(sql, "t.township"));
    sql = LIST(1000, "sort", "seen_at");
    assert_non_null(strstr(sql, "t.township = $8::int"));
    assert_non_null(strstr(sql, "order by t.seen_at asc, t.id asc"));
    sql = LIST(1, "urgent.eq", "true", "state.in", "planned,taken");
    assert_non_null(strstr(sql, "t.div = $2"));
    assert_non_null(strstr(sql, "t.urgent = $9::boolean"));
    assert_non_null(strstr(sql, "t.state = any ($10::text[])"));
}

static void what_was_asked_never_stands_in_the_text(void **state)
{
    const char *one = LIST(1000, "person.eq", SAMPLE_ROW);
    const char *two = LIST(1000, "person.eq", SAMPLE_OTHER);

    (void)state;
    assert_ptr_equal(one, two); /* one statement for both */
    assert_null(strstr(one, SAMPLE_ROW));
}

/* Each op stands for its condition; what depends on the value is not kept. */
static void filters_say_what_they_mean(void **state)
{
    static const struct {
        const char *query, *value, *sql;
    } cases[] = {
        {"urgent.eq", "true", " and t.urgent = $9::boolean"},
        {"urgent.ne", "true", " and t.urgent is distinct from $9::boolean"},
        {"urgent.in", "true,false", " and t.urgent = any ($9::boolean[])"},
        {"urgent.isnull", "true", " and t.urgent is null"},
        {"urgent.isnull", "false", " and t.urgent is not null"},
        {"state.like", "pl*", " and t.state like $9::text"},
        {"created_at.gt", "2026-01-01T00:00:00Z", " and t.created_at > $9::timestamp with time"},
        {"created_at.ge", "2026-01-01T00:00:00Z", " and t.created_at >= $9::timestamp with time"},
        {"updated_at.lt", "2026-01-01T00:00:00Z", " and t.updated_at < $9::timestamp with time"},
        {"updated_at.le", "2026-01-01T00:00:00Z", " and t.updated_at <= $9::timestamp with time"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *sql = LIST(1000, cases[i].query, cases[i].value);

        assert_non_null(sql);
        if (!strstr(sql, cases[i].sql))
            fail_msg("%s: %s", cases[i].query, sql);
    }
    /* the list's own order is created_at: a range of it is walked by one index whatever its ends */
    assert_ptr_equal(LIST(1000, "created_at.ge", "2026-01-01T00:00:00Z"),
                     LIST(1000, "created_at.ge", "2020-01-01T00:00:00Z"));
    assert_ptr_not_equal(LIST(1000, "updated_at.ge", "2026-01-01T00:00:00Z"),
                         LIST(1000, "updated_at.ge", "2020-01-01T00:00:00Z"));
}

/* However many are asked, 64 are kept for the process. */
static void shapes_kept_are_few(void **state)
{
    static const char *const names[] = {"urgent", "kind", "state", "person", "staff"};
    enum { NAMES = sizeof names / sizeof *names };
    int kept = 0, asked_for = 0;

    (void)state;
    for (int set = 1; set < 1 << NAMES; set++)
        for (int page = 0; page < 3; page++) {
            const char *query[2 * NAMES + 4] = {NULL};
            int n = 0;

            for (int i = 0; i < NAMES; i++)
                if (set >> i & 1) {
                    query[n++] = arena_printf(sample.arena, "%s.isnull", names[i]);
                    query[n++] = "true";
                }
            query[n++] = "fields";
            query[n++] = page == 0 ? "no" : page == 1 ? "no,state" : "title";
            struct call *c = asked(query, 1000);
            struct db_batch *b = batch_new(sample.arena, 0);

            assert_true(rec_list_plan(c, b));
            kept += !b->alone;
            asked_for++;
            call_free(c);
        }
    assert_in_range(kept, 1, 64);
    assert_true(asked_for > 64);
}

static void counts_keep_to_the_same_rows(void **state)
{
    struct call *c = asked((const char *const[]){"urgent.eq", "true", "count", "exact", "limit",
                                                 "3", NULL, NULL},
                           1);
    struct db_batch *b = batch_new(sample.arena, 0);

    (void)state;
    assert_true(rec_list_plan(c, b));
    assert_int_equal(b->n, 2);
    scoped(b->item[0].stmt);
    assert_non_null(strstr(db_stmt_sql(b->item[0].stmt),
                           "t.township = $4::int and t.div = $2 and t.urgent = $5::boolean"));
    assert_int_equal(b->item[0].nparams, 5);
    assert_true(b->alone);
    call_free(c);
}

static void lists_refuse_what_they_do_not_know(void **state)
{
    (void)state;
    assert_null(LIST(1000, "colour.eq", "1"));
    assert_null(LIST(1000, "title.eq", "ab"));
    assert_null(LIST(1000, "urgent.gt", "true"));
    assert_null(LIST(1000, "urgent.eq", "yes"));
    assert_null(LIST(1000, "urgent", "true"));
    assert_null(LIST(1000, "state.in", ""));
    assert_null(LIST(1000, "state.like", "*"));
    assert_null(LIST(1000, "count", "yes"));
    assert_null(LIST(1000, "kind.eq", "Z"));
    assert_null(LIST(1000, "created_at.eq", "2026-01-01T00:00:00Z"));
    assert_null(LIST(1000, "person.eq", "1 or true"));
    assert_null(LIST(1000, "sort", "title"));
    assert_null(LIST(1000, "sort", "t.id"));
    assert_null(LIST(1000, "limit", "0"));
    assert_null(LIST(1000, "limit", "201"));
    assert_null(LIST(1000, "limit", "1;"));
    assert_null(LIST(1000, "cursor", "AAAA"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reader_of_this_test_sees_a_missing_county),
        cmocka_unit_test(records_keep_within_county_and_scope),
        cmocka_unit_test(searches_keep_within_county_and_scope),
        cmocka_unit_test(actions_keep_within_county_and_scope),
        cmocka_unit_test(inserts_keep_within_county_and_scope),
        cmocka_unit_test(changes_leave_the_owner_alone),
        cmocka_unit_test(nothing_goes_without_audit),
        cmocka_unit_test(lists_keep_within_county_and_scope),
        cmocka_unit_test(what_was_asked_never_stands_in_the_text),
        cmocka_unit_test(filters_say_what_they_mean),
        cmocka_unit_test(counts_keep_to_the_same_rows),
        cmocka_unit_test(lists_refuse_what_they_do_not_know),
        cmocka_unit_test(shapes_kept_are_few),
    };

    return cmocka_run_group_tests_name("record/rec_sql", tests, open_all, close_all);
}
