// What the people's and the calls' routes tell stays within the caller's place also when row security is
// gone: their own statements name the scope.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

let server, who, suyu, one;

const PHONE = '13807465678';
const now = new Date(Date.now() + 8 * 3600e3);
const day = now.toISOString().slice(0, 10);

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', 431129, '社工股'] }));
    const made = async (caller, path, body) => {
        const answer = await caller.post(`/station/${path}`, body);
        assert.equal(answer.status, 201, `${path}: ${JSON.stringify(answer.body)}`);
        return answer.body;
    };
    const div = `${TUOJIANG}000`;
    await made(who.section, 'duty_settings', { div, year_round: true, since: '2026-01-01' });
    await made(who.head, 'staff_profiles', { div, account: who.worker.account, cert_type: '2',
        cert_valid_until: '2030-01-01', work_mode: 'ONSITE', entered_on: '2024-01-01' });
    await made(who.head, 'rosters', { div, date: day, shift: 'DAY', starts: '00:00', ends: '00:00',
        staff: who.worker.account });
    await made(who.head, 'talent_plans', { div, year: 2026, measure: 'STAFF', target: 6 });
    await made(who.head, 'residents', { div: YANGHUA, name: '单秀英', phone: PHONE });
    await made(who.operator, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: PHONE,
        started_at: new Date(Date.now() - 60e3).toISOString(), outcome: 'MISSED' });
    one = await made(who.operator, 'requests', { div: YANGHUA, channel: 'HOTLINE', category: 'MEAL',
        domain: 'E', urgency: 'U2', content: '家中无米', caller_phone: PHONE });
});
after(() => server?.stop());

/** How much each route tells the caller: rows about Tuojiang. */
async function told(caller) {
    const rows = async (path) => {
        const { status, body } = await caller.get(`/station/${path}`);
        assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
        return body.items.filter((row) => !row.township || row.township === Number(TUOJIANG)).length;
    };
    const { body } = await caller.post('/station/calls/caller', { phone: PHONE });
    return {
        duty: await rows(`duty?township=${TUOJIANG}`),
        holes: Math.sign(await rows('duty/holes?from=2026-01-01&to=2026-01-10')),
        education: await rows('education'), workforce: await rows('workforce'),
        talent: await rows('talent?year=2026'),
        caller: [body.persons.length, body.requests.length, body.calls.length],
        work: (await caller.get(`/station/requests/${one.id}/work`)).status,
    };
}

const ALL = { duty: 1, holes: 1, education: 1, workforce: 1, talent: 1, caller: [1, 1, 1], work: 200 };
const NOTHING = { duty: 0, holes: 0, education: 0, workforce: 0, talent: 0, caller: [0, 0, 0], work: 404 };

async function holds() {
    assert.deepEqual(await told(who.head), ALL);
    for (const caller of [who.helukou, suyu.head]) assert.deepEqual(await told(caller), NOTHING);
}

test('both walls up: the own place, and no other', holds);

test('row security off: the statements alone say the same', async () => {
    const rowSecurity = (what) => server.psql(`do $$ declare t text; begin
        for t in select distinct format('%I.%I', schemaname, tablename) from pg_policies loop
            execute format('alter table %s ${what} row level security', t);
        end loop; end $$`);
    await rowSecurity('disable');
    try {
        await holds();
    } finally {
        await rowSecurity('enable');
    }
});

test('the other township has its own', async () => {
    const { body } = await who.helukou.get('/station/workforce');
    assert.deepEqual(body.items.map(({ township }) => township), [Number(HELUKOU)]);
});
