/* What belongs to a contract: the stations served, the indicators to reach, and the payments. */
#include "station/money/money.h"

#define CONTRACT                                                                                   \
    {                                                                                              \
        "contract", WL_REFERENCE, WL_CLASS_0,                                                      \
            .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.contract"      \
    }
/* True of the contract `t` belongs to, which is c. */
#define CONTRACT_IS(condition)                                                                     \
    "exists (select from station.contract c where c.county = t.county and c.id = t.contract"       \
    " and (" condition "))"

/* --- 服务站点 ----------------------------------------------------------------------------------- */

static const struct wl_field station_fields[] = {
    CONTRACT,
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"workers", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 1000},
};

static const struct wl_guard station_guards[] = {
    {"contract", "contract_signed", WL_SQL(CONTRACT_IS("c.state = 'draft'"))},
    {"unit", "contract_station_unit",
     WL_SQL("exists (select from admin.org_unit o where o.county = t.county and o.id = t.unit"
            " and o.kind in ('GENSTATION', 'STATION', 'ROOM'))")},
};

static const struct wl_check station_checks[] = {
    {"contract_station_once", "unit"},
};

const struct wl_record money_contract_station = {
    .name = "contract_station",
    .path = "contract_stations",
    .object = "contract",
    .fields = WL_ROWS(station_fields),
    .guards = WL_ROWS(station_guards),
    .checks = WL_ROWS(station_checks),
    .sort = "-created_at",
    .title = "unit",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

/* --- 指标 --------------------------------------------------------------------------------------- */

static const struct wl_field indicator_fields[] = {
    CONTRACT,
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 60},
    {"measure", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 10},
    {"target", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 10000000},
    {"done", WL_INTEGER, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"reported_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action indicator_actions[] = {
    {"report", "agreed reported", "reported", "report", .input = "done! note",
     .set = WL_SQL("reported_at = now()")},
};

static const struct wl_guard indicator_guards[] = {
    {"contract", "contract_signed",
     WL_SQL("t.state <> 'agreed' or " CONTRACT_IS("c.state = 'draft'"))},
    {"done", "contract_not_running",
     WL_SQL("t.state <> 'reported' or " CONTRACT_IS("c.state in ('running', 'mid_review')"))},
};

static const struct wl_check indicator_checks[] = {
    {"contract_indicator_once", "name"},
};

const struct wl_record money_contract_indicator = {
    .name = "contract_indicator",
    .path = "contract_indicators",
    .object = "contract",
    .fields = WL_ROWS(indicator_fields),
    .actions = WL_ROWS(indicator_actions),
    .guards = WL_ROWS(indicator_guards),
    .checks = WL_ROWS(indicator_checks),
    .states = "agreed reported",
    .locked = "agreed reported",
    .sort = "-created_at",
    .title = "name",
    .verbs = "list get create",
    .flags = WL_COUNTY_WIDE,
};

/* --- 付款 --------------------------------------------------------------------------------------- */

static const struct wl_field payment_fields[] = {
    CONTRACT,
    {"installment", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 12},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 100000000000},
    {"invoice_no", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 40},
    {"invoice", WL_FILE, WL_CLASS_1, .flags = WL_FIXED, .of = "pdf image"},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_FIXED, .max = 200},
    {"requested_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"approved_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"approved_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"paid_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"paid_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"voucher_no", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 40},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action payment_actions[] = {
    {"approve", "requested", "approved", "approve", .never = "requested_by",
     .set = WL_SQL("approved_by = core.actor(), approved_at = now()")},
    {"refuse", "requested approved", "refused", "approve", .input = "reason!",
     .never = "requested_by"},
    {"pay", "approved", "paid", "pay", .input = "voucher_no!", .never = "approved_by",
     .set = WL_SQL("paid_by = core.actor(), paid_at = now()")},
};

static const struct wl_guard payment_guards[] = {
    {"installment", "installment_due",
     WL_SQL("t.state = 'refused'"
            " or station.installment_due(t.county, t.contract, t.installment, t.amount_fen)")},
};

static const struct wl_check payment_checks[] = {
    {"contract_payment_once", "installment"},
    {"contract_paid", "amount_fen"},
};

static const struct wl_effect payment_effects[] = {
    {"pay", .record = "station.contract",
     .rows = WL_SQL("select t.contract as id, t.amount_fen from t"),
     .set = WL_SQL("paid_fen = case when o.state in ('settled', 'terminated')"
                    " then o.amount_fen + 1 else o.paid_fen + s.amount_fen end")},
};

static const struct wl_notice payment_notices[] = {
    {.on = "create", .to = "@county_admin @county_leader", .text = "contract_payment.asked"},
    {.on = "approve refuse pay", .to = "requested_by", .text = "contract_payment.told"},
};

const struct wl_record money_contract_payment = {
    .name = "contract_payment",
    .path = "contract_payments",
    .object = "contract_payment",
    .fields = WL_ROWS(payment_fields),
    .actions = WL_ROWS(payment_actions),
    .guards = WL_ROWS(payment_guards),
    .checks = WL_ROWS(payment_checks),
    .effects = WL_ROWS(payment_effects),
    .states = "requested approved paid refused",
    .locked = "approved paid refused",
    .notices = WL_ROWS(payment_notices),
    .sort = "-created_at",
    .title = "contract installment",
    .verbs = "list get create export",
};
