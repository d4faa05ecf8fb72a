/* Rules between fields: what of their description is refused, each in one line with the mend, and
 * what they ask of the database. That they hold is tests/api/rules.test.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "record/rule.h"
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

#define FIELD(NAME, TYPE, ...)                                                                     \
    {                                                                                              \
        .name = NAME, .type = TYPE, .sensitivity = WL_CLASS_1, __VA_ARGS__                         \
    }

static const struct wl_field items[] = {
    {.name = "points", .type = WL_INTEGER},
    {.name = "note", .type = WL_TEXT},
};

static const struct wl_field fields[] = {
    FIELD("no", WL_SERIAL, .of = "T"),
    FIELD("title", WL_TEXT, .flags = WL_REQUIRED),
    FIELD("note", WL_TEXT, .flags = 0),
    FIELD("kind", WL_CHOICE, .of = "KIND"),
    FIELD("kinds", WL_CHOICES, .of = "KIND"),
    FIELD("open", WL_BOOL, .flags = 0),
    FIELD("begins", WL_DATE, .flags = 0),
    FIELD("ends", WL_DATE, .flags = 0),
    FIELD("at", WL_TIME, .flags = 0),
    FIELD("made_on", WL_DATE, .flags = WL_COMPUTED, .compute = {"core.today()"}),
    FIELD("sum", WL_INTEGER, .flags = 0),
    FIELD("part", WL_INTEGER, .flags = 0),
    FIELD("price", WL_MONEY, .flags = 0),
    FIELD("weight", WL_DECIMAL, .scale = 2),
    FIELD("load", WL_DECIMAL, .scale = 1),
    FIELD("items", WL_LIST, .items = WL_ROWS(items)),
    FIELD("state", WL_TEXT, .flags = WL_COMPUTED),
};

static const struct wl_action actions[] = {
    {.name = "shut",
     .from = "open",
     .to = "shut",
     .permission = "shut",
     .input = "ends note!",
     .set = WL_SQL("begins = coalesce(t.begins, core.today()), sum = greatest(1, 2)")},
};

static struct rec *compile(const struct wl_rule *rules, uint32_t n, const char **why)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    const struct wl_record d = {.name = "thing",
                                .path = "things",
                                .object = "thing",
                                .fields = WL_ROWS(fields),
                                .actions = WL_ROWS(actions),
                                .rules = {rules, n, sizeof *rules},
                                .states = "open shut",
                                .sort = "created_at",
                                .verbs = "list get create patch"};

    return rec_compile(sample.arena, &sample_plugin, false, &d, r, why) ? r : NULL;
}

/* --- what is refused -------------------------------------------------------------------------- */

static void refused(struct wl_rule rule, const char *message)
{
    const char *why = "";

    assert_null(compile(&rule, 1, &why));
    assert_string_equal(why,
                        arena_printf(sample.arena, "sample: record thing: rule %s %s: %s",
                                     rule_name(rule.kind), rule.field ? rule.field : "?", message));
}

#define RULE(...)                                                                                  \
    (struct wl_rule)                                                                               \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static void names(void **state)
{
    static const char kind[] = "kind is unset or unknown; set .kind to a WL_ rule";
    static const char field[] = "`field` must name a field of the record";
    static const char other[] =
        "`other` must name fields of the record (\"items.points\": a member of a list)";
    static const char serial[] = "a serial is made as the row is written; name another field in";

    (void)state;
    refused(RULE(0, "note", "title", "*"), kind);
    refused(RULE(99, "note", "title", "*"), kind);
    refused(RULE(WL_AFTER, NULL, "begins", NULL), field);
    refused(RULE(WL_AFTER, "colour", "begins", NULL), field);
    refused(RULE(WL_AFTER, "ends", NULL, NULL), other);
    refused(RULE(WL_AFTER, "ends", " ", NULL), other);
    refused(RULE(WL_AFTER, "ends", "colour", NULL), other);
    refused(RULE(WL_SUM_OF, "sum", "items.colour", NULL), other);
    refused(RULE(WL_SUM_OF, "sum", "part.points", NULL), other);
    refused(RULE(WL_ANY_OF, "note", "kind kinds open begins ends at sum part price", NULL),
            "`other` names too many fields: at most 8");
    refused(RULE(WL_AFTER, "ends", "ends", NULL),
            "compares the field with itself; name another in `other`");
    refused(RULE(WL_ANY_OF, "note", "no", NULL), arena_printf(sample.arena, "%s `other`", serial));
    refused(RULE(WL_ANY_OF, "no", "note", NULL), arena_printf(sample.arena, "%s `field`", serial));
}

