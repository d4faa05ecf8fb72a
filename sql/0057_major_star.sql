-- Matters decided by vote, and the star review of stations with its scheme as data.

-- ---- code tables ---------------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('MAJOR_CAUSE', 'EXPENSE', '支出超过限额', 'expense above the limit', 1),
    ('MAJOR_CAUSE', 'STATION', '撤并社工站（室）', 'closing or merging a station', 2),
    ('MAJOR_CAUSE', 'CHILD', '未成年人脱离家庭监护', 'child removed from the family', 3),
    ('MAJOR_CAUSE', 'BENEFIT', '政策外救助', 'benefit outside the rules', 4),
    ('MAJOR_CAUSE', 'INCIDENT', '重大突发事件', 'serious incident', 5),
    ('MAJOR_CAUSE', 'OTHER', '其他重大事项', 'other', 6),
    ('BALLOT', 'YES', '同意', 'yes', 1),
    ('BALLOT', 'NO', '不同意', 'no', 2),
    ('BALLOT', 'ABSTAIN', '弃权', 'abstain', 3),
    ('STAR_TEMPLATE', 'HN2023', '湖南省社工站星级评定（130+20 分）',
        'Hunan star rating, 130 and 20 points', 1);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('major.quorum_percent', '50', 'percent', '[A]', null),
    ('major.pass_percent', '50', 'percent', '[A]', null),
    ('star.publicity_days', '7', 'day', '[A]', null);

-- ---- major matters -------------------------------------------------------------------------------

create table station.major_item (
    like core.record including defaults including generated including constraints,
    no text not null,
    cause text not null,
    title text not null,
    content text not null,
    person uuid,
    amount_fen bigint,
    application uuid,
    evidence uuid,
    opinion uuid,
    committee uuid,
    meeting uuid,
    attendees jsonb,
    members bigint,
    barred bigint,
    yes_votes bigint,
    no_votes bigint,
    abstentions bigint,
    resolution text,
    resolution_file uuid,
    follow_up jsonb,
    owner uuid,
    reason text,
    result text,
    submitted_at timestamptz,
    decided_at timestamptz,
    closed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, committee) references station.committee (county, id),
    foreign key (county, meeting) references station.meeting (county, id),
    foreign key (county, owner) references admin.account (county, id),
    constraint major_item_no unique (county, no),
    constraint major_item_amount check (amount_fen >= 0),
    constraint major_item_state check (state in (
        'draft', 'submitted', 'returned', 'scheduled', 'deliberated', 'approved', 'rejected',
        'executing', 'closed'))
);
comment on table station.major_item is '重大事项一事一议: dossier, meeting, vote, resolution, follow-up';
comment on column station.major_item.barred is 'members with a conflict of interest, who did not vote';
create index major_item_created on station.major_item
    (county, created_at desc, id desc, township, cause, state);
create index major_item_place on station.major_item
    (county, township, created_at desc, id desc, div, cause, state);
create index major_item_meeting on station.major_item (county, meeting, created_at desc, id desc);
create index major_item_person on station.major_item (county, person, created_at desc, id desc);
call core.record_table('station.major_item', null);

create table station.conflict (
    like core.record including defaults including generated including constraints,
    major_item uuid not null,
    member uuid not null,
    grounds text not null,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, major_item) references station.major_item (county, id),
    foreign key (county, member) references admin.account (county, id),
    constraint conflict_state check (state in ('declared', 'lifted'))
);
comment on table station.conflict is '利害关系申报: who may not vote on a matter, and why';
create unique index conflict_once on station.conflict (county, major_item, member)
    where deleted_at is null and state = 'declared';
create index conflict_created on station.conflict (county, created_at desc, id desc, township, state);
create index conflict_place on station.conflict
    (county, township, created_at desc, id desc, div, state);
create index conflict_of on station.conflict (county, major_item, created_at desc, id desc);
call core.record_table('station.conflict', null);

create table station.vote (
    like core.record including defaults including generated including constraints,
    major_item uuid not null,
    member uuid not null,
    ballot text not null,
    opinion text,
    primary key (county, id),
    foreign key (county, major_item) references station.major_item (county, id),
    foreign key (county, member) references admin.account (county, id)
);
comment on table station.vote is '表决: one a member, cast by the member, never changed';
create unique index vote_once on station.vote (county, major_item, member)
    where deleted_at is null;
create index vote_created on station.vote (county, created_at desc, id desc, township);
create index vote_place on station.vote (county, township, created_at desc, id desc, div);
create index vote_of on station.vote (county, major_item, created_at desc, id desc);
call core.record_table('station.vote', null);

-- ---- star review ---------------------------------------------------------------------------------

create table core.star_template (
    template text not null,
    code text not null,
    parent text,
    name text not null,
    points numeric(6,1) not null,
    bonus boolean not null,
    confirmed boolean not null,
    primary key (template, code)
);
comment on table core.star_template is
    '星级评定指标: trees that a county''s scheme may begin with; confirmed false: our assumption';
grant select on core.star_template to wulian_app, wulian_check;

