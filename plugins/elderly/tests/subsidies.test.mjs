// 老年人补贴: proposed by the clock month after month, confirmed by a person, paid and marked; how much
// is the county's parameter of the month, and ends with a life.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, made, refused, step } from '../../../tests/lib/steps.mjs';

const GRANTS = '/elderly/subsidy_grants', CHORE = 'elderly.subsidy_month';
const NOW = new Date(Date.now() + 8 * 3600e3);

/** The n-th day of the month that is so many months away, years earlier: "1946-09-15". */
const on = (months, n = 1, years = 0) => new Date(Date.UTC(NOW.getUTCFullYear() - years,
    NOW.getUTCMonth() + months, n)).toISOString().slice(0, 10);
const [A, B, C] = [on(-2), on(-1), on(0)]; // three months, the last is this one

let server, who, suyu;
const person = {};

const param = (key, effective_from, value) => made(who.admin.post('/station/policy_values',
    { key: `elderly.subsidy_fen.${key}`, level: 'COUNTY', effective_from, value }));
const born = async (birth, more) => (await made(who.worker.post('/station/residents',
    { name: '单秀英', div: YANGHUA, birth, ...more }))).id;

/** What the clock brings up to then. */
async function clock(until) {
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        '--only', CHORE, ...(until ? ['--until', until] : [])]);
    assert.equal(status, 0, out + err);
}
/** [kind, amount] of the living grants of a person in a month. */
const granted = async (id, month) => (await server.rows(`select kind, amount_fen from elderly.subsidy_grant
    where person = '${id}' and month = '${month}' and state <> 'dropped' order by kind`))
    .map((row) => [row.kind, Number(row.amount_fen)]);
const grantOf = async (id, month) => (await done(who.head.get(
    `${GRANTS}?person.eq=${id}&month.eq=${month}`))).items;

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '周科长'] }));
    Object.assign(person, {
        young: await born(on(0, 1, 79)), // 79 all the while
        eighty: await born(on(-1, 15, 80)), // 80 in the middle of B
        lastDay: await born(on(0, 0, 80)), // … on its last day
        ninety: await born(on(-5, 3, 95)),
        hundred: await born(on(-5, 3, 101)),
        dying: await born(on(-5, 3, 85), { death_date: on(-2, 10) }), // in A
        unknown: await born(undefined),
    });
    await clock();
    await server.psql(`update core.chore_run set done = '${on(-2, 0)}T12:00:00+08:00'
        where chore = '${CHORE}'`); // the day before A
});
after(() => server?.stop());

test('without an amount set by the county nothing is proposed, nor taken', async () => {
    await clock(`${A}T12:00:00+08:00`);
    assert.deepEqual((await done(who.head.get(GRANTS))).items, []);
    const early = await who.worker.post(GRANTS, { person: person.ninety, kind: 'AGED', month: A });
    assert.deepEqual(faultsOf(early), { '/kind': 'subsidy_no_claim' });
    assert.match(early.body.errors[0].detail, /no amount set by the county/);
});

test('the clock proposes for a month who is of age in it, and the dead of it for the last time', async () => {
    await param('AGED', on(-12), '5000');
    await param('AGED.90', on(-12), '10000');
    await param('AGED.100', on(-12), '50000');
    await param('LONGEVITY', on(-12), '20000');
    await param('SERVICE', on(-12), '8000');
    await param('AGED', C, '6000'); // more from this month on
    await clock(`${on(-2, 2)}T12:00:00+08:00`);
    assert.deepEqual(await granted(person.ninety, A), [['AGED', 10000]]);
    assert.deepEqual(await granted(person.hundred, A), [['AGED', 50000], ['LONGEVITY', 20000]]);
    assert.deepEqual(await granted(person.dying, A), [['AGED', 5000]]);
    for (const name of ['young', 'eighty', 'lastDay', 'unknown'])
        assert.deepEqual(await granted(person[name], A), [], name);
});

test('at the end of a month the next begins, once, whoever runs the clock', async () => {
    await clock(`${on(-1, 0)}T23:59:00+08:00`);
    assert.deepEqual(await granted(person.ninety, B), []);
    await Promise.all([1, 2, 3].map(() => clock(`${B}T00:31:00+08:00`)));
    for (const [name, wanted] of Object.entries({ eighty: [['AGED', 5000]], lastDay: [['AGED', 5000]],
        ninety: [['AGED', 10000]], dying: [], young: [], unknown: [] }))
        assert.deepEqual(await granted(person[name], B), wanted, name);
    const [{ n }] = await server.rows(`select count(*) as n from elderly.subsidy_grant where month = '${B}'`);
    assert.equal(Number(n), 5);
    await clock(`${C}T00:31:00+08:00`);
    assert.deepEqual(await granted(person.eighty, C), [['AGED', 6000]]); // the parameter of then
    assert.deepEqual(await granted(person.eighty, B), [['AGED', 5000]]);
});

test('who is found in the middle of a month is not left out; who was dropped is not proposed again',
    async () => {
        const [{ id }] = await grantOf(person.lastDay, C);
        await step(who.head, `${GRANTS}/${id}`, 'drop', { reason: '户籍迁出' });
        person.found = await born(on(-5, 3, 88));
        await clock(`${on(0, 2)}T12:00:00+08:00`);
        assert.deepEqual(await granted(person.found, C), [['AGED', 6000]]);
        assert.deepEqual(await granted(person.lastDay, C), []);
    });

