/* 助餐月结: what a township's meals of a month came to, by band. Settling locks their orders for good;
 * what turns out wrong later is a correction of a next month's. */
#include "meals.h"

static const struct wl_field band[] = {
    {"band", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED, .of = "MEAL_BAND"},
    {"meals", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED},
    {"price_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED},
    {"subsidy_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED},
    {"self_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED},
};

static const struct wl_field correction[] = {
    {"order_id", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .min = 36, .max = 36},
    {"subsidy_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED, .min = -100000, .max = 100000},
    {"self_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED, .min = -100000, .max = 100000},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .min = 2, .max = 200},
};

static const struct wl_field fields[] = {
    {"month", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"bands", WL_LIST, WL_CLASS_1, .flags = WL_COMPUTED, .max = 20, .items = WL_ROWS(band)},
    {"corrections", WL_LIST, WL_CLASS_1, .flags = 0, .max = 500, .items = WL_ROWS(correction)},
    {"meals", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"price_fen", WL_MONEY, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"subsidy_fen", WL_MONEY, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"self_fen", WL_MONEY, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settled_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settled_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* Month by month, so that no order is summed twice. */
static const struct wl_action actions[] = {
    {"settle", "draft", "settled", "settle",
     .set = WL_SQL("bands = elderly.meal_bands(t.county, t.township, t.month),"
                   " settled_at = now(), settled_by = core.actor()"),
     .guard = WL_SQL("core.today() >= t.month + interval '1 month'"
                     " and not exists (select from elderly.meal_settlement o"
                     " where o.county = t.county and o.township = t.township"
                     " and o.month < t.month and o.state = 'draft' and o.deleted_at is null)"),
     .refusal = "settle_in_order"},
};

static const struct wl_effect effects[] = {
    {.on = "settle",
     .record = "elderly.meal_order",
     .rows = WL_SQL("select o.id, t.id as settlement from elderly.meal_order o"
                    " where o.county = t.county and o.township = t.township"
                    "   and o.state = 'delivered' and o.deleted_at is null and o.delivered_at"
                    "       < timezone('Asia/Shanghai', t.month + interval '1 month')"),
     .set = WL_SQL("state = 'settled', settlement = s.settlement")},
};

static const struct wl_guard guards[] = {
    {"corrections", "correction_of_settled",
     WL_SQL("not exists (select from jsonb_array_elements(t.corrections) x"
            " where not exists (select from elderly.meal_order o where o.county = t.county"
            " and o.township = t.township and o.state = 'settled' and o.id = case"
            " when x ->> 'order_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
            " then (x ->> 'order_id')::uuid end))")},
    {"corrections", "correction_too_much",
     WL_SQL("elderly.meal_corrections_hold(t.county, t.township, t.id, t.corrections)")},
};

const struct wl_record meal_settlement = {
    .name = "meal_settlement",
    .path = "meal_settlements",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .guards = WL_ROWS(guards),
    .states = "draft settled",
    .locked = "settled",
    .sort = "-month",
    .title = "month",
    .verbs = "list get patch export",
};
