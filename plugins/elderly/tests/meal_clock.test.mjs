// The evenings of a month, played by a clock that is killed again and again: every subscriber gets one
// order a day, every line one route, right across midnight and the month's end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, YANGHUA, openTwoCounties } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, got, status } from '../../../tests/lib/station.mjs';
import { mealOn } from '../../../tests/lib/steps.mjs';
import { watch } from '../../../tests/lib/temp.mjs';

const DAY = 86400e3;
const dayOf = (at) => new Date(at + 8 * 3600e3).toISOString().slice(0, 10);
const TODAY = dayOf(Date.now());
const [YEAR, MONTH] = TODAY.split('-').map(Number);
const FIRST = new Date(Date.UTC(YEAR, MONTH, 1)).toISOString().slice(0, 10); // of the next month
const after_ = (date, n) => new Date(Date.parse(date) + n * DAY).toISOString().slice(0, 10);
const LAST = after_(FIRST, -1), END = after_(FIRST, 3);
const KILLS = 14;

let server, who;
const persons = {};

const clockArgs = (until) => ['chores', 'run', '--county', String(JIANGHUA), '--until', until];

/** The clock runs on until it is killed after so many milliseconds, or is done. */
async function killedAfter(ms, until) {
    const child = watch(spawn(server.binary, [...clockArgs(until), '--embedded', server.dir],
        { env: server.environment(), stdio: 'ignore' }));
    const ended = new Promise((end) => child.once('exit', (code, signal) => end(signal)));
    await Promise.race([ended, sleep(ms)]);
    child.kill('SIGKILL');
    return ended;
}

const subscribe = async (name, more) => {
    const { body: person } = await status(201, who.worker.post('/station/residents', { name, div: YANGHUA }));
    persons[name] = person.id;
    await status(201, who.worker.post('/elderly/meal_subscriptions', { person: person.id, meal: 'L',
        weekdays: ['1', '2', '3', '4', '5', '6', '7'], mode: 'DELIVERY', line: '一号线',
        starts_on: TODAY, ...more }));
};

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who } = await openTwoCounties(server));
    await server.cli(clockArgs(new Date().toISOString()));
    for (let i = 1; i <= 6; i++) await subscribe(`天天${i}`, { stop_no: 7 - i });
    await subscribe('天天堂食', { mode: 'CANTEEN' });
    await subscribe('工作日', { weekdays: ['1', '2', '3', '4', '5'] });
    await subscribe('下月起', { starts_on: FIRST, line: '二号线' });
    await subscribe('月底止', { ends_on: LAST, mode: 'CANTEEN' });
});
after(() => server?.stop());

test('killed again and again, it makes every order, route and stop once [E01 E05]', async () => {
    let killed = 0;
    for (let i = 0; i < KILLS; i++)
        killed += await killedAfter(60 + 40 * i, `${END}T20:30:00+08:00`) === 'SIGKILL';
    assert.ok(killed > 0);
    const { status: end, out, err } = await server.cli(clockArgs(`${END}T20:30:00+08:00`));
    assert.equal(end, 0, out + err);

    const orders = await server.rows(`select person, date::text, route, stop_no, mode, state
        from elderly.meal_order`);
    const expected = [];
    // what was open when it began is the day after tomorrow at the latest, and the last evening's is END + 1
    for (let date = after_(TODAY, 2); date <= after_(END, 1); date = after_(date, 1)) {
        const weekday = new Date(date).getUTCDay();
        const eats = Object.keys(persons).filter((name) => name.startsWith('天天')
            || name === '工作日' && weekday % 6 !== 0
            || name === '下月起' && date >= FIRST || name === '月底止' && date <= LAST);
        expected.push(...eats.map((name) => `${date} ${persons[name]}`));
    }
    const made = orders.filter(({ date }) => date >= after_(TODAY, 2));
    assert.deepEqual(made.map(({ date, person }) => `${date} ${person}`).sort(), expected.sort());

    // of the last evening: each line a route, its stops one after the other in their usual order
    const tomorrow = made.filter(({ date, mode }) => date === after_(END, 1) && mode === 'DELIVERY');
    const routes = await server.rows(`select id, line, date::text from elderly.meal_route`);
    assert.equal(new Set(routes.map(({ line, date }) => `${line} ${date}`)).size, routes.length);
    for (const { id, line } of routes.filter(({ date }) => date === after_(END, 1))) {
        const stops = tomorrow.filter(({ route }) => route === id).sort((a, b) => a.stop_no - b.stop_no);
        assert.deepEqual(stops.map(({ stop_no }) => stop_no), stops.map((_, i) => i + 1), line);
        const usual = [6, 5, 4, 3, 2, 1].map((i) => persons[`天天${i}`]);
        if (line === '一号线') assert.deepEqual(stops.slice(0, 6).map(({ person }) => person), usual);
    }
    assert.ok(tomorrow.every(({ route }) => route));
    const [twice] = await server.rows(`select count(*) as n from elderly.meal_order where version > 2`);
    assert.equal(twice.n, 0); // no stop was numbered again
});

test('each month\'s settlement is drafted once, and none for a month without meals [E01]', async () => {
    const drafts = () => got(who.head, '/elderly/meal_settlements');
    assert.deepEqual((await drafts()).items, []);
    const [{ id }] = await server.rows(`select id from elderly.meal_order where mode = 'CANTEEN'
        order by date limit 1`);
    await mealOn(server, id);
    await done(who.worker, `/elderly/meal_orders/${id}`, 'serve');
    const next = after_(FIRST, 31).slice(0, 8) + '01';
    for (const ms of [50, 150, 300]) await killedAfter(ms, `${next}T04:00:00+08:00`);
    for (let i = 0; i < 2; i++) await server.cli(clockArgs(`${next}T04:00:00+08:00`));
    const { items } = await drafts();
    assert.deepEqual(items.map(({ month, meals, state }) => [month, meals, state]), [[FIRST, 1, 'draft']]);
});
