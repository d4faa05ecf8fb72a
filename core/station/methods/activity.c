/* 社区活动: from the plan to the archive, and who hosted, undertook and helped. Heads known by name
 * and those only counted are kept apart: the first are rows of activity_attendance. */
#include "station/methods/methods.h"

#include <wulian/tags.h>
#include "station/modes/booking.h"

static const struct wl_field guest_fields[] = {
    {.name = "name", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {.name = "unit", .type = WL_TEXT, .max = 100},
    {.name = "post", .type = WL_TEXT, .max = 60},
};

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_0, .flags = WL_LISTED, .of = "A"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ACTIVITY_KIND"},
    {"brand_plan", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER,
     .of = "station.brand_plan"},
    {"goals", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 2000},
    {"organiser", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"place", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"venue", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER, .of = "station.venue"},
    {"starts_at", WL_TIME, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"ends_at", WL_TIME, WL_CLASS_0, .flags = WL_LISTED},
    {"month_due", WL_DATE, WL_CLASS_0, .flags = WL_LISTED | WL_FIXED},
    {"due_held_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("(date_trunc('month', v.month_due::timestamp) + interval '1 month')"
                       " at time zone 'Asia/Shanghai'")},
    {"form", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "SERVICE_FORM"},
    {"plan_count", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 1000000},
    {"actual_count", WL_INTEGER, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .min = 0,
     .max = 1000000},
    {"named_count", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"guests", WL_LIST, WL_CLASS_0, .flags = 0, .max = 50, .items = WL_ROWS(guest_fields)},
    {"budget_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 1000000000},
    {"cost_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 1000000000},
    {"summary", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 4000},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"approved_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"approved_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"published_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"held_noted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"plugin_ref", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED},
    WL_MODEL_TAGS(WL_REQUIRED | WL_FILTER),
    MODE_EFFECT("v.form = 'ONLINE'", "'GROUP_ACTIVITY', v.venue, v.starts_at"),
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* How many came by name, as far as it is known when the heads are written down. */
#define NAMES                                                                                      \
    "named_count = (select count(*) from station.activity_attendance h"                            \
    " where h.county = t.county and h.activity = t.id and h.state = 'present'"                     \
    " and h.deleted_at is null)"

static const struct wl_guard_text guard_texts[] = {
    MODE_TELLS("'GROUP_ACTIVITY', t.venue, t.starts_at"),
};

static const struct wl_guard guards[] = {
    MODE_GUARD("starts_at",
               "t.form = 'ONLINE' or t.state not in ('planned', 'approved', 'published')",
               "'GROUP_ACTIVITY', t.venue, t.starts_at"),
};

static const struct wl_action actions[] = {
    {"approve", "planned", "approved", "approve", .never = "organiser",
     .set = WL_SQL("approved_by = core.actor(), approved_at = now()")},
    {"publish", "approved", "published", "update", .set = WL_SQL("published_at = now()")},
    {"hold", "approved published", "held", "update", .input = "actual_count!",
     .set = WL_SQL("held_noted_at = now(), " NAMES), .guard = WL_SQL("t.starts_at <= now()"),
     .refusal = "activity_not_begun"},
    {"summarise", "held", "summarised", "update", .input = "summary! actual_count cost_fen",
     .set = WL_SQL(NAMES)},
    {"archive", "summarised", "archived", "approve", .never = "organiser"},
    {"cancel", "planned approved published", "cancelled", "update", .input = "reason!"},
};

static const struct wl_check checks[] = {
    {"activity_heads", "actual_count"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "ends_at", "starts_at", NULL},
};

static const struct wl_limit limits[] = {
    {"due_held_at", .ended = "held summarised archived cancelled", .staff = "organiser",
     .remind = "organiser @station_head"},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head", .text = "activity.planned"},
    {.on = "approve", .to = "organiser", .text = "activity.approved"},
    {.on = "cancel", .to = "organiser @station_head", .text = "activity.cancelled"},
};

const struct wl_record station_activity = {
    .name = "activity",
    .path = "activities",
    .object = "activity",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .states = "planned approved published held summarised archived cancelled",
    .locked = "archived cancelled",
    .sort = "-starts_at",
    .title = "no title",
    .sections = "what:no when:organiser people:form money:budget_fen result:summary",
    .verbs = "list get create patch export",
    .flags = WL_PUBLISHED,
};

static const struct wl_field role_fields[] = {
    {"activity", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.activity"},
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"part", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ACTIVITY_PART"},
    {"contribution", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
};

static const struct wl_check role_checks[] = {
    {"activity_role_once", "unit"},
};

const struct wl_record station_activity_role = {
    .name = "activity_role",
    .path = "activity_roles",
    .object = "activity",
    .fields = WL_ROWS(role_fields),
    .checks = WL_ROWS(role_checks),
    .sort = "-created_at",
    .title = "activity unit part",
    .verbs = "list get create patch",
};

static const struct wl_field photo_fields[] = {
    {"activity", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.activity"},
    {"photo", WL_FILE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .of = "image"},
    {"caption", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 200},
    {"faces_blurred", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"released_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"released_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
};

static const struct wl_action photo_actions[] = {
    {"release", "draft", "released", "update",
     .set = WL_SQL("released_by = core.actor(), released_at = now()"),
     .guard = WL_SQL("t.faces_blurred"), .refusal = "photo_faces"},
};

const struct wl_record station_activity_photo = {
    .name = "activity_photo",
    .path = "activity_photos",
    .object = "activity",
    .fields = WL_ROWS(photo_fields),
    .actions = WL_ROWS(photo_actions),
    .states = "draft released",
    .locked = "released",
    .sort = "-created_at",
    .title = "activity caption",
    .verbs = "list get create patch",
};
