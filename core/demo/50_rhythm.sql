-- The rhythm: a dispatch each week, supervision each month, tasks of the calendar, stars.

-- ---- weekly dispatch -----------------------------------------------------------------------------

create table weeks as
    select demo.id('meeting' || d || demo.county(), demo.at(d - 3, 545)) as id, d as day, demo.at(d, 540) as at
      from demo.days() d where extract(isodow from d) = 1;
insert into station.meeting (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    kind, title, held_at, place, chair, minutes, minuted_at, closed_at, state)
select demo.county(), w.id, demo.county()::bigint * 1000000,
       core.station_of(demo.county(), demo.county()::bigint * 1000000), w.id, demo.at(w.day - 3, 545),
       demo.holder('county_admin'), demo.at(w.day - 3, 545), demo.holder('county_admin'), 'DISPATCH',
       to_char(w.day, 'YYYY年MM月DD日') || '周调度', w.at, '县民政局会议室', demo.holder('county_admin'),
       '听取各站情况，逐项核对超期事项，明确责任人和时限', w.at + interval '5 hours', w.at + interval '6 hours', 'closed'
  from weeks w;
call demo.lived('station.meeting', '[
    {"state": "planned", "is": {"minutes": null}}, {"state": "held", "days": 3, "is": {"minutes": null}},
    {"state": "minuted", "when": "minuted_at"}, {"state": "closed", "when": "closed_at"}]');

create table duties as
    select demo.id('action' || a.k, a.at) as id, a.*
      from (select w.day || s.key as k, w.id as meeting, w.day, w.at, s.id as org, s.div, h.account as owner,
                   1 + demo.roll('what' || w.day || s.key, 6) as what
              from weeks w
              join stations s on demo.roll('some' || w.day || s.key, 4) = 0
              join staff h on h.org = s.id and h.n = 0) a;
insert into station.action_item (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    title, meeting, owner, due, done_at, done_note, verified_by, verified_at, state)
select demo.county(), d.id, d.div, d.org, d.id, d.at, demo.holder('county_admin'), d.at,
       demo.holder('county_admin'),
       (array['清理超期诉求', '补齐高龄独居老人探访', '完成儿童之家安全检查', '报送助餐点整改照片', '联系志愿者队伍签约', '更新值班公示'])[d.what],
       d.meeting, d.owner, d.day + 7, case when d.over then d.at + make_interval(days => 2 + demo.roll('took' || d.k, 7)) end,
       case when d.over then '已办结，见台账' end, case when d.over then demo.holder('county_section') end,
       case when d.over and demo.holder('county_section') is not null then d.at + interval '10 days' end,
       case when not d.over then 'open' when demo.holder('county_section') is null then 'done' else 'verified' end
  from (select x.*, x.day < core.today() - 10 and demo.roll('late' || x.k, 40) > 0 as over from duties x) d;
call demo.lived('station.action_item', '[{"state": "open", "is": {"verified_by": null}},
    {"state": "done", "when": "done_at", "by": "owner", "sets": ["done_note"], "is": {"verified_by": null}},
    {"state": "verified", "when": "verified_at", "by": "verified_by"}]');

-- ---- monthly supervision -------------------------------------------------------------------------

create table looks as
    select demo.id('supervision' || s.key || m, demo.at(m::date, 10)) as id, s.key || m as k, s.id as org, s.div,
           m::date as month, h.account as head,
           demo.at(m::date + 8 + demo.roll('day' || s.key || m, 15), 600) as at
      from stations s
      join staff h on h.org = s.id and h.n = 0
     cross join generate_series(date_trunc('month', core.today() - 364), date_trunc('month', core.today()), '1 month') m
     where demo.at(m::date, 10) < now();
insert into station.supervision (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    month, supervisor, supervised_at, form, hours, files_sampled, problems, score, summary, submitted_at, state)
select demo.county(), l.id, l.div, l.org, l.id, demo.at(l.month, 10), l.by, demo.at(l.month, 10), l.by,
       l.month, case when l.over then l.by end, case when l.over then l.at end,
       case when l.over then demo.pick('form' || l.k, array['ONSITE', 'ONSITE', 'GROUP', 'INDIVIDUAL', 'ONLINE']) end,
       case when l.over then 2 + demo.roll('hours' || l.k, 3) end, case when l.over then 3 + demo.roll('files' || l.k, 6) end,
       case when l.over then '[]'::jsonb end, case when l.over then 78 + demo.roll('score' || l.k, 20) end,
       case when l.over then '档案较规范，个案记录的介入目标需写具体' end,
       case when l.over then l.at + interval '1 day' end, case when l.over then 'closed' else 'planned' end
  from (select x.*, x.at + interval '1 day' < now() as over,
               coalesce(demo.holder('agency_supervisor'), demo.holder('county_section'), demo.holder('county_admin')) as by
          from looks x) l;
call demo.lived('station.supervision', '[
    {"state": "planned", "is": {"supervisor": null, "supervised_at": null, "form": null, "hours": null, "files_sampled": null, "problems": null, "score": null, "summary": null}},
    {"state": "submitted", "when": "submitted_at"}, {"state": "closed", "when": "submitted_at"}]');

-- ---- tasks of the calendar -----------------------------------------------------------------------

create table reports as
    select demo.id('task' || s.key || m, demo.at(m::date, 20)) as id, s.id as org, s.div, h.account as head,
           m::date as month, s.key || m as k
      from stations s
      join staff h on h.org = s.id and h.n = 0
     cross join generate_series(date_trunc('month', core.today() - 330), date_trunc('month', core.today()), '1 month') m
     where demo.at(m::date, 20) < now();
insert into station.task (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    kind, title, period, starts_on, due, done_by, done_at, state)
select demo.county(), r.id, r.div, r.org, r.id, demo.at(r.month, 20), demo.holder('county_admin'),
       demo.at(r.month, 20), demo.holder('county_admin'), 'MONTH_REPORT',
       to_char(r.month - 1, 'YYYY年MM月') || '月报', to_char(r.month - 1, 'YYYY-MM'), r.month, r.month + 2,
       r.head, demo.at(r.month + demo.roll('day' || r.k, 4), 900), 'done'
  from reports r where demo.at(r.month + 4, 900) < now()
on conflict do nothing;
call demo.lived('station.task', '[{"state": "open"}, {"state": "done", "when": "done_at", "by": "done_by", "sets": ["done_by"]}]');
