/* 整改: a problem a supervision found. The station mends it and shows proof; the supervisor who
 * found it accepts or returns it. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"supervision", WL_REFERENCE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.supervision"},
    {"problem", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 500},
    {"supervisor", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("(select s.supervisor from station.supervision s"
                       " where s.county = v.county and s.id = v.supervision)")},
    {"due", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"measure", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 2000},
    {"evidence", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"submitted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"returns", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"submit", "open returned", "submitted", "mend", .input = "measure! evidence",
     .set = WL_SQL("submitted_at = now()")},
    {"accept", "submitted", "accepted", "accept", .only = "supervisor",
     .set = WL_SQL("accepted_at = now()")},
    {"return", "submitted", "returned", "accept", .input = "reason!", .only = "supervisor",
     .set = WL_SQL("returns = t.returns + 1")},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "submitted accepted", .remind = "supervisor @station_head"},
};

static const struct wl_notice notices[] = {
    {.on = "submit", .to = "supervisor", .text = "rectification.submitted"},
    {.on = "return", .to = "@station_head", .text = "rectification.returned"},
};

const struct wl_record station_rectification = {
    .name = "rectification",
    .path = "rectifications",
    .object = "rectification",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "open submitted returned accepted",
    .locked = "submitted accepted",
    .sort = "due_at",
    .title = "problem",
    .verbs = "list get create patch export",
};
