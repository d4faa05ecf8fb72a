// The epidemic switch as the seeds tell it: the centre closes to groups, and meals, calls, errands and
// red cases go on, contactless or by telephone; of four at the station two come in, two stay online.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done as step, idOf, status } from '../../lib/station.mjs';
import { mealOn } from '../../lib/steps.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`, TOWN = `${TUOJIANG}000`;
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
const hours = (n) => new Date(Date.now() + n * 3600e3).toISOString();

let server, who;
const at = {};

before(async () => {
    server = await startServer();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        leader: ['county_leader', JIANGHUA, '欧局长'],
        section: ['county_section', JIANGHUA, '蒋股长'],
        second: ['social_worker', TUOJIANG, '周社工'],
        third: ['social_worker', TUOJIANG, '莫社工'],
        fourth: ['social_worker', TUOJIANG, '邓社工'],
    }));
});
after(() => server?.stop());

async function made(caller, path, body) {
    const { body: row } = await status(201, caller.post(path, body));
    return `${path}/${row.id}`;
}

const meal = (more) => ({ person: at.widow, date: day(2), meal: 'L', mode: 'DELIVERY', ...more });

test('before it, lunch is at the canteen and brought as usual', async () => {
    at.widow = idOf(await made(who.head, '/station/residents', { div: YANGHUA, name: '单秀英',
        birth: '1943-12-05' }));
    at.canteen = await made(who.head, '/elderly/meal_orders', meal({ mode: 'CANTEEN' }));
    at.early = await made(who.head, '/elderly/meal_orders', meal({ date: day(3) }));
    for (const path of [at.canteen, at.early])
        assert.equal((await who.head.get(path)).body.service_how, 'ALLOW');
});

test('the county decides, the day-care centre closes, and nobody goes without a meal [E13 P12]',
    async () => {
        at.switch = await made(who.section, '/station/mode_switches', { div: COUNTY_DIV,
            title: '一级响应', scope: 'AREA', mode: 'SUSPENDED', reason: 'EPIDEMIC',
            document: '江防指〔2026〕1号', starts_at: hours(-1), ends_at: hours(24 * 14) });
        await step(who.leader, at.switch, 'approve');
        await step(who.leader, at.switch, 'activate');
        const { body } = await who.head.get(`/station/modes/services?div=${YANGHUA}`);
        const how = Object.fromEntries(body.items.map((item) => [item.service, item.how]));
        assert.deepEqual(['DAYCARE', 'GROUP_ACTIVITY', 'CANTEEN'].map((service) => how[service]),
            ['SUSPEND', 'SUSPEND', 'SUSPEND']);
        assert.deepEqual(['MEAL', 'CALL', 'ERRAND', 'CASE_RED'].map((service) => how[service]),
            ['CONTACTLESS', 'ALLOW', 'CONTACTLESS', 'CONTACTLESS']);

        const refused = await who.head.post('/elderly/meal_orders',
            meal({ mode: 'CANTEEN', date: day(4) }));
        assert.deepEqual(faultsOf(refused), { '/mode': 'canteen_suspended' });
        assert.match(refused.body.errors[0].detail, /until \d{4}-\d\d-\d\d .*order delivery instead/);
        // what was booked at the canteen is brought
        const now = await who.head.get(at.canteen);
        assert.deepEqual(faultsOf(await who.head.act(at.canteen, 'confirm')),
            { '/mode': 'canteen_suspended' });
        await status(200, who.head.patch(at.canteen, { mode: 'DELIVERY' }, now.etag));
        for (const [path, ordered] of [[at.canteen, 2], [at.early, 3]]) {
            await mealOn(server, idOf(path));
            await step(who.worker, path, 'confirm');
            await step(who.worker, path, 'cook');
            // known when it sets out, though it was ordered before
            assert.equal((await step(who.worker, path, 'leave')).service_how, 'CONTACTLESS');
            assert.equal((await step(who.worker, path, 'deliver',
                { wellbeing: 'OK', handed_to: '放门口，电话确认' })).state, 'delivered');
            await mealOn(server, idOf(path), ordered);
        }
        const fresh = await made(who.head, '/elderly/meal_orders', meal({ date: day(5) }));
        assert.equal((await who.head.get(fresh)).body.service_how, 'CONTACTLESS');
        // beyond its end meals are as usual, and the canteen is open
        const after = await made(who.head, '/elderly/meal_orders',
            meal({ mode: 'CANTEEN', date: day(20) }));
        assert.equal((await who.head.get(after)).body.service_how, 'ALLOW');
    });

test('medicine is fetched and left at the door; the daily call is made [P12]', async () => {
    const errand = await made(who.worker, '/elderly/errands',
        { person: at.widow, kind: 'BUY_DRUG', items: '降压药两盒', drug_name: '硝苯地平',
            drug_checked: '凭处方' });
    assert.equal((await who.worker.get(errand)).body.service_how, 'CONTACTLESS');
    await step(who.worker, errand, 'accept');
    await step(who.worker, errand, 'purchase', { advance_fen: 4000, spent_fen: 3860, receipt: '001' });
    await step(who.worker, errand, 'deliver', { wellbeing: 'OK', handed_to: '放门口，电话确认' });
    assert.equal((await step(who.head, errand, 'settle', { returned_fen: 140 })).state, 'settled');
    const call = await status(201, who.worker.post('/station/visits', { person: at.widow,
        kind: 'ROUTINE', way: 'PHONE', visited_at: hours(-1), result: 'MET_WELL', minutes: 8 }));
    assert.equal(call.body.way, 'PHONE');
});

test('of four at the station two are recalled on site, two work online at home [P05]', async () => {
    const profiles = {};
    for (const key of ['worker', 'second', 'third', 'fourth'])
        profiles[key] = await made(who.head, '/station/staff_profiles', { div: TOWN,
            account: who[key].account, cert_type: '0', work_mode: 'LEAVE', entered_on: '2025-03-01' });
    const put = async (key, work_mode) => status(200, who.head.patch(profiles[key], { work_mode },
        (await who.head.get(profiles[key])).etag));
    for (const key of ['worker', 'second']) await put(key, 'ONSITE');
    for (const key of ['third', 'fourth']) await put(key, 'HOME_ONLINE');
    const count = async (mode) => (await status(200, who.head.get(
        `/station/staff_profiles?work_mode.eq=${mode}`))).body.items.length;
    assert.deepEqual([await count('ONSITE'), await count('HOME_ONLINE'), await count('LEAVE')], [2, 2, 0]);
    // who is at home leads a group online
    const group = await made(who.third, '/station/online_groups', { name: '音乐群', theme: 'MUSIC',
        platform: 'WECHAT', host: who.third.account, members: 40, workers: 2, opened_on: day(0),
        mode_switch: idOf(at.switch) });
    assert.equal((await who.head.get(group)).body.host, who.third.account);
});

test('when it is over everything is as it was', async () => {
    await step(who.leader, at.switch, 'end', { end_note: '响应终止' });
    const order = await made(who.head, '/elderly/meal_orders', meal({ mode: 'CANTEEN', date: day(6) }));
    assert.equal((await who.head.get(order)).body.service_how, 'ALLOW');
    const report = await who.head.get(`/reports/SM-01?period=${day(0).slice(0, 7)}`);
    const m11 = report.body.indicators.find(({ code }) => code === 'M11');
    assert.equal(m11.value, 2); // both were brought while it lasted
});
