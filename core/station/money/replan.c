/* 经费使用调整方案: money of a fund planned anew for the same people. The station proposes, township,
 * county and finance agree in turn, each another person; then every activity of the plan stands
 * there to be held within its month. */
#include "station/money/money.h"

/* --- 方案 --------------------------------------------------------------------------------------- */

static const struct wl_field planned[] = {
    {"title", WL_TEXT, .flags = WL_REQUIRED, .min = 1, .max = 100},
    {"month", WL_DATE, .flags = WL_REQUIRED},
    {"amount_fen", WL_MONEY, .flags = WL_REQUIRED, .min = 1, .max = 100000000000},
};

static const struct wl_field plan_fields[] = {
    {"no", WL_SERIAL, WL_CLASS_0, .flags = WL_LISTED, .of = "FP"},
    {"fund", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.fund_source"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 100},
    {"beneficiaries", WL_CHOICES, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "FUND_GROUP"},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .min = 1, .max = 1000},
    {"old_plan", WL_LIST, WL_CLASS_1, .flags = WL_REQUIRED, .min = 1, .max = 60,
     .items = WL_ROWS(planned)},
    {"activities", WL_LIST, WL_CLASS_1, .flags = WL_REQUIRED, .min = 1, .max = 60,
     .items = WL_ROWS(planned)},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 100000000000},
    {"submitted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"township_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"county_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"finance_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"finance_no", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 60},
    {"decided_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"opinion", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action plan_actions[] = {
    {"submit", "draft", "submitted", "submit", .set = WL_SQL("submitted_by = core.actor()")},
    {"agree_township", "submitted", "township_agreed", "agree_township", .input = "opinion",
     .never = "submitted_by", .set = WL_SQL("township_by = core.actor()")},
    {"agree_county", "township_agreed", "county_agreed", "agree_county", .input = "opinion",
     .never = "submitted_by township_by", .set = WL_SQL("county_by = core.actor()")},
    {"agree_finance", "county_agreed", "approved", "agree_finance", .input = "finance_no! opinion",
     .never = "submitted_by township_by county_by",
     .set = WL_SQL("finance_by = core.actor(), decided_on = core.today()")},
    {"return_township", "submitted", "draft", "agree_township", .input = "opinion!"},
    {"return_county", "township_agreed county_agreed", "draft", "agree_county",
     .input = "opinion!"},
    {"refuse", "township_agreed county_agreed", "refused", "agree_county", .input = "opinion!",
     .set = WL_SQL("decided_on = core.today()")},
};

static const struct wl_rule plan_rules[] = {
    {WL_SUM_OF, "amount_fen", "activities.amount_fen", .values = NULL},
};

#define FUND_IS(condition)                                                                         \
    "exists (select from station.fund_source f where f.county = t.county and f.id = t.fund"        \
    " and " condition ")"

static const struct wl_guard plan_guards[] = {
    {"beneficiaries", "fund_replan_beneficiaries",
     WL_SQL(FUND_IS("f.beneficiaries @> t.beneficiaries and f.beneficiaries <@ t.beneficiaries"))},
    {"amount_fen", "fund_replan_balance",
     WL_SQL("t.state in ('approved', 'refused')"
            " or t.state = 'draft' and t.submitted_by is not null or " FUND_IS(
         "f.state = 'active' and t.amount_fen <= f.amount_fen - f.allotted_fen"))},
    {"activities", "fund_replan_months",
     WL_SQL("not exists (select from jsonb_array_elements(t.activities) i"
            " where right(i ->> 'month', 3) <> '-01')")},
};

static const struct wl_check plan_checks[] = {
    {"fund_source_allotted", "amount_fen"},
};

static const struct wl_effect plan_effects[] = {
    {"agree_finance", .record = "station.fund_source",
     .rows = WL_SQL("select t.fund as id, t.amount_fen from t"),
     .set = FUND_TAKES},
    {"agree_finance", .record = "station.replan_activity",
     .rows = WL_SQL("select t.id as replan, a.title, a.month, a.amount_fen,"
                    " (a.month + interval '1 month') at time zone 'Asia/Shanghai' as due_at,"
                    " a.n::text as key"
                    " from t cross join lateral (select i ->> 'title' as title,"
                    " (i ->> 'month')::date as month, (i ->> 'amount_fen')::bigint as amount_fen,"
                    " x.n from jsonb_array_elements(t.activities) with ordinality x (i, n)) a")},
};

