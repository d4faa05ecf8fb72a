/* 星级评定方案: a version of the review with its thresholds, and the tree of indicators that is
 * scored. Both are data: a county may begin with a template and mend what was confirmed since. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE, .max = 80},
    {"template", WL_CHOICE, WL_CLASS_0, .flags = WL_FIXED, .of = "STAR_TEMPLATE"},
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2015, .max = 2100},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"base_points", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 1000},
    {"bonus_points", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 1000},
    {"five_from", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 2000},
    {"four_from", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 2000},
    {"three_from", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 2000},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* What is scored, which is what no other names as its parent, must add up to what the scheme says.
 */
#define LEAVES(kind)                                                                               \
    "coalesce((select sum(i.points) from station.star_item i where i.county = t.county"            \
    " and i.scheme = t.id and i.deleted_at is null and i.bonus is " kind " and not exists ("       \
    "select from station.star_item c where c.county = i.county and c.scheme = i.scheme"            \
    " and c.parent = i.code and c.deleted_at is null)), 0)"

static const struct wl_action actions[] = {
    {"activate", "draft", "active", "manage",
     .guard = WL_SQL(LEAVES("false") " = t.base_points and " LEAVES("true") " = t.bonus_points"),
     .refusal = "star_scheme_points"},
    {"retire", "active", "retired", "manage", .input = NULL},
};

static const struct wl_effect effects[] = {
    {"create", .when = WL_SQL("t.template is not null"), .record = "station.star_item",
     .rows = WL_SQL("select i.code as key, t.id as scheme, i.code, i.parent, i.name, i.points,"
                    " i.bonus, i.confirmed from t join core.star_template i"
                    " on i.template = t.template")},
};

static const struct wl_check checks[] = {
    {"star_scheme_order", "five_from"},
};

const struct wl_record station_star_scheme = {
    .name = "star_scheme",
    .path = "star_schemes",
    .object = "star_scheme",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .checks = WL_ROWS(checks),
    .states = "draft active retired",
    .locked = "active retired",
    .sort = "-created_at",
    .title = "name",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

static const struct wl_field item_fields[] = {
    {"scheme", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.star_scheme"},
    {"code", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_SORT, .max = 12},
    {"parent", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 12},
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"points", WL_DECIMAL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 0, .max = 10000,
     .scale = 1},
    {"bonus", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"confirmed", WL_BOOL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"evidence", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
};

static const struct wl_check item_checks[] = {
    {"star_item_code", "code"},
};

#define SCHEME_IS_DRAFT                                                                            \
    "exists (select from station.star_scheme s where s.county = t.county and s.id = t.scheme"      \
    " and s.state = 'draft')"

/* The tree stands as it was once reviews rest on it. */
static const struct wl_guard item_guards[] = {
    {"scheme", "star_item_scheme_fixed", WL_SQL(SCHEME_IS_DRAFT)},
};

const struct wl_record station_star_item = {
    .name = "star_item",
    .path = "star_items",
    .object = "star_scheme",
    .fields = WL_ROWS(item_fields),
    .checks = WL_ROWS(item_checks),
    .guards = WL_ROWS(item_guards),
    .sort = "code",
    .title = "code name",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
