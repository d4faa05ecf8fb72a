/* The console's build, held in memory: what was there at start is all that can be served, so no
 * request ever becomes a file name. */
#ifndef WULIAN_HTTP_STATIC_H
#define WULIAN_HTTP_STATIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "call/call.h"

enum { STATIC_FILES_MAX = 1024, STATIC_FILE_MAX = 16 << 20, STATIC_TOTAL_MAX = 64 << 20 };

struct static_body {
    char *p; /* never written to; NULL: there is no such variant */
    size_t n;
    char etag[36]; /* strong, quotes included */
};

enum static_coding { CODING_PLAIN, CODING_GZIP, CODING_BROTLI, CODINGS };

struct static_file {
    const char *path; /* "/assets/index-3f2a.js" */
    const char *type;
    bool immutable; /* below /assets/: its name holds its hash */
    struct static_body body[CODINGS];
};

struct statics;

/* Reads every regular file below `root` (no symbolic links, no names that begin with a dot); "x.gz"
 * and "x.br" beside "x" become its variants. `root` NULL: only a plain page at "/" that says where
 * the API is. NULL with *why (in the arena) when something cannot be read or is too large. The
 * result lives in the arena, which needs room for STATIC_TOTAL_MAX. */
struct statics *statics_load(struct arena *a, const char *root, const char *version,
                             const char **why);
/* The file at this raw path; a folder, "/" or "/m", is its index.html. NULL when there is none. */
const struct static_file *static_find(const struct statics *s, const char *path, enum lang lang);
/* The best variant this Accept-Encoding value (NULL is fine) takes. */
enum static_coding static_coding_choose(const struct static_file *f, const char *accept);

#endif
