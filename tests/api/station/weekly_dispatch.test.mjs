// The weekly dispatch: the calendar calls it and fills its agenda with what is stuck, what is overdue
// first; what it hands out comes back next week until it is done and verified.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const MEETINGS = '/station/meetings', ITEMS = '/station/meeting_items', ACTIONS = '/station/action_items';
const DAY = 86400e3;
const shanghai = (at) => new Date(at + 8 * 3600e3).toISOString().slice(0, 10);
const inDays = (n) => shanghai(Date.now() + n * DAY);

/** The n-th Monday after today. */
function monday(n) {
    const weekday = new Date(Date.now() + 8 * 3600e3).getUTCDay(); // 0 Sunday
    return inDays((8 - weekday) % 7 + (weekday === 1 ? 7 : 0) + 7 * (n - 1));
}

let server, who, suyu;
const job = {};

async function must(promise, status = 200) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

/** What the clock brings up to then. */
async function clock(until) {
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        ...(until ? ['--until', until] : [])]);
    assert.equal(status, 0, out + err);
}

/** The dispatch of that Monday with its agenda, as somebody sees it. */
async function agenda(caller, day) {
    const { items } = await must(who.section.get(`${MEETINGS}?kind.eq=DISPATCH&limit=50`));
    const meeting = items.find(({ held_at }) => shanghai(Date.parse(held_at)) === day);
    assert.ok(meeting, `a dispatch on ${day}`);
    const list = await must(caller.get(`${ITEMS}?meeting.eq=${meeting.id}&limit=100`));
    return { path: `${MEETINGS}/${meeting.id}`, meeting, items: list.items };
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'], chief: ['county_leader', JIANGHUA, '黎局长'],
    }));
    await clock();
    await must(who.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'REPAIR', domain: 'K', urgency: 'U3', content: '路灯不亮' }), 201);
    const hand = (title, due) => must(who.section.post(ACTIONS,
        { div: YANGHUA, title, owner: who.worker.account, due }), 201);
    job.late = (await hand('补齐独居老人档案', inDays(2))).id;
    job.open = (await hand('联系志愿者队伍', inDays(60))).id;
});
after(() => server?.stop());

test('the calendar calls it and fills its agenda, what is overdue first [K21 K22]', async () => {
    await clock(`${monday(2)}T08:00:00+08:00`);
    const { meeting, items } = await agenda(who.section, monday(2));
    assert.deepEqual([meeting.state, meeting.div], ['planned', '431129000000']);
    assert.equal(meeting.held_at, new Date(`${monday(2)}T09:00:00+08:00`).toISOString()
        .replace('.000Z', '+00:00'));
    const kinds = items.map(({ kind }) => kind);
    assert.deepEqual(kinds.filter((kind) => kind !== 'ESCALATED'),
        ['OVERDUE_ACTION', 'OVERDUE_REQUEST', 'OPEN_ACTION', 'PROGRESS']);
    assert.equal(items[0].source, `station.action_item:${job.late}`);
    const overdue = items.find(({ kind }) => kind === 'OVERDUE_REQUEST');
    assert.equal(overdue.amount, 1);
    assert.match(overdue.situation, /^431129-R\d{8}-0001$/);
});

test('a head of station sees what is about the own station, and only that [K21 K22]', async () => {
    const { items } = await agenda(who.head, monday(2));
    assert.ok(items.length >= 4);
    assert.ok(items.every(({ div }) => String(div).startsWith(TUOJIANG)));
    assert.deepEqual((await agenda(who.helukou, monday(2))).items
        .filter(({ div }) => !String(div).startsWith(HELUKOU)), []);
    assert.deepEqual((await must(suyu.admin.get(ITEMS))).items, []);
});

test('the county and the head of station are told of it once a week [K21]', async () => {
    const told = async (caller, key) => (await must(caller.get('/notices?limit=200'))).items
        .filter((notice) => notice.key === key).length;
    assert.equal(await told(who.chief, 'meeting.called'), 2); // of each Monday
    assert.equal(await told(who.head, 'meeting_item.agenda'), 2);
    assert.equal(await told(who.head, 'meeting.called'), 0);
    assert.equal(await told(who.helukou, 'meeting_item.agenda'), 0); // nothing is stuck there
});

