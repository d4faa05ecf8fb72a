-- Known devices: a browser that signed in has a failure counter of its own, so that who guesses at a
-- login from elsewhere locks everybody else out, but not the office. The server checks that the device
-- is the login's before it names it here; what is stored is the counter alone.

create function core.throttle_key(p_login text, p_device text) returns bytea
    language sql immutable parallel safe
    as $$ select sha256(convert_to(p_login || coalesce(E'\n' || p_device, ''), 'UTF8')) $$;
comment on column core.sign_in_throttle.login is
    'SHA-256 of the login; with the device''s number behind it for a known device';

-- The right password or code ends what was counted against it.
create function core.throttle_forget(p_county int, p_account uuid, p_device text) returns void
    language sql
    as $$
    delete from core.sign_in_throttle t
     using admin.account a
     where a.county = p_county and a.id = p_account and t.county = p_county
       and t.login = core.throttle_key(a.login, p_device)
$$;

-- What follows counts where the device is known on its counter; otherwise as before (0005).

drop function core.sign_in_begin(int, text, inet, uuid);
create function core.sign_in_begin(
    p_county int, p_login text, p_address inet, p_request uuid, p_device text
) returns table (account uuid, password text, wait int)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k bytea := core.throttle_key(p_login, p_device);
    t record;
begin
    if not exists (select from core.tenant x where x.county = p_county) then
        return;
    end if;
    -- a counter nobody touched for a day is forgotten; a few at a time, so that no sign-in pays for all
    delete from core.sign_in_throttle x
     using (select o.login
              from core.sign_in_throttle o
             where o.county = p_county and o.at < now() - interval '1 day'
               and coalesce(o.locked_until, o.at) < now()
             limit 20 for update skip locked) o
     where x.county = p_county and x.login = o.login;
    insert into core.sign_in_throttle (county, login) values (p_county, k)
        on conflict on constraint sign_in_throttle_pkey do nothing;
    select x.failures + 1 as failures, x.locked_until,
           (select a.id from admin.account a
             where a.county = p_county and a.login = p_login and a.deleted_at is null) as account
      into t
      from core.sign_in_throttle x
     where x.county = p_county and x.login = k
       for update;
    if t.locked_until > now() then
        perform core.audit_denial(p_county, null, null, p_address, 'sign_in_failed', 'admin.account',
                                  t.account, 'locked', p_request);
        return query select null::uuid, null::text,
                            ceil(extract(epoch from t.locked_until - now()))::int;
        return;
    end if;
    update core.sign_in_throttle x
       set failures = t.failures,
           at = now(),
           locked_until = case when t.failures % 5 = 0 then now() + least(
               interval '1 day', interval '10 minutes' * power(2, least(t.failures / 5 - 1, 8))) end
     where x.county = p_county and x.login = k;
    return query
    select t.account, (select c.password from core.credential c
                        where c.county = p_county and c.account = t.account), 0;
end $$;

-- As before, and: takes the proof of the second factor ('refused' without a good one), and says what has
-- to be done first. No session of an account with a second factor opens past here.
drop function core.session_open(int, uuid, bytea, uuid, text, inet, uuid);
create function core.session_open(
    p_county int, p_account uuid, p_hash bytea, p_post uuid, p_rehash text, p_step bigint,
    p_recovery bytea, p_device text, p_address inet, p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz, must text)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    a record;
    p record;
    refusal text;
    expires timestamptz;
    duty text;
begin
    -- the lock makes sign-ins of one account queue, so that three stays three
    perform from core.credential c where c.county = p_county and c.account = p_account for update;
    -- a repeat after a lost connection finds its session: the proof was taken with it
    if not exists (select from core.session s
                    where s.county = p_county and s.hash = p_hash and s.account = p_account)
        and not core.factor_take(p_county, p_account, p_step, p_recovery) then
        perform core.sign_in_failed(p_county, p_account, p_address, p_request);
        return query select 'refused'::text, null::text, null::text, null::uuid, null::text,
                            null::bigint, null::uuid, null::text, null::timestamptz, null::text;
        return;
    end if;
    select x.login, x.name, x.state into a
      from admin.account x
     where x.county = p_county and x.id = p_account and x.deleted_at is null;
    select x.* into p
      from core.posts_of(p_county, p_account) x
     where p_post is null or x.post = p_post
     limit 1;
    perform core.throttle_forget(p_county, p_account, p_device);
    refusal := case when a.state is distinct from 'active' then 'inactive'
                    when p.post is null then 'no_post' end;
    if refusal is not null then
        perform core.audit_denial(p_county, p_account, null, p_address, 'sign_in_failed', 'admin.account',
                                  p_account, refusal, p_request);
        return query select refusal, a.login, a.name, null::uuid, null::text, null::bigint,
                            null::uuid, null::text, null::timestamptz, null::text;
        return;
    end if;
    update core.session s
       set ended_at = now()
     where s.county = p_county
       and s.hash in (select o.hash
                        from core.session o
                       where o.county = p_county and o.account = p_account and o.kind = 'session'
                         and o.hash <> p_hash and o.ended_at is null and o.expires_at > now()
                         and o.seen_at > now() - interval '30 minutes'
                       order by o.opened_at desc, o.hash
                      offset 2);
    expires := now() + case when p.kind = 'business' then interval '12 hours'
                            else interval '8 hours' end;
    duty := core.session_must(p_county, p_account, p.role);
    insert into core.session (county, hash, kind, account, post, expires_at, must, narrow)
    values (p_county, p_hash, 'session', p_account, p.post, expires, duty,
            case when duty is not null then '{}'::text[] end)
        on conflict on constraint session_pkey do nothing;
    update core.credential c set password = p_rehash
     where c.county = p_county and c.account = p_account and p_rehash is not null;
    perform core.audit_denial(p_county, p_account, p.role, p_address, 'sign_in', 'admin.account',
                              p_account, 'ok', p_request);
    return query select 'ok'::text, a.login, a.name, p.post, p.role, p.scope_div, p.org, p.org_name,
                        expires, duty;
