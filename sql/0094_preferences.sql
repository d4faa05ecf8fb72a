-- Preferences (个人偏好): how somebody wants the console before them: saved views, columns, tabs. They
-- are the account's, on whichever post it works.

create table core.preference (
    county int not null references core.tenant (county),
    account uuid not null,
    key text not null constraint preference_key check (key ~ '^[a-z0-9_.:-]{1,80}$'),
    value jsonb not null constraint preference_value check (octet_length(value::text) <= 32768),
    at timestamptz not null default now(),
    primary key (county, account, key)
);
comment on table core.preference is 'what a client keeps for an account; the server does not read it';
call core.protect('core.preference', false);
create policy own on core.preference as restrictive
    using (account = (select core.actor())) with check (account = (select core.actor()));
grant select, delete on core.preference to wulian_app;
grant insert (county, account, key, value), update (value, at) on core.preference to wulian_app;
