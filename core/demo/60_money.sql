-- The year's money: sources, each station's lines and what was spent on its activities, the contract by
-- which an agency staffs the stations, and the workers' electric motorbikes.

create table bureau as
    select core.station_of(demo.county(), demo.county()::bigint * 1000000) as org,
           demo.county()::bigint * 1000000 as div, demo.holder('county_admin') as admin,
           coalesce(demo.holder('county_section'), demo.holder('county_admin')) as pays,
           demo.at(date_trunc('year', y.day)::date + 9, 560) as at, extract(year from y.day)::int as year
      from (select core.today() - 40 as day) y; -- what January began has been paid by February

create table sources as
    select demo.id('fund' || f.kind || demo.county(), b.at) as id, f.*, b.*
      from bureau b
     cross join (values ('STATION', '社工站建设运行专项经费', 400000000::bigint, array['STATION']),
                        ('WELFARE', '社区公益事业专项补助资金', 60000000, array['ALL']),
                        ('SUBSIDY', '计划生育特殊家庭关爱经费', 12000000, array['BEREAVED']))
           f (kind, name, amount, groups);
create table lines as
    select demo.id('line' || s.key || i.item, b.at + interval '1 day') as id, f.id as fund, s.id as org, s.div,
           s.key, h.account as head, i.item, i.amount, b.at + interval '1 day' as at, b.year, b.admin, b.pays
      from stations s
      join staff h on h.org = s.id and h.n = 0
     cross join bureau b
     cross join (values ('ACTIVITY', 'WELFARE', 3000000::bigint), ('OFFICE', 'STATION', 1200000),
                        ('VEHICLE', 'STATION', 400000)) i (item, kind, amount)
      join sources f on f.kind = i.kind;
create table spent as
    select demo.id('expense' || e.k, e.at + interval '2 days') as id, l.id as line, l.org, l.div, l.head, l.pays,
           e.worker, e.at + interval '2 days' as at, (e.at at time zone 'Asia/Shanghai')::date as day,
           30000 + demo.roll('cost' || e.k, 900) * 100 as amount, t.title, e.k
      from events e
      join topics t on t.n = e.topic
      join lines l on l.org = e.org and l.item = 'ACTIVITY'
     where e.at >= l.at and e.at < now() - interval '6 days';

insert into station.fund_source (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    name, kind, year, amount_fen, allotted_fen, beneficiaries, state)
select demo.county(), f.id, f.div, f.org, f.id, f.at, f.admin, f.at, f.admin, f.name, f.kind, f.year, f.amount,
       coalesce((select sum(l.amount) from lines l where l.fund = f.id), 0)
           + case f.kind when 'STATION' then 270000000 else 0 end, f.groups, 'active'
  from sources f;
call demo.written('station.fund_source');
insert into station.budget_line (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    fund, unit, year, item, amount_fen, spent_fen, state)
select demo.county(), l.id, l.div, l.org, l.id, l.at, l.admin, l.at, l.admin, l.fund, l.org, l.year, l.item,
       l.amount, coalesce((select sum(s.amount) from spent s where s.line = l.id), 0), 'open'
  from lines l;
call demo.written('station.budget_line');
insert into station.expense (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    line, purpose, amount_fen, incurred_on, payee, receipt_no, handler, approver, approved_at, paid_by, paid_at,
    voucher_no, state)
select demo.county(), s.id, s.div, s.org, s.id, s.at, s.worker, s.at, s.worker, s.line, s.title || '物料',
       s.amount, s.day, '便民超市（演示）', 'SJ' || to_char(s.day, 'YYYYMMDD') || lpad(row_number() over (order by s.at, s.id)::text, 4, '0'),
       s.worker, s.head, s.at + interval '1 day', s.pays, s.at + interval '3 days',
       'PZ' || to_char(s.day, 'YYMM') || lpad(row_number() over (order by s.at, s.id)::text, 4, '0'), 'paid'
  from spent s;
call demo.lived('station.expense', '[{"state": "claimed", "sets": ["paid_by", "voucher_no"], "is": {"approver": null, "paid_by": null, "voucher_no": null}},
    {"state": "approved", "when": "approved_at", "by": "approver", "is": {"paid_by": null, "voucher_no": null}},
    {"state": "paid", "when": "paid_at", "by": "paid_by"}]');

