/* Has the function, which gives nothing. */
#include <wulian/plugin.h>

const struct wl_plugin *wl_plugin_v1(void)
{
    return NULL;
}
