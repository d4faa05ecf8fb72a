-- The stations' common work: residents, households, requests and visits.

create schema station;
grant usage on schema station to wulian_app, wulian_view, wulian_check;

-- ---- working time --------------------------------------------------------------------------------

-- `minutes` of working time after `start`: Monday to Friday, 09:00 to 17:00 in Asia/Shanghai. Public
-- holidays come as data later; until then a limit that spans one ends early, never late.
create function core.work_time_add(start timestamptz, minutes int) returns timestamptz
    language plpgsql immutable parallel safe
    as $$
declare
    at timestamp := start at time zone 'Asia/Shanghai';
    remaining int := minutes;
    free int;
begin
    for i in 1..1000 loop
        if extract(isodow from at) > 5 or at::time >= '17:00' then
            at := date_trunc('day', at) + interval '1 day 9 hours';
            continue;
        end if;
        at := greatest(at, date_trunc('day', at) + interval '9 hours');
        free := extract(epoch from date_trunc('day', at) + interval '17 hours' - at)::int / 60;
        if remaining <= free then
            return (at + make_interval(mins => remaining)) at time zone 'Asia/Shanghai';
        end if;
        remaining := remaining - free;
        at := date_trunc('day', at) + interval '1 day 9 hours';
    end loop;
    raise exception 'working time of % minutes is out of range', minutes;
end $$;

-- When a limit given as a policy parameter runs out: its unit is minutes or working_minutes.
create function core.due_at(p_county int, p_key text, p_from timestamptz) returns timestamptz
    language plpgsql stable
    as $$
declare
    minutes int := core.param(p_county, p_key)::int;
begin
    if (select d.unit from core.policy_default d where d.key = p_key) = 'working_minutes' then
        return core.work_time_add(p_from, minutes);
    end if;
    return p_from + make_interval(mins => minutes);
end $$;
grant execute on function core.work_time_add(timestamptz, int), core.due_at(int, text, timestamptz)
    to wulian_app;

-- ---- residents -----------------------------------------------------------------------------------

create table station.resident (
    like core.record including defaults including generated including constraints,
    name text not null collate "C",
    name_py text not null collate "C",
    name_pi text not null collate "C",
    id_type text,
    id_number_enc bytea,
    id_number_idx bytea,
    id_number_mask text,
    sex text,
    birth date,
    ethnicity text,
    marital text,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    hukou_type text,
    hukou_div bigint,
    address text,
    edu text,
    language text,
    alias text,
    death_date date,
    primary key (county, id),
    foreign key (county) references core.tenant (county)
);
comment on table station.resident is '居民: one natural person once per county; div is where they live';
create unique index resident_id_number on station.resident (county, id_number_idx)
    where deleted_at is null;
create index resident_phone on station.resident (county, phone_idx);
create index resident_name on station.resident (county, name, id);
create index resident_py on station.resident (county, name_py, id);
create index resident_pi on station.resident (county, name_pi, id);
create index resident_created on station.resident (county, created_at desc, id desc);
create index resident_place on station.resident (county, township, created_at desc, id desc);
call core.record_table('station.resident', null);

create table station.household (
    like core.record including defaults including generated including constraints,
    head uuid not null,
    hukou_no text,
    address text,
    primary key (county, id),
    foreign key (county, head) references station.resident (county, id)
);
comment on table station.household is '家庭';
create index household_head on station.household (county, head);
create index household_created on station.household (county, created_at desc, id desc);
create index household_place on station.household (county, township, created_at desc, id desc);
call core.record_table('station.household', null);

