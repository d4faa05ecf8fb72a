-- A second permission is the session's like the first: of the post that is signed in with, and of
-- what an API token was narrowed to. It was the account's by any post of the same scope.

drop function core.also_held(text);

-- Refuses (WL403) unless the session that entered holds one of the permissions (words apart by a
-- blank). It says nothing of whether the session stands: core.enter has.
create function core.also_held(p_secret text, p_permissions text) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (
        select from core.session s
          join admin.post p on p.county = s.county and p.id = s.post
          join core.role_permission rp on rp.role = p.role
         where s.county = nullif(current_setting('wl.county', true), '')::int
           and s.hash = sha256(convert_to(p_secret, 'UTF8'))
           and s.account = core.actor()
           and rp.permission = any (string_to_array(p_permissions, ' '))
           and (s.narrow is null or rp.permission = any (s.narrow))) then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
end $$;
revoke execute on function core.also_held(text, text) from public;
grant execute on function core.also_held(text, text) to wulian_app;
