// 问候电话 as it goes: planned, answered, not answered and then followed up to the end, step by step.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { meanwhile } from '../../../tests/lib/race.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, kinds, made, number, refused, step } from '../../../tests/lib/steps.mjs';
import { importRows } from '../../../tests/lib/tables.mjs';
import { CALLS, PLANS, STEPS, callClock, day } from './call_clock.mjs';

const MINUTE = 60e3, EVERY = ['1', '2', '3', '4', '5', '6', '7'];

let server, who, suyu, clock;

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        other: ['social_worker', TUOJIANG, '赵社工'], room: ['room_worker', YANGHUA, '邓村干'],
        section: ['county_section', JIANGHUA, '蒋股长'], leader: ['county_leader', JIANGHUA, '欧局长'],
    }));
    clock = await callClock(server);
});
after(() => server?.stop());

const resident = async (name) => (await made(who.worker.post('/station/residents',
    { name, div: YANGHUA }))).id;

/** A plan for somebody new; its path, with the person. */
async function planned(name, more = {}) {
    const person = more.person ?? await resident(name);
    const { id } = await made(who.worker.post(PLANS, { person, days: EVERY, call_at: '09:00',
        caller: who.worker.account, worker: who.other.account, since: day(-3), ...more }));
    return { path: `${PLANS}/${id}`, person };
}

/** The person's calls by day, without those cancelled. */
async function callsOf(person) {
    const { items } = await done(who.head.get(`${CALLS}?person.eq=${person}&sort=due_at&limit=200`));
    return Object.fromEntries(items.filter(({ state }) => state !== 'cancelled')
        .map((call) => [call.date, { ...call, path: `${CALLS}/${call.id}` }]));
}

/** Today's call of somebody new. */
async function today(name, more) {
    const { path, person } = await planned(name, { call_at: '00:00', ...more });
    await clock.days(day(-1));
    return { ...(await callsOf(person))[day(0)], planPath: path, person };
}

/** Somebody new with a neighbour, and today's call. */
async function withNeighbour(name, neighbour) {
    const person = await resident(name);
    const { id } = await made(who.worker.post('/elderly/contacts',
        { person, name: neighbour, relation: '99', roles: ['NEIGHBOUR'], phone: '13800005678' }));
    return today(null, { person, neighbour: id });
}

const stepsOf = async ({ id }) => (await done(who.head.get(`${STEPS}?call.eq=${id}&sort=taken_at`))).items;
const told = async (caller, key, { id }) => (await done(caller.get('/notices?limit=200'))).items
    .filter((notice) => notice.key === `greeting_call.${key}` && notice.record_id === id).length;

test('a plan brings one call a day at its time, however often it is asked for [E06]', async () => {
    const { person } = await planned('单秀英');
    for (let i = 0; i < 3; i++) await clock.days(day(-1));
    const calls = await callsOf(person);
    assert.deepEqual(Object.keys(calls), [day(0), day(1)]);
    for (const [date, call] of Object.entries(calls)) {
        assert.deepEqual([call.state, call.due_at, call.staff, call.tries, call.missed],
            ['scheduled', `${date}T01:00:00+00:00`, who.worker.account, 0, false]);
        // half an hour of grace on either side is the township's setting
        assert.deepEqual([call.opens_at, call.step_due_at],
            [`${date}T00:30:00+00:00`, `${date}T01:30:00+00:00`]);
    }
    assert.deepEqual(faultsOf(await who.worker.post(PLANS, { person, days: ['1'], call_at: '10:00',
        caller: who.worker.account, since: day(0) })), { '/person': 'call_plan_once' });
});

