// The plans of lists, as PostgreSQL logged them: for records that a test names by path and table. Rows
// are made from the catalogue: what must stand there, something; the rest null or its default.
//
//     const plans = await openPlans(server, { 'station/calls': 'station.call_log' }, callers);
//     assert.deepEqual(await plans.faultsOf('station/calls'), []);
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, JIANGHUA, SHUNHE, SUYU, TUOJIANG, YANGHUA } from './county.mjs';

const ROWS = 8000; // of each record in each county
const PLACES = {
    [JIANGHUA]: [YANGHUA, `${TUOJIANG}201`, `${TUOJIANG}202`, `${HELUKOU}201`, `${HELUKOU}202`],
    [SUYU]: [`${SHUNHE}001`, `${SHUNHE}002`],
};
const COMMON = ['county', 'id', 'div', 'township', 'org', 'version', 'change', 'created_at', 'created_by',
    'updated_at', 'updated_by', 'deleted_at'];

/** Something for the n-th row in a column of that type. */
const VALUE = {
    date: `(now() - n * interval '1 hour')::date`, bigint: '1 + n % 5', boolean: 'n % 2 = 0',
    'timestamp with time zone': `now() - n * interval '43 minutes'`,
    'time without time zone': `time '08:00'`, uuid: 'other', bytea: `'\\x00'::bytea`,
    text: `'t' || n % 7`, 'text[]': `array['t']`, 'uuid[]': 'array[other]', jsonb: `'[]'`,
};
const valueOf = (type) => VALUE[type] ?? (type.startsWith('numeric') ? '1' : 'null');

async function columnsOf(server, table, more) {
    return server.rows(`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
          from pg_attribute a
         where a.attrelid = '${table}'::regclass and a.attnum > 0 and not a.attisdropped
           and a.attgenerated = '' and a.attname <> all ('{${COMMON}}')
           and (a.attnotnull and not a.atthasdef or a.attname = any ('{${['staff', 'account', ...more]}}'))`);
}

const oneOf = (words) => `(array['${words.join("', '")}'])[1 + n % ${words.length}]`;

/** Rows in a table: `codes` says of columns what may stand there, with every state then. */
async function fill(server, table, codes) {
    const columns = await columnsOf(server, table, Object.keys(codes ?? {}));
    const [known] = await server.rows(`select pg_get_constraintdef(c.oid) as def
        from pg_constraint c where c.conrelid = '${table}'::regclass and c.conname like '%_state'`);
    const own = { no: `'N' || n`, // a number stands once
        state: oneOf([...(known?.def ?? '').matchAll(/'(\w+)'/g)].map(([, state]) => state)
            .slice(0, codes ? 99 : 1)),
        ...Object.fromEntries(Object.entries(codes ?? {}).map(([name, words]) => [name, oneOf(words)])) };
    const values = columns.map(({ name, type }) =>
        (own[name] && type === 'text[]' ? `array[${own[name]}]` : own[name]) ?? valueOf(type));
    for (const [county, places] of Object.entries(PLACES))
        await server.psql(`set session_replication_role = replica;
            insert into ${table} (county, id, div, org, change, created_at, created_by, updated_by,
                ${columns.map(({ name }) => name)})
            select ${county}, id, div, id, id, now() - n * interval '43 minutes', id, id, ${values}
              from (select n, gen_random_uuid() as id, gen_random_uuid() as other,
                           (array[${places}])[1 + n % ${places.length}] as div
                      from generate_series(1, ${ROWS}) n) x`);
}

/** Checks that codes and exclusions would refuse are the business of other tests. */
const loosen = (server, table) => server.psql(`do $$ declare c text; begin
    for c in select conname from pg_constraint where conrelid = '${table}'::regclass
        and contype in ('c', 'x', 'u') and conname not like '%_state' and conname <> 'div_in_county'
    loop execute format('alter table ${table} drop constraint %I', c); end loop; end $$`);

function plansOf(server, table) {
    const dir = join(server.place.state, 'data', 'log');
    return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
        .split(/^(?=\d{4}-\d\d-\d\d )/m)
        .filter((text) => /plan:/.test(text) && text.includes(`'list', '${table}'`));
}

/** What is wrong with a plan, or nothing. */
function fault(plan, table) {
    const name = table.split('.')[1];
    const scans = plan.split('\n').filter((line) => new RegExp(`Scan .*\\bon ${name}\\b`).test(line));
    const text = plan.match(/Query Text: (.*)/)[1];
    const bare = !/ and t\.(?!county|div|deleted_at|township|readers)\w+ (=|is|>|<|like)/.test(text);
    if (/Seq Scan on/.test(scans.join())) return 'reads the table through';
    if (!scans.length) return 'has no scan of the table';
    if (!/(Index|Bitmap Index|Index Only) Scan[^]*?Index Cond: \(+[^\n]*county = /.test(plan))
        return 'does not name the county in an index';
    if (bare && !/ and t\.div = \$2/.test(text) && /^\s*(->\s+)?(Incremental )?Sort\b/m.test(plan))
        return 'sorts';
    return null;
}

/** Many rows made from the catalogue, which nothing but the state's own check refuses. */
export async function fillAnyhow(server, table, codes) {
    await loosen(server, table);
    for (const { indexrelid } of await server.rows(`select indexrelid::regclass::text as indexrelid
        from pg_index where indrelid = '${table}'::regclass and indisunique and not indisprimary
         and not exists (select from pg_constraint c where c.conindid = indexrelid)`))
        await server.psql(`drop index ${indexrelid}`);
    await fill(server, table, codes);
}

/** Fills the tables of `records` ({ path: table }) and asks the database to log every plan. */
export async function openPlans(server, records, callers) {
    for (const table of Object.values(records)) await fillAnyhow(server, table);
    await server.psql('vacuum (analyze)');
    await server.psql(`alter role wulian_app set session_preload_libraries = 'auto_explain'`);
    await server.psql(`alter role wulian_app set auto_explain.log_min_duration = 0`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    await server.healthy();

    async function named(path, query) {
        const answer = await Object.values(callers)[0].get(`/${path}?${query}`);
        if (answer.status !== 400) throw new Error(`${path}?${query}: ${answer.status}`);
        return answer.body.errors[0].detail.split(': ')[1]?.split(', ') ?? [];
    }

    /** Each order, and each filter asked whether it is null, which fits every type. */
    async function questions(path) {
        const sorts = await named(path, 'sort=colour');
        const filters = (await named(path, 'colour.eq=red')).filter((name) => !COMMON.includes(name));
        return ['', ...sorts.flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]),
            ...filters.map((field) => `${field}.isnull=false`)];
    }

    return {
        /** Plans of all the lists of a record that go by no index: [[why, plan]]. */
        async faultsOf(path) {
            const table = records[path];
            let sent = 0;
            for (const query of await questions(path))
                for (const caller of Object.values(callers)) {
                    const answer = await caller.get(`/${path}?limit=5&${query}`, { Connection: 'close' });
                    if (answer.status !== 200) throw new Error(`${path}?${query}: ${JSON.stringify(answer.body)}`);
                    sent++;
                }
            for (let i = 0; plansOf(server, table).length < sent && i < 100; i++) await sleep(25);
            const plans = plansOf(server, table);
            if (plans.length < sent) throw new Error(`${plans.length} of ${sent} plans were logged`);
            return plans.map((plan) => [fault(plan, table), plan]).filter(([why]) => why);
        },
    };
}
