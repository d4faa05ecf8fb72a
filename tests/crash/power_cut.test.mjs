// The power goes while the main job is done: the log of the database then ends where it was synced last
// (disk.c). Nothing acknowledged may be missing. The negative control: with `fsync = off` the same cut
// must lose acknowledged writes, and the verdict must say so.
//
//   WULIAN_CUTS=50 node --test tests/crash/power_cut.test.mjs
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startServer } from '../lib/server.mjs';
import { Disk } from './disk.mjs';
import { Ledger } from './ledger.mjs';
import { audited, openStation, shift } from './shift.mjs';
import { collect, judge } from './verdict.mjs';

const CUTS = Number(process.env.WULIAN_CUTS || 3);
const disk = new Disk();
const ledger = new Ledger();
let server, who;

before(async () => {
    server = await startServer({ env: disk.env });
    who = await openStation(server);
});
after(() => server?.stop());

test(`${CUTS} power cuts lose nothing that was acknowledged`, async (t) => {
    await shift(ledger, who, async (ended) => {
        for (let n = 0; n < CUTS && !ended(); n++) {
            await sleep(1500 + 1500 * Math.random());
            t.diagnostic(`${await disk.cut(server)} bytes were not synced yet`);
            await server.again();
        }
    });
    assert.ok(ledger.lost > 0, 'the cuts hit nothing');
    await audited(t, server, ledger);
});

test('without fsync a power cut loses what was acknowledged, and the verdict says so', async (t) => {
    await server.halt();
    appendFileSync(join(server.place.state, 'data/postgresql.conf'), 'fsync = off\n');
    await server.again();
    await server.psql('checkpoint');
    disk.settle();
    // clients that stop with the power: asked again, the server would do once more what it forgot
    ledger.patience = 0;
    await assert.rejects(shift(ledger, who, async () => {
        await sleep(3000);
        t.diagnostic(`${await disk.cut(server)} bytes were not synced`);
    }), /^Error: POST /);
    await server.again();
    const faults = judge(ledger, await collect(server));
    const missing = faults.filter((fault) => fault.endsWith(': 0 versions'));
    t.diagnostic(`${ledger.writes.length} writes acknowledged, ${missing.length} of them missing`);
    assert.ok(missing.length > 0);
});
