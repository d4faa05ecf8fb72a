-- 小组 (MZ/T 095-2017) with its members, sessions and attendance; 社区活动 with who hosted it, who came
-- by name, who enrolled, and its photos.

create table station.group_work (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    type text not null,
    theme text,
    goals text not null,
    leader uuid not null,
    helper uuid,
    brand_plan uuid,
    place text,
    form text,
    plan_members bigint not null,
    plan_sessions bigint not null,
    begins_on date,
    formed_on date,
    ended_on date,
    summary text,
    reason text,
    core_task boolean,
    platform text,
    dims text[],
    service text not null,
    links text[],
    reach text,
    state text not null,
    primary key (county, id),
    foreign key (county, leader) references admin.account (county, id),
    foreign key (county, helper) references admin.account (county, id),
    constraint group_work_no unique (county, no),
    constraint group_work_state check (state in (
        'prepare', 'form', 'turn', 'mature', 'ending', 'ended', 'cancelled'))
);
comment on table station.group_work is '小组: its plan and the stages it goes through';
create index group_work_created on station.group_work (county, created_at desc, id desc, township);
create index group_work_place on station.group_work
    (county, township, created_at desc, id desc, div, state, type, service);
create index group_work_leader on station.group_work (county, leader, created_at desc, id desc);
create index group_work_plan on station.group_work (county, brand_plan, created_at desc, id desc);
create index group_work_formed on station.group_work (county, formed_on) where formed_on is not null;
call core.record_table('station.group_work', null);

create table station.group_member (
    like core.record including defaults including generated including constraints,
    group_work uuid not null,
    person uuid not null,
    joined_on date,
    left_on date,
    note text,
    primary key (county, id),
    foreign key (county, group_work) references station.group_work (county, id),
    foreign key (county, person) references station.resident (county, id)
);
comment on table station.group_member is '组员';
create unique index group_member_once on station.group_member (county, group_work, person)
    where deleted_at is null;
create index group_member_group
    on station.group_member (county, group_work, created_at desc, id desc);
create index group_member_person on station.group_member (county, person, created_at desc, id desc);
create index group_member_created
    on station.group_member (county, created_at desc, id desc, township);
create index group_member_place
    on station.group_member (county, township, created_at desc, id desc, div);
call core.record_table('station.group_member', null);

create table station.group_session (
    like core.record including defaults including generated including constraints,
    group_work uuid not null,
    session_no bigint not null,
    stage text not null,
    held_at timestamptz not null,
    place text,
    minutes bigint,
    content text not null,
    reflection text,
    primary key (county, id),
    foreign key (county, group_work) references station.group_work (county, id)
);
comment on table station.group_session is '小组节次: one meeting of a group and what went on in it';
create unique index group_session_no on station.group_session (county, group_work, session_no)
    where deleted_at is null;
create index group_session_group on station.group_session (county, group_work, held_at desc, id desc);
create index group_session_held on station.group_session (county, held_at desc, id desc, township);
create index group_session_place
    on station.group_session (county, township, held_at desc, id desc, div, stage);
create index group_session_created
    on station.group_session (county, created_at desc, id desc, township);
call core.record_table('station.group_session', null);

create table station.group_attendance (
    like core.record including defaults including generated including constraints,
    session uuid not null,
    member uuid not null,
    present boolean not null,
    note text,
    primary key (county, id),
    foreign key (county, session) references station.group_session (county, id),
    foreign key (county, member) references station.group_member (county, id)
);
comment on table station.group_attendance is '小组出席: who of a group''s members came to a session';
create unique index group_attendance_once on station.group_attendance (county, session, member)
    where deleted_at is null;
create index group_attendance_session
    on station.group_attendance (county, session, created_at desc, id desc);
create index group_attendance_member
    on station.group_attendance (county, member, created_at desc, id desc);
create index group_attendance_created
    on station.group_attendance (county, created_at desc, id desc, township);
create index group_attendance_place
    on station.group_attendance (county, township, created_at desc, id desc, div);
call core.record_table('station.group_attendance', null);

create table station.activity (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    kind text not null,
    brand_plan uuid,
    goals text,
    organiser uuid not null,
    place text not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    month_due date,
    due_held_at timestamptz,
    form text not null,
    plan_count bigint,
    actual_count bigint,
    named_count bigint not null default 0,
    guests jsonb,
    budget_fen bigint,
    cost_fen bigint,
    summary text,
    reason text,
    approved_by uuid,
    approved_at timestamptz,
    published_at timestamptz,
    held_noted_at timestamptz,
    core_task boolean,
    platform text,
    dims text[],
    service text not null,
    links text[],
    reach text,
    state text not null,
    primary key (county, id),
    foreign key (county, organiser) references admin.account (county, id),
    constraint activity_no unique (county, no),
    constraint activity_state check (state in (
        'planned', 'approved', 'published', 'held', 'summarised', 'archived', 'cancelled')),
    constraint activity_heads check (actual_count >= named_count),
    constraint activity_approver check (approved_by <> organiser)
);
comment on table station.activity is '社区活动';
comment on column station.activity.named_count is
    'heads known by name, of activity_attendance; who came besides is actual_count less these';
