-- Notices that leave the house: a county's webhooks and its short messages. What is to be sent stands
-- in the outbox in the transaction of the notice, and is sent by the jobs process.

create table core.notice_channel (
    county int not null references core.tenant (county),
    id uuid not null,
    kind text not null check (kind in ('webhook', 'sms')),
    name text not null,
    url text not null,
    method text not null check (method in ('POST', 'PUT')),
    header text,
    template text,
    lang text not null check (lang in ('zh', 'en')),
    secret_enc bytea,
    enabled boolean not null,
    version int not null default 1,
    created_at timestamptz not null default now(),
    created_by uuid not null default core.actor(),
    updated_at timestamptz not null default now(),
    updated_by uuid not null default core.actor(),
    primary key (county, id),
    constraint notice_channel_name unique (county, name),
    constraint notice_channel_sms check ((kind = 'sms') = (template is not null))
);
comment on table core.notice_channel is 'where notices of a county are sent to besides the inbox';
comment on column core.notice_channel.secret_enc is
    'webhook: key of the signature; sms: value of `header`; sealed with the county''s data key';
comment on column core.notice_channel.template is 'sms: JSON body with {phone} and {text}';

-- A number for short messages, by which its owner agrees to be sent them.
create table core.notice_phone (
    county int not null references core.tenant (county),
    id uuid not null,
    phone_enc bytea not null,
    mask text not null,
    at timestamptz not null default now(),
    primary key (county, id)
);
comment on table core.notice_phone is 'numbers for short messages, each given by its account (id)';

create table core.notice_outbox (
    county int not null,
    id uuid not null,
    channel uuid not null,
    notice uuid not null,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    attempts int not null default 0,
    next_at timestamptz not null default now(),
    status int,
    reason text,
    created_at timestamptz not null default now(),
    done_at timestamptz,
    primary key (county, id),
    foreign key (county, channel) references core.notice_channel (county, id) on delete cascade,
    foreign key (county, notice) references core.notice (county, id) on delete cascade
);
comment on table core.notice_outbox is 'one row for each notice and channel; id is what receivers know it by';
comment on column core.notice_outbox.next_at is
    'when it is tried; while a try runs, when another may take it over';
comment on column core.notice_outbox.reason is 'what became of the last try: a code, never what the receiver said';
create index notice_outbox_due on core.notice_outbox (county, next_at) where state = 'queued';
create index notice_outbox_channel on core.notice_outbox (county, channel, created_at desc, id desc);
create index notice_outbox_notice on core.notice_outbox (county, notice);

call core.protect('core.notice_channel', false);
call core.protect('core.notice_phone', false);
call core.protect('core.notice_outbox', false);
create policy whole_county on core.notice_channel as restrictive using (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000) with check (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000);
create policy whole_county on core.notice_outbox as restrictive using (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000) with check (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000);
create policy own on core.notice_phone as restrictive
    using (id = (select core.actor())) with check (id = (select core.actor()));
grant select, insert, delete on core.notice_channel to wulian_app;
grant update (name, url, method, header, template, lang, secret_enc, enabled, version, updated_at,
              updated_by) on core.notice_channel to wulian_app;
grant select, insert, delete on core.notice_phone to wulian_app;
grant update (phone_enc, mask, at) on core.notice_phone to wulian_app;
grant select on core.notice_outbox to wulian_app;

insert into core.policy_default (key, value, unit, mark, basis) values
    ('notice.attempts', '8', 'count', '[A]', null);

-- As before, and what is told goes to the county's channels as well; by short message only to those
-- who gave a number for it.
create or replace function core.notice_send(
    p_cause text, p_record text, p_id uuid, p_div bigint, p_module text, p_text text, p_args jsonb,
    p_staff uuid[], p_roles text[], p_readers uuid[]
) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := core.my_county();
    posts uuid[];
    accounts uuid[];
    n int;
