/* 星级评定: the station scores itself, the township checks, the county reviews, city and province
 * judge; after public notice the star is granted and stands with the station until it is withdrawn.
 * The server adds up the points and reads the star from the scheme's thresholds. */
#include "station/rhythm/rhythm.h"

#define TOTAL(column)                                                                              \
    "(select coalesce(sum(s." column "), 0) from station.star_score s where s.county = t.county"   \
    " and s.review = t.id and s.deleted_at is null)"
#define SCORED(column)                                                                             \
    "exists (select from station.star_score s where s.county = t.county and s.review = t.id"       \
    " and s.deleted_at is null)"                                                                   \
    " and not exists (select from station.star_score s where s.county = t.county"                  \
    " and s.review = t.id and s.deleted_at is null and s." column " is null)"
#define STARS                                                                                      \
    "(select case when t.province_total >= c.five_from then 5"                                     \
    " when t.province_total >= c.four_from then 4"                                                 \
    " when t.province_total >= c.three_from then 3 else 0 end from station.star_scheme c"          \
    " where c.county = t.county and c.id = t.scheme)"

static const struct wl_field fields[] = {
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_FIXED,
     .min = 2015, .max = 2100},
    {"scheme", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.star_scheme"},
    {"self_total", WL_DECIMAL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .scale = 1},
    {"township_total", WL_DECIMAL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .scale = 1},
    {"county_total", WL_DECIMAL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .scale = 1},
    {"city_total", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0, .max = 20000,
     .scale = 1},
    {"province_total", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 0,
     .max = 20000, .scale = 1},
    {"stars", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"publicity_from", WL_DATE, WL_CLASS_0, .flags = WL_ACTION},
    {"publicity_until", WL_DATE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED},
    {"batch", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .max = 20},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"dossier", WL_FILE, WL_CLASS_1, .flags = WL_ACTION, .max = 20971520, .of = "pdf image office"},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"granted_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"withdrawn_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"submit", "draft", "submitted", "self", .input = "dossier",
     .set = WL_SQL("self_total = " TOTAL("self_points")), .guard = WL_SQL(SCORED("self_points")),
     .refusal = "star_review_unscored"},
    {"check", "submitted", "checked", "check", .input = "note",
     .set = WL_SQL("township_total = " TOTAL("township_points")),
     .guard = WL_SQL(SCORED("township_points")), .refusal = "star_review_unscored"},
    {"return", "submitted checked", "draft", "check", .input = "reason!"},
    {"review", "checked", "reviewed", "review", .input = "note",
     .set = WL_SQL("county_total = " TOTAL("county_points")),
     .guard = WL_SQL(SCORED("county_points")), .refusal = "star_review_unscored"},
    {"city", "reviewed", "city_reviewed", "review", .input = "city_total! note"},
    {"province", "city_reviewed", "province_reviewed", "review", .input = "province_total! note"},
    {"publicise", "province_reviewed", "publicity", "grant",
     .input = "publicity_from! publicity_until!", .set = WL_SQL("stars = " STARS),
     .guard = WL_SQL(STARS " > 0"), .refusal = "star_review_below"},
    {"grant", "publicity", "granted", "grant", .input = "batch!",
     .set = WL_SQL("granted_on = core.today()"),
     .guard = WL_SQL("t.publicity_until < core.today()"), .refusal = "star_review_publicity"},
    {"recheck", "granted rechecked", "rechecked", "review", .input = "note!"},
    {"refuse", "submitted checked reviewed city_reviewed province_reviewed publicity", "refused",
     "review", .input = "reason!"},
    {"withdraw", "granted rechecked", "withdrawn", "grant", .input = "reason!",
     .set = WL_SQL("withdrawn_at = now()")},
};

/* What was granted for a later year stands, whatever becomes of this one. */
#define NONE_LATER                                                                                 \
    " where not exists (select from station.star_review r where r.county = t.county"               \
    " and r.org = t.org and r.year > t.year and r.state in ('granted', 'rechecked')"               \
    " and r.deleted_at is null)"

static const struct wl_effect effects[] = {
    {"create", .record = "station.star_score",
     .rows = WL_SQL("select i.code as key, t.id as review, i.id as item from t"
                    " join station.star_item i on i.county = t.county and i.scheme = t.scheme"
                    " and i.deleted_at is null and not exists (select from station.star_item c"
                    " where c.county = i.county and c.scheme = i.scheme and c.parent = i.code"
                    " and c.deleted_at is null)")},
    {"grant", .record = "admin.org_unit",
     .rows = WL_SQL("select t.org as id, t.stars, t.batch from t" NONE_LATER),
     .set = WL_SQL("star = s.stars, star_batch = s.batch")},
    {"withdraw", .record = "admin.org_unit",
     .rows = WL_SQL("select t.org as id from t" NONE_LATER),
     .set = WL_SQL("star = null, star_batch = null")},
};

/* Stars are granted by a scheme that stands. */
static const struct wl_guard guards[] = {
    {"scheme", "star_review_scheme",
     WL_SQL("t.state <> 'draft' or exists (select from station.star_scheme s"
            " where s.county = t.county and s.id = t.scheme and s.state = 'active')")},
    {"publicity_until", "star_review_short",
     WL_SQL("t.state <> 'publicity' or t.publicity_until - t.publicity_from"
            " >= core.param(t.county, 'star.publicity_days')::int")},
};

static const struct wl_guard_text guard_texts[] = {
    {"star_review_short", WL_SQL("array[core.param(t.county, 'star.publicity_days')]")},
};

static const struct wl_notice notices[] = {
    {.on = "submit", .to = "@township_officer", .text = "star_review.submitted"},
    {.on = "check", .to = "@county_section", .text = "star_review.checked"},
    {.on = "grant withdraw return", .to = "@station_head", .text = "star_review.told"},
};

static const struct wl_check checks[] = {
    {"star_review_once", "year"},
    {"star_review_publicity", "publicity_until"},
};

const struct wl_record station_star_review = {
    .name = "star_review",
    .path = "star_reviews",
    .object = "star_review",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .notices = WL_ROWS(notices),
    .checks = WL_ROWS(checks),
    .states = "draft submitted checked reviewed city_reviewed province_reviewed publicity granted "
              "rechecked refused withdrawn",
    .sort = "-year",
    .title = "year",
    .verbs = "list get create export",
};
