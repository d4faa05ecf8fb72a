-- 平急转换: which mode the services of a place are in, what each service does in a mode, and the one
-- function that answers both (domain book 3.1.5).

-- ---- code tables ---------------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('SWITCH_SCOPE', 'AREA', '整个区域', 'a whole area', 1),
    ('SWITCH_SCOPE', 'VENUE', '单个场所', 'one venue', 2),
    ('SWITCH_SCOPE', 'SERVICE', '部分服务', 'some services', 3),
    ('MODE_REASON', 'EPIDEMIC', '疫情', 'epidemic', 1),
    ('MODE_REASON', 'HEAT', '高温', 'heat', 2),
    ('MODE_REASON', 'FLOOD', '洪涝', 'flood', 3),
    ('MODE_REASON', 'SNOW', '冰雪', 'snow and ice', 4),
    ('MODE_REASON', 'OTHER', '其他', 'other', 5),
    ('SERVICE_TYPE', 'GROUP_ACTIVITY', '社区活动', 'community activities', 1),
    ('SERVICE_TYPE', 'GROUP_WORK', '小组活动', 'group work', 2),
    ('SERVICE_TYPE', 'DAYCARE', '日间照料接待', 'day-care reception', 3),
    ('SERVICE_TYPE', 'CANTEEN', '堂食助餐', 'meals at the canteen', 4),
    ('SERVICE_TYPE', 'MEAL', '送餐', 'meals delivered', 5),
    ('SERVICE_TYPE', 'CALL', '问候电话', 'greeting calls', 6),
    ('SERVICE_TYPE', 'ERRAND', '代买代取', 'medicine and grocery errands', 7),
    ('SERVICE_TYPE', 'CASE_RED', '红色等级个案', 'casework of the red tier', 8),
    ('SERVICE_TYPE', 'CASE', '个案服务', 'casework', 9),
    ('SERVICE_TYPE', 'VISIT', '入户探访', 'home visits', 10),
    ('SERVICE_TYPE', 'COUNSEL', '心理疏导', 'counselling', 11),
    ('SERVICE_TYPE', 'COURSE', '入校课程', 'courses in schools', 12),
    ('SERVICE_TYPE', 'CARE', '照看与学业辅导', 'minding and tutoring', 13),
    ('SERVICE_TYPE', 'WINDOW', '窗口接待', 'reception at the station', 14),
    ('SERVICE_TYPE', 'TRAINING', '培训会议', 'training and meetings', 15),
    ('SERVICE_TYPE', 'VOLUNTEER', '志愿服务', 'volunteering', 16),
    ('SERVICE_HOW', 'ALLOW', '照常', 'as usual', 1),
    ('SERVICE_HOW', 'ONLINE', '转线上', 'online', 2),
    ('SERVICE_HOW', 'CONTACTLESS', '无接触', 'contactless', 3),
    ('SERVICE_HOW', 'SUSPEND', '暂停', 'suspended', 4),
    ('SERVICE_INSTEAD', 'ONLINE_GROUP', '线上群', 'an online group', 1),
    ('SERVICE_INSTEAD', 'MEAL_DELIVERY', '送餐到户', 'meals to the door', 2),
    ('SERVICE_INSTEAD', 'HOME', '居家照护与每日问候', 'care at home and a daily call', 3),
    ('SERVICE_INSTEAD', 'PHONE', '电话办理', 'by telephone', 4),
    ('SERVICE_INSTEAD', 'DOOR', '放置门口、电话确认', 'left at the door, confirmed by telephone', 5),
    ('SERVICE_INSTEAD', 'LATER', '延期举行', 'put off', 6);

-- ---- services and what they do in a mode ---------------------------------------------------------

create table core.service_type (
    code text primary key,
    essential boolean not null,
    mark text not null,
    unique (code, essential)
);
comment on table core.service_type is
    'services that a mode may change; an essential one (P12) goes on in every mode. Plugins add theirs';

insert into core.service_type (code, essential, mark)
select c.code, c.code in ('MEAL', 'CALL', 'ERRAND', 'CASE_RED'),
       case when c.code in ('MEAL', 'CALL', 'ERRAND', 'CASE_RED') then '[S0][S4]' else '[A]' end
  from core.code c
 where c.tab = 'SERVICE_TYPE';

create table core.service_default (
    service text not null,
    essential boolean not null,
    mode text not null check (mode in ('RESTRICTED', 'ONLINE', 'DOORSTEP', 'SUSPENDED')),
    how text not null check (how in ('ALLOW', 'ONLINE', 'CONTACTLESS', 'SUSPEND')),
    instead text,
    mark text not null,
    primary key (service, mode),
    foreign key (service, essential) references core.service_type (code, essential),
    constraint service_default_essential check (not essential or how <> 'SUSPEND')
);
comment on table core.service_default is
    'national defaults of service policies: what a service does in a mode, and what stands in for it';

