-- One way in: the whole life of a request, the calls of the hotline and the stations, calls forwarded
-- to whoever is on duty, and what must stay secret.

-- ---- requests ------------------------------------------------------------------------------------

alter table station.request add column secret boolean not null default false,
    add column secret_ref uuid, add column transfer_kind text, add column transfer_org uuid,
    add column transferred_from uuid, add column consent_at timestamptz, add column consent_by uuid,
    add column replied_at timestamptz, add column reply text,
    add column escalated_level bigint not null default 0, add column escalated_at timestamptz,
    add column work_done_at timestamptz;
alter table station.request_history add column secret boolean not null default false,
    add column secret_ref uuid, add column transfer_kind text, add column transfer_org uuid,
    add column transferred_from uuid, add column consent_at timestamptz, add column consent_by uuid,
    add column replied_at timestamptz, add column reply text,
    add column escalated_level bigint not null default 0, add column escalated_at timestamptz,
    add column work_done_at timestamptz;
alter table station.request_history alter column secret drop default,
    alter column escalated_level drop default;
grant update (secret, secret_ref, transfer_kind, transfer_org, transferred_from, consent_at,
    consent_by, replied_at, reply, escalated_level, escalated_at, work_done_at)
    on station.request to wulian_app;
comment on column station.request.secret is
    '保密诉求: what it is about stands in station.request_secret, which only named readers see';
comment on column station.request.consent_at is 'the county lets the clock stand while others have it';
comment on column station.request.escalated_level is
    '0 not escalated, 1 to the head of station, 2 to the county';
comment on column station.request.work_done_at is
    'when work made from it in a plugin last ended; the worker still finishes the request';

alter table station.request drop constraint request_state;
alter table station.request add constraint request_state check (state in (
    'new', 'accepted', 'assigned', 'in_progress', 'done', 'callback', 'closed', 'rejected',
    'returned', 'transferred', 'waiting', 'merged'));
alter table station.request add foreign key (county, transfer_org)
    references admin.org_unit (county, id);
alter table station.request add foreign key (county, transferred_from)
    references station.request (county, id);
alter table station.request add constraint request_secret check (
    not secret or (content = '保密诉求，内容仅限指定人员查看' and person is null
                   and caller_name is null and caller_phone_enc is null));

drop index station.request_place;
create index request_place on station.request (county, township, received_at desc, id desc,
    state, category, domain, urgency, open, escalated_level);
create index request_escalated on station.request (county, escalated_level, received_at desc, id desc)
    where escalated_level > 0;
create index request_secret_ref on station.request (county, secret_ref);
create index request_transferred_from on station.request (county, transferred_from);
create index request_phone on station.request (county, caller_phone_idx, received_at desc)
    where caller_phone_idx is not null;

create table station.request_secret (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    channel text not null,
    category text not null,
    domain text not null,
    urgency text not null,
    content text not null,
    person uuid,
    caller_name text,
    caller_phone_enc bytea,
    caller_phone_idx bytea,
    caller_phone_mask text,
    note text,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id)
);
comment on table station.request_secret is
    '保密件: what a secret request is about; whoever took it and the head of the station read it';
create index request_secret_created
    on station.request_secret (county, created_at desc, id desc, township);
create index request_secret_place
    on station.request_secret (county, township, created_at desc, id desc);
call core.record_table('station.request_secret', null);
call core.named_readers('station.request_secret');
alter table station.request add foreign key (county, secret_ref)
    references station.request_secret (county, id);

-- Heads of the station of a place: they read what is entered there in secret.
create function station.secret_readers(p_county int, p_div bigint) returns uuid[]
    language plpgsql stable
    as $$
begin
    return array(
        select distinct p.account
          from admin.post p
         where p.county = p_county
           and p.role = 'station_head'
           and p.scope_div / 1000 = p_div / 1000
           and p.state = 'active'
           and p.deleted_at is null
           and p.valid_from <= core.today()
           and (p.valid_to is null or p.valid_to > core.today()));
end $$;
grant execute on function station.secret_readers(int, bigint) to wulian_app;

-- ---- who called before they were known -----------------------------------------------------------

alter table station.resident add column registered_from uuid;
alter table station.resident_history add column registered_from uuid;
alter table station.resident add foreign key (county, registered_from)
    references station.request (county, id);
grant update (registered_from) on station.resident to wulian_app;
comment on column station.resident.registered_from is
    'the request whose unknown caller was registered so';
create index resident_registered_from on station.resident (county, registered_from)
    where registered_from is not null;

-- ---- calls ---------------------------------------------------------------------------------------

create table station.call_log (
    like core.record including defaults including generated including constraints,
    line text not null,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    started_at timestamptz not null,
    answered_at timestamptz,
    ended_at timestamptz,
    ring_seconds bigint,
    in_time boolean,
    operator uuid not null,
    outcome text not null,
    person uuid,
    request uuid,
    recording uuid,
    recording_until date,
    note text,
    primary key (county, id),
    foreign key (county, operator) references admin.account (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id),
    constraint call_log_ring check (ring_seconds >= 0),
    constraint call_log_times check (
        (answered_at is null or answered_at >= started_at)
        and (ended_at is null or ended_at >= coalesce(answered_at, started_at)))
);
comment on table station.call_log is '来电: calls of the hotline 民政110 and of the stations';
comment on column station.call_log.in_time is 'picked up within the seconds the county sets';
comment on column station.call_log.recording_until is 'the recording is taken away after this day';
create index call_log_started on station.call_log (county, started_at desc, id desc);
create index call_log_place on station.call_log
    (county, township, started_at desc, id desc, line, outcome);
