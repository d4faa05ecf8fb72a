-- 经费与合同: where the money comes from, what it is set aside for, contracts by which the county buys the
-- stations' service, what is paid and spent, plans made anew, and things of value. Sums of parts are kept
-- beside their whole under a check, so that no two approvals at once spend the same money.

-- ---- sources -------------------------------------------------------------------------------------

create table station.fund_source (
    like core.record including defaults including generated including constraints,
    name text not null,
    kind text not null,
    doc_no text,
    year bigint not null,
    amount_fen bigint not null,
    allotted_fen bigint not null default 0,
    beneficiaries text[] not null,
    purpose text,
    state text not null,
    primary key (county, id),
    constraint fund_source_state check (state in ('active', 'closed')),
    constraint fund_source_allotted check (allotted_fen between 0 and amount_fen)
);
comment on table station.fund_source is '资金来源: a special fund or grant of a year';
comment on column station.fund_source.allotted_fen is
    'set aside so far: budget lines, signed contracts, approved plans';
create index fund_source_created on station.fund_source
    (county, created_at desc, id desc, township, kind, year, state);
create index fund_source_place on station.fund_source
    (county, township, created_at desc, id desc, div, kind, year, state);
call core.record_table('station.fund_source', null);
call core.county_wide('station.fund_source');

create table station.budget_line (
    like core.record including defaults including generated including constraints,
    fund uuid not null,
    unit uuid not null,
    year bigint not null,
    item text not null,
    amount_fen bigint not null,
    spent_fen bigint not null default 0,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, fund) references station.fund_source (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    constraint budget_line_state check (state in ('open', 'closed')),
    constraint budget_line_spent check (spent_fen between 0 and amount_fen)
);
comment on table station.budget_line is '预算明细: what a station may spend on an item of a year';
create unique index budget_line_once on station.budget_line (county, fund, unit, year, item)
    where deleted_at is null and state = 'open';
create index budget_line_created on station.budget_line
    (county, created_at desc, id desc, township, year, item, state);
create index budget_line_place on station.budget_line
    (county, township, created_at desc, id desc, div, year, item, state);
create index budget_line_fund on station.budget_line (county, fund, created_at desc, id desc);
create index budget_line_unit on station.budget_line (county, unit, created_at desc, id desc);
call core.record_table('station.budget_line', null);

create table station.expense (
    like core.record including defaults including generated including constraints,
    line uuid not null,
    purpose text not null,
    amount_fen bigint not null,
    incurred_on date not null,
    payee text,
    receipt_no text not null,
    receipt uuid,
    handler uuid not null,
    approver uuid,
    approved_at timestamptz,
    paid_by uuid,
    paid_at timestamptz,
    voucher_no text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, line) references station.budget_line (county, id),
    foreign key (county, handler) references admin.account (county, id),
    foreign key (county, approver) references admin.account (county, id),
    foreign key (county, paid_by) references admin.account (county, id),
    constraint expense_state check (state in ('claimed', 'approved', 'paid', 'refused', 'voided')),
    constraint expense_two_people check (approver <> handler)
);
comment on table station.expense is '经费支出: two signatures, the handler''s and another''s';
create unique index expense_receipt on station.expense (county, receipt_no)
    where deleted_at is null and state not in ('refused', 'voided');
create index expense_created on station.expense (county, created_at desc, id desc, township, state);
create index expense_place on station.expense
    (county, township, created_at desc, id desc, div, state);
create index expense_line on station.expense (county, line, created_at desc, id desc);
create index expense_approved on station.expense (county, approved_at) where approved_at is not null;
call core.record_table('station.expense', null);

-- ---- contracts -----------------------------------------------------------------------------------

