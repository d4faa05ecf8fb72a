-- 个案移交: the material of a case is read by whoever has the case, also after it was handed over. And nothing
-- is shared or moved by a consent that stands no longer.

-- Whether the consent that a referral of the caller's county rests on still stands.
create function station.referral_consented(p_referral uuid) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
begin
    return exists (
        select from station.referral r
          join station.consent c on c.county = r.county and c.id = r.consent
         where r.county = my_county
           and r.id = p_referral
           and c.state = 'given'
           and c.deleted_at is null
           and (c.valid_to is null or c.valid_to > core.today()));
end $$;
comment on function station.referral_consented(uuid) is 'whether the consent that a referral rests on still stands';
revoke execute on function station.referral_consented(uuid) from public;
grant execute on function station.referral_consented(uuid) to wulian_app;

-- As in 0072, for as long as the person agrees.
create or replace function core.shared_resident(p_id uuid) returns setof station.resident
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := nullif(current_setting('wl.county', true), '')::int;
    my_lo bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    my_hi bigint := nullif(current_setting('wl.hi', true), '')::bigint;
begin
    return query
    select t.*
      from station.resident t
     where t.county = my_county
       and t.id = p_id
       and exists (
           select from station.referral r
            where r.county = my_county
              and r.person = p_id
              and r.to_div >= my_lo
              and r.to_div < my_hi
              and r.state in ('accepted', 'finished')
              and r.shared_until > now()
              and r.deleted_at is null
              and station.referral_consented(r.id));
end $$;

-- Changes rows of a record by right of a step whose row bears p_change: with a version, its history and
-- its trace, like any other write. p_set is over t and $5, the readers; p_div null: they stay where they are.
create function station.pass_on(p_table regclass, p_ids uuid[], p_set text, p_readers uuid[], p_div bigint,
        p_action text, p_object uuid, p_change uuid) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
    columns text;
    changed int;
begin
    execute format(
        'update %s t set div = coalesce($3, t.div),'
        ' org = case when $3 is null then t.org else core.station_of($1, $3) end,'
        ' version = t.version + 1, change = $4, updated_at = now(), updated_by = core.actor()%s'
        ' where t.county = $1 and t.id = any ($2) and t.deleted_at is null', p_table, ', ' || p_set)
        using my_county, p_ids, p_div, p_change, p_readers;
    get diagnostics changed = row_count;
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into columns
      from pg_attribute a
     where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped;
    execute format('insert into %1$s (%2$s) select %2$s from %3$s t'
                   ' where t.county = $1 and t.id = any ($2) and t.change = $3',
                   (p_table::text || '_history')::regclass, columns, p_table)
        using my_county, p_ids, p_change;
    insert into core.audit (county, actor, action, object, object_id, request, n)
    select my_county, core.actor(), p_action, p_table::text, p_object, p_change, changed
     where changed > 0;
end $$;
comment on function station.pass_on(regclass, uuid[], text, uuid[], bigint, text, uuid, uuid) is
    'rows that pass on with a case or a person; called by definer functions alone';
revoke execute on function station.pass_on(regclass, uuid[], text, uuid[], bigint, text, uuid, uuid) from public;

-- The material of cases, and nobody else reads it any more.
create function station.case_material_to(p_cases uuid[], p_readers uuid[], p_div bigint, p_action text,
        p_object uuid, p_change uuid) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
    sheets uuid[] := array(select s.id from station.case_sheet s
                            where s.county = my_county and s.case_file = any (p_cases));
    records uuid[] := array(select r.id from station.case_record r
                             where r.county = my_county and r.sheet = any (sheets));
    m record;
begin
    for m in
        select *
          from (values
              ('station.case_sheet'::regclass, sheets),
              ('station.case_record'::regclass, records),
              ('station.case_addendum'::regclass,
                  array(select d.id from station.case_addendum d
                         where d.county = my_county and d.case_record = any (records))),
              ('station.case_conference'::regclass,
                  array(select f.id from station.case_conference f
                         where f.county = my_county and f.sheet = any (sheets)))) x(name, ids)
    loop
        perform station.pass_on(m.name, m.ids, 'readers = $5', p_readers, p_div, p_action, p_object, p_change);
    end loop;
end $$;
comment on function station.case_material_to(uuid[], uuid[], bigint, text, uuid, uuid) is
    'names the readers of the material of cases; called by definer functions alone';
revoke execute on function station.case_material_to(uuid[], uuid[], bigint, text, uuid, uuid) from public;

-- The material of a case that the caller handed over in this very transaction. Always null: it makes no rows.
create function station.case_handed(p_handover uuid) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
    my_lo constant bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    my_hi constant bigint := nullif(current_setting('wl.hi', true), '')::bigint;
    h station.case_handover;
begin
    select x.* into h
      from station.case_handover x
      join station.case_file c on c.county = x.county and c.id = x.case_file and c.worker = x.to_worker
     where x.county = my_county and x.id = p_handover and x.created_at = now()
       and x.created_by = core.actor() and c.div >= my_lo and c.div < my_hi and x.deleted_at is null;
    if not found then
        raise exception 'no handover to carry out' using errcode = 'WL424';
    end if;
    perform station.case_material_to(array[h.case_file], station.case_readers(my_county, h.case_file), null,
                                     'handover', h.case_file, h.change);
    return null;
end $$;
comment on function station.case_handed(uuid) is 'the material of a case follows to whom it was handed over';
revoke execute on function station.case_handed(uuid) from public;
grant execute on function station.case_handed(uuid) to wulian_app;

-- As in 0074: person, consents and open cases with their material, read by the receiver and the heads there.
create or replace function station.caseload_move(p_referral uuid) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
    my_lo constant bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    r station.referral;
    cases uuid[];
    consents uuid[];
    readers uuid[];
begin
    select * into r
      from station.referral x
     where x.county = my_county and x.id = p_referral and x.kind = 'MOVE' and x.state = 'accepted'
       and x.moved_at = now() and x.to_div / 1000 = my_lo / 1000 and x.deleted_at is null
       and station.referral_consented(x.id);
    if not found then
        raise exception 'no move to carry out' using errcode = 'WL424';
    end if;
    cases := array(select c.id from station.case_file c
                    where c.county = my_county and c.person = r.person and c.state not in ('closed', 'followed'));
    consents := array(select c.id from station.consent c where c.county = my_county and c.person = r.person);
    readers := r.receiver || array(
        select p.account from admin.post p
         where p.county = my_county and p.role = 'station_head' and p.state = 'active'
           and p.scope_div = (r.to_div / 1000) * 1000 and p.deleted_at is null
           and p.valid_from <= core.today() and (p.valid_to is null or p.valid_to > core.today()));
    perform station.case_material_to(cases, readers, r.to_div, 'move', r.person, r.change);
    perform station.pass_on('station.case_file', cases, 'worker = $5[1], supervisor = null', readers, r.to_div,
                            'move', r.person, r.change);
    perform station.pass_on('station.consent', consents, null, null, r.to_div, 'move', r.person, r.change);
    perform station.pass_on('station.resident', array[r.person], null, null, r.to_div, 'move', r.person, r.change);
    return null;
end $$;
