/* Output: what full and masked readers are shown, which actions are open, and the ETag of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "record/output.h"
#include "record/sample.h"

static struct sample sample;

static int open_all(void **state)
{
    (void)state;
    sample_open(&sample);
    sample_db(&sample);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    sample_close(&sample);
    return 0;
}

/* --- rows as the record's statements give them ------------------------------------------------ */

struct cell {
    const char *name, *sql;
};

static const char *cell_sql(const struct cell *cells, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(cells[i].name, name))
            return cells[i].sql;
    return "null::text";
}

static const struct db_rows *row_of(const struct rec *r, const struct cell *cells, size_t n)
{
    const char *sql = "select '" SAMPLE_ROW "'::uuid, 431129100010::bigint, '" SAMPLE_OTHER
                      "'::uuid, 7, '2026-11-22 08:00:00+08'::timestamptz, '" SAMPLE_ME
                      "'::uuid, '2026-11-22 08:00:00.5+08'::timestamptz, '" SAMPLE_OTHER "'::uuid";
    struct db_error e;
    const struct db_rows *rows;

    for (int i = 0; i < r->nfields; i++)
        sql = arena_printf(sample.arena, "%s, %s", sql, cell_sql(cells, n, r->fields[i].d.name));
    rows = db_query(sample.conn, sample.arena, sql, 0, NULL, &e);
    if (!rows)
        fail_msg("%s: %s", sql, e.message);
    return rows;
}

#define ROW_OF(r, ...)                                                                             \
    row_of(r, (const struct cell[]){__VA_ARGS__},                                                  \
           sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell))

static const char *shown(struct call *c, const struct rec *r, const struct db_rows *rows,
                         bool listed)
{
    struct jw *w = reply_json(c, 200);

    struct output o =
        output_begin(c, w, r, REC_ALL_FIELDS, listed ? r->listed_fields : REC_ALL_FIELDS);
    output_row(&o, rows, 0);
    return sample_reply(c);
}

#define HEAD                                                                                       \
    "{\"id\":\"" SAMPLE_ROW "\",\"version\":7,\"div\":\"431129100010\",\"org\":\"" SAMPLE_OTHER    \
    "\",\"created_at\":\"2026-11-22T00:00:00+00:00\",\"created_by\":\"" SAMPLE_ME                  \
    "\",\"updated_at\":\"2026-11-22T00:00:00.5+00:00\",\"updated_by\":\"" SAMPLE_OTHER "\""

