-- What is given back of a settled meal is never more than was paid for it, however often it is corrected.

create function elderly.meal_corrections_hold(p_county int, p_township int, p_id uuid, p_corrections jsonb)
    returns boolean
    language sql stable
begin atomic
    select coalesce(bool_and(o.subsidy_fen + c.subsidy_fen >= 0 and o.self_fen + c.self_fen >= 0), true)
      from (select x ->> 'order_id' as id, sum((x ->> 'subsidy_fen')::bigint) as subsidy_fen,
                   sum((x ->> 'self_fen')::bigint) as self_fen
              from (select p_corrections as corrections
                    union all
                    select s.corrections
                      from elderly.meal_settlement s
                     where s.county = p_county
                       and s.township = p_township
                       and s.id <> p_id
                       and s.deleted_at is null) l
             cross join jsonb_array_elements(l.corrections) x
             group by 1) c
      join elderly.meal_order o
        on o.county = p_county
       and o.id::text = c.id;
end;
comment on function elderly.meal_corrections_hold(int, int, uuid, jsonb) is
    'no share of an order is below zero with these corrections of a settlement and those of all others';
revoke execute on function elderly.meal_corrections_hold(int, int, uuid, jsonb) from public;
grant execute on function elderly.meal_corrections_hold(int, int, uuid, jsonb) to wulian_app, wulian_check;
