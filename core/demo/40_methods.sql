-- The three methods: cases, groups, activities; and the visits.

-- ---- brand plans ---------------------------------------------------------------------------------

create table brands as
    select demo.id('brand' || b.n || demo.county(), demo.at(core.today() - 400, 540)) as id, b.*
      from (values (1, '瑶族益家亲', array['A', 'G'], '以家庭为单位的民族互助'), (2, '瑶韵飘香', array['G'], '民族文化传承与社区营造'),
                   (3, '瑶育菁才', array['C'], '困境儿童成长陪伴'), (4, '银龄关爱', array['E'], '高龄独居老人关爱'),
                   (5, '护花成长', array['C'], '女童保护与安全教育')) b (n, name, services, goals);
insert into station.brand_plan (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    name, services, goals, starts_on, started_at, state)
select demo.county(), b.id, demo.county()::bigint * 1000000,
       core.station_of(demo.county(), demo.county()::bigint * 1000000), b.id, demo.at(core.today() - 400, 540),
       demo.holder('county_admin'), demo.at(core.today() - 400, 540), demo.holder('county_admin'), b.name,
       b.services, b.goals, core.today() - 390, demo.at(core.today() - 390, 540), 'running'
  from brands b;
call demo.lived('station.brand_plan', '[{"state": "draft"}, {"state": "running", "when": "started_at"}]');

-- ---- visits --------------------------------------------------------------------------------------

-- Those of seventy and above are seen about once a month, others now and then.
insert into station.visit (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, kind, visited_at, minutes, result, note)
select demo.county(), v.id, v.div, v.org, v.id, v.at + interval '4 hours', v.account,
       v.at + interval '4 hours', v.account, v.person, demo.pick('kind' || v.k, array['ROUTINE', 'ROUTINE', 'ROUTINE', 'FOLLOW_UP', 'FESTIVAL']),
       v.at, 15 + demo.roll('long' || v.k, 45),
       demo.pick('met' || v.k, array['MET_WELL', 'MET_WELL', 'MET_WELL', 'MET_WELL', 'MET_WELL', 'MET_WELL', 'MISSED', 'MET_CONCERN']),
       demo.pick('note' || v.k, array['精神尚好，家中整洁', '血压偏高，已提醒按时服药', '子女下月返乡', '想参加站里的活动', '灶台用电线路老化，已提醒'])
  from (select p.key || m as k, p.id as person, p.div, w.org, w.account,
               demo.at(core.today() - m * 30 - 1 - demo.roll('day' || p.key || m, 28), 490 + demo.roll('h' || p.key || m, 500)) as at,
               demo.id('visit' || p.key || m, demo.at(core.today() - m * 30 - 1, 490)) as id
          from people p
         cross join generate_series(0, 11) m
          join staff w on w.township = p.township
                      and w.n = 1 + p.n % (select max(o.workers) from staff o where o.township = p.township)
         where demo.roll('seen' || p.key || m, 100) < case when p.birth < core.today() - 365 * 70 then 85 else 6 end) v;
call demo.written('station.visit');

-- ---- cases ---------------------------------------------------------------------------------------

create table cases as
    select c.*, demo.id('case' || c.k, c.opened) as id, demo.id('consent' || c.k, c.opened) as consent
      from (select s.key || i as k, s.id as org, s.township, w.account as worker, h.account as head,
                   p.id as person, p.div, p.birth,
                   demo.at(core.today() - 15 - demo.roll('o' || s.key || i, 340), 560) as opened
              from stations s
             cross join generate_series(1, 5) i
              join staff h on h.org = s.id and h.n = 0
              join staff w on w.org = s.id and w.n = 1 + i % (select max(o.workers) from staff o where o.org = s.id)
              join people p on p.township = s.township
                           and p.n = 1 + demo.roll('p' || s.key || i, (select max(o.of) from people o where o.township = s.township))) c;
insert into station.consent (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, kind, purpose, text_version, signed_by, signer_relation, signed_at, state)
select demo.county(), c.consent, c.div, c.org, c.consent, c.opened, c.worker, c.opened, c.worker, c.person,
       case when c.birth > core.today() - 365 * 14 then 'GUARDIAN' else 'SERVICE' end, '个案服务', '2025-1',
       case when c.birth > core.today() - 365 * 14 then '监护人' else '本人' end,
       case when c.birth > core.today() - 365 * 14 then '50' else '01' end, c.opened, 'given'
  from cases c;
