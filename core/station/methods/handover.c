/* 个案移交: the head gives a case to another worker, or names who supervises it. Its material is then
 * read by those who have it now, and by nobody who had it before. */
#include "station/methods/methods.h"

static const struct wl_field fields[] = {
    {"case_file", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.case_file"},
    {"to_worker", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"to_supervisor", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FIXED},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 500},
};

static const struct wl_guard guards[] = {
    {"case_file", "case_is_closed",
     WL_SQL("exists (select from station.case_file c where c.county = t.county"
            " and c.id = t.case_file and c.state not in ('closed', 'followed'))")},
    {"to_worker", "case_same_worker",
     WL_SQL("exists (select from station.case_file c where c.county = t.county"
            " and c.id = t.case_file and coalesce(t.to_supervisor, c.supervisor)"
            " is distinct from t.to_worker)")},
};

static const struct wl_effect effects[] = {
    {.on = "create",
     .record = "station.case_file",
     .rows = WL_SQL("select t.case_file as id, t.to_worker, t.to_supervisor"),
     .set = WL_SQL("worker = s.to_worker, supervisor = coalesce(s.to_supervisor, o.supervisor)")},
    /* class 4, so the function does it, and names no row to change besides */
    {.on = "create",
     .record = "station.case_file",
     .rows = WL_SQL("select station.case_handed(t.id) as id"),
     .set = WL_SQL("level = o.level")},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "to_worker to_supervisor", .text = "case_handover.given"},
};

const struct wl_record station_case_handover = {
    .name = "case_handover",
    .path = "case_handovers",
    .object = "case_handover",
    .fields = WL_ROWS(fields),
    .guards = WL_ROWS(guards),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .sort = "-created_at",
    .title = "case_file to_worker",
    .verbs = "list get create",
};
