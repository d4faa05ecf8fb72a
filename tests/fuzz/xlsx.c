/* An XLSX: the bytes of a file that begins like a zip; else, for what compression would hide, the
 * text of a worksheet and of its strings (behind a line of "--") in a book that is right. */
#include "sheet.h"

#include "base/buf.h"
#include "sheet/zip_write.h"

#define OPEN "<?xml version='1.0' encoding='UTF-8'?>"

static const char root[] = OPEN
    "<Relationships><Relationship Id='r1' Type='x/officeDocument' Target='xl/workbook.xml'/>"
    "</Relationships>";
static const char relations[] = OPEN
    "<Relationships><Relationship Id='a' Type='x/worksheet' Target='worksheets/s1.xml'/>"
    "<Relationship Id='b' Type='x/sharedStrings' Target='strings.xml'/></Relationships>";
static const char book[] = OPEN
    "<workbook><sheets><sheet name='v' r:id='a' xmlns:r='y'/></sheets></workbook>";

static bool to_buf(void *ctx, const void *p, size_t n)
{
    buf_add(ctx, p, n);
    return true;
}

static void part(struct zip_writer *z, const char *name, const char *text)
{
    zip_part_begin(z, name);
    zip_part_add(z, text, strlen(text));
    zip_part_end(z);
}

static void book_holds(const char *sheet, const char *strings)
{
    static struct zip_writer z;
    struct buf file;
    struct sheet_sink sink = {&file, to_buf};

    buf_init(&file, 64 << 20);
    zip_write_init(&z, &sink);
    part(&z, "_rels/.rels", root);
    part(&z, "xl/workbook.xml", book);
    part(&z, "xl/_rels/workbook.xml.rels", relations);
    part(&z, "xl/strings.xml", strings);
    part(&z, "xl/worksheets/s1.xml", sheet);
    must(zip_write_end(&z));
    zip_write_free(&z);
    sheet_holds(file.p, file.n);
    buf_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    size_t at = 0;
    char *text, *strings;

    if (n >= 2 && memcmp(p, "PK", 2) == 0) {
        sheet_holds((const char *)p, n);
        return 0;
    }
    text = fuzz_piece(p, n, &at, '\0');
    strings = strstr(text, "\n--\n");
    if (strings)
        *strings = '\0';
    book_holds(text, strings ? strings + strlen("\n--\n") : "<sst/>");
    free(text);
    return 0;
}
