#include "tenant/division_csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/str.h"

enum { LINE_MAX_BYTES = 1024, NAME_BYTES = 180, CODE_DIGITS = 12, DIVISIONS_MAX = 100000 };
enum { PROGRESS_LINES = 10000 };

static int level_of(size_t digits)
{
    static const size_t by_level[] = {0, 2, 4, 6, 9, 12};

    for (int level = 1; level <= 5; level++)
        if (by_level[level] == digits)
            return level;
    return 0;
}

/* The first `digits` of the county's code are these, or the county's code stands in front. */
static bool wanted(const char *code, size_t digits, const char *county)
{
    size_t county_n = strlen(county);

    return strncmp(code, county, digits < county_n ? digits : county_n) == 0;
}

/* The field at *at, without its quotes ("" is one); moves behind the comma. False for a bad one. */
static bool field_read(const char **at, char *out, size_t cap)
{
    const char *s = *at;
    bool quoted = *s == '"';
    size_t n = 0;

    s += quoted;
    while (quoted ? *s != '\0' : *s != '\0' && *s != ',') {
        if (quoted && s[0] == '"') {
            if (s[1] != '"')
                break;
            s++;
        }
        if (n + 1 >= cap)
            return false;
        out[n++] = *s++;
    }
    if (quoted && *s++ != '"')
        return false;
    if (*s != '\0' && *s != ',')
        return false;
    out[n] = '\0';
    *at = *s == ',' ? s + 1 : s;
    return true;
}

static void list_add(struct arena *a, struct division_list *out, struct division d)
{
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 512;
        struct division *items = arena_alloc(a, cap * sizeof *items);

        if (out->n > 0)
            memcpy(items, out->items, out->n * sizeof *items);
        out->items = items;
        out->cap = cap;
    }
    out->items[out->n++] = d;
}

/* NULL, or what is wrong with the line. */
static const char *line_read(struct arena *a, const char *line, const char *county,
                             struct division_list *out)
{
    char code[CODE_DIGITS + 1], name[NAME_BYTES], padded[CODE_DIGITS + 1];
    struct division d = {0};
    size_t n;

    if (!field_read(&line, code, sizeof code))
        return "the first field is no division code";
    n = strlen(code);
    d.level = level_of(n);
    if (d.level == 0 || n != strspn(code, "0123456789") || code[0] == '0')
        return "the first field is no division code";
    if (!wanted(code, n, county))
        return NULL;
    if (!field_read(&line, name, sizeof name) || *name == '\0' || !utf8_valid(name, strlen(name)))
        return "the second field is no name";
    if (out->n == DIVISIONS_MAX)
        return "too many divisions";
    str_format(padded, sizeof padded, "%s%.*s", code, (int)(CODE_DIGITS - n), "000000000000");
    str_int64(padded, &d.code);
    d.name = arena_strdup(a, name);
    list_add(a, out, d);
    return NULL;
}

static void line_trim(char *line)
{
    size_t n = strlen(line);

    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        line[--n] = '\0';
}

static double share_of(FILE *f, off_t size)
{
    long at = ftell(f);

    return size > 0 && at > 0 ? (double)at / (double)size : 1.0;
}

bool divisions_read(struct arena *a, const char *file, int county, struct division_list *out,
                    division_progress progress, void *arg, const char **why)
{
    const char *county_text = arena_printf(a, "%d", county);
    const char *fault = NULL;
    char line[LINE_MAX_BYTES];
    struct stat st = {0};
    FILE *f = fopen(file, "r");
    int number = 0;

    if (!f || fstat(fileno(f), &st) != 0) {
        fault = strerror(errno);
        goto out;
    }
    while (!fault && fgets(line, sizeof line, f)) {
        number++;
        if (!strchr(line, '\n') && !feof(f)) {
            fault = "the line is too long";
            break;
        }
        line_trim(line);
        if (*line != '\0' && !(number == 1 && str_starts(line, "code,")))
            fault = line_read(a, line, county_text, out);
        if (progress && number % PROGRESS_LINES == 0)
            progress(share_of(f, st.st_size), arg);
    }
    if (!fault && ferror(f))
        fault = strerror(errno);
out:
    if (fault)
        *why = number ? arena_printf(a, "%s:%d: %s", file, number, fault)
                      : arena_printf(a, "%s: %s", file, fault);
    if (f)
        fclose(f);
    return !fault;
}
