// The ceiling of a worker's memory (http.memory_mb): what eats memory loses its call or its worker, is
// named, and others are served meanwhile; 200 sign-ins at once stay far below it. The plain build,
// whatever is tested else: a sanitizer's shadow leaves no room for a ceiling (core/ceiling.c), and it
// keeps what was freed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { root } from '../lib/temp.mjs';
import { COUNTY } from '../plugins/small.mjs';
import { EATERS, Hostile, titleOf } from './hostile.mjs';

const BUILD = resolve(root, 'build');
const MEMORY_MB = 256;
const BESIDE_MB = 64; // pages of files and stacks, which a ceiling of data does not count
const SIGN_IN_MB = 100; // a worker with one hash holds 60

let kit, server;

before(async () => {
    kit = await Hostile.open({ build: BUILD, so: join(BUILD, 'test-plugins'),
        env: { WULIAN_HTTP_MEMORY_MB: String(MEMORY_MB), WULIAN_PLUGINS_CRASH_LIMIT: '60' } });
    ({ server } = kit);
});
after(() => server?.stop());

/** The most memory that a process ever held, in MB; 0 when it is gone. */
function peakOf(pid) {
    try {
        return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
    } catch {
        return 0;
    }
}

/** The most that a worker held until now, and while `during` went on. */
async function peakWhile(during) {
    const pids = server.pids('worker');
    let peak = 0;
    const look = () => (peak = Math.max(peak, ...pids.map(peakOf)));
    const timer = setInterval(look, 5);
    await during().finally(() => clearInterval(timer));
    return look();
}

test('each worker has the ceiling that is set, and cannot lift it', () => {
    for (const pid of server.pids('worker')) {
        const [, soft, hard] = /^Max data size +(\S+) +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'));
        assert.deepEqual([soft, hard].map(Number), [MEMORY_MB << 20, MEMORY_MB << 20]);
    }
});

// a hash takes 32 MB on the one thread for it; 200 of them side by side would be 6.4 GB
test('200 sign-ins at once take the memory of a few, and end no worker', async (t) => {
    const guest = new Caller(server.base);
    const pids = server.pids('worker');
    const attempt = (i) => guest.post('/sessions', { login: `crowd${i}@${COUNTY}`, password: 'Wrong-Horse-1' });
    const statuses = [];
    const peak = await peakWhile(async () => statuses.push(...(await Promise.all(
        Array.from({ length: 200 }, (_, i) => attempt(i)))).map(({ status }) => status)));
    t.diagnostic(`${Math.round(peak)} MB at most`);
    assert.deepEqual(statuses.filter((status) => status !== 401 && status !== 503), []);
    assert.ok(statuses.includes(401));
    assert.ok(peak < SIGN_IN_MB, `${peak} MB`);
    assert.deepEqual(server.pids('worker'), pids);
    assert.equal((await attempt('after')).status, 401);
});

test('others begin to work', () => kit.work());

for (const row of EATERS) {
    test(titleOf(row), async (t) => {
        const peak = await peakWhile(() => kit.contains(row));
        t.diagnostic(`${Math.round(peak)} MB at most`);
        assert.ok(peak < MEMORY_MB + BESIDE_MB, `${peak} MB`);
        assert.deepEqual(await kit.health(), { status: 'ok', quarantined: [] });
        assert.equal((await fetch(`${server.base}/readyz`)).status, 200);
    });
}

test('everything that was acknowledged is there, once', async (t) => t.diagnostic(await kit.judge()));
