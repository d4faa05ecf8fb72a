#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "sheet/book.h"
#include "sheet/write.h"
#include "sheet/zip_write.h"
#include "show.h"

static bool to_buf(void *ctx, const void *p, size_t n)
{
    buf_add(ctx, p, n);
    return !((struct buf *)ctx)->over;
}

struct part {
    const char *name, *text;
};

#define ROOT                                                                                       \
    {                                                                                              \
        "_rels/.rels", "<Relationships><Relationship Id='r1' Type='x/officeDocument' "             \
                       "Target='xl/workbook.xml'/></Relationships>"                                \
    }
#define RELATIONS                                                                                  \
    {                                                                                              \
        "xl/_rels/workbook.xml.rels",                                                              \
            "<Relationships><Relationship Id='a' Type='x/worksheet' Target='worksheets/s1.xml'/>"  \
            "<Relationship Id='b' Type='x/worksheet' Target='/xl/worksheets/s2.xml'/>"             \
            "<Relationship Id='c' Type='x/styles' Target='styles.xml'/>"                           \
            "<Relationship Id='d' Type='x/sharedStrings' "                                         \
            "Target='../xl/strings.xml'/></Relationships>"                                         \
    }
#define STYLES                                                                                     \
    {                                                                                              \
        "xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId='170' "                            \
                         "formatCode='yyyy\"年\"m\"月\"d\"日\"'/></numFmts><cellStyleXfs><xf "  \
                         "numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf "           \
                         "numFmtId='14'/><xf numFmtId='170'/><xf numFmtId='21'/></cellXfs>"        \
                         "</styleSheet>"                                                           \
    }
#define STRINGS                                                                                    \
    {                                                                                              \
        "xl/strings.xml",                                                                          \
            "<sst><si><t>姓名</t></si><si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang"       \
            "</t></rPh></si><si><t>a_x000D_b_x005F_</t></si></sst>"                                \
    }
#define BOOK(attributes)                                                                           \
    {                                                                                              \
        "xl/workbook.xml", "<workbook><workbookPr " attributes "/><sheets><sheet name='h' "        \
                           "state='hidden' r:id='a' xmlns:r='y'/><sheet name='v' r:id='b' "        \
                           "xmlns:r='y'/></sheets></workbook>"                                     \
    }
#define SHEET(text)                                                                                \
    {                                                                                              \
        "xl/worksheets/s2.xml", text                                                               \
    }
#define ROWS(text)                                                                                 \
    SHEET("<x:worksheet xmlns:x='m'><x:sheetData>" text "</x:sheetData></x:worksheet>")

static void zip_of(const struct part *part, size_t count, struct buf *out)
{
    struct sheet_sink sink = {out, to_buf};
    struct zip_writer *z = mem_alloc(sizeof *z);

    buf_init(out, 1 << 20);
    zip_write_init(z, &sink);
    for (size_t i = 0; i < count; i++) {
        zip_part_begin(z, part[i].name);
        zip_part_add(z, part[i].text, strlen(part[i].text));
        zip_part_end(z);
    }
    assert_true(zip_write_end(z));
    zip_write_free(z);
    mem_free(z);
}

static void expect(const struct part *part, size_t count, const char *want)
{
    struct buf file;

    zip_of(part, count, &file);
    assert_string_equal(shown(file.p, file.n), want);
    buf_free(&file);
}

#define EXPECT(want, ...)                                                                          \
    do {                                                                                           \
        const struct part parts[] = {__VA_ARGS__};                                                 \
        expect(parts, sizeof parts / sizeof *parts, want);                                         \
    } while (0)

