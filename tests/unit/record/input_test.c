/* Input: every type's faults, all of them at once and each at its place; and what is stored of good
 * input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "record/input.h"
#include "record/sample.h"
#include "tenant/keyring.h"

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

struct input_case {
    const char *body, *faults; /* "" when it is taken */
};

/* What is told the client must be a sentence in both languages, not a key. */
static void texts_are_there(struct call *c)
{
    for (int i = 0; i < c->nfaults; i++)
        if (str_starts(c->faults[i].detail, "fault.") || strchr(c->faults[i].detail, '{'))
            fail_msg("no text for %s: %s", c->faults[i].code, c->faults[i].detail);
}

static void try_case(const struct rec *r, const struct rec_action *x, enum input_mode mode,
                     const struct input_case *t)
{
    for (enum lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
        struct call *c = sample_call(NULL, t->body);
        struct rec_input in;
        bool taken;

        c->lang = lang;
        taken = input_read(c, r, x, mode, SAMPLE_ROW, &in);
        if (!str_eq(sample_faults(c), t->faults))
            fail_msg("%s: \"%s\", not \"%s\"", t->body, sample_faults(c), t->faults);
        assert_int_equal(taken, *t->faults == '\0');
        assert_int_equal(c->reply.status, taken ? 0 : 422);
        texts_are_there(c);
        call_free(c);
    }
}

#define TRY_ALL(r, x, mode, cases)                                                                 \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                   \
    try_case(r, x, mode, &(cases)[i])

static void texts(void **state)
{
    static const struct input_case cases[] = {
        {"{\"title\":\"张三李四王\"}", ""},
        {"{\"title\":\"ab\"}", ""},
        {"{\"title\":\"a\"}", "/title too_short"},
        {"{\"title\":\"\"}", "/title too_short"},
        {"{\"title\":\"abcdef\"}", "/title too_long"},
        {"{\"title\":\"张三李四王五\"}", "/title too_long"},
        {"{\"title\":7}", "/title text_expected"},
        {"{\"title\":[\"ab\"]}", "/title text_expected"},
        {"{\"title\":null}", "/title required"},
        {"{\"title\":\"a\\u0007b\"}", "/title control_character"},
        {"{\"title\":\"a\\u007fb\"}", "/title control_character"},
        {"{\"title\":\"a\\u202eb\"}", "/title control_character"},
        {"{\"title\":\" \\u3000\"}", "/title too_short"},
        {"{\"note\":\"a\\nb\\tc\\rd\"}", ""},
        {"{\"note\":\"\"}", "/note too_short"},
        {"{\"note\":null}", ""},
    };
    char longest[2100] = "{\"note\":\"";

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, cases);
    memset(longest + 9, 'x', 2000);
    memcpy(longest + 2009, "\"}", 3);
    try_case(sample.job, NULL, INPUT_PATCH, &(struct input_case){longest, ""});
    memcpy(longest + 2009, "x\"}", 4);
    try_case(sample.job, NULL, INPUT_PATCH, &(struct input_case){longest, "/note too_long"});
}

static void numbers(void **state)
{
    static const struct input_case cases[] = {
        {"{\"minutes\":-5}", ""},
        {"{\"minutes\":120}", ""},
        {"{\"minutes\":-6}", "/minutes too_small"},
        {"{\"minutes\":121}", "/minutes too_large"},
        {"{\"minutes\":1.5}", "/minutes integer_expected"},
        {"{\"minutes\":\"7\"}", "/minutes integer_expected"},
        {"{\"minutes\":true}", "/minutes integer_expected"},
        {"{\"weight\":9007199254740991}", ""},
        {"{\"weight\":-9007199254740991}", ""},
        {"{\"weight\":9007199254740992}", "/weight integer_expected"},
        {"{\"weight\":1e3}", "/weight integer_expected"},
        {"{\"price_fen\":0}", ""},
        {"{\"price_fen\":1000}", ""},
        {"{\"price_fen\":-1}", "/price_fen too_small"},
        {"{\"price_fen\":1001}", "/price_fen too_large"},
        {"{\"price_fen\":12.5}", "/price_fen money_expected"},
        {"{\"urgent\":true}", ""},
        {"{\"urgent\":false}", ""},
        {"{\"urgent\":1}", "/urgent boolean_expected"},
        {"{\"urgent\":\"true\"}", "/urgent boolean_expected"},
    };

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, cases);
}

