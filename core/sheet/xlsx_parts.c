#include <string.h>

#include "base/str.h"
#include "sheet/writer.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

enum { NAME_UNITS = 31, ATTRIBUTE_UNITS = 255, HELP_COLUMNS = 4 };

static const char choice_sheet[] = "_choices";

/* --- marks ---------------------------------------------------------------------------------------
 */

static void comment_texts(struct xlsx_writer *w)
{
    char name[4], part[ZIP_NAME];

    str_format(part, sizeof part, "xl/comments%u.xml", w->sheets);
    zip_part_begin(&w->zip, part);
    buf_str(&w->xml, XML_HEAD "<comments xmlns=\"" MAIN "\"><authors><author></author></authors>"
                              "<commentList>");
    for (size_t i = 0; i < w->marks; i++) {
        column_name(w->mark[i].column, name);
        buf_printf(&w->xml, "<comment ref=\"%s%u\" authorId=\"0\"><text><r><t>", name,
                   (unsigned)w->mark[i].row);
        xml_text(&w->xml, w->mark_text.p + w->mark[i].at, SHEET_CELL_MAX);
        buf_str(&w->xml, "</t></r></text></comment>");
        xlsx_flush(w, false);
    }
    buf_str(&w->xml, "</commentList></comments>");
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
}

/* Excel shows a comment only where a shape stands for it. */
static void comment_shapes(struct xlsx_writer *w)
{
    char part[ZIP_NAME];

    str_format(part, sizeof part, "xl/drawings/vmlDrawing%u.vml", w->sheets);
    zip_part_begin(&w->zip, part);
    buf_str(&w->xml, "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
                     "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
                     "xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
                     "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
                     "path=\"m,l,21600r21600,l21600,xe\"/>");
    for (size_t i = 0; i < w->marks; i++) {
        unsigned row = (unsigned)w->mark[i].row - 1, column = w->mark[i].column;

        buf_printf(&w->xml,
                   "<v:shape id=\"_x0000_s%u\" type=\"#_x0000_t202\" "
                   "style=\"position:absolute;visibility:hidden\" fillcolor=\"#ffffe1\">"
                   "<x:ClientData ObjectType=\"Note\"><x:Anchor>%u,15,%u,2,%u,15,%u,2</x:Anchor>"
                   "<x:AutoFill>False</x:AutoFill><x:Row>%u</x:Row><x:Column>%u</x:Column>"
                   "</x:ClientData></v:shape>",
                   1025 + (unsigned)i, column + 1, row, column + 3, row + 4, row, column);
        xlsx_flush(w, false);
    }
    buf_str(&w->xml, "</xml>");
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
}

