// POST /titles: what rows are called, for screens that hold ids; GET /staff: whom a staff field may name.
// Both tell nobody what their lists would not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, here, there, request;

const resident = async (caller, name, div) => {
    const made = await caller.post('/station/residents', { name, sex: '1', birth: '1944-05-06', div });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body.id;
};
before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        hot: ['hotline_operator', JIANGHUA, '盘接线'], sys: ['sys_admin', JIANGHUA, '何系统'],
        watcher: ['agency_supervisor', JIANGHUA, '任督导'],
    }));
    here = await resident(who.head, '李秀英', YANGHUA);
    there = await resident(who.helukou, '奉大山', `${HELUKOU}000`);
    request = (await who.hot.post('/station/requests', { channel: 'HOTLINE', person: here, category: 'MEAL', domain: 'E',
        urgency: 'U3', content: '想订餐' })).body;
});
after(() => server?.stop());

const titles = async (caller, kind, ids) => (await caller.post('/titles', { kind, ids })).body;

test('rows in scope have a title, others have none', async () => {
    assert.deepEqual(await titles(who.head, 'station.resident', [here, there]), { titles: { [here]: '李秀英' } });
    assert.deepEqual(await titles(suyu.head, 'station.resident', [here, there]), { titles: {} });
    assert.match((await titles(who.head, 'station.request', [request.id])).titles[request.id],
        new RegExp(`^${request.no} `));
});

test('a masked reader is given the mask', async () => {
    const { titles: given } = await titles(who.watcher, 'station.resident', [here]);
    assert.equal(given[here], '李**');
});

test('staff, org units and divisions go by their names in their county alone', async () => {
    const me = (await who.head.get('/me')).body;
    assert.deepEqual(await titles(who.helukou, 'staff', [me.account.id]), { titles: { [me.account.id]: '李站长' } });
    assert.deepEqual(await titles(who.helukou, 'org', [me.org]), { titles: { [me.org]: me.org_name } });
    assert.deepEqual(await titles(suyu.head, 'staff', [me.account.id]), { titles: {} });
    assert.deepEqual(await titles(suyu.head, 'org', [me.org]), { titles: {} });
    assert.deepEqual(await titles(who.head, 'division', ['431129100000']), { titles: { 431129100000: '沱江镇' } });
});

test('what is no record of the caller\'s is refused at its field', async () => {
    for (const [caller, kind] of [[who.sys, 'station.resident'], [who.head, 'no.such'], [who.head, 'core.audit']]) {
        const answer = await caller.post('/titles', { kind, ids: [here] });
        assert.deepEqual([answer.status, answer.body.errors[0].pointer, answer.body.errors[0].code],
            [422, '/kind', 'title_kind'], kind);
    }
    const odd = await who.head.post('/titles', { kind: 'staff', ids: ['x', here] });
    assert.deepEqual([odd.status, odd.body.errors.map(({ pointer }) => pointer)], [422, ['/ids/0']]);
    for (const ids of [[], 'x', Array(201).fill(here)])
        assert.equal((await who.head.post('/titles', { kind: 'staff', ids })).body.errors[0].code, 'ids_expected');
});

test('asking for titles is a look at a list, and leaves one row in the audit', async () => {
    const answer = await who.head.post('/titles', { kind: 'station.resident', ids: [here, there] });
    const id = answer.headers.get('x-request-id');
    assert.equal(await server.psql(`select action || ' ' || object || ' ' || n from core.audit
        where request = '${id}'`), 'list station.resident 1');
});

test('staff are those with a post in the caller\'s scope', async () => {
    const names = async (caller, query = '') =>
        (await caller.get(`/staff${query}`)).body.items.map(({ name }) => name);
    const mine = await names(who.head);
    assert.ok(mine.includes('李站长') && !mine.includes('奉站长') && !mine.includes('何系统'), mine.join());
    assert.ok((await names(who.hot)).includes('奉站长'));
    assert.deepEqual(await names(who.hot, `?name=${encodeURIComponent('奉')}`), ['奉站长']);
    assert.ok(!(await names(suyu.head)).includes('李站长'));
    assert.equal((await who.head.get('/staff?nam=x')).status, 400);
});

test('a row named by its person says whose it is; the name has its own rights', async () => {
    const visit = (await who.head.post('/station/visits', { person: here, kind: 'ROUTINE', result: 'MET_WELL',
        visited_at: new Date().toISOString() })).body;
    const given = await titles(who.head, 'station.visit', [visit.id]);
    assert.deepEqual(given.whose, { [visit.id]: here });
    assert.doesNotMatch(given.titles[visit.id], /李秀英/);
    assert.deepEqual(await titles(suyu.head, 'station.visit', [visit.id]), { titles: {}, whose: {} });
});

test('a plugin that is off has no titles', async () => {
    const errand = (await who.head.post('/elderly/errands', { person: here, kind: 'BUY_FOOD', items: '大米 10 斤' })).body;
    const title = async () => (await titles(who.head, 'elderly.errand', [errand.id])).titles[errand.id];
    assert.match(await title(), /\S/);
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
    assert.equal(await title(), undefined);
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    assert.match(await title(), /\S/);
});
