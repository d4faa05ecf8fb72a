/* Restricted case material (class 4): what only the accounts named in a row may see, with all that
 * a record can have, and a neighbour that refers to it. */
#include <wulian/plugin.h>

static const struct wl_field matter_fields[] = {
    {.name = "title",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED | WL_SORT,
     .max = 60},
    {.name = "child",
     .type = WL_NAME,
     .sensitivity = WL_CLASS_3,
     .flags = WL_LISTED | WL_SEARCHED,
     .max = 60},
    {.name = "phone",
     .type = WL_PHONE,
     .sensitivity = WL_CLASS_3,
     .flags = WL_LISTED | WL_SEARCHED},
    {.name = "story", .type = WL_TEXT, .sensitivity = WL_CLASS_4, .flags = WL_LISTED, .max = 2000},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action matter_actions[] = {
    {.name = "close", .from = "open", .to = "closed", .permission = "close"},
};

static const struct wl_record matter = {
    .name = "matter",
    .path = "matters",
    .object = "matter",
    .fields = WL_ROWS(matter_fields),
    .actions = WL_ROWS(matter_actions),
    .states = "open closed",
    .sort = "-created_at",
    .verbs = "list get create patch delete search restore",
    .retention_days = 30,
    .flags = WL_NAMED_READERS,
};

static const struct wl_field step_fields[] = {
    {.name = "matter",
     .type = WL_REFERENCE,
     .sensitivity = WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED,
     .of = "sealed.matter"},
};

static const struct wl_record step = {
    .name = "step",
    .path = "steps",
    .object = "matter",
    .fields = WL_ROWS(step_fields),
    .sort = "-created_at",
    .verbs = "list get create",
};

static const struct wl_record *const records[] = {&matter, &step};

static const struct wl_indicator indicators[] = {
    {.code = "X41",
     .unit = "unit.matters",
     .record = "sealed.matter",
     .rows = WL_SQL("select m.county, m.div, m.org, m.created_at as at, m.id, null::uuid as person,"
                    " 'ALL'::text as kind, 1::bigint as n from sealed.matter m"
                    " where m.county = $1 and m.deleted_at is null")},
};

#define ALL_VERBS "create read update delete restore search close reveal readers"

static const struct wl_access access[] = {
    {"matter", "county_admin", ALL_VERBS},
    {"matter", "station_head", ALL_VERBS},
    {"matter", "social_worker", ALL_VERBS},
};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "sealed",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
