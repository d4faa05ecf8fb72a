-- What must hold for every table that carries a county, whoever made it. The server refuses to start
-- while this returns a row.

create function core.isolation_faults() returns table (fault text)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    with tenant as (
        select c.oid, c.oid::regclass::text as name, c.relrowsecurity, c.relispartition
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p')
           and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
           and n.nspname not like 'pg\_temp%'
           and c.oid <> 'core.record'::regclass
           and exists (select from pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'county' and not a.attisdropped)
    )
    select 'table ' || t.name || ' has no row security'
      from tenant t
     where not t.relrowsecurity
    union all
    select 'table ' || t.name || ' is open to the application without a restrictive county policy'
      from tenant t
     where not t.relispartition
       and has_any_column_privilege('wulian_app', t.oid, 'select,insert,update')
       and not exists (select from pg_policy p
                        where p.polrelid = t.oid and not p.polpermissive and p.polname = 'county')
    union all
    select 'partition ' || t.name || ' is open to the application without its parent''s policies'
      from tenant t
     where t.relispartition
       and has_any_column_privilege('wulian_app', t.oid, 'select,insert,update')
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
grant execute on function core.isolation_faults() to wulian_app;
