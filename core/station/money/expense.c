/* 经费支出: whoever handles it signs first, somebody else second; nobody signs alone. What is claimed
 * is not changed afterwards: a wrong one is refused and claimed anew, or the second signature would
 * stand under something else. The amount goes off its line when it is approved, held there by the
 * line's check, so that any number of approvals at once never overspend it. */
#include "station/money/money.h"

static const struct wl_field fields[] = {
    {"line", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.budget_line"},
    {"purpose", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 2,
     .max = 200},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 100000000000},
    {"incurred_on", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FIXED | WL_NOT_FUTURE},
    {"payee", WL_TEXT, WL_CLASS_1, .flags = WL_FIXED, .max = 80},
    {"receipt_no", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 40},
    {"receipt", WL_FILE, WL_CLASS_1, .flags = WL_FIXED, .of = "image pdf"},
    {"handler", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"approver", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"approved_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"paid_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"paid_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"voucher_no", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 40},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define SIGN WL_SQL("approver = core.actor(), approved_at = now()")

/* Above what a station may decide itself the county signs. */
static const struct wl_action actions[] = {
    {"approve", "claimed", "approved", "approve", .never = "handler", .set = SIGN,
     .guard = WL_SQL("t.amount_fen <="
                     " core.param(t.county, 'expense.station_limit_fen')::bigint"),
     .refusal = "expense_above_limit"},
    {"approve_high", "claimed", "approved", "approve_high", .never = "handler", .set = SIGN},
    {"refuse", "claimed", "refused", "approve", .input = "reason!", .never = "handler"},
    {"pay", "approved", "paid", "pay", .input = "voucher_no!", .never = "handler",
     .set = WL_SQL("paid_by = core.actor(), paid_at = now()")},
    {"void", "approved", "voided", "approve", .input = "reason!", .never = "handler"},
};

static const struct wl_guard guards[] = {
    {"line", "expense_line",
     WL_SQL("exists (select from station.budget_line b where b.county = t.county and b.id = t.line"
            " and b.township = t.township and (b.state = 'open' or t.state not in"
            " ('claimed', 'approved')))")},
};

static const struct wl_check checks[] = {
    {"budget_line_spent", "amount_fen"},
    {"expense_receipt", "receipt_no"},
};

static const struct wl_effect effects[] = {
    {"approve approve_high", .record = "station.budget_line",
     .rows = WL_SQL("select t.line as id, t.amount_fen from t"),
     .set = WL_SQL("spent_fen = case when o.state = 'open' then o.spent_fen + s.amount_fen"
                    " else o.amount_fen + 1 end")},
    {"void", .record = "station.budget_line",
     .rows = WL_SQL("select t.line as id, t.amount_fen from t"),
     .set = WL_SQL("spent_fen = o.spent_fen - s.amount_fen")},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head @township_officer", .text = "expense.claimed"},
    {.on = "approve approve_high refuse pay", .to = "handler", .text = "expense.told"},
};

const struct wl_record money_expense = {
    .name = "expense",
    .path = "expenses",
    .object = "expense",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "claimed approved paid refused voided",
    .locked = "approved paid refused voided",
    .notices = WL_ROWS(notices),
    .sort = "-created_at",
    .title = "purpose receipt_no",
    .verbs = "list get create export",
};
