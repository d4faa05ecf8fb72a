/* 购买服务合同: the county buys the stations' service from an agency. Signing sets its amount aside in
 * the source, and what was not paid goes back when it is settled or ended early. Everybody in the
 * county may read it: what government buys is announced. */
#include "station/money/money.h"

static const struct wl_field installments[] = {
    {"percent", WL_INTEGER, .flags = WL_REQUIRED, .min = 1, .max = 100},
    {"due", WL_CHOICE, .flags = WL_REQUIRED, .of = "PAY_DUE"},
    {"condition", WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"no", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 40},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 100},
    {"buyer", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "admin.org_unit"},
    {"agency", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "admin.org_unit"},
    {"fund", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "station.fund_source"},
    {"amount_fen", WL_MONEY, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 100000000000},
    {"starts_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"ends_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"installments", WL_LIST, WL_CLASS_0, .flags = WL_REQUIRED, .min = 1, .max = 12,
     .items = WL_ROWS(installments)},
    {"document", WL_FILE, WL_CLASS_1, .flags = 0, .of = "pdf"},
    {"signed_on", WL_DATE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"signed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"mid_score", WL_DECIMAL, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .max = 1000, .scale = 1},
    {"mid_opinion", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"final_score", WL_DECIMAL, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .max = 1000,
     .scale = 1},
    {"final_opinion", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"paid_fen", WL_MONEY, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"due_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define NOTHING_OPEN                                                                               \
    WL_SQL("not exists (select from station.contract_payment p where p.county = t.county"          \
           " and p.contract = t.id and p.deleted_at is null and p.state in"                        \
           " ('requested', 'approved'))")

static const struct wl_action actions[] = {
    {"sign", "draft", "signed", "sign", .input = "signed_on!",
     .set = WL_SQL("signed_by = core.actor()"),
     .guard = WL_SQL("exists (select from station.contract_station s where s.county = t.county"
                     " and s.contract = t.id and s.deleted_at is null)"
                     " and exists (select from station.contract_indicator i where i.county ="
                     " t.county and i.contract = t.id and i.deleted_at is null)"),
     .refusal = "contract_incomplete"},
    {"start", "signed", "running", "sign", .input = NULL},
    {"mid_review", "running", "mid_review", "review", .input = "mid_score! mid_opinion!"},
    {"final_review", "mid_review", "final_review", "review",
     .input = "final_score! final_opinion!"},
    {"settle", "final_review", "settled", "sign", .guard = NOTHING_OPEN,
     .refusal = "contract_payment_open"},
    {"terminate", "signed running mid_review final_review", "terminated", "sign",
     .input = "reason!", .guard = NOTHING_OPEN, .refusal = "contract_payment_open"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "draft settled terminated", .remind = "@county_section @county_admin"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "ends_on", "starts_on", .values = NULL},
};

static const struct wl_guard guards[] = {
    {"agency", "contract_agency",
     WL_SQL("exists (select from admin.org_unit o where o.county = t.county and o.id = t.agency"
            " and o.kind = 'AGENCY' and o.uscc is not null)")},
    {"installments", "contract_percents", WL_SQL("station.percent_sum(t.installments) = 100")},
    {"ends_on", "contract_period",
     WL_SQL("t.ends_on <= t.starts_on + make_interval(months =>"
            " core.param(t.county, 'contract.max_months', t.starts_on)::int)")},
    {"fund", "contract_fund",
     WL_SQL("t.state <> 'draft' or exists (select from station.fund_source f"
            " where f.county = t.county and f.id = t.fund and f.state = 'active')")},
};

static const struct wl_check checks[] = {
    {"contract_no", "no"},
    {"contract_paid", "amount_fen"},
    {"fund_source_allotted", "amount_fen"},
};

static const struct wl_effect effects[] = {
    {"sign", .record = "station.fund_source",
     .rows = WL_SQL("select t.fund as id, t.amount_fen from t"),
     .set = FUND_TAKES},
    {"settle terminate", .record = "station.fund_source",
     .rows = WL_SQL("select t.fund as id, t.amount_fen - t.paid_fen as left_fen from t"),
     .set = WL_SQL("allotted_fen = o.allotted_fen - s.left_fen")},
};

static const struct wl_notice notices[] = {
    {.on = "sign mid_review final_review settle terminate", .to = "@agency_manager",
     .text = "contract.step"},
};

const struct wl_record money_contract = {
    .name = "contract",
    .path = "contracts",
    .object = "contract",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "draft signed running mid_review final_review settled terminated",
    .locked = "signed running mid_review final_review settled terminated",
    .notices = WL_ROWS(notices),
    .sort = "-created_at",
    .title = "no title",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
