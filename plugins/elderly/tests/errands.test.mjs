// 代办 of every kind: medicine by prescription or empty bottle, groceries, bills, going along; money in
// advance that comes out even; what happens when it does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, kinds, made, number, refused, step } from '../../../tests/lib/steps.mjs';
import { PIXEL, upload } from '../../../tests/lib/tables.mjs';

const KINDS = ['FETCH_DRUG', 'BUY_DRUG', 'BUY_FOOD', 'PAY_BILL', 'PAPERS', 'ACCOMPANY', 'REPAIR', 'OTHER'];
const MONEYLESS = ['PAPERS', 'ACCOMPANY', 'REPAIR', 'OTHER'];
const HANDED = { wellbeing: 'OK', handed_to: '本人' };
const HOUR = 3600e3;

let server, who, suyu, widow;

before(async () => {
    server = await startServer({ env: { WULIAN_NOTICE_REMIND_S: '1' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '周科长'],
        other: ['social_worker', TUOJIANG, '赵社工'],
    }));
    widow = (await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }))).id;
});
after(() => server?.stop());

/** An errand of that kind, accepted by the worker: its path. */
async function accepted(kind, more) {
    const { id } = await made(who.worker.post('/elderly/errands',
        { person: widow, kind, items: '按单子办', ...more }));
    const path = `/elderly/errands/${id}`;
    await step(who.worker, path, 'accept');
    return path;
}
const spent = (more) => ({ advance_fen: 5000, spent_fen: 3860, receipt: '00123', ...more });
const medicine = { drug_name: '硝苯地平缓释片', drug_spec: '20mg×30片' };

test('medicine is bought by the empty bottle in the rain, receipt and all [E08]', async () => {
    const path = await accepted('BUY_DRUG');
    assert.deepEqual(faultsOf(await who.worker.act(path, 'purchase', spent())),
        { '/drug_name': 'errand_drug_name', '/drug_proof': 'errand_drug_proof' });
    const unproven = await who.worker.act(path, 'purchase', spent(medicine));
    assert.deepEqual(faultsOf(unproven), { '/drug_proof': 'errand_drug_proof' });
    assert.match(unproven.body.errors[0].detail, /prescription|used-up package/);
    const bought = await step(who.worker, path, 'purchase', spent({ ...medicine, sample_taken: true,
        drug_proof: await upload(who.worker, PIXEL, 'bottle.png'),
        receipt_photo: await upload(who.worker, PIXEL, 'receipt.png'),
        shop: '沱江大药房', way_note: '大雨，绕行老桥' }));
    assert.deepEqual([bought.state, bought.sample_taken, bought.way_note],
        ['purchased', true, '大雨，绕行老桥']);
    assert.equal((await who.head.get(`/files/${bought.drug_proof}`)).status, 200);
    assert.equal((await who.helukou.get(`/files/${bought.drug_proof}`)).status, 404);
    assert.equal((await step(who.worker, path, 'deliver', HANDED)).state, 'delivered');
    assert.equal((await step(who.head, path, 'settle', { returned_fen: 1140 })).state, 'settled');
});

test('medicine is fetched when somebody has looked at the prescription [E08]', async () => {
    const path = await accepted('FETCH_DRUG', { ...medicine, drug_checked: '县医院药房凭处方核对' });
    assert.equal((await step(who.worker, path, 'purchase', spent())).state, 'purchased');
    assert.deepEqual(faultsOf(await change(who.worker, path, { drug_checked: null })),
        { '/drug_proof': 'errand_drug_proof' });
    // who reads it masked sees no drug
    const masked = (await who.operator.get(path)).body;
    for (const field of ['drug_name', 'drug_spec', 'drug_checked', 'drug_proof'])
        assert.ok(masked._masked.includes(field), field);
});

test('groceries are paid for from an advance that is settled by somebody else [E09]', async () => {
    const path = await accepted('BUY_FOOD', { items: '青菜两斤、鸡蛋十个' });
    const bought = await step(who.worker, path, 'purchase', spent());
    assert.ok(Math.abs(Date.parse(bought.settle_due_at) - Date.now() - 72 * HOUR) < 0.2 * HOUR);
    await step(who.worker, path, 'deliver', HANDED);
    await refused(who.worker, path, 'settle', 'errand_own_advance', { returned_fen: 1140 });
    assert.ok(!(await who.worker.get(path)).body._actions.includes('settle'));
    assert.deepEqual(faultsOf(await who.other.act(path, 'settle', { returned_fen: 1139 })),
        { '/returned_fen': 'errand_balance' });
    const settled = await step(who.other, path, 'settle', { returned_fen: 1140 });
    assert.equal(settled.settled_by, who.other.account);
});

test('a station of one person may let couriers settle, and give them more days [E09]', async () => {
    const set = (settings) => who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings });
    assert.equal((await set({ settle_own_advance: true, advance_settle_days: 5 })).status, 200);
    const path = await accepted('BUY_FOOD');
    const bought = await step(who.worker, path, 'purchase', spent());
    assert.ok(Math.abs(Date.parse(bought.settle_due_at) - Date.now() - 120 * HOUR) < 0.2 * HOUR);
    await step(who.worker, path, 'deliver', HANDED);
    assert.equal((await step(who.worker, path, 'settle', { returned_fen: 1140 })).state, 'settled');
    assert.equal((await set({})).status, 200);
});