static void test_cells(void **state)
{
    (void)state;
    EXPECT("2:姓名||张三|a\rb_\n3:|n1.5|n431129195508200000|btrue|e#N/A|e|in\n"
           "4:d2025-12-01|d2025-12-01|d08:30:00|d2025-12-01 12:00:00|n45992|n0.3\nend",
           ROOT, RELATIONS, STYLES, STRINGS, BOOK("date1904='0'"),
           ROWS("<x:row r='2'><x:c r='A2' t='s'><x:v>0</x:v></x:c><x:c r='C2' t='s'><x:v>1</x:v>"
                "</x:c><x:c t='s'><x:v>2</x:v></x:c></x:row>"
                "<x:row><x:c r='B3'><x:v>1.50</x:v></x:c><x:c><x:v>4.3112919550820002E+17</x:v>"
                "</x:c><x:c t='b'><x:v>1</x:v></x:c><x:c t='e'><x:v>#N/A</x:v></x:c>"
                "<x:c><x:f>SUM(A1)</x:f></x:c><x:c t='inlineStr'><x:is><x:t>in</x:t></x:is></x:c>"
                "</x:row><x:row><x:c s='1'><x:v>45992</x:v></x:c><x:c s='2'><x:v>45992</x:v></x:c>"
                "<x:c s='3'><x:v>0.354166666666667</x:v></x:c><x:c s='1'><x:v>45992.5</x:v></x:c>"
                "<x:c s='0'><x:v>45992</x:v></x:c><x:c><x:v>0.30000000000000004</x:v></x:c>"
                "</x:row><x:row r='9'><x:c s='1'/></x:row>"));
    EXPECT(
        "1:d2025-12-01|etext\nend", ROOT, RELATIONS, STYLES, STRINGS, BOOK("date1904='1'"),
        ROWS("<x:row><x:c s='1'><x:v>44530</x:v></x:c><x:c t='e'><x:v>text</x:v></x:c></x:row>"));
}

static void test_merged(void **state)
{
    (void)state;
    EXPECT("1:title\n2:town|n1\n3:town|n2\n4:town|n3\n5:|n4\nend", ROOT, RELATIONS, STYLES, STRINGS,
           BOOK(""),
           SHEET("<worksheet><sheetData><row><c t='str'><v>title</v></c></row>"
                 "<row><c t='str'><v>town</v></c><c><v>1</v></c></row>"
                 "<row><c r='B3'><v>2</v></c></row><row><c r='A4' s='1'/><c><v>3</v></c></row>"
                 "<row><c r='B5'><v>4</v></c></row></sheetData><mergeCells><mergeCell "
                 "ref='A1:C1'/><mergeCell ref='A2:A4'/></mergeCells></worksheet>"));
}

static void test_refusals(void **state)
{
    (void)state;
    EXPECT("sheet_doctype 0 0 0", ROOT, RELATIONS, STYLES,
           {"xl/strings.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><sst/>"}, BOOK(""), ROWS(""));
    EXPECT("sheet_empty 0 0 0", ROOT, RELATIONS, STYLES, STRINGS, BOOK(""), ROWS(""));
    EXPECT("sheet_broken 1 1 0", ROOT, RELATIONS, STYLES, STRINGS, BOOK(""),
           ROWS("<x:row><x:c t='s'><x:v>99</x:v></x:c></x:row>"));
    EXPECT("sheet_broken 2 1 0", ROOT, RELATIONS, STYLES, STRINGS, BOOK(""),
           ROWS("<x:row r='2'><x:c/></x:row><x:row r='2'/>"));
    EXPECT("sheet_columns 1 201 0", ROOT, RELATIONS, STYLES, STRINGS, BOOK(""),
           ROWS("<x:row><x:c r='GS1'><x:v>1</x:v></x:c></x:row>"));
    EXPECT("sheet_broken 0 0 0", ROOT, RELATIONS, STYLES, STRINGS, BOOK(""), SHEET("<worksheet>"));
    EXPECT("sheet_broken 0 0 0", ROOT, RELATIONS, STYLES, BOOK(""), ROWS(""));
    EXPECT("sheet_not_table 0 0 0", {"word/document.xml", "<a/>"});
    EXPECT("sheet_xlsb 0 0 0", {"xl/workbook.bin", "x"}, ROOT);
    EXPECT("sheet_ods 0 0 0", {"mimetype", "x"}, {"content.xml", "<a/>"});
    assert_string_equal(shown("PK\3\4garbage that is no zip at all", 31), "sheet_broken 0 0 0");
}

