-- Step-up: what gives rights away, carries data out or changes what a county uses asks whether the
-- person is still there. A session is fresh after its sign-in and after the password, or a code of the
-- second factor, was given once more.

alter table core.session add column fresh_at timestamptz not null default now();
comment on column core.session.fresh_at is 'when its holder last proved who they are';

-- core.enter, and WL405 when the session was not proved within so many minutes. API tokens and
-- background work cannot be asked: who made them was.
create function core.enter_fresh(
    p_county int, p_secret text, p_post_version int, p_county_version bigint, p_permission text,
    p_plugin text, p_durable boolean, p_timeout_ms int, p_minutes int
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    perform core.enter(p_county, p_secret, p_post_version, p_county_version, p_permission, p_plugin,
                       p_durable, p_timeout_ms);
    if exists (select from core.session s
                where s.county = p_county
                  and s.hash = sha256(convert_to(p_secret, 'UTF8'))
                  and s.kind = 'session'
                  and s.fresh_at <= now() - make_interval(mins => p_minutes)) then
        raise exception 'step up' using errcode = 'WL405';
    end if;
end $$;

-- As before (0005); the other post's role may ask for more than this one's (0122), and does not make the
-- session fresh.
drop function core.session_switch(text, bytea, uuid);
create function core.session_switch(p_secret text, p_hash bytea, p_post uuid)
    returns table (
        post uuid, role text, scope_div bigint, org uuid, org_name text, expires_at timestamptz,
        must text)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    p record;
    old record;
    duty text;
begin
    select x.* into p from core.my_posts() x where x.post = p_post;
    if not found then
        return;
    end if;
    update core.session s
       set ended_at = now()
     where s.county = core.my_county() and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor() and s.kind = 'session' and s.ended_at is null
    returning s.expires_at, s.fresh_at into old;
    if not found then
        return;
    end if;
    duty := core.session_must(core.my_county(), core.actor(), p.role);
    insert into core.session (county, hash, kind, account, post, expires_at, fresh_at, must, narrow)
    values (core.my_county(), p_hash, 'session', core.actor(), p_post, old.expires_at, old.fresh_at,
            duty, case when duty is not null then '{}'::text[] end);
    return query select p.post, p.role, p.scope_div, p.org, p.org_name, old.expires_at, duty;
end $$;

revoke execute on function
    core.enter_fresh(int, text, int, bigint, text, text, boolean, int, int),
    core.session_switch(text, bytea, uuid) from public;
grant execute on function
    core.enter_fresh(int, text, int, bigint, text, text, boolean, int, int),
    core.session_switch(text, bytea, uuid) to wulian_app;
