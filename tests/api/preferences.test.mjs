// What a client keeps for somebody: theirs on any session, nobody else's, bounded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { PASSWORD, faultAt, openTwoCounties, signIn } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;
const PATH = '/me/preferences';

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

const kept = async (caller) => (await caller.get(PATH)).body.preferences;
async function put(caller, key, value, status = 204) {
    const answer = await caller.put(`${PATH}/${key}`, { value });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer;
}

test('what is put is there on every session of the same account, until it is taken away', async () => {
    assert.deepEqual(await kept(who.head), {});
    const view = { title: '我的超时', filters: [{ f: 'state', op: 'eq', v: 'new' }], limit: 50 };
    await put(who.head, 'views:station.request', view);
    await put(who.head, 'columns:station.visit', ['person', 'kind']);
    await put(who.head, 'columns:station.visit', ['kind', '人😀']);
    const elsewhere = await signIn(server, who.head.login, PASSWORD);
    assert.deepEqual(await kept(elsewhere),
        { 'columns:station.visit': ['kind', '人😀'], 'views:station.request': view });
    for (let i = 0; i < 2; i++)
        assert.equal((await elsewhere.delete(`${PATH}/columns:station.visit`)).status, 204);
    assert.deepEqual(Object.keys(await kept(who.head)), ['views:station.request']);
});

test('any JSON value is kept as it was given', async () => {
    const values = { a: null, b: false, c: 0, d: '', e: [], f: {}, g: [1.5, { h: ['x'] }] };
    for (const [key, value] of Object.entries(values)) await put(who.worker, key, value);
    assert.deepEqual(await kept(who.worker), values);
});

test('nobody else sees it, changes it or takes it away', async () => {
    await put(who.head, 'mine', 1);
    for (const caller of [who.worker, who.helukou, who.admin, suyu.head, suyu.admin]) {
        await put(caller, 'mine', 2);
        await caller.delete(`${PATH}/mine`);
        assert.equal((await kept(caller)).mine, undefined, caller.login);
    }
    assert.equal((await kept(who.head)).mine, 1);
    assert.equal((await new Caller(server.base).get(PATH)).status, 401);
});

test('an API token leaves them alone', async () => {
    const made = await who.head.post('/tokens', { name: '取数', permissions: ['visit.read'], days: 1 });
    const token = new Caller(server.base, made.body.token);
    assert.equal((await token.get(PATH)).status, 403);
    await put(token, 'mine', 2, 403);
    assert.equal((await token.delete(`${PATH}/mine`)).status, 403);
});

test('keys and values have their bounds', async () => {
    for (const key of ['A', 'a%20b', '%E4%B8%AD', 'a'.repeat(81)])
        await put(who.operator, key, 1, 404);
    await put(who.operator, 'a'.repeat(80), 1);
    await put(who.operator, 'large', 'x'.repeat(8190));
    assert.equal(faultAt(await put(who.operator, 'large', 'x'.repeat(8191), 422), '/value'), 'too_long');
    assert.equal((await kept(who.operator)).large.length, 8190);
    const without = await who.operator.put(`${PATH}/large`, {});
    assert.equal(faultAt(without, '/value'), 'required');
    const other = await who.operator.put(`${PATH}/large`, { value: 1, of: 2 });
    assert.equal(faultAt(other, '/of'), 'unknown_field');
});

test('two hundred are the most; what is there can still be changed', async () => {
    for (let i = 0; i < 200; i++) await put(who.helukou, `k${i}`, i);
    assert.equal((await put(who.helukou, 'k200', 200, 409)).body.code, 'too_many_preferences');
    await put(who.helukou, 'k7', 'new');
    await who.helukou.delete(`${PATH}/k8`);
    await put(who.helukou, 'k200', 200);
    const now = await kept(who.helukou);
    assert.deepEqual([Object.keys(now).length, now.k7, now.k8, now.k200], [200, 'new', undefined, 200]);
});
