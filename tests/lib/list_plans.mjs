// Plans of lists: records filled with many rows in two counties, each list asked in each order and with
// each filter, on the first page and a later one, for the county, a township and a village. None may read
// a table through or leave its county; a list without filters comes in its order straight from an index,
// a village's from that of its township.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, JIANGHUA, SHUNHE, SUYU, TUOJIANG, YANGHUA, openTwoCounties, people }
    from './county.mjs';
import { fillAnyhow } from './plans.mjs';
import { startServer } from './server.mjs';

const ROWS = 12000; // of each record in each county

let server, admin, callers, RECORDS, FILL, OWN;

/** Rows of a county, spread over places and over a year: ids tell record and number. */
function fill(table, k, county, places) {
    const id = (kind) => `('00000000-0000-7${kind}-8000-' || lpad((${county}::bigint * 100000 + n)::text, 12, '0'))::uuid`;
    const columns = FILL[table];
    const others = Object.values(RECORDS).slice(0, k)
        .map((name, i) => `, ${id(i.toString(16).padStart(3, '0'))} as ${name.split('.')[1]}`).join('');
    return `insert into ${table} (county, id, div, org, change, created_at, created_by, updated_by,
            ${Object.keys(columns).join(', ')})
        select county, id, div, id, id, at, id, id, ${Object.values(columns).join(', ')}
          from (select n, ${county} as county, ${id(k.toString(16).padStart(3, '0'))} as id, ${id('000')} as person${others},
                       (select a.id from admin.account a where a.county = ${county}
                         order by a.id limit 1) as staff,
                       array(select a.id from admin.account a where a.county = ${county}) as staffs,
                       (select u.id from admin.org_unit u where u.county = ${county}
                         order by u.id limit 1) as unit,
                       (array[${places}])[1 + n % ${places.length}] as div,
                       now() - n * interval '43 minutes' as at
                  from generate_series(1, ${ROWS}) n) x;`;
}

/** Of each record the codes that its fields may hold. */
async function codesOf() {
    const codes = {};
    for (const caller of [admin, ...Object.values(callers)])
        for (const { records } of (await caller.get('/schema')).body.modules)
            for (const { type, create } of records)
                for (const [name, given] of Object.entries(create?.properties ?? {}))
                    (codes[type] ??= {})[name] ??= given.enum ?? given.items?.enum;
    for (const of of Object.values(codes))
        for (const [name, words] of Object.entries(of)) if (!words?.length) delete of[name];
    return codes;
}

async function seed() {
    const places = {
        [JIANGHUA]: [YANGHUA, `${TUOJIANG}201`, `${TUOJIANG}202`, `${HELUKOU}201`, `${HELUKOU}202`],
        [SUYU]: [`${SHUNHE}001`, `${SHUNHE}002`],
    };
    const codes = await codesOf();
    for (const [k, table] of Object.values(RECORDS).entries())
        if (!FILL[table]) await fillAnyhow(server, table, codes[table] ?? {});
        else for (const [county, list] of Object.entries(places))
            await server.psql(fill(table, k, Number(county), list));
    await server.psql('vacuum (analyze)');
    await server.psql(`alter role wulian_app set session_preload_libraries = 'auto_explain'`);
    await server.psql(`alter role wulian_app set auto_explain.log_min_duration = 0`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    await server.healthy();
}

/** Plans logged so far of lists of a table. */
function plansOf(table) {
    const dir = join(server.place.state, 'data', 'log');
    return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
        .split(/^(?=\d{4}-\d\d-\d\d )/m)
        .filter((text) => /plan:/.test(text) && text.includes(`'list', '${table}'`));
}

/** What a refusal names: "…: a, b, c". */
async function named(path, query) {
    const answer = await callers.county.get(`/${path}?${query}`);
    assert.equal(answer.status, 400);
    return answer.body.errors[0].detail.split(': ')[1].split(', ');
}

/** A value that rows of the village have. */
async function valueOf(table, field) {
    const [row] = await server.rows(`select ${field} as value from ${table}
        where div = ${YANGHUA} and ${field} is not null limit 1`);
    return row ? String(row.value) : callers.township.account;
}

/** A filter by such a value; by there being one where the catalogue's are none of the field's. */
async function filterBy(path, table, field) {
    const asked = `${field}.eq=${encodeURIComponent(await valueOf(table, field))}`;
    const fits = FILL[table] || (await callers.county.get(`/${path}?limit=1&${asked}`)).status !== 400;
    return fits ? asked : `${field}.isnull=false`;
}

async function questions(path, table) {
    const sorts = await named(path, 'sort=colour');
    const filters = (await named(path, 'colour.eq=red')).filter((name) => !name.endsWith('_at'));
    const asked = sorts.flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]);
    for (const field of filters) {
        const value = await filterBy(path, table, field);
        asked.push(value, ...sorts.map((sort) => `${value}&sort=-${sort}`));
    }
    for (const sort of sorts) {
        if (!sort.endsWith('_at')) continue;
        asked.push(`sort=-${sort}&${sort}.ge=2026-01-01T00:00:00Z&${sort}.lt=2099-01-01T00:00:00Z`);
    }
    return ['', ...asked];
}

