-- The ways in as the version before 0120 calls them: while it drains, people go on signing in. Who has
-- a second factor is refused there, since it can bring none. No device is known.

create function core.sign_in_begin(p_county int, p_login text, p_address inet, p_request uuid)
    returns table (account uuid, password text, wait int)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$ select * from core.sign_in_begin(p_county, p_login, p_address, p_request, null) $$;

create function core.session_open(
    p_county int, p_account uuid, p_hash bytea, p_post uuid, p_rehash text, p_address inet,
    p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz, must text)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select * from core.session_open(p_county, p_account, p_hash, p_post, p_rehash, null, null, null,
                                    p_address, p_request)
$$;

create function core.activate(
    p_county int, p_account uuid, p_code bytea, p_password text, p_hash bytea, p_post uuid,
    p_address inet, p_request uuid
) returns table (
    status text, login text, name text, post uuid, role text, scope_div bigint, org uuid,
    org_name text, expires_at timestamptz, must text)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select * from core.activate(p_county, p_account, p_code, p_password, p_hash, p_post, null,
                                p_address, p_request)
$$;

create function core.password_set(
    p_county int, p_account uuid, p_secret text, p_password text, p_address inet, p_request uuid
) returns boolean
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select core.password_set(p_county, p_account, p_secret, p_password, null, p_address, p_request)
$$;

revoke execute on function
    core.sign_in_begin(int, text, inet, uuid),
    core.session_open(int, uuid, bytea, uuid, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, inet, uuid),
    core.password_set(int, uuid, text, text, inet, uuid) from public;
grant execute on function
    core.sign_in_begin(int, text, inet, uuid),
    core.session_open(int, uuid, bytea, uuid, text, inet, uuid),
    core.activate(int, uuid, bytea, text, bytea, uuid, inet, uuid),
    core.password_set(int, uuid, text, text, inet, uuid) to wulian_gate;
