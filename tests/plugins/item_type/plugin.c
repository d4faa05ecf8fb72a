/* A list whose items would hold a reference. */
#define NAME "item_type"
#include <wulian/plugin.h>
static const struct wl_field items[] = {
    {.name = "owner", .type = WL_REFERENCE, .of = "station.resident"}};
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "rows", .type = WL_LIST, .sensitivity = WL_CLASS_1, .items = WL_ROWS(items)        \
    }
#include "../plain.h"
