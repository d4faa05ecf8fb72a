#include "base/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/surname.h"

static const struct date today = {2026, 11, 22};

static void test_id_numbers(void **state)
{
    static const struct {
        const char *text;
        enum check_result result;
        const char *normal;
        char sex;
    } cases[] = {
        {"11010519491231002X", CHECK_OK, "11010519491231002X", '2'},
        {"11010519491231002x", CHECK_OK, "11010519491231002X", '2'},
        {"432926194203150010", CHECK_OK, "432926194203150010", '1'},
        {"431129195508200022", CHECK_OK, "431129195508200022", '2'},
        {"43112919510314005X", CHECK_OK, "43112919510314005X", '1'},
        {"431129201206090030", CHECK_OK, "431129201206090030", '1'},
        {"432926420315001", CHECK_OK, "432926194203150010", '1'},
        {" 431129195508200022\t", CHECK_LENGTH, NULL, 0},
        {"  431129195508200022 ", CHECK_OK, "431129195508200022", '2'},
        {"　４３１１２９１９５１０３１４００５Ｘ　", CHECK_OK, "43112919510314005X", '1'},
        {"４３１１２９１９５１０３１４００５ｘ", CHECK_OK, "43112919510314005X", '1'},
        {"431129202102290016", CHECK_DATE, NULL, 0},
        {"431129195513200022", CHECK_DATE, NULL, 0},
        {"431129000008200022", CHECK_DATE, NULL, 0},
        {"432926421315001", CHECK_DATE, NULL, 0},
        {"431129195508200023", CHECK_DIGIT, NULL, 0},
        {"43112919550820002X", CHECK_DIGIT, NULL, 0},
        {"431129195508200202", CHECK_DIGIT, NULL, 0},
        {"43112919550820002", CHECK_LENGTH, NULL, 0},
        {"4311291955082000222", CHECK_LENGTH, NULL, 0},
        {"", CHECK_LENGTH, NULL, 0},
        {"   ", CHECK_LENGTH, NULL, 0},
        {"43112919550820002Y", CHECK_CHARS, NULL, 0},
        {"4311291955082X0022", CHECK_CHARS, NULL, 0},
        {"431129 19550820002", CHECK_CHARS, NULL, 0},
        {"43292642031500X", CHECK_CHARS, NULL, 0},
        {"四三一一二九一九五五〇八二〇〇〇二二", CHECK_CHARS, NULL, 0},
        {"\xff\xff\xff", CHECK_LENGTH, NULL, 0},
    };
    struct id_number out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&out, 0x55, sizeof out);
        if (id_number_check(cases[i].text, today, &out) != cases[i].result)
            fail_msg("%s", cases[i].text);
        if (!cases[i].normal)
            continue;
        assert_string_equal(out.text, cases[i].normal);
        assert_int_equal(out.sex, cases[i].sex);
    }
}

static void test_id_birth(void **state)
{
    struct id_number out;
    struct date eve = {2012, 6, 8}, birthday = {2012, 6, 9};

    (void)state;
    assert_int_equal(id_number_check("431129201206090030", eve, &out), CHECK_DATE);
    assert_int_equal(id_number_check("431129201206090030", birthday, &out), CHECK_OK);
    assert_int_equal(date_compare(out.birth, birthday), 0);
}

/* GB 11643 detects every wrong digit and every swap of neighbours. */
static void test_id_single_errors(void **state)
{
    static const char good[] = "431129195508200022";
    char text[ID_NUMBER_TEXT];
    struct id_number out;

    (void)state;
    for (int i = 0; i < 18; i++)
        for (char c = '0'; c <= '9'; c++) {
            memcpy(text, good, sizeof text);
            text[i] = c;
            if (c != good[i])
                assert_int_not_equal(id_number_check(text, today, &out), CHECK_OK);
        }
    for (int i = 0; i < 17; i++) {
        memcpy(text, good, sizeof text);
        text[i] = good[i + 1];
        text[i + 1] = good[i];
        if (good[i] != good[i + 1])
            assert_int_not_equal(id_number_check(text, today, &out), CHECK_OK);
    }
}

