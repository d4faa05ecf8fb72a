// Class 4: only the accounts named in a row see it, and touch it. The county's admin and the head of
// the same station, who hold every permission on the object, find nothing: with both walls up, with
// row security gone, and with the application's own wall down.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people } from '../lib/county.mjs';
import { rowSecurity } from '../lib/row_security.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

const BUILD = process.env.WULIAN_BUILD || 'build';
const env = {
    WULIAN_PATHS_PLUGINS: join(root, BUILD, 'test-plugins'),
    WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
    WULIAN_PLUGINS_ENABLED: 'sealed',
};
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
const MATTER = { div: YANGHUA, title: '甲案', child: '单小英', phone: '13807465678', story: '经过' };
const SECRETS = ['甲案', '单小英', '经过', '138****5678', '13807465678'];

let server, who, matter, gone;

const path = (row, tail = '') => `/sealed/matters/${row.id}${tail}`;
const must = (answer, status) =>
    (assert.equal(answer.status, status, JSON.stringify(answer.body)), answer);

async function make(caller, more = {}) {
    const answer = await caller.post('/sealed/matters', { ...MATTER, ...more });
    must(answer, 201);
    return { id: answer.body.id, etag: answer.etag };
}

before(async () => {
    server = await startServer({ env });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA,
        { second: ['social_worker', TUOJIANG, '第二社工'] }));
    must(await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/sealed`, { enabled: true }), 200);
    matter = await make(who.worker);
    gone = await make(who.worker, { title: '乙案' });
    must(await who.worker.delete(path(gone), gone.etag), 204);
});
after(() => server?.stop());

/** Everything that can be asked of somebody else's matter, and what must come back. */
async function closedTo(caller) {
    const seen = [];
    const asks = async (want, promise) => {
        const answer = await promise;
        const text = JSON.stringify(answer.body);
        seen.push(text);
        assert.equal(answer.status, want, text);
        return answer;
    };
    const version = { 'If-Match': '"v1.00000000"' };
    await asks(404, caller.get(path(matter)));
    await asks(404, caller.get(path(matter, '/history')));
    await asks(404, caller.get(path(matter, '/readers')));
    await asks(404, caller.get(path(gone, '/history')));
    await asks(404, caller.patch(path(matter), { title: '改' }, version['If-Match']));
    await asks(404, caller.post(path(matter, '/actions/close'), undefined,
        { ifMatch: version['If-Match'] }));
    await asks(404, caller.delete(path(matter), version['If-Match']));
    await asks(404, caller.post(path(gone, '/restore'), undefined, { ifMatch: '"v2.00000000"' }));
    await asks(404, caller.post(path(matter, '/reveal'), { field: 'phone', reason: 'CONTACT' }));
    await asks(404, caller.call('PUT', path(matter, '/readers'), { readers: [caller.account] },
        version));
    const { body: list } = await asks(200, caller.get('/sealed/matters?limit=200'));
    assert.deepEqual(list.items, []);
    for (const key of [{ child: '单小英' }, { pinyin: 'sxy' }, { phone: '13807465678' }]) {
        const { body } = await asks(200, caller.post('/sealed/matters/search', key));
        assert.deepEqual(body.items, [], JSON.stringify(key));
    }
    const step = await asks(422, caller.post('/sealed/steps', { div: YANGHUA, matter: matter.id }));
    assert.equal(faultAt(step, '/matter'), 'reference_unknown');
    await asks(200, caller.get(`/reports/CM-01?period=${PERIOD}`));
    const { body: rows } = await asks(200, caller.get(`/reports/CM-01/X41?period=${PERIOD}`));
    assert.deepEqual(rows.items, []);
    const { body: newest } = await asks(200, caller.get('/reports/CM-01/newest?limit=5&only=X41'));
    assert.deepEqual(newest.items, []);
    for (const text of seen)
        for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
}

/** The reader has all of it, so the refusals above are not for want of anything else. */
async function openTo(caller) {
    const seen = must(await caller.get(path(matter)), 200);
    assert.equal(seen.body.story, '经过');
    const list = await caller.get('/sealed/matters');
    assert.deepEqual(list.body.items.map(({ id }) => id), [matter.id]);
    const found = await caller.post('/sealed/matters/search', { phone: '13807465678' });
    assert.deepEqual(found.body.items.map(({ id }) => id), [matter.id]);
    const rows = await caller.get(`/reports/CM-01/X41?period=${PERIOD}`);
    assert.deepEqual(rows.body.items.map(({ id }) => id), [matter.id]);
    // what, when and where may say of whom: of class 4 nothing is told, not even to its readers
    assert.deepEqual((await caller.get('/reports/CM-01/newest?limit=5&only=X41')).body.items, []);
    const plain = await caller.post(path(matter, '/reveal'), { field: 'phone', reason: 'CONTACT' });
    assert.equal(plain.body.value, '13807465678');
    must(await caller.get(path(matter, '/history')), 200);
}

const everybodyElse = () => Promise.all([who.head, who.admin, who.second].map(closedTo));

test('both walls up: its maker reads it, the admin and the head of the station do not', async () => {
    await openTo(who.worker);
    await everybodyElse();
});

test('row security off: the application alone says the same', async () => {
    await rowSecurity(server, 'disable');
    try {
        await openTo(who.worker);
        await everybodyElse();
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('the application\'s own wall down: the database alone says the same', async () => {
    await server.halt();
    const dir = server.dir;
    server = await startServer({ build: `${BUILD}/wall-off`, dir,
        env });
    for (const caller of Object.values(who)) caller.base = server.base;
    await openTo(who.worker);
    await everybodyElse();
    await server.halt();
    server = await startServer({ dir, env });
    for (const caller of Object.values(who)) caller.base = server.base;
});

async function name(caller, readers, etag) {
    const now = etag ?? (await caller.get(path(matter))).etag;
    return caller.call('PUT', path(matter, '/readers'), { readers }, { 'If-Match': now });
}

test('a reader names others; who they are is checked, and nobody is left out by oneself', async () => {
    const refused = async (readers, code, pointer = '/readers') => {
        const answer = await name(who.worker, readers);
        assert.equal(answer.status, 422, JSON.stringify(answer.body));
        assert.equal(faultAt(answer, pointer), code);
    };
    await refused([], 'readers_expected');
    await refused('all', 'readers_expected');
    await refused([who.second.account], 'reader_self');
    await refused([who.worker.account, 'x'], 'id_expected', '/readers/1');
    await refused([who.worker.account, who.worker.account], 'twice', '/readers/1');
    await refused([who.worker.account, randomUUID()], 'reader_unknown');
    assert.equal((await name(who.worker, [who.worker.account], '"v9.00000000"')).status, 412);
    const before = await who.worker.get(path(matter));
    const direct = await who.worker.patch(path(matter), { readers: [who.head.account] }, before.etag);
    assert.equal(faultAt(direct, '/readers'), 'unknown_field');

    must(await name(who.worker, [who.worker.account, who.second.account]), 200);
    assert.deepEqual((await who.second.get(path(matter, '/readers'))).body.readers,
        [who.worker.account, who.second.account]);
    must(await who.second.get(path(matter)), 200);
    await closedTo(who.head);
    const traces = await server.rows(`select actor from core.audit where action = 'readers'
        and object_id = '${matter.id}' and result = 'ok'`);
    assert.deepEqual(traces, [{ actor: who.worker.account }]);
});

test('who is taken off loses the row, its old versions and the answer to a repeat', async () => {
    const key = randomUUID();
    const own = await who.worker.post('/sealed/matters', { ...MATTER, title: '丙案' }, { key });
    must(own, 201);
    must(await who.worker.call('PUT', path(own.body, '/readers'),
        { readers: [who.worker.account, who.second.account] }, { 'If-Match': own.etag }), 200);
    const { etag } = await who.second.get(path(own.body));
    must(await who.second.call('PUT', path(own.body, '/readers'),
        { readers: [who.second.account] }, { 'If-Match': etag }), 200);
    assert.equal((await who.worker.get(path(own.body))).status, 404);
    assert.equal((await who.worker.get(path(own.body, '/history'))).status, 404);
    const repeat = await who.worker.post('/sealed/matters', { ...MATTER, title: '丙案' }, { key });
    assert.equal(repeat.status, 404, JSON.stringify(repeat.body));
    const history = await who.second.get(path(own.body, '/history'));
    assert.equal(history.body.items.length, 3);
});

test('both walls down: the row is read, so the test can fail', async () => {
    await server.halt();
    server = await startServer({ build: `${BUILD}/wall-off`, dir: server.dir, env });
    for (const caller of Object.values(who)) caller.base = server.base;
    await rowSecurity(server, 'disable');
    assert.equal((await who.head.get(path(matter))).status, 200);
    await assert.rejects(closedTo(who.admin));
});
