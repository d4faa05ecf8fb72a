/* 服务模式切换: for an area, a venue or some services, over a time. Whoever drafts it does not
 * decide it; a county's is decided by the county, since nobody else writes in the county's own
 * division. Where switches meet the strictest holds, and whoever adds one to another says that they
 * know. */
#include "station/modes/follow.h"
#include "station/modes/modes.h"

static const struct wl_field areas[] = {
    {.name = "area", .type = WL_DIVISION, .flags = WL_REQUIRED},
};

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_0, .flags = WL_LISTED, .of = "MS"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"scope", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SWITCH_SCOPE"},
    {"areas", WL_LIST, WL_CLASS_0, .flags = WL_LISTED, .max = 50, .items = WL_ROWS(areas)},
    {"venue", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED, .of = "station.venue"},
    {"services", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "SERVICE_TYPE"},
    {"mode", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "SERVICE_MODE"},
    {"reason", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "MODE_REASON"},
    {"reason_note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 500},
    {"starts_at", WL_TIME, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"ends_at", WL_TIME, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER},
    {"document", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 60},
    {"incident", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER,
     .of = "station.incident"},
    {"paper", WL_FILE, WL_CLASS_1, .flags = 0, .of = "pdf image"},
    {"drafted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"decided_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"decided_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"activated_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"ended_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"end_note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"overlapping", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.mode_overlaps(v.county, v.id, v.div, v.areas, v.venue, v.services,"
                       " v.starts_at, v.ends_at)")},
    {"overlap_note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"approve", "draft", "approved", "approve", .input = "document overlap_note",
     .never = "drafted_by",
     .set = WL_SQL("decided_by = core.actor(), decided_at = now(),"
                   " overlapping = core.mode_overlaps(t.county, t.id, t.div, t.areas, t.venue,"
                   " t.services, t.starts_at, t.ends_at)"),
     .guard = WL_SQL("t.ends_at is null or t.ends_at > now()"), .refusal = "mode_switch_over"},
    {"activate", "approved", "active", "approve",
     .set = WL_SQL("starts_at = least(t.starts_at, now()), activated_at = now()"),
     .guard = WL_SQL("t.ends_at is null or t.ends_at > now()"), .refusal = "mode_switch_over"},
    {"end", "active", "ended", "end", .input = "end_note!", .set = WL_SQL("ended_at = now()")},
    {"withdraw", "draft", "withdrawn", "update", .input = "end_note!"},
    {"revoke", "approved", "withdrawn", "end", .input = "end_note!",
     .guard = WL_SQL("t.starts_at > now()"), .refusal = "mode_switch_begun"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "ends_at", "starts_at", NULL},
    {WL_REQUIRED_IF, "venue", "scope", "VENUE"},
    {WL_FORBIDDEN_IF, "venue", "scope", "AREA SERVICE"},
    {WL_REQUIRED_IF, "services", "scope", "SERVICE"},
    {WL_FORBIDDEN_IF, "services", "scope", "AREA"},
    {WL_REQUIRED_IF, "reason_note", "reason", "OTHER"},
    {WL_REQUIRED_IF, "overlap_note", "overlapping", "true"},
};

static const struct wl_check checks[] = {
    {"mode_switch_mode", "mode"},
    {"mode_switch_areas", "areas"},
};

static const struct wl_effect effects[] = {
    {"approve activate end revoke", .record = "station.activity", .rows = WL_SQL(BOOKED_ACTIVITIES),
     .set = WL_SQL(BOOKED_SET)},
    {"approve activate end revoke", .record = "station.group_work",
     .rows = WL_SQL(BOOKED_GROUPS("now()")), .set = WL_SQL(BOOKED_SET)},
    {"approve", .record = "station.mode_brief", .rows = WL_SQL(BRIEFS("'BEGIN'", "t m"))},
    {"end revoke", .record = "station.mode_brief", .rows = WL_SQL(BRIEFS("'END'", "t m"))},
};

const struct wl_record station_mode_switch = {
    .name = "mode_switch",
    .path = "mode_switches",
    .object = "mode",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "draft approved active ended withdrawn",
    .locked = "approved active ended withdrawn",
    .sort = "-starts_at",
    .title = "no title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
