/* Lists of rows within a row: kept as one jsonb, checked member by member as fields are. */
#include <string.h>

#include "base/str.h"
#include "json/jw.h"
#include "record/convert.h"

static const struct rec_field *item_field(const struct rec_field *list, const char *name)
{
    for (int i = 0; i < list->nitems; i++)
        if (str_eq(list->items[i].d.name, name))
            return &list->items[i];
    return NULL;
}

/* What was stored is what was checked: the converter's text where it normalises, the value as it
 * came where that is more than a text. */
static void member_write(struct call *c, struct jw *w, const struct rec_field *f,
                         const struct jv *v, const char *text)
{
    jw_key_made(w, &f->key);
    if (f->d.type == WL_CHOICES)
        text = jv_dump(c->arena, v);
    if (f->d.type == WL_CHOICES || f->d.type == WL_INTEGER || f->d.type == WL_MONEY ||
        f->d.type == WL_BOOL)
        jw_raw(w, text, strlen(text));
    else
        jw_text(w, text);
}

static void unknown_refuse(struct call *c, const struct rec_field *f, const char *pointer,
                           const struct jv *item)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;
    while (jv_member(item, &at, &key, &v))
        if (!item_field(f, key))
            input_refuse(c, fault_pointer(c, pointer, key), "unknown_field", NULL);
}

static void item_read(struct call *c, struct jw *w, const struct rec_field *f, const char *pointer,
                      const struct jv *item)
{
    if (jv_type(item) != JV_OBJECT) {
        input_refuse(c, pointer, "object_expected", NULL);
        return;
    }
    unknown_refuse(c, f, pointer, item);
    jw_object(w);
    for (int i = 0; i < f->nitems; i++) {
        const struct rec_field *x = &f->items[i];
        const char *at = fault_pointer(c, pointer, x->d.name);
        const struct jv *v = jv_get(item, x->d.name);
        bool empty = jv_type(v) == JV_NONE || jv_type(v) == JV_NULL;
        const char *text = empty ? NULL : input_value(c, x, at, v);
        if (text)
            member_write(c, w, x, v, text);
        else if (empty && (x->d.flags & WL_REQUIRED))
            input_refuse(c, at, "required", NULL);
    }
    jw_end(w, '}');
}

static bool count_fits(struct call *c, const struct rec_field *f, const char *pointer, size_t n)
{
    int64_t max = f->d.max ? f->d.max : REC_ITEMS_DEFAULT;
    const char *const args[] = {arena_printf(c->arena, "%lld", (long long)f->d.min),
                                arena_printf(c->arena, "%lld", (long long)max), NULL};
    if ((int64_t)n >= f->d.min && (int64_t)n <= max)
        return true;
    fault_add(c, pointer, "items", args);
    return false;
}

const char *convert_list(struct call *c, const struct rec_field *f, const char *pointer,
                         const struct jv *v)
{
    struct buf b;
    struct jw w;
    int faults = c->nfaults;
    const char *text = NULL;
    if (jv_type(v) != JV_ARRAY)
        return input_refuse(c, pointer, "array_expected", NULL);
    if ((f->d.flags & WL_REQUIRED) && jv_count(v) == 0)
        return input_refuse(c, pointer, "required", NULL);
    if (!count_fits(c, f, pointer, jv_count(v)))
        return NULL;
    buf_init(&b, REC_LIST_BYTES);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < jv_count(v); i++)
        item_read(c, &w, f, arena_printf(c->arena, "%s/%zu", pointer, i), jv_at(v, i));
    jw_end(&w, ']');
    if (c->nfaults > faults)
        goto out;
    text = b.over ? input_refuse(c, pointer, "list_too_large", NULL)
                  : arena_strndup(c->arena, b.p, b.n);
out:
    buf_free(&b);
    return text;
}
