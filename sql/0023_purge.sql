-- What a purge takes along, and what it leaves. A row that was merged into another is not simply
-- deleted: until the merge is undone it comes back by that, for as long as the other is there. And
-- the files of a row go with it; their blobs are then nobody's, and the sweep removes them.

create or replace function core.deleted_purge(p_county int, p_most int) returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    k record;
    unused text;
    gone uuid[];
    versions int;
    files int;
    total int := 0;
begin
    for k in select r.record, r.days
               from core.retention r
              where to_regclass(r.record) is not null
              order by r.record
    loop
        exit when total >= p_most;
        select coalesce(string_agg(format(
                   ' and not exists (select from %s x where x.county = t.county and x.%I = t.id)',
                   c.conrelid::regclass, a.attname), ''), '')
          into unused
          from pg_constraint c
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
         where c.contype = 'f' and c.confrelid = to_regclass(k.record) and a.attname <> 'county';
        execute format(
            'with doomed as (select t.id from %1$s t where t.county = $1'
            ' and t.deleted_at < now() - make_interval(days => $2)%2$s'
            ' and not exists (select from core.merge m join %1$s w on w.county = m.county'
            ' and w.id = m.winner where m.county = t.county and m.record = $4 and m.loser = t.id'
            ' and m.undone is null)'
            ' order by t.deleted_at limit $3 for update of t skip locked),'
            ' gone as (delete from %1$s t using doomed d'
            ' where t.county = $1 and t.id = d.id returning t.id)'
            ' select array_agg(g.id) from gone g', k.record::regclass, unused)
           into gone using p_county, k.days, p_most - total, k.record;
        continue when gone is null;
        execute format('delete from %s t where t.county = $1 and t.id = any ($2)',
                       (k.record || '_history')::regclass) using p_county, gone;
        get diagnostics versions = row_count;
        delete from core.file f
         where f.county = p_county and f.record_id = any (gone) and f.record = k.record;
        get diagnostics files = row_count;
        insert into core.audit (county, action, object, request, n)
        select p_county, 'purge', x.object, gen_random_uuid(), x.n
          from (values (k.record, cardinality(gone)), (k.record || '_history', versions),
                       ('core.file', files)) x(object, n)
         where x.n > 0;
        total := total + cardinality(gone);
    end loop;
    return total;
end $$;
