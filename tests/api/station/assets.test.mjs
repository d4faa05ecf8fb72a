// Every township's social worker has an electric motorbike: who keeps it, where it went, when its
// insurance and battery run out (seed 002).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultAt, openCounty, openStations, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, made, refused, step } from '../../lib/steps.mjs';

const ASSETS = '/station/assets';
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);

let server, who, stations;
const bikes = [];

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    who = await people(server, JIANGHUA, { admin: ['county_admin', JIANGHUA, '何局员'] });
    stations = await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '社工股'], auditor: ['auditor_biz', JIANGHUA, '审计'],
        head: ['station_head', TUOJIANG, '李站长'], worker: ['social_worker', TUOJIANG, '盘社工'],
        other: ['social_worker', TUOJIANG, '赵社工'], helukou: ['social_worker', HELUKOU, '奉社工'],
    }));
});
after(() => server?.stop());

const bike = (n, more) => who.section.post(ASSETS, { div: `${TUOJIANG}000`, kind: 'MOTORBIKE',
    name: '电动摩托车', tag: `JH-M-${n}`, unit: stations[TUOJIANG], plate: `湘M${10000 + n}`,
    frame_no: `LX72V${n}`, battery: '72V32Ah', insurance_to: day(400), battery_until: day(800),
    bought_on: '2022-10-01', price_fen: 480000, ...more });
const fault = async (promise, pointer, code) => {
    const answer = await promise;
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.equal(faultAt(answer, pointer), code, JSON.stringify(answer.body));
};
const path = (n) => `${ASSETS}/${bikes[n].id}`;

test('a motorbike has its plate, frame and insurance, and one keeper at a time [K24]', async () => {
    await fault(bike(0, { plate: undefined }), '/plate', 'required_if');
    await fault(bike(0, { insurance_to: undefined }), '/insurance_to', 'required_if');
    for (const n of [1, 2, 3]) bikes.push(await made(bike(n)));
    await fault(bike(9, { plate: bikes[0].plate }), '/plate', 'not_unique');
    const issued = await step(who.head, path(0), 'issue', { keeper: who.worker.account });
    assert.deepEqual([issued.state, issued.keeper, issued.issued_on],
        ['issued', who.worker.account, day(0)]);
    await refused(who.head, path(0), 'issue', 'wrong_state', { keeper: who.other.account });
    await fault(who.head.act(path(1), 'issue', { keeper: who.worker.account }),
        '/keeper', 'asset_one_keeper');
    await fault(who.head.act(path(1), 'issue', { keeper: who.helukou.account }),
        '/keeper', 'reference_unknown'); // nobody of this township
    assert.equal((await who.helukou.get(path(0))).status, 404);
});

test('two heads who hand two motorbikes to one worker at once: one of them does [K24]', async () => {
    const answers = await Promise.all([1, 2].map((n) =>
        who.head.act(path(n), 'issue', { keeper: who.other.account })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
    const n = answers[0].status === 200 ? 1 : 2;
    await step(who.head, path(n), 'take_back');
});

test('its keeper writes down where it went; the odometer only rises [K24]', async () => {
    const use = (caller, km_from, km_to) => caller.post('/station/asset_uses', { div: `${TUOJIANG}000`,
        asset: bikes[0].id, used_on: day(0), km_from, km_to, purpose: '入户探访' });
    const first = await made(use(who.worker, 0, 23));
    assert.deepEqual([first.km, first.staff], [23, who.worker.account]);
    await fault(use(who.other, 23, 30), '/asset', 'asset_use_keeper');
    await fault(use(who.worker, 20, 30), '/km_from', 'asset_use_odometer');
    await fault(use(who.worker, 30, 30), '/km_to', 'asset_use_km');
    await made(use(who.worker, 25, 41));
    assert.equal((await done(who.head.get(path(0)))).odometer_km, 41);
});

test('repair, hand back, loss and scrap are steps of its life [K24]', async () => {
    await step(who.head, path(0), 'send_repair', { reason: '刹车失灵' });
    const back = await step(who.head, path(0), 'hand_back');
    assert.equal(back.keeper, who.worker.account);
    await step(who.head, path(2), 'send_repair', { reason: '灯不亮' });
    await refused(who.head, path(2), 'hand_back', 'asset_without_keeper'); // nobody kept it
    await step(who.section, path(2), 'scrap', { reason: '碰撞损毁' });
    const summary = await done(who.auditor.get('/station/asset_summary'));
    assert.deepEqual(summary.items.map(({ kind, total, in_use, repair, idle, scrapped, km }) =>
        [kind, total, in_use, repair, idle, scrapped, km]), [['MOTORBIKE', 3, 1, 0, 1, 1, 41]]);
});

test('insurance and batteries that run out are overdue until they are renewed [K24]', async () => {
    const now = await who.section.get(path(0));
    assert.equal((await who.section.patch(path(0), { insurance_to: day(-1) }, now.etag)).status, 200);
    const overdue = async () => (await done(who.head.get(`${ASSETS}?overdue=due_at`))).items.map(({ id }) => id);
    assert.deepEqual(await overdue(), [bikes[0].id]);
    assert.equal((await done(who.auditor.get('/station/asset_summary'))).items[0].run_out, 1);
    const service = (more) => who.worker.post('/station/asset_services', { div: `${TUOJIANG}000`,
        asset: bikes[0].id, kind: 'INSURANCE', done_on: day(0), cost_fen: 18000, ...more });
    await fault(service({}), '/valid_to', 'required_if');
    await made(service({ valid_to: day(365) }));
    const after = await done(who.head.get(path(0)));
    assert.deepEqual([after.insurance_to, after.battery_until], [day(365), day(800)]);
    assert.deepEqual(await overdue(), []);
    await made(service({ kind: 'BATTERY', valid_to: day(700) }));
    assert.equal((await done(who.head.get(path(0)))).battery_until, day(700));
    // what is written down late sets nothing back
    await made(service({ done_on: day(-300), valid_to: day(65) }));
    await made(service({ kind: 'BATTERY', done_on: day(-1), valid_to: day(90) }));
    const late = await done(who.head.get(path(0)));
    assert.deepEqual([late.insurance_to, late.battery_until], [day(365), day(700)]);
});

test('keeper and head are told some days before insurance runs out, once each time [K24]', async () => {
    const days = Number(await server.psql("select value from core.policy_default"
        + " where key = 'asset.remind_days'"));
    const until = async (n) => {
        const { status, out, err } = await server.cli(['chores', 'run', '--only', 'station.asset_remind',
            '--county', String(JIANGHUA), '--until', `${day(n)}T08:00:00+08:00`]);
        assert.equal(status, 0, out + err);
    };
    const told = async (caller) => (await done(caller.get('/notices', { 'Accept-Language': 'zh-CN' })))
        .items.filter(({ text }) => text.includes(`（${bikes[0].tag}）的保险或电池将于`)).length;
    await until(365 - days - 1);
    assert.deepEqual([await told(who.worker), await told(who.head)], [0, 0]);
    await until(365 - days);
    assert.deepEqual([await told(who.worker), await told(who.head)], [1, 1]);
    await until(365 - days + 1);
    assert.equal(await told(who.worker), 1);
    assert.equal((await done(who.head.get(path(0)))).reminded_on, day(365 - days));
    await made(who.worker.post('/station/asset_services', { div: `${TUOJIANG}000`, asset: bikes[0].id,
        kind: 'INSURANCE', done_on: day(0), valid_to: day(380) }));
    await until(380 - days);
    assert.equal(await told(who.worker), 2); // renewed, and told of the next end
});
