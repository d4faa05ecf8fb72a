-- What waits, for the gauges of /metrics: numbers only, asked by the jobs process county by county.

create function core.backlog(p_county int)
    returns table (jobs bigint, notices bigint, notices_late bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
select (select count(*) from core.job j where j.county = p_county and j.state = 'queued'),
       o.n, o.late
  from (select count(*) as n,
               coalesce(extract(epoch from now() - min(b.created_at)), 0)::bigint as late
          from core.notice_outbox b
         where b.county = p_county and b.state = 'queued') o
$$;
comment on function core.backlog(int) is
    'long jobs not yet begun; notices not yet sent out, and the age of the oldest in seconds';
revoke execute on function core.backlog(int) from public;
grant execute on function core.backlog(int) to wulian_gate;

-- Whether the database's tables can still grow: on a full disk what is there is read on, and its log may
-- have room for hours, but no write is taken.
create unlogged table core.room (filler bigint not null);
comment on table core.room is 'written anew every few seconds, to see whether there is room on the disk';

create function core.room_probe() returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
    as $$
truncate core.room;
insert into core.room select generate_series(1, 8000); -- 280 kB, before the old ones are gone
$$;
comment on function core.room_probe() is 'fails with 53100 when no table can grow';
revoke execute on function core.room_probe() from public;
grant execute on function core.room_probe() to wulian_gate;

-- What the database says of its archive and its standbys. Their places are shown to monitors only, which
-- the owner is (install/roles.sql).
create function core.database_vitals()
    returns table (archiving boolean, archive_failures bigint, archive_works boolean, replicas bigint,
                   replica_late bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
select current_setting('archive_mode') <> 'off', a.failed_count,
       a.last_failed_time is null or coalesce(a.last_archived_time > a.last_failed_time, false),
       r.n, r.late
  from pg_stat_archiver a,
       (select count(*) as n,
               coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(),
                                            coalesce(replay_lsn, write_lsn, sent_lsn))), 0)::bigint as late
          from pg_stat_replication
         where state in ('catchup', 'streaming')) r
$$;
comment on function core.database_vitals() is
    'replica_late: bytes of the log that the last of the standbys has not applied';
revoke execute on function core.database_vitals() from public;
grant execute on function core.database_vitals() to wulian_gate;
