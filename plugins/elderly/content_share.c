/* 推送记录: to which online group, or elders' group of a name, a content went, and how far it came.
 */
#include "calls.h"

static const struct wl_field fields[] = {
    {"content", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "elderly.content_item"},
    {"online_group", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.online_group"},
    {"group_name", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .min = 2, .max = 60},
    {"shared_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED | WL_NOT_FUTURE},
    {"shared_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"members", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 100000},
    {"views", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 0, .max = 10000000},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 500},
};

static const struct wl_rule rules[] = {
    {WL_ANY_OF, "online_group", "group_name", NULL},
};

/* At the time it was shared: views are counted later. */
static const struct wl_guard guards[] = {
    {"content", "content_not_reviewed",
     WL_SQL("exists (select from elderly.content_item c where c.county = t.county"
            " and c.id = t.content and c.reviewed_at <= t.shared_at"
            " and (c.withdrawn_at is null or c.withdrawn_at > t.shared_at))")},
};

const struct wl_record content_share = {
    .name = "content_share",
    .path = "content_shares",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .sort = "-shared_at",
    .title = "content group_name",
    .verbs = "list get create patch export",
};
