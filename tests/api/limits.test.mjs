// Limits of requests: who is overdue, and how a clock that stands moves its limit on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '社工股'] }));
});
after(() => server?.stop());

async function request(urgency = 'U2', state) {
    const made = await who.operator.post('/station/requests', {
        div: YANGHUA, channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency, content: '家中无米',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const path = `/station/requests/${made.body.id}`;
    if (state) {
        await act(who.head, path, 'accept');
        await act(who.head, path, 'assign', { staff: who.worker.account });
        await act(who.worker, path, 'start');
    }
    if (state === 'waiting') await passOn(path);
    return { path, id: made.body.id };
}

/** To another department, with the county's consent that the clock stands meanwhile. */
async function passOn(path) {
    await act(who.worker, path, 'transfer', { reason: '转医保局', transfer_kind: 'DEPT' });
    await act(who.section, path, 'consent');
}

async function act(caller, path, action, input) {
    const answer = await caller.act(path, action, input);
    assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`);
    return answer;
}

// As the owner: what a clock of days would do in a moment.
const set = (id, text) => server.psql(`update station.request set ${text} where id = '${id}'`);
const held = (id) => server.psql(`select coalesce(due_finish_at_held::text, 'runs')
    from station.request where id = '${id}'`);
const dueOf = async (path) => Date.parse((await who.head.get(path)).body.due_finish_at);
const HOUR = 3600e3;

test('a row past its limit says so, until it reaches a state in which the limit ends', async () => {
    const { path, id } = await request();
    assert.deepEqual((await who.head.get(path)).body._overdue, []);
    await set(id, `due_accept_at = now() - interval '1 minute'`);
    assert.deepEqual((await who.head.get(path)).body._overdue, ['due_accept_at']);
    await set(id, `due_finish_at = now() - interval '1 minute'`);
    assert.deepEqual((await who.head.get(path)).body._overdue, ['due_accept_at', 'due_finish_at']);
    assert.deepEqual((await act(who.head, path, 'accept')).body._overdue, ['due_finish_at']);
    await act(who.head, path, 'assign', { staff: who.worker.account });
    await act(who.worker, path, 'start');
    assert.deepEqual((await act(who.worker, path, 'finish', { result: '已送' })).body._overdue, []);
});

test('a clock that stands is not overdue, and leaving moves the limit by all hours it stood', async () => {
    const { path, id } = await request('U2', 'started');
    assert.equal(await held(id), 'runs');
    const due = await dueOf(path);
    await passOn(path);
    assert.notEqual(await held(id), 'runs');
    assert.equal(await dueOf(path), due);
    await set(id, `due_finish_at = due_finish_at - interval '20 hours',
                   due_finish_at_held = due_finish_at_held - interval '5 hours'`);
    assert.deepEqual((await who.head.get(path)).body._overdue, []);
    const back = await act(who.worker, path, 'resume');
    assert.equal(await held(id), 'runs');
    const moved = Date.parse(back.body.due_finish_at) - (due - 20 * HOUR);
    assert.ok(Math.abs(moved - 5 * HOUR) < 60e3, `${moved}`);
    assert.deepEqual(back.body._overdue, ['due_finish_at']);
});

test('a limit in working time moves by the working time it stood', async () => {
    const { path, id } = await request('U3', 'waiting');
    // stood over exactly one whole week: five working days of eight hours
    await set(id, `due_finish_at = '2026-03-04 10:00+08', due_finish_at_held = now() - interval '7 days'`);
    const back = await act(who.worker, path, 'resume');
    assert.equal(Date.parse(back.body.due_finish_at), Date.parse('2026-03-11T10:00:00+08:00'));
});

test('merging out of a held state lets the clock run; a second stay begins anew', async () => {
    const { path, id } = await request('U2', 'waiting');
    await act(who.worker, path, 'resume');
    await passOn(path);
    assert.notEqual(await held(id), 'runs');
    const into = await request();
    await act(who.head, path, 'merge', { merged_into: into.id });
    assert.equal(await held(id), 'runs');
});

test('the history keeps since when the clock stood; no client sees or sets it', async () => {
    const { path, id } = await request('U2', 'waiting');
    assert.equal(await server.psql(`select count(*) from station.request_history
        where id = '${id}' and due_finish_at_held is not null`), '1');
    const now = await who.operator.get(path);
    assert.ok(!('due_finish_at_held' in now.body));
    for (const name of ['due_finish_at_held', 'due_finish_at']) {
        const patched = await who.operator.patch(path, { [name]: '2030-01-01T00:00:00+08:00' }, now.etag);
        assert.equal(patched.status, 422, name);
    }
    const patched = await who.operator.patch(path, { content: '家中无米无油' }, now.etag);
    assert.equal(patched.status, 200, JSON.stringify(patched.body));
    assert.notEqual(await held(id), 'runs');
});

test('working time keeps office hours, weekends and the holidays entered', async () => {
    const add = (from, minutes) =>
        server.psql(`select core.work_time_add('${from}+08', ${minutes}) at time zone 'Asia/Shanghai'`);
    const passed = (from, to) => server.psql(`select core.work_minutes('${from}+08', '${to}+08')`);
    assert.equal(await add('2026-09-30 16:00', 120), '2026-10-01 10:00:00');
    await server.psql(`insert into core.holiday (day, kind) values ('2026-10-01', 'off'),
        ('2026-10-02', 'off'), ('2026-10-10', 'work')`);
    assert.equal(await add('2026-09-30 16:00', 120), '2026-10-05 10:00:00');
    assert.equal(await passed('2026-09-30 16:00', '2026-10-05 10:00'), '120');
    assert.equal(await add('2026-10-09 16:00', 120), '2026-10-10 10:00:00'); // a Saturday to work
    assert.equal(await passed('2026-10-09 18:00', '2026-10-10 08:00'), '0');
    assert.equal(await passed('2026-10-10 12:00', '2026-10-10 13:30'), '90');
    assert.equal(await passed('2026-10-10 13:30', '2026-10-10 12:00'), '0');
    await assert.rejects(server.psql(`insert into core.holiday values ('2026-10-03', 'off')`, 'wulian_app'),
        /permission denied/);
});

test('the overdue are a list: not the ended, not the held, within the caller\'s reach', async () => {
    await server.psql(`update station.request set due_accept_at = now() + interval '1 day',
        due_finish_at = now() + interval '1 day'`);
    const late = await request();
    const lateToFinish = await request('U2', 'started');
    const held = await request('U2', 'waiting');
    const ended = await request('U2', 'started');
    await act(who.worker, ended.path, 'finish', { result: '已送' });
    const elsewhere = await who.helukou.get('/station/requests?overdue=any&count=exact');
    assert.deepEqual([elsewhere.body.items, elsewhere.body.count], [[], 0]);
    for (const { id } of [late, lateToFinish, held, ended])
        await set(id, `due_accept_at = now() - interval '1 minute',
                       due_finish_at = now() - interval '1 minute'`);
    const ids = async (query, caller = who.head) => {
        const { status, body } = await caller.get(`/station/requests?count=exact&${query}`);
        assert.equal(status, 200, JSON.stringify(body));
        assert.equal(body.count, body.items.length);
        return body.items.map(({ id }) => id).sort();
    };
    assert.deepEqual(await ids('overdue=due_accept_at'), [late.id]);
    assert.deepEqual(await ids('overdue=due_finish_at'), [late.id, lateToFinish.id].sort());
    assert.deepEqual(await ids('overdue=any'), [late.id, lateToFinish.id].sort());
    assert.deepEqual(await ids('overdue=any&state.eq=new'), [late.id]);
    assert.deepEqual(await ids('overdue=any', who.operator), [late.id, lateToFinish.id].sort());
    assert.equal((await suyu.head.get('/station/requests?overdue=any&count=exact')).body.count, 0);
    const first = (await who.head.get('/station/requests?overdue=any&limit=1')).body;
    const second = (await who.head.get(
        `/station/requests?overdue=any&limit=1&cursor=${encodeURIComponent(first.next)}`)).body;
    assert.deepEqual([first.items[0].id, second.items[0].id, second.next],
        [lateToFinish.id, late.id, null]);
    assert.equal((await who.head.get(
        `/station/requests?limit=1&cursor=${encodeURIComponent(first.next)}`)).status, 400);
    const named = (await who.head.get('/station/requests?overdue=any&limit=1&fields=no,_overdue')).body;
    assert.deepEqual(Object.keys(named.items[0]), ['id', 'version', 'no', '_overdue']);
    for (const query of ['overdue=due', 'overdue=', 'overdue=received_at'])
        assert.equal((await who.head.get(`/station/requests?${query}`)).status, 400, query);
    assert.equal((await who.head.get('/station/residents?overdue=any')).status, 400);
});
