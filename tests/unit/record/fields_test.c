/* Decimals, lists, unique fields and import keys: what of their description is refused, each in one
 * line with the mend, and the columns that a right one gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/sample.h"
#include "record/unique.h"

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

static struct rec *compile(const struct wl_field *fields, uint32_t n, const char **why)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    const struct wl_record d = {.name = "thing",
                                .path = "things",
                                .object = "thing",
                                .fields = {fields, n, sizeof *fields},
                                .sort = "created_at",
                                .verbs = "list get"};

    return rec_compile(sample.arena, &sample_plugin, false, &d, r, why) ? r : NULL;
}

static void refused(const struct wl_field *fields, uint32_t n, const char *message)
{
    const char *why = "";

    assert_null(compile(fields, n, &why));
    assert_string_equal(why, arena_printf(sample.arena, "sample: record thing: %s", message));
}

static void field_refused(struct wl_field f, const char *message)
{
    refused(&f, 1, arena_printf(sample.arena, "field x: %s", message));
}

static void item_refused(struct wl_field item, const char *message)
{
    const struct wl_field list = {
        .name = "x", .type = WL_LIST, .sensitivity = WL_CLASS_1, .items = {&item, 1, sizeof item}};

    refused(&list, 1,
            arena_printf(sample.arena, "field x: item field %s: %s", item.name ? item.name : "?",
                         message));
}

#define FIELD(...)                                                                                 \
    (struct wl_field)                                                                              \
    {                                                                                              \
        .name = "x", .sensitivity = WL_CLASS_1, __VA_ARGS__                                        \
    }
#define ITEM(...)                                                                                  \
    (struct wl_field)                                                                              \
    {                                                                                              \
        .name = "y", __VA_ARGS__                                                                   \
    }

static void scales(void **state)
{
    const struct wl_field good[] = {FIELD(.type = WL_DECIMAL, .scale = 6)};
    const char *why = "";
    const struct rec *r = compile(good, 1, &why);

    (void)state;
    assert_non_null(r);
    assert_string_equal(r->columns[0].type, "numeric(18,6)");
    field_refused(FIELD(.type = WL_DECIMAL, .scale = 7), "scale must be 0 to 6");
    field_refused(FIELD(.type = WL_INTEGER, .scale = 2),
                  "only WL_DECIMAL has a scale; drop .scale");
}

static void types(void **state)
{
    static const struct {
        uint32_t type;
        const char *column;
    } rows[] = {{WL_CLOCK, "time without time zone"}, {WL_USCC, "text"}, {WL_FILE, "uuid"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct wl_field f = FIELD(.type = rows[i].type);
        const char *why = "";
        const struct rec *r = compile(&f, 1, &why);

        assert_non_null(r);
        assert_string_equal(r->columns[0].type, rows[i].column);
    }
}

static void files(void **state)
{
    static const char kinds[] = "`of` of a file names kinds: some of image pdf office text audio";
    const struct wl_field good = FIELD(.type = WL_FILE, .of = "image pdf");
    const char *why = "";

    (void)state;
    assert_non_null(compile(&good, 1, &why));
    field_refused(FIELD(.type = WL_FILE, .of = "picture"), kinds);
    field_refused(FIELD(.type = WL_FILE, .of = "image ') or ('"), kinds);
    field_refused(FIELD(.type = WL_FILE, .of = ""), kinds);
}

static void lists(void **state)
{
    static const struct wl_field items[] = {{.name = "y", .type = WL_INTEGER},
                                            {.name = "y", .type = WL_TEXT}};
    static const char serial[] = "an item holds no encrypted type, file, reference, staff, serial"
                                 " or list; keep it in a record of its own";
    static const uint32_t outside[] = {WL_REFERENCE, WL_STAFF, WL_ID_NUMBER, WL_PHONE,
                                       WL_SERIAL,    WL_FILE,  WL_LIST};

    (void)state;
    field_refused(FIELD(.type = WL_LIST),
                  "items are missing; name the fields of one item with WL_ROWS");
    field_refused(FIELD(.type = WL_TEXT, .items = WL_ROWS(items)),
                  "only WL_LIST has items; drop .items");
    field_refused(FIELD(.type = WL_LIST, .max = 1001, .items = WL_ROWS(items)),
                  "min and max count items: 0 to 1000; what grows beyond is a record of its own");
    field_refused(FIELD(.type = WL_LIST, .min = -1, .items = WL_ROWS(items)),
                  "min and max count items: 0 to 1000; what grows beyond is a record of its own");
    field_refused(FIELD(.type = WL_LIST, .items = {items, 25, sizeof *items}),
                  "an item has more than 24 fields; make it a record of its own");
    field_refused(
        FIELD(.type = WL_LIST, .flags = WL_COMPUTED, .compute = {"'[]'"}, .items = WL_ROWS(items)),
        "a list is given, not computed; drop `compute`");
    field_refused(FIELD(.type = WL_LIST, .flags = WL_FILTER, .items = WL_ROWS(items)),
                  "lists, files and serials are not filtered; drop WL_FILTER");
    field_refused(
        FIELD(.type = WL_LIST, .flags = WL_SORT | WL_LISTED, .items = WL_ROWS(items)),
        "only a listed field of one value can be sorted by; add WL_LISTED or drop WL_SORT");
    field_refused(FIELD(.type = WL_LIST, .items = WL_ROWS(items)),
                  "item field y: declared twice; drop one");
    item_refused(ITEM(.type = 0), "type is unset or unknown; set .type to a WL_ type");
    item_refused(ITEM(.type = WL_CHOICE), "`of` must name the code table, record or serial letter");
    item_refused((struct wl_field){.name = "Y", .type = WL_TEXT},
                 "the name must be lower-case snake_case of at most 48 characters");
    item_refused(ITEM(.type = WL_TEXT, .flags = WL_LISTED),
                 "of an item's field only WL_REQUIRED counts; drop the other flags and `compute`");
    item_refused(ITEM(.type = WL_DECIMAL, .scale = 9), "scale must be 0 to 6");
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        item_refused(ITEM(.type = outside[i], .of = "X"), serial);
}

static void keys(void **state)
{
    static const struct wl_field items[] = {{.name = "y", .type = WL_INTEGER}};
    static const char none[] =
        "yes or no, lists and files tell no rows apart; drop WL_UNIQUE and WL_KEY";
    struct wl_field two[] = {
        FIELD(.type = WL_DATE, .flags = WL_KEY | WL_REQUIRED),
        {.name = "z", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_KEY}};
    const char *why = "";

    (void)state;
    field_refused(FIELD(.type = WL_BOOL, .flags = WL_UNIQUE), none);
    field_refused(FIELD(.type = WL_FILE, .flags = WL_UNIQUE), none);
    field_refused(FIELD(.type = WL_CHOICES, .of = "K", .flags = WL_KEY), none);
    field_refused(FIELD(.type = WL_LIST, .flags = WL_UNIQUE, .items = WL_ROWS(items)), none);
    field_refused(FIELD(.type = WL_TEXT, .flags = WL_KEY),
                  "is the import key, but two rows may hold the same; add WL_UNIQUE");
    refused(two, 2,
            "field z: is part of an import key of several fields and may be empty; add"
            " WL_REQUIRED");
    two[1].flags |= WL_REQUIRED;
    const struct rec *r = compile(two, 2, &why);
    int key[REC_KEY_MAX];
    assert_non_null(r);
    assert_int_equal(r->nuniques, 1);
    assert_string_equal(r->uniques[0].columns, "x z");
    assert_int_equal(rec_key_fields(r, key), 2);
}

/* ---- cards ----------------------------------------------------------------------------------- */

