/* 权威信息 and how it was carried on: nothing is published that nobody but its writer has read;
 * what was vetted no longer changes (P01 P02). */
#include "station/modes/modes.h"

static const struct wl_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"topic", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "BULLETIN_TOPIC"},
    {"content", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED, .max = 5000},
    {"counters", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 1000},
    {"issuer", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 60},
    {"source_url", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
    {"source_at", WL_DATE, WL_CLASS_0, .flags = WL_NOT_FUTURE},
    {"incident", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER,
     .of = "station.incident"},
    {"valid_to", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"writer", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"vetted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"vetted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"published_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"published_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"vet", "draft", "vetted", "vet", .never = "writer",
     .set = WL_SQL("vetted_by = core.actor(), vetted_at = now()")},
    {"return", "vetted", "draft", "vet", .input = "reason!",
     .set = WL_SQL("vetted_by = null, vetted_at = null")},
    {"publish", "vetted", "published", "publish",
     .set = WL_SQL("published_by = core.actor(), published_at = now()")},
    {"withdraw", "draft vetted published", "withdrawn", "withdraw", .input = "reason!"},
};

/* A rumour is countered with where the truth stands. */
static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "counters", "topic", "RUMOUR"},
    {WL_REQUIRED_IF, "source_url", "topic", "RUMOUR SITUATION RETURN"},
};

static const struct wl_check checks[] = {
    {"bulletin_source", "source_url"},
    {"bulletin_vetted", "vetted_by"},
};

const struct wl_record station_bulletin = {
    .name = "bulletin",
    .path = "bulletins",
    .object = "bulletin",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .states = "draft vetted published withdrawn",
    .locked = "vetted published withdrawn",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

/* ---- how far it came --------------------------------------------------------------------------
 */

static const struct wl_field relay_fields[] = {
    {"bulletin", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.bulletin"},
    {"channel", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "RELAY_CHANNEL"},
    {"relayed_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"households", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 0, .max = 1000000},
    {"persons", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 0, .max = 1000000},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 500},
};

static const struct wl_rule relay_rules[] = {
    {WL_ANY_OF, "households", "persons", NULL},
};

const struct wl_record station_bulletin_relay = {
    .name = "bulletin_relay",
    .path = "bulletin_relays",
    .object = "bulletin_relay",
    .fields = WL_ROWS(relay_fields),
    .rules = WL_ROWS(relay_rules),
    .sort = "-relayed_at",
    .title = "bulletin channel",
    .verbs = "list get create patch",
};
