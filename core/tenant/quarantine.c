#include "tenant/quarantine.h"

#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "tenant/activation.h"

static const struct quarantine *obeyed; /* set once at start */
static char left_out[QUARANTINE_MAX * PLUGIN_NAME];

static bool same(const char *a, const char *b, size_t cap)
{
    return strncmp(a, b, cap - 1) == 0;
}

bool quarantine_holds(const struct quarantine *q, const char *plugin, const char *version)
{
    for (int i = 0; i < QUARANTINE_MAX; i++) {
        const struct quarantined *x = &q->row[i];

        if (atomic_load_explicit(&x->on, memory_order_acquire) &&
            same(x->plugin, plugin, sizeof x->plugin) &&
            same(x->version, version, sizeof x->version))
            return true;
    }
    return false;
}

void quarantine_obey(const struct quarantine *q)
{
    obeyed = q;
}

enum plugin_hold plugin_hold(const char *name)
{
    const struct wl_plugin *p;

    if (name && str_has_word(left_out, name))
        return PLUGIN_LEFT_OUT;
    if (!obeyed || !name || !atomic_load_explicit(&obeyed->n, memory_order_acquire))
        return PLUGIN_SERVES;
    p = activation_plugin(name);
    return p && quarantine_holds(obeyed, name, p->version) ? PLUGIN_CRASHED : PLUGIN_SERVES;
}

bool plugin_quarantined(const char *name)
{
    return plugin_hold(name) != PLUGIN_SERVES;
}

const char *plugin_hold_text(enum plugin_hold hold)
{
    static const char *const keys[] = {[PLUGIN_CRASHED] = "quarantine.crashed",
                                       [PLUGIN_LEFT_OUT] = "quarantine.left_out"};

    return keys[hold];
}

bool quarantine_leaves_out(const char *plugin, const char *fingerprint)
{
    size_t n = strlen(left_out);

    if (!obeyed || !quarantine_holds(obeyed, plugin, fingerprint))
        return false;
    str_format(left_out + n, sizeof left_out - n, "%s%s", n ? " " : "", plugin);
    return true;
}

const char *plugins_left_out(void)
{
    return left_out;
}
