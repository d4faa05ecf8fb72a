#include "json/jw.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

void jw_init(struct jw *w, struct buf *out)
{
    *w = (struct jw){.out = out};
}

static uint32_t level_bit(const struct jw *w)
{
    return UINT32_C(1) << (w->depth - 1);
}

static bool in_object(const struct jw *w)
{
    return w->depth > 0 && (w->objects & level_bit(w)) != 0;
}

/* Whether a comma belongs before the next member of this level: before all but its first. */
static bool needs_comma(struct jw *w)
{
    uint32_t bit;
    bool filled;

    if (w->depth == 0)
        return false;
    bit = level_bit(w);
    filled = (w->filled & bit) != 0;
    w->filled |= bit;
    return filled;
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
    uint32_t bit;

    value_begin(w);
    assert(w->depth < JW_DEPTH);
    w->depth++;
    bit = level_bit(w);
    w->filled &= ~bit;
    w->objects = object ? w->objects | bit : w->objects & ~bit;
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

/* Bytes at the head of s that are certainly plain, eight at a time. Each term has the top bit set
 * in every byte that is below 0x20, or equal to ", \ or E2; a borrow may mark a byte too many
 * behind such a one, never one too few. */
static size_t plain_run(const char *s, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    size_t i = 0;

    for (; n - i >= 8; i += 8) {
        uint64_t x, quotes, slashes, e2, found;

        memcpy(&x, s + i, 8);
        quotes = x ^ ones * '"';
        slashes = x ^ ones * '\\';
        e2 = x ^ ones * 0xE2;
        found = ((x - ones * 0x20) & ~x) | ((quotes - ones) & ~quotes) |
                ((slashes - ones) & ~slashes) | ((e2 - ones) & ~e2);
        if (found & tops)
            break;
    }
    while (i < n && !suspect[(unsigned char)s[i]])
        i++;
    return i;
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
    if (plain_run(s, n) < n)
        quote_escaped(out, s, n);
    else
        quote_plain(out, s, n);
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

void jw_key_raw(struct jw *w, const char *quoted, size_t n)
{
    bool comma = key_begin(w);
    char *at = buf_room(w->out, n + comma);

    if (!at)
        return;
    if (comma)
        *at++ = ',';
    memcpy(at, quoted, n);
    at[n] = '\0';
    w->out->n += n + comma;
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
