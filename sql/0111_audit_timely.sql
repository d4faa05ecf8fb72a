-- Personal data is not shown while what was shown before has waited too long for its seal.
--   WL503  the county's ledger is later than so many seconds
create function core.audit_timely(p_county int, p_seconds int) returns void
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if core.audit_late_seconds(p_county) >= p_seconds then
        raise exception 'audit unsealed' using errcode = 'WL503';
    end if;
end $$;
revoke execute on function core.audit_timely(int, int) from public;
grant execute on function core.audit_timely(int, int), core.audit_here() to wulian_app;
