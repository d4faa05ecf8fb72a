#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <string.h>

#include "base/mem.h"
#include "show.h"

static void test_forms(void **state)
{
    static const char *const cases[][2] = {
        {"a,b\r\n1,2\r\n", "1:a|b\n2:1|2\nend"},
        {"a,b\n1,2", "1:a|b\n2:1|2\nend"},
        {"a,b\r1,2\r", "1:a|b\n2:1|2\nend"},
        {"a;b\n1,5;2\n", "1:a|b\n2:1,5|2\nend"},
        {"a\tb\n1,5\t2;\n", "1:a|b\n2:1,5|2;\nend"},
        {"\"a\"\"x\",\"b\nc\"\r\n1,2\n", "1:a\"x|b\nc\n2:1|2\nend"},
        {"\"a,b\",c\n", "1:a,b|c\nend"},
        {"a,b\n\n,\n1,2\n\n,,\n\n", "1:a|b\n4:1|2\nend"},
        {"a,,c,\n", "1:a||c\nend"},
        {"\"a\"x,b\"c\n", "1:ax|b\"c\nend"},
        {"老人名册\n姓名;年龄\n张三;80\n", "1:老人名册\n2:姓名|年龄\n3:张三|80\nend"},
        {"\xEF\xBB\xBF姓名,电话\n", "1:姓名|电话\nend"},
        {"a", "1:a\nend"},
        {"a,\"b", "sheet_quote 1 2 0"},
        {"x\na,\"b\n1\n2\n", "1:x\nsheet_quote 2 2 0"},
        {"", "sheet_empty 0 0 0"},
        {"\xEF\xBB\xBF\r\n,,\r\n", "sheet_empty 0 0 0"},
        {"%PDF-1.7", "sheet_not_table 0 0 0"},
        {"\n <HTML><table>", "sheet_not_table 0 0 0"},
        {"<?xml version=\"1.0\"?>", "sheet_not_table 0 0 0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(shown(cases[i][0], strlen(cases[i][0])), cases[i][1]);
}

static size_t encoded(const char *to, const char *mark, const char *text, char *out, size_t cap)
{
    iconv_t cd = iconv_open(to, "UTF-8");
    char in[256], *from = in, *at = out + strlen(mark);
    size_t n = strlen(text), room = cap - strlen(mark);

    assert_true(n < sizeof in);
    memcpy(in, text, n);
    memcpy(out, mark, strlen(mark));
    assert_int_equal(iconv(cd, &from, &n, &at, &room), 0);
    iconv_close(cd);
    return cap - room;
}

/* Each encoding, in pieces of every small size. */
static void test_encodings(void **state)
{
    static const char text[] = "姓名,身份证号\r\n赵𠮷,431129195508200022\r\n\"㐀,龘\",x\n";
    static const char want[] = "1:姓名|身份证号\n2:赵𠮷|431129195508200022\n3:㐀,龘|x\nend";
    static const char *const how[][2] = {{"UTF-8", ""},
                                         {"UTF-8", "\xEF\xBB\xBF"},
                                         {"GB18030", ""},
                                         {"UTF-16LE", "\xFF\xFE"},
                                         {"UTF-16BE", "\xFE\xFF"},
                                         {"UTF-16LE", ""},
                                         {"UTF-16BE", ""}};
    char file[512];

    (void)state;
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        for (size_t chunk = 1; chunk < 9; chunk++) {
            struct bytes b = {file, encoded(how[i][0], how[i][1], text, file, sizeof file), 0,
                              chunk};
            struct sheet_source source = bytes_source(&b, chunk % 2 == 0);
            struct buf out;

            buf_init(&out, 4096);
            sheet_show(&source, &out);
            assert_string_equal(out.p, want);
            buf_free(&out);
        }
    }
}

/* The head is ASCII for far more than the window; what follows decides. */
static void test_late_decision(void **state)
{
    static const char *const tail[][2] = {{"张三\n", "张三"}, {"\xD5\xC5\xC8\xFD\n", "张三"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sheet_fault fault;
        struct sheet_row row;
        struct buf file, last;
        struct bytes b = {0};
        struct sheet_source source;
        struct sheet *s;

        buf_init(&file, 1 << 20);
        buf_init(&last, 100);
        for (int k = 0; k < 40000; k++)
            buf_str(&file, "abc,1\n");
        buf_str(&file, tail[i][0]);
        b = (struct bytes){file.p, file.n, 0, 1000};
        source = bytes_source(&b, false);
        s = sheet_open(&source, &fault);
        while (sheet_next(s, &row, &fault) == SHEET_ROW) {
            buf_reset(&last);
            buf_str(&last, row.cell[0].text);
        }
        assert_string_equal(last.p, tail[i][1]);
        assert_int_equal(sheet_consumed(s), file.n);
        sheet_close(s);
        buf_free(&file);
        buf_free(&last);
    }
}

static void test_bad_bytes(void **state)
{
    static const struct {
        const char *p;
        size_t n;
        const char *want;
    } cases[] = {
        {"a,b\n1,\xFF\xFF\n", 9, "1:a|b\nsheet_encoding 2 2 6"},
        {"\xEF\xBB\xBF"
         "a,b\n1,\xD5\xC5\n",
         12, "1:a|b\nsheet_encoding 2 2 9"},
        {"a,b\n1,\0\n", 8, "1:a|b\nsheet_nul 2 2 6"},
        {"\xEF\xBB\xBF"
         "a\0b",
         6, "sheet_nul 1 1 4"},
        {"\xFF\xFE"
         "a\0,\0\0\0\n\0",
         10, "sheet_nul 1 2 0"},
        {"\xFF\xFE"
         "a\0,\0\0\xD8"
         "b\0",
         10, "sheet_encoding 1 2 6"},
        {"\xEF\xBB\xBF\xE5\xBC", 5, "sheet_encoding 1 1 3"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = shown(cases[i].p, cases[i].n);

        /* where a zero unit stood in UTF-16 is not told to the byte */
        if (strstr(cases[i].want, "sheet_nul 1 2"))
            assert_true(strstr(got, "sheet_nul 1 2") != NULL);
        else
            assert_string_equal(got, cases[i].want);
    }
}

static void repeat(struct buf *b, const char *s, size_t times)
{
    while (times--)
        buf_str(b, s);
}

static void test_ceilings(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4 << 20);
    buf_str(&b, "x\nok,");
    repeat(&b, "12345678", SHEET_CELL_MAX / 8);
    buf_str(&b, "9\n");
    assert_string_equal(shown(b.p, b.n), "1:x\nsheet_cell_long 2 2 0");
    buf_reset(&b);
    repeat(&b, ",", SHEET_COLUMNS_MAX);
    buf_str(&b, "1\n");
    assert_string_equal(shown(b.p, b.n), "sheet_columns 1 200 0");
    buf_reset(&b);
    for (int i = 0; i < 17; i++) {
        repeat(&b, "12345678", SHEET_CELL_MAX / 8);
        buf_str(&b, ",");
    }
    assert_string_equal(shown(b.p, b.n), "sheet_row_long 1 16 0");
    buf_free(&b);
}

/* A small generator of our own, so that a failure can be repeated. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void test_mutations(void **state)
{
    static const char base[] =
        "\xEF\xBB\xBF姓名,\"身份\"\"证\",电话\r\n张三,431129195508200022,\t;\r\n";
    static const char signs[] = "\",;\t\r\n\0\xFF\xFE\xEF\xBBx";
    uint32_t seed = 20261122;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char *file = mem_alloc(sizeof base);
        size_t n = 1 + next_random(&seed) % (sizeof base - 1);

        memcpy(file, base, sizeof base);
        for (uint32_t k = next_random(&seed) % 6; k > 0; k--)
            file[next_random(&seed) % n] = signs[next_random(&seed) % (sizeof signs - 1)];
        assert_true(strlen(shown(file, n)) > 0);
        mem_free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),         cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_late_decision), cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_ceilings),      cmocka_unit_test(test_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
