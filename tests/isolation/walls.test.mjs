// Everybody tries everything on everybody's rows: with both walls up, with the application's own
// down, and with row security gone. What comes back is always what the oracle says, and afterwards
// not a byte of anybody's rows has changed.
//
//   WULIAN_ATTEMPTS=1000000   how often, shared out among the walls (default 10,000)
//   WULIAN_SEED=1             the same attempts again
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { rowSecurity } from '../lib/row_security.mjs';
import { startServer } from '../lib/server.mjs';
import { KINDS } from './attempts.mjs';
import { said } from './expect.mjs';
import { foreignIds } from './oracle.mjs';
import { TABLES, makeWorld } from './world.mjs';

const ATTEMPTS = Number(process.env.WULIAN_ATTEMPTS || 10000);
const SEED = Number(process.env.WULIAN_SEED || Date.now() % 1e9);
const BUILD = process.env.WULIAN_BUILD || 'build';
const AT_ONCE = 8;
/** What comes by the clock makes an account and sessions of its own. */
const STILL = { WULIAN_JOBS_CHORES: '0', WULIAN_NOTICE_REMIND_S: '0' };
const ENV = { ...STILL, WULIAN_METRICS_LISTEN: '127.0.0.1:0' };

let server, world, untouched;

// ---- attempts ----------------------------------------------------------------------------------

/** Random choices that a seed repeats (mulberry32). */
function makeDice(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6D2B79F5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const of = (list) => list[Math.floor(next() * list.length)];
    const baits = world.rows.filter((row) => row.bait);
    const records = Object.fromEntries(Object.keys(TABLES).map((record) =>
        [record, world.rows.filter((row) => row.record === record && !row.bait)]));
    return { of, records, baits, row: (record) => of(records[record]) };
}

const WHEEL = KINDS.flatMap(([kind, times]) => Array(times).fill(kind));

function makeAttempt(dice, kinds) {
    const kind = dice.of(kinds);
    const made = kind(world, dice);
    return made ? { ...made, kind: kind.name } : makeAttempt(dice, kinds);
}

/** What no answer may hold, whatever was asked. */
function indiscreet(attempt, { status, body }) {
    const question = `${attempt.path} ${JSON.stringify(attempt.body)} ${attempt.caller.account}`;
    const strange = attempt.aboutOthers ? []
        : foreignIds(world, attempt.caller, question, JSON.stringify(body) ?? '');
    const missing = JSON.stringify({ ...body, request_id: null });
    if (status >= 500) return `${status}`;
    if (strange.length) return `holds ${strange[0]} of another county`;
    return body?.code === 'not_found' && missing !== world.missing && 'tells more than not found';
}

async function deviation(attempt) {
    const { caller, kind, method, path, body, headers } = attempt;
    const answer = await caller.call(method, path, body, headers);
    const wrong = attempt.check(answer) || indiscreet(attempt, answer);
    return wrong && `${kind}: ${caller.key} ${method} ${path}\n    ` +
        `${JSON.stringify(body) ?? ''}\n    ${said(answer)}: ${wrong}`;
}

