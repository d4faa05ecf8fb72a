-- 隔离人员、外来人员: registers that an emergency needs and that nobody may keep behind it. When it has
-- been over long enough they are erased, and only figures stay (domain book 3.1.5, P03 P04).

insert into core.code (tab, code, zh, en, sort) values
    ('ISOLATION_KIND', 'HOME', '居家隔离', 'at home', 1),
    ('ISOLATION_KIND', 'CENTRAL', '集中隔离', 'in a common place', 2),
    ('ISOLATION_KIND', 'OBSERVE', '健康监测', 'health observed', 3),
    ('CHECK_WAY', 'DOOR', '上门', 'at the door', 1),
    ('CHECK_WAY', 'PHONE', '电话', 'telephone', 2),
    ('CHECK_WAY', 'VIDEO', '视频', 'video', 3),
    ('SYMPTOM', 'FEVER', '发热', 'fever', 1),
    ('SYMPTOM', 'COUGH', '咳嗽', 'cough', 2),
    ('SYMPTOM', 'FATIGUE', '乏力', 'fatigue', 3),
    ('SYMPTOM', 'BREATH', '气促', 'short of breath', 4),
    ('SYMPTOM', 'DIARRHOEA', '腹泻', 'diarrhoea', 5),
    ('SYMPTOM', 'LOW', '情绪低落', 'low spirits', 6),
    ('SYMPTOM', 'OTHER', '其他', 'other', 7),
    ('INCOMER_KIND', 'RETURN', '返乡', 'returning home', 1),
    ('INCOMER_KIND', 'WORK', '务工经商', 'for work or trade', 2),
    ('INCOMER_KIND', 'VISIT', '探亲访友', 'visiting', 3),
    ('INCOMER_KIND', 'STUDENT', '返校学生', 'student', 4),
    ('INCOMER_KIND', 'PASSING', '途经', 'passing through', 5),
    ('INCOMER_KIND', 'OTHER', '其他', 'other', 6),
    ('TRAVEL_BY', 'CAR', '自驾', 'car', 1),
    ('TRAVEL_BY', 'COACH', '客车', 'coach', 2),
    ('TRAVEL_BY', 'TRAIN', '火车', 'train', 3),
    ('TRAVEL_BY', 'PLANE', '飞机', 'plane', 4),
    ('TRAVEL_BY', 'OTHER', '其他', 'other', 5);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('emergency.erase_days', '30', 'days', '[A]', null),
    ('isolation.check_minutes', '1440', 'minutes', '[A]', null);

create table station.isolation_subject (
    like core.record including defaults including generated including constraints,
    incident uuid not null,
    person uuid not null,
    kind text not null,
    place text not null,
    started_on date not null,
    planned_end date not null,
    keeper uuid,
    due_check_at timestamptz,
    last_check_at timestamptz,
    left_noticed bigint not null default 0,
    note text,
    proposed_by uuid,
    proposed_at timestamptz,
    release_basis text,
    released_by uuid,
    released_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint isolation_subject_dates check (planned_end >= started_on),
    constraint isolation_subject_verified check (
        state <> 'released' or (released_by is not null and released_by <> proposed_by)),
    constraint isolation_subject_state check (state in (
        'isolating', 'release_proposed', 'released'))
);
comment on table station.isolation_subject is
    '隔离人员: erased with its checks when the incident has been closed long enough';
create unique index isolation_subject_once on station.isolation_subject (county, incident, person)
    where deleted_at is null and state <> 'released';
create index isolation_subject_created on station.isolation_subject
    (county, created_at desc, id desc);
create index isolation_subject_place on station.isolation_subject
    (county, township, created_at desc, id desc, state, kind);
create index isolation_subject_incident on station.isolation_subject
    (county, incident, created_at desc, id desc);
create index isolation_subject_person on station.isolation_subject
    (county, person, created_at desc, id desc);
create index isolation_subject_keeper on station.isolation_subject
    (county, keeper, created_at desc, id desc);
create index isolation_subject_due on station.isolation_subject (county, due_check_at)
    where state = 'isolating';
call core.record_table('station.isolation_subject', null);

