/* 站点共用: a station works in a home-care centre or a children's home beside those whose house it is.
 * While it does, the unit says where. */
#include "station/network/network.h"

static const struct wl_field fields[] = {
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"venue", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.venue"},
    {"rooms", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 200},
    {"starts_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"ends_on", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"agreement", WL_FILE, WL_CLASS_1, .flags = 0, .of = "pdf image"},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"begin", "draft", "active", "decide", .input = NULL},
    {"end", "active", "ended", "decide", .input = "ends_on! reason"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "ends_on", "starts_on", .values = NULL},
    {WL_REQUIRED_IF, "agreement", "state", "active"},
};

static const struct wl_guard guards[] = {
    {"venue", "site_share_venue",
     WL_SQL("t.state = 'ended' or exists (select from station.venue v where v.county = t.county"
            " and v.id = t.venue and v.closed_on is null and v.township = t.township)")},
};

static const struct wl_check checks[] = {
    {"site_share_once", "venue"},
};

static const struct wl_effect effects[] = {
    {"begin", .record = "admin.org_unit",
     .rows = WL_SQL("select t.unit as id, t.venue from t"),
     .set = WL_SQL("shares_site_with = s.venue")},
    /* The unit may be in another house by now, or in two at a time. */
    {"end", .record = "admin.org_unit",
     .rows = WL_SQL("select t.unit as id, t.venue, (select s.venue from station.site_share s"
                    " where s.county = t.county and s.unit = t.unit and s.id <> t.id"
                    " and s.state = 'active' and s.deleted_at is null"
                    " order by s.starts_on desc, s.id desc limit 1) as other from t"),
     .set = WL_SQL("shares_site_with = case when o.shares_site_with = s.venue then s.other"
                   " else o.shares_site_with end")},
};

const struct wl_record network_site_share = {
    .name = "site_share",
    .path = "site_shares",
    .object = "site_share",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "draft active ended",
    .locked = "ended",
    .sort = "-created_at",
    .title = "unit venue",
    .verbs = "list get create patch export",
};
