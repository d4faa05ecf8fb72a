/* Small string helpers; UTF-8 throughout. */
#ifndef WULIAN_BASE_STR_H
#define WULIAN_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *s, const char *prefix);
/* Whether `word` stands in the space-separated list `words`. */
bool str_has_word(const char *words, const char *word);
/* Walks a space-separated list: returns the next word's start and sets its length, advancing *at;
 * NULL at the end. */
const char *str_word_next(const char **at, size_t *len);
/* Decimal integer in the whole of s, no spaces, no '+': false when empty, junk or out of range. */
bool str_int64(const char *s, int64_t *out);
enum { INT64_TEXT = 21 };
/* The integer in decimal, NUL-terminated; returns its length. */
size_t int64_text(int64_t n, char out[INT64_TEXT]);
/* Not for secrets: FNV-1a, which tells texts apart that nobody made up to be alike. */
uint64_t str_hash(const char *s);
/* snprintf that says whether everything fitted. */
bool str_format(char *out, size_t cap, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF) and no U+0000. */
bool utf8_valid(const char *s, size_t n);
/* Code points in valid UTF-8. */
size_t utf8_count(const char *s);
/* Decodes one code point of valid UTF-8, advancing *s; 0 at the end. */
uint32_t utf8_next(const char **s);

/* Percent-decodes src[0..n) into dst (cap bytes, NUL-terminated). False for a bad escape, %00,
 * invalid UTF-8 or no room. `plus` turns '+' into a space (query strings only). */
bool percent_decode(const char *src, size_t n, char *dst, size_t cap, bool plus);

#endif
