/* Reading a zip through a source with pread; inside core/sheet only. Everything is bounded: parts,
 * directory, what a part unpacks to. */
#ifndef WULIAN_SHEET_ZIP_READ_H
#define WULIAN_SHEET_ZIP_READ_H

#include <zlib.h>

#include "sheet/sheet.h"

enum { ZIP_PATH = 128, ZIP_PARTS_MAX = 2000, ZIP_IN = 32 * 1024 };

struct zip_entry {
    char name[ZIP_PATH];
    unsigned method, flags;
    uint32_t crc;
    uint64_t packed, plain, offset; /* offset of the local header */
};

struct zip_read {
    const struct sheet_source *source;
    struct zip_entry *entry;
    size_t entries;
};

/* The directory. Returns NULL or the code of a fault; zip_read_free after both. */
const char *zip_read_open(struct zip_read *z, const struct sheet_source *source);
/* Compares without regard to ASCII case and a leading slash; NULL: not there. */
const struct zip_entry *zip_find(const struct zip_read *z, const char *name);
void zip_read_free(struct zip_read *z);

struct zip_stream {
    const struct sheet_source *source;
    const struct zip_entry *entry;
    uint64_t at, left;     /* of the packed bytes */
    uint64_t plain, limit; /* unpacked so far, at most */
    uint32_t crc;
    bool done;
    const char *code; /* NULL: no fault */
    z_stream z;
    unsigned char in[ZIP_IN];
};

/* False: code says why; zip_stream_close after both. */
bool zip_stream_open(struct zip_stream *s, const struct zip_read *z, const struct zip_entry *entry,
                     uint64_t limit);
/* The next unpacked bytes: 0 at the end, or when code is set. */
size_t zip_stream_read(struct zip_stream *s, void *buf, size_t n);
void zip_stream_close(struct zip_stream *s);

#endif
