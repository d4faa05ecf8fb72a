-- 应急事件 and what goes with them: plans, bulletins, linkage orders, conferences, online groups,
-- counselling (domain book 2.5, P01 P02 P06–P11).

insert into core.code (tab, code, zh, en, sort) values
    ('INCIDENT_KIND', 'EPIDEMIC', '疫情', 'epidemic', 1),
    ('INCIDENT_KIND', 'FLOOD', '洪涝', 'flood', 2),
    ('INCIDENT_KIND', 'HEAT', '高温干旱', 'heat and drought', 3),
    ('INCIDENT_KIND', 'SNOW', '低温冰雪', 'cold and ice', 4),
    ('INCIDENT_KIND', 'QUAKE', '地震地质灾害', 'earthquake or landslide', 5),
    ('INCIDENT_KIND', 'FIRE', '火灾爆炸', 'fire or explosion', 6),
    ('INCIDENT_KIND', 'SAFETY', '服务安全事故', 'accident in a service', 7),
    ('INCIDENT_KIND', 'OTHER', '其他', 'other', 8),
    ('INCIDENT_LEVEL', 'L1', 'Ⅰ级（特别重大）', 'I, extremely serious', 1),
    ('INCIDENT_LEVEL', 'L2', 'Ⅱ级（重大）', 'II, serious', 2),
    ('INCIDENT_LEVEL', 'L3', 'Ⅲ级（较大）', 'III, considerable', 3),
    ('INCIDENT_LEVEL', 'L4', 'Ⅳ级（一般）', 'IV, ordinary', 4),
    ('BULLETIN_TOPIC', 'SITUATION', '情况通报', 'situation', 1),
    ('BULLETIN_TOPIC', 'PREVENTION', '防护知识', 'prevention', 2),
    ('BULLETIN_TOPIC', 'RETURN', '复工复学安排', 'return to work and school', 3),
    ('BULLETIN_TOPIC', 'SERVICE', '服务调整', 'changed services', 4),
    ('BULLETIN_TOPIC', 'RUMOUR', '谣言澄清', 'rumour countered', 5),
    ('RELAY_CHANNEL', 'BROADCAST', '村村响广播', 'village loudspeakers', 1),
    ('RELAY_CHANNEL', 'BOARD', '公告栏', 'notice board', 2),
    ('RELAY_CHANNEL', 'GROUP', '居民微信群', 'residents'' chat group', 3),
    ('RELAY_CHANNEL', 'DOOR', '入户发放', 'door to door', 4),
    ('RELAY_CHANNEL', 'PHONE', '电话告知', 'by telephone', 5),
    ('LINKAGE_WAY', 'UP', '需求上报', 'needs, upwards', 1),
    ('LINKAGE_WAY', 'DOWN', '任务下达', 'tasks, downwards', 2),
    ('LINKAGE_WAY', 'ACROSS', '部门协同', 'across departments', 3),
    ('LINKAGE_PARTY', 'DEPT', '政府部门', 'government department', 1),
    ('LINKAGE_PARTY', 'MEDICAL', '医疗队伍', 'medical team', 2),
    ('LINKAGE_PARTY', 'PSYCH', '心理服务队伍', 'psychological team', 3),
    ('LINKAGE_PARTY', 'COMMITTEE', '村（居）委会', 'community committee', 4),
    ('LINKAGE_PARTY', 'CADRE', '基层干部', 'grass-roots cadres', 5),
    ('LINKAGE_PARTY', 'POLICE', '公安', 'police', 6),
    ('LINKAGE_PARTY', 'REGION', '其他地区', 'another region', 7),
    ('LINKAGE_PARTY', 'STATION', '社工站', 'social-work station', 8),
    ('CONFERENCE_FORM', 'ONSITE', '现场', 'on site', 1),
    ('CONFERENCE_FORM', 'ONLINE', '线上', 'online', 2),
    ('CONFERENCE_FORM', 'BOTH', '线上线下结合', 'both', 3),
    ('GROUP_PLATFORM', 'WECHAT', '微信群', 'WeChat group', 1),
    ('GROUP_PLATFORM', 'QQ', 'QQ群', 'QQ group', 2),
    ('GROUP_PLATFORM', 'DINGTALK', '钉钉群', 'DingTalk group', 3),
    ('GROUP_PLATFORM', 'MEETING', '网络会议', 'net meeting', 4),
    ('GROUP_PLATFORM', 'OTHER', '其他', 'other', 5),
    ('COUNSEL_SUBJECT', 'QUARANTINED', '隔离人员', 'in quarantine', 1),
    ('COUNSEL_SUBJECT', 'FAMILY', '隔离人员家属', 'family of somebody in quarantine', 2),
    ('COUNSEL_SUBJECT', 'PATIENT', '患者', 'patient', 3),
    ('COUNSEL_SUBJECT', 'PATIENT_FAMILY', '患者家属', 'family of a patient', 4),
    ('COUNSEL_SUBJECT', 'BEREAVED', '遇难者家属', 'bereaved', 5),
    ('COUNSEL_SUBJECT', 'STAFF', '一线工作人员', 'staff', 6),
    ('COUNSEL_SUBJECT', 'OTHER', '其他居民', 'other residents', 7),
    ('COUNSEL_WAY', 'PHONE', '电话', 'telephone', 1),
    ('COUNSEL_WAY', 'VIDEO', '视频', 'video', 2),
    ('COUNSEL_WAY', 'TEXT', '文字', 'in writing', 3),
    ('COUNSEL_WAY', 'FACE', '当面', 'face to face', 4);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('linkage.reply_minutes.U1', '60', 'minutes', '[A]', null),
    ('linkage.reply_minutes.U2', '480', 'minutes', '[A]', null),
    ('linkage.reply_minutes.U3', '1440', 'working_minutes', '[A]', null),
    ('linkage.reply_minutes.U4', '2400', 'working_minutes', '[A]', null);

