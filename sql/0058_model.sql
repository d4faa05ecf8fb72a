-- The county's model of social work as it is planned and kept: plan targets, key work with its
-- milestones at every station, versions of the model, lessons. Brand plans are read county-wide.

call core.county_wide('station.brand_plan');

insert into core.code (tab, code, zh, en, sort) values
    ('KEY_MEASURE', 'REPORTED', '由站点报送', 'as stations report', 1),
    ('KEY_MEASURE', 'ENTITY_OP', '实体化运行', 'in entity operation', 2),
    ('LESSON_KIND', 'PRACTICE', '经验做法', 'good practice', 1),
    ('LESSON_KIND', 'PROBLEM', '存在问题', 'problem', 2),
    ('LESSON_KIND', 'IMPROVE', '改进建议', 'improvement', 3),
    ('TREND', 'UP', '越高越好', 'more is better', 1),
    ('TREND', 'DOWN', '越低越好', 'less is better', 2);

-- ---- plan targets --------------------------------------------------------------------------------

-- Of [{year, target, actual}]: the last year that has an actual value, and that value.
create function station.plan_last(p_years jsonb, p_member text) returns numeric
    language sql immutable parallel safe
    as $$ select (e ->> p_member)::numeric
            from jsonb_array_elements(p_years) e
           where e ->> 'actual' is not null
           order by (e ->> 'year')::int desc limit 1 $$;
comment on function station.plan_last(jsonb, text) is
    'a member of the newest year of a plan target that has an actual value';
grant execute on function station.plan_last(jsonb, text) to wulian_app, wulian_check;

create table station.plan_target (
    like core.record including defaults including generated including constraints,
    plan text not null,
    name text not null,
    unit text,
    trend text not null,
    baseline numeric(18,2),
    goal numeric(18,2) not null,
    first_year bigint not null,
    last_year bigint not null,
    years jsonb,
    actual numeric(18,2) generated always as (station.plan_last(years, 'actual')) stored,
    actual_year bigint generated always as (station.plan_last(years, 'year')::bigint) stored,
    on_track boolean generated always as (
        case trend when 'UP' then station.plan_last(years, 'actual') >= station.plan_last(years, 'target')
                   else station.plan_last(years, 'actual') <= station.plan_last(years, 'target') end) stored,
    progress numeric(18,1) generated always as (
        case when goal is distinct from coalesce(baseline, 0)
             then round((station.plan_last(years, 'actual') - coalesce(baseline, 0)) * 100
                        / (goal - coalesce(baseline, 0)), 1) end) stored,
    lead uuid,
    note text,
    primary key (county, id),
    foreign key (county, lead) references admin.account (county, id),
    constraint plan_target_span check (last_year >= first_year)
);
comment on table station.plan_target is '规划指标: yearly targets and what was reached';
create unique index plan_target_name on station.plan_target (county, plan, name)
    where deleted_at is null;
create index plan_target_created on station.plan_target
    (county, created_at desc, id desc, township, plan);
create index plan_target_place on station.plan_target
    (county, township, created_at desc, id desc, div, plan);
call core.record_table('station.plan_target', null);
call core.county_wide('station.plan_target');

-- ---- key work ------------------------------------------------------------------------------------

create table station.key_work (
    like core.record including defaults including generated including constraints,
    year bigint not null,
    name text not null,
    content text not null,
    measure text not null,
    owner uuid not null,
    due date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    funds_fen bigint,
    fund_source text,
    milestones jsonb,
    stations_all bigint not null default 0,
    stations_done bigint not null default 0,
    progress numeric(18,1) not null generated always as (
        case when stations_all > 0 then round(stations_done * 100.0 / stations_all, 1) else 0 end)
        stored,
    result text,
    started_at timestamptz,
    done_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, owner) references admin.account (county, id),
    constraint key_work_state check (state in ('draft', 'running', 'done', 'cancelled')),
    constraint key_work_stations check (stations_done between 0 and stations_all)
);
comment on table station.key_work is '年度重点工作: with milestones, owner, funds, and every station''s part';
create unique index key_work_name on station.key_work (county, year, name)
    where deleted_at is null;
create index key_work_due on station.key_work (county, due_at, id, township, year, state);
create index key_work_created on station.key_work
    (county, created_at desc, id desc, township, year, state);
create index key_work_place on station.key_work (county, township, due_at, id, div, year, state);
create index key_work_made on station.key_work
    (county, township, created_at desc, id desc, div, year, state);
create index key_work_owner on station.key_work (county, owner, due_at, id);
call core.record_table('station.key_work', null);
call core.county_wide('station.key_work');

create table station.key_work_part (
    like core.record including defaults including generated including constraints,
    key_work uuid not null,
    measure text not null,
    due date not null,
    due_at timestamptz not null generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    done_on date,
    note text,
    evidence uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, key_work) references station.key_work (county, id),
    constraint key_work_part_state check (state in ('pending', 'reported', 'done'))
);
comment on table station.key_work_part is '重点工作分解: a station''s part of a key work';
create unique index key_work_part_once on station.key_work_part (county, key_work, org)
    where deleted_at is null;
create index key_work_part_due on station.key_work_part (county, due_at, id, township, state);
create index key_work_part_created on station.key_work_part
    (county, created_at desc, id desc, township, state);
create index key_work_part_place on station.key_work_part
    (county, township, due_at, id, div, state);
create index key_work_part_made on station.key_work_part
    (county, township, created_at desc, id desc, div, state);
create index key_work_part_of on station.key_work_part (county, key_work, due_at, id);
call core.record_table('station.key_work_part', null);

-- ---- versions and lessons ------------------------------------------------------------------------

create table station.model_version (
    like core.record including defaults including generated including constraints,
    number text not null,
    title text not null,
    content text not null,
    changes text,
    basis text,
    effective_on date not null,
    published_at timestamptz,
    state text not null,
    primary key (county, id),
    constraint model_version_state check (state in ('draft', 'current', 'superseded'))
);
comment on table station.model_version is '模式版本: 一核双社三维四服五联 as the county works by it';
create unique index model_version_number on station.model_version (county, number)
    where deleted_at is null;
create index model_version_created on station.model_version
    (county, created_at desc, id desc, township, state);
create index model_version_place on station.model_version
    (county, township, created_at desc, id desc, div, state);
call core.record_table('station.model_version', null);
call core.county_wide('station.model_version');

create table station.lesson (
    like core.record including defaults including generated including constraints,
    kind text not null,
    title text not null,
    content text not null,
    source text,
    version_of uuid,
    plan text,
    owner uuid,
    due date,
    due_at timestamptz generated always as
        (timezone('Asia/Shanghai', (due + 1)::timestamp)) stored,
    result text,
    planned_at timestamptz,
    done_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, version_of) references station.model_version (county, id),
    foreign key (county, owner) references admin.account (county, id),
    constraint lesson_state check (state in ('found', 'planned', 'done', 'dropped'))
);
comment on table station.lesson is '经验与改进: found in practice, planned, done, taken into a version';
create index lesson_created on station.lesson
    (county, created_at desc, id desc, township, kind, state);
create index lesson_place on station.lesson
    (county, township, created_at desc, id desc, div, kind, state);
create index lesson_owner on station.lesson (county, owner, created_at desc, id desc);
create index lesson_version on station.lesson (county, version_of, created_at desc, id desc);
create index lesson_due on station.lesson (county, due_at) where state = 'planned';
call core.record_table('station.lesson', null);
call core.county_wide('station.lesson');
