/* Exports something, but not the one function of the contract. */
#include <wulian/plugin.h>

WL_EXPORT int wl_plugin_v0(void);

int wl_plugin_v0(void)
{
    return 0;
}
