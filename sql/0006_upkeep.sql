-- What the jobs process does by the clock: forgetting what has served its time. Each call deals with
-- one county and a bounded number of rows, so that no lock is held long and the caller repeats.

create index idem_at on core.idem (county, at);
create index session_expires on core.session (county, expires_at);

create function core.counties() returns table (county int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$ select t.county from core.tenant t order by t.county $$;
comment on function core.counties() is 'for background work, which goes county by county';

-- Keys of writes are kept 30 days: a later repeat counts as a new write.
create function core.idem_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
begin
    delete from core.idem i
     using (select o.actor, o.key
              from core.idem o
             where o.county = p_county and o.at < now() - interval '30 days'
             order by o.at
             limit p_most for update skip locked) o
     where i.county = p_county and i.actor = o.actor and i.key = o.key;
    get diagnostics n = row_count;
    return n;
end $$;

-- Sessions that ended or expired a day ago; the audit keeps who signed in.
create function core.session_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
begin
    delete from core.session s
     using (select o.hash
              from core.session o
             where o.county = p_county
               and (o.expires_at < now() - interval '1 day'
                    or o.ended_at < now() - interval '1 day')
             limit p_most for update skip locked) o
     where s.county = p_county and s.hash = o.hash;
    get diagnostics n = row_count;
    return n;
end $$;

-- Number of the newest core migration: a program of another number does not work on this database.
create function core.schema_number() returns int
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return (select max(m.number) from core.migration m where m.source = 'core');
end $$;

revoke execute on function core.counties(), core.idem_forget(int, int),
    core.session_forget(int, int), core.schema_number() from public;
grant execute on function core.counties(), core.idem_forget(int, int),
    core.session_forget(int, int) to wulian_gate;
grant execute on function core.schema_number() to wulian_app, wulian_gate;
