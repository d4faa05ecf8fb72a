-- The network of stations (机构与场地): what a unit is known by, its rooms and venues, sites it shares, the
-- standard it is checked against, demonstration sites, the workers' cards, and the figures of coverage.

-- ---- org units -----------------------------------------------------------------------------------

alter table admin.org_unit
    add column star bigint,
    add column star_batch text,
    add column address text,
    add column contact_name text,
    add column lng numeric(18, 6),
    add column lat numeric(18, 6),
    add column service_lines text[],
    add column shares_site_with uuid,
    add constraint org_unit_star check (star between 0 and 5);
alter table admin.org_unit_history
    add column star bigint,
    add column star_batch text,
    add column address text,
    add column contact_name text,
    add column lng numeric(18, 6),
    add column lat numeric(18, 6),
    add column service_lines text[],
    add column shares_site_with uuid;
comment on column admin.org_unit.star is '星级: 0 to 5, as granted by a star review';
comment on column admin.org_unit.star_batch is '批次 of the star';
comment on column admin.org_unit.service_lines is '服务项目 of an agency';
comment on column admin.org_unit.shares_site_with is '共用场地: the venue a station works in beside others';
grant update (star, star_batch, address, contact_name, lng, lat, service_lines, shares_site_with)
    on admin.org_unit to wulian_app;

-- Which status may follow which. A unit may be entered in whatever status it is.
create function core.org_status_follows(p_from text, p_to text) returns boolean
    language sql immutable parallel safe
    as $$
    select p_from = p_to or (p_from, p_to) in (
        ('PLANNED', 'PLAQUED'), ('PLANNED', 'CLOSED'),
        ('PLAQUED', 'OPERATING'), ('PLAQUED', 'SUSPENDED'), ('PLAQUED', 'CLOSED'),
        ('OPERATING', 'SUSPENDED'), ('OPERATING', 'CLOSED'),
        ('SUSPENDED', 'PLAQUED'), ('SUSPENDED', 'OPERATING'), ('SUSPENDED', 'CLOSED'))
    $$;
grant execute on function core.org_status_follows(text, text) to wulian_app;

-- ---- rooms ---------------------------------------------------------------------------------------

create table station.station_room (
    like core.record including defaults including generated including constraints,
    unit uuid not null,
    type text not null,
    name text not null,
    area_m2 numeric(18, 1) not null,
    has_logo boolean not null,
    books bigint,
    plants bigint,
    photo uuid,
    photo_2 uuid,
    photo_3 uuid,
    inspected_on date,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id)
);
comment on table station.station_room is '功能室 of a station or village room: office, archive, casework, group room';
create index station_room_created on station.station_room
    (county, created_at desc, id desc, township, type);
create index station_room_place on station.station_room
    (county, township, created_at desc, id desc, div, type);
create index station_room_unit on station.station_room (county, unit, created_at desc, id desc);
call core.record_table('station.station_room', null);

-- ---- venues --------------------------------------------------------------------------------------

create table station.venue (
    like core.record including defaults including generated including constraints,
    name text not null,
    type text not null,
    unit uuid,
    address text,
    capacity bigint,
    manager uuid,
    phone text,
    open_mode text not null,
    lng numeric(18, 6),
    lat numeric(18, 6),
    photo uuid,
    closed_on date,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    foreign key (county, manager) references admin.account (county, id)
);
comment on table station.venue is '服务场地: day-care centres, children''s homes, schools, cultural stations';
create index venue_created on station.venue (county, created_at desc, id desc, township, type, open_mode);
create index venue_place on station.venue
    (county, township, created_at desc, id desc, div, type, open_mode);
call core.record_table('station.venue', null);

create table station.site_share (
    like core.record including defaults including generated including constraints,
    unit uuid not null,
    venue uuid not null,
    rooms text,
    starts_on date not null,
    ends_on date,
    agreement uuid,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    foreign key (county, venue) references station.venue (county, id),
    constraint site_share_state check (state in ('draft', 'active', 'ended'))
);
comment on table station.site_share is '站点共用: a home-care centre or children''s home that a station works in';
create unique index site_share_once on station.site_share (county, unit, venue)
    where deleted_at is null and state <> 'ended';
create index site_share_created on station.site_share
    (county, created_at desc, id desc, township, state);
create index site_share_place on station.site_share
    (county, township, created_at desc, id desc, div, state);
create index site_share_venue on station.site_share (county, venue, created_at desc, id desc);
create index site_share_unit on station.site_share (county, unit, created_at desc, id desc);
call core.record_table('station.site_share', null);

-- ---- the standard --------------------------------------------------------------------------------

