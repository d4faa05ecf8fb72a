/* 资产: things of value, electric motorbikes first. Each is with one keeper, and nobody keeps two
 * motorbikes at a time. Insurance and battery run out on a day known beforehand. */
#include "station/money/money.h"

/* --- 资产 --------------------------------------------------------------------------------------- */

static const struct wl_field asset_fields[] = {
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "ASSET_TYPE"},
    {"name", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"tag", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE | WL_KEY, .min = 1,
     .max = 40},
    {"unit", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "admin.org_unit"},
    {"plate", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED | WL_UNIQUE, .max = 12},
    {"frame_no", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 40},
    {"battery", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 60},
    {"battery_until", WL_DATE, WL_CLASS_1, .flags = 0},
    {"insurance_to", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"bought_on", WL_DATE, WL_CLASS_1, .flags = WL_NOT_FUTURE},
    {"price_fen", WL_MONEY, WL_CLASS_1, .flags = 0, .max = 1000000000},
    {"fund", WL_REFERENCE, WL_CLASS_1, .flags = 0, .of = "station.fund_source"},
    {"odometer_km", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"keeper", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_FILTER},
    {"issued_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"reminded_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action asset_actions[] = {
    {"issue", "in_stock", "issued", "issue", .input = "keeper!",
     .set = WL_SQL("issued_on = core.today()")},
    {"send_repair", "in_stock issued", "repair", "service", .input = "reason!"},
    {"hand_back", "repair", "issued", "service", .guard = WL_SQL("t.keeper is not null"),
     .refusal = "asset_without_keeper"},
    {"take_back", "issued repair", "in_stock", "issue",
     .set = WL_SQL("keeper = null, issued_on = null")},
    {"lose", "issued repair", "lost", "issue", .input = "reason!"},
    {"scrap", "in_stock repair lost", "scrapped", "scrap", .input = "reason!"},
};

/* A motorbike is on the road, so what the road asks for is known of it. */
static const struct wl_rule asset_rules[] = {
    {WL_REQUIRED_IF, "plate", "kind", "MOTORBIKE"},
    {WL_REQUIRED_IF, "frame_no", "kind", "MOTORBIKE"},
    {WL_REQUIRED_IF, "insurance_to", "kind", "MOTORBIKE"},
};

static const struct wl_check asset_checks[] = {
    {"asset_one_keeper", "keeper"},
    {"asset_kept", "keeper"},
};

static const struct wl_limit asset_limits[] = {
    {"due_at", .ended = "lost scrapped", .staff = "keeper", .remind = "keeper @station_head"},
};

static const struct wl_notice asset_notices[] = {
    {.on = "issue", .to = "keeper", .text = "asset.issued"},
    {.on = "asset_remind", .to = "keeper @station_head", .text = "asset.runs_out"},
};

const struct wl_record money_asset = {
    .name = "asset",
    .path = "assets",
    .object = "asset",
    .fields = WL_ROWS(asset_fields),
    .actions = WL_ROWS(asset_actions),
    .rules = WL_ROWS(asset_rules),
    .checks = WL_ROWS(asset_checks),
    .limits = WL_ROWS(asset_limits),
    .states = "in_stock issued repair lost scrapped",
    .locked = "scrapped",
    .notices = WL_ROWS(asset_notices),
    .sort = "-created_at",
    .title = "name tag",
    .verbs = "list get create patch import export",
};

/* --- 使用 --------------------------------------------------------------------------------------- */

static const struct wl_field use_fields[] = {
    {"asset", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.asset"},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"used_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"km_from", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 1000000},
    {"km_to", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 1000000},
    {"km", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"purpose", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 200},
};

static const struct wl_guard use_guards[] = {
    {"asset", "asset_use_keeper",
     WL_SQL("exists (select from station.asset a where a.county = t.county and a.id = t.asset"
            " and a.state = 'issued' and a.keeper = t.staff)")},
    {"km_from", "asset_use_odometer",
     WL_SQL("exists (select from station.asset a where a.county = t.county and a.id = t.asset"
            " and a.odometer_km <= t.km_from)")},
};

static const struct wl_check use_checks[] = {
    {"asset_use_km", "km_to"},
};

static const struct wl_effect use_effects[] = {
    {"create", .record = "station.asset", .rows = WL_SQL("select t.asset as id, t.km_to from t"),
     .set = WL_SQL("odometer_km = greatest(o.odometer_km, s.km_to)")},
};

const struct wl_record money_asset_use = {
    .name = "asset_use",
    .path = "asset_uses",
    .object = "asset_use",
    .fields = WL_ROWS(use_fields),
    .guards = WL_ROWS(use_guards),
    .checks = WL_ROWS(use_checks),
    .effects = WL_ROWS(use_effects),
    .sort = "-created_at",
    .title = "asset used_on",
    .verbs = "list get create export",
};

/* --- 维保 --------------------------------------------------------------------------------------- */

static const struct wl_field service_fields[] = {
    {"asset", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.asset"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "ASSET_SERVICE"},
    {"done_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"cost_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 1000000000},
    {"shop", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 80},
    {"valid_to", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 500},
    {"invoice", WL_FILE, WL_CLASS_1, .flags = 0, .of = "image pdf"},
};

static const struct wl_rule service_rules[] = {
    {WL_REQUIRED_IF, "valid_to", "kind", "INSURANCE BATTERY"},
    {WL_NOT_BEFORE, "valid_to", "done_on", .values = NULL},
};

/* Also what is written down late: an older insurance ends no newer one, nor is an older battery in
 * it again. */
static const struct wl_effect service_effects[] = {
    {"create", WL_SQL("t.kind = 'INSURANCE'"), "station.asset",
     WL_SQL("select t.asset as id, t.valid_to from t"),
     WL_SQL("insurance_to = greatest(o.insurance_to, s.valid_to)")},
    {"create", WL_SQL("t.kind = 'BATTERY'"), "station.asset",
     WL_SQL("select t.asset as id, t.valid_to from t where not exists ("
            " select from station.asset_service x where x.county = t.county and x.asset = t.asset"
            "    and x.kind = t.kind and x.done_on > t.done_on and x.deleted_at is null)"),
     WL_SQL("battery_until = s.valid_to")},
};

const struct wl_record money_asset_service = {
    .name = "asset_service",
    .path = "asset_services",
    .object = "asset_use",
    .fields = WL_ROWS(service_fields),
    .rules = WL_ROWS(service_rules),
    .effects = WL_ROWS(service_effects),
    .sort = "-created_at",
    .title = "asset kind",
    .verbs = "list get create export",
};
