#include "sheet/damage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "sheet/serial.h"

struct example {
    const char *text;
    const char *out;  /* NULL: lost */
    const char *code; /* NULL: nothing to mend */
    enum sheet_kind kind;
};

static void run(struct damage (*fn)(const struct sheet_cell *, char *), const struct example *e,
                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum sheet_kind kind = e[i].kind ? e[i].kind : *e[i].text ? SHEET_TEXT : SHEET_EMPTY;
        struct sheet_cell cell = {kind, false, e[i].text, strlen(e[i].text), e[i].text};
        char *out = mem_alloc(damage_room(&cell));
        struct damage damage = fn(&cell, out);
        const char *code = damage.code ? damage.code : "";

        if (strcmp(out, e[i].out ? e[i].out : "") || strcmp(code, e[i].code ? e[i].code : ""))
            fail_msg("\"%s\" became \"%s\" (%s)", e[i].text, out, code);
        assert_int_equal(damage.result, !e[i].code ? DAMAGE_NONE
                                        : e[i].out ? DAMAGE_MENDED
                                                   : DAMAGE_LOST);
        mem_free(out);
    }
}

#define RUN(fn, cases) run(fn, cases, sizeof(cases) / sizeof *(cases))
#define WIDTH "sheet_mended_width"
#define NUMBER "sheet_mended_number"
#define DATE "sheet_mended_date"
#define MONEY "sheet_mended_money"
#define BOOL "sheet_mended_bool"
#define MARK "sheet_mended_mark"
#define DIGITS "sheet_lost_digits"
#define ERROR "sheet_lost_error"

static void test_id_numbers(void **state)
{
    static const struct example cases[] = {
        {"431129195508200022", "431129195508200022", NULL, 0},
        {"11010519491231002x", "11010519491231002x", NULL, 0},
        {"  431129195508200022　", "431129195508200022", NULL, 0},
        {"\xC2\xA0\x34\x33\x31\x31\x32\x39\xE2\x80\x8B", "431129", NULL, 0},
        {"４３１１２９１９５１０３１４００５Ｘ", "43112919510314005X", WIDTH, 0},
        {"'431129195508200022", "431129195508200022", MARK, 0},
        {"431129 19550820 0022", "431129195508200022", NULL, 0},
        {"4.31E+17", NULL, DIGITS, 0},
        {"4.31129195508200E+17", NULL, DIGITS, 0},
        {"４.３１Ｅ＋１７", NULL, DIGITS, 0},
        {"431129195508200000", NULL, DIGITS, 0},
        {"431129195508200000", NULL, DIGITS, SHEET_NUMBER},
        {"431129195508200022", NULL, DIGITS, SHEET_NUMBER},
        {"432926420315001", "432926420315001", NULL, SHEET_NUMBER},
        {"432926420315001.0", "432926420315001", NUMBER, 0},
        {"#N/A", NULL, ERROR, SHEET_ERROR},
        {"", "", NULL, 0},
    };

    (void)state;
    RUN(damage_id_number, cases);
}

static void test_phones_and_codes(void **state)
{
    static const struct example phones[] = {
        {"13812345678", "13812345678", NULL, SHEET_NUMBER},
        {"13812345678.0", "13812345678", NUMBER, 0},
        {"1.38E+10", NULL, DIGITS, 0},
        {"1.3812345678E+10", "13812345678", NUMBER, 0},
        {"１３８１２３４５６７８", "13812345678", WIDTH, 0},
        {"0746－2321234", "0746-2321234", WIDTH, 0},
        {"+86 138 1234 5678", "+8613812345678", NULL, 0},
        {"'+8613812345678", "+8613812345678", MARK, 0},
    };
    static const struct example codes[] = {
        {"01", "01", NULL, 0},
        {"2E3", "2E3", NULL, 0},
        {"1.10", "1.10", NULL, 0},
        {"Ａ－０１", "A-01", WIDTH, 0},
        {"1.0", "1", NUMBER, 0},
        {"431129001001", "431129001001", NULL, SHEET_NUMBER},
        {"5.5", "5.5", NULL, SHEET_NUMBER},
        {"true", "true", NULL, SHEET_BOOL},
        {"C++", "C++", NULL, 0},
        {"'=A1", "=A1", MARK, 0},
    };

    (void)state;
    RUN(damage_phone, phones);
    RUN(damage_code, codes);
}

