/* 联系人: who opens the door when nobody answers, and whom to tell. */
#include "elderly.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"name", WL_NAME, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 60},
    {"relation", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "FAMILY_REL"},
    {"roles", WL_CHOICES, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "CONTACT_ROLE"},
    {"phone", WL_PHONE, WL_CLASS_2, .flags = WL_LISTED},
    {"lives", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 200},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
};

const struct wl_record elder_contact = {
    .name = "elder_contact",
    .path = "contacts",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .sort = "-created_at",
    .title = "name relation",
    .person = "person",
    .verbs = "list get create patch delete import",
};