/** Waits until somebody has a notice of the errand. */
async function told(caller, id, key) {
    for (let i = 0; i < 600; i++) {
        const { items } = (await caller.get('/notices?limit=200')).body;
        if (items.some((notice) => notice.record_id === id && notice.key === key)) return;
        await sleep(50);
    }
    assert.fail(`not told ${key}`);
}

test('an advance that is not settled in time is overdue, and courier and head are told [E08 E09]', async () => {
    const path = await accepted('BUY_FOOD');
    await step(who.worker, path, 'purchase', spent());
    const id = path.split('/').pop();
    const late = async () => (await who.head.get('/elderly/errands?overdue=settle_due_at')).body.items
        .map((item) => item.id);
    assert.ok(!(await late()).includes(id));
    await server.psql(`update elderly.errand set settle_due_at = now() - interval '1 minute'
        where id = '${id}'`);
    assert.ok((await late()).includes(id));
    assert.ok((await who.head.get(path)).body._overdue.includes('settle_due_at'));
    for (const caller of [who.worker, who.head]) await told(caller, id, 'limit.passed');
    await step(who.worker, path, 'deliver', HANDED);
    await step(who.head, path, 'settle', { returned_fen: 1140 });
    assert.ok(!(await late()).includes(id));
});

test('what things cost and a fee for the service are never one sum [E09]', async () => {
    const path = await accepted('PAY_BILL', { items: '代缴电费' });
    await step(who.worker, path, 'purchase', spent());
    assert.deepEqual(faultsOf(await who.worker.act(path, 'deliver', { ...HANDED, fee_fen: 200 })),
        { '/fee_receipt': 'required_if' });
    assert.deepEqual(faultsOf(await who.worker.act(path, 'deliver',
        { ...HANDED, fee_fen: 200, fee_receipt: '00123' })), { '/fee_receipt': 'errand_fee' });
    await step(who.worker, path, 'deliver', { ...HANDED, fee_fen: 200, fee_receipt: 'F-7' });
    assert.deepEqual(faultsOf(await who.head.act(path, 'settle', { returned_fen: 940 })),
        { '/returned_fen': 'errand_balance' }); // the fee does not come out of the advance
    await step(who.head, path, 'settle', { returned_fen: 1140 });
});

test('what the courier laid out is paid at the door [E09]', async () => {
    const path = await accepted('BUY_FOOD');
    await step(who.worker, path, 'purchase', spent({ advance_fen: 0 }));
    const handed = await step(who.worker, path, 'deliver', { ...HANDED, advance_fen: 3860 });
    assert.equal(handed.advance_fen, 3860);
    await step(who.head, path, 'settle', { returned_fen: 0 });
});

test('a dispute is decided by the head, never by the courier, and the clock stands [E08 E09]', async () => {
    const early = await accepted('BUY_FOOD');
    await step(who.worker, early, 'purchase', spent());
    await step(who.worker, early, 'dispute', { reason: '老人称预付六十元' });
    await told(who.head, early.split('/').pop(), 'errand.disputed');
    await server.psql(`update elderly.errand set settle_due_at = now() - interval '1 minute'
        where id = '${early.split('/').pop()}'`);
    assert.deepEqual((await who.head.get(early)).body._overdue, []);
    await refused(who.worker, early, 'resume', 'not_permitted', { reason: '我没错' });
    await refused(who.head, early, 'decide', 'errand_not_delivered', { reason: '已核' });
    const goesOn = await step(who.head, early, 'resume',
        { reason: '收据为三十八元', spent_fen: 3800, receipt: '00123-1' });
    assert.deepEqual([goesOn.state, goesOn.spent_fen, goesOn.receipt], ['purchased', 3800, '00123-1']);
    await step(who.worker, early, 'deliver', HANDED);
    await step(who.other, early, 'settle', { returned_fen: 1200 });

    const late = await accepted('BUY_FOOD');
    await step(who.worker, late, 'purchase', spent());
    await step(who.worker, late, 'deliver', HANDED);
    await step(who.head, late, 'dispute', { reason: '少了鸡蛋' });
    await refused(who.head, late, 'resume', 'errand_is_delivered', { reason: '已核' });
    assert.equal((await step(who.section, late, 'decide', { reason: '属实，已补送' })).state, 'delivered');
});

test('what a courier who is gone has bought is brought by another [E08 E09]', async () => {
    const path = await accepted('BUY_FOOD');
    await step(who.worker, path, 'purchase', spent());
    await step(who.other, path, 'dispute', { reason: '代办员已离职' });
    assert.deepEqual(faultsOf(await who.head.act(path, 'resume',
        { reason: '另派', courier: suyu.head.account })), { '/courier': 'reference_unknown' });
    const goesOn = await step(who.head, path, 'resume', { reason: '另派', courier: who.other.account });
    assert.deepEqual([goesOn.state, goesOn.courier], ['purchased', who.other.account]);
    await told(who.other, goesOn.id, 'errand.decided');
    await refused(who.worker, path, 'deliver', 'not_yours', HANDED);
    await step(who.other, path, 'deliver', HANDED);
    assert.equal((await step(who.head, path, 'settle', { returned_fen: 1140 })).state, 'settled');
});