static void days_and_times(void **state)
{
    static const struct input_case cases[] = {
        {"{\"due\":\"2026-02-28\"}", ""},
        {"{\"due\":\"2999-12-31\"}", ""},
        {"{\"due\":\"2026-02-29\"}", "/due date_expected"},
        {"{\"due\":\"2026-2-8\"}", "/due date_expected"},
        {"{\"due\":\"2026-02-28T00:00:00Z\"}", "/due date_expected"},
        {"{\"due\":20260228}", "/due date_expected"},
        {"{\"day\":\"2020-01-01\"}", ""},
        {"{\"day\":\"2999-01-01\"}", "/day in_future"},
        {"{\"seen_at\":\"2020-01-01T08:00:00+08:00\"}", ""},
        {"{\"seen_at\":\"2020-01-01T08:00:00.123456Z\"}", ""},
        {"{\"seen_at\":\"2020-01-01T08:00:00\"}", "/seen_at time_expected"},
        {"{\"seen_at\":\"2020-01-01 08:00:00+08\"}", "/seen_at time_expected"},
        {"{\"seen_at\":\"2020-01-01\"}", "/seen_at time_expected"},
        {"{\"seen_at\":\"2999-01-01T00:00:00Z\"}", "/seen_at in_future"},
    };
    char body[64], today[DATE_TEXT];

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, cases);
    date_format(date_today(), today);
    str_format(body, sizeof body, "{\"day\":\"%s\"}", today);
    try_case(sample.job, NULL, INPUT_PATCH, &(struct input_case){body, ""});
}

static void choices(void **state)
{
    static const struct input_case cases[] = {
        {"{\"kind\":\"A\"}", ""},
        {"{\"kind\":\"B\"}", ""},
        {"{\"kind\":\"OLD\"}", "/kind not_in_code_table"},
        {"{\"kind\":\"NEW\"}", "/kind not_in_code_table"},
        {"{\"kind\":\"C\"}", "/kind not_in_code_table"},
        {"{\"kind\":\"a\"}", "/kind not_in_code_table"},
        {"{\"kind\":1}", "/kind not_in_code_table"},
        {"{\"kind\":null}", ""},
        {"{\"kinds\":[\"A\",\"B\"]}", ""},
        {"{\"kinds\":[]}", ""},
        {"{\"kinds\":\"A\"}", "/kinds list_expected"},
        {"{\"kinds\":[\"A\",\"OLD\"]}", "/kinds/1 not_in_code_table"},
        {"{\"kinds\":[\"A\",\"B\",\"A\"]}", "/kinds/2 twice"},
        {"{\"kinds\":[7]}", "/kinds/0 not_in_code_table"},
    };

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, cases);
}

static void references_and_places(void **state)
{
    static const struct input_case cases[] = {
        {"{\"place\":\"431129100010\"}", ""},
        {"{\"place\":\"431129000000\"}", ""},
        {"{\"place\":\"321311100010\"}", "/place division_elsewhere"},
        {"{\"place\":431129100010}", "/place division_expected"},
        {"{\"place\":\"431129\"}", "/place division_expected"},
        {"{\"place\":\"43112910001x\"}", "/place division_expected"},
        {"{\"person\":\"" SAMPLE_ROW "\"}", "/person fixed"},
    };
    static const struct input_case created[] = {
        {"{\"title\":\"ab\",\"person\":\"" SAMPLE_ROW "\"}", ""},
        {"{\"title\":\"ab\",\"person\":\"7\"}", "/person id_expected"},
        {"{\"title\":\"ab\",\"person\":7}", "/person id_expected"},
        {"{\"title\":\"ab\",\"person\":null}", "/person required"},
    };

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, cases);
    TRY_ALL(sample.job, NULL, INPUT_CREATE, created);
}

