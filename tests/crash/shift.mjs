// A station at work while something goes wrong: who works there, clients that do the main job over and
// over until the fault is over, and what must hold afterwards.
import assert from 'node:assert/strict';

import { JIANGHUA, openCounty, openStations, people, TUOJIANG, YANGHUA } from '../lib/county.mjs';
import { collect, judge } from './verdict.mjs';

/** One station of Jianghua with elderly services: those who do the main job, and the admin. */
export async function openStation(server) {
    await openCounty(server, JIANGHUA);
    const who = await people(server, JIANGHUA, { admin: ['county_admin', 431129, '何局员'] });
    await openStations(who.admin, { [TUOJIANG]: '沱江镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        operator: ['hotline_operator', 431129, '唐接线'],
        head: ['station_head', TUOJIANG, '李站长'],
        worker: ['social_worker', TUOJIANG, '盘社工'],
    }));
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    return who;
}

/** The main job again and again by `clients` while `fault(ended)` runs, whose value is returned; a
 *  client that fails ends both: `ended()`. */
export async function shift(ledger, who, fault, clients = 8) {
    let next = ledger.jobs.length;
    let working = true;
    const client = async () => {
        while (working) await ledger.job(next++, { ...who, village: YANGHUA });
    };
    const work = Array.from({ length: clients }, client);
    const trouble = fault(() => !working);
    try {
        await Promise.race([trouble, Promise.all(work)]);
    } finally {
        working = false;
        await Promise.allSettled([trouble, ...work]);
    }
    await Promise.all(work);
    assert.equal(ledger.jobs.length, next);
    return trouble;
}

/** Says what was done, and holds the books against the database. */
export async function audited(t, server, ledger) {
    t.diagnostic(`${ledger.jobs.length} jobs, ${ledger.writes.length} writes acknowledged, ` +
        `${ledger.replays} of them on a repeat; ${ledger.hungUp} hung up, ${ledger.lost} other ` +
        `attempts lost; longest ${ledger.longest} ms`);
    assert.deepEqual(judge(ledger, await collect(server)), []);
}
