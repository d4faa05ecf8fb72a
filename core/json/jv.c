#include "json/jv.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/jw.h"

enum { REAL_TEXT = 32, DUMP_MAX_BYTES = 64 * 1024 * 1024 };
#define INT_LIMIT INT64_C(9007199254740991) /* 2^53-1: what JavaScript keeps exactly */

static const json_t *to_json(const struct jv *v)
{
    return (const json_t *)v;
}

static const struct jv *from_json(const json_t *j)
{
    return (const struct jv *)j;
}

/* Where the text that begins at i ends; n when it does not. */
static size_t text_end(const char *p, size_t n, size_t i)
{
    for (i++; i < n && p[i] != '"'; i++)
        i += p[i] == '\\';
    return i;
}

/* What is wrong with nesting or number of values, and where; NULL when nothing. jansson's own limit
 * of 2048 levels is a constant and too much stack for a worker thread, and a megabyte of "{},"
 * would become a hundred megabytes of its objects, so both are counted before it begins. */
static const char *bounds_fault(const char *p, size_t n, size_t *at)
{
    const char *zero = n ? memchr(p, 0, n) : NULL;
    int depth = 0;
    size_t values = 1;

    /* jansson takes a NUL behind the value for the end of the text */
    if (zero) {
        *at = (size_t)(zero - p);
        return "U+0000 is not allowed";
    }
    for (size_t i = 0; i < n; i++) {
        char c = p[i];

        if (c == '"') {
            i = text_end(p, n, i);
            continue;
        }
        depth += (c == '[' || c == '{') - (c == ']' || c == '}');
        values += c == '[' || c == '{' || c == ',';
        *at = i;
        if (depth > JW_DEPTH)
            return "nested deeper than 32 levels";
        if (values > JV_VALUES_MAX)
            return "more than 65536 values";
    }
    return NULL;
}

static void fault_at(struct jv_fault *fault, const char *p, size_t offset, const char *text)
{
    fault->line = 1;
    fault->column = 1;
    for (size_t i = 0; i < offset; i++) {
        /* columns count characters, as jansson's do */
        fault->column += ((unsigned char)p[i] & 0xC0) != 0x80;
        if (p[i] == '\n') {
            fault->line++;
            fault->column = 1;
        }
    }
    fault->text = text;
}

/* jansson's own messages end in "near '…'" with a piece of the input, so codes choose ours. */
static const char *fault_text(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "something stands behind the value";
    case json_error_invalid_utf8:
        return "not valid UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "U+0000 is not allowed";
    case json_error_duplicate_key:
        return "a key stands twice in one object";
    case json_error_numeric_overflow:
        return "a number is too large";
    default:
        return "not valid JSON";
    }
}

static void value_free(void *v)
{
    json_decref(v);
}

/* Without, jansson takes its own want of memory for a fault of the text; so would our client. */
static pthread_once_t memory = PTHREAD_ONCE_INIT;

static void *memory_take(size_t n)
{
    return mem_realloc(NULL, n);
}

static void memory_set(void)
{
    json_set_alloc_funcs(memory_take, mem_free);
}

const struct jv *jv_parse(struct arena *a, const char *p, size_t n, struct jv_fault *fault)
{
    size_t at = 0;
    const char *text = bounds_fault(p, n, &at);
    json_error_t error;
    json_t *root;

    if (text) {
        fault_at(fault, p, at, text);
        return NULL;
    }
    pthread_once(&memory, memory_set);
    root = json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!root) {
        fault->line = error.line;
        fault->column = error.column;
        fault->text = fault_text(&error);
        return NULL;
    }
    arena_defer(a, value_free, root);
    return from_json(root);
}

enum jv_type jv_type(const struct jv *v)
{
    if (!v)
        return JV_NONE;
    switch (json_typeof(to_json(v))) {
    case JSON_OBJECT:
        return JV_OBJECT;
    case JSON_ARRAY:
        return JV_ARRAY;
    case JSON_STRING:
        return JV_TEXT;
    case JSON_INTEGER:
        return JV_INT;
    case JSON_REAL:
        return JV_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JV_BOOL;
    case JSON_NULL:
        return JV_NULL;
    }
    return JV_NONE;
}