test('another than who proposes confirms, and another than who confirms pays', async () => {
    const [{ id, proposed_by, state }] = await grantOf(person.ninety, A);
    assert.equal(state, 'proposed');
    assert.notEqual(proposed_by, who.head.account);
    const path = `${GRANTS}/${id}`, paid = { paid_on: C, voucher: 'V-1' };
    await refused(who.worker, path, 'confirm', 'not_permitted');
    assert.ok((await who.operator.get(path)).body._masked.includes('kind'));
    const confirmed = await step(who.head, path, 'confirm');
    assert.equal(confirmed.confirmed_by, who.head.account);
    await refused(who.head, path, 'pay', 'handled_by_you', paid);
    assert.equal((await step(who.worker, path, 'pay', paid)).state, 'paid');
    assert.equal((await change(who.worker, path, { basis: '改' })).status, 409);
    await refused(who.head, path, 'drop', 'wrong_state', { reason: '试' });

    const own = await made(who.head.post(GRANTS,
        { person: person.ninety, kind: 'SERVICE', month: A, basis: '县民发〔2026〕3号' }));
    assert.equal(own.amount_fen, 8000);
    await refused(who.head, `${GRANTS}/${own.id}`, 'confirm', 'handled_by_you');
    assert.equal((await step(who.section, `${GRANTS}/${own.id}`, 'confirm')).state, 'confirmed');
});

test('other kinds go on from month to month while they are confirmed', async () => {
    await server.psql(`update core.chore_run set done = '${on(-1, 0)}T12:00:00+08:00'
        where chore = '${CHORE}'`); // B once more
    await made(who.worker.post(GRANTS, { person: person.hundred, kind: 'SERVICE', month: A }));
    await clock(`${B}T12:00:00+08:00`);
    assert.deepEqual(await granted(person.ninety, B), [['AGED', 10000], ['SERVICE', 8000]]);
    assert.deepEqual(await granted(person.hundred, B), [['AGED', 50000], ['LONGEVITY', 20000]]);
});

test('how much is never the client\'s, and a month begins on its first day', async () => {
    const body = { person: person.ninety, kind: 'SERVICE', month: C };
    assert.deepEqual(faultsOf(await who.worker.post(GRANTS, { ...body, amount_fen: 9 })),
        { '/amount_fen': 'read_only' });
    assert.deepEqual(faultsOf(await who.worker.post(GRANTS, { ...body, month: on(0, 2) })),
        NOW.getUTCDate() < 2 ? { '/month': 'in_future' } : { '/month': 'subsidy_grant_month' });
    assert.deepEqual(faultsOf(await who.worker.post(GRANTS, { ...body, month: on(1) })),
        { '/month': 'in_future' });
    // meals are subsidised meal by meal
    assert.deepEqual(faultsOf(await who.worker.post(GRANTS, { ...body, kind: 'MEAL' })),
        { '/kind': 'subsidy_no_claim' });
    // a parameter set between proposal and confirmation counts
    const late = await made(who.worker.post(GRANTS, body));
    await param('SERVICE', C, '9000');
    assert.equal((await step(who.head, `${GRANTS}/${late.id}`, 'confirm')).amount_fen, 9000);
});

test('one kind a person and month, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => who.worker.post(GRANTS,
        { person: person.hundred, kind: 'SERVICE', month: C })));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 201))
        assert.deepEqual(faultsOf(answer), { '/kind': 'subsidy_grant_once' });
    const { body: { id } } = answers.find(({ status }) => status === 201);
    await step(who.head, `${GRANTS}/${id}`, 'drop', { reason: '重报' });
    await made(who.worker.post(GRANTS, { person: person.hundred, kind: 'SERVICE', month: C }));
});

test('after a death nothing more is confirmed or paid, though it was proposed before', async () => {
    const [b] = await grantOf(person.eighty, B), [c] = await grantOf(person.eighty, C);
    for (const { id } of [b, c]) await step(who.head, `${GRANTS}/${id}`, 'confirm');
    assert.equal((await change(who.head, `/station/residents/${person.eighty}`,
        { death_date: on(-1, 20) })).status, 200);
    const paid = { paid_on: C, voucher: 'V-2' };
    assert.deepEqual(faultsOf(await who.worker.act(`${GRANTS}/${c.id}`, 'pay', paid)),
        { '/kind': 'subsidy_no_claim' });
    assert.equal((await step(who.worker, `${GRANTS}/${b.id}`, 'pay', paid)).state, 'paid');
    await step(who.head, `${GRANTS}/${c.id}`, 'drop', { reason: '已故' });
});

test('what was paid, confirmed, proposed and dropped is all there is', async () => {
    const [sum] = await server.rows(`select sum(amount_fen) as whole,
            sum(amount_fen) filter (where state = 'paid') as paid,
            sum(amount_fen) filter (where state = 'confirmed') as owed,
            sum(amount_fen) filter (where state in ('proposed', 'dropped')) as rest
        from elderly.subsidy_grant`);
    assert.equal(Number(sum.paid), 10000 + 5000);
    assert.equal(Number(sum.owed), 8000 + 9000);
    assert.equal(Number(sum.whole), Number(sum.paid) + Number(sum.owed) + Number(sum.rest));
    assert.deepEqual((await done(suyu.head.get(GRANTS))).items, []);
    assert.equal((await suyu.head.get(`${GRANTS}/${(await grantOf(person.hundred, C))[0].id}`)).status, 404);
});