test('a day that was played is not played again [K21]', async () => {
    const before = (await agenda(who.section, monday(2))).items.map(({ id }) => id);
    await clock(`${monday(2)}T09:00:00+08:00`);
    assert.deepEqual((await agenda(who.section, monday(2))).items.map(({ id }) => id), before);
});

test('each item gets its conclusion, and a task with owner and last day follows [K21]', async () => {
    const { path, items } = await agenda(who.section, monday(2));
    const attendees = [{ name: '黎局长', present: true }, { name: '奉站长', present: false, reason: '下村' }];
    await must(who.chief.act(path, 'hold', { attendees, chair: who.chief.account }));
    await must(who.section.act(path, 'minute', { minutes: '逐项议定，见议题结论' }));
    assert.equal((await who.section.act(path, 'close')).body.code, 'meeting_items_open');
    for (const { id, kind } of items) {
        const at = `${ITEMS}/${id}`;
        if (kind === 'OVERDUE_REQUEST')
            await must(who.section.act(at, 'conclude', { conclusion: '三日内办结路灯诉求',
                task: '督办路灯诉求', owner: who.head.account, task_due: inDays(25) }));
        else await must(who.section.act(at, 'carry', { conclusion: '继续推进' }));
    }
    assert.equal((await must(who.section.act(path, 'close'))).state, 'closed');
    const { items: mine } = await must(who.head.get(`${ACTIONS}?owner.eq=${who.head.account}`));
    assert.deepEqual(mine.map(({ title, due, state }) => [title, due, state]),
        [['督办路灯诉求', inDays(25), 'open']]);
    job.given = mine[0].id;
});

test('next week what is not done stands there again, until it is [K21]', async () => {
    await clock(`${monday(3)}T08:00:00+08:00`);
    const sources = ({ items }) => items.filter(({ source }) => /action_item/.test(source ?? ''))
        .map(({ kind, source }) => [kind, source.split(':')[1]]);
    const third = sources(await agenda(who.section, monday(3)));
    assert.deepEqual(third[0], ['OVERDUE_ACTION', job.late]);
    assert.deepEqual(third.slice(1).sort(),
        [['OPEN_ACTION', job.open], ['OPEN_ACTION', job.given]].sort());

    const late = `${ACTIONS}/${job.late}`;
    assert.equal((await who.head.act(late, 'finish', { done_note: '代办' })).body.code, 'not_yours');
    await must(who.worker.act(late, 'finish', { done_note: '档案已补齐' }));
    assert.equal((await who.worker.act(late, 'verify')).status, 403);
    await must(who.head.act(late, 'return', { reason: '还差两户' }));
    await must(who.worker.act(late, 'finish', { done_note: '两户已补' }));
    assert.equal((await must(who.head.act(late, 'verify'))).state, 'verified');
    await clock(`${monday(4)}T08:00:00+08:00`);
    assert.ok(!sources(await agenda(who.section, monday(4))).some(([, id]) => id === job.late));
});

test('the county summary tells how many actions were done in time [K21]', async () => {
    const period = inDays(2).slice(0, 7);
    const report = await must(who.admin.get(`/reports/CM-01?period=${period}`));
    const { share } = report.indicators.find(({ code }) => code === 'Y08');
    assert.deepEqual([share.kind, share.value], ['on_time', 1]); // done today, before its last day
});

test('an item names as many as the county wants to read, and counts all [K21 K22]', async () => {
    await must(who.section.post('/station/policy_values', { key: 'rhythm.dispatch_item_max', level: 'COUNTY',
        effective_from: `${inDays(0).slice(0, 4)}-01-01`, value: '1' }), 201);
    await must(who.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'REPAIR', domain: 'K', urgency: 'U3', content: '水管漏水' }), 201);
    await clock(`${monday(5)}T08:00:00+08:00`);
    const item = (await agenda(who.section, monday(5))).items
        .find(({ kind, div }) => kind === 'OVERDUE_REQUEST' && String(div).startsWith(TUOJIANG));
    assert.deepEqual([item.amount, item.situation.split('、').length], [2, 1]);
});
