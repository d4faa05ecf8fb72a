#include "call/actor.h"

#include "base/str.h"

enum { VILLAGES = 1000 }; /* codes in a township: its 9 digits followed by 3 */

bool scope_holds(struct scope s, int64_t div)
{
    return !APP_WALL || (div >= s.lo && div < s.hi);
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
