#include "sheet/zip_read.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "sheet/input.h"

enum {
    END = 22, /* bytes of the end record */
    END64_LOCATOR = 20,
    END64 = 56,
    COMMENT_MAX = 65535,
    DIRECTORY_MAX = 2 * 1024 * 1024,
    RECORD = 46, /* of the directory */
    LOCAL = 30,
    STORED = 0,
    DEFLATED = 8,
    ENCRYPTED = 1,
    RATIO_MAX = 200,
    RATIO_FREE = 64 * 1024 * 1024 /* below this any ratio is fine */
};

static unsigned get16(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t get32(const unsigned char *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static uint64_t get64(const unsigned char *p)
{
    return get32(p) | (uint64_t)get32(p + 4) << 32;
}

struct directory {
    uint64_t offset, size, count;
};

static bool directory64(const struct sheet_source *source, uint64_t end, struct directory *d)
{
    unsigned char b[END64];

    if (end < END64_LOCATOR || !input_pread(source, b, END64_LOCATOR, end - END64_LOCATOR) ||
        get32(b) != 0x07064B50 || !input_pread(source, b, END64, get64(b + 8)) ||
        get32(b) != 0x06064B50)
        return false;
    d->count = get64(b + 32);
    d->size = get64(b + 40);
    d->offset = get64(b + 48);
    return true;
}

/* The end record stands last, before a comment of unknown length. */
static bool directory_find(const struct sheet_source *source, struct directory *d)
{
    size_t n = source->size < END + COMMENT_MAX ? (size_t)source->size : END + COMMENT_MAX;
    unsigned char *tail = mem_alloc(n);
    uint64_t start = source->size - n;
    bool found = false;

    if (n < END || !input_pread(source, tail, n, start))
        goto out;
    for (size_t at = n - END + 1; at-- > 0 && !found;) {
        if (get32(tail + at) != 0x06054B50)
            continue;
        found = true;
        d->count = get16(tail + at + 10);
        d->size = get32(tail + at + 12);
        d->offset = get32(tail + at + 16);
        if (d->count == UINT16_MAX || d->size == UINT32_MAX || d->offset == UINT32_MAX)
            found = directory64(source, start + at, d);
    }
out:
    mem_free(tail);
    return found;
}

/* Sizes that do not fit 32 bits stand in an extra field, in this order. */
static void extra64(struct zip_entry *e, const unsigned char *p, size_t n)
{
    uint64_t *const value[] = {&e->plain, &e->packed, &e->offset};

    while (n >= 4) {
        size_t len = get16(p + 2);
        size_t at = 4;

        if (len > n - 4)
            return;
        for (size_t i = 0; get16(p) == 1 && i < 3; i++)
            if (*value[i] == UINT32_MAX && at + 8 <= len + 4) {
                *value[i] = get64(p + at);
                at += 8;
            }
        p += 4 + len;
        n -= 4 + len;
    }
}

static bool directory_read(struct zip_read *z, const unsigned char *p, size_t n, uint64_t count)
{
    while (count-- > 0) {
        struct zip_entry *e = &z->entry[z->entries];
        size_t name, extra, comment;

        if (n < RECORD || get32(p) != 0x02014B50)
            return false;
        name = get16(p + 28);
        extra = get16(p + 30);
        comment = get16(p + 32);
        if (name + extra + comment > n - RECORD)
            return false;
        *e = (struct zip_entry){
            "",           get16(p + 10), get16(p + 8), get32(p + 16), get32(p + 20), get32(p + 24),
            get32(p + 42)};
        extra64(e, p + RECORD + name, extra);
        if (name < ZIP_PATH) {
            memcpy(e->name, p + RECORD, name);
            z->entries++;
        }
        p += RECORD + name + extra + comment;
        n -= RECORD + name + extra + comment;
    }
    return true;
}

const char *zip_read_open(struct zip_read *z, const struct sheet_source *source)
{
    struct directory d = {0, 0, 0};
    unsigned char *p = NULL;
    const char *code = "sheet_broken";

    memset(z, 0, sizeof *z);
    z->source = source;
    if (!directory_find(source, &d))
        goto out;
    if (d.count > ZIP_PARTS_MAX || d.size > DIRECTORY_MAX) {
        code = "sheet_bomb";
        goto out;
    }
    p = mem_alloc((size_t)d.size);
    z->entry = mem_array((size_t)d.count + 1, sizeof *z->entry);
    if (input_pread(source, p, (size_t)d.size, d.offset) &&
        directory_read(z, p, (size_t)d.size, d.count))
        code = NULL;
out:
    mem_free(p);
    return code;
}

const struct zip_entry *zip_find(const struct zip_read *z, const char *name)
{
    name += *name == '/';
    for (size_t i = 0; i < z->entries; i++)
        if (!strcasecmp(z->entry[i].name, name))
            return &z->entry[i];
    return NULL;
}

void zip_read_free(struct zip_read *z)
{
    mem_free(z->entry);
}

bool zip_stream_open(struct zip_stream *s, const struct zip_read *z, const struct zip_entry *entry,
                     uint64_t limit)
{
    unsigned char head[LOCAL];

    memset(s, 0, sizeof *s);
    s->source = z->source;
    s->entry = entry;
    s->limit = limit;
    s->left = entry->packed;
    s->code = "sheet_broken";
    if (entry->flags & ENCRYPTED)
        s->code = "sheet_encrypted";
    else if ((entry->method == STORED || entry->method == DEFLATED) &&
             input_pread(z->source, head, LOCAL, entry->offset) && get32(head) == 0x04034B50)
        s->code = NULL;
    s->at = entry->offset + LOCAL + get16(head + 26) + get16(head + 28);
    if (!s->code && inflateInit2(&s->z, -MAX_WBITS) != Z_OK)
        s->code = "sheet_broken";
    return !s->code;
}

static bool stream_fill(struct zip_stream *s)
{
    size_t n = s->left < ZIP_IN ? (size_t)s->left : ZIP_IN;

    if (s->z.avail_in)
        return true;
    if (!n || !input_pread(s->source, s->in, n, s->at))
        return false;
    s->at += n;
    s->left -= n;
    s->z.next_in = s->in;
    s->z.avail_in = (uInt)n;
    return true;
}

/* Bytes into z.next_out; sets done at the end. */
static bool stream_unpack(struct zip_stream *s)
{
    size_t n;
    int result;

    if (s->entry->method == DEFLATED) {
        result = inflate(&s->z, Z_NO_FLUSH);
        s->done = result == Z_STREAM_END;
        return s->done || result == Z_OK || result == Z_BUF_ERROR;
    }
    n = s->z.avail_in < s->z.avail_out ? s->z.avail_in : s->z.avail_out;
    memcpy(s->z.next_out, s->z.next_in, n);
    s->z.next_in += n;
    s->z.next_out += n;
    s->z.avail_in -= (uInt)n;
    s->z.avail_out -= (uInt)n;
    return true;
}

static void stream_judge(struct zip_stream *s)
{
    uint64_t taken = s->entry->packed - s->left;

    if (s->plain > s->limit || (s->plain > RATIO_FREE && s->plain / RATIO_MAX > taken))
        s->code = "sheet_bomb";
    else if (s->done && (s->crc != s->entry->crc || s->plain != s->entry->plain))
        s->code = "sheet_broken";
}

size_t zip_stream_read(struct zip_stream *s, void *buf, size_t n)
{
    size_t got;

    if (s->done || s->code)
        return 0;
    s->z.next_out = buf;
    s->z.avail_out = (uInt)n;
    while (s->z.avail_out && !s->done && !s->code) {
        if (s->entry->method == STORED && !s->left && !s->z.avail_in)
            s->done = true;
        else if (!stream_fill(s) || !stream_unpack(s))
            s->code = "sheet_broken";
    }
    got = n - s->z.avail_out;
    s->crc = (uint32_t)crc32(s->crc, buf, (uInt)got);
    s->plain += got;
    if (!s->code)
        stream_judge(s);
    return s->code ? 0 : got;
}

void zip_stream_close(struct zip_stream *s)
{
    inflateEnd(&s->z);
}
