#include "call/actor.h"

#include "base/str.h"

enum { VILLAGES = 1000 }; /* codes in a township: its 9 digits followed by 3 */

/* -DWULIAN_WALL_APP_OFF, for isolation tests only: the application's own checks say yes to
 * everything, so that the database alone must refuse. */
#ifdef WULIAN_WALL_APP_OFF
enum { WALL_OFF = 1 };
#else
enum { WALL_OFF = 0 };
#endif

bool scope_holds(struct scope s, int64_t div)
{
    return WALL_OFF || (div >= s.lo && div < s.hi);
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
    return WALL_OFF || !plugin || a->township == 0 || plugin_on(a, plugin, a->township);
}

bool actor_plugin_on_at(const struct actor *a, const char *plugin, int64_t div)
{
    return WALL_OFF || !plugin || plugin_on(a, plugin, div / VILLAGES);
}
