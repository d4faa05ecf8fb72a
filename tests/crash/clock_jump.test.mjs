// The wall clock of the whole server, database included, jumps an hour back and two forth under the main
// job. Nothing acknowledged is lost or doubled; numbers stay single; what works by the clock goes on;
// the ledger of the audit is sealed on and verifies. See clock.c.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, copyFileSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, people, TUOJIANG } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root, tempFolder } from '../lib/temp.mjs';
import { Ledger } from './ledger.mjs';
import { openStation, shift } from './shift.mjs';
import { collect, judge } from './verdict.mjs';

const HOUR = 3600;
const SHIFT_MS = 4000;
// the sanitizers' runtime wants to be first
const BUILD = resolve(root, 'build');

let server, who, clock;
const ledger = new Ledger();

class Clock {
    constructor() {
        this.folder = tempFolder();
        this.shim = join(this.folder, 'clock.so');
        copyFileSync(join(BUILD, 'tests/crash/clock.so'), this.shim);
        chmodSync(this.folder, 0o755);
        this.fd = openSync(join(this.folder, 'jump'), 'w+');
        this.jump(0);
    }

    jump(seconds) {
        const text = Buffer.alloc(8);
        text.writeBigInt64LE(BigInt(seconds));
        writeSync(this.fd, text, 0, 8, 0);
    }
}

before(async () => {
    clock = new Clock();
    server = await startServer({ build: BUILD, env: { LD_PRELOAD: clock.shim } });
    who = await openStation(server);
    // an hour back may be yesterday, when nobody had a post yet
    await server.psql('update admin.post set valid_from = valid_from - 1');
});
after(async () => {
    await server?.stop();
    closeSync(clock.fd);
});

const now = () => server.psql('select extract(epoch from now())::bigint').then(Number);

/** How far the database's clock and a worker's are from ours, in hours. */
async function ahead() {
    const made = await who.operator.get('/me');
    const [last] = await server.rows('select extract(epoch from max(at))::bigint as at from core.audit');
    assert.equal(made.status, 200, JSON.stringify(made.body));
    return [await now(), Number(last.at)].map((at) => Math.round((at - Date.now() / 1000) / HOUR) || 0);
}

/** What the clock brings, and the seals, go on: a minute's chore is not waited for, a seal is. */
async function sealed() {
    const count = () => server.psql('select count(*) from core.audit_seal').then(Number);
    const began = await count();
    await who.head.get('/station/requests?limit=1');
    for (let i = 0; i < 400 && await count() === began; i++) await sleep(25);
    assert.ok(await count() > began, 'no seal since the jump');
    assert.equal((await fetch(`${server.base}/readyz`)).status, 200);
}

test('tests/at begins a command at another hour, and ends as it does', () => {
    const at = (...command) => spawnSync(join(root, 'tests/at'), ['2028-02-29 06:30', ...command],
        { encoding: 'utf8', env: { ...process.env, WULIAN_BUILD: BUILD, TZ: 'Asia/Shanghai' } });
    assert.match(at('date', '+%F %T').stdout, /^2028-02-29 06:3[01]:/);
    assert.match(at(process.execPath, '-p', 'new Date().toISOString()').stdout, /^2028-02-28T22:3[01]:/);
    assert.equal(at('sh', '-c', 'exit 3').status, 3);
});

test('the clock of the server is the one that jumps', async () => {
    clock.jump(-HOUR);
    assert.equal((await ahead())[0], -1);
    clock.jump(0);
    assert.deepEqual(await ahead(), [0, 0]);
});

test('an hour back under work: everything goes on', async (t) => {
    await shift(ledger, who, async () => {
        await sleep(SHIFT_MS / 2);
        clock.jump(-HOUR);
        await sleep(SHIFT_MS);
    });
    await sealed();
    t.diagnostic(`${ledger.jobs.length} jobs, ${ledger.writes.length} writes acknowledged`);
    assert.deepEqual(judge(ledger, await collect(server)), []);
});

test('and forth again', async () => {
    await shift(ledger, who, async () => {
        await sleep(SHIFT_MS / 2);
        clock.jump(0);
        await sleep(SHIFT_MS / 2);
    });
    await sealed();
    assert.deepEqual(judge(ledger, await collect(server)), []);
});

test('an hour forth ends who was idle by that clock; who signs in again works', async () => {
    clock.jump(2 * HOUR);
    const out = await who.operator.get('/me');
    assert.deepEqual([out.status, out.body.code], [401, 'no_session']);
    const later = await people(server, JIANGHUA, {
        operator2: ['hotline_operator', 431129, '周接线'],
        head2: ['station_head', TUOJIANG, '周站长'],
        worker2: ['social_worker', TUOJIANG, '周社工'],
    });
    Object.assign(who, { operator: later.operator2, head: later.head2, worker: later.worker2 });
    await shift(ledger, who, () => sleep(SHIFT_MS));
    await sealed();
    assert.deepEqual(judge(ledger, await collect(server)), []);
});

test('numbers are single, and each history is in the order of its versions', async () => {
    const doubled = await server.rows('select no from station.request group by no having count(*) > 1');
    assert.deepEqual(doubled, []);
});

test('the ledger of the audit verifies over all that', async () => {
    const file = join(tempFolder(), 'ledger');
    const told = await server.cli(['audit', 'export', '--county', '431129', file]);
    assert.equal(told.status, 0, told.err);
    const { status, out, err } = await server.cli(['audit', 'verify', file]);
    assert.equal(status, 0, out + err);
});
