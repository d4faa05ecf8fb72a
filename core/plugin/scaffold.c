#include "plugin/scaffold.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plugin/check.h"

enum { TEMPLATE_MAX = 64 << 10 };

static const char *const folders[] = {"", "/sql", "/messages", "/tests"};

/* What each template becomes; @ stands for the name. */
static const struct {
    const char *from, *to;
} files[] = {
    {"plugin.c.in", "plugin.c"},
    {"schema.sql.in", "sql/0001_@.sql"},
    {"zh-CN.json.in", "messages/zh-CN.json"},
    {"en.json.in", "messages/en.json"},
    {"README.md.in", "README.md"},
    {"test.mjs.in", "tests/@.test.mjs"},
};

static bool fail(struct arena *a, const char **why, const char *path, const char *text)
{
    *why = arena_printf(a, "%s: %s", path, text);
    return false;
}

/* `mark` replaced by the name wherever it stands. */
static const char *filled(struct arena *a, const char *text, const char *mark, const char *name)
{
    struct buf b;
    const char *out, *found;
    buf_init(&b, TEMPLATE_MAX * 4);
    for (; (found = strstr(text, mark)); text = found + strlen(mark)) {
        buf_add(&b, text, (size_t)(found - text));
        buf_str(&b, name);
    }
    buf_str(&b, text);
    out = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}

static const char *template_read(struct arena *a, const char *path, const char **why)
{
    char *text = arena_alloc(a, TEMPLATE_MAX);
    FILE *f = fopen(path, "r");
    if (!f) {
        fail(a, why, path, arena_printf(a, "%s; it is part of the platform: set paths.core",
                                        strerror(errno)));
        return NULL;
    }
    text[fread(text, 1, TEMPLATE_MAX - 1, f)] = '\0';
    fclose(f);
    return text;
}

static bool text_write(struct arena *a, const char *path, const char *text, const char **why)
{
    if (!text)
        return fail(a, why, path, "grew too large with this name; choose a shorter one");
    FILE *f = fopen(path, "wx");
    if (!f)
        return fail(a, why, path, strerror(errno));
    bool written = fputs(text, f) >= 0;
    if (fclose(f) != 0 || !written)
        return fail(a, why, path, strerror(errno));
    return true;
}

static bool folders_make(struct arena *a, const char *to, const char **why)
{
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        const char *path = arena_printf(a, "%s%s", to, folders[i]);
        if (mkdir(path, 0755) == 0)
            continue;
        if (errno == EEXIST)
            return fail(a, why, path, "exists already; choose another name, or remove it");
        if (errno == ENOENT)
            return fail(a, why, path,
                        "there is no such folder to put it into; name the `plugins` folder of the"
                        " source tree with --dir");
        return fail(a, why, path, strerror(errno));
    }
    return true;
}

bool plugin_scaffold(struct arena *a, const char *core_dir, const char *dir, const char *name,
                     const char **why)
{
    const char *fault = plugin_name_fault(name);
    const char *to = arena_printf(a, "%s/%s", dir, name);
    if (fault)
        return fail(a, why, name, fault);
    if (!folders_make(a, to, why))
        return false;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const char *text = template_read(
            a, arena_printf(a, "%s/plugin/scaffold/%s", core_dir, files[i].from), why);
        if (!text)
            return false;
        const char *path = arena_printf(a, "%s/%s", to, filled(a, files[i].to, "@", name));
        if (!text_write(a, path, filled(a, text, "@name@", name), why))
            return false;
    }
    return true;
}