test('who answers is asked how they are, and what they need becomes a request [E06]', async () => {
    const call = await today('盘玉莲');
    assert.deepEqual(faultsOf(await who.worker.act(call.path, 'answer', { outcome: 'NO_ANSWER' })),
        { '/outcome': 'greeting_call_outcome' });
    assert.deepEqual(faultsOf(await who.worker.act(call.path, 'answer', { outcome: 'NEED' })),
        { '/need': 'required_if' });
    const answered = await step(who.room, call.path, 'answer', { outcome: 'NEED', mood: 'LOW',
        meal_ok: true, need: 'BUY_DRUG', urgency: 'U2', need_note: '降压药吃完了' });
    assert.deepEqual([answered.state, answered.tries, answered.contact_by],
        ['answered', 1, who.room.account]);
    const { items } = await done(who.head.get(`/station/requests?person.eq=${call.person}`));
    assert.deepEqual(items.map((r) => [r.channel, r.category, r.urgency, r.plugin_ref]),
        [['PHONE', 'BUY_DRUG', 'U2', `elderly.greeting_call:${call.id}`]]);
    assert.match(items[0].content, /应答有需，降压药吃完了$/);

    await refused(who.worker, call.path, 'no_answer', 'wrong_state', { outcome: 'OFF' });
    const { person } = await planned('晚上打', { call_at: '23:59' });
    for (const action of ['answer', 'no_answer'])
        await refused(who.worker, (await callsOf(person))[day(1)].path, action, 'call_too_early',
            { outcome: action === 'answer' ? 'WELL' : 'OFF' });
});

test('who has not eaten gets a meal the same day, who is not well is in danger [E06 E05]', async () => {
    for (const [name, heard, wanted] of [
        ['义满妹', { outcome: 'WELL', meal_ok: false }, ['MEAL', 'U2']],
        ['黎长生', { outcome: 'ABNORMAL' }, ['OTHER', 'U1']]]) {
        const call = await today(name);
        await step(who.worker, call.path, 'answer', heard);
        const { items } = await done(who.head.get(`/station/requests?person.eq=${call.person}`));
        assert.deepEqual(items.map((r) => [r.category, r.urgency]), [wanted]);
    }
    const well = await today('邓春香');
    await step(who.worker, well.path, 'answer', { outcome: 'WELL', mood: 'GOOD', meal_ok: true });
    assert.deepEqual((await done(who.head.get(`/station/requests?person.eq=${well.person}`))).items, []);
});

test('two more tries, the neighbour, a worker, the police: each in its time, each logged [E06]',
    async () => {
        const call = await withNeighbour('赵桂花', '欧阳修');
        const begun = Date.now();
        let now = await step(who.worker, call.path, 'no_answer', { outcome: 'NO_ANSWER' });
        const half = Date.parse(now.step_due_at) - begun;
        assert.ok(Math.abs(half - 30 * MINUTE) < MINUTE, `${half}`);
        for (const outcome of ['NO_ANSWER', 'OFF'])
            now = await step(who.worker, call.path, 'no_answer', { outcome });
        assert.deepEqual([now.state, now.tries], ['unanswered', 3]);
        // that was the last: it is due at once, and stands on the caller's agenda
        const { items: mine } = await done(who.worker.get('/agenda?limit=200&whose=me'));
        assert.ok(mine.some(({ id }) => id === call.id));
        assert.deepEqual((await done(who.head.get(call.path)))._overdue, ['step_due_at']);

        const states = [];
        for (const minutes of [11, 85, 220]) {
            await clock.until(new Date(begun + minutes * MINUTE));
            now = await done(who.head.get(call.path));
            states.push([now.state, now.staff]);
        }
        assert.deepEqual(states, [['neighbour', who.worker.account], ['worker', who.other.account],
            ['emergency', who.other.account]]);
        assert.equal(await told(who.worker, 'neighbour', call), 1);
        assert.equal(await told(who.other, 'worker', call), 1);
        assert.equal(await told(who.head, 'emergency', call), 1);

        await step(who.other, call.path, 'alarm',
            { found: '敲门无应，邻居昨晚见过', told: ['FAMILY', '110'] });
        await step(who.other, call.path, 'resolve',
            { outcome: 'SEEN', found: '摔倒在卫生间，已送卫生院', need: 'TO_HOSPITAL', urgency: 'U1' });
        const log = await stepsOf(call);
        const by = (caller) => log.filter(({ staff }) => staff === caller.account);
        assert.deepEqual(by(who.worker).map((s) => [s.step, s.result]), [['UNANSWERED', 'NO_ANSWER'],
            ['UNANSWERED', 'NO_ANSWER'], ['UNANSWERED', 'OFF']]);
        assert.deepEqual(by(who.other).map((s) => [s.step, s.told]),
            [['EMERGENCY', ['FAMILY', '110']], ['RESOLVED', ['FAMILY', '110']]]);
        assert.equal((await done(who.other.get(`${STEPS}/${by(who.other)[0].id}`))).found,
            '敲门无应，邻居昨晚见过');
        const clocks = log.filter(({ staff }) => ![who.worker, who.other]
            .some(({ account }) => account === staff));
        assert.deepEqual(clocks.map((s) => s.step), ['NEIGHBOUR', 'WORKER', 'EMERGENCY']);
        const [asked, sent, alarmed] = clocks.map((s) => Date.parse(s.taken_at));
        assert.ok(sent - asked >= 60 * MINUTE && alarmed - sent >= 120 * MINUTE);
    });

