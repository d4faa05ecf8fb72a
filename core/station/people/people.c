/* 队伍: duty roster, training, certificates, interns, work time, talent: who may what, and what is
 * counted. Handlers of the routes stand in counts.c. */
#include "station/people/people.h"

static const struct wl_record *const records[] = {
    &station_staff_profile, &station_duty_setting,    &station_roster,      &station_duty_gap,
    &station_training,      &station_training_attend, &station_exam_plan,   &station_intern,
    &station_intern_draft,  &station_worktime,        &station_talent_plan,
};

/* The domain book has no row for any of these: all [A], after its 1.2. */
static const struct wl_access access[] = {
    /* 工作人员档案: kept by who answers for the staff */
    {"staff_profile", "county_admin", "read export approve_export"},
    {"staff_profile", "county_section", "create read update reveal export approve_export"},
    {"staff_profile", "county_leader", "read"},
    {"staff_profile", "township_officer", "read"},
    {"staff_profile", "station_head", "create read update reveal export"},
    {"staff_profile", "agency_manager", "create read update reveal"},
    {"staff_profile", "agency_supervisor", "masked"},
    {"staff_profile", "auditor_biz", "masked"},

    /* 值守要求 */
    {"duty_setting", "county_admin", "create read update"},
    {"duty_setting", "county_section", "create read update"},
    {"duty_setting", "county_leader", "read"},
    {"duty_setting", "township_officer", "read"},
    {"duty_setting", "station_head", "read"},
    {"duty_setting", "social_worker", "read"},
    {"duty_setting", "hotline_operator", "read"},
    {"duty_setting", "auditor_biz", "read"},

    /* 排班, with the gaps in it */
    {"roster", "county_admin", "read export approve_export"},
    {"roster", "county_section", "create read update manage explain export approve_export"},
    {"roster", "county_leader", "read"},
    {"roster", "township_officer", "read"},
    {"roster", "station_head", "create read update attend manage explain import export"},
    {"roster", "social_worker", "read attend"},
    {"roster", "room_worker", "read attend"},
    {"roster", "agency_supervisor", "read"},
    {"roster", "agency_manager", "read"},
    {"roster", "hotline_operator", "read attend"},
    {"roster", "auditor_biz", "read"},

    /* 培训, with who took part */
    {"training", "county_admin", "read export approve_export"},
    {"training", "county_section", "create read update hold confirm import export approve_export"},
    {"training", "county_leader", "read"},
    {"training", "township_officer", "read"},
    {"training", "station_head", "create read update hold confirm import export"},
    {"training", "social_worker", "read"},
    {"training", "agency_manager", "create read update hold confirm import export"},
    {"training", "agency_supervisor", "create read update hold confirm"},
    {"training", "auditor_biz", "read"},

    /* 考证: one's own steps, another's confirmation */
    {"exam", "county_admin", "read export approve_export"},
    {"exam", "county_section", "create read update sit confirm export approve_export"},
    {"exam", "station_head", "create read update sit confirm export"},
    {"exam", "social_worker", "create read update sit"},
    {"exam", "agency_manager", "create read update sit confirm"},
    {"exam", "auditor_biz", "read"},

    /* 实习 */
    {"internship", "county_admin", "read export approve_export"},
    {"internship", "county_section", "create read update manage export approve_export"},
    {"internship", "station_head", "create read update manage evaluate export"},
    {"internship", "social_worker", "read evaluate"},
    {"internship", "agency_manager", "create read update manage"},
    {"internship", "agency_supervisor", "read evaluate"},
    {"internship", "auditor_biz", "masked"},
    {"intern_draft", "intern", "create read update submit"},
    {"intern_draft", "station_head", "read sign"},
    {"intern_draft", "social_worker", "read sign"},
    {"intern_draft", "agency_supervisor", "masked"},

    /* 工时 */
    {"worktime", "county_admin", "read export approve_export"},
    {"worktime", "county_section", "read export approve_export"},
    {"worktime", "station_head", "create read update delete restore import export"},
    {"worktime", "social_worker", "create read update delete"},
    {"worktime", "room_worker", "create read update delete"},
    {"worktime", "agency_manager", "read import export"},
    {"worktime", "agency_supervisor", "read"},
    {"worktime", "auditor_biz", "read"},

    /* 人才计划 */
    {"talent", "county_admin", "create read update approve export approve_export"},
    {"talent", "county_section", "create read update export approve_export"},
    {"talent", "county_leader", "read approve"},
    {"talent", "township_officer", "read"},
    {"talent", "station_head", "create read update export"},
    {"talent", "agency_manager", "read"},
    {"talent", "auditor_biz", "read"},
};

