// Looking back: a record as it was at an instant, and its versions page by page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, YANGHUA, faultAt, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, 431129, { intern: ['intern', 431129100, '实习生'] }));
});
after(() => server?.stop());

async function person(more = {}) {
    const made = await who.head.post('/station/residents',
        { div: YANGHUA, name: '单秀英', sex: '2', address: '一组', ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return { id: made.body.id, path: `/station/residents/${made.body.id}`, ...made };
}

async function change(row, body) {
    const { etag } = await who.head.get(row.path);
    const answer = await who.head.patch(row.path, body, etag);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
}

const at = (row, instant, caller = who.head) =>
    caller.get(`${row.path}?as_of=${encodeURIComponent(instant)}`);

test('each version is what was valid from its writing on', async () => {
    const row = await person();
    const second = await change(row, { address: '二组' });
    const third = await change(row, { address: '三组' });
    // what a write says of other rows is none of the version's
    for (const { _duplicates, ...version } of [row.body, second, third]) {
        const then = await at(row, version.updated_at);
        assert.equal(then.status, 200, JSON.stringify(then.body));
        assert.deepEqual(then.body, version);
        assert.equal(then.etag, null);
    }
    const before = new Date(Date.parse(row.body.created_at) - 1000).toISOString();
    assert.equal((await at(row, before)).status, 404);
    const there = third.updated_at.replace('+00:00', 'Z');
    assert.equal((await at(row, there)).body.version, 3);
    assert.deepEqual(await server.rows(`select distinct fields[1] like 'as_of=20%' as noted
        from core.audit where object_id = '${row.id}' and action = 'look'
        and fields is not null`), [{ noted: true }]);
});

test('a row deleted then was not there; before, it was', async () => {
    const row = await person();
    const { etag, body } = await who.head.get(row.path);
    assert.equal((await who.head.delete(row.path, etag)).status, 204);
    const gone = await server.psql(`select to_char(deleted_at at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from station.resident where id = '${row.id}'`);
    assert.equal((await at(row, gone)).status, 404);
    assert.equal((await at(row, body.updated_at)).status, 200);
});

test('it is no way round scope, rights or masks', async () => {
    const row = await person({ address: '县前街' });
    await change(row, { address: '后街' });
    const then = row.body.updated_at;
    assert.equal((await at(row, then, who.helukou)).status, 404);
    assert.equal((await at(row, then, suyu.head)).status, 404);
    const masked = await at(row, then, who.intern);
    assert.equal(masked.status, 200, JSON.stringify(masked.body));
    assert.ok(masked.body._masked.includes('address'));
    assert.ok(!JSON.stringify(masked.body).includes('单秀英'));
    assert.ok(!JSON.stringify(masked.body).includes('县前街'));
});

test('what a caller may do and what is overdue are about now, so a look back says neither', async () => {
    const made = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency: 'U2', content: '送餐',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const row = { path: `/station/requests/${made.body.id}` };
    const then = await at(row, made.body.updated_at, who.worker);
    const { _actions, _overdue, ...rest } = made.body;
    assert.deepEqual(then.body, rest);
});

test('an instant must be one, and of the past', async () => {
    const row = await person();
    for (const bad of ['yesterday', '2026-11-22', '2026-11-22T08:00:00', '']) {
        const answer = await at(row, bad);
        assert.equal(answer.status, 400, bad);
        assert.equal(faultAt(answer, '?as_of'), 'time_expected');
    }
    const future = await at(row, '2199-01-01T00:00:00Z');
    assert.deepEqual([future.status, faultAt(future, '?as_of')], [400, 'in_future']);
    const list = await who.head.get('/station/residents?as_of=2026-01-01T00:00:00Z');
    assert.equal(list.status, 400);
});

test('versions come page by page, the newest first, each with what it changed', async () => {
    const row = await person();
    for (let i = 2; i <= 7; i++) await change(row, { address: `${i}组` });
    const whole = (await who.head.get(`${row.path}/history`)).body;
    assert.equal(whole.next, null);
    assert.equal(whole.items.length, 7);
    const seen = [];
    let cursor = '';
    for (let page = 0; page < 4; page++) {
        const { body } = await who.head.get(`${row.path}/history?limit=3${cursor}`);
        seen.push(...body.items);
        cursor = body.next && `&cursor=${encodeURIComponent(body.next)}`;
        if (!cursor) break;
    }
    assert.deepEqual(seen, whole.items);
    assert.deepEqual(seen.map((v) => v._changed), [...Array(6).fill(['address']), []]);
    const first = (await who.head.get(`${row.path}/history?limit=3`)).body;
    const other = await person();
    const elsewhere = await who.head.get(
        `${other.path}/history?limit=3&cursor=${encodeURIComponent(first.next)}`);
    assert.deepEqual([elsewhere.status, faultAt(elsewhere, '?cursor')], [400, 'bad_cursor']);
    for (const limit of ['0', '201', 'x'])
        assert.equal((await who.head.get(`${row.path}/history?limit=${limit}`)).status, 400, limit);
});