/** Asks for the first page and the next; → how many statements that were. */
async function pages(caller, path, query) {
    const ask = async (more) => {
        const answer = await caller.get(`/${path}?limit=5&${query}${more}`, { Connection: 'close' });
        assert.equal(answer.status, 200, `${path}?${query}: ${JSON.stringify(answer.body)}`);
        return answer.body.next;
    };
    const next = await ask('');
    if (next) await ask(`&cursor=${next}`);
    return next ? 2 : 1;
}

/** Asks for counts of a place; → how many statements that were. What a whole county has is much of the
 *  table here, and is read as the database likes. */
async function counts(caller, path) {
    if (caller === callers.county) return 0;
    const answer = await caller.get(`/${path}/counts?by=village,month:created_at`, { Connection: 'close' });
    if (answer.status === 404) return 0; // class 4 has none
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
    return 1;
}

/** What is wrong with a plan, or nothing. */
function fault(plan, table) {
    const name = table.split('.')[1];
    const scans = plan.split('\n').filter((line) => new RegExp(`Scan .*\\bon ${name}\\b`).test(line));
    const text = plan.match(/Query Text: (.*)/)[1];
    const bare = !/ and t\.(?!county|div|deleted_at|township)\w+ (=|is|>|<|like)/.test(text);
    const village = / and t\.div = \$2/.test(text);
    // a division that is asked for, not the scope's: a village's few rows, as any other filter's
    const asked = / and t\.div = \$(?!2\b)\d/.test(text);
    if (/Seq Scan on/.test(scans.join())) return 'reads the table through';
    if (!scans.length) return 'has no scan of the table';
    const county = new RegExp(`(Index|Bitmap Index|Index Only) Scan[^]*?Index Cond: \\(+[^\\n]*county = `);
    if (!county.test(plan)) return 'does not name the county in an index';
    // a village's rows are a few among its township's
    if (bare && village && !/Index Cond: .*township = /.test(plan)) return 'leaves the township';
    // of class 4 there are the reader's own few among a place's: they may be read and then sorted
    if (FILL[table]?.readers || OWN.includes(table)) return null;
    if (/ count\(\*\) as n /.test(text)) return null; // groups have an order of their own
    if (bare && !village && !asked && /^\s*(->\s+)?(Incremental )?Sort\b/m.test(plan)) return 'sorts';
    return null;
}

/** The tests of these records: { path: table }, and of each table { column: what the n-th row has
 *  there }; the rest is null or its default. The first table holds the persons; a row's own number n,
 *  at, person, staff, staffs, unit and, by name, the n-th row of each table before are at hand. A table
 *  of which nothing is said is filled from the catalogue. `posts` are callers besides or instead of
 *  county, township and village; `own` are tables of class 4. */
export function plansOfLists(records, columns = {}, { posts = {}, own = [] } = {}) {
    [RECORDS, FILL, OWN] = [records, columns, own];
    before(async () => {
        server = await startServer();
        const { who } = await openTwoCounties(server);
        ({ admin } = who);
        callers = {
            township: who.head,
            ...await people(server, JIANGHUA, {
                county: ['county_section', JIANGHUA, '县科员'], village: ['room_worker', YANGHUA, '村社工'],
                ...posts,
            }),
        };
        await seed();
    });
    after(() => server?.stop());

    for (const [path, table] of Object.entries(RECORDS))
        test(`${path}: every order and filter goes by an index of one county`, async () => {
            let sent = 0;
            const readers = [];
            for (const caller of Object.values(callers))
                if ((await caller.get(`/${path}?limit=1`)).status === 200) readers.push(caller);
            assert.ok(readers.length > 0);
            for (const caller of readers) sent += await counts(caller, path);
            for (const query of await questions(path, table))
                for (const caller of readers) sent += await pages(caller, path, query);
            for (let i = 0; plansOf(table).length < sent && i < 100; i++) await sleep(25);
            const plans = plansOf(table);
            assert.ok(plans.length >= sent, `${plans.length} of ${sent} plans were logged`);
            const faults = plans.map((plan) => [fault(plan, table), plan]).filter(([why]) => why);
            assert.equal(faults.length, 0, `${faults.length} of ${plans.length}: ${faults[0]?.join('\n')}`);
        });
}
