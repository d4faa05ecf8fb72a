-- Restricted case material, seen by named readers only.

create schema sealed;
grant usage on schema sealed to wulian_app;

create table sealed.matter (
    like core.record including defaults including generated including constraints,
    readers uuid[] not null check (cardinality(readers) > 0),
    title text not null,
    child text collate "C",
    child_py text collate "C",
    child_pi text collate "C",
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    story text,
    state text not null,
    primary key (county, id)
);
create index matter_created on sealed.matter (county, created_at desc, id desc);
create index matter_place on sealed.matter (county, township, created_at desc, id desc);
create index matter_deleted on sealed.matter (county, deleted_at) where deleted_at is not null;
create index matter_title on sealed.matter (county, title, id);
create index matter_child on sealed.matter (county, child, id);
create index matter_py on sealed.matter (county, child_py, id);
create index matter_pi on sealed.matter (county, child_pi, id);
create index matter_phone on sealed.matter (county, phone_idx);
call core.record_table('sealed.matter', 'sealed');
call core.named_readers('sealed.matter');

create table sealed.step (
    like core.record including defaults including generated including constraints,
    matter uuid not null,
    primary key (county, id),
    foreign key (county, matter) references sealed.matter (county, id)
);
create index step_created on sealed.step (county, created_at desc, id desc);
create index step_place on sealed.step (county, township, created_at desc, id desc);
call core.record_table('sealed.step', 'sealed');
