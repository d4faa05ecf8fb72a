-- The monthly report of a station and of the county: its life, what its head writes beside the
-- figures, and the figures as they were sent.

insert into core.code (tab, code, zh, en, sort) values
    ('REPORT_LEVEL', 'STATION', '站月报', 'station', 1),
    ('REPORT_LEVEL', 'COUNTY', '县月报', 'county', 2);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('report.correct_months', '12', 'month', '[A]', null);

create table station.month_report (
    like core.record including defaults including generated including constraints,
    month date not null,
    level text not null generated always as
        (case when div % 1000000 = 0 then 'COUNTY' else 'STATION' end) stored,
    due_at timestamptz not null,
    work text,
    problems text,
    plans text,
    reason text,
    returns bigint not null default 0,
    submitted_by uuid,
    submitted_at timestamptz,
    accepted_by uuid,
    accepted_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, submitted_by) references admin.account (county, id),
    foreign key (county, accepted_by) references admin.account (county, id),
    constraint month_report_state check (state in (
        'open', 'submitted', 'returned', 'accepted', 'closed')),
    constraint month_report_month check (extract(day from month) = 1),
    constraint month_report_place check (div % 1000 = 0),
    constraint month_report_stands check (returns >= 0)
);
comment on table station.month_report is '月报: of a station or of the county, one a month';
comment on column station.month_report.returns is
    'of the county''s: how often one of its stations'' was sent back; below 0 is refused';
create unique index month_report_once on station.month_report (county, township, month)
    where deleted_at is null;
create index month_report_month_at on station.month_report
    (county, month desc, id desc, township, state);
create index month_report_created on station.month_report
    (county, created_at desc, id desc, township, state);
create index month_report_place_at on station.month_report
    (county, township, month desc, id desc, div, state);
create index month_report_made on station.month_report
    (county, township, created_at desc, id desc, div, state);
create index month_report_due on station.month_report (county, due_at)
    where state in ('open', 'returned');
call core.record_table('station.month_report', null);

-- Written in the transaction that sends the report, and never changed: nobody may.
create table core.report_snapshot (
    county int not null references core.tenant (county),
    id uuid not null,
    report uuid not null,
    version int not null,
    div bigint not null,
    month date not null,
    by uuid not null,
    at timestamptz not null default now(),
    figures jsonb not null,
    corrections jsonb not null,
    sources jsonb not null,
    sha256 bytea not null,
    primary key (county, id),
    foreign key (county, report) references station.month_report (county, id),
    constraint report_snapshot_div check (div / 1000000 = county)
);
comment on table core.report_snapshot is
    'a monthly report as it was sent: figures by indicator, what had to be put right of earlier months';
comment on column core.report_snapshot.id is 'the request that sent it';
comment on column core.report_snapshot.version is 'the version of the report that this made';
comment on column core.report_snapshot.figures is
    '{"M04": {"n": sum, "c": rows, "p": persons, "k": {kind: [n, c, p]}}}; of the county n and c are'
    ' its own rows'' alone, p the whole county''s';
comment on column core.report_snapshot.corrections is
    '{earlier snapshot: {"M04": [n, p]}}: what is counted of its month now, less what was sent';
comment on column core.report_snapshot.sources is
    'of the county: the hash of each station''s report that its sums are of, by township';
comment on column core.report_snapshot.sha256 is 'of figures, corrections and sources as text';
create unique index report_snapshot_of on core.report_snapshot (county, report, version);
call core.protect('core.report_snapshot', true);
grant select, insert on core.report_snapshot to wulian_app;

-- The one that holds: the newest, while the report is not back at its station.
create function core.report_frozen(p_county int, p_report uuid) returns setof core.report_snapshot
    language sql stable parallel safe
    as $$
    select s.*
      from core.report_snapshot s
      join station.month_report m on m.county = s.county and m.id = s.report
     where s.county = p_county
       and s.report = p_report
       and m.state in ('submitted', 'accepted', 'closed')
     order by s.version desc
     limit 1
$$;
comment on function core.report_frozen(int, uuid) is 'the figures that a report stands by; none while it is open';
grant execute on function core.report_frozen(int, uuid) to wulian_app, wulian_check;