create table station.household_member (
    like core.record including defaults including generated including constraints,
    household uuid not null,
    person uuid not null,
    relation text not null,
    joint_living boolean not null,
    since date,
    until date,
    primary key (county, id),
    foreign key (county, household) references station.household (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint household_member_dates check (until is null or since is null or until >= since)
);
comment on table station.household_member is '家庭成员';
create index household_member_household on station.household_member (county, household);
create index household_member_person on station.household_member (county, person);
create index household_member_created on station.household_member (county, created_at desc, id desc);
create index household_member_place
    on station.household_member (county, township, created_at desc, id desc);
call core.record_table('station.household_member', null);

-- ---- requests ------------------------------------------------------------------------------------

create table station.request (
    like core.record including defaults including generated including constraints,
    no text not null,
    channel text not null,
    person uuid,
    caller_name text,
    caller_phone_enc bytea,
    caller_phone_idx bytea,
    caller_phone_mask text,
    caller_relation text,
    category text not null,
    domain text not null,
    urgency text not null,
    content text not null,
    received_at timestamptz not null,
    due_accept_at timestamptz,
    due_finish_at timestamptz,
    state text not null,
    open boolean not null generated always as
        (state not in ('closed', 'rejected', 'merged')) stored,
    staff uuid,
    accepted_at timestamptz,
    assigned_at timestamptz,
    started_at timestamptz,
    done_at timestamptz,
    closed_at timestamptz,
    callback_at timestamptz,
    callback_by uuid,
    reason text,
    result text,
    rating bigint,
    callback_note text,
    returns bigint not null default 0,
    reopens bigint not null default 0,
    merged_into uuid,
    plugin_ref text,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, staff) references admin.account (county, id),
    foreign key (county, merged_into) references station.request (county, id),
    constraint request_no unique (county, no),
    constraint request_state check (state in (
        'new', 'accepted', 'assigned', 'in_progress', 'done', 'callback', 'closed', 'rejected',
        'returned', 'transferred', 'merged')),
    constraint request_rating check (rating between 1 and 5),
    constraint request_merged check (merged_into <> id)
);
comment on table station.request is '服务诉求: the single way in, from every channel';
comment on column station.request.plugin_ref is 'work made from it in a plugin, "elderly.errand:<id>"';
create index request_queue on station.request (county, org, open, received_at desc, id desc);
create index request_place on station.request (county, township, received_at desc, id desc);
create index request_received on station.request (county, received_at desc, id desc);
create index request_closed on station.request (county, closed_at) where closed_at is not null;
create index request_person on station.request (county, person, received_at desc, id desc);
create index request_merged on station.request (county, merged_into) where merged_into is not null;
create index request_staff on station.request (county, staff, open, received_at desc, id desc);
call core.record_table('station.request', null);

-- ---- visits --------------------------------------------------------------------------------------

create table station.visit (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    kind text not null,
    visited_at timestamptz not null,
    minutes bigint,
    result text not null,
    risk text,
    note text,
    request uuid,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id)
);
comment on table station.visit is '探访';
create index visit_person on station.visit (county, person, visited_at desc, id desc);
create index visit_place on station.visit (county, township, visited_at desc, id desc);
create index visit_at on station.visit (county, visited_at desc, id desc);
call core.record_table('station.visit', null);

-- ---- what plugins may read -----------------------------------------------------------------------

-- Owned by wulian_view, which owns nothing else and may bypass nothing: row security of the base
-- tables holds for whoever reads them. No identifiers, no contact data.
grant select on station.resident, station.request to wulian_view;
grant create on schema station to wulian_view;
create view station.v_resident as
    select county, id, div, org, name, sex, birth
      from station.resident
     where deleted_at is null;
alter view station.v_resident owner to wulian_view;
create view station.v_request as
    select county, id, div, org, no, person, category, urgency, state, received_at, due_finish_at,
           staff
      from station.request
     where deleted_at is null;
alter view station.v_request owner to wulian_view;
revoke create on schema station from wulian_view;
grant select on station.v_resident, station.v_request to wulian_app, wulian_check;

-- ---- code tables ---------------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('REQ_DOMAIN', 'E', '为老服务', 'elderly', 1),
    ('REQ_DOMAIN', 'C', '儿童关爱', 'children', 2),
    ('REQ_DOMAIN', 'A', '社会救助', 'assistance', 3),
    ('REQ_DOMAIN', 'G', '基层治理', 'governance', 4),
    ('REQ_DOMAIN', 'K', '综合', 'general', 5);
