-- The effective value of a policy parameter on a date is one function, also for whoever wants to see
-- where it comes from: the row that holds. core.param is its value, or the national default.

create function core.param_row(p_county int, p_key text, p_on date) returns setof station.policy_value
    language sql stable parallel safe
    as $$
    select p.*
      from station.policy_value p
     where p.county = p_county
       and p.key = p_key
       and p.effective_from <= p_on
       and (p.effective_to is null or p.effective_to > p_on)
       and p.state <> 'withdrawn'
       and p.deleted_at is null
     order by core.policy_rank(p.level) desc, p.effective_from desc
     limit 1
$$;
comment on function core.param_row(int, text, date) is
    'of the values that hold on the day the lowest level''s; of those the one that began last, so that '
    'one for a while goes before a standing one and gives way to it afterwards';

create or replace function core.param(p_county int, p_key text, p_on date default core.today())
    returns text
    language plpgsql stable parallel safe
    as $$
begin
    return coalesce((select p.value from core.param_row(p_county, p_key, p_on) p),
                    (select d.value from core.policy_default d where d.key = p_key));
end $$;
