/* 心理疏导 of people in quarantine, patients and families: what was said there is for its named
 * readers alone, nor does the list tell anybody else that there was one (P07). */
#include "station/modes/modes.h"

static const struct wl_field fields[] = {
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.incident"},
    {"person", WL_REFERENCE, WL_CLASS_4, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"subject", WL_CHOICE, WL_CLASS_4, .flags = WL_REQUIRED | WL_LISTED, .of = "COUNSEL_SUBJECT"},
    {"way", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "COUNSEL_WAY"},
    {"held_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 600},
    {"mood_before", WL_INTEGER, WL_CLASS_4, .flags = 0, .min = 1, .max = 10},
    {"mood_after", WL_INTEGER, WL_CLASS_4, .flags = 0, .min = 1, .max = 10},
    {"notes", WL_TEXT, WL_CLASS_4, .flags = WL_REQUIRED, .max = 4000},
    {"next_at", WL_TIME, WL_CLASS_4, .flags = 0},
    {"onward", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 500},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "next_at", "held_at", NULL},
};

const struct wl_record station_counselling = {
    .name = "counselling",
    .path = "counsellings",
    .object = "counselling",
    .fields = WL_ROWS(fields),
    .rules = WL_ROWS(rules),
    .sort = "-held_at",
    .title = "subject held_at",
    .person = "person",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
};
