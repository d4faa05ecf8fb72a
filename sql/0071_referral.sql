-- 转介: a person, or the whole caseload of somebody who moves, is handed to another station, which alone
-- accepts or refuses.

insert into core.code (tab, code, zh, en, sort) values
    ('REFERRAL_KIND', 'NEED', '需求转介', 'a need', 1),
    ('REFERRAL_KIND', 'MOVE', '迁移接续', 'a move', 2);

create table station.referral (
    like core.record including defaults including generated including constraints,
    no text not null,
    kind text not null,
    person uuid not null,
    person_name text not null,
    phone_enc bytea,
    phone_idx bytea,
    phone_mask text,
    to_unit uuid not null,
    to_div bigint not null,
    consent uuid not null,
    case_file uuid,
    request uuid,
    need text not null,
    urgency text not null,
    sent_at timestamptz not null,
    due_accept_at timestamptz,
    due_feedback_at timestamptz,
    receiver uuid,
    accepted_at timestamptz,
    moved_at timestamptz,
    reason text,
    feedback text,
    finished_at timestamptz,
    result text,
    ended_at timestamptz,
    core_task boolean,
    platform text,
    dims text[],
    service text not null,
    links text[],
    reach text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, to_unit) references admin.org_unit (county, id),
    foreign key (county, consent) references station.consent (county, id),
    foreign key (county, case_file) references station.case_file (county, id),
    foreign key (county, request) references station.request (county, id),
    foreign key (county, receiver) references admin.account (county, id),
    constraint referral_no unique (county, no),
    constraint referral_state check (state in (
        'sent', 'accepted', 'refused', 'finished', 'ended', 'withdrawn')),
    constraint referral_away check (to_div / 1000 <> div / 1000),
    constraint referral_to_county check (to_div / 1000000 = county)
);
comment on table station.referral is '转介: div is where it comes from, to_div where it goes';
comment on column station.referral.person_name is
    'as the sender wrote it: the receiving station does not see the resident''s own row';
create index referral_sent on station.referral (county, sent_at desc, id desc, township);
create index referral_created on station.referral (county, created_at desc, id desc, township);
create index referral_place on station.referral
    (county, township, sent_at desc, id desc, div, state, kind, service);
create index referral_to on station.referral (county, to_div, sent_at desc, id desc);
create index referral_unit on station.referral (county, to_unit, sent_at desc, id desc);
create index referral_person on station.referral (county, person, sent_at desc, id desc);
create index referral_case on station.referral (county, case_file) where case_file is not null;
create index referral_due_accept on station.referral (county, due_accept_at) where state = 'sent';
create index referral_due_feedback on station.referral (county, due_feedback_at)
    where state in ('sent', 'accepted');
create index referral_finished on station.referral (county, finished_at)
    where finished_at is not null;
call core.record_table('station.referral', null);
revoke update on station.referral from wulian_app;
do $$
declare
    columns text;
begin
    select string_agg(quote_ident(attname), ', ') into columns
      from pg_attribute
     where attrelid = 'station.referral'::regclass and attnum > 0 and not attisdropped
       and attname not in ('county', 'id', 'div', 'township', 'created_at', 'created_by', 'to_div',
                           'to_unit', 'person', 'consent', 'kind');
    execute format('grant update (%s) on station.referral to wulian_app', columns);
end $$;
