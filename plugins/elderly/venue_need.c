/* 需求收集: what the residents of a home ask for. Planned, it becomes an activity of the station;
 * when that was held (chore venue_needs), whoever took the need down tells those who asked. */
#include "venue.h"

static const struct wl_field fields[] = {
    {"venue", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.venue"},
    {"collected_on", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_FIXED | WL_NOT_FUTURE},
    {"collected_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("core.actor()")},
    {"asked_by", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 100},
    {"heads", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 10000},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ACTIVITY_KIND"},
    {"content", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 500},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = 100},
    {"starts_at", WL_TIME, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"organiser", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"activity", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .of = "station.activity"},
    {"held_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"due_answer_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"feedback", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .min = 2, .max = 500},
    {"rating", WL_INTEGER, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = 5},
    {"answered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"plan", "raised", "planned", "plan", .input = "title! starts_at! organiser!"},
    {"decline", "raised", "declined", "plan", .input = "reason!"},
    {"answer", "held", "answered", "update", .input = "feedback! rating",
     .set = WL_SQL("answered_at = now()")},
};

static const struct wl_effect effects[] = {
    {.on = "plan",
     .record = "station.activity",
     .rows = WL_SQL("select t.title, t.kind, t.content as goals, t.organiser, v.name as place,"
                    "       t.venue, t.starts_at, 'OFFLINE' as form, t.heads as plan_count,"
                    "       'STATION' as platform, array['D2', 'D21'] as dims, 'E' as service,"
                    "       array['L1', 'L2'] as links, 'UNIVERSAL' as reach,"
                    "       'elderly.venue_need:' || t.id as plugin_ref"
                    "  from station.v_venue v"
                    " where v.county = t.county and v.id = t.venue")},
};

static const struct wl_guard guards[] = {
    {"venue", "need_venue", WL_SQL(VENUE_IS(ELDER_VENUES, "t.collected_on"))},
    {"starts_at", "need_suspended",
     WL_SQL("t.state <> 'planned' or core.service_how(t.county, t.div, 'GROUP_ACTIVITY', t.venue,"
            " t.starts_at) <> 'SUSPEND'")},
};

static const struct wl_guard_text guard_texts[] = {
    {"need_suspended",
     WL_SQL("core.service_told(t.county, t.div, 'GROUP_ACTIVITY', t.venue, t.starts_at)")},
};

static const struct wl_limit limits[] = {
    {"due_answer_at", .ended = "answered", .staff = "collected_by", .remind = "collected_by"},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head", .text = "venue_need.raised"},
    {.on = "venue_needs",
     .to = "collected_by",
     .text = "venue_need.held",
     .when = WL_SQL("t.state = 'held'")},
};

const struct wl_record venue_need = {
    .name = "venue_need",
    .path = "venue_needs",
    .object = "elder_venue",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "raised planned held answered declined",
    .locked = "planned held answered declined",
    .sort = "-collected_on",
    .title = "venue content",
    .person = "venue",
    .verbs = "list get create patch export",
};
