-- A year of service requests: about one a day and station, the hotline's among them. Most are closed,
-- the last days' are still on their way, and a few are late.

create table asked (category text, domain text, urgency text, content text, result text);
insert into asked values
    ('BUY_DRUG', 'E', 'U2', '降压药吃完了，下雨出不了门，请帮忙代买', '按空药瓶样品代买送到，本人签收'),
    ('BUY_DRUG', 'E', 'U3', '想请人每月代取一次慢性病药', '已列入每月代取安排'),
    ('MEAL', 'E', 'U3', '子女外出务工，想订午餐送餐上门', '评估后办理助餐登记'),
    ('BUY_FOOD', 'E', 'U3', '腿脚不便，请帮忙买菜买米', '志愿者当日送到'),
    ('TO_HOSPITAL', 'E', 'U2', '老人头晕，需要有人陪去镇卫生院', '陪同就诊，已平安回家'),
    ('GREETING', 'E', 'U4', '想让社工每天打个电话', '列入问候名单'),
    ('STUDY', 'C', 'U3', '孩子放学后无人辅导作业', '安排每周两次课业辅导'),
    ('CARE', 'C', 'U3', '奶奶住院，孩子周末没人看', '协调邻居与志愿者轮流照看'),
    ('PSYCH', 'C', 'U3', '孩子近来不愿说话，想请社工谈谈', '面谈两次，已转介心理服务'),
    ('ASSIST_APPLY', 'A', 'U4', '咨询低保怎么申请', '已说明条件和材料，陪同提交申请'),
    ('ASSIST_URGENT', 'A', 'U2', '家里失火，急需临时安置', '当日安置，并协助申请临时救助'),
    ('POLICY', 'A', 'U4', '残疾补贴标准有没有调整', '当场答复'),
    ('MEDIATE', 'G', 'U3', '与邻居因水渠起争执', '现场调解，双方同意共同维修'),
    ('REPAIR', 'G', 'U3', '活动室的灯坏了', '已报修更换'),
    ('VOLUNTEER', 'G', 'U4', '想报名当志愿者', '已登记并安排培训'),
    ('ACTIVITY', 'K', 'U4', '希望重阳节组织活动', '列入活动计划'),
    ('CORRECT', 'K', 'U4', '登记的住址写错了', '核对后已更正');
create table kinds as select row_number() over () as n, a.* from asked a;

create table drawn as
    select demo.id('request' || k, r.received_at) as id, r.*,
           (r.ends < now()) as over
      from (
        select s.key || d::text || i as k, s.id as org, s.township, d as day,
               demo.at(d, 480 + demo.roll('at' || s.key || d || i, 560)) as received_at,
               demo.at(d, 480 + demo.roll('at' || s.key || d || i, 560))
                   + make_interval(mins => 60 + demo.roll('length' || s.key || d || i, 4000)) as ends,
               1 + demo.roll('who' || s.key || d || i, 1 << 20) as die
          from stations s, demo.days() d, generate_series(1, 2) i
         where demo.roll('any' || s.key || d || i, 100) < 55) r;

insert into station.request (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, no, channel, person, category, domain, urgency, content, received_at, due_accept_at,
    due_finish_at, state, staff, accepted_at, assigned_at, started_at, done_at, callback_at,
    callback_by, closed_at, result, rating, reason)
select demo.county(), x.id, p.div, x.org, x.id, x.received_at, x.maker, x.received_at, x.maker,
       demo.county() || '-R' || to_char(x.day, 'YYYYMMDD') || '-'
           || lpad((row_number() over (partition by x.day order by x.received_at, x.id))::text, 4, '0'),
       x.channel, p.id, a.category, a.domain, a.urgency, a.content, x.received_at,
       core.due_at(demo.county(), 'request.accept_minutes.' || a.urgency, x.received_at),
       core.due_at(demo.county(), 'request.finish_minutes.' || a.urgency, x.received_at),
       x.state, case when x.state not in ('new', 'rejected') then w.account end,
       case when x.state not in ('new', 'rejected') then x.received_at + interval '7 minutes' end,
       case when x.state not in ('new', 'rejected') then x.received_at + interval '19 minutes' end,
       case when x.state not in ('new', 'rejected', 'assigned') then x.received_at + interval '28 minutes' end,
       case when x.state = 'closed' then x.ends - interval '20 minutes' end,
       case when x.state = 'closed' then x.ends - interval '5 minutes' end,
       case when x.state = 'closed' then h.account end,
       case when x.state = 'closed' then x.ends end,
       case when x.state = 'closed' then a.result end,
       case when x.state = 'closed' then (array[5, 5, 5, 4, 4, 5, 3, 5, 4, 2])[1 + demo.roll('r' || x.k, 10)] end,
       case when x.state = 'rejected' then '不属本站职责，已告知应找的部门' end
  from (select d.*,
               case when d.over and demo.roll('no' || d.k, 60) = 0 then 'rejected'
                    when d.over then 'closed'
                    when demo.roll('s' || d.k, 3) = 0 then 'assigned'
                    else 'in_progress' end as state,
               demo.pick('c' || d.k, array['HOTLINE', 'HOTLINE', 'DOOR', 'PHONE', 'VISIT', 'CLUE']) as channel,
               demo.holder('hotline_operator') as maker
          from drawn d) x
  join kinds a on a.n = 1 + demo.roll('a' || x.k, (select count(*)::int from kinds))
  join people p on p.township = x.township
               and p.n = 1 + demo.roll('p' || x.k, (select max(o.of) from people o where o.township = x.township))
  join staff w on w.org = x.org and w.n = 1 + demo.roll('w' || x.k, greatest((select max(o.workers) from staff o where o.org = x.org), 1))
  join staff h on h.org = x.org and h.n = 0;

call demo.lived('station.request', '[
    {"state": "new", "is": {"open": true}},
    {"state": "accepted", "when": "accepted_at", "is": {"open": true}},
    {"state": "assigned", "when": "assigned_at", "sets": ["staff"], "is": {"open": true}},
    {"state": "in_progress", "when": "started_at", "by": "staff", "is": {"open": true}},
    {"state": "done", "when": "done_at", "by": "staff", "sets": ["result"], "is": {"open": true}},
    {"state": "callback", "when": "callback_at", "by": "callback_by", "sets": ["callback_by", "rating"], "is": {"open": true}},
    {"state": "closed", "when": "closed_at", "by": "callback_by"}]');
call demo.lived('station.request', '[
    {"state": "new", "is": {"open": true}}, {"state": "rejected", "sets": ["reason"]}]');
