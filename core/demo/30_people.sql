-- Those who work: their files, a year of duty, training, and where the hours went.

insert into station.staff_profile (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, account, position, local, cert_type, cert_valid_until, edu, ethnicity, work_mode, entered_on)
select demo.county(), f.id, f.div, f.org, f.id, f.at, f.head, f.at, f.head, f.account,
       case when f.n = 0 then '站长' else '驻站社工' end, demo.roll('local' || f.key, 4) > 0,
       f.cert, case when f.cert <> '0' then core.today() + 90 + demo.roll('until' || f.key, 900) end,
       demo.pick('edu' || f.key, array['20', '20', '30', '40']),
       demo.pick('eth' || f.key, array['13', '13', '01']), 'ONSITE',
       core.today() - 500 - demo.roll('in' || f.key, 600)
  from (select w.*, h.account as head, demo.at(core.today() - 480, 560) as at,
               demo.id('profile' || w.key, demo.at(core.today() - 480, 560)) as id,
               demo.pick('cert' || w.key, array['1', '2', '1', '0', '2']) as cert
          from staff w join staff h on h.org = w.org and h.n = 0) f;
call demo.written('station.staff_profile');

-- Two of three stations are open all year; each day somebody is on duty, turn by turn. A hole is left
-- next week in the last station.
insert into station.duty_setting (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, year_round, since, staff_standard)
select demo.county(), s.id, s.div, s.org, s.id, s.at, s.head, s.at, s.head, s.n % 3 > 0,
       core.today() - 366, 6
  from (select demo.id('duty' || x.key, demo.at(core.today() - 366, 500)) as id, x.id as org, x.div, x.n,
               demo.at(core.today() - 366, 500) as at, h.account as head
          from stations x join staff h on h.org = x.id and h.n = 0) s;
call demo.written('station.duty_setting');

insert into station.roster (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    date, shift, starts, ends, staff, turn, state, actual_in, actual_out)
select demo.county(), r.id, r.div, r.org, r.id, r.at, r.head, r.at, r.head, r.d, 'DAY', '08:00', '18:00',
       r.account, 1,
       case when r.d > core.today() or r.d = core.today() and now() < demo.at(r.d, 490) then 'planned'
            when r.d = core.today() then 'on_duty'
            when demo.roll('absent' || r.k, 200) = 0 then 'absent' else 'off_duty' end,
       case when r.d < core.today() and demo.roll('absent' || r.k, 200) > 0
              or r.d = core.today() and now() >= demo.at(r.d, 490)
            then demo.at(r.d, 470 + demo.roll('come' || r.k, 20)) end,
       case when r.d < core.today() and demo.roll('absent' || r.k, 200) > 0
            then demo.at(r.d, 1080 + demo.roll('go' || r.k, 30)) end
  from (select s.key || d::date as k, d::date as d, s.id as org, s.div, h.account as head, w.account,
               demo.at((d - interval '15 days')::date, 540) as at,
               demo.id('roster' || s.key || d::date, demo.at((d - interval '15 days')::date, 540)) as id
          from stations s
          join staff h on h.org = s.id and h.n = 0
         cross join generate_series(core.today() - 365, core.today() + 14, interval '1 day') d
          join staff w on w.org = s.id
                      and w.n = 1 + extract(doy from d)::int % (select max(o.workers) from staff o where o.org = s.id)
         where not (s.n = (select max(n) from stations) and d::date = core.today() + 5)) r;
call demo.lived('station.roster', '[{"state": "planned"},
    {"state": "on_duty", "when": "actual_in", "by": "staff"},
    {"state": "off_duty", "when": "actual_out", "by": "staff"}]');
call demo.lived('station.roster', '[{"state": "planned"}, {"state": "absent", "days": 15}]');

create table trainings as
    select demo.id('training' || t.m || demo.county(), demo.at(core.today() - t.m * 61 - 20, 540)) as id, t.*,
           core.today() - t.m * 61 - 5 as day
      from (values (0, '老年人能力评估实务', 'ON_POST', 6), (1, '社会组织项目管理及服务能力提升', 'CONTINUING', 16),
                   (2, '儿童保护与强制报告', 'ON_POST', 8), (3, '慈善＋社工＋志愿服务融合', 'CONTINUING', 12),
                   (4, '个案工作方法与督导', 'CONTINUING', 24), (5, '新入职社工岗前培训', 'INDUCTION', 16))
           t (m, title, kind, hours);
insert into station.training (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    title, kind, provider, place, starts_on, ends_on, hours, counts, state)
select demo.county(), t.id, demo.county()::bigint * 1000000,
       core.station_of(demo.county(), demo.county()::bigint * 1000000), t.id,
       demo.at(t.day - 15, 540), demo.holder('county_section'), demo.at(t.day - 15, 540),
       demo.holder('county_section'), t.title, t.kind, '县社工总站', '县民政局会议室', t.day, t.day + (t.hours / 8),
       t.hours, t.kind <> 'INDUCTION', 'held'
  from trainings t where demo.holder('county_section') is not null;
call demo.lived('station.training', '[{"state": "planned"}, {"state": "held", "days": 18}]');
insert into station.training_attend (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, training, staff, hours, certified, confirmed_at, state)
select demo.county(), demo.id('attend' || t.m || w.key, demo.at(t.day, 500)), w.div, w.org,
       demo.id('attend' || t.m || w.key, demo.at(t.day, 500)), demo.at(t.day, 500),
       demo.holder('county_section'), demo.at(t.day, 500), demo.holder('county_section'), t.id, w.account,
       t.hours, true, demo.at(t.day + 2, 600), 'confirmed'
  from trainings t
  join staff w on demo.roll('went' || t.m || w.key, 100) < 70
 where exists (select from station.training x where x.county = demo.county() and x.id = t.id);
call demo.lived('station.training_attend', '[{"state": "registered", "sets": ["hours"], "is": {"certified": false}},
    {"state": "confirmed", "when": "confirmed_at"}]');

insert into station.worktime (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    staff, date, minutes, nature)
select demo.county(), t.id, t.div, t.org, t.id, demo.at(t.d, 1100), t.account, demo.at(t.d, 1100), t.account,
       t.account, t.d, case when t.nature = 'PRO' then 480 - t.office else t.office end, t.nature
  from (select w.*, d, n.nature, 90 + demo.roll('office' || w.township, 90) + demo.roll('adm' || w.key || d, 60) as office,
               demo.id('time' || w.key || d || n.nature, demo.at(d, 1100)) as id
          from staff w
         cross join demo.days() d
         cross join (values ('PRO'), ('ADM')) n (nature)
         where extract(isodow from d) in (2, 4)) t;
call demo.written('station.worktime');