/* Ends of the months that a row was there: stocks are counted once a month (domain book 4.1). */
#define MONTHS(from, to)                                                                           \
    " cross join lateral generate_series("                                                         \
    "     date_trunc('month', (" from ")::timestamp),"                                             \
    "     date_trunc('month', least(coalesce(" to ", core.today()), core.today())::timestamp),"    \
    "     interval '1 month') g (month)"                                                           \
    " cross join lateral (select least((g.month + interval '1 month' - interval '1 second')"       \
    "         at time zone 'Asia/Shanghai', now()) as at) m"

/* M01 … are indicators of the station monthly report, Y05 … of the year (domain book 4.2, 4.3). */
static const struct wl_indicator indicators[] = {
    {"M01", "unit.days", .share = "year_round", .record = "station.roster",
     .rows = WL_SQL(
         "select distinct on (r.county, r.org, r.date) r.county, r.div, r.org, r.from_at as at,"
         "       r.id, null::uuid as person,"
         "       case when exists (select from station.duty_setting s where s.county = r.county"
         "                 and s.org = r.org and s.deleted_at is null and s.year_round"
         "                 and r.date >= s.since and (s.until is null or r.date <= s.until))"
         "            then 'year_round' else 'ordinary' end as kind, 1::bigint as n"
         "  from station.roster r"
         " where r.deleted_at is null and r.actual_in is not null"
         " order by r.county, r.org, r.date, r.actual_in, r.id")},
    {"M02D", "unit.shifts", .persons = "M02", .share = "certified", .record = "station.roster",
     .rows = WL_SQL("select r.county, r.div, r.org, r.from_at as at, r.id, r.staff as person,"
                    "       case when exists (select from station.staff_profile p"
                    "                 where p.county = r.county and p.account = r.staff"
                    "                   and p.deleted_at is null and p.cert_type <> '0')"
                    "            then 'certified' else 'uncertified' end as kind, 1::bigint as n"
                    "  from station.roster r"
                    " where r.deleted_at is null and r.actual_in is not null")},
    {"M03", "unit.minutes", .kinds = "WORK_NATURE", .share = "PRO", .record = "station.worktime",
     .rows = WL_SQL("select w.county, w.div, w.org,"
                    "       w.date::timestamp at time zone 'Asia/Shanghai' as at, w.id,"
                    "       w.staff as person, w.nature as kind, w.minutes as n"
                    "  from station.worktime w"
                    " where w.deleted_at is null and w.nature in ('PRO', 'ADM')")},
    {"M35", "unit.attendances", .persons = "M35P", .kinds = "TRAIN_KIND",
     .record = "station.training_attend",
     .rows = WL_SQL("select a.county, a.div, a.org,"
                    "       x.ends_on::timestamp at time zone 'Asia/Shanghai' as at, a.id,"
                    "       a.staff as person, x.kind, 1::bigint as n"
                    "  from station.training_attend a"
                    "  join station.training x on x.county = a.county and x.id = a.training"
                    " where a.deleted_at is null and a.state = 'confirmed'")},
    {"M35H", "unit.tenth_hours", .kinds = "TRAIN_KIND", .record = "station.training_attend",
     .rows = WL_SQL("select a.county, a.div, a.org,"
                    "       x.ends_on::timestamp at time zone 'Asia/Shanghai' as at, a.id,"
                    "       a.staff as person, x.kind, (a.hours * 10)::bigint as n"
                    "  from station.training_attend a"
                    "  join station.training x on x.county = a.county and x.id = a.training"
                    " where a.deleted_at is null and a.state = 'confirmed'")},
    {"Y05", "unit.persons", .kinds = "CERT", .record = "station.staff_profile",
     .rows =
         WL_SQL("select p.county, p.div, p.org, m.at, p.id, p.account as person,"
                "       p.cert_type as kind, 1::bigint as n"
                "  from station.staff_profile p" MONTHS(
                    "p.entered_on",
                    "p.left_on") " where p.deleted_at is null and (p.left_on is null"
                                 "    or p.left_on > (m.at at time zone 'Asia/Shanghai')::date)")},
    {"Y12", "unit.persons", .share = "on_pace", .record = "station.staff_profile",
     .rows = WL_SQL(
         "select p.county, p.div, p.org, m.at, p.id, p.account as person,"
         "       case when e.hours >= e.expected then 'on_pace' else 'behind' end as kind,"
         "       1::bigint as n"
         "  from station.staff_profile p" MONTHS(
             "p.entered_on",
             "p.left_on") " cross join lateral station.education(p.county, p.account, p.cert_type,"
                          "     p.cert_valid_until, (m.at at time zone 'Asia/Shanghai')::date) e"
                          " where p.deleted_at is null and p.left_on is null and p.cert_type <> '0'"
                          "   and m.at at time zone 'Asia/Shanghai' > e.since"
                          "   and m.at at time zone 'Asia/Shanghai' < e.until + 1")},
    {"Y16", "unit.persons", .share = "completed", .record = "station.intern",
     .rows = WL_SQL("select i.county, i.div, i.org,"
                    "       i.from_on::timestamp at time zone 'Asia/Shanghai' as at, i.id,"
                    "       i.account as person,"
                    "       case when i.state = 'completed' then 'completed' else 'running' end"
                    "           as kind, 1::bigint as n"
                    "  from station.intern i"
                    " where i.deleted_at is null and i.state in ('active', 'completed')")},
    {"Y16H", "unit.tenth_hours", .record = "station.intern",
     .rows = WL_SQL("select i.county, i.div, i.org,"
                    "       i.from_on::timestamp at time zone 'Asia/Shanghai' as at, i.id,"
                    "       i.account as person, null::text as kind, (i.hours * 10)::bigint as n"
                    "  from station.intern i"
                    " where i.deleted_at is null and i.state = 'completed'")},
    {"Y16C", "unit.colleges", .record = "station.intern",
     .rows = WL_SQL(
         "select distinct on (i.county, i.college_name, date_trunc('month', i.from_on::timestamp))"
         "       i.county, i.div, i.org,"
         "       i.from_on::timestamp at time zone 'Asia/Shanghai' as at, i.id,"
         "       i.account as person, null::text as kind, 1::bigint as n"
         "  from station.intern i"
         " where i.deleted_at is null and i.state in ('active', 'completed')"
         " order by i.county, i.college_name, date_trunc('month', i.from_on::timestamp), i.id")},
};

