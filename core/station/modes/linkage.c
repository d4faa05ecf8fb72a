/* 多方会商 and 联动单: needs go up, tasks go down, departments work side by side; every order has a
 * reply and a limit (P08 P09 P10). Who issued an order closes it, never who answered it. */
#include "station/modes/modes.h"

static const struct wl_field agencies[] = {
    {.name = "party", .type = WL_CHOICE, .flags = WL_REQUIRED, .of = "LINKAGE_PARTY"},
    {.name = "unit", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {.name = "person", .type = WL_TEXT, .max = 30},
    {.name = "view", .type = WL_TEXT, .max = 500},
};

static const struct wl_field conference_fields[] = {
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER,
     .of = "station.incident"},
    {"form", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "CONFERENCE_FORM"},
    {"held_at", WL_TIME, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"place", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 100},
    {"agencies", WL_LIST, WL_CLASS_1, .flags = WL_REQUIRED, .min = 2, .max = 60,
     .items = WL_ROWS(agencies)},
    {"decisions", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"minutes", WL_FILE, WL_CLASS_1, .flags = 0, .of = "pdf office image"},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action conference_actions[] = {
    {"hold", "planned", "held", "update", .input = "decisions! agencies"},
    {"cancel", "planned", "cancelled", "update", .input = NULL},
    {"close", "held", "closed", "close",
     .guard = WL_SQL("not exists (select from station.linkage_order o where o.county = t.county"
                     " and o.conference = t.id and o.state not in ('closed', 'cancelled')"
                     " and o.deleted_at is null)"),
     .refusal = "conference_orders_open"},
};

const struct wl_record station_conference = {
    .name = "conference",
    .path = "conferences",
    .object = "linkage",
    .fields = WL_ROWS(conference_fields),
    .actions = WL_ROWS(conference_actions),
    .states = "planned held closed cancelled",
    .locked = "closed cancelled",
    .sort = "-held_at",
    .title = "title held_at",
    .verbs = "list get create patch",
};

/* ---- orders -----------------------------------------------------------------------------------
 */

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "LO"},
    {"way", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "LINKAGE_WAY"},
    {"party", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "LINKAGE_PARTY"},
    {"unit", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 60},
    {"contact", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 60},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER,
     .of = "station.incident"},
    {"conference", WL_REFERENCE, WL_CLASS_1, .flags = WL_FILTER | WL_FIXED,
     .of = "station.conference"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_FILTER | WL_FIXED, .of = "station.request"},
    {"urgency", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "URGENCY"},
    {"subject", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"content", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED, .max = 2000},
    {"cadres", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 10000},
    {"issued_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"due_reply_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'linkage.reply_minutes.' || v.urgency, now())")},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"replied_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"replied_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reply", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 2000},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"returns", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"accept", "sent", "accepted", "reply", .set = WL_SQL("accepted_at = now()")},
    {"reply", "sent accepted", "replied", "reply", .input = "reply! cadres",
     .set = WL_SQL("replied_by = core.actor(), replied_at = now()")},
    {"return", "replied", "sent", "close", .input = "reason!", .never = "replied_by",
     .set = WL_SQL("returns = t.returns + 1")},
    {"close", "replied", "closed", "close", .never = "replied_by",
     .set = WL_SQL("closed_at = now()")},
    {"cancel", "sent accepted", "cancelled", "close", .input = "reason!"},
};

/* Cadres are called up by number, departments by name. */
static const struct wl_rule rules[] = {
    {WL_FORBIDDEN_IF, "cadres", "party", "DEPT MEDICAL PSYCH COMMITTEE POLICE REGION STATION"},
};

static const struct wl_limit limits[] = {
    {"due_reply_at", .ended = "replied closed cancelled", .staff = "staff", .remind = "issued_by"},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "staff @station_head @county_section", .text = "linkage_sent"},
    {.on = "reply", .to = "issued_by", .text = "linkage_replied"},
    {.on = "return", .to = "replied_by", .text = "linkage_returned"},
};

const struct wl_record station_linkage_order = {
    .name = "linkage_order",
    .path = "linkage_orders",
    .object = "linkage",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "sent accepted replied closed cancelled",
    .locked = "replied closed cancelled",
    .sort = "-created_at",
    .title = "no subject",
    .verbs = "list get create patch",
    .origin = "request",
};
