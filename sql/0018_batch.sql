-- What lets a batch of statements end without leaving anything behind.

-- Ends a dry run: everything before it in the transaction is undone, its results are with the caller.
create function core.undo() returns void
    language plpgsql
    as $$
begin
    raise exception 'dry run' using errcode = 'WL200';
end $$;

-- Ends the transaction when a statement before it did not do what it was sent for.
create function core.insist(p_holds boolean) returns void
    language plpgsql
    as $$
begin
    if p_holds is not true then
        raise exception 'not carried out' using errcode = 'WL412';
    end if;
end $$;

revoke execute on function core.undo(), core.insist(boolean) from public;
grant execute on function core.undo(), core.insist(boolean) to wulian_app;