static const struct wl_statement statements[] = {
    {"duty_on", WL_SQL("select d.n as turn, d.roster, d.staff, s.name as staff_name, d.phone,"
                       "       d.org, o.name as station"
                       "  from station.duty_on($1, $2::int, coalesce($3::timestamptz, now())) d"
                       "  left join station.v_duty_staff s on s.county = $1 and s.id = d.staff"
                       "  left join station.v_duty_station o on o.county = $1 and o.id = d.org"
                       " order by d.n")},
    {"duty_holes", WL_SQL("select h.date, h.org, o.name as station, h.township"
                          "  from station.duty_holes($1, coalesce($2::date, core.today()),"
                          "       coalesce($3::date, core.today() + "
                          "           core.param($1, 'roster.ahead_days')::int)) h"
                          "  left join station.v_duty_station o on o.county = $1 and o.id = h.org"
                          " order by h.date, h.township")},
    {"education",
     WL_SQL("select p.account, s.name, p.org, p.cert_type, e.since, e.until,"
            "       e.hours::text as hours, e.required::text as required,"
            "       e.expected::text as expected, e.hours >= e.expected as on_pace"
            "  from station.staff_profile p"
            " cross join lateral station.education(p.county, p.account, p.cert_type,"
            "     p.cert_valid_until, coalesce($2::date, core.today())) e"
            "  left join station.v_duty_staff s"
            "    on s.county = p.county and s.id = p.account"
            " where p.county = $1 and p.deleted_at is null and p.left_on is null"
            "   and p.cert_type <> '0'" IN_SCOPE("p") " order by on_pace, p.org, p.account"
                                                      " limit 1000")},
    {"workforce",
     WL_SQL("select o.id as org, o.name as station, o.township,"
            "       coalesce(d.staff_standard, core.param($1, 'staffing.per_station')::bigint)"
            "           as standard,"
            "       count(p.id) as staff,"
            "       count(p.id) filter (where p.cert_type <> '0') as certified,"
            "       greatest(coalesce(d.staff_standard,"
            "           core.param($1, 'staffing.per_station')::bigint) - count(p.id), 0) as gap"
            "  from station.v_duty_station o"
            "  left join station.duty_setting d on d.county = $1 and d.org = o.id"
            "   and d.deleted_at is null"
            "  left join station.staff_profile p on p.county = $1 and p.org = o.id"
            "   and p.deleted_at is null and p.left_on is null" IN_SCOPE(
                "p") " where o.county = $1 and o.kind = 'STATION'"
                     " group by o.id, o.name, o.township, d.staff_standard"
                     " order by o.township"
                     " limit 200")},
    {"talent",
     WL_SQL("select t.id, t.org, t.measure, t.target,"
            "       coalesce(t.done, station.talent_done($1, t.measure, t.year::int,"
            "           t.township, t.div % 1000000 = 0)) as done,"
            "       t.state"
            "  from station.talent_plan t"
            " where t.county = $1 and t.year = $2::bigint and t.deleted_at is null" IN_SCOPE(
                "t") " order by t.township, t.measure"
                     " limit 1000")},
};

