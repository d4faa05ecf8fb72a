// PostgreSQL is stopped under load by what its administrators send it, and connections are cut in the
// midst of an answer: nothing acknowledged is lost or doubled, and nobody but the client asks again.
//
//   WULIAN_RESTARTS=100 WULIAN_CONNECTION_CUTS=2000 node --test tests/crash/database_restart.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller } from '../lib/api.mjs';
import { startServer } from '../lib/server.mjs';
import { CutWire } from './cut_wire.mjs';
import { Ledger } from './ledger.mjs';
import { audited, openStation, shift } from './shift.mjs';

const RESTARTS = Number(process.env.WULIAN_RESTARTS || 6);
const CUTS = Number(process.env.WULIAN_CONNECTION_CUTS || 60);
const STOPS = ['SIGINT', 'SIGQUIT', 'SIGTERM']; // fast, immediate, smart
const ledger = new Ledger();
let server, who;

before(async () => {
    server = await startServer();
    who = await openStation(server);
});
after(() => server?.stop());

test(`PostgreSQL restarts ${RESTARTS} times`, async (t) => {
    await shift(ledger, who, async (ended) => {
        for (let n = 0; n < RESTARTS && !ended(); n++) {
            await sleep(300 + 700 * Math.random());
            const signal = STOPS[n % STOPS.length];
            const gone = server.kill('postgres', signal);
            // a smart stop waits for whoever is connected, and our server mostly stays so
            if (signal === 'SIGTERM') await sleep(500);
            if (signal === 'SIGTERM' && server.pids('postgres').includes(gone)) process.kill(gone, 'SIGINT');
            await server.respawned('postgres', gone);
        }
        const { length } = ledger.jobs;
        while (!ended() && ledger.jobs.length === length) await sleep(25);
    });
    await audited(t, server, ledger);
});

test(`${CUTS} answers are cut on their way to the client`, async (t) => {
    const wire = await new CutWire(server.place.address).open();
    const callers = Object.entries(who).map(([name, { token, account }]) =>
        [name, Object.assign(new Caller(wire.base, token), { account })]);
    const lost = ledger.lost;
    try {
        await shift(ledger, Object.fromEntries(callers), async (ended) => {
            while (wire.cuts < CUTS && !ended()) await sleep(25);
            wire.cutting = false;
        });
    } finally {
        wire.close();
    }
    t.diagnostic(`${wire.cuts} answers cut`);
    assert.ok(ledger.lost > lost, 'no cut was felt');
    await audited(t, server, ledger);
});
