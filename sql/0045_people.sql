-- People who work at the stations: their files, duty rosters, training, exams, interns, working time
-- and the plan for local talent.

-- ---- files of staff ------------------------------------------------------------------------------

create table station.staff_profile (
    like core.record including defaults including generated including constraints,
    account uuid not null,
    position text,
    local boolean,
    cert_type text not null,
    cert_no_enc bytea,
    cert_no_idx bytea,
    cert_no_mask text,
    cert_valid_until date,
    edu text,
    ethnicity text,
    languages text,
    work_mode text not null,
    entered_on date not null,
    left_on date,
    primary key (county, id),
    foreign key (county, account) references admin.account (county, id),
    constraint staff_profile_dates check (left_on is null or left_on >= entered_on)
);
comment on table station.staff_profile is '工作人员档案: one per person who works here';
comment on column station.staff_profile.local is '本土人才: comes from the county';
comment on column station.staff_profile.cert_valid_until is
    'end of the running registration period of the certificate';
create unique index staff_profile_once on station.staff_profile (county, account)
    where deleted_at is null and left_on is null;
create index staff_profile_account on station.staff_profile (county, account, created_at desc, id desc);
create index staff_profile_created
    on station.staff_profile (county, created_at desc, id desc, township);
create index staff_profile_place on station.staff_profile
    (county, township, created_at desc, id desc, cert_type, work_mode);
call core.record_table('station.staff_profile', null);

-- ---- duty ----------------------------------------------------------------------------------------

create table station.duty_setting (
    like core.record including defaults including generated including constraints,
    year_round boolean not null,
    since date not null,
    until date,
    duty_phone text,
    staff_standard bigint,
    primary key (county, id),
    constraint duty_setting_dates check (until is null or until >= since)
);
comment on table station.duty_setting is
    '值守要求: whether a station opens 365 days, the phone calls are forwarded to, staff it should have';
create unique index duty_setting_once on station.duty_setting (county, org)
    where deleted_at is null;
create index duty_setting_created
    on station.duty_setting (county, created_at desc, id desc, township);
create index duty_setting_place
    on station.duty_setting (county, township, created_at desc, id desc, year_round);
call core.record_table('station.duty_setting', null);

-- A shift that ends at or before it begins ends on the next day.
create table station.roster (
    like core.record including defaults including generated including constraints,
    date date not null,
    shift text not null,
    starts time not null,
    ends time not null,
    staff uuid not null,
    turn bigint,
    phone text,
    from_at timestamptz not null generated always as
        ((date + starts) at time zone 'Asia/Shanghai') stored,
    to_at timestamptz not null generated always as
        ((date + ends + case when ends <= starts then interval '1 day' else interval '0' end)
            at time zone 'Asia/Shanghai') stored,
    state text not null,
    swap_with uuid,
    reason text,
    actual_in timestamptz,
    actual_out timestamptz,
    primary key (county, id),
    foreign key (county, staff) references admin.account (county, id),
    foreign key (county, swap_with) references admin.account (county, id),
    constraint roster_state check (state in (
        'planned', 'swapping', 'on_duty', 'off_duty', 'absent', 'cancelled')),
    constraint roster_swap check (swap_with <> staff),
    constraint roster_overlap exclude using gist (
        county with =, staff with =, tstzrange(from_at, to_at) with &&)
        where (deleted_at is null and state not in ('absent', 'cancelled'))
);
comment on table station.roster is '排班: who is on duty, and when they really came and went';
comment on column station.roster.turn is 'order in which calls are forwarded among those on duty';
create index roster_date on station.roster (county, date desc, id desc);
create index roster_place on station.roster (county, township, date desc, id desc, state, shift);
create index roster_staff on station.roster (county, staff, date desc, id desc);
create index roster_created on station.roster (county, created_at desc, id desc, township);
create index roster_now on station.roster (county, township, to_at, from_at)
    where deleted_at is null;