static void conditions(void **state)
{
    static const char words[] =
        "`values` must list the words of `other` that it is about, or be \"*\"";
    static const char one[] = "`other` must name one field of the record";

    (void)state;
    refused(RULE(WL_REQUIRED_IF, "note", "kind", NULL), words);
    refused(RULE(WL_REQUIRED_IF, "note", "kind", ""), words);
    refused(RULE(WL_REQUIRED_IF, "note", "kind", "A') or ('"), words);
    refused(RULE(WL_FORBIDDEN_IF, "note", "kind open", "A"), one);
    refused(RULE(WL_FORBIDDEN_IF, "note", "items.points", "1"), one);
    refused(RULE(WL_REQUIRED_IF, "note", "open", "yes"),
            "`values` of a yes-or-no field must be true or false");
    refused(
        RULE(WL_REQUIRED_IF, "note", "state", "ajar"),
        "`values` names a state the record does not have; name it in `states`, or mend the word");
    refused(RULE(WL_REQUIRED_IF, "note", "begins", "2026-01-01"),
            "only codes, yes or no, integers and texts are compared with words; write \"*\" in"
            " `values`");
    refused(RULE(WL_FORBIDDEN_IF, "title", "kind", "A"),
            "is WL_REQUIRED and could never be empty; drop one of the two");
    refused(RULE(WL_REQUIRED_IF, "made_on", "kind", "A"),
            "is computed: whoever is told the fault could not mend it; name another `field`");
}

static void orders_and_sums(void **state)
{
    static const char types[] =
        "compares two fields of one type: dates, times or times of day; make `other` one";
    static const char own[] = "`other` must name fields of the sum's own type and scale";

    (void)state;
    refused(RULE(WL_AFTER, "sum", "part", NULL),
            "only dates, times and times of day come after one another; name one in `field`");
    refused(RULE(WL_AFTER, "ends", "at", NULL), types);
    refused(RULE(WL_NOT_BEFORE, "ends", "begins made_on", NULL),
            "`other` must name one field of the record");
    refused(RULE(WL_AFTER, "ends", "begins", "A"),
            "`values` belongs to required_if and forbidden_if only; drop it");
    refused(RULE(WL_SUM_OF, "note", "sum", NULL),
            "only an integer, money or a decimal is a sum; name one in `field`");
    refused(RULE(WL_SUM_OF, "sum", "part price", NULL), own);
    refused(RULE(WL_SUM_OF, "weight", "load", NULL), own);
    refused(RULE(WL_SUM_OF, "sum", "items.note", NULL), own);
    refused(RULE(WL_ANY_OF, "note", "items.note", NULL),
            "`other` must name fields of the record, not of an item");
}

static void too_many(void **state)
{
    struct wl_rule rules[REC_RULES_MAX + 1];
    const char *why = "";

    (void)state;
    for (int i = 0; i <= REC_RULES_MAX; i++)
        rules[i] = RULE(WL_AFTER, "ends", "begins", NULL);
    assert_null(compile(rules, REC_RULES_MAX + 1, &why));
    assert_string_equal(why, "sample: record thing: rule ?: too many rules: at most 24");
}

/* --- what they ask ---------------------------------------------------------------------------- */

static const char *where_of(const struct rec *r, enum rule_write how, const struct rec_action *x)
{
    struct sql s = sql_new(sample.arena);

    rules_where(&s, r, how, x, "$");
    return s.b.n ? sql_text(&s) : (buf_free(&s.b), "");
}

