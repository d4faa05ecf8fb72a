/* Compiling a description: what it says of the table, and each fault of it in one line. The bad
 * plugins in tests/plugins show the same through the loader; here is every rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
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

/* --- what a right one says -------------------------------------------------------------------- */

static void columns_of(void **state)
{
    static const struct {
        const char *name, *type;
        bool not_null;
    } person[] = {
        {"name", "text", true},
        {"name_py", "text", true},
        {"name_pi", "text", true},
        {"id_number_enc", "bytea", false},
        {"id_number_idx", "bytea", false},
        {"id_number_mask", "text", false},
        {"phone_enc", "bytea", false},
        {"phone_idx", "bytea", false},
        {"phone_mask", "text", false},
    };
    static const char job[] =
        "no text, person uuid, helper text, title text, note text, diary text, minutes bigint,"
        " weight bigint, price_fen bigint, urgent boolean, day date, due date,"
        " seen_at timestamp with time zone, kind text, kinds text[], staff uuid, place bigint,"
        " reason text, made_at timestamp with time zone, state text";
    const char *text = "";

    (void)state;
    assert_int_equal(sample.person->ncolumns, sizeof person / sizeof *person);
    for (int i = 0; i < sample.person->ncolumns; i++) {
        assert_string_equal(sample.person->columns[i].name, person[i].name);
        assert_string_equal(sample.person->columns[i].type, person[i].type);
        assert_int_equal(sample.person->columns[i].not_null, person[i].not_null);
    }
    for (int i = 0; i < sample.job->ncolumns; i++)
        text = arena_printf(sample.arena, "%s%s%s %s", text, i ? ", " : "",
                            sample.job->columns[i].name, sample.job->columns[i].type);
    assert_string_equal(text, job);
}

static void specials_of(void **state)
{
    const struct rec *j = sample.job;

    (void)state;
    assert_string_equal(j->name, "sample.job");
    assert_string_equal(j->history, "sample.job_history");
    assert_string_equal(j->plugin_gate, "sample");
    assert_int_equal(j->state, rec_field_find(j, "state"));
    assert_int_equal(j->person, rec_field_find(j, "person"));
    assert_int_equal(j->serial, rec_field_find(j, "no"));
    assert_int_equal(j->name_field, -1);
    assert_int_equal(j->origin, -1);
    assert_true(j->secret);
    assert_int_equal(j->verbs, REC_LIST | REC_GET | REC_CREATE | REC_PATCH | REC_DELETE |
                                   REC_COUNTS);
    assert_int_equal(j->nrefs, 1);
    assert_int_equal(sample.person->name_field, 0);
    assert_false(sample.person->secret);
    assert_int_equal(rec_field_find(j, "colour"), -1);
    assert_ptr_equal(rec_find("sample.job"), j);
    assert_null(rec_find("sample.jobs"));
}

static void actions_of(void **state)
{
    const struct rec *j = sample.job;
    const struct rec_action *take = &j->actions[0];
    int staff = rec_field_find(j, "staff");
    int reason = rec_field_find(j, "reason");

    (void)state;
    assert_int_equal(j->nactions, 4);
    assert_string_equal(take->verb, "request.assign");
    assert_true(take->takes[staff] && take->needs[staff]);
    assert_true(take->takes[reason] && !take->needs[reason]);
    assert_int_equal(take->nrefs, 1);
    assert_int_equal(take->ref_field[0], staff);
    assert_false(j->actions[1].takes[reason]);
}

/* --- what is refused -------------------------------------------------------------------------- */

#define TITLE                                                                                      \
    {                                                                                              \
        .name = "title", .type = WL_TEXT, .sensitivity = WL_CLASS_0                                \
    }
#define STATE                                                                                      \
    {                                                                                              \
        .name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_0,                               \
        .flags = WL_COMPUTED | WL_LISTED                                                           \
    }
#define WHO                                                                                        \
    {                                                                                              \
        .name = "who", .type = WL_STAFF, .sensitivity = WL_CLASS_1, .flags = WL_LISTED             \
    }

static const struct wl_record base = {.name = "thing",
                                      .path = "things",
                                      .object = "thing",
                                      .sort = "created_at",
                                      .verbs = "list get"};

static void refused(const struct wl_record *d, const char *message)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    const char *why = "";

    assert_false(rec_compile(sample.arena, &sample_plugin, false, d, r, &why));
    assert_string_equal(why, message);
}

static void field_refused(struct wl_field f, const char *message)
{
    const struct wl_field fields[] = {f};
    struct wl_record d = base;

    d.fields = (struct wl_table)WL_ROWS(fields);
    refused(&d, arena_printf(sample.arena, "sample: record thing: field %s: %s",
                             f.name ? f.name : "?", message));
}