insert into core.service_default (service, essential, mode, how, instead, mark)
select d.service, t.essential, m.mode, m.how, d.instead, d.mark
  from (values
    ('GROUP_ACTIVITY', 'SUSPEND', 'ONLINE', 'SUSPEND', 'SUSPEND', 'ONLINE_GROUP', '[S0][S4]'),
    ('GROUP_WORK', 'ONLINE', 'ONLINE', 'ONLINE', 'SUSPEND', 'ONLINE_GROUP', '[S0][S4]'),
    ('DAYCARE', 'SUSPEND', 'SUSPEND', 'SUSPEND', 'SUSPEND', 'HOME', '[S0]'),
    ('CANTEEN', 'SUSPEND', 'SUSPEND', 'SUSPEND', 'SUSPEND', 'MEAL_DELIVERY', '[S0]'),
    ('MEAL', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'DOOR', '[S0]'),
    ('CALL', 'ALLOW', 'ALLOW', 'ALLOW', 'ALLOW', null, '[S0]'),
    ('ERRAND', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'DOOR', '[S0]'),
    ('CASE_RED', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'PHONE', '[S4]'),
    ('CASE', 'ALLOW', 'ONLINE', 'CONTACTLESS', 'ONLINE', 'PHONE', '[A]'),
    ('VISIT', 'ALLOW', 'CONTACTLESS', 'CONTACTLESS', 'CONTACTLESS', 'PHONE', '[A]'),
    ('COUNSEL', 'ALLOW', 'ONLINE', 'ONLINE', 'ONLINE', 'PHONE', '[S4]'),
    ('COURSE', 'SUSPEND', 'ONLINE', 'SUSPEND', 'SUSPEND', 'LATER', '[A]'),
    ('CARE', 'ONLINE', 'ONLINE', 'ALLOW', 'SUSPEND', 'PHONE', '[A]'),
    ('WINDOW', 'ALLOW', 'ONLINE', 'ONLINE', 'ONLINE', 'PHONE', '[A]'),
    ('TRAINING', 'ONLINE', 'ONLINE', 'ONLINE', 'ONLINE', 'LATER', '[A]'),
    ('VOLUNTEER', 'ALLOW', 'CONTACTLESS', 'CONTACTLESS', 'SUSPEND', 'DOOR', '[A]')
  ) as d (service, restricted, online, doorstep, suspended, instead, mark)
  join core.service_type t on t.code = d.service
 cross join lateral (values
    ('RESTRICTED', d.restricted), ('ONLINE', d.online), ('DOORSTEP', d.doorstep),
    ('SUSPENDED', d.suspended)) as m (mode, how);

grant select on core.service_type, core.service_default
    to wulian_app, wulian_gate, wulian_view, wulian_check;

create function core.service_essential(p_service text) returns boolean
    language sql stable
    as $$ select x.essential from core.service_type x where x.code = p_service $$;
comment on function core.service_essential(text) is
    'whether it goes on in every mode; null for a service that core.service_type does not know';

create table station.service_policy (
    like core.record including defaults including generated including constraints,
    service text not null,
    essential boolean not null,
    mode text not null,
    how text not null,
    instead text,
    effective_from date not null,
    effective_to date,
    basis text not null,
    drafted_by uuid not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (service, essential) references core.service_type (code, essential),
    constraint service_policy_essential check (not essential or how <> 'SUSPEND'),
    constraint service_policy_mode check (mode <> 'NORMAL'),
    constraint service_policy_dates check (effective_to is null or effective_to > effective_from),
    constraint service_policy_state check (state in ('draft', 'confirmed', 'ended'))
);
comment on table station.service_policy is
    '服务策略: what a county has settled for a service in a mode, in place of the national default';
create unique index service_policy_once on station.service_policy
    (county, service, mode, effective_from) where deleted_at is null and state = 'confirmed';
create index service_policy_created on station.service_policy (county, created_at desc, id desc);
create index service_policy_place on station.service_policy
    (county, township, created_at desc, id desc, service, mode, state);
call core.record_table('station.service_policy', null);
call core.county_wide('station.service_policy');

-- ---- switches ------------------------------------------------------------------------------------

-- Whether every listed area lies within the division.
create function core.areas_within(p_div bigint, p_areas jsonb) returns boolean
    language sql immutable
    as $$
    select not exists (
        select from jsonb_array_elements(coalesce(p_areas, '[]')) e
         where (e ->> 'area')::bigint < p_div
            or (e ->> 'area')::bigint >= core.scope_hi(p_div)) $$;

