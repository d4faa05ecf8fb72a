-- Sealing the ledger: the jobs process takes what is settled, in one order that never changes, hashes
-- it into a tree and signs the tree's root. A row's sequence number is its place in that order, so
-- that nothing is written beside the row itself.

-- xids begin anew when a dump is restored into another cluster; the epoch tells the two apart.
create table core.audit_epoch (
    epoch int primary key,
    cluster bigint not null,
    began timestamptz not null default now()
);
comment on table core.audit_epoch is 'the database clusters that this ledger has lived in';
comment on column core.audit_epoch.cluster is 'pg_control_system().system_identifier';
insert into core.audit_epoch (epoch, cluster)
select 1, c.system_identifier from pg_control_system() c;

alter table core.audit add column epoch int not null default 1;
comment on column core.audit.epoch is 'core.audit_epoch; the default is the present one';
create index audit_order on core.audit (county, epoch, xid);

-- What orders and dates a row is not the application's to say.
revoke insert on core.audit from wulian_app;
grant insert (county, actor, role, address, action, object, object_id, div, fields, n, result,
              request, reason, note) on core.audit to wulian_app;

create table core.audit_seal (
    county int not null,
    seal bigint not null check (seal > 0),
    n bigint not null,
    root bytea not null,
    previous bytea not null,
    epoch int not null,
    xid xid8 not null,
    first_at bigint not null,
    last_at bigint not null,
    sealed_at bigint not null,
    suite int not null,
    key bytea not null,
    signature bytea not null,
    primary key (county, seal)
);
comment on table core.audit_seal is
    'signed heads of the ledger''s tree, insert only; what each column holds and what is signed: core/audit/ledger.h';
comment on column core.audit_seal.seal is 'dense from 1; the key decides between two sealers';
comment on column core.audit_seal.xid is 'the last row it covers is the last of this xid';
comment on column core.audit_seal.first_at is 'microseconds since 1970, as the other times';
call core.protect('core.audit_seal', false);

-- The tree's right edge, so that a seal costs as much as its new rows. Not trusted: it must give the
-- root that was signed.
create table core.audit_edge (
    county int primary key,
    seal bigint not null,
    peaks bytea not null
);
call core.protect('core.audit_edge', false);

-- ---- for the jobs process (gate) -----------------------------------------------------------------

-- Whether this is the cluster of the present epoch. If not, nothing may be sealed.
create function core.audit_here() returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select e.cluster = c.system_identifier
      from core.audit_epoch e, pg_control_system() c
     order by e.epoch desc
     limit 1
$$;

-- Counties (null: all) with rows that no seal covers, and the age of the first in microseconds. In
-- plpgsql, as what reads the ledger below, for the sake of a plan that is kept.
create function core.audit_late(p_county int) returns table (county int, late bigint)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return query
    select t.county, greatest(0, extract(epoch from clock_timestamp() - a.at) * 1000000)::bigint
      from core.tenant t
      left join lateral (select s.epoch, s.xid
                           from core.audit_seal s
                          where s.county = t.county
                          order by s.seal desc
                          limit 1) s on true
      cross join lateral (select a.at
                            from core.audit a
                           where a.county = t.county
                             and (a.epoch, a.xid) > (coalesce(s.epoch, 0), coalesce(s.xid, '0'))
                           order by a.epoch, a.xid
                           limit 1) a
     where p_county is null or t.county = p_county;
end $$;

