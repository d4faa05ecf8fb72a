/* How a notice reads: its message, with the row's values as people call them. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/label.h"
#include "record/tell.h"

enum { TEXT_MAX = 4000 };

static const char *code_label(enum lang lang, const char *tab, const char *code)
{
    const struct code *x = code_find(tab, code, date_today());

    return !x ? code : lang == LANG_EN ? x->en : x->zh;
}

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
        buf_str(&b, value_text(a, lang, r, r ? rec_field_find(r, name) : -1,
                               jv_text(jv_get(n->args, name))));
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