static void identifiers(void **state)
{
    static const struct input_case cases[] = {
        {"{\"id_number\":\"11010519491231002X\"}", ""},
        {"{\"id_number\":\"11010519491231002x\"}", ""},
        {"{\"id_number\":\" １１０１０５１９４９１２３１００２Ｘ \"}", ""},
        {"{\"id_number\":\"110105194912310021\"}", "/id_number id_number_check_digit"},
        {"{\"id_number\":\"11010519491331002X\"}", "/id_number id_number_birth_date_impossible"},
        {"{\"id_number\":\"11010519491231\"}", "/id_number id_number_length"},
        {"{\"id_number\":\"1101051949123100Y2\"}", "/id_number id_number_characters"},
        {"{\"id_number\":110105194912310021}", "/id_number text_expected"},
        {"{\"id_number\":null}", ""},
        {"{\"phone\":\"138 0013 8000\"}", ""},
        {"{\"phone\":\"+86-138-0013-8000\"}", ""},
        {"{\"phone\":\"0746-2323456\"}", ""},
        {"{\"phone\":\"13\"}", "/phone phone_length"},
        {"{\"phone\":\"1380013800a\"}", "/phone phone_characters"},
        {"{\"phone\":13800138000}", "/phone text_expected"},
    };

    (void)state;
    TRY_ALL(sample.person, NULL, INPUT_PATCH, cases);
}

/* What a client may not set, and names that are no field. */
static void closed_fields(void **state)
{
    static const struct input_case patches[] = {
        {"{\"no\":\"X\"}", "/no read_only"},
        {"{\"state\":\"done\"}", "/state read_only"},
        {"{\"made_at\":\"2020-01-01T00:00:00Z\"}", "/made_at read_only"},
        {"{\"staff\":\"" SAMPLE_ME "\"}", "/staff read_only"},
        {"{\"colour\":1}", "/colour unknown_field"},
        {"{\"id\":\"" SAMPLE_ROW "\"}", "/id unknown_field"},
        {"{\"div\":\"431129100010\"}", "/div unknown_field"},
        {"{\"county\":321311}", "/county unknown_field"},
        {"{\"version\":7}", "/version unknown_field"},
        {"{}", ""},
    };

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_PATCH, patches);
}

#define OK_JOB "\"title\":\"ab\",\"person\":\"" SAMPLE_ROW "\""

static void ids_and_divisions_on_create(void **state)
{
    static const struct input_case cases[] = {
        {"{" OK_JOB "}", ""},
        {"{" OK_JOB ",\"id\":\"018f0000-0000-7000-8000-000000000002\"}", ""},
        {"{" OK_JOB ",\"id\":\"018f0000-0000-4000-8000-000000000002\"}", "/id id7_expected"},
        {"{" OK_JOB ",\"id\":7}", "/id id7_expected"},
        {"{" OK_JOB ",\"div\":\"431129100010\"}", ""},
        {"{" OK_JOB ",\"div\":\"431129101000\"}", "/div division_elsewhere"},
        {"{" OK_JOB ",\"div\":\"431129000000\"}", "/div division_elsewhere"},
        {"{" OK_JOB ",\"div\":\"321311100000\"}", "/div division_elsewhere"},
        {"{" OK_JOB ",\"div\":1}", "/div division_expected"},
        {"{" OK_JOB ",\"county\":431129}", "/county unknown_field"},
    };

    (void)state;
    TRY_ALL(sample.job, NULL, INPUT_CREATE, cases);
}

static void every_fault_is_told_at_once(void **state)
{
    static const struct input_case all = {
        "{\"title\":\"a\",\"minutes\":1000,\"kind\":\"Z\",\"kinds\":[\"A\",\"A\"],\"state\":\"x\","
        "\"colour\":1,\"id\":\"x\",\"div\":\"x\"}",
        "/id id7_expected, /div division_expected, /title too_short, /minutes too_large,"
        " /kind not_in_code_table, /kinds/1 twice, /state read_only, /colour unknown_field,"
        " /person required"};
    static const struct input_case empty = {"{}", "/person required, /title required"};

    (void)state;
    try_case(sample.job, NULL, INPUT_CREATE, &all);
    try_case(sample.job, NULL, INPUT_CREATE, &empty);
}

