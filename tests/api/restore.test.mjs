// Taking a deletion back, for as long as the record keeps deleted rows, and what happens afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { idNumber } from '../lib/api.mjs';
import { YANGHUA, faultAt, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;
let sequence = 100;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

async function make(path, body, caller = who.head) {
    const made = await caller.post(path, body);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return { id: made.body.id, path: `${path}/${made.body.id}`, etag: made.etag };
}

const person = (more = {}) =>
    make('/station/residents', { div: YANGHUA, name: '单秀英', sex: '2', ...more });

async function remove({ path }, caller = who.head) {
    const { etag } = await caller.get(path);
    assert.equal((await caller.delete(path, etag)).status, 204);
}

const restore = (path, version, caller = who.head, options = {}) =>
    caller.post(`${path}/restore`, undefined, { ifMatch: `"v${version}"`, ...options });

test('a deleted row comes back as it was, with a version of its own', async () => {
    const row = await person();
    const was = (await who.head.get(row.path)).body;
    await remove(row);
    assert.equal((await who.head.get(row.path)).status, 404);
    const back = await restore(row.path, 2);
    assert.equal(back.status, 200, JSON.stringify(back.body));
    assert.equal(back.body.version, 3);
    const now = await who.head.get(row.path);
    assert.deepEqual(now.body, back.body);
    assert.equal(now.etag, back.etag);
    assert.equal(now.body.name, was.name);
    const versions = (await who.head.get(`${row.path}/history`)).body.items;
    assert.deepEqual(versions.map((v) => [v.version, v.deleted]), [[3, false], [2, true], [1, false]]);
    assert.deepEqual(await server.rows(`select action, object from core.audit
        where object_id = '${row.id}' and action in ('delete', 'restore') order by at`),
    [{ action: 'delete', object: 'station.resident' }, { action: 'restore', object: 'station.resident' }]);
});

test('the version must be the deleted row\'s, and only what is deleted is restored', async () => {
    const row = await person();
    assert.equal((await restore(row.path, 1)).body.code, 'not_deleted');
    await remove(row);
    const bare = await who.head.post(`${row.path}/restore`, undefined);
    assert.equal(bare.status, 428);
    const stale = await restore(row.path, 1);
    assert.deepEqual([stale.status, stale.body.code], [412, 'changed_meanwhile']);
    assert.equal((await restore(row.path, 2)).status, 200);
    const again = await restore(row.path, 2);
    assert.deepEqual([again.status, again.body.code], [409, 'not_deleted']);
});

test('a repeat under the same key finds what the first try made', async () => {
    const row = await person();
    await remove(row);
    const key = 'restore-once';
    const first = await restore(row.path, 2, who.head, { key });
    const second = await restore(row.path, 2, who.head, { key });
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(second.body, first.body);
});

test('who may not restore, may not; a stranger finds nothing', async () => {
    const row = await person();
    await remove(row);
    assert.equal((await restore(row.path, 2, who.worker)).status, 403);
    assert.equal((await restore(row.path, 2, who.helukou)).status, 404);
    assert.equal((await restore(row.path, 2, suyu.head)).status, 404);
    assert.equal((await restore(row.path, 2)).status, 200);
});

test('an id number registered anew meanwhile stands in the way, and says where', async () => {
    const id_number = idNumber(431129, 19431205, sequence++);
    const row = await person({ id_number });
    await remove(row);
    const anew = await person({ id_number });
    const refused = await restore(row.path, 2);
    assert.equal(refused.status, 422, JSON.stringify(refused.body));
    assert.equal(faultAt(refused, '/id_number'), 'resident_id_number');
    await remove(anew);
    assert.equal((await restore(row.path, 2)).status, 200);
});

test('what it refers to must be there', async () => {
    const head = await person();
    const home = await make('/station/households', { head: head.id });
    await remove(home);
    await remove(head);
    const refused = await restore(home.path, 2);
    assert.equal(refused.status, 422);
    assert.equal(faultAt(refused, '/head'), 'reference_unknown');
    assert.equal((await restore(head.path, 2)).status, 200);
    assert.equal((await restore(home.path, 2)).status, 200);
});

test('past its retention a row stays deleted, and a purge takes it and its history for good', async () => {
    assert.deepEqual(await server.rows('select record, days from core.retention order by record'), [
        { record: 'station.household', days: 180 }, { record: 'station.household_member', days: 180 },
        { record: 'station.resident', days: 180 }, { record: 'station.worktime', days: 90 },
    ]);
    const [old, young, held] = [await person(), await person(), await person()];
    const home = await make('/station/households', { head: held.id });
    for (const row of [old, young, held]) await remove(row);
    await server.psql(`update station.resident set deleted_at = now() - interval '181 days'
        where id in ('${old.id}', '${held.id}')`);
    const late = await restore(old.path, 2);
    assert.deepEqual([late.status, late.body.code], [409, 'deleted_too_long']);
    const purge = (most) => server.psql(`select core.deleted_purge(431129, ${most})`, 'wulian_gate');
    assert.equal(await server.psql('select core.deleted_purge(321311, 100)', 'wulian_gate'), '0');
    assert.equal(await purge(100), '1'); // the household still refers to the third
    assert.equal(await purge(100), '0');
    const left = (id) => server.psql(`select (select count(*) from station.resident where id = '${id}'),
        (select count(*) from station.resident_history where id = '${id}')`);
    assert.equal(await left(old.id), '0|0');
    assert.equal(await left(young.id), '1|2');
    assert.equal(await left(held.id), '1|2');
    assert.deepEqual(await server.rows(`select object, n, actor from core.audit where action = 'purge'
        order by object`), [{ object: 'station.resident', n: 1, actor: null },
        { object: 'station.resident_history', n: 2, actor: null }]);
    assert.equal((await who.head.get(`${home.path}`)).status, 200);
    await assert.rejects(server.psql('select core.deleted_purge(431129, 1)', 'wulian_app'),
        /permission denied/);
});

test('the files of a row go with it when it is purged', async () => {
    const [old, young] = [await person(), await person()];
    for (const row of [old, young]) {
        await server.psql(`insert into core.file (county, id, div, org, by, name, type, kind, size,
                received, address, sha256_enc, state, record, record_id, field, expires_at)
            select county, '${row.id}', div, org, created_by, 'a.png', 'image/png', 'image', 1, 1,
                sha256('x'), 'x', 'ready', 'station.resident', id, 'photo', null
              from station.resident where id = '${row.id}'`);
        await remove(row);
    }
    await server.psql(`update station.resident set deleted_at = now() - interval '181 days'
        where id = '${old.id}'`);
    assert.equal(await server.psql('select core.deleted_purge(431129, 100)', 'wulian_gate'), '1');
    assert.equal(await server.psql('select record_id from core.file'), young.id);
    assert.deepEqual(await server.rows(`select n from core.audit
        where action = 'purge' and object = 'core.file'`), [{ n: 1 }]);
});

test('the deleted are a list for whoever may restore, with the version to name', async () => {
    const row = await person({ name: '盘阿婆' });
    const living = await person();
    await remove(row);
    const { status, body } = await who.head.get('/station/residents?deleted=true&limit=200');
    assert.equal(status, 200, JSON.stringify(body));
    const item = body.items.find(({ id }) => id === row.id);
    assert.equal(item.name, '盘阿婆');
    assert.ok(Math.abs(Date.parse(item.deleted_at) - Date.now()) < 60_000);
    assert.ok(!body.items.some(({ id }) => id === living.id));
    assert.equal((await restore(row.path, item.version)).status, 200);
    const now = (await who.head.get('/station/residents?deleted=true&limit=200')).body.items;
    assert.ok(!now.some(({ id }) => id === row.id));
    const old = await person();
    await remove(old);
    await server.psql(`update station.resident set deleted_at = now() - interval '181 days'
        where id = '${old.id}'`);
    const kept = (await who.head.get('/station/residents?deleted=true&limit=200')).body.items;
    assert.ok(!kept.some(({ id }) => id === old.id));
    assert.equal((await who.worker.get('/station/residents?deleted=true')).status, 400);
    assert.equal((await who.head.get('/station/residents?deleted=yes')).status, 400);
    assert.equal((await who.helukou.get('/station/residents?deleted=true')).body.items.length, 0);
    assert.equal((await who.head.get('/station/requests?deleted=true')).status, 400);
});
