-- Signing in, activation codes, sessions and API tokens. Secrets are touched by the definer functions
-- here and by nothing else: the gate role runs those that need no session, the application role those
-- that act on the caller's own sessions inside a scope.

-- One failure counter per login, known or not, so that a lock tells nobody which logins exist. It
-- counts passwords and activation codes alike and is counted *before* the secret is checked: attempts
-- in parallel cannot slip past it.
create table core.sign_in_throttle (
    county int not null references core.tenant (county),
    login bytea not null check (length(login) = 32),
    failures int not null default 0,
    at timestamptz not null default now(),
    locked_until timestamptz,
    primary key (county, login)
);
comment on table core.sign_in_throttle is
    'failures in a row by SHA-256 of the login; every fifth locks: 10 minutes, doubling, at most a day';
create index sign_in_throttle_at on core.sign_in_throttle (county, at);
alter table core.sign_in_throttle enable row level security;

-- ---- for the gate: nobody is signed in yet -------------------------------------------------------

-- Counts an attempt and gives the password to check it with. No row: no such county. wait > 0: locked
-- for so many seconds, and the attempt is not to be checked at all.
create function core.sign_in_begin(
    p_county int, p_login text, p_address inet, p_request uuid
) returns table (account uuid, password text, wait int)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k bytea := sha256(convert_to(p_login, 'UTF8'));
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

-- The secret was wrong. The attempt was counted at its beginning; this is its trace.
create function core.sign_in_failed(
    p_county int, p_account uuid, p_address inet, p_request uuid
) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select core.audit_denial(p_county, null, null, p_address, 'sign_in_failed', 'admin.account', p_account,
                             'wrong_secret', p_request)
$$;

