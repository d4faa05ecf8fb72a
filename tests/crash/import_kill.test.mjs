// A large import, its process killed again and again: every row once, whatever the moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { idNumber } from '../lib/api.mjs';
import { YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importBegin, jobEnd } from '../lib/tables.mjs';

const ROWS = 20000, KILLS = 5, BAD_EVERY = 1000;
const RESIDENTS = '/station/residents';

let server, who;
before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_SILENT_S: '2' } });
    ({ who } = await openTwoCounties(server));
});
after(() => server.stop());

/** Rows of a roster; one in a thousand has no name. */
function roster() {
    const rows = [['name', 'id_number', 'address', 'div']];
    for (let i = 1; i <= ROWS; i++) {
        const day = new Date(Date.UTC(1930, 0, 1 + (i % 20000))).toISOString().slice(0, 10);
        rows.push([i % BAD_EVERY === 0 ? '' : `村民${i}`,
            idNumber('431129', day.replaceAll('-', ''), i % 999), `${i}组`, YANGHUA]);
    }
    return rows;
}

test(`${ROWS} rows through ${KILLS} kills: none lost, none twice`, async () => {
    const { id } = await importBegin(who.head, RESIDENTS, roster());
    let seen = 0;
    for (let kill = 0; kill < KILLS; kill++) {
        const job = await jobEnd(who.head, id, ({ done, state }) =>
            done > seen || state === 'done' || state === 'failed');
        seen = job.done;
        if (job.state === 'done' || job.state === 'failed') break;
        await sleep(Math.random() * 150);
        const pid = server.kill('jobs');
        await server.respawned('jobs', pid);
    }
    assert.ok(seen < ROWS, 'the import ended before the last kill');
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    const bad = ROWS / BAD_EVERY;
    assert.deepEqual(job.counts, { created: ROWS - bad, updated: 0, unchanged: 0, refused: bad });
    assert.equal(job.done, ROWS);
    assert.deepEqual(await server.rows(`select count(*) as rows, count(distinct address) as told,
            count(distinct id_number_idx) as numbers,
            (select count(*) from station.resident_history) as versions,
            (select sum(n) from core.audit where action = 'import' and object_id is null) as audited
        from station.resident`), [{ rows: ROWS - bad, told: ROWS - bad, numbers: ROWS - bad,
        versions: ROWS - bad, audited: ROWS - bad }]);
    const { body } = await who.head.get(`/jobs/${id}/faults?limit=1000`);
    assert.equal(body.items.length, bad);
    assert.deepEqual(body.items.map(({ row }) => row),
        Array.from({ length: bad }, (_, i) => (i + 1) * BAD_EVERY + 1));
});

test('the database dies under an import, and the import goes on', async () => {
    const before = Number(await server.psql('select count(*) from station.resident'));
    const rows = [['name', 'div'], ...Array.from({ length: 8000 }, (_, i) => [`续${i}`, YANGHUA])];
    const { id } = await importBegin(who.head, RESIDENTS, rows);
    await jobEnd(who.head, id, ({ done }) => done > 0);
    const pid = server.kill('postgres');
    await server.respawned('postgres', pid);
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    assert.equal(job.counts.created, 8000);
    assert.equal(Number(await server.psql('select count(*) from station.resident')), before + 8000);
});

test('a clean stop hands the job to the next start', async () => {
    const rows = [['name', 'div'], ...Array.from({ length: 12000 }, (_, i) => [`停${i}`, YANGHUA])];
    const { id } = await importBegin(who.head, RESIDENTS, rows);
    await jobEnd(who.head, id, ({ done }) => done > 0);
    await server.halt();
    await server.start();
    await server.healthy();
    who.head.base = server.base;
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    assert.equal(Number(await server.psql(`select count(*) from station.resident where name like '停%'`)),
        12000);
});
