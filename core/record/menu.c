/* The menu: which records a caller finds, grouped as their module is (its parts). What belongs to
 * one row of another record, as a case's notes do, says whose it is at creation and for ever; it
 * names that record as its parent and is found there. */
#include <string.h>

#include "base/str.h"
#include "record/label.h"
#include "record/menu.h"
#include "record/schema.h"

/* The record of the same module that a row belongs to; NULL: it stands by itself. */
static const char *parent_of(const struct rec *r)
{
    static const uint32_t belongs = WL_REQUIRED | WL_FIXED;

    for (int i = 0; i < r->nfields; i++) {
        const struct wl_field *d = &r->fields[i].d;
        if (d->type == WL_REFERENCE && (d->flags & belongs) == belongs &&
            !(r->d.person && str_eq(r->d.person, d->name)))
            return str_starts(d->of, r->owner) && d->of[strlen(r->owner)] == '.' ? d->of : NULL;
    }
    return NULL;
}

static bool part_has(const struct wl_plugin *part, const struct rec *r)
{
    for (uint32_t i = 0; i < part->records.count; i++)
        if (str_eq(part->records.rows[i]->name, r->d.name))
            return true;
    return false;
}

/* In which part of the module the record is described; -1: in the module itself. */
static int part_of(const struct wl_plugin *p, const struct rec *r)
{
    for (uint32_t i = 0; i < p->nparts; i++)
        if (part_has(p->parts[i], r))
            return (int)i;
    return -1;
}

static void item_write(struct jw *w, const struct schema_view *v, const struct rec *r)
{
    jw_object(w);
    jw_kv_text(w, "type", r->name);
    jw_key(w, "labels");
    label_write(w, r->owner, r->d.name);
    jw_kv_text(w, "path", arena_printf(v->a, "/api/v1/%s/%s", r->owner, r->d.path));
    jw_kv_text(w, "parent", parent_of(r));
    jw_end(w, '}');
}

/* A part is named "part.<name>" in the module's texts; one that is not goes by the module's name.
 */
static const char *group_label(const struct schema_view *v, const struct wl_plugin *p, int part)
{
    const char *own = part < 0 ? NULL : arena_printf(v->a, "part.%s", p->parts[part]->name);

    return own && label_known(p->name, own) ? own : arena_printf(v->a, "plugin.%s", p->name);
}

static void group_begin(struct jw *w, const struct schema_view *v, const struct wl_plugin *p,
                        int part)
{
    jw_object(w);
    jw_kv_text(w, "name", part < 0 ? p->name : p->parts[part]->name);
    jw_key(w, "labels");
    label_write(w, p->name, group_label(v, p, part));
    jw_key(w, "items");
    jw_array(w);
}

static void group_write(struct jw *w, const struct schema_view *v, const struct wl_plugin *p,
                        int part, const struct rec *const *recs, int n)
{
    int written = 0;

    for (int i = 0; i < n; i++) {
        if (part_of(p, recs[i]) != part)
            continue;
        if (!written++)
            group_begin(w, v, p, part);
        item_write(w, v, recs[i]);
    }
    if (written) {
        jw_end(w, ']');
        jw_end(w, '}');
    }
}

static void module_write(struct jw *w, const struct schema_view *v, const struct wl_plugin *p,
                         const struct rec *const *recs, int n)
{
    jw_object(w);
    jw_kv_text(w, "name", p->name);
    jw_key(w, "labels");
    label_write(w, p->name, arena_printf(v->a, "plugin.%s", p->name));
    jw_key(w, "groups");
    jw_array(w);
    for (int part = -1; part < (int)p->nparts; part++)
        group_write(w, v, p, part, recs, n);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* Of the records open to the caller those that can be listed. */
static int listed(const struct schema_view *v, const struct schema_module *m,
                  const struct rec **recs)
{
    int all = schema_records(v, m, recs, 0);
    int n = 0;

    for (int i = 0; i < all; i++)
        if (str_has_word(schema_verbs(v, recs[i]), "list"))
            recs[n++] = recs[i];
    return n;
}

static void menu_handle(struct call *c, struct db_conn *conn)
{
    struct schema_view v = schema_view_of(c);
    const struct rec **recs = arena_alloc(c->arena, sizeof *recs * SCHEMA_RECORDS_MAX);
    int modules;
    const struct schema_module *m = schema_modules(&modules);

    if (!schema_session_holds(c, conn))
        return;
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "modules");
    jw_array(w);
    for (int i = 0; i < modules; i++) {
        int n = listed(&v, &m[i], recs);
        if (n)
            module_write(w, &v, m[i].plugin, recs, n);
    }
    jw_end(w, ']');
    jw_end(w, '}');
    schema_seal(c);
}

const struct op menu_op = {
    .method = "GET",
    .path = "/api/v1/menu",
    .lane = OP_THREAD,
    .flags = OP_TAGGED,
    .handle = menu_handle,
    .summary = "The records that the caller finds, grouped as their modules are",
    .gives = "{modules:[{name labels:{zh en} groups:[{name labels:{zh en}"
             " items:[{type labels:{zh en} path parent?}]}]}]}",
};
