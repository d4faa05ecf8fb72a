#include "record/shape.h"

#include <string.h>

#include "base/str.h"

enum { MEMBERS_MAX = 64, DEPTH_MAX = 8, SCRATCH_MAX = 256 * 1024, SCRATCH_ARENA = 1 << 20 };

static const char name_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$";

static const struct {
    const char *word, *json, *format, *pattern;
} words[] = {
    {"text", "string", NULL, NULL},
    {"uuid", "string", "uuid", NULL},
    {"int", "integer", NULL, NULL},
    {"bool", "boolean", NULL, NULL},
    {"date", "string", "date", NULL},
    {"time", "string", "date-time", NULL},
    {"div", "string", NULL, "^[0-9]{12}$"},
    {"township", "string", NULL, "^[0-9]{9}$"},
    {"year", "string", NULL, "^[0-9]{4}$"},
    {"month", "string", NULL, "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    {"object", "object", NULL, NULL},
};

static void spaces_skip(struct shape *s)
{
    s->at += strspn(s->at, " \n");
}

static bool take(struct shape *s, char c)
{
    spaces_skip(s);
    if (*s->at != c)
        return false;
    s->at++;
    return true;
}

static const char *name_take(struct shape *s, const char *more)
{
    size_t n = strspn(s->at, name_characters);
    while (more && s->at[n] && strchr(more, s->at[n]))
        n += 1 + strspn(s->at + n + 1, name_characters);
    const char *name = n ? arena_strndup(s->a, s->at, n) : NULL;
    s->at += n;
    return name;
}

static void type_write(struct shape *s, const char *json, bool nullable)
{
    jw_key(s->w, "type");
    if (!nullable) {
        jw_text(s->w, json);
        return;
    }
    jw_array(s->w);
    jw_text(s->w, json);
    jw_text(s->w, "null");
    jw_end(s->w, ']');
}

bool shape_member(struct shape *s, const char **name, char *mark)
{
    spaces_skip(s);
    *name = name_take(s, ".");
    *mark = 0;
    if (*s->at == '?' || *s->at == '~')
        *mark = *s->at++;
    return *name != NULL;
}

/* What stands behind the colon, or text where there is none. */
static bool member_value(struct shape *s, bool nullable)
{
    if (*s->at == ':') {
        s->at++;
        return shape_value(s, nullable);
    }
    jw_object(s->w);
    type_write(s, "string", nullable);
    jw_end(s->w, '}');
    return true;
}

static void required_write(struct shape *s, const char *const *names, int n)
{
    jw_key(s->w, "required");
    jw_array(s->w);
    for (int i = 0; i < n; i++)
        jw_text(s->w, names[i]);
    jw_end(s->w, ']');
}

/* {*:T} */
static bool map_write(struct shape *s, bool nullable)
{
    s->at += 2;
    jw_object(s->w);
    type_write(s, "object", nullable);
    jw_key(s->w, "additionalProperties");
    bool ok = shape_value(s, false) && take(s, '}');
    jw_end(s->w, '}');
    return ok;
}

static bool object_write(struct shape *s, bool nullable)
{
    const char *required[MEMBERS_MAX], *name;
    int n = 0;
    char mark;
    bool ok = true;
    spaces_skip(s);
    if (s->at[0] == '*' && s->at[1] == ':')
        return map_write(s, nullable);
    jw_object(s->w);
    type_write(s, "object", nullable);
    jw_kv_bool(s->w, "additionalProperties", false);
    jw_key(s->w, "properties");
    jw_object(s->w);
    while (ok && n < MEMBERS_MAX && shape_member(s, &name, &mark)) {
        if (mark == 0 || (mark == '?' && !s->taking))
            required[n++] = name;
        jw_key(s->w, name);
        ok = member_value(s, mark == '?');
    }
    if (ok)
        jw_end(s->w, '}');
    ok = ok && take(s, '}');
    if (ok) {
        required_write(s, required, n);
        jw_end(s->w, '}');
    }
    return ok;
}

static bool list_write(struct shape *s, bool nullable)
{
    jw_object(s->w);
    type_write(s, "array", nullable);
    jw_key(s->w, "items");
    if (!shape_value(s, false) || !take(s, ']'))
        return false;
    jw_end(s->w, '}');
    return true;
}

static bool words_write(struct shape *s, bool nullable)
{
    const char *word;
    jw_object(s->w);
    type_write(s, "string", nullable);
    jw_key(s->w, "enum");
    jw_array(s->w);
    do {
        word = name_take(s, "-.");
        if (!word)
            return false;
        jw_text(s->w, word);
    } while (take(s, '|'));
    if (nullable)
        jw_null(s->w);
    jw_end(s->w, ']');
    jw_end(s->w, '}');
    return take(s, ')');
}

static const char *component_of(struct shape *s, const char *name)
{
    if (strchr(name, '.') || !s->self)
        return name;
    return str_eq(name, "row") ? s->self : arena_printf(s->a, "%s.%s", s->self, name);
}

static bool reference_write(struct shape *s, bool nullable)
{
    const char *name = name_take(s, ".");
    if (!name)
        return false;
    const char *ref = arena_printf(s->a, "#/components/schemas/%s", component_of(s, name));
    jw_object(s->w);
    if (nullable) {
        jw_key(s->w, "anyOf");
        jw_array(s->w);
        jw_object(s->w);
    }
    jw_kv_text(s->w, "$ref", ref);
    if (nullable) {
        jw_end(s->w, '}');
        jw_object(s->w);
        jw_kv_text(s->w, "type", "null");
        jw_end(s->w, '}');
        jw_end(s->w, ']');
    }
    jw_end(s->w, '}');
    return true;
}

static bool word_write(struct shape *s, bool nullable)
{
    const char *word = name_take(s, NULL);
    bool any = str_eq(word, "any");
    jw_object(s->w);
    for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++) {
        if (!str_eq(word, words[i].word))
            continue;
        any = true;
        type_write(s, words[i].json, nullable);
        if (words[i].format)
            jw_kv_text(s->w, "format", words[i].format);
        if (words[i].pattern)
            jw_kv_text(s->w, "pattern", words[i].pattern);
    }
    jw_end(s->w, '}');
    return any;
}

bool shape_value(struct shape *s, bool nullable)
{
    if (s->w->depth > JW_DEPTH - DEPTH_MAX)
        return false;
    if (take(s, '{'))
        return object_write(s, nullable);
    if (take(s, '['))
        return list_write(s, nullable);
    if (take(s, '('))
        return words_write(s, nullable);
    if (take(s, '@'))
        return reference_write(s, nullable);
    return word_write(s, nullable);
}

static bool query_valid(struct shape *s)
{
    const char *name;
    char mark;
    bool ok = true;
    while (ok && shape_member(s, &name, &mark))
        ok = member_value(s, false);
    return ok;
}

bool shape_valid(const char *text, bool query)
{
    struct buf b;
    struct jw w;
    if (!text || (!query && *text == '='))
        return true;
    struct shape s = {.at = text, .w = &w, .a = arena_new(SCRATCH_ARENA)};
    buf_init(&b, SCRATCH_MAX);
    jw_init(&w, &b);
    if (query)
        jw_array(&w); /* so that several values may follow each other */
    bool ok = query ? query_valid(&s) : shape_value(&s, false);
    spaces_skip(&s);
    ok = ok && !*s.at;
    buf_free(&b);
    arena_free(s.a);
    return ok;
}
