/* The settings of the whole product: one table with default and help, filled from an INI file and
 * the environment (base/ini.h). Every subcommand takes --config FILE or --embedded DIR. */
#ifndef WULIAN_SETTINGS_H
#define WULIAN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/log.h"

struct arena;
struct setting;
struct place;

struct settings {
    struct arena *arena;
    struct setting *rows;
    size_t n;
    struct place *place; /* of the embedded server, or NULL */
    const char *config, *embedded; /* as given, in argv; NULL: not */
    bool help;           /* --help was given */
};

/* Reads the options common to every subcommand (--config FILE, --embedded DIR, --help) and takes
 * them out of argv, then loads and checks all settings. Relative path defaults are resolved against
 * the tree that the binary stands in. False with one line on stderr. Free in any case. */
bool settings_from_args(struct settings *s, int *argc, char **argv);
/* Loads them once more from the file and folder that `old` came from. False with *why, in the arena
 * of s. Free in any case. */
bool settings_again(struct settings *s, const struct settings *old, char **why);
void settings_free(struct settings *s);

/* Asserts that the setting is declared. Numbers were checked when loading. */
const char *settings_text(const struct settings *s, const char *name);
int64_t settings_int(const struct settings *s, const char *name);
enum log_level settings_log_level(const struct settings *s);
/* Replaces a value; it is copied. */
void settings_set(struct settings *s, const char *name, const char *value);

/* Name, default and help of every setting, for --help. */
void settings_help(FILE *out);

/* The environment of a child: a plain PATH and locale, the sanitizers' options, and every setting
 * whose name is not in the space-separated list `without` ("*": none). NULL-terminated. */
char **settings_environment(struct arena *a, const struct settings *s, const char *without);

/* Absolute path of the running binary, and of the folder that holds sql/ and plugins/: the nearest
 * above the binary that has a sql folder. In the arena; NULL when unknown. */
char *exe_path(struct arena *a);
char *tree_path(struct arena *a);

#endif
