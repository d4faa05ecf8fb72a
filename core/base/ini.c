#include "base/ini.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

enum { FILE_MAX_BYTES = 256 * 1024, NAME_MAX_BYTES = 128 };

struct parse {
    struct arena *arena;
    const char *path;
    struct setting *settings;
    bool *given; /* per setting: the file has named it already */
    size_t n;
    const char *section;
    int line;
    char **why;
};

static bool fault(struct parse *p, const char *text, const char *what)
{
    *p->why = arena_printf(p->arena, "%s:%d: %s%s%s", p->path, p->line, text, *what ? ": " : "",
                           what);
    return false;
}

static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " \t");
    n = strlen(s);
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
        s[--n] = '\0';
    return s;
}

static bool section_read(struct parse *p, char *s)
{
    size_t n = strlen(s);

    if (s[n - 1] != ']')
        return fault(p, "a section must end with ]", "");
    s[n - 1] = '\0';
    p->section = trim(s + 1);
    return *p->section ? true : fault(p, "a section without a name", "");
}

static bool key_read(struct parse *p, char *s)
{
    char *equals = strchr(s, '=');
    char name[NAME_MAX_BYTES];
    const char *key;

    if (!equals)
        return fault(p, "expected key = value", "");
    *equals = '\0';
    key = trim(s);
    if (!str_format(name, sizeof name, "%s%s%s", p->section, *p->section ? "." : "", key))
        return fault(p, "name too long", key);
    for (size_t i = 0; i < p->n; i++) {
        if (!str_eq(p->settings[i].name, name))
            continue;
        if (p->given[i])
            return fault(p, "setting given twice", name);
        p->given[i] = true;
        p->settings[i].value = trim(equals + 1);
        return true;
    }
    return fault(p, "unknown setting", arena_strdup(p->arena, name));
}

static bool line_read(struct parse *p, char *line)
{
    char *s = trim(line);

    p->line++;
    if (*s == '\0' || *s == '#' || *s == ';')
        return true;
    return *s == '[' ? section_read(p, s) : key_read(p, s);
}

/* The file's text in the arena, or NULL with *why. */
static char *file_read(struct arena *a, const char *path, char **why)
{
    FILE *f = fopen(path, "re");
    char *bytes = mem_alloc(FILE_MAX_BYTES + 1);
    char *text = NULL;
    size_t n = 0;

    if (f)
        n = fread(bytes, 1, FILE_MAX_BYTES + 1, f);
    if (!f || ferror(f))
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
    else if (n > FILE_MAX_BYTES)
        *why = arena_printf(a, "%s: longer than %d bytes", path, FILE_MAX_BYTES);
    else if (!utf8_valid(bytes, n))
        *why = arena_printf(a, "%s: not UTF-8 text", path);
    else
        text = arena_strndup(a, bytes, n);
    if (f)
        fclose(f);
    mem_free(bytes);
    return text;
}

static bool file_apply(struct parse *p)
{
    char *at = file_read(p->arena, p->path, p->why);

    if (!at)
        return false;
    while (at) {
        char *line = at;

        at = strchr(at, '\n');
        if (at)
            *at++ = '\0';
        if (!line_read(p, line))
            return false;
    }
    return true;
}

/* "http.listen" → WULIAN_HTTP_LISTEN */
static const char *environment(const char *name)
{
    char key[NAME_MAX_BYTES + 8];
    bool fits = str_format(key, sizeof key, "WULIAN_%s", name);

    assert(fits);
    (void)fits;
    for (char *c = key; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (*c == '.' || *c == '-')
            *c = '_';
    }
    return getenv(key);
}

bool ini_load(struct arena *a, const char *path, struct setting *settings, size_t n, char **why)
{
    struct parse p = {
        .arena = a, .path = path, .settings = settings, .n = n, .section = "", .why = why};

    p.given = arena_alloc(a, n * sizeof *p.given);
    if (path && !file_apply(&p))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *value = environment(settings[i].name);

        if (!value)
            continue;
        if (!utf8_valid(value, strlen(value))) {
            *why = arena_printf(a, "environment: not UTF-8 text: %s", settings[i].name);
            return false;
        }
        settings[i].value = arena_strdup(a, value);
    }
    return true;
}

const char *setting_text(const struct setting *settings, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(settings[i].name, name))
            return settings[i].value;
    assert(!"setting is not declared");
    return NULL;
}

int64_t setting_int(const struct setting *settings, size_t n, const char *name, bool *ok)
{
    const char *text = setting_text(settings, n, name);
    int64_t value = 0;

    *ok = text && str_int64(text, &value);
    return value;
}
