-- One row of two stations: what is handed on (referrals) is seen and acted on where it goes as well, and
-- while it runs the person's own row can be read there, one at a time.

create table core.reach_door (
    name text not null,
    door text not null check (door = 'handed'),
    primary key (name, door)
);
comment on table core.reach_door is
    'tables with another permissive policy beside their scope, from core.handed_on';
grant select on core.reach_door to wulian_app;

-- The doors as they must be, for the start-up check to compare with; it holds no rows.
create table core.reach (
    county int not null,
    id uuid not null,
    to_div bigint not null
);
comment on table core.reach is 'template of the policies of core.handed_on';
alter table core.reach enable row level security;

create procedure core.reach_name(p_table regclass, p_door text)
    language sql
    as $$
    insert into core.reach_door (name, door)
    select format('%I.%I', n.nspname, c.relname), p_door
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.oid = p_table
$$;

-- Seen and changed by whoever's scope holds to_div. New rows are made where div lies, as ever.
create procedure core.handed_policies(p_table regclass, p_log boolean)
    language plpgsql
    as $$
declare
    there constant text := $q$to_div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
        and to_div < (select nullif(current_setting('wl.hi', true), '')::bigint)$q$;
begin
    execute format('create policy handed_read on %s for select using (%s)', p_table, there);
    if p_log is distinct from true then
        execute format('create policy handed_act on %s for update using (%s) with check (%s)',
                       p_table, there, there);
    end if;
    if p_log is distinct from false then
        execute format('create policy handed_log on %s for insert with check (%s)', p_table, there);
    end if;
end $$;

create procedure core.handed_on(p_table regclass)
    language plpgsql
    as $$
declare
    history regclass := (p_table::text || '_history')::regclass;
begin
    call core.handed_policies(p_table, false);
    call core.handed_policies(history, true);
    call core.reach_name(p_table, 'handed');
    call core.reach_name(history, 'handed');
end $$;
comment on procedure core.handed_on(regclass) is
    'after core.record_table, on a table with to_div bigint not null: seen and acted on there, too';

call core.handed_policies('core.reach', null);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('referral.share_days', '90', 'days', '[A]', null);

alter table station.referral add column shared_until timestamptz;
alter table station.referral_history add column shared_until timestamptz;
grant update (shared_until) on station.referral to wulian_app;
create index referral_shared on station.referral (county, person, to_div)
    where state in ('accepted', 'finished') and deleted_at is null;
call core.handed_on('station.referral');

-- A resident's row outside the caller's scope, while a referral that was accepted where the caller is has
-- neither ended nor run out. A policy of the table would say the same, but no list could then walk an index
-- by its scope; nobody but this function gets past the scope.
create function core.shared_resident(p_id uuid) returns setof station.resident
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := nullif(current_setting('wl.county', true), '')::int;
    my_lo bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    my_hi bigint := nullif(current_setting('wl.hi', true), '')::bigint;
begin
    return query
    select t.*
      from station.resident t
     where t.county = my_county
       and t.id = p_id
       and exists (
           select from station.referral r
            where r.county = my_county
              and r.person = p_id
              and r.to_div >= my_lo
              and r.to_div < my_hi
              and r.state in ('accepted', 'finished')
              and r.shared_until > now()
              and r.deleted_at is null);
end $$;
comment on function core.shared_resident(uuid) is 'the row that a running referral shares with the caller; else none';
revoke execute on function core.shared_resident(uuid) from public;
grant execute on function core.shared_resident(uuid) to wulian_app;

-- As in 0033, with the doors of core.reach_door.
create or replace function core.isolation_faults() returns table (fault text)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    with tenant as (
        select c.oid, c.oid::regclass::text as name, c.relrowsecurity, c.relispartition,
               has_any_column_privilege('wulian_app', c.oid, 'select,insert,update') as open,
               (select count(*) = 2 from pg_attribute a
                 where a.attrelid = c.oid and a.attname in ('div', 'version') and not a.attisdropped)
                   as scoped
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p')
           and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
           and n.nspname not like 'pg\_temp%'
           and c.oid not in ('core.record'::regclass, 'core.reach'::regclass)
           and exists (select from pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'county' and not a.attisdropped)
    ), policy as (
        select p.polrelid, p.polname, p.polpermissive, p.polcmd, p.polroles,
               p.polcmd = '*' and p.polroles = '{0}' as always,
               pg_get_expr(p.polqual, p.polrelid) as qual,
               pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) as checked
          from pg_policy p
    ), standard as (
        select * from policy where polrelid = 'core.record'::regclass
    ), door as (
        select * from policy where polrelid = 'core.reach'::regclass
    )
    select 'table ' || t.name || ' has no row security'
      from tenant t
     where not t.relrowsecurity
    union all
    select 'table ' || t.name || ' is open to the application without a restrictive county policy'
      from tenant t
     where not t.relispartition
       and t.open
       and not exists (select from policy p
                         join standard s using (polname, polpermissive, always, qual, checked)
                        where p.polrelid = t.oid and p.polname = 'county')
    union all
    select 'table ' || t.name || ' has a permissive policy ' || p.polname || ' that is not the scope'
      from tenant t
      join policy p on p.polrelid = t.oid
     where t.open
       and t.scoped
       and p.polpermissive
       and not exists (select from standard s
                        where s.polpermissive and s.always and p.always
                          and s.qual = p.qual and s.checked = p.checked)
       and not (p.polname = 'county_wide' and p.polcmd = 'r' and p.qual = 'true'
                and exists (select from core.county_wide_table w where w.name = t.name))
       and not exists (select from door d
                         join core.reach_door k on k.name = t.name
                          and k.door = split_part(d.polname, '_', 1)
                        where d.polname = p.polname and d.polcmd = p.polcmd and d.polroles = p.polroles
                          and d.qual is not distinct from p.qual
                          and d.checked is not distinct from p.checked)
    union all
    select 'partition ' || t.name || ' is open to the application without its parent''s policies'
      from tenant t
     where t.relispartition
       and t.open
    union all
    select 'key ' || i.indexrelid::regclass::text || ' of ' || t.name || ' does not begin with county'
      from tenant t
      join pg_index i on i.indrelid = t.oid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
     where i.indisunique
       and a.attname <> 'county'
    union all
    select 'role ' || r.rolname || ' owns ' || c.oid::regclass::text
      from pg_class c
      join pg_roles r on r.oid = c.relowner
     where r.rolname in ('wulian_app', 'wulian_gate', 'wulian_check')
    union all
    select 'role ' || r.rolname || ' may bypass row security'
      from pg_roles r
     where r.rolname in ('wulian_app', 'wulian_gate', 'wulian_check', 'wulian_view')
       and (r.rolbypassrls or r.rolsuper)
$$;
