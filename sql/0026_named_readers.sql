-- Class 4: rows that only the accounts named in them see, whatever their post and scope.

-- Closes a record table and its history to everybody but the readers: those of the row as it is now,
-- also for its old versions. The table has `readers uuid[] not null` and is a record table already.
create procedure core.named_readers(p_table regclass)
    language plpgsql
    as $$
declare
    history text := p_table::text || '_history';
    reader constant text := '(select core.actor()) = any (readers)';
    now_reader text := format(
        'exists (select from %s c where c.county = %s.county and c.id = %s.id)',
        p_table, history, history);
begin
    execute format('create policy readers on %s as restrictive using (%s) with check (%s)',
                   p_table, reader, reader);
    execute format('create policy readers on %s as restrictive using (%s) with check (%s)',
                   history, now_reader, now_reader);
end $$;
comment on procedure core.named_readers(regclass) is
    'row security of class 4: after core.record_table, on a table with readers uuid[] not null';

-- Whether all of these are accounts of the caller's county that may work. Says nothing else of them:
-- the caller's own scope need not reach them.
create function core.readers_active(p_accounts uuid[]) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return cardinality(p_accounts) > 0 and not exists (
        select from unnest(p_accounts) x
         where not exists (
             select from admin.account a
              where a.county = nullif(current_setting('wl.county', true), '')::int
                and a.id = x and a.state = 'active' and a.deleted_at is null));
end $$;
revoke execute on function core.readers_active(uuid[]) from public;
grant execute on function core.readers_active(uuid[]) to wulian_app;
