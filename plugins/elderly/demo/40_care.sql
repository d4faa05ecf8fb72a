-- Errands of every kind, doctors at home, devices, incidents, and the allowance for great age.

create table tasks as
    select x.k, e.*, x.asked, demo.id('errand' || x.k, x.asked) as errand, x.asked < now() - interval '4 days' as over,
           x.kind as what, x.items, x.drug, 800 + demo.roll('spent' || x.k, 90) * 100 as spent
      from (select e.key || i as k, e.file, k.*,
                   demo.at(core.today() - i * 28 - demo.roll('day' || e.key || i, 26), 490 + demo.roll('min' || e.key || i, 400)) as asked
              from elders e cross join generate_series(0, 11) i
              join (values (0, 'BUY_DRUG', '降压药两盒', '硝苯地平缓释片'), (1, 'FETCH_DRUG', '降糖药一盒', '二甲双胍片'),
                           (2, 'BUY_FOOD', '米五斤、青菜、鸡蛋', null), (3, 'BUY_FOOD', '面条、油一壶', null),
                           (4, 'PAY_BILL', '缴电费', null)) k (turn, kind, items, drug) on k.turn = demo.roll('task' || e.key || i, 5)
             where e.nth between 15 and 17) x
      join elders e on e.file = x.file and e.at + interval '3 days' < x.asked;
insert into elderly.errand (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, kind, items, drug_name, drug_spec, drug_checked, sample_taken, shop, service_how, courier, advance_fen, spent_fen,
    returned_fen, receipt, handed_to, wellbeing, accepted_at, purchased_at, delivered_at, settle_due_at, settled_at, settled_by, state)
select demo.county(), t.errand, t.div, t.org, t.errand, t.asked, t.worker, t.asked, t.worker, t.person, t.what, t.items,
       case when o.done then t.drug end, case when o.done and t.drug is not null then '按空药瓶样品' end,
       case when o.done and t.drug is not null then '已核对空药瓶' end, o.done and t.drug is not null,
       case when o.done then '镇卫生院旁便民店（演示）' end, 'ALLOW', case when o.done then t.worker end,
       case when o.done then 10000 end, case when o.done then t.spent end, case when t.over then 10000 - t.spent end,
       case when o.done then to_char(t.asked, 'YYMMDD') || lpad(demo.roll('rc' || t.k, 999)::text, 3, '0') end,
       case when o.done then '本人' end, case when o.done then 'OK' end, case when o.done then t.asked + interval '20 minutes' end,
       case when o.done then t.asked + interval '70 minutes' end, case when o.done then t.asked + interval '2 hours' end,
       case when o.done then t.asked + interval '70 minutes' + interval '3 days' end, case when t.over then t.asked + interval '1 day' end,
       case when t.over then t.head end, case when t.over then 'settled' when o.done then 'delivered' else 'requested' end
  from tasks t cross join lateral (select t.asked < now() - interval '3 hours' as done) o where t.asked < now();
call demo.lived('elderly.errand', '[{"state": "requested", "is": {"sample_taken": null}},
    {"state": "accepted", "when": "accepted_at", "by": "courier", "sets": ["courier"], "is": {"sample_taken": null}},
    {"state": "purchased", "when": "purchased_at", "by": "courier",
     "sets": ["advance_fen", "spent_fen", "receipt", "shop", "drug_name", "drug_spec", "drug_checked", "settle_due_at"]},
    {"state": "delivered", "when": "delivered_at", "by": "courier", "sets": ["handed_to", "wellbeing"]},
    {"state": "settled", "when": "settled_at", "by": "settled_by", "sets": ["returned_fen", "settled_by"]}]');

insert into elderly.doctor_visit (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, complaint, wanted_on, clinic, doctor, way, agreed_at, visited_at, due_at, findings, advice, outcome, state)
select demo.county(), x.id, x.div, x.org, x.id, x.at, x.worker, x.at, x.worker, x.person,
       demo.pick('pain' || x.k, array['头晕两天', '腿肿，走不动', '咳嗽一周', '血糖偏高']), x.day + 1, '镇卫生院（演示）',
       demo.pick('doc' || x.k, array['莫医生', '任医生']), demo.pick('dway' || x.k, array['OWN', 'FETCHED']), demo.at(x.day + 1, 540),
       demo.at(x.day + 1, 570), demo.at(x.day + 1, 1080), '一般情况可', '按时服药，一周后复查', '症状缓解', 'closed'
  from (select e.key || i as k, e.*, y.day, demo.at(y.day, 500) as made, demo.id('doctor' || e.key || i, demo.at(y.day, 500)) as visit
          from elders e cross join generate_series(0, 3) i
         cross join lateral (select core.today() - 12 - i * 85 - demo.roll('dd' || e.key || i, 60) as day) y
         where e.nth in (18, 19) and e.at < demo.at(y.day, 0)) w
 cross join lateral (select w.k, w.visit as id, w.div, w.org, w.made as at, w.worker, w.person, w.day) x;
call demo.lived('elderly.doctor_visit', '[{"state": "asked", "is": {"clinic": null, "doctor": null, "way": null}},
    {"state": "agreed", "days": 0, "sets": ["agreed_at", "clinic", "doctor", "way"]},
    {"state": "visited", "when": "visited_at", "sets": ["findings", "advice"]},
    {"state": "closed", "days": 8, "sets": ["outcome"]}]');

