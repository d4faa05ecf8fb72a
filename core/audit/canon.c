#include "audit/canon.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/uuid.h"
#include "crypto/crypto.h"
#include "json/jv.h"
#include "json/jw.h"

enum { HEX_MAX = 4096, LINE_MAX_BYTES = 1 << 16 };

/* --- bytes ------------------------------------------------------------------------------------ */

static void number_add(struct buf *out, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        buf_char(out, (char)(uint8_t)(v >> (8 * i)));
}

static bool int_add(struct buf *out, const char *s)
{
    int64_t v;

    if (!str_int64(s, &v))
        return false;
    number_add(out, (uint64_t)v, 8);
    return true;
}

static bool uuid_add(struct buf *out, const char *s)
{
    char hex[32];
    uint8_t bytes[16];
    size_t n = 0;

    if (!uuid_valid(s))
        return false;
    for (; *s; s++)
        if (*s != '-')
            hex[n++] = *s;
    if (!hex_decode(hex, sizeof hex, bytes, sizeof bytes, &n))
        return false;
    buf_add(out, bytes, n);
    return true;
}

static bool hex_add(struct buf *out, const char *s)
{
    uint8_t bytes[HEX_MAX];
    size_t n = 0;

    if (!hex_decode(s, strlen(s), bytes, sizeof bytes, &n))
        return false;
    number_add(out, n, 4);
    buf_add(out, bytes, n);
    return true;
}

static bool text_add(struct buf *out, const char *s)
{
    number_add(out, strlen(s), 4);
    buf_str(out, s);
    return true;
}

static const struct {
    bool (*add)(struct buf *out, const char *s);
    enum jv_type type;
} kinds[] = {
    [CANON_INT] = {int_add, JV_INT},     [CANON_UUID] = {uuid_add, JV_TEXT},
    [CANON_HEX] = {hex_add, JV_TEXT},    [CANON_TEXT] = {text_add, JV_TEXT},
    [CANON_LIST] = {text_add, JV_ARRAY},
};

bool canon_bytes(const struct canon_column *t, int n, const char *const *values, struct buf *out)
{
    for (int i = 0; i < n; i++) {
        buf_char(out, values[i] ? 1 : 0);
        if (values[i] && !kinds[t[i].kind].add(out, values[i]))
            return false;
    }
    return !out->over;
}

/* --- lines ------------------------------------------------------------------------------------ */

void canon_line(const struct canon_column *t, int n, const char *const *values, struct buf *out)
{
    struct jw w;

    jw_init(&w, out);
    jw_object(&w);
    for (int i = 0; i < n; i++) {
        jw_key(&w, t[i].name);
        if (values[i] && (t[i].kind == CANON_INT || t[i].kind == CANON_LIST))
            jw_raw(&w, values[i], strlen(values[i]));
        else
            jw_text(&w, values[i]);
    }
    jw_end(&w, '}');
    buf_char(out, '\n');
}

static bool lower_hex(const char *s)
{
    return s && strspn(s, "0123456789abcdef") == strlen(s);
}

static bool value_read(struct arena *a, enum canon_kind kind, const struct jv *v, const char **out)
{
    int64_t n;

    *out = NULL;
    if (jv_type(v) == JV_NULL)
        return true;
    if (jv_type(v) != kinds[kind].type)
        return false;
    if (kind == CANON_INT && jv_int(v, &n))
        *out = arena_int(a, n);
    else if (kind == CANON_LIST)
        *out = jv_dump(a, v);
    else
        *out = jv_text(v);
    return *out && (kind != CANON_HEX || lower_hex(*out));
}

/* Whether writing what was read gives the line again. */
static bool same_line(const struct canon_column *t, int n, const char *const *values,
                      const char *line, size_t size)
{
    struct buf again;
    bool same;

    buf_init(&again, LINE_MAX_BYTES);
    canon_line(t, n, values, &again);
    same = !again.over && again.n == size + 1 && memcmp(again.p, line, size) == 0;
    buf_free(&again);
    return same;
}

bool canon_read(struct arena *a, const struct canon_column *t, int n, const char *line, size_t size,
                const char **values)
{
    struct jv_fault fault;
    const struct jv *v = jv_parse(a, line, size, &fault);

    if (jv_type(v) != JV_OBJECT)
        return false;
    for (int i = 0; i < n; i++)
        if (!value_read(a, t[i].kind, jv_get(v, t[i].name), &values[i]))
            return false;
    return same_line(t, n, values, line, size);
}
