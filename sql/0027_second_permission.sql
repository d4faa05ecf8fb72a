-- Routes that show more than one object's data ask for a right on each: enter() holds the first.

-- Refuses (WL403) unless the caller's account holds a post, of the scope it entered with, that has the
-- permission.
create function core.also_held(p_permission text) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not exists (
        select from admin.post p
          join core.role_permission rp on rp.role = p.role and rp.permission = p_permission
         where p.county = nullif(current_setting('wl.county', true), '')::int
           and p.account = core.actor()
           and p.scope_div = nullif(current_setting('wl.lo', true), '')::bigint
           and p.state = 'active'
           and p.deleted_at is null
           and p.valid_from <= core.today()
           and (p.valid_to is null or p.valid_to > core.today())) then
        raise exception 'not permitted' using errcode = 'WL403';
    end if;
end $$;
revoke execute on function core.also_held(text) from public;
grant execute on function core.also_held(text) to wulian_app;