/** What came out otherwise than the oracle says. */
async function deviations(count, salt, kinds = WHEEL) {
    const dice = makeDice(SEED + salt);
    const found = [];
    let left = count;
    const one = async () => {
        while (left-- > 0) {
            const wrong = await deviation(makeAttempt(dice, kinds));
            if (wrong) found.push(wrong);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return found;
}

async function holds(share, salt) {
    const found = await deviations(Math.ceil(ATTEMPTS * share), salt);
    assert.equal(found.length, 0, `${found.length} deviations, WULIAN_SEED=${SEED}\n` +
        found.slice(0, 10).join('\n'));
    await nothingChanged();
}

// ---- the rows afterwards -----------------------------------------------------------------------

const LEDGERS = ['core.tenant', 'core.credential', 'core.county_key', 'core.plugin_activation'];
const CHECKED = [ // table, what of a row, which rows
    ...Object.values(TABLES).flatMap(([table]) => [table, `${table}_history`])
        .map((table) => [table, 't', 't.created_at < $start']),
    ...LEDGERS.map((table) => [table, 't', 'true']),
    // the jobs process opens and ends sessions of its own, by the clock
    ['core.session', '(t.id, t.hash, t.account, t.post, t.narrow, t.ended_at)', "t.kind <> 'service'"],
];

/** { 'table county': checksum } of the rows that were there at the start. */
async function checksums() {
    const sums = {};
    for (const [table, what, where] of CHECKED) {
        const found = await server.rows(`
            select t.county, md5(string_agg(${what}::text, '|' order by ${what}::text)) as sum
              from ${table} t
             where ${where.replace('$start', `'${world.start}'`)}
             group by t.county`);
        for (const { county, sum } of found) sums[`${table} ${county}`] = sum;
    }
    return sums;
}

async function nothingChanged() {
    assert.deepEqual(await checksums(), untouched);
    const fresh = await server.rows(`select county || ' ' || id as row from station.resident
        where created_at >= '${world.start}'`);
    assert.deepEqual(fresh.map(({ row }) => row).sort(), world.made.sort());
    const crossed = await server.rows(`select a.county, a.action, a.object from core.audit a
        join admin.account u on u.id = a.actor where u.county <> a.county`);
    assert.deepEqual(crossed, []);
}

// ---- row security ------------------------------------------------------------------------------

const policies = () => server.rows('select * from pg_policies order by 1, 2, 3');

const policySql = (p) => `create policy ${p.policyname} on ${p.schemaname}.${p.tablename}
    as ${p.permissive} for ${p.cmd} ${p.qual ? `using (${p.qual})` : ''}
    ${p.with_check ? `with check (${p.with_check})` : ''};`;

async function replacePolicies(olds, news) {
    const drops = olds.map((p) => `drop policy ${p.policyname} on ${p.schemaname}.${p.tablename};`);
    await server.psql(`begin; ${[...drops, ...news.map(policySql)].join('\n')} commit;`);
}

/** One policy for each table, that lets everything through. */
function opened(real) {
    const tables = new Map(real.map((p) => [`${p.schemaname}.${p.tablename}`, p]));
    return [...tables.values()].map((p) => ({ ...p, policyname: 'open', permissive: 'PERMISSIVE',
        cmd: 'ALL', qual: 'true', with_check: 'true' }));
}

// ---- the walls ---------------------------------------------------------------------------------

before(async () => {
    server = await startServer({ env: ENV });
    world = await makeWorld(server);
    untouched = await checksums();
});
after(() => server?.stop());

/** What only the database refused, and whether it lost anybody, by its meters. */
async function refusals() {
    const said = await server.metrics();
    return { rows: said.wulian_row_security_refusals_total ?? 0,
        lost: said['wulian_db_errors_total{sqlstate="08"}'] ?? 0 };
}

test('both walls up, and the second has nothing to refuse', async () => {
    await holds(0.4, 1);
    assert.deepEqual(await refusals(), { rows: 0, lost: 0 });
});

test('row security off: the application alone says the same', async () => {
    await rowSecurity(server, 'disable');
    try {
        await holds(0.2, 2);
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('policies dropped: the application alone says the same', async () => {
    const real = await policies();
    const open = opened(real);
    await replacePolicies(real, open);
    try {
        await holds(0.1, 3);
    } finally {
        await replacePolicies(open, real);
    }
    assert.deepEqual(await policies(), real);
});

test('the application\'s own wall down: the database alone says the same', async () => {
    await server.halt();
    server = await startServer({ build: `${BUILD}/wall-off`, dir: server.dir, env: ENV });
    for (const caller of world.callers) caller.base = server.base;
    world.enterAlone = true;
    await holds(0.3, 4);
    const { rows, lost } = await refusals();
    assert.ok(rows > 0, 'row security was not asked');
    assert.equal(lost, 0);
});

test('both walls down: the attempts do get through, so the test can fail', async () => {
    await rowSecurity(server, 'disable');
    const kinds = Object.fromEntries(KINDS.map(([kind]) => [kind.name, kind]));
    for (const name of ['read', 'list', 'search', 'report', 'reportRows', 'series', 'newest', 'audit', 'tie',
        'reference', 'elsewhere', 'offTownship', 'change', 'change in a batch', 'reference in a batch', 'counted',
        'listDeleted', 'twice', 'bringBack', 'job', 'jobList', 'file', 'table'])
        assert.notDeepEqual(await deviations(200, 5, [kinds[name]]), [], name);
});