end $$;

-- As before. The second factor goes with the forgotten password: whoever lost the telephone is let in
-- again the same way, by two administrators (one disables and enables, the other makes the code).
drop function core.activate(int, uuid, bytea, text, bytea, uuid, inet, uuid);
create function core.activate(
    p_county int, p_account uuid, p_code bytea, p_password text, p_hash bytea, p_post uuid,
    p_device text, p_address inet, p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz, must text)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    perform from core.credential c
      where c.county = p_county and c.account = p_account
        and c.activation = p_code and c.activation_until > now()
        for update;
    if not found then
        perform core.sign_in_failed(p_county, p_account, p_address, p_request);
        return query select 'refused'::text, null::text, null::text, null::uuid, null::text,
                            null::bigint, null::uuid, null::text, null::timestamptz, null::text;
        return;
    end if;
    if exists (select from admin.account a
                where a.county = p_county and a.id = p_account and a.state = 'active')
        and exists (select from core.posts_of(p_county, p_account) x
                     where p_post is null or x.post = p_post) then
        perform core.password_put(p_county, p_account, p_password);
        delete from core.second_factor f where f.county = p_county and f.id = p_account;
        update core.session s set ended_at = now()
         where s.county = p_county and s.account = p_account and s.ended_at is null;
        perform core.audit_denial(p_county, p_account, null, p_address, 'activate', 'admin.account',
                                  p_account, 'ok', p_request);
    end if;
    return query
    select * from core.session_open(p_county, p_account, p_hash, p_post, null, null, null, p_device, p_address,
                                    p_request);
end $$;

-- As before; a session that was let in for this alone ends too.
drop function core.password_set(int, uuid, text, text, inet, uuid);
create function core.password_set(
    p_county int, p_account uuid, p_secret text, p_password text, p_device text, p_address inet, p_request uuid
) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (select from core.session_hint(p_county, p_secret) h
                    where h.account = p_account) then
        return false;
    end if;
    perform core.password_put(p_county, p_account, p_password);
    update core.session s set ended_at = now()
     where s.county = p_county and s.account = p_account and s.ended_at is null
       and (s.hash <> sha256(convert_to(p_secret, 'UTF8')) or s.must is not null);
    perform core.throttle_forget(p_county, p_account, p_device);
    perform core.audit_denial(p_county, p_account, null, p_address, 'password_set', 'admin.account',
                              p_account, 'ok', p_request);
    return true;
end $$;

-- For the gate: the password was right (step and recovery are null), or this proves the second factor,
-- which is taken. False: the session is gone, or the proof is worth nothing.
create function core.session_fresh(
    p_county int, p_account uuid, p_secret text, p_step bigint, p_recovery bytea, p_device text, p_address inet,
    p_request uuid
) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (select from core.session_hint(p_county, p_secret) h
                    where h.account = p_account and h.narrow is null)
        or coalesce(p_step::text, p_recovery::text) is not null
            and not core.factor_take(p_county, p_account, p_step, p_recovery) then
        return false;
    end if;
    update core.session s set fresh_at = now()
     where s.county = p_county and s.hash = sha256(convert_to(p_secret, 'UTF8'));
    perform core.throttle_forget(p_county, p_account, p_device);
    perform core.audit_denial(p_county, p_account, null, p_address, 'step_up', 'admin.account',
                              p_account, 'ok', p_request);
    return true;
end $$;

revoke execute on function
    core.throttle_key(text, text),
    core.throttle_forget(int, uuid, text),
    core.sign_in_begin(int, text, inet, uuid, text),
    core.session_open(int, uuid, bytea, uuid, text, bigint, bytea, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, text, inet, uuid),
    core.password_set(int, uuid, text, text, text, inet, uuid),
    core.session_fresh(int, uuid, text, bigint, bytea, text, inet, uuid) from public;
grant execute on function
    core.sign_in_begin(int, text, inet, uuid, text),
    core.session_open(int, uuid, bytea, uuid, text, bigint, bytea, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, text, inet, uuid),
    core.password_set(int, uuid, text, text, text, inet, uuid),
    core.session_fresh(int, uuid, text, bigint, bytea, text, inet, uuid) to wulian_gate;
