#include "tenant/activation.h"

#include <string.h>

#include "base/str.h"

static struct {
    const struct wl_plugin *const *plugins;
    int n;
} catalog; /* set once at start */

void activation_set_catalog(const struct wl_plugin *const *plugins, int n)
{
    catalog.plugins = plugins;
    catalog.n = n;
}

const struct wl_plugin *const *activation_catalog(int *n)
{
    *n = catalog.n;
    return catalog.plugins;
}

const struct wl_plugin *activation_plugin(const char *name)
{
    for (int i = 0; i < catalog.n; i++)
        if (str_eq(catalog.plugins[i]->name, name))
            return catalog.plugins[i];
    return NULL;
}

int64_t activation_township(const char *text)
{
    enum { SHORT = 9, LONG = 12, VILLAGES = 1000 };
    size_t n = strlen(text);
    int64_t code = 0;

    if ((n != SHORT && n != LONG) || n != strspn(text, "0123456789") || text[0] == '0' ||
        !str_int64(text, &code))
        return 0;
    if (n == LONG && code % VILLAGES != 0)
        return 0;
    code = n == LONG ? code / VILLAGES : code;
    return code % VILLAGES == 0 ? 0 : code; /* …000 is the county */
}

bool activation_setting(const struct wl_plugin *p, uint32_t i, struct wl_setting *out)
{
    const struct wl_table *t = &p->settings;
    size_t n = t->stride < sizeof *out ? t->stride : sizeof *out;

    if (i >= t->count)
        return false;
    memset(out, 0, sizeof *out); /* an older plugin's row is shorter: the rest stays zero */
    memcpy(out, (const char *)t->rows + (size_t)i * t->stride, n);
    return true;
}

const char *activation_type(uint32_t type)
{
    static const char *const types[] = {
        [WL_INTEGER] = "integer", [WL_BOOL] = "boolean", [WL_TEXT] = "text", [WL_MONEY] = "money"};

    return types[type];
}

static bool setting_find(const struct wl_plugin *p, const char *name, struct wl_setting *out)
{
    for (uint32_t i = 0; activation_setting(p, i, out); i++)
        if (str_eq(out->name, name))
            return true;
    return false;
}

static const char *number_text(struct call *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

static void refuse(struct call *c, const char *name, const char *code, const char *a,
                   const char *b)
{
    const char *const args[] = {a, b, NULL};

    fault_add(c, fault_pointer(c, "/settings", name), code, args);
}

static void number_check(struct call *c, const struct wl_setting *s, const struct jv *v)
{
    int64_t n;

    if (!jv_int(v, &n))
        refuse(c, s->name, s->type == WL_MONEY ? "money_expected" : "integer_expected", NULL, NULL);
    else if ((s->min || s->max) && (n < s->min || n > s->max))
        refuse(c, s->name, "range", number_text(c, s->min), number_text(c, s->max));
}

static void text_check(struct call *c, const struct wl_setting *s, const struct jv *v)
{
    enum { MAX = 500 };
    const char *text = jv_text(v);
    int64_t max = s->max ? s->max : MAX;
    int64_t n = text ? (int64_t)utf8_count(text) : 0;

    if (!text)
        refuse(c, s->name, "text_expected", NULL, NULL);
    else if (n < s->min || n > max)
        refuse(c, s->name, "length", number_text(c, s->min), number_text(c, max));
}

static void value_check(struct call *c, const struct wl_setting *s, const struct jv *v)
{
    bool flag;

    if (s->type == WL_BOOL) {
        if (!jv_bool(v, &flag))
            refuse(c, s->name, "boolean_expected", NULL, NULL);
    } else if (s->type == WL_TEXT) {
        text_check(c, s, v);
    } else {
        number_check(c, s, v);
    }
}

const char *activation_settings(struct call *c, const struct wl_plugin *p,
                                const struct jv *settings)
{
    const struct jv *value;
    const char *name;
    struct wl_setting s;
    int before = c->nfaults;
    void *at = NULL;

    if (!settings || jv_type(settings) == JV_NULL)
        return NULL;
    if (jv_type(settings) != JV_OBJECT) {
        fault_add(c, "/settings", "object_expected", NULL);
        return NULL;
    }
    while (jv_member(settings, &at, &name, &value)) {
        if (setting_find(p, name, &s))
            value_check(c, &s, value);
        else
            refuse(c, name, "unknown_field", NULL, NULL);
    }
    return c->nfaults == before ? jv_dump(c->arena, settings) : NULL;
}