create table station.mode_switch (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    scope text not null,
    areas jsonb,
    venue uuid,
    services text[],
    mode text not null,
    reason text not null,
    reason_note text,
    starts_at timestamptz not null,
    ends_at timestamptz,
    document text,
    paper uuid,
    drafted_by uuid not null,
    decided_by uuid,
    decided_at timestamptz,
    activated_at timestamptz,
    ended_at timestamptz,
    end_note text,
    overlapping boolean not null,
    overlap_note text,
    state text not null,
    primary key (county, id),
    constraint mode_switch_no unique (county, no),
    constraint mode_switch_mode check (mode <> 'NORMAL'),
    constraint mode_switch_areas check (core.areas_within(div, areas)),
    constraint mode_switch_state check (state in (
        'draft', 'approved', 'active', 'ended', 'withdrawn'))
);
comment on table station.mode_switch is
    '服务模式切换: which services, where and how long, are in a mode; div and areas say where';
comment on column station.mode_switch.areas is 'townships or villages of div it is for; none: all of div';
create index mode_switch_starts on station.mode_switch (county, starts_at desc, id desc);
create index mode_switch_created on station.mode_switch (county, created_at desc, id desc, township);
create index mode_switch_place on station.mode_switch
    (county, township, starts_at desc, id desc, state, mode, scope, reason, ends_at);
call core.record_table('station.mode_switch', null);
call core.county_wide('station.mode_switch');

create function core.mode_rank(p_mode text) returns int
    language sql immutable parallel safe
    as $$
    select case p_mode when 'SUSPENDED' then 5 when 'DOORSTEP' then 4 when 'ONLINE' then 3
                       when 'RESTRICTED' then 2 else 1 end $$;
comment on function core.mode_rank(text) is 'SERVICE_MODE by how much it restricts';

-- Whether a switch lies over a place: both its own division and, where it names areas, one of these.
create function core.mode_over(p_own bigint, p_areas jsonb, p_lo bigint, p_hi bigint) returns boolean
    language sql immutable parallel safe
    as $$
    select p_own < p_hi and core.scope_hi(p_own) > p_lo
       and (coalesce(jsonb_array_length(p_areas), 0) = 0 or exists (
               select from jsonb_array_elements(p_areas) e
                where (e ->> 'area')::bigint < p_hi
                  and core.scope_hi((e ->> 'area')::bigint) > p_lo)) $$;

-- Whether another approved switch of the county shares place, time and services with one: whoever
-- decides has to say that the stricter of the two is to hold.
create function core.mode_overlaps(
    p_county int, p_id uuid, p_div bigint, p_areas jsonb, p_venue uuid, p_services text[],
    p_from timestamptz, p_to timestamptz
) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return exists (
        select from station.mode_switch s
         cross join lateral (
             select (e ->> 'area')::bigint as lo
               from jsonb_array_elements(coalesce(p_areas, '[]')) e
             union all
             select p_div where coalesce(jsonb_array_length(p_areas), 0) = 0) a
         where s.county = p_county
           and s.county = nullif(current_setting('wl.county', true), '')::int
           and s.id <> p_id
           and s.state in ('approved', 'active')
           and s.deleted_at is null
           and core.mode_over(s.div, s.areas, a.lo, core.scope_hi(a.lo))
           and (p_to is null or s.starts_at < p_to)
           and (s.ends_at is null or s.ends_at > p_from)
           and (s.venue is null or p_venue is null or s.venue = p_venue)
           and (coalesce(cardinality(s.services), 0) = 0
                or coalesce(cardinality(p_services), 0) = 0 or s.services && p_services));
end $$;

-- ---- the answer ----------------------------------------------------------------------------------

-- What a service does in a mode on a day: the county's own policy, else the national default.
create function core.service_policy(
    p_county int, p_service text, p_mode text, p_on date default core.today(),
    out how text, out instead text
) returns record
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if core.service_essential(p_service) is null then
        raise exception 'no service %: insert it into core.service_type', p_service;
    end if;
    how := 'ALLOW';
    if p_mode = 'NORMAL' then
        return;
    end if;
    select x.how, x.instead into how, instead
      from (select p.how, p.instead, 1 as rank, p.effective_from as since
              from station.service_policy p
             where p.county = p_county
               and p.county = nullif(current_setting('wl.county', true), '')::int
               and p.service = p_service
               and p.mode = p_mode
               and p.state = 'confirmed'
               and p.deleted_at is null
               and p.effective_from <= p_on
               and (p.effective_to is null or p.effective_to > p_on)
            union all
            select d.how, d.instead, 2, null
              from core.service_default d
             where d.service = p_service and d.mode = p_mode) x
     order by x.rank, x.since desc
     limit 1;
    how := coalesce(how, case when core.service_essential(p_service) then 'CONTACTLESS'
                              else 'SUSPEND' end);
