#include "call/actor.h"

#include "base/str.h"

/* Codes in a township, its 9 digits followed by 3, and in a county. */
enum { VILLAGES = 1000, COUNTY = 1000 * VILLAGES };

struct scope scope_of(int64_t div)
{
    int64_t width = div % COUNTY == 0 ? COUNTY : div % VILLAGES == 0 ? VILLAGES : 1;

    return (struct scope){div, div + width};
}

bool scope_holds(struct scope s, int64_t div)
{
    return !APP_WALL || (div >= s.lo && div < s.hi);
}

bool scope_covers(struct scope s, int64_t div)
{
    return !APP_WALL || (div >= s.lo && scope_of(div).hi <= s.hi);
}

static bool plugin_on(const struct actor *a, const char *plugin, int64_t township)
{
    for (int i = 0; i < a->nactivations; i++)
        if (a->activations[i].township == township && str_eq(a->activations[i].plugin, plugin))
            return true;
    return false;
}

bool actor_has_plugin(const struct actor *a, const char *plugin)
{
    return !APP_WALL || !plugin || a->township == 0 || plugin_on(a, plugin, a->township);
}

bool actor_plugin_on_at(const struct actor *a, const char *plugin, int64_t div)
{
    return !APP_WALL || !plugin || plugin_on(a, plugin, div / VILLAGES);
}
