/* 标准检查: one visit to a unit with a checklist in hand. Whether it passed is worked out from the
 * results, and it counts once somebody else has confirmed it. */
#include "station/network/network.h"

static const struct wl_field items[] = {
    {"code", WL_TEXT, .flags = WL_REQUIRED, .min = 1, .max = 20},
    {"value", WL_DECIMAL, .max = 1000000000, .scale = 1},
    {"met", WL_BOOL, .flags = 0},
    {"note", WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"scheme", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "station.check_scheme"},
    {"checked_on", WL_DATE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FIXED | WL_NOT_FUTURE},
    {"checked_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"items", WL_LIST, WL_CLASS_1, .flags = WL_REQUIRED | WL_FIXED, .min = 1, .max = 100,
     .items = WL_ROWS(items)},
    {"photo", WL_FILE, WL_CLASS_1, .flags = WL_FIXED, .of = "image"},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_FIXED, .max = 1000},
    {"passed", WL_BOOL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("station.check_missing(v.county, v.scheme, v.items) = ''")},
    {"missing", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("nullif(station.check_missing(v.county, v.scheme, v.items), '')")},
    {"confirmed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"confirm", "recorded", "confirmed", "confirm", .never = "checked_by",
     .set = WL_SQL("confirmed_by = core.actor()")},
    {"void", "recorded confirmed", "voided", "confirm", .input = "reason!"},
};

static const struct wl_guard guards[] = {
    {"scheme", "standard_check_scheme",
     WL_SQL("exists (select from station.check_scheme c join admin.org_unit o"
            " on o.county = c.county and o.kind = c.kind"
            " where c.county = t.county and c.id = t.scheme and c.state <> 'draft'"
            " and o.id = t.unit and o.township = t.township)")},
    {"items", "standard_check_items",
     WL_SQL("station.check_complete(t.county, t.scheme, t.items)")},
};

static const struct wl_effect effects[] = {
    {"confirm", .record = "station.station_room",
     .rows = WL_SQL("select r.id, t.checked_on from t join station.station_room r"
                    " on r.county = t.county and r.unit = t.unit and r.deleted_at is null"),
     .set = WL_SQL("inspected_on = greatest(o.inspected_on, s.checked_on)")},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@township_officer", .text = "standard_check.recorded"},
    {.on = "confirm", .to = "@station_head", .text = "standard_check.below",
     .when = WL_SQL("not t.passed")},
};

const struct wl_record network_standard_check = {
    .name = "standard_check",
    .path = "standard_checks",
    .object = "standard_check",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .effects = WL_ROWS(effects),
    .states = "recorded confirmed voided",
    .locked = "confirmed voided",
    .notices = WL_ROWS(notices),
    .sort = "-created_at",
    .title = "unit checked_on",
    .verbs = "list get create export",
};