call demo.written('station.consent');
insert into station.case_file (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    no, person, source, level, worker, supervisor, consent, pre_score, post_score, opened_on, closed_on,
    close_reason, closing_note, signed_by, signed_at, platform, dims, service, links, reach, state)
select demo.county(), c.id, c.div, c.org, c.id, c.opened, c.worker, c.opened, c.worker,
       demo.county() || '-C' || to_char(c.opened at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-'
           || lpad((row_number() over (partition by (c.opened at time zone 'Asia/Shanghai')::date order by c.id))::text, 4, '0'),
       c.person, demo.pick('src' || c.k, array['HOTLINE', 'VISIT', 'DOOR', 'REFERRAL']),
       demo.pick('lvl' || c.k, array['GENERAL', 'GENERAL', 'KEY', 'CRISIS']), c.worker, c.head, c.consent,
       40 + demo.roll('pre' || c.k, 20), case when c.over then 60 + demo.roll('post' || c.k, 30) end,
       (c.opened at time zone 'Asia/Shanghai')::date + 3,
       case when c.over then (c.opened at time zone 'Asia/Shanghai')::date + 120 end,
       case when c.over then 'ACHIEVED' end, case when c.over then '目标达成，转为日常探访' end,
       case when c.over then c.head end, case when c.over then c.opened + interval '120 days' end,
       'STATION', array['D2', 'D21'], case when c.birth > core.today() - 365 * 18 then 'C' else 'E' end,
       array['L1', 'L2'], 'TARGETED', case when c.over then 'closed' else 'intervention' end
  from (select x.*, x.opened < now() - interval '125 days' as over from cases x) c;
call demo.lived('station.case_file', '[
    {"state": "intake", "is": {"consent": null}},
    {"state": "assessment", "days": 4, "is": {"closed_on": null, "close_reason": null, "closing_note": null, "signed_by": null, "signed_at": null, "post_score": null}},
    {"state": "plan", "days": 9, "is": {"closed_on": null, "close_reason": null, "closing_note": null, "signed_by": null, "signed_at": null, "post_score": null}},
    {"state": "intervention", "days": 12, "is": {"closed_on": null, "close_reason": null, "closing_note": null, "signed_by": null, "signed_at": null, "post_score": null}},
    {"state": "evaluation", "days": 110, "is": {"closed_on": null, "close_reason": null, "closing_note": null, "signed_by": null, "signed_at": null}},
    {"state": "closing", "days": 115, "is": {"closed_on": null, "signed_by": null, "signed_at": null}},
    {"state": "closed", "when": "signed_at", "by": "signed_by"}]');

-- ---- activities ----------------------------------------------------------------------------------

create table events as
    select demo.id('event' || e.k, e.at - interval '14 days') as id, e.*,
           e.at < now() - interval '3 hours' as over,
           20 + demo.roll('heads' || e.k, 60) as heads, 8 + demo.roll('named' || e.k, 10) as named
      from (select s.key || d as k, s.id as org, s.township, s.div, s.name as station, h.account as head,
                   w.account as worker, demo.at(d, 540 + demo.roll('e' || s.key || d, 300)) as at,
                   1 + demo.roll('t' || s.key || d, 8) as topic
              from stations s
             cross join generate_series(core.today() - 364, core.today() + 20, interval '11 days') g (d0)
             cross join lateral (select g.d0::date + demo.roll('shift' || s.key || g.d0::date, 8) as d) y
              join staff h on h.org = s.id and h.n = 0
              join staff w on w.org = s.id and w.n = 1
             where y.d < core.today() + 10) e;
create table topics (n, title, kind, service, brand, dims) as values
    (1, '重阳敬老聚会', 'FESTIVAL', 'E', 4, array['D2', 'D21']), (2, '防溺水安全教育', 'SAFETY', 'C', 5, array['D2', 'D21']),
    (3, '救助政策进村宣传', 'PUBLICITY', 'A', null, array['D1', 'D11']), (4, '瑶歌瑶舞大家学', 'CULTURE', 'G', 2, array['D2', 'D22']),
    (5, '义诊与健康讲座', 'HEALTH', 'E', null, array['D2', 'D23']), (6, '留守儿童周末课堂', 'LECTURE', 'C', 3, array['D2', 'D21']),
    (7, '失独家庭月度聚会', 'GATHERING', 'E', 4, array['D1', 'D12']), (8, '志愿者清洁家园', 'VOLUNTEER', 'G', 1, array['D3', 'D32']);
insert into station.activity (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    no, title, kind, brand_plan, organiser, place, starts_at, ends_at, form, plan_count, actual_count,
    named_count, cost_fen, summary, approved_by, approved_at, published_at, held_noted_at, platform, dims,
    service, links, reach, state)
select demo.county(), e.id, e.div, e.org, e.id, e.at - interval '14 days', e.worker, e.at - interval '14 days',
       e.worker, demo.county() || '-A' || to_char((e.at - interval '14 days') at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-'
           || lpad((row_number() over (partition by ((e.at - interval '14 days') at time zone 'Asia/Shanghai')::date order by e.id))::text, 4, '0'),
       t.title, t.kind, b.id, e.worker, e.station || '活动室', e.at, e.at + interval '2 hours', 'OFFLINE',
       e.heads + 5, case when e.over then e.heads end, case when e.over then e.named else 0 end,
       case when e.over then 30000 + demo.roll('cost' || e.k, 1200) * 100 end,
       case when e.over then '秩序良好，参加者反映实用' end, e.head, e.at - interval '12 days',
       e.at - interval '10 days', case when e.over then e.at + interval '3 hours' end, 'STATION', t.dims, t.service,
       string_to_array(demo.pick('l' || e.k, array['L1 L2', 'L1 L2 L4', 'L1 L2 L3 L4', 'L1 L2 L3 L4 L5']), ' '),
       case when t.service in ('A', 'C') then 'TARGETED' else 'UNIVERSAL' end,
       case when e.over then 'summarised' else 'published' end
  from events e
  join topics t on t.n = e.topic
  left join brands b on b.n = t.brand;
call demo.lived('station.activity', '[
    {"state": "planned", "is": {"named_count": 0, "approved_by": null}},
    {"state": "approved", "when": "approved_at", "by": "approved_by", "is": {"named_count": 0}},
    {"state": "published", "when": "published_at", "is": {"named_count": 0}},
    {"state": "held", "when": "held_noted_at", "sets": ["actual_count"]},
    {"state": "summarised", "when": "held_noted_at", "sets": ["cost_fen", "summary"]}]');
insert into station.activity_attendance (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, activity, person, state)
select demo.county(), x.id, x.div, x.org, x.id, x.at, x.worker, x.at, x.worker, x.activity, x.person, 'present'
  from (select demo.id('came' || e.k || i, e.at) as id, e.div, e.org, e.at, e.worker, e.id as activity, p.id as person
          from events e
         cross join lateral generate_series(1, e.named) i
          join people p on p.township = e.township
                       and p.n = 1 + (demo.roll('first' || e.k, p.of) + i * 7) % p.of
         where e.over) x
on conflict do nothing;
call demo.written('station.activity_attendance');
update station.activity a
   set named_count = (select count(*) from station.activity_attendance x
                       where x.county = a.county and x.activity = a.id)
 where a.county = demo.county() and a.state = 'summarised';
update station.activity_history h set named_count = a.named_count
  from station.activity a
 where a.county = demo.county() and h.county = a.county and h.id = a.id and h.state in ('held', 'summarised');
insert into station.activity_role (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, activity, unit, part)
select demo.county(), x.id, x.div, x.org, x.id, x.at, x.worker, x.at, x.worker, x.activity, x.unit, x.part
  from (select demo.id('role' || e.k || r.part, e.at - interval '14 days') as id, e.div, e.org,
               e.at - interval '14 days' as at, e.worker, e.id as activity, r.part,
               case r.part when 'HOST' then core.station_of(demo.county(), demo.county()::bigint * 1000000)
                           when 'UNDERTAKER' then e.org
                           else (select o.id from admin.org_unit o where o.county = demo.county()
                                    and o.kind = case when e.topic in (2, 6) then 'SCHOOL' else 'CHARITY' end
                                  order by o.id limit 1) end as unit
          from events e
         cross join (values ('HOST'), ('UNDERTAKER'), ('CO_ORGANISER')) r (part)
         where r.part <> 'CO_ORGANISER' or e.topic in (2, 6, 8)) x
 where x.unit is not null;
call demo.written('station.activity_role');

-- ---- groups --------------------------------------------------------------------------------------

create table teams as
    select demo.id('team' || t.k, t.began - interval '10 days') as id, t.*, now() - t.began as age
      from (select s.key || i as k, s.id as org, s.township, s.div, w.account as leader,
                   demo.at(core.today() - 260 + i * 110 + demo.roll('b' || s.key || i, 40), 560) as began, i
              from stations s
             cross join generate_series(0, 2) i
              join staff w on w.org = s.id and w.n = 1 + i % (select max(o.workers) from staff o where o.org = s.id)) t
     where t.began < now() - interval '1 day';
insert into station.group_work (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    no, title, type, goals, leader, plan_members, plan_sessions, begins_on, formed_on, ended_on, summary,
    platform, dims, service, links, reach, state)
select demo.county(), t.id, t.div, t.org, t.id, t.began - interval '10 days', t.leader,
       t.began - interval '10 days', t.leader,
       demo.county() || '-G' || to_char((t.began - interval '10 days') at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-'
           || lpad((row_number() over (partition by ((t.began - interval '10 days') at time zone 'Asia/Shanghai')::date order by t.id))::text, 4, '0'),
       (array['独居老人支持小组', '青少年成长小组', '照料者减压小组'])[t.i + 1],
       (array['SUPPORT', 'GROWTH', 'MUTUAL'])[t.i + 1], '彼此熟悉，互相支持，学会求助', t.leader, 8, 6,
       (t.began at time zone 'Asia/Shanghai')::date, (t.began at time zone 'Asia/Shanghai')::date,
       case when t.over then (t.began at time zone 'Asia/Shanghai')::date + 45 end,
       case when t.over then '组员出勤稳定，目标基本达成' end, 'STATION', array['D2', 'D21'],
       (array['E', 'C', 'E'])[t.i + 1], array['L1', 'L2', 'L4'], 'TARGETED',
       case when t.over then 'ended' when t.age > interval '41 days' then 'ending'
            when t.age > interval '25 days' then 'mature' when t.age > interval '17 days' then 'turn'
            else 'form' end
  from (select x.*, x.age > interval '46 days' as over from teams x) t;
call demo.lived('station.group_work', '[
    {"state": "prepare", "is": {"formed_on": null, "ended_on": null, "summary": null}},
    {"state": "form", "days": 10, "is": {"ended_on": null, "summary": null}},
    {"state": "turn", "days": 27, "is": {"ended_on": null, "summary": null}},
    {"state": "mature", "days": 35, "is": {"ended_on": null, "summary": null}},
    {"state": "ending", "days": 51, "is": {"ended_on": null, "summary": null}}, {"state": "ended", "days": 55}]');
create table members as
    select demo.id('member' || t.k || m, t.began) as id, t.id as team, t.k, t.org, t.div, t.leader, t.began,
           p.id as person, m
      from teams t
     cross join generate_series(1, 8) m
      join people p on p.township = t.township and p.n = 1 + (demo.roll('m' || t.k, p.of) + m * 11) % p.of;
insert into station.group_member (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, group_work, person, joined_on)
select demo.county(), m.id, m.div, m.org, m.id, m.began, m.leader, m.began, m.leader, m.team, m.person,
       (m.began at time zone 'Asia/Shanghai')::date
  from members m
on conflict do nothing;
call demo.written('station.group_member');
create table sessions as
    select demo.id('session' || t.k || n, t.began + make_interval(days => (n - 1) * 8)) as id, t.id as team, t.k, t.org,
           t.div, t.leader, t.began + make_interval(days => (n - 1) * 8) as at, n
      from teams t cross join generate_series(1, 6) n
     where t.began + make_interval(days => (n - 1) * 8) < now() - interval '3 hours';
insert into station.group_session (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, group_work, session_no, stage, held_at, minutes, content)
select demo.county(), s.id, s.div, s.org, s.id, s.at + interval '3 hours', s.leader, s.at + interval '3 hours',
       s.leader, s.team, s.n, (array['FORM', 'FORM', 'TURN', 'MATURE', 'MATURE', 'END'])[s.n], s.at, 90,
       (array['相互认识，订立小组规则', '分享近况，练习倾听', '讨论分歧，重订目标', '主题活动与合作任务', '互助计划', '回顾收获，告别'])[s.n]
  from sessions s;
call demo.written('station.group_session');
insert into station.group_attendance (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, session, member, present)
select demo.county(), a.id, a.div, a.org, a.id, a.at, a.leader, a.at, a.leader, a.session, a.member, a.present
  from (select demo.id('sat' || s.k || s.n || m.m, s.at) as id, s.div, s.org, s.at, s.leader, s.id as session,
               m.id as member, demo.roll('here' || s.k || s.n || m.m, 10) > 0 as present
          from sessions s join members m on m.team = s.team
         where exists (select from station.group_member g where g.county = demo.county() and g.id = m.id)) a;
call demo.written('station.group_attendance');
