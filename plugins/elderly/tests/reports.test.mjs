// M08–M14, M38 and M40 as stations and the county read them: numbers by township, persons distinct again
// at the county, and the rows behind each.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { PERIOD, change, done, earlier, kinds, made, mealOn, number, step }
    from '../../../tests/lib/steps.mjs';
import { assess } from './assess.mjs';
import { CALLS, PLANS, callClock, day } from './call_clock.mjs';

const VILLAGE = `${HELUKOU}201`; // of Helukou
const minutes = (n) => new Date(Date.now() + n * 60e3).toISOString();

let server, who, suyu, clock;
const elder = {};

/** An elder of these categories with an active file. */
async function filed(caller, div, name, categories) {
    const { id } = await made(caller.post('/station/residents', { name, div, birth: '1948-05-01' }));
    const file = await made(caller.post('/elderly/profiles',
        { person: id, categories, living: 'ALONE', consent_visit: true }));
    await step(caller, `/elderly/profiles/${file.id}`, 'activate');
    return Object.assign(new String(id), { id, file: `/elderly/profiles/${file.id}` });
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    await who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true });
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '养老股'], masked: ['auditor_biz', JIANGHUA, '审计员'], general: ['station_head', JIANGHUA, '总站长'],
        other: ['social_worker', TUOJIANG, '赵社工'], there: ['social_worker', HELUKOU, '奉社工'],
    }));
    elder.alone = await filed(who.worker, YANGHUA, '单秀英', ['ALONE']);
    elder.nest = await filed(who.worker, YANGHUA, '欧阳修', ['EMPTY_NEST']);
    elder.poor = await filed(who.worker, YANGHUA, '黎长生', ['DESTITUTE']); // of none of the six kinds
    elder.left = await filed(who.there, VILLAGE, '义满妹', ['LEFT_BEHIND']);
    clock = await callClock(server);
});
after(() => server?.stop());

const visit = (caller, person, more) => made(caller.post('/station/visits', { person,
    kind: 'ROUTINE', visited_at: earlier(30), result: 'MET_WELL', ...more }));
const byTown = (counted) =>
    Object.fromEntries(counted.by_township.map(({ township, value }) => [township, value]));

/** What the county reads: the number, by township, and the ids of the rows behind it. */
async function county(code) {
    const counted = await number(who.section, code, 'CM-01');
    const rows = [];
    for (let next = `/reports/CM-01/${code}?period=${PERIOD}&limit=200`; next;) {
        const page = await done(who.section.get(next));
        rows.push(...page.items);
        next = page.next && `/reports/CM-01/${code}?period=${PERIOD}&limit=200&cursor=${page.next}`;
    }
    return { ...counted, towns: byTown(counted), rows };
}

test('M08: a person visited in two townships is two visits and one person [E15]', async () => {
    await visit(who.worker, elder.alone.id);
    await visit(who.general, elder.alone.id, { div: VILLAGE }); // staying with her daughter
    await visit(who.worker, elder.poor.id, { result: 'MISSED' });
    const m08 = await county('M08');
    assert.deepEqual([m08.value, m08.towns], [2, { [TUOJIANG]: 1, [HELUKOU]: 1 }]);
    assert.equal(m08.rows.length, 2);
    const m08p = await number(who.section, 'M08P', 'CM-01');
    assert.deepEqual([m08p.value, byTown(m08p)], [1, { [TUOJIANG]: 1, [HELUKOU]: 1 }]);
    assert.equal((await number(who.head, 'M08')).value, 1);
});

