// Due visits by a clock that is killed again and again, across midnight and the month's end: what was seen
// is noted once, and a birthday on its day.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, YANGHUA, openTwoCounties } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { watch } from '../../../tests/lib/temp.mjs';

const HOUR = 3600e3, MANY = 2000;
const [YEAR, MONTH] = new Date(Date.now() + 8 * HOUR).toISOString().split('-').map(Number);
const FIRST = Date.UTC(YEAR, MONTH, 1) - 8 * HOUR; // of the next month, 00:00 in Asia/Shanghai
const birthday = new Date(Date.UTC(YEAR - 80, MONTH, 1)).toISOString().slice(0, 10);

let server, who;

const args = (at) => ['chores', 'run', '--county', String(JIANGHUA), '--until', new Date(at).toISOString(),
    '--only'];

/** One of the chores up to then; killed after so many milliseconds, if it is not done by then. */
async function run(chore, at, ms) {
    const child = watch(spawn(server.binary, [...args(at), `elderly.${chore}`, '--embedded', server.dir],
        { env: server.environment(), stdio: 'ignore' }));
    const ended = new Promise((end) => child.once('exit', (code, signal) => end(signal ?? code)));
    if (ms) {
        await Promise.race([ended, sleep(ms)]);
        child.kill('SIGKILL');
    }
    return ended;
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who } = await openTwoCounties(server));
    const id = (kind) => `('00000000-0000-7${kind}-8000-' || lpad(n::text, 12, '0'))::uuid`;
    const fill = (table, columns, values) => server.psql(`insert into ${table}
            (county, id, div, org, change, created_by, updated_by, ${columns})
        select ${JIANGHUA}, ${values[0]}, ${YANGHUA}, ${values[0]}, ${values[0]}, a, a, ${values[1]}
          from generate_series(1, ${MANY}) n, (values ('${who.worker.account}'::uuid)) x (a)`);
    await fill('station.resident', 'name, name_py, name_pi, birth',
        [id('000'), `'姓' || n, 'xing', 'x', '${birthday}'`]);
    await fill('elderly.elder_profile', 'person, categories, tier, consent_visit, state, active_since',
        [id('001'), `${id('000')}, array['ALONE'], 'K', true, 'active', now() - interval '9 days'`]);
    for (const chore of ['elder_contacts', 'elder_visits', 'elder_aged'])
        assert.equal(await run(chore, Date.now()), 0); // their ledger begins
    await fill('station.visit', 'person, kind, visited_at, result',
        [id('002'), `${id('000')}, 'ROUTINE', now() - n * interval '1 minute', 'MET_WELL'`]);
});
after(() => server?.stop());

/** Profiles by version, and how many rows of history say so. */
const written = () => server.rows(`select p.version, count(*)::int as files,
        sum((select count(*) from elderly.elder_profile_history h
              where h.county = p.county and h.id = p.id))::int as rows
    from elderly.elder_profile p group by p.version`);

test('killed again and again, it notes each visit once [E15]', async () => {
    let killed = 0;
    for (let i = 0; i < 12; i++)
        killed += await run('elder_contacts', Date.now() + HOUR / 4, 60 + 40 * i) === 'SIGKILL';
    assert.ok(killed > 0);
    assert.equal(await run('elder_contacts', Date.now() + HOUR / 4), 0);
    assert.equal(await run('elder_visits', FIRST + 30 * HOUR), 0); // nothing is left for the night
    assert.deepEqual(await written(), [{ version: 2, files: MANY, rows: MANY }]);
    const [{ wrong }] = await server.rows(`select count(*)::int as wrong from elderly.elder_profile p
        join station.visit v on v.county = p.county and v.person = p.person
       where p.contacted_at <> v.visited_at or p.next_visit_due
             <> timezone('Asia/Shanghai', ((v.visited_at at time zone 'Asia/Shanghai')::date + 31)::timestamp)`);
    assert.equal(wrong, 0);
});

test('the eightieth birthday on the first of the month counts from its midnight, once [E16]', async () => {
    const aged = async () => Number(await server.psql(`select count(*) from elderly.elder_profile
        where categories = array['ALONE', 'AGED']`));
    assert.equal(await run('elder_aged', FIRST), 0);
    assert.equal(await aged(), 0);
    for (const ms of [80, 160, 240, 320, 400, 480]) await run('elder_aged', FIRST + HOUR / 4, ms);
    assert.equal(await run('elder_aged', FIRST + 50 * HOUR), 0);
    assert.equal(await aged(), MANY);
    assert.deepEqual(await written(), [{ version: 3, files: MANY, rows: 2 * MANY }]);
});

test('a visit just before midnight and one just after are a day apart, in any month [E15]', async () => {
    const due = (tier, since, changed) => server.psql(`select elderly.next_visit_due(${JIANGHUA}, ${YANGHUA},
        '${tier}', true, '${since}', ${changed ? `'${changed}'` : 'null'}) at time zone 'Asia/Shanghai'`);
    assert.equal(await due('H', '2026-11-30 23:59:59+08'), '2026-12-08 00:00:00'); // through the 7th
    assert.equal(await due('H', '2026-12-01 00:00:00+08'), '2026-12-09 00:00:00');
    assert.equal(await due('K', '2028-01-31 12:00:00+08'), '2028-03-02 00:00:00'); // a leap year
    assert.equal(await due('N', '2026-10-01 00:00:00+08'), '2027-01-01 00:00:00');
    assert.equal(await due('N', '2026-12-01 08:00:00+08', '2026-12-31 23:30:00+08'), '2027-01-01 23:30:00');
    assert.equal(await due('H', '2026-12-31 23:45:00+08', '2026-12-31 23:30:00+08'), '2027-01-08 00:00:00');
});
