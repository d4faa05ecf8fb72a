-- 残疾人服务: certificates, rehabilitation plans, loans of assistive devices.

create schema disability;
grant usage on schema disability to wulian_app;

create table disability.certificate (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    card_no_enc bytea not null,
    card_no_idx bytea not null,
    card_no_mask text not null,
    kind text not null,
    grade text not null,
    issued_on date not null,
    valid_until date,
    scan uuid,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint certificate_state check (state in ('valid', 'cancelled'))
);
comment on table disability.certificate is '残疾证';
create unique index certificate_once on disability.certificate (county, person)
    where deleted_at is null and state = 'valid';
create unique index certificate_card_no on disability.certificate (county, card_no_idx)
    where deleted_at is null;
create index certificate_created on disability.certificate
    (county, created_at desc, id desc, state, valid_until);
create index certificate_place on disability.certificate
    (county, township, created_at desc, id desc, state, valid_until);
create index certificate_person on disability.certificate
    (county, person, created_at desc, id desc);
create index certificate_deleted on disability.certificate (county, deleted_at)
    where deleted_at is not null;
call core.record_table('disability.certificate', 'disability');

create table disability.rehab_plan (
    like core.record including defaults including generated including constraints,
    no text not null,
    person uuid not null,
    certificate uuid,
    request uuid,
    worker uuid,
    begins date not null,
    ends date,
    goals jsonb,
    cost_fen bigint,
    aid_fen bigint,
    own_fen bigint,
    agreed_on date,
    review_due_at timestamptz,
    review_due_at_held timestamptz,
    reviewed_at timestamptz,
    outcome text,
    findings text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, certificate) references disability.certificate (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, worker) references admin.account (county, id),
    constraint rehab_plan_no unique (county, no),
    constraint rehab_plan_state check (state in (
        'draft', 'agreed', 'under_way', 'paused', 'reviewed', 'ended', 'stopped'))
);
comment on table disability.rehab_plan is '康复计划';
create index rehab_plan_begins on disability.rehab_plan
    (county, begins desc, id desc, state, worker);
create index rehab_plan_place on disability.rehab_plan
    (county, township, begins desc, id desc, state, worker);
create index rehab_plan_person on disability.rehab_plan (county, person, begins desc, id desc);
create index rehab_plan_worker on disability.rehab_plan (county, worker, begins desc, id desc);
create index rehab_plan_certificate on disability.rehab_plan (county, certificate);
create index rehab_plan_request on disability.rehab_plan (county, request);
create index rehab_plan_due on disability.rehab_plan (county, review_due_at)
    where state not in ('reviewed', 'ended', 'stopped');
create index rehab_plan_reviewed on disability.rehab_plan (county, reviewed_at)
    where reviewed_at is not null;
call core.record_table('disability.rehab_plan', 'disability');

create table disability.device_loan (
    like core.record including defaults including generated including constraints,
    no text not null,
    person uuid not null,
    device text not null,
    device_no text not null collate "C",
    lent_on date not null,
    return_by date not null,
    due_at timestamptz generated always as
        ((return_by + 1)::timestamp at time zone 'Asia/Shanghai') stored,
    deposit_fen bigint not null,
    returned_on date,
    refund_fen bigint,
    kept_fen bigint,
    condition text,
    receipt uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint device_loan_no unique (county, no),
    constraint device_loan_state check (state in ('lent', 'returned', 'lost')),
    constraint device_loan_deposit check (state = 'lent' or deposit_fen = refund_fen + kept_fen)
);
comment on table disability.device_loan is '辅具租借: what came back of the deposit and what was kept';
create unique index device_loan_once on disability.device_loan (county, device_no)
    where deleted_at is null and state = 'lent';
create index device_loan_lent on disability.device_loan (county, lent_on desc, id desc, state);
create index device_loan_place on disability.device_loan
    (county, township, lent_on desc, id desc, state);
create index device_loan_person on disability.device_loan (county, person, lent_on desc, id desc);
create index device_loan_due on disability.device_loan (county, due_at)
    where state not in ('returned', 'lost');
create index device_loan_alike on disability.device_loan (county, device_no, lent_on)
    where deleted_at is null;
call core.record_table('disability.device_loan', 'disability');

-- Kinds in the order of GB/T 26341; the worst grade is 1.
insert into core.code (tab, code, zh, en, sort) values
    ('DISABILITY', '1', '视力', 'sight', 1),
    ('DISABILITY', '2', '听力', 'hearing', 2),
    ('DISABILITY', '3', '言语', 'speech', 3),
    ('DISABILITY', '4', '肢体', 'limbs', 4),
    ('DISABILITY', '5', '智力', 'intellectual', 5),
    ('DISABILITY', '6', '精神', 'mental', 6),
    ('DISABILITY', '7', '多重', 'multiple', 7),
    ('DISABILITY_GRADE', '1', '一级', 'grade 1', 1),
    ('DISABILITY_GRADE', '2', '二级', 'grade 2', 2),
    ('DISABILITY_GRADE', '3', '三级', 'grade 3', 3),
    ('DISABILITY_GRADE', '4', '四级', 'grade 4', 4);

-- Our own tables: a county extends or ends their rows.
insert into core.code (tab, code, zh, en, sort) values
    ('REHAB_AREA', 'MOVE', '肢体功能训练', 'movement', 1),
    ('REHAB_AREA', 'SPEECH', '言语训练', 'speech', 2),
    ('REHAB_AREA', 'COGNITION', '认知训练', 'cognition', 3),
    ('REHAB_AREA', 'DAILY', '生活自理', 'daily living', 4),
    ('REHAB_AREA', 'SOCIAL', '社会适应', 'living with others', 5),
    ('REHAB_OUTCOME', 'BETTER', '好转', 'better', 1),
    ('REHAB_OUTCOME', 'SAME', '稳定', 'the same', 2),
    ('REHAB_OUTCOME', 'WORSE', '变差', 'worse', 3),
    ('AID_DEVICE', 'WHEELCHAIR', '轮椅', 'wheelchair', 1),
    ('AID_DEVICE', 'CRUTCH', '拐杖', 'crutches', 2),
    ('AID_DEVICE', 'WALKER', '助行器', 'walker', 3),
    ('AID_DEVICE', 'HEARING', '助听器', 'hearing aid', 4),
    ('AID_DEVICE', 'BED', '护理床', 'nursing bed', 5);

-- Ninety days until a plan is reviewed: our assumption, until the county confirms its own.
insert into core.policy_default (key, value, unit, mark, basis) values
    ('disability.review_minutes', '129600', 'minutes', '[A]', null);
