// A large import, its process killed again and again: every row once, whatever the moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller, idNumber } from '../lib/api.mjs';
import { TUOJIANG, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { csv, importBegin, jobEnd, upload } from '../lib/tables.mjs';

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
    for (const caller of Object.values(who)) caller.base = server.base;
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    assert.equal(Number(await server.psql(`select count(*) from station.resident where name like '停%'`)),
        12000);
});

// ---- stopped from outside -------------------------------------------------------------------------

const many = (name, n) => [['name', 'div'], ...Array.from({ length: n }, (_, i) => [`${name}${i}`, YANGHUA])];
const written = async (name) =>
    Number(await server.psql(`select count(*) from station.resident where name like '${name}%'`));

test('a cancelled import stops between two chunks; what is written stays', async () => {
    const { id } = await importBegin(who.head, RESIDENTS, many('消', 40000));
    await jobEnd(who.head, id, ({ done }) => done > 0);
    assert.equal((await who.head.post(`/jobs/${id}/cancel`)).status, 200);
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'cancelled');
    assert.ok(job.done > 0 && job.done < 40000);
    assert.equal(await written('消'), job.done);
    assert.equal(await server.psql(`select count(*) from core.session
        where kind = 'service' and ended_at is null and name <> 'chores'`), '0');
});

test('rights withdrawn in the middle end the import with a reason', async () => {
    const { id } = await importBegin(who.head, RESIDENTS, many('撤', 40000));
    await jobEnd(who.head, id, ({ done }) => done > 0);
    await server.psql(`update admin.post set state = 'ended', version = version + 1
        where account = '${who.head.account}'`);
    const job = await jobEnd(who.admin, id);
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'job_rights_lost');
    assert.ok(job.done < 40000);
    assert.equal(await written('撤'), job.done);
    await server.psql(`update admin.post set state = 'active', version = version + 1
        where account = '${who.head.account}'`);
});

test('a token\'s job has no more rights than the token', async () => {
    const made = await who.head.post('/tokens',
        { name: 'import', permissions: ['resident.import'], days: 1 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const token = new Caller(server.base, made.body.token);
    const { id } = await importBegin(who.head, RESIDENTS, many('令', 3000));
    await jobEnd(who.head, id);
    const narrow = await token.post(`${RESIDENTS}/export`, { format: 'csv' });
    assert.equal(narrow.status, 403);
    assert.equal((await token.get(`/jobs/${id}`)).status, 200);
    const [row] = await server.rows(`select narrow from core.job where id = '${id}'`);
    assert.equal(row.narrow, null);
    const file = await upload(who.head, csv(many('窄', 10)));
    const asked = await token.post(`${RESIDENTS}/import`, { file });
    assert.equal(asked.status, 202);
    await jobEnd(who.head, asked.body.id);
    assert.deepEqual(await server.rows(`select s.narrow from core.session s join core.job j
        on j.session = s.hash where j.id = '${asked.body.id}'`), [{ narrow: ['resident.import'] }]);
});

test('a plugin switched off in the middle ends its import', async () => {
    const person = idNumber('431129', '19310101', 1);
    const first = await importBegin(who.head, RESIDENTS, [['name', 'id_number', 'div'], ['关老人', person, YANGHUA]]);
    await jobEnd(who.head, first.id);
    const rows = [['person', 'date', 'meal', 'mode']];
    const codes = await server.rows(`select tab, min(code) as code from core.code
        where tab in ('MEAL', 'MEAL_MODE') group by tab`);
    const code = (tab) => codes.find((row) => row.tab === tab).code;
    for (let i = 0; i < 30000; i++) {
        const day = new Date(Date.UTC(2030, 0, 1 + i)).toISOString().slice(0, 10);
        rows.push([person, day, code('MEAL'), code('MEAL_MODE')]);
    }
    const { id } = await importBegin(who.head, '/elderly/meal_orders', rows);
    await jobEnd(who.head, id, ({ done }) => done > 0);
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
    const job = await jobEnd(who.head, id);
    assert.equal(job.state, 'failed', JSON.stringify(job));
    assert.equal(job.error.code, 'plugin-not-enabled');
    assert.equal(Number(await server.psql('select count(*) from elderly.meal_order')), job.counts.created);
});
