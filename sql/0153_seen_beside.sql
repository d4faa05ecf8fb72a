-- core.enter marks a session as seen once a minute. Of a person's requests at the same time one does; the
-- others waited until it was over, be it the longest report, and could run out of time. They leave the
-- marking to it now. Everything else is as it was (0003).
create or replace function core.enter(
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
            set_config('wl.actor', s.account::text, true),
            case when not p_durable then set_config('synchronous_commit', 'off', true) end;
    if p_permission = 'audit.read' then
        perform set_config('wl.audit', 'on', true);
    end if;
    if p_timeout_ms is not null then
        perform set_config('statement_timeout', p_timeout_ms::text, true);
    end if;
    if s.stale_seen then
        update core.session x
           set seen_at = now()
         where x.county = p_county
           and x.hash in (select o.hash
                            from core.session o
                           where o.county = p_county and o.hash = s.hash
                             for no key update skip locked);
    end if;
end $$;
