-- 能力评估 by GB/T 42195-2022: 26 items of 90 points, their sums, the level they give, and what moves
-- that level. Every figure that follows from the items is a generated column: nobody sends one.

insert into core.code (tab, code, zh, en, sort) values
    ('DISEASE', 'I10-I15', '高血压病', 'hypertension', 1),
    ('DISEASE', 'I25', '冠心病', 'coronary heart disease', 2),
    ('DISEASE', 'E10-E14', '糖尿病', 'diabetes', 3),
    ('DISEASE', 'J12-J18', '肺炎', 'pneumonia', 4),
    ('DISEASE', 'J44', '慢性阻塞性肺疾病', 'chronic obstructive lung disease', 5),
    ('DISEASE', 'I60-I62', '脑出血', 'cerebral haemorrhage', 6),
    ('DISEASE', 'I63', '脑梗塞', 'cerebral infarction', 7),
    ('DISEASE', 'G20-G22', '帕金森综合征', 'parkinsonism', 8),
    ('DISEASE', 'N18-N19', '慢性肾衰竭', 'chronic kidney failure', 9),
    ('DISEASE', 'K74', '肝硬化', 'cirrhosis of the liver', 10),
    ('DISEASE', 'K20-K31', '消化性溃疡', 'peptic ulcer', 11),
    ('DISEASE', 'C00-D48', '肿瘤', 'tumour', 12),
    ('DISEASE', 'M84', '骨折（3个月内）', 'fracture within 3 months', 13),
    ('DISEASE', 'AMP', '截肢（6个月内）', 'amputation within 6 months', 14),
    ('DISEASE', 'UTI', '尿路感染（30天内）', 'urinary infection within 30 days', 15),
    ('DISEASE', 'G40', '癫痫', 'epilepsy', 16),
    ('DISEASE', 'E01-E03', '甲状腺功能减退症', 'hypothyroidism', 17),
    ('DISEASE', 'H25-H26', '白内障', 'cataract', 18),
    ('DISEASE', 'H40-H42', '青光眼', 'glaucoma', 19),
    ('DISEASE', 'M80-M82', '骨质疏松症', 'osteoporosis', 20),
    ('DISEASE', 'F00-F03', '痴呆', 'dementia', 21),
    ('DISEASE', 'F04-F99', '其他精神和行为障碍', 'other mental or behavioural disorder', 22),
    ('DISEASE', 'OTH', '其他', 'other', 23),
    ('CARE_RISK', 'FALL', '跌倒', 'fall', 1),
    ('CARE_RISK', 'WANDER', '走失', 'went missing', 2),
    ('CARE_RISK', 'CHOKE', '噎食', 'choking', 3),
    ('CARE_RISK', 'SELF_HARM', '自杀、自伤', 'suicide attempt or self-harm', 4),
    ('CARE_RISK', 'OTHER', '其他', 'other', 5),
    ('ABILITY_ADJUST', 'COMA', '昏迷，直接评定为完全失能', 'coma: fully impaired', 1),
    ('ABILITY_ADJUST', 'MENTAL', '确诊痴呆或其他精神和行为障碍', 'dementia or mental disorder', 2),
    ('ABILITY_ADJUST', 'EVENTS', '近30天照护风险事件两次及以上', 'two or more care-risk events in 30 days', 3);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('elderly.assessment_months', '12', 'count', '[A]', null),
    ('elderly.assessment_medical', 'true', 'bool', '[M?]', 'GB/T 42195-2022');

-- ---- the computing -------------------------------------------------------------------------------

create function elderly.ability_level0(p_total bigint) returns text
    language sql immutable parallel safe
    return case when p_total >= 90 then '0' when p_total >= 66 then '1' when p_total >= 46 then '2'
                when p_total >= 30 then '3' else '4' end;
comment on function elderly.ability_level0(bigint) is '初步等级 from the sum of the 26 items, 0 to 90';

create function elderly.ability_adjustments(p_coma boolean, p_mental boolean, p_events bigint)
    returns text[]
    language sql immutable parallel safe
    return array_remove(array[case when p_coma then 'COMA' end, case when p_mental then 'MENTAL' end,
                              case when p_events >= 2 then 'EVENTS' end], null);
comment on function elderly.ability_adjustments(boolean, boolean, bigint) is
    'codes of ABILITY_ADJUST that apply';

-- However many apply, they make it one level worse at most ([A]: the standard does not say that they add
-- up), and coma the worst there is.
create function elderly.ability_level(p_total bigint, p_coma boolean, p_mental boolean, p_events bigint)
    returns text
    language sql immutable parallel safe
    return case elderly.ability_adjustments(p_coma, p_mental, p_events)
               when '{}' then elderly.ability_level0(p_total)
               else case when p_coma then '4'
                         else least(elderly.ability_level0(p_total)::int + 1, 4)::text end end;
comment on function elderly.ability_level(bigint, boolean, boolean, bigint) is '最终等级';

create function elderly.mental_diagnosed(p_diagnoses text[]) returns boolean
    language sql immutable parallel safe
    return coalesce(p_diagnoses && array['F00-F03', 'F04-F99'], false);

create function elderly.china_day(p_at timestamptz) returns date
    language sql immutable parallel safe
    return (p_at at time zone 'Asia/Shanghai')::date;

-- Immutable, unlike a cast of text to date: a list keeps its dates as YYYY-MM-DD.
create function elderly.risk_events(p_events jsonb, p_at timestamptz) returns bigint
    language sql immutable parallel safe
