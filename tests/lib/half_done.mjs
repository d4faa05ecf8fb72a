// Writes that are half done, found in the database: rows against their histories, keys against what they
// name, versions against the audit.

const RECORDS = `select h.nspname || '.' || t.relname as record
    from pg_class t join pg_namespace h on h.oid = t.relnamespace
    join pg_class v on v.relnamespace = t.relnamespace and v.relname = t.relname || '_history'
    where t.relkind in ('r', 'p')`;

/** Rows whose history does not lead to them version by version (tests may lay rows without one); versions
 *  audited twice. */
const OF_RECORD = (record) => `
    select '${record} ' || t.id || ' v' || t.version || ': history '
           || string_agg(h.version::text, ',' order by h.version) as fault
      from ${record} t join ${record}_history h on h.county = t.county and h.id = t.id
     group by t.county, t.id, t.version, t.change
    having count(*) <> max(h.version) - min(h.version) + 1 or max(h.version) <> t.version
        or bool_or(h.version = t.version and h.change <> t.change)
    union all
    select '${record} ' || h.id || ' v' || h.version || ': audited ' || count(*) || ' times'
      from ${record}_history h join core.audit a on a.county = h.county and a.object = '${record}'
           and a.object_id = h.id and a.request = h.change and a.result = 'ok'
           and a.action not in ('look', 'list', 'search', 'history', 'reveal')
     group by h.county, h.id, h.version having count(*) > 1
    union all
    select '${record} ' || i.id || ': a key without its write, or its write without audit'
      from core.idem i where i.record = '${record}' and (not exists (
             select from ${record}_history h
              where h.county = i.county and h.id = i.id and h.change = i.change
             union all -- registers that the law has erased, and what was deleted long ago, leave their keys
             select from core.audit e where e.county = i.county and e.action in ('erase', 'purge'))
          or not exists (
             select from core.audit a
              where a.county = i.county and a.object_id = i.id and a.request = i.change))`;

/** In sentences; none when all is whole. */
export async function halfDone(server) {
    const records = await server.rows(RECORDS);
    const query = records.map(({ record }) => OF_RECORD(record)).join(' union all ');
    return (await server.rows(query)).map(({ fault }) => fault);
}
