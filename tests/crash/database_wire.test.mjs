// The wire between the server and its database fails in five ways while a station works: nothing
// acknowledged is lost or doubled, a write whose outcome nobody heard of is answered by its key, and the
// service comes back by itself.
//
//   WULIAN_WIRE_FAULTS=400 node --test tests/crash/database_wire.test.mjs
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster } from '../lib/cluster.mjs';
import { YANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { tempFolder } from '../lib/temp.mjs';
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
    const files = tempFolder();
    chmodSync(files, 0o777); // the server's user is another
    server = await startServer({ database: cluster, env: { ...wire.env, WULIAN_FILES_DIR: files } });
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

// what each of them is told apart by: a number that it sets, and the role that the audit of the end names
for (const [which, offset, about] of [['a piece', 0, '65536'], ['the last piece', 65536, 'social_worker']]) {
    test(`${which} of a file whose commit nobody heard of is answered as taken`, async () => {
        const bytes = Buffer.alloc(2 * 65536, 'abc\n');
        const made = await who.worker.post('/files', { name: '名.txt', type: 'text/plain', size: bytes.length,
            sha256: createHash('sha256').update(bytes).digest('hex') });
        const send = async (from) => {
            const { status, headers } = await who.worker.exchange('PATCH', `/files/${made.body.id}`, {
                'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from),
            }, bytes.subarray(from, from + 65536));
            return [status, headers.get('upload-offset')];
        };
        if (offset > 0) assert.deepEqual(await send(0), [204, '65536']);
        const hits = wire.hits;
        Object.assign(wire, { fault: 'cut between a commit and the word of it', about, isOnce: true });
        assert.deepEqual(await send(offset), [204, String(offset + 65536)]);
        assert.equal(wire.hits, hits + 1);
        Object.assign(wire, { fault: null, about: null, isOnce: false });
    });
}
