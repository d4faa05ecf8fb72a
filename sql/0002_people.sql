-- Org units, accounts and posts (岗位), and the sessions behind tokens.

create schema admin;
grant usage on schema admin to wulian_app, wulian_gate, wulian_view;

create table admin.org_unit (
    like core.record including defaults including generated including constraints,
    name text not null,
    kind text not null,
    parent uuid,
    uscc text,
    plaque_date date,
    entity_op_date date,
    is_demo boolean,
    service_phone text,
    status text not null default 'PLANNED',
    primary key (county, id),
    foreign key (county) references core.tenant (county),
    foreign key (county, parent) references admin.org_unit (county, id)
);
comment on table admin.org_unit is '机构: county bureau, general station, stations, rooms, venues, agencies';
create index org_unit_place on admin.org_unit (county, township, kind, id);
create index org_unit_kind on admin.org_unit (county, kind, created_at desc, id desc);
create index org_unit_created on admin.org_unit (county, created_at desc, id desc);

-- created_by and approved_by may both be the nil UUID: made at the machine itself by `wulian user`,
-- when nobody who could approve exists yet.
create table admin.account (
    like core.record including defaults including generated including constraints,
    login text not null collate "C",
    name text not null,
    state text not null default 'proposed',
    approved_by uuid,
    enabled_at timestamptz,
    primary key (county, id),
    foreign key (county) references core.tenant (county),
    foreign key (county, org) references admin.org_unit (county, id),
    constraint account_login unique (county, login),
    constraint account_login_form check (login ~ '^[a-z0-9][a-z0-9._-]{1,31}$'),
    constraint account_state check (state in ('proposed', 'active', 'disabled')),
    constraint account_approver check (
        approved_by is null or approved_by <> created_by
        or created_by = '00000000-0000-0000-0000-000000000000'),
    constraint account_approved check (state <> 'active' or approved_by is not null)
);
comment on table admin.account is
    'people who sign in; inert until a security administrator other than its maker approves';
comment on column admin.account.enabled_at is
    'last enabled again: what was opened before it was disabled stays dead';
create index account_by_state on admin.account (county, state, created_at desc, id desc);
create index account_created on admin.account (county, created_at desc, id desc);

alter table core.role add constraint role_kind unique (code, kind);

create table admin.post (
    like core.record including defaults including generated including constraints,
    account uuid not null,
    role text not null references core.role (code),
    kind text not null,
    scope_div bigint not null,
    valid_from date not null default core.today(),
    valid_to date,
    state text not null default 'proposed',
    approved_by uuid,
    primary key (county, id),
    foreign key (county) references core.tenant (county),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, org) references admin.org_unit (county, id),
    -- the kind follows the role, so that post_one_kind cannot be talked round
    constraint post_kind foreign key (role, kind) references core.role (code, kind),
    constraint post_scope check (scope_div / 1000000 = county),
    constraint post_state check (state in ('proposed', 'active', 'ended')),
    constraint post_approver check (
        approved_by is null or approved_by <> created_by
        or created_by = '00000000-0000-0000-0000-000000000000'),
    constraint post_approved check (state <> 'active' or approved_by is not null),
    constraint post_dates check (valid_to is null or valid_to > valid_from),
    -- 三员分立: one person is one kind of administrator, or does business, never two of these at a time
    constraint post_one_kind exclude using gist (
        county with =, account with =, kind with <>,
        daterange(valid_from, valid_to) with &&) where (state <> 'ended')
);
comment on table admin.post is '岗位: a role over a division and a time; one is active per session';
create index post_by_state on admin.post (county, state, created_at desc, id desc);
create index post_account on admin.post (county, account, valid_from);
create index post_created on admin.post (county, created_at desc, id desc);

-- Post kind follows its role; nobody chooses it.
create function core.role_kind(p_role text) returns text
    language sql stable
    as $$ select kind from core.role where code = p_role $$;

call core.record_table('admin.org_unit', null);
call core.record_table('admin.account', null);
call core.record_table('admin.post', null);

-- Secrets of an account: no role but the owner of the functions below reads them.
create table core.credential (
    county int not null,
    account uuid not null,
    password text,
    password_at timestamptz,
    activation bytea,
    activation_until timestamptz,
    totp_secret bytea,
    primary key (county, account),
    foreign key (county, account) references admin.account (county, id)
);
comment on table core.credential is 'password (PHC) and one-time activation code (SHA-256)';
comment on column core.credential.totp_secret is 'reserved for the second factor, encrypted';

create table core.session (
    county int not null,
    id uuid not null default gen_random_uuid(),
    hash bytea not null check (length(hash) = 32),
    kind text not null check (kind in ('session', 'token', 'service')),
    account uuid not null,
    post uuid not null,
    narrow text[],
    name text,
    opened_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (county, hash),
    unique (county, id),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, post) references admin.post (county, id)
);
comment on table core.session is 'what a token is worth: one post of one account; hash is SHA-256 of the secret';
comment on column core.session.narrow is 'API tokens: the permissions they are limited to';
create index session_account on core.session (county, account);

alter table core.credential enable row level security;
alter table core.session enable row level security;

-- The half-open range of divisions a division code stands for: ends in 000000 county, 000 township.
create function core.scope_hi(p_div bigint) returns bigint
    language sql immutable parallel safe
    as $$ select p_div + case when p_div % 1000000 = 0 then 1000000
                              when p_div % 1000 = 0 then 1000
                              else 1 end $$;

-- The station that answers for a division: the station of its township, else the county's bureau.
create function core.station_of(p_county int, p_div bigint) returns uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return (
        select o.id
          from admin.org_unit o
         where o.county = p_county
           and o.deleted_at is null
           and (o.kind = 'STATION' and o.township = p_div / 1000 or o.kind = 'COUNTY')
         order by (o.kind = 'STATION') desc, o.created_at, o.id
         limit 1);
end $$;
revoke execute on function core.station_of(int, bigint) from public;
grant execute on function core.role_kind(text), core.scope_hi(bigint), core.station_of(int, bigint)
    to wulian_app, wulian_gate;
