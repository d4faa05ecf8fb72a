-- The agenda (待办): what is due, over every record with limits.

-- Which of these the session that entered may do, in their order: each a permission, alternatives with
-- a blank between, or an empty text (no). It says nothing of whether the session stands: core.enter has.
create function core.session_holds(p_secret text, p_permissions text[]) returns boolean[]
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return (
        select array_agg(exists (
                   select from core.session s
                     join admin.post p on p.county = s.county and p.id = s.post
                     join core.role_permission rp on rp.role = p.role
                    where s.county = core.my_county()
                      and s.hash = sha256(convert_to(p_secret, 'UTF8'))
                      and s.account = core.actor()
                      and rp.permission = any (string_to_array(x.one, ' '))
                      and (s.narrow is null or rp.permission = any (s.narrow))) order by x.n)
          from unnest(p_permissions) with ordinality as x(one, n));
end $$;
revoke execute on function core.session_holds(text, text[]) from public;
grant execute on function core.session_holds(text, text[]) to wulian_app;
