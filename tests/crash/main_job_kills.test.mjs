// The main job many times at once while workers, the jobs process, PostgreSQL and the whole server are
// killed: nothing acknowledged is lost or doubled, and the service comes back by itself (the whole
// server when it is started again). One attempt in fifty is by a client that hangs up after a few
// milliseconds and asks again.
//
//   WULIAN_KILLS=1000 WULIAN_SEED=7 node --test tests/crash/main_job_kills.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startServer } from '../lib/server.mjs';
import { Ledger, random } from './ledger.mjs';
import { audited, openStation, shift } from './shift.mjs';
import { collect, judge, missing } from './verdict.mjs';

const KILLS = Number(process.env.WULIAN_KILLS || 200);
const SEED = Number(process.env.WULIAN_SEED || Date.now() % 1e6);
const CLIENTS = 8;
const WORKERS = 4;
/** Of how many kills one is of that kind; all others are of workers. */
const SHARES = [['master', 33], ['postgres', 10], ['jobs', 8]];

const chance = random(SEED);
const ledger = new Ledger({ chance: random(SEED + 1), hangUps: 0.02 });
let server, who;

before(async () => {
    server = await startServer({ workers: WORKERS });
    who = await openStation(server);
});
after(() => server?.stop());

const victim = (n) => SHARES.find(([, every]) => n % every === every - 1)?.[0] ?? 'worker';

/** A kill is to find its kind at work; while one worker dies another lives. */
async function prey(kind) {
    const least = kind === 'worker' ? 2 : 1;
    const pids = await server.respawned(kind, undefined, least);
    return pids[Math.floor(chance() * pids.length)];
}

let looked = 0; // acknowledged writes that were looked for

/** What was acknowledged by the time of a kill is there after it. */
async function look(until) {
    assert.deepEqual(await missing(server, ledger.writes.slice(looked, until)), []);
    looked = until;
}

/** Kills at moments that the seed chooses: { kind: how many }. */
async function killer(ended) {
    const killed = {};
    let acknowledged = 0;
    for (let n = 0; n < KILLS && !ended(); n++) {
        await Promise.all([sleep(400 * chance()), look(acknowledged)]);
        const kind = victim(n);
        const pid = await prey(kind);
        acknowledged = ledger.writes.length;
        process.kill(pid, 'SIGKILL');
        if (kind === 'master') await server.again();
        killed[kind] = (killed[kind] ?? 0) + 1;
    }
    await Promise.all([sleep(1000), look(acknowledged)]);
    return killed;
}

test(`${CLIENTS} clients finish the main job again and again through ${KILLS} kills`, async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const killed = await shift(ledger, who, killer, CLIENTS);
    t.diagnostic(`killed ${JSON.stringify(killed)}`);
    assert.equal(Object.values(killed).reduce((sum, n) => sum + n, 0), KILLS);
    assert.ok(ledger.lost > 0, 'the kills hit nothing');
    assert.ok(looked > KILLS, `only ${looked} writes were looked for after the kill that followed them`);
});

test('every acknowledged write is there exactly once', (t) => audited(t, server, ledger));

test('the service is back by itself, whole', async () => {
    assert.equal((await server.respawned('worker')).length, WORKERS);
    assert.equal((await server.respawned('jobs')).length, 1);
    const ready = await fetch(`${server.base}/readyz`);
    assert.equal(ready.status, 200, await ready.text());
});

test('the reports say what the ledger says', async () => {
    const period = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
    const jobs = ledger.jobs.length;
    const content = ledger.writes.filter((write) => write.state === 'closed' && write.rating >= 4);
    for (const [caller, report] of [[who.head, 'SM-01'], [who.admin, 'CM-01']]) {
        const { status, body } = await caller.get(`/reports/${report}?period=${period}`);
        assert.equal(status, 200, JSON.stringify(body));
        const of = (code) => body.indicators.find((item) => item.code === code);
        assert.equal(of('M04').value, jobs, report);
        assert.equal(of('M04P').value, jobs, report);
        assert.deepEqual(of('M05').share, { kind: 'on_time', value: jobs, of: jobs }, report);
        assert.deepEqual(of('M07').share, { kind: 'content', value: content.length, of: jobs },
            report);
        assert.deepEqual(of('M13').by_kind.map(({ kind, value }) => [kind, value]),
            [['BUY_DRUG', jobs]], report);
    }
});

// The verdict itself on trial: what a lost or a doubled row of each kind looks like to it.
const one = (table, where = 'true') => `ctid = (select ctid from ${table} where ${where} limit 1)`;
const TAMPERED = {
    'a lost row': `delete from station.request where ${one('station.request')}`,
    'a doubled row': `insert into station.resident (county, id, div, org, change, created_by, updated_by,
        name, name_py, name_pi) select county, gen_random_uuid(), div, org, change, created_by,
        updated_by, name, name_py, name_pi from station.resident limit 1`,
    'a lost version': `delete from station.request_history
        where ${one('station.request_history', 'version = 3')}`,
    'a doubled version': `insert into elderly.errand_history
        select (json_populate_record(h, '{"version": 99}')).* from elderly.errand_history h limit 1`,
    'a lost audit row': `delete from core.audit where (at, id) = (select at, id from core.audit
        where object = 'elderly.errand' and action = 'settle' limit 1)`,
    'a doubled audit row': `insert into core.audit (county, actor, action, object, object_id, request)
        select county, actor, action, object, object_id, request from core.audit
        where object = 'station.request' and action = 'close' limit 1`,
    'a lost key': `delete from core.idem
        where ${one('core.idem', "record = 'station.request'")}`,
    'a number given twice': `alter table station.request drop constraint request_no;
        update station.request set no = (select min(no) from station.request)
        where no = (select max(no) from station.request)`,
    'money that does not balance': `alter table elderly.errand drop constraint errand_balance;
        update elderly.errand set returned_fen = returned_fen + 1
        where ${one('elderly.errand')}`,
    'an older row put back': `update station.request set version = 7, state = 'callback'
        where ${one('station.request')}`,
};

for (const [what, sql] of Object.entries(TAMPERED)) {
    test(`the verdict notices ${what}`, async () => {
        assert.notDeepEqual(judge(ledger, await collect(server, sql)), []);
    });
}

test('the look after each kill notices a write that is not there', async () => {
    const [write] = ledger.writes;
    assert.deepEqual(await missing(server, [write]), []);
    assert.equal((await missing(server, [write, { ...write, version: 99 }])).length, 1);
    assert.equal((await missing(server, [{ ...write, key: 'never-sent' }, write])).length, 1);
});

test('and tampering was undone', async () => {
    assert.deepEqual(judge(ledger, await collect(server)), []);
});
