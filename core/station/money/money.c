/* 经费与合同: agencies, purchase contracts, funds, expenses, assets. */
#include "station/money/money.h"

#include "station/station.h"

static const struct wl_record *const records[] = {
    &money_fund_source,      &money_budget_line,        &money_expense,
    &money_contract,         &money_contract_station,   &money_contract_indicator,
    &money_contract_payment, &money_fund_replan,        &money_replan_activity,
    &money_asset,            &money_asset_use,          &money_asset_service,
};

/* No year is the running one. What a plan made anew spends is what its activities held cost. */
static const struct wl_statement statements[] = {
    {"money_fund_usage",
     WL_SQL("with y as (select coalesce($2::int,"
            "   extract(year from core.today())::int) as year),"
            " line as (select b.fund, sum(b.spent_fen) as fen from station.budget_line b"
            "  where b.county = $1 and b.deleted_at is null group by b.fund),"
            " deal as (select c.fund, sum(c.paid_fen) as fen from station.contract c"
            "  where c.county = $1 and c.deleted_at is null group by c.fund),"
            " plan as (select p.fund, count(distinct p.id) as n,"
            "   sum(a.amount_fen) filter (where a.state = 'held') as fen"
            "   from station.fund_replan p left join station.replan_activity a"
            "     on a.county = p.county and a.replan = p.id and a.deleted_at is null"
            "  where p.county = $1 and p.deleted_at is null and p.state = 'approved'"
            "  group by p.fund)"
            " select f.id, f.name, f.kind, f.amount_fen, f.allotted_fen,"
            "   x.spent_fen, f.amount_fen - x.spent_fen as left_fen,"
            "   coalesce(plan.n, 0)::int as replans"
            "   from station.fund_source f join y on f.year = y.year"
            "   left join line on line.fund = f.id"
            "   left join deal on deal.fund = f.id"
            "   left join plan on plan.fund = f.id"
            "  cross join lateral (select (coalesce(line.fen, 0) + coalesce(deal.fen, 0)"
            "    + coalesce(plan.fen, 0))::bigint as spent_fen) x"
            "  where f.county = $1 and f.deleted_at is null"
            "  order by f.created_at, f.id")},
    {"money_budget_usage",
     WL_SQL("with y as (select coalesce($2::int,"
            "   extract(year from core.today())::int) as year)"
            " select u.id as unit, max(u.name) as name, sum(b.amount_fen)::bigint as amount_fen,"
            "   sum(b.spent_fen)::bigint as spent_fen,"
            "   (sum(b.spent_fen) * 1000 / sum(b.amount_fen))::int as permille"
            "   from station.budget_line b join y on b.year = y.year"
            "   join station.v_network_unit u on u.county = b.county and u.id = b.unit"
            "  where b.county = $1 and b.deleted_at is null"
            "  group by grouping sets ((u.id), ())"
            "  having sum(b.amount_fen) > 0"
            "  order by grouping(u.id), max(u.name)")},
    {"money_asset_summary",
     WL_SQL("select a.kind, count(*)::int as total,"
            "   count(*) filter (where a.state = 'issued')::int as in_use,"
            "   count(*) filter (where a.state = 'repair')::int as repair,"
            "   count(*) filter (where a.state = 'in_stock')::int as idle,"
            "   count(*) filter (where a.state = 'lost')::int as lost,"
            "   count(*) filter (where a.state = 'scrapped')::int as scrapped,"
            "   count(*) filter (where a.state not in ('lost', 'scrapped')"
            "     and a.due_at <= now())::int as run_out,"
            "   sum(a.odometer_km)::bigint as km"
            "   from station.asset a"
            "  where a.county = $1 and a.deleted_at is null"
            "  group by a.kind"
            "  order by a.kind")},
};

static const struct wl_route routes[] = {
    {"GET", "/fund_usage", "fund.report", money_fund_usage, WL_CLASS_1, .asks = "year?:year",
     .gives = "{items:[{id:uuid name kind amount_fen:int allotted_fen:int spent_fen:int"
              " left_fen:int replans:int}]}",
     .summary = "What each source of a year holds, is set aside for, has spent and has left"},
    {"GET", "/budget_usage", "fund.read", money_budget_usage, WL_CLASS_1, .asks = "year?:year",
     .gives = "{items:[{unit?:uuid name amount_fen:int spent_fen:int permille:int}]}",
     .summary = "How much of a year's budget each unit has spent, and all together last"},
    {"GET", "/asset_summary", "asset.read", money_asset_summary, WL_CLASS_1,
     .gives = "{items:[{kind total:int in_use:int repair:int idle:int lost:int scrapped:int"
              " run_out:int km:int}]}",
     .summary = "How many things of each kind are in use, in repair and idle"},
};