test('people may be quicker than the clock; without a neighbour a worker goes at once [E06]',
    async () => {
        const call = await withNeighbour('李四妹', '奉阿公');
        await step(who.worker, call.path, 'no_answer', { outcome: 'OFF' });
        await step(who.worker, call.path, 'ask_neighbour');
        await step(who.worker, call.path, 'send_worker',
            { staff: who.other.account, found: '邻居敲门无应' });
        const seen = await step(who.other, call.path, 'resolve',
            { outcome: 'SEEN', found: '在菜地，手机没电', meal_ok: true });
        assert.deepEqual([seen.state, seen.contact_by], ['resolved', who.other.account]);
        await clock.until(new Date(Date.now() + 300 * MINUTE));
        assert.deepEqual((await stepsOf(call)).map((s) => [s.step, s.staff]), [
            ['UNANSWERED', who.worker.account], ['NEIGHBOUR', who.worker.account],
            ['WORKER', who.worker.account], ['RESOLVED', who.other.account]]);

        const alone = await today('单独户');
        await step(who.worker, alone.path, 'no_answer', { outcome: 'OFF' });
        await refused(who.worker, alone.path, 'ask_neighbour', 'call_no_neighbour');
        await clock.from(new Date());
        await clock.until(new Date(Date.now() + 45 * MINUTE));
        assert.equal((await done(who.head.get(alone.path))).state, 'worker');
    });

test('a township may be stricter: one more try in ten minutes [E06]', async () => {
    await done(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings: { call_retries: 1, call_retry_minutes: 10 } }));
    const call = await today('何老伯');
    const begun = Date.now();
    const first = await step(who.worker, call.path, 'no_answer', { outcome: 'OFF' });
    assert.ok(Math.abs(Date.parse(first.step_due_at) - begun - 10 * MINUTE) < MINUTE);
    const last = await step(who.worker, call.path, 'no_answer', { outcome: 'OFF' });
    assert.ok(Date.parse(last.step_due_at) < begun + MINUTE);
    await done(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true, settings: {} }));
});

test('a table of plans comes in, and brings its calls [E06]', async () => {
    const [first, second] = await Promise.all(['表一', '表二'].map(resident));
    const job = await importRows(who.head, PLANS, [['person', 'days', 'call_at', 'caller', 'since'],
        [first, EVERY.join('、'), '08:15', 'worker', day(0)],
        [second, '周八', '08:15', 'worker', day(0)]]);
    assert.equal(job.state, 'done', JSON.stringify(job));
    assert.deepEqual(job.faulty, [[3, 'days', 'not_in_code_table']]);
    const call = (await callsOf(first))[day(1)];
    assert.deepEqual([call.due_at, call.staff], [`${day(1)}T00:15:00+00:00`, who.worker.account]);
});

test('what is to come goes by the plan as it is now [E06]', async () => {
    const { path, person } = await planned('廖奶奶');
    const dueOf = async () => (await callsOf(person))[day(1)]?.due_at;
    assert.equal(await dueOf(), `${day(1)}T01:00:00+00:00`);
    await step(who.worker, path, 'adjust', { call_at: '10:30' });
    assert.equal(await dueOf(), `${day(1)}T02:30:00+00:00`);
    await step(who.worker, path, 'pause', { reason: '住院' });
    assert.equal(await dueOf(), undefined);
    await clock.days(day(0), new Date(`${day(0)}T20:30:00+08:00`)); // paused: the evening brings none
    assert.equal(await dueOf(), undefined);
    await step(who.worker, path, 'resume');
    assert.equal(await dueOf(), `${day(1)}T02:30:00+00:00`);
    await step(who.worker, path, 'end', { reason: '迁出' });
    assert.equal(await dueOf(), undefined);
    const { id: contact } = await made(who.worker.post('/elderly/contacts',
        { person: await resident('别人'), name: '别人的邻居', relation: '99', roles: ['NEIGHBOUR'] }));
    assert.deepEqual(faultsOf(await who.worker.post(PLANS, { person, days: ['1'], call_at: '09:00',
        caller: who.worker.account, since: day(0), neighbour: contact })),
    { '/neighbour': 'call_contact_other' });

    const { person: other } = await planned('周奶奶');
    const tomorrow = (await callsOf(other))[day(1)];
    await step(who.head, tomorrow.path, 'cancel', { reason: '女儿接去过节' });
    assert.equal((await callsOf(other))[day(1)], undefined);
    // a call whose time has come is not made to vanish
    await refused(who.head, (await today('毛奶奶')).path, 'cancel', 'call_cancel_late', { reason: '忘了' });
    const mine = await change(who.worker, (await callsOf(person))[day(0)]?.path ?? tomorrow.path,
        { staff: who.other.account });
    assert.equal(mine.body.code, 'wrong_state'); // what is over is not handed to others
});