void xlsx_comments(struct xlsx_writer *w)
{
    unsigned n = w->sheets;
    char part[ZIP_NAME];

    comment_texts(w);
    comment_shapes(w);
    str_format(part, sizeof part, "xl/worksheets/_rels/sheet%u.xml.rels", n);
    buf_printf(&w->xml,
               XML_HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">"
                        "<Relationship Id=\"rId1\" Type=\"" RELATIONS
                        "/vmlDrawing\" Target=\"../drawings/vmlDrawing%u.vml\"/>"
                        "<Relationship Id=\"rId2\" Type=\"" RELATIONS
                        "/comments\" Target=\"../comments%u.xml\"/></Relationships>",
               n, n);
    xlsx_part(w, part);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

static size_t choices_of(const struct sheet_column *column)
{
    return column->choices_count <= SHEET_CHOICES_MAX ? column->choices_count : 0;
}

bool has_choices(const struct sheet_table *table)
{
    for (size_t i = 0; i < table->columns; i++)
        if (choices_of(&table->column[i]))
            return true;
    return false;
}

static void validation(struct buf *b, const struct sheet_table *t, unsigned column)
{
    char name[4];

    column_name(column, name);
    buf_str(b, "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\"");
    if (t->choice_title) {
        buf_str(b, " errorTitle=\"");
        xml_text(b, t->choice_title, NAME_UNITS);
        buf_char(b, '"');
    }
    if (t->choice_text) {
        buf_str(b, " error=\"");
        xml_text(b, t->choice_text, ATTRIBUTE_UNITS);
        buf_char(b, '"');
    }
    buf_printf(b, " sqref=\"%s2:%s%d\"><formula1>%s!$%s$1:$%s$%u</formula1></dataValidation>", name,
               name, XLSX_ROWS_MAX, choice_sheet, name, name,
               (unsigned)choices_of(&t->column[column]));
}

void xlsx_validations(struct xlsx_writer *w)
{
    unsigned n = 0;

    for (size_t i = 0; i < w->table->columns; i++)
        n += choices_of(&w->table->column[i]) > 0;
    if (!n)
        return;
    buf_printf(&w->xml, "<dataValidations count=\"%u\">", n);
    for (unsigned i = 0; i < w->table->columns; i++)
        if (choices_of(&w->table->column[i]))
            validation(&w->xml, w->table, i);
    buf_str(&w->xml, "</dataValidations>");
}

/* The sheets behind the data; some readers know parts of this name only. */
static void sheet_part_begin(struct xlsx_writer *w, unsigned behind)
{
    char part[ZIP_NAME];

    str_format(part, sizeof part, "xl/worksheets/sheet%u.xml", w->sheets + behind);
    zip_part_begin(&w->zip, part);
}

/* A column's list stands in the same column of the hidden sheet. */
void xlsx_choices(struct xlsx_writer *w)
{
    const struct sheet_table *t = w->table;
    bool more = true;

    sheet_part_begin(w, w->table->help ? 2 : 1);
    buf_str(&w->xml, XML_HEAD "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    for (uint32_t row = 1; more; row++) {
        more = false;
        buf_printf(&w->xml, "<row r=\"%u\">", (unsigned)row);
        for (unsigned i = 0; i < t->columns; i++) {
            if (choices_of(&t->column[i]) < row)
                continue;
            xlsx_text_cell(&w->xml, row, i, FORMAT_TEXT, t->column[i].choices[row - 1]);
            more = more || choices_of(&t->column[i]) > row;
        }
        buf_str(&w->xml, "</row>");
        xlsx_flush(w, false);
    }
    buf_str(&w->xml, "</sheetData></worksheet>");
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
}

/* --- the sheet that explains ---------------------------------------------------------------------
 */

static void help_row(struct buf *b, uint32_t row, int format, const char *const *text,
                     unsigned count)
{
    buf_printf(b, "<row r=\"%u\">", (unsigned)row);
    for (unsigned i = 0; i < count; i++)
        if (text[i])
            xlsx_text_cell(b, row, i, format, text[i]);
    buf_str(b, "</row>");
}

void xlsx_help(struct xlsx_writer *w)
{
    const struct sheet_table *t = w->table;
    uint32_t row = 1;

    sheet_part_begin(w, 1);
    buf_str(&w->xml,
            XML_HEAD "<worksheet xmlns=\"" MAIN "\"><cols><col min=\"1\" max=\"1\" width=\"24\" "
                     "customWidth=\"1\"/><col min=\"2\" max=\"2\" width=\"8\" customWidth=\"1\"/>"
                     "<col min=\"3\" max=\"3\" width=\"70\" customWidth=\"1\"/>"
                     "<col min=\"4\" max=\"4\" width=\"26\" customWidth=\"1\"/></cols><sheetData>");
    for (size_t i = 0; i < t->help_lines; i++, row++)
        help_row(&w->xml, row, FORMAT_GENERAL, &t->help_line[i], 1);
    help_row(&w->xml, row++, FORMAT_HEAD, t->help_head, HELP_COLUMNS);
    for (size_t i = 0; i < t->columns; i++, row++) {
        const struct sheet_column *c = &t->column[i];
        const char *const text[HELP_COLUMNS] = {c->title, c->required ? t->required_word : NULL,
                                                c->meaning, c->example};

        help_row(&w->xml, row, FORMAT_WRAPPED, text, HELP_COLUMNS);
        xlsx_flush(w, false);
    }
    buf_str(&w->xml, "</sheetData></worksheet>");
    xlsx_flush(w, true);
    zip_part_end(&w->zip);
}

/* --- the book ------------------------------------------------------------------------------------
 */

/* The order is that of enum xlsx_format. */
static const char styles[] = XML_HEAD
    "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" "
    "formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    "<font><b/><color rgb=\"FFFFFFFF\"/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"5\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFC7CE\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF2F5597\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFC00000\"/></patternFill></fill>"
    "</fills><borders count=\"1\"><border/></borders>"
    "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"11\">"
    "<xf numFmtId=\"0\"/><xf numFmtId=\"49\" applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"2\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"0\" fillId=\"2\" applyFill=\"1\"/>"
    "<xf numFmtId=\"49\" fillId=\"2\" applyNumberFormat=\"1\" applyFill=\"1\"/>"
    "<xf numFmtId=\"2\" fillId=\"2\" applyNumberFormat=\"1\" applyFill=\"1\"/>"
    "<xf numFmtId=\"164\" fillId=\"2\" applyNumberFormat=\"1\" applyFill=\"1\"/>"
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"3\" applyFont=\"1\" applyFill=\"1\"/>"
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"4\" applyFont=\"1\" applyFill=\"1\"/>"
    "<xf numFmtId=\"49\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
    "</cellXfs></styleSheet>";

struct book_sheet {
    char file[ZIP_NAME]; /* in xl/worksheets */
    const char *name;
    unsigned number; /* of a data sheet; 0: none */
    bool hidden;
};

static size_t book_sheets(const struct xlsx_writer *w, struct book_sheet *out)
{
    size_t n = 0;

    for (unsigned i = 1; i <= w->sheets; i++)
        out[n++] = (struct book_sheet){"", w->table->name, i, false};
    if (w->table->help)
        out[n++] = (struct book_sheet){"", w->table->help, 0, false};
    if (has_choices(w->table))
        out[n++] = (struct book_sheet){"", choice_sheet, 0, true};
    for (size_t i = 0; i < n; i++)
        str_format(out[i].file, ZIP_NAME, "sheet%u.xml", (unsigned)i + 1);
    return n;
}

/* Excel forbids []:*?/\ in a name and more than 31 signs; further data sheets get a number. */
static void sheet_name(struct buf *b, const struct book_sheet *sheet)
{
    size_t room = sheet->number > 1 ? NAME_UNITS - 6 : NAME_UNITS;
    char name[4 * NAME_UNITS + 1];
    const char *s = sheet->name;
    size_t n = 0;
    uint32_t c;

    while (*s && room) {
        const char *at = s;

        c = utf8_next(&s);
        if (c > 0xFFFF && room < 2)
            break;
        room -= c > 0xFFFF ? 2 : 1;
        memcpy(name + n, at, (size_t)(s - at));
        if (c < 0x80 && (c < 0x20 || strchr("[]:*?/\\'", (int)c)))
            name[n] = '_';
        n += (size_t)(s - at);
    }
    name[n] = '\0';
    xml_text(b, n ? name : "1", NAME_UNITS + 1);
    if (sheet->number > 1)
        buf_printf(b, " (%u)", sheet->number);
}

static void book_part(struct xlsx_writer *w, const struct book_sheet *sheet, size_t n)
{
    buf_str(&w->xml, XML_HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS "\"><sheets>");
    for (size_t i = 0; i < n; i++) {
        buf_str(&w->xml, "<sheet name=\"");
        sheet_name(&w->xml, &sheet[i]);
        buf_printf(&w->xml, "\" sheetId=\"%u\"%s r:id=\"rId%u\"/>", (unsigned)i + 1,
                   sheet[i].hidden ? " state=\"hidden\"" : "", (unsigned)i + 1);
    }
    buf_str(&w->xml, "</sheets></workbook>");
    xlsx_part(w, "xl/workbook.xml");
}

static void relations_part(struct xlsx_writer *w, const struct book_sheet *sheet, size_t n)
{
    buf_str(&w->xml, XML_HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">");
    for (size_t i = 0; i < n; i++)
        buf_printf(&w->xml,
                   "<Relationship Id=\"rId%u\" Type=\"" RELATIONS
                   "/worksheet\" Target=\"worksheets/%s\"/>",
                   (unsigned)i + 1, sheet[i].file);
    buf_printf(&w->xml,
               "<Relationship Id=\"rId%u\" Type=\"" RELATIONS
               "/styles\" Target=\"styles.xml\"/></Relationships>",
               (unsigned)n + 1);
    xlsx_part(w, "xl/_rels/workbook.xml.rels");
}

static void types_part(struct xlsx_writer *w, const struct book_sheet *sheet, size_t n)
{
    buf_str(&w->xml, XML_HEAD
            "<Types xmlns=\"" PACKAGE "/content-types\">"
            "<Default Extension=\"rels\" "
            "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            "<Default Extension=\"vml\" "
            "ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>"
            "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE "sheet.main+xml\"/>"
            "<Override PartName=\"/xl/styles.xml\" ContentType=\"" TYPE "styles+xml\"/>");
    for (size_t i = 0; i < n; i++) {
        buf_printf(&w->xml,
                   "<Override PartName=\"/xl/worksheets/%s\" ContentType=\"" TYPE
                   "worksheet+xml\"/>",
                   sheet[i].file);
        if (w->commented[sheet[i].number])
            buf_printf(&w->xml,
                       "<Override PartName=\"/xl/comments%u.xml\" ContentType=\"" TYPE
                       "comments+xml\"/>",
                       sheet[i].number);
    }
    buf_str(&w->xml, "</Types>");
    xlsx_part(w, "[Content_Types].xml");
}

void xlsx_book(struct xlsx_writer *w)
{
    struct book_sheet sheet[SHEETS_MAX + 2];
    size_t n = book_sheets(w, sheet);

    book_part(w, sheet, n);
    relations_part(w, sheet, n);
    buf_str(&w->xml, styles);
    xlsx_part(w, "xl/styles.xml");
    buf_str(&w->xml, XML_HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">"
                              "<Relationship Id=\"rId1\" Type=\"" RELATIONS
                              "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    xlsx_part(w, "_rels/.rels");
    types_part(w, sheet, n);
}