-- The contract: a first payment is made, the final one waits for the review.
create table deal as
    select demo.id('contract' || demo.county(), b.at + interval '5 days') as id, b.*,
           (select u.id from units u where u.kind = 'AGENCY') as agency,
           (select f.id from sources f where f.kind = 'STATION') as fund, b.at + interval '5 days' as made
      from bureau b;
insert into station.contract (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    no, title, buyer, agency, fund, amount_fen, starts_on, ends_on, installments, signed_on, signed_by, paid_fen, state)
select demo.county(), d.id, d.div, d.org, d.id, d.made, d.admin, d.made, d.admin,
       d.year || '-社工-01', d.year || '年乡镇社工站驻站服务', d.org, d.agency, d.fund, 270000000,
       make_date(d.year, 2, 1), make_date(d.year + 1, 1, 31),
       '[{"percent": 50, "due": "SIGN", "condition": "合同签订后十日内"}, {"percent": 30, "due": "MID"}, {"percent": 20, "due": "FINAL"}]',
       (d.made at time zone 'Asia/Shanghai')::date, d.admin, 135000000, 'running'
  from deal d;
call demo.lived('station.contract', '[{"state": "draft", "is": {"signed_on": null, "signed_by": null, "paid_fen": 0}},
    {"state": "signed", "is": {"paid_fen": 0}}, {"state": "running", "days": 14}]');
insert into station.contract_station (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, contract, unit, workers)
select demo.county(), demo.id('dealt' || s.key, d.made), d.div, d.org, demo.id('dealt' || s.key, d.made), d.made,
       d.admin, d.made, d.admin, d.id, s.id, (select max(w.workers) from staff w where w.org = s.id)
  from deal d cross join stations s;
call demo.written('station.contract_station');
insert into station.contract_payment (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, contract, installment, amount_fen, invoice_no, requested_by, approved_by, approved_at, paid_by,
    paid_at, voucher_no, state)
select demo.county(), demo.id('pay1' || demo.county(), d.made), d.div, d.org, demo.id('pay1' || demo.county(), d.made),
       d.made + interval '6 days', d.pays, d.made + interval '6 days', d.pays, d.id, 1, 135000000, 'FP' || d.year || '0001',
       d.pays, d.admin, d.made + interval '8 days', d.pays, d.made + interval '12 days', 'PZ' || d.year || '0001', 'paid'
  from deal d where d.pays <> d.admin;
call demo.lived('station.contract_payment', '[{"state": "requested", "is": {"approved_by": null, "paid_by": null, "voucher_no": null}},
    {"state": "approved", "when": "approved_at", "by": "approved_by", "is": {"paid_by": null, "voucher_no": null}},
    {"state": "paid", "when": "paid_at", "by": "paid_by"}]');

-- One motorbike to each worker, kept since the year began.
insert into station.asset (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    kind, name, tag, unit, plate, insurance_to, battery_until, bought_on, price_fen, odometer_km, keeper, issued_on, state)
select demo.county(), x.id, x.div, x.org, x.id, x.at, x.head, x.at, x.head, 'MOTORBIKE', '电动摩托车',
       'DM-' || lpad(x.nth::text, 3, '0'), x.org, '演' || lpad((10000 + x.nth)::text, 5, '0'),
       core.today() + 40 + demo.roll('ins' || x.key, 300), core.today() + 200 + demo.roll('bat' || x.key, 600),
       (x.at at time zone 'Asia/Shanghai')::date - 20, 320000, 400 + demo.roll('km' || x.key, 4000), x.account,
       (x.at at time zone 'Asia/Shanghai')::date, 'issued'
  from (select w.*, h.account as head, b.at, demo.id('bike' || w.key, b.at) as id,
               row_number() over (order by w.div, w.n) as nth
          from staff w join staff h on h.org = w.org and h.n = 0 cross join bureau b where w.n > 0) x;
call demo.lived('station.asset', '[{"state": "in_stock", "is": {"keeper": null, "issued_on": null}}, {"state": "issued"}]');