create table station.contract (
    like core.record including defaults including generated including constraints,
    no text not null,
    title text not null,
    buyer uuid not null,
    agency uuid not null,
    fund uuid not null,
    amount_fen bigint not null,
    starts_on date not null,
    ends_on date not null,
    installments jsonb not null,
    document uuid,
    signed_on date,
    signed_by uuid,
    mid_score numeric(18, 1),
    mid_opinion text,
    final_score numeric(18, 1),
    final_opinion text,
    paid_fen bigint not null default 0,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, buyer) references admin.org_unit (county, id),
    foreign key (county, agency) references admin.org_unit (county, id),
    foreign key (county, fund) references station.fund_source (county, id),
    foreign key (county, signed_by) references admin.account (county, id),
    constraint contract_state check (state in (
        'draft', 'signed', 'running', 'mid_review', 'final_review', 'settled', 'terminated')),
    constraint contract_paid check (paid_fen between 0 and amount_fen)
);
comment on table station.contract is '购买服务合同: public, as government purchase is';
create unique index contract_no on station.contract (county, no) where deleted_at is null;
create index contract_created on station.contract
    (county, created_at desc, id desc, township, state);
create index contract_place on station.contract
    (county, township, created_at desc, id desc, div, state);
create index contract_agency on station.contract (county, agency, created_at desc, id desc);
create index contract_fund on station.contract (county, fund, created_at desc, id desc);
call core.record_table('station.contract', null);
call core.county_wide('station.contract');

create table station.contract_station (
    like core.record including defaults including generated including constraints,
    contract uuid not null,
    unit uuid not null,
    workers bigint not null,
    primary key (county, id),
    foreign key (county, contract) references station.contract (county, id),
    foreign key (county, unit) references admin.org_unit (county, id)
);
comment on table station.contract_station is '合同服务站点, with the workers promised there';
create unique index contract_station_once on station.contract_station (county, contract, unit)
    where deleted_at is null;
create index contract_station_created on station.contract_station
    (county, created_at desc, id desc, township);
create index contract_station_place on station.contract_station
    (county, township, created_at desc, id desc, div);
create index contract_station_contract on station.contract_station
    (county, contract, created_at desc, id desc);
create index contract_station_unit on station.contract_station
    (county, unit, created_at desc, id desc);
call core.record_table('station.contract_station', null);
call core.county_wide('station.contract_station');

create table station.contract_indicator (
    like core.record including defaults including generated including constraints,
    contract uuid not null,
    name text not null,
    measure text not null,
    target bigint not null,
    done bigint,
    note text,
    reported_at timestamptz,
    state text not null,
    primary key (county, id),
    foreign key (county, contract) references station.contract (county, id),
    constraint contract_indicator_state check (state in ('agreed', 'reported'))
);
comment on table station.contract_indicator is '合同指标: target of the contract and what is done so far';
create unique index contract_indicator_once on station.contract_indicator (county, contract, name)
    where deleted_at is null;
create index contract_indicator_created on station.contract_indicator
    (county, created_at desc, id desc, township);
create index contract_indicator_place on station.contract_indicator
    (county, township, created_at desc, id desc, div);
create index contract_indicator_contract on station.contract_indicator
    (county, contract, created_at desc, id desc);
call core.record_table('station.contract_indicator', null);
call core.county_wide('station.contract_indicator');

create table station.contract_payment (
    like core.record including defaults including generated including constraints,
    contract uuid not null,
    installment bigint not null,
    amount_fen bigint not null,
    invoice_no text not null,
    invoice uuid,
    note text,
    requested_by uuid not null,
    approved_by uuid,
    approved_at timestamptz,
    paid_by uuid,
    paid_at timestamptz,
    voucher_no text,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, contract) references station.contract (county, id),
    foreign key (county, requested_by) references admin.account (county, id),
    foreign key (county, approved_by) references admin.account (county, id),
    foreign key (county, paid_by) references admin.account (county, id),
    constraint contract_payment_state check (state in ('requested', 'approved', 'paid', 'refused')),
    constraint contract_payment_two_people check (
        approved_by <> requested_by and paid_by <> approved_by)
);
comment on table station.contract_payment is '合同付款: asked for, approved and paid, no two steps by one person';
create unique index contract_payment_once on station.contract_payment (county, contract, installment)
    where deleted_at is null and state <> 'refused';
