-- 送医上门, 适老化改造与辅具, 意外事件.

insert into core.code (tab, code, zh, en, sort) values
    ('DOCTOR_WAY', 'OWN', '医生自行前往', 'the doctor comes alone', 1),
    ('DOCTOR_WAY', 'FETCHED', '站点接送医生', 'the station fetches the doctor', 2),
    ('DOCTOR_WAY', 'TO_CLINIC', '送老人就诊', 'the elder is taken to the clinic', 3),
    ('DOCTOR_WAY', 'AMBULANCE', '救护车', 'ambulance', 4),
    ('AID_FORM', 'ADAPT', '适老化改造', 'home adaptation', 1),
    ('AID_FORM', 'GIVE', '辅具发放', 'device given', 2),
    ('AID_FORM', 'LEND', '辅具租借', 'device lent', 3),
    ('AID_KIND', 'HANDRAIL', '扶手', 'handrail', 1),
    ('AID_KIND', 'RAMP', '坡道、去门槛', 'ramp, threshold removed', 2),
    ('AID_KIND', 'FLOOR', '地面防滑', 'non-slip floor', 3),
    ('AID_KIND', 'TOILET', '坐便改造、坐便椅', 'toilet or commode', 4),
    ('AID_KIND', 'BATH', '淋浴改造、洗浴椅', 'shower or bath chair', 5),
    ('AID_KIND', 'LIGHT', '感应灯、照明', 'lighting', 6),
    ('AID_KIND', 'BED', '护理床', 'nursing bed', 7),
    ('AID_KIND', 'MATTRESS', '防褥疮垫', 'anti-bedsore mattress', 8),
    ('AID_KIND', 'WHEELCHAIR', '轮椅', 'wheelchair', 9),
    ('AID_KIND', 'WALKER', '助行器、拐杖', 'walker or cane', 10),
    ('AID_KIND', 'HEARING', '助听器', 'hearing aid', 11),
    ('AID_KIND', 'ALARM', '紧急呼叫、燃气烟感报警', 'emergency call, gas or smoke alarm', 12),
    ('AID_KIND', 'LOCATOR', '防走失定位', 'locator', 13),
    ('AID_KIND', 'OTHER', '其他', 'other', 14),
    ('ELDER_INCIDENT', 'FALL', '跌倒', 'fall', 1),
    ('ELDER_INCIDENT', 'WANDER', '走失', 'wandering', 2),
    ('ELDER_INCIDENT', 'CHOKE', '噎食', 'choking', 3),
    ('ELDER_INCIDENT', 'SCALD', '烫伤烧伤', 'scald or burn', 4),
    ('ELDER_INCIDENT', 'POISON', '误服、中毒', 'poisoning', 5),
    ('ELDER_INCIDENT', 'ILL', '突发疾病', 'sudden illness', 6),
    ('ELDER_INCIDENT', 'SELF_HARM', '自伤', 'self-harm', 7),
    ('ELDER_INCIDENT', 'OTHER', '其他', 'other', 8),
    ('SEVERITY', 'MINOR', '轻微', 'minor', 1),
    ('SEVERITY', 'SERIOUS', '较重', 'serious', 2),
    ('SEVERITY', 'GRAVE', '严重', 'grave', 3);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('elderly.incident_urgency', 'U1', 'code', '[A]', null);

-- ---- doctors ---------------------------------------------------------------------------------------

create table elderly.doctor_visit (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    request uuid,
    follows uuid,
    complaint text not null,
    wanted_on date not null,
    clinic_unit uuid,
    clinic_venue uuid,
    clinic text,
    doctor text,
    way text,
    agreed_at timestamptz,
    visited_at timestamptz,
    due_at timestamptz not null,
    findings text,
    advice text,
    follow_up_on date,
    outcome text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, follows) references elderly.doctor_visit (county, id),
    foreign key (county, clinic_unit) references admin.org_unit (county, id),
    foreign key (county, clinic_venue) references station.venue (county, id),
    constraint doctor_visit_state check (state in (
        'asked', 'agreed', 'visited', 'closed', 'cancelled'))
);
comment on table elderly.doctor_visit is '送医上门: a doctor of a partner clinic sees somebody at home';
comment on column elderly.doctor_visit.follows is 'the visit that asked for this one';
create index doctor_visit_created on elderly.doctor_visit
    (county, created_at desc, id desc, township, state);
create index doctor_visit_place on elderly.doctor_visit
    (county, township, created_at desc, id desc, state);
create index doctor_visit_person on elderly.doctor_visit (county, person, created_at desc, id desc);
create index doctor_visit_request on elderly.doctor_visit (county, request);
create index doctor_visit_due on elderly.doctor_visit (county, due_at, id, township, state);
call core.record_table('elderly.doctor_visit', 'elderly');

-- ---- devices ---------------------------------------------------------------------------------------

create table elderly.aid_device (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    form text not null,
    kind text not null,
    need text not null,
    assessed_on date not null,
    assessment uuid,
    assessor uuid not null,
    photo_before uuid,
    photo_after uuid,
    cost_fen bigint,
    gov_fen bigint,
    charity_fen bigint,
    self_fen bigint,
    fund text,
    approved_by uuid,
    approved_at timestamptz,
    placed_on date,
    serial text,
    received_by text,
    check_due_at timestamptz,
    checked_on date,
    check_note text,
    returned_on date,
    condition text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, assessment) references elderly.ability_assessment (county, id),
    foreign key (county, assessor) references admin.account (county, id),
    foreign key (county, approved_by) references admin.account (county, id),
    constraint aid_device_state check (state in (
        'proposed', 'approved', 'placed', 'checked', 'returned', 'refused')),
    constraint aid_device_split check (
        gov_fen >= 0 and charity_fen >= 0 and self_fen >= 0 and
        cost_fen = coalesce(gov_fen, 0) + coalesce(charity_fen, 0) + coalesce(self_fen, 0)),
    constraint aid_device_cost check (state in ('proposed', 'refused') or cost_fen is not null),
    constraint aid_device_lent check (state <> 'returned' or form = 'LEND')
);
comment on table elderly.aid_device is '适老化改造、辅具: the need found, what was put up or lent, who paid';
create index aid_device_created on elderly.aid_device
    (county, created_at desc, id desc, township, state, form, kind);
create index aid_device_place on elderly.aid_device
    (county, township, created_at desc, id desc, state, form, kind);
create index aid_device_person on elderly.aid_device (county, person, created_at desc, id desc);
create index aid_device_due on elderly.aid_device (county, check_due_at, id, township, state);
call core.record_table('elderly.aid_device', 'elderly');

-- ---- incidents -------------------------------------------------------------------------------------

create table elderly.incident (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    kind text not null,
    happened_at timestamptz not null,
    place text not null,
    severity text not null,
    measures text not null,
    injury text,
    hospital text,
    family_told boolean,
    reported_by uuid not null,
    outcome text,
    closed_by uuid,
    closed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, reported_by) references admin.account (county, id),
    foreign key (county, closed_by) references admin.account (county, id),
    constraint incident_state check (state in ('open', 'closed'))
);
comment on table elderly.incident is '意外事件: what happened to an elder, and what was done at once';
create index incident_happened on elderly.incident
    (county, happened_at desc, id desc, township, state, kind, severity);
create index incident_place on elderly.incident
    (county, township, happened_at desc, id desc, state, kind, severity);
create index incident_person on elderly.incident (county, person, happened_at desc, id desc);
create index incident_created on elderly.incident (county, created_at desc, id desc, township);
call core.record_table('elderly.incident', 'elderly');