static void test_very_long_text(void **state)
{
    static char text[100000];
    char out[PHONE_TEXT];
    struct id_number id;

    (void)state;
    memset(text, '1', sizeof text - 1);
    assert_int_equal(id_number_check(text, today, &id), CHECK_LENGTH);
    assert_int_equal(uscc_check(text, out), CHECK_LENGTH);
    assert_int_equal(phone_check(text, out), CHECK_LENGTH);
    memset(text, ' ', sizeof text - 1);
    assert_int_equal(id_number_check(text, today, &id), CHECK_LENGTH);
    assert_int_equal(phone_check(text, out), CHECK_LENGTH);
}

static void test_uscc(void **state)
{
    static const struct {
        const char *text;
        enum check_result result;
    } cases[] = {
        {"91350100M000100Y43", CHECK_OK},
        {"52430111MJK1234522", CHECK_OK},
        {" 91350100m000100y43", CHECK_OK},
        {"９１３５０１００Ｍ０００１００Ｙ４３", CHECK_OK},
        {"91350100M000100Y44", CHECK_DIGIT},
        {"91350100M000100Y34", CHECK_DIGIT},
        {"91350100M000100Y4", CHECK_LENGTH},
        {"91350100M000100Y433", CHECK_LENGTH},
        {"", CHECK_LENGTH},
        {"91350100I000100Y43", CHECK_CHARS},
        {"91350100O000100Y43", CHECK_CHARS},
        {"9135010AM000100Y43", CHECK_CHARS},
        {"91350100M000100Y4-", CHECK_CHARS},
        /* outer digit right, organisation code's wrong */
        {"91350100M000100Y56", CHECK_DIGIT},
    };
    char out[USCC_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (uscc_check(cases[i].text, out) != cases[i].result)
            fail_msg("%s", cases[i].text);
    assert_int_equal(uscc_check("91350100m000100y43", out), CHECK_OK);
    assert_string_equal(out, "91350100M000100Y43");
}

static void test_phones(void **state)
{
    static const struct {
        const char *text;
        enum check_result result;
        const char *normal;
    } cases[] = {
        {"13812345678", CHECK_OK, "13812345678"},
        {"138 1234-5678", CHECK_OK, "13812345678"},
        {"１３８１２３４５６７８", CHECK_OK, "13812345678"},
        {"+86 138 1234 5678", CHECK_OK, "13812345678"},
        {"＋８６１３８１２３４５６７８", CHECK_OK, "13812345678"},
        {"0086-13812345678", CHECK_OK, "13812345678"},
        {"0746-2311234", CHECK_OK, "07462311234"},
        {"(0746) 2311234", CHECK_OK, "07462311234"},
        {"（0746）2311234", CHECK_OK, "07462311234"},
        {"0755-12345678", CHECK_CHARS, NULL},
        {"0755-82345678", CHECK_OK, "075582345678"},
        {"010-82345678", CHECK_OK, "01082345678"},
        {"021 62345678", CHECK_OK, "02162345678"},
        {"+86 746 2311234", CHECK_OK, "07462311234"},
        {"+86 10 82345678", CHECK_OK, "01082345678"},
        {"+86 (0)746 2311234", CHECK_OK, "07462311234"},
        {"110", CHECK_OK, "110"},
        {"12345", CHECK_OK, "12345"},
        {"2311234", CHECK_OK, "2311234"},
        {"82345678", CHECK_OK, "82345678"},
        {"12", CHECK_LENGTH, NULL},
        {"", CHECK_LENGTH, NULL},
        {"012", CHECK_CHARS, NULL},
        {"123456789", CHECK_LENGTH, NULL},
        {"1381234567", CHECK_LENGTH, NULL},
        {"1381234567890", CHECK_LENGTH, NULL},
        {"12812345678", CHECK_CHARS, NULL},
        {"23812345678", CHECK_CHARS, NULL},
        {"01182345678", CHECK_CHARS, NULL},
        {"00746231123", CHECK_CHARS, NULL},
        {"010-823456789", CHECK_CHARS, NULL},
        {"138123456a8", CHECK_CHARS, NULL},
        {"138/1234/5678", CHECK_CHARS, NULL},
        {"+1 202 555 0100", CHECK_CHARS, NULL},
        {"+86", CHECK_LENGTH, NULL},
        {"+86 110", CHECK_LENGTH, NULL},
        {"一三八", CHECK_CHARS, NULL},
    };
    char out[PHONE_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (phone_check(cases[i].text, out) != cases[i].result)
            fail_msg("%s", cases[i].text);
        if (cases[i].normal)
            assert_string_equal(out, cases[i].normal);
    }
}

struct mask_case {
    const char *text, *masked;
};

static void masks(void (*fn)(const char *, char *, unsigned), const struct mask_case *c)
{
    char out[128];

    for (; c->text; c++) {
        fn(c->text, out, sizeof out);
        assert_string_equal(out, c->masked);
    }
}

static void test_masks(void **state)
{
    static const struct mask_case ids[] = {
        {"431129195508200022", "431129********0022"},
        {"43112919510314005X", "431129********005X"},
        {"E12345678", "*******78"},
        {"ABC12", "*****"},
        {"", ""},
        {NULL, NULL},
    };
    static const struct mask_case phones[] = {
        {"13812345678", "138****5678"}, {"07462311234", "0746*****34"},
        {"01082345678", "010******78"}, {"075582345678", "0755******78"},
        {"2311234", "*****34"},         {"110", "***"},
        {"", ""},                       {NULL, NULL},
    };
    static const struct mask_case names[] = {
        {"张三", "张*"},       {"张三丰", "张**"},     {"欧阳修", "欧阳*"},
        {"欧阳", "欧*"},       {"欧阳明日", "欧阳**"}, {"司马光", "司马*"},
        {"尉遲恭", "尉遲*"},   {"欧文", "欧*"},        {"欧文明", "欧**"},
        {"张", "*"},           {"", ""},               {"𠮷田", "𠮷*"},
        {"Li Si", "L****"},    {"阿依古丽·买买提", "阿*******"},
        {NULL, NULL},
    };

    (void)state;
    masks(id_number_mask, ids);
    masks(phone_mask, phones);
    masks(name_mask, names);
}

static void test_mask_fits(void **state)
{
    char out[16];

    (void)state;
    for (unsigned cap = 0; cap <= 10; cap++) {
        memset(out, '#', sizeof out);
        name_mask("欧阳修之", out, cap);
        for (unsigned i = cap; i < sizeof out; i++)
            assert_int_equal(out[i], '#');
        if (cap)
            assert_true(strlen(out) < cap);
    }
    /* never half a character */
    name_mask("欧阳修", out, 6);
    assert_string_equal(out, "欧");
    name_mask("欧阳修", out, 8);
    assert_string_equal(out, "欧阳*");
}

static void test_surnames(void **state)
{
    (void)state;
    assert_int_equal(surname_count(""), 0);
    assert_int_equal(surname_count("张"), 1);
    assert_int_equal(surname_count("诸葛亮"), 2);
    assert_int_equal(surname_count("诸葛"), 1);
    assert_int_equal(surname_count("葛亮明"), 1);
    assert_int_equal(surname_count("abcdefgh"), 1);
}

static void test_cards(void **state)
{
    static const struct {
        const char *text;
        enum check_result result;
        const char *normal, *mask;
    } cases[] = {
        {"43112919550820002241", CHECK_OK, "43112919550820002241", "431129**************"},
        {" 4311 2919 5508 2000 2241 ", CHECK_OK, "43112919550820002241", "431129**************"},
        {"ａｂ１２-34", CHECK_OK, "AB1234", "******"},
        {"AB12345", CHECK_OK, "AB12345", "AB1234*"},
        {"123", CHECK_LENGTH, NULL, NULL},
        {"123456789012345678901", CHECK_LENGTH, NULL, NULL},
        {"", CHECK_LENGTH, NULL, NULL},
        {" - ", CHECK_LENGTH, NULL, NULL},
        {"1234.5", CHECK_CHARS, NULL, NULL},
        {"残疾证1234", CHECK_CHARS, NULL, NULL},
    };
    char card[CARD_TEXT], mask[CARD_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(card_check(cases[i].text, 4, 20, card), cases[i].result);
        if (cases[i].result != CHECK_OK)
            continue;
        assert_string_equal(card, cases[i].normal);
        card_mask(card, 6, 0, mask, sizeof mask);
        assert_string_equal(mask, cases[i].mask);
    }
    card_mask("6222021234567890", 0, 4, mask, sizeof mask);
    assert_string_equal(mask, "************7890");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards),
        cmocka_unit_test(test_id_numbers),       cmocka_unit_test(test_id_birth),
        cmocka_unit_test(test_id_single_errors), cmocka_unit_test(test_very_long_text),
        cmocka_unit_test(test_uscc),             cmocka_unit_test(test_phones),
        cmocka_unit_test(test_masks),            cmocka_unit_test(test_mask_fits),
        cmocka_unit_test(test_surnames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
