/* 资金: what was given and what is spent of it. Only effects spend; the table keeps the rest. */
#include "follows.h"

static const struct wl_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 60},
    {"total_fen", WL_MONEY, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100000000},
    {"spent_fen", WL_MONEY, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .compute = WL_SQL("0")},
    {"days", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .compute = WL_SQL("0")},
    {"months", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED, .compute = WL_SQL("''"), .max = 4000},
};

const struct wl_record fund = {
    .name = "fund",
    .path = "funds",
    .object = "follow_fund",
    .fields = WL_ROWS(fields),
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch",
};
