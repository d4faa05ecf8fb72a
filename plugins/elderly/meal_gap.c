/* 断餐预警: a meal that somebody who lives alone or in an empty nest did not get (E05). The clock finds
 * it; a worker says why, or raises a request of the same day. */
#include "meals.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "station.resident"},
    {"date", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"meal", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "MEAL"},
    {"why", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER, .of = "MEAL_GAP"},
    {"subscription", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED,
     .of = "elderly.meal_subscription"},
    {"meal_order", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED, .of = "elderly.meal_order"},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION | WL_LISTED, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"explain", "open", "explained", "deliver", .input = "note!"},
    {"raise", "open", "raised", "deliver", .input = "note"},
};

static const struct wl_effect effects[] = {
    {.on = "raise",
     .record = "station.request",
     .rows = WL_SQL("select t.person, 'VISIT' as channel, 'MEAL' as category, 'E' as domain,"
                    "       'U2' as urgency, 'elderly.meal_gap:' || t.id as plugin_ref,"
                    "       '断餐：' || to_char(t.date, 'MM-DD') || m.zh || '，' || w.zh"
                    "       || coalesce('。' || t.note, '') as content"
                    "  from core.code m join core.code w on w.tab = 'MEAL_GAP' and w.code = t.why"
                    " where m.tab = 'MEAL' and m.code = t.meal")},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "explained raised", .remind = "@station_head"},
};

static const struct wl_notice notices[] = {
    {.on = "meal_gap meal_gap_late", .to = "@station_head", .text = "meal_gap.open"},
};

const struct wl_record meal_gap = {
    .name = "meal_gap",
    .path = "meal_gaps",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "open explained raised",
    .locked = "explained raised",
    .sort = "-date",
    .title = "person date meal",
    .person = "person",
    .verbs = "list get export",
};
