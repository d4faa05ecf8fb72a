#include "record/label.h"

#include "call/messages.h"

static const char *label_find(struct call *c, const struct rec *r, const char *name)
{
    return message_find(c->lang, r->owner, arena_printf(c->arena, "%s.%s", r->d.name, name));
}

const char *rec_label(struct call *c, const struct rec *r, int field)
{
    const char *text = label_find(c, r, r->fields[field].d.name);
    return text ? text : r->fields[field].d.name;
}

const char *rec_item_label(struct call *c, const struct rec *r, int field, int item)
{
    const char *name = r->fields[field].items[item].d.name;
    const char *text =
        label_find(c, r, arena_printf(c->arena, "%s.%s", r->fields[field].d.name, name));
    return text ? text : name;
}

const char *rec_labels(struct call *c, const struct rec *r, const int *fields, int n)
{
    const char *comma = c->lang == LANG_ZH ? "、" : ", ";
    const char *out = "";
    for (int i = 0; i < n; i++)
        out = arena_printf(c->arena, "%s%s%s", out, i ? comma : "", rec_label(c, r, fields[i]));
    return out;
}
