/* 考证: who sits the national social-work examination, for which level and year, and with what
 * result. */
#include "station/people/people.h"

enum { FILE_MAX = 10 << 20 };

static const struct wl_field fields[] = {
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"level", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "CERT"},
    {"year", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .min = 2008, .max = 2100},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"result_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"certificate", WL_FILE, WL_CLASS_2, .flags = 0, .max = FILE_MAX, .of = "image pdf"},
};

static const struct wl_action actions[] = {
    {"enrol", "planned", "enrolled", "sit", .input = NULL},
    {"sit", "enrolled", "sat", "sit", .input = NULL},
    {"pass", "sat", "passed", "confirm", .input = "result_on! note", .never = "staff"},
    {"fail", "sat", "failed", "confirm", .input = "result_on! note", .never = "staff"},
    {"drop", "planned enrolled", "dropped", "sit", .input = "note!"},
};

static const struct wl_check checks[] = {
    {"exam_plan_once", "year"},
    {"exam_plan_level", "level"},
};

const struct wl_record station_exam_plan = {
    .name = "exam_plan",
    .path = "exam_plans",
    .object = "exam",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "planned enrolled sat passed failed dropped",
    .locked = "dropped",
    .sort = "-created_at",
    .title = "staff level year",
    .verbs = "list get create patch export",
};