end $$;
comment on function core.service_policy(int, text, text, date) is
    'a service for which nothing is settled is suspended, an essential one contactless';

-- The mode of a service at a place and an instant, and how the service goes on: that of the most
-- restrictive switch that covers them. Without a venue or service only switches count that are for
-- all of them. It sees the whole county, whatever the caller's scope: a county's switch holds in
-- every village.
create function core.service_mode(
    p_county int, p_div bigint, p_service text default null, p_venue uuid default null,
    p_at timestamptz default now(),
    out mode text, out how text, out instead text, out until timestamptz, out switch uuid,
    out no text, out reason text
) returns record
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    select s.mode, coalesce(s.ended_at, s.ends_at), s.id, s.no, s.reason
      into mode, until, switch, no, reason
      from station.mode_switch s
     where s.county = p_county
       and s.county = nullif(current_setting('wl.county', true), '')::int
       and s.state in ('approved', 'active', 'ended')
       and s.deleted_at is null
       and s.starts_at <= p_at
       and (coalesce(s.ended_at, s.ends_at) is null or coalesce(s.ended_at, s.ends_at) > p_at)
       and core.mode_over(s.div, s.areas, p_div, p_div + 1)
       and (s.venue is null or s.venue = p_venue)
       and (coalesce(cardinality(s.services), 0) = 0 or p_service = any (s.services))
     order by core.mode_rank(s.mode) desc, until desc nulls first, s.id
     limit 1;
    mode := coalesce(mode, 'NORMAL');
    if p_service is not null then
        select p.how, p.instead into how, instead
          from core.service_policy(p_county, p_service, mode,
                                   (p_at at time zone 'Asia/Shanghai')::date) p;
    end if;
end $$;
comment on function core.service_mode(int, bigint, text, uuid, timestamptz) is
    'the effective mode and how the service goes on in it; NORMAL and ALLOW where nothing covers it';

-- The one word that guards and computes need.
create function core.service_how(
    p_county int, p_div bigint, p_service text, p_venue uuid default null,
    p_at timestamptz default now()
) returns text
    language sql stable
    as $$ select m.how from core.service_mode(p_county, p_div, p_service, p_venue, p_at) m $$;
comment on function core.service_how(int, bigint, text, uuid, timestamptz) is
    'ALLOW, ONLINE, CONTACTLESS or SUSPEND';

-- The county at a glance: every township within the caller's scope, with its mode and what its
-- services do.
create function core.service_modes(p_county int, p_at timestamptz default now()) returns table (
    div bigint, name text, mode text, until timestamptz, switches bigint, suspended jsonb,
    online jsonb, contactless jsonb)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select d.code, d.name, m.mode, m.until,
           (select count(*)
              from station.mode_switch s
             where s.county = p_county and s.state in ('approved', 'active')
               and s.deleted_at is null and s.starts_at <= p_at
               and (s.ends_at is null or s.ends_at > p_at)
               and core.mode_over(s.div, s.areas, d.code, core.scope_hi(d.code))),
           coalesce(h.suspended, '[]'), coalesce(h.online, '[]'), coalesce(h.contactless, '[]')
      from core.division d
     cross join lateral core.service_mode(p_county, d.code, null, null, p_at) m
     cross join lateral (
         select jsonb_agg(t.code order by t.code) filter (where x.how = 'SUSPEND') as suspended,
                jsonb_agg(t.code order by t.code) filter (where x.how = 'ONLINE') as online,
                jsonb_agg(t.code order by t.code) filter (where x.how = 'CONTACTLESS')
                    as contactless
           from core.service_type t
          cross join lateral core.service_mode(p_county, d.code, t.code, null, p_at) x) h
     where d.level = 4
       and d.code >= p_county::bigint * 1000000
       and d.code < (p_county::bigint + 1) * 1000000
       and d.code < (select nullif(current_setting('wl.hi', true), '')::bigint)
       and core.scope_hi(d.code) > (select nullif(current_setting('wl.lo', true), '')::bigint)
       and p_county = (select nullif(current_setting('wl.county', true), '')::int)
       and (d.valid_to is null or d.valid_to > core.today())
     order by d.code $$;

revoke execute on function
    core.mode_overlaps(int, uuid, bigint, jsonb, uuid, text[], timestamptz, timestamptz),
    core.service_policy(int, text, text, date),
    core.service_mode(int, bigint, text, uuid, timestamptz),
    core.service_modes(int, timestamptz) from public;
grant execute on function
    core.mode_overlaps(int, uuid, bigint, jsonb, uuid, text[], timestamptz, timestamptz),
    core.service_policy(int, text, text, date),
    core.service_mode(int, bigint, text, uuid, timestamptz),
    core.service_modes(int, timestamptz) to wulian_app, wulian_check, wulian_view;