test('M09: of the six kinds, who was in touch: at home, by telephone or video; M09b at home [E15]', async () => {
    await visit(who.worker, elder.nest.id, { way: 'PHONE' });
    await visit(who.there, elder.left.id, { result: 'MISSED' });
    const share = async (caller, code, report) => (await number(caller, code, report)).share;
    const contacted = (value, of) => ({ kind: 'contacted', value, of });
    assert.deepEqual(await share(who.head, 'M09'), contacted(2, 2));
    assert.deepEqual(await share(who.head, 'M09b'), contacted(1, 2));
    assert.deepEqual(await share(who.helukou, 'M09'), contacted(0, 1));
    const m09 = await county('M09');
    assert.deepEqual([m09.share, m09.towns], [contacted(2, 3), { [TUOJIANG]: 2, [HELUKOU]: 1 }]);
    const missing = m09.rows.filter(({ kind }) => kind === 'not_contacted');
    assert.deepEqual(missing.map(({ person, href }) => [person, href]),
        [[elder.left.id, `/api/v1${elder.left.file}`]]);
    assert.deepEqual(await share(who.section, 'M09b', 'CM-01'), contacted(1, 3));
    // by video is contact, and so is a face at a venue
    await visit(who.there, elder.left.id, { way: 'VIDEO' });
    assert.deepEqual(await share(who.helukou, 'M09'), contacted(1, 1));
    // whose file is closed when the month ends is no longer asked for
    await step(who.head, elder.nest.file, 'close', { closed_for: 'MOVED', reason: '随子女迁居' });
    assert.deepEqual(await share(who.section, 'M09', 'CM-01'), contacted(2, 2));
    assert.deepEqual(await share(suyu.head, 'M09'), contacted(0, 0));
});

test('M09 and M09b leave out who has died, before the head has closed the file [E15]', async () => {
    const asked = async () => Promise.all(['M09', 'M09b'].map(async (code) =>
        (await number(who.head, code)).share.of));
    const before_ = await asked();
    const dead = await filed(who.worker, YANGHUA, '伍满秀', ['ALONE']);
    assert.deepEqual(await asked(), before_.map((n) => n + 1));
    await done(change(who.worker, `/station/residents/${dead.id}`, { death_date: day(0) }));
    const { status, err } = await server.cli(['chores', 'run', '--until', minutes(60),
        '--county', String(JIANGHUA), '--only', 'elderly.elder_died']);
    assert.equal(status, 0, err);
    assert.equal((await done(who.worker.get(dead.file))).state, 'active');
    assert.deepEqual(await asked(), before_);
});

test('M10 and M09: a day on which she answered; M40: one on which nobody reached her [E06 E15]', async () => {
    await made(who.worker.post(PLANS, { person: elder.alone.id, call_at: '00:00', since: day(-3),
        days: ['1', '2', '3', '4', '5', '6', '7'], caller: who.worker.account }));
    await clock.days(day(-2));
    const { items } = await done(who.worker.get(`${CALLS}?person.eq=${elder.alone.id}&sort=due_at`));
    const call = items.find(({ date }) => date === day(0));
    await step(who.worker, `${CALLS}/${call.id}`, 'answer', { outcome: 'WELL', mood: 'GOOD', meal_ok: true });
    const inMonth = items.filter(({ date, missed }) => missed && date.startsWith(PERIOD)).length;
    const m10 = await county('M10');
    assert.deepEqual(m10.share, { kind: 'reached', value: 1, of: 1 + inMonth });
    assert.deepEqual(m10.towns, { [TUOJIANG]: 1 + inMonth });
    assert.ok(m10.rows.some(({ id }) => id === call.id));
    assert.equal((await number(who.section, 'M10P', 'CM-01')).value, 1);
    assert.equal(kinds(await number(who.head, 'M40')).MISSED_DAY ?? 0, inMonth);
});

