// Filters of lists: every op on every type that takes it, empty fields, ranges, count, what is refused
// and how it is told, and values that would be something else to a database that trusted them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { YANGHUA, faultsOf } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { everythingEnv, goodThing, openEverything } from '../plugins/everything/everything.mjs';

const THINGS = '/everything/things';

let server, who, suyu, person;
const things = [];

before(async () => {
    server = await startServer({ env: everythingEnv });
    ({ who, suyu } = await openEverything(server));
    person = (await who.head.post('/station/residents', { div: YANGHUA, name: '盘大妹' })).body.id;
    for (const more of [
        { code: 'AB', size: 5, weight: '1.50', begins: '2026-01-05', active: true, person },
        { code: 'AB%', size: -5, weight: '1.49', begins: '2026-02-28', active: false },
        { code: 'AB_1', size: 0, weight: '0.00', begins: '2026-03-01', active: true },
        { code: 'ABX1', size: 500, weight: '500.00', begins: '2025-12-31', active: true },
        { code: 'A\\C', begins: '2026-01-06', active: false, kind: 'OTHER', reason: '别的' },
        { code: '甲乙丙', weight: '33.30', begins: '2026-01-07', active: true },
        { code: '甲"乙}', size: 5, begins: '2026-01-08', active: true },
        { code: '😀丁*', size: 7, begins: '2026-01-09', active: false },
    ]) {
        const answer = await who.worker.post(THINGS, { div: YANGHUA, ...goodThing(more) });
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        things.push({ size: null, weight: null, person: null, helper: null, ...answer.body });
    }
});
after(() => server?.stop());

const asQuery = (asked) => Object.entries(asked)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

