-- Whom calls are not for just now, and whom to send: a contact of the elder (elderly.elder_contact).

alter table elderly.call_plan
    drop constraint call_plan_neighbour,
    drop constraint call_plan_county_neighbour_fkey,
    add foreign key (county, neighbour) references elderly.elder_contact (county, id);
alter table elderly.greeting_call
    drop constraint greeting_call_county_neighbour_fkey,
    add foreign key (county, neighbour) references elderly.elder_contact (county, id);

-- Set aside (in hospital, away), or closed for good; of several files the one that is open says it.
create function elderly.call_bar(p_county int, p_person uuid) returns text
    language sql stable
    begin atomic
        select case when r.death_date is not null then 'closed'
                    when f.state in ('suspended', 'closed') then f.state end
          from station.v_resident r
          left join lateral (select p.state
                               from elderly.elder_profile p
                              where p.county = r.county
                                and p.person = r.id
                                and p.deleted_at is null
                              order by p.state = 'closed', p.created_at desc
                              limit 1) f on true
         where r.county = p_county
           and r.id = p_person;
    end;
comment on function elderly.call_bar(int, uuid) is
    'why the elder is not called now: suspended, or closed; null: nothing stands against it';

-- As in 0012, but for those against whom nothing stands.
create or replace function elderly.calls_on(p_county int, p_day date)
    returns table (div bigint, plan uuid, person uuid, staff uuid, neighbour uuid, date date,
                   due_at timestamptz)
    language sql stable
    begin atomic
        select p.div, p.id, p.person, p.caller, p.neighbour, p_day,
               (p_day + p.call_at) at time zone 'Asia/Shanghai'
          from elderly.call_plan p
         where p.county = p_county
           and p.state = 'active'
           and p.deleted_at is null
           and p_day >= p.since
           and (p.until is null or p_day <= p.until)
           and extract(isodow from p_day)::text = any (p.days)
           and elderly.call_bar(p.county, p.person) is null
           and not exists (select
                             from elderly.greeting_call g
                            where g.county = p.county
                              and g.person = p.person
                              and g.date = p_day
                              and g.state <> 'cancelled'
                              and g.deleted_at is null);
    end;

-- Calls of the day before t's that reached nobody.
create function elderly.calls_open(p_county int, p_day date)
    returns table (id uuid, div bigint, person uuid, ends_at timestamptz)
    language sql stable
    begin atomic
        select c.id, c.div, c.person, d.ends_at
          from (select (p_day - 1)::timestamp at time zone 'Asia/Shanghai' as starts_at,
                       p_day::timestamp at time zone 'Asia/Shanghai' as ends_at) d
          join elderly.greeting_call c
            on c.county = p_county
           and c.due_at >= d.starts_at
           and c.due_at < d.ends_at
         where c.state <> 'cancelled'
           and not c.missed
           and c.deleted_at is null
           and (c.contact_at is null or c.contact_at >= d.ends_at);
    end;
