/* 为老服务: the description, and nothing else. */
#include "calls.h"
#include "care.h"
#include "elderly.h"

static const struct wl_record *const records[] = {&errand};

static const struct wl_statement statements[] = {
    {"card", WL_SQL("select p.id, p.name, p.sex, p.birth,"
                    "       (select count(*)"
                    "          from elderly.errand e"
                    "         where e.county = $1 and e.person = p.id and e.deleted_at is null"
                    "           and e.state in ('requested', 'accepted', 'purchased'))"
                    "           as open_errands"
                    "  from station.v_resident p"
                    " where p.county = $1"
                    "   and p.id = $2")},
};

static const struct wl_route routes[] = {
    {"GET", "/residents/{id}/card", "elder.read", card_handle, WL_CLASS_2,
     .gives = "{id:uuid name sex? birth?:date open_errands:int}",
     .summary = "What the courier at the door needs to know of a resident",
     .also = "resident.read"},
};

/* Domain book 3.7, row "elder records". */
static const struct wl_access access[] = {
    {"elder", "county_section", "read decide"},
    {"elder", "county_admin", "read"},
    {"elder", "county_leader", "read"},
    {"elder", "township_officer", "read"},
    {"elder", "station_head", "create read update deliver settle decide close"},
    {"elder", "social_worker", "create read update deliver settle"},
    {"elder", "room_worker", "create read"},
    {"elder", "agency_supervisor", "masked"},
    {"elder", "hotline_operator", "masked"},
    {"elder", "auditor_biz", "masked"},
    /* tables in and out: our assumption, as for residents */
    {"elder", "station_head", "import export"},
    {"elder", "township_officer", "export"},
    {"elder", "county_section", "export approve_export"},
    {"elder", "county_admin", "export approve_export"},
};

/* M11–M13 of the station monthly report (domain book 4.2). */
static const struct wl_indicator indicators[] = {
    {"M11", "unit.meals", .persons = "M12", .kinds = "MEAL_MODE", .record = "elderly.meal_order",
     .rows = WL_SQL("select m.county, m.div, m.org, m.delivered_at as at, m.id, m.person,"
                    "       m.mode as kind, 1::bigint as n"
                    "  from elderly.meal_order m"
                    " where m.deleted_at is null and m.delivered_at is not null")},
    {"M13", "unit.errands", .persons = "M13P", .kinds = "ERRAND", .record = "elderly.errand",
     .rows = WL_SQL("select e.county, e.div, e.org, e.delivered_at as at, e.id, e.person,"
                    "       e.kind, 1::bigint as n"
                    "  from elderly.errand e"
                    " where e.deleted_at is null and e.state in ('delivered', 'settled')")},
};

/* Figures are the domain book's assumptions: defaults that a county confirms or changes. */
static const struct wl_setting settings[] = {
    {.name = "advance_settle_days", .type = WL_INTEGER, .min = 1, .max = 30, .value = "3"},
};

static const struct wl_plugin *const parts[] = {&elderly_calls, &elderly_care,   &elderly_counts,
                                                &elderly_meals, &elderly_people, &elderly_venues};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "elderly",
    .version = "0.1.0",
    .schema = 36,
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .indicators = WL_ROWS(indicators),
    .access = WL_ROWS(access),
    .settings = WL_ROWS(settings),
    .parts = parts,
    .nparts = sizeof parts / sizeof parts[0],
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
