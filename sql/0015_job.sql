-- Long work (imports, exports): asked for in a request, done by the jobs process as the person who
-- asked, through a service session that is worth no more than the post and token it was asked with.
-- The application reads these tables and changes them only by the functions below.

create table core.job (
    county int not null references core.tenant (county),
    id uuid not null,
    kind text not null,
    object text not null,
    permission text not null,
    approval text,
    plugin text,
    account uuid not null,
    post uuid not null,
    role text not null,
    narrow text[],
    lo bigint not null,
    hi bigint not null,
    address inet,
    lang text not null check (lang in ('zh', 'en')),
    file uuid,
    params jsonb not null,
    state text not null check (state in (
        'waiting', 'queued', 'running', 'done', 'failed', 'cancelled')),
    done bigint not null default 0,
    total bigint,
    counts jsonb not null default '{}',
    faults bigint not null default 0,
    result uuid,
    error text,
    cancel boolean not null default false,
    attempt int not null default 0,
    tries int not null default 0,
    session bytea,
    approved_by uuid,
    downloads int not null default 0,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    heartbeat_at timestamptz,
    finished_at timestamptz,
    primary key (county, id),
    foreign key (county, account) references admin.account (county, id),
    foreign key (county, post) references admin.post (county, id),
    constraint job_approver check (approved_by is null or approved_by <> account)
);
comment on table core.job is 'long work: who asked for it with which rights, how far it is, what came of it';
comment on column core.job.object is 'the record it is about, "station.resident"';
comment on column core.job.permission is 'what every step of it asks enter() for';
comment on column core.job.approval is 'permission that another person needs to let it begin; null: none';
comment on column core.job.lo is 'scope of the post that asked: who reaches at least as far may watch';
comment on column core.job.done is 'rows dealt with, committed together with them';
comment on column core.job.attempt is 'counts the takers: only the newest may write';
comment on column core.job.tries is 'takers since the last step: one that nobody can take on is given up';
comment on column core.job.session is 'hash of the running attempt''s service session';
create index job_open on core.job (county, created_at) where state in ('queued', 'running');
create index job_account on core.job (county, account, id);

create table core.job_fault (
    county int not null,
    job uuid not null,
    n bigint not null,
    place bigint not null,
    col text,
    code text not null,
    detail text not null,
    primary key (county, job, n),
    foreign key (county, job) references core.job (county, id) on delete cascade
);
comment on table core.job_fault is 'what was wrong with an input, cell by cell; never the value itself';
comment on column core.job_fault.place is 'row of the file as Excel numbers it';
comment on column core.job_fault.col is 'name of the field; null: the row';

call core.protect('core.job', false);
call core.protect('core.job_fault', false);
create policy visible on core.job as restrictive for select
    using (account = (select core.actor())
        or lo >= (select nullif(current_setting('wl.lo', true), '')::bigint)
        and hi <= (select nullif(current_setting('wl.hi', true), '')::bigint));
create policy visible on core.job_fault as restrictive for select
    using (exists (select from core.job j where j.county = job_fault.county and j.id = job));
grant select on core.job, core.job_fault to wulian_app;

insert into core.policy_default (key, value, unit, mark, basis) values
    ('job.open', '20', 'count', '[A]', null),
    ('job.keep_days', '30', 'days', '[A]', null),
    ('job.approval_days', '7', 'days', '[A]', null),
    ('export.rows', '5000', 'rows', '[A]', null),
    ('export.keep_hours', '24', 'hours', '[A]', null);

-- ---- for the application, inside a scope ---------------------------------------------------------

