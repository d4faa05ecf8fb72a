/* 居民、家庭、家庭成员: who is served. */
#include "station/station.h"

static const struct wl_field resident_fields[] = {
    { .name = "name", .type = WL_NAME, .sensitivity = WL_CLASS_2, .max = 60,
      .flags = WL_REQUIRED | WL_LISTED | WL_SEARCHED },
    { .name = "id_type", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "ID_TYPE" },
    { .name = "id_number", .type = WL_ID_NUMBER, .sensitivity = WL_CLASS_3,
      .flags = WL_LISTED | WL_SEARCHED },
    { .name = "sex", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "SEX",
      .flags = WL_LISTED },
    { .name = "birth", .type = WL_DATE, .sensitivity = WL_CLASS_2,
      .flags = WL_LISTED | WL_NOT_FUTURE },
    { .name = "ethnicity", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "ETHNIC" },
    { .name = "marital", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "MARITAL" },
    { .name = "phone", .type = WL_PHONE, .sensitivity = WL_CLASS_2,
      .flags = WL_LISTED | WL_SEARCHED },
    { .name = "hukou_type", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "HUKOU" },
    { .name = "hukou_div", .type = WL_DIVISION, .sensitivity = WL_CLASS_2 },
    { .name = "address", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 200,
      .flags = WL_LISTED },
    { .name = "edu", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "EDU" },
    { .name = "language", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .max = 40 },
    { .name = "alias", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .max = 20 },
    { .name = "death_date", .type = WL_DATE, .sensitivity = WL_CLASS_2, .flags = WL_NOT_FUTURE },
};

static const struct wl_check resident_checks[] = {
    { "resident_id_number", "id_number" },
};

const struct wl_record station_resident = {
    .name = "resident",
    .path = "residents",
    .object = "resident",
    .fields = WL_ROWS(resident_fields),
    .checks = WL_ROWS(resident_checks),
    .sort = "-created_at",
    .verbs = "list get create patch delete search",
};

static const struct wl_field household_fields[] = {
    { .name = "head", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER },
    { .name = "hukou_no", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 30 },
    { .name = "address", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 200,
      .flags = WL_LISTED },
};

const struct wl_record station_household = {
    .name = "household",
    .path = "households",
    .object = "resident",
    .fields = WL_ROWS(household_fields),
    .sort = "-created_at",
    .person = "head",
    .verbs = "list get create patch delete",
};

static const struct wl_field member_fields[] = {
    { .name = "household", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2,
      .of = "station.household", .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "relation", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "FAMILY_REL",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "joint_living", .type = WL_BOOL, .sensitivity = WL_CLASS_2,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "since", .type = WL_DATE, .sensitivity = WL_CLASS_1, .flags = WL_LISTED },
    { .name = "until", .type = WL_DATE, .sensitivity = WL_CLASS_1, .flags = WL_LISTED },
};

static const struct wl_check member_checks[] = {
    { "household_member_dates", "until" },
};

const struct wl_record station_household_member = {
    .name = "household_member",
    .path = "household_members",
    .object = "resident",
    .fields = WL_ROWS(member_fields),
    .checks = WL_ROWS(member_checks),
    .sort = "-created_at",
    .person = "person",
    .verbs = "list get create patch delete",
};