static void asked_of_a_change(void **state)
{
    static const struct wl_rule rules[] = {{WL_NOT_BEFORE, "ends", "begins", NULL},
                                           {WL_REQUIRED_IF, "note", "kind", "A B"}};
    const char *why = "";
    const struct rec *r = compile(rules, 2, &why);

    (void)state;
    assert_non_null(r);
    assert_non_null(
        strstr(db_stmt_sql(rules_stmt(sample.arena, r, RULE_UPDATE, NULL)), SCOPE_HOLDS("t")));
    assert_string_equal(where_of(r, RULE_INSERT, NULL), "");
    assert_null(rules_stmt(sample.arena, r, RULE_INSERT, NULL));
    assert_string_equal(
        where_of(r, RULE_UPDATE, NULL),
        " and exists (select from (select"
        " case when ($7::bigint & 4) <> 0 then $9::text else t.note end as note,"
        " case when ($7::bigint & 8) <> 0 then $10::text else t.kind end as kind,"
        " case when ($7::bigint & 64) <> 0 then $13::date else t.begins end as begins,"
        " case when ($7::bigint & 128) <> 0 then $14::date else t.ends end as ends) n"
        " where coalesce(n.ends >= n.begins, true) and"
        " (n.note is not null or not (coalesce(n.kind::text = any (array['A', 'B']), false))))");
    /* an action's row has its input, its state and what `set` makes of the rest */
    assert_string_equal(where_of(r, RULE_ACTION, &r->actions[0]),
                        " and exists (select from (select $7::text as note, t.kind as kind,"
                        " ( coalesce(t.begins, core.today()))::date as begins,"
                        " coalesce($8::date, t.ends) as ends) n"
                        " where coalesce(n.ends >= n.begins, true) and"
                        " (n.note is not null or not"
                        " (coalesce(n.kind::text = any (array['A', 'B']), false))))");
}

/* What an import asks of many rows at once. */
static void told_of_many(void **state)
{
    static const struct wl_rule rules[] = {{WL_NOT_BEFORE, "ends", "begins", NULL}};
    const char *why = "";
    const struct rec *r = compile(rules, 1, &why);
    struct sql s = sql_new(sample.arena);
    struct call *c = sample_call(NULL, NULL);

    (void)state;
    assert_non_null(r);
    rules_told(&s, r, RULE_UPDATE, NULL, "w.p");
    assert_string_equal(
        sql_text(&s),
        ", (select concat(coalesce(n.ends >= n.begins, true)) as rules from (select"
        " case when (w.p7::bigint & 64) <> 0 then w.p13::date else t.begins end as begins,"
        " case when (w.p7::bigint & 128) <> 0 then w.p14::date else t.ends end as ends) n)"
        " as rules");
    s = sql_new(sample.arena);
    rules_told(&s, sample.person, RULE_UPDATE, NULL, "w.p");
    assert_string_equal(sql_text(&s), ", ('') as rules");
    rules_explain(c, r, "");
    rules_explain(c, r, "t");
    assert_string_equal(sample_faults(c), "");
    rules_explain(c, r, "f");
    assert_string_equal(sample_faults(c), "/ends not_before");
    call_free(c);
}

static void asked_of_a_create(void **state)
{
    static const struct wl_rule rules[] = {{WL_NOT_BEFORE, "begins", "made_on", NULL},
                                           {WL_AFTER, "ends", "begins", NULL}};
    const char *why = "";
    const struct rec *r = compile(rules, 2, &why);

    (void)state;
    assert_non_null(r);
    assert_string_equal(where_of(r, RULE_INSERT, NULL),
                        " and exists (select from (select v.begins as begins,"
                        " (core.today())::date as made_on) n"
                        " where coalesce(n.begins >= n.made_on, true))");
    assert_non_null(
        strstr(db_stmt_sql(rules_stmt(sample.arena, r, RULE_INSERT, NULL)), SCOPE_HOLDS("v")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(conditions),
        cmocka_unit_test(orders_and_sums),
        cmocka_unit_test(too_many),
        cmocka_unit_test(asked_of_a_change),
        cmocka_unit_test(told_of_many),
        cmocka_unit_test(asked_of_a_create),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
