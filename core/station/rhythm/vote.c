/* 表决: a member's own vote on a matter that is before the leading group, once and for good; and
 * the conflicts of interest that bar a member (利害关系申报). */
#include "station/rhythm/rhythm.h"

static const struct wl_field conflict_fields[] = {
    {"major_item", WL_REFERENCE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.major_item"},
    {"member", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"grounds", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action conflict_actions[] = {
    {"lift", "declared", "lifted", "decide", .input = "reason!", .never = "member"},
};

static const struct wl_check conflict_checks[] = {
    {"conflict_once", "member"},
};

const struct wl_record station_conflict = {
    .name = "conflict",
    .path = "conflicts",
    .object = "conflict",
    .fields = WL_ROWS(conflict_fields),
    .actions = WL_ROWS(conflict_actions),
    .checks = WL_ROWS(conflict_checks),
    .states = "declared lifted",
    .locked = "declared lifted",
    .sort = "-created_at",
    .title = "member",
    .verbs = "list get create",
};

static const struct wl_field fields[] = {
    {"major_item", WL_REFERENCE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.major_item"},
    {"member", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"ballot", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .of = "BALLOT"},
    {"opinion", WL_TEXT, WL_CLASS_2, .flags = WL_FIXED, .max = 1000},
};

static const struct wl_guard guards[] = {
    {"major_item", "vote_not_open",
     WL_SQL("exists (select from station.major_item i where i.county = t.county"
            " and i.id = t.major_item and i.state = 'scheduled')")},
    {"member", "vote_no_member",
     WL_SQL("exists (select from station.major_item i join station.committee_member m"
            " on m.county = i.county and m.committee = i.committee where i.county = t.county"
            " and i.id = t.major_item and m.staff = t.member and m.state = 'serving'"
            " and m.deleted_at is null)")},
    {"member", "vote_barred",
     WL_SQL("not exists (select from station.conflict c where c.county = t.county"
            " and c.major_item = t.major_item and c.member = t.member and c.state = 'declared'"
            " and c.deleted_at is null)")},
    {"member", "vote_relative",
     WL_SQL(
         "not exists (select from station.major_item i where i.county = t.county"
         " and i.id = t.major_item and i.person = any ((select core.own_relatives())::uuid[]))")},
};

static const struct wl_check checks[] = {
    {"vote_once", "member"},
};

const struct wl_record station_vote = {
    .name = "vote",
    .path = "votes",
    .object = "vote",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .sort = "-created_at",
    .title = "member",
    .verbs = "list get create",
};
