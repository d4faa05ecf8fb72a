-- 迁移接续: when a station accepts somebody who moved there, the person's row and the open caseload move
-- with them, in the transaction of the acceptance.

-- Moves what belongs to the person of a referral that was accepted in this very transaction, where the
-- caller is. Rows come under the new station and get a version like by any other write; of the material
-- of open cases the readers are now the receiver and the heads there. Always null: it makes no rows.
create function station.caseload_move(p_referral uuid) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county constant int := nullif(current_setting('wl.county', true), '')::int;
    my_lo constant bigint := nullif(current_setting('wl.lo', true), '')::bigint;
    open_case constant text := 'select c.id from station.case_file c where c.county = $1'
        || ' and c.person = $2 and c.state not in (''closed'', ''followed'')';
    sheet constant text := 'select s.id from station.case_sheet s where s.county = $1'
        || ' and s.case_file in (' || open_case || ')';
    move constant uuid := gen_random_uuid();
    r station.referral;
    heads uuid[];
    k record;
    columns text;
    moved int;
begin
    select * into r
      from station.referral x
     where x.county = my_county and x.id = p_referral and x.kind = 'MOVE' and x.state = 'accepted'
       and x.moved_at = now() and x.to_div / 1000 = my_lo / 1000 and x.deleted_at is null;
    if not found then
        raise exception 'no move to carry out' using errcode = 'WL424';
    end if;
    heads := array(select p.account from admin.post p
                    where p.county = my_county and p.role = 'station_head' and p.state = 'active'
                      and p.scope_div = (r.to_div / 1000) * 1000 and p.deleted_at is null
                      and p.valid_from <= core.today()
                      and (p.valid_to is null or p.valid_to > core.today()));
    for k in
        select *
          from (values
              (1, 'station.case_addendum', 't.case_record in (select r.id from station.case_record r'
                  || ' where r.county = $1 and r.sheet in (' || sheet || '))', 'readers = $5'),
              (2, 'station.case_record', 't.sheet in (' || sheet || ')', 'readers = $5'),
              (3, 'station.case_conference', 't.sheet in (' || sheet || ')', 'readers = $5'),
              (4, 'station.case_sheet', 't.case_file in (' || open_case || ')', 'readers = $5'),
              (5, 'station.case_file', 't.id in (' || open_case || ')',
                  'worker = $5[1], supervisor = null'),
              (6, 'station.consent', 't.person = $2', null),
              (7, 'station.resident', 't.id = $2', null)) x(n, name, which, more)
         order by n
    loop
        execute format(
            'update %1$s t set div = $3, org = core.station_of($1, $3), version = t.version + 1,'
            ' change = $4, updated_at = now(), updated_by = core.actor()%2$s'
            ' where t.county = $1 and t.deleted_at is null and cardinality($5) > 0 and %3$s',
            k.name, coalesce(', ' || k.more, ''), k.which)
            using my_county, r.person, r.to_div, move, array[r.receiver] || heads;
        get diagnostics moved = row_count;
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into columns
          from pg_attribute a
         where a.attrelid = k.name::regclass and a.attnum > 0 and not a.attisdropped;
        execute format('insert into %1$s (%2$s) select %2$s from %3$s t'
                       ' where t.county = $1 and t.change = $2',
                       (k.name || '_history')::regclass, columns, k.name) using my_county, move;
        insert into core.audit (county, actor, action, object, object_id, request, n)
        select my_county, core.actor(), 'move', k.name, r.person, move, moved
         where moved > 0;
    end loop;
    return null;
end $$;
comment on function station.caseload_move(uuid) is
    'person, consents and open cases follow a move that the receiving station accepts';
revoke execute on function station.caseload_move(uuid) from public;
grant execute on function station.caseload_move(uuid) to wulian_app;
