-- What an effect needs: ids for the rows it makes, and a way to refuse the whole step.

-- Id of the p_nth row that the p_effect-th effect of a call makes. The call's own id is a UUIDv7: the
-- row's keeps its time, so that keys grow where the call's did.
create function core.made_id(p_change uuid, p_effect int, p_nth int) returns uuid
    language sql immutable parallel safe
    as $$
    select (substr(c.hex, 1, 12) || '7' || substr(h.hex, 1, 3) || '8' || substr(h.hex, 4, 15))::uuid
      from (select replace(p_change::text, '-', '') as hex) c
      cross join lateral (
           select encode(sha256(decode(c.hex || lpad(to_hex(p_effect), 8, '0')
                                             || lpad(to_hex(p_nth), 8, '0'), 'hex')), 'hex') as hex) h
$$;

-- Ends the transaction: what follows from a step cannot be done, so the step is not done either.
create function core.effect_holds(p_holds boolean) returns boolean
    language plpgsql
    as $$
begin
    if p_holds is not true then
        raise exception 'effect not carried out' using errcode = 'WL424';
    end if;
    return true;
end $$;

revoke execute on function core.made_id(uuid, int, int), core.effect_holds(boolean) from public;
grant execute on function core.made_id(uuid, int, int), core.effect_holds(boolean) to wulian_app;