create index contract_payment_created on station.contract_payment
    (county, created_at desc, id desc, township, state);
create index contract_payment_place on station.contract_payment
    (county, township, created_at desc, id desc, div, state);
create index contract_payment_contract on station.contract_payment
    (county, contract, created_at desc, id desc);
create index contract_payment_paid on station.contract_payment (county, paid_at)
    where paid_at is not null;
call core.record_table('station.contract_payment', null);

-- Percents of all instalments together.
create function station.percent_sum(p_installments jsonb) returns bigint
    language sql immutable parallel safe
    as $$
    select coalesce(sum((i ->> 'percent')::bigint), 0)::bigint
      from jsonb_array_elements(p_installments) i
    $$;

-- Whether the n-th instalment of a contract may be asked for: its condition holds, and the amount is
-- within its share.
create function station.installment_due(p_county int, p_contract uuid, p_n bigint, p_amount bigint)
    returns boolean
    language plpgsql stable
    as $$
begin
    return exists (
        select from station.contract c
         cross join lateral jsonb_array_elements(c.installments) with ordinality x (i, n)
         where c.county = p_county
           and c.id = p_contract
           and x.n = p_n
           and p_amount * 100 <= c.amount_fen * (i ->> 'percent')::bigint
           and case i ->> 'due'
                   when 'SIGN' then c.state in ('signed', 'running', 'mid_review', 'final_review')
                   when 'MID' then c.mid_score is not null
                        and c.state in ('mid_review', 'final_review')
                   else c.state = 'final_review'
                        and c.final_score >= core.param(p_county, 'contract.pass_score')::numeric
               end);
end $$;
grant execute on function station.percent_sum(jsonb),
    station.installment_due(int, uuid, bigint, bigint) to wulian_app;

-- ---- plans made anew -----------------------------------------------------------------------------

create table station.fund_replan (
    like core.record including defaults including generated including constraints,
    no text not null,
    fund uuid not null,
    title text not null,
    beneficiaries text[] not null,
    reason text not null,
    old_plan jsonb not null,
    activities jsonb not null,
    amount_fen bigint not null,
    submitted_by uuid,
    township_by uuid,
    county_by uuid,
    finance_by uuid,
    finance_no text,
    decided_on date,
    opinion text,
    state text not null,
    primary key (county, id),
    foreign key (county, fund) references station.fund_source (county, id),
    constraint fund_replan_no unique (county, no),
    constraint fund_replan_state check (state in (
        'draft', 'submitted', 'township_agreed', 'county_agreed', 'approved', 'refused'))
);
comment on table station.fund_replan is
    '经费使用调整方案: money of a fund planned anew for the same people, within what the fund has left';
create index fund_replan_created on station.fund_replan
    (county, created_at desc, id desc, township, state);
create index fund_replan_place on station.fund_replan
    (county, township, created_at desc, id desc, div, state);
create index fund_replan_fund on station.fund_replan (county, fund, created_at desc, id desc);
create index fund_replan_decided on station.fund_replan (county, decided_on)
    where decided_on is not null;
call core.record_table('station.fund_replan', null);

create table station.replan_activity (
    like core.record including defaults including generated including constraints,
    replan uuid not null,
    title text not null,
    month date not null,
    amount_fen bigint not null,
    due_at timestamptz,
    held_on date,
    heads bigint,
    summary text,
    photo uuid,
    in_month boolean generated always as (
        held_on >= month and held_on < (month + interval '1 month')) stored,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, replan) references station.fund_replan (county, id),
    constraint replan_activity_state check (state in ('planned', 'held', 'cancelled')),
    constraint replan_activity_month check (extract(day from month) = 1)
);
comment on table station.replan_activity is '调整后的每月活动: to be held within its month';
create index replan_activity_created on station.replan_activity
    (county, created_at desc, id desc, township, state);
