-- What time brings to calls, requests and rosters; sound among the kinds of files.

alter table core.file drop constraint file_kind_check;
alter table core.file add constraint file_kind_check
    check (kind in ('image', 'pdf', 'office', 'text', 'audio'));
comment on column core.file.kind is
    'image, pdf, office, text or audio: what a field that holds it must take';

-- Takes away recordings whose time is over: the call no longer names the file, and nobody holds it, so
-- that it goes with the next sweep. At most p_most a call, each with its audit row.
create function core.recording_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k record;
    total int := 0;
begin
    for k in select c.id, c.recording, c.div
               from station.call_log c
              where c.county = p_county
                and c.recording is not null
                and c.recording_until < core.today()
              order by c.recording_until
              limit p_most
                for update skip locked
    loop
        delete from core.file f where f.county = p_county and f.id = k.recording;
        update station.call_log_history h
           set recording = null
         where h.county = p_county and h.id = k.id and h.recording is not null;
        update station.call_log c
           set recording = null,
               version = c.version + 1,
               change = gen_random_uuid(),
               updated_at = now(),
               updated_by = '00000000-0000-0000-0000-000000000000'
         where c.county = p_county and c.id = k.id;
        insert into station.call_log_history
        select c.* from station.call_log c where c.county = p_county and c.id = k.id;
        insert into core.audit (county, action, object, object_id, div, request)
        values (p_county, 'erase', 'station.call_log', k.id, k.div, gen_random_uuid());
        total := total + 1;
    end loop;
    return total;
end $$;
revoke execute on function core.recording_forget(int, int) from public;
grant execute on function core.recording_forget(int, int) to wulian_gate;

-- Open requests whose limit passed before a moment, with the level they stand at by then: 1 the head of
-- the station, 2 the county, as the county's parameters say (domain book 3.1.4).
create function station.request_levels(p_county int, p_at timestamptz)
    returns table (id uuid, level bigint)
    language plpgsql stable
    as $$
begin
    return query
        select x.id,
               case when core.due_at(p_county, 'request.escalate_minutes.2.' || x.urgency, x.due)
                         <= p_at then 2::bigint
                    when core.due_at(p_county, 'request.escalate_minutes.1.' || x.urgency, x.due)
                         <= p_at then 1::bigint
                    else 0::bigint end
          from (select o.id, o.urgency, min(o.due) as due
                  from (select r.id, r.urgency, r.due_accept_at as due
                          from station.request r
                         where r.county = p_county
                           and r.state = 'new'
                           and r.due_accept_at <= p_at
                           and r.deleted_at is null
                           and r.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
                           and r.div < (select nullif(current_setting('wl.hi', true), '')::bigint)
                        union all
                        select r.id, r.urgency, r.due_finish_at
                          from station.request r
                         where r.county = p_county
                           and r.state not in ('done', 'callback', 'closed', 'rejected', 'merged')
                           and r.state <> 'waiting'
                           and r.due_finish_at <= p_at
                           and r.deleted_at is null
                           and r.div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
                           and r.div < (select nullif(current_setting('wl.hi', true), '')::bigint)) o
                 group by o.id, o.urgency) x;
end $$;
grant execute on function station.request_levels(int, timestamptz) to wulian_app;

insert into core.policy_default (key, value, unit, mark, basis) values
    ('roster.late_minutes', '30', 'minutes', '[A]', null);