-- ---- plans and incidents -------------------------------------------------------------------------

create table station.emergency_plan (
    like core.record including defaults including generated including constraints,
    title text not null,
    kind text not null,
    issue text,
    effective_from date,
    steps jsonb,
    experience text,
    paper uuid,
    drafted_by uuid not null,
    adopted_by uuid,
    adopted_at timestamptz,
    state text not null,
    primary key (county, id),
    constraint emergency_plan_state check (state in ('draft', 'adopted', 'replaced'))
);
comment on table station.emergency_plan is '应急预案, with what earlier disasters have taught';
create index emergency_plan_created on station.emergency_plan (county, created_at desc, id desc);
create index emergency_plan_place on station.emergency_plan
    (county, township, created_at desc, id desc, kind, state);
call core.record_table('station.emergency_plan', null);
call core.county_wide('station.emergency_plan');

create table station.incident (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    kind text not null,
    level text not null,
    started_at timestamptz not null,
    plan uuid,
    command jsonb,
    measures text,
    commander uuid,
    responded_at timestamptz,
    reason text,
    lessons text,
    closed_at timestamptz,
    closed_by uuid,
    isolated bigint,
    released bigint,
    checks bigint,
    incomers bigint,
    erased_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, plan) references station.emergency_plan (county, id),
    constraint incident_no unique (county, no),
    constraint incident_state check (state in ('reported', 'responding', 'closed')),
    constraint incident_closed check ((state = 'closed') = (closed_at is not null)),
    constraint incident_erased check (erased_at is null or state = 'closed')
);
comment on table station.incident is '应急事件';
comment on column station.incident.isolated is
    'people on its isolation register, as released, checks and incomers: what stays when they are erased';
create index incident_started on station.incident (county, started_at desc, id desc);
create index incident_created on station.incident (county, created_at desc, id desc, township);
create index incident_place on station.incident
    (county, township, started_at desc, id desc, state, kind, level);
create index incident_closed on station.incident (county, closed_at) where erased_at is null;
call core.record_table('station.incident', null);
call core.county_wide('station.incident');

alter table station.mode_switch add column incident uuid;
alter table station.mode_switch_history add column incident uuid;
alter table station.mode_switch
    add foreign key (county, incident) references station.incident (county, id);
grant update (incident) on station.mode_switch to wulian_app;
alter table station.mode_switch
    add foreign key (county, venue) references station.venue (county, id);
create index mode_switch_incident on station.mode_switch
    (county, incident, starts_at desc, id desc);

-- ---- bulletins -----------------------------------------------------------------------------------

