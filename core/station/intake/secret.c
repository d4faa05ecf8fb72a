/* 保密件: what a secret request is about. Only whoever took it, the head of the station and whom
 * they name read it; the request itself, which lists, exports and messages show, says that it is
 * secret and no more. */
#include "station/intake/intake.h"

static const struct wl_field fields[] = {
    {"channel", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "REQ_CHANNEL"},
    {"category", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "REQ_CAT"},
    {"domain", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "REQ_DOMAIN"},
    {"urgency", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "URGENCY"},
    {"content", WL_TEXT, WL_CLASS_4, .flags = WL_REQUIRED, .max = 2000},
    {"person", WL_REFERENCE, WL_CLASS_4, .flags = 0, .of = "station.resident"},
    {"caller_name", WL_NAME, WL_CLASS_4, .flags = 0, .max = 60},
    {"caller_phone", WL_PHONE, WL_CLASS_4, .flags = 0},
    {"note", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 2000},
};

/* The request that everybody sees: that there is something, of what kind, how urgent. */
static const struct wl_effect effects[] = {
    {.on = "create",
     .record = "station.request",
     .rows = WL_SQL("select t.channel, t.category, t.domain, t.urgency,"
                    "       '保密诉求，内容仅限指定人员查看' as content, true as secret,"
                    "       t.id as secret_ref")},
};

const struct wl_record station_request_secret = {
    .name = "request_secret",
    .path = "request_secrets",
    .object = "request_secret",
    .fields = WL_ROWS(fields),
    .effects = WL_ROWS(effects),
    .sort = "-created_at",
    .title = "category",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
    .readers = WL_SQL("station.secret_readers(v.county, v.div)"),
};