-- Takes the rights of the calling session down with the job. WL429: too many of the caller's are open.
create function core.job_add(
    p_secret text, p_id uuid, p_kind text, p_object text, p_permission text, p_approval text,
    p_plugin text, p_address inet, p_lang text, p_file uuid, p_params jsonb
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if (select count(*) from core.job j
         where j.county = core.my_county() and j.account = core.actor()
           and j.state in ('waiting', 'queued', 'running'))
        >= core.param(core.my_county(), 'job.open')::int then
        raise exception 'too many open jobs' using errcode = 'WL429';
    end if;
    insert into core.job (county, id, kind, object, permission, approval, plugin, account, post, role,
                          narrow, lo, hi, address, lang, file, params, state)
    select s.county, p_id, p_kind, p_object, p_permission, p_approval, p_plugin, s.account, s.post,
           p.role, s.narrow, p.scope_div, core.scope_hi(p.scope_div), p_address, p_lang, p_file,
           p_params, case when p_approval is null then 'queued' else 'waiting' end
      from core.session s
      join admin.post p on p.county = s.county and p.id = s.post
     where s.county = core.my_county()
       and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor();
end $$;

-- Stops a job that is the caller's own, or lies in a scope that the caller's covers: at once when it
-- does not run, else before its next step. No row: no such job, or it has ended.
create function core.job_cancel(p_id uuid) returns table (id uuid)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.job j
       set cancel = true,
           state = case when j.state = 'running' then 'running' else 'cancelled' end,
           finished_at = case when j.state = 'running' then null else now() end
     where j.county = core.my_county() and j.id = p_id
       and j.state in ('waiting', 'queued', 'running')
       and (j.account = core.actor()
            or j.lo >= nullif(current_setting('wl.lo', true), '')::bigint
            and j.hi <= nullif(current_setting('wl.hi', true), '')::bigint)
    returning j.id
$$;

-- The second person's yes: somebody else, signed in (no API token), whose post holds the permission and
-- reaches at least as far. No row: none of that, or nothing waits.
create function core.job_approve(p_secret text, p_id uuid) returns table (id uuid)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.job j
       set state = 'queued', approved_by = s.account
      from core.session s
      join admin.post p on p.county = s.county and p.id = s.post
     where j.county = core.my_county() and j.id = p_id and j.state = 'waiting'
       and s.county = j.county and s.hash = sha256(convert_to(p_secret, 'UTF8'))
       and s.account = core.actor() and s.kind = 'session'
       and s.account <> j.account
       and p.scope_div <= j.lo and core.scope_hi(p.scope_div) >= j.hi
       and exists (select from core.role_permission r
                    where r.role = p.role and r.permission = j.approval)
    returning j.id
$$;

-- One more download of a result that is still kept.
create function core.job_downloaded(p_id uuid) returns table (result uuid)
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$
    update core.job j
       set downloads = j.downloads + 1
     where j.county = core.my_county() and j.id = p_id and j.account = core.actor()
       and j.result is not null
    returning j.result
$$;

-- Ends each step of a running job, in the transaction of the rows it wrote: from here to there, or
-- nothing at all.
--   WL410  another took the job over, it was cancelled, or the step was made already
--   WL413  fewer rows were written than the step is about
create function core.job_step(
    p_id uuid, p_attempt int, p_from bigint, p_to bigint, p_total bigint, p_counts jsonb,
    p_faults jsonb, p_written bigint, p_expected bigint
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    last bigint;
begin
    if p_written is distinct from p_expected then
        raise exception 'rows left out' using errcode = 'WL413';
    end if;
    update core.job j
       set done = p_to, total = coalesce(p_total, j.total), counts = coalesce(p_counts, j.counts),
           faults = j.faults + jsonb_array_length(p_faults), heartbeat_at = now(), tries = 0
     where j.county = core.my_county() and j.id = p_id and j.account = core.actor()
       and j.state = 'running' and j.attempt = p_attempt and j.done = p_from and not j.cancel
    returning j.faults - jsonb_array_length(p_faults) into last;
    if not found then
        raise exception 'not this attempt''s step' using errcode = 'WL410';
    end if;
    insert into core.job_fault (county, job, n, place, col, code, detail)
    select core.my_county(), p_id, last + f.n, (f.v ->> 0)::bigint, f.v ->> 1, f.v ->> 2, f.v ->> 3
      from jsonb_array_elements(p_faults) with ordinality as f(v, n)
     where last + f.n <= 10000;
end $$;

-- Undoes everything in the transaction: how a dry run ends.
create function core.job_undo() returns void
    language plpgsql
    as $$ begin raise exception 'dry run' using errcode = 'WL200'; end $$;

-- ---- for the jobs process (gate) -----------------------------------------------------------------

-- Counties with something to do: queued, or running without a sign of life for so long.
create function core.jobs_due(p_silent int) returns table (county int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select distinct j.county
      from core.job j
     where j.state = 'queued'
        or j.state = 'running' and j.heartbeat_at < now() - make_interval(secs => p_silent)
$$;

-- The service session of a running attempt, opened again where the old one is no more. False: whoever
-- asked no longer holds the post, or is disabled.
create function core.job_session(p_county int, p_id uuid, p_attempt int, p_hash bytea)
    returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    j record;
begin
    select x.* into j
      from core.job x
     where x.county = p_county and x.id = p_id and x.state = 'running' and x.attempt = p_attempt
       for update;
    if not found
        or not exists (select from core.posts_of(p_county, j.account) p where p.post = j.post)
        or not exists (select from admin.account a
                        where a.county = p_county and a.id = j.account and a.state = 'active'
                          and a.deleted_at is null) then
        return false;
    end if;
    update core.session s set ended_at = now()
     where s.county = p_county and s.hash = j.session and s.ended_at is null;
    insert into core.session (county, hash, kind, account, post, narrow, name, expires_at)
    values (p_county, p_hash, 'service', j.account, j.post, j.narrow, j.kind,
            now() + interval '1 hour');
    update core.job x set session = p_hash where x.county = p_county and x.id = p_id;
    return true;
end $$;

-- Takes one job of the county. One that was taken five times without a step is given up.
create function core.job_claim(p_county int, p_silent int)
    returns table (
        id uuid, attempt int, kind text, object text, permission text, plugin text, account uuid,
        address text, lang text, file uuid, params text, done bigint, total bigint, counts text,
        approved boolean)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    j record;
begin
    select x.county, x.id, x.attempt, x.tries, x.cancel into j
      from core.job x
     where x.county = p_county
       and (x.state = 'queued'
            or x.state = 'running' and x.heartbeat_at < now() - make_interval(secs => p_silent))
     order by x.created_at, x.id
     limit 1
       for update skip locked;
    if not found then
        return;
    end if;
    if j.cancel or j.tries >= 5 then
        perform core.job_finish(p_county, j.id, j.attempt,
                                case when j.cancel then 'cancelled' else 'failed' end,
                                case when j.cancel then null else 'job_gave_up' end, null);
        return;
    end if;
    return query
    update core.job x
       set state = 'running', attempt = x.attempt + 1, tries = x.tries + 1, heartbeat_at = now(),
           started_at = coalesce(x.started_at, now())
     where x.county = p_county and x.id = j.id
    returning x.id, x.attempt, x.kind, x.object, x.permission, x.plugin, x.account,
              host(x.address), x.lang, x.file, x.params::text, x.done, x.total, x.counts::text,
              x.approved_by is not null;
end $$;

-- A sign of life; the session lives on with it. How far the job is, or no row: cancelled, or no longer
-- this attempt's.
create function core.job_beat(p_county int, p_id uuid, p_attempt int) returns table (done bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    update core.session s set expires_at = now() + interval '1 hour'
      from core.job j
     where j.county = p_county and j.id = p_id and j.attempt = p_attempt and j.state = 'running'
       and s.county = j.county and s.hash = j.session and s.ended_at is null
       and s.expires_at < now() + interval '50 minutes';
    return query
    update core.job j set heartbeat_at = now()
     where j.county = p_county and j.id = p_id and j.attempt = p_attempt and j.state = 'running'
       and not j.cancel
    returning j.done;
end $$;

-- Gives the job back, for whoever takes it next: the process is asked to stop.
create function core.job_leave(p_county int, p_id uuid, p_attempt int) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    update core.session s set ended_at = now()
      from core.job j
     where j.county = p_county and j.id = p_id and j.attempt = p_attempt
       and s.county = j.county and s.hash = j.session and s.ended_at is null;
    update core.job j set state = 'queued', tries = 0
     where j.county = p_county and j.id = p_id and j.attempt = p_attempt and j.state = 'running';
end $$;

create function core.job_finish(
    p_county int, p_id uuid, p_attempt int, p_state text, p_error text, p_result uuid
) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    j record;
begin
    update core.job x
       set state = p_state, error = p_error, result = p_result, finished_at = now()
     where x.county = p_county and x.id = p_id and x.attempt = p_attempt
       and x.state in ('queued', 'running')
    returning x.* into j;
    if not found then
        return;
    end if;
    update core.session s set ended_at = now()
     where s.county = p_county and s.hash = j.session and s.ended_at is null;
    perform core.audit_denial(p_county, j.account, j.role, j.address, j.kind || '_end', 'core.job',
                              p_id, case when p_state = 'done' then 'ok'
                                         else coalesce(p_error, p_state) end, p_id);
end $$;

-- Jobs that ended so long ago, and requests for approval that nobody answered.
create function core.job_forget(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
begin
    update core.job j set state = 'cancelled', error = 'job_not_approved', finished_at = now()
     where j.county = p_county and j.state = 'waiting'
       and j.created_at < now() - make_interval(
           days => core.param(p_county, 'job.approval_days')::int);
    delete from core.job j
     using (select o.id
              from core.job o
             where o.county = p_county and o.state in ('done', 'failed', 'cancelled')
               and o.finished_at < now() - make_interval(
                   days => core.param(p_county, 'job.keep_days')::int)
             order by o.created_at
             limit p_most for update skip locked) o
     where j.county = p_county and j.id = o.id;
    get diagnostics n = row_count;
    return n;
end $$;

-- ---- rights --------------------------------------------------------------------------------------

revoke execute on function
    core.job_add(text, uuid, text, text, text, text, text, inet, text, uuid, jsonb),
    core.job_cancel(uuid), core.job_approve(text, uuid), core.job_downloaded(uuid),
    core.job_step(uuid, int, bigint, bigint, bigint, jsonb, jsonb, bigint, bigint),
    core.job_undo(), core.jobs_due(int), core.job_session(int, uuid, int, bytea),
    core.job_claim(int, int), core.job_beat(int, uuid, int),
    core.job_leave(int, uuid, int), core.job_finish(int, uuid, int, text, text, uuid), core.job_forget(int, int) from public;
grant execute on function
    core.job_add(text, uuid, text, text, text, text, text, inet, text, uuid, jsonb),
    core.job_cancel(uuid), core.job_approve(text, uuid), core.job_downloaded(uuid),
    core.job_step(uuid, int, bigint, bigint, bigint, jsonb, jsonb, bigint, bigint),
    core.job_undo() to wulian_app;
grant execute on function
    core.jobs_due(int), core.job_session(int, uuid, int, bytea), core.job_claim(int, int),
    core.job_beat(int, uuid, int), core.job_finish(int, uuid, int, text, text, uuid),
    core.job_forget(int, int) to wulian_gate;