static const struct db_rows *full_job(void)
{
    return ROW_OF(
        sample.job, {"no", "'431129-J20261122-0001'"}, {"person", "'" SAMPLE_ROW "'::uuid"},
        {"helper", "'欧阳修'"}, {"title", "'a\"b'"}, {"note", "'n'"}, {"diary", "'d'"},
        {"minutes", "-5::bigint"}, {"price_fen", "1250::bigint"}, {"urgent", "false"},
        {"day", "'2026-11-21'::date"}, {"due", "'2026-12-01'::date"},
        {"seen_at", "'2026-11-22 09:30:00.123456+08'::timestamptz"}, {"kind", "'A'"},
        {"kinds", "array_to_json(array['A','B'])::text"}, {"staff", "'" SAMPLE_OTHER "'::uuid"},
        {"place", "431129100000::bigint"}, {"state", "'planned'"});
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_full_reader_sees_all(void **state)
{
    struct call *c = sample_call(NULL, NULL);

    (void)state;
    assert_string_equal(
        shown(c, sample.job, full_job(), false),
        HEAD ",\"no\":\"431129-J20261122-0001\",\"person\":\"" SAMPLE_ROW "\",\"helper\":\"欧阳修\""
             ",\"title\":\"a\\\"b\",\"note\":\"n\",\"diary\":\"d\",\"minutes\":-5,\"weight\":null"
             ",\"price_fen\":1250,\"urgent\":false,\"day\":\"2026-11-21\",\"due\":\"2026-12-01\""
             ",\"seen_at\":\"2026-11-22T01:30:00.123456+00:00\",\"kind\":\"A\""
             ",\"kinds\":[\"A\",\"B\"],\"staff\":\"" SAMPLE_OTHER "\",\"place\":\"431129100000\""
             ",\"reason\":null,\"made_at\":null,\"state\":\"planned\",\"_actions\":[\"take\"]}");
    call_free(c);
}

/* Names keep the surname; free text and dates of class 2 and everything of class 3 are not there.
 */
static void a_masked_reader_sees_less(void **state)
{
    struct call *c = sample_call(NULL, NULL);
    const char *text;

    (void)state;
    c->masked = true;
    text = shown(c, sample.job, full_job(), false);
    assert_non_null(strstr(text, "\"helper\":\"欧阳*\""));
    assert_non_null(strstr(text, "\"title\":\"a\\\"b\""));
    assert_non_null(strstr(text, "\"due\":\"2026-12-01\""));
    assert_null(strstr(text, "\"note\":"));
    assert_null(strstr(text, "\"diary\":"));
    assert_null(strstr(text, "\"day\":"));
    assert_non_null(strstr(text, ",\"_masked\":[\"note\",\"diary\",\"day\"]}"));
    call_free(c);
}

static void a_list_shows_listed_fields_only(void **state)
{
    struct call *c = sample_call(NULL, NULL);
    const char *text;

    (void)state;
    assert_string_equal(shown(c, sample.job, full_job(), true), HEAD
                        ",\"no\":\"431129-J20261122-0001\",\"person\":\"" SAMPLE_ROW "\""
                        ",\"title\":\"a\\\"b\",\"diary\":\"d\",\"price_fen\":1250,\"urgent\":false"
                        ",\"day\":\"2026-11-21\",\"seen_at\":\"2026-11-22T01:30:00.123456+00:00\""
                        ",\"kind\":\"A\",\"kinds\":[\"A\",\"B\"],\"staff\":\"" SAMPLE_OTHER "\""
                        ",\"state\":\"planned\",\"_actions\":[\"take\"]}");
    c->masked = true;
    text = shown(c, sample.job, full_job(), true);
    assert_non_null(strstr(text, ",\"_masked\":[\"diary\",\"day\"]}"));
    assert_null(strstr(text, "\"note\""));
    call_free(c);
}

/* Identifiers are masked for everybody: what the statement selects is the mask. */
static void identifiers_are_never_shown(void **state)
{
    struct call *c = sample_call(NULL, NULL);
    const struct db_rows *rows = ROW_OF(sample.person, {"name", "'张三'"},
                                        {"id_number", "'110105********002X'"}, {"phone", "null"});

    (void)state;
    assert_string_equal(shown(c, sample.person, rows, false),
                        HEAD ",\"name\":\"张三\",\"id_number\":\"110105********002X\""
                             ",\"phone\":null}");
    c->masked = true;
    assert_string_equal(shown(c, sample.person, rows, false),
                        HEAD ",\"name\":\"张*\",\"id_number\":\"110105********002X\""
                             ",\"phone\":null,\"_masked\":[]}");
    assert_non_null(strstr(sample.person->shown, "t.id_number_mask"));
    assert_non_null(strstr(sample.person->shown, "t.phone_mask"));
    assert_null(strstr(sample.person->shown, "_enc"));
    assert_null(strstr(sample.person->shown, "_idx"));
    call_free(c);
}

/* State, permission, and who may or may not be the caller. */
static void open_actions(void **state)
{
    static const struct {
        const char *state, *staff, *role, *actions;
    } cases[] = {
        {"'planned'", "null", "station_head", "[\"take\"]"},
        {"'planned'", "null", "social_worker", "[]"},
        {"'planned'", "null", "nobody", "[]"},
        {"'taken'", "'" SAMPLE_ME "'", "station_head", "[\"finish\"]"},
        {"'taken'", "'" SAMPLE_ME "'", "social_worker", "[\"finish\"]"},
        {"'taken'", "'" SAMPLE_OTHER "'", "station_head", "[]"},
        {"'taken'", "null", "station_head", "[]"},
        {"'done'", "'" SAMPLE_OTHER "'", "station_head", "[\"redo\"]"},
        {"'done'", "'" SAMPLE_ME "'", "station_head", "[]"},
        {"'done'", "null", "station_head", "[\"redo\"]"},
        {"'gone'", "'" SAMPLE_ME "'", "station_head", "[]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct call *c = sample_call(NULL, NULL);
        const struct db_rows *rows =
            ROW_OF(sample.job, {"state", cases[i].state}, {"staff", cases[i].staff});
        struct actor *a = arena_alloc(c->arena, sizeof *a);
        const char *text;

        *a = *c->actor;
        a->role = cases[i].role;
        c->actor = a;
        text = strstr(shown(c, sample.job, rows, false), "\"_actions\":");
        assert_non_null(text);
        assert_string_equal(text + strlen("\"_actions\":"),
                            arena_printf(c->arena, "%s}", cases[i].actions));
        call_free(c);
    }
}

/* --- ETags ------------------------------------------------------------------------------------ */

static const char *etag_as(const char *role, bool masked, const char *user, enum lang lang)
{
    struct call *c = sample_call(NULL, NULL);
    struct actor *a = arena_alloc(c->arena, sizeof *a);
    const char *etag;

    *a = *c->actor;
    a->role = role;
    str_format(a->user, sizeof a->user, "%s", user);
    c->actor = a;
    c->masked = masked;
    c->lang = lang;
    etag = arena_strdup(sample.arena, output_etag(c, "7"));
    call_free(c);
    return etag;
}

static void etags_name_version_and_rights(void **state)
{
    const char *mine = etag_as("station_head", false, SAMPLE_ME, LANG_EN);
    int version = 0;

    (void)state;
    assert_int_equal(strlen(mine), strlen("\"v7.1a2b3c4d\""));
    assert_string_equal(mine, etag_as("station_head", false, SAMPLE_ME, LANG_EN));
    assert_string_not_equal(mine, etag_as("social_worker", false, SAMPLE_ME, LANG_EN));
    assert_string_not_equal(mine, etag_as("station_head", true, SAMPLE_ME, LANG_EN));
    assert_string_not_equal(mine, etag_as("station_head", false, SAMPLE_OTHER, LANG_EN));
    assert_string_not_equal(mine, etag_as("station_head", false, SAMPLE_ME, LANG_ZH));
    assert_true(if_match_version(mine, &version));
    assert_int_equal(version, 7);
}

static void a_reply_carries_status_and_etag(void **state)
{
    struct call *c = sample_call(NULL, NULL);

    (void)state;
    output_reply(c, sample.job, full_job(), 201);
    assert_int_equal(c->reply.status, 201);
    assert_int_equal(strncmp(c->reply.etag, "\"v7.", 4), 0);
    assert_string_equal(sample_reply(c), shown(c, sample.job, full_job(), false));
    call_free(c);
}

static void if_match(void **state)
{
    static const struct {
        const char *text;
        int version; /* 0: unreadable */
    } cases[] = {
        {"\"v7.1a2b3c4d\"", 7},
        {"\"v7\"", 7},
        {"\"v2147483647.0\"", 2147483647},
        {"\"v2147483648.0\"", 0},
        {"\"v99999999999999999999.0\"", 0},
        {"\"v0.0\"", 0},
        {"\"v-7.0\"", 0},
        {"\"v.0\"", 0},
        {"\"v7", 0},
        {"v7.0", 0},
        {"\"w7.0\"", 0},
        {"\"v7x\"", 0},
        {"*", 0},
        {"", 0},
        {"\"", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int version = -1;
        bool readable = if_match_version(cases[i].text, &version);

        if (readable != (cases[i].version > 0) || (readable && version != cases[i].version))
            fail_msg("%s: %d %d", cases[i].text, readable, version);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_reader_sees_all),
        cmocka_unit_test(a_masked_reader_sees_less),
        cmocka_unit_test(a_list_shows_listed_fields_only),
        cmocka_unit_test(identifiers_are_never_shown),
        cmocka_unit_test(open_actions),
        cmocka_unit_test(etags_name_version_and_rights),
        cmocka_unit_test(a_reply_carries_status_and_etag),
        cmocka_unit_test(if_match),
    };

    return cmocka_run_group_tests_name("record/output", tests, open_all, close_all);
}
