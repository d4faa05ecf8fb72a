// The clock of greeting calls: each person-day once, across midnight, month and year, and however often
// who carries it out is killed.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, YANGHUA, openTwoCounties } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, made, step } from '../../../tests/lib/steps.mjs';
import { CALLS, PLANS, callClock, day } from './call_clock.mjs';

const EVERY = ['1', '2', '3', '4', '5', '6', '7'];

let server, who, clock;
const plans = {};

const rows = async (sql) => (await server.psql(sql)).trim().split('\n').filter(Boolean);
const shanghai = (text) => new Date(`${text}:00+08:00`);

async function planned(name, more, by = who.worker, div = YANGHUA) {
    const { id: person } = await made(by.post('/station/residents', { name, div }));
    return made(by.post(PLANS, { person, days: EVERY, call_at: '09:00', caller: by.account,
        since: '2026-01-01', ...more }));
}

/** Days on which a plan's call is due, as the database keeps them in Asia/Shanghai. */
const daysOf = ({ id }, from, until) => rows(`select to_char(due_at at time zone 'Asia/Shanghai',
    'YYYY-MM-DD HH24:MI') from elderly.greeting_call where plan = '${id}'
    and date between '${from}' and '${until}' and state <> 'cancelled' order by 1`);

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who } = await openTwoCounties(server));
    clock = await callClock(server);
    plans.daily = await planned('天天');
    plans.odd = await planned('单日', { days: ['1', '3', '5'], call_at: '00:00' });
    plans.late = await planned('夜里', { call_at: '23:55' });
});
after(() => server?.stop());

test('a call belongs to its day in Asia/Shanghai: at midnight, month end and leap day too [E06]',
    async () => {
        for (const [eve, days] of [
            ['2027-02-27', ['2027-02-28', '2027-03-01', '2027-03-02']],
            ['2027-12-30', ['2027-12-31', '2028-01-01', '2028-01-02']],
            ['2028-02-28', ['2028-02-29', '2028-03-01']]]) {
            await clock.from(shanghai(`${eve} 19:00`));
            const last = new Date(shanghai(`${days.at(-1)} 20:00`) - 86400e3);
            await clock.until(last, 'call_day');
            await clock.until(last, 'call_day');
            const span = [days[0], days.at(-1)];
            assert.deepEqual(await daysOf(plans.daily, ...span), days.map((d) => `${d} 09:00`));
            assert.deepEqual(await daysOf(plans.late, ...span), days.map((d) => `${d} 23:55`));
            assert.deepEqual(await daysOf(plans.odd, ...span), days.filter((d) =>
                [1, 3, 5].includes(new Date(d).getUTCDay())).map((d) => `${d} 00:00`));
        }
    });

test('a day is missed when it is over, not a minute earlier; who was reached was reached [E06]',
    async () => {
        const missed = () => rows(`select date || ' ' || state from elderly.greeting_call
            where plan = '${plans.late.id}' and missed and date >= '2027-12-31' order by 1`);
        await clock.from(shanghai('2027-12-31 00:10'));
        await clock.until(shanghai('2027-12-31 23:59'), 'call_missed');
        assert.deepEqual(await missed(), []);
        await clock.until(shanghai('2028-01-01 00:05'), 'call_missed');
        assert.deepEqual(await missed(), ['2027-12-31 missed']);
        // tried, and reached only after midnight: that day was missed all the same
        await server.psql(`update elderly.greeting_call set state = 'answered', outcome = 'WELL',
            contact_at = '2028-01-02 00:01+08' where plan = '${plans.late.id}' and date = '2028-01-01'`);
        await server.psql(`update elderly.greeting_call set state = 'answered', outcome = 'WELL',
            contact_at = '2028-01-02 23:59+08' where plan = '${plans.late.id}' and date = '2028-01-02'`);
        await clock.until(shanghai('2028-01-03 00:05'), 'call_missed');
        assert.deepEqual(await missed(), ['2027-12-31 missed', '2028-01-01 answered']);
    });

