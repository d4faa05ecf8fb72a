// What somebody signed in may try beyond their rights, over HTTP: each test is one attempt that once
// succeeded, or that nothing else holds off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller } from '../lib/api.mjs';
import {
    HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people,
} from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { mealOn } from '../lib/steps.mjs';

const PHONE = '13807465678';
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);

let server, who, widow;

before(async () => {
    server = await startServer();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        intern: ['intern', TUOJIANG, '周实习'],
        auditor: ['auditor_biz', JIANGHUA, '钱业审'],
        agency: ['agency_manager', JIANGHUA, '孙机构'],
    }));
    const made = await who.head.post('/station/residents',
        { div: YANGHUA, name: '单秀英', birth: '1943-12-05', phone: PHONE, address: '阳华社区三组' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    widow = made.body.id;
});

after(() => server?.stop());

/** The caller with an API token limited to these permissions. */
async function narrowed(caller, permissions) {
    const made = await caller.post('/tokens', { name: 'narrow', permissions, days: 1 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return new Caller(server.base, made.body.token);
}

test('who may not search finds nobody by phone or name', async () => {
    for (const caller of [who.intern, who.auditor, await narrowed(who.head, ['resident.read'])])
        for (const query of [{ phone: PHONE }, { name: '单' }, { pinyin: 's' }]) {
            const found = await caller.post('/station/residents/search', query);
            assert.equal(found.status, 403, JSON.stringify([query, found.body]));
        }
    // and to search alone is not to read
    const blind = await narrowed(who.head, ['resident.search']);
    assert.equal((await blind.post('/station/residents/search', { name: '单' })).status, 403);
    const masked = await who.operator.post('/station/residents/search', { phone: PHONE });
    assert.equal(masked.body.items[0].name, '单**');
});

test('changing a row shows no more of it than reading it does', async () => {
    // the hotline reads residents masked
    const made = await who.operator.post('/station/residents',
        { div: YANGHUA, name: '唐二毛', address: '阳华社区一组' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const seen = await who.operator.get(`/station/residents/${made.body.id}`);
    assert.deepEqual(made.body, seen.body);
    assert.equal(made.body.name, '唐**');
    assert.equal(made.etag, seen.etag);

    // a token for one step of a request's life reads nothing of the request through it
    const asked = await who.worker.post('/station/requests', {
        div: YANGHUA, person: widow, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3',
        content: '家事', caller_name: '单小妹',
    });
    const path = `/station/requests/${asked.body.id}`;
    const step = await narrowed(who.head, ['request.accept']);
    assert.equal((await step.get(path)).status, 403);
    const key = 'accept-once';
    for (const time of ['first', 'again']) {
        const accepted = await step.post(`${path}/actions/accept`, undefined,
            { ifMatch: asked.etag, key });
        assert.equal(accepted.status, 200, JSON.stringify([time, accepted.body]));
        assert.equal(accepted.body.state, 'accepted');
        assert.ok(!JSON.stringify(accepted.body).includes('家事'), time);
        assert.equal(accepted.body.caller_name, '单**', time);
    }
});

test('a number of a report is known to whom the rows behind it are not', async () => {
    const report = await who.agency.get(`/reports/CM-01?period=${PERIOD}`);
    assert.equal(report.status, 200, JSON.stringify(report.body));
    const requests = report.body.indicators.find(({ code }) => code === 'M04');
    assert.equal(requests.value, 1);
    assert.equal(requests.rows, null);
    const rows = await who.agency.get(`/reports/CM-01/M04?period=${PERIOD}`);
    assert.deepEqual([rows.status, rows.body.code], [403, 'not_permitted']);
    const open = await who.admin.get(`/reports/CM-01/M04?period=${PERIOD}`);
    assert.equal(open.body.items.length, 1);
});

test('a dry run changes nothing, neither where it is offered nor where it is not', async () => {
    const dry = { Prefer: 'tx=rollback' };
    const path = `/station/residents/${widow}`;
    const { etag, body: { version } } = await who.head.get(path);
    for (const [method, at, body, status] of [['POST', '/station/residents', { div: YANGHUA, name: '干跑' }, 200],
        ['PATCH', path, { alias: '干跑' }, 200], ['DELETE', path, undefined, 204]]) {
        const answer = await who.head.call(method, at, body, { ...dry, 'If-Match': etag });
        assert.equal(answer.status, status, JSON.stringify([method, answer.body]));
    }
    const token = await who.head.call('POST', '/tokens',
        { name: '干跑', permissions: ['resident.read'], days: 1 }, dry);
    assert.deepEqual([token.status, token.body.code], [501, 'dry_run_unsupported']);
    assert.deepEqual((await who.head.post('/station/residents/search', { name: '干跑' })).body.items, []);
    assert.equal((await who.head.get(path)).body.version, version);
    assert.equal((await who.head.get('/station/residents', dry)).status, 200);
});

test('what is settled stays as it was settled', async () => {
    const act = async (path, name, body) => {
        const done = await who.head.act(path, name, body);
        assert.equal(done.status, 200, JSON.stringify([name, done.body]));
    };
    const meal = await who.head.post('/elderly/meal_orders', { person: widow,
        date: new Date(Date.now() + 4 * 86400e3).toISOString().slice(0, 10), meal: 'L', mode: 'DELIVERY' });
    assert.equal(meal.status, 201, JSON.stringify(meal.body));
    const order = `/elderly/meal_orders/${meal.body.id}`;
    const money = await who.head.patch(order, { subsidy_fen: 1200 }, meal.etag);
    assert.equal(faultAt(money, '/subsidy_fen'), 'read_only');
    assert.equal((await who.head.patch(order, { diet: 'SOFT' }, meal.etag)).status, 200);
    await mealOn(server, meal.body.id);
    for (const name of ['confirm', 'cook', 'leave']) await act(order, name);
    await act(order, 'deliver', { wellbeing: 'OK' });
    const errand = await who.head.post('/elderly/errands',
        { person: widow, kind: 'BUY_DRUG', items: '降压药', drug_name: '降压药',
            drug_checked: '处方' });
    const bought = `/elderly/errands/${errand.body.id}`;
    await act(bought, 'accept');
    await act(bought, 'purchase', { advance_fen: 5000, spent_fen: 3860, receipt: '00123' });
    await act(bought, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
    assert.equal((await who.worker.act(bought, 'settle', { returned_fen: 1140 })).status, 200);
    for (const [path, change] of [[order, { mode: 'CANTEEN' }],
        [bought, { items: '别的' }]]) {
        const { body, etag } = await who.head.get(path);
        const late = await who.head.patch(path, change, etag);
        assert.deepEqual([late.status, late.body.code], [409, 'wrong_state'], path);
        assert.deepEqual((await who.head.get(path)).body, body);
    }
});

test('a post proposed in a township reaches no further', async () => {
    const { clerk } = await people(server, JIANGHUA, { clerk: ['sys_admin', TUOJIANG, '镇系统员'] });
    const made = await clerk.post('/admin/accounts', { login: 'newcomer', name: '新来的' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const post = { account: made.body.id, role: 'social_worker', valid_from: '2026-11-01' };
    for (const scope_div of ['431129000000', `${HELUKOU}000`, `${HELUKOU}001`]) {
        const wide = await clerk.post('/admin/posts', { ...post, scope_div });
        assert.equal(wide.status, 422, JSON.stringify(wide.body));
        assert.equal(faultAt(wide, '/scope_div'), 'division_elsewhere', scope_div);
    }
    for (const scope_div of [`${TUOJIANG}000`, YANGHUA])
        assert.equal((await clerk.post('/admin/posts', { ...post, scope_div })).status, 201);

    // the database says so by itself
    const propose = (scope) => server.psql(`begin;
        set local wl.county = '${JIANGHUA}'; set local wl.lo = '${TUOJIANG}000';
        set local wl.hi = '${Number(TUOJIANG) + 1}000'; set local wl.actor = '${clerk.account}';
        insert into admin.post (county, id, div, org, change, account, role, kind, scope_div)
        select county, gen_random_uuid(), div, org, change, id, 'social_worker', 'business', ${scope}
          from admin.account where county = ${JIANGHUA} and id = '${made.body.id}'; rollback;`,
    'wulian_app');
    await assert.rejects(propose('431129000000'), /row-level security/);
    await propose(YANGHUA);
});

test('another phone behind the same mask is a change', async () => {
    const path = `/station/residents/${widow}`;
    const before = await who.head.get(path);
    const after = await who.head.patch(path, { phone: '13899995678' }, before.etag);
    assert.equal(after.body.phone, before.body.phone); // 138****5678
    const { items } = (await who.head.get(`${path}/history`)).body;
    assert.deepEqual(items[0]._changed, ['phone']);
    assert.ok(!JSON.stringify(items).includes('13899995678'));
});

test('a narrowed token is not told that nothing changed since another read it', async () => {
    const [request] = (await who.head.get('/station/requests')).body.items;
    const path = `/station/requests/${request.id}`;
    const full = await who.head.get(path);
    const reader = await narrowed(who.head, ['request.read']);
    const seen = await reader.get(path, { 'If-None-Match': full.etag });
    assert.equal(seen.status, 200);
    assert.deepEqual(seen.body._actions, []);
});

// Last: the database dies here.
test('a token that was revoked stays dead though the database is killed', async () => {
    await server.psql('alter system set wal_writer_delay = \'10s\'');
    await server.psql('select pg_reload_conf()');
    const made = await who.head.post('/tokens',
        { name: 'lost', permissions: ['resident.read'], days: 1 });
    const lost = new Caller(server.base, made.body.token);
    assert.equal((await lost.get('/station/residents')).status, 200);
    await server.psql('checkpoint');
    assert.equal((await who.head.call('DELETE', `/tokens/${made.body.id}`)).status, 204);
    server.kill('postgres');
    let status = 503;
    for (let i = 0; status === 503 && i < 200; i++) {
        await sleep(50);
        status = (await lost.get('/station/residents')).status;
    }
    assert.equal(status, 401);
});
