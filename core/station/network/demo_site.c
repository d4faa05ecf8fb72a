/* 示范点: a station or room that shows others how. It has reached the standard first, and its plan is
 * its own: no two demonstration sites stand for the same feature or copy each other's plan. */
#include "station/network/network.h"

static const struct wl_field steps[] = {
    {"task", WL_TEXT, .flags = WL_REQUIRED, .min = 1, .max = 200},
    {"due_on", WL_DATE, .flags = WL_REQUIRED},
    {"goal", WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "admin.org_unit"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 80},
    {"feature", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 4, .max = 200},
    {"plan", WL_LIST, WL_CLASS_0, .flags = WL_REQUIRED, .min = 1, .max = 50,
     .items = WL_ROWS(steps)},
    {"result", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 1000},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"approved_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"approve", "proposed", "approved", "decide", .set = WL_SQL("approved_on = core.today()"),
     .guard = WL_SQL("exists (select from station.standard_check c where c.county = t.county"
                     " and c.unit = t.unit and c.deleted_at is null and c.state = 'confirmed'"
                     " and c.passed and c.checked_on > core.today() - make_interval(months =>"
                     " core.param(t.county, 'network.demo_check_months')::int))"
                     " and exists (select from admin.org_unit o where o.county = t.county"
                     " and o.id = t.unit and o.status = 'OPERATING')"),
     .refusal = "demo_site_below_standard"},
    {"evaluate", "approved", "evaluated", "decide", .input = "result!"},
    {"withdraw", "proposed approved evaluated", "withdrawn", "decide", .input = "reason!"},
};

static const struct wl_guard guards[] = {
    {"plan", "demo_site_copied",
     WL_SQL("not exists (select from station.demo_site o where o.county = t.county and o.id <> t.id"
            " and o.deleted_at is null and o.state <> 'withdrawn' and o.plan = t.plan)")},
};

static const struct wl_check checks[] = {
    {"demo_site_once", "unit"},
    {"demo_site_feature", "feature"},
};

static const struct wl_effect effects[] = {
    {"approve", .record = "admin.org_unit", .rows = WL_SQL("select t.unit as id from t"),
     .set = WL_SQL("is_demo = true")},
    {"withdraw", .record = "admin.org_unit", .rows = WL_SQL("select t.unit as id from t"),
     .set = WL_SQL("is_demo = false")},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@county_section", .text = "demo_site.proposed"},
    {.on = "approve withdraw", .to = "@station_head", .text = "demo_site.decided"},
};

const struct wl_record network_demo_site = {
    .name = "demo_site",
    .path = "demo_sites",
    .object = "demo_site",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "proposed approved evaluated withdrawn",
    .locked = "approved evaluated withdrawn",
    .notices = WL_ROWS(notices),
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
