#include "iam/body.h"

#include "base/str.h"

void body_only(struct call *c, const char *known)
{
    const struct jv *value;
    const char *key;
    void *at = NULL;

    while (jv_member(c->input, &at, &key, &value))
        if (!str_has_word(known, key))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
}

static const char *refuse(struct call *c, const char *name, const char *code, const char *arg)
{
    const char *const args[] = {arg, NULL};

    fault_add(c, arena_printf(c->arena, "/%s", name), code, args);
    return NULL;
}

const char *body_text(struct call *c, const char *name, bool required, int64_t max)
{
    const struct jv *v = jv_get(c->input, name);
    const char *s = jv_text(v);

    if (!v || jv_type(v) == JV_NULL)
        return required ? refuse(c, name, "required", NULL) : NULL;
    if (!s)
        return refuse(c, name, "text_expected", NULL);
    if (*s == '\0')
        return refuse(c, name, "too_short", "1");
    if ((int64_t)utf8_count(s) > max)
        return refuse(c, name, "too_long", arena_printf(c->arena, "%lld", (long long)max));
    return s;
}

const char *body_uuid(struct call *c, const char *name, bool required)
{
    enum { MAX = 64 };
    const char *s = body_text(c, name, required, MAX);

    return s && !uuid_valid(s) ? refuse(c, name, "id_expected", NULL) : s;
}

bool body_bool(struct call *c, const char *name)
{
    const struct jv *v = jv_get(c->input, name);
    bool flag = false;

    if (v && jv_type(v) != JV_NULL && !jv_bool(v, &flag))
        refuse(c, name, "boolean_expected", NULL);
    return flag;
}
