-- Notices (消息): what somebody has to know, in the inbox of their post.

create table core.notice (
    county int not null references core.tenant (county),
    id uuid not null,
    post uuid not null,
    account uuid not null,
    at timestamptz not null default now(),
    module text not null,
    text text not null,
    args jsonb not null,
    record text not null,
    record_id uuid not null,
    div bigint not null,
    read_at timestamptz,
    primary key (county, id),
    constraint notice_div_in_county check (div / 1000000 = county)
);
comment on table core.notice is
    'inbox of a post; holds the names of fields and values of class 0 and 1, as texts, and no others';
comment on column core.notice.id is 'follows from cause and post: a cause that runs twice tells once';
comment on column core.notice.text is 'key of the message "notice.<text>" of the module';
comment on column core.notice.div is 'place of the row that it is about';
create index notice_inbox on core.notice (county, post, at desc, id desc);
create index notice_unread on core.notice (county, post, at desc, id desc) where read_at is null;
create index notice_at on core.notice (county, at);
call core.protect('core.notice', false);
create policy own on core.notice as restrictive
    using (account = (select core.actor())) with check (account = (select core.actor()));
grant select on core.notice to wulian_app;
grant update (read_at) on core.notice to wulian_app;

-- Who holds a post over a place.
create index post_place on admin.post (county, scope_div, role) where state = 'active';

insert into core.policy_default (key, value, unit, mark, basis) values
    ('notice.keep_days', '180', 'days', '[A]', null);

create function core.notice_id(p_cause text, p_post uuid) returns uuid
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
    as $$
    select encode(substr(sha256(convert_to(p_cause || ' ' || p_post, 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- Tells the posts that reach the place and are held by one of p_staff or of a role of p_roles; with
-- p_readers (class 4) only those accounts. Nobody is told of their own step. Returns how many were
-- told: whoever may see no posts learns no more than that.
create function core.notice_send(
    p_cause text, p_record text, p_id uuid, p_div bigint, p_module text, p_text text, p_args jsonb,
    p_staff uuid[], p_roles text[], p_readers uuid[]
) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := core.my_county();
    n int;
begin
    if my_county is null
        or p_div < nullif(current_setting('wl.lo', true), '')::bigint
        or p_div >= nullif(current_setting('wl.hi', true), '')::bigint then
        return 0;
    end if;
    insert into core.notice (county, id, post, account, module, text, args, record, record_id, div)
    select my_county, core.notice_id(p_cause, p.id), p.id, p.account, p_module, p_text, p_args,
           p_record, p_id, p_div
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
       and p.account is distinct from core.actor()
        on conflict on constraint notice_pkey do nothing;
    get diagnostics n = row_count;
    return n;
end $$;

-- The name of somebody who works in the caller's county: what a notice calls a member of staff.
create function core.staff_name(p_account uuid) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    return (select a.name from admin.account a
             where a.county = core.my_county() and a.id = p_account);
end $$;

-- Notices that have been kept long enough.
create function core.notice_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
begin
    delete from core.notice x
     using (select o.id
              from core.notice o
             where o.county = p_county
               and o.at < now() - make_interval(
                   days => core.param(p_county, 'notice.keep_days')::int)
             order by o.at
             limit p_most for update skip locked) o
     where x.county = p_county and x.id = o.id;
    get diagnostics n = row_count;
    return n;
end $$;

revoke execute on function
    core.notice_id(text, uuid),
    core.notice_send(text, text, uuid, bigint, text, text, jsonb, uuid[], text[], uuid[]),
    core.staff_name(uuid), core.notice_forget(int, int) from public;
grant execute on function
    core.notice_send(text, text, uuid, bigint, text, text, jsonb, uuid[], text[], uuid[]),
    core.staff_name(uuid) to wulian_app;
grant execute on function core.notice_forget(int, int) to wulian_gate;
