-- Monthly reports: those of earlier months are accepted and the county's closed; of the last month some
-- are with the county, one came back, and some are still with their stations. What they were sent with
-- is counted afterwards, when all rows of all services are there.

create table sendings as
    select demo.id('month_report' || s.key || m, demo.at((m + interval '1 month')::date, 10)) as id, s.key || m as k,
           s.id as org, s.div, h.account as head, m::date as month, (m + interval '1 month')::date as opened,
           demo.at((m + interval '1 month')::date + demo.roll('report day' || s.key || m, 3), 900) as sent_at,
           case when m < date_trunc('month', core.today()) - interval '1 month' then 'accepted'
                else (array['open', 'returned', 'submitted', 'submitted', 'accepted', 'accepted', 'accepted', 'submitted'])
                    [1 + (s.n - 1) % 8] end as state
      from stations s
      join staff h on h.org = s.id and h.n = 0
     cross join generate_series(date_trunc('month', core.today()) - interval '4 months',
                                date_trunc('month', core.today()) - interval '1 month', '1 month') m;
delete from sendings x where demo.at(x.opened, 11) > now();
update sendings set state = 'open' where sent_at + interval '1 day' > now();

insert into station.month_report (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    month, due_at, work, problems, plans, reason, returns, submitted_by, submitted_at, accepted_by, accepted_at, state)
select demo.county(), r.id, r.div, r.org, r.id, demo.at(r.opened, 10), r.head, demo.at(r.opened, 10), r.head,
       r.month, demo.at(r.opened + 3, 0),
       case when r.state <> 'open' then '走访探访独居、高龄老人，开展助餐、代办和问候电话；'
            || demo.pick('work' || r.k, array['组织社区活动和小组活动，志愿者参与增加。', '开展政策宣传进村入户，收集诉求并跟进办理。',
                '完成个案阶段评估，联系家属和村委共同照看。']) end,
       case when r.state <> 'open' then demo.pick('problems' || r.k, array['偏远村路程远，走访间隔偏长。', '部分老人不会用电话，问候接通率不高。',
            '持证社工不足，个案记录质量不齐。']) end,
       case when r.state <> 'open' then demo.pick('plans' || r.k, array['补齐上月未访的特殊困难老人；开展冬季用火安全宣传。',
            '联合村委排查独居老人用电用气隐患。', '组织社工学习个案记录规范。']) end,
       case when r.state = 'returned' then '探访人次与上月相差较大，请核对后重报' end, case when r.state = 'returned' then 1 else 0 end,
       case when r.state <> 'open' then r.head end, case when r.state <> 'open' then r.sent_at end,
       case when r.state = 'accepted' then x.by end,
       case when r.state = 'accepted' then r.sent_at + interval '20 hours' end, r.state
  from sendings r
 cross join (select coalesce(demo.holder('county_section'), demo.holder('county_admin')) as by) x;
call demo.lived('station.month_report', '[{"state": "open", "is": {"returns": 0}},
    {"state": "submitted", "when": "submitted_at", "by": "submitted_by", "is": {"returns": 0},
     "sets": ["submitted_by", "work", "problems", "plans"]},
    {"state": "returned", "days": 4, "sets": ["reason"]}]');
call demo.lived('station.month_report', '[{"state": "open"},
    {"state": "submitted", "when": "submitted_at", "by": "submitted_by",
     "sets": ["submitted_by", "work", "problems", "plans"]},
    {"state": "accepted", "when": "accepted_at", "by": "accepted_by", "sets": ["accepted_by"]}]');

insert into station.month_report (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    month, due_at, returns, accepted_by, accepted_at, state)
select demo.county(), r.id, demo.county()::bigint * 1000000,
       core.station_of(demo.county(), demo.county()::bigint * 1000000), r.id, demo.at(r.opened, 11),
       demo.holder('county_admin'), demo.at(r.opened, 11), demo.holder('county_admin'), r.month, demo.at(r.opened + 8, 0),
       r.returns, case when r.closed then demo.holder('county_admin') end,
       case when r.closed then demo.at(r.opened + 5, 600) end, case when r.closed then 'closed' else 'open' end
  from (select demo.id('county_report' || x.month, demo.at(x.opened, 11)) as id, x.month, x.opened,
               count(*) filter (where x.state = 'returned') as returns,
               bool_and(x.state = 'accepted') and demo.at(x.opened + 5, 600) < now() as closed
          from sendings x group by x.month, x.opened) r;
call demo.lived('station.month_report', '[{"state": "open"},
    {"state": "closed", "when": "accepted_at", "by": "accepted_by", "sets": ["accepted_by"]}]');
