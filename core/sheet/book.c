#include "sheet/book.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "sheet/xml.h"

enum { PART_MAX = 32 * 1024 * 1024, RELATION_ID = 64, CUSTOM_MAX = 4096, CUSTOM_FIRST = 164 };

static const uint64_t strings_max = (uint64_t)2 << 30;

struct book_load {
    struct book *book;
    struct xml *xml;
    char base[ZIP_PATH];        /* folder of the part that is read */
    char relation[RELATION_ID]; /* of the chosen sheet */
    char workbook[ZIP_PATH], styles[ZIP_PATH], texts[ZIP_PATH];
    unsigned sheets;
    bool in_formats, in_text;
    unsigned phonetic;
    uint8_t *custom; /* by id - CUSTOM_FIRST: 1 dated */
    struct buf text;
};

/* --- relations -----------------------------------------------------------------------------------
 */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n >= k && !strcmp(s + n - k, end);
}

/* The target of a relation, from the folder of the part that names it. */
static void target_path(const struct book_load *l, const char *target, char out[ZIP_PATH])
{
    const char *base = l->base;
    size_t n = strlen(base);

    if (*target == '/') {
        str_format(out, ZIP_PATH, "%s", target + 1);
        return;
    }
    for (; str_starts(target, "./"); target += 2)
        ;
    for (; str_starts(target, "../"); target += 3) {
        n -= n > 0;
        while (n > 0 && base[n - 1] != '/')
            n--;
    }
    str_format(out, ZIP_PATH, "%.*s%s", (int)n, base, target);
}

static void relation_start(void *ctx, const char *name, const char **attribute)
{
    struct book_load *l = ctx;
    const char *type = xml_attribute(attribute, "Type"), *id = xml_attribute(attribute, "Id");
    const char *target = xml_attribute(attribute, "Target");

    if (strcmp(name, "Relationship") || !type || !target || !id)
        return;
    if (ends_with(type, "/officeDocument"))
        target_path(l, target, l->workbook);
    else if (ends_with(type, "/styles"))
        target_path(l, target, l->styles);
    else if (ends_with(type, "/sharedStrings"))
        target_path(l, target, l->texts);
    else if (ends_with(type, "/worksheet") && *l->relation && !strcmp(id, l->relation))
        target_path(l, target, l->book->sheet);
}

static void no_end(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
}

static const char *part_read(struct book_load *l, const char *part, uint64_t limit,
                             const struct xml_events *events)
{
    const char *code;

    l->xml = xml_open(&l->book->zip, part, limit, events, l, &code);
    if (!l->xml)
        return code;
    while (xml_run(l->xml))
        ;
    code = l->xml->code;
    xml_close(l->xml);
    return code;
}

static const char *relations_read(struct book_load *l, const char *part)
{
    static const struct xml_events events = {relation_start, no_end, NULL};
    const char *slash = strrchr(part, '/');
    int n = slash ? (int)(slash - part) + 1 : 0;
    char relations[2 * ZIP_PATH];

    str_format(l->base, sizeof l->base, "%.*s", n, part);
    str_format(relations, sizeof relations, "%s_rels/%s.rels", l->base, part + n);
    return part_read(l, relations, PART_MAX, &events);
}

/* --- workbook ------------------------------------------------------------------------------------
 */

static bool truth(const char *s)
{
    return s && (!strcmp(s, "1") || !strcasecmp(s, "true") || !strcasecmp(s, "on"));
}

static void workbook_start(void *ctx, const char *name, const char **attribute)
{
    struct book_load *l = ctx;
    const char *state, *id;

    if (!strcmp(name, "workbookPr"))
        l->book->from_1904 = truth(xml_attribute(attribute, "date1904"));
    if (strcmp(name, "sheet"))
        return;
    if (++l->sheets > BOOK_SHEETS_MAX)
        xml_fail(l->xml, "sheet_broken");
    state = xml_attribute(attribute, "state");
    id = xml_attribute(attribute, "id");
    if (id && !*l->relation && (!state || !strcmp(state, "visible")))
        str_format(l->relation, sizeof l->relation, "%s", id);
}

/* --- formats -------------------------------------------------------------------------------------
 */

