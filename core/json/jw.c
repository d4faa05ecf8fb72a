#include "json/jw.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

void jw_init(struct jw *w, struct buf *out)
{
    *w = (struct jw){.out = out};
}

static bool in_object(const struct jw *w)
{
    return w->objects & 1;
}

/* Whether a comma belongs before the next member of this level: before all but its first. */
static bool needs_comma(struct jw *w)
{
    bool filled = w->filled & 1;

    w->filled |= 1;
    return filled && w->depth > 0;
}

/* Every value begins here: in an object its key has been written, elsewhere it may need a comma. */
static void value_begin(struct jw *w)
{
    assert(w->keyed == in_object(w));
    if (w->keyed)
        w->keyed = false;
    else if (needs_comma(w))
        buf_char(w->out, ',');
}

static void open_level(struct jw *w, bool object)
{
    value_begin(w);
    assert(w->depth < JW_DEPTH);
    w->depth++;
    w->filled <<= 1;
    w->objects = w->objects << 1 | object;
    buf_char(w->out, object ? '{' : '[');
}

void jw_object(struct jw *w)
{
    open_level(w, true);
}

void jw_array(struct jw *w)
{
    open_level(w, false);
}

void jw_end(struct jw *w, char close)
{
    assert(w->depth > 0 && !w->keyed && close == (in_object(w) ? '}' : ']'));
    w->depth--;
    w->filled >>= 1;
    w->objects >>= 1;
    buf_char(w->out, close);
}

/* Bytes that may need an escape: controls, " and \, and E2, which begins U+2028 and U+2029 (valid
 * JSON, but line ends in older JavaScript). A table, for every byte of every reply passes here. */
static const unsigned char suspect[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,          1,           1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1, [0xE2] = 1};

static bool line_separator(const char *s, size_t n)
{
    return n >= 3 && (memcmp(s, "\xE2\x80\xA8", 3) == 0 || memcmp(s, "\xE2\x80\xA9", 3) == 0);
}

static void escape_byte(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char names[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  ['\f'] = 'f',
                                 ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

    if (names[c]) {
        text[1] = names[c];
        buf_add(out, text, 2);
    } else {
        buf_add(out, text, sizeof text);
    }
}

/* Whether one of eight bytes may need an escape. Each term has the top bit set in every byte that
 * is below 0x20, or equal to ", \ or E2; a borrow may mark a byte too many behind such a one,
 * never one too few. */
static inline bool suspect_eight(const char *s)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t x, quotes, slashes, e2;

    memcpy(&x, s, 8);
    quotes = x ^ ones * '"';
    slashes = x ^ ones * '\\';
    e2 = x ^ ones * 0xE2;
    return (((x - ones * 0x20) & ~x) | ((quotes - ones) & ~quotes) |
            ((slashes - ones) & ~slashes) | ((e2 - ones) & ~e2)) &
           tops;
}

/* Whether s certainly needs no escape, eight bytes at a time; the last eight overlap. */
static inline bool is_plain(const char *s, size_t n)
{
    size_t i = 0;

    if (n < 8) {
        while (i < n && !suspect[(unsigned char)s[i]])
            i++;
        return i == n;
    }
    for (; n - i > 8; i += 8)
        if (suspect_eight(s + i))
            return false;
    return !suspect_eight(s + n - 8);
}

static void quote_escaped(struct buf *out, const char *s, size_t n)
{
    size_t from = 0;

    buf_char(out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (!suspect[c])
            continue;
        if (c == 0xE2) {
            if (!line_separator(s + i, n - i))
                continue;
            buf_add(out, s + from, i - from);
            buf_add(out, s[i + 2] & 1 ? "\\u2029" : "\\u2028", 6);
            i += 2;
        } else {
            buf_add(out, s + from, i - from);
            escape_byte(out, c);
        }
        from = i + 1;
    }
    buf_add(out, s + from, n - from);
    buf_char(out, '"');
}

static void quote_plain(struct buf *out, const char *s, size_t n)
{
    char *at = buf_room(out, n + 2);

    if (!at)
        return;
    at[0] = '"';
    memcpy(at + 1, s, n);
    memcpy(at + 1 + n, "\"", 2);
    out->n += n + 2;
}

/* Nearly every text is plain: one look, one reservation, one copy. */
static void quote(struct buf *out, const char *s, size_t n)
{
    if (is_plain(s, n))
        quote_plain(out, s, n);
    else
        quote_escaped(out, s, n);
}

/* Says whether a comma belongs before the key. */
static bool key_begin(struct jw *w)
{
    assert(in_object(w) && !w->keyed);
    w->keyed = true;
    return needs_comma(w);
}

void jw_key(struct jw *w, const char *key)
{
    if (key_begin(w))
        buf_char(w->out, ',');
    quote(w->out, key, strlen(key));
    buf_char(w->out, ':');
}

/* Writes the key where n more bytes have room; → where they go, NULL when there is none. */
static inline char *member_open(struct jw *w, const struct jw_name *key, size_t n)
{
    size_t comma = w->filled & 1;
    size_t key_n = key->n - 1 + comma;
    char *at = buf_room(w->out, key_n + n);

    assert(in_object(w) && !w->keyed);
    w->filled |= 1;
    if (!at)
        return NULL;
    memcpy(at, key->text + 1 - comma, key_n);
    return at + key_n;
}

static inline void member_close(struct jw *w, char *end)
{
    *end = '\0';
    w->out->n = (size_t)(end - w->out->p);
}

void jw_key_made(struct jw *w, const struct jw_name *key)
{
    char *at = member_open(w, key, 0);

    w->keyed = true;
    if (at)
        member_close(w, at);
}

void jw_member_raw(struct jw *w, const struct jw_name *key, const char *p, size_t n)
{
    char *at = member_open(w, key, n);

    if (!at)
        return;
    memcpy(at, p, n);
    member_close(w, at + n);
}

void jw_member_plain(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    char *at = member_open(w, key, n + 2);

    if (!at)
        return;
    *at++ = '"';
    memcpy(at, s, n);
    at[n] = '"';
    member_close(w, at + n + 1);
}

void jw_member_text(struct jw *w, const struct jw_name *key, const char *s, size_t n)
{
    if (is_plain(s, n)) {
        jw_member_plain(w, key, s, n);
    } else {
        jw_key_made(w, key);
        jw_text_n(w, s, n);
    }
}

void jw_text_n(struct jw *w, const char *s, size_t n)
{
    value_begin(w);
    quote(w->out, s, n);
}

void jw_plain_n(struct jw *w, const char *s, size_t n)
{
    value_begin(w);
    quote_plain(w->out, s, n);
}

void jw_text(struct jw *w, const char *s)
{
    if (s)
        jw_text_n(w, s, strlen(s));
    else
        jw_null(w);
}

void jw_int(struct jw *w, int64_t v)
{
    char text[INT64_TEXT];
    size_t n = int64_text(v, text);

    jw_raw(w, text, n);
}

void jw_raw(struct jw *w, const char *p, size_t n)
{
    value_begin(w);
    buf_add(w->out, p, n);
}

void jw_bool(struct jw *w, bool v)
{
    jw_raw(w, v ? "true" : "false", v ? 4 : 5);
}

void jw_null(struct jw *w)
{
    jw_raw(w, "null", 4);
}

void jw_kv_text(struct jw *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_text(w, s);
}

void jw_kv_int(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_int(w, v);
}

void jw_kv_bool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}