static void inputs_of_actions(void **state)
{
    static const struct input_case take[] = {
        {"{\"staff\":\"" SAMPLE_ME "\"}", ""},
        {"{\"staff\":\"" SAMPLE_ME "\",\"reason\":\"why\"}", ""},
        {"{\"staff\":\"" SAMPLE_ME "\",\"reason\":null}", ""},
        {"{}", "/staff required"},
        {"{\"staff\":null}", "/staff required"},
        {"{\"staff\":\"me\"}", "/staff id_expected"},
        {"{\"staff\":\"" SAMPLE_ME "\",\"title\":\"ab\"}", "/title not_an_input"},
        {"{\"staff\":\"" SAMPLE_ME "\",\"id\":\"" SAMPLE_ROW "\"}", "/id unknown_field"},
    };
    static const struct input_case finish[] = {
        {"{}", ""},
        {"{\"reason\":\"why\"}", "/reason not_an_input"},
    };

    (void)state;
    TRY_ALL(sample.job, &sample.job->actions[0], INPUT_ACTION, take);
    TRY_ALL(sample.job, &sample.job->actions[1], INPUT_ACTION, finish);
}

/* An action without input may come without a body. */
static void no_body(void **state)
{
    struct call *c = sample_call(NULL, NULL);
    struct rec_input in;

    (void)state;
    assert_true(input_read(c, sample.job, &sample.job->actions[1], INPUT_ACTION, SAMPLE_ROW, &in));
    assert_string_equal(in.id, SAMPLE_ROW);
    assert_true(in.given == 0);
    call_free(c);
}

/* --- what is stored --------------------------------------------------------------------------- */

static const char *column(const struct rec *r, const struct rec_input *in, const char *name)
{
    for (int i = 0; i < r->ncolumns; i++)
        if (str_eq(r->columns[i].name, name))
            return in->column[i];
    fail_msg("no column %s", name);
    return NULL;
}

