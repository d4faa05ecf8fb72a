-- What the whole county reads and only its own place changes: org units, brand plans, bulletins, policy
-- documents. The restrictive county policy stays; beside the scope stands a door for reading alone.

create table core.county_wide_table (
    name text primary key
);
comment on table core.county_wide_table is
    'tables, and their histories, that core.county_wide opened to readers of the whole county';
grant select on core.county_wide_table to wulian_app;

create procedure core.county_wide(p_table regclass)
    language plpgsql
    as $$
declare
    t regclass;
begin
    foreach t in array array[p_table, (p_table::text || '_history')::regclass] loop
        execute format('create policy county_wide on %s for select using (true)', t);
        insert into core.county_wide_table (name)
        select format('%I.%I', n.nspname, c.relname)
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.oid = t;
    end loop;
end $$;
comment on procedure core.county_wide(regclass) is
    'after core.record_table: rows are read in the whole county, and written within the scope as ever';

-- As in 0013, but that what stands in core.county_wide_table has one door more, for reading.
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
           and c.oid <> 'core.record'::regclass
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