/* M39, Y07 and Y11 of the reports (domain book 4.2, 4.3). */
static const struct wl_indicator indicators[] = {
    {"M39", "unit.fen", .kinds = "BUDGET_ITEM", .record = "station.expense",
     .rows = WL_SQL("select e.county, e.div, e.org, e.approved_at as at, e.id,"
                    "       null::uuid as person, b.item as kind, e.amount_fen as n"
                    "  from station.expense e"
                    "  join station.budget_line b on b.county = e.county and b.id = e.line"
                    " where e.deleted_at is null and e.approved_at is not null"
                    "   and e.state in ('approved', 'paid')")},
    {"Y07", "unit.targets", .share = "done", .record = "station.contract_indicator",
     .rows = WL_SQL("select i.county, i.div, i.org, i.reported_at as at, i.id,"
                    "       null::uuid as person, x.kind, x.n"
                    "  from station.contract_indicator i"
                    " cross join lateral (values ('done', least(i.done, i.target)),"
                    "       ('short', greatest(i.target - i.done, 0))) x (kind, n)"
                    " where i.deleted_at is null and i.reported_at is not null")},
    {"Y11", "unit.fen", .kinds = "FUND_KIND", .record = "station.contract_payment",
     .rows = WL_SQL("select p.county, p.div, p.org, p.paid_at as at, p.id,"
                    "       null::uuid as person, f.kind, p.amount_fen as n"
                    "  from station.contract_payment p"
                    "  join station.contract c on c.county = p.county and c.id = p.contract"
                    "  join station.fund_source f on f.county = c.county and f.id = c.fund"
                    " where p.deleted_at is null and p.paid_at is not null")},
    {"Y11R", "unit.plans", .share = "approved", .record = "station.fund_replan",
     .rows = WL_SQL("select p.county, p.div, p.org,"
                    "       p.decided_on::timestamp at time zone 'Asia/Shanghai' as at, p.id,"
                    "       null::uuid as person, p.state as kind, 1::bigint as n"
                    "  from station.fund_replan p"
                    " where p.deleted_at is null and p.decided_on is not null")},
};

/* Insurance and batteries are told of some days before they run out, once each time: a reminder
 * from before those days was about an earlier end. */
static const struct wl_chore chores[] = {
    {"asset_remind", "daily 08:00", "station.asset",
     WL_SQL("select a.id, t.day from t join station.asset a on a.county = t.county"
            " cross join lateral (select least(a.insurance_to, a.battery_until)"
            "   - core.param(t.county, 'asset.remind_days', t.day)::int as day) d"
            " where a.deleted_at is null and a.state not in ('lost', 'scrapped')"
            " and d.day <= t.day and (a.reminded_on is null or a.reminded_on < d.day)"),
     WL_SQL("reminded_on = s.day")},
};

/* Domain book 3.7, row contract/payment; what it does not say is [A]. */
static const struct wl_access access[] = {
    {"contract", "county_section", "create read update sign review export"}, /* CRU A */
    {"contract", "county_admin", "create read update sign review export"},   /* signs, 1.2 */
    {"contract", "county_leader", "read"},                                   /* [A] */
    {"contract", "township_officer", "read"},  /* [A] announced to all */
    {"contract", "station_head", "read"},      /* R */
    {"contract", "agency_supervisor", "read"}, /* R own */
    {"contract", "agency_manager", "read report"}, /* contract indicators, 1.2 */
    {"contract", "auditor_biz", "read"},       /* R */

    {"contract_payment", "county_section", "create read approve pay export"}, /* CRU A */
    {"contract_payment", "county_admin", "create read approve pay export"},   /* signs, 1.2 */
    {"contract_payment", "county_leader", "read approve"},                    /* final sign-off */
    {"contract_payment", "agency_manager", "create read"},                    /* invoices, 1.2 */
    {"contract_payment", "agency_supervisor", "read"},                        /* R own */
    {"contract_payment", "station_head", "read"},                             /* R */
    {"contract_payment", "auditor_biz", "read"},                              /* R */

    /* all [A] from here */
    {"fund", "county_section", "create read update decide export report"},
    {"fund", "county_admin", "create read update decide export report"},
    {"fund", "county_leader", "read report"},
    {"fund", "township_officer", "read"},
    {"fund", "station_head", "read"},
    {"fund", "social_worker", "read"},
    {"fund", "auditor_biz", "read report"},

    {"expense", "county_section", "create read approve approve_high pay export"},
    {"expense", "county_admin", "read approve_high export"},
    {"expense", "county_leader", "read approve_high"},
    {"expense", "township_officer", "read approve pay"},
    {"expense", "station_head", "create read approve export"},
    {"expense", "social_worker", "create read"},
    {"expense", "auditor_biz", "read"},

    {"fund_replan", "station_head", "create read update submit hold export"},
    {"fund_replan", "social_worker", "read hold"},
    {"fund_replan", "township_officer", "read agree_township"},
    {"fund_replan", "county_section", "read agree_county export"},
    {"fund_replan", "county_admin", "read agree_finance"},
    {"fund_replan", "county_leader", "read"},
    {"fund_replan", "auditor_biz", "read"},

    {"asset", "county_section", "create read update issue service scrap import export"},
    {"asset", "county_admin", "read scrap"},
    {"asset", "county_leader", "read"},
    {"asset", "township_officer", "read"},
    {"asset", "station_head", "read issue service export"},
    {"asset", "social_worker", "read"},
    {"asset", "auditor_biz", "read"},

    {"asset_use", "county_section", "read export"},
    {"asset_use", "station_head", "create read export"},
    {"asset_use", "social_worker", "create read"},
    {"asset_use", "auditor_biz", "read"},
};

const struct wl_plugin station_money = {
    .size = sizeof(struct wl_plugin),
    .name = "money",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .indicators = WL_ROWS(indicators),
    .access = WL_ROWS(access),
    .chores = WL_ROWS(chores),
};
