-- A table with a column of every type.

create schema everything;
grant usage on schema everything to wulian_app;

create table everything.thing (
    like core.record including defaults including generated including constraints,
    no text not null,
    code text not null,
    person uuid,
    name text not null collate "C",
    name_py text not null collate "C",
    name_pi text not null collate "C",
    id_number_enc bytea,
    id_number_idx bytea,
    id_number_mask text,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    card_enc bytea,
    card_idx bytea,
    card_mask text,
    note text,
    size bigint,
    weight numeric(18,2),
    price_fen bigint,
    subsidy_fen bigint,
    own_fen bigint,
    active boolean not null,
    born date,
    begins date not null,
    ends date,
    seen_at timestamptz,
    left_at timestamptz,
    opens time,
    closes time,
    kind text not null,
    topics text[],
    helper uuid,
    place bigint,
    uscc text,
    photo uuid,
    paper uuid,
    items jsonb,
    points bigint,
    diary text,
    reason text,
    result text,
    made_on date not null,
    closed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    constraint thing_no unique (county, no)
);
create unique index thing_code_once on everything.thing (county, code) where deleted_at is null;
create unique index thing_id_number_once on everything.thing (county, id_number_idx)
    where deleted_at is null;
create unique index thing_uscc_once on everything.thing (county, uscc) where deleted_at is null;
create index thing_created on everything.thing (county, created_at desc, id desc);
create index thing_place on everything.thing
    (county, township, created_at desc, id desc, state, kind, active, size, weight, helper);
create index thing_person on everything.thing (county, person);
create index thing_code on everything.thing (county, code, id);
create index thing_begins on everything.thing (county, begins, id);
create index thing_phone on everything.thing (county, phone_idx);
create index thing_card on everything.thing (county, card_idx);
create index thing_name on everything.thing (county, name, id);
create index thing_py on everything.thing (county, name_py, id);
create index thing_pi on everything.thing (county, name_pi, id);
call core.record_table('everything.thing', 'everything');

create table everything.part (
    like core.record including defaults including generated including constraints,
    thing uuid not null,
    line bigint not null,
    text text,
    entries jsonb,
    primary key (county, id),
    foreign key (county, thing) references everything.thing (county, id)
);
create unique index part_once on everything.part (county, thing, line) where deleted_at is null;
create index part_created on everything.part (county, created_at desc, id desc);
create index part_place on everything.part (county, township, created_at desc, id desc);
call core.record_table('everything.part', 'everything');

insert into core.code (tab, code, zh, en, sort, valid_from, valid_to) values
    ('EV_KIND', 'PLAIN', '普通', 'plain', 1, '2000-01-01', null),
    ('EV_KIND', 'OTHER', '其他', 'other', 2, '2000-01-01', null),
    ('EV_KIND', 'OLD', '旧', 'old', 3, '2000-01-01', '2001-01-01'),
    ('EV_TOPIC', 'MEAL', '吃饭', 'eating', 1, '2000-01-01', null),
    ('EV_TOPIC', 'WALK', '行走', 'walking', 2, '2000-01-01', null),
    ('EV_TOPIC', 'GONE', '旧', 'gone', 3, '2000-01-01', '2001-01-01');
