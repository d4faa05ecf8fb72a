/* Bodies that leave the house: signatures, and templates that cannot be broken out of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/jv.h"
#include "notice/message.h"

static struct arena *arena;

static int open_all(void **state)
{
    (void)state;
    arena = arena_new(8 << 20);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* HMAC-SHA-256 of "1700000000.{}" under "key", computed with another program. */
static void signature(void **state)
{
    (void)state;
    assert_string_equal(message_signature(arena, "key", "1700000000", "{}"),
                        "v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
    assert_string_not_equal(message_signature(arena, "key", "1700000001", "{}"),
                            message_signature(arena, "key", "1700000000", "{}"));
}

static const struct jv *parsed(const char *text)
{
    struct jv_fault fault;

    return jv_parse(arena, text, strlen(text), &fault);
}

static void body(void **state)
{
    const struct message_parts m = {.id = "i", .text = "a \"b\"\n", .county = 431129};
    const struct jv *v = parsed(message_body(arena, &m));
    int64_t county = 0;

    (void)state;
    assert_string_equal(jv_text(jv_get(v, "text")), "a \"b\"\n");
    assert_true(jv_int(jv_get(v, "county"), &county));
    assert_int_equal(county, 431129);
    assert_int_equal(jv_count(v), 10);
}

static void templates(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"a\":\"{phone}\"}",
        "{\"a\":\"{text}\"}",
        "{phone}",
        "{\"a\":{phone},\"b\":\"{text}\"}",
        "{\"a\":\"{phone}{text}\"",
        "{\"a\":\"{phone}{text}\"} {}",
    };

    (void)state;
    assert_true(template_valid(arena, "{\"a\":{\"b\":[\"+86{phone}\"]},\"c\":\"{text}\"}"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (template_valid(arena, bad[i]))
            fail_msg("%s passed", bad[i]);
}

/* Whatever a text holds, it stays the text of its member. */
static void nothing_breaks_out(void **state)
{
    static const char *const words[] = {"\",\"to\":\"", "\\",     "\\\"",         "\n\t",
                                        "{phone}",      "{text}", "\xe2\x80\xa8", "药\"已到"};
    static const char template[] = "{\"to\":\"{phone}\",\"c\":\"<{text}>\"}";

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *filled = template_fill(arena, template, "13807465678", words[i]);
        const struct jv *v = parsed(filled);

        assert_int_equal(jv_count(v), 2);
        assert_string_equal(jv_text(jv_get(v, "to")), "13807465678");
        assert_string_equal(jv_text(jv_get(v, "c")), arena_printf(arena, "<%s>", words[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature),
        cmocka_unit_test(body),
        cmocka_unit_test(templates),
        cmocka_unit_test(nothing_breaks_out),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
