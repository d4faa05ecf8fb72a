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

const struct wl_record station_request_secret = {
    .name = "request_secret",
    .path = "request_secrets",
    .object = "request_secret",
    .fields = WL_ROWS(fields),
    .sort = "-created_at",
    .title = "category",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
    .readers = WL_SQL("station.secret_readers(v.county, v.div)"),
};
