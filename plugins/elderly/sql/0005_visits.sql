-- Profiles complete: tiers and what suggests them, due visits, what sets an elder aside or closes the
-- file.

insert into core.code (tab, code, zh, en, sort) values
    ('ELDER_CHANGE', 'HOSPITAL', '出院回家', 'home from hospital', 1),
    ('ELDER_CHANGE', 'ILLNESS', '病情加重', 'illness worse', 2),
    ('ELDER_CHANGE', 'FALL', '跌倒受伤', 'fall with injury', 3),
    ('ELDER_CHANGE', 'BEREAVED', '丧偶或丧子女', 'bereaved of spouse or child', 4),
    ('ELDER_CHANGE', 'UNCARED', '照料人离开', 'carer gone', 5),
    ('ELDER_CHANGE', 'INCIDENT', '意外事件', 'incident', 6),
    ('ELDER_CHANGE', 'DISASTER', '受灾', 'disaster', 7),
    ('ELDER_CHANGE', 'TIER', '等级调高', 'tier raised', 8),
    ('ELDER_CHANGE', 'OTHER', '其他', 'other', 9),
    ('ELDER_SUSPEND', 'HOSPITAL', '住院', 'in hospital', 1),
    ('ELDER_SUSPEND', 'AWAY', '暂住外地', 'away for a time', 2),
    ('ELDER_SUSPEND', 'INSTITUTION', '试住养老机构', 'trying an institution', 3),
    ('ELDER_SUSPEND', 'OTHER', '其他', 'other', 4),
    ('ELDER_CLOSE', 'DEATH', '死亡', 'death', 1),
    ('ELDER_CLOSE', 'MOVED', '迁出', 'moved away', 2),
    ('ELDER_CLOSE', 'OTHER', '其他', 'other', 3);

-- ---- tiers ---------------------------------------------------------------------------------------

-- 高龄 follows from the birthday.
create function elderly.with_age(p_categories text[], p_birth date, p_day date) returns text[]
    language sql immutable parallel safe
    return case when p_birth <= p_day - interval '80 years'
                     and 'AGED' = any (p_categories) is not true
                then array_append(p_categories, 'AGED') else p_categories end;
comment on function elderly.with_age(text[], date, date) is 'categories, with 高龄 from the 80th birthday on';

create function elderly.special(p_categories text[]) returns boolean
    language sql immutable parallel safe
    return coalesce(p_categories && array['ALONE', 'EMPTY_NEST', 'LEFT_BEHIND', 'DISABLED', 'SEVERE',
                                          'FAMILY_PLAN', 'CHILD_LOST'], false);
comment on function elderly.special(text[]) is '特殊困难老年人: one of the six kinds (失独 is of the sixth)';

-- High: 80 and above alone, empty-nest or left behind; dementia or an illness that threatens life. Key: the
-- six kinds, whom the nation wants seen every month, dispersed 特困, and 中度失能 or worse ([A]).
create function elderly.tier_suggested(p_categories text[], p_ability text, p_diseases text[]) returns text
    language sql immutable parallel safe
    return case when 'AGED' = any (p_categories)
                     and p_categories && array['ALONE', 'EMPTY_NEST', 'LEFT_BEHIND']
                     or p_diseases && array['F00-F03', 'C00-D48', 'I60-I62', 'N18-N19'] then 'H'
                when elderly.special(p_categories) or 'DESTITUTE' = any (p_categories)
                     or p_ability >= '2' then 'K'
                else 'N' end;
comment on function elderly.tier_suggested(text[], text, text[]) is 'ELDER_TIER; the graver is the lesser letter';

-- ---- due visits ----------------------------------------------------------------------------------

-- The end of the last day that the tier leaves since the last contact, or sooner after a major change. No
-- consent, no visit.
create function elderly.next_visit_due(p_county int, p_div bigint, p_tier text, p_consent boolean,
        p_since timestamptz, p_changed timestamptz) returns timestamptz
    language sql stable parallel safe
    return case when p_consent then least(
        timezone('Asia/Shanghai', (elderly.china_day(p_since) + 1
            + core.setting(p_county, p_div, 'elderly.visit_days_' || lower(p_tier))::int)::timestamp),
        case when p_changed >= p_since then p_changed
            + make_interval(hours => core.setting(p_county, p_div, 'elderly.change_visit_hours')::int)
        end) end;

grant execute on function elderly.with_age(text[], date, date), elderly.special(text[]),
    elderly.tier_suggested(text[], text, text[]),
    elderly.next_visit_due(int, bigint, text, boolean, timestamptz, timestamptz)
    to wulian_app, wulian_check;

-- ---- the profile ---------------------------------------------------------------------------------

alter table elderly.elder_profile
    alter column tier drop not null,
    alter column categories drop not null,
    add column worker uuid,
    add column special boolean generated always as (elderly.special(categories)) stored,
    add column tier_suggested text
        generated always as (elderly.tier_suggested(categories, ability, diseases)) stored,
    add column active_since timestamptz,
    add column contacted_at timestamptz,
    add column change_kind text,
    add column changed_at timestamptz,
    add column next_visit_due timestamptz,
    add column suspended_for text,
    add column closed_for text,
    add column closed_at timestamptz,
    add foreign key (county, worker) references admin.account (county, id);
alter table elderly.elder_profile_history
    alter column tier drop not null,
    alter column categories drop not null,
    add column worker uuid,
    add column special boolean,
    add column tier_suggested text,
    add column active_since timestamptz,
    add column contacted_at timestamptz,
    add column change_kind text,
    add column changed_at timestamptz,
    add column next_visit_due timestamptz,
    add column suspended_for text,
    add column closed_for text,
    add column closed_at timestamptz;
grant update (worker, active_since, contacted_at, change_kind, changed_at, next_visit_due, suspended_for,
    closed_for, closed_at) on elderly.elder_profile to wulian_app;
comment on column elderly.elder_profile.contacted_at is 'last visit or call in which the elder was met';
comment on column elderly.elder_profile.changed_at is 'last major change: a visit within hours is due';
comment on column elderly.elder_profile.closed_for is
    'why it is closed; DEATH already when the resident is known to have died';

drop index elderly.elder_profile_place;
create index elder_profile_place on elderly.elder_profile
    (county, township, created_at desc, id desc, div, state, tier, ability, special);
create index elder_profile_worker on elderly.elder_profile (county, worker, created_at desc, id desc);
create index elder_profile_visit on elderly.elder_profile (county, next_visit_due, id)
    where next_visit_due is not null;
