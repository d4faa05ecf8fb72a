-- 知情同意 and 个案: the register of cases, which the station sees, and apart from it the case's material,
-- which only the accounts named in it see (class 4).

create table station.consent (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    kind text not null,
    purpose text not null,
    text_version text not null,
    signed_by text not null,
    signer_relation text not null,
    signed_at timestamptz not null,
    valid_to date,
    evidence uuid,
    state text not null,
    reason text,
    withdrawn_at timestamptz,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint consent_state check (state in ('given', 'withdrawn'))
);
comment on table station.consent is '知情同意: who agreed to what, by which text, until withdrawn';
create index consent_created on station.consent (county, created_at desc, id desc, township);
create index consent_place
    on station.consent (county, township, created_at desc, id desc, div, kind, state);
create index consent_person on station.consent (county, person, created_at desc, id desc);
call core.record_table('station.consent', null);

create table station.case_file (
    like core.record including defaults including generated including constraints,
    no text not null,
    person uuid not null,
    source text not null,
    request uuid,
    level text not null,
    worker uuid not null,
    supervisor uuid,
    consent uuid,
    pre_score numeric(18,1),
    post_score numeric(18,1),
    opened_on date,
    closed_on date,
    close_reason text,
    closing_note text,
    reason text,
    signed_by uuid,
    signed_at timestamptz,
    follow_up_due timestamptz,
    followed_at timestamptz,
    follow_up_note text,
    became_volunteer boolean,
    core_task boolean,
    platform text,
    dims text[],
    service text not null,
    links text[],
    reach text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, worker) references admin.account (county, id),
    foreign key (county, supervisor) references admin.account (county, id),
    foreign key (county, consent) references station.consent (county, id),
    constraint case_file_no unique (county, no),
    constraint case_file_state check (state in (
        'intake', 'assessment', 'plan', 'intervention', 'evaluation', 'closing', 'closed',
        'followed')),
    constraint case_file_supervisor check (supervisor <> worker),
    constraint case_file_signed check (
        state not in ('closed', 'followed') or signed_by is not null
        or close_reason in ('REFERRED', 'REFUSED', 'MOVED', 'DIED', 'LOST', 'OTHER')),
    constraint case_file_signer check (signed_by <> worker)
);
comment on table station.case_file is
    '个案: the register, MZ/T 094-2017 stages; what people told stands in case_sheet and case_record';
create index case_file_created on station.case_file (county, created_at desc, id desc, township);
create index case_file_place on station.case_file
    (county, township, created_at desc, id desc, div, state, level, service, close_reason);
create index case_file_person on station.case_file (county, person, created_at desc, id desc);
create index case_file_worker on station.case_file (county, worker, created_at desc, id desc);
create index case_file_supervisor on station.case_file (county, supervisor, created_at desc, id desc);
create index case_file_request on station.case_file (county, request) where request is not null;
create index case_file_opened on station.case_file (county, opened_on) where opened_on is not null;
create index case_file_closed on station.case_file (county, closed_on) where closed_on is not null;
create index case_file_follow_up on station.case_file (county, follow_up_due)
    where state = 'closed';
call core.record_table('station.case_file', null);

-- Who reads a case's material: its worker, its supervisor and the heads of the station it is in.
create function station.case_readers(p_county int, p_case uuid) returns uuid[]
    language plpgsql stable
    as $$
begin
    return array(
        select unnest(array[c.worker, c.supervisor])
          from station.case_file c
         where c.county = p_county and c.id = p_case
        union
        select p.account
          from station.case_file c
          join admin.post p on p.county = c.county and p.role = 'station_head'
                           and p.scope_div = c.township::bigint * 1000
         where c.county = p_county and c.id = p_case
           and p.state = 'active' and p.deleted_at is null
           and p.valid_from <= core.today()
           and (p.valid_to is null or p.valid_to > core.today()));
end $$;
comment on function station.case_readers(int, uuid) is
    'accounts that read a case''s material from its beginning; later PUT …/readers says';
revoke execute on function station.case_readers(int, uuid) from public;
grant execute on function station.case_readers(int, uuid) to wulian_app;

create table station.case_sheet (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    case_file uuid not null,
    problems text[] not null,
    background text,
    assessment text,
    goals jsonb,
    plan text,
    primary key (county, id),
    foreign key (county, case_file) references station.case_file (county, id)
);
comment on table station.case_sheet is '个案材料, class 4: problems, assessment, goals and plan of a case';
create unique index case_sheet_once on station.case_sheet (county, case_file)
    where deleted_at is null;
create index case_sheet_case on station.case_sheet (county, case_file, created_at desc, id desc);
create index case_sheet_created on station.case_sheet (county, created_at desc, id desc, township);
create index case_sheet_place
    on station.case_sheet (county, township, created_at desc, id desc, div);
call core.record_table('station.case_sheet', null);
call core.named_readers('station.case_sheet');

create table station.case_record (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    sheet uuid not null,
    stage text not null,
    session_no bigint not null,
    held_at timestamptz not null,
    place text,
    minutes bigint,
    content text not null,
    next_step text,
    primary key (county, id),
    foreign key (county, sheet) references station.case_sheet (county, id)
);
comment on table station.case_record is
    '个案记录, class 4: fixed after the hours of case_record.edit_hours, then addenda only';
create unique index case_record_session on station.case_record (county, sheet, session_no)
    where deleted_at is null;
create index case_record_sheet on station.case_record (county, sheet, held_at desc, id desc, stage);
create index case_record_held on station.case_record (county, held_at desc, id desc, township);
create index case_record_created on station.case_record (county, created_at desc, id desc, township);
create index case_record_place on station.case_record (county, township, held_at desc, id desc, div);
call core.record_table('station.case_record', null);
call core.named_readers('station.case_record');

create table station.case_addendum (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    case_record uuid not null,
    content text not null,
    primary key (county, id),
    foreign key (county, case_record) references station.case_record (county, id)
);
comment on table station.case_addendum is '补记, class 4: what is added to a record that is fixed';
create index case_addendum_record
    on station.case_addendum (county, case_record, created_at desc, id desc);
create index case_addendum_created
    on station.case_addendum (county, created_at desc, id desc, township);
create index case_addendum_place
    on station.case_addendum (county, township, created_at desc, id desc, div);
call core.record_table('station.case_addendum', null);
call core.named_readers('station.case_addendum');

create table station.case_conference (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null,
    sheet uuid not null,
    held_at timestamptz not null,
    place text,
    chair uuid,
    members jsonb not null,
    minutes text not null,
    decisions text,
    primary key (county, id),
    foreign key (county, sheet) references station.case_sheet (county, id),
    foreign key (county, chair) references admin.account (county, id)
);
comment on table station.case_conference is '个案会商, class 4: who met about a case and what came of it';
create index case_conference_sheet
    on station.case_conference (county, sheet, held_at desc, id desc);
create index case_conference_held on station.case_conference (county, held_at desc, id desc, township);
create index case_conference_place
    on station.case_conference (county, township, held_at desc, id desc, div);
create index case_conference_created
    on station.case_conference (county, created_at desc, id desc, township);
call core.record_table('station.case_conference', null);
call core.named_readers('station.case_conference');
