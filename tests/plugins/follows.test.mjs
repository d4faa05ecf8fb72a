// What follows from a step: rows made, rows changed, in the step's own transaction and within the
// caller's reach, or nothing at all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importRows } from '../lib/tables.mjs';
import { root } from '../lib/temp.mjs';
import { built } from './sources.mjs';

const FUNDS = '/follows/funds', MATTERS = '/follows/matters', TASKS = '/follows/tasks';
const OTHER_VILLAGE = '431129100011';

let server, who, suyu;

before(async () => {
    server = await startServer({ env: {
        WULIAN_PATHS_PLUGINS: built, WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
        WULIAN_PLUGINS_ENABLED: 'follows',
    } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
    await made(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/follows`, { enabled: true }));
});
after(() => server?.stop());

/** The body of an answer that must be a success. */
async function made(answer) {
    const { status, body } = await answer;
    assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(body)}`);
    return body;
}

async function refused(answer, status, code) {
    const { status: is, body } = await answer;
    assert.deepEqual([is, body.errors?.[0].code ?? body.code], [status, code], JSON.stringify(body));
    return body.errors?.[0].pointer;
}

const rows = async (sql) => (await server.psql(sql)).trim().split('\n').filter(Boolean);
const matter = async (more = {}, by = who.head) =>
    made(by.post(MATTERS, { title: `事项${randomUUID().slice(0, 8)}`, ...more }));
const act = (by, { id }, action, options) => by.act(`${MATTERS}/${id}`, action, undefined, options);
const tasksOf = async ({ id }) =>
    (await made(who.head.get(`${TASKS}?matter.eq=${id}&limit=200`))).items.reverse();
const fund = async (total_fen) => made(who.head.post(FUNDS, { title: '失独关怀', total_fen }));

/* ---- rows made --------------------------------------------------------------------------------- */

describe('a create', () => {
    test('makes a row with its serial, its computed field, place, station, state and author', async () => {
        const m = await matter({ first: '走访', div: YANGHUA });
        const [task, ...more] = await tasksOf(m);
        assert.deepEqual(more, []);
        assert.match(task.no, /^431129-FT\d{8}-0001$/);
        const due = new Date(Date.now() + 8 * 3600e3 + 7 * 24 * 3600e3).toISOString().slice(0, 10);
        assert.deepEqual([task.title, task.div, task.org, task.state, task.due_on, task.created_by,
            task.version], ['走访', YANGHUA, m.org, 'open', due, who.head.account, 1]);
    });

    test('reckons with the setting of its township, once that is given', async () => {
        const at = (settings) => made(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/follows`,
            { enabled: true, settings }));
        const days = async () => {
            const m = await matter({ first: '走访' });
            const [{ id }] = await tasksOf(m);
            return server.psql(`select due_on - core.today() from follows.task where id = '${id}'`);
        };
        await at({ task_days: 3 });
        assert.equal(await days(), '3');
        await at({});
        assert.equal(await days(), '7');
    });

    test('makes nothing when its condition does not hold', async () => {
        assert.deepEqual(await tasksOf(await matter()), []);
    });

    test('leaves history and audit of what it made, under the call that made it', async () => {
        const m = await matter({ first: '走访' });
        const [task] = await tasksOf(m);
        const history = await made(who.head.get(`${TASKS}/${task.id}/history`));
        assert.deepEqual(history.items.map(({ version }) => version), [1]);
        const change = await server.psql(`select change from follows.matter where id = '${m.id}'`);
        assert.deepEqual(await rows(`select action, object, object_id = '${task.id}', div, n, role
              from core.audit where request = '${change.trim()}' order by object desc`),
        [`effect|follows.task|t|${m.div}|1|station_head`, `create|follows.matter|f|${m.div}|1|station_head`]);
    });

    test('sent again with its key makes nothing twice', async () => {
        const key = randomUUID(), body = { title: '重发', first: '一次' };
        const [first, second] = [await made(who.head.post(MATTERS, body, { key })),
            await made(who.head.post(MATTERS, body, { key }))];
        assert.equal(first.id, second.id);
        assert.equal((await tasksOf(first)).length, 1);
    });

    test('tried for nothing (tx=rollback) leaves nothing', async () => {
        const count = () => server.psql('select count(*) from follows.task');
        const before = await count();
        const answer = await who.head.call('POST', MATTERS, { title: '试', first: '试' },
            { Prefer: 'tx=rollback', 'Idempotency-Key': randomUUID() });
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        assert.equal(await count(), before);
    });
});

describe('an action', () => {
    test('makes many rows, numbered without gaps, in the order of their keys', async () => {
        const m = await matter({ parts: 7 });
        assert.deepEqual(await tasksOf(m), []);
        await made(act(who.head, m, 'agree'));
        const tasks = (await tasksOf(m)).sort((a, b) => a.no < b.no ? -1 : 1);
        assert.deepEqual(tasks.map(({ title }) => title),
            [1, 2, 3, 4, 5, 6, 7].map((n) => `${m.title} ${n}`));
        const numbers = tasks.map(({ no }) => Number(no.slice(-4)));
        assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
        const change = await server.psql(`select change from follows.matter where id = '${m.id}'`);
        assert.deepEqual(await rows(`select action, object, coalesce(object_id::text, '-'), n
            from core.audit where request = '${change.trim()}' order by object desc`),
        ['effect|follows.task|-|7', `agree|follows.matter|${m.id}|1`]);
        assert.equal((await server.psql(`select count(*) from follows.task_history
            where matter = '${m.id}'`)).trim(), '7');
    });

    test('hundreds of rows', async () => {
        const m = await matter({ parts: 400 });
        await made(act(who.head, m, 'agree'));
        assert.equal((await server.psql(`select count(distinct t.id) from follows.task t
            join follows.task_history h using (county, id) where t.matter = '${m.id}'`)).trim(), '400');
    });

    test('in the wrong state or at the wrong version makes nothing', async () => {
        const m = await matter({ parts: 2 });
        await refused(act(who.head, m, 'tell'), 409, 'wrong_state');
        await refused(who.head.post(`${MATTERS}/${m.id}/actions/agree`, undefined, { ifMatch: '"v9"' }),
            412, 'changed_meanwhile');
        assert.deepEqual(await tasksOf(m), []);
        await made(act(who.head, m, 'agree'));
        await refused(act(who.head, m, 'agree'), 409, 'wrong_state');
        assert.equal((await tasksOf(m)).length, 2);
    });

    test('makes a row of a published record, though the caller could not', async () => {
        const m = await matter({ parts: 3, div: YANGHUA }, who.room);
        await made(act(who.room, m, 'agree'));
        await made(act(who.room, m, 'tell'));
        const [request] = (await made(who.head.get('/station/requests'))).items;
        assert.deepEqual([request.content, request.state, request.div, request.created_by],
            [`${m.title}：3`, 'new', YANGHUA, who.room.account]);
        assert.ok(request.due_finish_at > request.received_at);
    });
});

/* ---- rows changed ------------------------------------------------------------------------------ */

describe('what exists', () => {
    test('is changed, with a version, its history and one row of audit', async () => {
        const f = await fund(10000), m = await matter({ fund: f.id, amount_fen: 4000 });
        await made(act(who.head, m, 'agree'));
        const now = await made(who.head.get(`${FUNDS}/${f.id}`));
        assert.deepEqual([now.spent_fen, now.version, now.updated_by], [4000, 2, who.head.account]);
        const { items } = await made(who.head.get(`${FUNDS}/${f.id}/history`));
        assert.deepEqual(items.map((row) => [row.version, row._changed]), [[2, ['spent_fen']], [1, []]]);
        assert.deepEqual(await rows(`select a.action, a.n from core.audit a
            join follows.fund f on f.change = a.request and a.object = 'follows.fund'
            where f.id = '${f.id}'`), ['effect|1']);
    });

    test('cannot be spent twice over: the whole step is refused at the declared field', async () => {
        const f = await fund(5000);
        const one = await matter({ fund: f.id, amount_fen: 3000, parts: 1 });
        const two = await matter({ fund: f.id, amount_fen: 3000, parts: 1 });
        await made(act(who.head, one, 'agree'));
        assert.equal(await refused(act(who.head, two, 'agree'), 422, 'fund_spent'), '/amount_fen');
        assert.equal((await made(who.head.get(`${MATTERS}/${two.id}`))).state, 'noted');
        assert.deepEqual(await tasksOf(two), []);
        assert.equal((await made(who.head.get(`${FUNDS}/${f.id}`))).spent_fen, 3000);
    });

    test('is not overspent by many at once', async () => {
        const f = await fund(5000);
        const all = await Promise.all(Array.from({ length: 8 }, () =>
            matter({ fund: f.id, amount_fen: 1000 })));
        const answers = await Promise.all(all.map((m) => act(who.head, m, 'agree')));
        assert.deepEqual(answers.map(({ status }) => status).sort(),
            [200, 200, 200, 200, 200, 422, 422, 422]);
        const now = await made(who.head.get(`${FUNDS}/${f.id}`));
        assert.deepEqual([now.spent_fen, now.version], [5000, 6]);
    });

    test('many rows of it, those that fit only', async () => {
        const m = await matter({ parts: 3 });
        await made(act(who.head, m, 'agree'));
        const [first] = await tasksOf(m);
        await made(who.head.act(`${TASKS}/${first.id}`, 'finish'));
        await made(act(who.head, m, 'drop'));
        const tasks = await tasksOf(m);
        assert.deepEqual(tasks.map(({ state }) => state).sort(), ['done', 'dropped', 'dropped']);
        assert.deepEqual(tasks.filter(({ state }) => state === 'dropped')
            .map(({ version, id }) => [version, id !== first.id]), [[2, true], [2, true]]);
    });
});

/* ---- refused ----------------------------------------------------------------------------------- */

describe('the whole step is refused', () => {
    const stays = async (m) => {
        assert.equal((await made(who.head.get(`${MATTERS}/${m.id}`))).state, 'noted');
        assert.deepEqual(await tasksOf(m), []);
    };

    test('when a row would be made outside the caller\'s reach', async () => {
        const m = await matter({ parts: 1, place: OTHER_VILLAGE, div: YANGHUA }, who.room);
        await refused(act(who.room, m, 'agree'), 409, 'effect_out_of_reach');
        await stays(m);
        await made(act(who.head, m, 'agree'));
        assert.equal((await tasksOf(m))[0].div, OTHER_VILLAGE);
    });

    test('when a row would be changed that the caller does not reach', async () => {
        const f = await made(who.head.post(FUNDS, { title: '镇级', total_fen: 100 }));
        const m = await matter({ div: YANGHUA }, who.room);
        await server.psql(`update follows.matter set fund = '${f.id}', amount_fen = 1
            where id = '${m.id}'`);
        await refused(act(who.room, m, 'agree'), 409, 'effect_out_of_reach');
        await stays(m);
        assert.equal((await made(who.head.get(`${FUNDS}/${f.id}`))).version, 1);
    });

    test('when the service is off where a row would be made', async () => {
        const m = await matter({ parts: 1, div: YANGHUA });
        await server.psql(`update follows.matter set place = ${HELUKOU}000 where id = '${m.id}'`);
        await refused(act(who.admin, m, 'agree'), 409, 'effect_out_of_reach');
        await stays(m);
    });

    test('when a row breaks a constraint that nobody declared', async () => {
        const m = await matter({ first: '同名 1', parts: 1 });
        await server.psql(`update follows.matter set title = '同名' where id = '${m.id}'`);
        await refused(act(who.head, m, 'agree'), 409, 'effect_refused');
        assert.equal((await made(who.head.get(`${MATTERS}/${m.id}`))).state, 'noted');
        assert.equal((await tasksOf(m)).length, 1);
    });

    // Each of the two walls by itself: here the application's, as `make wall-off` has the other's.
    test('by the application alone, where the tables have no row security', async () => {
        const tables = ['task', 'fund', 'matter']
            .flatMap((name) => [`follows.${name}`, `follows.${name}_history`]);
        const security = (how) => server.psql(tables.map((t) =>
            `alter table ${t} ${how} row level security;`).join(' '));
        const far = await matter({ parts: 1, place: OTHER_VILLAGE, div: YANGHUA }, who.room);
        const f = await made(who.head.post(FUNDS, { title: '镇级', total_fen: 100 }));
        const spend = await matter({ div: YANGHUA }, who.room);
        const off = await matter({ parts: 1, div: YANGHUA });
        await server.psql(`update follows.matter set fund = '${f.id}', amount_fen = 1
                where id = '${spend.id}';
            update follows.matter set place = ${HELUKOU}000 where id = '${off.id}'`);
        await security('disable');
        try {
            for (const m of [far, spend])
                await refused(act(who.room, m, 'agree'), 409, 'effect_out_of_reach');
            await refused(act(who.head, off, 'agree'), 409, 'effect_out_of_reach');
        } finally {
            await security('enable');
        }
        for (const m of [far, spend, off]) await stays(m);
        assert.equal((await made(who.head.get(`${FUNDS}/${f.id}`))).version, 1);
    });

    test('another county sees and reaches nothing of it', async () => {
        const m = await matter({ first: '别县' });
        const [task] = await tasksOf(m);
        await made(suyu.admin.put('/admin/townships/321311001/plugins/follows', { enabled: true }));
        await refused(suyu.head.get(`${TASKS}/${task.id}`), 404, 'not_found');
        await refused(suyu.head.act(`${MATTERS}/${m.id}`, 'agree', undefined, { ifMatch: '"v1"' }), 404,
            'not_found');
    });
});

/* ---- what an action brings ---------------------------------------------------------------------- */

describe('a guard reads what its action brings', () => {
    const to = (by, { id }, action, input) => by.act(`${MATTERS}/${id}`, action, input);

    test('raising is one person\'s, lowering another\'s', async () => {
        const m = await matter({ amount_fen: 100 });
        await refused(to(who.head, m, 'raise', { amount_fen: 100 }), 409, 'not_raised');
        await refused(to(who.head, m, 'raise', { amount_fen: 99 }), 409, 'not_raised');
        assert.equal((await made(to(who.head, m, 'raise', { amount_fen: 101 }))).amount_fen, 101);
        await refused(to(who.head, m, 'lower', { amount_fen: 1, first: '一' }), 403, 'not_permitted');
        await refused(to(who.admin, m, 'lower', { amount_fen: 101, first: '一' }), 409, 'not_lowered');
        const lowered = await made(to(who.admin, m, 'lower', { amount_fen: 1, first: '一' }));
        assert.deepEqual([lowered.amount_fen, lowered.first], [1, '一']);
    });

    test('what is not given is null, whatever the row holds', async () => {
        const m = await matter({ amount_fen: 100, first: '首' });
        await refused(to(who.admin, m, 'lower', { amount_fen: 1 }), 409, 'not_lowered');
    });

    test('until then the action counts as open', async () => {
        assert.deepEqual((await matter())._actions, ['agree', 'raise']);
    });
});

/* ---- many at once ------------------------------------------------------------------------------ */

describe('of a batch', () => {
    const item = (title, more = {}) => ({ op: 'create', data: { title, ...more } });

    test('each item has what follows from it', async () => {
        const { items } = await made(who.head.post(`${MATTERS}/batch`,
            { items: [item('甲', { first: '甲一' }), item('乙'), item('丙', { first: '丙一' })] }));
        const counts = await Promise.all(items.map(async ({ body }) => (await tasksOf(body)).length));
        assert.deepEqual(counts, [1, 0, 1]);
    });

    test('all or none: an effect that is refused undoes them all', async () => {
        const f = await fund(1000);
        const [one, two] = [await matter({ fund: f.id, amount_fen: 800 }),
            await matter({ fund: f.id, amount_fen: 800 })];
        const agree = ({ id }) => ({ op: 'agree', id, version: 1 });
        const answer = await who.head.post(`${MATTERS}/batch`, { items: [agree(one), agree(two)] });
        assert.equal(answer.status, 422);
        assert.deepEqual(faultsOf(answer), { '/items/1/data/amount_fen': 'fund_spent' });
        assert.equal((await made(who.head.get(`${FUNDS}/${f.id}`))).spent_fen, 0);
        const each = await made(who.head.post(`${MATTERS}/batch`,
            { atomic: 'each', items: [agree(one), agree(two)] }));
        assert.deepEqual(each.items.map(({ status }) => status), [200, 422]);
    });
});

test('of an import: every row has what follows from it, a dry run nothing', async () => {
    const table = [['title', 'first'], ['表一', '一'], ['表二', ''], ['表三', '三']];
    const count = async () => Number(await server.psql('select count(*) from follows.task'));
    const before = await count();
    const dry = await importRows(who.head, MATTERS, table, { dry: true });
    assert.deepEqual([dry.counts.created, await count() - before], [3, 0]);
    const done = await importRows(who.head, MATTERS, table);
    assert.deepEqual([done.state, done.counts.created, await count() - before], ['done', 3, 2]);
    assert.deepEqual(await rows(`select m.title, t.title, h.version from follows.task t
        join follows.matter m on m.county = t.county and m.id = t.matter
        join follows.task_history h on h.county = t.county and h.id = t.id
        where m.title like '表%' order by 1`), ['表一|一|1', '表三|三|1']);
});

test('of an import: rows that change the same one change it one after the other', async () => {
    const f = await fund(1000);
    const table = [['title', 'fund', 'parts'], ['甲', f.id, '0'], ['乙', f.id, '0'], ['丙', f.id, '0']];
    const done = await importRows(who.head, MATTERS, table);
    assert.deepEqual([done.state, done.counts.created], ['done', 3], JSON.stringify(done));
    const now = await made(who.head.get(`${FUNDS}/${f.id}`));
    assert.deepEqual([now.days, now.version], [3, 4]);
});

test('describe says what follows', () => {
    const { stdout } = spawnSync(resolve(root, process.env.WULIAN_BUILD || 'build', 'wulian'),
        ['plugin', 'describe', 'follows'], { encoding: 'utf8', env: { ...process.env,
            WULIAN_PATHS_PLUGINS: built, WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
            WULIAN_PLUGINS_ENABLED: 'follows' } });
    const { effects } = JSON.parse(stdout).records.find(({ name }) => name === 'matter');
    assert.deepEqual(effects.map(({ on, record }) => [on, record]), [['create', 'follows.task'],
        ['create', 'follows.fund'], ['agree', 'follows.task'], ['agree', 'follows.fund'], ['tell', 'station.request'],
        ['drop', 'follows.task']]);
    assert.equal(effects[3].set, 'spent_fen = o.spent_fen + s.amount_fen');
});
