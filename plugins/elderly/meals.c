/* 助餐 as a part of the plugin: its records, and what the clock brings of them. When a township's
 * book closes, the next day's routes are laid and its orders made; a late run makes those that a
 * stopped server left out, so that every day is made once. */
#include "meals.h"

static const struct wl_record *const records[] = {
    &meal_subscription, &meal_order,      &meal_route,
    &weather_alert,     &meal_settlement, &meal_gap,
};

/* Subscriptions in use, of persons who are neither in hospital nor gone. */
#define SUBSCRIBED(date)                                                                           \
    " join elderly.meal_subscription s on s.county = t.county and s.state = 'active'"              \
    " and s.deleted_at is null and s.starts_on <= " date                                           \
    " and coalesce(s.ends_on, " date ") >= " date                                                  \
    " and extract(isodow from " date ")::text = any (s.weekdays)"                                  \
    " and coalesce((select bool_or(p.state in ('draft', 'active')) from elderly.elder_profile p"   \
    " where p.county = s.county and p.person = s.person and p.deleted_at is null), true)"          \
    " and not exists (select from station.v_resident r where r.county = s.county"                  \
    " and r.id = s.person and r.death_date is not null)"
/* Asked once a township, and not of each row of it. */
#define TOWNSHIPS                                                                                  \
    " cross join lateral (select distinct b.township, b.township::bigint * 1000 as div"            \
    " from elderly.meal_subscription b where b.county = t.county and b.deleted_at is null"         \
    " offset 0) p"
#define CLOSED(div, date) " elderly.meal_closes(t.county, " div ", " date ") <= t.at"

/* What is brought on a line, and the routes of some days with the last stop that each has. */
#define LINE "coalesce(s.line, '散单')"
#define ROUTES(from, to)                                                                           \
    " lateral (select r.*, (select coalesce(max(o.stop_no), 0) from elderly.meal_order o"          \
    " where o.county = r.county and o.route = r.id and o.deleted_at is null) as last"              \
    " from elderly.meal_route r where r.county = t.county and r.date between " from " and " to     \
    " and r.state = 'planned' and r.deleted_at is null offset 0) r on"
/* The n-th new stop of a route behind those it has; arrivals are spread over the slot's window. */
#define STOP(n, all)                                                                               \
    " r.last + " n " as stop_no, r.starts_at + (r.ends_at - r.starts_at) * (r.last + " n           \
    " - 1) / (r.last + " all ") as eta"

/* Every subscriber of tomorrow who has no order for the slot, ordered by hand or cancelled. */
#define SUBSCRIBERS                                                                                \
    TOWNSHIPS SUBSCRIBED("t.day + 1") " and s.township = p.township"
#define NOT_ORDERED                                                                                \
    CLOSED("p.div", "t.day + 1")                                                                   \
    " and not exists (select from elderly.meal_order o where o.county = t.county"                  \
    " and o.person = s.person and o.date = t.day + 1 and o.meal = s.meal)"
#define ORDERS                                                                                     \
    WL_SQL("select s.div, t.day + 1 || ' ' || s.meal || ' ' || s.person as key, s.person,"         \
           "       t.day + 1 as date, s.meal, s.mode, s.diet, s.canteen, s.id as subscription,"    \
           "       r.id as route, coalesce(s.courier, r.courier) as courier,"                      \
           STOP("row_number() over w", "count(*) over (partition by r.id)")                        \
           "  from t" SUBSCRIBERS " left join" ROUTES("t.day + 1", "t.day + 1")                    \
           "       s.mode = 'DELIVERY' and r.township = s.township and r.meal = s.meal"            \
           "   and r.line = " LINE " where" NOT_ORDERED                                            \
           " window w as (partition by r.id order by s.stop_no, s.id)")

/* Ordered by hand, or late: what has to be brought today or tomorrow and has no route. */
#define UNROUTED                                                                                   \
    " elderly.meal_order o left join elderly.meal_subscription s"                                  \
    " on s.county = o.county and s.id = o.subscription"                                            \
    " where o.county = t.county and o.mode = 'DELIVERY' and o.route is null"                       \
    " and o.state in ('planned', 'confirmed') and o.deleted_at is null"                            \
    " and o.date between t.day and t.day + 1"

/* The meals of the day that somebody alone has not had so long after their slot, at midnight at the
 * latest: each is found once, by whichever chore comes first. */