create table station.isolation_check (
    like core.record including defaults including generated including constraints,
    subject uuid not null,
    incident uuid not null,
    checked_at timestamptz not null,
    way text not null,
    seen boolean not null,
    symptoms text[],
    temperature numeric(18,1),
    left_home boolean not null,
    left_note text,
    needs text,
    checker uuid not null,
    primary key (county, id),
    foreign key (county, subject) references station.isolation_subject (county, id),
    foreign key (county, incident) references station.incident (county, id)
);
comment on table station.isolation_check is '隔离检查: whether somebody is at home and well';
create index isolation_check_at on station.isolation_check (county, checked_at desc, id desc);
create index isolation_check_created on station.isolation_check
    (county, created_at desc, id desc, township);
create index isolation_check_place on station.isolation_check
    (county, township, checked_at desc, id desc, left_home);
create index isolation_check_subject on station.isolation_check
    (county, subject, checked_at desc, id desc);
create index isolation_check_incident on station.isolation_check (county, incident);
call core.record_table('station.isolation_check', null);

create table station.incomer (
    like core.record including defaults including generated including constraints,
    incident uuid not null,
    name text not null,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    kind text not null,
    from_place text not null,
    travel_by text,
    arrived_on date not null,
    leave_on date,
    contact_note text,
    recorded_by uuid not null,
    left_on date,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    constraint incomer_state check (state in ('staying', 'gone'))
);
comment on table station.incomer is
    '外来人员: erased when the incident has been closed long enough';
create index incomer_arrived on station.incomer (county, arrived_on desc, id desc);
create index incomer_created on station.incomer (county, created_at desc, id desc, township);
create index incomer_place on station.incomer
    (county, township, arrived_on desc, id desc, state, kind);
create index incomer_incident on station.incomer (county, incident, arrived_on desc, id desc);
call core.record_table('station.incomer', null);

-- ---- figures -------------------------------------------------------------------------------------

create table core.incident_count (
    county int not null references core.tenant (county),
    incident uuid not null,
    div bigint not null,
    day date not null,
    register text not null check (register in ('isolated', 'released', 'checks', 'incomers')),
    kind text not null,
    n bigint not null,
    primary key (county, incident, div, day, register, kind),
    constraint incident_count_in_county check (div / 1000000 = county)
);
comment on table core.incident_count is
    'what stays of erased registers: how many a day in a township; div is the township''s';
call core.protect('core.incident_count', true);
grant select on core.incident_count to wulian_app, wulian_view;

-- The registers of an incident in figures, whether they are still there or erased, within the
-- caller's scope.
create view station.v_incident_figure as
    select i.county, i.incident, i.township::bigint * 1000 as div, i.started_on as day,
           'isolated'::text as register, i.kind, count(*) as n
      from station.isolation_subject i
     where i.deleted_at is null
       and i.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and i.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
     group by 1, 2, 3, 4, 6
    union all
    select i.county, i.incident, i.township::bigint * 1000,
           (i.released_at at time zone 'Asia/Shanghai')::date, 'released', i.kind, count(*)
      from station.isolation_subject i
     where i.deleted_at is null and i.state = 'released'
       and i.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and i.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
     group by 1, 2, 3, 4, 6
    union all
    select c.county, c.incident, c.township::bigint * 1000,
           (c.checked_at at time zone 'Asia/Shanghai')::date, 'checks',
           case when c.left_home then 'LEFT' when c.seen then 'SEEN' else 'NOT_SEEN' end, count(*)
      from station.isolation_check c
     where c.deleted_at is null
       and c.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and c.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
     group by 1, 2, 3, 4, 6
    union all
    select m.county, m.incident, m.township::bigint * 1000, m.arrived_on, 'incomers', m.kind,
           count(*)
      from station.incomer m
     where m.deleted_at is null
       and m.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and m.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
     group by 1, 2, 3, 4, 6
    union all
    select n.county, n.incident, n.div, n.day, n.register, n.kind, n.n
      from core.incident_count n
     where n.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and n.div < (select nullif(current_setting('wl.hi', true), '')::bigint);
grant select on station.isolation_subject, station.isolation_check, station.incomer to wulian_view;
grant create on schema station to wulian_view;
alter view station.v_incident_figure owner to wulian_view;
revoke create on schema station from wulian_view;
grant select on station.v_incident_figure to wulian_app, wulian_check;

-- ---- erasing -------------------------------------------------------------------------------------

