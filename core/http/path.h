/* The request target, taken apart and percent-decoded exactly once (ASVS 1.1.1). libmicrohttpd is
 * told to leave it alone. */
#ifndef WULIAN_HTTP_PATH_H
#define WULIAN_HTTP_PATH_H

#include <stdbool.h>

#include "call/call.h"

enum { PATH_SEGMENTS_MAX = 16 };

struct path {
    const char *segment[PATH_SEGMENTS_MAX]; /* decoded; none is empty, "." or ".." */
    int n;                                  /* 0: the path is "/" */
    bool folder;                            /* ends with a slash behind a segment: "/m/" */
};

/* `target` is the raw request target in origin form ("/a/b?c=d"). Fills p with the path's segments
 * and c->path with the raw path; everything in c's arena. False with a problem code in *code for:
 * not starting with '/', bytes that may not stand raw in a path (RFC 3986 pchar), bad escapes, bad
 * UTF-8, an escaped '/', '\' or control character, an empty, "." or ".." segment, more than 16
 * segments. */
bool path_parse(struct call *c, const char *target, struct path *p, const char **code);
/* Fills c->query from the part behind the first '?'. False with a problem code for: bytes that may
 * not stand raw there, bad escapes, bad UTF-8, an empty name, a repeated name, more than
 * CALL_QUERY_MAX. */
bool query_parse(struct call *c, const char *target, const char **code);

#endif