#define MIDNIGHT "timezone('Asia/Shanghai', t.day + time '23:58')"
#define GAPS                                                                                       \
    WL_SQL("select s.div, concat_ws(' ', t.day, s.meal, s.person) as key, s.person,"               \
           "       t.day as date, s.meal, s.id as subscription, o.id as meal_order,"               \
           "       case when o.id is null then 'NONE'"                                             \
           "            when o.state = 'cancelled' then 'CANCELLED'"                               \
           "            when o.state in ('refused', 'not_home') then 'NOT_HANDED'"                 \
           "            else 'WAITING' end as why,"                                                \
           "       t.at + make_interval(mins => core.setting(t.county, s.div,"                     \
           "           'elderly.meal_gap_minutes')::int) as due_at"                                \
           "  from t" TOWNSHIPS                                                                    \
           " cross join lateral (select m.code as meal,"                                           \
           "             elderly.meal_closes(t.county, p.div, t.day) as closed"                    \
           "          from core.code m"                                                            \
           "         where m.tab = 'MEAL' and t.at >= least(" MIDNIGHT ", make_interval("          \
           "             mins => core.setting(t.county, p.div, 'elderly.meal_alarm_minutes')::int)"\
           "             + upper(elderly.meal_window(t.county, p.div, m.code, t.day)))"            \
           "        offset 0) w" SUBSCRIBED("t.day")                                               \
           "   and s.township = p.township and s.meal = w.meal"                                    \
           "   and s.created_at < w.closed"                                                        \
           "  join elderly.elder_profile e on e.county = t.county and e.person = s.person"         \
           "   and e.state in ('draft', 'active') and e.deleted_at is null"                        \
           "   and (e.living = 'ALONE' or e.categories && array['ALONE', 'EMPTY_NEST'])"           \
           "  left join lateral (select m.id, m.state from elderly.meal_order m"                   \
           "         where m.county = t.county and m.person = s.person and m.date = t.day"         \
           "           and m.meal = s.meal and m.deleted_at is null"                               \
           "         order by (m.delivered_at is null), (m.state = 'cancelled'), m.id"             \
           "         limit 1) o on true"                                                           \
           " where coalesce(o.state, '') not in ('delivered', 'settled')"                          \
           "   and not exists (select from elderly.meal_gap g where g.county = t.county"           \
           "         and g.person = s.person and g.date = t.day and g.meal = s.meal)")

