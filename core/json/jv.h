/* Reading JSON. The only place that includes jansson.h is this folder's .c files. Values belong to
 * the arena they were parsed into and are read-only. */
#ifndef WULIAN_JSON_JV_H
#define WULIAN_JSON_JV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct jv; /* a JSON value; NULL stands for "not there" in every accessor below */

enum { JV_VALUES_MAX = 65536 }; /* in one text: a batch of 500 records has a third of it */

enum jv_type { JV_NONE, JV_NULL, JV_BOOL, JV_INT, JV_REAL, JV_TEXT, JV_ARRAY, JV_OBJECT };

struct jv_fault {
    int line, column;
    const char *text; /* a constant, English, no input echoed */
};

/* Parses the whole of p[0..n): duplicate keys, nesting deeper than 32, U+0000, trailing bytes and
 * bad UTF-8 are refused, and so are more than JV_VALUES_MAX values. NULL on fault. n is bounded by
 * the caller (1 MiB for request bodies). */
const struct jv *jv_parse(struct arena *a, const char *p, size_t n, struct jv_fault *fault);

enum jv_type jv_type(const struct jv *v);
const struct jv *jv_get(const struct jv *object, const char *key);
const char *jv_text(const struct jv *v);            /* NULL unless text */
bool jv_int(const struct jv *v, int64_t *out);      /* false unless an integer within ±2^53-1 */
bool jv_bool(const struct jv *v, bool *out);
size_t jv_count(const struct jv *v);                /* of an array or object, else 0 */
const struct jv *jv_at(const struct jv *array, size_t i);
/* Walks an object's members in input order: start with *at = NULL; false at the end. */
bool jv_member(const struct jv *object, void **at, const char **key, const struct jv **value);
/* Compact text of a value with sorted keys (canonical for hashing and jsonb parameters); NULL gives
 * null. */
char *jv_dump(struct arena *a, const struct jv *v);

#endif