test('M11: meals by mode, M12 who had them; in two townships she is one person', async () => {
    const meal = async (caller, date, more) => {
        const { id } = await made(caller.post('/elderly/meal_orders',
            { person: elder.alone.id, date, meal: 'L', mode: 'DELIVERY', ...more }));
        const path = `/elderly/meal_orders/${id}`;
        await mealOn(server, id);
        for (const action of ['confirm', 'cook', 'ready', 'leave']) await step(caller, path, action);
        await step(caller, path, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
        await server.psql(`update elderly.meal_order set date = '${date}' where id = '${id}'`);
    };
    await meal(who.worker, day(2));
    await meal(who.general, day(3), { div: VILLAGE });
    const m11 = await county('M11');
    assert.deepEqual([m11.value, kinds(m11), m11.towns],
        [2, { DELIVERY: 2 }, { [TUOJIANG]: 1, [HELUKOU]: 1 }]);
    assert.equal(m11.rows.length, 2);
    assert.equal((await number(who.section, 'M12', 'CM-01')).value, 1);
});

test('M13: errands by kind; done for one person in two townships they are one person [E09]', async () => {
    const errand = async (caller, more) => {
        const { id } = await made(caller.post('/elderly/errands',
            { person: elder.alone.id, kind: 'BUY_FOOD', items: '米五斤', ...more }));
        const path = `/elderly/errands/${id}`;
        await step(caller, path, 'accept');
        await step(caller, path, 'purchase', { advance_fen: 3000, spent_fen: 2800, receipt: id.slice(-6) });
        await step(caller, path, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
    };
    await errand(who.worker);
    await errand(who.general, { div: VILLAGE });
    const m13 = await county('M13');
    assert.deepEqual([m13.value, kinds(m13), m13.towns],
        [2, { BUY_FOOD: 2 }, { [TUOJIANG]: 1, [HELUKOU]: 1 }]);
    assert.equal(m13.rows.length, 2);
    assert.equal((await number(who.section, 'M13P', 'CM-01')).value, 1);
});

test('M14: effective assessments by level [E02]', async () => {
    await assess(elder.alone.id, [who.worker, who.other], 90);
    await assess(elder.poor.id, [who.worker, who.other], 50);
    await assess(elder.left.id, [who.there, who.helukou], 40);
    const m14 = await county('M14');
    assert.deepEqual([kinds(m14), m14.towns],
        [{ 0: 1, 2: 1, 3: 1 }, { [TUOJIANG]: 2, [HELUKOU]: 1 }]);
    assert.deepEqual(m14.rows.map(({ kind }) => kind).sort(), ['0', '2', '3']);
    assert.equal((await number(who.helukou, 'M14P')).value, 1);
    // The level is nothing for masked readers: they have the number, and neither its rows nor the newest.
    assert.equal((await number(who.masked, 'M14', 'CM-01')).value, 3);
    assert.equal((await number(who.masked, 'M14', 'CM-01')).rows, null);
    assert.equal((await who.masked.get(`/reports/CM-01/M14?period=${PERIOD}`)).status, 403);
    assert.deepEqual((await done(who.masked.get('/reports/CM-01/newest?only=M14&limit=5'))).items, []);
    assert.equal((await done(who.section.get('/reports/CM-01/newest?only=M14&limit=5'))).items.length, 3);
});

test('M40: what befell elders stands beside the emergencies of the place', async () => {
    await made(who.worker.post('/elderly/incidents', { person: elder.poor.id, kind: 'FALL',
        happened_at: earlier(60), place: '家中', severity: 'MINOR', measures: '扶起、通知家属' }));
    await made(who.section.post('/station/incidents', { div: `${JIANGHUA}000000`, title: '洪水', kind: 'FLOOD',
        level: 'L4', started_at: earlier(60) }));
    const m40 = await county('M40');
    assert.deepEqual([kinds(m40).ELDER, kinds(m40).FLOOD], [1, 1]);
    assert.ok(m40.rows.some(({ record }) => record === 'elderly.incident'));
    assert.ok(m40.rows.some(({ record }) => record === 'station.incident'));
    const zh = m40.by_kind.map(({ label }) => label);
    assert.ok(zh.includes('accident of an elder'), zh.join());
    assert.equal(kinds(await number(who.helukou, 'M40')).ELDER, undefined);
});

test('M38: every service of the plugin stands in the model, by its own tags or the plugin\'s cell [K19 K35]',
    async () => {
        const before_ = await county('M38S');
        const house = await made(who.head.post('/station/venues', { div: YANGHUA, name: '日照中心',
            type: 'DAYCARE', open_mode: 'NORMAL' }));
        await made(who.worker.post('/elderly/venue_attendance',
            { person: elder.alone.id, venue: house.id, came_at: earlier(5) }));
        await made(who.worker.post('/elderly/venue_logs', { venue: house.id, served_at: earlier(20),
            kind: 'GROOM', worker: who.worker.account, heads: 5, content: '理发', service: 'E',
            dims: ['D1', 'D11'], links: ['L1', 'L2', 'L4'], platform: 'ROOM', reach: 'UNIVERSAL' }));
        const now = await county('M38S');
        assert.equal(kinds(now).E, kinds(before_).E + 2);
        for (const record of ['elderly.errand', 'elderly.greeting_call', 'elderly.venue_attendance',
            'elderly.venue_log'])
            assert.ok(now.rows.some((row) => row.record === record), record);
        const dims = kinds(await county('M38'));
        assert.equal(dims.D11, 1);
        assert.ok(dims.D21 > 3, JSON.stringify(dims));
        assert.equal(kinds(await county('M38P')).ROOM, 1);
        assert.equal(kinds(await county('M38R')).UNIVERSAL, 1);
    });
