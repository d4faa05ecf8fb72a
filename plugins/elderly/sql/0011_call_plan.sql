-- 问候计划: who is called, on which days, when and by whom.

insert into core.code (tab, code, zh, en, sort) values
    ('WEEKDAY', '1', '周一', 'Monday', 1),
    ('WEEKDAY', '2', '周二', 'Tuesday', 2),
    ('WEEKDAY', '3', '周三', 'Wednesday', 3),
    ('WEEKDAY', '4', '周四', 'Thursday', 4),
    ('WEEKDAY', '5', '周五', 'Friday', 5),
    ('WEEKDAY', '6', '周六', 'Saturday', 6),
    ('WEEKDAY', '7', '周日', 'Sunday', 7)
    on conflict do nothing;

create table elderly.call_plan (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    days text[] not null,
    call_at time not null,
    caller uuid not null,
    neighbour uuid,
    worker uuid,
    since date not null,
    until date,
    note text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, neighbour) references station.resident (county, id),
    foreign key (county, caller) references admin.account (county, id),
    foreign key (county, worker) references admin.account (county, id),
    constraint call_plan_days check (cardinality(days) > 0),
    constraint call_plan_neighbour check (neighbour <> person),
    constraint call_plan_state check (state in ('active', 'paused', 'ended'))
);
comment on table elderly.call_plan is '问候计划: its calls are elderly.greeting_call';
comment on column elderly.call_plan.days is 'WEEKDAY: 1 Monday … 7 Sunday, as isodow';
comment on column elderly.call_plan.neighbour is 'who knocks first when nobody answers';
comment on column elderly.call_plan.worker is 'who goes there next; null: the caller';
create unique index call_plan_once on elderly.call_plan (county, person)
    where deleted_at is null and state <> 'ended';
create index call_plan_created on elderly.call_plan (county, created_at desc, id desc, township);
create index call_plan_place on elderly.call_plan
    (county, township, created_at desc, id desc, state);
create index call_plan_person on elderly.call_plan (county, person, created_at desc, id desc);
create index call_plan_caller on elderly.call_plan (county, caller, created_at desc, id desc);
call core.record_table('elderly.call_plan', 'elderly');
