/* 问候记录: what was done about a call, step by step: when, by whom, what was found, who was told.
 * Nobody writes here; each step of a call adds its own (greeting_call.c, calls.c). */
#include "calls.h"

static const struct wl_field fields[] = {
    {"call", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "elderly.greeting_call"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"step", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "CALL_STEP"},
    {"taken_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"result", WL_CHOICE, WL_CLASS_2, .flags = WL_LISTED | WL_FIXED, .of = "CALL_RESULT"},
    {"found", WL_TEXT, WL_CLASS_3, .flags = WL_FIXED, .max = 500},
    {"told", WL_CHOICES, WL_CLASS_1, .flags = WL_LISTED | WL_FIXED, .of = "ALARM_TO"},
};

const struct wl_record call_step = {
    .name = "call_step",
    .path = "call_steps",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .sort = "-taken_at",
    .title = "person step",
    .person = "person",
    .verbs = "list get export",
};