static void parameters(void **state)
{
    struct call *c = sample_call(
        NULL, "{" OK_JOB ",\"note\":null,\"minutes\":-5,\"price_fen\":1000,\"urgent\":false,"
              "\"kinds\":[\"B\",\"A\"],\"place\":\"431129100010\",\"div\":\"431129100011\"}");
    const struct rec *r = sample.job;
    struct rec_input in;
    uint64_t given = 0;

    (void)state;
    assert_true(input_read(c, r, NULL, INPUT_CREATE, NULL, &in));
    assert_true(uuid7_valid(in.id));
    assert_string_equal(in.div, "431129100011");
    assert_string_equal(column(r, &in, "title"), "ab");
    assert_null(column(r, &in, "note"));
    assert_string_equal(column(r, &in, "minutes"), "-5");
    assert_string_equal(column(r, &in, "price_fen"), "1000");
    assert_string_equal(column(r, &in, "urgent"), "false");
    assert_string_equal(column(r, &in, "kinds"), "{\"B\",\"A\"}");
    assert_string_equal(column(r, &in, "place"), "431129100010");
    assert_null(column(r, &in, "kind"));
    static const char *const names[] = {"title",     "person", "note",  "minutes",
                                        "price_fen", "urgent", "kinds", "place"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        given |= UINT64_C(1) << rec_field_find(r, names[i]);
    assert_true(in.given == given);
    call_free(c);
}

static void a_searched_name_is_stored_with_its_sounds(void **state)
{
    struct call *c = sample_call(NULL, "{\"name\":\"欧阳修\"}");
    struct call *again = sample_call(NULL, "{\"helper\":\"欧阳修\"}");
    struct rec_input in;

    (void)state;
    assert_true(input_read(c, sample.person, NULL, INPUT_PATCH, SAMPLE_ROW, &in));
    assert_string_equal(column(sample.person, &in, "name"), "欧阳修");
    assert_string_equal(column(sample.person, &in, "name_py"), "ouyangxiu");
    assert_string_equal(column(sample.person, &in, "name_pi"), "oyx");
    assert_true(input_read(again, sample.job, NULL, INPUT_PATCH, SAMPLE_ROW, &in));
    assert_string_equal(column(sample.job, &in, "helper"), "欧阳修");
    call_free(c);
    call_free(again);
}

/* Opens what was sealed, as the row and column it was made for. */
static bool opens(const char *hex, const char *aad, char *plain)
{
    uint8_t sealed[256];
    struct seal_key key;
    size_t n = 0;

    assert_true(keyring_data_key(SAMPLE_COUNTY, &key));
    assert_int_equal(strncmp(hex, "\\x", 2), 0);
    assert_true(hex_decode(hex + 2, strlen(hex) - 2, sealed, sizeof sealed, &n));
    memset(plain, 0, 64);
    return unseal(&key, aad, sealed, n, plain);
}

static void identifiers_are_sealed_for_their_place(void **state)
{
    struct call *c = sample_call(NULL, "{\"id_number\":\"11010519491231002x\"}");
    struct rec_input in;
    char plain[64];
    const char *sealed;

    (void)state;
    assert_true(input_read(c, sample.person, NULL, INPUT_PATCH, SAMPLE_ROW, &in));
    sealed = column(sample.person, &in, "id_number_enc");
    assert_true(opens(sealed, "431129|sample.person|id_number_enc|" SAMPLE_ROW, plain));
    assert_string_equal(plain, "11010519491231002X");
    assert_false(opens(sealed, "431129|sample.person|id_number_enc|" SAMPLE_OTHER, plain));
    assert_false(opens(sealed, "431129|sample.person|phone_enc|" SAMPLE_ROW, plain));
    assert_false(opens(sealed, "321311|sample.person|id_number_enc|" SAMPLE_ROW, plain));
    assert_string_equal(column(sample.person, &in, "id_number_mask"), "110105********002X");
    call_free(c);
}

/* Two ways to write one number are one number to the search, and twice sealed is twice different.
 */
static void the_blind_index_is_of_the_normal_form(void **state)
{
    static const char *const bodies[] = {"{\"phone\":\"13800138000\"}",
                                         "{\"phone\":\"+86 138-0013-8000\"}",
                                         "{\"phone\":\"13800138001\"}"};
    const struct rec_field *phone = &sample.person->fields[rec_field_find(sample.person, "phone")];
    struct call *c[3];
    struct rec_input in[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        c[i] = sample_call(NULL, bodies[i]);
        assert_true(input_read(c[i], sample.person, NULL, INPUT_PATCH, SAMPLE_ROW, &in[i]));
    }
    assert_string_equal(column(sample.person, &in[0], "phone_idx"),
                        column(sample.person, &in[1], "phone_idx"));
    assert_string_not_equal(column(sample.person, &in[0], "phone_idx"),
                            column(sample.person, &in[2], "phone_idx"));
    assert_string_not_equal(column(sample.person, &in[0], "phone_enc"),
                            column(sample.person, &in[1], "phone_enc"));
    assert_string_equal(input_blind(c[0], phone, "/phone", "138 0013 8000"),
                        column(sample.person, &in[0], "phone_idx"));
    for (int i = 0; i < 3; i++)
        call_free(c[i]);
}

static void a_county_without_keys_stores_nothing(void **state)
{
    struct call *c = sample_call(NULL, "{\"phone\":\"13800138000\"}");
    struct rec_input in;

    (void)state;
    c->county = KEYLESS_COUNTY;
    assert_false(input_read(c, sample.person, NULL, INPUT_PATCH, SAMPLE_ROW, &in));
    assert_string_equal(sample_faults(c), "/phone keys_missing");
    call_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(numbers),
        cmocka_unit_test(days_and_times),
        cmocka_unit_test(choices),
        cmocka_unit_test(references_and_places),
        cmocka_unit_test(identifiers),
        cmocka_unit_test(closed_fields),
        cmocka_unit_test(ids_and_divisions_on_create),
        cmocka_unit_test(every_fault_is_told_at_once),
        cmocka_unit_test(inputs_of_actions),
        cmocka_unit_test(no_body),
        cmocka_unit_test(parameters),
        cmocka_unit_test(a_searched_name_is_stored_with_its_sounds),
        cmocka_unit_test(identifiers_are_sealed_for_their_place),
        cmocka_unit_test(the_blind_index_is_of_the_normal_form),
        cmocka_unit_test(a_county_without_keys_stores_nothing),
    };

    return cmocka_run_group_tests_name("record/input", tests, open_all, close_all);
}
