-- Policy parameters and the policy library: what the province, the city and the county set instead of
-- the national defaults, from when to when and on which document, and who confirmed it.

insert into core.code (tab, code, zh, en, sort) values
    ('POLICY_LEVEL', 'NATIONAL', '国家', 'national', 1),
    ('POLICY_LEVEL', 'PROVINCE', '省', 'provincial', 2),
    ('POLICY_LEVEL', 'CITY', '市', 'city', 3),
    ('POLICY_LEVEL', 'COUNTY', '县', 'county', 4),
    ('POLICY_TOPIC', 'ELDERLY', '养老服务', 'services for elders', 1),
    ('POLICY_TOPIC', 'CHILDREN', '儿童福利与保护', 'child welfare and protection', 2),
    ('POLICY_TOPIC', 'ASSISTANCE', '社会救助', 'social assistance', 3),
    ('POLICY_TOPIC', 'GOVERNANCE', '基层治理', 'grassroots governance', 4),
    ('POLICY_TOPIC', 'SOCIAL_WORK', '社会工作', 'social work', 5),
    ('POLICY_TOPIC', 'DISABILITY', '残疾人福利', 'welfare of the disabled', 6),
    ('POLICY_TOPIC', 'CHARITY', '慈善与志愿服务', 'charity and volunteering', 7),
    ('POLICY_TOPIC', 'FUNDS', '资金与购买服务', 'funds and purchased services', 8),
    ('POLICY_TOPIC', 'OTHER', '其他', 'other', 9);

-- ---- the library ---------------------------------------------------------------------------------

create table station.policy_doc (
    like core.record including defaults including generated including constraints,
    no text not null collate "C",
    title text not null collate "C",
    issuer text not null,
    level text not null,
    topic text not null,
    issued_on date not null,
    valid_from date,
    valid_to date,
    summary text,
    file uuid,
    replaces uuid,
    superseded_by uuid,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, replaces) references station.policy_doc (county, id),
    foreign key (county, superseded_by) references station.policy_doc (county, id),
    constraint policy_doc_state check (state in ('draft', 'in_force', 'superseded', 'repealed')),
    constraint policy_doc_other check (replaces <> id)
);
comment on table station.policy_doc is '政策库: documents of every level, each version and what follows it';
create unique index policy_doc_no on station.policy_doc (county, no) where deleted_at is null;
create index policy_doc_created on station.policy_doc
    (county, created_at desc, id desc, topic, level, state);
create index policy_doc_issued on station.policy_doc
    (county, issued_on desc, id desc, topic, level, state);
create index policy_doc_title on station.policy_doc (county, title, id);
create index policy_doc_replaces on station.policy_doc (county, replaces);
create index policy_doc_superseded on station.policy_doc (county, superseded_by);
call core.record_table('station.policy_doc', null);
call core.county_wide('station.policy_doc');

-- ---- values --------------------------------------------------------------------------------------

create table station.policy_value (
    like core.record including defaults including generated including constraints,
    key text not null references core.policy_default (key),
    level text not null,
    value text not null,
    unit text not null,
    effective_from date not null,
    effective_to date,
    basis text,
    doc uuid,
    confirmed_by uuid,
    confirmed_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, doc) references station.policy_doc (county, id),
    constraint policy_value_level check (level in ('NATIONAL', 'PROVINCE', 'CITY', 'COUNTY')),
    constraint policy_value_state check (state in ('proposed', 'confirmed', 'withdrawn'))
);
comment on table station.policy_value is '政策参数: a value of a key at a level over a time; in use unless withdrawn, sure once confirmed';
comment on column station.policy_value.level is 'whose value it is: a lower level stands over a higher one';
create unique index policy_value_once on station.policy_value (county, key, level, effective_from)
    where deleted_at is null and state <> 'withdrawn';
create index policy_value_key on station.policy_value (county, key, effective_from desc, id desc);
create index policy_value_from on station.policy_value
    (county, effective_from desc, id desc, key, level, state);
create index policy_value_created on station.policy_value
    (county, created_at desc, id desc, key, level, state);
create index policy_value_doc on station.policy_value (county, doc);
call core.record_table('station.policy_value', null);
call core.county_wide('station.policy_value');

-- What counties had set so far, confirmed where somebody had confirmed it.
insert into station.policy_value (county, id, div, org, change, created_by, updated_by, key, level, value,
        unit, effective_from, effective_to, basis, confirmed_by, confirmed_at, state)
select p.county, gen_random_uuid(), p.county::bigint * 1000000,
       core.station_of(p.county, p.county::bigint * 1000000), gen_random_uuid(),
       '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', p.key, 'COUNTY',
       p.value, d.unit, p.effective_from, p.effective_to, p.basis, p.confirmed_by,
       case when p.confirmed_by is not null then now() end,
       case when p.confirmed_by is null then 'proposed' else 'confirmed' end
  from core.policy_param p
  join core.policy_default d on d.key = p.key;
insert into station.policy_value_history select * from station.policy_value;
drop table core.policy_param;

-- ---- in use --------------------------------------------------------------------------------------

create function core.policy_rank(p_level text) returns int
    language sql immutable parallel safe
    as $$ select case p_level when 'COUNTY' then 4 when 'CITY' then 3 when 'PROVINCE' then 2 else 1 end $$;
comment on function core.policy_rank(text) is 'the higher stands over the lower';

-- Of the values that hold on the day the lowest level's; of those the one that began last, so that one
-- for a while goes before a standing one and gives way to it afterwards.
create or replace function core.param(p_county int, p_key text, p_on date default core.today())
    returns text
    language plpgsql stable parallel safe
    as $$
begin
    return coalesce(
        (select p.value
           from station.policy_value p
          where p.county = p_county
            and p.key = p_key
            and p.effective_from <= p_on
            and (p.effective_to is null or p.effective_to > p_on)
            and p.state <> 'withdrawn'
            and p.deleted_at is null
          order by core.policy_rank(p.level) desc, p.effective_from desc
          limit 1),
        (select d.value from core.policy_default d where d.key = p_key));
end $$;

create function core.policy_unit(p_key text) returns text
    language sql stable parallel safe
    as $$ select d.unit from core.policy_default d where d.key = p_key $$;

-- Whether a value has the form that its key's unit asks for: whole numbers, percent with two places at
-- most where the default is not whole, yes or no, a time of day, a code.
create function core.policy_value_fits(p_key text, p_value text) returns boolean
    language sql stable parallel safe
    as $$
    select coalesce(bool_or(case d.unit
               when 'bool' then p_value in ('true', 'false')
               when 'clock' then p_value ~ '^([01]\d|2[0-3]):[0-5]\d$'
               when 'code' then p_value ~ '^[A-Za-z0-9_.-]{1,40}$'
               when 'text' then length(p_value) between 1 and 200
               when 'percent' then p_value ~ case when d.value ~ '^\d+$' then '^\d{1,4}$'
                                                  else '^\d{1,4}(\.\d{1,2})?$' end
               else p_value ~ '^\d{1,12}$' end), false)
      from core.policy_default d
     where d.key = p_key
$$;
grant select on core.policy_default to wulian_check;
grant execute on function core.policy_rank(text), core.policy_unit(text),
    core.policy_value_fits(text, text) to wulian_app, wulian_gate, wulian_view;
