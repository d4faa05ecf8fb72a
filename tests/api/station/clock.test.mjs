// What time brings by itself: requests past their limits go up, first to the head of the station, then
// to the county; days ahead without anybody on the roster are found, and so is who did not come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, got, made } from '../../lib/station.mjs';

let server, who, suyu, stations;

const START = Date.now();
const SHIFT = 8 * 3600e3, MINUTE = 60e3, DAY = 86400e3;
const day = (offset) => new Date(START + SHIFT + offset * DAY).toISOString().slice(0, 10);

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', 431129, '社工股'],
        second: ['social_worker', TUOJIANG, '赵社工'],
    }));
});
after(() => server?.stop());

/** The clock moves on to so many minutes from the beginning. */
async function clock(minutes, chore) {
    const until = new Date(START + minutes * MINUTE).toISOString();
    const { status, out, err } = await server.cli(['chores', 'run', '--until', until, '--county',
        String(JIANGHUA), '--only', `station.${chore}`]);
    assert.equal(status, 0, out + err);
}

const request = (urgency) => made(who.operator, 'requests', { div: YANGHUA, channel: 'HOTLINE',
    category: 'MEAL', domain: 'E', urgency, content: '家中无米' });

const told = async (caller, no, pattern) => (await got(caller, '/notices?limit=100')).items
    .filter(({ text }) => text.includes(no) && pattern.test(text)).length;

test('a request past its limits goes to the head, then to the county [K22 K32]', async () => {
    const late = await request('U2'), danger = await request('U1'), fine = await request('U2');
    assert.deepEqual([late.escalated_level, danger.escalated_level], [0, 1]);
    assert.equal(await told(who.section, danger.no, /danger/), 1); // at once
    const level = async ({ path }) => (await got(who.head, path)).escalated_level;
    await clock(25, 'request_escalate');
    assert.deepEqual([await level(late), await level(danger)], [0, 2]); // accept within 5 minutes
    assert.equal(await told(who.section, danger.no, /county/), 1);
    await done(who.head, fine.path, 'accept');

    await clock(50, 'request_escalate'); // accept within 30 minutes
    const now = await got(who.head, late.path);
    assert.deepEqual([now.escalated_level, await level(fine)], [1, 0]);
    assert.ok(Date.parse(now.escalated_at) > START + 30 * MINUTE);
    assert.equal(await told(who.head, late.no, /past its limit; see/), 1);
    assert.equal(await told(who.section, late.no, /past/), 0);
    await clock(80, 'request_escalate');
    assert.equal(await level(late), 1);
    await clock(120, 'request_escalate'); // an hour past the limit
    assert.equal(await level(late), 2);
    assert.equal(await told(who.section, late.no, /goes to the county/), 1);
    await clock(150, 'request_escalate');
    assert.equal(await told(who.section, late.no, /goes to the county/), 1); // told once

    const list = await got(who.section, '/station/requests?escalated_level.ge=2');
    assert.deepEqual(list.items.map(({ id }) => id).sort(), [late.id, danger.id].sort());
    assert.deepEqual((await got(who.helukou, '/station/requests?escalated_level.ge=1')).items, []);
    const history = await got(who.head, `${late.path}/history`);
    assert.ok(history.items[0]._changed.includes('escalated_level'));
});

test('finishing has a limit too; while the county lets it stand nothing goes up [K22]', async () => {
    const [working, waiting] = [await request('U2'), await request('U2')];
    for (const { path } of [working, waiting]) {
        await done(who.head, path, 'accept');
        await done(who.head, path, 'assign', { staff: who.worker.account });
        await done(who.worker, path, 'start');
    }
    await done(who.worker, waiting.path, 'transfer',
        { reason: '转医保局', transfer_kind: 'DEPT' });
    await done(who.section, waiting.path, 'consent');
    await clock(10 * 60, 'request_escalate'); // done within 8 hours
    assert.equal((await got(who.head, working.path)).escalated_level, 2);
    assert.equal((await got(who.head, waiting.path)).escalated_level, 0);
});

