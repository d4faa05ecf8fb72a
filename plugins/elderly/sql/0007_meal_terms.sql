-- 助餐: what a meal costs, who is subsidised by how much, until when it can be ordered and cancelled,
-- and when it is brought. Money is a policy parameter, the way of working a setting of the township.

insert into core.code (tab, code, zh, en, sort) values
    ('MEAL_BAND', 'FULL', '特困人员', 'destitute', 1),
    ('MEAL_BAND', 'CARE', '失能、重残或计生特殊家庭', 'disabled, or of a special household', 2),
    ('MEAL_BAND', 'AGED', '高龄', 'of great age', 3),
    ('MEAL_BAND', 'BASE', '老年人', 'elder', 4),
    ('MEAL_BAND', 'SELF', '自费', 'own expense', 5),
    ('WEATHER', 'HEAT', '高温', 'heat', 1),
    ('WEATHER', 'RAIN', '暴雨', 'heavy rain', 2),
    ('WEATHER', 'THUNDER', '雷电大风', 'thunder and gale', 3),
    ('WEATHER', 'SNOW', '暴雪', 'heavy snow', 4),
    ('WEATHER', 'ICE', '道路结冰', 'ice on the roads', 5),
    ('WEATHER', 'COLD', '寒潮', 'cold wave', 6),
    ('WEATHER', 'FOG', '大雾', 'fog', 7),
    ('WEATHER_LEVEL', 'RED', '红色预警', 'red', 1),
    ('WEATHER_LEVEL', 'ORANGE', '橙色预警', 'orange', 2),
    ('WEATHER_LEVEL', 'YELLOW', '黄色预警', 'yellow', 3),
    ('WEATHER_LEVEL', 'BLUE', '蓝色预警', 'blue', 4),
    ('MEAL_GAP', 'NONE', '没有订餐', 'nothing was ordered', 1),
    ('MEAL_GAP', 'CANCELLED', '订餐已取消', 'the order was cancelled', 2),
    ('MEAL_GAP', 'NOT_HANDED', '未能送达', 'it was not handed over', 3),
    ('MEAL_GAP', 'WAITING', '过了时间还没送到', 'it has not come in time', 4);
insert into core.code (tab, code, zh, en, sort) values
    ('WEEKDAY', '1', '周一', 'Monday', 1),
    ('WEEKDAY', '2', '周二', 'Tuesday', 2),
    ('WEEKDAY', '3', '周三', 'Wednesday', 3),
    ('WEEKDAY', '4', '周四', 'Thursday', 4),
    ('WEEKDAY', '5', '周五', 'Friday', 5),
    ('WEEKDAY', '6', '周六', 'Saturday', 6),
    ('WEEKDAY', '7', '周日', 'Sunday', 7)
    on conflict do nothing;

insert into core.policy_default (key, value, unit, mark, basis) values
    ('elderly.meal_price_fen.B', '500', 'fen', '[A]', null),
    ('elderly.meal_price_fen.L', '1200', 'fen', '[A]', null),
    ('elderly.meal_price_fen.D', '1000', 'fen', '[A]', null),
    ('elderly.meal_subsidy_fen.FULL', '1200', 'fen', '[A]', null),
    ('elderly.meal_subsidy_fen.CARE', '800', 'fen', '[A]', null),
    ('elderly.meal_subsidy_fen.AGED', '600', 'fen', '[A]', null),
    ('elderly.meal_subsidy_fen.BASE', '300', 'fen', '[A]', null),
    ('elderly.meal_subsidy_fen.SELF', '0', 'fen', '[A]', null),
    ('elderly.meal_care_ability', '2', 'count', '[A]', null),
    ('elderly.meal_aged_years', '80', 'count', '[A]', null),
    ('elderly.meal_base_years', '60', 'count', '[A]', null),
    ('elderly.meal_wellbeing_urgency.OK', 'U3', 'code', '[A]', null),
    ('elderly.meal_wellbeing_urgency.CONCERN', 'U2', 'code', '[A]', null),
    ('elderly.meal_wellbeing_urgency.ABNORMAL', 'U1', 'code', '[A]', null);

-- ---- money ---------------------------------------------------------------------------------------
-- plpgsql for its kept plans, like core.param: they are asked of every order of a county's evening.

create function elderly.meal_band(p_county int, p_person uuid, p_on date) returns text
    language plpgsql stable
    as $$
declare
    profile record;
    years int;
begin
    select p.categories, p.ability into profile
      from elderly.elder_profile p
     where p.county = p_county
       and p.person = p_person
       and p.state in ('active', 'suspended')
       and p.deleted_at is null;
    if profile.categories @> array['DESTITUTE'] then
        return 'FULL';
    elsif profile.categories && array['DISABLED', 'SEVERE', 'FAMILY_PLAN', 'CHILD_LOST']
          or profile.ability is not null
          and profile.ability >= core.param(p_county, 'elderly.meal_care_ability', p_on) then
        return 'CARE';
    end if;
    years := (select extract(year from age(p_on, v.birth))
                from station.v_resident v
               where v.county = p_county
                 and v.id = p_person);
    return case when years >= core.param(p_county, 'elderly.meal_aged_years', p_on)::int then 'AGED'
                when years >= core.param(p_county, 'elderly.meal_base_years', p_on)::int then 'BASE'
                else 'SELF' end;
