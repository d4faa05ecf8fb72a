/* 年度重点工作: what the year's list names, with milestones, owner and funds. When it starts every
 * station gets its part (key_work_part); a part done moves the whole on. */
#include "station/model/model.h"

static const struct wl_field milestone[] = {
    {"name", WL_TEXT, .flags = WL_REQUIRED, .max = 100},
    {"due", WL_DATE, .flags = WL_REQUIRED},
    {"done", WL_DATE, .flags = 0},
    {"note", WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .min = 2015,
     .max = 2100},
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 80},
    {"content", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED, .max = 2000},
    {"measure", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "KEY_MEASURE"},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"due", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"funds_fen", WL_MONEY, WL_CLASS_0, .flags = WL_LISTED, .max = 100000000000},
    {"fund_source", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 100},
    {"milestones", WL_LIST, WL_CLASS_0, .flags = 0, .max = 30, .items = WL_ROWS(milestone)},
    {"stations_all", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"stations_done", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"progress", WL_DECIMAL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .scale = 1},
    {"result", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 2000},
    {"started_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"done_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* Stations whose part it is, each once. */
#define STATIONS                                                                                   \
    "admin.org_unit o where o.county = t.county and o.kind = 'STATION' and o.status <> 'CLOSED'"   \
    " and o.deleted_at is null"

static const struct wl_action actions[] = {
    {"start", "draft", "running", "manage",
     .set = WL_SQL("started_at = now(),"
                   " stations_all = (select count(distinct o.township) from " STATIONS ")")},
    {"finish", "running", "done", "manage", .input = "result!", .set = WL_SQL("done_at = now()"),
     .guard = WL_SQL("t.stations_done = t.stations_all and not exists (select from"
                     " jsonb_array_elements(coalesce(t.milestones, '[]')) m"
                     " where m ->> 'done' is null)"),
     .refusal = "key_work_unfinished"},
    {"cancel", "draft running", "cancelled", "manage", .input = "result!"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "draft done cancelled", .staff = "owner", .remind = "owner @county_leader",
     .before = 10080},
};

static const struct wl_effect effects[] = {
    {"start", .record = "station.key_work_part",
     .rows = WL_SQL("select distinct o.township::bigint * 1000 as div, o.township::text as key,"
                    " t.id as key_work, t.due from t join admin.org_unit o"
                    " on o.county = t.county and o.kind = 'STATION' and o.status <> 'CLOSED'"
                    " and o.deleted_at is null")},
};

static const struct wl_check checks[] = {
    {"key_work_name", "name"},
};

const struct wl_record station_key_work = {
    .name = "key_work",
    .path = "key_works",
    .object = "key_work",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .checks = WL_ROWS(checks),
    .states = "draft running done cancelled",
    .locked = "done cancelled",
    .sort = "due_at",
    .title = "name",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};

static const struct wl_field part_fields[] = {
    {"key_work", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.key_work"},
    {"measure", WL_CHOICE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .of = "KEY_MEASURE",
     .compute = WL_SQL("(select k.measure from station.key_work k"
                       " where k.county = v.county and k.id = v.key_work)")},
    {"due", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"done_on", WL_DATE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"note", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 1000},
    {"evidence", WL_FILE, WL_CLASS_1, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* The station reports, the county confirms. Entity operation is what the register of stations says,
 * not what is claimed. */
static const struct wl_action part_actions[] = {
    {"finish", "pending", "reported", "finish", .input = "done_on! note evidence",
     .guard = WL_SQL("t.measure <> 'ENTITY_OP' or exists (select from admin.org_unit o"
                     " where o.county = t.county and o.id = t.org"
                     " and o.status = 'OPERATING' and o.entity_op_date is not null)"),
     .refusal = "key_work_part_not_operating"},
    {"confirm", "reported", "done", "manage", .input = NULL},
    {"return", "reported", "pending", "manage", .input = "note!"},
};

static const struct wl_limit part_limits[] = {
    {"due_at", .ended = "reported done", .remind = "@station_head @county_section", .before = 0},
};

/* The start makes them; one made by hand is of a station that opened since. */
static const struct wl_guard part_guards[] = {
    {"key_work", "key_work_not_running",
     WL_SQL("t.state <> 'pending' or exists (select from station.key_work k"
            " where k.county = t.county and k.id = t.key_work and k.state = 'running')")},
};

static const struct wl_effect part_effects[] = {
    {"create", .record = "station.key_work", .rows = WL_SQL("select t.key_work as id from t"),
     .set = WL_SQL("stations_all = o.stations_all + 1")},
    {"confirm", .record = "station.key_work", .rows = WL_SQL("select t.key_work as id from t"),
     .set = WL_SQL("stations_done = o.stations_done + 1")},
};

static const struct wl_check part_checks[] = {
    {"key_work_part_once", "key_work"},
};

const struct wl_record station_key_work_part = {
    .name = "key_work_part",
    .path = "key_work_parts",
    .object = "key_work",
    .fields = WL_ROWS(part_fields),
    .actions = WL_ROWS(part_actions),
    .limits = WL_ROWS(part_limits),
    .guards = WL_ROWS(part_guards),
    .effects = WL_ROWS(part_effects),
    .checks = WL_ROWS(part_checks),
    .states = "pending reported done",
    .locked = "reported done",
    .sort = "due_at",
    .title = "key_work",
    .verbs = "list get create export",
};
