#include "record/label.h"

#include "base/str.h"
#include "call/messages.h"
#include "record/section.h"

/* ---- keys ------------------------------------------------------------------------------------ */

const char *label_field(struct arena *a, const struct rec *r, const char *name)
{
    const char *own = arena_printf(a, "%s.%s", r->d.name, name);
    const char *tag = arena_printf(a, "tag.%s", name);
    return !label_known(r->owner, own) && label_known(NULL, tag) ? tag : own;
}

const char *label_state(struct arena *a, const struct rec *r, const char *state)
{
    return arena_printf(a, "%s.state.%s", r->d.name, state);
}

const char *label_action(struct arena *a, const struct rec *r, const char *action)
{
    return arena_printf(a, "%s.action.%s", r->d.name, action);
}

const char *label_confirm(struct arena *a, const struct rec *r, const char *action)
{
    return arena_printf(a, "%s.action.%s.confirm", r->d.name, action);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static const char *text_of(struct call *c, const struct rec *r, const char *name,
                           const char *instead)
{
    const char *text = message_find(c->lang, r->owner, label_field(c->arena, r, name));
    return text ? text : instead;
}

const char *rec_label(struct call *c, const struct rec *r, int field)
{
    const char *name = r->fields[field].d.name;
    return text_of(c, r, name, name);
}

const char *rec_item_label(struct call *c, const struct rec *r, int field, int item)
{
    const struct rec_field *f = &r->fields[field];
    const char *name = f->items[item].d.name;
    return text_of(c, r, arena_printf(c->arena, "%s.%s", f->d.name, name), name);
}

const char *rec_labels(struct call *c, const struct rec *r, const int *fields, int n)
{
    const char *comma = c->lang == LANG_ZH ? "、" : ", ";
    const char *out = "";
    for (int i = 0; i < n; i++)
        out = arena_printf(c->arena, "%s%s%s", out, i ? comma : "", rec_label(c, r, fields[i]));
    return out;
}

void label_members(struct jw *w, const char *owner, const char *key)
{
    jw_kv_text(w, "zh", message(LANG_ZH, owner, key));
    jw_kv_text(w, "en", message(LANG_EN, owner, key));
}

void label_write(struct jw *w, const char *owner, const char *key)
{
    jw_object(w);
    label_members(w, owner, key);
    jw_end(w, '}');
}

bool label_known(const char *owner, const char *key)
{
    return message_find(LANG_ZH, owner, key) && message_find(LANG_EN, owner, key);
}

/* ---- the loader's check ---------------------------------------------------------------------- */

static bool need(struct arena *a, const struct rec *r, const char *part, const char *name,
                 const char *key, const char **why)
{
    if (label_known(r->owner, key))
        return true;
    *why = arena_printf(a,
                        "%s: record %s: %s %s: has no label: add the text \"%s\" to"
                        " messages/zh-CN.json and en.json",
                        r->owner, r->d.name, part, name, key);
    return false;
}

static bool field_check(struct arena *a, const struct rec *r, const struct rec_field *f,
                        const char **why)
{
    bool ok = need(a, r, "field", f->d.name, label_field(a, r, f->d.name), why);
    for (int i = 0; ok && i < f->nitems; i++) {
        const char *name = arena_printf(a, "%s.%s", f->d.name, f->items[i].d.name);
        ok = need(a, r, "field", name, label_field(a, r, name), why);
    }
    return ok;
}

/* What names a row to people is made of fields. */
static bool title_check(struct arena *a, const struct rec *r, const char **why)
{
    size_t n;
    for (const char *at = r->d.title, *w; at && (w = str_word_next(&at, &n));) {
        const char *name = arena_strndup(a, w, n);
        if (rec_field_find(r, name) >= 0)
            continue;
        *why =
            arena_printf(a, "%s: record %s: title %s: is not a field of the record; mend `title`",
                         r->owner, r->d.name, name);
        return false;
    }
    return true;
}

bool labels_check(struct arena *a, const struct rec *r, const char **why)
{
    bool ok = title_check(a, r, why) && need(a, r, "name", r->d.name, r->d.name, why);
    for (int i = 0; ok && i < r->nfields; i++)
        ok = field_check(a, r, &r->fields[i], why);
    for (int i = 0; ok && i < r->nstates; i++)
        ok = need(a, r, "state", r->states[i], label_state(a, r, r->states[i]), why);
    for (int i = 0; ok && i < r->nactions; i++)
        ok = need(a, r, "action", r->actions[i].d.name, label_action(a, r, r->actions[i].d.name),
                  why);
    for (int i = 0; ok && i < r->nsections; i++)
        ok = need(a, r, "section", r->sections[i].name, section_key(a, r, i), why);
    return ok;
}
