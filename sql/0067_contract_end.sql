-- A contract is settled or ended by the end of its period, else it stands on the agenda as overdue.
alter table station.contract
    add column due_at timestamptz generated always as
        ((ends_on + 1)::timestamp at time zone 'Asia/Shanghai') stored;
alter table station.contract_history add column due_at timestamptz;
comment on column station.contract.due_at is 'end of the period: until then it is settled or ended';
create index contract_due on station.contract (county, due_at)
    where state in ('signed', 'running', 'mid_review', 'final_review');
create index site_share_ends on station.site_share (county, ends_on) where state = 'active';
