#include "base/pinyin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_names(void **state)
{
    static const struct {
        const char *name, *full, *initials;
    } cases[] = {
        {"张三", "zhangsan", "zs"},
        {"王秀英", "wangxiuying", "wxy"},
        {"吕绿女", "lvlvnv", "lln"},
        {"張學友", "zhangxueyou", "zxy"},
        {"刘䶮", "liuyan", "ly"},
        {"李〇", "liling", "ll"},
        {"张", "zhang", "z"},
        {"", "", ""},
        {"阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"},
        {"John Smith 2", "johnsmith2", "johnsmith2"},
        {"ＡＢ１", "ab1", "ab1"},
        {"王A李", "wangali", "wal"},
        {"？！- ", "", ""},
        {"\xff\xfe", "", ""},
    };
    char full[64], initials[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pinyin_name(cases[i].name, full, sizeof full, initials, sizeof initials);
        assert_string_equal(full, cases[i].full);
        assert_string_equal(initials, cases[i].initials);
    }
}

/* The readings that only surnames have, and those that a careless table gets wrong. */
static void test_surnames(void **state)
{
    static const struct {
        const char *name, *reading;
    } cases[] = {
        {"单雄", "shanxiong"},   {"仇英", "qiuying"},     {"解缙", "xiejin"},
        {"区英", "ouying"},      {"查英", "zhaying"},     {"曾英", "zengying"},
        {"盖英", "geying"},      {"任英", "renying"},     {"华英", "huaying"},
        {"尉迟恭", "yuchigong"}, {"万俟英", "moqiying"},  {"长孙英", "zhangsunying"},
        {"朴英", "piaoying"},    {"员英", "yunying"},     {"乐英", "yueying"},
        {"缪英", "miaoying"},    {"宓英", "miying"},      {"冼英", "xianying"},
        {"翟英", "zhaiying"},    {"覃英", "qinying"},     {"盘英", "panying"},
        {"佘英", "sheying"},     {"洗英", "xianying"},    {"折英", "sheying"},
        {"黑英", "heying"},      {"种英", "chongying"},   {"繁英", "poying"},
        {"秘英", "biying"},      {"重英", "chongying"},   {"那英", "naying"},
        {"召英", "shaoying"},    {"撒英", "saying"},      {"逄英", "pangying"},
        {"隗英", "weiying"},     {"邵英", "shaoying"},    {"尉英", "weiying"},
        {"藏英", "zangying"},    {"炅英", "guiying"},     {"晟英", "chengying"},
        {"校英", "jiaoying"},    {"角英", "jueying"},     {"难英", "ningying"},
        {"乘英", "shengying"},   {"啜英", "chuaiying"},   {"郄英", "qieying"},
        {"贲英", "benying"},     {"莞英", "guanying"},    {"藉英", "jiying"},
        {"过英", "guoying"},     {"哈英", "haying"},      {"盛英", "shengying"},
        {"燕英", "yanying"},     {"相英", "xiangying"},   {"要英", "yaoying"},
        {"句英", "gouying"},     {"能英", "naiying"},     {"乜英", "nieying"},
        {"祭英", "zhaiying"},    {"都英", "duying"},      {"钭英", "touying"},
        {"隽英", "juanying"},    {"薄英", "boying"},      {"车英", "cheying"},
        {"谌英", "chenying"},    {"贾英", "jiaying"},     {"阚英", "kanying"},
        {"單英", "shanying"},    {"區英", "ouying"},      {"尉遲恭", "yuchigong"},
        {"乐正英", "yuezhengying"}, {"鲜于英", "xianyuying"}, {"宰父英", "zaifuying"},
        {"亓官英", "qiguanying"}, {"颛孙英", "zhuansunying"}, {"夏侯英", "xiahouying"},
        {"濮阳英", "puyangying"}, {"呼延英", "huyanying"}, {"拓跋英", "tuobaying"},
        {"欧阳修", "ouyangxiu"}, {"司马光", "simaguang"}, {"上官英", "shangguanying"},
        {"诸葛亮", "zhugeliang"}, {"东方英", "dongfangying"}, {"皇甫英", "huangfuying"},
        {"公孙英", "gongsunying"}, {"令狐英", "linghuying"}, {"慕容英", "murongying"},
        {"单于英", "chanyuying"}, {"澹台英", "tantaiying"}, {"闾丘英", "lvqiuying"},
    };
    char full[64], initials[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pinyin_name(cases[i].name, full, sizeof full, initials, sizeof initials);
        assert_string_equal(full, cases[i].reading);
    }
}

