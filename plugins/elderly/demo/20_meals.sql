-- 助餐: in each township four elders have their lunch brought on working days, along one line; what months
-- ago was delivered is settled. In summer the weather office warned of heat.

create table eaters as
    select e.*, e.nth - 8 as stop, b.band, core.param(demo.county(), 'elderly.meal_subsidy_fen.' || b.band)::bigint as fen, c.account as courier,
           demo.id('meals' || e.key, e.at + interval '5 days') as subscription, e.at + interval '5 days' as since,
           demo.pick('diet' || e.key, array['NORMAL', 'NORMAL', 'SOFT', 'LOW_SALT', 'LOW_SUGAR']) as diet
      from elders e join staff c on c.org = e.org and c.n = 2
     cross join lateral (select elderly.meal_band(demo.county(), e.person, core.today()) as band) b
     where e.nth between 9 and 12;
insert into elderly.meal_subscription (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, weekdays, meal, mode, diet, line, courier, stop_no, starts_on, state)
select demo.county(), e.subscription, e.div, e.org, e.subscription, e.since, e.worker, e.since, e.worker, e.person,
       array['1', '2', '3', '4', '5'], 'L', 'DELIVERY', e.diet, '东线', e.courier, e.stop,
       (e.since at time zone 'Asia/Shanghai')::date + 1, 'active'
  from eaters e;
call demo.written('elderly.meal_subscription');

insert into elderly.weather_alert (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    kind, level, starts_at, ends_at, advice)
select demo.county(), w.id, w.div, w.org, w.id, w.at, w.head, w.at, w.head, 'HEAT', w.level, w.at, w.at + interval '10 hours',
       '避开正午，备足饮水，两人一组'
  from (select demo.id('heat' || s.key || i, demo.at(d, 480)) as id, s.div, s.id as org, h.account as head, demo.at(d, 480) as at,
               demo.pick('level' || s.key || i, array['YELLOW', 'ORANGE']) as level
          from served s join staff h on h.org = s.id and h.n = 0
         cross join generate_series(1, 3) i
         cross join lateral (select make_date(extract(year from core.today() - 120)::int, 7, 8 * i) as d) y
         where d between core.today() - 360 and core.today() - 1) w;
call demo.written('elderly.weather_alert');

-- Months whose meals are settled: their orders were so five weeks after they were made.
create table months as
    select m::date as month, m + interval '1 month' + interval '40 days' < core.today() as settled
      from generate_series(date_trunc('month', core.today() - 90), date_trunc('month', core.today()), '1 month') m;
create table meals as
    select e.key || d as k, e.*, d as date, m.month, demo.at(d, 690 + e.stop * 6) as arrives, demo.at(d - 1, 1195) as ordered,
           demo.id('meal' || e.key || d, demo.at(d - 1, 1195)) as meal, demo.id('settled' || e.station || m.month, demo.at(m.month, 0)) as paper,
           demo.id('route' || e.station || d, demo.at(d - 1, 1200)) as way,
           case when demo.at(d, 800) > now() then 'planned' when demo.roll('away' || e.key || d, 60) = 0 then 'not_home'
                when demo.roll('off' || e.key || d, 40) = 0 then 'cancelled' when m.settled then 'settled' else 'delivered' end as state
      from eaters e
     cross join generate_series(core.today() - 89, core.today() + 1, interval '1 day') g
     cross join lateral (select g::date as d) y
      join months m on m.month = date_trunc('month', d)
     where extract(isodow from d) < 6 and demo.at(d - 1, 1200) < now() and e.since < demo.at(d - 1, 0);
create table lines_of as
    select distinct m.station, m.org, m.township::bigint * 1000 as div, m.courier, m.head, m.date, m.month, m.way, demo.at(m.date, 800) < now() as over
      from meals m;