static void test_cards(void **state)
{
    static const char shown[] = "`of` of a card must say how many characters its mask leaves first"
                                " and last: \"6 0\"";
    static const char *const unsaid[] = {NULL, "", "6", "6 ", "60", "6  0", "6 x", "10 0", "6 0 "};
    (void)state;
    for (size_t i = 0; i < sizeof unsaid / sizeof *unsaid; i++)
        field_refused(FIELD(.type = WL_CARD, .of = unsaid[i]), shown);
    field_refused(FIELD(.type = WL_CARD, .of = "6 0", .max = 41),
                  "min and max count letters and digits: 1 to 40");
    field_refused(FIELD(.type = WL_CARD, .of = "6 0", .flags = WL_FILTER),
                  "encrypted fields are searched, not filtered or sorted; drop WL_FILTER and"
                  " WL_SORT");
}

static void test_names_of_sql(void **state)
{
    static const char *const words[] = {"order", "user", "end", "all", "with"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct wl_field f = {.name = words[i], .type = WL_TEXT, .sensitivity = WL_CLASS_1};

        refused(&f, 1,
                arena_printf(sample.arena,
                             "field %s: the name is a reserved word of SQL; choose another",
                             words[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards),
        cmocka_unit_test(test_names_of_sql),
        cmocka_unit_test(scales), cmocka_unit_test(types), cmocka_unit_test(files),
        cmocka_unit_test(lists),  cmocka_unit_test(keys),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