static void test_old_and_encrypted(void **state)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    char *file = mem_alloc(4096);

    (void)state;
    memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    file[30] = 9;
    file[48] = 3; /* the directory lies in sector 3 */
    assert_string_equal(shown(file, 4096), "sheet_old_xls 0 0 0");
    memcpy(file + 2048 + 128, name, sizeof name);
    assert_string_equal(shown(file, 4096), "sheet_encrypted 0 0 0");
    mem_free(file);
}

/* 200 MB of spaces in 200 kB. */
static void test_bomb(void **state)
{
    struct buf file, blanks;
    struct sheet_sink sink = {&file, to_buf};
    struct zip_writer *z = mem_alloc(sizeof *z);
    const struct part parts[] = {ROOT, RELATIONS, STYLES, STRINGS, BOOK("")};

    (void)state;
    buf_init(&file, 4 << 20);
    buf_init(&blanks, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        buf_char(&blanks, ' ');
    zip_write_init(z, &sink);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        zip_part_begin(z, parts[i].name);
        zip_part_add(z, parts[i].text, strlen(parts[i].text));
        zip_part_end(z);
    }
    zip_part_begin(z, "xl/worksheets/s2.xml");
    zip_part_add(z, "<worksheet><sheetData>", 22);
    for (int i = 0; i < 200; i++)
        zip_part_add(z, blanks.p, 1 << 20);
    zip_part_end(z);
    assert_true(zip_write_end(z));
    assert_string_equal(shown(file.p, file.n), "sheet_bomb 0 0 0");
    zip_write_free(z);
    mem_free(z);
    buf_free(&file);
    buf_free(&blanks);
}

