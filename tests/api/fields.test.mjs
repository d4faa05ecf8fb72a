// Fields of every type over HTTP, on the plugin that has them all: what is taken and given back, what is
// refused and where.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { idNumber, uuid7 } from '../lib/api.mjs';
import { YANGHUA, faultsOf } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { everythingEnv, goodThing, openEverything } from '../plugins/everything/everything.mjs';

const THINGS = '/everything/things';
const USCC = '91350100M000100Y43';

let server, who;

before(async () => {
    server = await startServer({ env: everythingEnv });
    ({ who } = await openEverything(server));
});
after(() => server?.stop());

async function made(more = {}) {
    const answer = await who.worker.post(THINGS, { div: YANGHUA, ...goodThing(more) });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return { path: `${THINGS}/${answer.body.id}`, ...answer };
}

const item = (more = {}) => ({ topic: 'MEAL', points: 3, ...more });
const FULL = item({ weight: '1.5', fee_fen: 1250, done: true, day: '2026-02-28', clock: '08:30',
    at: '2026-02-28T09:30:00+08:00', tags: ['MEAL', 'WALK'], note: '好 "1"\n2' });

/** [field, value, what is given back]: taken. */
const TAKEN = [
    ['weight', '12.5', '12.50'], ['weight', '0', '0.00'], ['weight', '500.00', '500.00'],
    ['weight', '007.1', '7.10'], ['weight', null, null],
    ['opens', '08:30', '08:30'], ['opens', '00:00', '00:00'], ['opens', '23:59', '23:59'],
    ['uscc', USCC, USCC], ['uscc', ' 52430111mjk1234522 ', '52430111MJK1234522'],
    ['card', '6222 0212-3456', '********3456'], ['card', 'ａｂ1234', '**1234'], ['card', null, null],
    ['items', [], []], ['items', [item()], [item()]], ['items', null, null],
    ['items', [FULL], [{ ...FULL, at: '2026-02-28T01:30:00.000000+00:00' }]],
    ['items', [item({ note: null })], [item()]],
    ['items', Array(5).fill(item()), Array(5).fill(item())],
];

/** [field, value, code, place]: refused. */
const REFUSED = [
    ['weight', 12.5, 'decimal_expected'], ['weight', 12, 'decimal_expected'],
    ['weight', '12.505', 'decimal_expected'], ['weight', '12.', 'decimal_expected'],
    ['weight', '.5', 'decimal_expected'], ['weight', '1e2', 'decimal_expected'],
    ['weight', '+1', 'decimal_expected'], ['weight', '', 'decimal_expected'],
    ['weight', '1,5', 'decimal_expected'], ['weight', 'NaN', 'decimal_expected'],
    ['weight', '9'.repeat(30), 'decimal_expected'],
    ['weight', '-0.01', 'too_small'], ['weight', '500.01', 'too_large'],
    ['opens', '8:30', 'clock_expected'], ['opens', '24:00', 'clock_expected'],
    ['opens', '08:60', 'clock_expected'], ['opens', '08:30:00', 'clock_expected'],
    ['opens', '０８:30', 'clock_expected'], ['opens', 830, 'clock_expected'],
    ['uscc', '91350100M000100Y4', 'uscc_length'], ['uscc', '91350100M000100YI3', 'uscc_characters'],
    ['uscc', '91350100M000100Y44', 'uscc_check_digit'], ['uscc', 5, 'text_expected'],
    ['card', '12345', 'card_length'], ['card', '1'.repeat(21), 'card_length'],
    ['card', '12345.6', 'card_characters'], ['card', 123456, 'text_expected'],
    ['items', {}, 'array_expected'], ['items', 'x', 'array_expected'],
    ['items', Array(6).fill(item()), 'items'],
    ['items', [item(), 5], 'object_expected', '/items/1'],
    ['items', [{}], 'required', '/items/0/topic', '/items/0/points'],
    ['items', [item({ points: null })], 'required', '/items/0/points'],
    ['items', [item(), item({ topic: 'GONE' })], 'not_in_code_table', '/items/1/topic'],
    ['items', [item({ colour: 1 })], 'unknown_field', '/items/0/colour'],
    ['items', [item({ 'a/b': 1 })], 'unknown_field', '/items/0/a~1b'],
    ['items', [item({ points: 11 })], 'too_large', '/items/0/points'],
    ['items', [item({ points: '3' })], 'integer_expected', '/items/0/points'],
    ['items', [item({ weight: '1.55' })], 'decimal_expected', '/items/0/weight'],
    ['items', [item({ weight: '10.1' })], 'too_large', '/items/0/weight'],
    ['items', [item({ tags: ['MEAL', 'MEAL'] })], 'twice', '/items/0/tags/1'],
    ['items', [item({ note: '长'.repeat(41) })], 'too_long', '/items/0/note'],
    ['items', [item({ day: '2026-02-29' })], 'date_expected', '/items/0/day'],
    ['items', [item({ at: '2026-02-28' })], 'time_expected', '/items/0/at'],
    ['items', [item({ done: 1 })], 'boolean_expected', '/items/0/done'],
];

test('what is taken is given back, in the answer, alone and changed', async () => {
    for (const [field, value, back] of TAKEN) {
        const { path, body } = await made({ [field]: value });
        const what = `${field}=${JSON.stringify(value)}`;
        assert.deepEqual(body[field], back, what);
        const seen = await who.worker.get(path);
        assert.deepEqual(seen.body[field], back, what);
        await who.head.delete(path, seen.etag);
    }
});

