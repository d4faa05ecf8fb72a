#include "call/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static char dir[] = "/tmp/wulian-messages-XXXXXX";
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return mkdtemp(dir) ? 0 : -1;
}

static const char *in_dir(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    unlink(in_dir("zh-CN.json"));
    unlink(in_dir("en.json"));
    return rmdir(dir);
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static const char *loaded(const char *owner, const char *zh, const char *en)
{
    const char *why = "";

    put("zh-CN.json", zh);
    put("en.json", en);
    return messages_load(arena, owner, dir, &why) ? NULL : why;
}

static void test_look_up(void **state)
{
    (void)state;
    assert_null(loaded(NULL, "{\"t.a\":\"甲\",\"t.b\":\"乙\"}", "{\"t.b\":\"B\",\"t.a\":\"A\"}"));
    assert_null(loaded("elderly", "{\"t.b\":\"老\"}", "{\"t.b\":\"old\"}"));
    assert_string_equal(message(LANG_ZH, NULL, "t.a"), "甲");
    assert_string_equal(message(LANG_EN, NULL, "t.b"), "B");
    assert_string_equal(message(LANG_EN, "elderly", "t.b"), "old");
    assert_string_equal(message(LANG_ZH, "elderly", "t.a"), "甲");
    assert_string_equal(message(LANG_ZH, "children", "t.b"), "乙");
    assert_null(message_find(LANG_ZH, NULL, "t.c"));
    assert_string_equal(message(LANG_ZH, "elderly", "t.c"), "t.c");
}

static void test_replaced(void **state)
{
    (void)state;
    assert_null(loaded("again", "{\"k\":\"一\"}", "{\"k\":\"one\"}"));
    assert_null(loaded("again", "{\"k\":\"二\"}", "{\"k\":\"two\"}"));
    assert_string_equal(message(LANG_EN, "again", "k"), "two");
}

static void test_refused(void **state)
{
    static const struct {
        const char *zh, *en, *part;
    } cases[] = {
        {"{\"a\":\"1\"}", "{}", "en.json: a stands in"},
        {"{}", "{\"a\":\"1\"}", "zh-CN.json: a stands in"},
        {"{\"a\":1}", "{\"a\":\"1\"}", "zh-CN.json: a: not a text"},
        {"{\"a\":\"1\"}", "{\"a\":null}", "en.json: a: not a text"},
        {"[]", "{}", "zh-CN.json: not an object"},
        {"{\"a\":\"1\",}", "{}", "zh-CN.json:1:"},
        {"{}", "{\"a\":\"1\",\"a\":\"2\"}", "en.json:1:"},
        {"", "{}", "zh-CN.json: empty"},
    };
    const char *why = "";

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = loaded("bad", cases[i].zh, cases[i].en);

        if (!got || !strstr(got, cases[i].part))
            fail_msg("%s %s: got %s", cases[i].zh, cases[i].en, got ? got : "no fault");
    }
    assert_false(messages_load(arena, NULL, "/nonexistent", &why));
    assert_non_null(strstr(why, "/nonexistent/zh-CN.json"));
    assert_null(message_find(LANG_ZH, "bad", "a"));
}

/* More than the table begins with: it grows and nothing is lost. */
static void test_many(void **state)
{
    enum { N = 3000 };
    struct buf b;
    char key[16];

    (void)state;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < N; i++)
        buf_printf(&b, "%s\"m.%d\":\"%d\"", i ? "," : "{", i, i);
    buf_char(&b, '}');
    assert_null(loaded("many", b.p, b.p));
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof key, "m.%d", i);
        assert_string_equal(message(LANG_ZH, "many", key), key + 2);
    }
    buf_free(&b);
}

static void test_fill(void **state)
{
    static const char *const args[] = {"一", "2", NULL};

    (void)state;
    assert_string_equal(message_fill(arena, "{0} of {1}", args), "一 of 2");
    assert_string_equal(message_fill(arena, "{1}{1}{0}", args), "22一");
    assert_string_equal(message_fill(arena, "{2} {x} {0 0} {", args), "{2} {x} {0 0} {");
    assert_string_equal(message_fill(arena, "{0}", NULL), "{0}");
    assert_string_equal(message_fill(arena, "", args), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look_up), cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_many),
        cmocka_unit_test(test_fill),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
