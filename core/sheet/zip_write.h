/* A zip written front to back, deflated; inside core/sheet only. No zip64: a part or an archive of
 * 4 GiB ends it, so writers change sheets before (zip_part_size). */
#ifndef WULIAN_SHEET_ZIP_WRITE_H
#define WULIAN_SHEET_ZIP_WRITE_H

#include <zlib.h>

#include "base/buf.h"
#include "sheet/write.h"

enum { ZIP_NAME = 64, ZIP_OUT = 32 * 1024 };

struct zip_writer {
    const struct sheet_sink *sink;
    bool ok;
    uint64_t at;          /* bytes written */
    struct buf directory; /* grows by each part */
    unsigned parts;
    z_stream z;
    char name[ZIP_NAME];   /* of the open part */
    uint64_t start, plain; /* where it begins, its bytes so far */
    uint32_t crc;
    unsigned char out[ZIP_OUT];
};

void zip_write_init(struct zip_writer *z, const struct sheet_sink *sink);
void zip_part_begin(struct zip_writer *z, const char *name);
void zip_part_add(struct zip_writer *z, const void *p, size_t n);
void zip_part_end(struct zip_writer *z);
uint64_t zip_part_size(const struct zip_writer *z);
/* The directory. False: something was refused or too large on the way. */
bool zip_write_end(struct zip_writer *z);
void zip_write_free(struct zip_writer *z);

#endif
