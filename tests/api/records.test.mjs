// The life of a record over HTTP: make, read, change, remove, look back; and the neighbours who may not.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { idNumber, uuid7 } from '../lib/api.mjs';
import { HELUKOU, YANGHUA, faultAt, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const PERSON = { div: YANGHUA, name: '单秀英', sex: '2', birth: '1943-12-05' };

let server, who, suyu, stations;

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
});
after(() => server?.stop());

async function person(more = {}, caller = who.head) {
    const made = await caller.post('/station/residents', { ...PERSON, ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return { path: `/station/residents/${made.body.id}`, ...made };
}

/** A row as reading gives it: what saving says of possible duplicates is not in it. */
const without = ({ _duplicates, ...row }) => row;

// ---- create ---------------------------------------------------------------------------------------

test('a created record answers 201 with its place, its version and its fields', async () => {
    const made = await person({ phone: '13807465678' });
    assert.equal(made.headers.get('location'), `/api/v1/station/residents/${made.body.id}`);
    assert.match(made.etag, /^"v1\.[0-9a-f]{8}"$/);
    assert.equal(made.body.version, 1);
    assert.equal(made.body.div, YANGHUA);
    assert.equal(made.body.org, stations['431129100']);
    assert.equal(made.body.created_by, who.head.account);
    assert.equal(made.body.phone, '138****5678');
    assert.match(made.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.ok(Math.abs(Date.parse(made.body.created_at) - Date.now()) < 60_000);
    const seen = await who.head.get(made.path);
    assert.deepEqual(seen.body, without(made.body));
    assert.equal(seen.etag, made.etag);
});

test('a client may make the id, a fresh UUID of version 7', async () => {
    const id = uuid7();
    assert.equal((await person({ id })).body.id, id);
    const taken = await who.head.post('/station/residents', { ...PERSON, id });
    assert.deepEqual([taken.status, taken.body.code], [409, 'duplicate']);
    // the same id in another county is another record
    const there = await suyu.head.post('/station/residents', { id, name: '孙大爷' });
    assert.equal(there.status, 201, JSON.stringify(there.body));
    assert.equal((await who.head.get(`/station/residents/${id}`)).body.name, '单秀英');
    assert.equal((await suyu.head.get(`/station/residents/${id}`)).body.name, '孙大爷');
});

test('other ids are refused: version 4, from the future, upper case, no text', async () => {
    const future = (Date.now() + 3 * 86400e3).toString(16).padStart(12, '0');
    for (const id of [randomUUID(), `${future.slice(0, 8)}-${future.slice(8)}-7abc-8abc-0123456789ab`,
        uuid7().toUpperCase(), uuid7().replace(/-/g, ''), 7, null, '']) {
        const answer = await who.head.post('/station/residents', { ...PERSON, id });
        assert.equal(answer.status, 422, JSON.stringify(id));
        assert.equal(faultAt(answer, '/id'), 'id7_expected', JSON.stringify(id));
    }
});

test('without a division the row belongs to the caller\'s own, or to where the person lives', async () => {
    const here = await who.head.post('/station/residents', { name: '盘小妹' });
    assert.equal(here.body.div, '431129100000');
    const resident = await person();
    const visit = await who.worker.post('/station/visits', {
        person: resident.body.id, kind: 'ROUTINE', visited_at: '2026-01-05T09:30:00+08:00', result: 'MET',
    });
    if (visit.status === 201) assert.equal(visit.body.div, YANGHUA);
    else assert.equal(faultAt(visit, '/result'), 'not_in_code_table');
});

test('a division elsewhere or unknown is refused at its field', async () => {
    for (const [caller, div, code] of [
        [who.head, `${HELUKOU}201`, 'division_elsewhere'],
        [who.head, '321311001001', 'division_elsewhere'],
        [suyu.head, YANGHUA, 'division_elsewhere'],
        [suyu.admin, YANGHUA, undefined], // a county admin registers nobody: 403
        [who.head, '431129100', 'division_expected'],
        [who.head, 431129100010, 'division_expected'],
        [who.head, '431129100999', 'division_unknown'],
    ]) {
        const answer = await caller.post('/station/residents', { ...PERSON, div });
        if (code) assert.deepEqual([answer.status, faultAt(answer, '/div')], [422, code], div);
        else assert.equal(answer.status, 403);
    }
});

// ---- read -----------------------------------------------------------------------------------------

test('GET answers 304 to who holds the version, per reader', async () => {
    const { path, etag } = await person();
    const same = await who.head.get(path, { 'If-None-Match': etag });
    assert.deepEqual([same.status, same.body, same.etag], [304, null, etag]);
    for (const list of [`"x", ${etag}`, `W/${etag}`, '*'])
        assert.equal((await who.head.get(path, { 'If-None-Match': list })).status, 304, list);
    assert.equal((await who.head.get(path, { 'If-None-Match': '"v1.00000000"' })).status, 200);
    // another reader sees another text: masks and actions
    const other = await who.operator.get(path, { 'If-None-Match': etag });
    assert.equal(other.status, 200);
    assert.notEqual(other.etag, etag);
    await who.head.patch(path, { alias: '单婆婆' }, etag);
    assert.equal((await who.head.get(path, { 'If-None-Match': etag })).status, 200);
});

test('who reads masked sees masks, and is told which fields are left out', async () => {
    const { path } = await person({
        id_number: idNumber('432926', '19431205', 4), phone: '13807465678', address: '阳华社区三组',
    });
    const { body } = await who.operator.get(path);
    assert.equal(body.name, '单**');
    assert.match(body.id_number, /^432926\*{8}\d{3}[\dX]$/);
    assert.equal(body.phone, '138****5678');
    for (const hidden of ['address', 'birth', 'death_date']) {
        assert.ok(!(hidden in body), hidden);
        assert.ok(body._masked.includes(hidden), hidden);
    }
    assert.equal((await who.head.get(path)).body._masked, undefined);
});

test('what is missing, malformed or out of reach is the same 404', async () => {
    const { path } = await person();
    const bodies = [];
    for (const [caller, at] of [
        [who.head, `/station/residents/${uuid7()}`],
        [who.head, '/station/residents/not-an-id'],
        [who.helukou, path], [who.helukou, `${path}/history`],
        [suyu.head, path], [suyu.head, `${path}/history`], [suyu.admin, path],
    ]) {
        const answer = await caller.get(at);
        assert.equal(answer.status, 404, at);
        bodies.push(JSON.stringify({ ...answer.body, request_id: null }));
    }
    assert.equal(new Set(bodies).size, 1);
});

// ---- change ---------------------------------------------------------------------------------------

test('PATCH changes what is given, null clears, the rest stays', async () => {
    const { path, body, etag } = await person({ phone: '13807465678', address: '三组', alias: '单婆婆' });
    const changed = await who.head.patch(path, { address: '五组', phone: null }, etag);
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    assert.match(changed.etag, /^"v2\./);
    assert.deepEqual(
        { ...changed.body, updated_at: 0 },
        { ...without(body), version: 2, address: '五组', phone: null, updated_at: 0 });
    const stored = await server.rows(`select phone_enc, phone_idx, phone_mask
        from station.resident where id = '${body.id}'`);
    assert.deepEqual(stored, [{ phone_enc: null, phone_idx: null, phone_mask: null }]);
    const name = await who.head.patch(path, { name: '单秀兰' }, changed.etag);
    assert.equal(name.body.name, '单秀兰');
    const found = await who.head.post('/station/residents/search', { pinyin: 'shanxiulan' });
    assert.deepEqual(found.body.items.map((item) => item.id), [body.id]);
});

test('PATCH refuses each kind of field that it cannot set, all at once', async () => {
    const { path, body, etag } = await person();
    const refused = await who.head.patch(path,
        { name: null, nonsense: 1, id: body.id, div: YANGHUA, version: 9, 'a/b~c': 1 }, etag);
    assert.equal(refused.status, 422);
    assert.deepEqual(faultsOf(refused), {
        '/name': 'required', '/nonsense': 'unknown_field', '/id': 'unknown_field',
        '/div': 'unknown_field', '/version': 'unknown_field', '/a~1b~0c': 'unknown_field',
    });
    const request = await who.head.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    });
    assert.equal(request.status, 403); // a head takes requests, the hotline or a worker enters them
    const mine = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    });
    const fixed = await who.worker.patch(`/station/requests/${mine.body.id}`, {
        channel: 'PHONE', urgency: 'U1', no: 'x', state: 'closed', received_at: '2026-01-01T00:00:00Z',
        staff: who.worker.account, open: false,
    }, mine.etag);
    assert.deepEqual(faultsOf(fixed), {
        '/channel': 'fixed', '/urgency': 'fixed', '/no': 'read_only', '/state': 'read_only',
        '/received_at': 'read_only', '/staff': 'read_only', '/open': 'read_only',
    });
    const nothing = await who.head.patch(path, {}, etag);
    assert.deepEqual([nothing.status, nothing.body.code], [422, 'nothing_to_change']);
    assert.equal((await who.head.get(path)).body.version, 1);
});