async function list(asked, caller = who.worker) {
    const answer = await caller.get(`${THINGS}?${asQuery(asked)}`);
    assert.equal(answer.status, 200, `${asQuery(asked)}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

const codes = (rows) => rows.map((row) => row.code).sort();

/** The list shows just the things of which `holds` is true. */
async function shows(asked, holds) {
    assert.deepEqual(codes((await list(asked)).items), codes(things.filter(holds)), asQuery(asked));
}

test('equal, not equal, one of several, empty or not: every type', async () => {
    for (const [field, value, other] of [
        ['code', 'AB', 'ABX1'], ['size', '5', '-5'], ['weight', '1.5', '500'], ['active', 'true', 'false'],
        ['begins', '2026-01-05', '2026-03-01'], ['kind', 'PLAIN', 'OTHER'], ['state', 'draft', 'closed'],
    ]) {
        const same = (row, text) => field === 'weight' ? row[field] !== null && Number(row[field]) === Number(text)
            : String(row[field]) === text;
        await shows({ [`${field}.eq`]: value }, (row) => same(row, value));
        await shows({ [`${field}.ne`]: value }, (row) => !same(row, value)); // the empty too
        await shows({ [`${field}.in`]: value }, (row) => same(row, value));
        await shows({ [`${field}.in`]: `${value},${other}` }, (row) => same(row, value) || same(row, other));
        await shows({ [`${field}.isnull`]: 'true' }, (row) => row[field] === null);
        await shows({ [`${field}.isnull`]: 'false' }, (row) => row[field] !== null);
    }
    await shows({ 'person.eq': person }, (row) => row.person === person);
    await shows({ 'person.ne': person }, (row) => row.person !== person);
    await shows({ 'person.in': `${person},${things[0].id}` }, (row) => row.person === person);
    await shows({ 'helper.isnull': 'true' }, () => true);
    await shows({ 'kind.eq': 'OLD' }, () => false); // ended, but rows may have it
});

test('greater, less: numbers, decimals and dates; both ends make a range', async () => {
    const ops = { gt: (a, b) => a > b, ge: (a, b) => a >= b, lt: (a, b) => a < b, le: (a, b) => a <= b };
    for (const [op, holds] of Object.entries(ops)) {
        await shows({ [`size.${op}`]: '5' }, (row) => row.size !== null && holds(row.size, 5));
        await shows({ [`weight.${op}`]: '1.50' }, (row) => row.weight !== null && holds(Number(row.weight), 1.5));
        await shows({ [`begins.${op}`]: '2026-01-07' }, (row) => holds(row.begins, '2026-01-07'));
    }
    await shows({ 'size.ge': '0', 'size.lt': '500' }, (row) => row.size !== null && row.size >= 0 && row.size < 500);
    await shows({ 'begins.ge': '2026-01-06', 'begins.le': '2026-01-08', sort: '-begins' },
        (row) => row.begins >= '2026-01-06' && row.begins <= '2026-01-08');
    await shows({ 'begins.gt': '2999-01-01' }, () => false); // days to come may be asked for
    const [first] = things;
    await shows({ 'created_at.gt': first.created_at }, (row) => row.created_at > first.created_at);
    await shows({ 'created_at.le': first.created_at }, (row) => row === first);
    await shows({ 'updated_at.ge': first.updated_at, 'size.ne': '5' }, (row) => row.size !== 5);
});

test('like is a beginning, and what patterns are made of stands for itself', async () => {
    for (const [prefix, found] of [
        ['AB', ['AB', 'AB%', 'AB_1', 'ABX1']], ['AB*', ['AB', 'AB%', 'AB_1', 'ABX1']],
        ['AB%', ['AB%']], ['AB_', ['AB_1']], ['A\\', ['A\\C']], ['甲', ['甲乙丙', '甲"乙}']],
        ['甲"', ['甲"乙}']], ['😀丁**', ['😀丁*']], ['%', []], ['_B', []], ['B', []], ['ab', []],
    ])
        await shows({ 'code.like': prefix }, (row) => found.includes(row.code));
});

test('values are values, whatever they look like', async () => {
    for (const value of ["' or true --", "AB' or '1'='1", '$1', 'AB;drop table everything.thing', '{}', '{AB}',
        '"AB"', 'NULL', 'null', '\\x41', '甲'.repeat(200)])
        for (const op of ['eq', 'in', 'like']) await shows({ [`code.${op}`]: value }, () => false);
    await shows({ 'code.in': 'AB%,甲"乙},A\\C' }, (row) => ['AB%', '甲"乙}', 'A\\C'].includes(row.code));
    await shows({ 'code.eq': '甲"乙}' }, (row) => row.code === '甲"乙}');
    assert.equal((await who.worker.get(`${THINGS}?code.eq=%00`)).status, 400);
    assert.equal((await who.worker.get(`${THINGS}?code.eq=%ff`)).status, 400);
});

test('what a field does not take is refused with what it takes', async () => {
    const told = async (asked) => {
        const answer = await who.worker.get(`${THINGS}?${asQuery(asked)}`);
        assert.equal(answer.status, 400, asQuery(asked));
        return answer;
    };
    for (const [name, detail] of [
        ['active.gt', 'active takes eq, ne, in, isnull'], ['kind.like', 'kind takes eq, ne, in, isnull'],
        ['size.like', 'size takes eq, ne, in, isnull, gt, ge, lt, le'], ['person.lt', 'person takes eq, ne, in, isnull'],
        ['code.ge', 'code takes eq, ne, in, isnull, like'], ['org.ne', 'org takes eq, in'],
        ['created_at.eq', 'created_at takes gt, ge, lt, le'], ['size.between', 'size takes eq, ne, in, isnull, gt, ge, lt, le'],
    ]) {
        const [fault] = (await told({ [name]: '1' })).body.errors;
        assert.deepEqual(fault, { pointer: `?${name}`, code: 'unknown_operator', detail }, name);
    }
    const [unknown] = (await told({ 'colour.eq': 'red' })).body.errors;
    assert.match(unknown.detail, /: code, person, size, .*created_at, updated_at$/);
    for (const name of ['note.eq', 'id_number.eq', 'id_number_idx.eq', 'phone.eq', 'diary.like', 'county.eq',
        'version.eq', 'items.isnull', 'deleted_at.isnull', '.eq', 'code..eq', "code' --.eq"])
        assert.deepEqual(faultsOf(await told({ [name]: 'x' })), { [`?${name}`]: 'unknown_filter' }, name);
    for (const [name, value, code] of [
        ['size.eq', '1.5', 'integer_expected'], ['size.eq', '99999999999999999999', 'integer_expected'],
        ['weight.ge', '1,5', 'decimal_expected'], ['weight.ge', '.5', 'decimal_expected'],
        ['weight.ge', '1.505', 'decimal_expected'], ['weight.in', '1.5,x', 'decimal_expected'],
        ['begins.lt', '2026-02-29', 'date_expected'], ['begins.lt', 'today', 'date_expected'],
        ['created_at.gt', '2026-01-01', 'time_expected'], ['kind.eq', 'NONE', 'not_in_code_table'],
        ['active.eq', '1', 'boolean_expected'], ['size.isnull', 'yes', 'boolean_expected'],
        ['person.in', `${person},`, 'id_expected'], ['code.like', '*', 'bad_value'],
        ['code.like', '', 'bad_value'], ['code.eq', '', 'bad_value'], ['code.eq', '长'.repeat(201), 'bad_value'],
        ['size.in', Array(201).fill(1).join(), 'too_many_values'],
    ])
        assert.deepEqual(faultsOf(await told({ [name]: value })), { [`?${name}`]: code }, `${name}=${value}`);
    const twice = await who.worker.get(`${THINGS}?size.ge=1&size.ge=2`);
    assert.deepEqual([twice.status, twice.body.code], [400, 'duplicate_parameter']);
});

test('count=exact tells how many there are on all pages together', async () => {
    const all = await list({ count: 'exact', limit: 3 });
    assert.deepEqual([all.items.length, all.count], [3, things.length]);
    const second = await list({ count: 'exact', limit: 3, cursor: all.next });
    assert.deepEqual([second.items.length, second.count], [3, things.length]);
    assert.equal((await list({ count: 'exact', limit: 1, 'size.ge': '0', 'code.like': 'AB' })).count, 3);
    assert.equal((await list({ count: 'exact', 'size.isnull': 'true' })).count, 2);
    assert.ok(!('count' in await list({ count: 'none' })) && !('count' in await list({})));
    assert.equal((await list({ count: 'exact' }, who.admin)).count, things.length);
    for (const stranger of [who.helukou, suyu.head, suyu.admin]) {
        const answer = await stranger.get(`${THINGS}?count=exact`);
        if (answer.status === 200) assert.deepEqual([answer.body.items, answer.body.count], [[], 0]);
        else assert.equal(answer.status, 404); // off in their township
    }
});

test('a cursor goes with its filters, op and value', async () => {
    const { next } = await list({ limit: 1, 'size.ge': '0' });
    for (const asked of [{ 'size.gt': '0' }, { 'size.ge': '1' }, {}, { 'size.ge': '0', 'code.like': 'A' }]) {
        const answer = await who.worker.get(`${THINGS}?${asQuery({ ...asked, limit: 1, cursor: next })}`);
        assert.deepEqual([answer.status, faultsOf(answer)], [400, { '?cursor': 'bad_cursor' }], asQuery(asked));
    }
    assert.equal((await list({ limit: 1, 'size.ge': '0', cursor: next })).items.length, 1);
});

test('by place: a township, a village, and rows by their ids', async () => {
    await shows({ 'township.eq': YANGHUA.slice(0, 9) }, () => true);
    await shows({ 'township.in': '431129106,431129101' }, () => false);
    await shows({ 'div.eq': YANGHUA, 'township.eq': YANGHUA.slice(0, 9) }, () => true);
    await shows({ 'div.eq': '431129100001' }, () => false);
    await shows({ 'township.eq': '99999999999999' }, () => false);
    const chosen = things.slice(0, 3).map(({ id }) => id);
    await shows({ 'id.in': chosen.join() }, ({ id }) => chosen.includes(id));
    const answer = await who.worker.get(`${THINGS}?div.eq=4311&township.eq=x`);
    assert.deepEqual(faultsOf(answer), { '?div.eq': 'division_expected', '?township.eq': 'integer_expected' });
    assert.deepEqual((await suyu.head.get(`${THINGS}?id.in=${chosen.join()}`)).body.items ?? [], []);
});

test('who sees masks filters by nothing that is withheld', async () => {
    const open = await who.operator.get(`${THINGS}?size.eq=5&div=x`);
    assert.deepEqual(faultsOf(open), { '?div': 'unknown_parameter' });
    const refused = await who.operator.get(`${THINGS}?colour.eq=x`);
    assert.ok(!refused.body.errors[0].detail.includes('name'));
    assert.equal(codes((await list({ 'code.eq': 'AB' }, who.operator)).items).length, 1);
    assert.deepEqual((await who.helukou.get(`/station/residents?org.in=${things[0].org}`)).body.items, []);
});
