/* What a case is about, class 4: its sheet, the records of its sessions with what was added later,
 * and the conferences about it. Read by the case's worker, its supervisor and the station's head; a
 * reader names others (PUT …/readers). Whoever may not read the sheet can write nothing to it. */
#include "station/methods/methods.h"

#define READERS_OF_SHEET                                                                           \
    WL_SQL("select s.readers from station.case_sheet s"                                            \
           " where s.county = v.county and s.id = v.sheet")

/* What was written is its writer's to mend for some hours; then addenda only. */
#define FIXED_AFTER_HOURS                                                                          \
    WL_SQL("t.created_by <> core.actor() or t.created_at < now()"                                  \
           " - make_interval(hours => core.param(t.county, 'case_record.edit_hours')::int)")

static const struct wl_field goal_fields[] = {
    {.name = "goal", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 200},
    {.name = "measure", .type = WL_TEXT, .max = 200},
    {.name = "reached", .type = WL_BOOL},
};

static const struct wl_field sheet_fields[] = {
    {"case_file", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.case_file"},
    {"problems", WL_CHOICES, WL_CLASS_4, .flags = WL_REQUIRED, .of = "CASE_PROBLEM"},
    {"background", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 4000},
    {"assessment", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 4000},
    {"goals", WL_LIST, WL_CLASS_4, .flags = 0, .max = 20, .items = WL_ROWS(goal_fields)},
    {"plan", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 4000},
};

static const struct wl_check sheet_checks[] = {
    {"case_sheet_once", "case_file"},
};

const struct wl_record station_case_sheet = {
    .name = "case_sheet",
    .path = "case_sheets",
    .object = "case_note",
    .fields = WL_ROWS(sheet_fields),
    .checks = WL_ROWS(sheet_checks),
    .sort = "-created_at",
    .title = "case_file",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
    .readers = WL_SQL("station.case_readers(v.county, v.case_file)"),
};

static const struct wl_field record_fields[] = {
    {"sheet", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.case_sheet"},
    {"stage", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "CASE_STAGE"},
    {"session_no", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 500},
    {"held_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"place", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 100},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"content", WL_TEXT, WL_CLASS_4, .flags = WL_REQUIRED, .max = 8000},
    {"next_step", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 1000},
};

static const struct wl_check record_checks[] = {
    {"case_record_session", "session_no"},
};

/* What is written once a case is closed can only be how it went on. */
static const struct wl_guard record_guards[] = {
    {"stage", "case_record_after",
     WL_SQL("t.stage = 'FOLLOW_UP' or exists (select from station.case_sheet s"
            " join station.case_file c on c.county = s.county and c.id = s.case_file"
            " where s.county = t.county and s.id = t.sheet"
            " and c.state not in ('closed', 'followed'))")},
};

const struct wl_record station_case_record = {
    .name = "case_record",
    .path = "case_records",
    .object = "case_note",
    .fields = WL_ROWS(record_fields),
    .checks = WL_ROWS(record_checks),
    .guards = WL_ROWS(record_guards),
    .sort = "-held_at",
    .title = "sheet session_no",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
    .readers = READERS_OF_SHEET,
    .fixed_when = FIXED_AFTER_HOURS,
    .fixed_refusal = "case_record_fixed",
};

static const struct wl_field addendum_fields[] = {
    {"case_record", WL_REFERENCE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.case_record"},
    {"content", WL_TEXT, WL_CLASS_4, .flags = WL_REQUIRED | WL_FIXED, .max = 4000},
};

const struct wl_record station_case_addendum = {
    .name = "case_addendum",
    .path = "case_addenda",
    .object = "case_note",
    .fields = WL_ROWS(addendum_fields),
    .sort = "-created_at",
    .title = "case_record",
    .verbs = "list get create",
    .flags = WL_NAMED_READERS,
    .readers = WL_SQL("select r.readers from station.case_record r"
                      " where r.county = v.county and r.id = v.case_record"),
};

static const struct wl_field member_fields[] = {
    {.name = "name", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {.name = "unit", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 100},
    {.name = "part", .type = WL_TEXT, .max = 60},
};

static const struct wl_field conference_fields[] = {
    {"sheet", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.case_sheet"},
    {"held_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"place", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 100},
    {"chair", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"members", WL_LIST, WL_CLASS_2, .flags = WL_REQUIRED, .max = 30,
     .items = WL_ROWS(member_fields)},
    {"minutes", WL_TEXT, WL_CLASS_4, .flags = WL_REQUIRED, .max = 8000},
    {"decisions", WL_TEXT, WL_CLASS_4, .flags = 0, .max = 2000},
};

const struct wl_record station_case_conference = {
    .name = "case_conference",
    .path = "case_conferences",
    .object = "case_note",
    .fields = WL_ROWS(conference_fields),
    .sort = "-held_at",
    .title = "sheet held_at",
    .verbs = "list get create patch",
    .flags = WL_NAMED_READERS,
    .readers = READERS_OF_SHEET,
    .fixed_when = FIXED_AFTER_HOURS,
    .fixed_refusal = "case_record_fixed",
};
