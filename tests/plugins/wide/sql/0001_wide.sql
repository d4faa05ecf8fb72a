-- Notices that the whole county reads, and what each place awards from their purse.

create schema wide;
grant usage on schema wide to wulian_app;

create table wide.bulletin (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null collate "C",
    title_py text not null collate "C",
    title_pi text not null collate "C",
    purse_fen bigint,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    paper uuid,
    follows uuid,
    state text not null,
    primary key (county, id),
    foreign key (county, follows) references wide.bulletin (county, id)
);
create index bulletin_created on wide.bulletin (county, created_at desc, id desc);
create unique index bulletin_no on wide.bulletin (county, no) where deleted_at is null;
create index bulletin_title on wide.bulletin (county, title, id);
create index bulletin_py on wide.bulletin (county, title_py, id);
create index bulletin_pi on wide.bulletin (county, title_pi, id);
create index bulletin_deleted on wide.bulletin (county, deleted_at) where deleted_at is not null;
call core.record_table('wide.bulletin', 'wide');
call core.county_wide('wide.bulletin');

create table wide.award (
    like core.record including defaults including generated including constraints,
    bulletin uuid not null,
    mark text,
    amount_fen bigint not null,
    from_day date,
    to_day date,
    rounded boolean not null,
    paid_on date,
    state text not null,
    primary key (county, id),
    foreign key (county, bulletin) references wide.bulletin (county, id)
);
create index award_created on wide.award (county, created_at desc, id desc);
create index award_bulletin on wide.award (county, bulletin);
create unique index award_mark on wide.award (county, mark) where deleted_at is null;
call core.record_table('wide.award', 'wide');

create table wide.remark (
    like core.record including defaults including generated including constraints,
    award uuid not null,
    note text,
    primary key (county, id),
    foreign key (county, award) references wide.award (county, id)
);
create index remark_created on wide.remark (county, created_at desc, id desc);
call core.record_table('wide.remark', 'wide');
