// Limits that come near and pass: who is told, once, by the clock of the jobs process.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, JIANGHUA, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startReceiver } from '../lib/receiver.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;

before(async () => {
    server = await startServer({ env: { WULIAN_NOTICE_REMIND_S: '1' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '县科员'] }));
});
after(() => server?.stop());

/** A request that the worker has in hand. */
async function inHand(caller = who.operator, div = YANGHUA) {
    const made = await caller.post('/station/requests', { div, channel: 'HOTLINE', category: 'OTHER',
        domain: 'K', urgency: 'U4', content: '张家的事保密' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const path = `/station/requests/${made.body.id}`;
    if (div !== YANGHUA) return made.body;
    await who.head.act(path, 'accept');
    await who.head.act(path, 'assign', { staff: who.worker.account });
    assert.equal((await who.worker.act(path, 'start')).status, 200);
    return { ...made.body, path };
}

const set = (made, column, value, more = '') => server.psql(`update station.request
    set ${column} = ${value} ${more} where id = '${made.id}'`);
const old = `, updated_at = now() - interval '2 hours'`;

const told = async (caller, made) => (await caller.get('/notices?limit=200')).body.items
    .filter((notice) => notice.record_id === made.id && notice.key.startsWith('limit.'));
async function tells(caller, made, key) {
    for (let i = 0; i < 1200; i++) {
        const [found] = (await told(caller, made)).filter((notice) => notice.key === key);
        if (found) return found;
        await sleep(50);
    }
    throw new Error(`not told ${key}\n${server.log.slice(-3000)}`);
}
const lookedAt = () => server.psql(`select done from core.chore_run
    where county = ${JIANGHUA} and chore = 'core.limits'`);
/** Waits until two more looks have begun and ended. */
async function looks() {
    for (let n = 0, last = await lookedAt(), i = 0; n < 3 && i < 1200; i++) {
        const now = await lookedAt();
        if (now !== last) n++;
        last = now;
        await sleep(50);
    }
}

test('half an hour before it runs out whoever has it is told, and nobody else', async () => {
    const made = await inHand(), other = await inHand();
    await set(made, 'due_finish_at', `now() + interval '20 minutes'`, ', updated_at = now()');
    await set(other, 'due_finish_at', `now() + interval '40 minutes'`, ', updated_at = now()');
    const notice = await tells(who.worker, made, 'limit.before');
    const [{ due }] = await server.rows(`select to_char(due_finish_at at time zone 'Asia/Shanghai',
        'YYYY-MM-DD HH24:MI') as due from station.request where id = '${made.id}'`);
    assert.equal(notice.text, `Due soon: service request ${made.no} other, to be finished by ${due}`);
    assert.equal((await who.worker.get(notice.href)).status, 200);
    await looks();
    assert.equal((await told(who.worker, made)).length, 1);
    assert.deepEqual(await told(who.worker, other), []);
    for (const caller of [who.head, who.operator, who.helukou, who.admin, suyu.head])
        assert.deepEqual(await told(caller, made), []);
});

test('when it passes, by itself and unwatched, its staff and the heads of the place are told once', async () => {
    const made = await inHand();
    await set(made, 'due_finish_at', `now() + interval '3 seconds'`, old);
    for (const caller of [who.worker, who.head]) {
        const { text } = await tells(caller, made, 'limit.passed');
        assert.match(text, new RegExp(`^Overdue: service request ${made.no} other, to be finished by `));
    }
    const zh = (await who.head.get('/notices', { 'Accept-Language': 'zh-CN' })).body.items
        .find((notice) => notice.record_id === made.id && notice.key === 'limit.passed').text;
    assert.match(zh, new RegExp(`^已超期：服务诉求 ${made.no} 其他.*，应办结时间`));
    await looks();
    for (const caller of [who.worker, who.head])
        assert.equal((await told(caller, made)).filter(({ key }) => key === 'limit.passed').length, 1);
    for (const caller of [who.operator, who.helukou, who.admin, suyu.head, suyu.admin])
        assert.deepEqual(await told(caller, made), []);
});

test('what passed while nobody looked is told when somebody looks again', async () => {
    const made = await inHand();
    await set(made, 'due_finish_at', `now() - interval '30 minutes'`, old);
    await looks();
    assert.deepEqual(await told(who.head, made), []); // it was looked at after that
    await server.psql(`update core.chore_run set done = done - interval '1 hour'
        where county = ${JIANGHUA} and chore = 'core.limits'`);
    await tells(who.head, made, 'limit.passed');
});

test('a killed jobs process tells nothing twice and forgets nothing', async () => {
    const made = await inHand();
    await set(made, 'due_finish_at', `now() + interval '2 seconds'`, old);
    const pid = server.kill('jobs');
    await server.respawned('jobs', pid);
    await tells(who.worker, made, 'limit.passed');
    await looks();
    assert.equal((await told(who.worker, made)).filter(({ key }) => key === 'limit.passed').length, 1);
});

test('where the clock stands, or the work is done, nobody is told', async () => {
    const held = await inHand(), ended = await inHand(), elsewhere = await inHand(who.operator, `${HELUKOU}201`);
    assert.equal((await who.worker.act(held.path, 'transfer',
        { reason: '转县医院', transfer_kind: 'DEPT' })).status, 200);
    assert.equal((await who.section.act(held.path, 'consent')).status, 200);
    await set(ended, 'state', `'done'`);
    for (const made of [held, ended])
        await set(made, 'due_finish_at', `now() - interval '1 minute'`, ', updated_at = now()');
    await set(elsewhere, 'due_accept_at', `now() - interval '1 minute'`, ', updated_at = now()');
    const [control] = [await inHand()];
    await set(control, 'due_finish_at', `now() - interval '1 minute'`, ', updated_at = now()');
    await tells(who.worker, control, 'limit.passed');
    for (const made of [held, ended, elsewhere])
        for (const caller of [who.worker, who.head, who.helukou]) {
            const keys = (await told(caller, made)).map(({ key }) => key);
            assert.deepEqual(keys, [], made.no);
        }
});

test('nothing of class 2 stands in what is told', async () => {
    const all = await server.psql(`select args from core.notice where text like 'limit.%'`);
    assert.ok(all.includes('_due'));
    assert.ok(!all.includes('保密'));
});

test('it looks along the index of what is due', async () => {
    await server.psql(`insert into station.request (county, id, div, org, change, created_by, updated_by, no,
            channel, category, domain, urgency, content, received_at, due_accept_at, due_finish_at, state,
            created_at, updated_at)
        select county, gen_random_uuid(), div, org, gen_random_uuid(), created_by, updated_by, 'x-' || n, channel,
               category, domain, urgency, content, received_at, now() - n * interval '1 hour',
               now() - n * interval '1 hour', 'closed', now() - interval '1 year', now() - interval '1 year'
          from (select * from station.request where county = ${JIANGHUA} limit 1) r, generate_series(1, 12000) n`);
    await server.psql('vacuum (analyze)');
    await server.psql(`alter role wulian_app set session_preload_libraries = 'auto_explain'`);
    await server.psql(`alter role wulian_app set auto_explain.log_min_duration = 0`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    const dir = join(server.place.state, 'data', 'log');
    const plans = () => readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
        .split(/^(?=\d{4}-\d\d-\d\d )/m).filter((text) => /plan:/.test(text) &&
            /Query Text: select t\.id, core\.notice_send\('station\.request /.test(text));
    for (let i = 0; plans().length < 4 && i < 600; i++) await sleep(50);
    assert.ok(plans().length >= 4);
    for (const plan of plans())
        assert.match(plan, /Index Scan using request_due_finish on request t/);
});

test('a machine without jobs of people and without chores reminds and sends all the same', async () => {
    const hook = await startReceiver();
    const alone = await startServer({ env: { WULIAN_NOTICE_REMIND_S: '1', WULIAN_JOBS_THREADS: '0',
        WULIAN_JOBS_CHORES: '0', WULIAN_NOTICE_ALLOW: `127.0.0.1:${hook.port}` } });
    try {
        const { who: staff } = await openTwoCounties(alone);
        const channel = await staff.admin.post('/admin/notice_channels', { kind: 'webhook', name: '县平台',
            url: `http://127.0.0.1:${hook.port}/in`, secret: 'a-secret-of-some-length' });
        assert.equal(channel.status, 201, JSON.stringify(channel.body));
        const made = await staff.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE',
            category: 'OTHER', domain: 'K', urgency: 'U2', content: '家中无米' });
        await hook.got(({ json }) => json?.key === 'request.new');
        await alone.psql(`update station.request set due_finish_at = now() - interval '1 minute', updated_at = now()
            where id = '${made.body.id}'`);
        await hook.got(({ json }) => json?.key === 'limit.passed');
    } finally {
        hook.close();
        await alone.stop();
    }
});
