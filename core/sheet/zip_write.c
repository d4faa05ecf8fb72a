#include "sheet/zip_write.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
    DIRECTORY_MAX = 1024 * 1024,
    FLAGS = 0x0808, /* sizes follow the data; names are UTF-8 */
    VERSION = 20,
    DEFLATED = 8,
    NO_TIME = 0,
    FIRST_DAY = 0x21, /* 1980-01-01: the same table gives the same bytes */
    LEVEL = 3
};

static void put16(struct buf *b, unsigned v)
{
    buf_char(b, (char)(v & 0xFF));
    buf_char(b, (char)(v >> 8 & 0xFF));
}

static void put32(struct buf *b, uint64_t v)
{
    put16(b, (unsigned)(v & 0xFFFF));
    put16(b, (unsigned)(v >> 16 & 0xFFFF));
}

void zip_write_init(struct zip_writer *z, const struct sheet_sink *sink)
{
    memset(z, 0, sizeof *z);
    z->sink = sink;
    buf_init(&z->directory, DIRECTORY_MAX);
    z->ok = deflateInit2(&z->z, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

static void zip_put(struct zip_writer *z, const void *p, size_t n)
{
    if (n && z->ok)
        z->ok = z->sink->write(z->sink->ctx, p, n);
    z->at += n;
}

static void zip_put_buf(struct zip_writer *z, struct buf *b)
{
    z->ok = z->ok && !b->over;
    zip_put(z, b->p, b->n);
    buf_free(b);
}

void zip_part_begin(struct zip_writer *z, const char *name)
{
    struct buf b;

    buf_init(&b, 256);
    z->ok = z->ok && str_format(z->name, sizeof z->name, "%s", name);
    z->start = z->at;
    z->plain = 0;
    z->crc = 0;
    put32(&b, 0x04034B50);
    put16(&b, VERSION);
    put16(&b, FLAGS);
    put16(&b, DEFLATED);
    put16(&b, NO_TIME);
    put16(&b, FIRST_DAY);
    put32(&b, 0);
    put32(&b, 0);
    put32(&b, 0);
    put16(&b, (unsigned)strlen(z->name));
    put16(&b, 0);
    buf_str(&b, z->name);
    zip_put_buf(z, &b);
}

static void zip_deflate(struct zip_writer *z, int flush)
{
    do {
        z->z.next_out = z->out;
        z->z.avail_out = sizeof z->out;
        deflate(&z->z, flush);
        zip_put(z, z->out, sizeof z->out - z->z.avail_out);
    } while (z->z.avail_out == 0);
}

void zip_part_add(struct zip_writer *z, const void *p, size_t n)
{
    if (!z->ok || !n)
        return;
    z->crc = (uint32_t)crc32(z->crc, p, (uInt)n);
    z->plain += n;
    z->z.next_in = (z_const Bytef *)(uintptr_t)p;
    z->z.avail_in = (uInt)n;
    zip_deflate(z, Z_NO_FLUSH);
}

uint64_t zip_part_size(const struct zip_writer *z)
{
    return z->plain;
}

/* The same three values stand behind the data and in the directory. */
static void put_sizes(struct buf *b, const struct zip_writer *z, uint64_t packed)
{
    put32(b, z->crc);
    put32(b, packed);
    put32(b, z->plain);
}

void zip_part_end(struct zip_writer *z)
{
    struct buf b, *d = &z->directory;
    uint64_t packed;

    if (!z->ok)
        return;
    zip_deflate(z, Z_FINISH);
    packed = z->z.total_out;
    deflateReset(&z->z);
    buf_init(&b, 64);
    put32(&b, 0x08074B50);
    put_sizes(&b, z, packed);
    zip_put_buf(z, &b);
    put32(d, 0x02014B50);
    put16(d, VERSION);
    put16(d, VERSION);
    put16(d, FLAGS);
    put16(d, DEFLATED);
    put16(d, NO_TIME);
    put16(d, FIRST_DAY);
    put_sizes(d, z, packed);
    put16(d, (unsigned)strlen(z->name));
    for (int i = 0; i < 4; i++)
        put16(d, 0);
    put32(d, 0);
    put32(d, z->start);
    buf_str(d, z->name);
    z->parts++;
    z->ok = z->ok && z->plain <= UINT32_MAX && z->at <= UINT32_MAX && z->parts < UINT16_MAX;
}

bool zip_write_end(struct zip_writer *z)
{
    uint64_t start = z->at;
    size_t n = z->directory.n;
    struct buf b;

    if (!z->ok || start + n > UINT32_MAX || z->directory.over)
        return z->ok = false;
    zip_put(z, z->directory.p, n);
    buf_init(&b, 64);
    put32(&b, 0x06054B50);
    put32(&b, 0);
    put16(&b, z->parts);
    put16(&b, z->parts);
    put32(&b, n);
    put32(&b, start);
    put16(&b, 0);
    zip_put_buf(z, &b);
    return z->ok;
}

void zip_write_free(struct zip_writer *z)
{
    deflateEnd(&z->z);
    buf_free(&z->directory);
}