static const struct wl_chore chores[] = {
    {"meal_routes", "hourly 01", "elderly.meal_route",
     .rows = WL_SQL("select x.township::bigint * 1000 as div, x.date, x.meal, x.line, x.courier,"
                    "       elderly.weather_at(t.county, x.township::bigint * 1000,"
                    "           lower(elderly.meal_window(t.county, x.township::bigint * 1000,"
                    "               x.meal, x.date))) as weather_alert,"
                    "       concat_ws(' ', x.date, x.meal, x.township, x.line) as key"
                    "  from t cross join lateral"
                    "       (select y.township, y.date, y.meal, y.line,"
                    "               min(y.courier::text)::uuid as courier"
                    "          from (select o.township, o.date, o.meal, " LINE " as line,"
                    "                       s.courier"
                    "                  from" UNROUTED " union all"
                    "                select s.township, t.day + 1, s.meal, " LINE ", s.courier"
                    "                  from (select 1) one" SUBSCRIBERS " where" NOT_ORDERED
                    "                   and s.mode = 'DELIVERY') y"
                    "         group by 1, 2, 3, 4 offset 0) x"
                    " where" CLOSED("x.township::bigint * 1000", "x.date")
                    "   and not exists (select from elderly.meal_route r"
                    "        where r.county = t.county and r.township = x.township"
                    "          and r.date = x.date and r.meal = x.meal and r.line = x.line"
                    "          and r.deleted_at is null)")},
    {"meal_orders_late", "daily 23:57", "elderly.meal_order", .rows = ORDERS},
    {"meal_orders", "hourly 02", "elderly.meal_order", .rows = ORDERS},
    {"meal_stops", "hourly 03", "elderly.meal_order",
     .rows = WL_SQL("select x.id, r.id as route, coalesce(x.courier, r.courier) as courier,"
                    STOP("x.n", "x.stops")
                    "  from t join" ROUTES("t.day", "t.day + 1") CLOSED("r.div", "r.date")
                    "  join lateral (select o.id, o.township, o.date, o.meal, " LINE
                    "               as line, s.courier, row_number() over w as n, count(*) over"
                    "                   (partition by o.township, o.date, o.meal, " LINE
                    "               ) as stops"
                    "          from" UNROUTED
                    "        window w as (partition by o.township, o.date, o.meal, " LINE
                    "                     order by s.stop_no, o.created_at, o.id) offset 0) x"
                    "    on x.township = r.township and x.date = r.date and x.meal = r.meal"
                    "   and x.line = r.line"),
     .set = WL_SQL("route = s.route, stop_no = s.stop_no, eta = s.eta, courier = s.courier")},

    /* Who is dead or gone eats nothing more; of who is away, what nobody ordered by hand. */
    {"meal_cancel", "hourly 55", "elderly.meal_order",
     .rows = WL_SQL("select o.id, case b.bar when 'closed' then '老人已去世或已停止服务'"
                    "                        else '老人住院或外出，服务暂停' end as reason"
                    "  from t join elderly.meal_order o on o.county = t.county"
                    "   and o.date >= t.day and o.state in (" ORDERED ") and o.deleted_at is null"
                    " cross join lateral (select elderly.call_bar(o.county, o.person) as bar) b"
                    " where (b.bar = 'closed'"
                    "        or b.bar = 'suspended' and o.subscription is not null)"
                    "   and t.at < elderly.meal_cancel_until(o.county, o.div, o.date)"),
     .set = WL_SQL(ORDER_MOVES(ORDERED, "cancelled") ", reason = s.reason")},

    {"meal_gap", "hourly 20", "elderly.meal_gap", .rows = GAPS},
    {"meal_gap_late", "daily 23:58", "elderly.meal_gap", .rows = GAPS},

    {"meal_settlement", "monthly 1 02:00", "elderly.meal_settlement",
     .rows = WL_SQL("select x.township::bigint * 1000 as div, m.month, m.month || ' ' || x.township"
                    "           as key, elderly.meal_bands(t.county, x.township, m.month) as bands"
                    "  from t cross join lateral"
                    "       (select (t.day - interval '1 month')::date as month) m"
                    " cross join lateral (select distinct o.township from elderly.meal_order o"
                    "         where o.county = t.county and o.state = 'delivered'"
                    "           and o.delivered_at < timezone('Asia/Shanghai', t.day::timestamp)"
                    "           and o.deleted_at is null offset 0) x")},
};

/* Warnings of the weather are no elder record: the county, which writes none of those, issues them
 * too. */
static const struct wl_access access[] = {
    {"weather", "county_section", "create read update"},
    {"weather", "township_officer", "create read update"},
    {"weather", "station_head", "create read update"},
    {"weather", "social_worker", "read"},
    {"weather", "room_worker", "read"},
    {"weather", "hotline_operator", "read"},
    {"weather", "agency_supervisor", "read"},
    {"weather", "auditor_biz", "read"},
    {"weather", "county_admin", "read"},
    {"weather", "county_leader", "read"},
};

/* Figures are the domain book's assumptions: defaults that a county confirms or changes. */
static const struct wl_setting settings[] = {
    {.name = "meal_cutoff_hour", .type = WL_INTEGER, .min = 0, .max = 23, .value = "20"},
    {.name = "meal_cancel_hour", .type = WL_INTEGER, .min = 0, .max = 23, .value = "8"},
    {.name = "meal_window_from", .type = WL_TEXT, .max = 5, .value = "11:00"},
    {.name = "meal_window_to", .type = WL_TEXT, .max = 5, .value = "12:30"},
    {.name = "breakfast_from", .type = WL_TEXT, .max = 5, .value = "06:30"},
    {.name = "breakfast_to", .type = WL_TEXT, .max = 5, .value = "08:00"},
    {.name = "dinner_from", .type = WL_TEXT, .max = 5, .value = "17:00"},
    {.name = "dinner_to", .type = WL_TEXT, .max = 5, .value = "18:30"},
    {.name = "meal_hot_minutes", .type = WL_INTEGER, .min = 10, .max = 240, .value = "60"},
    {.name = "meal_alarm_minutes", .type = WL_INTEGER, .min = 0, .max = 360, .value = "90"},
    {.name = "meal_gap_minutes", .type = WL_INTEGER, .min = 10, .max = 240, .value = "60"},
};

const struct wl_plugin elderly_meals = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "meals",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .chores = WL_ROWS(chores),
    .settings = WL_ROWS(settings),
};