static const struct wl_notice plan_notices[] = {
    {.on = "submit", .to = "@township_officer", .text = "fund_replan.submitted"},
    {.on = "agree_township", .to = "@county_section", .text = "fund_replan.submitted"},
    {.on = "agree_county", .to = "@county_admin", .text = "fund_replan.submitted"},
    {.on = "agree_finance", .to = "submitted_by @station_head", .text = "fund_replan.approved"},
    {.on = "return_township return_county refuse", .to = "submitted_by",
     .text = "fund_replan.returned"},
};

const struct wl_record money_fund_replan = {
    .name = "fund_replan",
    .path = "fund_replans",
    .object = "fund_replan",
    .fields = WL_ROWS(plan_fields),
    .actions = WL_ROWS(plan_actions),
    .rules = WL_ROWS(plan_rules),
    .guards = WL_ROWS(plan_guards),
    .checks = WL_ROWS(plan_checks),
    .effects = WL_ROWS(plan_effects),
    .states = "draft submitted township_agreed county_agreed approved refused",
    .locked = "submitted township_agreed county_agreed approved refused",
    .notices = WL_ROWS(plan_notices),
    .sort = "-created_at",
    .title = "no title",
    .verbs = "list get create patch export",
};

/* --- 每月活动 ----------------------------------------------------------------------------------- */

static const struct wl_field activity_fields[] = {
    {"replan", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.fund_replan"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 100},
    {"month", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_FIXED},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .min = 1,
     .max = 100000000000},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"held_on", WL_DATE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"heads", WL_INTEGER, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = 100000},
    {"summary", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"photo", WL_FILE, WL_CLASS_1, .flags = WL_ACTION, .of = "image"},
    {"activity", WL_REFERENCE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED,
     .of = "station.activity"},
    {"in_month", WL_BOOL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action activity_actions[] = {
    {"hold", "planned", "held", "hold", .input = "held_on! heads! activity summary photo"},
    {"cancel", "planned", "cancelled", "agree_county", .input = "reason!"},
};

static const struct wl_rule activity_rules[] = {
    {WL_NOT_BEFORE, "held_on", "month", .values = NULL},
};

/* The activity named is one that was held, there and on that day. */
static const struct wl_guard activity_guards[] = {
    {"activity", "replan_activity_held",
     WL_SQL("t.activity is null or exists (select from station.activity a"
            " where a.county = t.county and a.id = t.activity and a.township = t.township"
            " and a.state in ('held', 'summarised', 'archived')"
            " and (a.starts_at at time zone 'Asia/Shanghai')::date = t.held_on)")},
};

/* What is not held costs nothing. */
static const struct wl_effect activity_effects[] = {
    {"cancel", .record = "station.fund_source",
     .rows = WL_SQL("select p.fund as id, t.amount_fen from t join station.fund_replan p"
                    " on p.county = t.county and p.id = t.replan"),
     .set = WL_SQL("allotted_fen = o.allotted_fen - s.amount_fen")},
};

static const struct wl_check activity_checks[] = {
    {"fund_source_allotted", "amount_fen"},
    {"replan_activity_one", "activity"},
};

static const struct wl_limit activity_limits[] = {
    {"due_at", .ended = "held cancelled", .remind = "@station_head"},
};

const struct wl_record money_replan_activity = {
    .name = "replan_activity",
    .path = "replan_activities",
    .object = "fund_replan",
    .fields = WL_ROWS(activity_fields),
    .actions = WL_ROWS(activity_actions),
    .rules = WL_ROWS(activity_rules),
    .guards = WL_ROWS(activity_guards),
    .checks = WL_ROWS(activity_checks),
    .effects = WL_ROWS(activity_effects),
    .limits = WL_ROWS(activity_limits),
    .states = "planned held cancelled",
    .locked = "planned held cancelled",
    .sort = "month",
    .title = "title month",
    .verbs = "list get export",
};
