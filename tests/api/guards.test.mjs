// Guards: conditions over the row as it would become and over other rows, held on create, change,
// action, batch, import and dry run; and rows that are fixed from a moment on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { faultsOf } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importRows } from '../lib/tables.mjs';
import { openWide, wideEnv } from '../plugins/wide/wide.mjs';

const AWARDS = '/wide/awards', REMARKS = '/wide/remarks';

let server, who, serial = 0;

before(async () => {
    server = await startServer({ env: wideEnv });
    ({ who } = await openWide(server));
});
after(() => server?.stop());

function must({ status, body, ...rest }, wanted) {
    assert.equal(status, wanted, JSON.stringify(body));
    return { status, body, ...rest };
}

/** A bulletin with a purse of so many fen, made elsewhere in the county. */
const purse = async (fen) => must(await who.helukou.post('/wide/bulletins',
    { no: `P-${++serial}`, title: '资金', purse_fen: fen }), 201).body.id;
const award = (bulletin, fen, more) =>
    who.head.post(AWARDS, { bulletin, amount_fen: fen, ...more });
const path = ({ id }, tail = '') => `${AWARDS}/${id}${tail}`;

test('on create it is held against other rows, and told with the text of the plugin', async () => {
    const bulletin = await purse(1000);
    must(await award(bulletin, 700), 201);
    const refused = must(await award(bulletin, 400), 422);
    assert.deepEqual(refused.body.errors, [{ pointer: '/amount_fen', code: 'purse_empty',
        detail: "The bulletin's purse does not hold that much any more" }]);
    must(await award(bulletin, 300), 201);
    assert.deepEqual(faultsOf(await award(bulletin, 100)), { '/amount_fen': 'purse_empty' });
    const both = await award(await purse(1000), 1550);
    assert.deepEqual(both.body.errors.map(({ code }) => code), ['purse_empty', 'not_rounded']);
    // null is refused: a purse that nobody filled
    assert.deepEqual(faultsOf(await award(await purse(null), 100)), { '/amount_fen': 'purse_empty' });
    const zh = Object.assign(Object.create(Object.getPrototypeOf(who.head)), who.head, { lang: 'zh-CN' });
    const said = await zh.post(AWARDS, { bulletin, amount_fen: 400 });
    assert.equal(said.body.errors[0].detail, '该公告的资金余额不足');
});

test('together with rules that only the row shows, and not with faults of the input', async () => {
    const bulletin = await purse(1000);
    const { body } = must(await award(bulletin, 500, { from_day: '2026-03-01' }), 201);
    const refused = await who.head.patch(path(body), { to_day: '2026-02-01', amount_fen: 2000 }, '"v1"');
    assert.deepEqual(faultsOf(refused), { '/to_day': 'not_before', '/amount_fen': 'purse_empty' });
    const early = await award(bulletin, 'viel');
    assert.deepEqual(faultsOf(early), { '/amount_fen': 'money_expected' });
});

test('on change the row as it would become counts, without itself', async () => {
    const bulletin = await purse(1000);
    const { body } = must(await award(bulletin, 900), 201);
    assert.deepEqual(faultsOf(await who.head.patch(path(body), { amount_fen: 1100 }, '"v1"')),
        { '/amount_fen': 'purse_empty' });
    must(await who.head.patch(path(body), { amount_fen: 1000 }, '"v1"'), 200);
    const other = must(await award(await purse(500), 500), 201).body;
    assert.deepEqual(faultsOf(await who.head.patch(path(other), { bulletin }, '"v1"')),
        { '/amount_fen': 'purse_empty' });
    assert.equal(refusalOf(await who.head.patch(path(other), { amount_fen: 900 }, '"v9"')),
        '412 changed_meanwhile');
});

const refusalOf = ({ status, body }) => `${status} ${body?.code ?? ''}`.trim();

test('on an action its state and inputs count', async () => {
    const bulletin = await purse(1000);
    const { body } = must(await award(bulletin, 500), 201);
    assert.deepEqual(faultsOf(await who.head.act(path(body), 'pay')), { '/from_day': 'open_day' });
    must(await who.head.act(path(body), 'pay', { from_day: '2026-03-01' }), 200);
    assert.deepEqual(faultsOf(await who.head.act(path(body), 'correct', { amount_fen: 1500 })),
        { '/amount_fen': 'purse_empty' });
    must(await who.head.act(path(body), 'correct', { amount_fen: 1000 }), 200);
});

test('a batch sees what its items wrote before; a dry run is told the same', async () => {
    const bulletin = await purse(1000);
    const item = (amount_fen) => ({ op: 'create', data: { bulletin, amount_fen } });
    const all = await who.head.post(`${AWARDS}/batch`, { items: [item(600), item(600)] });
    assert.equal(all.status, 422);
    assert.deepEqual(faultsOf(all), { '/items/1/data/amount_fen': 'purse_empty' });
    const each = await who.head.post(`${AWARDS}/batch`, { atomic: 'each', items: [item(600), item(600)] });
    assert.deepEqual(each.body.items.map(({ status }) => status), [201, 422]);
    const dry = (fen) => who.head.call('POST', AWARDS, { bulletin, amount_fen: fen },
        { Prefer: 'tx=rollback', 'Idempotency-Key': `dry-${fen}` });
    assert.deepEqual(faultsOf(await dry(500)), { '/amount_fen': 'purse_empty' });
    must(await dry(400), 200);
    must(await award(bulletin, 400), 201);
});