create table station.check_scheme (
    like core.record including defaults including generated including constraints,
    name text not null,
    edition text not null,
    kind text not null,
    basis text,
    items jsonb not null,
    state text not null,
    primary key (county, id),
    constraint check_scheme_state check (state in ('draft', 'published', 'retired'))
);
comment on table station.check_scheme is '标准检查表: what facilities, people served and service scale must reach; items are data';
create unique index check_scheme_one on station.check_scheme (county, kind)
    where deleted_at is null and state = 'published';
create index check_scheme_created on station.check_scheme
    (county, created_at desc, id desc, township, kind, state);
create index check_scheme_place on station.check_scheme
    (county, township, created_at desc, id desc, div, kind, state);
call core.record_table('station.check_scheme', null);
call core.county_wide('station.check_scheme');

create table station.standard_check (
    like core.record including defaults including generated including constraints,
    unit uuid not null,
    scheme uuid not null,
    checked_on date not null,
    checked_by uuid not null,
    items jsonb not null,
    photo uuid,
    note text,
    passed boolean not null,
    missing text,
    confirmed_by uuid,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    foreign key (county, scheme) references station.check_scheme (county, id),
    constraint standard_check_state check (state in ('recorded', 'confirmed', 'voided'))
);
comment on table station.standard_check is '标准检查 of a unit against a checklist; passed is worked out, never said';
create index standard_check_created on station.standard_check
    (county, created_at desc, id desc, township, passed, state);
create index standard_check_place on station.standard_check
    (county, township, created_at desc, id desc, div, passed, state);
create index standard_check_unit on station.standard_check (county, unit, checked_on desc, id desc);
call core.record_table('station.standard_check', null);

-- Items of a checklist that must hold and do not by these results, as a text; '' when all hold.
create function station.check_missing(p_county int, p_scheme uuid, p_items jsonb) returns text
    language plpgsql stable
    as $$
begin
    return coalesce((
        select string_agg(i ->> 'name', '、' order by n)
          from station.check_scheme s
         cross join lateral jsonb_array_elements(s.items) with ordinality x (i, n)
         where s.county = p_county
           and s.id = p_scheme
           and (i ->> 'must')::boolean
           and not exists (
               select from jsonb_array_elements(p_items) r
                where r ->> 'code' = i ->> 'code'
                  and case i ->> 'measure'
                          when 'NUMBER' then (r ->> 'value')::numeric >= (i ->> 'at_least')::numeric
                          else (r ->> 'met')::boolean
                      end)), '');
end $$;

-- Whether the results answer each item of the checklist once, and nothing else.
create function station.check_complete(p_county int, p_scheme uuid, p_items jsonb) returns boolean
    language plpgsql stable
    as $$
begin
    return (
        select array_agg(i ->> 'code' order by i ->> 'code')
          from station.check_scheme s
         cross join lateral jsonb_array_elements(s.items) i
         where s.county = p_county
           and s.id = p_scheme) = (
        select array_agg(r ->> 'code' order by r ->> 'code')
          from jsonb_array_elements(p_items) r);
end $$;
grant execute on function station.check_missing(int, uuid, jsonb),
    station.check_complete(int, uuid, jsonb) to wulian_app;

-- ---- demonstration sites -------------------------------------------------------------------------

create table station.demo_site (
    like core.record including defaults including generated including constraints,
    unit uuid not null,
    title text not null,
    feature text not null,
    plan jsonb not null,
    result text,
    reason text,
    approved_on date,
    state text not null,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    constraint demo_site_state check (state in ('proposed', 'approved', 'evaluated', 'withdrawn'))
);
comment on table station.demo_site is '示范点: each with a plan of its own, no one size for all';
create unique index demo_site_once on station.demo_site (county, unit)
    where deleted_at is null and state <> 'withdrawn';
create unique index demo_site_feature on station.demo_site (county, feature)
    where deleted_at is null and state <> 'withdrawn';
create index demo_site_created on station.demo_site (county, created_at desc, id desc, township, state);
create index demo_site_place on station.demo_site
    (county, township, created_at desc, id desc, div, state);
call core.record_table('station.demo_site', null);
call core.county_wide('station.demo_site');

-- ---- the workers' cards --------------------------------------------------------------------------

create table station.contact_card (
    like core.record including defaults including generated including constraints,
    account uuid not null,
    unit uuid not null,
    name text not null,
    title text,
    place bigint not null,
    phone text not null,
    hours text,
    languages text,
    intro text not null,
    photo uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    constraint contact_card_state check (state in ('draft', 'published', 'withdrawn'))
);
comment on table station.contact_card is '公开联系卡: a worker introduces herself by name, with her own consent';
create unique index contact_card_once on station.contact_card (county, account)
    where deleted_at is null and state <> 'withdrawn';
