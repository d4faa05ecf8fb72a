-- 联系人 of elders: who has the spare key, their children, who lives next door, whom to call first.

insert into core.code (tab, code, zh, en, sort) values
    ('CONTACT_ROLE', 'KEY', '备用钥匙人', 'has the spare key', 1),
    ('CONTACT_ROLE', 'CHILD', '子女', 'child', 2),
    ('CONTACT_ROLE', 'NEIGHBOUR', '邻居', 'neighbour', 3),
    ('CONTACT_ROLE', 'EMERGENCY', '紧急联系人', 'to be called in an emergency', 4),
    ('CONTACT_ROLE', 'CARER', '照料人', 'carer', 5);

create table elderly.elder_contact (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    name text not null,
    relation text not null,
    roles text[] not null,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    lives text,
    note text,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id)
);
comment on table elderly.elder_contact is '老年人联系人';
create index elder_contact_created on elderly.elder_contact
    (county, created_at desc, id desc, township);
create index elder_contact_place on elderly.elder_contact
    (county, township, created_at desc, id desc, div);
create index elder_contact_person on elderly.elder_contact (county, person, created_at desc, id desc);
call core.record_table('elderly.elder_contact', 'elderly');
