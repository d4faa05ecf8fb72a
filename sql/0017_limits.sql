-- Limits that stand still, public holidays, what becomes of deleted rows, and staff's own relatives.

-- ---- working time --------------------------------------------------------------------------------

create table core.holiday (
    day date primary key,
    kind text not null check (kind in ('off', 'work')),
    basis text
);
comment on table core.holiday is
    '节假日安排: off on a working day, work on a weekend. Empty until an installation enters the year''s notice: unconfirmed, and a limit that spans a holiday then ends early, never late';
grant select on core.holiday to wulian_app;

create function core.working_day(p_day date) returns boolean
    language plpgsql stable parallel safe
    as $$
begin
    return coalesce((select h.kind = 'work' from core.holiday h where h.day = p_day),
                    extract(isodow from p_day) <= 5);
end $$;

-- `minutes` of working time after `start`: 09:00 to 17:00 of working days in Asia/Shanghai.
create or replace function core.work_time_add(start timestamptz, minutes int) returns timestamptz
    language plpgsql stable parallel safe
    as $$
declare
    at timestamp := start at time zone 'Asia/Shanghai';
    remaining int := minutes;
    free int;
begin
    for i in 1..1000 loop
        if at::time >= '17:00' or not core.working_day(at::date) then
            at := date_trunc('day', at) + interval '1 day 9 hours';
            continue;
        end if;
        at := greatest(at, date_trunc('day', at) + interval '9 hours');
        free := extract(epoch from date_trunc('day', at) + interval '17 hours' - at)::int / 60;
        if remaining <= free then
            return (at + make_interval(mins => remaining)) at time zone 'Asia/Shanghai';
        end if;
        remaining := remaining - free;
        at := date_trunc('day', at) + interval '1 day 9 hours';
    end loop;
    raise exception 'working time of % minutes is out of range', minutes;
end $$;

-- Working time that passed between two instants, in whole minutes.
create function core.work_minutes(p_from timestamptz, p_to timestamptz) returns int
    language plpgsql stable parallel safe
    as $$
declare
    low timestamp := p_from at time zone 'Asia/Shanghai';
    high timestamp := p_to at time zone 'Asia/Shanghai';
begin
    return coalesce((
        select sum(greatest(0, extract(epoch from least(high, d + interval '17 hours')
                                               - greatest(low, d + interval '9 hours'))))::int / 60
          from generate_series(date_trunc('day', low), high, interval '1 day') d
         where core.working_day(d::date)), 0);
end $$;

-- A limit moved on by the time its clock stood: in working time when the policy parameter it comes
-- from is in working time, else (or without one) by all hours.
create function core.due_moved(p_key text, p_due timestamptz, p_held timestamptz, p_now timestamptz)
    returns timestamptz
    language plpgsql stable
    as $$
begin
    if (select d.unit from core.policy_default d where d.key = p_key) = 'working_minutes' then
        return core.work_time_add(p_due, core.work_minutes(p_held, p_now));
    end if;
    return p_due + (p_now - p_held);
end $$;
grant execute on function core.working_day(date), core.work_minutes(timestamptz, timestamptz),
    core.due_moved(text, timestamptz, timestamptz, timestamptz) to wulian_app;

-- ---- limits of requests --------------------------------------------------------------------------

alter table station.request add column due_finish_at_held timestamptz;
alter table station.request_history add column due_finish_at_held timestamptz;
comment on column station.request.due_finish_at_held is 'since when the clock stands; null: it runs';
grant update (due_finish_at_held) on station.request to wulian_app;
create index request_due_accept on station.request (county, due_accept_at)
    where state = 'new';
create index request_due_finish on station.request (county, due_finish_at)
    where state not in ('done', 'callback', 'closed', 'rejected', 'merged');

-- ---- what was deleted ----------------------------------------------------------------------------

create index resident_deleted on station.resident (county, deleted_at)
    where deleted_at is not null;
create index household_deleted on station.household (county, deleted_at)
    where deleted_at is not null;
create index household_member_deleted on station.household_member (county, deleted_at)
    where deleted_at is not null;

create table core.retention (
    record text primary key,
    days int not null check (days > 0)
);
comment on table core.retention is
    'how long a deleted row of a record can be restored; written by wulian migrate from the descriptions';

-- Removes for good what was deleted longer ago than its record keeps it, with its history, unless
-- another row still refers to it. At most p_most rows a call, each batch with its audit rows.
create function core.deleted_purge(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k record;
    unused text;
    gone uuid[];
    versions int;
    total int := 0;
begin
    for k in select r.record, r.days
               from core.retention r
              where to_regclass(r.record) is not null
              order by r.record
    loop
        exit when total >= p_most;
        select coalesce(string_agg(format(
                   ' and not exists (select from %s x where x.county = t.county and x.%I = t.id)',
                   c.conrelid::regclass, a.attname), ''), '')
          into unused
          from pg_constraint c
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
         where c.contype = 'f' and c.confrelid = to_regclass(k.record) and a.attname <> 'county';
        execute format(
            'with doomed as (select t.id from %1$s t where t.county = $1'
            ' and t.deleted_at < now() - make_interval(days => $2)%2$s'
            ' order by t.deleted_at limit $3 for update skip locked),'
            ' gone as (delete from %1$s t using doomed d'
            ' where t.county = $1 and t.id = d.id returning t.id)'
            ' select array_agg(g.id) from gone g', k.record::regclass, unused)
           into gone using p_county, k.days, p_most - total;
        continue when gone is null;
        execute format('delete from %s t where t.county = $1 and t.id = any ($2)',
                       (k.record || '_history')::regclass) using p_county, gone;
        get diagnostics versions = row_count;
        insert into core.audit (county, action, object, request, n)
        values (p_county, 'purge', k.record, gen_random_uuid(), cardinality(gone)),
               (p_county, 'purge', k.record || '_history', gen_random_uuid(), versions);
        total := total + cardinality(gone);
    end loop;
    return total;
end $$;
revoke execute on function core.deleted_purge(int, int) from public;
grant execute on function core.deleted_purge(int, int) to wulian_gate;

-- ---- near relatives of staff ---------------------------------------------------------------------

create table station.near_relative (
    like core.record including defaults including generated including constraints,
    account uuid not null,
    person uuid not null,
    relation text not null,
    since date,
    basis text,
    state text not null,
    reason text,
    ended_at timestamptz,
    primary key (county, id),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint near_relative_state check (state in ('registered', 'ended'))
);
comment on table station.near_relative is
    '近亲属备案: residents who are relatives of people who work here; who may not decide on them';
create unique index near_relative_once on station.near_relative (county, account, person)
    where deleted_at is null and state = 'registered';
create index near_relative_person on station.near_relative (county, person, created_at desc, id desc);
create index near_relative_created on station.near_relative (county, created_at desc, id desc);
create index near_relative_place
    on station.near_relative (county, township, created_at desc, id desc);
call core.record_table('station.near_relative', null);

-- The caller's own relatives, wherever they live: a relative in another township is one all the same,
-- though the caller sees no row there.
create function core.own_relatives() returns uuid[]
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return array(select n.person
                   from station.near_relative n
                  where n.county = nullif(current_setting('wl.county', true), '')::int
                    and n.account = core.actor()
                    and n.state = 'registered'
                    and n.deleted_at is null);
end $$;
comment on function core.own_relatives() is 'residents registered as near relatives of the caller';
revoke execute on function core.own_relatives() from public;
grant execute on function core.own_relatives() to wulian_app;