create index contact_card_created on station.contact_card
    (county, created_at desc, id desc, township, place, state);
create index contact_card_place on station.contact_card
    (county, township, created_at desc, id desc, div, place, state);
call core.record_table('station.contact_card', null);
call core.county_wide('station.contact_card');

-- ---- what coverage is counted from ---------------------------------------------------------------

grant select on admin.org_unit, admin.post to wulian_view;
grant create on schema station to wulian_view;
create view station.v_network_unit as
    select county, id, div, township, kind, status, plaque_date, entity_op_date, is_demo, star
      from admin.org_unit
     where deleted_at is null;
alter view station.v_network_unit owner to wulian_view;
create view station.v_network_worker as
    select county, account, role, (scope_div / 1000)::int as township, valid_from, valid_to
      from admin.post
     where deleted_at is null and state = 'active';
alter view station.v_network_worker owner to wulian_view;
create view station.v_network_place as
    select (code / 1000000)::int as county, code, (code / 1000)::int as township, name, level,
           valid_from, valid_to
      from core.division
     where code >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and code < (select nullif(current_setting('wl.hi', true), '')::bigint);
comment on view station.v_network_place is 'divisions within the caller''s scope';
alter view station.v_network_place owner to wulian_view;
revoke create on schema station from wulian_view;
grant select on station.v_network_unit, station.v_network_worker, station.v_network_place
    to wulian_app, wulian_check;
grant execute on function core.param(int, text, date) to wulian_check;

-- ---- code tables and figures ---------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('ROOM_TYPE', 'OFFICE', '办公室', 'office', 1),
    ('ROOM_TYPE', 'ARCHIVE', '档案室', 'archive', 2),
    ('ROOM_TYPE', 'CASE', '个案工作室(心灵驿站)', 'casework room', 3),
    ('ROOM_TYPE', 'GROUP', '小组工作室(活动室)', 'group room', 4),
    ('ROOM_TYPE', 'COUNSEL', '心理咨询室', 'counselling room', 5),
    ('ROOM_TYPE', 'RECEPTION', '接待室', 'reception', 6),
    ('ROOM_TYPE', 'MULTI', '多功能室', 'multi-purpose room', 7),
    ('VENUE_TYPE', 'DAYCARE', '日间照料中心', 'day-care centre', 1),
    ('VENUE_TYPE', 'HAPPYHOME', '农村幸福院', 'rural happiness home', 2),
    ('VENUE_TYPE', 'HOMECARE', '居家养老服务中心', 'home-care centre', 3),
    ('VENUE_TYPE', 'NURSING', '敬老院', 'home for the aged', 4),
    ('VENUE_TYPE', 'ELDERHOME', '养老院', 'nursing home', 5),
    ('VENUE_TYPE', 'COMPLEX', '养老综合体', 'elder-care complex', 6),
    ('VENUE_TYPE', 'WELFARE', '社会福利中心', 'welfare centre', 7),
    ('VENUE_TYPE', 'CHILDHOME', '儿童之家', 'children''s home', 8),
    ('VENUE_TYPE', 'SCHOOL', '学校', 'school', 9),
    ('VENUE_TYPE', 'CULTURE', '文化站', 'cultural station', 10),
    ('VENUE_TYPE', 'ACTIVITY', '村居活动室', 'village activity room', 11),
    ('VENUE_TYPE', 'CLINIC', '卫生所', 'clinic', 12),
    ('VENUE_TYPE', 'CANTEEN', '助餐点', 'canteen', 13),
    ('CHECK_MEASURE', 'NUMBER', '达到数值', 'reaches a figure', 1),
    ('CHECK_MEASURE', 'YES', '具备', 'is there', 2),
    ('AGENCY_LINE', 'CONSULT', '咨询', 'consultation', 1),
    ('AGENCY_LINE', 'TRAIN', '培训', 'training', 2),
    ('AGENCY_LINE', 'SUPERVISE', '督导', 'supervision', 3),
    ('AGENCY_LINE', 'PLAN', '策划', 'planning', 4),
    ('AGENCY_LINE', 'EVALUATE', '评估', 'evaluation', 5),
    ('AGENCY_LINE', 'PROJECT', '社区发展项目', 'community development projects', 6),
    ('AGENCY_LINE', 'CASEWORK', '个案援助', 'casework', 7),
    ('AGENCY_LINE', 'ACTIVITY', '活动策划', 'activity planning', 8);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('network.workers_per_station', '6', 'persons', '[S3]', null),
    ('network.demo_check_months', '12', 'months', '[A]', null);