test('a head who ran the errand does not decide its dispute [E09]', async () => {
    const { id } = await made(who.head.post('/elderly/errands',
        { person: widow, kind: 'BUY_FOOD', items: '米' }));
    const path = `/elderly/errands/${id}`;
    await step(who.head, path, 'accept');
    await step(who.head, path, 'purchase', spent());
    await step(who.head, path, 'dispute', { reason: '价钱不对' });
    await refused(who.head, path, 'resume', 'handled_by_you', { reason: '对的' });
    assert.equal((await step(who.section, path, 'resume', { reason: '票据无误' })).state, 'purchased');
});

test('an errand for money is not turned into one that ends without a receipt [E09]', async () => {
    const path = await accepted('BUY_FOOD');
    assert.deepEqual(faultsOf(await change(who.worker, path, { kind: 'OTHER' })), { '/kind': 'fixed' });
    await refused(who.worker, path, 'complete', 'errand_takes_money', HANDED);
});

test('every kind comes to its end, those without money too, and M13 counts it by kind [E08 E09]',
    async () => {
        const before_ = kinds(await number(who.head, 'M13'));
        for (const kind of KINDS) {
            const path = await accepted(kind, { ...medicine, drug_checked: '凭处方' });
            if (MONEYLESS.includes(kind)) {
                assert.equal((await step(who.worker, path, 'complete', HANDED)).state, 'settled');
                continue;
            }
            await refused(who.worker, path, 'complete', 'errand_takes_money', HANDED);
            await step(who.worker, path, 'purchase', spent());
            await step(who.worker, path, 'deliver', HANDED);
            await step(who.head, path, 'settle', { returned_fen: 1140 });
        }
        const now = kinds(await number(who.head, 'M13'));
        for (const kind of KINDS) assert.equal(now[kind], (before_[kind] ?? 0) + 1, kind);
        // papers may cost something: then as with any money
        const fee = await accepted('PAPERS');
        await step(who.worker, fee, 'purchase', spent());
        assert.equal((await who.worker.act(fee, 'complete', HANDED)).body.code, 'wrong_state');
    });

test('a request leads to its errand, and the errand back to the request [E08 E09]', async () => {
    const request = await made(who.operator.post('/station/requests', { div: YANGHUA, person: widow,
        channel: 'HOTLINE', category: 'BUY_FOOD', domain: 'E', urgency: 'U2', content: '断菜两天' }));
    const at = `/station/requests/${request.id}`;
    await step(who.head, at, 'accept');
    await step(who.head, at, 'assign', { staff: who.worker.account });
    await step(who.worker, at, 'start');
    const path = await accepted('ACCOMPANY', { request: request.id });
    assert.equal((await who.worker.get(at)).body.plugin_ref, `elderly.errand:${path.split('/').pop()}`);
    assert.equal((await who.worker.get(at)).body.work_done_at, null);
    await step(who.worker, path, 'complete', HANDED);
    assert.ok((await who.worker.get(at)).body.work_done_at);
    const { items } = (await who.head.get(`/elderly/errands?request.eq=${request.id}`)).body;
    assert.deepEqual(items.map(({ id }) => `/elderly/errands/${id}`), [path]);
});

test('of whatever was handed out, each fen is spent or back, whoever asks for what [E08 E09]', async () => {
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
        const path = await accepted('BUY_FOOD'), advance_fen = 411 * i, spent_fen = 137 * i;
        await step(who.worker, path, 'purchase', spent({ advance_fen, spent_fen }));
        await step(who.worker, path, 'deliver', HANDED);
        const rest = advance_fen - spent_fen;
        const answers = await Promise.all([rest + 1, rest, rest].map((returned_fen) =>
            who.head.act(path, 'settle', { returned_fen })));
        assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    }));
    const [sum] = await server.rows(`select count(*) filter (where state = 'settled'
            and coalesce(advance_fen, 0) <> coalesce(spent_fen, 0) + coalesce(returned_fen, 0)) as wrong,
            sum(advance_fen - spent_fen - returned_fen) filter (where state = 'settled') as rest
        from elderly.errand`);
    assert.deepEqual([Number(sum.wrong), Number(sum.rest)], [0, 0]);
});

test('another county finds no errand and settles none [E09]', async () => {
    const path = await accepted('BUY_FOOD');
    for (const [action, body] of [['purchase', spent()], ['complete', HANDED],
        ['settle', { returned_fen: 0 }], ['decide', { reason: '试' }], ['resume', { reason: '试' }]]) {
        const answer = await suyu.head.post(`${path}/actions/${action}`, body, { ifMatch: '"v2"' });
        assert.equal(answer.status, 404, action);
    }
    assert.deepEqual((await suyu.head.get('/elderly/errands')).body.items, []);
});