begin
    if my_county is null
        or p_div < nullif(current_setting('wl.lo', true), '')::bigint
        or p_div >= nullif(current_setting('wl.hi', true), '')::bigint then
        return 0;
    end if;
    select array_agg(p.id order by p.id), array_agg(p.account order by p.id) into posts, accounts
      from admin.post p
      join admin.account a on a.county = p.county and a.id = p.account
     where p.county = my_county
       and p.scope_div = any (array[p_div / 1000000 * 1000000, p_div / 1000 * 1000, p_div])
       and p.state = 'active' and p.deleted_at is null
       and p.valid_from <= core.today()
       and (p.valid_to is null or p.valid_to > core.today())
       and a.state = 'active' and a.deleted_at is null
       and (p.account = any (p_staff) or p.role = any (p_roles))
       and (p_readers is null or p.account = any (p_readers))
       and p.account is distinct from core.actor();
    insert into core.notice (county, id, post, account, module, text, args, record, record_id, div)
    select my_county, core.notice_id(p_cause, x.post), x.post, x.account, p_module, p_text, p_args,
           p_record, p_id, p_div
      from unnest(posts, accounts) as x(post, account)
        on conflict on constraint notice_pkey do nothing;
    get diagnostics n = row_count;
    if n > 0 then
        insert into core.notice_outbox (county, id, channel, notice)
        select my_county, core.notice_id('outbox ' || core.notice_id(p_cause, x.post), c.id), c.id,
               core.notice_id(p_cause, x.post)
          from unnest(posts, accounts) as x(post, account)
          join core.notice_channel c on c.county = my_county and c.enabled
           and (c.kind = 'webhook' or exists (
                    select from core.notice_phone h
                     where h.county = my_county and h.id = x.account))
            on conflict on constraint notice_outbox_pkey do nothing;
    end if;
    return n;
end $$;

-- ---- for the jobs process (gate) -----------------------------------------------------------------

-- Counties with something to send.
create function core.outbox_due() returns table (county int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select t.county
      from core.tenant t
     where exists (select from core.notice_outbox o
                     join core.notice_channel c on c.county = o.county and c.id = o.channel and c.enabled
                    where o.county = t.county and o.state = 'queued' and o.next_at <= now())
$$;

-- Takes one for so long; who dies with it leaves it to the next when that time is over.
create function core.outbox_claim(p_county int, p_lease_ms int)
    returns table (
        id uuid, attempt int, channel uuid, kind text, url text, method text, header text,
        template text, lang text, secret_enc bytea, notice uuid, at timestamptz, module text,
        text text, args text, record text, record_id uuid, div text, post uuid, account uuid,
        phone_enc bytea)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    o record;
begin
    select x.id into o
      from core.notice_outbox x
      join core.notice_channel c on c.county = x.county and c.id = x.channel and c.enabled
     where x.county = p_county and x.state = 'queued' and x.next_at <= now()
     order by x.next_at, x.id
     limit 1
       for update of x skip locked;
    if not found then
        return;
    end if;
    update core.notice_outbox x
       set attempts = x.attempts + 1,
           next_at = now() + make_interval(secs => p_lease_ms / 1000.0)
     where x.county = p_county and x.id = o.id;
    return query
    select x.id, x.attempts, c.id, c.kind, c.url, c.method, c.header, c.template, c.lang,
           c.secret_enc, n.id, n.at, n.module, n.text, n.args::text, n.record, n.record_id,
           n.div::text, n.post, n.account, h.phone_enc
      from core.notice_outbox x
      join core.notice_channel c on c.county = x.county and c.id = x.channel
      join core.notice n on n.county = x.county and n.id = x.notice
      left join core.notice_phone h on h.county = x.county and h.id = n.account
     where x.county = p_county and x.id = o.id;
end $$;

-- What became of a try: sent, or tried again after so long, or given up after as many as the county
-- sets. p_reason null: sent; p_final: no further try.
create function core.outbox_done(
    p_county int, p_id uuid, p_attempt int, p_status int, p_reason text, p_final boolean,
    p_again_ms bigint
) returns text
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    most int := core.param(p_county, 'notice.attempts')::int;
    became text;
begin
    update core.notice_outbox x
       set state = case when p_reason is null then 'sent'
                        when p_final or x.attempts >= most then 'failed'
                        else 'queued' end,
           status = p_status, reason = p_reason,
           next_at = now() + make_interval(secs => p_again_ms / 1000.0),
           done_at = case when p_reason is null or p_final or x.attempts >= most then now() end
     where x.county = p_county and x.id = p_id and x.state = 'queued' and x.attempts = p_attempt
    returning x.state into became;
    return became;
end $$;

-- Gives it back untried: the process is asked to stop.
create function core.outbox_leave(p_county int, p_id uuid, p_attempt int) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.notice_outbox x
       set attempts = x.attempts - 1, next_at = now()
     where x.county = p_county and x.id = p_id and x.state = 'queued' and x.attempts = p_attempt
$$;

revoke execute on function core.outbox_due(), core.outbox_claim(int, int),
    core.outbox_done(int, uuid, int, int, text, boolean, bigint),
    core.outbox_leave(int, uuid, int) from public;
grant execute on function core.outbox_due(), core.outbox_claim(int, int),
    core.outbox_done(int, uuid, int, int, text, boolean, bigint),
    core.outbox_leave(int, uuid, int) to wulian_gate;
