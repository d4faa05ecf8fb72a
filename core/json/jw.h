/* Writing JSON: append-only, straight into a buffer; commas and nesting are kept for the caller.
 * Misuse (a value without a key in an object …) is our bug and asserts. */
#ifndef WULIAN_JSON_JW_H
#define WULIAN_JSON_JW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { JW_DEPTH = 32 };

struct jw {
    struct buf *out;
    int depth;        /* open objects and arrays */
    uint64_t filled;  /* bit 0: this level already has a member; above it those around it */
    uint64_t objects; /* likewise: it is an object */
    bool keyed;       /* a key was written, its value has not been */
};

void jw_init(struct jw *w, struct buf *out);
void jw_object(struct jw *w);
void jw_array(struct jw *w);
void jw_end(struct jw *w, char close); /* '}' or ']' */
void jw_key(struct jw *w, const char *key);
/* A key written out ahead, with the comma that parts it from a member before: `,"key":`. */
struct jw_name {
    const char *text;
    size_t n;
};
#define JW_NAME(key) {",\"" key "\":", sizeof(",\"" key "\":") - 1}
void jw_key_made(struct jw *w, const struct jw_name *key);
void jw_text(struct jw *w, const char *s); /* NULL gives null; escapes ", \, controls, U+2028/9 */
void jw_text_n(struct jw *w, const char *s, size_t n);
/* Same of a text that cannot hold anything to escape: an id, a time, a number as text. */
void jw_plain_n(struct jw *w, const char *s, size_t n);
void jw_int(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
/* n bytes that are already one valid JSON value. */
void jw_raw(struct jw *w, const char *p, size_t n);
/* A made key and its value in one go, for rows: as jw_text_n, jw_plain_n and jw_raw write it. */
void jw_member_text(struct jw *w, const struct jw_name *key, const char *s, size_t n);
void jw_member_plain(struct jw *w, const struct jw_name *key, const char *s, size_t n);
void jw_member_raw(struct jw *w, const struct jw_name *key, const char *p, size_t n);
/* key + value in one line. */
void jw_kv_text(struct jw *w, const char *key, const char *s);
void jw_kv_int(struct jw *w, const char *key, int64_t v);
void jw_kv_bool(struct jw *w, const char *key, bool v);

#endif
