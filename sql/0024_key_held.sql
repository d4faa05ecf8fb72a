-- A write proves that it sealed under the county's newest key where its history is written, not by a
-- statement of its own: the row a call has written is only taken up when the key is held.

create function core.data_key_held(p_id int) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    perform core.data_key_hold(p_id);
    return true;
end $$;
comment on function core.data_key_held(int) is
    'true; refuses as stale (WL409) like core.data_key_hold when the key is not the newest';
revoke execute on function core.data_key_held(int) from public;
grant execute on function core.data_key_held(int) to wulian_app;
