/* 线上文娱内容: operas, exercises, talks found for elders at home. Somebody other than its
 * collector reviews it before it is shared; what was reviewed no longer changes. */
#include "calls.h"

static const struct wl_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "CONTENT_KIND"},
    {"link", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 500},
    {"file", WL_FILE, WL_CLASS_0, .flags = 0, .of = "image pdf audio"},
    {"source", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"minutes", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 600},
    {"note", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
    {"collected_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"reviewed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reviewed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"withdrawn_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"approve", "draft", "approved", "decide", .never = "collected_by",
     .set = WL_SQL("reviewed_by = core.actor(), reviewed_at = now()")},
    {"withdraw", "draft approved", "withdrawn", "decide", .input = "reason!",
     .set = WL_SQL("withdrawn_at = now()")},
};

static const struct wl_rule rules[] = {
    {WL_ANY_OF, "link", "file", NULL},
};

static const struct wl_check checks[] = {
    {"content_item_link", "link"},
};

const struct wl_record content_item = {
    .name = "content_item",
    .path = "content_items",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .states = "draft approved withdrawn",
    .locked = "approved withdrawn",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
