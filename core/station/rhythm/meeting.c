/* 会议: planned with an agenda, held, minuted, and closed when every item of the agenda has its
 * conclusion. The weekly dispatch is made by the calendar (rhythm_chores.c). */
#include "station/rhythm/rhythm.h"

static const struct wl_field attendee[] = {
    {"name", WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {"duty", WL_TEXT, .max = 60},
    {"present", WL_BOOL, .flags = WL_REQUIRED},
    {"reason", WL_TEXT, .max = 100},
};

static const struct wl_field fields[] = {
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "MEETING_KIND"},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"held_at", WL_TIME, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"place", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 100},
    {"committee", WL_REFERENCE, WL_CLASS_1, .flags = WL_FILTER, .of = "station.committee"},
    {"chair", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"attendees", WL_LIST, WL_CLASS_1, .max = 200, .items = WL_ROWS(attendee)},
    {"minutes", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 20000},
    {"minutes_file", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"minuted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"hold", "planned", "held", "manage", .input = "attendees! chair place"},
    {"minute", "held minuted", "minuted", "manage", .input = "minutes! minutes_file",
     .set = WL_SQL("minuted_at = now()")},
    {"close", "minuted", "closed", "manage", .set = WL_SQL("closed_at = now()"),
     .guard = WL_SQL("not exists (select from station.meeting_item i where i.county = t.county"
                     " and i.meeting = t.id and i.state = 'open' and i.deleted_at is null)"),
     .refusal = "meeting_items_open"},
    {"cancel", "planned", "cancelled", "manage", .input = "reason!"},
};

static const struct wl_notice notices[] = {
    {.on = "dispatch_meeting",
     .to = "@county_leader @county_admin @county_section",
     .text = "meeting.called"},
};

const struct wl_record station_meeting = {
    .name = "meeting",
    .path = "meetings",
    .object = "meeting",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .notices = WL_ROWS(notices),
    .states = "planned held minuted closed cancelled",
    .locked = "closed cancelled",
    .sort = "-held_at",
    .title = "title",
    .verbs = "list get create patch export",
};