comment on column station.activity.due_held_at is
    'end of the month it has to be held in, where a plan says one each month';
create index activity_starts on station.activity (county, starts_at desc, id desc, township);
create index activity_created on station.activity (county, created_at desc, id desc, township);
create index activity_place on station.activity
    (county, township, starts_at desc, id desc, div, state, kind, service);
create index activity_organiser on station.activity (county, organiser, starts_at desc, id desc);
create index activity_plan on station.activity (county, brand_plan, starts_at desc, id desc);
create index activity_due on station.activity (county, due_held_at)
    where state in ('planned', 'approved', 'published');
call core.record_table('station.activity', null);

create table station.activity_role (
    like core.record including defaults including generated including constraints,
    activity uuid not null,
    unit uuid not null,
    part text not null,
    contribution text,
    primary key (county, id),
    foreign key (county, activity) references station.activity (county, id),
    foreign key (county, unit) references admin.org_unit (county, id)
);
comment on table station.activity_role is '主办、承办、协办: what an organisation does in an activity';
create unique index activity_role_once on station.activity_role (county, activity, unit, part)
    where deleted_at is null;
create index activity_role_activity
    on station.activity_role (county, activity, created_at desc, id desc, part);
create index activity_role_unit on station.activity_role (county, unit, created_at desc, id desc);
create index activity_role_created
    on station.activity_role (county, created_at desc, id desc, township);
create index activity_role_place
    on station.activity_role (county, township, created_at desc, id desc, div);
call core.record_table('station.activity_role', null);

create table station.activity_attendance (
    like core.record including defaults including generated including constraints,
    activity uuid not null,
    person uuid not null,
    as_volunteer boolean,
    state text not null,
    reason text,
    primary key (county, id),
    foreign key (county, activity) references station.activity (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint activity_attendance_state check (state in ('present', 'struck'))
);
comment on table station.activity_attendance is '活动签到: who came to an activity, by name';
create unique index activity_attendance_once
    on station.activity_attendance (county, activity, person)
    where deleted_at is null and state = 'present';
create index activity_attendance_activity
    on station.activity_attendance (county, activity, created_at desc, id desc, state);
create index activity_attendance_person
    on station.activity_attendance (county, person, created_at desc, id desc);
create index activity_attendance_created
    on station.activity_attendance (county, created_at desc, id desc, township);
create index activity_attendance_place
    on station.activity_attendance (county, township, created_at desc, id desc, div);
call core.record_table('station.activity_attendance', null);

create table station.activity_enrol (
    like core.record including defaults including generated including constraints,
    activity uuid not null,
    person uuid not null,
    note text,
    state text not null,
    reason text,
    primary key (county, id),
    foreign key (county, activity) references station.activity (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint activity_enrol_state check (state in ('enrolled', 'attended', 'cancelled'))
);
comment on table station.activity_enrol is '活动报名';
create unique index activity_enrol_once on station.activity_enrol (county, activity, person)
    where deleted_at is null and state <> 'cancelled';
create index activity_enrol_activity
    on station.activity_enrol (county, activity, created_at desc, id desc, state);
create index activity_enrol_person
    on station.activity_enrol (county, person, created_at desc, id desc);
create index activity_enrol_created
    on station.activity_enrol (county, created_at desc, id desc, township);
create index activity_enrol_place
    on station.activity_enrol (county, township, created_at desc, id desc, div);
call core.record_table('station.activity_enrol', null);

create table station.activity_photo (
    like core.record including defaults including generated including constraints,
    activity uuid not null,
    photo uuid not null,
    caption text,
    faces_blurred boolean not null,
    state text not null,
    released_by uuid,
    released_at timestamptz,
    primary key (county, id),
    foreign key (county, activity) references station.activity (county, id),
    constraint activity_photo_state check (state in ('draft', 'released')),
    constraint activity_photo_blurred check (state <> 'released' or faces_blurred)
);
comment on table station.activity_photo is
    '活动照片: released only when somebody signs that faces of children are blurred';
create index activity_photo_activity
    on station.activity_photo (county, activity, created_at desc, id desc, state);
create index activity_photo_created
    on station.activity_photo (county, created_at desc, id desc, township);
create index activity_photo_place
    on station.activity_photo (county, township, created_at desc, id desc, div);
call core.record_table('station.activity_photo', null);