static void test_formats(void **state)
{
    static const struct {
        const char *code;
        bool dated;
    } cases[] = {
        {"yyyy-mm-dd", true},
        {"[$-804]yyyy\"年\"m\"月\";@", true},
        {"[h]:mm", true},
        {"0.00", false},
        {"\"day\"0", false},
        {"General", false},
        {"[Red]0;[Blue]-0", false},
        {"\\d0", false},
        {"_d0", false},
        {"#,##0.00\\ \"元\"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(format_dated(170, cases[i].code), cases[i].dated);
    assert_true(format_dated(14, NULL) && format_dated(31, NULL));
    assert_false(format_dated(2, NULL) || format_dated(49, NULL));
}

/* --- writing -------------------------------------------------------------------------------------
 */

static const char *const kinds[] = {"特困", "低保"};
static const struct sheet_column columns[] = {
    {"身份证号", "18 位", "431129195508200022", true, 20, SHEET_AS_TEXT, NULL, 0},
    {"金额", "元", NULL, false, 0, SHEET_AS_MONEY, NULL, 0},
    {"日期", NULL, NULL, false, 0, SHEET_AS_DATE, NULL, 0},
    {"类别", NULL, NULL, false, 0, SHEET_AS_TEXT, kinds, 2},
};
static const struct sheet_table table = {
    "老人/名册", columns, 4, "错误",       "填写说明",      {"列", "必填", "含义", "示例"},
    "必填",      kinds,   2, "不在列表中", "请从列表中选择"};

static const struct sheet_value values[][4] = {
    {{SHEET_TEXT, "431129195508200022", NULL},
     {SHEET_NUMBER, "1234.5", NULL},
     {SHEET_DATE, "2025-12-01", NULL},
     {SHEET_TEXT, "低保", NULL}},
    {{SHEET_TEXT, "4.31E+17", "数字已丢失 <&>"},
     {SHEET_NUMBER, "-5", NULL},
     {SHEET_EMPTY, NULL, "必填"},
     {SHEET_TEXT, "=1+1 \"x\", _x0041_\n", NULL}},
};

static void written(enum sheet_form form, struct buf *out)
{
    struct sheet_sink sink = {out, to_buf};
    struct sheet_writer *w;

    buf_init(out, 1 << 20);
    w = sheet_write_open(form, &table, &sink);
    for (int i = 0; i < 2; i++)
        assert_true(sheet_write_row(w, values[i], 4, NULL));
    assert_true(sheet_write_end(w));
    sheet_write_free(w);
}

static void test_round_trips(void **state)
{
    struct buf file;

    (void)state;
    written(SHEET_XLSX, &file);
    assert_string_equal(
        shown(file.p, file.n),
        "1:身份证号|金额|日期|类别|错误\n"
        "2:431129195508200022|n1234.5|d2025-12-01|低保\n"
        "3:4.31E+17|n-5||=1+1 \"x\", _x0041_\n|身份证号：数字已丢失 <&>；日期：必填\n"
        "end");
    buf_free(&file);
    written(SHEET_CSV, &file);
    assert_string_equal(
        shown(file.p, file.n),
        "1:身份证号|金额|日期|类别|错误\n"
        "2:431129195508200022|1234.5|2025-12-01|低保\n"
        "3:4.31E+17|-5||'=1+1 \"x\", _x0041_\n|身份证号：数字已丢失 <&>；日期：必填\n"
        "end");
    assert_memory_equal(file.p, "\xEF\xBB\xBF", 3);
    buf_free(&file);
}

static void test_formulas(void **state)
{
    static const char *const armed[] = {"=1",  "+1",  "-1",  "@a",  "\t=1", "\r=1",
                                        "＝1", "＋1", "－1", "＠a", " =1",  "'=1"};
    static const struct sheet_table one = {.name = "x", .column = columns, .columns = 1};

    (void)state;
    for (size_t i = 0; i < sizeof armed / sizeof *armed; i++) {
        struct buf file;
        struct sheet_sink sink = {&file, to_buf};
        struct sheet_writer *w;
        struct sheet_value value = {SHEET_TEXT, armed[i], NULL};

        buf_init(&file, 4096);
        w = sheet_write_open(SHEET_CSV, &one, &sink);
        sheet_write_row(w, &value, 1, NULL);
        assert_true(sheet_write_end(w));
        sheet_write_free(w);
        assert_non_null(strstr(file.p, "\n\"'"));
        buf_free(&file);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Flipped bytes anywhere, and parts of a workbook flipped before they are packed. */
static void test_mutations(void **state)
{
    const struct part parts[] = {
        ROOT,
        RELATIONS,
        STYLES,
        STRINGS,
        BOOK(""),
        ROWS("<x:row r='2'><x:c r='A2' t='s'><x:v>0</x:v></x:c><x:c s='2'><x:v>45992</x:v></x:c>"
             "</x:row><x:row><x:c t='inlineStr'><x:is><x:t>in</x:t></x:is></x:c></x:row>")};
    uint32_t seed = 4311;
    struct buf file;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct part bent[6];
        char *text;

        memcpy(bent, parts, sizeof bent);
        text = mem_strdup(parts[next_random(&seed) % 6].text);
        for (size_t i = 0; i < 6; i++)
            if (!strcmp(text, parts[i].text))
                bent[i].text = text;
        for (uint32_t k = next_random(&seed) % 4; k > 0; k--)
            text[next_random(&seed) % strlen(text)] = "<>/'9&A-"[next_random(&seed) % 8];
        zip_of(bent, 6, &file);
        for (uint32_t k = round % 2 ? next_random(&seed) % 8 : 0; k > 0; k--)
            file.p[next_random(&seed) % file.n] = (char)next_random(&seed);
        assert_true(strlen(shown(file.p, file.n)) > 0);
        buf_free(&file);
        mem_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),       cmocka_unit_test(test_merged),
        cmocka_unit_test(test_refusals),    cmocka_unit_test(test_old_and_encrypted),
        cmocka_unit_test(test_bomb),        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_round_trips), cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
