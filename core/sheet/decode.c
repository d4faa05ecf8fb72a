#include "sheet/decode.h"

#include <errno.h>
#include <string.h>

#define NO_ICONV ((iconv_t)-1)

enum { HEAD = 4096 };

/* Length of the sequence that starts with c and the least and greatest second byte; 0: none does.
 */
static unsigned utf8_lead(unsigned char c, unsigned char *low, unsigned char *high)
{
    *low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    *high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (c >= 0xC2 && c <= 0xDF)
        return 2;
    if (c >= 0xE0 && c <= 0xEF)
        return 3;
    return c >= 0xF0 && c <= 0xF4 ? 4 : 0;
}

size_t utf8_span(const unsigned char *p, size_t n, bool *cut)
{
    unsigned char low, high;
    size_t at = 0;

    *cut = false;
    while (at < n) {
        unsigned len, k = 1;

        if (p[at] < 0x80) {
            if (!p[at])
                return at;
            at++;
            continue;
        }
        len = utf8_lead(p[at], &low, &high);
        if (!len)
            return at;
        for (; k < len && at + k < n; k++, low = 0x80, high = 0xBF)
            if (p[at + k] < low || p[at + k] > high)
                return at;
        if (k < len) {
            *cut = true;
            return at;
        }
        at += len;
    }
    return at;
}

static bool table_sign(unsigned char c)
{
    return c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == ' ' ||
           (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Without a mark UTF-16 shows in the zero halves of separators and digits: at least one unit in a
 * hundred, and nearly all on the same side (the common 一 is U+4E00). In other text that holds a
 * stray zero most pairs are two signs of ASCII. */
static enum encoding utf16_guess(const unsigned char *p, size_t n)
{
    size_t big = 0, little = 0, ascii = 0;

    for (size_t i = 0; i + 1 < n; i += 2) {
        big += !p[i] && table_sign(p[i + 1]);
        little += !p[i + 1] && table_sign(p[i]);
        ascii += p[i] && p[i] < 0x80 && p[i + 1] && p[i + 1] < 0x80;
    }
    if (ascii * 4 > n)
        return ENCODING_ASCII;
    if (little > big * 2 && little * 200 >= n)
        return ENCODING_UTF16LE;
    return big > little * 2 && big * 200 >= n ? ENCODING_UTF16BE : ENCODING_ASCII;
}

static void encoding_set(struct decode *d, enum encoding encoding)
{
    static const char *const name[] = {[ENCODING_UTF16LE] = "UTF-16LE",
                                       [ENCODING_UTF16BE] = "UTF-16BE",
                                       [ENCODING_GB18030] = "GB18030"};

    d->encoding = encoding;
    if (encoding <= ENCODING_UTF8)
        return;
    d->iconv = iconv_open("UTF-8", name[encoding]);
    if (d->iconv == NO_ICONV)
        d->code = "sheet_encoding";
}

void decode_init(struct decode *d, const struct sheet_source *source)
{
    const unsigned char *p = d->in.window;
    size_t n;

    input_init(&d->in, source);
    d->encoding = ENCODING_ASCII;
    d->iconv = NO_ICONV;
    d->at = d->n = 0;
    d->code = NULL;
    n = input_fill(&d->in, HEAD);
    if (n >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3)) {
        input_skip(&d->in, 3);
        encoding_set(d, ENCODING_UTF8);
    } else if (n >= 2 && !memcmp(p, "\xFF\xFE", 2)) {
        input_skip(&d->in, 2);
        encoding_set(d, ENCODING_UTF16LE);
    } else if (n >= 2 && !memcmp(p, "\xFE\xFF", 2)) {
        input_skip(&d->in, 2);
        encoding_set(d, ENCODING_UTF16BE);
    } else {
        encoding_set(d, utf16_guess(p, n < HEAD ? n : HEAD));
    }
}

/* Bytes that read the same in every encoding still possible. */
static void decode_ascii(struct decode *d)
{
    const unsigned char *p = d->in.window + d->in.at;
    size_t n = d->in.n - d->in.at, i = 0;
    bool cut;

    while (i < n && i < DECODE_OUT && p[i] && p[i] < 0x80)
        i++;
    memcpy(d->out, p, i);
    d->n = i;
    input_skip(&d->in, i);
    if (i == n || i == DECODE_OUT)
        return;
    if (!p[i]) {
        d->code = "sheet_nul";
        return;
    }
    n = input_fill(&d->in, INPUT_WINDOW);
    i = utf8_span(d->in.window + d->in.at, n, &cut);
    encoding_set(d, i == n || (cut && !d->in.end) ? ENCODING_UTF8 : ENCODING_GB18030);
}

static void decode_utf8(struct decode *d)
{
    const unsigned char *p = d->in.window + d->in.at;
    size_t n = d->in.n - d->in.at;
    bool cut;

    n = utf8_span(p, n < DECODE_OUT ? n : DECODE_OUT, &cut);
    memcpy(d->out, p, n);
    d->n = n;
    input_skip(&d->in, n);
    if (n == 0)
        d->code = *p ? "sheet_encoding" : "sheet_nul";
}

static void decode_iconv(struct decode *d)
{
    char *in = (char *)d->in.window + d->in.at, *out = d->out;
    char *start = in, *nul;
    size_t n = d->in.n - d->in.at, room = DECODE_OUT;

    if (iconv(d->iconv, &in, &n, &out, &room) == (size_t)-1 && errno != E2BIG &&
        (errno != EINVAL || in == start))
        d->code = "sheet_encoding";
    d->n = DECODE_OUT - room;
    input_skip(&d->in, (size_t)(in - start));
    nul = memchr(d->out, 0, d->n);
    if (nul) {
        d->n = (size_t)(nul - d->out);
        d->code = "sheet_nul";
    }
}

bool decode_more(struct decode *d)
{
    if (d->at < d->n)
        return true;
    d->at = d->n = 0;
    while (!d->n && !d->code) {
        /* four bytes are the longest sequence of any of them */
        if (!input_fill(&d->in, 4)) {
            d->code = d->in.failed ? "sheet_read" : NULL;
            return false;
        }
        if (d->encoding == ENCODING_ASCII)
            decode_ascii(d);
        else if (d->encoding == ENCODING_UTF8)
            decode_utf8(d);
        else
            decode_iconv(d);
    }
    return d->n > 0;
}

void decode_free(struct decode *d)
{
    if (d->iconv != NO_ICONV)
        iconv_close(d->iconv);
    d->iconv = NO_ICONV;
}
