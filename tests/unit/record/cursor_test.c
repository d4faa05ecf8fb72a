/* Cursors: what comes back is what went in, and nothing but our own for this list is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/cursor.h"
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

static bool reads(const char *cursor, const char *about, const char **sort, const char **id)
{
    return cursor_read(sample.arena, cursor, about, sort, id);
}

static void what_went_in_comes_out(void **state)
{
    static const char *const sorts[] = {"2026-11-22 08:00:00.123456+00", "", "2026-11-22", "张三"};
    const char *sort, *id;

    (void)state;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        const char *cursor = cursor_make(sample.arena, "list", sorts[i], SAMPLE_ROW);

        assert_int_equal(strlen(cursor), strspn(cursor, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
                                                        "opqrstuvwxyz0123456789-_"));
        assert_true(reads(cursor, "list", &sort, &id));
        assert_string_equal(sort, sorts[i]);
        assert_string_equal(id, SAMPLE_ROW);
    }
}

/* A text of 100 characters, the most that may be sorted by, is 400 bytes in the worst case. */
static void the_longest_sort_value_fits(void **state)
{
    char longest[401];
    const char *sort, *id;

    (void)state;
    for (int i = 0; i < 400; i += 4)
        memcpy(longest + i, "\xf0\xa0\x80\x80", 4);
    longest[400] = '\0';
    assert_true(reads(cursor_make(sample.arena, "list", longest, SAMPLE_ROW), "list", &sort, &id));
    assert_string_equal(sort, longest);
}

static void another_list_refuses_it(void **state)
{
    const char *cursor = cursor_make(sample.arena, "a.b|431129|-created_at", "x", SAMPLE_ROW);
    const char *sort, *id;

    (void)state;
    assert_true(reads(cursor, "a.b|431129|-created_at", &sort, &id));
    assert_false(reads(cursor, "a.b|431129|created_at", &sort, &id));
    assert_false(reads(cursor, "a.b|321311|-created_at", &sort, &id));
    assert_false(reads(cursor, "a.b|431129|-created_at|state=new", &sort, &id));
    assert_false(reads(cursor, "", &sort, &id));
}

static void each_changed_character_is_noticed(void **state)
{
    const char *cursor = cursor_make(sample.arena, "list", "2026-11-22", SAMPLE_ROW);
    char *spoilt = arena_strdup(sample.arena, cursor);
    const char *sort, *id;

    (void)state;
    for (size_t i = 0; spoilt[i]; i++) {
        spoilt[i] = spoilt[i] == 'A' ? 'B' : 'A';
        assert_false(reads(spoilt, "list", &sort, &id));
        spoilt[i] = cursor[i];
    }
    assert_true(reads(spoilt, "list", &sort, &id));
    for (size_t n = strlen(cursor); n-- > 0;) {
        spoilt[n] = '\0';
        assert_false(reads(spoilt, "list", &sort, &id));
    }
}

static void junk_is_refused(void **state)
{
    static const char *const junk[] = {"", "x", "!!!!", "AAAA AAAA", "////"};
    char longer[2000];
    const char *sort, *id;

    (void)state;
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        assert_false(reads(junk[i], "list", &sort, &id));
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (size_t n = sizeof longer - 1; n > 600; n -= 7) {
        longer[n] = '\0';
        assert_false(reads(longer, "list", &sort, &id));
    }
}

/* Where `about` ends and the row begins is part of what is signed. */
static void the_border_is_signed(void **state)
{
    const char *id = SAMPLE_ROW;
    const char *cursor = cursor_make(sample.arena, "list0", "", id);
    const char *sort, *out;

    (void)state;
    assert_false(reads(cursor, "list", &sort, &out));
    assert_string_not_equal(cursor, cursor_make(sample.arena, "list", "", id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_comes_out),
        cmocka_unit_test(the_longest_sort_value_fits),
        cmocka_unit_test(another_list_refuses_it),
        cmocka_unit_test(each_changed_character_is_noticed),
        cmocka_unit_test(junk_is_refused),
        cmocka_unit_test(the_border_is_signed),
    };

    return cmocka_run_group_tests_name("record/cursor", tests, open_all, close_all);
}
