-- What the other scripts call. All of them run in one transaction, at whose end the schema goes.

create schema demo;
set local search_path to demo;

create function demo.county() returns int
    language sql stable
    as $$ select current_setting('demo.county')::int $$;

-- A die whose fall is settled by its name.
create function demo.roll(p_name text, p_sides int) returns int
    language sql immutable
    as $$ select (abs(hashtextextended(p_name, 20260101) % p_sides))::int $$;

create function demo.pick(p_name text, p_of text[]) returns text
    language sql immutable
    as $$ select p_of[1 + demo.roll(p_name, cardinality(p_of))] $$;

-- A UUID of version 7 of that moment.
create function demo.id(p_name text, p_at timestamptz) returns uuid
    language sql immutable
    as $$
    select (substr(t.hex, 1, 8) || '-' || substr(t.hex, 9, 4) || '-7' || substr(m.hex, 1, 3)
            || '-8' || substr(m.hex, 4, 3) || '-' || substr(m.hex, 7, 12))::uuid
      from (select lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') as hex) t,
           (select md5(p_name) as hex) m
$$;

-- That day at that time in the county.
create function demo.at(p_day date, p_minutes int) returns timestamptz
    language sql immutable
    as $$ select (p_day + make_interval(mins => p_minutes)) at time zone 'Asia/Shanghai' $$;

-- The days of the year that ended yesterday.
create function demo.days() returns setof date
    language sql stable
    as $$ select d::date from generate_series(core.today() - 365, core.today() - 1, '1 day') d $$;

-- The stations, and who works in them: n counts a station's workers, the head is 0.
create table stations as
    select o.id, o.div, o.township, o.township::text as key, o.name,
           row_number() over (order by o.div)::int as n
      from admin.org_unit o
     where o.county = demo.county() and o.kind = 'STATION' and o.deleted_at is null;
create table staff as
    select p.account, a.login as key, s.id as org, s.township, s.div, p.role,
           case when p.role = 'station_head' then 0
                else row_number() over (partition by s.id, p.role order by a.login) end::int as n,
           count(*) filter (where p.role = 'social_worker') over (partition by s.id)::int as workers
      from admin.post p
      join admin.account a on a.county = p.county and a.id = p.account
      join stations s on s.div = p.scope_div
     where p.county = demo.county() and p.role in ('station_head', 'social_worker')
       and p.state = 'active';
create unique index on staff (org, n);
create table people as
    select r.*, r.township || '-' || r.n as key
      from (select x.id, x.div, x.township, x.birth, x.sex,
                   row_number() over (partition by x.township order by x.id)::int as n,
                   count(*) over (partition by x.township)::int as of
              from station.resident x
             where x.county = demo.county() and x.deleted_at is null) r;
create unique index on people (township, n);
analyze stations;
analyze staff;
analyze people;

-- Somebody of the county's own: who works the hotline, who administers.
create function demo.holder(p_role text) returns uuid
    language sql stable
    as $$
    select p.account from admin.post p
     where p.county = demo.county() and p.role = p_role and p.state = 'active'
     order by p.created_at, p.id limit 1
$$;

-- Columns of a table, by name: a history has them in another order where one was replaced.
create function demo.columns(p_table regclass) returns text
    language sql stable
    as $$
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
      from pg_attribute a
     where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
$$;

-- The one version of rows that never changed.
create procedure demo.written(p_table regclass)
    language plpgsql
    as $$
begin
    execute format('insert into %s (%s) select %2$s from %s t where t.county = $1 on conflict do nothing',
                   p_table::text || '_history', demo.columns(p_table), p_table)
      using demo.county();
end $$;

-- The versions of rows that the scripts wrote (change = id) and whose last one is in the table. `steps`
-- is a list of {"state", "when", "days" or "hours", "by", "sets", "is"}: the state, the column that says when it
-- was reached or the time since the row was made, the column that says by whom, the columns that were
-- empty before (besides "when"), and what else was as it says then. A row went through all steps up to
-- its own state; the table gets version and stamp of the last.
create procedure demo.lived(p_table regclass, p_steps jsonb)
    language plpgsql
    as $$
declare
    history text := p_table::text || '_history';
    known text[] := '{}';
    step jsonb;
    later jsonb;
    moment text;
    who text;
begin
    for i in 0..jsonb_array_length(p_steps) - 1 loop
        step := p_steps -> i;
        known := known || (step ->> 'when');
        moment := case when step ? 'when' then format('t.%I', step ->> 'when')
                   else format('(t.created_at + make_interval(days => %s, hours => %s))', coalesce((step ->> 'days')::int, 0),
                               coalesce((step ->> 'hours')::int, 0)) end;
        who := format('coalesce(t.%I, t.created_by)', coalesce(step ->> 'by', 'created_by'));
        select coalesce(jsonb_object_agg(c, null), '{}') into later
          from (select x ->> 'when' as c from jsonb_array_elements(p_steps) with ordinality e(x, n)
                 where n > i + 1 and x ? 'when'
                union
                select s from jsonb_array_elements(p_steps) with ordinality e(x, n),
                       jsonb_array_elements_text(coalesce(x -> 'sets', '[]')) s
                 where n > i + 1) y
         where c <> all (known);
        execute format(
            'insert into %1$s (%3$s) select %4$s from %2$s t, jsonb_populate_record(null::%1$s, to_jsonb(t) || $1'
            ' || jsonb_build_object(''version'', $2, ''state'', $3, ''change'', md5(t.id::text || $2),'
            ' ''updated_at'', %5$s, ''updated_by'', %6$s)) r'
            ' where t.county = $4 and t.state = any ($5) and t.change = t.id on conflict do nothing',
            history, p_table, demo.columns(p_table), 'r.' || replace(demo.columns(p_table), ', ', ', r.'), moment, who)
          using later || coalesce(step -> 'is', '{}'), i + 1, step ->> 'state', demo.county(),
                array(select x ->> 'state' from jsonb_array_elements(p_steps) with ordinality e(x, n)
                       where n > i);
        execute format(
            'update %s t set version = $1, change = md5(t.id::text || $1)::uuid, updated_at = %s,'
            ' updated_by = %s where t.county = $2 and t.state = $3 and t.change = t.id',
            p_table, moment, who)
          using i + 1, demo.county(), step ->> 'state';
    end loop;
end $$;
