-- Files (附件): what was uploaded, by whom, and which field of which row holds it. The bytes are in the
-- store beside the database; a row names them by their address there.

create table core.file (
    county int not null,
    id uuid not null,
    div bigint not null,
    org uuid not null,
    by uuid not null default core.actor(),
    at timestamptz not null default now(),
    expires_at timestamptz default now() + interval '1 day',
    name text not null check (length(name) between 1 and 200),
    type text not null,
    kind text not null check (kind in ('image', 'pdf', 'office', 'text')),
    size bigint not null check (size > 0),
    received bigint not null default 0,
    address bytea not null check (length(address) = 32),
    sha256_enc bytea not null,
    state text not null default 'open' check (state in ('open', 'ready', 'refused')),
    reason text,
    record text,
    record_id uuid,
    field text,
    thumb_state text check (thumb_state in ('due', 'made', 'none')),
    thumb bytea check (length(thumb) = 32),
    primary key (county, id),
    foreign key (county) references core.tenant (county),
    constraint file_div_in_county check (div / 1000000 = county),
    constraint file_received check (received between 0 and size),
    constraint file_held check (num_nulls(record, record_id, field) in (0, 3)),
    constraint file_thumb check ((thumb_state = 'made') = (thumb is not null))
);
comment on table core.file is '附件: an uploaded file; record, record_id and field say who holds it';
comment on column core.file.name is 'as the uploader called it: may hold a person''s name (class 2)';
comment on column core.file.kind is 'image, pdf, office or text: what a field that holds it must take';
comment on column core.file.address is 'of the blob: keyed hash of the content, and of what the uploader promised before';
comment on column core.file.sha256_enc is 'SHA-256 of the content, sealed: a plain one would tell equal files';
comment on column core.file.expires_at is 'when it is forgotten if nothing holds it; null: held';
comment on column core.file.reason is 'problem code of a refused upload';
create index file_address on core.file (county, address);
create index file_thumb on core.file (county, thumb) where thumb is not null;
create index file_open on core.file (county, by) where state = 'open';
create index file_holder on core.file (county, record_id) where record_id is not null;
create index file_expires on core.file (county, expires_at) where expires_at is not null;
create index file_thumb_due on core.file (county, at) where thumb_state = 'due';

-- Whoever uploaded a file has it until a row holds it; from then on it is read together with that row,
-- whose own two walls decide, and can no longer be changed.
call core.protect('core.file', false);
create policy own on core.file as restrictive
    using (record is not null or by = (select core.actor()))
    with check (by = (select core.actor()));
create policy unheld on core.file as restrictive for update
    using (record is null) with check (true);
grant select, insert on core.file to wulian_app;
grant update (received, state, reason, expires_at, record, record_id, field, thumb_state)
    on core.file to wulian_app;

insert into core.policy_default (key, value, unit, mark, basis) values
    ('file.image_bytes', '10485760', 'bytes', '[A]', null),
    ('file.document_bytes', '20971520', 'bytes', '[A]', null),
    ('file.sheet_bytes', '209715200', 'bytes', '[A]', null),
    ('file.open_uploads', '20', 'count', '[A]', null);

-- ---- upkeep, by the jobs process -----------------------------------------------------------------

-- Uploads that were never finished, refused ones, and files that no row took, a day after.
create function core.file_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
begin
    delete from core.file f
     using (select o.id
              from core.file o
             where o.county = p_county and o.record is null and o.expires_at < now()
             order by o.expires_at
             limit p_most for update skip locked) o
     where f.county = p_county and f.id = o.id;
    get diagnostics n = row_count;
    return n;
end $$;

-- Of these addresses, those that a row names.
create function core.file_named(p_county int, p_addresses bytea[])
    returns table (address text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select encode(a, 'hex')
      from unnest(p_addresses) a
     where exists (select from core.file f where f.county = p_county and f.address = a)
        or exists (select from core.file f where f.county = p_county and f.thumb = a)
$$;

-- Pictures whose thumbnail is still to be made.
create function core.file_thumbs_due(p_county int, p_most int)
    returns table (id uuid, address text, type text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select f.id, encode(f.address, 'hex'), f.type
      from core.file f
     where f.county = p_county and f.thumb_state = 'due'
     order by f.at
     limit p_most
$$;

-- A thumbnail was made; null: the picture gives none.
create function core.file_thumb_set(p_county int, p_id uuid, p_thumb bytea) returns int
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.file f
       set thumb = p_thumb,
           thumb_state = case when p_thumb is null then 'none' else 'made' end
     where f.county = p_county and f.id = p_id and f.thumb_state = 'due'
    returning 1
$$;

-- The wrapped keys of a county, for work on its blobs.
create function core.file_keys(p_county int) returns table (purpose text, id int, wrapped bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select k.purpose, k.id, k.wrapped from core.county_key k where k.county = p_county
$$;

revoke execute on function core.file_forget(int, int), core.file_named(int, bytea[]),
    core.file_thumbs_due(int, int), core.file_thumb_set(int, uuid, bytea), core.file_keys(int)
    from public;
grant execute on function core.file_forget(int, int), core.file_named(int, bytea[]),
    core.file_thumbs_due(int, int), core.file_thumb_set(int, uuid, bytea), core.file_keys(int)
    to wulian_gate;
