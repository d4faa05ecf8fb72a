#include <string.h>

#include "crypto/crypto.h"
#include "crypto/primitive.h"

const char base64_standard[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const char base64_url[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void hex_encode(const void *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = p;

    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(const char *s, size_t n, void *out, size_t cap, size_t *out_n)
{
    uint8_t *bytes = out;

    if (n % 2 != 0 || n / 2 > cap)
        return false;
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_value(s[i]);
        int low = hex_value(s[i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    *out_n = n / 2;
    return true;
}

void base32_encode(const void *p, size_t n, char *out)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const uint8_t *bytes = p;
    uint32_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 5;) {
            held -= 5;
            *out++ = alphabet[bits >> held & 31];
        }
    }
    if (held)
        *out++ = alphabet[bits << (5 - held) & 31];
    *out = '\0';
}

void base64_encode(const char *alphabet, const void *p, size_t n, char *out)
{
    const uint8_t *bytes = p;
    uint32_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 6;) {
            held -= 6;
            *out++ = alphabet[bits >> held & 63];
        }
    }
    if (held)
        *out++ = alphabet[bits << (6 - held) & 63];
    *out = '\0';
}

bool base64_decode(const char *alphabet, const char *s, size_t n, void *out, size_t cap,
                   size_t *out_n)
{
    uint8_t *bytes = out;
    uint32_t bits = 0;
    size_t used = 0;
    int held = 0;

    if (n % 4 == 1)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *at = s[i] ? strchr(alphabet, s[i]) : NULL;

        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        held += 6;
        if (held < 8)
            continue;
        if (used == cap)
            return false;
        held -= 8;
        bytes[used++] = (uint8_t)(bits >> held);
    }
    /* left-over bits must be zero, or two texts would mean one value */
    if (bits & ((1U << held) - 1))
        return false;
    *out_n = used;
    return true;
}

void base64url_encode(const void *p, size_t n, char *out)
{
    base64_encode(base64_url, p, n, out);
}

bool base64url_decode(const char *s, void *out, size_t cap, size_t *out_n)
{
    return base64_decode(base64_url, s, strlen(s), out, cap, out_n);
}
