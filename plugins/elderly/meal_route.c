/* 送餐路线: one line of a slot and day. Its stops are the orders that name it; they leave with it. */
#include "meals.h"

static const struct wl_field stop[] = {
    {"order_id", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .min = 36, .max = 36},
};

static const struct wl_field fields[] = {
    {"date", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"meal", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "MEAL"},
    {"line", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 40},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"vehicle", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 40},
    {"starts_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("lower(elderly.meal_window(v.county, v.div, v.meal, v.date))")},
    {"ends_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("upper(elderly.meal_window(v.county, v.div, v.meal, v.date))")},
    {"stops", WL_LIST, WL_CLASS_1, .flags = WL_ACTION, .min = 1, .max = 500,
     .items = WL_ROWS(stop)},
    {"weather_alert", WL_REFERENCE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "elderly.weather_alert"},
    {"safety_note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 4, .max = 300},
    {"left_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"done_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define STOP                                                                                       \
    " from elderly.meal_order o where o.county = t.county and o.route = t.id"                      \
    " and o.deleted_at is null and o.state "

static const struct wl_action actions[] = {
    {"reorder", "planned", "planned", "deliver", .input = "stops!",
     .guard = WL_SQL("(select array_agg(x ->> 'order_id' order by x ->> 'order_id')"
                     " from jsonb_array_elements(v.stops) x)"
                     " = (select array_agg(o.id::text order by o.id::text)" STOP "<> 'cancelled')"),
     .refusal = "stops_differ"},
    {"leave", "planned", "out", "deliver", .input = "safety_note",
     .set = WL_SQL("courier = core.actor(), left_at = now(),"
                   " weather_alert = elderly.weather_at(t.county, t.div)")},
    {"hand_over", "out", "out", "close", .input = "courier!"},
    {"finish", "out", "done", "deliver", .only = "courier", .set = WL_SQL("done_at = now()"),
     .guard = WL_SQL("not exists (select" STOP "= 'out')"), .refusal = "stops_open"},
};

static const struct wl_effect effects[] = {
    {.on = "leave",
     .record = "elderly.meal_order",
     .rows = WL_SQL("select o.id, t.courier, t.left_at,"
                    "       elderly.meal_hot_until(t.county, t.div, t.left_at) as hot_until,"
                    "       core.service_how(t.county, t.div, 'MEAL') as how"
                    STOP "in (" IN_HOUSE ")"),
     .set = WL_SQL(ORDER_MOVES(IN_HOUSE, "out") ", courier = s.courier, service_how = s.how,"
                   " cooked_at = coalesce(o.cooked_at, s.left_at),"
                   " hot_until = coalesce(o.hot_until, s.hot_until)")},
    {.on = "hand_over",
     .record = "elderly.meal_order",
     .rows = WL_SQL("select o.id, t.courier" STOP "= 'out'"),
     .set = WL_SQL("courier = case o.state when 'out' then s.courier else o.courier end")},
    {.on = "reorder",
     .record = "elderly.meal_order",
     .rows = WL_SQL("select o.id, x.n as stop_no,"
                    "       t.starts_at + (t.ends_at - t.starts_at) * (x.n - 1)"
                    "           / jsonb_array_length(t.stops) as eta"
                    "  from jsonb_array_elements(t.stops) with ordinality x (stop, n)"
                    "  join elderly.meal_order o on o.county = t.county and o.route = t.id"
                    "   and o.id::text = x.stop ->> 'order_id' and o.deleted_at is null"),
     .set = WL_SQL("stop_no = s.stop_no, eta = s.eta")},
};

static const struct wl_guard guards[] = {
    {"safety_note", "safety_note_missing",
     WL_SQL("t.state <> 'out' or t.safety_note is not null"
            " or elderly.weather_at(t.county, t.div) is null")},
    {"date", "meal_not_today",
     WL_SQL("coalesce(timezone('Asia/Shanghai', t.left_at)::date, t.date) = t.date")},
};

static const struct wl_guard_text guard_texts[] = {
    {"safety_note_missing",
     WL_SQL("(select array[k.zh || l.zh, k.en || ', ' || l.en, a.advice]"
            " from elderly.weather_alert a"
            " join core.code k on k.tab = 'WEATHER' and k.code = a.kind"
            " join core.code l on l.tab = 'WEATHER_LEVEL' and l.code = a.level"
            " where a.county = t.county and a.id = elderly.weather_at(t.county, t.div))")},
};

static const struct wl_notice notices[] = {
    {.on = "hand_over", .to = "courier", .text = "meal_route.handed_over"},
};

static const struct wl_check checks[] = {
    {"meal_route_once", "line"},
};

const struct wl_record meal_route = {
    .name = "meal_route",
    .path = "meal_routes",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .notices = WL_ROWS(notices),
    .guard_texts = WL_ROWS(guard_texts),
    .states = "planned out done",
    .locked = "out done",
    .sort = "-date",
    .title = "date meal line",
    .verbs = "list get create patch",
};
