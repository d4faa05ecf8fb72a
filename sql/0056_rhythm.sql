-- The rhythm of a county: its leading group, meetings with their agendas and what they hand out,
-- supervision with rectification, and tasks that the calendar brings.

-- ---- code tables ---------------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('COMMITTEE_SEAT', 'HEAD', '组长', 'head', 1),
    ('COMMITTEE_SEAT', 'DEPUTY', '副组长', 'deputy head', 2),
    ('COMMITTEE_SEAT', 'MEMBER', '成员', 'member', 3),
    ('COMMITTEE_SEAT', 'OFFICE', '办公室', 'office', 4),
    ('MEETING_KIND', 'DISPATCH', '周调度会', 'weekly dispatch', 1),
    ('MEETING_KIND', 'MONTHLY', '月度例会', 'monthly meeting', 2),
    ('MEETING_KIND', 'LEADERS', '领导小组会议', 'leading group', 3),
    ('MEETING_KIND', 'TOPIC', '专题会议', 'on a topic', 4),
    ('MEETING_KIND', 'MATTER', '一事一议', 'on one matter', 5),
    ('MEETING_KIND', 'CASE', '个案会商', 'case conference', 6),
    ('AGENDA_KIND', 'OVERDUE_ACTION', '超期任务', 'overdue action', 1),
    ('AGENDA_KIND', 'ESCALATED', '升级诉求', 'escalated request', 2),
    ('AGENDA_KIND', 'OVERDUE_REQUEST', '超期诉求', 'overdue request', 3),
    ('AGENDA_KIND', 'RED_CASE', '红色个案', 'red case', 4),
    ('AGENDA_KIND', 'ROSTER_HOLE', '值班缺岗', 'day without duty', 5),
    ('AGENDA_KIND', 'OPEN_ACTION', '在办任务', 'action under way', 6),
    ('AGENDA_KIND', 'PROGRESS', '指标进度', 'progress of indicators', 7),
    ('AGENDA_KIND', 'OTHER', '其他议题', 'other', 8),
    ('SUPERVISE_FORM', 'INDIVIDUAL', '个别督导', 'individual', 1),
    ('SUPERVISE_FORM', 'GROUP', '团体督导', 'in a group', 2),
    ('SUPERVISE_FORM', 'ONSITE', '现场督导', 'on site', 3),
    ('SUPERVISE_FORM', 'ONLINE', '线上督导', 'online', 4),
    ('TASK_KIND', 'MONTH_REPORT', '月报', 'monthly report', 1),
    ('TASK_KIND', 'QUARTER_REPORT', '季报', 'quarterly report', 2),
    ('TASK_KIND', 'YEAR_REPORT', '年报', 'yearly report', 3),
    ('TASK_KIND', 'SPOT_CHECK', '低收入人口抽查', 'spot check of low-income people', 4),
    ('TASK_KIND', 'CHILD_REGRADE', '儿童风险等级复评', 're-grading of children', 5),
    ('TASK_KIND', 'HALF_REVIEW', '低保家庭半年复核', 'half-yearly review of households on benefit', 13),
    ('TASK_KIND', 'DIRECTOR_TRAIN', '儿童主任培训', 'training of child directors', 6),
    ('TASK_KIND', 'STAR_REVIEW', '星级评定', 'star review', 7),
    ('TASK_KIND', 'CONTRACT_REVIEW', '购买服务绩效评估', 'review of contracts', 8),
    ('TASK_KIND', 'SOCIAL_WORK_DAY', '世界社会工作日', 'World Social Work Day', 9),
    ('TASK_KIND', 'LEIFENG_MONTH', '学雷锋志愿服务月', 'Lei Feng volunteering month', 10),
    ('TASK_KIND', 'PUBLICITY_WEEK', '社会工作宣传周', 'social work publicity week', 11),
    ('TASK_KIND', 'OTHER', '其他', 'other', 12);

-- ---- what the calendar counts by -----------------------------------------------------------------

insert into core.policy_default (key, value, unit, mark, basis) values
    ('rhythm.month_station_day', '3', 'day', '[A]', null),
    ('rhythm.month_county_day', '8', 'day', '[A]', null),
    ('rhythm.quarter_day', '10', 'day', '[A]', null),
    ('rhythm.year_day', '20', 'day', '[A]', null),
    ('rhythm.rectify_days', '15', 'day', '[A]', null),
    ('rhythm.action_days', '7', 'day', '[A]', null),
    ('rhythm.dispatch_item_max', '20', 'item', '[A]', null);

-- A figure of the calendar on a day, as a whole number.
create function station.figure(p_county int, p_key text, p_on date) returns int
    language plpgsql stable parallel safe
    as $$
begin
    return core.param(p_county, p_key, p_on)::int;
end $$;
comment on function station.figure(int, text, date) is 'a policy parameter as a whole number';