begin atomic
    select count(*)
      from jsonb_array_elements(coalesce(p_events, '[]')) e
     where make_date(split_part(e ->> 'date', '-', 1)::int, split_part(e ->> 'date', '-', 2)::int,
                     split_part(e ->> 'date', '-', 3)::int)
           between elderly.china_day(p_at) - 30 and elderly.china_day(p_at);
end;
comment on function elderly.risk_events(jsonb, timestamptz) is
    'care-risk events of the 30 days before an assessment';

grant execute on function elderly.ability_level0(bigint),
    elderly.ability_adjustments(boolean, boolean, bigint),
    elderly.ability_level(bigint, boolean, boolean, bigint), elderly.mental_diagnosed(text[]),
    elderly.china_day(timestamptz), elderly.risk_events(jsonb, timestamptz)
    to wulian_app, wulian_check;

-- ---- the assessment ------------------------------------------------------------------------------

create table elderly.ability_assessment (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    reason text not null,
    reviews uuid,
    assessed_at timestamptz not null,
    place text,
    assessor1 uuid not null,
    assessor2 uuid not null,
    medical uuid,
    informant text,
    informant_relation text,
    diagnoses text[],
    risk_events jsonb,
    health text,
    coma boolean not null,
    mental_dx boolean generated always as (elderly.mental_diagnosed(diagnoses)) stored,
    risk_events_30d bigint generated always as (elderly.risk_events(risk_events, assessed_at)) stored,
    adjusted_by text[] generated always as (elderly.ability_adjustments(coma,
        elderly.mental_diagnosed(diagnoses), elderly.risk_events(risk_events, assessed_at))) stored,
    signed1_at timestamptz,
    signed2_at timestamptz,
    effective_at timestamptz,
    valid_to date,
    reassess_due timestamptz,
    disputed_at timestamptz,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, reviews) references elderly.ability_assessment (county, id),
    foreign key (county, assessor1) references admin.account (county, id),
    foreign key (county, assessor2) references admin.account (county, id),
    foreign key (county, medical) references admin.account (county, id),
    constraint ability_assessment_two_assessors check (assessor1 <> assessor2),
    constraint ability_assessment_state check (state in (
        'draft', 'submitted', 'effective', 'disputed', 'reassessed', 'superseded'))
);
comment on table elderly.ability_assessment is '老年人能力评估, GB/T 42195-2022';
comment on column elderly.ability_assessment.reviews is 'the disputed assessment that this one answers';
comment on column elderly.ability_assessment.medical is
    'which of the two assessors has a medical or nursing background';

-- The items with their highest scores, in their four groups; sums and levels over them.
do $$
declare
    items constant jsonb := '{
        "b1": {"eating": 4, "grooming": 4, "bathing": 4, "upper_dress": 4, "lower_dress": 4,
               "bladder": 4, "bowel": 4, "toilet": 4},
        "b2": {"bed_move": 4, "transfer": 4, "walking": 4, "stairs": 3},
        "b3": {"time_sense": 4, "place_sense": 4, "person_sense": 4, "memory": 4,
               "understanding": 4, "expression": 4, "aggression": 1, "depression": 1,
               "consciousness": 2},
        "b4": {"sight": 2, "hearing": 2, "daily_tasks": 4, "transport": 3, "social": 4}}';
    part record;
    total text;
begin
    for part in select i.key, i.value from jsonb_each(items) g, jsonb_each_text(g.value) i loop
        execute format('alter table elderly.ability_assessment
            add column %I bigint not null check (%I between 0 and %s)', part.key, part.key, part.value);
    end loop;
    for part in select g.key, string_agg(i.key, ' + ') as sum
                  from jsonb_each(items) g, jsonb_object_keys(g.value) i (key) group by g.key loop
        execute format('alter table elderly.ability_assessment
            add column %I bigint generated always as (%s) stored', part.key, part.sum);
        total := concat_ws(' + ', total, part.sum);
    end loop;
    execute format('alter table elderly.ability_assessment
        add column total bigint generated always as (%1$s) stored,
        add column level0 text generated always as (elderly.ability_level0(%1$s)) stored,
        add column level text generated always as (elderly.ability_level(%1$s, coma,
            elderly.mental_diagnosed(diagnoses), elderly.risk_events(risk_events, assessed_at))) stored',
        total);
end $$;

create index ability_assessment_at on elderly.ability_assessment
    (county, assessed_at desc, id desc, township, state, reason, level);
create index ability_assessment_place on elderly.ability_assessment
    (county, township, assessed_at desc, id desc, div, state, reason, level);
create index ability_assessment_created on elderly.ability_assessment
    (county, created_at desc, id desc, township);
create index ability_assessment_person on elderly.ability_assessment
    (county, person, assessed_at desc, id desc);
create index ability_assessment_reviews on elderly.ability_assessment (county, reviews)
    where reviews is not null;
create index ability_assessment_effective on elderly.ability_assessment (county, effective_at)
    where effective_at is not null;
create index ability_assessment_reassess on elderly.ability_assessment (county, reassess_due, id)
    where reassess_due is not null;
call core.record_table('elderly.ability_assessment', 'elderly');

-- ---- what it says of the person ------------------------------------------------------------------

alter table elderly.elder_profile add column diseases text[];
alter table elderly.elder_profile_history add column diseases text[];
grant update (diseases) on elderly.elder_profile to wulian_app;
comment on column elderly.elder_profile.ability is 'level of the effective assessment; nobody types it';
