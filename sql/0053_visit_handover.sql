-- 探访 completed: how, what was found in codes, when next, where from, what was brought, and its cell of
-- the model. 个案移交: another worker takes a case over.

alter table station.visit
    add column way text,
    add column risks text[],
    add column next_due date,
    add column lng numeric(18,6),
    add column lat numeric(18,6),
    add column gift text,
    add column gift_fen bigint,
    add column core_task boolean,
    add column platform text,
    add column dims text[],
    add column service text,
    add column links text[],
    add column reach text;
alter table station.visit_history
    add column way text,
    add column risks text[],
    add column next_due date,
    add column lng numeric(18,6),
    add column lat numeric(18,6),
    add column gift text,
    add column gift_fen bigint,
    add column core_task boolean,
    add column platform text,
    add column dims text[],
    add column service text,
    add column links text[],
    add column reach text;
comment on column station.visit.risks is 'codes of RISK; a visit that found any raises a request';
comment on column station.visit.lng is 'where the visitor was, when they let it be noted';
grant update (way, risks, next_due, lng, lat, gift, gift_fen, core_task, platform, dims, service,
    links, reach) on station.visit to wulian_app;
drop index station.visit_place;
create index visit_place on station.visit
    (county, township, visited_at desc, id desc, div, kind, result, service);
create index visit_next on station.visit (county, next_due, id) where next_due is not null;

create table station.case_handover (
    like core.record including defaults including generated including constraints,
    case_file uuid not null,
    to_worker uuid not null,
    to_supervisor uuid,
    reason text not null,
    primary key (county, id),
    foreign key (county, case_file) references station.case_file (county, id),
    foreign key (county, to_worker) references admin.account (county, id),
    foreign key (county, to_supervisor) references admin.account (county, id)
);
comment on table station.case_handover is '个案移交: from its day on another worker has the case';
create index case_handover_case
    on station.case_handover (county, case_file, created_at desc, id desc);
create index case_handover_created
    on station.case_handover (county, created_at desc, id desc, township);
create index case_handover_place
    on station.case_handover (county, township, created_at desc, id desc, div);
call core.record_table('station.case_handover', null);
