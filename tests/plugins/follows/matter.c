/* 事项: agreeing to it makes its tasks and spends of its fund, telling makes a request of it,
 * dropping it drops what is still open. */
#include "follows.h"

static const struct wl_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 60},
    {"fund", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "follows.fund"},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"parts", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .max = 400},
    {"first", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 60},
    {"place", WL_DIVISION, WL_CLASS_1, .flags = 0},
    {"tasks", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .compute = WL_SQL("0")},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action actions[] = {
    {.name = "agree", .from = "noted", .to = "agreed", .permission = "update"},
    {.name = "tell", .from = "agreed", .to = "told", .permission = "update"},
    {.name = "raise", .from = "noted", .to = "noted", .permission = "update",
     .input = "amount_fen!", .guard = WL_SQL("v.amount_fen > coalesce(t.amount_fen, 0)"),
     .refusal = "not_raised"},
    {.name = "lower", .from = "noted", .to = "noted", .permission = "decide",
     .input = "amount_fen! first", .guard = WL_SQL("v.amount_fen < t.amount_fen"
                                                   " and v.first is not null"),
     .refusal = "not_lowered"},
    {.name = "drop", .from = "agreed told", .to = "dropped", .permission = "update"},
};

static const struct wl_effect effects[] = {
    {.on = "create",
     .when = WL_SQL("t.first is not null"),
     .record = "follows.task",
     .rows = WL_SQL("select t.id as matter, t.first as title")},
    {.on = "create",
     .when = WL_SQL("t.parts = 0"),
     .record = "follows.fund",
     .rows = WL_SQL("select t.fund as id from t"),
     .set = WL_SQL("days = o.days + 1")},
    {.on = "agree",
     .record = "follows.task",
     .rows = WL_SQL("select n::text as key, t.id as matter, t.title || ' ' || n as title,"
                    "       coalesce(t.place, t.div) as div"
                    "  from t cross join generate_series(1, t.parts::int) n")},
    {.on = "agree",
     .when = WL_SQL("t.amount_fen > 0"),
     .record = "follows.fund",
     .rows = WL_SQL("select t.fund as id, t.amount_fen from t"),
     .set = WL_SQL("spent_fen = o.spent_fen + s.amount_fen")},
    {.on = "tell",
     .record = "station.request",
     .rows = WL_SQL("select 'VISIT' as channel, 'MEAL' as category, 'K' as domain,"
                    "       'U3' as urgency, t.title || '：' || count(k.id) as content"
                    "  from t left join follows.task k"
                    "    on k.county = t.county and k.matter = t.id and k.state = 'open'"
                    " group by t.title")},
    {.on = "drop",
     .record = "follows.task",
     .rows = WL_SQL("with mine as (select k.id from follows.task k"
                    "                join t on k.county = t.county and k.matter = t.id"
                    "               where k.state = 'open')"
                    " select m.id from mine m"),
     .set = WL_SQL("state = 'dropped', note = concat('随', '事项')")},
};

static const struct wl_check checks[] = {
    {"fund_spent", "amount_fen"},
};

const struct wl_record matter = {
    .name = "matter",
    .path = "matters",
    .object = "follow_matter",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .checks = WL_ROWS(checks),
    .states = "noted agreed told dropped",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch import",
};