create table station.bulletin (
    like core.record including defaults including generated including constraints,
    title text not null,
    topic text not null,
    content text not null,
    counters text,
    issuer text not null,
    source_url text,
    source_at date,
    incident uuid,
    valid_to date,
    writer uuid not null,
    vetted_by uuid,
    vetted_at timestamptz,
    published_by uuid,
    published_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    constraint bulletin_source check (source_url ~ '^https?://[^[:space:]]+$'),
    constraint bulletin_vetted check (
        state in ('draft', 'withdrawn') or (vetted_by is not null and vetted_by <> writer)),
    constraint bulletin_state check (state in ('draft', 'vetted', 'published', 'withdrawn'))
);
comment on table station.bulletin is
    '权威信息: official information relayed; vetted by somebody else than its writer';
create index bulletin_created on station.bulletin (county, created_at desc, id desc);
create index bulletin_place on station.bulletin
    (county, township, created_at desc, id desc, state, topic);
create index bulletin_incident on station.bulletin (county, incident, created_at desc, id desc);
create index bulletin_published on station.bulletin (county, published_at)
    where published_at is not null;
call core.record_table('station.bulletin', null);
call core.county_wide('station.bulletin');

create table station.bulletin_relay (
    like core.record including defaults including generated including constraints,
    bulletin uuid not null,
    channel text not null,
    relayed_at timestamptz not null,
    households bigint,
    persons bigint,
    note text,
    primary key (county, id),
    foreign key (county, bulletin) references station.bulletin (county, id)
);
comment on table station.bulletin_relay is '信息转发: how a station carried a bulletin to its residents';
create index bulletin_relay_at on station.bulletin_relay (county, relayed_at desc, id desc);
create index bulletin_relay_created on station.bulletin_relay (county, created_at desc, id desc, township);
create index bulletin_relay_place on station.bulletin_relay
    (county, township, relayed_at desc, id desc, channel);
create index bulletin_relay_bulletin on station.bulletin_relay
    (county, bulletin, relayed_at desc, id desc);
call core.record_table('station.bulletin_relay', null);

-- ---- linkage -------------------------------------------------------------------------------------

create table station.conference (
    like core.record including defaults including generated including constraints,
    title text not null,
    incident uuid,
    form text not null,
    held_at timestamptz not null,
    place text,
    agencies jsonb not null,
    decisions text,
    minutes uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    constraint conference_state check (state in ('planned', 'held', 'closed', 'cancelled'))
);
comment on table station.conference is '多方会商: agencies that met, and what they settled';
create index conference_held on station.conference (county, held_at desc, id desc);
create index conference_created on station.conference (county, created_at desc, id desc, township);
create index conference_place on station.conference (county, township, held_at desc, id desc, state);
create index conference_incident on station.conference (county, incident, held_at desc, id desc);
call core.record_table('station.conference', null);

create table station.linkage_order (
    like core.record including defaults including generated including constraints,
    no text not null,
    way text not null,
    party text not null,
    unit text not null,
    contact text,
    staff uuid,
    incident uuid,
    conference uuid,
    request uuid,
    urgency text not null,
    subject text not null,
    content text not null,
    cadres bigint,
    issued_by uuid not null,
    due_reply_at timestamptz,
    accepted_at timestamptz,
    replied_by uuid,
    replied_at timestamptz,
    reply text,
    reason text,
    closed_at timestamptz,
    returns bigint not null default 0,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    foreign key (county, conference) references station.conference (county, id),
    foreign key (county, request) references station.request (county, id),
    constraint linkage_order_no unique (county, no),
    constraint linkage_order_state check (state in (
        'sent', 'accepted', 'replied', 'closed', 'cancelled'))
);
comment on table station.linkage_order is
    '联动单: a clue, a need or a task handed to a department, a team or cadres, with a reply due';
create index linkage_order_created on station.linkage_order (county, created_at desc, id desc);
create index linkage_order_place on station.linkage_order
    (county, township, created_at desc, id desc, state, way, party, urgency);
create index linkage_order_staff on station.linkage_order (county, staff, created_at desc, id desc);
create index linkage_order_incident on station.linkage_order
    (county, incident, created_at desc, id desc);
create index linkage_order_conference on station.linkage_order
    (county, conference, created_at desc, id desc);
create index linkage_order_request on station.linkage_order (county, request);
create index linkage_order_due on station.linkage_order (county, due_reply_at)
    where state in ('sent', 'accepted');
call core.record_table('station.linkage_order', null);

-- ---- online groups -------------------------------------------------------------------------------

