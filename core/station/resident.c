/* 居民、家庭、家庭成员: who is served. */
#include "station/station.h"

/* [A]: a person, family or member entered by mistake can be taken back this long; then the row and
 * its history go for good. No document says how long, a county may want another figure. */
enum { MISENTRY_DAYS = 180 };

static const struct wl_field resident_fields[] = {
    {"name", WL_NAME, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_SEARCHED, .max = 60},
    {"id_type", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "ID_TYPE"},
    {"id_number", WL_ID_NUMBER, WL_CLASS_3, .flags = WL_LISTED | WL_SEARCHED | WL_UNIQUE | WL_KEY},
    {"sex", WL_CHOICE, WL_CLASS_2, .flags = WL_LISTED, .of = "SEX"},
    {"birth", WL_DATE, WL_CLASS_2, .flags = WL_LISTED | WL_NOT_FUTURE},
    {"ethnicity", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "ETHNIC"},
    {"marital", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "MARITAL"},
    {"phone", WL_PHONE, WL_CLASS_2, .flags = WL_LISTED | WL_SEARCHED},
    {"hukou_type", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "HUKOU"},
    {"hukou_div", WL_DIVISION, WL_CLASS_2, .flags = 0},
    {"address", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 200},
    {"edu", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "EDU"},
    {"language", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 40},
    {"alias", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 20},
    {"death_date", WL_DATE, WL_CLASS_2, .flags = WL_NOT_FUTURE},
    {"registered_from", WL_REFERENCE, WL_CLASS_1, .flags = WL_FIXED, .of = "station.request"},
};

/* An unknown caller is registered in one step: the request knows them from then on. */
static const struct wl_effect resident_effects[] = {
    {.on = "create", .when = WL_SQL("t.registered_from is not null"), .record = "station.request",
     .rows = WL_SQL("select r.id, t.id as person from station.request r"
                    " where r.county = t.county and r.id = t.registered_from"
                    " and r.person is null and not r.secret"),
     .set = WL_SQL("person = s.person")},
};

static const struct wl_check resident_checks[] = {
    {"resident_id_number", "id_number"},
};

static const struct wl_rule resident_rules[] = {
    {WL_NOT_BEFORE, "death_date", "birth", NULL},
};

const struct wl_record station_resident = {
    .name = "resident",
    .path = "residents",
    .object = "resident",
    .fields = WL_ROWS(resident_fields),
    .effects = WL_ROWS(resident_effects),
    .checks = WL_ROWS(resident_checks),
    .rules = WL_ROWS(resident_rules),
    .sort = "-created_at",
    .title = "name",
    .alike = "name birth sex",
    .sections = "who:name home:phone more:edu",
    .verbs = "list get create patch delete search restore import export",
    .retention_days = MISENTRY_DAYS,
    .flags = WL_PUBLISHED | WL_SHAREABLE,
};

static const struct wl_field household_fields[] = {
    {"head", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "station.resident"},
    {"hukou_no", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 30},
    {"address", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 200},
};

const struct wl_record station_household = {
    .name = "household",
    .path = "households",
    .object = "resident",
    .fields = WL_ROWS(household_fields),
    .sort = "-created_at",
    .title = "head address",
    .person = "head",
    .verbs = "list get create patch delete restore import export",
    .retention_days = MISENTRY_DAYS,
    .flags = WL_PUBLISHED,
};

static const struct wl_field member_fields[] = {
    {"household", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.household"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"relation", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "FAMILY_REL"},
    {"joint_living", WL_BOOL, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED},
    {"since", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"until", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
};

static const struct wl_check member_checks[] = {
    {"household_member_dates", "until"},
};

static const struct wl_rule member_rules[] = {
    {WL_NOT_BEFORE, "until", "since", NULL},
};

const struct wl_record station_household_member = {
    .name = "household_member",
    .path = "household_members",
    .object = "resident",
    .fields = WL_ROWS(member_fields),
    .checks = WL_ROWS(member_checks),
    .rules = WL_ROWS(member_rules),
    .sort = "-created_at",
    .title = "person relation",
    .person = "person",
    .verbs = "list get create patch delete restore import export",
    .retention_days = MISENTRY_DAYS,
};
