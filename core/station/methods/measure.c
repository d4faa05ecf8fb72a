/* 效果测量: an instrument before and after. Whether less or more of it is better is the
 * instrument's: those of the table INSTRUMENT_LOWER are better when they fall. */
#include "station/methods/methods.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"instrument", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "INSTRUMENT"},
    {"lower_better", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED,
     .compute = WL_SQL("exists (select from core.code c where c.tab = 'INSTRUMENT_LOWER'"
                       " and c.code = v.instrument)")},
    {"case_file", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.case_file"},
    {"group_work", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.group_work"},
    {"purpose", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 200},
    {"pre_score", WL_DECIMAL, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 0,
     .max = 100000, .scale = 1},
    {"pre_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED | WL_NOT_FUTURE},
    {"post_score", WL_DECIMAL, WL_CLASS_3, .flags = WL_LISTED, .min = 0, .max = 100000, .scale = 1},
    {"post_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED | WL_NOT_FUTURE},
    {"better", WL_BOOL, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
};

static const struct wl_check checks[] = {
    {"outcome_measure_of", "group_work"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "post_on", "post_score", "*"},
    {WL_REQUIRED_IF, "post_score", "post_on", "*"},
    {WL_NOT_BEFORE, "post_on", "pre_on", NULL},
};

const struct wl_record station_outcome_measure = {
    .name = "outcome_measure",
    .path = "outcome_measures",
    .object = "measure",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .sort = "-created_at",
    .title = "person instrument",
    .person = "person",
    .verbs = "list get create patch",
};
