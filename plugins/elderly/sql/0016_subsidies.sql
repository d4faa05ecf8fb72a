-- 老年人补贴: who gets which kind for a month, and how much, by policy parameters alone.

insert into core.code (tab, code, zh, en, sort) values
    ('ELDER_SUBSIDY', 'AGED', '高龄津贴', 'allowance for great age', 1),
    ('ELDER_SUBSIDY', 'SERVICE', '养老服务补贴', 'for services', 2),
    ('ELDER_SUBSIDY', 'NURSING', '护理补贴', 'for nursing', 3),
    ('ELDER_SUBSIDY', 'DISABLED', '失能护理', 'care of the disabled', 4),
    ('ELDER_SUBSIDY', 'MEAL', '助餐补贴', 'for meals', 5),
    ('ELDER_SUBSIDY', 'ADAPT', '适老化改造', 'home adaptation', 6),
    ('ELDER_SUBSIDY', 'LONGEVITY', '长寿保健', 'health money of long life', 7);

-- No document of the county names the amounts: 0 is not paid, until the county sets them. Meals and
-- adaptations are paid meal by meal and home by home, so they have no monthly amount here.
insert into core.policy_default (key, value, unit, mark, basis) values
    ('elderly.subsidy_fen.AGED', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.AGED.90', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.AGED.100', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.SERVICE', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.NURSING', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.DISABLED', '0', 'fen', '[A]', null),
    ('elderly.subsidy_fen.LONGEVITY', '0', 'fen', '[A]', null),
    ('elderly.subsidy_age.AGED', '80', 'count', '[M+]', null),
    ('elderly.subsidy_age.LONGEVITY', '100', 'count', '[A]', null);

-- The parameter behind a kind: great age is paid by decades.
create function elderly.subsidy_key(p_kind text, p_age int) returns text
    language sql immutable parallel safe
    begin atomic
    select 'elderly.subsidy_fen.' || p_kind
           || case when p_kind <> 'AGED' or p_age < 90 then '' when p_age < 100 then '.90' else '.100' end;
    end;

-- Full years on the last day of the month: whoever comes of age in it gets the month. Of the month of
-- death the whole is paid, of the next nothing. 0: no claim.
create function elderly.subsidy_fen(p_county int, p_kind text, p_person uuid, p_month date) returns bigint
    language sql stable parallel safe
    begin atomic
    select coalesce((
        select core.param(p_county, elderly.subsidy_key(p_kind, a.years), p_month)::bigint
          from station.v_resident r
         cross join lateral (
             select coalesce(extract(year from age(
                        p_month + interval '1 month' - interval '1 day', r.birth)), 0)::int as years) a
         where r.county = p_county
           and r.id = p_person
           and (r.death_date is null or r.death_date >= p_month)
           and a.years >= coalesce(
                   core.param(p_county, 'elderly.subsidy_age.' || p_kind, p_month), '0')::int), 0);
    end;
comment on function elderly.subsidy_fen(int, text, uuid, date) is
    'what the person may get of the kind for the month (its first day), in 分, by the parameters of that day';

create table elderly.subsidy_grant (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    kind text not null,
    month date not null,
    amount_fen bigint not null,
    basis text,
    proposed_by uuid not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    paid_on date,
    paid_by uuid,
    voucher text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, confirmed_by) references admin.account (county, id),
    foreign key (county, paid_by) references admin.account (county, id),
    constraint subsidy_grant_state check (state in ('proposed', 'confirmed', 'paid', 'dropped')),
    constraint subsidy_grant_month check (extract(day from month) = 1),
    constraint subsidy_grant_amount check (amount_fen >= 0 and (state = 'dropped' or amount_fen > 0))
);
comment on table elderly.subsidy_grant is '老年人补贴: one kind for one person and month';
create unique index subsidy_grant_once on elderly.subsidy_grant (county, person, kind, month)
    where deleted_at is null and state <> 'dropped';
create index subsidy_grant_month on elderly.subsidy_grant
    (county, month desc, id desc, township, state, kind);
create index subsidy_grant_place on elderly.subsidy_grant
    (county, township, month desc, id desc, state, kind);
create index subsidy_grant_person on elderly.subsidy_grant (county, person, month desc, id desc);
create index subsidy_grant_created on elderly.subsidy_grant
    (county, created_at desc, id desc, township);
call core.record_table('elderly.subsidy_grant', 'elderly');

grant execute on function elderly.subsidy_key(text, int),
    elderly.subsidy_fen(int, text, uuid, date) to wulian_app, wulian_check;

-- Whom the clock proposes for the month of a day, at most so many at once: who is of an age that is
-- paid for, and who had another kind the month before; not who has a row of the month, dropped or not.
create function elderly.subsidy_proposed(p_county int, p_month date, p_most int)
    returns table (div bigint, person uuid, kind text)
    language sql stable
    begin atomic
    with claim as materialized (
        select r.div, r.id as person, k.kind
          from (values ('AGED'), ('LONGEVITY')) as k (kind)
          join station.v_resident r
            on r.birth < (p_month + interval '1 month' - make_interval(
                   years => core.param(p_county, 'elderly.subsidy_age.' || k.kind, p_month)::int))::date
         where r.county = p_county
         union
        select g.div, g.person, g.kind
          from elderly.subsidy_grant g
         where g.county = p_county
           and g.month = (p_month - interval '1 month')::date
           and g.state in ('confirmed', 'paid')
           and g.deleted_at is null
    ), fresh as materialized (
        select distinct on (c.person, c.kind) c.div, c.person, c.kind
          from claim c
         where not exists (select from elderly.subsidy_grant g
                            where g.county = p_county
                              and g.person = c.person
                              and g.kind = c.kind
                              and g.month = p_month)
    )
    select f.div, f.person, f.kind
      from fresh f
     where elderly.subsidy_fen(p_county, f.kind, f.person, p_month) > 0
     limit p_most;
    end;
grant execute on function elderly.subsidy_proposed(int, date, int) to wulian_app, wulian_check;
