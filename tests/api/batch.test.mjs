// Many writes in one call, and writes that are only tried.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { uuid7 } from '../lib/api.mjs';
import { HELUKOU, TUOJIANG, YANGHUA, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { holding } from '../lib/race.mjs';
import { startServer } from '../lib/server.mjs';

const LIST = '/station/requests';
const DRY = { Prefer: 'tx=rollback' };

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

const draft = (content, more = {}) => ({
    div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3', content, ...more,
});
const create = (content, more) => ({ op: 'create', data: draft(content, more) });
const send = (items, { caller = who.worker, atomic, ...options } = {}) =>
    caller.post(`${LIST}/batch`, { ...(atomic && { atomic }), items }, options);
const count = (where) => server.psql(`select count(*) from station.request where ${where}`).then(Number);
const audited = (where) => server.psql(`select count(*) from core.audit where ${where}`).then(Number);

/** As the caller, with a header more. */
const tried = (caller, method, path, body, headers = {}) =>
    caller.call(method, path, body, { ...DRY, 'Idempotency-Key': randomUUID(), ...headers });

test('500 in one transaction, each with its own history, audit and number', async () => {
    const items = Array.from({ length: 500 }, (_, i) => create(`many ${i}`));
    const { status, body } = await send(items);
    assert.equal(status, 200, JSON.stringify(body).slice(0, 400));
    assert.equal(body.items.length, 500);
    assert.ok(body.items.every((item) => item.status === 201 && item.body.state === 'new'));
    assert.equal(new Set(body.items.map((item) => item.body.no)).size, 500);
    const ids = body.items.map((item) => `'${item.body.id}'`).join();
    assert.equal(Number(await server.psql(`select count(*) from station.request_history where id in (${ids})`)), 500);
    assert.equal(await audited(`object_id in (${ids}) and action = 'create'`), 500);
});

test('the same batch again gives the same answer and nothing more; another body is refused', async () => {
    const key = randomUUID(), items = [create('once a'), create('once b')];
    const first = await send(items, { key });
    const again = await send(items, { key });
    assert.deepEqual(again.body, first.body);
    assert.equal(await count(`content like 'once _'`), 2);
    const other = await send([create('once a'), create('once c')], { key });
    assert.equal(other.status, 422);
    assert.equal(other.body.code, 'idempotency_key_reused');
    assert.equal(await count(`content = 'once c'`), 0);
});

test('create, change, act and delete together', async () => {
    const made = (await send([create('mixed 1'), create('mixed 2')])).body.items.map((x) => x.body);
    const done = await send([
        { op: 'patch', id: made[0].id, version: 1, data: { content: 'mixed changed' } },
        { op: 'accept', id: made[1].id, version: 1 },
    ], { caller: who.head });
    assert.equal(done.status, 422, 'the head may not change requests');
    assert.deepEqual(faultsOf(done), { '/items/0': 'not_permitted' });
    assert.equal(await count(`content = 'mixed changed' or id = '${made[1].id}' and state <> 'new'`), 0);
    const residents = await who.head.post('/station/residents/batch', { items: [
        { op: 'create', data: { div: YANGHUA, name: '何一' } },
        { op: 'create', data: { div: YANGHUA, name: '何二' } },
    ] });
    const [one, two] = residents.body.items.map((x) => x.body);
    const mixed = await who.head.post('/station/residents/batch', { items: [
        { op: 'patch', id: one.id, version: 1, data: { alias: '老何' } },
        { op: 'patch', id: one.id, version: 2, data: { alias: '老老何' } },
        { op: 'delete', id: two.id, version: 1 },
    ] });
    assert.deepEqual(mixed.body.items.map((x) => x.status), [200, 200, 204], JSON.stringify(mixed.body));
    assert.equal(mixed.body.items[1].body.version, 3);
});

test('all: one that cannot be carried out undoes the others, and says which and why', async () => {
    const [{ body: made }] = (await send([create('stale')])).body.items;
    await who.worker.patch(`${LIST}/${made.id}`, { content: 'stale, changed' }, '"v1"');
    const refused = await send([
        create('never 1'), { op: 'patch', id: made.id, version: 1, data: { content: 'x' } }, create('never 2'),
    ]);
    assert.equal(refused.status, 422);
    assert.equal(refused.body.code, 'batch_refused');
    assert.deepEqual(faultsOf(refused), { '/items/1': 'changed_meanwhile' });
    const wrong = await send([
        create('never 1'), create('never 2', { urgency: 'U9', category: undefined }),
        create('never 3', { person: uuid7() }), { op: 'fly' }, { op: 'patch', id: made.id, data: {} },
    ]);
    assert.deepEqual(faultsOf(wrong), { '/items/3/op': 'batch_op' });
    const faults = await send([create('never 1'), create('never 2', { urgency: 'U9', category: undefined })]);
    assert.deepEqual(faultsOf(faults),
        { '/items/1/data/urgency': 'not_in_code_table', '/items/1/data/category': 'required' });
    const stranger = await send([create('never 4'), create('never 5', { person: uuid7() })]);
    assert.deepEqual(faultsOf(stranger), { '/items/1/data/person': 'reference_unknown' });
    assert.equal(await count(`content like 'never%'`), 0);
});

test('all: what passes by itself is said of the whole, to be sent again as it is', async () => {
    const [{ body: made }] = (await send([create('held')])).body.items;
    const items = [create('after the hold'), { op: 'patch', id: made.id, version: 1, data: { content: 'let go' } }];
    const key = randomUUID();
    const { status, body, headers } = await holding(server,
        `select from station.request where id = '${made.id}' for update`, () => send(items, { key }));
    assert.match(`${status} ${body.code}`, /^(409 in_progress|503 too_slow)$/, JSON.stringify(body));
    assert.ok(headers.get('retry-after') > 0);
    assert.equal(await count(`content in ('after the hold', 'let go')`), 0);
    assert.equal((await send(items, { key })).status, 200);
    assert.equal(await count(`content in ('after the hold', 'let go')`), 2);
});

test('each: what can be carried out is', async () => {
    const key = randomUUID();
    const items = [create('each 1'), create('each 2', { urgency: 'U9' }), create('each 3', { person: uuid7() }),
        create('each 4')];
    const { status, body } = await send(items, { atomic: 'each', key });
    assert.equal(status, 200);
    assert.deepEqual(body.items.map((x) => x.status), [201, 422, 422, 201]);
    assert.equal(body.items[1].problem.code, 'invalid_input');
    assert.equal(await count(`content like 'each _'`), 2);
    const again = await send(items, { atomic: 'each', key });
    assert.deepEqual(again.body.items[0].body.id, body.items[0].body.id);
    assert.equal(await count(`content like 'each _'`), 2);
});

test('what is no batch is refused at its place', async () => {
    for (const [body, pointer, code] of [
        [{}, '/items', 'batch_items'], [{ items: [] }, '/items', 'batch_items'],
        [{ items: {} }, '/items', 'batch_items'],
        [{ items: [create('x')], atomic: 'some' }, '/atomic', 'batch_atomic'],
        [{ items: [create('x')], colour: 1 }, '/colour', 'unknown_field'],
        [{ items: [7] }, '/items/0/op', 'batch_op'],
        [{ items: [{ op: 'create', data: 7 }] }, '/items/0/data', 'object_expected'],
        [{ items: [{ ...create('x'), extra: 1 }] }, '/items/0/extra', 'unknown_field'],
    ]) {
        const answer = await who.worker.post(`${LIST}/batch`, body);
        assert.equal(answer.status, 422, JSON.stringify(body));
        assert.deepEqual(faultsOf(answer), { [pointer]: code });
    }
    const many = await send(Array.from({ length: 501 }, () => create('x')));
    assert.deepEqual(faultsOf(many), { '/items': 'batch_items' });
});

test('the neighbours’ and strangers’ rows are not there for a batch either', async () => {
    const [{ body: made }] = (await send([create('ours')])).body.items;
    for (const caller of [who.helukou, suyu.head]) {
        const answer = await caller.post(`${LIST}/batch`, { items: [{ op: 'accept', id: made.id, version: 1 }] });
        assert.deepEqual(faultsOf(answer), { '/items/0': 'not_found' });
    }
    const elsewhere = await send([create('there', { div: `${HELUKOU}001` })]);
    assert.equal(elsewhere.status, 422);
    assert.equal(await count(`content = 'there'`), 0);
    assert.ok(TUOJIANG);
});

test('Prefer: tx=rollback tries a write, shows what it would give, and leaves only its trace', async () => {
    const before = await count('true');
    const made = await tried(who.worker, 'POST', LIST, draft('only tried'));
    assert.equal(made.status, 200, JSON.stringify(made.body));
    assert.equal(made.headers.get('preference-applied'), 'tx=rollback');
    assert.equal(made.headers.get('location'), null);
    assert.equal(made.body.content, 'only tried');
    assert.equal(await count('true'), before);
    assert.equal(await audited(`action = 'dry_run'`), 1);
    assert.equal(await audited(`object_id = '${made.body.id}'`), 0);

    const wrong = await tried(who.worker, 'POST', LIST, draft('x', { urgency: 'U9' }));
    assert.deepEqual(faultsOf(wrong), { '/urgency': 'not_in_code_table' });
    const [{ body: real }] = (await send([create('real')])).body.items;
    const changed = await tried(who.worker, 'PATCH', `${LIST}/${real.id}`, { content: 'as it would be' },
        { 'If-Match': '"v1"' });
    assert.equal(changed.body.content, 'as it would be');
    assert.equal(changed.body.version, 2);
    const stale = await tried(who.worker, 'PATCH', `${LIST}/${real.id}`, { content: 'x' }, { 'If-Match': '"v9"' });
    assert.equal(stale.status, 412);
    const now = await who.worker.get(`${LIST}/${real.id}`);
    assert.equal(now.body.content, 'real');
    assert.equal(now.body.version, 1);

    const batch = await tried(who.worker, 'POST', `${LIST}/batch`, { items: [create('tried 1'), create('tried 2')] });
    assert.deepEqual(batch.body.items.map((x) => x.status), [200, 200], JSON.stringify(batch.body));
    const each = await tried(who.worker, 'POST', `${LIST}/batch`,
        { atomic: 'each', items: [create('tried 3'), create('tried 4', { urgency: 'U9' })] });
    assert.deepEqual(each.body.items.map((x) => x.status), [200, 422]);
    assert.equal(await count(`content like 'tried%' or content like '%would%'`), 0);
});

test('a dry run with the key of a real write does not stand for it', async () => {
    const key = randomUUID(), body = draft('keyed');
    const dry = await who.worker.call('POST', LIST, body, { ...DRY, 'Idempotency-Key': key });
    assert.equal(dry.status, 200);
    const real = await who.worker.post(LIST, body, { key });
    assert.equal(real.status, 201);
    assert.equal(await count(`content = 'keyed'`), 1);
});