-- Six first-level indicators, 130 points and 20 for innovation (Hunan 2023). How the 130 divide and
-- all of the second level is not public: examples, to be confirmed before a review counts.
insert into core.star_template (template, code, parent, name, points, bonus, confirmed) values
    ('HN2023', '1', null, '规范化', 30, false, false),
    ('HN2023', '1.1', '1', '场地设施与标识', 10, false, false),
    ('HN2023', '1.2', '1', '制度与档案', 10, false, false),
    ('HN2023', '1.3', '1', '实体化运行', 10, false, false),
    ('HN2023', '2', null, '职业化', 25, false, false),
    ('HN2023', '2.1', '2', '人员配备与持证', 15, false, false),
    ('HN2023', '2.2', '2', '培训与继续教育', 10, false, false),
    ('HN2023', '3', null, '信息化', 15, false, false),
    ('HN2023', '3.1', '3', '服务记录与数据', 15, false, false),
    ('HN2023', '4', null, '专业化', 35, false, false),
    ('HN2023', '4.1', '4', '个案小组社区服务', 20, false, false),
    ('HN2023', '4.2', '4', '督导与成效', 15, false, false),
    ('HN2023', '5', null, '社会化', 25, false, false),
    ('HN2023', '5.1', '5', '五社联动与志愿服务', 15, false, false),
    ('HN2023', '5.2', '5', '资源链接', 10, false, false),
    ('HN2023', '6', null, '创新加分', 20, true, true),
    ('HN2023', '6.1', '6', '品牌与创新', 20, true, false);

create table station.star_scheme (
    like core.record including defaults including generated including constraints,
    name text not null,
    template text,
    year bigint not null,
    basis text,
    base_points bigint not null,
    bonus_points bigint not null,
    five_from bigint not null,
    four_from bigint not null,
    three_from bigint,
    state text not null,
    primary key (county, id),
    constraint star_scheme_state check (state in ('draft', 'active', 'retired')),
    constraint star_scheme_order check (
        five_from > four_from and (three_from is null or four_from > three_from)
        and five_from <= base_points + bonus_points)
);
comment on table station.star_scheme is '星级评定方案: a version with its thresholds; its tree is star_item';
create unique index star_scheme_name on station.star_scheme (county, name)
    where deleted_at is null;
create index star_scheme_created on station.star_scheme
    (county, created_at desc, id desc, township, state);
create index star_scheme_place on station.star_scheme
    (county, township, created_at desc, id desc, div, state);
call core.record_table('station.star_scheme', null);
call core.county_wide('station.star_scheme');

create table station.star_item (
    like core.record including defaults including generated including constraints,
    scheme uuid not null,
    code text not null collate "C",
    parent text,
    name text not null,
    points numeric(18,1) not null,
    bonus boolean not null,
    confirmed boolean not null,
    evidence text,
    primary key (county, id),
    foreign key (county, scheme) references station.star_scheme (county, id)
);
comment on table station.star_item is '评定指标: what no other names as parent is scored';
create unique index star_item_code on station.star_item (county, scheme, code)
    where deleted_at is null;
create index star_item_order on station.star_item (county, code, id, township);
create index star_item_place on station.star_item (county, township, code, id, div);
create index star_item_created on station.star_item (county, created_at desc, id desc, township);
create index star_item_made on station.star_item
    (county, township, created_at desc, id desc, div);
create index star_item_scheme on station.star_item (county, scheme, code, id);
call core.record_table('station.star_item', null);
call core.county_wide('station.star_item');

create table station.star_review (
    like core.record including defaults including generated including constraints,
    year bigint not null,
    scheme uuid not null,
    self_total numeric(18,1),
    township_total numeric(18,1),
    county_total numeric(18,1),
    city_total numeric(18,1),
    province_total numeric(18,1),
    stars bigint,
    publicity_from date,
    publicity_until date,
    batch text,
    note text,
    dossier uuid,
    reason text,
    granted_on date,
    withdrawn_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, scheme) references station.star_scheme (county, id),
    constraint star_review_state check (state in (
        'draft', 'submitted', 'checked', 'reviewed', 'city_reviewed', 'province_reviewed',
        'publicity', 'granted', 'rechecked', 'refused', 'withdrawn')),
    constraint star_review_stars check (stars between 0 and 5),
    constraint star_review_publicity check (publicity_until > publicity_from)
);
comment on table station.star_review is '星级评定: of one station, from its own score to the grant';
create unique index star_review_once on station.star_review (county, org, year)
    where deleted_at is null and state not in ('refused', 'withdrawn');
create index star_review_year on station.star_review
    (county, year desc, id desc, township, state, stars);
create index star_review_created on station.star_review
    (county, created_at desc, id desc, township, state, stars);
create index star_review_place on station.star_review
    (county, township, year desc, id desc, div, state, stars);
create index star_review_made on station.star_review
    (county, township, created_at desc, id desc, div, state, stars);
create index star_review_scheme on station.star_review (county, scheme, year desc, id desc);
call core.record_table('station.star_review', null);

create table station.star_score (
    like core.record including defaults including generated including constraints,
    review uuid not null,
    item uuid not null,
    self_points numeric(18,1),
    township_points numeric(18,1),
    county_points numeric(18,1),
    evidence uuid,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, review) references station.star_review (county, id),
    foreign key (county, item) references station.star_item (county, id),
    constraint star_score_state check (state = 'open')
);
comment on table station.star_score is '评分: of one indicator, by the station, the township and the county';
create unique index star_score_once on station.star_score (county, review, item)
    where deleted_at is null;
create index star_score_created on station.star_score (county, created_at desc, id desc, township);
create index star_score_place on station.star_score
    (county, township, created_at desc, id desc, div);
create index star_score_review on station.star_score (county, review, created_at desc, id desc);
create index star_score_item on station.star_score (county, item, created_at desc, id desc);
call core.record_table('station.star_score', null);
