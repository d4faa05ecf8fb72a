/* Settings: common options, defaults, environment, and what a child is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "settings.h"

enum { ARGS = 8, ARG_BYTES = 32 };

/* Loads from a NULL-terminated argument list; argc and argv as left over. */
static bool load(struct settings *s, const char *const *args, int *argc, char *argv[ARGS])
{
    static char store[ARGS][ARG_BYTES];

    for (*argc = 0; args[*argc]; (*argc)++) {
        assert_true(*argc < ARGS - 1 && strlen(args[*argc]) < ARG_BYTES);
        argv[*argc] = memcpy(store[*argc], args[*argc], strlen(args[*argc]) + 1);
    }
    argv[*argc] = NULL;
    return settings_from_args(s, argc, argv);
}

static void defaults(void **state)
{
    struct settings s;
    char *argv[ARGS];
    int argc;

    (void)state;
    assert_true(load(&s, (const char *[]){"serve", NULL}, &argc, argv));
    assert_string_equal(settings_text(&s, "http.listen"), "127.0.0.1:8431");
    assert_int_equal(settings_int(&s, "db.quick_depth"), 16);
    assert_int_equal(settings_log_level(&s), LOG_INFO);
    assert_null(s.place);
    settings_free(&s);
}

static void common_options_are_taken_out(void **state)
{
    struct settings s;
    char *argv[ARGS];
    int argc;

    (void)state;
    assert_true(load(&s, (const char *[]){"user", "add", "--help", "li", NULL}, &argc, argv));
    assert_true(s.help);
    assert_int_equal(argc, 3);
    assert_string_equal(argv[1], "add");
    assert_string_equal(argv[2], "li");
    assert_null(argv[3]);
    settings_free(&s);
    assert_false(load(&s, (const char *[]){"user", "--config", NULL}, &argc, argv));
    settings_free(&s);
}

static void numbers_are_bounded(void **state)
{
    static const char *const bad[] = {"", "0", "17", "x", "1 "};
    struct settings s;
    char *argv[ARGS];
    int argc;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        setenv("WULIAN_DB_QUICK_DEPTH", bad[i], 1);
        assert_false(load(&s, (const char *[]){"serve", NULL}, &argc, argv));
        settings_free(&s);
    }
    unsetenv("WULIAN_DB_QUICK_DEPTH");
    setenv("WULIAN_LOG_LEVEL", "loud", 1);
    assert_false(load(&s, (const char *[]){"serve", NULL}, &argc, argv));
    settings_free(&s);
    unsetenv("WULIAN_LOG_LEVEL");
}

static bool tells(char *const *env, const char *start)
{
    for (; *env; env++)
        if (strncmp(*env, start, strlen(start)) == 0)
            return true;
    return false;
}

static void a_child_is_told_only_what_it_may_know(void **state)
{
    struct settings s;
    char *argv[ARGS];
    char **env;
    int argc;

    (void)state;
    setenv("SECRET_OF_MINE", "x", 1);
    assert_true(load(&s, (const char *[]){"serve", NULL}, &argc, argv));
    settings_set(&s, "db.owner_dsn", "user=wulian_owner");
    settings_set(&s, "db.app_dsn", "user=wulian_app");
    env = settings_environment(s.arena, &s, "db.owner_dsn db.install_dsn");
    assert_true(tells(env, "WULIAN_DB_APP_DSN=user=wulian_app"));
    assert_false(tells(env, "WULIAN_DB_OWNER_DSN="));
    assert_false(tells(env, "WULIAN_DB_INSTALL_DSN="));
    assert_false(tells(env, "SECRET_OF_MINE="));
    assert_false(tells(settings_environment(s.arena, &s, "*"), "WULIAN_"));
    settings_free(&s);
    unsetenv("SECRET_OF_MINE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(common_options_are_taken_out),
        cmocka_unit_test(numbers_are_bounded),
        cmocka_unit_test(a_child_is_told_only_what_it_may_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