const struct jv *jv_get(const struct jv *object, const char *key)
{
    return from_json(json_object_get(to_json(object), key));
}

const char *jv_text(const struct jv *v)
{
    return json_string_value(to_json(v));
}

bool jv_int(const struct jv *v, int64_t *out)
{
    int64_t value;

    if (jv_type(v) != JV_INT)
        return false;
    value = json_integer_value(to_json(v));
    if (value > INT_LIMIT || value < -INT_LIMIT)
        return false;
    *out = value;
    return true;
}

bool jv_bool(const struct jv *v, bool *out)
{
    if (jv_type(v) != JV_BOOL)
        return false;
    *out = json_is_true(to_json(v));
    return true;
}

size_t jv_count(const struct jv *v)
{
    return jv_type(v) == JV_OBJECT ? json_object_size(to_json(v)) : json_array_size(to_json(v));
}

const struct jv *jv_at(const struct jv *array, size_t i)
{
    return from_json(json_array_get(to_json(array), i));
}

/* jansson's iterators change nothing but are declared on mutable objects. */
static json_t *iterable(const struct jv *object)
{
    return (json_t *)(uintptr_t)object;
}

bool jv_member(const struct jv *object, void **at, const char **key, const struct jv **value)
{
    json_t *o = iterable(object);
    void *next = *at ? json_object_iter_next(o, *at) : json_object_iter(o);

    if (!next)
        return false;
    *at = next;
    *key = json_object_iter_key(next);
    *value = from_json(json_object_iter_value(next));
    return true;
}

static int key_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The shortest of 15 to 17 digits that reads back as the same number, marked as a real. */
static void dump_real(struct jw *w, double real)
{
    char text[REAL_TEXT];
    int digits = 15;

    do {
        snprintf(text, sizeof text - 2, "%.*g", digits, real);
    } while (strtod(text, NULL) != real && ++digits <= 17);
    if (!strpbrk(text, ".e"))
        memcpy(text + strlen(text), ".0", 3);
    jw_raw(w, text, strlen(text));
}

static void dump(struct arena *a, struct jw *w, const struct jv *v);

static void dump_object(struct arena *a, struct jw *w, const struct jv *object)
{
    size_t n = jv_count(object);
    const char **keys = arena_alloc(a, n * sizeof *keys);
    const struct jv *value;
    void *at = NULL;

    for (size_t i = 0; i < n; i++)
        jv_member(object, &at, &keys[i], &value);
    if (n)
        qsort(keys, n, sizeof *keys, key_compare);
    jw_object(w);
    for (size_t i = 0; i < n; i++) {
        jw_key(w, keys[i]);
        dump(a, w, jv_get(object, keys[i]));
    }
    jw_end(w, '}');
}

/* Recursion is bounded: jv_parse lets nothing deeper than JW_DEPTH through. */
static void dump(struct arena *a, struct jw *w, const struct jv *v)
{
    switch (jv_type(v)) {
    case JV_NONE:
    case JV_NULL:
        jw_null(w);
        break;
    case JV_BOOL:
        jw_bool(w, json_is_true(to_json(v)));
        break;
    case JV_INT:
        jw_int(w, json_integer_value(to_json(v)));
        break;
    case JV_REAL:
        dump_real(w, json_real_value(to_json(v)));
        break;
    case JV_TEXT:
        jw_text(w, jv_text(v));
        break;
    case JV_ARRAY:
        jw_array(w);
        for (size_t i = 0; i < jv_count(v); i++)
            dump(a, w, jv_at(v, i));
        jw_end(w, ']');
        break;
    case JV_OBJECT:
        dump_object(a, w, v);
        break;
    }
}

char *jv_dump(struct arena *a, const struct jv *v)
{
    struct buf out;
    struct jw w;
    char *text;

    buf_init(&out, DUMP_MAX_BYTES);
    jw_init(&w, &out);
    dump(a, &w, v);
    /* the text of a bounded input is bounded: at most six bytes for each of its own */
    if (out.over)
        mem_die("wulian: JSON value too large to write");
    text = arena_strndup(a, out.p, out.n);
    buf_free(&out);
    return text;
}
