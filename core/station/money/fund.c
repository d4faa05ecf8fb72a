/* 资金来源、预算明细: what there is for a year and for whom, and what of it each station may spend on
 * what. A line takes its amount out of the source when it is made, and gives back what is left when
 * it is closed. */
#include "station/money/money.h"

/* --- 资金来源 ----------------------------------------------------------------------------------- */

static const struct wl_field source_fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 80},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "FUND_KIND"},
    {"doc_no", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 60},
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .min = 2000, .max = 2100},
    {"amount_fen", WL_MONEY, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 100000000000},
    {"allotted_fen", WL_MONEY, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"beneficiaries", WL_CHOICES, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "FUND_GROUP"},
    {"purpose", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action source_actions[] = {
    {"close", "active", "closed", "decide", .input = NULL},
};

static const struct wl_check source_checks[] = {
    {"fund_source_allotted", "amount_fen"},
};

const struct wl_record money_fund_source = {
    .name = "fund_source",
    .path = "fund_sources",
    .object = "fund",
    .fields = WL_ROWS(source_fields),
    .actions = WL_ROWS(source_actions),
    .checks = WL_ROWS(source_checks),
    .states = "active closed",
    .locked = "closed",
    .sort = "-created_at",
    .title = "name year",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};

/* --- 预算明细 ----------------------------------------------------------------------------------- */

static const struct wl_field line_fields[] = {
    {"fund", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.fund_source"},
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .min = 2000, .max = 2100},
    {"item", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "BUDGET_ITEM"},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 100000000000},
    {"spent_fen", WL_MONEY, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action line_actions[] = {
    {"close", "open", "closed", "decide",
     .guard = WL_SQL("not exists (select from station.expense e where e.county = t.county"
                     " and e.line = t.id and e.deleted_at is null"
                     " and e.state in ('claimed', 'approved'))"),
     .refusal = "budget_line_in_use"},
};

static const struct wl_guard line_guards[] = {
    {"unit", "budget_line_unit",
     WL_SQL("exists (select from admin.org_unit o where o.county = t.county and o.id = t.unit"
            " and o.township = t.township)")},
    {"fund", "budget_line_fund",
     WL_SQL("exists (select from station.fund_source f where f.county = t.county and f.id = t.fund"
            " and f.year = t.year and (f.state = 'active' or t.state = 'closed'))")},
};

static const struct wl_check line_checks[] = {
    {"budget_line_spent", "amount_fen"},
    {"budget_line_once", "item"},
    {"fund_source_allotted", "amount_fen"},
};

static const struct wl_effect line_effects[] = {
    {"create", .record = "station.fund_source",
     .rows = WL_SQL("select t.fund as id, t.amount_fen from t"),
     .set = FUND_TAKES},
    {"close", .record = "station.fund_source",
     .rows = WL_SQL("select t.fund as id, t.amount_fen - t.spent_fen as left_fen from t"),
     .set = WL_SQL("allotted_fen = o.allotted_fen - s.left_fen")},
};

const struct wl_record money_budget_line = {
    .name = "budget_line",
    .path = "budget_lines",
    .object = "fund",
    .fields = WL_ROWS(line_fields),
    .actions = WL_ROWS(line_actions),
    .guards = WL_ROWS(line_guards),
    .checks = WL_ROWS(line_checks),
    .effects = WL_ROWS(line_effects),
    .states = "open closed",
    .locked = "closed",
    .sort = "-created_at",
    .title = "item year",
    .verbs = "list get create patch export",
};
