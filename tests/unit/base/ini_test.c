#include "base/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/death.h"

enum { SETTINGS = 3 };

static const struct setting defaults[SETTINGS] = {
    {"http.listen", "127.0.0.1:8080", "address"},
    {"http.workers", "2", "number of workers"},
    {"db.query-limit", "", "milliseconds"},
};

static char path[] = "/tmp/wulian-ini-XXXXXX";

struct load {
    struct arena *arena;
    struct setting settings[SETTINGS];
    char *why;
    bool ok;
};

static struct load load_bytes(const char *text, size_t n)
{
    struct load l = {.arena = arena_new(1 << 20)};
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    memcpy(l.settings, defaults, sizeof defaults);
    l.ok = ini_load(l.arena, path, l.settings, SETTINGS, &l.why);
    return l;
}

static struct load load_text(const char *text)
{
    return load_bytes(text, strlen(text));
}

static const char *value(const struct load *l, const char *name)
{
    return setting_text(l->settings, SETTINGS, name);
}

static void test_defaults_only(void **state)
{
    struct arena *a = arena_new(4096);
    struct setting s[SETTINGS];
    char *why = NULL;
    bool ok;

    (void)state;
    memcpy(s, defaults, sizeof defaults);
    assert_true(ini_load(a, NULL, s, SETTINGS, &why));
    assert_string_equal(setting_text(s, SETTINGS, "http.listen"), "127.0.0.1:8080");
    assert_int_equal(setting_int(s, SETTINGS, "http.workers", &ok), 2);
    assert_true(ok);
    setting_int(s, SETTINGS, "http.listen", &ok);
    assert_false(ok);
    setting_int(s, SETTINGS, "db.query-limit", &ok);
    assert_false(ok);
    arena_free(a);
}

static void test_file(void **state)
{
    struct load l = load_text("# comment\r\n\r\n; another\n  [ http ]\n"
                              " listen = [::1]:80 # kept \r\n"
                              "\tworkers=4\n[db]\nquery-limit = a = b");

    (void)state;
    assert_true(l.ok);
    assert_string_equal(value(&l, "http.listen"), "[::1]:80 # kept");
    assert_string_equal(value(&l, "http.workers"), "4");
    assert_string_equal(value(&l, "db.query-limit"), "a = b");
    arena_free(l.arena);
    l = load_text("[http]\nlisten =\n");
    assert_true(l.ok);
    assert_string_equal(value(&l, "http.listen"), "");
    arena_free(l.arena);
    l = load_text("");
    assert_true(l.ok);
    arena_free(l.arena);
}

static void test_faults(void **state)
{
    static const struct {
        const char *text, *line, *says;
    } cases[] = {
        {"[http]\nlissen = x\n", ":2: ", "unknown setting: http.lissen"},
        {"listen = x\n", ":1: ", "unknown setting: listen"},
        {"[http]\nworkers=1\n\nworkers=1\n", ":4: ", "setting given twice: http.workers"},
        {"[http\n", ":1: ", "a section must end with ]"},
        {"[ ]\n", ":1: ", "a section without a name"},
        {"[\n", ":1: ", "a section must end with ]"},
        {"[http]\nlisten\n", ":2: ", "expected key = value"},
        {"[http]\n= 3\n", ":2: ", "unknown setting: http."},
        {"[http]\nlisten = \xff\n", "", "not UTF-8 text"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct load l = load_text(cases[i].text);

        assert_false(l.ok);
        assert_non_null(strstr(l.why, path));
        assert_non_null(strstr(l.why, cases[i].line));
        assert_non_null(strstr(l.why, cases[i].says));
        arena_free(l.arena);
    }
}

static void test_unreadable(void **state)
{
    static char big[256 * 1024 + 2];
    struct load l = load_bytes("[http]\n\0x", 9);
    struct arena *a = arena_new(4096);
    struct setting s[SETTINGS];
    char *why;

    (void)state;
    assert_false(l.ok);
    assert_non_null(strstr(l.why, "not UTF-8 text"));
    arena_free(l.arena);
    memset(big, '\n', sizeof big);
    l = load_bytes(big, 256 * 1024);
    assert_true(l.ok);
    arena_free(l.arena);
    l = load_bytes(big, 256 * 1024 + 1);
    assert_false(l.ok);
    assert_non_null(strstr(l.why, "longer than 262144 bytes"));
    arena_free(l.arena);
    memcpy(s, defaults, sizeof defaults);
    assert_false(ini_load(a, "/nonexistent/wulian.ini", s, SETTINGS, &why));
    assert_non_null(strstr(why, "/nonexistent/wulian.ini: No such file"));
    assert_false(ini_load(a, "/", s, SETTINGS, &why));
    arena_free(a);
}

static void test_environment_wins(void **state)
{
    struct load l;
    bool ok;

    (void)state;
    setenv("WULIAN_HTTP_WORKERS", "7", 1);
    setenv("WULIAN_DB_QUERY_LIMIT", "250", 1);
    l = load_text("[http]\nworkers = 4\n");
    assert_true(l.ok);
    assert_int_equal(setting_int(l.settings, SETTINGS, "http.workers", &ok), 7);
    assert_string_equal(value(&l, "db.query-limit"), "250");
    arena_free(l.arena);
    setenv("WULIAN_HTTP_WORKERS", "\xff", 1);
    l = load_text("");
    assert_false(l.ok);
    assert_non_null(strstr(l.why, "http.workers"));
    arena_free(l.arena);
    unsetenv("WULIAN_HTTP_WORKERS");
    unsetenv("WULIAN_DB_QUERY_LIMIT");
}

static void undeclared(void *arg)
{
    setting_text(arg, SETTINGS, "http.port");
}

static void test_undeclared_is_our_bug(void **state)
{
    struct setting s[SETTINGS];

    (void)state;
    memcpy(s, defaults, sizeof defaults);
    assert_true(aborts(undeclared, s));
}

static int group_setup(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 || close(fd) != 0;
}

static int group_teardown(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_only),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_environment_wins),
        cmocka_unit_test(test_undeclared_is_our_bug),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
