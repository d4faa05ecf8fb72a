/* 送医、辅具、补贴、意外: what is done for an elder besides meals, calls and errands. */
#include "care.h"

static const struct wl_record *const records[] = {
    &doctor_visit,
    &aid_device,
    &subsidy_grant,
    &incident,
};

/* Beside M40, which counts what befalls a place: what befell elders there, as rows to be opened. */
static const struct wl_indicator indicators[] = {
    {"M40E", "unit.incidents", .kinds = "ELDER_INCIDENT", .record = "elderly.incident",
     .flags = WL_KIND_CLOSED,
     .rows = WL_SQL("select i.county, i.div, i.org, i.happened_at as at, i.id, i.person,"
                    "       i.kind, 1::bigint as n"
                    "  from elderly.incident i"
                    " where i.deleted_at is null")},
};

static const struct wl_setting settings[] = {
    {.name = "settle_own_advance", .type = WL_BOOL, .value = "false"},
    {.name = "doctor_due_hour", .type = WL_INTEGER, .min = 1, .max = 23, .value = "18"},
    {.name = "aid_check_days", .type = WL_INTEGER, .min = 1, .max = 366, .value = "30"},
};

/* Each day, so that who is registered or paid for in the middle of a month is not left out. At most
 * 5,000 a day: no rule of the county's, but as many rows as one transaction writes in seconds; the
 * rest of a larger county follows in the days after. */
static const struct wl_chore chores[] = {
    {"subsidy_month", "daily 00:30", "elderly.subsidy_grant",
     .rows = WL_SQL("select p.div, p.kind || ' ' || p.person || ' ' || m.month as key, p.person,"
                    "       p.kind, m.month"
                    "  from t"
                    " cross join lateral (select date_trunc('month', t.day)::date as month) m"
                    " cross join lateral elderly.subsidy_proposed(t.county, m.month, 5000) p")},
};

const struct wl_plugin elderly_care = {
    .size = sizeof(struct wl_plugin),
    .name = "care",
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
    .settings = WL_ROWS(settings),
    .chores = WL_ROWS(chores),
};