static const struct wl_route routes[] = {
    {"GET", "/duty", "roster.read", duty_handle, WL_CLASS_1, .asks = "township:township at?:time",
     .gives = "{items:[{turn:int roster:uuid staff:uuid staff_name? phone? org:uuid station?}]}",
     .summary = "Who is on duty at a township's station, in the order calls are forwarded"},
    {"GET", "/duty/holes", "roster.read", duty_holes_handle, WL_CLASS_1,
     .asks = "from?:date to?:date", .gives = "{items:[{date:date org:uuid station? township:int}]}",
     .summary = "Days on which a station that must be open has nobody on its roster"},
    {"GET", "/education", "training.read", education_handle, WL_CLASS_1, .asks = "on?:date",
     .gives = "{items:[{account:uuid name? org:uuid cert_type since:date until:date hours "
              "required expected on_pace:bool}]}",
     .summary = "Continuing education of certificated staff in their registration period"},
    {"GET", "/workforce", "staff_profile.read", workforce_handle, WL_CLASS_1,
     .gives = "{items:[{org:uuid station township:int standard:int staff:int certified:int "
              "gap:int}]}",
     .summary = "Staff of each station against the standard"},
    {"GET", "/talent", "talent.read", talent_handle, WL_CLASS_0, .asks = "year:year",
     .gives = "{items:[{id:uuid org:uuid measure target:int done?:int state}]}",
     .summary = "Talent plan of a year with its progress"},
};

/* From the day of an hour ago on: a shift of today that falls out is found while somebody can still
 * be sent, and the first look of a day sees the last hour of the day before. */
#define HOLES_AHEAD                                                                                \
    "  from t cross join lateral station.duty_holes(t.county,"                                     \
    "      ((t.at - interval '1 hour') at time zone 'Asia/Shanghai')::date,"                       \
    "      t.day + core.param(t.county, 'roster.ahead_days', t.day)::int) h"

static const struct wl_chore chores[] = {
    {"duty_hole", "hourly 05", "station.duty_gap",
     .rows = WL_SQL("select h.div, h.date, 'HOLE' as kind,"
                    "       h.org::text || h.date as key" HOLES_AHEAD)},
    /* A day that somebody had been found for, and who is gone again. */
    {"duty_hole_again", "hourly 10", "station.duty_gap",
     .rows = WL_SQL("select g.id" HOLES_AHEAD
                    "  join station.duty_gap g on g.county = t.county and g.org = h.org"
                    "   and g.date = h.date and g.kind = 'HOLE'"
                    " where g.state = 'filled' and g.deleted_at is null"),
     .set = WL_SQL("state = 'open'")},
    {"duty_no_show", "10 min", "station.duty_gap",
     .rows = WL_SQL("select r.div, r.date, 'NO_SHOW' as kind, r.id as roster, r.staff,"
                    "       r.id::text as key"
                    "  from t join station.roster r on r.county = t.county"
                    "   and r.date between t.day - 1 and t.day"
                    " where r.state in ('planned', 'swapping') and r.actual_in is null"
                    "   and r.deleted_at is null and r.to_at > t.at - interval '1 day'"
                    "   and r.from_at <= t.at - make_interval("
                    "       mins => core.param(t.county, 'roster.late_minutes', t.day)::int)")},
};

const struct wl_plugin station_people = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "people",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = WL_ROWS(indicators),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .chores = WL_ROWS(chores),
};