end $$;
comment on function elderly.meal_band(int, uuid, date) is
    'MEAL_BAND by the profile in use (identity, level of ability), else by age on that day';

create function elderly.meal_price(p_county int, p_meal text, p_on date) returns bigint
    language plpgsql stable
    as $$
begin
    return core.param(p_county, 'elderly.meal_price_fen.' || p_meal, p_on)::bigint;
end $$;

-- Never more than the price; nothing when that slot of the day has a subsidised meal already.
create function elderly.meal_subsidy(p_county int, p_person uuid, p_meal text, p_on date) returns bigint
    language plpgsql stable
    as $$
begin
    if exists (select
                 from elderly.meal_order o
                where o.county = p_county
                  and o.person = p_person
                  and o.date = p_on
                  and o.meal = p_meal
                  and o.subsidy_fen > 0
                  and o.state not in ('cancelled', 'refused', 'not_home')
                  and o.deleted_at is null) then
        return 0;
    end if;
    return least(core.param(p_county, 'elderly.meal_subsidy_fen.'
                                      || elderly.meal_band(p_county, p_person, p_on), p_on)::bigint,
                 elderly.meal_price(p_county, p_meal, p_on));
end $$;

-- ---- time ----------------------------------------------------------------------------------------

create function elderly.meal_closes(p_county int, p_div bigint, p_on date) returns timestamptz
    language sql stable
begin atomic
    select timezone('Asia/Shanghai', p_on - 1 + make_interval(
               hours => core.setting(p_county, p_div, 'elderly.meal_cutoff_hour')::int));
end;
comment on function elderly.meal_closes(int, bigint, date) is 'until when meals of that day are ordered';

create function elderly.meal_cancel_until(p_county int, p_div bigint, p_on date) returns timestamptz
    language sql stable
begin atomic
    select timezone('Asia/Shanghai', p_on + make_interval(
               hours => core.setting(p_county, p_div, 'elderly.meal_cancel_hour')::int));
end;
comment on function elderly.meal_cancel_until(int, bigint, date) is
    'until when a meal of that day is cancelled freely';

create function elderly.meal_first_day(p_county int, p_div bigint, p_at timestamptz default now())
    returns date
    language sql stable
begin atomic
    select d.today + case when p_at < elderly.meal_closes(p_county, p_div, d.today + 1) then 1 else 2 end
      from (select timezone('Asia/Shanghai', p_at)::date as today) d;
end;
comment on function elderly.meal_first_day(int, bigint, timestamptz) is
    'the first day whose meals can still be ordered';

-- A setting that is no time of day gives null, and so no window.
create function elderly.meal_window(p_county int, p_div bigint, p_meal text, p_on date) returns tstzrange
    language sql stable
begin atomic
    select tstzrange(timezone('Asia/Shanghai', p_on + w.times[1]::time),
                     timezone('Asia/Shanghai', p_on + greatest(w.times[1]::time, w.times[2]::time)), '[]')
      from (select array_agg(substring(core.setting(p_county, p_div,
                       'elderly.' || k.slot || e.e) from '^(?:[01]\d|2[0-3]):[0-5]\d$')
                       order by e.e) as times
              from (values (case p_meal when 'B' then 'breakfast' when 'D' then 'dinner'
                                        else 'meal_window' end)) k (slot)
             cross join (values ('_from'), ('_to')) e (e)) w;
end;
comment on function elderly.meal_window(int, bigint, text, date) is 'when that slot of the day is brought';

create function elderly.meal_hot_until(p_county int, p_div bigint, p_cooked_at timestamptz)
    returns timestamptz
    language sql stable
begin atomic
    select p_cooked_at + make_interval(
               mins => core.setting(p_county, p_div, 'elderly.meal_hot_minutes')::int);
end;
comment on function elderly.meal_hot_until(int, bigint, timestamptz) is
    'until when what was cooked then has to be handed over';

revoke execute on function
    elderly.meal_band(int, uuid, date), elderly.meal_price(int, text, date),
    elderly.meal_subsidy(int, uuid, text, date), elderly.meal_closes(int, bigint, date),
    elderly.meal_cancel_until(int, bigint, date),
    elderly.meal_first_day(int, bigint, timestamptz),
    elderly.meal_hot_until(int, bigint, timestamptz),
    elderly.meal_window(int, bigint, text, date) from public;
grant execute on function
    elderly.meal_band(int, uuid, date), elderly.meal_price(int, text, date),
    elderly.meal_subsidy(int, uuid, text, date), elderly.meal_closes(int, bigint, date),
    elderly.meal_cancel_until(int, bigint, date),
    elderly.meal_first_day(int, bigint, timestamptz),
    elderly.meal_hot_until(int, bigint, timestamptz),
    elderly.meal_window(int, bigint, text, date) to wulian_app, wulian_check;
