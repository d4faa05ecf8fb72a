/* What the whole county reads (a notice with a purse) and what each place makes of it (awards from
 * that purse): WL_COUNTY_WIDE with all that a record can have, guards over other rows, and rows
 * that are fixed once they are paid. */
#include <wulian/plugin.h>

static const struct wl_field bulletin_fields[] = {
    {.name = "no",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE | WL_KEY | WL_FILTER,
     .min = 1,
     .max = 30},
    {.name = "title",
     .type = WL_NAME,
     .sensitivity = WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_SEARCHED,
     .min = 1,
     .max = 60},
    {.name = "purse_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_0, .flags = WL_LISTED},
    {.name = "phone", .type = WL_PHONE, .sensitivity = WL_CLASS_2, .flags = WL_LISTED},
    {.name = "paper",
     .type = WL_FILE,
     .sensitivity = WL_CLASS_0,
     .max = 1048576,
     .of = "pdf image text"},
    {.name = "follows",
     .type = WL_REFERENCE,
     .sensitivity = WL_CLASS_0,
     .flags = WL_LISTED,
     .of = "wide.bulletin"},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action bulletin_actions[] = {
    {.name = "publish", .from = "draft", .to = "published", .permission = "publish"},
};

static const struct wl_record bulletin = {
    .name = "bulletin",
    .path = "bulletins",
    .object = "wide_bulletin",
    .fields = WL_ROWS(bulletin_fields),
    .actions = WL_ROWS(bulletin_actions),
    .states = "draft published",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch delete search restore import export",
    .retention_days = 30,
    .flags = WL_COUNTY_WIDE,
};

/* ---- */

static const struct wl_field award_fields[] = {
    {.name = "bulletin",
     .type = WL_REFERENCE,
     .sensitivity = WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED,
     .of = "wide.bulletin"},
    {.name = "mark",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_1,
     .flags = WL_LISTED | WL_UNIQUE | WL_KEY,
     .max = 30},
    {.name = "amount_fen",
     .type = WL_MONEY,
     .sensitivity = WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED,
     .min = 1,
     .max = 100000000},
    {.name = "from_day", .type = WL_DATE, .sensitivity = WL_CLASS_1, .flags = WL_LISTED},
    {.name = "to_day", .type = WL_DATE, .sensitivity = WL_CLASS_1, .flags = WL_LISTED},
    {.name = "rounded",
     .type = WL_BOOL,
     .sensitivity = WL_CLASS_1,
     .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("v.amount_fen % 100 = 0")},
    {.name = "paid_on",
     .type = WL_DATE,
     .sensitivity = WL_CLASS_1,
     .flags = WL_COMPUTED | WL_LISTED},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action award_actions[] = {
    {.name = "pay",
     .from = "agreed",
     .to = "paid",
     .permission = "pay",
     .input = "from_day",
     .set = WL_SQL("paid_on = core.today()")},
    {.name = "correct", .from = "paid", .to = "paid", .permission = "pay", .input = "amount_fen!"},
};

static const struct wl_rule award_rules[] = {
    {WL_NOT_BEFORE, "to_day", "from_day", NULL},
};

static const struct wl_guard award_guards[] = {
    {"amount_fen", "purse_empty",
     WL_SQL("t.amount_fen + coalesce((select sum(o.amount_fen) from wide.award o"
            " where o.county = t.county and o.bulletin = t.bulletin and o.id <> t.id"
            " and o.deleted_at is null), 0) <= (select b.purse_fen from wide.bulletin b"
            " where b.county = t.county and b.id = t.bulletin)")},
    {"from_day", "open_day", WL_SQL("t.state <> 'paid' or t.from_day is not null")},
    {"amount_fen", "not_rounded", WL_SQL("t.rounded")},
};

static const struct wl_record award = {
    .name = "award",
    .path = "awards",
    .object = "wide_award",
    .fields = WL_ROWS(award_fields),
    .actions = WL_ROWS(award_actions),
    .rules = WL_ROWS(award_rules),
    .guards = WL_ROWS(award_guards),
    .states = "agreed paid",
    .sort = "-created_at",
    .verbs = "list get create patch delete import",
    .fixed_when = WL_SQL("t.paid_on is not null"),
    .fixed_refusal = "award_paid",
};

/* Fixed by what stands in another table: told of the single row, not of each in a list. */
static const struct wl_field remark_fields[] = {
    {.name = "award",
     .type = WL_REFERENCE,
     .sensitivity = WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED,
     .of = "wide.award"},
    {.name = "note", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_LISTED, .max = 60},
};

static const struct wl_record remark = {
    .name = "remark",
    .path = "remarks",
    .object = "wide_award",
    .fields = WL_ROWS(remark_fields),
    .sort = "-created_at",
    .verbs = "list get create patch delete",
    .fixed_when = WL_SQL("exists (select from wide.award a where a.county = t.county"
                         " and a.id = t.award and a.paid_on is not null)"),
    .fixed_refusal = "award_paid",
};

static const struct wl_record *const records[] = {&bulletin, &award, &remark};

static const struct wl_access access[] = {
    {"wide_bulletin", "county_admin",
     "create read update delete restore search publish import export reveal"},
    {"wide_bulletin", "station_head",
     "create read update delete restore search publish import export reveal"},
    {"wide_bulletin", "social_worker", "masked"},
    {"wide_award", "county_admin", "read"},
    {"wide_award", "station_head", "create read update delete pay import"},
};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "wide",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
