/* What the methods' records are counted as in the reports (domain book 4.2, 4.3). */
#include "station/methods/methods.h"

#include <wulian/tags.h>

#define HELD "a.deleted_at is null and a.state in ('held', 'summarised', 'archived')"

/* Every service record with its cell of the model: visits made, cases past intake, groups formed
 * and activities held. */
#define TAGGED                                                                                     \
    "select v.county, v.div, v.org, v.visited_at as at, v.id, v.person,"                           \
    " " WL_TAG_COLUMNS("v") ", 'station.visit' as record"                                          \
    "  from station.visit v where v.deleted_at is null and v.result <> 'MISSED'"                   \
    " union all select c.county, c.div, c.org,"                                                    \
    "       c.opened_on::timestamp at time zone 'Asia/Shanghai', c.id, c.person,"                  \
    " " WL_TAG_COLUMNS("c") ", 'station.case_file'"                                                \
    "  from station.case_file c where c.deleted_at is null and c.opened_on is not null"            \
    " union all select g.county, g.div, g.org,"                                                    \
    "       g.formed_on::timestamp at time zone 'Asia/Shanghai', g.id, null,"                      \
    " " WL_TAG_COLUMNS("g") ", 'station.group_work'"                                               \
    "  from station.group_work g where g.deleted_at is null and g.formed_on is not null"           \
    " union all select a.county, a.div, a.org, a.starts_at, a.id, null,"                           \
    " " WL_TAG_COLUMNS("a") ", 'station.activity'"                                                 \
    "  from station.activity a where " HELD
#define TAGGED_RECORDS "station.visit station.case_file station.group_work station.activity"

/* M25 个案: a case counts from when its intake is finished (domain book 4.1). In hand at the end of
 * a month is a row for each month's end that it was open at. */
