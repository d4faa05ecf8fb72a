/* 意外事件: what happened to an elder, and what was done at once. A grave one raises a request, as
 * urgent as the county's parameter says, and the head of the station is told. Whatever it was, it
 * is a major change: the elder is to be seen soon. */
#include "care.h"
#include "people.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ELDER_INCIDENT"},
    {"happened_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"place", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 200},
    {"severity", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SEVERITY"},
    {"measures", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED, .min = 2, .max = 1000},
    {"injury", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"hospital", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 80},
    {"family_told", WL_BOOL, WL_CLASS_1, .flags = WL_LISTED},
    {"reported_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"outcome", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 1000},
    {"closed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"close", "open", "closed", "close", .input = "outcome!",
     .set = WL_SQL("closed_by = core.actor(), closed_at = now()")},
};

static const struct wl_effect effects[] = {
    {.on = "create",
     .when = WL_SQL("t.severity = 'GRAVE'"),
     .record = "station.request",
     .rows = WL_SQL("select t.person, 'VISIT' as channel, 'CARE' as category, 'E' as domain,"
                    " core.param(t.county, 'elderly.incident_urgency') as urgency,"
                    " 'elderly.incident:' || t.id as plugin_ref,"
                    " '意外事件（' || c.zh || '）：' || t.measures as content"
                    " from core.code c where c.tab = 'ELDER_INCIDENT' and c.code = t.kind")},
    ELDER_CHANGED("create", "true", "INCIDENT"),
};

static const struct wl_notice notices[] = {
    {.on = "create",
     .to = "@station_head",
     .text = "incident.grave",
     .when = WL_SQL("t.severity = 'GRAVE'")},
};

const struct wl_record incident = {
    .name = "incident",
    .path = "incidents",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "open closed",
    .locked = "closed",
    .sort = "-happened_at",
    .title = "person happened_at",
    .person = "person",
    .verbs = "list get create patch export",
};
