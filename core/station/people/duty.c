/* 值守: what a station must keep open (365 days, its forwarding phone, its staff), and where it did
 * not: a day ahead with nobody on the roster, or somebody who did not come. */
#include "station/people/people.h"

static const struct wl_field setting_fields[] = {
    {"year_round", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"since", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"until", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"duty_phone", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .min = 3, .max = 20},
    {"staff_standard", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 0, .max = 200},
};

static const struct wl_check setting_checks[] = {
    {"duty_setting_once", "year_round"},
};

static const struct wl_rule setting_rules[] = {
    {WL_NOT_BEFORE, "until", "since", NULL},
};

const struct wl_record station_duty_setting = {
    .name = "duty_setting",
    .path = "duty_settings",
    .object = "duty_setting",
    .fields = WL_ROWS(setting_fields),
    .checks = WL_ROWS(setting_checks),
    .rules = WL_ROWS(setting_rules),
    .sort = "-created_at",
    .title = "duty_phone",
    .verbs = "list get create patch",
};

static const struct wl_field gap_fields[] = {
    {"date", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER, .of = "DUTY_GAP"},
    {"roster", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "station.roster"},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 500},
};

static const struct wl_action gap_actions[] = {
    {"explain", "open", "explained", "explain", .input = "note!", .never = "staff"},
};

static const struct wl_notice gap_notices[] = {
    {.on = "duty_hole duty_hole_again",
     .to = "@station_head @county_section",
     .text = "duty_gap.hole"},
    {.on = "duty_no_show", .to = "staff @station_head", .text = "duty_gap.no_show"},
};

const struct wl_record station_duty_gap = {
    .name = "duty_gap",
    .path = "duty_gaps",
    .object = "roster",
    .fields = WL_ROWS(gap_fields),
    .actions = WL_ROWS(gap_actions),
    .notices = WL_ROWS(gap_notices),
    .states = "open filled explained",
    .locked = "filled explained",
    .sort = "-date",
    .title = "date kind",
    .verbs = "list get",
};
