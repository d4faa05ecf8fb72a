/* Small pictures (缩略图) of photos, made by another program in a child with nothing to lose: what
 * decodes a stranger's picture must not share memory with anything. */
#ifndef WULIAN_FILE_THUMB_H
#define WULIAN_FILE_THUMB_H

#include "file/store.h"

enum thumb {
    THUMB_MADE,
    THUMB_NONE, /* the picture gives none: too large, broken */
    THUMB_LATER /* the system's fault: no such program, no keys, disk full; logged */
};

/* The program (GraphicsMagick's gm). Once, before the first use. */
void thumb_program(const char *path);

/* A JPEG of at most 320 × 320 pixels without the picture's metadata, as a blob of its own. Blocks
 * for at most 20 seconds. */
enum thumb thumb_make(int county, const char *address, const char *type,
                      char out[FILE_ADDRESS_TEXT]);

#endif
