-- What follows from steps and from the clock.

create schema follows;
grant usage on schema follows to wulian_app;

create table follows.fund (
    like core.record including defaults including generated including constraints,
    title text not null,
    total_fen bigint not null,
    spent_fen bigint not null,
    days bigint not null,
    months text not null,
    primary key (county, id),
    constraint fund_spent check (spent_fen <= total_fen)
);
comment on table follows.fund is '资金';
create index fund_created on follows.fund (county, created_at desc, id desc);
create index fund_place on follows.fund (county, township, created_at desc, id desc);
call core.record_table('follows.fund', 'follows');

create table follows.matter (
    like core.record including defaults including generated including constraints,
    title text not null,
    fund uuid,
    amount_fen bigint,
    parts bigint,
    first text,
    place bigint,
    tasks bigint not null,
    state text not null,
    primary key (county, id),
    foreign key (county, fund) references follows.fund (county, id)
);
comment on table follows.matter is '事项';
create index matter_created on follows.matter (county, created_at desc, id desc);
create index matter_place on follows.matter (county, township, created_at desc, id desc);
call core.record_table('follows.matter', 'follows');

create table follows.task (
    like core.record including defaults including generated including constraints,
    no text not null,
    matter uuid,
    title text not null,
    day date,
    due_on date not null,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, matter) references follows.matter (county, id),
    constraint task_no unique (county, no),
    constraint task_title unique (county, matter, title)
);
comment on table follows.task is '任务';
create index task_created on follows.task (county, created_at desc, id desc, matter);
create index task_place on follows.task (county, township, created_at desc, id desc, matter);
create index task_matter on follows.task (county, matter);
call core.record_table('follows.task', 'follows');
