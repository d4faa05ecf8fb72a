-- The audit ledger: small rows, one partition a month, insert only.

create table core.audit (
    county int not null,
    at timestamptz not null default now(),
    id uuid not null default gen_random_uuid(),
    actor uuid,
    role text,
    address inet,
    action text not null,
    object text,
    object_id uuid,
    div bigint,
    fields text[],
    n int not null default 1,
    result text not null default 'ok',
    request uuid not null,
    xid xid8 not null default pg_current_xact_id(),
    primary key (county, at, id)
) partition by range (at);
comment on table core.audit is
    'who did what to which row, when; field names and ids only, never values. n: rows a list showed';

-- Partitions from last month to three months ahead; called by migrate and by the jobs process.
create function core.audit_partitions() returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    month date := date_trunc('month', core.today() - interval '1 month')::date;
    made int := 0;
    part text;
begin
    for i in 0..4 loop
        part := 'audit_' || to_char(month, 'YYYYMM');
        if to_regclass('core.' || part) is null then
            execute format(
                'create table core.%I partition of core.audit for values from (%L) to (%L)',
                part, month::timestamp at time zone 'Asia/Shanghai',
                (month + interval '1 month') at time zone 'Asia/Shanghai');
            execute format('alter table core.%I enable row level security', part);
            made := made + 1;
        end if;
        month := (month + interval '1 month')::date;
    end loop;
    return made;
end $$;
select core.audit_partitions();

alter table core.audit enable row level security;
create policy county on core.audit as restrictive
    using (county = (select nullif(current_setting('wl.county', true), '')::int))
    with check (county = (select nullif(current_setting('wl.county', true), '')::int));
create policy append on core.audit for insert
    with check (actor = (select core.actor()));
create policy audit_administrator on core.audit for select
    using ((select current_setting('wl.audit', true)) = 'on');
grant select, insert on core.audit to wulian_app;

-- A refused or failed attempt by somebody without a scope (gate), or with one but not permitted.
create function core.audit_denial(
    p_county int, p_actor uuid, p_role text, p_address inet, p_action text, p_object text,
    p_object_id uuid, p_result text, p_request uuid
) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    insert into core.audit (county, actor, role, address, action, object, object_id, result, request)
    select t.county, p_actor, p_role, p_address, p_action, p_object, p_object_id, p_result, p_request
      from core.tenant t
     where t.county = p_county
$$;

revoke execute on function core.audit_partitions(),
    core.audit_denial(int, uuid, text, inet, text, text, uuid, text, uuid) from public;
grant execute on function core.audit_partitions(),
    core.audit_denial(int, uuid, text, inet, text, text, uuid, text, uuid) to wulian_gate;
