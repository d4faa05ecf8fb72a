-- A window that somebody mistyped ("11：00") is the default one, so that stops keep their times and a
-- missed meal is still found.

create or replace function elderly.meal_window(p_county int, p_div bigint, p_meal text, p_on date)
    returns tstzrange
    language sql stable
begin atomic
    select tstzrange(timezone('Asia/Shanghai', p_on + w.times[1]),
                     timezone('Asia/Shanghai', p_on + greatest(w.times[1], w.times[2])), '[]')
      from (select array_agg(coalesce(substring(core.setting(p_county, p_div, d.key)
                                                from '^(?:[01]\d|2[0-3]):[0-5]\d$'), d.value)::time
                             order by d.key) as times
              from (select case p_meal when 'B' then 'elderly.breakfast' when 'D' then 'elderly.dinner'
                                       else 'elderly.meal_window' end as slot) s
              join core.setting_default d on d.key in (s.slot || '_from', s.slot || '_to')) w;
end;
