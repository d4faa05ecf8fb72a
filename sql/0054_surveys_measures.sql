-- 调查 (需求调研, 满意度) with its answers, and 效果测量 before and after.

create table station.survey (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    kind text not null,
    purpose text,
    questions jsonb,
    opens_on date not null,
    closes_on date,
    owner uuid not null,
    target_count bigint,
    findings text,
    reason text,
    core_task boolean,
    platform text,
    dims text[],
    service text,
    links text[],
    reach text,
    state text not null,
    primary key (county, id),
    foreign key (county, owner) references admin.account (county, id),
    constraint survey_no unique (county, no),
    constraint survey_state check (state in ('draft', 'open', 'closed', 'cancelled'))
);
comment on table station.survey is '调查: needs or satisfaction, asked of residents, departments, villages';
create index survey_created on station.survey (county, created_at desc, id desc, township, state, kind);
create index survey_place
    on station.survey (county, township, created_at desc, id desc, div, state, kind);
call core.record_table('station.survey', null);
call core.county_wide('station.survey');

create table station.survey_answer (
    like core.record including defaults including generated including constraints,
    survey uuid not null,
    answered_by text not null,
    person uuid,
    unit text,
    answered_at timestamptz not null,
    rating bigint,
    needs text[],
    risks text[],
    replies jsonb,
    opinion text,
    request uuid,
    core_task boolean,
    platform text,
    dims text[],
    service text,
    links text[],
    reach text,
    primary key (county, id),
    foreign key (county, survey) references station.survey (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id)
);
comment on table station.survey_answer is
    '答卷: of a resident, by name or not, or of a department; a rating of what was done, or needs';
create unique index survey_answer_once on station.survey_answer (county, survey, person)
    where deleted_at is null and person is not null;
create index survey_answer_survey
    on station.survey_answer (county, survey, answered_at desc, id desc, answered_by);
create index survey_answer_person
    on station.survey_answer (county, person, answered_at desc, id desc);
create index survey_answer_at
    on station.survey_answer (county, answered_at desc, id desc, township);
create index survey_answer_created
    on station.survey_answer (county, created_at desc, id desc, township);
create index survey_answer_place on station.survey_answer
    (county, township, answered_at desc, id desc, div, answered_by, service);
call core.record_table('station.survey_answer', null);

create table station.outcome_measure (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    instrument text not null,
    lower_better boolean not null,
    case_file uuid,
    group_work uuid,
    purpose text,
    pre_score numeric(18,1) not null,
    pre_on date not null,
    post_score numeric(18,1),
    post_on date,
    better boolean generated always as (
        case when lower_better then post_score < pre_score else post_score > pre_score end) stored,
    note text,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, case_file) references station.case_file (county, id),
    foreign key (county, group_work) references station.group_work (county, id),
    constraint outcome_measure_of check (num_nonnulls(case_file, group_work) <= 1)
);
comment on table station.outcome_measure is '效果测量: one instrument, one person, before and after';
create index outcome_measure_person
    on station.outcome_measure (county, person, created_at desc, id desc);
create index outcome_measure_case
    on station.outcome_measure (county, case_file, created_at desc, id desc);
create index outcome_measure_group
    on station.outcome_measure (county, group_work, created_at desc, id desc);
create index outcome_measure_post on station.outcome_measure (county, post_on)
    where post_on is not null;
create index outcome_measure_created
    on station.outcome_measure (county, created_at desc, id desc, township);
create index outcome_measure_place on station.outcome_measure
    (county, township, created_at desc, id desc, div, instrument);
call core.record_table('station.outcome_measure', null);