static void names_of_fields(void **state)
{
    static const char form[] = "the name must be lower-case snake_case of at most 48 characters";
    static const char *const bad[] = {
        NULL,  "",   "Title",
        "1st", "_x", "a-b",
        "a b", "名", "a234567890123456789012345678901234567890123456789"};
    static const char *const common[] = {
        "county",     "id",         "div",        "township",   "org",        "version", "change",
        "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "readers"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        field_refused((struct wl_field){bad[i], WL_TEXT, WL_CLASS_0, .flags = 0}, form);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        field_refused((struct wl_field){common[i], WL_TEXT, WL_CLASS_0, .flags = 0},
                      "the name is one of the common columns; choose another");
}

#define FIELD(...)                                                                                 \
    (struct wl_field)                                                                              \
    {                                                                                              \
        .name = "x", .type = WL_TEXT, .sensitivity = WL_CLASS_0, __VA_ARGS__                       \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored                                                                     \
    "-Woverride-init" /* each case overrides one member of a good field */
static void types_and_flags(void **state)
{
    static const char of[] = "`of` must name the code table, record or serial letter";
    static const char expression[] =
        "compute must be one SQL expression: no ';', '$' or comment, brackets and quotes closed";
    static const char *const fragments[] = {
        "now();", "$1",    "now() -- x", "now() /* x", "(now()",
        "now())", "'open", "\"open",     "1) or (1",
    };

    (void)state;
    field_refused(FIELD(.type = 0), "type is unset or unknown; set .type to a WL_ type");
    field_refused(FIELD(.type = 99), "type is unset or unknown; set .type to a WL_ type");
    field_refused(FIELD(.sensitivity = 0),
                  "sensitivity class is unset; set .sensitivity to WL_CLASS_0 … WL_CLASS_4");
    field_refused(FIELD(.sensitivity = 6),
                  "sensitivity class is unset; set .sensitivity to WL_CLASS_0 … WL_CLASS_4");
    field_refused(FIELD(.type = WL_CHOICE), of);
    field_refused(FIELD(.type = WL_CHOICES), of);
    field_refused(FIELD(.type = WL_REFERENCE), of);
    field_refused(FIELD(.type = WL_SERIAL), of);
    field_refused(FIELD(.type = WL_SERIAL, .of = "x"),
                  "`of` of a serial must be one to three capital letters");
    field_refused(FIELD(.type = WL_SERIAL, .of = "X'"),
                  "`of` of a serial must be one to three capital letters");
    field_refused(FIELD(.type = WL_FILE, .of = "image movie"),
                  "`of` of a file names kinds: some of image pdf office text audio");
    field_refused(FIELD(.type = WL_FILE, .of = "image'"),
                  "`of` of a file names kinds: some of image pdf office text audio");
    field_refused(FIELD(.min = 2, .max = 1), "max is below min; swap them");
    field_refused(FIELD(.min = 1), "max is below min; swap them");
    field_refused(FIELD(.flags = 1u << 31),
                  "has a flag this server does not know; it needs a newer server");
    field_refused(FIELD(.compute = {"now()"}), "has `compute` but not WL_COMPUTED; add the flag");
    for (size_t i = 0; i < sizeof fragments / sizeof *fragments; i++)
        field_refused(FIELD(.flags = WL_COMPUTED, .compute = {fragments[i]}), expression);
    field_refused(FIELD(.flags = WL_REQUIRED | WL_COMPUTED),
                  "cannot be required and computed or set by an action; drop WL_REQUIRED");
    field_refused(FIELD(.flags = WL_REQUIRED | WL_ACTION),
                  "cannot be required and computed or set by an action; drop WL_REQUIRED");
    field_refused(
        FIELD(.type = WL_PHONE, .flags = WL_FILTER),
        "encrypted fields are searched, not filtered or sorted; drop WL_FILTER and WL_SORT");
    field_refused(FIELD(.type = WL_CHOICES, .of = "K", .flags = WL_FILTER),
                  "lists, files and serials are not filtered; drop WL_FILTER");
    field_refused(FIELD(.type = WL_SERIAL, .of = "X", .flags = WL_FILTER),
                  "lists, files and serials are not filtered; drop WL_FILTER");
    field_refused(
        FIELD(.type = WL_DATE, .flags = WL_SORT),
        "only a listed field of one value can be sorted by; add WL_LISTED or drop WL_SORT");
    field_refused(FIELD(.flags = WL_SORT | WL_LISTED),
                  "a text to sort by needs a max of at most 100: it travels in the cursor");
    field_refused(FIELD(.flags = WL_SORT | WL_LISTED, .max = 101),
                  "a text to sort by needs a max of at most 100: it travels in the cursor");
    field_refused(FIELD(.flags = WL_SEARCHED),
                  "only names, id numbers and phones are searched; drop WL_SEARCHED");
    field_refused(FIELD(.flags = WL_NOT_FUTURE),
                  "only dates and times can be WL_NOT_FUTURE; drop it");
    field_refused(FIELD(.flags = WL_ACTION), "is WL_ACTION, but no action takes it as input; name "
                                             "it in an action's `input`, or drop WL_ACTION");
}
#pragma GCC diagnostic pop

static void fragments_that_are_whole(void **state)
{
    static const char *const good[] = {
        "now()",        "coalesce(v.a, ')')", "'it''s; -- $1 /* fine */'",
        "\"odd)name\"", "v.a - v.b",          "((1))",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const struct wl_field fields[] = {{.name = "x",
                                           .type = WL_TEXT,
                                           .sensitivity = WL_CLASS_0,
                                           .flags = WL_COMPUTED,
                                           .compute = {good[i]}}};
        struct rec *r = arena_alloc(sample.arena, sizeof *r);
        struct wl_record d = base;
        const char *why = "";

        d.fields = (struct wl_table)WL_ROWS(fields);
        if (!rec_compile(sample.arena, &sample_plugin, false, &d, r, &why))
            fail_msg("%s: %s", good[i], why);
    }
}

static void records(void **state)
{
    static const struct wl_field fields[] = {TITLE, TITLE};
    struct wl_record d = base;

    (void)state;
    d.fields = (struct wl_table)WL_ROWS(fields);
    refused(&d, "sample: record thing: field title: declared twice; drop one");
    d.fields.count = 1;
    d.name = "Thing";
    refused(&d, "sample: record Thing: name and path must be lower-case snake_case");
    d.name = NULL;
    refused(&d, "sample: record ?: name and path must be lower-case snake_case");
    d = base;
    d.path = "my-things";
    refused(&d, "sample: record thing: name and path must be lower-case snake_case");
    d = base;
    d.object = NULL;
    refused(&d, "sample: record thing: access is missing: `object` names what its permissions are"
                " about");
    d = base;
    d.verbs = "list fetch";
    refused(&d, "sample: record thing: verbs must be some of: list get create patch delete search"
                " restore import export");
    d = base;
    d.sort = NULL;
    refused(&d, "sample: record thing: sort must name the default order; -created_at will do");
    d.sort = "-title";
    refused(&d, "sample: record thing: sort -title: is neither created_at nor a WL_SORT field; "
                "give the field WL_SORT, or sort by created_at");
    d = base;
    d.person = "title";
    refused(&d, "sample: record thing: person title: is not a reference field of the record; name "
                "a WL_REFERENCE field");
    d = base;
    d.origin = "title";
    refused(&d, "sample: record thing: origin title: is not a reference field of the record; name "
                "a WL_REFERENCE field");
}

static void too_much(void **state)
{
    struct wl_field fields[REC_FIELDS_MAX + 1];
    struct wl_record d = base;

    (void)state;
    for (int i = 0; i <= REC_FIELDS_MAX; i++)
        fields[i] = (struct wl_field){.name = arena_printf(sample.arena, "f%d", i),
                                      .type = WL_PHONE,
                                      .sensitivity = WL_CLASS_2};
    d.fields = (struct wl_table)WL_ROWS(fields);
    refused(&d, "sample: record thing: field f30: too many columns; split the record");
    for (int i = 0; i <= REC_FIELDS_MAX; i++)
        fields[i].type = WL_TEXT;
    refused(&d, "sample: record thing: field f62: too many fields");
}

static void action_refused(struct wl_action x, const char *message)
{
    static const struct wl_field fields[] = {TITLE, STATE, WHO};
    const struct wl_action actions[] = {x};
    struct wl_record d = base;

    d.fields = (struct wl_table)WL_ROWS(fields);
    d.actions = (struct wl_table)WL_ROWS(actions);
    d.states = "open shut";
    refused(&d, arena_printf(sample.arena, "sample: record thing: action %s: %s",
                             x.name ? x.name : "?", message));
}

#define ACTION(...)                                                                                \
    (struct wl_action)                                                                             \
    {                                                                                              \
        .name = "shut", .from = "open", .to = "shut", .permission = "shut", __VA_ARGS__            \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static void actions(void **state)
{
    static const char only[] = "`only` and `never` must name WL_STAFF fields";
    static const char input[] = "input must name fields of the record that are not computed";
    static const char expression[] =
        "set and guard must be one SQL expression: no ';', '$' or comment, brackets and quotes"
        " closed";

    (void)state;
    action_refused(ACTION(.name = NULL), "the name must be lower-case snake_case");
    action_refused(ACTION(.name = "Shut"), "the name must be lower-case snake_case");
    action_refused(ACTION(.permission = NULL),
                   "access is missing: name the verb it asks for in `permission`");
    action_refused(ACTION(.permission = "thing.shut"),
                   "access is missing: name the verb it asks for in `permission`");
    action_refused(ACTION(.from = NULL), "from, to and the record's states must be set");
    action_refused(ACTION(.from = ""), "from, to and the record's states must be set");
    action_refused(ACTION(.to = NULL), "from, to and the record's states must be set");
    action_refused(
        ACTION(.from = "open ajar"),
        "`from` names a state the record does not have; name it in `states`, or mend the word");
    action_refused(ACTION(.to = "ajar"),
                   "`to` is not one of the record's states; name it in `states`, or mend `to`");
    action_refused(ACTION(.input = "colour"), input);
    action_refused(ACTION(.input = "title! state"), input);
    action_refused(ACTION(.input = "!"), input);
    action_refused(ACTION(.only = "title"), only);
    action_refused(ACTION(.only = "nobody"), only);
    action_refused(ACTION(.never = "who title"), only);
    action_refused(ACTION(.only = "who who"), "`only` must name one field");
    action_refused(ACTION(.set = {"title = 'x'; delete from x"}), expression);
    action_refused(ACTION(.set = {"title = $7"}), expression);
    action_refused(ACTION(.guard = {"true) or (true"}, .refusal = "no"), expression);
    action_refused(ACTION(.guard = {"t.title is null"}), "a guard needs a `refusal` message");
}
#pragma GCC diagnostic pop

static void lives(void **state)
{
    static const struct wl_field none[] = {TITLE};
    static const struct wl_field wrong[] = {
        TITLE, {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_0}};
    struct wl_record d = base;

    (void)state;
    d.fields = (struct wl_table)WL_ROWS(none);
    d.states = "open shut";
    refused(&d, "sample: record thing: field state: missing, but the record has states; add it as "
                "WL_TEXT and WL_COMPUTED");
    d.fields = (struct wl_table)WL_ROWS(wrong);
    refused(&d, "sample: record thing: field state: must be WL_TEXT and WL_COMPUTED: actions set"
                " it");
    d.states = "open it's";
    refused(&d, "sample: record thing: states open it's: must be lower-case words, the first"
                " initial");
    d.states = " ";
    refused(&d, "sample: record thing: states  : must be lower-case words, the first initial");
}

/* What cannot be told before every record of the process is known. */
static void references(void **state)
{
    static const struct wl_field fields[] = {
        {.name = "owner", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "sample.owner"}};
    static const struct wl_field work[] = {
        {.name = "job", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "sample.job"}};
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    struct wl_record d = base;
    const char *why = "";

    (void)state;
    d.fields = (struct wl_table)WL_ROWS(fields);
    assert_true(rec_compile(sample.arena, &sample_plugin, false, &d, r, &why));
    assert_false(rec_prepare(sample.arena, r, &why));
    assert_string_equal(why, "sample: record thing: field owner: refers to sample.owner, which no"
                             " loaded module has; mend `of`, or load that plugin");
    d.fields = (struct wl_table)WL_ROWS(work);
    d.origin = "job";
    assert_true(rec_compile(sample.arena, &sample_plugin, false, &d, r, &why));
    assert_false(rec_prepare(sample.arena, r, &why));
    assert_string_equal(why, "sample: record thing: origin job: sample.job takes no work");
}

/* --- rows of another size --------------------------------------------------------------------- */

static void rows_of_another_size(void **state)
{
    const struct {
        struct wl_check today;
        uint64_t more;
    } longer[] = {{{"a", "b"}, UINT64_MAX}, {{"c", "d"}, UINT64_MAX}};
    const struct {
        const char *constraint;
    } shorter[] = {{"a"}, {"c"}};
    const struct wl_table longer_rows = WL_ROWS(longer);
    const struct wl_table shorter_rows = WL_ROWS(shorter);
    struct wl_check x = {"x", "x"};

    (void)state;
    table_row(&longer_rows, 1, &x, sizeof x);
    assert_string_equal(x.constraint, "c");
    assert_string_equal(x.field, "d");
    table_row(&shorter_rows, 1, &x, sizeof x);
    assert_string_equal(x.constraint, "c");
    assert_null(x.field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of),      cmocka_unit_test(specials_of),
        cmocka_unit_test(actions_of),      cmocka_unit_test(names_of_fields),
        cmocka_unit_test(types_and_flags), cmocka_unit_test(fragments_that_are_whole),
        cmocka_unit_test(records),         cmocka_unit_test(too_much),
        cmocka_unit_test(actions),         cmocka_unit_test(lives),
        cmocka_unit_test(references),      cmocka_unit_test(rows_of_another_size),
    };

    return cmocka_run_group_tests_name("record/rec", tests, open_all, close_all);
}