create index call_log_created on station.call_log (county, created_at desc, id desc, township);
create index call_log_phone on station.call_log (county, phone_idx, started_at desc)
    where phone_idx is not null;
create index call_log_operator on station.call_log (county, operator, started_at desc, id desc);
create index call_log_request on station.call_log (county, request) where request is not null;
create index call_log_person on station.call_log (county, person) where person is not null;
create index call_log_recording on station.call_log (county, recording_until)
    where recording is not null;
call core.record_table('station.call_log', null);

create table station.duty_forward (
    like core.record including defaults including generated including constraints,
    call uuid not null,
    request uuid,
    target text not null,
    roster uuid,
    staff uuid,
    phone text,
    forwarded_at timestamptz not null,
    answered_at timestamptz,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, call) references station.call_log (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, roster) references station.roster (county, id),
    foreign key (county, staff) references admin.account (county, id),
    constraint duty_forward_state check (state in ('ringing', 'answered', 'unanswered'))
);
comment on table station.duty_forward is
    '值班转接: a call passed on to whoever is on duty, one after another, at last back to the hotline';
create index duty_forward_call on station.duty_forward (county, call, forwarded_at desc);
create index duty_forward_at on station.duty_forward (county, forwarded_at desc, id desc);
create index duty_forward_place on station.duty_forward
    (county, township, forwarded_at desc, id desc, state, target);
create index duty_forward_created on station.duty_forward (county, created_at desc, id desc, township);
create index duty_forward_roster on station.duty_forward (county, roster) where roster is not null;
call core.record_table('station.duty_forward', null);

-- The shift a call goes to next: the first on duty at the township's station that this call has not
-- been passed to yet; null: back to the hotline.
create function station.duty_next(p_county int, p_call uuid, p_div bigint) returns uuid
    language plpgsql stable
    as $$
begin
    return (
        select d.roster
          from station.duty_on(p_county, (p_div / 1000)::int, now()) d
         where not exists (
             select from station.duty_forward f
              where f.county = p_county
                and f.call = p_call
                and f.roster = d.roster
                and f.deleted_at is null)
         order by d.n
         limit 1);
end $$;
-- … and the phone that shift answers.
create function station.duty_phone(p_county int, p_roster uuid, p_div bigint) returns text
    language plpgsql stable
    as $$
begin
    return (select d.phone
              from station.duty_on(p_county, (p_div / 1000)::int, now()) d
             where d.roster = p_roster);
end $$;
grant execute on function station.duty_next(int, uuid, bigint),
    station.duty_phone(int, uuid, bigint) to wulian_app;

-- ---- codes and figures ---------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('TRANSFER_KIND', 'STATION', '其他社工站', 'another station', 1),
    ('TRANSFER_KIND', 'DEPT', '其他部门', 'another department', 2),
    ('TRANSFER_KIND', 'PLUGIN', '专项服务', 'a service of the platform', 3),
    ('CALL_LINE', 'HOTLINE', '民政110热线', 'hotline 民政110', 1),
    ('CALL_LINE', 'STATION', '站点直线', 'direct line of a station', 2),
    ('CALL_OUTCOME', 'ANSWERED', '已接听', 'answered', 1),
    ('CALL_OUTCOME', 'REQUEST', '已登记诉求', 'request entered', 2),
    ('CALL_OUTCOME', 'FORWARDED', '已转接', 'passed on', 3),
    ('CALL_OUTCOME', 'MISSED', '未接', 'missed', 4),
    ('CALL_OUTCOME', 'SILENT', '无声', 'silent', 5),
    ('CALL_OUTCOME', 'WRONG', '误拨', 'wrong number', 6),
    ('DUTY_TARGET', 'STATION', '值班人员', 'on duty at the station', 1),
    ('DUTY_TARGET', 'HOTLINE', '回到热线', 'back to the hotline', 2);

-- One county requires pick-up within 15 seconds [C22]; recordings are kept 6 months (domain book 6.1).
-- A passed limit goes to the head of the station at once and to the county after as long again, at
-- danger to both at once. All but the first are our assumption.
insert into core.policy_default (key, value, unit, mark, basis) values
    ('call.pickup_seconds', '15', 'seconds', '[C22]', null),
    ('call.recording_days', '180', 'days', '[A]', null),
    ('request.escalate_minutes.1.U1', '0', 'minutes', '[A]', null),
    ('request.escalate_minutes.1.U2', '0', 'minutes', '[A]', null),
    ('request.escalate_minutes.1.U3', '0', 'working_minutes', '[A]', null),
    ('request.escalate_minutes.1.U4', '0', 'working_minutes', '[A]', null),
    ('request.escalate_minutes.2.U1', '0', 'minutes', '[A]', null),
    ('request.escalate_minutes.2.U2', '60', 'minutes', '[A]', null),
    ('request.escalate_minutes.2.U3', '480', 'working_minutes', '[A]', null),
    ('request.escalate_minutes.2.U4', '480', 'working_minutes', '[A]', null),
    ('file.audio_bytes', '20971520', 'bytes', '[A]', null);
