-- 为老服务: profiles, errands, meal orders with their delivery.

create schema elderly;
grant usage on schema elderly to wulian_app;

create table elderly.elder_profile (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    categories text[] not null,
    living text,
    ability text,
    assessed_on date,
    tier text not null,
    diet text,
    allergy text,
    drug_note text,
    floor bigint,
    lift boolean,
    consent_visit boolean not null,
    state text not null,
    reason text,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint elder_profile_state check (state in ('draft', 'active', 'suspended', 'closed'))
);
comment on table elderly.elder_profile is '老年人档案';
create unique index elder_profile_once on elderly.elder_profile (county, person)
    where deleted_at is null and state <> 'closed';
create index elder_profile_created on elderly.elder_profile (county, created_at desc, id desc);
create index elder_profile_place
    on elderly.elder_profile (county, township, created_at desc, id desc);
create index elder_profile_person on elderly.elder_profile (county, person);
create index elder_profile_tier on elderly.elder_profile (county, township, tier, created_at desc, id desc);
call core.record_table('elderly.elder_profile', 'elderly');

create table elderly.errand (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    request uuid,
    kind text not null,
    items text not null,
    drug_note text,
    courier uuid,
    advance_fen bigint,
    spent_fen bigint,
    returned_fen bigint,
    receipt text,
    handed_to text,
    wellbeing text,
    other_need text,
    reason text,
    accepted_at timestamptz,
    purchased_at timestamptz,
    delivered_at timestamptz,
    settled_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, courier) references admin.account (county, id),
    constraint errand_state check (state in (
        'requested', 'accepted', 'purchased', 'delivered', 'settled', 'cancelled', 'disputed')),
    constraint errand_money check (advance_fen >= 0 and spent_fen >= 0 and returned_fen >= 0),
    constraint errand_receipt check (
        state not in ('purchased', 'delivered', 'settled') or receipt is not null),
    constraint errand_balance check (
        state <> 'settled' or
        (returned_fen is not null and advance_fen = spent_fen + returned_fen))
);
comment on table elderly.errand is '代办: item money only, never mixed with a service fee';
create index errand_created on elderly.errand (county, created_at desc, id desc);
create index errand_place on elderly.errand (county, township, created_at desc, id desc);
create index errand_person on elderly.errand (county, person, created_at desc, id desc);
create index errand_request on elderly.errand (county, request);
create index errand_courier on elderly.errand (county, courier, created_at desc, id desc);
create index errand_delivered on elderly.errand (county, delivered_at)
    where delivered_at is not null;
call core.record_table('elderly.errand', 'elderly');

create table elderly.meal_order (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    date date not null,
    meal text not null,
    mode text not null,
    price_fen bigint not null,
    subsidy_fen bigint not null,
    self_fen bigint not null,
    courier uuid,
    handed_to text,
    wellbeing text,
    other_need text,
    reason text,
    delivered_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, courier) references admin.account (county, id),
    constraint meal_order_state check (state in (
        'planned', 'confirmed', 'cooking', 'out', 'delivered', 'refused', 'not_home', 'cancelled',
        'settled')),
    constraint meal_order_money check (
        price_fen >= 0 and subsidy_fen >= 0 and self_fen >= 0 and
        price_fen = subsidy_fen + self_fen)
);
comment on table elderly.meal_order is '助餐订单 and its delivery';
-- One person, one subsidised meal per slot and day.
create unique index meal_order_one_subsidy on elderly.meal_order (county, person, date, meal)
    where subsidy_fen > 0 and deleted_at is null and state not in ('cancelled', 'refused', 'not_home');
create index meal_order_created on elderly.meal_order (county, created_at desc, id desc);
create index meal_order_place on elderly.meal_order (county, township, date desc, id desc);
create index meal_order_date on elderly.meal_order (county, date desc, id desc);
create index meal_order_person on elderly.meal_order (county, person, date desc, id desc);
create index meal_order_delivered on elderly.meal_order (county, delivered_at)
    where delivered_at is not null;
call core.record_table('elderly.meal_order', 'elderly');

insert into core.code (tab, code, zh, en, sort) values
    ('WELLBEING', 'OK', '正常', 'well', 1),
    ('WELLBEING', 'CONCERN', '需关注', 'of concern', 2),
    ('WELLBEING', 'ABNORMAL', '异常', 'abnormal', 3),
    ('MEAL_MODE', 'CANTEEN', '堂食', 'at the canteen', 1),
    ('MEAL_MODE', 'DELIVERY', '送餐', 'delivered', 2);
