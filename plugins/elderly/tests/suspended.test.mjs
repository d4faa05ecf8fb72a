// A fortnight in which the centres are closed to groups: the staff clock in every day, nobody comes to
// day-care, and the same elder has her meal, her call and her medicine as before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, made, mealOn, number, step } from '../../../tests/lib/steps.mjs';
import { CALLS, PLANS, callClock, day } from './call_clock.mjs';

const TOWN = `${TUOJIANG}000`;
const hours = (n) => new Date(Date.now() + n * 3600e3).toISOString();
const clockTime = (n) => new Date(Date.now() + (8 + n) * 3600e3).toISOString().slice(11, 16);

let server, who, clock, widow, centre;

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '养老股'], leader: ['county_leader', JIANGHUA, '欧局长'],
        second: ['social_worker', TUOJIANG, '赵社工'],
    }));
    widow = (await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA,
        birth: '1943-12-05' }))).id;
    centre = await made(who.head.post('/station/venues', { div: YANGHUA, name: '阳华日间照料中心',
        type: 'DAYCARE', open_mode: 'NORMAL', manager: who.worker.account }));
    clock = await callClock(server);
    const { id } = await made(who.section.post('/station/mode_switches', { div: `${JIANGHUA}000000`,
        title: '一级响应', scope: 'AREA', mode: 'SUSPENDED', reason: 'EPIDEMIC',
        document: '江防指〔2026〕1号', starts_at: hours(-1), ends_at: hours(24 * 14) }));
    await step(who.leader, `/station/mode_switches/${id}`, 'approve');
    await step(who.leader, `/station/mode_switches/${id}`, 'activate');
});
after(() => server?.stop());

test('somebody is on post every day of it, weekends too, and clocks in [E14]', async () => {
    await made(who.section.post('/station/duty_settings', { div: TOWN, year_round: true, since: day(-30),
        duty_phone: '0746-2312345', staff_standard: 2 }));
    const holes = async () => (await done(
        who.head.get(`/station/duty/holes?from=${day(1)}&to=${day(14)}`))).items.length;
    assert.equal(await holes(), 14);
    for (let n = 1; n <= 14; n++)
        await made(who.head.post('/station/rosters', { div: TOWN, date: day(n), shift: 'DAY',
            starts: '08:00', ends: '18:00', staff: (n % 2 ? who.worker : who.second).account, turn: 1 }));
    assert.equal(await holes(), 0);
    const began = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10); // it may be past midnight
    const today = await made(who.head.post('/station/rosters', { div: TOWN, date: began, shift: 'DAY',
        starts: clockTime(-1), ends: clockTime(6), staff: who.worker.account, turn: 1 }));
    assert.equal((await step(who.worker, `/station/rosters/${today.id}`, 'check_in')).state, 'on_duty');
});

test('reception stands still; the meal, the call and the medicine come to the door [E13 P12]', async () => {
    const attend = await who.worker.post('/elderly/venue_attendance',
        { person: widow, venue: centre.id, came_at: hours(0) });
    assert.equal(faultAt(attend, '/came_at'), 'daycare_suspended');
    const { items: [house] } = await done(who.worker.get('/elderly/my_venues'));
    assert.deepEqual([house.service_how, house.came], ['SUSPEND', 0]);

    const order = await made(who.worker.post('/elderly/meal_orders',
        { person: widow, date: day(3), meal: 'L', mode: 'DELIVERY' }));
    const path = `/elderly/meal_orders/${order.id}`;
    await mealOn(server, order.id);
    for (const action of ['confirm', 'cook', 'ready']) await step(who.worker, path, action);
    assert.equal((await step(who.worker, path, 'leave')).service_how, 'CONTACTLESS');
    const brought = await step(who.worker, path, 'deliver',
        { wellbeing: 'OK', handed_to: '放门口，电话确认' });
    assert.equal(brought.state, 'delivered');

    await made(who.worker.post(PLANS, { person: widow, call_at: '00:00', since: day(-1),
        days: ['1', '2', '3', '4', '5', '6', '7'], caller: who.worker.account }));
    await clock.days(day(-1));
    const { items } = await done(who.worker.get(`${CALLS}?person.eq=${widow}&sort=due_at`));
    const call = items.find(({ date }) => date === day(0));
    assert.equal((await step(who.worker, `${CALLS}/${call.id}`, 'answer',
        { outcome: 'WELL', meal_ok: true })).service_how, 'ALLOW');

    const errand = await made(who.worker.post('/elderly/errands',
        { person: widow, kind: 'BUY_DRUG', items: '降压药两盒' }));
    const job = `/elderly/errands/${errand.id}`;
    assert.equal((await step(who.worker, job, 'accept')).service_how, 'CONTACTLESS');
    await step(who.worker, job, 'purchase', { advance_fen: 4000, spent_fen: 3860, receipt: '001',
        drug_name: '硝苯地平', drug_checked: '空药瓶' });
    await step(who.worker, job, 'deliver', { wellbeing: 'OK', handed_to: '放门口，电话确认' });
    assert.equal((await step(who.head, job, 'settle', { returned_fen: 140 })).state, 'settled');

    for (const [code, value] of [['M11', 1], ['M10', 1], ['M13', 1]])
        assert.equal((await number(who.head, code)).value, value, code);
});