static void test_texts(void **state)
{
    static const struct example cases[] = {
        {" 张　三 ", "张　三", NULL, 0},
        {"\xEF\xBB\xBF李四\xE2\x80\x8B\xC2\xA0", "李四", NULL, 0},
        {"'=1+1", "=1+1", MARK, 0},
        {"'＝1+1", "＝1+1", MARK, 0},
        {"'00123", "00123", MARK, 0},
        {"'tis", "'tis", NULL, 0},
        {"（大路铺镇）", "（大路铺镇）", NULL, 0},
        {"𠮷田\n二楼", "𠮷田\n二楼", NULL, 0},
        {"　\t\xE2\x80\x8B", "", NULL, 0},
        {"", NULL, ERROR, SHEET_ERROR},
    };

    (void)state;
    RUN(damage_text, cases);
}

static void test_dates(void **state)
{
    static const struct example cases[] = {
        {"2025-12-01", "2025-12-01", NULL, 0},
        {"2025-12-01", "2025-12-01", NULL, SHEET_DATE},
        {"2025-12-01 08:30:00", "2025-12-01", DATE, SHEET_DATE},
        {"45992", "2025-12-01", DATE, 0},
        {"45992", "2025-12-01", DATE, SHEET_NUMBER},
        {"2025/12/1", "2025-12-01", DATE, 0},
        {"2025.12.1", "2025-12-01", DATE, 0},
        {"2025年12月1日", "2025-12-01", DATE, 0},
        {"２０２５年１２月１号", "2025-12-01", DATE, 0},
        {"20251201", "2025-12-01", DATE, 0},
        {"20251201", "2025-12-01", DATE, SHEET_NUMBER},
        {"2025/12/1 0:00", "2025-12-01", DATE, 0},
        {"2025-12-01T00:00:00.000", "2025-12-01", DATE, 0},
        {"2024-02-29", "2024-02-29", NULL, 0},
        {"2025-02-29", NULL, "sheet_bad_date", 0},
        {"2025-12/01", NULL, "sheet_bad_date", 0},
        {"12/1/25", NULL, "sheet_bad_date", 0},
        {"12/1/2025", NULL, "sheet_bad_date", 0},
        {"25.12.1", NULL, "sheet_bad_date", 0},
        {"2025", NULL, "sheet_bad_date", 0},
        {"2025-12", NULL, "sheet_bad_date", 0},
        {"20251301", NULL, "sheet_bad_date", 0},
        {"2025-12-01 25:00", NULL, "sheet_bad_date", 0},
        {"08:30:00", NULL, "sheet_bad_date", SHEET_DATE},
        {"去年", NULL, "sheet_bad_date", 0},
        {"", "", NULL, 0},
    };
    struct sheet_cell cell = {SHEET_NUMBER, true, "44530", 5, "44530"};
    char out[256];

    (void)state;
    RUN(damage_date, cases);
    damage_date(&cell, out);
    assert_string_equal(out, "2025-12-01");
}

static void test_money(void **state)
{
    static const struct example cases[] = {
        {"1234.5", "123450", NULL, 0},
        {"1234.5", "123450", NULL, SHEET_NUMBER},
        {"0", "0", NULL, 0},
        {"-0.01", "-1", NULL, 0},
        {"0.10", "10", NULL, 0},
        {"1,234.50", "123450", MONEY, 0},
        {"¥1,234.50", "123450", MONEY, 0},
        {"￥１，２３４．５０", "123450", MONEY, 0},
        {"-￥5", "-500", MONEY, 0},
        {"200元", "20000", MONEY, 0},
        {"人民币 200 元整", "20000", MONEY, 0},
        {"12,345,678.9", "1234567890", MONEY, 0},
        {"0.005", NULL, "sheet_money_fraction", 0},
        {"1.999", NULL, "sheet_money_fraction", SHEET_NUMBER},
        {"1.990", "199", NULL, 0},
        {"1,23", NULL, "sheet_bad_money", 0},
        {"1,2345", NULL, "sheet_bad_money", 0},
        {",123", NULL, "sheet_bad_money", 0},
        {"1.2万元", NULL, "sheet_bad_money", 0},
        {"五百", NULL, "sheet_bad_money", 0},
        {"1.2E+5", NULL, DIGITS, 0},
        {"12345678901234567", NULL, "sheet_bad_money", 0},
        {"元", NULL, "sheet_bad_money", 0},
        {"", "", NULL, 0},
    };

    (void)state;
    RUN(damage_money, cases);
}