test('another station finishes what was passed on, and whoever waits learns so [K22 K32]', async () => {
    const one = await request('U3');
    await done(who.head, one.path, 'accept');
    await done(who.head, one.path, 'assign', { staff: who.worker.account });
    await done(who.worker, one.path, 'start');
    await done(who.worker, one.path, 'transfer', { reason: '人已搬到河路口',
        transfer_kind: 'STATION', transfer_org: stations[HELUKOU] });
    await done(who.section, one.path, 'consent');
    const { items: [theirs] } = await got(who.helukou, `/station/requests?transferred_from.eq=${one.id}`);
    assert.deepEqual([theirs.org, theirs.state], [stations[HELUKOU], 'new']);
    const path = `/station/requests/${theirs.id}`;
    await done(who.helukou, path, 'accept');
    await done(who.helukou, path, 'assign', { staff: who.helukou.account });
    await done(who.helukou, path, 'start');
    await clock(11 * 60, 'request_reply');
    assert.equal((await got(who.worker, one.path)).replied_at, null);
    await done(who.helukou, path, 'finish', { result: '已接续服务' });
    await clock(12 * 60, 'request_reply');
    const now = await got(who.worker, one.path);
    assert.ok(now.replied_at && now.state === 'waiting');
    assert.equal(now.reply, '已接续服务');
    assert.equal(await told(who.worker, one.no, /reply/), 1);
    assert.equal((await done(who.worker, one.path, 'resume')).state, 'in_progress');
});

/** A request that the worker has passed on to Helukou: with its path, and theirs. */
async function passedOn(one) {
    await done(who.worker, one.path, 'transfer', { reason: '人已搬到河路口',
        transfer_kind: 'STATION', transfer_org: stations[HELUKOU] });
    await done(who.section, one.path, 'consent');
    const { items } = await got(who.helukou,
        `/station/requests?transferred_from.eq=${one.id}&sort=-received_at`);
    return `/station/requests/${items[0].id}`;
}

async function underWay() {
    const one = await request('U3');
    await done(who.head, one.path, 'accept');
    await done(who.head, one.path, 'assign', { staff: who.worker.account });
    await done(who.worker, one.path, 'start');
    return one;
}

test('what another station rejects or merges does not wait for ever [K22 K32]', async () => {
    const [refused, merged] = [await underWay(), await underWay()];
    const theirs = await passedOn(refused);
    await done(who.helukou, theirs, 'reject', { reason: '此人不住本镇' });
    const known = await made(who.operator, 'requests', { div: `${HELUKOU}000`, channel: 'HOTLINE',
        category: 'MEAL', domain: 'E', urgency: 'U3', content: '家中无米' });
    const second = await passedOn(merged);
    await done(who.helukou, second, 'merge', { merged_into: known.id });
    await clock(12.25 * 60, 'request_reply');
    const now = await got(who.worker, refused.path);
    assert.ok(now.replied_at);
    assert.deepEqual([now.state, now.reply], ['waiting', '此人不住本镇']);
    assert.equal(await told(who.worker, refused.no, /reply/), 1);
    assert.equal((await got(who.worker, merged.path)).replied_at, null);
    await done(who.helukou, known.path, 'accept');
    await done(who.helukou, known.path, 'assign', { staff: who.helukou.account });
    await done(who.helukou, known.path, 'start');
    await done(who.helukou, known.path, 'finish', { result: '米已送到' });
    await clock(12.5 * 60, 'request_reply');
    assert.equal((await got(who.worker, merged.path)).reply, '米已送到');
});

test('passed on a second time, the first answer is none to it [K22 K32]', async () => {
    const one = await underWay();
    const first = await passedOn(one);
    await done(who.helukou, first, 'reject', { reason: '材料不全' });
    await clock(13 * 60, 'request_reply');
    assert.equal((await got(who.worker, one.path)).reply, '材料不全');
    await done(who.worker, one.path, 'resume');
    const again = await passedOn(one);
    assert.notEqual(again, first);
    await clock(13.5 * 60, 'request_reply');
    assert.equal((await got(who.worker, one.path)).replied_at, null);
    await done(who.helukou, again, 'reject', { reason: '已外出' });
    await clock(14 * 60, 'request_reply');
    assert.equal((await got(who.worker, one.path)).reply, '已外出');
});