-- The posts an account holds today, oldest first.
create function core.posts_of(p_county int, p_account uuid)
    returns table (post uuid, role text, kind text, scope_div bigint, org uuid, org_name text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select p.id, p.role, p.kind, p.scope_div, p.org, o.name
      from admin.post p
      join admin.org_unit o on o.county = p.county and o.id = p.org
     where p.county = p_county
       and p.account = p_account
       and p.state = 'active'
       and p.deleted_at is null
       and p.valid_from <= core.today()
       and (p.valid_to is null or p.valid_to > core.today())
     order by p.created_at, p.id
$$;

-- Opens a session for somebody whose secret was right: the post asked for, else the oldest. At most
-- three sessions live side by side; the longest open one makes room. status: 'ok', 'inactive' (not
-- approved yet, or disabled), 'no_post'. Administrators' sessions end after 8 hours, others after 12.
create function core.session_open(
    p_county int, p_account uuid, p_hash bytea, p_post uuid, p_rehash text, p_address inet,
    p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    a record;
    p record;
    refusal text;
    expires timestamptz;
begin
    -- the lock makes sign-ins of one account queue, so that three stays three
    perform from core.credential c where c.county = p_county and c.account = p_account for update;
    select x.login, x.name, x.state into a
      from admin.account x
     where x.county = p_county and x.id = p_account and x.deleted_at is null;
    select x.* into p
      from core.posts_of(p_county, p_account) x
     where p_post is null or x.post = p_post
     limit 1;
    delete from core.sign_in_throttle t
     where t.county = p_county and t.login = sha256(convert_to(a.login, 'UTF8'));
    refusal := case when a.state is distinct from 'active' then 'inactive'
                    when p.post is null then 'no_post' end;
    if refusal is not null then
        perform core.audit_denial(p_county, p_account, null, p_address, 'sign_in_failed', 'admin.account',
                                  p_account, refusal, p_request);
        return query select refusal, a.login, a.name, null::uuid, null::text, null::bigint,
                            null::uuid, null::text, null::timestamptz;
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
    insert into core.session (county, hash, kind, account, post, expires_at)
    values (p_county, p_hash, 'session', p_account, p.post, expires)
        on conflict on constraint session_pkey do nothing;
    update core.credential c set password = p_rehash
     where c.county = p_county and c.account = p_account and p_rehash is not null;
    perform core.audit_denial(p_county, p_account, p.role, p_address, 'sign_in', 'admin.account',
                              p_account, 'ok', p_request);
    return query select 'ok'::text, a.login, a.name, p.post, p.role, p.scope_div, p.org, p.org_name,
                        expires;
end $$;

-- Uses a one-time activation code: sets the password, ends every session and token of the account,
-- opens a session. status as session_open, or 'refused': no such code, used or too old. A code that
-- cannot lead to a session yet is not used up.
create function core.activate(
    p_county int, p_account uuid, p_code bytea, p_password text, p_hash bytea, p_post uuid,
    p_address inet, p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz)
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
                            null::bigint, null::uuid, null::text, null::timestamptz;
        return;
    end if;
    if exists (select from admin.account a
                where a.county = p_county and a.id = p_account and a.state = 'active')
        and exists (select from core.posts_of(p_county, p_account) x
                     where p_post is null or x.post = p_post) then
        update core.credential c
           set password = p_password, password_at = now(), activation = null, activation_until = null
         where c.county = p_county and c.account = p_account;
        update core.session s set ended_at = now()
         where s.county = p_county and s.account = p_account and s.ended_at is null;
        perform core.audit_denial(p_county, p_account, null, p_address, 'activate', 'admin.account',
                                  p_account, 'ok', p_request);
    end if;
    return query
    select * from core.session_open(p_county, p_account, p_hash, p_post, null, p_address, p_request);
end $$;

-- A new password for the holder of a live session, whose present one was checked; every other session
-- and every token ends. False: the session is gone.
create function core.password_set(
    p_county int, p_account uuid, p_secret text, p_password text, p_address inet, p_request uuid
) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (select from core.session_hint(p_county, p_secret) h
                    where h.account = p_account) then
        return false;
    end if;
    update core.credential c set password = p_password, password_at = now()
     where c.county = p_county and c.account = p_account;
    update core.session s set ended_at = now()
     where s.county = p_county and s.account = p_account and s.ended_at is null
       and s.hash <> sha256(convert_to(p_secret, 'UTF8'));
    delete from core.sign_in_throttle t
     using admin.account a
     where a.county = p_county and a.id = p_account and t.county = p_county
       and t.login = sha256(convert_to(a.login, 'UTF8'));
    perform core.audit_denial(p_county, p_account, null, p_address, 'password_set', 'admin.account',
                              p_account, 'ok', p_request);
    return true;
end $$;

-- ---- for the application: the caller's own, inside a scope ---------------------------------------

create function core.my_county() returns int
    language sql stable parallel safe
    as $$ select nullif(current_setting('wl.county', true), '')::int $$;

create function core.my_posts()
    returns table (post uuid, role text, kind text, scope_div bigint, org uuid, org_name text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$ select * from core.posts_of(core.my_county(), core.actor()) $$;

-- Live sessions and tokens of the caller; never their hashes.
create function core.my_sessions(p_secret text)
    returns table (
        id uuid, kind text, name text, post uuid, role text, narrow text[], opened_at timestamptz,
        seen_at timestamptz, expires_at timestamptz, current boolean)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.id, s.kind, s.name, s.post, p.role, s.narrow, s.opened_at, s.seen_at, s.expires_at,
           s.hash = sha256(convert_to(p_secret, 'UTF8'))
      from core.session s
      join admin.post p on p.county = s.county and p.id = s.post
      join admin.account a on a.county = s.county and a.id = s.account
     where s.county = core.my_county()
       and s.account = core.actor()
       and s.ended_at is null
       and s.expires_at > now()
       and (a.enabled_at is null or s.opened_at > a.enabled_at)
       and (s.kind <> 'session' or s.seen_at > now() - interval '30 minutes')
     order by s.opened_at desc, s.id
$$;

-- Ends one session or token of the caller: by its id, or the calling one itself when the id is null.
create function core.session_end(p_secret text, p_id uuid)
    returns table (id uuid, kind text)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.session s
       set ended_at = now()
     where s.county = core.my_county()
       and s.account = core.actor()
       and s.ended_at is null
       and (s.id = p_id or p_id is null and s.hash = sha256(convert_to(p_secret, 'UTF8')))
    returning s.id, s.kind
$$;

-- Exchanges the calling session for one on another post of the same person; it keeps its end. No row:
-- not a session, or not the caller's post today.
create function core.session_switch(p_secret text, p_hash bytea, p_post uuid)
    returns table (
        post uuid, role text, scope_div bigint, org uuid, org_name text, expires_at timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    p record;
    expires timestamptz;
begin
    select x.* into p from core.my_posts() x where x.post = p_post;
    if not found then
        return;
    end if;
    update core.session s
       set ended_at = now()
     where s.county = core.my_county() and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor() and s.kind = 'session' and s.ended_at is null
    returning s.expires_at into expires;
    if not found then
        return;
    end if;
    insert into core.session (county, hash, kind, account, post, expires_at)
    values (core.my_county(), p_hash, 'session', core.actor(), p_post, expires);
    return query select p.post, p.role, p.scope_div, p.org, p.org_name, expires;
end $$;

-- An API token on the caller's present post, limited to permissions that the post holds, at most a
-- year. Tokens make no tokens; at most 20 live at a time. No row: refused.
create function core.token_create(
    p_secret text, p_hash bytea, p_name text, p_permissions text[], p_days int
) returns table (id uuid, post uuid, expires_at timestamptz)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    insert into core.session as n (county, hash, kind, account, post, narrow, name, expires_at)
    select s.county, p_hash, 'token', s.account, s.post, p_permissions, p_name,
           now() + make_interval(days => p_days)
      from core.session s
      join admin.post p on p.county = s.county and p.id = s.post
     where s.county = core.my_county()
       and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor()
       and s.kind = 'session'
       and s.ended_at is null
       and p_days between 1 and 366
       and cardinality(p_permissions) between 1 and 100
       and p_permissions <@ array(select r.permission from core.role_permission r
                                   where r.role = p.role)
       and (select count(*) from core.session o
             where o.county = s.county and o.account = s.account and o.kind = 'token'
               and o.ended_at is null and o.expires_at > now()) < 20
    returning n.id, n.post, n.expires_at
$$;

-- A one-time code for an account in the caller's scope, good for 72 hours; an earlier one is void. None
-- (until is null) for an active account that has its password: whoever makes codes could otherwise
-- become anybody, the other administrators included. A security administrator disables it first and
-- enables it afterwards. No row: no such account here.
create function core.activation_issue(p_account uuid, p_code bytea)
    returns table (account uuid, login text, div bigint, until timestamptz)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    with a as (
        select x.county, x.id, x.login, x.div,
               x.state <> 'active' or not exists (
                   select from core.credential k
                    where k.county = x.county and k.account = x.id and k.password is not null) as free
          from admin.account x
         where x.county = core.my_county()
           and x.id = p_account
           and x.div >= nullif(current_setting('wl.lo', true), '')::bigint
           and x.div < nullif(current_setting('wl.hi', true), '')::bigint
           and x.deleted_at is null
    ), c as (
        insert into core.credential as k (county, account, activation, activation_until)
        select a.county, a.id, p_code, now() + interval '72 hours' from a where a.free
            on conflict (county, account) do update
           set activation = excluded.activation, activation_until = excluded.activation_until
        returning k.activation_until
    )
    select a.id, a.login, a.div, c.activation_until from a left join c on true
$$;

-- ---- rights --------------------------------------------------------------------------------------

revoke execute on function
    core.sign_in_begin(int, text, inet, uuid),
    core.sign_in_failed(int, uuid, inet, uuid),
    core.posts_of(int, uuid),
    core.session_open(int, uuid, bytea, uuid, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, inet, uuid),
    core.password_set(int, uuid, text, text, inet, uuid),
    core.my_county(),
    core.my_posts(),
    core.my_sessions(text),
    core.session_end(text, uuid),
    core.session_switch(text, bytea, uuid),
    core.token_create(text, bytea, text, text[], int),
    core.activation_issue(uuid, bytea) from public;
grant execute on function
    core.sign_in_begin(int, text, inet, uuid),
    core.sign_in_failed(int, uuid, inet, uuid),
    core.posts_of(int, uuid),
    core.session_open(int, uuid, bytea, uuid, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, inet, uuid),
    core.password_set(int, uuid, text, text, inet, uuid) to wulian_gate;
grant execute on function
    core.my_county(),
    core.my_posts(),
    core.my_sessions(text),
    core.session_end(text, uuid),
    core.session_switch(text, bytea, uuid),
    core.token_create(text, bytea, text, text[], int),
    core.activation_issue(uuid, bytea) to wulian_app;
