/* How a notice reads: its message, with the row's values as people call them. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/label.h"
#include "record/tell.h"

enum { TEXT_MAX = 4000 };

static const char *codes_label(struct arena *a, enum lang lang, const char *tab, const char *codes)
{
    const char *out = "";
    size_t n;

    for (const char *at = codes, *w; (w = str_word_next(&at, &n));)
        out = arena_printf(a, "%s%s%s", out, *out ? message(lang, NULL, "notice.and") : "",
                           code_label(lang, tab, arena_strndup(a, w, n)));
    return out;
}

static const char *value_text(struct arena *a, enum lang lang, const struct rec *r, int field,
                              const char *value)
{
    const struct rec_field *f = field >= 0 ? &r->fields[field] : NULL;

    if (!value || !*value)
        return message(lang, NULL, "notice.none");
    if (!f)
        return value;
    if (field == r->state)
        return message(lang, r->owner, label_state(a, r, value));
    switch (f->d.type) {
    case WL_CHOICE:
    case WL_CHOICES:
        return codes_label(a, lang, f->d.of, value);
    case WL_BOOL:
        return message(lang, NULL, *value == 't' ? "notice.yes" : "notice.no");
    default:
        return value;
    }
}

/* What of its title the notice carries. */
static const char *title_text(struct arena *a, enum lang lang, const struct rec *r,
                              const struct jv *args)
{
    const char *out = "";
    size_t n;

    for (const char *at = r->d.title, *w; at && (w = str_word_next(&at, &n));) {
        const char *name = arena_strndup(a, w, n), *value = jv_text(jv_get(args, name));

        if (value)
            out = arena_printf(a, "%s%s%s", out, *out ? " " : "",
                               value_text(a, lang, r, rec_field_find(r, name), value));
    }
    return out;
}

static const char *word_text(struct arena *a, enum lang lang, const struct rec *r,
                             const struct notice *n, const char *name)
{
    const char *value = jv_text(jv_get(n->args, name));

    if (!r || name[0] != '_')
        return value_text(a, lang, r, r ? rec_field_find(r, name) : -1, value);
    if (str_eq(name, "_record"))
        return message(lang, r->owner, r->d.name);
    if (str_eq(name, "_limit"))
        return message(lang, r->owner, label_field(a, r, value ? value : ""));
    return str_eq(name, "_title") ? title_text(a, lang, r, n->args) : value ? value : "";
}

const char *tell_text(struct arena *a, enum lang lang, const struct notice *n)
{
    const struct rec *r = rec_find(n->record);
    const char *at = message(lang, n->module, arena_printf(a, "notice.%s", n->text));
    struct buf b;
    const char *text;

    buf_init(&b, TEXT_MAX);
    for (const char *open, *close; (open = strchr(at, '{')) && (close = strchr(open, '}'));
         at = close + 1) {
        const char *name = arena_strndup(a, open + 1, (size_t)(close - open) - 1);
        buf_add(&b, at, (size_t)(open - at));
        buf_str(&b, word_text(a, lang, r, n, name));
    }
    buf_str(&b, at);
    text = arena_strndup(a, b.p ? b.p : "", b.n);
    buf_free(&b);
    return text;
}

const char *tell_link(struct arena *a, const struct notice *n)
{
    const struct rec *r = rec_find(n->record);

    return r ? arena_printf(a, "/api/v1/%s/%s/%s", r->owner, r->d.path, n->id) : NULL;
}
