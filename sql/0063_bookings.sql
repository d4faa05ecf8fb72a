-- What a switch does to what is booked: activities and groups carry how they go on and until when;
-- stations are told, and say that they know and what they do.

-- What a guard that refuses a booking tells: until when, in Chinese and in English, and what instead,
-- likewise.
create function core.service_told(
    p_county int, p_div bigint, p_service text, p_venue uuid default null,
    p_at timestamptz default now()
) returns text[]
    language plpgsql stable
    as $$
declare
    m record;
    c record;
begin
    select * into m from core.service_mode(p_county, p_div, p_service, p_venue, p_at);
    select x.zh, x.en into c from core.code x where x.tab = 'SERVICE_INSTEAD' and x.code = m.instead;
    return array[
        coalesce(to_char(m.until at time zone 'Asia/Shanghai', 'YYYY"年"FMMM"月"FMDD"日"HH24:MI'),
                 '另行通知'),
        coalesce(to_char(m.until at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
                 'further notice'),
        coalesce(c.zh, '其他方式'), coalesce(c.en, 'another way')];
end $$;
grant select on core.code to wulian_check;

-- ---- bookings ------------------------------------------------------------------------------------

alter table station.activity
    add column mode_effect text not null default 'ALLOW',
    add column mode_until timestamptz;
alter table station.activity_history
    add column mode_effect text not null default 'ALLOW',
    add column mode_until timestamptz;
grant update (mode_effect, mode_until) on station.activity to wulian_app;
comment on column station.activity.mode_effect is
    'how the service mode that covers it lets it go on (SERVICE_HOW); mode_until: until when';
create index activity_booked on station.activity (county, starts_at)
    where state in ('planned', 'approved', 'published');

alter table station.group_work
    add column mode_effect text not null default 'ALLOW',
    add column mode_until timestamptz;
alter table station.group_work_history
    add column mode_effect text not null default 'ALLOW',
    add column mode_until timestamptz;
grant update (mode_effect, mode_until) on station.group_work to wulian_app;
comment on column station.group_work.mode_effect is
    'how the service mode of now lets it go on (SERVICE_HOW); mode_until: until when';

-- ---- telling the stations ------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('BRIEF_KIND', 'BEGIN', '启动知会', 'it begins', 1),
    ('BRIEF_KIND', 'END', '结束知会', 'it is over', 2);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('mode.acknowledge_minutes', '120', 'minutes', '[A]', null);

create table station.mode_brief (
    like core.record including defaults including generated including constraints,
    mode_switch uuid,
    kind text,
    mode text,
    starts_at timestamptz,
    ends_at timestamptz,
    bookings bigint,
    due_ack_at timestamptz,
    measures text,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, mode_switch) references station.mode_switch (county, id),
    constraint mode_brief_whole check (num_nulls(mode_switch, kind, mode, starts_at, bookings) = 0),
    constraint mode_brief_state check (state in ('sent', 'acknowledged'))
);
comment on table station.mode_brief is
    '切换知会: tells a station of a switch that concerns it; the station says what it does';
create index mode_brief_created on station.mode_brief (county, created_at desc, id desc);
create index mode_brief_place on station.mode_brief
    (county, township, created_at desc, id desc, div, state, kind);
create index mode_brief_switch on station.mode_brief
    (county, mode_switch, created_at desc, id desc);
create index mode_brief_due on station.mode_brief (county, due_ack_at) where state = 'sent';
call core.record_table('station.mode_brief', null);