test('today keeps its call when the plan moves to a time that is over [E06]', async () => {
    const { path, person } = await planned('钟奶奶', { call_at: '23:59' });
    const dues = async () => Object.values(await callsOf(person)).map(({ due_at }) => due_at);
    const late = (n) => `${day(n)}T15:59:00+00:00`;
    assert.deepEqual(await dues(), [late(0), late(1)]);
    await step(who.worker, path, 'adjust', { call_at: '00:00' });
    assert.deepEqual(await dues(), [late(0), `${day(0)}T16:00:00+00:00`]);
    await step(who.worker, path, 'adjust', { call_at: '23:59' });
    assert.deepEqual(await dues(), [late(0), late(1)]);
    await step(who.worker, path, 'adjust', { until: day(-1) });
    assert.deepEqual(await dues(), []);
});

test('who took the call while its plan or the clock moved it has taken it [E06]', async () => {
    const taken = (id) => `update elderly.greeting_call set state = 'answered', outcome = 'WELL',
        contact_at = now() where id = '${id}'`;
    const { path, person } = await planned('石奶奶', { call_at: '23:59' });
    const { [day(0)]: first } = await callsOf(person);
    await meanwhile(server, taken(first.id), () => step(who.worker, path, 'pause', { reason: '住院' }));
    assert.equal((await done(who.head.get(first.path))).state, 'answered');

    const call = await today('田奶奶');
    await step(who.worker, call.path, 'no_answer', { outcome: 'OFF' });
    await clock.from(new Date());
    await clock.until(new Date(Date.now() + 45 * MINUTE), 'call_log');
    await meanwhile(server, taken(call.id),
        () => clock.until(new Date(Date.now() + 45 * MINUTE), 'call_escalate'));
    assert.equal((await done(who.head.get(call.path))).state, 'answered');
});

test('nobody rings at an empty house: in hospital, moved away, or dead [E06]', async () => {
    const { path, person } = await planned('欧奶奶');
    const soon = async () => {
        await clock.from(new Date());
        await clock.until(new Date(Date.now() + 11 * MINUTE));
        await clock.days(day(0), new Date(`${day(0)}T20:30:00+08:00`));
        return (await callsOf(person))[day(1)]?.state;
    };
    const { id } = await made(who.worker.post('/elderly/profiles',
        { person, categories: ['ALONE'], living: 'ALONE', tier: 'K', consent_visit: true }));
    const profile = `/elderly/profiles/${id}`;
    await step(who.worker, profile, 'activate');
    assert.equal(await soon(), 'scheduled');
    await step(who.worker, profile, 'suspend', { suspended_for: 'HOSPITAL', reason: '住院' });
    assert.equal(await soon(), undefined);
    await step(who.worker, profile, 'resume'); // at once, not by the evening's chore
    assert.equal((await callsOf(person))[day(1)]?.state, 'scheduled');
    await step(who.worker, path, 'adjust', { call_at: '08:30' });
    assert.equal(await soon(), 'scheduled');
    const home = `/station/residents/${person}`;
    assert.equal((await change(who.worker, home, { death_date: day(0) })).status, 200);
    assert.equal(await soon(), undefined);
    await clock.days(day(0), new Date(`${day(1)}T00:30:00+08:00`));
    assert.equal((await done(who.head.get(path))).state, 'ended');
});

