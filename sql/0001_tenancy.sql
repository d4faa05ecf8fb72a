-- The ground: who the tenants are, what a record table looks like, and the two policies that stand
-- before every one of them.

create schema if not exists core;
grant usage on schema core to wulian_app, wulian_gate, wulian_view, wulian_check;

-- ---- the scope of the running transaction, set by core.enter and by nothing else -----------------

create function core.actor() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('wl.actor', true), '')::uuid $$;
comment on function core.actor() is 'account that runs this transaction; null outside a scope';

create function core.today() returns date
    language sql stable parallel safe
    as $$ select (now() at time zone 'Asia/Shanghai')::date $$;

-- ---- reference tables ----------------------------------------------------------------------------

create table core.division (
    code bigint not null,
    name text not null check (name <> ''),
    level int not null check (level between 1 and 5),
    parent bigint,
    ur_class text,
    valid_from date not null,
    valid_to date,
    successor bigint,
    primary key (code, valid_from),
    check (valid_to is null or valid_to > valid_from)
);
comment on table core.division is
    '行政区划: 12-digit codes padded right with 0, dated; level 1 province … 5 village';
create index division_parent on core.division (parent, code);

create table core.code (
    tab text not null,
    code text not null,
    zh text not null,
    en text not null,
    sort int not null,
    valid_from date not null default '1949-10-01',
    valid_to date,
    primary key (tab, code)
);
comment on table core.code is 'code tables (domain book 5)';

create table core.role (
    code text primary key,
    zh text not null,
    en text not null,
    kind text not null check (kind in ('business', 'sys', 'sec', 'audit', 'service'))
);
comment on table core.role is 'roles; kind keeps the three administrators (三员) apart';

create table core.role_permission (
    role text not null references core.role (code),
    permission text not null check (permission ~ '^[a-z_]+\.[a-z_]+$'),
    owner text not null,
    primary key (role, permission, owner)
);
comment on table core.role_permission is
    'who may what; written by wulian migrate from the tables in code and the plugins'' access rows';

create table core.plugin (
    name text primary key,
    version text not null,
    schema int not null,
    statements bytea not null,
    checked_at timestamptz not null default now()
);
comment on table core.plugin is 'what wulian migrate checked: schema number and statements'' hash';

create table core.policy_default (
    key text primary key,
    value text not null,
    unit text not null,
    mark text not null,
    basis text
);
comment on table core.policy_default is
    'national defaults of policy parameters; mark says how sure the figure is ([A] is our assumption)';

grant select on core.division, core.code, core.role, core.role_permission, core.plugin,
    core.policy_default to wulian_app, wulian_gate, wulian_view;

-- ---- ledgers of the tenant -----------------------------------------------------------------------

create table core.tenant (
    county int primary key check (county between 100000 and 999999),
    name text not null,
    version bigint not null default 1,
    opened_at timestamptz not null default now()
);
comment on column core.tenant.version is
    'rises with every activation change: hints older than it are refused (WL409)';

create table core.plugin_activation (
    county int not null references core.tenant (county),
    township int not null,
    plugin text not null,
    enabled boolean not null,
    settings jsonb not null default '{}',
    since timestamptz not null default now(),
    by uuid not null,
    primary key (county, township, plugin),
    check (township / 1000 = county)
);
comment on table core.plugin_activation is 'which plugin is on in which township (9-digit code)';

create table core.county_key (
    county int not null references core.tenant (county),
    purpose text not null check (purpose in ('data', 'index', 'pseudonym')),
    id int not null check (id > 0),
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    primary key (county, purpose, id)
);
comment on table core.county_key is 'keys of a county, wrapped by the master key outside the database';

create table core.counter (
    county int not null,
    kind text not null,
    day date not null,
    n int not null,
    primary key (county, kind, day)
);
comment on table core.counter is 'last serial of a kind and day, for numbers like 431129-R20261122-0001';

create table core.policy_param (
    county int not null references core.tenant (county),
    key text not null references core.policy_default (key),
    effective_from date not null,
    effective_to date,
    value text not null,
    basis text,
    confirmed_by uuid,
    primary key (county, key, effective_from)
);
comment on table core.policy_param is 'a county''s own value of a policy parameter over a time';

-- plpgsql, like due_at and station_of: its plans stay with the session, where a function in SQL that
-- cannot be inlined is planned anew in every statement (0.1 ms each, more than a short read takes).
create function core.param(p_county int, p_key text, p_on date default core.today()) returns text
    language plpgsql stable parallel safe
    as $$
begin
    return coalesce(
        (select p.value
           from core.policy_param p
          where p.county = p_county
            and p.key = p_key
            and p.effective_from <= p_on
            and (p.effective_to is null or p.effective_to > p_on)
          order by p.effective_from desc
          limit 1),
        (select d.value from core.policy_default d where d.key = p_key));
