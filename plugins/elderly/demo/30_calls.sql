-- 问候电话: four elders of the highest tier a township, every day of the last three months. Most answer; of
-- the others a neighbour finds them, and now and then a day goes by without anybody.

create table plans as
    select x.*, demo.id('plan' || x.key, x.since) as plan, 530 + x.turn * 12 as minute
      from (select e.*, row_number() over (partition by e.township order by e.nth)::int as turn,
                   greatest(e.at + interval '3 days', demo.at(core.today() - 91, 600)) as since
              from elders e join elderly.elder_profile p on p.county = demo.county() and p.id = e.file and p.tier = 'H') x
     where x.turn <= 4;
insert into elderly.call_plan (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, days, call_at, caller, worker, since, state)
select demo.county(), p.plan, p.div, p.org, p.plan, p.since, p.head, p.since, p.head, p.person,
       array['1', '2', '3', '4', '5', '6', '7'], make_time(p.minute / 60, p.minute % 60, 0), p.worker, p.second,
       (p.since at time zone 'Asia/Shanghai')::date + 1, 'active'
  from plans p;
call demo.written('elderly.call_plan');

create table calls as
    select p.key || d as k, p.*, d as date, demo.at(d, p.minute) as due, demo.at(d - 1, 1200) as made,
           demo.id('call' || p.key || d, demo.at(d - 1, 1200)) as call,
           case when demo.at(d, p.minute + 130) > now() then 'scheduled' when demo.roll('call' || p.key || d, 100) < 96 then 'answered'
                when demo.roll('call' || p.key || d, 100) < 99 then 'resolved'
                when d < core.today() then 'missed' else 'scheduled' end as state
      from plans p
     cross join generate_series(core.today() - 89, core.today() + 1, interval '1 day') g
     cross join lateral (select g::date as d) y
     where p.since < demo.at(d - 1, 0) and demo.at(d - 1, 1200) < now();
insert into elderly.greeting_call (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    plan, person, date, due_at, opens_at, staff, service_how, tries, outcome, mood, meal_ok, found, contact_at, contact_by,
    step_due_at, missed, state)
select demo.county(), c.call, c.div, c.org, c.call, c.made, c.head, c.made, c.head, c.plan, c.person, c.date, c.due,
       c.due - interval '30 minutes', c.worker, 'ALLOW', case c.state when 'answered' then 1 when 'resolved' then 3 else 0 end,
       case c.state when 'answered' then demo.pick('out' || c.k, array['WELL', 'WELL', 'WELL', 'WELL', 'WELL', 'WELL', 'NEED', 'FAMILY'])
                    when 'resolved' then 'SEEN' end,
       case when c.state in ('answered', 'resolved') then demo.pick('mood' || c.k, array['GOOD', 'CALM', 'CALM', 'CALM', 'LOW']) end,
       case when c.state in ('answered', 'resolved') then true end, case c.state when 'resolved' then '邻居上门，在屋后菜地' end,
       case c.state when 'answered' then c.due + interval '3 minutes' when 'resolved' then c.due + interval '110 minutes' end,
       case when c.state in ('answered', 'resolved') then c.worker end, c.due + interval '30 minutes', c.state = 'missed', c.state
  from calls c;
call demo.lived('elderly.greeting_call', '[
    {"state": "scheduled", "is": {"tries": 0, "missed": false}},
    {"state": "answered", "when": "contact_at", "by": "contact_by", "sets": ["outcome", "mood", "meal_ok", "contact_by"]}]');
call demo.lived('elderly.greeting_call', '[
    {"state": "scheduled", "is": {"tries": 0, "outcome": null}},
    {"state": "unanswered", "when": "due_at", "by": "staff", "is": {"outcome": "NO_ANSWER"}},
    {"state": "neighbour", "when": "step_due_at", "by": "staff", "is": {"outcome": "NO_ANSWER"}},
    {"state": "resolved", "when": "contact_at", "by": "contact_by", "sets": ["mood", "meal_ok", "found", "contact_by"]}]');
-- made at eight the evening before, missed when their day was over
call demo.lived('elderly.greeting_call', '[{"state": "scheduled", "is": {"missed": false}}, {"state": "missed", "hours": 28}]');
insert into elderly.call_step (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    call, person, step, taken_at, staff, result, found)
select demo.county(), s.id, c.div, c.org, s.id, s.at, c.worker, s.at, c.worker, c.call, c.person, s.step, s.at, c.worker,
       s.result, case s.step when 'RESOLVED' then '邻居上门，在屋后菜地' end
  from calls c
  join (values ('answered', 'ANSWERED', 3, 'WELL'), ('resolved', 'UNANSWERED', 0, 'NO_ANSWER'),
               ('resolved', 'NEIGHBOUR', 30, 'NO_ANSWER'), ('resolved', 'RESOLVED', 110, 'SEEN')) k (state, step, minutes, result)
    on k.state = c.state
 cross join lateral (select demo.id('step' || c.k || k.step, c.due + make_interval(mins => k.minutes)) as id, k.step, k.result,
                            c.due + make_interval(mins => k.minutes) as at) s;
call demo.written('elderly.call_step');

-- What was collected for those at home, reviewed by the head, and shared.
create table films as
    select demo.id('content' || s.key || c.n, demo.at(core.today() - 30 * c.n - 20, 600)) as id, s.key || c.n as k, s.id as org, s.div,
           w.account as worker, h.account as head, demo.at(core.today() - 30 * c.n - 20, 600) as at, c.*
      from served s
      join staff h on h.org = s.id and h.n = 0
      join staff w on w.org = s.id and w.n = 1
     cross join (values (1, '瑶族长鼓舞选段', 'MUSIC'), (2, '八段锦跟练', 'EXERCISE'), (3, '冬季防跌倒', 'HEALTH'), (4, '祁剧选段', 'OPERA'))
           c (n, title, kind)
     where s.nth <= 3;
insert into elderly.content_item (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    title, kind, source, minutes, collected_by, reviewed_by, reviewed_at, state)
select demo.county(), f.id, f.div, f.org, f.id, f.at, f.worker, f.at, f.worker, f.title, f.kind, '县文化馆（演示）',
       10 + demo.roll('long' || f.k, 30), f.worker, f.head, f.at + interval '1 day', 'approved'
  from films f;
call demo.lived('elderly.content_item', '[{"state": "draft"}, {"state": "approved", "when": "reviewed_at", "by": "reviewed_by", "sets": ["reviewed_by"]}]');
insert into elderly.content_share (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    content, group_name, shared_at, shared_by, members, views)
select demo.county(), s.id, s.div, s.org, s.id, s.at, s.worker, s.at, s.worker, s.content, '老友微信群', s.at, s.worker,
       40 + demo.roll('mem' || s.k, 60), 10 + demo.roll('view' || s.k, 40)
  from (select demo.id('share' || f.k || i, f.at + make_interval(days => 1 + i)) as id, f.k || i as k, f.div, f.org, f.worker, f.id as content,
               f.at + make_interval(days => 1 + i) as at
          from films f cross join generate_series(1, 3) i) s;
call demo.written('elderly.content_share');
