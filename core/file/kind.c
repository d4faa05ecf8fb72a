#include "file/kind.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

enum {
    ZIP_END = 22,               /* of its last record without comment */
    ZIP_TAIL = ZIP_END + 65535, /* where that record may begin */
    ZIP_ENTRY = 46,
    ZIP_ENTRIES_MAX = 10000,
    PDF_TAIL = 1024,
    HEAD_TEXT = 512
};

static const char zip_types[] = "[Content_Types].xml";

/* Exactly n bytes from `at`. */
static bool bytes_at(struct file *f, int64_t at, void *out, size_t n)
{
    char *to = out;

    if (at < 0)
        return false;
    while (n > 0) {
        ssize_t got = file_read(f, at, to, n);

        if (got <= 0)
            return false;
        to += got;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool begins(struct file *f, const void *magic, size_t n)
{
    char head[16];

    return n <= sizeof head && bytes_at(f, 0, head, n) && memcmp(head, magic, n) == 0;
}

static uint32_t little(const uint8_t *p, int n)
{
    uint32_t v = 0;

    for (int i = n - 1; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

/* --- zip -------------------------------------------------------------------------------------- */

/* The record a zip archive ends with, wherever it begins; that is what makes any file one. */
static bool zip_end_find(struct file *f, uint8_t end[ZIP_END])
{
    size_t n = file_size(f) < ZIP_TAIL ? (size_t)file_size(f) : ZIP_TAIL;
    uint8_t *tail = mem_alloc(n);
    bool found = false;

    if (n >= ZIP_END && bytes_at(f, file_size(f) - (int64_t)n, tail, n))
        for (size_t i = n - ZIP_END + 1; i-- > 0 && !found;)
            if (memcmp(tail + i, "PK\5\6", 4) == 0 && i + ZIP_END + little(tail + i + 20, 2) == n) {
                memcpy(end, tail + i, ZIP_END);
                found = true;
            }
    mem_free(tail);
    return found;
}

struct zip_entry {
    char name[64]; /* longer ones are cut */
    int64_t next;
};

static bool zip_entry_read(struct file *f, int64_t at, struct zip_entry *e)
{
    uint8_t head[ZIP_ENTRY];
    size_t n, keep;

    if (!bytes_at(f, at, head, sizeof head) || memcmp(head, "PK\1\2", 4) != 0)
        return false;
    n = little(head + 28, 2);
    keep = n < sizeof e->name ? n : sizeof e->name - 1;
    if (!bytes_at(f, at + ZIP_ENTRY, e->name, keep))
        return false;
    e->name[keep] = '\0';
    e->next = at + ZIP_ENTRY + (int64_t)n + little(head + 30, 2) + little(head + 32, 2);
    return true;
}

/* An office document: begins with an entry, and its directory holds the two that make it one. */
static bool zip_probe(struct file *f, const struct file_kind *k)
{
    uint8_t end[ZIP_END];
    struct zip_entry e;
    bool types = false;
    bool part = false;
    uint32_t count;
    int64_t at;

    if (!begins(f, "PK\3\4", 4) || !zip_end_find(f, end))
        return false;
    count = little(end + 10, 2);
    at = little(end + 16, 4);
    if (count > ZIP_ENTRIES_MAX)
        return false;
    for (uint32_t i = 0; i < count && !(types && part); i++, at = e.next) {
        if (!zip_entry_read(f, at, &e))
            return false;
        types = types || str_eq(e.name, zip_types);
        part = part || str_eq(e.name, k->part);
    }
    return types && part;
}

/* --- the others ------------------------------------------------------------------------------- */

static bool jpeg_probe(struct file *f, const struct file_kind *k)
{
    (void)k;
    return begins(f, "\xff\xd8\xff", 3);
}

static bool png_probe(struct file *f, const struct file_kind *k)
{
    static const char last[12] = "\0\0\0\0IEND\xae\x42\x60\x82";
    char tail[sizeof last];

    (void)k;
    return begins(f, "\x89PNG\r\n\x1a\n", 8) &&
           bytes_at(f, file_size(f) - (int64_t)sizeof tail, tail, sizeof tail) &&
           memcmp(tail, last, sizeof last) == 0;
}

static bool webp_probe(struct file *f, const struct file_kind *k)
{
    uint8_t head[12];

    (void)k;
    return bytes_at(f, 0, head, sizeof head) && memcmp(head, "RIFF", 4) == 0 &&
           memcmp(head + 8, "WEBP", 4) == 0 && (int64_t)little(head + 4, 4) + 8 == file_size(f);
}

static bool wave_probe(struct file *f, const struct file_kind *k)
{
    uint8_t head[12];

    (void)k;
    return bytes_at(f, 0, head, sizeof head) && memcmp(head, "RIFF", 4) == 0 &&
           memcmp(head + 8, "WAVE", 4) == 0 && (int64_t)little(head + 4, 4) + 8 == file_size(f);
}

/* A tag of its second version, or a frame of layer III with a bit rate and a sampling rate. */
static bool mp3_probe(struct file *f, const struct file_kind *k)
{
    uint8_t head[4];

    (void)k;
    if (!bytes_at(f, 0, head, sizeof head))
        return false;
    return memcmp(head, "ID3", 3) == 0 ||
           (head[0] == 0xff && (head[1] & 0xe6) == 0xe2 && head[2] >> 4 != 0 &&
            head[2] >> 4 != 15 && (head[2] >> 2 & 3) != 3);
}

static bool pdf_probe(struct file *f, const struct file_kind *k)
{
    size_t n = file_size(f) < PDF_TAIL ? (size_t)file_size(f) : PDF_TAIL;
    char tail[PDF_TAIL];

    (void)k;
    if (!begins(f, "%PDF-", 5) || !bytes_at(f, file_size(f) - (int64_t)n, tail, n))
        return false;
    for (size_t i = 0; i + 5 <= n; i++)
        if (memcmp(tail + i, "%%EOF", 5) == 0)
            return true;
    return false;
}

/* Text is not a page that a browser would run. */
static bool markup(struct file *f)
{
    char head[HEAD_TEXT];
    size_t n = file_size(f) < HEAD_TEXT ? (size_t)file_size(f) : HEAD_TEXT;
    size_t at = 0;

    if (!bytes_at(f, 0, head, n))
        return true;
    if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    while (at < n && strchr(" \t\r\n", head[at]) && head[at])
        at++;
    return at < n && head[at] == '<';
}

/* No control characters: UTF-8 and GB18030 have none within their characters. UTF-16 says what it
 * is with its first two bytes. */
static bool text_probe(struct file *f, const struct file_kind *k)
{
    char *piece;
    bool fine = true;
    ssize_t n = 0;

    (void)k;
    if (markup(f))
        return false;
    if (begins(f, "\xff\xfe", 2) || begins(f, "\xfe\xff", 2))
        return file_size(f) % 2 == 0;
    piece = mem_alloc(FILE_PIECE);
    for (int64_t at = 0; fine && (n = file_read(f, at, piece, FILE_PIECE)) > 0; at += n)
        for (ssize_t i = 0; i < n && fine; i++) {
            unsigned char c = (unsigned char)piece[i];
            fine = (c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n' || c == '\r';
        }
    mem_free(piece);
    return fine && n == 0;
}

/* --- the list --------------------------------------------------------------------------------- */

static const char images[] = "file.image_bytes";
static const char documents[] = "file.document_bytes";
static const char sheets[] = "file.sheet_bytes";
static const char sounds[] = "file.audio_bytes";

static const struct file_kind kinds[] = {
    {"image/jpeg", "image", "jpg jpeg", images, jpeg_probe, NULL},
    {"image/png", "image", "png", images, png_probe, NULL},
    {"image/webp", "image", "webp", images, webp_probe, NULL},
    {"application/pdf", "pdf", "pdf", documents, pdf_probe, NULL},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "office", "docx",
     documents, zip_probe, "word/document.xml"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "office", "xlsx", sheets,
     zip_probe, "xl/workbook.xml"},
    {"audio/mpeg", "audio", "mp3", sounds, mp3_probe, NULL},
    {"audio/wav", "audio", "wav", sounds, wave_probe, NULL},
    {"text/csv", "text", "csv", sheets, text_probe, NULL},
    {"text/plain", "text", "txt", documents, text_probe, NULL},
};

const struct file_kind *file_kind_find(const char *type)
{
    for (size_t i = 0; type && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcasecmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

bool file_kind_named(const struct file_kind *k, const char *name)
{
    const char *dot = strrchr(name, '.');
    char ending[8] = "";

    for (size_t i = 0; dot && dot[i + 1] && i + 1 < sizeof ending; i++)
        ending[i] = dot[i + 1] >= 'A' && dot[i + 1] <= 'Z' ? (char)(dot[i + 1] | 0x20) : dot[i + 1];
    return *ending && strlen(dot + 1) < sizeof ending && str_has_word(k->endings, ending);
}

bool file_kind_holds(struct file *f, const struct file_kind *k)
{
    uint8_t end[ZIP_END];

    return k->probe(f, k) && (k->part || !zip_end_find(f, end));
}