end $$;
comment on function core.param(int, text, date) is 'the effective value of a policy parameter on a date';

create table core.idem (
    county int not null,
    actor uuid not null default core.actor(),
    key text not null check (length(key) between 1 and 64),
    body bytea not null check (length(body) = 32),
    record text not null,
    id uuid not null,
    change uuid not null,
    at timestamptz not null default now(),
    primary key (county, actor, key)
);
comment on table core.idem is
    'one row per write: a repeat finds what the first try made; no reply is kept. body: SHA-256 of method, path and body';

-- ---- a record table ------------------------------------------------------------------------------

-- Template: `create table x.y (like core.record including defaults including generated including
-- constraints, …, primary key (county, id))`, then select core.record_table('x.y', plugin).
create table core.record (
    county int not null,
    id uuid not null,
    div bigint not null,
    township int not null generated always as ((div / 1000)::int) stored,
    org uuid not null,
    version int not null default 1,
    change uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid not null default core.actor(),
    updated_at timestamptz not null default now(),
    updated_by uuid not null default core.actor(),
    deleted_at timestamptz,
    constraint div_in_county check (div / 1000000 = county)
);
comment on table core.record is 'template of every record table; holds no rows';
comment on column core.record.div is '12-digit division that owns the row: decides who sees it';
comment on column core.record.township is 'first 9 digits of div, for indexes';
comment on column core.record.change is 'id of the call that wrote this version';

-- The two walls before a tenant table. Settings are read through (select …) once per scan; an empty
-- setting is null and shows nothing.
create procedure core.protect(p_table regclass, p_scoped boolean)
    language plpgsql
    as $$
declare
    in_county constant text := $q$county = (select nullif(current_setting('wl.county', true), '')::int)$q$;
    in_scope constant text := $q$div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
        and div < (select nullif(current_setting('wl.hi', true), '')::bigint)$q$;
begin
    execute format('alter table %s enable row level security', p_table);
    execute format('create policy county on %s as restrictive using (%s) with check (%s)',
                   p_table, in_county, in_county);
    execute format('create policy scope on %s using (%s) with check (%s)', p_table,
                   case when p_scoped then in_scope else 'true' end,
                   case when p_scoped then in_scope else 'true' end);
end $$;
comment on procedure core.protect(regclass, boolean) is
    'row security of a tenant table: restrictive county policy, permissive scope policy (scoped) or none beyond the county';

-- Makes <table> a record table of a plugin (null: core): history, row security, rights. New rows of a
-- plugin are refused where it is off.
create procedure core.record_table(p_table regclass, p_plugin text)
    language plpgsql
    as $$
declare
    history text := p_table::text || '_history';
    fixed constant text[] := array['county', 'id', 'div', 'township', 'created_at', 'created_by'];
    columns text;
begin
    execute format('create table %s (like %s)', history, p_table);
    execute format('alter table %s add primary key (county, id, version)', history);
    execute format('comment on table %s is %L', history, 'every version of ' || p_table::text);
    call core.protect(p_table, true);
    call core.protect(history::regclass, true);
    if p_plugin is not null then
        execute format($q$create policy active on %s as restrictive for insert with check (exists (
            select from core.plugin_activation a
             where a.county = %s.county and a.township = (%s.div / 1000)::int
               and a.plugin = %L and a.enabled))$q$, p_table, p_table, p_table, p_plugin);
    end if;
    select string_agg(quote_ident(attname), ', ') into columns
      from pg_attribute
     where attrelid = p_table and attnum > 0 and not attisdropped and attname <> all (fixed);
    execute format('grant select, insert on %s to wulian_app', p_table);
    execute format('grant update (%s) on %s to wulian_app', columns, p_table);
    execute format('grant select, insert on %s to wulian_app', history);
end $$;

-- ---- rights on the ledgers -----------------------------------------------------------------------

call core.protect('core.plugin_activation', false);
call core.protect('core.county_key', false);
call core.protect('core.counter', false);
call core.protect('core.policy_param', false);
call core.protect('core.idem', false);
create policy own on core.idem as restrictive
    using (actor = (select core.actor())) with check (actor = (select core.actor()));
alter table core.tenant enable row level security;
create policy county on core.tenant as restrictive
    using (county = (select nullif(current_setting('wl.county', true), '')::int));
create policy scope on core.tenant using (true);

grant select on core.tenant, core.plugin_activation, core.county_key, core.policy_param to wulian_app;
grant select, insert on core.counter to wulian_app;
grant update (n) on core.counter to wulian_app;
grant select, insert on core.idem to wulian_app;
grant execute on all functions in schema core to wulian_app, wulian_gate, wulian_view;
