// The wire between the server and its database fails in five ways while a station works: nothing
// acknowledged is lost or doubled, a write whose outcome nobody heard of is answered by its key, and the
// service comes back by itself.
//
//   WULIAN_WIRE_FAULTS=400 node --test tests/crash/database_wire.test.mjs
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster } from '../lib/cluster.mjs';
import { YANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { DatabaseWire, FAULTS } from './database_wire.mjs';
import { Ledger } from './ledger.mjs';
import { audited, openStation, shift } from './shift.mjs';

const EACH = Number(process.env.WULIAN_WIRE_FAULTS || 20); // of each kind
const READY_MS = 60_000;
const ledger = new Ledger();
ledger.patience = Math.max(ledger.patience, EACH * 2000); // one client may be hit time after time
let cluster, wire, server, who;

before(async () => {
    cluster = await startCluster({ migrate: true });
    wire = await new DatabaseWire(cluster).open();
    server = await startServer({ database: cluster, env: wire.env });
    who = await openStation(server);
});
after(async () => {
    try {
        await server?.stop();
    } finally {
        wire?.close();
        await cluster?.stop();
    }
});

async function until(what, holds) {
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(50)) if (await holds()) return;
    throw new Error(`never: ${what}\n${server.log.slice(-4000)}`);
}

const ready = async () => {
    const answer = await fetch(`${server.base}/readyz`, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
};

for (const fault of Object.keys(FAULTS)) {
    test(`${fault}, ${EACH} times`, async (t) => {
        const hits = wire.hits;
        await shift(ledger, who, async (ended) => {
            await sleep(200);
            wire.fault = fault;
            while (wire.hits < hits + EACH && !ended()) await sleep(10);
            wire.fault = null;
            await until('the service is ready', ready);
            const done = ledger.jobs.length;
            await until('a job after that is finished', () => ended() || ledger.jobs.length > done);
        });
        t.diagnostic(`${wire.hits - hits} hits`);
        await audited(t, server, ledger);
    });
}

test('a write whose commit nobody heard of answers 503, and its key gives the first answer', async () => {
    const key = randomUUID();
    const body = { div: YANGHUA, name: '奉不知' };
    const post = () => who.operator.post('/station/residents', body, { key });
    const rows = () => server.rows(`select id from station.resident where name = '${body.name}'`);
    wire.cut();
    await until('the service is ready', ready);
    Object.assign(wire, { fault: 'cut between a commit and the word of it', about: body.name });
    const unheard = await post();
    wire.fault = null;
    assert.deepEqual([unheard.status, unheard.body.code], [503, 'unavailable']);
    assert.ok(unheard.headers.get('retry-after') > 0);
    await until('the service is ready', ready);
    const made = await rows();
    const heard = await post();
    assert.equal(heard.status, 201);
    assert.deepEqual([made, await rows()], [[{ id: heard.body.id }], made]);
});
