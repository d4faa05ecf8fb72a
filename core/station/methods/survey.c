/* 调查: 需求调研 and 满意度, asked of residents by name or not, of departments and villages. Those
 * at work in the county read what is asked; answers stay where they were given. */
#include "station/methods/methods.h"

#include <wulian/tags.h>

static const struct wl_field question_fields[] = {
    {.name = "code", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 20},
    {.name = "question", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 300},
    {.name = "choices", .type = WL_TEXT, .max = 500},
};

static const struct wl_field survey_fields[] = {
    {"no", WL_SERIAL, WL_CLASS_0, .flags = WL_LISTED, .of = "SV"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SURVEY_KIND"},
    {"purpose", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 1000},
    {"questions", WL_LIST, WL_CLASS_0, .flags = 0, .max = 100, .items = WL_ROWS(question_fields)},
    {"opens_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"closes_on", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"target_count", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 10000000},
    {"findings", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 8000},
    {"reason", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 500},
    WL_MODEL_TAGS(0),
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action survey_actions[] = {
    {"open", "draft", "open", "update", .input = NULL},
    {"close", "open", "closed", "update", .input = "findings!"},
    {"cancel", "draft open", "cancelled", "update", .input = "reason!"},
};

static const struct wl_rule survey_rules[] = {
    {WL_NOT_BEFORE, "closes_on", "opens_on", NULL},
};

const struct wl_record station_survey = {
    .name = "survey",
    .path = "surveys",
    .object = "survey",
    .fields = WL_ROWS(survey_fields),
    .actions = WL_ROWS(survey_actions),
    .rules = WL_ROWS(survey_rules),
    .states = "draft open closed cancelled",
    .locked = "closed cancelled",
    .sort = "-created_at",
    .title = "no title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

static const struct wl_field reply_fields[] = {
    {.name = "code", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 20},
    {.name = "answer", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 500},
};

static const struct wl_field answer_fields[] = {
    {"survey", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.survey"},
    {"answered_by", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SURVEY_BY"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"unit", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 100},
    {"answered_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"rating", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 5},
    {"needs", WL_CHOICES, WL_CLASS_2, .flags = WL_LISTED, .of = "REQ_CAT"},
    {"risks", WL_CHOICES, WL_CLASS_3, .flags = 0, .of = "RISK"},
    {"replies", WL_LIST, WL_CLASS_2, .flags = 0, .max = 100, .items = WL_ROWS(reply_fields)},
    {"opinion", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 2000},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = 0, .of = "station.request"},
    WL_MODEL_TAGS(WL_FILTER),
};

static const struct wl_check answer_checks[] = {
    {"survey_answer_once", "person"},
};

static const struct wl_rule answer_rules[] = {
    {WL_REQUIRED_IF, "unit", "answered_by", "DEPARTMENT VILLAGE PARTNER"},
    {WL_FORBIDDEN_IF, "person", "answered_by", "DEPARTMENT VILLAGE PARTNER"},
    {WL_ANY_OF, "rating", "needs replies opinion", NULL},
};

static const struct wl_guard answer_guards[] = {
    {"survey", "survey_not_open",
     WL_SQL("exists (select from station.survey s where s.county = t.county and s.id = t.survey"
            " and s.state = 'open')")},
};

const struct wl_record station_survey_answer = {
    .name = "survey_answer",
    .path = "survey_answers",
    .object = "survey_answer",
    .fields = WL_ROWS(answer_fields),
    .checks = WL_ROWS(answer_checks),
    .rules = WL_ROWS(answer_rules),
    .guards = WL_ROWS(answer_guards),
    .sort = "-answered_at",
    .title = "survey answered_by",
    .person = "person",
    .verbs = "list get create patch",
};