test('PATCH, DELETE and actions want If-Match: 428 without, 412 with the present ETag when stale', async () => {
    const { path, etag } = await person();
    const none = await who.head.patch(path, { alias: '单婆婆' });
    assert.deepEqual([none.status, none.body.code], [428, 'if_match_required']);
    assert.equal((await who.head.delete(path)).status, 428);
    const odd = await who.head.patch(path, { alias: '单婆婆' }, '*');
    assert.deepEqual([odd.status, odd.body.code], [412, 'if_match_unreadable']);
    const changed = await who.head.patch(path, { alias: '单婆婆' }, etag);
    const stale = await who.head.patch(path, { alias: '单阿姨' }, etag);
    assert.deepEqual([stale.status, stale.body.code], [412, 'changed_meanwhile']);
    assert.equal(stale.etag, changed.etag);
    assert.equal((await who.head.delete(path, etag)).status, 412);
    assert.equal((await who.head.patch(path, { alias: '单阿姨' }, stale.etag)).status, 200);
    // only the version counts, the rights behind it do not
    assert.equal((await who.head.patch(path, { alias: null }, '"v3"')).status, 200);
    assert.equal((await who.head.get(path)).body.alias, null);
});

test('of many changes at once from one version exactly one succeeds', async () => {
    const { path, etag } = await person();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) =>
        who.head.patch(path, { alias: `单${i}` }, etag)));
    const statuses = answers.map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [200, ...Array(9).fill(412)]);
    assert.equal((await who.head.get(path)).body.version, 2);
});