insert into elderly.aid_device (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, form, kind, need, assessed_on, assessor, cost_fen, gov_fen, charity_fen, self_fen, fund, approved_by, approved_at,
    placed_on, received_by, checked_on, check_note, state)
select demo.county(), x.aid, x.div, x.org, x.aid, x.made, x.worker, x.made, x.worker, x.person,
       case when k.kind = 'WHEELCHAIR' then 'LEND' else 'GIVE' end, k.kind, k.need, x.day, x.worker, k.fen, k.fen - 5000, 0, 5000,
       '养老服务资金', x.head, x.made + interval '3 days', x.day + 10, '本人', x.day + 40, '使用正常', 'checked'
  from (select e.*, y.day, demo.at(y.day, 560) as made, demo.id('aid' || e.key, demo.at(y.day, 560)) as aid
          from elders e cross join lateral (select core.today() - 50 - demo.roll('aidday' || e.key, 120) as day) y
         where e.nth between 20 and 22 and e.at < demo.at(y.day, 0)) x
  join (values (0, 'WHEELCHAIR', '外出需坐轮椅', 60000), (1, 'TOILET', '起身困难', 80000), (2, 'WALKER', '行走不稳', 30000),
               (3, 'ALARM', '独居，夜间无人', 45000)) k (n, kind, need, fen) on k.n = demo.roll('aidkind' || x.key, 4);
call demo.lived('elderly.aid_device', '[
    {"state": "proposed", "is": {"cost_fen": null, "gov_fen": null, "charity_fen": null, "self_fen": null, "fund": null, "approved_by": null}},
    {"state": "approved", "when": "approved_at", "by": "approved_by"},
    {"state": "placed", "days": 10, "sets": ["placed_on", "received_by"]},
    {"state": "checked", "days": 40, "sets": ["checked_on", "check_note"]}]');

insert into elderly.incident (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, kind, happened_at, place, severity, measures, family_told, reported_by, outcome, closed_by, closed_at, state)
select demo.county(), x.incident, x.div, x.org, x.incident, x.made, x.worker, x.made, x.worker, x.person,
       demo.pick('what' || x.key, array['FALL', 'FALL', 'WANDER', 'SCALD', 'ILL']), x.made - interval '40 minutes', '家中',
       demo.pick('grave' || x.key, array['MINOR', 'SERIOUS']), '社工上门查看，通知家属，陪同就诊', true, x.worker, '已好转', x.head,
       x.made + interval '5 days', 'closed'
  from (select e.*, demo.at(y.day, 620) as made, demo.id('incident' || e.key, demo.at(y.day, 620)) as incident
          from elders e cross join lateral (select core.today() - 6 - demo.roll('inc' || e.key, 90) as day) y
         where e.nth between 23 and 25 and e.at < demo.at(y.day, 0)) x;
call demo.lived('elderly.incident', '[{"state": "open", "is": {"closed_by": null}},
    {"state": "closed", "when": "closed_at", "by": "closed_by", "sets": ["outcome"]}]');

-- The amounts are invented, and stand there as not confirmed.
create table amounts as
    select demo.id('amount' || a.key || demo.county(), demo.at(core.today() - 380, 560)) as id, a.*, demo.at(core.today() - 380, 560) as at
      from (values ('elderly.subsidy_fen.AGED', '5000'), ('elderly.subsidy_fen.AGED.90', '10000'),
                   ('elderly.subsidy_fen.AGED.100', '30000')) a (key, value);
insert into station.policy_value (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    key, level, value, unit, effective_from, state)
select demo.county(), a.id, demo.county()::bigint * 1000000, core.station_of(demo.county(), demo.county()::bigint * 1000000), a.id,
       a.at, demo.holder('county_admin'), a.at, demo.holder('county_admin'), a.key, 'COUNTY', a.value, 'fen', core.today() - 380, 'proposed'
  from amounts a;
call demo.written('station.policy_value');
insert into elderly.subsidy_grant (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, kind, month, amount_fen, proposed_by, confirmed_by, confirmed_at, paid_on, paid_by, voucher, state)
select demo.county(), g.id, g.div, g.org, g.id, g.at, g.worker, g.at, g.worker, g.person, 'AGED', g.month,
       case when g.years >= 90 then 10000 else 5000 end, g.worker, g.head, g.at + interval '2 days',
       (g.at at time zone 'Asia/Shanghai')::date + 4, g.worker, 'GL' || to_char(g.month, 'YYMM') || lpad(g.nth::text, 3, '0'), 'paid'
  from (select e.div, e.org, e.worker, e.head, e.person, e.years, e.nth, m::date as month, demo.at(m::date + 4, 570) as at,
               demo.id('grant' || e.key || m::date, demo.at(m::date + 4, 570)) as id
          from elders e
         cross join generate_series(date_trunc('month', core.today()) - interval '3 months', date_trunc('month', core.today()) - interval '1 month', '1 month') m
         where e.years > 80 and e.at < demo.at(m::date, 0)) g;
call demo.lived('elderly.subsidy_grant', '[{"state": "proposed", "is": {"confirmed_by": null, "paid_by": null}},
    {"state": "confirmed", "when": "confirmed_at", "by": "confirmed_by", "is": {"paid_by": null}},
    {"state": "paid", "days": 4, "sets": ["paid_on", "voucher"], "by": "paid_by"}]');
