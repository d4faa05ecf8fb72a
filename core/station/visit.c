/* 探访 */
#include "station/station.h"

static const struct wl_field fields[] = {
    { .name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "kind", .type = WL_CHOICE, .sensitivity = WL_CLASS_1, .of = "VISIT_KIND",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "visited_at", .type = WL_TIME, .sensitivity = WL_CLASS_1,
      .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_NOT_FUTURE },
    { .name = "minutes", .type = WL_INTEGER, .sensitivity = WL_CLASS_1, .min = 1, .max = 1440,
      .flags = WL_LISTED },
    { .name = "result", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "VISIT_RESULT",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "risk", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500 },
    { .name = "note", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 2000 },
    { .name = "request", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "station.request" },
};

const struct wl_record station_visit = {
    .name = "visit",
    .path = "visits",
    .object = "visit",
    .fields = WL_ROWS(fields),
    .sort = "-visited_at",
    .person = "person",
    .verbs = "list get create patch",
};