test('nobody is called where the service is off, and after it is on again they are [E06]', async () => {
    const helukou = await who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true });
    assert.equal(helukou.status, 200);
    const far = await planned('河路', {}, who.helukou, `${HELUKOU}201`);
    await done(who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: false }));
    await clock.from(shanghai('2027-06-01 12:00'));
    await clock.until(shanghai('2027-06-02 20:00'), 'call_day');
    await done(who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true }));
    await clock.until(shanghai('2027-06-03 20:00'), 'call_day');
    assert.deepEqual(await daysOf(far, '2027-06-01', '2027-06-30'), ['2027-06-04 09:00']);
});

test('killed between the log of a step and the step, it goes on where it was [E06]', async () => {
    const plan = await planned('断电', { call_at: '00:00' });
    await clock.days(day(-1));
    const { items } = await done(who.head.get(`${CALLS}?plan.eq=${plan.id}&sort=due_at`));
    const path = `${CALLS}/${items[0].id}`;
    await step(who.worker, path, 'no_answer', { outcome: 'OFF' });
    await clock.from(new Date());
    const steps = () => rows(`select step from elderly.call_step where call = '${items[0].id}'
        order by taken_at`);
    await clock.until(new Date(Date.now() + 45 * 60e3), 'call_log');
    assert.deepEqual(await steps(), ['UNANSWERED', 'WORKER']);
    assert.equal((await done(who.head.get(path))).state, 'unanswered');
    await clock.until(new Date(Date.now() + 65 * 60e3)); // the log once more, then the call
    assert.deepEqual(await steps(), ['UNANSWERED', 'WORKER']);
    assert.equal((await done(who.head.get(path))).state, 'worker');
});

test('the jobs process makes and closes every day once, however often it is killed [E06]', async () => {
    const plan = await planned('不断', { since: day(-90) });
    await clock.from(new Date(Date.now() - 61 * 86400e3));
    await server.halt();
    server.env.WULIAN_JOBS_CHORES = '1';
    await (await server.start()).healthy();
    const through = async () => Number(await server.psql(`select count(*) from core.chore_run
        where county = ${JIANGHUA} and chore like 'elderly.call%' and done > now() - interval '1 day'`));
    const moved = () => server.psql(`select string_agg(done::text, ' ' order by chore)
        from core.chore_run where county = ${JIANGHUA} and chore like 'elderly.call%'`);
    let kills = 0, seen = await moved();
    for (let i = 0; i < 1500 && await through() < 8; i++) {
        const now = await moved();
        if (now !== seen && kills < 5 && server.pids('jobs').length) { // in the middle of it
            await sleep(kills * 17);
            server.kill('jobs');
            kills++;
        }
        seen = now;
        await sleep(20);
    }
    assert.equal(await through(), 8);
    assert.ok(kills > 1, `killed ${kills} times`);

    const over = "date < timezone('Asia/Shanghai', now() - interval '6 minutes')::date"; // and closed
    const calls = await rows(`select date || ' ' || state || ' ' || missed || ' ' || version
        from elderly.greeting_call where plan = '${plan.id}' and ${over} order by date`);
    const days = calls.map((line) => line.slice(0, 10));
    assert.ok(days.length >= 59 && days.length <= 61, String(days.length));
    assert.equal(days.length, new Set(days).size);
    days.forEach((date, i) => assert.equal(Date.parse(date), Date.parse(days[0]) + i * 86400e3));
    assert.ok(calls.every((line) => line.slice(11) === 'missed true 2'), calls.join('\n'));
    assert.deepEqual(await rows(`select count(*) from elderly.greeting_call c where c.plan = '${plan.id}'
        and (select count(*) from elderly.greeting_call_history h where h.county = c.county
              and h.id = c.id) <> c.version`), ['0']);
    assert.deepEqual(await rows(`select count(*), count(distinct n.record_id) from core.notice n
        join elderly.greeting_call c on c.county = n.county and c.id = n.record_id
        where c.plan = '${plan.id}' and n.account = '${who.head.account}'
          and n.text = 'greeting_call.missed' and c.${over}`), [`${days.length}|${days.length}`]);
});