insert into elderly.meal_route (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    date, meal, line, courier, vehicle, starts_at, ends_at, left_at, done_at, state)
select demo.county(), l.way, l.div, l.org, l.way, demo.at(l.date - 1, 1200), l.head, demo.at(l.date - 1, 1200), l.head,
       l.date, 'L', '东线', l.courier, '电动摩托车', demo.at(l.date, 680), demo.at(l.date, 750),
       case when l.over then demo.at(l.date, 680) end, case when l.over then demo.at(l.date, 745) end,
       case when l.over then 'done' else 'planned' end
  from lines_of l;
call demo.lived('elderly.meal_route', '[{"state": "planned"}, {"state": "out", "when": "left_at", "by": "courier"},
    {"state": "done", "when": "done_at", "by": "courier"}]');
insert into elderly.meal_settlement (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    month, bands, settled_at, settled_by, state)
select demo.county(), x.paper, x.div, x.org, x.paper, x.at, x.head, x.at, x.head, x.month, x.bands,
       x.at + interval '2 days', x.head, 'settled'
  from (select m.paper, m.township::bigint * 1000 as div, m.org, m.head, m.month, demo.at((m.month + interval '1 month')::date, 560) as at,
               jsonb_agg(jsonb_build_object('band', m.band, 'meals', m.n, 'price_fen', m.n * 1200, 'subsidy_fen', m.n * m.fen,
                                            'self_fen', m.n * (1200 - m.fen)) order by m.band) as bands
          from (select paper, township, org, head, month, band, fen, count(*) as n from meals where state = 'settled'
                 group by paper, township, org, head, month, band, fen) m
         group by m.paper, m.township, m.org, m.head, m.month) x;
call demo.lived('elderly.meal_settlement', '[{"state": "draft", "is": {"settled_by": null}},
    {"state": "settled", "when": "settled_at", "by": "settled_by"}]');

insert into elderly.meal_order (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, date, meal, mode, price_fen, subsidy_fen, service_how, courier, diet, subscription, band, route, stop_no,
    eta, cooked_at, hot_until, arrived_at, delivered_at, handed_to, wellbeing, reason, settlement, state)
select demo.county(), m.meal, m.div, m.org, m.meal, m.ordered, m.worker, m.ordered, m.worker, m.person, m.date, 'L',
       'DELIVERY', 1200, m.fen, 'ALLOW', m.courier, m.diet, m.subscription, m.band, m.way, m.stop, m.arrives,
       case when o.out then demo.at(m.date, 670) end, case when o.out then demo.at(m.date, 730) end,
       case when o.out then m.arrives end, case when o.handed then m.arrives end, case when o.handed then '本人' end,
       case when o.handed then demo.pick('well' || m.k, array['OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'CONCERN']) end,
       case m.state when 'cancelled' then '去子女家' end, case m.state when 'settled' then m.paper end, m.state
  from meals m
 cross join lateral (select m.state in ('delivered', 'settled', 'not_home') as out, m.state in ('delivered', 'settled') as handed) o;
call demo.lived('elderly.meal_order', '[{"state": "planned"}, {"state": "cancelled", "sets": ["reason"]}]');
call demo.lived('elderly.meal_order', '[{"state": "planned", "is": {"courier": null}}, {"state": "confirmed", "is": {"courier": null}},
    {"state": "cooking", "when": "cooked_at", "sets": ["hot_until"], "is": {"courier": null}}, {"state": "out", "when": "cooked_at", "by": "courier"},
    {"state": "not_home", "when": "arrived_at", "by": "courier"}]');
call demo.lived('elderly.meal_order', '[{"state": "planned", "is": {"courier": null}}, {"state": "confirmed", "is": {"courier": null}},
    {"state": "cooking", "when": "cooked_at", "sets": ["hot_until"], "is": {"courier": null}}, {"state": "out", "when": "cooked_at", "by": "courier"},
    {"state": "delivered", "when": "delivered_at", "by": "courier", "sets": ["arrived_at", "handed_to", "wellbeing"]},
    {"state": "settled", "days": 36, "sets": ["settlement"]}]');
