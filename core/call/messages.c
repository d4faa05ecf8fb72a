#include "call/messages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum {
    READ_MAX = 16 << 20,
    FILE_MAX = 1 << 20,
    MESSAGES_MAX = 1 << 16,
    FIRST_SLOTS = 1024,
    FILL_MAX = 64 << 10
};

struct text {
    const char *owner, *key; /* key NULL: a free slot */
    const char *in[2];       /* by enum lang */
};

/* The one table of the process: filled at start, only read afterwards, from any thread. */
static struct {
    struct text *slot;
    size_t slots, n;
} table;

static uint32_t text_hash(const char *owner, const char *key)
{
    uint32_t h = 2166136261u;

    for (const char *p = owner ? owner : ""; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    h *= 16777619u; /* the border between the two */
    for (const char *p = key; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h;
}

/* The slot that holds the key, or the free one where it belongs. At most half of the slots are
 * taken, so a free one is always met. */
static struct text *slot_of(const char *owner, const char *key)
{
    size_t mask = table.slots - 1;
    size_t i = text_hash(owner, key) & mask;

    while (table.slot[i].key &&
           !(strcmp(table.slot[i].key, key) == 0 && str_eq(table.slot[i].owner, owner)))
        i = (i + 1) & mask;
    return &table.slot[i];
}

static void table_grow(void)
{
    struct text *old = table.slot;
    size_t n = table.slots;

    table.slots = n ? n * 2 : FIRST_SLOTS;
    table.slot = mem_array(table.slots, sizeof *table.slot);
    for (size_t i = 0; i < n; i++)
        if (old[i].key)
            *slot_of(old[i].owner, old[i].key) = old[i];
    mem_free(old);
}

static bool text_put(const char *owner, const char *key, const char *zh, const char *en)
{
    struct text *t;

    if (table.n == MESSAGES_MAX)
        return false;
    if (table.n * 2 >= table.slots)
        table_grow();
    t = slot_of(owner, key);
    table.n += !t->key;
    *t = (struct text){owner, key, {[LANG_ZH] = zh, [LANG_EN] = en}};
    return true;
}

/* --- files ------------------------------------------------------------------------------------ */

static char *file_read(struct arena *a, const char *path, size_t *n)
{
    char *text = NULL;
    FILE *f = fopen(path, "rb");

    if (!f)
        return NULL;
    text = mem_alloc(FILE_MAX + 1);
    *n = fread(text, 1, FILE_MAX + 1, f);
    if (ferror(f) || *n > FILE_MAX)
        *n = 0;
    arena_defer(a, mem_free, text);
    fclose(f);
    return text;
}

static const struct jv *object_read(struct arena *a, const char *path, const char **why)
{
    struct jv_fault fault = {0};
    const struct jv *v;
    size_t n = 0;
    const char *text = file_read(a, path, &n);

    if (!text) {
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (n == 0) {
        *why = arena_printf(a, "%s: empty, unreadable or longer than 1 MiB", path);
        return NULL;
    }
    v = jv_parse(a, text, n, &fault);
    if (!v)
        *why = arena_printf(a, "%s:%d:%d: %s", path, fault.line, fault.column, fault.text);
    else if (jv_type(v) != JV_OBJECT)
        *why = arena_printf(a, "%s: not an object of texts", path);
    return v && jv_type(v) == JV_OBJECT ? v : NULL;
}

/* Every key of `v` is a text and stands in `other` too. */
static bool keys_match(struct arena *a, const struct jv *v, const char *path,
                       const struct jv *other, const char *other_path, const char **why)
{
    const struct jv *value;
    const char *key;
    void *at = NULL;

    while (jv_member(v, &at, &key, &value)) {
        if (!jv_text(value)) {
            *why = arena_printf(a, "%s: %s: not a text", path, key);
            return false;
        }
        if (!jv_get(other, key)) {
            *why = arena_printf(a, "%s: %s stands in %s only", other_path, key, path);
            return false;
        }
    }
    return true;
}

static bool texts_put(struct arena *a, const char *owner, const struct jv *zh, const struct jv *en,
                      const char **why)
{
    const struct jv *value;
    const char *key;
    void *at = NULL;

    while (jv_member(zh, &at, &key, &value))
        if (!text_put(owner, arena_strdup(a, key), arena_strdup(a, jv_text(value)),
                      arena_strdup(a, jv_text(jv_get(en, key))))) {
            *why = arena_printf(a, "%s: more than %d messages", key, MESSAGES_MAX);
            return false;
        }
    return true;
}

/* The files, and what jansson made of them, are several times the texts: they go again. */
bool messages_load(struct arena *a, const char *owner, const char *dir, const char **why)
{
    struct arena *own = arena_new(READ_MAX);
    const char *zh_path = arena_printf(own, "%s/zh-CN.json", dir);
    const char *en_path = arena_printf(own, "%s/en.json", dir);
    const struct jv *zh = object_read(own, zh_path, why);
    const struct jv *en = zh ? object_read(own, en_path, why) : NULL;
    bool ok = en && keys_match(own, zh, zh_path, en, en_path, why) &&
              keys_match(own, en, en_path, zh, zh_path, why);

    if (!ok)
        *why = arena_strdup(a, *why);
    ok = ok && texts_put(a, arena_strdup(a, owner), zh, en, why);
    arena_free(own);
    return ok;
}

/* --- look-up ---------------------------------------------------------------------------------- */

const char *message_find(enum lang lang, const char *owner, const char *key)
{
    const struct text *t;

    if (table.slots == 0)
        return NULL;
    t = slot_of(owner, key);
    if (!t->key && owner)
        t = slot_of(NULL, key);
    return t->key ? t->in[lang] : NULL;
}

const char *message(enum lang lang, const char *owner, const char *key)
{
    const char *text = message_find(lang, owner, key);

    return text ? text : key;
}

char *message_fill(struct arena *a, const char *text, const char *const *args)
{
    struct buf b;
    char *out;
    int n = 0;

    buf_init(&b, FILL_MAX);
    while (args && args[n])
        n++;
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' && p[1] - '0' < n) {
            buf_str(&b, args[p[1] - '0']);
            p += 2;
        } else {
            buf_char(&b, *p);
        }
    }
    out = arena_strndup(a, b.p ? b.p : "", b.n);
    buf_free(&b);
    return out;
}
