-- Day-care centres three days a week, what residents ask for, and services given at venues.

create table houses as
    select v.*, s.key, w.account as worker from venues v join served s on s.id = v.org
      join staff w on w.org = s.id and w.n = 1
     where v.type in ('DAYCARE', 'HOMECARE');

insert into elderly.venue_attendance (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, venue, came_at, left_at, meals, doings, service_how, wellbeing, state)
select demo.county(), x.id, x.div, x.org, x.id, x.at, x.worker, x.at, x.worker, x.person, x.venue, x.at,
       case when x.over then x.at + make_interval(mins => 300 + demo.roll('stay' || x.k, 150)) end, array['L'],
       array[demo.pick('d1' || x.k, array['HEALTH', 'EXERCISE', 'READING']), demo.pick('d2' || x.k, array['CHESS', 'MUSIC', 'CRAFT', 'REST'])],
       'ALLOW', case when x.over then demo.pick('well' || x.k, array['OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'CONCERN']) end,
       case when x.over then 'left' else 'present' end
  from (select e.key || d as k, h.div, h.org, h.worker, h.id as venue, e.person,
               demo.at(d, 480 + demo.roll('in' || e.key || d, 60)) as at,
               demo.id('attend' || e.key || d, demo.at(d, 480)) as id, demo.at(d, 1000) < now() as over
          from houses h
          join elders e on e.township = h.township and e.nth between 1 and 8 and e.at < demo.at(core.today() - 130, 0)
         cross join generate_series(core.today() - 120, core.today(), interval '1 day') g
         cross join lateral (select g::date as d) y
         where h.type = 'DAYCARE' and extract(isodow from y.d) in (1, 3, 5) and demo.roll('comes' || e.key || y.d, 10) < 8
           and demo.at(y.d, 540) < now()) x;
call demo.lived('elderly.venue_attendance', '[
    {"state": "present", "sets": []}, {"state": "left", "when": "left_at", "sets": ["wellbeing"]}]');

-- A need a house and quarter; those that were met stand on an activity of the station.
create table asks as
    select n.*, v.id as activity, v.at as held, v.title
      from (select h.key || h.type || q as k, h.*, q, demo.at(core.today() - 10 - q * 90 - demo.roll('ask' || h.key || h.type || q, 60), 600) as asked
              from houses h cross join generate_series(0, 3) q) n
      left join lateral (select e.id, e.at, t.title from events e join topics t on t.n = e.topic
                          where e.org = n.org and t.service = 'E' and e.at > n.asked + interval '15 days' and e.at < now() - interval '8 days'
                          order by e.at limit 1) v on n.type = 'DAYCARE' or v.id is null;
insert into elderly.venue_need (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    venue, collected_on, collected_by, asked_by, heads, kind, content, title, starts_at, organiser, activity, held_at,
    due_answer_at, feedback, rating, answered_at, reason, state)
select demo.county(), a.need, a.div, a.org, a.need, a.asked, a.worker, a.asked, a.worker, a.id,
       (a.asked at time zone 'Asia/Shanghai')::date, a.worker, '院民代表', 6 + demo.roll('heads' || a.k, 20),
       demo.pick('nk' || a.k, array['CULTURE', 'FESTIVAL', 'HEALTH', 'OUTING']),
       demo.pick('nc' || a.k, array['想听瑶歌', '希望医生来量血压', '想一起过节', '想出去走走']), a.title, a.held,
       case when a.activity is not null then a.worker end, a.activity, a.held, a.held + interval '5 days',
       case when a.activity is not null then '老人们满意，希望常办' end,
       case when a.activity is not null then 3 + demo.roll('rate' || a.k, 3) end, a.held + interval '3 days',
       case when a.activity is null and a.asked < now() - interval '30 days' then '本季度已有同类安排' end,
       case when a.activity is not null then 'answered' when a.asked < now() - interval '30 days' then 'declined' else 'raised' end
  from (select *, demo.id('need' || k, asked) as need from asks) a;
call demo.lived('elderly.venue_need', '[{"state": "raised"},
    {"state": "planned", "days": 2, "sets": ["title", "starts_at", "organiser"]},
    {"state": "held", "when": "held_at", "sets": ["activity", "due_answer_at"]},
    {"state": "answered", "when": "answered_at", "sets": ["feedback", "rating"]}]');
call demo.lived('elderly.venue_need', '[{"state": "raised"}, {"state": "declined", "days": 3, "sets": ["reason"]}]');

-- What a need became says so, in all its versions.
create table met as
    select distinct on (n.activity) n.activity, 'elderly.venue_need:' || n.id as ref
      from elderly.venue_need n where n.county = demo.county() and n.activity is not null order by n.activity, n.id;
update station.activity a set plugin_ref = m.ref from met m where a.county = demo.county() and a.id = m.activity;
update station.activity_history a set plugin_ref = m.ref from met m where a.county = demo.county() and a.id = m.activity;

insert into elderly.venue_log (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    venue, served_at, minutes, kind, worker, heads, content, platform, dims, service, links, reach)
select demo.county(), x.id, x.div, x.org, x.id, x.at + interval '2 hours', x.worker, x.at + interval '2 hours', x.worker,
       x.venue, x.at, 90, l.kind, x.worker, 10 + demo.roll('lh' || x.k, 20), l.content, 'STATION', array['D2', 'D21'], 'E',
       array['L1', 'L2', 'L4'], 'UNIVERSAL'
  from (select h.key || h.type || m as k, h.div, h.org, h.worker, h.id as venue,
               demo.at(core.today() - m * 15 - 1 - demo.roll('ld' || h.key || h.type || m, 14), 560) as at,
               demo.id('log' || h.key || h.type || m, demo.at(core.today() - m * 15 - 15, 560)) as id
          from houses h cross join generate_series(0, 23) m) x
  join (values (0, 'GROOM', '理发、剪指甲'), (1, 'HEALTH', '量血压、测血糖'), (2, 'RECREATION', '唱瑶歌、学手势舞'),
               (3, 'COMFORT', '陪聊、读报'), (4, 'BIRTHDAY', '集体生日')) l (n, kind, content) on l.n = demo.roll('lk' || x.k, 5);
call demo.written('elderly.venue_log');
