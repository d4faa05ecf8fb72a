-- The month's settlement, and what an order knows since: its subscription, canteen, diet and route, by
-- whose band it is paid, when it was cooked and reached the door, and what settled it.

create function elderly.list_sum(p_list jsonb, p_member text) returns bigint
    language sql immutable
begin atomic
    select coalesce(sum((e ->> p_member)::bigint), 0)::bigint from jsonb_array_elements(p_list) e;
end;
comment on function elderly.list_sum(jsonb, text) is 'sum of one member of all items; 0 of none';
grant execute on function elderly.list_sum(jsonb, text) to wulian_app, wulian_check;

create table elderly.meal_settlement (
    like core.record including defaults including generated including constraints,
    month date not null default date_trunc('month', core.today()),
    bands jsonb not null default '[]',
    corrections jsonb,
    meals bigint not null generated always as (elderly.list_sum(bands, 'meals')) stored,
    subsidy_fen bigint not null generated always as (
        elderly.list_sum(bands, 'subsidy_fen') + elderly.list_sum(corrections, 'subsidy_fen')) stored,
    self_fen bigint not null generated always as (
        elderly.list_sum(bands, 'self_fen') + elderly.list_sum(corrections, 'self_fen')) stored,
    price_fen bigint not null generated always as (
        elderly.list_sum(bands, 'price_fen') + elderly.list_sum(corrections, 'subsidy_fen')
        + elderly.list_sum(corrections, 'self_fen')) stored,
    settled_at timestamptz,
    settled_by uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, settled_by) references admin.account (county, id),
    constraint meal_settlement_state check (state in ('draft', 'settled')),
    constraint meal_settlement_money check (price_fen = subsidy_fen + self_fen),
    constraint meal_settlement_month check (extract(day from month) = 1)
);
comment on table elderly.meal_settlement is
    '助餐月结: the meals of a township delivered until the month''s end and not settled before';
comment on column elderly.meal_settlement.bands is 'by MEAL_BAND: meals, price, subsidy, own share';
comment on column elderly.meal_settlement.corrections is
    'of orders that an earlier month settled: what is to be added or, below zero, given back';
create unique index meal_settlement_once on elderly.meal_settlement (county, township, month)
    where deleted_at is null;
create index meal_settlement_month_of on elderly.meal_settlement (county, month desc, id desc, state);
create index meal_settlement_place on elderly.meal_settlement
    (county, township, month desc, id desc, state);
create index meal_settlement_created on elderly.meal_settlement (county, created_at desc, id desc, township);
call core.record_table('elderly.meal_settlement', 'elderly');

alter table elderly.meal_order
    drop constraint meal_order_money,
    drop column self_fen,
    add column self_fen bigint not null generated always as (price_fen - subsidy_fen) stored,
    add constraint meal_order_money check (subsidy_fen >= 0 and price_fen >= subsidy_fen),
    add column diet text,
    add column canteen uuid,
    add column subscription uuid,
    add column band text not null default 'SELF',
    add column route uuid,
    add column stop_no bigint,
    add column eta timestamptz,
    add column cooked_at timestamptz,
    add column hot_until timestamptz,
    add column arrived_at timestamptz,
    add column settlement uuid,
    add foreign key (county, canteen) references station.venue (county, id),
    add foreign key (county, subscription) references elderly.meal_subscription (county, id),
    add foreign key (county, route) references elderly.meal_route (county, id),
    add foreign key (county, settlement) references elderly.meal_settlement (county, id);
alter table elderly.meal_order alter column band drop default;
-- the same columns in the same order
alter table elderly.meal_order_history rename column self_fen to self_was;
alter table elderly.meal_order_history
    add column self_fen bigint,
    add column diet text,
    add column canteen uuid,
    add column subscription uuid,
    add column band text,
    add column route uuid,
    add column stop_no bigint,
    add column eta timestamptz,
    add column cooked_at timestamptz,
    add column hot_until timestamptz,
    add column arrived_at timestamptz,
    add column settlement uuid;
update elderly.meal_order_history set self_fen = self_was;
alter table elderly.meal_order_history
    drop column self_was,
    alter column self_fen set not null;
grant update (diet, canteen, subscription, band, route, stop_no, eta, cooked_at, hot_until, arrived_at,
              settlement)
    on elderly.meal_order to wulian_app;
comment on column elderly.meal_order.band is 'MEAL_BAND on the day of the meal, as it was when ordered';
comment on column elderly.meal_order.hot_until is 'until when it has to be handed over';
comment on column elderly.meal_order.arrived_at is 'when the courier stood at the door, handed over or not';
create index meal_order_canteen on elderly.meal_order (county, canteen, date desc, id desc);
create index meal_order_route on elderly.meal_order (county, route, date desc, id desc);
create index meal_order_settlement on elderly.meal_order (county, settlement, date desc, id desc);
create index meal_order_subscription on elderly.meal_order (county, subscription, date desc, id desc);
create index meal_order_stops on elderly.meal_order (county, person, arrived_at desc)
    where arrived_at is not null;
create index meal_order_hot on elderly.meal_order (county, hot_until);
create index meal_order_unsettled on elderly.meal_order (county, township, delivered_at)
    where state = 'delivered';

create function elderly.meal_bands(p_county int, p_township int, p_month date) returns jsonb
    language sql stable
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('band', x.band, 'meals', x.meals, 'price_fen', x.price_fen,
                                                 'subsidy_fen', x.subsidy_fen, 'self_fen', x.self_fen)
                              order by x.band), '[]')
      from (select o.band, count(*) as meals, sum(o.price_fen) as price_fen,
                   sum(o.subsidy_fen) as subsidy_fen, sum(o.self_fen) as self_fen
              from elderly.meal_order o
             where o.county = p_county
               and o.township = p_township
               and o.state = 'delivered'
               and o.delivered_at < timezone('Asia/Shanghai', p_month + interval '1 month')
               and o.deleted_at is null
             group by o.band) x;
end;
comment on function elderly.meal_bands(int, int, date) is
    'what a township has to settle for a month: delivered until its end and not settled yet';
revoke execute on function elderly.meal_bands(int, int, date) from public;
grant execute on function elderly.meal_bands(int, int, date) to wulian_app, wulian_check;

-- Whether the last two stops at a person were both in vain, this one being the second of them.
create function elderly.meal_twice_in_vain(p_county int, p_person uuid) returns boolean
    language sql stable
begin atomic
    select coalesce((array_agg(x.vain order by x.n))[1:3] in ('{t,t}', '{t,t,f}'), false)
      from (select o.state in ('refused', 'not_home') as vain,
                   row_number() over (order by o.arrived_at desc, o.id) as n
              from elderly.meal_order o
             where o.county = p_county
               and o.person = p_person
               and o.arrived_at is not null
               and o.deleted_at is null
             order by o.arrived_at desc, o.id
             limit 3) x;
end;
comment on function elderly.meal_twice_in_vain(int, uuid) is
    'the third in a row raises nothing more: somebody is on their way since the second';
revoke execute on function elderly.meal_twice_in_vain(int, uuid) from public;
grant execute on function elderly.meal_twice_in_vain(int, uuid) to wulian_app, wulian_check;
