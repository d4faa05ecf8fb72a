// Plugins built with an older, shorter contract and with a newer, longer one serve beside one of today: what
// the older lacks counts as zero, what the newer adds is stepped over. One of another major version keeps the
// server from starting.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { startServer } from '../lib/server.mjs';
import { TOWNSHIP, smallCounty } from './small.mjs';
import { settingsOfAll } from './sources.mjs';

const PLUGINS = ['older', 'newer', 'bystander'];
const PLACE = { div: `${TOWNSHIP}000` };

let server, caller;

before(async () => {
    server = await startServer({ env: settingsOfAll(PLUGINS) });
    caller = new Caller(server.base, await smallCounty(server, PLUGINS));
});
after(() => server?.stop());

/** The body of an answer that must have that status. */
async function is(status, answer) {
    const got = await answer;
    assert.equal(got.status, status, JSON.stringify(got.body));
    return got.body;
}

async function refused(status, code, answer) {
    const body = await is(status, answer);
    assert.equal(body.errors?.[0].code ?? body.code, code, JSON.stringify(body));
}

test('all three are there, each with its own version', async () => {
    const { items } = await is(200, caller.get('/plugins'));
    assert.deepEqual(items.map(({ name, version, quarantined }) => [name, version, quarantined]),
        [['older', '1.0.0', false], ['newer', '9.0.0', false], ['bystander', '1.0.0', false]]);
});

for (const name of PLUGINS) {
    describe(name, () => {
        const things = `/${name}/things`;
        let thing;

        test('a thing is made, read, changed and found in the list', async () => {
            const { id } = await is(201, caller.post(things, { title: '甲', ...PLACE }));
            const made = await caller.get(`${things}/${id}`);
            assert.deepEqual([made.body.title, made.body.state], ['甲', 'open']);
            thing = await is(200, caller.patch(`${things}/${id}`, { title: '乙' }, made.etag));
            const { items } = await is(200, caller.get(`${things}?sort=title`));
            assert.deepEqual(items.map((item) => [item.id, item.title]), [[id, '乙']]);
        });

        test('its fields are held to what they say', async () => {
            await refused(422, 'required', caller.post(things, { ...PLACE }));
            await refused(422, 'too_long', caller.post(things, { title: '长'.repeat(61), ...PLACE }));
        });

        test('its action leads from one state to the other, once', async () => {
            const path = `${things}/${thing.id}`;
            assert.equal((await is(200, caller.act(path, 'close'))).state, 'closed');
            await refused(409, 'wrong_state', caller.act(path, 'close'));
        });
    });
}

test('an action that only the newer one has is its own', async () => {
    for (const [name, status] of [['older', 404], ['newer', 200], ['bystander', 404]]) {
        const { items: [{ id }] } = await is(200, caller.get(`/${name}/things`));
        await is(status, caller.act(`/${name}/things/${id}`, 'reopen'));
    }
});

for (const [path, body] of [
    ['/older/titles', { items: [{ title: '乙' }] }],
    ['/older/closed', { items: [{ title: '乙' }] }],
    ['/newer/titles', { items: [{ title: '乙' }] }],
    ['/newer/states', { items: [{ state: 'open' }] }],
    ['/bystander/count', { things: 1 }],
])
    test(`the C behind ${path} runs`, async () => assert.deepEqual(await is(200, caller.get(path)), body));

test('the document of the API has what each declares', async () => {
    const { paths } = await is(200, caller.get('/openapi.json'));
    for (const path of ['older/things', 'older/titles', 'newer/things/{id}/actions/reopen', 'newer/states',
        'bystander/count'])
        assert.ok(paths[`/api/v1/${path}`], path);
});

test('a server does not start with one of another major version', () =>
    assert.rejects(startServer({ env: settingsOfAll(['other_abi', 'bystander']) }),
        /other_abi: speaks contract 2, this server 1/));
