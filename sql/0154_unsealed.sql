-- How many rows of a county's ledger no seal covers, for the page of meters: a ledger that nobody seals
-- is not counted to its end every few seconds.
create function core.audit_unsealed(p_county int, p_most int) returns int
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off
    set enable_sort = off
    as $$
declare
    last_epoch int;
    last_xid xid8;
    n int;
begin
    select s.epoch, s.xid into last_epoch, last_xid
      from core.audit_seal s
     where s.county = p_county
     order by s.seal desc
     limit 1;
    select count(*) into n
      from (select
              from core.audit a
             where a.county = p_county
               and (a.epoch, a.xid) > (coalesce(last_epoch, 0), coalesce(last_xid, '0'))
             limit p_most) x;
    return n;
end $$;

revoke execute on function core.audit_unsealed(int, int) from public;
grant execute on function core.audit_unsealed(int, int) to wulian_gate;