static void test_numbers_and_bools(void **state)
{
    static const struct example numbers[] = {
        {"12", "12", NULL, SHEET_NUMBER},
        {"１２．５", "12.5", NUMBER, 0},
        {"1,200", "1200", NUMBER, 0},
        {"007", "7", NUMBER, 0},
        {"-0", "0", NUMBER, 0},
        {"1e-3", "0.001", NUMBER, 0},
        {"4.31E+17", NULL, DIGITS, 0},
        {"12岁", NULL, "sheet_bad_number", 0},
        {"1e999", NULL, "sheet_bad_number", 0},
        {"--1", NULL, "sheet_bad_number", 0},
        {".", NULL, "sheet_bad_number", 0},
    };
    static const struct example bools[] = {
        {"是", "true", BOOL, 0},
        {"否", "false", BOOL, 0},
        {"√", "true", BOOL, 0},
        {"×", "false", BOOL, 0},
        {"Y", "true", BOOL, 0},
        {"Ｎ", "false", BOOL, 0},
        {"TRUE", "true", BOOL, 0},
        {"true", "true", NULL, SHEET_BOOL},
        {"1", "true", BOOL, SHEET_NUMBER},
        {"也许", NULL, "sheet_bad_bool", 0},
        {" ", "", NULL, 0},
    };

    (void)state;
    RUN(damage_number, numbers);
    RUN(damage_bool, bools);
}

static void test_serials(void **state)
{
    struct date d;

    (void)state;
    for (int64_t serial = 1; serial < 2958466; serial += serial < 100 ? 1 : 7) {
        if (serial == 60) {
            assert_false(serial_date(serial, false, &d));
            continue;
        }
        assert_true(serial_date(serial, false, &d));
        assert_true(date_valid(d));
        assert_int_equal(serial_of(d), serial);
    }
    assert_true(serial_date(59, false, &d) && d.month == 2 && d.day == 28 && d.year == 1900);
    assert_true(serial_date(61, false, &d) && d.month == 3 && d.day == 1);
    assert_true(serial_date(2958465, false, &d) && d.year == 9999 && d.day == 31);
    assert_false(serial_date(2958466, false, &d));
    assert_false(serial_date(-1, true, &d));
    assert_true(serial_date(0, true, &d) && d.year == 1904 && d.month == 1);
}

static void test_decimals(void **state)
{
    static const struct {
        const char *text, *rounded;
    } cases[] = {
        {"1234.5599999999999", "1234.56"},
        {"0.30000000000000004", "0.3"},
        {"999999999999999.9", "1000000000000000"},
        {"4.3112919550820002E+17", "431129195508200000"},
        {"1E-5", "0.00001"},
        {"-12.50", "-12.5"},
        {"0.000", "0"},
        {"100", "100"},
    };
    struct decimal d;
    char out[DECIMAL_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(decimal_parse(cases[i].text, strlen(cases[i].text), &d));
        decimal_round(&d, EXCEL_DIGITS);
        decimal_format(&d, out);
        assert_string_equal(out, cases[i].rounded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_id_numbers), cmocka_unit_test(test_phones_and_codes),
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_dates),
        cmocka_unit_test(test_money),      cmocka_unit_test(test_numbers_and_bools),
        cmocka_unit_test(test_serials),    cmocka_unit_test(test_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
