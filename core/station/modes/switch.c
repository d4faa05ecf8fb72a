/* 服务模式切换: for an area, a venue or some services, over a time. Whoever drafts it does not
 * decide it; a county's is decided by the county, since nobody else writes in the county's own
 * division. Where switches meet the strictest holds, and whoever adds one to another says that they
 * know. */
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

/* ---- what follows ------------------------------------------------------------------------------
 */

/* Open bookings whose service goes on another way than they say: also those that a switch lets go.
 */
#define BOOKED(table, where, states)                                                               \
    "select b.id, m.how, m.until from station." table " b"                                         \
    " cross join lateral (select x.how, x.until"                                                   \
    " from core.service_mode(b.county, b.div, " where ") x"                                        \
    " where b.form is distinct from 'ONLINE'"                                                      \
    " union all select 'ALLOW', null where b.form = 'ONLINE') m"                                   \
    " where b.county = t.county and b.deleted_at is null and b.state in (" states ")"              \
    " and (m.how, m.until) is distinct from (b.mode_effect, b.mode_until)"
#define ACTIVITIES                                                                                 \
    BOOKED("activity", "'GROUP_ACTIVITY', b.venue, b.starts_at",                                   \
           "'planned', 'approved', 'published'")
#define GROUPS                                                                                     \
    BOOKED("group_work", "'GROUP_WORK', null, now()",                                              \
           "'prepare', 'form', 'turn', 'mature', 'ending'")
#define BOOKED_SET "mode_effect = s.how, mode_until = s.until"

/* A word to every station that the switch lies over, with how many of its bookings it changes. */
#define BRIEFS(kind)                                                                               \
    "select t.id as mode_switch, " kind " as kind, t.mode, t.starts_at,"                           \
    " coalesce(t.ended_at, t.ends_at) as ends_at, o.div, o.id::text as key,"                       \
    " (select count(*) from station.activity b where b.county = o.county"                          \
    " and b.township = o.township and b.deleted_at is null"                                        \
    " and b.state in ('planned', 'approved', 'published') and b.starts_at >= t.starts_at"          \
    " and b.starts_at < coalesce(t.ended_at, t.ends_at, 'infinity')) as bookings"                  \
    " from admin.org_unit o where o.county = t.county and o.kind = 'STATION'"                      \
    " and o.status not in ('PLANNED', 'CLOSED') and o.deleted_at is null"                          \
    " and core.mode_over(t.div, t.areas, o.div, core.scope_hi(o.div))"

static const struct wl_effect effects[] = {
    {"approve activate end revoke", .record = "station.activity", .rows = WL_SQL(ACTIVITIES),
     .set = WL_SQL(BOOKED_SET)},
    {"approve activate end revoke", .record = "station.group_work", .rows = WL_SQL(GROUPS),
     .set = WL_SQL(BOOKED_SET)},
    {"approve", .record = "station.mode_brief", .rows = WL_SQL(BRIEFS("'BEGIN'"))},
    {"end revoke", .record = "station.mode_brief", .rows = WL_SQL(BRIEFS("'END'"))},
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
