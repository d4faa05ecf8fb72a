-- What a session may do is gathered once, not once for every permission that is asked: the agenda asks
-- for hundreds. also_held() asks the same of one.

create or replace function core.session_holds(p_secret text, p_permissions text[]) returns boolean[]
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return (
        with held as materialized (
            select distinct rp.permission
              from core.session s
              join admin.post p on p.county = s.county and p.id = s.post
              join core.role_permission rp on rp.role = p.role
             where s.county = core.my_county()
               and s.hash = sha256(convert_to(p_secret, 'UTF8'))
               and s.account = core.actor()
               and (s.narrow is null or rp.permission = any (s.narrow))),
        asked as (
            select x.n, bool_or(h.permission is not null) as held
              from unnest(p_permissions) with ordinality as x(one, n)
              left join lateral unnest(string_to_array(x.one, ' ')) as w(word) on true
              left join held h on h.permission = w.word
             group by x.n)
        select array_agg(a.held order by a.n) from asked a);
end $$;

create or replace function core.also_held(p_secret text, p_permissions text) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not (core.session_holds(p_secret, array[p_permissions]))[1] then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
end $$;
