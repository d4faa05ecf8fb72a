-- The second factor: codes that the person's telephone makes (RFC 6238), ten recovery codes, and roles
-- that a county lets in with it only. Who must have it and has none gets a session that can do nothing
-- but set it up.

create table core.second_factor (
    county int not null,
    id uuid not null,
    seed_enc bytea not null,
    step bigint not null default 0,
    confirmed_at timestamptz,
    recovery bytea[] not null default '{}',
    primary key (county, id),
    foreign key (county, id) references admin.account (county, id)
);
comment on table core.second_factor is 'TOTP of an account (id): nobody but the functions here reads it';
comment on column core.second_factor.step is
    'the last 30 seconds whose code was taken: none is taken twice, nor one from before it';
comment on column core.second_factor.confirmed_at is 'null: begun, and not asked for yet';
comment on column core.second_factor.recovery is 'SHA-256 of the recovery codes that are left';
alter table core.second_factor enable row level security;
alter table core.credential drop column totp_secret; -- was reserved for this, and never used

alter table core.session add column must text check (must in ('enrol', 'password'));
comment on column core.session.must is
    'what its holder has to do first; until then it holds no permission (narrow is empty)';

insert into core.policy_default (key, value, unit, mark, basis) values
    ('sign_in.second_factor_roles', 'none', 'text', '[A]', null);
select core.param_words_set('sign_in.second_factor_roles', null, null,
    '须动态验证码登录的角色', 'Roles that sign in with a second factor');

-- ---- for the gate --------------------------------------------------------------------------------

-- The wrapped keys of a county: who signs in has no session yet to ask with.
create function core.county_keys(p_county int) returns table (purpose text, id int, wrapped bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$ select k.purpose, k.id, k.wrapped from core.county_key k where k.county = p_county $$;

create function core.factor_of(p_county int, p_account uuid)
    returns table (seed bytea, step bigint, confirmed boolean)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select f.seed_enc, f.step, f.confirmed_at is not null
      from core.second_factor f
     where f.county = p_county and f.id = p_account
$$;

-- Takes the proof of a second factor, once: the step whose code was right, or a recovery code's hash.
-- True also for an account that has none.
create function core.factor_take(p_county int, p_account uuid, p_step bigint, p_recovery bytea)
    returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    perform from core.second_factor f
      where f.county = p_county and f.id = p_account and f.confirmed_at is not null
        for update;
    if not found then
        return true;
    end if;
    update core.second_factor f
       set step = coalesce(p_step, f.step),
           recovery = array_remove(f.recovery, p_recovery)
     where f.county = p_county and f.id = p_account
       and (p_step > f.step or p_step is null and p_recovery = any (f.recovery));
    return found;
end $$;

-- Makes what was begun valid, with the code of a step and the recovery codes' hashes. A session that
-- was let in for this alone ends: the way in is the new factor's now. False: nothing was begun.
create function core.factor_confirm(
    p_county int, p_account uuid, p_secret text, p_step bigint, p_recovery bytea[], p_address inet,
    p_request uuid
) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    update core.second_factor f
       set confirmed_at = now(), step = p_step, recovery = p_recovery
     where f.county = p_county and f.id = p_account and f.confirmed_at is null
       and exists (select from core.session_hint(p_county, p_secret) h where h.account = p_account);
    if not found then
        return false;
    end if;
    update core.session s set ended_at = now()
     where s.county = p_county and s.hash = sha256(convert_to(p_secret, 'UTF8')) and s.must = 'enrol';
    perform core.audit_denial(p_county, p_account, null, p_address, 'second_factor_on', 'admin.account',
                              p_account, 'ok', p_request);
    return true;
end $$;

-- ---- for the application -------------------------------------------------------------------------

-- Begins a second factor for the caller; what was begun before and not confirmed is void. False: there
-- is one already.
create function core.factor_begin(p_seed bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    insert into core.second_factor as f (county, id, seed_enc)
    values (core.my_county(), core.actor(), p_seed)
        on conflict on constraint second_factor_pkey do update
       set seed_enc = excluded.seed_enc, step = 0
     where f.confirmed_at is null;
    return found;
end $$;

-- Takes the caller's second factor away; no row: there is none. Where the role must have one, the next
-- sign-in asks for a new one.
create function core.factor_drop() returns table (id uuid)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    delete from core.second_factor f
     where f.county = core.my_county() and f.id = core.actor()
    returning f.id
$$;

-- What the caller still has to do, whether there is a second factor, and its recovery codes left.
create function core.my_entry(p_secret text)
    returns table (must text, second_factor boolean, recovery_codes int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.must, f.confirmed_at is not null,
           case when f.confirmed_at is not null then cardinality(f.recovery) end
      from core.session s
      left join core.second_factor f on f.county = s.county and f.id = s.account
     where s.county = core.my_county()
       and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor()
$$;

-- As before (0005); a session that has something to do first makes no token.
create or replace function core.token_create(
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
       and s.must is null
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

revoke execute on function
    core.county_keys(int),
    core.factor_of(int, uuid),
    core.factor_take(int, uuid, bigint, bytea),
    core.factor_confirm(int, uuid, text, bigint, bytea[], inet, uuid),
    core.factor_begin(bytea),
    core.factor_drop(),
    core.my_entry(text) from public;
grant execute on function
    core.county_keys(int),
    core.factor_of(int, uuid),
    core.factor_confirm(int, uuid, text, bigint, bytea[], inet, uuid) to wulian_gate;
grant execute on function
    core.factor_begin(bytea),
    core.factor_drop(),
    core.my_entry(text) to wulian_app;