static bool builtin_dated(unsigned id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

/* Behind a quoted text, an escape, a fill sign or a [bracket]; [h], [mm], [ss] count hours. */
static const char *format_skip(const char *s, bool *dated)
{
    const char *end;

    if (*s == '"' || *s == '[') {
        end = strchr(s + 1, *s == '"' ? '"' : ']');
        if (!end)
            return s + strlen(s);
        if (*s == '[' && strspn(s + 1, "hHmMsS") == (size_t)(end - s - 1) && end > s + 1)
            *dated = true;
        return end + 1;
    }
    return s[1] ? s + 2 : s + 1;
}

bool format_dated(unsigned id, const char *code)
{
    bool dated = false;

    if (!code)
        return builtin_dated(id);
    if (!strncasecmp(code, "general", 7))
        return false;
    while (*code && *code != ';' && !dated) {
        if (strchr("\"[\\_*", *code)) {
            code = format_skip(code, &dated);
            continue;
        }
        dated = strchr("yYmMdDhHsS", *code) != NULL;
        code++;
    }
    return dated;
}

static unsigned number_of(const char *s)
{
    int64_t n;

    return s && str_int64(s, &n) && n >= 0 && n < UINT32_MAX ? (unsigned)n : 0;
}

static void styles_start(void *ctx, const char *name, const char **attribute)
{
    struct book_load *l = ctx;
    const char *code = xml_attribute(attribute, "formatCode");
    unsigned id = number_of(xml_attribute(attribute, "numFmtId"));
    bool known = id >= CUSTOM_FIRST && id < CUSTOM_FIRST + CUSTOM_MAX;

    if (!strcmp(name, "cellXfs"))
        l->in_formats = true;
    if (!strcmp(name, "numFmt") && code && known)
        l->custom[id - CUSTOM_FIRST] = format_dated(id, code);
    if (strcmp(name, "xf") || !l->in_formats)
        return;
    if (l->book->formats == BOOK_FORMATS_MAX)
        xml_fail(l->xml, "sheet_broken");
    else
        l->book->dated[l->book->formats++] =
            known ? l->custom[id - CUSTOM_FIRST] : format_dated(id, NULL);
}

static void styles_end(void *ctx, const char *name)
{
    struct book_load *l = ctx;

    if (!strcmp(name, "cellXfs"))
        l->in_formats = false;
}

static const char *styles_read(struct book_load *l)
{
    static const struct xml_events events = {styles_start, styles_end, NULL};
    const char *code;

    l->custom = mem_alloc(CUSTOM_MAX);
    l->book->dated = mem_alloc(BOOK_FORMATS_MAX);
    code = part_read(l, l->styles, PART_MAX, &events);
    mem_free(l->custom);
    return code;
}

/* --- shared strings ------------------------------------------------------------------------------
 */

size_t excel_unescape(char *s, size_t n)
{
    size_t to = 0;

    for (size_t at = 0; at < n; at++) {
        char hex[5] = "", *end;
        unsigned long c;

        if (s[at] != '_' || n - at < 7 || s[at + 1] != 'x' || s[at + 6] != '_') {
            s[to++] = s[at];
            continue;
        }
        memcpy(hex, s + at + 2, 4);
        c = strspn(hex, "0123456789abcdefABCDEF") == 4 ? strtoul(hex, &end, 16) : 0x80;
        /* others than control signs and the underscore need no escape: they are text */
        if (c < 0x20 || c == '_') {
            if (c >= '\t' && c != 0x0B && c != 0x0C)
                s[to++] = (char)c;
            at += 6;
        } else {
            s[to++] = s[at];
        }
    }
    return to;
}

static void texts_start(void *ctx, const char *name, const char **attribute)
{
    struct book_load *l = ctx;

    (void)attribute;
    if (!strcmp(name, "si"))
        buf_reset(&l->text);
    l->phonetic += !strcmp(name, "rPh");
    l->in_text = !strcmp(name, "t") && !l->phonetic;
}

static void texts_end(void *ctx, const char *name)
{
    struct book_load *l = ctx;

    l->in_text = false;
    if (!strcmp(name, "rPh") && l->phonetic)
        l->phonetic--;
    if (strcmp(name, "si"))
        return;
    if (l->text.over)
        xml_fail(l->xml, "sheet_cell_long");
    else if (!strings_add(l->book->strings, l->text.n ? l->text.p : "",
                          l->text.n ? excel_unescape(l->text.p, l->text.n) : 0))
        xml_fail(l->xml, "sheet_strings");
}

static void texts_text(void *ctx, const char *s, size_t n)
{
    struct book_load *l = ctx;

    if (l->in_text)
        buf_add(&l->text, s, n);
}

static const char *texts_read(struct book_load *l)
{
    static const struct xml_events events = {texts_start, texts_end, texts_text};
    const char *code;

    l->book->strings = strings_new();
    buf_init(&l->text, SHEET_CELL_MAX);
    code = part_read(l, l->texts, strings_max, &events);
    buf_free(&l->text);
    return code;
}

/* --- all of it -----------------------------------------------------------------------------------
 */

/* Zips that are something else, or a workbook of another kind. */
static const char *other_kind(const struct book *b)
{
    if (zip_find(&b->zip, "xl/workbook.bin"))
        return "sheet_xlsb";
    if (zip_find(&b->zip, "mimetype") && zip_find(&b->zip, "content.xml"))
        return "sheet_ods";
    if (zip_find(&b->zip, "EncryptedPackage"))
        return "sheet_encrypted";
    return zip_find(&b->zip, "_rels/.rels") ? NULL : "sheet_not_table";
}

static const char *book_load(struct book_load *l)
{
    static const struct xml_events workbook = {workbook_start, no_end, NULL};
    const char *code = other_kind(l->book);

    if (!code)
        code = relations_read(l, "");
    if (!code && !*l->workbook)
        code = "sheet_not_table";
    if (!code)
        code = part_read(l, l->workbook, PART_MAX, &workbook);
    if (!code)
        code = relations_read(l, l->workbook);
    if (!code && !*l->book->sheet)
        code = "sheet_broken";
    if (!code && *l->styles)
        code = styles_read(l);
    if (!code && *l->texts)
        code = texts_read(l);
    return code;
}

const char *book_open(struct book *b, const struct sheet_source *source)
{
    struct book_load *l = mem_alloc(sizeof *l);
    const char *code;

    memset(b, 0, sizeof *b);
    l->book = b;
    code = zip_read_open(&b->zip, source);
    if (!code)
        code = book_load(l);
    mem_free(l);
    return code;
}

void book_close(struct book *b)
{
    zip_read_free(&b->zip);
    mem_free(b->dated);
    strings_free(b->strings);
}