test('a day without anybody is found ahead; somebody for it settles that [K11 E14]', async () => {
    await made(who.section, 'duty_settings', { div: `${TUOJIANG}000`, year_round: true, since: day(-3),
        duty_phone: '0746-2312345' });
    const shift = (date, staff = who.worker) => made(who.head, 'rosters', { div: `${TUOJIANG}000`, date,
        shift: 'DAY', starts: '08:00', ends: '18:00', staff: staff.account });
    for (let i = 0; i <= 20; i++) if (i !== 5 && i !== 9) await shift(day(i));
    await clock(26 * 60, 'duty_hole');
    const gaps = async (query = '') => (await got(who.head, `/station/duty_gaps?sort=date${query}`)).items;
    assert.deepEqual((await gaps()).map(({ date, kind, state }) => [date, kind, state]),
        [[day(5), 'HOLE', 'open'], [day(9), 'HOLE', 'open']]);
    const { items } = await got(who.section, '/notices?limit=100');
    assert.equal(items.filter(({ text }) => text.includes('Nobody is on the roster')).length, 2);
    const found = await shift(day(5), who.second);
    assert.deepEqual((await gaps('&state.eq=open')).map(({ date }) => date), [day(9)]);
    await clock(50 * 60, 'duty_hole');
    assert.equal((await gaps()).length, 2); // once a day of the roster
    await done(who.head, found.path, 'cancel', { reason: '病假' });
    await clock(75 * 60, 'duty_hole_again');
    assert.deepEqual((await gaps('&state.eq=open')).map(({ date }) => date), [day(5), day(9)]);
    const [first] = await gaps();
    const path = `/station/duty_gaps/${first.id}`;
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await done(who.head, path, 'explain', { note: '站点停电，已公告' })).state, 'explained');
});

test('a shift that falls out on its own day is found within the hour [K11 E14]', async () => {
    const date = day(6), at = (time) => (Date.parse(`${date}T${time}+08:00`) - START) / MINUTE;
    const { items: [shift] } = await got(who.head, `/station/rosters?date.eq=${date}`);
    const found = async () => (await got(who.head, `/station/duty_gaps?date.eq=${date}`)).items
        .map(({ kind, state }) => [kind, state]);
    await clock(at('07:30'), 'duty_hole');
    assert.deepEqual(await found(), []);
    await done(who.head, `/station/rosters/${shift.id}`, 'cancel', { reason: '当天急病' });
    await clock(at('09:30'), 'duty_hole');
    assert.deepEqual(await found(), [['HOLE', 'open']]);
    // who was found for it falls out shortly before midnight: the first look of the next day sees it
    const late = await made(who.head, 'rosters', { div: `${TUOJIANG}000`, date, shift: 'NIGHT',
        starts: '19:00', ends: '23:00', staff: who.second.account });
    assert.deepEqual(await found(), [['HOLE', 'filled']]);
    await done(who.head, late.path, 'cancel', { reason: '未到岗' });
    await clock(at('24:00') + 11, 'duty_hole_again');
    assert.deepEqual(await found(), [['HOLE', 'open']]);
});

test('a shift stays on its day: another day is another shift [K11]', async () => {
    const { items: [shift] } = await got(who.head, `/station/rosters?date.eq=${day(7)}`);
    const path = `/station/rosters/${shift.id}`, { etag } = await who.head.get(path);
    assert.deepEqual(faultsOf(await who.head.patch(path, { date: day(9) }, etag)),
        { '/date': 'fixed' });
});

test('who does not come is told of, and nobody explains their own absence [K11]', async () => {
    const at = new Date(START + SHIFT + 4 * 24 * 60 * MINUTE);
    const date = at.toISOString().slice(0, 10);
    // the worker's shift of that day began at eight; at noon nobody has signed in
    const noon = Date.parse(`${date}T12:00:00+08:00`);
    await clock((noon - START) / MINUTE, 'duty_no_show');
    const list = async () => (await got(who.head, '/station/duty_gaps?kind.eq=NO_SHOW')).items;
    const gap = (await list()).find((one) => one.date === date);
    assert.ok(gap, JSON.stringify(await list()));
    assert.deepEqual([gap.staff, gap.state], [who.worker.account, 'open']);
    assert.equal((await who.worker.act(`/station/duty_gaps/${gap.id}`, 'explain', { note: '堵车' })).status, 403);
    const mine = (await got(who.worker, '/notices?limit=100')).items;
    assert.equal(mine.filter(({ text }) => text.includes(date) && /not come/.test(text)).length, 1);
});
