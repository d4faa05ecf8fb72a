-- Brand plans: named undertakings of a county that its stations' activities belong to.

create table station.brand_plan (
    like core.record including defaults including generated including constraints,
    name text not null,
    services text[],
    goals text not null,
    starts_on date not null,
    ends_on date,
    indicators jsonb,
    lead uuid,
    summary text,
    started_at timestamptz,
    closed_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, lead) references admin.account (county, id),
    constraint brand_plan_state check (state in ('draft', 'running', 'closed'))
);
comment on table station.brand_plan is '品牌计划: goals over a period, with activities of every station';
create unique index brand_plan_name on station.brand_plan (county, name) where deleted_at is null;
create index brand_plan_created
    on station.brand_plan (county, created_at desc, id desc, township, state);
create index brand_plan_place on station.brand_plan
    (county, township, created_at desc, id desc, div, state);
create index brand_plan_starts on station.brand_plan (county, starts_on desc, id desc, township);
call core.record_table('station.brand_plan', null);