const struct wl_indicator methods_counts[] = {
    {"M25", "unit.cases", .persons = "M25P", .kinds = "REQ_DOMAIN", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.opened_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, c.service as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.opened_on is not null")},
    {"M25H", "unit.cases", .kinds = "REQ_DOMAIN", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       (m + interval '1 month') at time zone 'Asia/Shanghai'"
                    "           - interval '1 second' as at, c.id, c.person, c.service as kind,"
                    "       1::bigint as n"
                    "  from station.case_file c"
                    " cross join generate_series(date_trunc('month', c.opened_on::timestamp),"
                    "       date_trunc('month', coalesce(c.closed_on, core.today())::timestamp)"
                    "           - case when c.closed_on is null then interval '0'"
                    "                  else interval '1 month' end, interval '1 month') m"
                    " where c.deleted_at is null and c.opened_on is not null")},
    {"M25C", "unit.cases", .kinds = "CASE_CLOSE", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.closed_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, c.close_reason as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.closed_on is not null"
                    "   and c.opened_on is not null")},
    /* 助人自助 of whom it is known from the follow-up; the volunteers' register adds its own. */
    {"Y13", "unit.cases", .share = "volunteer", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.closed_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, case when c.became_volunteer then 'volunteer' else 'other'"
                    "           end as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.closed_on is not null"
                    "   and c.opened_on is not null")},
    /* M26 小组: formed, sessions held, members who came to them. */
    {"M26", "unit.groups", .kinds = "GROUP_TYPE", .record = "station.group_work",
     .rows = WL_SQL("select g.county, g.div, g.org,"
                    "       g.formed_on::timestamp at time zone 'Asia/Shanghai' as at, g.id,"
                    "       null::uuid as person, g.type as kind, 1::bigint as n"
                    "  from station.group_work g"
                    " where g.deleted_at is null and g.formed_on is not null")},
    {"M26S", "unit.sessions", .kinds = "GROUP_STAGE", .record = "station.group_session",
     .rows = WL_SQL("select s.county, s.div, s.org, s.held_at as at, s.id,"
                    "       null::uuid as person, s.stage as kind, 1::bigint as n"
                    "  from station.group_session s"
                    " where s.deleted_at is null")},
    {"M26A", "unit.person_times", .persons = "M26P", .kinds = "GROUP_STAGE",
     .record = "station.group_attendance",
     .rows = WL_SQL("select a.county, a.div, a.org, s.held_at as at, a.id, m.person,"
                    "       s.stage as kind, 1::bigint as n"
                    "  from station.group_attendance a"
                    "  join station.group_session s on s.county = a.county and s.id = a.session"
                    "  join station.group_member m on m.county = a.county and m.id = a.member"
                    " where a.deleted_at is null and a.present and s.deleted_at is null")},
    /* M27 社区活动: times held; heads by name; and heads that were only counted, never added to
     * persons (domain book 4.1). */
    {"M27", "unit.activities", .kinds = "ACTIVITY_KIND", .record = "station.activity",
     .rows = WL_SQL("select a.county, a.div, a.org, a.starts_at as at, a.id,"
                    "       null::uuid as person, a.kind, 1::bigint as n"
                    "  from station.activity a"
                    " where " HELD)},
    {"M27N", "unit.person_times", .persons = "M27P", .kinds = "ACTIVITY_KIND",
     .record = "station.activity_attendance",
     .rows = WL_SQL("select h.county, h.div, h.org, a.starts_at as at, h.id, h.person,"
                    "       a.kind, 1::bigint as n"
                    "  from station.activity_attendance h"
                    "  join station.activity a on a.county = h.county and a.id = h.activity"
                    " where h.deleted_at is null and h.state = 'present' and " HELD)},
    {"M27U", "unit.person_times", .kinds = "ACTIVITY_KIND", .record = "station.activity",
     .rows = WL_SQL("select a.county, a.div, a.org, a.starts_at as at, a.id,"
                    "       null::uuid as person, a.kind,"
                    "       greatest(0, a.actual_count - (select count(*)"
                    "           from station.activity_attendance h"
                    "          where h.county = a.county and h.activity = a.id"
                    "            and h.state = 'present' and h.deleted_at is null)) as n"
                    "  from station.activity a"
                    " where " HELD)},
    /* M34 五社联动: of the activities those with three of the five or more. */
    {"M34", "unit.activities", .share = "linked", .record = "station.activity",
     .rows = WL_SQL("select a.county, a.div, a.org, a.starts_at as at, a.id,"
                    "       null::uuid as person, case when cardinality(a.links) >= 3"
                    "           then 'linked' else 'not_linked' end as kind, 1::bigint as n"
                    "  from station.activity a"
                    " where " HELD)},
    {"M37", "unit.activities", .record = "station.activity",
     .rows = WL_SQL("select a.county, a.div, a.org, a.starts_at as at, a.id,"
                    "       null::uuid as person, b.name as kind, 1::bigint as n"
                    "  from station.activity a"
                    "  join station.brand_plan b on b.county = a.county and b.id = a.brand_plan"
                    " where " HELD)},
    /* What was rated in surveys, beside M07 of requests; and the needs that were named. */
    {"M07S", "unit.answers", .share = "content", .record = "station.survey_answer",
     .rows = WL_SQL("select a.county, a.div, a.org, a.answered_at as at, a.id, a.person,"
                    "       case when a.rating >= 4 then 'content' else 'not_content' end as kind,"
                    "       1::bigint as n"
                    "  from station.survey_answer a"
                    " where a.deleted_at is null and a.rating is not null")},
    {"M24N", "unit.needs", .persons = "M24P", .kinds = "REQ_CAT", .record = "station.survey_answer",
     .rows = WL_SQL("select a.county, a.div, a.org, a.answered_at as at, a.id, a.person,"
                    "       a.need as kind, 1::bigint as n"
                    "  from (select x.*, unnest(x.needs) as need from station.survey_answer x) a"
                    " where a.deleted_at is null")},
    /* Y14 of closed cases that were measured before and after. */
    {"Y14", "unit.cases", .share = "better", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.closed_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, case when m.better then 'better' else 'not_better' end"
                    "           as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " cross join lateral (select bool_or(o.better) as better"
                    "          from station.outcome_measure o"
                    "         where o.county = c.county and o.case_file = c.id"
                    "           and o.deleted_at is null and o.better is not null) m"
                    " where c.deleted_at is null and c.closed_on is not null"
                    "   and m.better is not null")},
    WL_MODEL_COUNTS(TAGGED_RECORDS, TAGGED),
};

_Static_assert(sizeof methods_counts / sizeof *methods_counts == METHODS_COUNTS, "methods.h");
