#include "sheet/kind.h"

#include <string.h>
#include <strings.h>

#include "sheet/input.h"

enum { OLE_SECTOR_SHIFT = 30, OLE_DIRECTORY = 48, DIRECTORY_LOOKED_AT = 4096 };

static const struct {
    const char *head;
    const char *code;
} known[] = {
    {"%PDF", "sheet_not_table"},         {"\x89PNG", "sheet_not_table"},
    {"\xFF\xD8\xFF", "sheet_not_table"}, {"GIF8", "sheet_not_table"},
    {"Rar!", "sheet_not_table"},         {"7z\xBC\xAF", "sheet_not_table"},
    {"\x1F\x8B", "sheet_not_table"},     {"{\\rtf", "sheet_not_table"},
};

/* What other systems export under the name .xls: pages and XML of their own. */
static const char *const markup[] = {"<html", "<!doctype", "<table",       "<?xml",
                                     "<meta", "<head",     "MIME-Version:"};

static bool looks_like_markup(const unsigned char *head, size_t n)
{
    const char *p = (const char *)head;

    if (n >= 3 && !memcmp(head, "\xEF\xBB\xBF", 3))
        p += 3, n -= 3;
    while (n && strchr(" \t\r\n", *p) && *p)
        p++, n--;
    for (size_t i = 0; i < sizeof markup / sizeof *markup; i++)
        if (n >= strlen(markup[i]) && !strncasecmp(p, markup[i], strlen(markup[i])))
            return true;
    return false;
}

static uint32_t le32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* A workbook with a password is an OLE file with a stream of this name; else it is an old .xls. */
static const char *ole_code(const struct sheet_source *source, const unsigned char *head, size_t n)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    unsigned char directory[DIRECTORY_LOOKED_AT];
    size_t want = sizeof directory;
    uint64_t at;

    if (n < 512 || head[OLE_SECTOR_SHIFT] > 12)
        return "sheet_old_xls";
    at = ((uint64_t)le32(head + OLE_DIRECTORY) + 1) << head[OLE_SECTOR_SHIFT];
    if (at < source->size && source->size - at < want)
        want = (size_t)(source->size - at);
    if (input_pread(source, directory, want, at)) {
        head = directory;
        n = want;
    }
    for (size_t i = 0; i + sizeof name <= n; i++)
        if (!memcmp(head + i, name, sizeof name))
            return "sheet_encrypted";
    return "sheet_old_xls";
}

static const char *refusal(const struct sheet_source *source, const unsigned char *head, size_t n)
{
    if (n >= 8 && !memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return ole_code(source, head, n);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= strlen(known[i].head) && !memcmp(head, known[i].head, strlen(known[i].head)))
            return known[i].code;
    return looks_like_markup(head, n) ? "sheet_not_table" : NULL;
}

enum file_kind file_kind_tell(const struct sheet_source *source, const unsigned char *head,
                              size_t n, struct sheet_fault *fault)
{
    const char *code;

    if (n >= 4 && !memcmp(head, "PK\3\4", 4))
        return FILE_ZIP;
    code = refusal(source, head, n);
    if (!code)
        return FILE_TEXT;
    sheet_fault_set(fault, code, 0, 0, 0);
    return FILE_REFUSED;
}