create index replan_activity_place on station.replan_activity
    (county, township, created_at desc, id desc, div, state);
create index replan_activity_month on station.replan_activity (county, month, id);
create index replan_activity_replan on station.replan_activity
    (county, replan, created_at desc, id desc);
create index replan_activity_due on station.replan_activity (county, due_at)
    where state = 'planned';
call core.record_table('station.replan_activity', null);

-- ---- things of value -----------------------------------------------------------------------------

create table station.asset (
    like core.record including defaults including generated including constraints,
    kind text not null,
    name text not null,
    tag text not null,
    unit uuid not null,
    plate text,
    frame_no text,
    battery text,
    battery_until date,
    insurance_to date,
    bought_on date,
    price_fen bigint,
    fund uuid,
    odometer_km bigint not null default 0,
    keeper uuid,
    issued_on date,
    reason text,
    reminded_on date,
    due_at timestamptz generated always as (
        (least(insurance_to, battery_until) + 1)::timestamp at time zone 'Asia/Shanghai') stored,
    state text not null,
    primary key (county, id),
    foreign key (county, unit) references admin.org_unit (county, id),
    foreign key (county, fund) references station.fund_source (county, id),
    foreign key (county, keeper) references admin.account (county, id),
    constraint asset_state check (state in ('in_stock', 'issued', 'repair', 'lost', 'scrapped')),
    constraint asset_kept check ((state = 'issued') <= (keeper is not null))
);
comment on table station.asset is '资产: electric motorbikes first; one keeper each, and one motorbike each keeper';
create unique index asset_tag on station.asset (county, tag) where deleted_at is null;
create unique index asset_plate on station.asset (county, plate) where deleted_at is null;
create unique index asset_one_keeper on station.asset (county, keeper)
    where kind = 'MOTORBIKE' and state = 'issued' and deleted_at is null;
create index asset_created on station.asset (county, created_at desc, id desc, township, kind, state);
create index asset_place on station.asset
    (county, township, created_at desc, id desc, div, kind, state);
create index asset_keeper on station.asset (county, keeper, created_at desc, id desc);
create index asset_due on station.asset (county, due_at) where state not in ('lost', 'scrapped');
call core.record_table('station.asset', null);

create table station.asset_use (
    like core.record including defaults including generated including constraints,
    asset uuid not null,
    staff uuid not null,
    used_on date not null,
    km_from bigint not null,
    km_to bigint not null,
    km bigint generated always as (km_to - km_from) stored,
    purpose text not null,
    primary key (county, id),
    foreign key (county, asset) references station.asset (county, id),
    constraint asset_use_km check (km_to > km_from)
);
comment on table station.asset_use is '资产使用记录: mileage';
create index asset_use_created on station.asset_use (county, created_at desc, id desc, township);
create index asset_use_place on station.asset_use (county, township, created_at desc, id desc, div);
create index asset_use_asset on station.asset_use (county, asset, created_at desc, id desc);
call core.record_table('station.asset_use', null);

create table station.asset_service (
    like core.record including defaults including generated including constraints,
    asset uuid not null,
    kind text not null,
    done_on date not null,
    cost_fen bigint,
    shop text,
    valid_to date,
    note text,
    invoice uuid,
    primary key (county, id),
    foreign key (county, asset) references station.asset (county, id)
);
comment on table station.asset_service is '资产维保: repair, battery, insurance, inspection';
create index asset_service_created on station.asset_service
    (county, created_at desc, id desc, township);
create index asset_service_place on station.asset_service
    (county, township, created_at desc, id desc, div);
create index asset_service_asset on station.asset_service (county, asset, created_at desc, id desc);
call core.record_table('station.asset_service', null);

-- ---- what sums are made of -----------------------------------------------------------------------

grant create on schema station to wulian_view;
create or replace view station.v_network_unit as
    select county, id, div, township, kind, status, plaque_date, entity_op_date, is_demo, star, name
      from admin.org_unit
     where deleted_at is null;
