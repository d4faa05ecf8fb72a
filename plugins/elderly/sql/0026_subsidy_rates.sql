-- Subsidies by their rates: what a county pays for each kind and age is asked once a month, not once a
-- person, and whoever moved is proposed where they live now.

create function elderly.subsidy_rates(p_county int, p_month date)
    returns table (kind text, from_age int, to_age int, fen bigint)
    language sql stable
    begin atomic
    select v.kind,
           greatest(v.from_age, core.param(p_county, 'elderly.subsidy_age.' || v.kind, p_month)::int),
           v.to_age, core.param(p_county, 'elderly.subsidy_fen.' || v.key, p_month)::bigint
      from (values ('AGED', 'AGED', 0, 90), ('AGED', 'AGED.90', 90, 100), ('AGED', 'AGED.100', 100, 200),
                   ('SERVICE', 'SERVICE', 0, 200), ('NURSING', 'NURSING', 0, 200),
                   ('DISABLED', 'DISABLED', 0, 200), ('LONGEVITY', 'LONGEVITY', 0, 200))
           as v (kind, key, from_age, to_age);
    end;
comment on function elderly.subsidy_rates(int, date) is
    'what is paid for a kind from an age on, below another, by the parameters of the first day of a month';

-- Full years on the last day of the month: whoever comes of age in it gets the month.
create function elderly.subsidy_years(p_birth date, p_month date) returns int
    language sql immutable parallel safe
    return coalesce(extract(year from age(p_month + interval '1 month' - interval '1 day', p_birth)), 0)::int;

create or replace function elderly.subsidy_fen(p_county int, p_kind text, p_person uuid, p_month date)
    returns bigint
    language sql stable parallel safe
    begin atomic
    select coalesce((
        select x.fen
          from station.v_resident r
          join elderly.subsidy_rates(p_county, p_month) x
            on x.kind = p_kind
           and elderly.subsidy_years(r.birth, p_month) >= x.from_age
           and elderly.subsidy_years(r.birth, p_month) < x.to_age
         where r.county = p_county
           and r.id = p_person
           and (r.death_date is null or r.death_date >= p_month)), 0);
    end;
drop function elderly.subsidy_key(text, int);

create or replace function elderly.subsidy_proposed(p_county int, p_month date, p_most int)
    returns table (div bigint, person uuid, kind text)
    language sql stable
    begin atomic
    with rate as materialized (
        select x.kind, x.from_age, x.to_age
          from elderly.subsidy_rates(p_county, p_month) x
         where x.fen > 0
    ), past as materialized (
        select g.person, g.kind
          from elderly.subsidy_grant g
         where g.county = p_county
           and g.month = (p_month - interval '1 month')::date
           and g.state in ('confirmed', 'paid')
           and g.deleted_at is null
    ), have as materialized (
        select g.person, g.kind
          from elderly.subsidy_grant g
         where g.county = p_county
           and g.month = p_month
    )
    select r.div, r.id, x.kind
      from rate x
      join station.v_resident r
        on elderly.subsidy_years(r.birth, p_month) >= x.from_age
       and elderly.subsidy_years(r.birth, p_month) < x.to_age
     where r.county = p_county
       and (r.death_date is null or r.death_date >= p_month)
       and (x.kind in ('AGED', 'LONGEVITY') and r.birth is not null
            or (r.id, x.kind) in (select p.person, p.kind from past p))
       and (r.id, x.kind) not in (select h.person, h.kind from have h)
     limit p_most;
    end;

grant execute on function elderly.subsidy_rates(int, date), elderly.subsidy_years(date, date)
    to wulian_app, wulian_check;