test('what is wrong is told at its place, on create and on change', async () => {
    const { path, etag } = await made();
    for (const [field, value, code, ...places] of REFUSED) {
        const expected = Object.fromEntries((places.length ? places : [`/${field}`])
            .map((place) => [place, code]));
        const what = `${field}=${JSON.stringify(value)}`;
        for (const answer of [
            await who.worker.post(THINGS, { div: YANGHUA, ...goodThing({ [field]: value }) }),
            await who.worker.patch(path, { [field]: value }, etag),
        ]) {
            assert.equal(answer.status, 422, what);
            assert.deepEqual(faultsOf(answer), expected, what);
        }
    }
    assert.equal((await who.worker.get(path)).etag, etag);
});

test('faults of several items stand beside those of other fields', async () => {
    const answer = await who.worker.post(THINGS, { div: YANGHUA, ...goodThing({
        weight: 'x', items: [item({ points: -1 }), item({ topic: 'x', fee_fen: 1.5 }), 7],
    }) });
    assert.deepEqual(faultsOf(answer), {
        '/weight': 'decimal_expected', '/items/0/points': 'too_small', '/items/1/topic':
        'not_in_code_table', '/items/1/fee_fen': 'money_expected', '/items/2': 'object_expected',
    });
});

test('history says which of them a version changed', async () => {
    const { path, etag } = await made({ weight: '1', opens: '08:30', items: [item()] });
    const first = await who.worker.patch(path, { weight: '1.00', note: '改' }, etag);
    const second = await who.worker.patch(path,
        { weight: '2', opens: '09:00', closes: '10:00', items: [item({ points: 4 })], uscc: USCC },
        first.etag);
    assert.equal(second.status, 200, JSON.stringify(second.body));
    const { items } = (await who.worker.get(`${path}/history`)).body;
    assert.deepEqual(items.map((row) => row._changed.sort()),
        [['closes', 'items', 'opens', 'uscc', 'weight'], ['note'], []]);
    assert.deepEqual(items.map((row) => row.weight), ['2.00', '1.00', '1.00']);
    assert.deepEqual(items[0].items, [item({ points: 4 })]);
    await who.head.delete(path, second.etag);
});

test('lists show and filter by them', async () => {
    const { body } = await made({ weight: '33.30', opens: '07:00' });
    const list = await who.worker.get(`${THINGS}?weight.eq=33.3&fields=weight,opens,items`);
    assert.equal(list.status, 200, JSON.stringify(list.body));
    assert.deepEqual(list.body.items, [{ id: body.id, version: 1, weight: '33.30', opens: '07:00',
        items: null }]);
    const wrong = await who.worker.get(`${THINGS}?weight.eq=33.333`);
    assert.deepEqual([wrong.status, faultsOf(wrong)], [400, { '?weight.eq': 'decimal_expected' }]);
});

test('what is unique is taken once by the living, and told at its field', async () => {
    const id_number = idNumber('431129', '19600101', 7);
    const first = await made({ code: 'ONCE', uscc: USCC, id_number });
    const other = await made();
    const again = (more) => who.worker.post(THINGS, { div: YANGHUA, ...goodThing(more) });
    for (const [field, value, label] of [['code', 'ONCE', 'code'], ['uscc', USCC, 'credit code'],
        ['id_number', id_number, 'id number']]) {
        for (const answer of [await again({ [field]: value }),
            await who.worker.patch(other.path, { [field]: value }, other.etag)]) {
            assert.equal(answer.status, 422);
            assert.deepEqual(faultsOf(answer), { [`/${field}`]: 'not_unique' });
            assert.equal(answer.body.errors[0].detail, `Another record has this ${label} already`);
        }
    }
    assert.equal((await who.head.delete(first.path, first.etag)).status, 204);
    assert.equal((await again({ code: 'ONCE', uscc: USCC, id_number })).status, 201);
});

test('a key of two fields is unique together', async () => {
    const thing = (await made()).body.id;
    const part = (line) => who.worker.post('/everything/parts', { div: YANGHUA, thing, line });
    assert.equal((await part(1)).status, 201);
    assert.equal((await part(2)).status, 201);
    const again = await part(1);
    assert.deepEqual([again.status, faultsOf(again)], [422, { '/thing': 'not_unique' }]);
    assert.equal(again.body.errors[0].detail, 'Another record has this thing, line already');
});

test('a list is bounded in items and in size', async () => {
    const thing = (await made()).body.id;
    const part = (n, length, line = 1) => who.worker.post('/everything/parts', { div: YANGHUA, thing,
        line, entries: Array(n).fill({ text: '长'.repeat(length) }) });
    for (const [n, length, code] of [[0, 0, 'items'], [501, 1, 'items'], [100, 1000, 'list_too_large']])
        assert.deepEqual(faultsOf(await part(n, length)), { '/entries': code });
    assert.equal((await part(500, 1)).status, 201);
    assert.equal((await part(20, 2000, 2)).body.entries.length, 20);
    const over = await part(21, 2001, 3);
    assert.deepEqual([over.body.errors.length, over.body.errors[20]?.pointer],
        [21, '/entries/20/text']);
});

test('another county has none of it', async () => {
    const { path } = await made();
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await who.worker.get(`${THINGS}/${uuid7()}`)).status, 404);
});
