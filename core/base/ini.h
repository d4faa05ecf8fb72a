/* Settings: one INI file (`[section]`, `key = value`, whole lines of `#` or `;` comment) with
 * environment override WULIAN_SECTION_KEY. Every setting is declared in a table with default and
 * one line of help; keys in the file that are unknown or stand twice are refused. */
#ifndef WULIAN_BASE_INI_H
#define WULIAN_BASE_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct setting {
    const char *name;  /* "http.listen" */
    const char *value; /* default, then what file and environment say */
    const char *help;
};

/* Fills `settings` (n rows). `path` NULL: defaults and environment only. On failure returns false
 * and *why names file, line and key. Values live in the arena; a file has at most 256 KiB. */
bool ini_load(struct arena *a, const char *path, struct setting *settings, size_t n, char **why);
/* The value of a declared setting; asserts that it is declared. */
const char *setting_text(const struct setting *settings, size_t n, const char *name);
/* Same, as an integer; false in *ok when it is not one. */
int64_t setting_int(const struct setting *settings, size_t n, const char *name, bool *ok);

#endif
