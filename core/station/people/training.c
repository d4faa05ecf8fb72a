/* 培训 and who took part: read in the whole county, since the county's courses are the stations'
 * too. Hours count when somebody else than the learner has confirmed them. */
#include "station/people/people.h"

enum { FILE_MAX = 10 << 20, HOURS_MAX = 5000 }; /* bytes; tenths of an hour */

static const struct wl_field training_fields[] = {
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "TRAIN_KIND"},
    {"provider", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"place", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 100},
    {"starts_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"ends_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"hours", WL_DECIMAL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = HOURS_MAX,
     .scale = 1},
    {"counts", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
};

static const struct wl_action training_actions[] = {
    {"hold", "planned", "held", "hold", .guard = WL_SQL("t.starts_on <= core.today()"),
     .refusal = "training_not_begun"},
    {"cancel", "planned", "cancelled", "hold", .input = "reason!"},
};

static const struct wl_check training_checks[] = {
    {"training_hours", "hours"},
    {"training_dates", "ends_on"},
};

static const struct wl_rule training_rules[] = {
    {WL_NOT_BEFORE, "ends_on", "starts_on", NULL},
};

const struct wl_record station_training = {
    .name = "training",
    .path = "trainings",
    .object = "training",
    .fields = WL_ROWS(training_fields),
    .actions = WL_ROWS(training_actions),
    .checks = WL_ROWS(training_checks),
    .rules = WL_ROWS(training_rules),
    .states = "planned held cancelled",
    .locked = "cancelled",
    .sort = "-starts_on",
    .title = "title starts_on",
    .verbs = "list get create patch import export",
    .flags = WL_COUNTY_WIDE,
};

static const struct wl_field attend_fields[] = {
    {"training", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.training"},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"hours", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0, .max = HOURS_MAX,
     .scale = 1},
    {"certificate", WL_FILE, WL_CLASS_2, .flags = 0, .max = FILE_MAX, .of = "image pdf"},
    {"certified", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"confirmed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action attend_actions[] = {
    {"confirm", "registered", "confirmed", "confirm", .input = "hours!", .never = "staff",
     .set = WL_SQL("confirmed_at = now(), certified = exists (select from station.training x"
                   " where x.county = t.county and x.id = t.training and x.counts)"),
     .guard = WL_SQL("exists (select from station.training x where x.county = t.county"
                     " and x.id = t.training and x.state = 'held')"),
     .refusal = "training_not_held"},
    {"absent", "registered", "absent", "confirm", .never = "staff"},
};

static const struct wl_guard attend_guards[] = {
    {"hours", "training_attend_more",
     WL_SQL("t.hours is null or exists (select from station.training x where x.county = t.county"
            " and x.id = t.training and x.hours >= t.hours)")},
};

static const struct wl_check attend_checks[] = {
    {"training_attend_once", "staff"},
    {"training_attend_hours", "hours"},
};

const struct wl_record station_training_attend = {
    .name = "training_attend",
    .path = "training_attends",
    .object = "training",
    .fields = WL_ROWS(attend_fields),
    .guards = WL_ROWS(attend_guards),
    .actions = WL_ROWS(attend_actions),
    .checks = WL_ROWS(attend_checks),
    .states = "registered confirmed absent",
    .locked = "confirmed absent",
    .sort = "-created_at",
    .title = "training staff",
    .verbs = "list get create patch import export",
    .flags = WL_COUNTY_WIDE,
};
