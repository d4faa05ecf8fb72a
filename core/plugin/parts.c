#include "plugin/parts.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"

static const size_t tables[] = {
    offsetof(struct wl_plugin, statements), offsetof(struct wl_plugin, routes),
    offsetof(struct wl_plugin, indicators), offsetof(struct wl_plugin, access),
    offsetof(struct wl_plugin, settings),   offsetof(struct wl_plugin, chores),
};

enum { TABLES = sizeof tables / sizeof tables[0] };

/* A part may be older than the host, and then shorter. */
static struct wl_plugin part_of(const struct wl_plugin *p, uint32_t i)
{
    struct wl_plugin part = {0};
    memcpy(&part, p->parts[i], p->parts[i]->size < sizeof part ? p->parts[i]->size : sizeof part);
    return part;
}

static void *table_at(struct wl_plugin *p, size_t offset)
{
    return (char *)p + offset;
}

static bool table_append(struct arena *a, struct wl_table *to, const struct wl_table *from)
{
    if (from->count == 0)
        return true;
    if (to->count == 0) {
        *to = *from;
        return true;
    }
    if (to->stride != from->stride)
        return false;
    size_t old = (size_t)to->count * to->stride, more = (size_t)from->count * from->stride;
    char *rows = arena_alloc(a, old + more);
    memcpy(rows, to->rows, old);
    memcpy(rows + old, from->rows, more);
    *to = (struct wl_table){rows, to->count + from->count, to->stride};
    return true;
}

static bool records_append(struct arena *a, struct wl_records *to, const struct wl_records *from)
{
    if (from->count == 0)
        return true;
    if (to->count && to->size != from->size)
        return false;
    const struct wl_record **rows = arena_alloc(a, (to->count + from->count) * sizeof *rows);
    for (uint32_t i = 0; i < to->count; i++)
        rows[i] = to->rows[i];
    for (uint32_t i = 0; i < from->count; i++)
        rows[to->count + i] = from->rows[i];
    *to = (struct wl_records){rows, to->count + from->count, from->size};
    return true;
}

const struct wl_plugin *plugin_whole(struct arena *a, const struct wl_plugin *p, const char **why)
{
    if (p->nparts == 0)
        return p;
    struct wl_plugin *whole = arena_alloc(a, sizeof *whole);
    *whole = *p;
    for (uint32_t i = 0; i < p->nparts; i++) {
        struct wl_plugin part = part_of(p, i);
        bool fits = records_append(a, &whole->records, &part.records);
        for (size_t k = 0; fits && k < TABLES; k++)
            fits = table_append(a, table_at(whole, tables[k]), table_at(&part, tables[k]));
        if (!fits) {
            *why = arena_printf(a, "%s: part %u was built with another plugin.h; rebuild it whole",
                                p->name, (unsigned)i + 1);
            return NULL;
        }
    }
    return whole;
}