-- The last seal, and the edge it left.
create function core.audit_head(p_county int)
    returns table (
        seal bigint, county int, n bigint, root text, previous text, epoch int, xid xid8,
        first_at bigint, last_at bigint, sealed_at bigint, suite int, key text, signature text,
        peaks text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.seal, s.county, s.n, encode(s.root, 'hex'), encode(s.previous, 'hex'), s.epoch, s.xid,
           s.first_at, s.last_at, s.sealed_at, s.suite, encode(s.key, 'hex'),
           encode(s.signature, 'hex'), encode(e.peaks, 'hex')
      from core.audit_seal s
      left join core.audit_edge e on e.county = s.county and e.seal = s.seal
     where s.county = p_county
     order by s.seal desc
     limit 1
$$;

create function core.audit_seals(p_county int, p_after bigint, p_most int)
    returns table (
        seal bigint, county int, n bigint, root text, previous text, epoch int, xid xid8,
        first_at bigint, last_at bigint, sealed_at bigint, suite int, key text, signature text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.seal, s.county, s.n, encode(s.root, 'hex'), encode(s.previous, 'hex'), s.epoch, s.xid,
           s.first_at, s.last_at, s.sealed_at, s.suite, encode(s.key, 'hex'),
           encode(s.signature, 'hex')
      from core.audit_seal s
     where s.county = p_county and s.seal > p_after
     order by s.seal
     limit p_most
$$;

-- Settled rows after a place in the order: those of transactions that are over, and none can come
-- before them any more. A transaction's rows come together.
create function core.audit_rows(p_county int, p_epoch int, p_xid xid8, p_most int)
    returns table (
        county int, epoch int, xid xid8, at bigint, id uuid, request uuid, actor uuid, role text,
        address text, action text, object text, object_id uuid, div bigint, fields text, n int,
        result text, reason text, note text)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return query
    select a.county, a.epoch, a.xid, (extract(epoch from a.at) * 1000000)::bigint, a.id, a.request,
           a.actor, a.role, host(a.address), a.action, a.object, a.object_id, a.div,
           array_to_json(a.fields)::text, a.n, a.result, a.reason, a.note
      from (select o.*
              from core.audit o
             where o.county = p_county
               and (o.epoch, o.xid) > (p_epoch, p_xid)
               and (o.epoch < (select max(e.epoch) from core.audit_epoch e)
                    or o.xid < pg_snapshot_xmin(pg_current_snapshot()))
             order by o.epoch, o.xid
             fetch first p_most rows with ties) a
     order by a.epoch, a.xid, a.id;
end $$;

create function core.audit_seal_add(
    p_seal bigint, p_county int, p_n bigint, p_root text, p_previous text, p_epoch int, p_xid xid8,
    p_first_at bigint, p_last_at bigint, p_sealed_at bigint, p_suite int, p_key text,
    p_signature text, p_peaks text
) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    insert into core.audit_seal (county, seal, n, root, previous, epoch, xid, first_at, last_at,
                                 sealed_at, suite, key, signature)
    values (p_county, p_seal, p_n, decode(p_root, 'hex'), decode(p_previous, 'hex'), p_epoch, p_xid,
            p_first_at, p_last_at, p_sealed_at, p_suite, decode(p_key, 'hex'),
            decode(p_signature, 'hex'));
    insert into core.audit_edge as e (county, seal, peaks)
    values (p_county, p_seal, decode(p_peaks, 'hex'))
        on conflict on constraint audit_edge_pkey do update
       set seal = excluded.seal, peaks = excluded.peaks
$$;

-- ---- failing closed ------------------------------------------------------------------------------

-- Age of the oldest row that no seal covers, in whole seconds; of one county, or (null) of all.
create function core.audit_late_seconds(p_county int) returns int
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select coalesce(max(l.late) / 1000000, 0)::int
      from core.audit_late(p_county) l
$$;

-- ---- for the owner -------------------------------------------------------------------------------

-- Begins an epoch: after a restore, before the server runs on it.
create function core.audit_epoch_begin() returns int
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    fresh int;
begin
    lock table core.audit in access exclusive mode;
    insert into core.audit_epoch (epoch, cluster)
    select (select max(e.epoch) + 1 from core.audit_epoch e), c.system_identifier
      from pg_control_system() c
    returning audit_epoch.epoch into fresh;
    execute format('alter table core.audit alter column epoch set default %s', fresh);
    insert into core.audit (county, actor, action, object, request, n)
    select t.county, '00000000-0000-0000-0000-000000000000', 'audit_epoch', 'core.audit',
           gen_random_uuid(), fresh
      from core.tenant t;
    return fresh;
end $$;

revoke execute on function
    core.audit_here(), core.audit_late(int), core.audit_head(int), core.audit_seals(int, bigint, int),
    core.audit_rows(int, int, xid8, int),
    core.audit_seal_add(bigint, int, bigint, text, text, int, xid8, bigint, bigint, bigint, int,
                        text, text, text),
    core.audit_late_seconds(int), core.audit_epoch_begin() from public;
grant execute on function
    core.audit_here(), core.audit_late(int), core.audit_head(int), core.audit_seals(int, bigint, int),
    core.audit_rows(int, int, xid8, int),
    core.audit_seal_add(bigint, int, bigint, text, text, int, xid8, bigint, bigint, bigint, int,
                        text, text, text) to wulian_gate;
grant execute on function core.audit_late_seconds(int) to wulian_app;
