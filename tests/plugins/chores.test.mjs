// What the clock brings: every moment once, in order, whoever runs it and however often it is killed.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';
import { built } from './sources.mjs';

const FUNDS = '/follows/funds', MATTERS = '/follows/matters', TASKS = '/follows/tasks';
const env = {
    WULIAN_PATHS_PLUGINS: built, WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
    WULIAN_PLUGINS_ENABLED: 'follows', WULIAN_JOBS_CHORES: '0',
};

let server, who, suyu, clock;

before(async () => {
    server = await startServer({ env });
    ({ who, suyu } = await openTwoCounties(server));
    for (const township of [TUOJIANG, HELUKOU])
        await made(who.admin.put(`/admin/townships/${township}/plugins/follows`, { enabled: true }));
    await made(suyu.admin.put('/admin/townships/321311001/plugins/follows', { enabled: true }));
    clock = await made(who.head.post(FUNDS, { title: '钟', total_fen: 1 }));
    await run({ until: '2020-01-01T00:00:00+08:00' }); // the ledger begins
});
after(() => server?.stop());

async function made(answer) {
    const { status, body } = await answer;
    assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(body)}`);
    return body;
}

const rows = async (sql) => (await server.psql(sql)).trim().split('\n').filter(Boolean);

/** `wulian chores run`: what it said, without the county. */
async function run({ until, only, county = JIANGHUA }) {
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(county),
        ...(until ? ['--until', until] : []), ...(only ? ['--only', `follows.${only}`] : [])]);
    assert.equal(status, 0, err);
    return out.trim().split('\n').filter(Boolean).map((line) => line.replace(/^\d+ follows\./, ''));
}

/** Sets the ledger of a chore: the last moment that counts as done. */
const done = (chore, at) => server.psql(`update core.chore_run set done = '${at}'
    where county = ${JIANGHUA} and chore = 'follows.${chore}'`);

const fund = () => made(who.head.get(`${FUNDS}/${clock.id}`));
const titled = (title) => rows(`select day from follows.task where title like '${title}%' order by 1`);

async function agreed(by = who.head, more = {}) {
    const { id } = await made(by.post(MATTERS, { title: '查', ...more }));
    return made(by.act(`${MATTERS}/${id}`, 'agree'));
}

/* ---- moments ----------------------------------------------------------------------------------- */

test('a chore begins when it is first seen', async () => {
    const { out } = await server.cli(['chores', 'list', '--county', String(JIANGHUA), '--json']);
    const listed = out.trim().split('\n').map((line) => JSON.parse(line))
        .filter(({ chore }) => chore.startsWith('follows.'));
    assert.deepEqual(listed.map(({ chore, ran }) => [chore.slice(8), ran]), [['daily_check', false],
        ['daily_count', false], ['weekly_meeting', false], ['month_end', false], ['often', false],
        ['yearly_plan', false]]);
    for (const { done: last, next } of listed) {
        assert.ok(Math.abs(Date.parse(last) - Date.now()) < 120e3, last);
        assert.ok(Date.parse(next) > Date.parse(last), next);
    }
    assert.deepEqual(await rows('select count(*) from follows.task'), ['0']);
});

test('every missed day is done, in order, and none of them twice', async () => {
    await done('daily_count', '2026-02-26 02:00+08');
    assert.deepEqual(await run({ until: '2026-03-02T12:00:00+08:00', only: 'daily_count' }),
        ['02-27', '02-28', '03-01', '03-02'].map((day) =>
            `daily_count 2026-${day}T02:00:00+08:00 1 rows`));
    assert.deepEqual(await run({ until: '2026-03-02T12:00:00+08:00', only: 'daily_count' }), []);
    const now = await fund();
    assert.deepEqual([now.days, now.version], [4, 5]);
});

test('a month end falls on its last day, in leap years too', async () => {
    await done('month_end', '2027-12-31 23:00+08');
    assert.deepEqual(await run({ until: '2028-05-01T00:00:00+08:00', only: 'month_end' }),
        ['01-31', '02-29', '03-31', '04-30'].map((day) => `month_end 2028-${day}T23:00:00+08:00 1 rows`));
    assert.equal((await fund()).months, '2028-01 2028-02 2028-03 2028-04 ');
});

test('of what comes every few minutes only the last missed is done', async () => {
    await done('often', '2026-03-01 00:00+08');
    assert.deepEqual(await run({ until: '2026-03-02T09:27:00+08:00', only: 'often' }),
        ['often 2026-03-02T09:20:00+08:00 1 rows']);
    assert.deepEqual(await rows(`select title from follows.task where title like '巡%'`), ['巡 09:20']);
});

test('chores take their moments in the order of time', async () => {
    await done('daily_count', '2026-03-07 02:00+08');
    await done('weekly_meeting', '2026-03-02 08:00+08');
    await done('daily_check', '2026-03-07 02:00+08');
    for (const other of ['month_end', 'often', 'yearly_plan']) await done(other, '2030-01-01');
    const said = await run({ until: '2026-03-09T09:00:00+08:00' });
    assert.deepEqual(said.filter((line) => /^(daily|weekly)/.test(line)).map((line) => line.slice(0, -7)), [
        'daily_check 2026-03-08T01:00:00+08:00', 'daily_count 2026-03-08T02:00:00+08:00',
        'daily_check 2026-03-09T01:00:00+08:00', 'daily_count 2026-03-09T02:00:00+08:00',
        'weekly_meeting 2026-03-09T08:00:00+08:00']);
    assert.deepEqual(await titled('例会'), ['2026-03-09']);
});

/* ---- rows -------------------------------------------------------------------------------------- */

describe('what it makes', () => {
    test('carries the county\'s own account, history, audit, a number and a notice', async () => {
        const m = await agreed();
        await done('daily_check', '2026-04-01 01:00+08');
        await run({ until: '2026-04-02T01:00:00+08:00', only: 'daily_check' });
        const [task] = (await made(who.head.get(`${TASKS}?matter.eq=${m.id}`))).items;
        assert.deepEqual([task.title, task.div, task.org, task.day, task.state, task.version],
            ['核查 2026-04-02', m.div, m.org, '2026-04-02', 'open', 1]);
        assert.match(task.no, /^431129-FT\d{8}-\d{4}$/);
        assert.deepEqual(await rows(`select a.name, a.login, p.role, p.kind from admin.account a
            join admin.post p on p.county = a.county and p.account = a.id
            where a.county = ${JIANGHUA} and a.id = '${task.created_by}'`),
        ['系统|wulian.system|service|service']);
        assert.deepEqual((await made(who.head.get(`${TASKS}/${task.id}/history`))).items
            .map(({ version }) => version), [1]);
        assert.deepEqual(await rows(`select action, object, n, role from core.audit
            where request = (select change from follows.task where id = '${task.id}')`),
        ['chore|follows.task|1|service']);
        assert.deepEqual(await rows(`select r.n, r.change = t.change from core.chore_run r, follows.task t
            where r.chore = 'follows.daily_check' and r.county = ${JIANGHUA} and t.id = '${task.id}'`),
        ['1|t']);
        assert.deepEqual(await rows(`select count(*) from core.notice where record_id = '${task.id}'
            and account = '${who.head.account}'`), ['1']);
    });

    test('is left alone where its key was made before', async () => {
        await done('yearly_plan', '2026-01-01 00:00+08');
        assert.deepEqual(await run({ until: '2028-02-01T00:00:00+08:00', only: 'yearly_plan' }),
            ['yearly_plan 2026-01-20T00:10:00+08:00 1 rows', 'yearly_plan 2027-01-20T00:10:00+08:00 0 rows',
                'yearly_plan 2028-01-20T00:10:00+08:00 0 rows']);
        assert.deepEqual(await titled('年度'), ['2026-01-20']);
    });

    test('is nowhere where the service is off', async () => {
        const m = await agreed(who.helukou);
        await made(who.admin.put(`/admin/townships/${HELUKOU}/plugins/follows`, { enabled: false }));
        await done('daily_check', '2026-05-01 01:00+08');
        await run({ until: '2026-05-02T01:00:00+08:00', only: 'daily_check' });
        assert.deepEqual(await rows(`select count(*) from follows.task where matter = '${m.id}'`), ['0']);
        await made(who.admin.put(`/admin/townships/${HELUKOU}/plugins/follows`, { enabled: true }));
        await run({ until: '2026-05-03T01:00:00+08:00', only: 'daily_check' });
        assert.deepEqual(await rows(`select day from follows.task where matter = '${m.id}'`),
            ['2026-05-03']);
    });

    test('stays in its county', async () => {
        await made(suyu.head.post(FUNDS, { title: '钟', total_fen: 1 }));
        const before = (await fund()).version;
        await run({ until: '2020-01-01T00:00:00+08:00', county: 321311 });
        await server.psql(`update core.chore_run set done = '2026-02-26 02:00+08'
            where county = 321311 and chore = 'follows.daily_count'`);
        assert.equal((await run({ until: '2026-02-27T12:00:00+08:00', only: 'daily_count',
            county: 321311 })).length, 1);
        assert.equal((await fund()).version, before);
        assert.deepEqual(await rows(`select f.days, a.county from follows.fund f
            join admin.account a on a.county = f.county and a.id = f.updated_by
            where f.county = 321311`), ['1|321311']);
    });
});

test('the county\'s own account opens no door', async () => {
    const answer = await fetch(`${server.base}/api/v1/sessions`, { method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ login: `wulian.system@${JIANGHUA}`, password: 'x'.repeat(12) }) });
    assert.equal(answer.status, 401);
    assert.deepEqual(await rows(`select count(*) from core.session where kind = 'service'
        and name = 'chores' and ended_at is null`), ['0']);
    assert.deepEqual(await rows(`select count(*) from core.credential c
        where c.account = core.system_account()`), ['0']);
    await assert.rejects(server.psql(`select core.chore_step('follows.often', 0, 1,
        gen_random_uuid(), 0)`, 'wulian_app'), /not permitted/);
});

test('a chore that fails stops no other, and is done when it can be', async () => {
    const m = await agreed();
    await server.psql(`alter table follows.task add constraint task_no_june
        check (day is null or day not between '2026-06-01' and '2026-06-30')`);
    await done('daily_check', '2026-06-01 01:00+08');
    await done('daily_count', '2026-06-01 02:00+08');
    const { days } = await fund();
    const { status, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA), '--until',
        '2026-06-03T03:00:00+08:00']);
    assert.equal(status, 1);
    assert.match(err, /chore_failed.*follows\.daily_check.*23514/);
    assert.equal((await fund()).days, days + 2);
    assert.deepEqual(await rows(`select count(*) from follows.task where matter = '${m.id}'`), ['0']);
    await server.psql('alter table follows.task drop constraint task_no_june');
    await run({ until: '2026-06-03T03:00:00+08:00', only: 'daily_check' });
    assert.deepEqual(await rows(`select day from follows.task where matter = '${m.id}' order by 1`),
        ['2026-06-02', '2026-06-03']);
});

/* ---- many hands -------------------------------------------------------------------------------- */

test('four at once do every moment once', async () => {
    await done('daily_count', '2026-06-30 02:00+08');
    await done('daily_check', '2026-06-30 01:00+08');
    const before = (await fund()).days;
    const m = await agreed();
    const args = { until: '2026-07-31T12:00:00+08:00' };
    const said = (await Promise.all([1, 2, 3, 4].map(() => run(args)))).flat()
        .filter((line) => line.startsWith('daily')).map((line) => line.slice(0, 36)).sort();
    assert.equal(said.length, new Set(said).size, 'a moment was done twice');
    assert.equal((await fund()).days, before + 31);
    const days = await rows(`select day from follows.task where matter = '${m.id}' order by 1`);
    assert.equal(days.length, 31);
    assert.equal(new Set(days).size, 31);
});

test('the jobs process does what is due, once, however often it is killed', async () => {
    const m = await agreed();
    await done('daily_count', new Date(Date.now() - 60 * 86400e3).toISOString());
    await server.psql(`update core.chore_run r set done = x.done from core.chore_run x
        where x.county = r.county and x.chore = 'follows.daily_count' and r.chore = 'follows.daily_check'
          and r.county = ${JIANGHUA}`);
    const before = (await fund()).days;
    await server.halt();
    server.env.WULIAN_JOBS_CHORES = '1';
    await (await server.start()).healthy();
    const through = async () => Number(await server.psql(`select count(*) from core.chore_run
        where county = ${JIANGHUA} and chore like 'follows.daily%' and done > now() - interval '1 day'`));
    const moved = () => server.psql(`select string_agg(done::text, ' ' order by chore)
        from core.chore_run where county = ${JIANGHUA} and chore like 'follows.daily%'`);
    let kills = 0, seen = await moved();
    for (let i = 0; i < 800 && await through() < 2; i++) {
        const now = await moved();
        if (now !== seen && kills < 4 && server.pids('jobs').length) { // in the middle of it
            await sleep(kills * 17);
            server.kill('jobs');
            kills++;
        }
        seen = now;
        await sleep(20);
    }
    assert.equal(await through(), 2);
    assert.ok(kills > 1, `killed ${kills} times`);
    const days = await rows(`select day from follows.task where matter = '${m.id}' order by 1`);
    assert.equal(days.length, new Set(days).size);
    assert.ok(days.length >= 59 && days.length <= 61, String(days.length));
    const counted = Number(await server.psql(`select days from follows.fund
        where id = '${clock.id}'`)) - before;
    assert.ok(counted >= 59 && counted <= 61, String(counted));
    assert.deepEqual(await rows(`select count(*) from follows.task t where t.matter = '${m.id}'
        and not exists (select from follows.task_history h where h.county = t.county and h.id = t.id)`),
    ['0']);
    assert.deepEqual(await rows(`select count(*) = ${counted} from core.audit a
        join follows.fund_history h on h.county = a.county and h.change = a.request
        where a.action = 'chore' and a.object = 'follows.fund' and h.id = '${clock.id}'
          and h.days > ${before}`), ['t']);
});

test('what a plugin that is held back owes is done once it is released, every moment once', async () => {
    const [, version] = /version = "(.+)"/.exec(readFileSync(join(root, 'tests/plugins/follows/plugin.c'), 'utf8'));
    const days = 12;
    server.env.WULIAN_JOBS_CHORES = '1';
    await server.halt(); // held back as by crashes before: that outlives the master
    mkdirSync(join(server.place.state, 'quarantine'), { recursive: true });
    writeFileSync(join(server.place.state, `quarantine/follows@${version}`), '');
    await (await server.start()).healthy();
    assert.deepEqual((await (await fetch(`${server.base}/healthz`)).json()).quarantined, ['follows']);
    const marksOf = (like) => `select string_agg(done::text, ' ' order by chore)
        from core.chore_run where county = ${JIANGHUA} and chore like '${like}'`;
    const marks = (like) => server.psql(marksOf(like));
    const counted = async () => Number(await server.psql(`select days from follows.fund where id = '${clock.id}'`));
    // the marks as they are set, before the clock can move them on
    const others = await server.psql(`update core.chore_run set done = now() - interval '${days} days'
        where county = ${JIANGHUA} and chore like 'follows.daily%';
        update core.chore_run set done = now() - interval '3 days' -- later than what is owed
        where county = ${JIANGHUA} and chore like 'station.%';
        ${marksOf('station.%')}`);
    const owed = await marks('follows.daily%'), before = await counted();
    const until = async (what, holds) => {
        for (let i = 0; i < 1200; i++, await sleep(25)) if (await holds()) return;
        throw new Error(`never: ${what}\n${server.log.slice(-4000)}`);
    };
    await until('the chores of others go on', async () => await marks('station.%') !== others);
    assert.equal(await marks('follows.daily%'), owed);
    assert.equal((await server.cli(['plugin', 'release', 'follows'])).status, 0);
    await until('what was owed is done', async () => await server.psql(`select count(*) from core.chore_run
        where county = ${JIANGHUA} and chore like 'follows.daily%' and done > now() - interval '1 day'`) === '2');
    const done = await counted() - before;
    assert.ok(done === days || done === days - 1 || done === days + 1, `${done} days`);
    assert.deepEqual(await rows(`select h.days from follows.fund_history h where h.id = '${clock.id}'
        and h.days > ${before} group by h.days having count(*) > 1`), []);
});
