// Batches and merges while workers and PostgreSQL are killed: each is carried out whole and once, or
// it is not acknowledged.
//
//   WULIAN_KILLS=20 WULIAN_SEED=7 node --test tests/crash/batch_kills.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { Ledger, random } from './ledger.mjs';

const KILLS = Number(process.env.WULIAN_KILLS || 4);
const SEED = Number(process.env.WULIAN_SEED || Date.now() % 1e6);
const RESIDENTS = '/station/residents';
const ITEMS = 6;

const chance = random(SEED);
const ledger = new Ledger({ chance: random(SEED + 1), hangUps: 0.05 });
let server, who;

before(async () => {
    server = await startServer({ workers: 2 });
    ({ who } = await openTwoCounties(server));
});
after(() => server?.stop());

async function killer(t) {
    for (let n = 0; n < KILLS; n++) {
        await sleep(500 + 2000 * chance());
        const kind = ['worker', 'postgres'][n % 2];
        for (let i = 0; server.pids(kind).length === 0 && i < 400; i++) await sleep(25);
        const pids = server.pids(kind);
        process.kill(pids[Math.floor(chance() * pids.length)], 'SIGKILL');
        t.diagnostic(`killed ${kind}`);
    }
    await sleep(1000);
}

/** A batch of residents, and the last of them merged into the first. */
async function round(n) {
    const items = Array.from({ length: ITEMS }, (_, i) =>
        ({ op: 'create', data: { div: YANGHUA, name: `批${n}之${i}` } }));
    const made = await ledger.write(who.head, 'batch', `${RESIDENTS}/batch`, { items }, { status: 200 });
    const ids = made.items.map(({ body }) => body.id);
    await ledger.write(who.admin, 'merge', `${RESIDENTS}/${ids.at(-1)}/merge`, { into: ids[0] },
        { ifVersion: 1, status: 200 });
    return ids;
}

test(`batches and merges through ${KILLS} kills are whole and once`, async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const made = [];
    let next = 0, killing = true;
    const client = async () => {
        while (killing) made.push(await round(next++));
    };
    const clients = Promise.all(Array.from({ length: 4 }, client));
    await Promise.race([killer(t), clients]);
    killing = false;
    await clients;
    t.diagnostic(`${made.length} rounds, ${ledger.replays} acknowledged on a repeat`);
    assert.ok(made.length > 3);
    const rows = await server.rows(`select id, deleted_at is not null as gone, version,
        (select count(*)::int from station.resident_history h where h.id = r.id) as versions
        from station.resident r`);
    const wanted = made.flatMap((ids) => ids.map((id, i) =>
        i === ITEMS - 1 ? `${id} true 2 2` : `${id} false 1 1`));
    assert.deepEqual(rows.map((row) => `${row.id} ${row.gone} ${row.version} ${row.versions}`).sort(),
        wanted.sort());
    const merges = await server.rows('select loser, winner from core.merge where undone is null');
    assert.deepEqual(merges.map(({ loser, winner }) => `${loser} ${winner}`).sort(),
        made.map((ids) => `${ids.at(-1)} ${ids[0]}`).sort());
});
