-- Who eats when (助餐登记), the weather that endangers couriers, and the routes they go.

create table elderly.meal_subscription (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    weekdays text[] not null,
    meal text not null,
    mode text not null,
    diet text,
    canteen uuid,
    line text,
    courier uuid,
    stop_no bigint,
    note text,
    starts_on date not null,
    ends_on date,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, canteen) references station.venue (county, id),
    foreign key (county, courier) references admin.account (county, id),
    constraint meal_subscription_state check (state in ('active', 'suspended', 'ended'))
);
comment on table elderly.meal_subscription is
    '助餐登记: the weekdays on which a person has a meal of a slot, from day to day';
comment on column elderly.meal_subscription.line is 'name of the route that brings it';
comment on column elderly.meal_subscription.stop_no is 'its usual place on that route';
create index meal_subscription_created on elderly.meal_subscription
    (county, created_at desc, id desc, state, meal);
create index meal_subscription_place on elderly.meal_subscription
    (county, township, created_at desc, id desc, state, meal);
create index meal_subscription_person on elderly.meal_subscription
    (county, person, created_at desc, id desc);
create index meal_subscription_canteen on elderly.meal_subscription
    (county, canteen, created_at desc, id desc);
create index meal_subscription_courier on elderly.meal_subscription (county, courier);
call core.record_table('elderly.meal_subscription', 'elderly');

create table elderly.weather_alert (
    like core.record including defaults including generated including constraints,
    kind text not null,
    level text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    advice text not null,
    primary key (county, id),
    constraint weather_alert_times check (ends_at > starts_at)
);
comment on table elderly.weather_alert is
    'a warning of the weather office that holds for a township';
create index weather_alert_starts on elderly.weather_alert (county, starts_at desc, id desc, kind, level);
create index weather_alert_place on elderly.weather_alert
    (county, township, starts_at desc, id desc, kind, level);
create index weather_alert_created on elderly.weather_alert (county, created_at desc, id desc, township);
call core.record_table('elderly.weather_alert', 'elderly');

create function elderly.weather_at(p_county int, p_div bigint, p_at timestamptz default now())
    returns uuid
    language sql stable
begin atomic
    select a.id
      from elderly.weather_alert a
      join core.code c on c.tab = 'WEATHER_LEVEL' and c.code = a.level
     where a.county = p_county
       and a.township = (p_div / 1000)::int
       and a.starts_at <= p_at
       and a.ends_at > p_at
       and a.deleted_at is null
     order by c.sort, a.starts_at desc, a.id
     limit 1;
end;
comment on function elderly.weather_at(int, bigint, timestamptz) is
    'the gravest warning that stands over a place then, or null';
revoke execute on function elderly.weather_at(int, bigint, timestamptz) from public;
grant execute on function elderly.weather_at(int, bigint, timestamptz) to wulian_app, wulian_check;

create table elderly.meal_route (
    like core.record including defaults including generated including constraints,
    date date not null,
    meal text not null,
    line text not null,
    courier uuid,
    vehicle text,
    starts_at timestamptz,
    ends_at timestamptz,
    stops jsonb,
    weather_alert uuid,
    safety_note text,
    left_at timestamptz,
    done_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, courier) references admin.account (county, id),
    foreign key (county, weather_alert) references elderly.weather_alert (county, id),
    constraint meal_route_state check (state in ('planned', 'out', 'done'))
);
comment on table elderly.meal_route is
    '送餐路线: one line of a slot and day; its stops are the orders that name it, by their stop_no';
comment on column elderly.meal_route.stops is 'what reordering was asked for: ids of its orders in order';
create unique index meal_route_once on elderly.meal_route (county, township, date, meal, line)
    where deleted_at is null;
create index meal_route_date on elderly.meal_route (county, date desc, id desc, state, meal);
create index meal_route_place on elderly.meal_route
    (county, township, date desc, id desc, state, meal);
create index meal_route_courier on elderly.meal_route (county, courier, date desc, id desc);
create index meal_route_weather on elderly.meal_route (county, weather_alert);
create index meal_route_created on elderly.meal_route (county, created_at desc, id desc, township);
call core.record_table('elderly.meal_route', 'elderly');