revoke create on schema station from wulian_view;

-- ---- code tables and figures ---------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('FUND_KIND', 'CENTRAL', '中央财政', 'national budget', 1),
    ('FUND_KIND', 'PROVINCE', '省级财政', 'provincial budget', 2),
    ('FUND_KIND', 'CITY', '市级财政', 'city budget', 3),
    ('FUND_KIND', 'COUNTY', '县级财政', 'county budget', 4),
    ('FUND_KIND', 'STATION', '社工站建设运行专项经费', 'special fund for building and running stations', 5),
    ('FUND_KIND', 'WELFARE', '社区公益事业专项补助资金', 'special grant for community welfare', 6),
    ('FUND_KIND', 'LOTTERY', '福利彩票公益金', 'welfare lottery fund', 7),
    ('FUND_KIND', 'SUBSIDY', '专项补助', 'special subsidy', 8),
    ('FUND_KIND', 'CHARITY', '慈善捐赠', 'charitable donations', 9),
    ('FUND_GROUP', 'ALL', '全体居民', 'all residents', 1),
    ('FUND_GROUP', 'STATION', '社工站', 'the stations', 2),
    ('FUND_GROUP', 'BEREAVED', '失独家庭', 'families who lost their only child', 3),
    ('FUND_GROUP', 'ELDER', '老年人', 'the elderly', 4),
    ('FUND_GROUP', 'CHILD', '儿童', 'children', 5),
    ('FUND_GROUP', 'POOR', '困难群众', 'people in hardship', 6),
    ('FUND_GROUP', 'DISABLED', '残疾人', 'disabled people', 7),
    ('FUND_GROUP', 'VOLUNTEER', '志愿者与社会组织', 'volunteers and social organisations', 8),
    ('BUDGET_ITEM', 'STAFF', '人员经费', 'staff', 1),
    ('BUDGET_ITEM', 'ACTIVITY', '服务活动费', 'services and activities', 2),
    ('BUDGET_ITEM', 'EQUIPMENT', '设备购置费', 'equipment', 3),
    ('BUDGET_ITEM', 'TRAINING', '培训督导费', 'training and supervision', 4),
    ('BUDGET_ITEM', 'OFFICE', '办公费', 'office', 5),
    ('BUDGET_ITEM', 'VEHICLE', '车辆维护费', 'vehicles', 6),
    ('BUDGET_ITEM', 'OTHER', '其他', 'other', 7),
    ('PAY_DUE', 'SIGN', '合同签订后', 'after signing', 1),
    ('PAY_DUE', 'MID', '中期评估后', 'after the mid-term review', 2),
    ('PAY_DUE', 'FINAL', '末期评估合格后', 'after a final review that is passed', 3),
    ('ASSET_TYPE', 'MOTORBIKE', '电动摩托车', 'electric motorbike', 1),
    ('ASSET_TYPE', 'COMPUTER', '电脑', 'computer', 2),
    ('ASSET_TYPE', 'FURNITURE', '办公家具', 'furniture', 3),
    ('ASSET_TYPE', 'DEVICE', '服务器材', 'service equipment', 4),
    ('ASSET_TYPE', 'OTHER', '其他', 'other', 5),
    ('ASSET_SERVICE', 'REPAIR', '维修', 'repair', 1),
    ('ASSET_SERVICE', 'MAINTAIN', '保养', 'maintenance', 2),
    ('ASSET_SERVICE', 'BATTERY', '更换电池', 'new battery', 3),
    ('ASSET_SERVICE', 'INSURANCE', '续保', 'insurance renewed', 4),
    ('ASSET_SERVICE', 'INSPECT', '年检', 'inspection', 5);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('contract.max_months', '36', 'months', '[M+]', null),
    ('contract.pass_score', '60', 'points', '[A]', null),
    ('expense.station_limit_fen', '500000', 'fen', '[A]', null),
    ('asset.remind_days', '30', 'days', '[A]', null);