create index roster_org on station.roster (county, org, date) where deleted_at is null;
call core.record_table('station.roster', null);

create table station.duty_gap (
    like core.record including defaults including generated including constraints,
    date date not null default core.today(),
    kind text not null default 'HOLE',
    roster uuid,
    staff uuid,
    state text not null,
    note text,
    primary key (county, id),
    foreign key (county, roster) references station.roster (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint duty_gap_state check (state in ('open', 'filled', 'explained'))
);
comment on table station.duty_gap is
    '值守缺口: a day of a 365-day station without anybody, or somebody who did not come';
create index duty_gap_date on station.duty_gap (county, date desc, id desc);
create index duty_gap_place on station.duty_gap (county, township, date desc, id desc, state, kind);
create index duty_gap_created on station.duty_gap (county, created_at desc, id desc, township);
create index duty_gap_open on station.duty_gap (county, org, date) where state = 'open';
call core.record_table('station.duty_gap', null);

-- ---- training and exams --------------------------------------------------------------------------

create table station.training (
    like core.record including defaults including generated including constraints,
    title text not null,
    kind text not null,
    provider text,
    place text,
    starts_on date not null,
    ends_on date not null,
    hours numeric(18, 1) not null,
    counts boolean not null,
    state text not null,
    reason text,
    primary key (county, id),
    constraint training_state check (state in ('planned', 'held', 'cancelled')),
    constraint training_hours check (hours > 0),
    constraint training_dates check (ends_on >= starts_on)
);
comment on table station.training is '培训';
comment on column station.training.counts is 'its certified hours count as continuing education (继续教育)';
create index training_starts on station.training (county, starts_on desc, id desc);
create index training_place on station.training (county, township, starts_on desc, id desc, kind, state);
create index training_created on station.training (county, created_at desc, id desc, township);
call core.record_table('station.training', null);

create table station.training_attend (
    like core.record including defaults including generated including constraints,
    training uuid not null,
    staff uuid not null,
    hours numeric(18, 1),
    certificate uuid,
    certified boolean not null default false,
    confirmed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, training) references station.training (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint training_attend_state check (state in ('registered', 'confirmed', 'absent')),
    constraint training_attend_hours check (hours >= 0),
    constraint training_attend_confirmed check (state <> 'confirmed' or hours is not null)
);
comment on table station.training_attend is '参训: who took part in a training, and how many hours count';
create unique index training_attend_once on station.training_attend (county, training, staff)
    where deleted_at is null;
create index training_attend_staff on station.training_attend (county, staff, created_at desc, id desc);
create index training_attend_created
    on station.training_attend (county, created_at desc, id desc, township);
create index training_attend_place
    on station.training_attend (county, township, created_at desc, id desc, state);
call core.record_table('station.training_attend', null);

create table station.exam_plan (
    like core.record including defaults including generated including constraints,
    staff uuid not null,
    level text not null,
    year bigint not null,
    state text not null,
    note text,
    result_on date,
    certificate uuid,
    primary key (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint exam_plan_state check (state in (
        'planned', 'enrolled', 'sat', 'passed', 'failed', 'dropped')),
    constraint exam_plan_level check (level <> '0')
);
comment on table station.exam_plan is '考证: the national social-work examination';
create unique index exam_plan_once on station.exam_plan (county, staff, level, year)
    where deleted_at is null and state <> 'dropped';
create index exam_plan_staff on station.exam_plan (county, staff, created_at desc, id desc);
create index exam_plan_created on station.exam_plan (county, created_at desc, id desc, township);
create index exam_plan_place on station.exam_plan
    (county, township, created_at desc, id desc, year, level, state);
call core.record_table('station.exam_plan', null);

-- ---- interns -------------------------------------------------------------------------------------

create table station.intern (
    like core.record including defaults including generated including constraints,
    name text not null,
    account uuid,
    college uuid,
    college_name text not null,
    major text,
    mentor uuid not null,
    from_on date not null,
    to_on date not null,
    hours numeric(18, 1),
    evaluation text,
    grade bigint,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, college) references admin.org_unit (county, id),
    foreign key (county, mentor) references admin.account (county, id),
    constraint intern_state check (state in ('planned', 'active', 'completed', 'ended')),
    constraint intern_dates check (to_on >= from_on),
    constraint intern_mentor check (account <> mentor)
);
comment on table station.intern is '实习: students of colleges who practise at a station';
create index intern_mentor_of on station.intern (county, mentor, created_at desc, id desc);
create index intern_account on station.intern (county, account) where account is not null;
create index intern_created on station.intern (county, created_at desc, id desc, township);
create index intern_place on station.intern (county, township, created_at desc, id desc, state);
call core.record_table('station.intern', null);

create table station.intern_draft (
    like core.record including defaults including generated including constraints,
    author uuid not null,
    mentor uuid not null,
    person uuid not null,
    kind text not null,
    visited_at timestamptz not null,
    minutes bigint,
    result text not null,
    risk text,
    note text,
    state text not null,
    reason text,
    signed_at timestamptz,
    primary key (county, id),
    foreign key (county, author) references admin.account (county, id),
    foreign key (county, mentor) references admin.account (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint intern_draft_state check (state in ('draft', 'submitted', 'signed', 'returned')),
    constraint intern_draft_mentor check (author <> mentor)
);
comment on table station.intern_draft is
    '实习生走访草稿: becomes a visit only when the mentor signs it';
create index intern_draft_created on station.intern_draft (county, created_at desc, id desc, township);
create index intern_draft_place
    on station.intern_draft (county, township, created_at desc, id desc, state);
create index intern_draft_author on station.intern_draft (county, author, created_at desc, id desc);
create index intern_draft_mentor_of on station.intern_draft (county, mentor, created_at desc, id desc);
create index intern_draft_person on station.intern_draft (county, person, created_at desc, id desc);
call core.record_table('station.intern_draft', null);

-- ---- working time and talent ---------------------------------------------------------------------

create table station.worktime (
    like core.record including defaults including generated including constraints,
    staff uuid not null,
    date date not null,
    minutes bigint not null,
    nature text not null,
    about text,
    note text,
    primary key (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint worktime_minutes check (minutes between 1 and 1440)
);
comment on table station.worktime is '工时: professional, administrative or training';
create index worktime_date on station.worktime (county, date desc, id desc);
create index worktime_place on station.worktime (county, township, date desc, id desc, nature);
create index worktime_staff on station.worktime (county, staff, date desc, id desc);
create index worktime_created on station.worktime (county, created_at desc, id desc, township);
create index worktime_deleted on station.worktime (county, deleted_at) where deleted_at is not null;
call core.record_table('station.worktime', null);

create table station.talent_plan (
    like core.record including defaults including generated including constraints,
    year bigint not null,
    measure text not null,
    target bigint not null,
    action_text text,
    done bigint,
    state text not null,
    reason text,
    primary key (county, id),
    constraint talent_plan_state check (state in ('draft', 'approved', 'closed')),
    constraint talent_plan_target check (target > 0)
);
comment on table station.talent_plan is '人才计划: yearly targets for local professionals and volunteers';
comment on column station.talent_plan.done is
    'reported by hand for what the platform does not count; else null and counted';
create unique index talent_plan_once on station.talent_plan (county, org, year, measure)
    where deleted_at is null;
create index talent_plan_created on station.talent_plan (county, created_at desc, id desc, township);
create index talent_plan_place on station.talent_plan
    (county, township, created_at desc, id desc, year, measure, state);
call core.record_table('station.talent_plan', null);

-- ---- codes and figures ---------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('ROSTER_SHIFT', 'DAY', '白班', 'day', 1),
    ('ROSTER_SHIFT', 'EVENING', '晚班', 'evening', 2),
    ('ROSTER_SHIFT', 'NIGHT', '夜班', 'night', 3),
    ('ROSTER_SHIFT', 'STANDBY', '备勤', 'standby', 4),
    ('DUTY_GAP', 'HOLE', '无人排班', 'nobody on the roster', 1),
    ('DUTY_GAP', 'NO_SHOW', '未到岗', 'did not come', 2),
    ('WORK_NATURE', 'PRO', '专业服务', 'professional', 1),
    ('WORK_NATURE', 'ADM', '行政事务', 'administrative', 2),
    ('WORK_NATURE', 'TRAIN', '培训学习', 'training', 3),
    ('TALENT_MEASURE', 'STAFF', '在岗社工（人）', 'workers on post', 1),
    ('TALENT_MEASURE', 'CERTIFIED', '持证社工（人）', 'workers with a certificate', 2),
    ('TALENT_MEASURE', 'LOCAL', '本土社工（人）', 'local workers', 3),
    ('TALENT_MEASURE', 'TRAINED', '参训（人次）', 'attendances of training', 4),
    ('TALENT_MEASURE', 'PASSED', '考试通过（人次）', 'exams passed', 5),
    ('TALENT_MEASURE', 'INTERN', '实习生（人）', 'interns', 6),
    ('TALENT_MEASURE', 'VOLUNTEER', '志愿者（人）', 'volunteers', 7)
on conflict do nothing;

-- Continuing education in a registration period of three years: 72 hours for assistants, 90 for social
-- workers and seniors [C16]. Staff of a station: the pilot's six [S3]. Days looked ahead for holes in
-- the roster: our assumption.
insert into core.policy_default (key, value, unit, mark, basis) values
    ('education.period_years', '3', 'years', '[C16]', null),
    ('education.hours.1', '72', 'hours', '[C16]', null),
    ('education.hours.2', '90', 'hours', '[C16]', null),
    ('education.hours.3', '90', 'hours', '[C16]', null),
    ('staffing.per_station', '6', 'persons', '[S3]', null),
    ('roster.ahead_days', '14', 'days', '[A]', null);

-- ---- who works where, for statements -------------------------------------------------------------

-- Names to hand work to, and the stations themselves: no logins, nothing of other scopes.
grant select on admin.account, admin.org_unit to wulian_view;
grant create on schema station to wulian_view;
create view station.v_duty_staff as
    select county, id, div, org, name
      from admin.account
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_duty_staff owner to wulian_view;
create view station.v_duty_station as
    select county, id, div, township, name, kind, service_phone, status
      from admin.org_unit
     where deleted_at is null
       and kind in ('STATION', 'GENSTATION', 'COUNTY')
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_duty_station owner to wulian_view;
revoke create on schema station from wulian_view;
grant select on station.v_duty_staff, station.v_duty_station to wulian_app, wulian_check;

-- ---- counted --------------------------------------------------------------------------------------

-- Who is on duty at a township's station at a moment, in the order calls are forwarded: those who have
-- come first, then by turn. The phone is the shift's, else the one set for the station, else its own.
create function station.duty_on(p_county int, p_township int, p_at timestamptz)
    returns table (n int, roster uuid, staff uuid, phone text, org uuid, div bigint)
    language plpgsql stable
    as $$
begin
    return query
        select (row_number() over (order by (r.state = 'on_duty') desc, r.turn nulls last, r.from_at,
                                            r.id))::int,
               r.id, r.staff,
               coalesce(r.phone, (select s.duty_phone from station.duty_setting s
                                   where s.county = r.county and s.org = r.org
                                     and s.deleted_at is null),
                        (select o.service_phone from station.v_duty_station o
                          where o.county = r.county and o.id = r.org)),
               r.org, r.div
          from station.roster r
         where r.county = p_county
           and r.township = p_township
           and r.deleted_at is null
           and r.from_at <= p_at
           and r.to_at > p_at
           and r.state in ('planned', 'swapping', 'on_duty')
           and r.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
           and r.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
         limit 20;
end $$;

-- Days from p_from to p_to (at most 400) on which a 365-day station has nobody.
create function station.duty_holes(p_county int, p_from date, p_to date)
    returns table (date date, org uuid, div bigint, township int)
    language plpgsql stable
    as $$
begin
    return query
        select g.d::date, s.org, s.div, s.township
          from station.duty_setting s
         cross join lateral generate_series(
             greatest(p_from, s.since)::timestamp,
             least(p_to, coalesce(s.until, p_to), p_from + 400)::timestamp, interval '1 day') g (d)
         where s.county = p_county
           and s.deleted_at is null
           and s.year_round
           and s.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
           and s.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
           and not exists (
               select from station.roster r
                where r.county = s.county
                  and r.org = s.org
                  and r.date = g.d::date
                  and r.deleted_at is null
                  and r.state not in ('absent', 'cancelled'));
end $$;

-- Where somebody stands in the registration period of their certificate on a day: certified hours of
-- trainings that ended inside it, what the whole period asks, and what its elapsed share asks.
create function station.education(p_county int, p_account uuid, p_cert text, p_until date, p_on date)
    returns table (since date, until date, hours numeric, required numeric, expected numeric)
    language plpgsql stable
    as $$
declare
    v_since date := (p_until - make_interval(
        years => core.param(p_county, 'education.period_years', p_on)::int))::date;
    v_required numeric := core.param(p_county, 'education.hours.' || p_cert, p_on)::numeric;
begin
    return query
        select v_since, p_until, coalesce(sum(a.hours), 0), v_required,
               round(v_required * least(greatest(p_on - v_since, 0), p_until - v_since)
                     / nullif(p_until - v_since, 0), 1)
          from station.training_attend a
          join station.training x on x.county = a.county and x.id = a.training
         where a.county = p_county
           and a.staff = p_account
           and a.deleted_at is null
           and a.certified
           and x.ends_on > v_since
           and x.ends_on <= least(p_until, p_on);
end $$;

-- How far a measure of the talent plan has come in a year, at one township or in the whole county.
create function station.talent_done(p_county int, p_measure text, p_year int, p_township int,
                                    p_whole boolean) returns bigint
    language plpgsql stable
    as $$
declare
    v_to date := least(make_date(p_year, 12, 31), core.today());
begin
    return case
        when p_measure in ('STAFF', 'CERTIFIED', 'LOCAL') then (
            select count(*) from station.staff_profile p
             where p.county = p_county and (p_whole or p.township = p_township)
               and p.deleted_at is null and p.entered_on <= v_to
               and (p.left_on is null or p.left_on > v_to)
               and (p_measure <> 'CERTIFIED' or p.cert_type <> '0')
               and (p_measure <> 'LOCAL' or p.local))
        when p_measure = 'TRAINED' then (
            select count(*) from station.training_attend a
              join station.training x on x.county = a.county and x.id = a.training
             where a.county = p_county and (p_whole or a.township = p_township)
               and a.deleted_at is null and a.state = 'confirmed'
               and extract(year from x.ends_on) = p_year)
        when p_measure = 'PASSED' then (
            select count(*) from station.exam_plan e
             where e.county = p_county and (p_whole or e.township = p_township)
               and e.deleted_at is null and e.state = 'passed' and e.year = p_year)
        when p_measure = 'INTERN' then (
            select count(*) from station.intern i
             where i.county = p_county and (p_whole or i.township = p_township)
               and i.deleted_at is null and i.state in ('active', 'completed')
               and extract(year from i.from_on) = p_year)
    end;
end $$;
grant execute on function station.duty_on(int, int, timestamptz),
    station.duty_holes(int, date, date), station.education(int, uuid, text, date, date),
    station.talent_done(int, text, int, int, boolean) to wulian_app;