-- The n-th weekday (1 is Monday) of a month: World Social Work Day is the third Tuesday of March.
create function station.nth_weekday(p_year int, p_month int, p_weekday int, p_n int) returns date
    language sql immutable parallel safe
    as $$ select make_date(p_year, p_month, 1)
               + (p_weekday - extract(isodow from make_date(p_year, p_month, 1))::int + 7) % 7
               + 7 * (p_n - 1) $$;
grant execute on function station.figure(int, text, date), station.nth_weekday(int, int, int, int)
    to wulian_app, wulian_check;

-- ---- leading group -------------------------------------------------------------------------------

create table station.committee (
    like core.record including defaults including generated including constraints,
    name text not null,
    duties text,
    basis text,
    founded_on date,
    reason text,
    state text not null,
    primary key (county, id),
    constraint committee_state check (state in ('active', 'dissolved'))
);
comment on table station.committee is '领导小组: who leads the stations of the county together';
create unique index committee_name on station.committee (county, name) where deleted_at is null;
create index committee_created on station.committee
    (county, created_at desc, id desc, township, state);
create index committee_place on station.committee
    (county, township, created_at desc, id desc, div, state);
call core.record_table('station.committee', null);

create table station.committee_member (
    like core.record including defaults including generated including constraints,
    committee uuid not null,
    staff uuid not null,
    seat text not null,
    duty text,
    since date,
    reason text,
    left_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, committee) references station.committee (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint committee_member_state check (state in ('serving', 'left'))
);
comment on table station.committee_member is '领导小组成员';
create unique index committee_member_once on station.committee_member (county, committee, staff)
    where deleted_at is null and state = 'serving';
create unique index committee_member_head on station.committee_member (county, committee)
    where deleted_at is null and state = 'serving' and seat = 'HEAD';
create index committee_member_created on station.committee_member
    (county, created_at desc, id desc, township, state);
create index committee_member_place on station.committee_member
    (county, township, created_at desc, id desc, div, state);
create index committee_member_of on station.committee_member
    (county, committee, created_at desc, id desc);
create index committee_member_staff on station.committee_member
    (county, staff, created_at desc, id desc);
call core.record_table('station.committee_member', null);

-- ---- meetings ------------------------------------------------------------------------------------

create table station.meeting (
    like core.record including defaults including generated including constraints,
    kind text not null,
    title text not null,
    held_at timestamptz not null,
    place text,
    committee uuid,
    chair uuid,
    attendees jsonb,
    minutes text,
    minutes_file uuid,
    reason text,
    minuted_at timestamptz,
    closed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, committee) references station.committee (county, id),
    foreign key (county, chair) references admin.account (county, id),
    constraint meeting_state check (state in (
        'planned', 'held', 'minuted', 'closed', 'cancelled'))
);
comment on table station.meeting is '会议: weekly dispatch, leading group, on one matter, conferences';
create index meeting_held on station.meeting (county, held_at desc, id desc, township, kind, state);
create index meeting_created on station.meeting (county, created_at desc, id desc, township, kind);
create index meeting_place on station.meeting
    (county, township, held_at desc, id desc, div, kind, state);
create index meeting_made on station.meeting
    (county, township, created_at desc, id desc, div, kind, state);
create index meeting_committee on station.meeting (county, committee, held_at desc, id desc);
call core.record_table('station.meeting', null);

create table station.meeting_item (
    like core.record including defaults including generated including constraints,
    meeting uuid not null,
    kind text not null,
    subject text not null,
    amount bigint,
    source text collate "C",
    situation text,
    agenda_order bigint not null generated always as (
        (date '2100-01-01' - timezone('Asia/Shanghai', created_at)::date)::bigint * 10
        + case kind when 'OVERDUE_ACTION' then 1 when 'ESCALATED' then 2
                    when 'OVERDUE_REQUEST' then 3 when 'RED_CASE' then 4 when 'ROSTER_HOLE' then 5
                    when 'OPEN_ACTION' then 6 when 'PROGRESS' then 7 else 8 end) stored,
    conclusion text,
    task text,
    owner uuid,
    task_due date,
    concluded_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, meeting) references station.meeting (county, id),
    foreign key (county, owner) references admin.account (county, id),
    constraint meeting_item_state check (state in ('open', 'concluded', 'carried'))
);
comment on table station.meeting_item is
    '会议议题: at the county or at the township of the station it is about';
comment on column station.meeting_item.source is 'what it is about, "station.request:<id>"';
comment on column station.meeting_item.agenda_order is
    'newest agenda first, and in it what is overdue before all else';
create index meeting_item_order on station.meeting_item
    (county, agenda_order, id, township, kind, state);
create index meeting_item_created on station.meeting_item
    (county, created_at desc, id desc, township, kind);
create index meeting_item_place on station.meeting_item
    (county, township, agenda_order, id, div, kind, state);
create index meeting_item_made on station.meeting_item
    (county, township, created_at desc, id desc, div, kind, state);
create index meeting_item_meeting on station.meeting_item (county, meeting, agenda_order, id);
create index meeting_item_source on station.meeting_item (county, source, created_at desc, id desc);
call core.record_table('station.meeting_item', null);