static void test_surname_initials(void **state)
{
    static const char *const cases[][2] = {
        {"单雄信", "sxx"}, {"仇英", "qy"},   {"解缙", "xj"},   {"区英", "oy"},
        {"查良镛", "zly"}, {"曾国藩", "zgf"}, {"朴树", "ps"},   {"尉迟恭", "ycg"},
        {"长孙英", "zsy"}, {"万俟英", "mqy"}, {"单于英", "cyy"}, {"种英", "cy"},
    };
    char full[64], initials[32];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pinyin_name(cases[i][0], full, sizeof full, initials, sizeof initials);
        assert_string_equal(initials, cases[i][1]);
    }
}

static void test_only_in_front(void **state)
{
    char full[64], initials[32];

    (void)state;
    /* 单 and 乐 later in a name are no surnames; two characters are never a compound surname */
    pinyin_name("王单乐", full, sizeof full, initials, sizeof initials);
    assert_string_equal(full, "wangdanle");
    pinyin_name("尉迟", full, sizeof full, initials, sizeof initials);
    assert_string_equal(full, "weichi");
}

static void test_cut_to_fit(void **state)
{
    char full[8], initials[8];

    (void)state;
    for (size_t cap = 1; cap < sizeof full; cap++) {
        memset(full, '#', sizeof full);
        memset(initials, '#', sizeof initials);
        pinyin_name("欧阳修文武全才", full, cap, initials, cap);
        assert_int_equal(strlen(full), cap - 1);
        assert_int_equal(strlen(initials), cap - 1);
        assert_memory_equal(full, "ouyangx", cap - 1);
        assert_memory_equal(initials, "oyxwwqc", cap - 1);
        for (size_t i = cap; i < sizeof full; i++)
            assert_true(full[i] == '#' && initials[i] == '#');
    }
}

/* Every character of the main block has a reading or none, within the bounds of the outputs. */
static void test_every_point(void **state)
{
    char full[16], initials[4], text[5];
    int known = 0;

    (void)state;
    for (uint32_t c = 0x4E00; c <= 0x9FFF; c++) {
        text[0] = (char)(0xE0 | c >> 12);
        text[1] = (char)(0x80 | (c >> 6 & 0x3F));
        text[2] = (char)(0x80 | (c & 0x3F));
        text[3] = '\0';
        pinyin_name(text, full, sizeof full, initials, sizeof initials);
        assert_int_equal(strlen(initials), full[0] ? 1 : 0);
        assert_true(strspn(full, "abcdefghijklmnopqrstuvwxyz") == strlen(full));
        known += full[0] != '\0';
    }
    assert_true(known > 20000);
}

static void test_reads(void **state)
{
    (void)state;
    assert_true(pinyin_reads("zhangwei", 8, 2));
    assert_true(pinyin_reads("xian", 4, 2)); /* either way */
    assert_true(pinyin_reads("fangan", 6, 2));
    assert_true(pinyin_reads("zhangweix", 8, 2)); /* n letters alone */
    assert_false(pinyin_reads("zhangweix", 9, 2));
    assert_false(pinyin_reads("zhangweili", 10, 2));
    assert_true(pinyin_reads("zhangweili", 10, 3));
    assert_false(pinyin_reads("password", 8, 4));
    assert_true(pinyin_reads("", 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),         cmocka_unit_test(test_surnames),
        cmocka_unit_test(test_surname_initials),
        cmocka_unit_test(test_only_in_front), cmocka_unit_test(test_cut_to_fit),
        cmocka_unit_test(test_every_point),   cmocka_unit_test(test_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
