// GET /menu: what a caller finds, grouped; nothing that is off, and nothing that only stands in another.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who;

before(async () => {
    server = await startServer();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { sys: ['sys_admin', JIANGHUA, '何系统'] }));
});
after(() => server?.stop());

const menuOf = async (caller) => (await caller.get('/menu')).body.modules;
const itemsOf = (modules) => modules.flatMap(({ groups }) => groups.flatMap(({ items }) => items));

test('a menu has every record once, under a group that has a name in both languages', async () => {
    const modules = await menuOf(who.head);
    const types = itemsOf(modules).map(({ type }) => type);
    assert.equal(new Set(types).size, types.length);
    for (const { groups } of modules)
        for (const { name, labels, items } of groups) {
            assert.match(labels.zh, /[\u4e00-\u9fff]/, name);
            assert.doesNotMatch(labels.en, /^(part|plugin)\./, name);
            assert.ok(items.length > 0);
        }
    const station = modules.find(({ name }) => name === 'station');
    const intake = station.groups.find(({ name }) => name === 'intake');
    assert.deepEqual(intake.items.find(({ type }) => type === 'station.request'), {
        type: 'station.request', labels: { zh: '服务诉求', en: 'service request' },
        path: '/api/v1/station/requests', parent: null });
});

test('what belongs to a row of another says to whose', async () => {
    const items = itemsOf(await menuOf(who.worker ?? who.head));
    const parents = Object.fromEntries(items.filter(({ parent }) => parent).map(({ type, parent }) => [type, parent]));
    assert.equal(parents['station.activity_attendance'], 'station.activity');
    assert.equal(parents['station.activity'], undefined);
    assert.equal(parents['station.visit'], undefined); // a person is no folder
});

test('a plugin is in the menu while it is on in the township, and nobody finds what is not theirs', async () => {
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    const on = (await menuOf(who.head)).find(({ name }) => name === 'elderly');
    assert.ok(itemsOf([on]).some(({ type }) => type === 'elderly.errand'));
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
    assert.equal((await menuOf(who.head)).find(({ name }) => name === 'elderly'), undefined);

    const system = itemsOf(await menuOf(who.sys)).map(({ type }) => type);
    assert.ok(system.includes('admin.account'));
    assert.ok(!system.some((type) => type.startsWith('station.')));
});

test('the menu is asked for again only when it has changed', async () => {
    const first = await who.head.get('/menu');
    const again = await who.head.get('/menu', { 'If-None-Match': first.etag });
    assert.equal(again.status, 304);
});
