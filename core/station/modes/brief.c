/* 切换知会: a station hears of a switch that concerns it, says that it knows, and what it does. The
 * switch itself makes them; nobody writes one by hand. */
#include "station/modes/modes.h"

static const struct wl_field fields[] = {
    {"mode_switch", WL_REFERENCE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "station.mode_switch"},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "BRIEF_KIND"},
    {"mode", WL_CHOICE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_MODE"},
    {"starts_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"ends_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"bookings", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"due_ack_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'mode.acknowledge_minutes', now())")},
    {"measures", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 1000},
    {"acknowledged_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"acknowledged_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"acknowledge", "sent", "acknowledged", "acknowledge", .input = "measures!",
     .set = WL_SQL("acknowledged_by = core.actor(), acknowledged_at = now()")},
};

static const struct wl_limit limits[] = {
    {"due_ack_at", .ended = "acknowledged", .remind = "@station_head"},
};

static const struct wl_notice notices[] = {
    {"create", "@station_head @social_worker @room_worker", "mode_begins",
     .when = WL_SQL("t.kind = 'BEGIN'")},
    {"create", "@station_head @social_worker @room_worker", "mode_ends",
     .when = WL_SQL("t.kind = 'END'")},
};

const struct wl_record station_mode_brief = {
    .name = "mode_brief",
    .path = "mode_briefs",
    .object = "mode_brief",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "sent acknowledged",
    .locked = "acknowledged",
    .sort = "-created_at",
    .title = "mode kind",
    .verbs = "list get",
};
