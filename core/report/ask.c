#include "report/ask.h"

#include "base/str.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "record/record.h"
#include "tenant/activation.h"

bool ask_refuse(struct call *c, const char *name, const char *code)
{
    query_refuse(c, name, code);
    return !faults_reply_as(c, 400, "bad_query");
}

bool ask_report(struct call *c)
{
    return str_has_word("SM-01 CM-01", c->args[0]) || problem(c, 404, "not_found");
}

bool ask_org(struct call *c, const char **org)
{
    *org = call_query(c, "org");
    return !*org || uuid_valid(*org) || ask_refuse(c, "org", "id_expected");
}

const char *ask_plugins(struct call *c)
{
    int n;
    const struct wl_plugin *const *plugins = activation_catalog(&n);
    const char *on = "";
    for (int i = 0; i < n; i++)
        if (actor_has_plugin(c->actor, plugins[i]->name))
            on = arena_printf(c->arena, "%s%s%s", on, *on ? "," : "", plugins[i]->name);
    return arena_printf(c->arena, "{%s}", on);
}

const char **ask_params(struct call *c, const char *from, const char *to, const char *org, int n)
{
    const char **p = rec_params(c, n);
    p[3] = from;
    p[4] = to;
    p[5] = org;
    p[6] = ask_plugins(c);
    return p;
}

bool ask_counts(const struct call *c, const struct indicator *x)
{
    bool any = false;
    for (int i = 0; i < x->nparts; i++)
        any = any || actor_has_plugin(c->actor, x->parts[i].gate);
    return any;
}

bool ask_rows(struct call *c, const struct indicator *x, struct db_batch *b)
{
    bool open = true;
    for (int i = 0; i < x->nparts; i++) {
        const struct indicator_part *p = &x->parts[i];
        for (int k = 0; k < p->nrecords && actor_has_plugin(c->actor, p->gate); k++) {
            const char *object = p->records[k]->d.object;
            const char *rights = x->d.flags & WL_KIND_CLOSED
                                     ? arena_printf(c->arena, "%s.read", object)
                                     : arena_printf(c->arena, "%s.read %s.masked", object, object);
            open = open && permission_choose(c, rights);
            if (b)
                also_add(c, b, rights);
        }
    }
    return open;
}