test('an import says it of the row, dry or not', async () => {
    const bulletin = await purse(1000);
    const rows = [['bulletin', 'mark', 'amount_fen'], [bulletin, 'I-1', '6.00'], [bulletin, 'I-2', '12.00'],
        [bulletin, 'I-3', '1.50']];
    for (const dry of [true, false]) {
        const job = await importRows(who.head, AWARDS, rows, { dry });
        assert.deepEqual(job.faulty, [[3, 'amount_fen', 'purse_empty'], [4, 'amount_fen', 'not_rounded']]);
        assert.deepEqual(job.counts, { created: 1, updated: 0, unchanged: 0, refused: 2 });
    }
    const again = await importRows(who.head, AWARDS, [['mark', 'amount_fen'],
        ['I-1', '11.00']], { mode: 'update' });
    assert.deepEqual(again.faulty, [[2, 'amount_fen', 'purse_empty']]);
});

/** Paid, and so fixed. */
async function paid(mark) {
    const { body } = must(await award(await purse(1000), 500, { from_day: '2026-03-01', mark }), 201);
    assert.equal(body._fixed, false);
    const done = must(await who.head.act(path(body), 'pay'), 200);
    assert.equal(done.body._fixed, true);
    return done;
}

test('what is fixed is changed by its actions only, and says so', async () => {
    const row = await paid('F-1');
    for (const refused of [await who.head.patch(path(row.body), { to_day: '2026-05-01' }, row.etag),
        await who.head.delete(path(row.body), row.etag)]) {
        assert.equal(refusalOf(refused), '409 award_paid');
        assert.equal(refused.body.title, 'It is paid and can no longer change');
    }
    const listed = await who.head.get(AWARDS);
    const one = listed.body.items.find(({ id }) => id === row.body.id);
    assert.deepEqual([one._fixed, one._actions], [true, ['correct']]);
    const batch = await who.head.post(`${AWARDS}/batch`, { items: [
        { op: 'patch', id: row.body.id, version: 2, data: { to_day: '2026-05-01' } }] });
    assert.deepEqual(faultsOf(batch), { '/items/0': 'award_paid' });
    const job = await importRows(who.head, AWARDS, [['mark', 'amount_fen'], ['F-1', '4.00']],
        { mode: 'update' });
    assert.deepEqual(job.faulty, [[2, null, 'award_paid']]);
    const now = await who.head.get(path(row.body));
    assert.deepEqual([now.body.version, now.body._fixed], [2, true]);
    must(await who.head.act(path(row.body), 'correct', { amount_fen: 400 }), 200);
    must(await who.head.get(path(row.body, '/history')), 200);
});

test('also by what stands in another table: the single row tells, a list does not ask', async () => {
    const open = must(await award(await purse(1000), 500, { from_day: '2026-03-01' }), 201).body;
    const made = must(await who.head.post(REMARKS, { award: open.id, note: '待发' }), 201);
    assert.equal(made.body._fixed, false);
    must(await who.head.act(path(open), 'pay'), 200);
    const remark = `${REMARKS}/${made.body.id}`;
    assert.equal((await who.head.get(remark)).body._fixed, true);
    assert.ok(!('_fixed' in (await who.head.get(REMARKS)).body.items[0]));
    assert.equal(refusalOf(await who.head.patch(remark, { note: '改' }, '"v1"')), '409 award_paid');
    assert.equal(refusalOf(await who.head.delete(remark, '"v1"')), '409 award_paid');
});

test('the schema and the OpenAPI document say what is held', async () => {
    const { body } = must(await who.head.get('/schema/wide/award'), 200);
    const record = body.record ?? body;
    assert.deepEqual(record.guards.map(({ f, code }) => [f, code]), [['amount_fen', 'purse_empty'],
        ['from_day', 'open_day'], ['amount_fen', 'not_rounded']]);
    assert.equal(record.guards[2].zh, '补助金额须为整元');
    assert.deepEqual([record.fixed.code, record.fixed.en],
        ['award_paid', 'It is paid and can no longer change']);
    const { body: api } = must(await who.head.get('/openapi.json'), 200);
    const schemas = api.components.schemas;
    assert.match(schemas['wide.award.create'].description, /Award whole yuan \(not_rounded\)/);
    assert.equal(schemas['wide.award'].properties._fixed.type, 'boolean');
    const problems = (method, tail) => api.paths[`/api/v1/wide${tail}`][method]['x-problems'];
    assert.ok(problems('patch', '/awards/{id}')['409'].includes('award_paid'));
    assert.ok(!problems('get', '/awards/{id}')['409']?.includes('award_paid'));
    assert.ok(problems('patch', '/bulletins/{id}')['403'].includes('elsewhere'));
    assert.ok(!problems('patch', '/awards/{id}')['403'].includes('elsewhere'));
});
