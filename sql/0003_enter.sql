-- enter(): the second wall's gatekeeper. Every batch of the application begins with it. It checks the
-- token, the permission and the plugin's activation itself, and only then sets the scope that the
-- row policies read. It raises rather than return nothing: the rest of the batch then never runs.
--
--   WL401  no such session, ended, expired or idle too long
--   WL403  the post lacks the permission
--   WL404  the plugin is off in the actor's township
--   WL409  the caller's hint is stale (post or county changed): refresh it and repeat once

create function core.enter(
    p_county int,
    p_secret text,
    p_post_version int,
    p_county_version bigint,
    p_permission text,
    p_plugin text,
    p_durable boolean,
    p_timeout_ms int
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    s record;
begin
    select x.account, x.hash, x.seen_at < now() - interval '1 minute' as stale_seen,
           p.version as post_version, t.version as county_version, p.scope_div as lo,
           case when p.scope_div % 1000000 = 0 then 0 else p.scope_div / 1000 end as township,
           (p_permission is null
            or exists (select from core.role_permission rp
                        where rp.role = p.role and rp.permission = p_permission)
               and (x.narrow is null or p_permission = any (x.narrow))) as permitted
      into s
      from core.session x
      join admin.post p on p.county = x.county and p.id = x.post
      join admin.account a on a.county = x.county and a.id = x.account
      join core.tenant t on t.county = x.county
     where x.county = p_county
       and x.hash = sha256(convert_to(p_secret, 'UTF8'))
       and x.ended_at is null
       and x.expires_at > now()
       and (x.kind <> 'session' or x.seen_at > now() - interval '30 minutes')
       and a.state = 'active'
       and (a.enabled_at is null or x.opened_at > a.enabled_at)
       and a.deleted_at is null
       and p.state = 'active'
       and p.deleted_at is null
       and p.valid_from <= core.today()
       and (p.valid_to is null or p.valid_to > core.today());
    if not found then
        raise exception 'no session' using errcode = 'WL401';
    end if;
    if s.post_version is distinct from p_post_version
        or s.county_version is distinct from p_county_version then
        raise exception 'stale hint' using errcode = 'WL409';
    end if;
    if not s.permitted then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
    if p_plugin is not null and s.township <> 0 and not exists (
        select from core.plugin_activation v
         where v.county = p_county and v.township = s.township
           and v.plugin = p_plugin and v.enabled) then
        raise exception 'plugin off' using errcode = 'WL404';
    end if;
    perform set_config('wl.county', p_county::text, true),
            set_config('wl.lo', s.lo::text, true),
            set_config('wl.hi', core.scope_hi(s.lo)::text, true),
            set_config('wl.actor', s.account::text, true);
    if p_permission = 'audit.read' then
        perform set_config('wl.audit', 'on', true);
    end if;
    if p_timeout_ms is not null then
        perform set_config('statement_timeout', p_timeout_ms::text, true);
    end if;
    if not p_durable then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    if s.stale_seen then
        update core.session set seen_at = now() where county = p_county and hash = s.hash;
    end if;
end $$;

-- What the application may know of a token before it asks again: one row, or none.
create function core.session_hint(p_county int, p_secret text)
    returns table (
        account uuid, post uuid, org uuid, login text, name text, org_name text, role text,
        scope_div bigint, post_version int, county_version bigint, expires_at timestamptz,
        narrow text[], activations text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select x.account, x.post, p.org, a.login, a.name, o.name, p.role, p.scope_div, p.version,
           t.version, x.expires_at, x.narrow,
           (select string_agg(v.township || ':' || v.plugin, ' ' order by v.township, v.plugin)
              from core.plugin_activation v
             where v.county = x.county and v.enabled
               and (p.scope_div % 1000000 = 0 or v.township = p.scope_div / 1000))
      from core.session x
      join admin.post p on p.county = x.county and p.id = x.post
      join admin.account a on a.county = x.county and a.id = x.account
      join admin.org_unit o on o.county = p.county and o.id = p.org
      join core.tenant t on t.county = x.county
     where x.county = p_county
       and x.hash = sha256(convert_to(p_secret, 'UTF8'))
       and x.ended_at is null
       and x.expires_at > now()
       and (x.kind <> 'session' or x.seen_at > now() - interval '30 minutes')
       and a.state = 'active'
       and (a.enabled_at is null or x.opened_at > a.enabled_at)
       and a.deleted_at is null
       and p.state = 'active'
       and p.deleted_at is null
       and p.valid_from <= core.today()
       and (p.valid_to is null or p.valid_to > core.today())
$$;

-- The wrapped keys of the caller's county, for a token that is good.
create function core.session_keys(p_county int, p_secret text)
    returns table (purpose text, id int, wrapped bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select k.purpose, k.id, k.wrapped
      from core.county_key k
     where k.county = p_county
       and exists (select from core.session_hint(p_county, p_secret))
$$;

-- Turns a plugin on or off in a township. Runs inside a scope (county administrators); the county's
-- version rises, so every worker's next call with an older hint is refused and refreshed.
create function core.plugin_switch(
    p_township int, p_plugin text, p_enabled boolean, p_settings jsonb
) returns table (township int, plugin text, enabled boolean, settings jsonb, since timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := nullif(current_setting('wl.county', true), '')::int;
    lo bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    hi bigint := nullif(current_setting('wl.hi', true), '')::bigint;
begin
    if my_county is null or p_township::bigint * 1000 < lo or p_township::bigint * 1000 >= hi
        or p_township / 1000 <> my_county or not exists (
            select from core.division d
             where d.code = p_township::bigint * 1000 and d.level = 4) then
        return;
    end if;
    update core.tenant t set version = t.version + 1 where t.county = my_county;
    return query
    insert into core.plugin_activation as v (county, township, plugin, enabled, settings, by)
    values (my_county, p_township, p_plugin, p_enabled, coalesce(p_settings, '{}'), core.actor())
    on conflict on constraint plugin_activation_pkey do update
       set enabled = excluded.enabled,
           settings = coalesce(p_settings, v.settings),
           since = case when v.enabled = excluded.enabled then v.since else now() end,
           by = excluded.by
    returning v.township, v.plugin, v.enabled, v.settings, v.since;
end $$;

revoke execute on function
    core.enter(int, text, int, bigint, text, text, boolean, int),
    core.session_hint(int, text), core.session_keys(int, text),
    core.plugin_switch(int, text, boolean, jsonb) from public;
grant execute on function
    core.enter(int, text, int, bigint, text, text, boolean, int),
    core.session_hint(int, text), core.session_keys(int, text),
    core.plugin_switch(int, text, boolean, jsonb) to wulian_app;
