/* 任务: handed out by a meeting or a decision, with one owner and a last day; who did it does not
 * verify it. What is overdue stands first on the next weekly dispatch. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 200},
    {"content", WL_TEXT, WL_CLASS_1, .max = 2000},
    {"meeting", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.meeting"},
    {"source", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED, .max = 90},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"due", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"done_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"done_note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"evidence", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"verified_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"verified_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"returns", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"finish", "open", "done", "finish", .input = "done_note! evidence", .only = "owner",
     .set = WL_SQL("done_at = now()")},
    {"verify", "done", "verified", "verify", .never = "owner",
     .set = WL_SQL("verified_by = core.actor(), verified_at = now()")},
    {"return", "done", "open", "verify", .input = "reason!", .never = "owner",
     .set = WL_SQL("returns = t.returns + 1, done_at = null")},
    {"cancel", "open", "cancelled", "verify", .input = "reason!", .never = "owner"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "done verified cancelled", .staff = "owner",
     .remind = "owner @county_section", .before = 1440},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "owner", .text = "action_item.given"},
    {.on = "finish", .to = "@county_section", .text = "action_item.done"},
    {.on = "return", .to = "owner", .text = "action_item.returned"},
};

static const struct wl_check checks[] = {
    {"action_item_verifier", "owner"},
};

const struct wl_record station_action_item = {
    .name = "action_item",
    .path = "action_items",
    .object = "action_item",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "open done verified cancelled",
    .locked = "done verified cancelled",
    .sort = "due_at",
    .title = "title",
    .verbs = "list get create patch export",
};
