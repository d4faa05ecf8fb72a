-- Whether a session also holds one of a few permissions, asked of these alone: gathering all that its
-- role may do first (0078) cost a plugin's route more than its own statement. One row of the rights a
-- word: `= any (…)` over an array that is not known when planning reads them all.

create or replace function core.also_held(p_secret text, p_permissions text) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (
        select from core.session s
          join admin.post p on p.county = s.county and p.id = s.post
         cross join unnest(string_to_array(p_permissions, ' ')) as w(word)
         where s.county = core.my_county()
           and s.hash = sha256(convert_to(p_secret, 'UTF8'))
           and s.account = core.actor()
           and (s.narrow is null or w.word = any (s.narrow))
           and exists (select from core.role_permission rp
                        where rp.role = p.role and rp.permission = w.word)) then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
end $$;