create table station.online_group (
    like core.record including defaults including generated including constraints,
    name text not null,
    theme text not null,
    platform text not null,
    host uuid not null,
    incident uuid,
    mode_switch uuid,
    members bigint not null,
    workers bigint not null,
    opened_on date not null,
    note text,
    closed_on date,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    foreign key (county, mode_switch) references station.mode_switch (county, id),
    constraint online_group_state check (state in ('running', 'closed'))
);
comment on table station.online_group is
    '线上群: residents by interest, led by workers who serve online while gatherings stand still';
create index online_group_opened on station.online_group (county, opened_on desc, id desc);
create index online_group_created on station.online_group (county, created_at desc, id desc, township);
create index online_group_place on station.online_group
    (county, township, opened_on desc, id desc, state, theme);
create index online_group_host on station.online_group (county, host, opened_on desc, id desc);
create index online_group_incident on station.online_group (county, incident, opened_on desc, id desc);
call core.record_table('station.online_group', null);

create table station.online_session (
    like core.record including defaults including generated including constraints,
    online_group uuid not null,
    topic text not null,
    held_at timestamptz not null,
    minutes bigint not null,
    heads bigint not null,
    content text,
    primary key (county, id),
    foreign key (county, online_group) references station.online_group (county, id)
);
comment on table station.online_session is '线上活动: one meeting of an online group';
create index online_session_held on station.online_session (county, held_at desc, id desc);
create index online_session_created on station.online_session (county, created_at desc, id desc, township);
create index online_session_place on station.online_session (county, township, held_at desc, id desc);
create index online_session_group on station.online_session
    (county, online_group, held_at desc, id desc);
call core.record_table('station.online_session', null);

-- ---- counselling ---------------------------------------------------------------------------------

create table station.counselling (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    incident uuid,
    person uuid,
    subject text not null,
    way text not null,
    held_at timestamptz not null,
    minutes bigint not null,
    mood_before bigint,
    mood_after bigint,
    notes text not null,
    next_at timestamptz,
    onward text,
    primary key (county, id),
    foreign key (county, incident) references station.incident (county, id),
    foreign key (county, person) references station.resident (county, id)
);
comment on table station.counselling is '心理疏导: class 4, for its named readers alone';
create index counselling_held on station.counselling (county, held_at desc, id desc);
create index counselling_created on station.counselling (county, created_at desc, id desc, township);
create index counselling_place on station.counselling (county, township, held_at desc, id desc);
create index counselling_incident on station.counselling (county, incident, held_at desc, id desc);
create index counselling_person on station.counselling (county, person, held_at desc, id desc);
call core.record_table('station.counselling', null);
call core.named_readers('station.counselling');

-- ---- venues --------------------------------------------------------------------------------------

-- As in 0060, but that a venue also has a mode of its own, which its manager sets: the stricter holds.
create or replace function core.service_mode(
    p_county int, p_div bigint, p_service text default null, p_venue uuid default null,
    p_at timestamptz default now(),
    out mode text, out how text, out instead text, out until timestamptz, out switch uuid,
    out no text, out reason text
) returns record
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    select x.mode, x.until, x.switch, x.no, x.reason
      into mode, until, switch, no, reason
      from (select s.mode, coalesce(s.ended_at, s.ends_at) as until, s.id as switch, s.no, s.reason
              from station.mode_switch s
             where s.county = p_county
               and s.state in ('approved', 'active', 'ended')
               and s.deleted_at is null
               and s.starts_at <= p_at
               and (coalesce(s.ended_at, s.ends_at) is null
                    or coalesce(s.ended_at, s.ends_at) > p_at)
               and core.mode_over(s.div, s.areas, p_div, p_div + 1)
               and (s.venue is null or s.venue = p_venue)
               and (coalesce(cardinality(s.services), 0) = 0 or p_service = any (s.services))
            union all
            select v.open_mode, null, null, null, null
              from station.venue v
             where v.county = p_county and v.id = p_venue and v.open_mode <> 'NORMAL') x
     where p_county = nullif(current_setting('wl.county', true), '')::int
     order by core.mode_rank(x.mode) desc, x.until desc nulls first, x.switch
     limit 1;
    mode := coalesce(mode, 'NORMAL');
    if p_service is not null then
        select p.how, p.instead into how, instead
          from core.service_policy(p_county, p_service, mode,
                                   (p_at at time zone 'Asia/Shanghai')::date) p;
    end if;
end $$;