create table station.action_item (
    like core.record including defaults including generated including constraints,
    title text not null,
    content text,
    meeting uuid,
    source text collate "C",
    owner uuid not null,
    due date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    done_at timestamptz,
    done_note text,
    evidence uuid,
    verified_by uuid,
    verified_at timestamptz,
    reason text,
    returns bigint not null default 0,
    state text not null,
    primary key (county, id),
    foreign key (county, meeting) references station.meeting (county, id),
    foreign key (county, owner) references admin.account (county, id),
    foreign key (county, verified_by) references admin.account (county, id),
    constraint action_item_state check (state in ('open', 'done', 'verified', 'cancelled')),
    constraint action_item_verifier check (verified_by <> owner)
);
comment on table station.action_item is '任务: what a meeting hands out, done by one, verified by another';
create index action_item_due on station.action_item (county, due_at, id, township, state);
create index action_item_created on station.action_item
    (county, created_at desc, id desc, township, state);
create index action_item_place on station.action_item
    (county, township, due_at, id, div, state);
create index action_item_made on station.action_item
    (county, township, created_at desc, id desc, div, state);
create index action_item_owner on station.action_item (county, owner, due_at, id, state);
create index action_item_meeting on station.action_item (county, meeting, due_at, id);
create index action_item_source on station.action_item (county, source, due_at, id);
call core.record_table('station.action_item', null);

-- ---- supervision ---------------------------------------------------------------------------------

create table station.supervision (
    like core.record including defaults including generated including constraints,
    month date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', month + interval '1 month')) stored,
    supervisor uuid,
    supervised_at timestamptz,
    form text,
    hours numeric(18,1),
    files_sampled bigint,
    problems jsonb,
    score bigint,
    summary text,
    report uuid,
    alerted_at timestamptz,
    submitted_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, supervisor) references admin.account (county, id),
    constraint supervision_state check (state in ('planned', 'submitted', 'closed', 'cancelled')),
    constraint supervision_month check (extract(day from month) = 1)
);
comment on table station.supervision is '督导: each station once a month, by somebody from outside it';
create unique index supervision_once on station.supervision (county, org, month)
    where deleted_at is null and state <> 'cancelled';
create index supervision_month_at on station.supervision
    (county, month desc, id desc, township, state);
create index supervision_created on station.supervision
    (county, created_at desc, id desc, township, state);
create index supervision_place on station.supervision
    (county, township, month desc, id desc, div, state);
create index supervision_made on station.supervision
    (county, township, created_at desc, id desc, div, state);
create index supervision_supervisor on station.supervision
    (county, supervisor, month desc, id desc);
create index supervision_due on station.supervision (county, due_at) where state = 'planned';
call core.record_table('station.supervision', null);

create table station.rectification (
    like core.record including defaults including generated including constraints,
    supervision uuid not null,
    problem text not null,
    supervisor uuid,
    due date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    measure text,
    evidence uuid,
    submitted_at timestamptz,
    accepted_at timestamptz,
    reason text,
    returns bigint not null default 0,
    state text not null,
    primary key (county, id),
    foreign key (county, supervision) references station.supervision (county, id),
    foreign key (county, supervisor) references admin.account (county, id),
    constraint rectification_state check (state in (
        'open', 'submitted', 'returned', 'accepted'))
);
comment on table station.rectification is '整改: a problem of a supervision, mended with proof';
create index rectification_due on station.rectification (county, due_at, id, township, state);
create index rectification_created on station.rectification
    (county, created_at desc, id desc, township, state);
create index rectification_place on station.rectification
    (county, township, due_at, id, div, state);
create index rectification_made on station.rectification
    (county, township, created_at desc, id desc, div, state);
create index rectification_of on station.rectification (county, supervision, due_at, id);
create index rectification_supervisor on station.rectification (county, supervisor, due_at, id);
call core.record_table('station.rectification', null);

-- ---- tasks of the calendar -----------------------------------------------------------------------

create table station.task (
    like core.record including defaults including generated including constraints,
    kind text not null,
    title text not null,
    period text not null collate "C",
    starts_on date,
    due date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    note text,
    evidence uuid,
    done_by uuid,
    done_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, done_by) references admin.account (county, id),
    constraint task_state check (state in ('open', 'done', 'waived')),
    constraint task_dates check (starts_on is null or starts_on <= due)
);
comment on table station.task is '周期任务: what is due at a station or in the county by the calendar';
create unique index task_once on station.task (county, div, kind, period)
    where deleted_at is null and kind <> 'OTHER';
create index task_due on station.task (county, due_at, id, township, kind, period, state);
create index task_created on station.task
    (county, created_at desc, id desc, township, kind, period, state);
create index task_place on station.task
    (county, township, due_at, id, div, kind, period, state);
create index task_made on station.task
    (county, township, created_at desc, id desc, div, kind, period, state);
call core.record_table('station.task', null);