test('calls go on in every service mode, whatever else stands still [E06 E13 P12]', async () => {
    const { person } = await planned('黄阿婆');
    let n = 0;
    for (const mode of ['RESTRICTED', 'ONLINE', 'DOORSTEP', 'SUSPENDED']) {
        const { id } = await made(who.section.post('/station/mode_switches', { title: '一级响应',
            div: `${JIANGHUA}000000`, scope: 'AREA', mode, reason: 'EPIDEMIC', document: '江防指1号',
            starts_at: new Date(Date.now() - 60 * MINUTE).toISOString() }));
        const path = `/station/mode_switches/${id}`;
        await step(who.leader, path, 'approve');
        await step(who.leader, path, 'activate');
        n++;
        await clock.days(day(n), new Date(`${day(n)}T20:10:00+08:00`));
        const call = (await callsOf(person))[day(n + 1)];
        assert.deepEqual([call.state, call.service_how], ['scheduled', 'ALLOW'], mode);
        if (mode === 'SUSPENDED') {
            const { body } = await who.head.get(`/station/modes/services?div=${YANGHUA}`);
            assert.equal(body.items.find(({ service }) => service === 'CANTEEN').how, 'SUSPEND');
            const now = await today('秦伯');
            assert.equal((await step(who.worker, now.path, 'answer', { outcome: 'WELL' })).service_how,
                'ALLOW');
        }
        await step(who.leader, path, 'end', { end_note: '终止' });
    }
});

test('another station and another county find nothing; who reads masked does not see what was found',
    async () => {
        const { items } = await done(who.head.get(`${CALLS}?state.eq=resolved`));
        const path = `${CALLS}/${items[0].id}`;
        for (const caller of [who.helukou, suyu.head])
            for (const each of [path, `${path}/history`]) assert.equal((await caller.get(each)).status, 404);
        assert.equal((await who.helukou.act(path, 'answer', { outcome: 'WELL' })).status, 404);
        const seen = await done(who.operator.get(path));
        for (const field of ['found', 'mood']) assert.ok(!(field in seen), field);
        assert.equal((await who.operator.act(path, 'resolve', {})).status, 403);
    });

test('who was visited that day was seen, though nobody called [E06]', async () => {
    const { person } = await planned('莫婆婆', { call_at: '00:00', since: day(-2) });
    await made(who.worker.post('/station/visits', { person, kind: 'ROUTINE', result: 'MET_WELL',
        visited_at: `${day(-1)}T23:59:00+08:00` }));
    await made(who.worker.post('/station/visits', { person, kind: 'ROUTINE', result: 'MISSED',
        visited_at: `${day(-2)}T10:00:00+08:00` }));
    await clock.days(day(-4));
    const calls = await callsOf(person);
    assert.deepEqual([-2, -1].map((n) => [calls[day(n)].state, calls[day(n)].outcome ?? null,
        calls[day(n)].missed]), [['missed', null, true], ['resolved', 'SEEN', false]]);
    assert.deepEqual((await stepsOf(calls[day(-1)])).map((s) => [s.step, s.result]),
        [['RESOLVED', 'SEEN']]);
});

test('the month tells how many person-days were reached of those planned [E06]', async () => {
    const before_ = await number(who.head, 'M10');
    const past = [-3, -2, -1].map(day);
    const { person } = await planned('蒋老太', { call_at: '00:00' });
    await clock.days(day(-5));
    const calls = await callsOf(person);
    assert.deepEqual(past.map((date) => [calls[date].state, calls[date].missed]),
        past.map(() => ['missed', true]));
    assert.equal(await told(who.head, 'missed', calls[day(-1)]), 1);
    await step(who.worker, calls[day(0)].path, 'answer', { outcome: 'FAMILY' });
    const after_ = await number(who.head, 'M10');
    const month = past.filter((date) => date.slice(0, 7) === day(0).slice(0, 7)).length;
    assert.ok((kinds(after_).missed ?? 0) - (kinds(before_).missed ?? 0) >= month);
    assert.equal(kinds(after_).reached, kinds(before_).reached + 1);
    assert.equal(after_.share.kind, 'reached');
    const { items: behind } = await done(who.head.get(
        `/reports/SM-01/M10?period=${day(0).slice(0, 7)}&kind=reached`));
    assert.ok(behind.some(({ id }) => id === calls[day(0)].id));
    const { items } = await done(who.head.get(`${CALLS}?missed.eq=true&limit=200`));
    assert.ok(past.every((date) => items.some((c) => c.person === person && c.date === date)));
});