-- Rows of one register of an incident with their history and files; first counted into the figures.
create function core.register_erase(
    p_county int, p_incident uuid, p_table regclass, p_figures text, p_most int
) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    gone uuid[];
begin
    execute format(
        'select array_agg(x.id) from (select t.id from %s t where t.county = $1'
        ' and t.incident = $2 limit $3 for update) x', p_table)
       into gone using p_county, p_incident, p_most;
    if gone is null then
        return 0;
    end if;
    execute format(
        'insert into core.incident_count as c (county, incident, div, day, register, kind, n)'
        ' select t.county, t.incident, t.township::bigint * 1000, f.day, f.register, f.kind,'
        ' count(*) from %s t cross join lateral (%s) f (day, register, kind)'
        ' where t.county = $1 and t.id = any ($2) and t.deleted_at is null and f.day is not null'
        ' group by 1, 2, 3, 4, 5, 6'
        ' on conflict (county, incident, div, day, register, kind) do update set n = c.n + excluded.n',
        p_table, p_figures) using p_county, gone;
    execute format('delete from %s t where t.county = $1 and t.id = any ($2)', p_table)
      using p_county, gone;
    execute format('delete from %s t where t.county = $1 and t.id = any ($2)',
                   (p_table::text || '_history')::regclass) using p_county, gone;
    delete from core.file f
     where f.county = p_county and f.record_id = any (gone) and f.record = p_table::text;
    return cardinality(gone);
end $$;

-- Erases the registers of incidents closed longer ago than the county keeps them; at most about
-- p_most rows a call. When the last row of an incident is gone it says so, with the figures that stay,
-- and one audit row says how many rows went.
create function core.emergency_erase(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k uuid;
    n int;
    total int := 0;
    days int := core.param(p_county, 'emergency.erase_days')::int;
begin
    for k in select i.id
               from station.incident i
              where i.county = p_county
                and i.closed_at < now() - make_interval(days => days)
                and i.erased_at is null
              order by i.closed_at
    loop
        n := core.register_erase(p_county, k, 'station.isolation_check',
            'select (t.checked_at at time zone ''Asia/Shanghai'')::date, ''checks'','
            ' case when t.left_home then ''LEFT'' when t.seen then ''SEEN'' else ''NOT_SEEN'' end',
            p_most - total);
        if n = 0 then
            n := core.register_erase(p_county, k, 'station.isolation_subject',
                'values (t.started_on, ''isolated'', t.kind),'
                ' (case when t.state = ''released'' then'
                ' (t.released_at at time zone ''Asia/Shanghai'')::date end, ''released'', t.kind)',
                p_most - total);
        end if;
        if n = 0 then
            n := core.register_erase(p_county, k, 'station.incomer',
                'values (t.arrived_on, ''incomers'', t.kind)', p_most - total);
        end if;
        total := total + n;
        if n = 0 then
            perform core.emergency_erased(p_county, k);
        end if;
        exit when total >= p_most;
    end loop;
    return total;
end $$;

-- The incident says that its registers are gone: a version of its own, by nobody.
create function core.emergency_erased(p_county int, p_incident uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    rows bigint := (select sum(c.n) from core.incident_count c
                     where c.county = p_county and c.incident = p_incident
                       and c.register <> 'released');
begin
    update station.incident i
       set erased_at = now(),
           isolated = f.isolated,
           released = f.released,
           checks = f.checks,
           incomers = f.incomers,
           version = i.version + 1,
           change = gen_random_uuid(),
           updated_at = now(),
           updated_by = '00000000-0000-0000-0000-000000000000'
      from (select coalesce(sum(c.n) filter (where c.register = 'isolated'), 0) as isolated,
                   coalesce(sum(c.n) filter (where c.register = 'released'), 0) as released,
                   coalesce(sum(c.n) filter (where c.register = 'checks'), 0) as checks,
                   coalesce(sum(c.n) filter (where c.register = 'incomers'), 0) as incomers
              from core.incident_count c
             where c.county = p_county and c.incident = p_incident) f
     where i.county = p_county and i.id = p_incident;
    insert into station.incident_history
    select i.* from station.incident i where i.county = p_county and i.id = p_incident;
    insert into core.audit (county, action, object, object_id, request, n)
    values (p_county, 'erase', 'station.incident', p_incident, gen_random_uuid(),
            coalesce(rows, 0));
end $$;
revoke execute on function core.register_erase(int, uuid, regclass, text, int),
    core.emergency_erased(int, uuid), core.emergency_erase(int, int) from public;
grant execute on function core.emergency_erase(int, int) to wulian_gate;
