/* 知情同意: what a person, or who may sign for them, agreed to; until it is withdrawn. */
#include "station/methods/methods.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "CONSENT_KIND"},
    {"purpose", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 200},
    {"text_version", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 40},
    {"signed_by", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 60},
    {"signer_relation", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "FAMILY_REL"},
    {"signed_at", WL_TIME, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED | WL_NOT_FUTURE},
    {"valid_to", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"evidence", WL_FILE, WL_CLASS_2, .flags = 0, .of = "image pdf"},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"withdrawn_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action actions[] = {
    {"withdraw", "given", "withdrawn", "update", .input = "reason",
     .set = WL_SQL("withdrawn_at = now()")},
};

const struct wl_record station_consent = {
    .name = "consent",
    .path = "consents",
    .object = "consent",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .states = "given withdrawn",
    .locked = "withdrawn",
    .sort = "-created_at",
    .title = "person kind",
    .person = "person",
    .verbs = "list get create patch",
};
