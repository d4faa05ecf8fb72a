-- 养老场地: attendance at day-care centres, needs of the residents of homes, services given at venues.

insert into core.code (tab, code, zh, en, sort) values
    ('DAYCARE_DOING', 'HEALTH', '健康监测', 'health check', 1),
    ('DAYCARE_DOING', 'REHAB', '康复训练', 'rehabilitation', 2),
    ('DAYCARE_DOING', 'CHESS', '棋牌', 'chess and cards', 3),
    ('DAYCARE_DOING', 'MUSIC', '歌舞戏曲', 'song, dance and opera', 4),
    ('DAYCARE_DOING', 'CRAFT', '书画手工', 'painting and crafts', 5),
    ('DAYCARE_DOING', 'READING', '读书看报', 'reading', 6),
    ('DAYCARE_DOING', 'EXERCISE', '健身操', 'exercise', 7),
    ('DAYCARE_DOING', 'REST', '午休', 'rest', 8),
    ('DAYCARE_DOING', 'OTHER', '其他', 'other', 9),
    ('VENUE_SERVICE', 'RECREATION', '文体娱乐', 'recreation', 1),
    ('VENUE_SERVICE', 'HEALTH', '健康义诊', 'health', 2),
    ('VENUE_SERVICE', 'GROOM', '理发助浴', 'haircuts and bathing', 3),
    ('VENUE_SERVICE', 'COMFORT', '精神慰藉', 'comfort and company', 4),
    ('VENUE_SERVICE', 'LEGAL', '法律维权', 'legal help', 5),
    ('VENUE_SERVICE', 'LECTURE', '讲座宣传', 'lectures and publicity', 6),
    ('VENUE_SERVICE', 'CLEANING', '清洁整理', 'cleaning', 7),
    ('VENUE_SERVICE', 'BIRTHDAY', '生日节庆', 'birthdays and festivals', 8),
    ('VENUE_SERVICE', 'OTHER', '其他', 'other', 9);

create table elderly.venue_attendance (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    venue uuid not null,
    came_at timestamptz not null,
    day date generated always as ((came_at at time zone 'Asia/Shanghai')::date) stored,
    left_at timestamptz,
    meals text[],
    doings text[],
    service_how text not null,
    wellbeing text,
    fetched_by text,
    note text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, venue) references station.venue (county, id),
    constraint venue_attendance_state check (state in ('present', 'left', 'struck')),
    constraint venue_attendance_same_day check ((left_at at time zone 'Asia/Shanghai')::date = day)
);
comment on table elderly.venue_attendance is '日间照料签到: one stay of a person at a venue, within a day';
-- Whoever is in is in one place.
create unique index venue_attendance_in on elderly.venue_attendance (county, person, day)
    where deleted_at is null and state = 'present';
create index venue_attendance_came on elderly.venue_attendance
    (county, came_at desc, id desc, township);
create index venue_attendance_place on elderly.venue_attendance
    (county, township, came_at desc, id desc, div, state);
create index venue_attendance_person on elderly.venue_attendance (county, person, came_at desc, id desc);
create index venue_attendance_venue on elderly.venue_attendance
    (county, venue, day desc, came_at desc, id desc);
create index venue_attendance_day on elderly.venue_attendance (county, day desc, came_at desc, id desc);
create index venue_attendance_created on elderly.venue_attendance
    (county, created_at desc, id desc, township);
create index venue_attendance_place_created on elderly.venue_attendance
    (county, township, created_at desc, id desc, div);
call core.record_table('elderly.venue_attendance', 'elderly');

create table elderly.venue_need (
    like core.record including defaults including generated including constraints,
    venue uuid not null,
    collected_on date not null,
    collected_by uuid not null,
    asked_by text,
    heads bigint,
    kind text not null,
    content text not null,
    title text,
    starts_at timestamptz,
    organiser uuid,
    activity uuid,
    held_at timestamptz,
    due_answer_at timestamptz,
    feedback text,
    rating bigint,
    answered_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, venue) references station.venue (county, id),
    foreign key (county, collected_by) references admin.account (county, id),
    foreign key (county, organiser) references admin.account (county, id),
    foreign key (county, activity) references station.activity (county, id),
    constraint venue_need_state check (state in (
        'raised', 'planned', 'held', 'answered', 'declined')),
    constraint venue_need_planned check (
        state not in ('planned', 'held', 'answered') or num_nulls(title, starts_at, organiser) = 0)
);
comment on table elderly.venue_need is
    '需求收集: what residents of a home ask for, the activity it became, and what they were told';
create index venue_need_collected on elderly.venue_need
    (county, collected_on desc, id desc, township);
create index venue_need_place on elderly.venue_need
    (county, township, collected_on desc, id desc, div, state, kind);
create index venue_need_venue on elderly.venue_need (county, venue, collected_on desc, id desc);
create index venue_need_by on elderly.venue_need (county, collected_by, collected_on desc, id desc);
create index venue_need_created on elderly.venue_need (county, created_at desc, id desc, township);
create index venue_need_open on elderly.venue_need (county, state)
    where state = 'planned' and deleted_at is null;
create index venue_need_due on elderly.venue_need (county, due_answer_at) where state = 'held';
create index venue_need_place_created on elderly.venue_need
    (county, township, created_at desc, id desc, div);
call core.record_table('elderly.venue_need', 'elderly');

create table elderly.venue_log (
    like core.record including defaults including generated including constraints,
    venue uuid not null,
    served_at timestamptz not null,
    minutes bigint,
    kind text not null,
    worker uuid not null,
    heads bigint not null,
    content text not null,
    partner text,
    primary key (county, id),
    foreign key (county, venue) references station.venue (county, id),
    foreign key (county, worker) references admin.account (county, id)
);
comment on table elderly.venue_log is '场地服务记录: a service given at a venue, and for how many';
create index venue_log_served on elderly.venue_log (county, served_at desc, id desc, township);
create index venue_log_place on elderly.venue_log
    (county, township, served_at desc, id desc, div, kind);
create index venue_log_venue on elderly.venue_log (county, venue, served_at desc, id desc);
create index venue_log_worker on elderly.venue_log (county, worker, served_at desc, id desc);
create index venue_log_created on elderly.venue_log (county, created_at desc, id desc, township);
create index venue_log_place_created on elderly.venue_log
    (county, township, created_at desc, id desc, div);
call core.record_table('elderly.venue_log', 'elderly');
