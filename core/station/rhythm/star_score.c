/* 评分: the points of one indicator, given by the station, the township and the county in turn,
 * each only while the review is theirs, and never more than the indicator has. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"review", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.star_review"},
    {"item", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.star_item"},
    {"self_points", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0, .max = 10000,
     .scale = 1},
    {"township_points", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0,
     .max = 10000, .scale = 1},
    {"county_points", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0,
     .max = 10000, .scale = 1},
    {"evidence", WL_FILE, WL_CLASS_1, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED},
};

#define REVIEW_IS(state)                                                                           \
    WL_SQL("exists (select from station.star_review r where r.county = t.county"                   \
           " and r.id = t.review and r.state = '" state "')")

static const struct wl_action actions[] = {
    {"score_self", "open", "open", "self", .input = "self_points! note",
     .guard = REVIEW_IS("draft"), .refusal = "star_score_not_now"},
    {"attach", "open", "open", "prove", .input = "evidence! note", .guard = REVIEW_IS("draft"),
     .refusal = "star_score_not_now"},
    {"score_township", "open", "open", "check", .input = "township_points! note",
     .guard = REVIEW_IS("submitted"), .refusal = "star_score_not_now"},
    {"score_county", "open", "open", "review", .input = "county_points! note",
     .guard = REVIEW_IS("checked"), .refusal = "star_score_not_now"},
};

#define WITHIN(column)                                                                             \
    WL_SQL("t." column " is null or t." column " <= (select i.points from station.star_item i"     \
           " where i.county = t.county and i.id = t.item)")

static const struct wl_guard guards[] = {
    {"self_points", "star_score_above", WITHIN("self_points")},
    {"township_points", "star_score_above", WITHIN("township_points")},
    {"county_points", "star_score_above", WITHIN("county_points")},
};

static const struct wl_check checks[] = {
    {"star_score_once", "item"},
};

const struct wl_record station_star_score = {
    .name = "star_score",
    .path = "star_scores",
    .object = "star_review",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .states = "open",
    .sort = "-created_at",
    .title = "item",
    .verbs = "list get export",
};