test('a neighbour\'s change, removal and action find nothing', async () => {
    const { path, etag } = await person();
    for (const caller of [who.helukou, suyu.head]) {
        assert.equal((await caller.patch(path, { alias: 'x' }, etag)).status, 404);
        assert.equal((await caller.delete(path, etag)).status, 404);
    }
    const request = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    });
    for (const caller of [who.helukou, suyu.head])
        assert.equal((await caller.post(`/station/requests/${request.body.id}/actions/accept`, undefined,
            { ifMatch: request.etag })).status, 404);
    assert.equal((await who.head.get(path)).body.version, 1);
});

// ---- references -----------------------------------------------------------------------------------

test('a reference must be there, in reach and not removed', async () => {
    const { body } = await person();
    const elsewhere = await person({ div: `${HELUKOU}201` }, who.helukou);
    const foreign = await suyu.head.post('/station/residents', { name: '孙大爷' });
    const removed = await person();
    assert.equal((await who.head.delete(removed.path, removed.etag)).status, 204);
    const household = (head) => who.head.post('/station/households', { div: YANGHUA, head });
    for (const head of [uuid7(), randomUUID(), elsewhere.body.id, foreign.body.id, removed.body.id]) {
        const answer = await household(head);
        assert.deepEqual([answer.status, faultAt(answer, '/head')], [422, 'reference_unknown'], head);
    }
    const made = await household(body.id);
    assert.equal(made.status, 201);
    const path = `/station/households/${made.body.id}`;
    const moved = await who.head.patch(path, { head: elsewhere.body.id }, made.etag);
    assert.deepEqual([moved.status, faultAt(moved, '/head')], [422, 'reference_unknown']);
    const heir = await person();
    assert.equal((await who.head.patch(path, { head: heir.body.id }, made.etag)).status, 200);
});

// ---- remove, look back ----------------------------------------------------------------------------

test('DELETE removes: gone from everywhere but the history', async () => {
    const id_number = idNumber('431129', '19600101', 7);
    const { path, body, etag } = await person({ id_number });
    assert.equal((await who.worker.delete(path, etag)).status, 403); // not hers to remove
    const gone = await who.head.delete(path, etag);
    assert.deepEqual([gone.status, gone.body], [204, null]);
    assert.equal((await who.head.get(path)).status, 404);
    assert.equal((await who.head.delete(path, etag)).status, 404);
    assert.equal((await who.head.patch(path, { alias: 'x' }, etag)).status, 404);
    const found = await who.head.post('/station/residents/search', { id_number });
    assert.deepEqual(found.body.items, []);
    const listed = await who.head.get('/station/residents?limit=200');
    assert.ok(!listed.body.items.some((item) => item.id === body.id));
    const history = await who.head.get(`${path}/history`);
    assert.deepEqual(history.body.items.map((item) => [item.version, item.deleted]),
        [[2, true], [1, false]]);
    // and the id number is free again
    await person({ id_number });
});

test('the history tells who made which version, and what it changed', async () => {
    const { path, etag } = await person();
    const second = await who.worker.patch(path, { address: '五组', alias: '单婆婆' }, etag);
    await who.head.patch(path, { alias: null }, second.etag);
    const { status, body } = await who.head.get(`${path}/history`);
    assert.equal(status, 200);
    assert.deepEqual(body.items.map((item) => [item.version, item.updated_by, item._changed]), [
        [3, who.head.account, ['alias']],
        [2, who.worker.account, ['address', 'alias']],
        [1, who.head.account, []],
    ]);
    const masked = await who.operator.get(`${path}/history`);
    assert.ok(!JSON.stringify(masked.body).includes('单秀英'));
});
