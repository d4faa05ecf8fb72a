-- 问候电话: one a person and day, and every step of it. Limits are settings of the township.

insert into core.code (tab, code, zh, en, sort) values
    ('MOOD', 'GOOD', '愉快', 'cheerful', 1),
    ('MOOD', 'CALM', '平稳', 'calm', 2),
    ('MOOD', 'LOW', '低落', 'low', 3),
    ('MOOD', 'ANXIOUS', '焦虑', 'anxious', 4),
    ('MOOD', 'CONFUSED', '糊涂', 'confused', 5),
    ('CALL_STEP', 'ANSWERED', '接通', 'answered', 1),
    ('CALL_STEP', 'UNANSWERED', '未接通', 'not answered', 2),
    ('CALL_STEP', 'NEIGHBOUR', '请邻居上门', 'a neighbour knocks', 3),
    ('CALL_STEP', 'WORKER', '社工上门', 'a worker goes there', 4),
    ('CALL_STEP', 'EMERGENCY', '紧急处置', 'emergency', 5),
    ('CALL_STEP', 'RESOLVED', '已见到本人', 'found', 6),
    ('ALARM_TO', 'FAMILY', '家属', 'family', 1),
    ('ALARM_TO', '110', '110', '110 (police)', 2),
    ('ALARM_TO', '120', '120', '120 (ambulance)', 3);

-- A setting in minutes as a time.
create function elderly.minutes(p_county int, p_div bigint, p_setting text) returns interval
    language sql stable
    begin atomic
        select make_interval(mins => core.setting(p_county, p_div, 'elderly.' || p_setting)::int);
    end;

-- Where a call that nobody has taken goes when its time is up; null: nowhere.
create function elderly.call_next(p_state text, p_neighbour uuid) returns text
    language sql immutable parallel safe
    begin atomic
        select case when p_state = 'unanswered' and p_neighbour is not null then 'neighbour'
                    when p_state in ('unanswered', 'neighbour') then 'worker'
                    when p_state = 'worker' then 'emergency' end;
    end;

-- How long each step may take; an emergency is late from its first moment.
create function elderly.call_limit(p_county int, p_div bigint, p_step text) returns interval
    language sql stable
    begin atomic
        select case p_step
                   when 'neighbour' then elderly.minutes(p_county, p_div, 'call_neighbour_minutes')
                   when 'worker' then elderly.minutes(p_county, p_div, 'call_worker_minutes')
                   else interval '0' end;
    end;

-- Until when a call that was not answered once more may be tried again: the first try opens the time,
-- the last that the setting allows ends it.
create function elderly.call_tried(
    p_county int, p_div bigint, p_tries bigint, p_until timestamptz, p_at timestamptz
) returns timestamptz
    language sql stable
    begin atomic
        select case when p_tries >= core.setting(p_county, p_div, 'elderly.call_retries')::int
                        then p_at
                    when p_tries > 0 then p_until
                    else p_at + elderly.minutes(p_county, p_div, 'call_retry_minutes') end;
    end;

create table elderly.greeting_call (
    like core.record including defaults including generated including constraints,
    plan uuid not null,
    person uuid not null,
    date date not null,
    due_at timestamptz not null,
    opens_at timestamptz not null,
    staff uuid not null,
    neighbour uuid,
    service_how text not null,
    tries bigint not null default 0,
    outcome text,
    mood text,
    meal_ok boolean,
    need text,
    urgency text,
    need_note text,
    found text,
    told text[],
    contact_at timestamptz,
    contact_by uuid,
    step_due_at timestamptz not null,
    missed boolean not null default false,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, plan) references elderly.call_plan (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, neighbour) references station.resident (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint greeting_call_outcome check (
        case when state in ('answered', 'resolved')
                 then contact_at is not null and outcome not in ('NO_ANSWER', 'OFF')
             when state in ('unanswered', 'neighbour', 'worker', 'emergency')
                 then contact_at is null and outcome in ('NO_ANSWER', 'OFF')
             else contact_at is null end),
    constraint greeting_call_state check (state in (
        'scheduled', 'answered', 'unanswered', 'neighbour', 'worker', 'emergency', 'resolved',
        'missed', 'cancelled'))
);
comment on table elderly.greeting_call is '问候电话: a planned person-day';
comment on column elderly.greeting_call.staff is 'who calls; from the worker''s step on who goes there';
comment on column elderly.greeting_call.opens_at is 'from when it may be made: due_at less the window';
comment on column elderly.greeting_call.step_due_at is
    'until when the step that its state waits for must be done';
comment on column elderly.greeting_call.missed is
    'the day ended with nobody having spoken to the person or seen them';
create unique index greeting_call_day on elderly.greeting_call (county, person, date)
    where deleted_at is null and state <> 'cancelled';
create index greeting_call_due on elderly.greeting_call (county, due_at desc, id desc);
create index greeting_call_created on elderly.greeting_call
    (county, created_at desc, id desc, township);
create index greeting_call_place on elderly.greeting_call
    (county, township, due_at desc, id desc, state, missed);
create index greeting_call_person on elderly.greeting_call (county, person, due_at desc, id desc);
create index greeting_call_plan on elderly.greeting_call (county, plan, due_at desc, id desc);
create index greeting_call_staff on elderly.greeting_call (county, staff, due_at desc, id desc);
create index greeting_call_step_due on elderly.greeting_call (county, step_due_at)
    where state in ('scheduled', 'unanswered', 'neighbour', 'worker', 'emergency');
call core.record_table('elderly.greeting_call', 'elderly');

create table elderly.call_step (
    like core.record including defaults including generated including constraints,
    call uuid not null,
    person uuid not null,
    step text not null,
    taken_at timestamptz not null,
    staff uuid not null,
    result text,
    found text,
    told text[],
    primary key (county, id),
    foreign key (county, call) references elderly.greeting_call (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, staff) references admin.account (county, id)
);
comment on table elderly.call_step is
    '问候记录: each try and each step after it; when, by whom, what was found. Only added to';
create index call_step_taken on elderly.call_step (county, taken_at desc, id desc, step);
create index call_step_created on elderly.call_step (county, created_at desc, id desc, township);
create index call_step_place on elderly.call_step (county, township, taken_at desc, id desc, step);
create index call_step_call on elderly.call_step (county, call, taken_at desc, id desc);
create index call_step_person on elderly.call_step (county, person, taken_at desc, id desc);
call core.record_table('elderly.call_step', 'elderly');

-- The calls that a day still wants: of plans that run on it, one a person.
create function elderly.calls_on(p_county int, p_day date)
    returns table (div bigint, plan uuid, person uuid, staff uuid, neighbour uuid, date date,
                   due_at timestamptz)
    language sql stable
    begin atomic
        select p.div, p.id, p.person, p.caller, p.neighbour, p_day,
               (p_day + p.call_at) at time zone 'Asia/Shanghai'
          from elderly.call_plan p
         where p.county = p_county
           and p.state = 'active'
           and p.deleted_at is null
           and p_day >= p.since
           and (p.until is null or p_day <= p.until)
           and extract(isodow from p_day)::text = any (p.days)
           and not exists (select
                             from elderly.greeting_call g
                            where g.county = p.county
                              and g.person = p.person
                              and g.date = p_day
                              and g.state <> 'cancelled'
                              and g.deleted_at is null);
    end;
