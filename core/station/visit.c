/* 探访: whom, how, what was found. A visit that found a risk raises the request of the gravest one,
 * as the parameters visit.risk_urgency and visit.risk_category say. */
#include "station/station.h"

#include <wulian/tags.h>

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "VISIT_KIND"},
    {"way", WL_CHOICE, WL_CLASS_1, .flags = WL_LISTED, .of = "VISIT_WAY"},
    {"visited_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"result", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "VISIT_RESULT"},
    {"risks", WL_CHOICES, WL_CLASS_3, .flags = WL_FIXED, .of = "RISK"},
    {"risk", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 2000},
    {"next_due", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"lng", WL_DECIMAL, WL_CLASS_3, .flags = WL_FIXED, .min = 70000000, .max = 140000000,
     .scale = 6},
    {"lat", WL_DECIMAL, WL_CLASS_3, .flags = WL_FIXED, .min = 3000000, .max = 54000000, .scale = 6},
    {"gift", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 200},
    {"gift_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 10000000},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = 0, .of = "station.request"},
    WL_MODEL_TAGS(WL_FILTER),
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "lat", "lng", "*"},
    {WL_REQUIRED_IF, "lng", "lat", "*"},
};

/* The gravest decides, the first named of those that are alike. Which risks they are stands in the
 * visit, whose class is higher than what a request says in lists. */
static const struct wl_effect effects[] = {
    {.on = "create",
     .when = WL_SQL("cardinality(t.risks) > 0"),
     .record = "station.request",
     .rows = WL_SQL(
         "select t.person, 'VISIT' as channel, coalesce(t.service, 'K') as domain,"
         "       core.param(t.county, 'visit.risk_category.' || x.risk) as category,"
         "       x.urgency, 'station.visit:' || t.id as plugin_ref, 'risk' as key,"
         "       '探访发现风险' || coalesce('：' || t.risk, '') as content"
         "  from (select r.risk, core.param(t.county, 'visit.risk_urgency.' || r.risk) as urgency"
         "          from unnest(t.risks) with ordinality r (risk, n)"
         "         order by urgency, r.n limit 1) x")},
};

const struct wl_record station_visit = {
    .name = "visit",
    .path = "visits",
    .object = "visit",
    .fields = WL_ROWS(fields),
    .rules = WL_ROWS(rules),
    .effects = WL_ROWS(effects),
    .sort = "-visited_at",
    .title = "person visited_at",
    .person = "person",
    .verbs = "list get create patch export",
};
