/* 功能室: office, archive, casework and group rooms of a station or a village's room. When they were
 * last inspected follows from the checks of their unit. */
#include "station/network/network.h"

static const struct wl_field fields[] = {
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"type", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ROOM_TYPE"},
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"area_m2", WL_DECIMAL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 100000,
     .scale = 1},
    {"has_logo", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"books", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .max = 1000000},
    {"plants", WL_INTEGER, WL_CLASS_0, .flags = 0, .max = 100000},
    {"photo", WL_FILE, WL_CLASS_1, .flags = 0, .of = "image"},
    {"photo_2", WL_FILE, WL_CLASS_1, .flags = 0, .of = "image"},
    {"photo_3", WL_FILE, WL_CLASS_1, .flags = 0, .of = "image"},
    {"inspected_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_guard guards[] = {
    {"unit", "room_unit_kind",
     WL_SQL("exists (select from admin.org_unit o where o.county = t.county and o.id = t.unit"
            " and o.kind in ('GENSTATION', 'STATION', 'ROOM') and o.township = t.township)")},
};

const struct wl_record network_room = {
    .name = "station_room",
    .path = "rooms",
    .object = "room",
    .fields = WL_ROWS(fields),
    .guards = WL_ROWS(guards),
    .sort = "-created_at",
    .title = "name type",
    .verbs = "list get create patch delete import export",
};
