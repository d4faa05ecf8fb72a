-- Chores: what the clock brings. A ledger says up to which moment each chore of a county is done, and
-- an account of the county's own does them.

create table core.chore_run (
    county int not null references core.tenant (county),
    chore text not null,
    done timestamptz not null,
    since timestamptz not null default now(),
    ran_at timestamptz,
    change uuid,
    n int,
    primary key (county, chore)
);
comment on table core.chore_run is
    'the last moment that is done, by chore ("station.weekly_dispatch"); it begins when the chore is first seen';
comment on column core.chore_run.change is 'id of the run that did it: `change` of its rows, `request` of its audit';
comment on column core.chore_run.n is 'rows it made or changed';
call core.protect('core.chore_run', false);
grant select on core.chore_run to wulian_app;

-- The same in every county: nobody signs in with it, since it has no credential and its role no rights.
create function core.system_account() returns uuid
    language sql immutable parallel safe
    as $$ select '00000000-0000-7000-8000-000000000001'::uuid $$;

-- Id of the row that a chore makes for a key: the same whenever it is made.
create function core.chore_id(p_county int, p_chore text, p_key text) returns uuid
    language sql stable parallel safe
    as $$
    select (substr(h.hex, 1, 12) || '8' || substr(h.hex, 13, 3) || '8' || substr(h.hex, 16, 15))::uuid
      from (select encode(sha256(convert_to(p_county || ' ' || p_chore || ' ' || p_key, 'UTF8')),
                          'hex') as hex) h
$$;

-- ---- for the jobs process (gate) -----------------------------------------------------------------

-- How far these chores are, in every county (null: in this one only): null where one was never seen.
create function core.chores_done(p_county int, p_chores text[])
    returns table (county int, chore text, done bigint, ran bigint, n int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select t.county, c.name, floor(extract(epoch from r.done))::bigint, extract(epoch from r.ran_at)::bigint,
           r.n
      from core.tenant t
      cross join unnest(p_chores) with ordinality as c (name, n)
      left join core.chore_run r on r.county = t.county and r.chore = c.name
     where p_county is null or t.county = p_county
     order by t.county, c.n
$$;

-- From now on, and no catching up from the beginning of time.
create function core.chores_begin(p_county int, p_chores text[], p_at bigint) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    insert into core.chore_run (county, chore, done)
    select p_county, c.name, to_timestamp(p_at)
      from unnest(p_chores) as c (name)
        on conflict on constraint chore_run_pkey do nothing
$$;

-- Opens a service session of the county's own account, which is made when it is missing. False: the
-- county has no bureau to stand at yet.
create function core.chore_session(p_county int, p_hash bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    system constant uuid := core.system_account();
    bureau uuid := core.station_of(p_county, p_county::bigint * 1000000);
begin
    if bureau is null then
        return false;
    end if;
    if not exists (select from admin.account a where a.county = p_county and a.id = system) then
        insert into admin.account (county, id, div, org, change, created_by, updated_by, login, name,
                                   state, approved_by)
        values (p_county, system, p_county::bigint * 1000000, bureau, system, nobody, nobody,
                'wulian.system', '系统', 'active', nobody)
            on conflict do nothing;
        insert into admin.post (county, id, div, org, change, created_by, updated_by, account, role,
                                kind, scope_div, valid_from, state, approved_by)
        values (p_county, system, p_county::bigint * 1000000, bureau, system, nobody, nobody, system,
                'service', 'service', p_county::bigint * 1000000, '1949-10-01', 'active', nobody)
            on conflict do nothing;
        insert into core.audit (county, actor, action, object, object_id, div, request)
        select p_county, nobody, 'create', x.object, system, p_county::bigint * 1000000, system
          from (values ('admin.account'), ('admin.post')) x (object);
        insert into admin.account_history
        select a.* from admin.account a where a.county = p_county and a.id = system
            on conflict do nothing;
        insert into admin.post_history
        select p.* from admin.post p where p.county = p_county and p.id = system
            on conflict do nothing;
    end if;
    insert into core.session (county, hash, kind, account, post, name, expires_at)
    values (p_county, p_hash, 'service', system, system, 'chores', now() + interval '1 hour');
    return true;
end $$;

create function core.chore_leave(p_county int, p_hash bytea) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.session s set ended_at = now()
     where s.county = p_county and s.hash = p_hash and s.ended_at is null
$$;

-- ---- for the application, inside that session's scope --------------------------------------------

-- Begins a moment, in the transaction of its rows: whoever comes second waits here, and then finds it
-- done.
--   WL410  another did it
create function core.chore_step(
    p_chore text, p_from bigint, p_to bigint, p_change uuid, p_n int
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if core.actor() is distinct from core.system_account() then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
    update core.chore_run r
       set done = to_timestamp(p_to), ran_at = now(), change = p_change, n = p_n
     where r.county = nullif(current_setting('wl.county', true), '')::int and r.chore = p_chore
       and floor(extract(epoch from r.done))::bigint = p_from;
    if not found then
        raise exception 'this moment is done' using errcode = 'WL410';
    end if;
end $$;

revoke execute on function
    core.system_account(), core.chore_id(int, text, text), core.chores_done(int, text[]),
    core.chores_begin(int, text[], bigint), core.chore_session(int, bytea),
    core.chore_leave(int, bytea), core.chore_step(text, bigint, bigint, uuid, int) from public;
grant execute on function
    core.system_account(), core.chore_id(int, text, text),
    core.chore_step(text, bigint, bigint, uuid, int) to wulian_app;
grant execute on function
    core.chores_done(int, text[]), core.chores_begin(int, text[], bigint),
    core.chore_session(int, bytea), core.chore_leave(int, bytea) to wulian_gate;
