-- What a county asks of passwords, in two profiles: 等保三级 (GB/T 22239-2019 8.1.4.1 a: complexity and
-- periodic change) and OWASP ASVS 5.0 (6.2.5, 6.2.10: neither). What is common or holds the login is
-- refused by both. An old password lets in only to be changed.

insert into core.code (tab, code, zh, en, sort) values
    ('PASSWORD_PROFILE', 'dengbao3', '等保三级：至少10位、三类字符、90天更换', 'MLPS level 3: 10 characters, 3 kinds, 90 days', 1),
    ('PASSWORD_PROFILE', 'asvs5', 'ASVS 5.0：至少8位，不限字符，不定期更换', 'ASVS 5.0: 8 characters, any, no expiry', 2);
insert into core.policy_default (key, value, unit, mark, basis) values
    ('sign_in.password_profile', 'dengbao3', 'code', '[A]', 'GB/T 22239-2019 8.1.4.1 a)');
select core.param_words_set('sign_in.password_profile', null, 'PASSWORD_PROFILE', '密码规则', 'Rules of passwords');

alter table core.credential add column password_past text[] not null default '{}';
comment on column core.credential.password_past is 'hashes of the passwords before this one, newest first';

-- The rules of a county: least length, kinds of characters, days it may be used, how many of the last
-- (the present one among them) are refused. An unknown profile is the stricter one.
create function core.password_rules(p_county int)
    returns table (shortest int, kinds int, days int, history int)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if core.param(p_county, 'sign_in.password_profile') = 'asvs5' then
        return query select 8, 1, null::int, 0;
    else
        return query select 10, 3, 90, 5;
    end if;
end $$;

-- The hashes that a new password must not match. For whoever holds a good code (p_code), or, where it
-- is null, for an account whose password was checked.
create function core.password_past(p_county int, p_account uuid, p_code bytea)
    returns table (password text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select x
      from core.credential c, core.password_rules(p_county) r,
           unnest((array_prepend(c.password, c.password_past))[1:r.history]) x
     where c.county = p_county and c.account = p_account and x is not null
       and (p_code is null or c.activation = p_code and c.activation_until > now())
$$;

-- The names that it must not hold, for the same: the person's, and the county's, which is called by two
-- characters.
create function core.password_names(p_county int, p_account uuid, p_code bytea)
    returns table (name text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select x
      from core.credential c
      join admin.account a on a.county = c.county and a.id = c.account
      join core.tenant t on t.county = c.county,
           unnest(array[a.name, left(t.name, 2)]) x
     where c.county = p_county and c.account = p_account
       and (p_code is null or c.activation = p_code and c.activation_until > now())
$$;

-- What whoever works as this role has to do first: change an old password, set up a second factor that
-- the role must have; null: nothing.
create function core.session_must(p_county int, p_account uuid, p_role text) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if exists (select from core.credential c, core.password_rules(p_county) r
                where c.county = p_county and c.account = p_account
                  and c.password_at <= now() - make_interval(days => r.days)) then
        return 'password';
    end if;
    if p_role = any (regexp_split_to_array(
            core.param(p_county, 'sign_in.second_factor_roles'), '[ ,，、]+'))
        and not exists (select from core.second_factor f
                         where f.county = p_county and f.id = p_account
                           and f.confirmed_at is not null) then
        return 'enrol';
    end if;
    return null;
end $$;

-- Puts a new password in the place of the present one, which is remembered.
create function core.password_put(p_county int, p_account uuid, p_password text) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.credential c
       set password = p_password, password_at = now(), activation = null, activation_until = null,
           password_past = (array_remove(array_prepend(c.password, c.password_past), null))[1:4]
     where c.county = p_county and c.account = p_account
$$;

revoke execute on function
    core.session_must(int, uuid, text), core.password_rules(int), core.password_past(int, uuid, bytea),
    core.password_names(int, uuid, bytea), core.password_put(int, uuid, text) from public;
grant execute on function
    core.password_rules(int), core.password_past(int, uuid, bytea),
    core.password_names(int, uuid, bytea) to wulian_gate;
