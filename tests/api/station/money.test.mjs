// Money of the stations: what there is and for what, a contract by which the county buys their service,
// and spending that nobody signs alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SUYU, TUOJIANG, faultAt, openCounty, openStations, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const YEAR = Number(new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 4));
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
const COUNTY = `${JIANGHUA}000000`;
const YUAN = 100;

let server, who, suyu, stations, bureau;
const made = {}; // what earlier steps made

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, { admin: ['county_admin', JIANGHUA, '何局员'] });
    stations = await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '社工股'], leader: ['county_leader', JIANGHUA, '李局长'],
        clerk: ['county_section', JIANGHUA, '财务'], auditor: ['auditor_biz', JIANGHUA, '审计'],
        manager: ['agency_manager', JIANGHUA, '潇湘主任'],
        head: ['station_head', TUOJIANG, '李站长'], worker: ['social_worker', TUOJIANG, '盘社工'],
        officer: ['township_officer', TUOJIANG, '民政办'], helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    suyu = await people(server, SUYU, { admin: ['county_admin', SUYU, '宿豫管理员'] });
    bureau = (await who.admin.get('/admin/org_units?kind.eq=COUNTY')).body.items[0].id;
});
after(() => server?.stop());

async function ok(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}
const done = (promise) => ok(promise, 200);

async function refused(promise, pointer, code) {
    const answer = await promise;
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.equal(faultAt(answer, pointer), code, JSON.stringify(answer.body));
}

const fund = (more) => ok(who.section.post('/station/fund_sources',
    { div: COUNTY, year: YEAR, beneficiaries: ['ALL'], ...more }));
const line = (source, unit, item, amount_fen, more) => who.section.post('/station/budget_lines', {
    div: `${TUOJIANG}000`, fund: source.id, unit, year: YEAR, item, amount_fen, ...more });
const fundNow = async (source) => done(who.section.get(`/station/fund_sources/${source.id}`));

let receipts = 0;
const claim = (caller, amount_fen, more) => caller.post('/station/expenses', {
    div: `${TUOJIANG}000`, line: made.line.id, purpose: '小组活动材料', amount_fen,
    incurred_on: `${YEAR}-01-01`, receipt_no: `P${++receipts}`, ...more });

// ---- funds -------------------------------------------------------------------------------------

test('special funds are split into lines, and never into more than they hold [K09 K31]', async () => {
    made.running = await fund({ name: '社工站建设运行专项经费', kind: 'STATION', doc_no: '江民发〔2026〕1号',
        amount_fen: 160000 * YUAN, beneficiaries: ['STATION'], purpose: '16 个站的运行' });
    made.welfare = await fund({ name: '社区公益事业专项补助资金', kind: 'WELFARE',
        amount_fen: 50000 * YUAN });
    assert.equal(made.running.allotted_fen, 0);

    made.line = await ok(line(made.running, stations[TUOJIANG], 'ACTIVITY', 10000 * YUAN));
    assert.equal((await fundNow(made.running)).allotted_fen, 10000 * YUAN);
    await refused(line(made.running, stations[TUOJIANG], 'ACTIVITY', 1), '/item', 'budget_line_once');
    await refused(line(made.running, stations[TUOJIANG], 'STAFF', 150001 * YUAN),
        '/amount_fen', 'fund_source_allotted');
    await refused(line(made.running, stations[HELUKOU], 'STAFF', 1), '/unit', 'budget_line_unit');
    assert.equal((await fundNow(made.running)).allotted_fen, 10000 * YUAN);
    // a grant that shrinks below what is set aside would leave lines without money
    const now = await who.section.get(`/station/fund_sources/${made.running.id}`);
    await refused(who.section.patch(`/station/fund_sources/${made.running.id}`,
        { amount_fen: 9999 * YUAN }, now.etag), '/amount_fen', 'fund_source_allotted');

    // a closed line gives back what is left of it
    const office = await ok(line(made.running, stations[TUOJIANG], 'OFFICE', 20000 * YUAN));
    const owed = await ok(claim(who.worker, 100, { line: office.id }));
    const inUse = await who.section.act(`/station/budget_lines/${office.id}`, 'close');
    assert.deepEqual([inUse.status, inUse.body.code], [409, 'budget_line_in_use']);
    await done(who.head.act(`/station/expenses/${owed.id}`, 'refuse', { reason: '未发生' }));
    await done(who.section.act(`/station/budget_lines/${office.id}`, 'close'));
    assert.equal((await fundNow(made.running)).allotted_fen, 10000 * YUAN);

    // the station sees its own line, another station and another county do not
    assert.equal((await who.head.get(`/station/budget_lines/${made.line.id}`)).status, 200);
    assert.equal((await who.helukou.get(`/station/budget_lines/${made.line.id}`)).status, 404);
    assert.equal((await suyu.admin.get(`/station/fund_sources/${made.running.id}`)).status, 404);
    assert.equal((await who.head.post('/station/fund_sources', {})).status, 403);
});

test('lines made at once never set aside more than the fund holds [K09]', async () => {
    const small = await fund({ name: '小额专项', kind: 'SUBSIDY', amount_fen: 1000 });
    const answers = await Promise.all(['STAFF', 'ACTIVITY', 'EQUIPMENT', 'TRAINING', 'OFFICE', 'VEHICLE']
        .map((item) => line(small, stations[TUOJIANG], item, 300)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 3);
    for (const answer of answers.filter(({ status }) => status !== 201))
        assert.equal(faultAt(answer, '/amount_fen'), 'fund_source_allotted', JSON.stringify(answer.body));
    assert.equal((await fundNow(small)).allotted_fen, 900);
});

// ---- expenses ----------------------------------------------------------------------------------

const spent = async () => (await done(who.section.get(`/station/budget_lines/${made.line.id}`))).spent_fen;

test('an expense takes two signatures, and nobody signs alone [K09]', async () => {
    const one = await ok(claim(who.head, 300 * YUAN));
    const path = `/station/expenses/${one.id}`;
    assert.equal(one.handler, who.head.account);
    const alone = await who.head.act(path, 'approve');
    assert.deepEqual([alone.status, alone.body.code], [403, 'handled_by_you']);
    assert.equal((await who.worker.act(path, 'approve')).status, 403);
    assert.equal((await who.section.act(path, 'pay', { voucher_no: 'V1' })).body.code, 'wrong_state');
    assert.equal(await spent(), 0);
    const approved = await done(who.officer.act(path, 'approve'));
    assert.deepEqual([approved.state, approved.approver], ['approved', who.officer.account]);
    assert.equal(await spent(), 300 * YUAN);
    assert.equal((await done(who.section.act(path, 'pay', { voucher_no: 'V1' }))).state, 'paid');

    await refused(claim(who.worker, 1, { receipt_no: one.receipt_no }), '/receipt_no', 'expense_receipt');
    // nothing of it changes between the signatures
    assert.equal((await who.head.patch(path, { amount_fen: 1 }, '"v1.00000000"')).status, 405);
});

test('above the station\'s limit the county signs, and what is void comes back [K09]', async () => {
    const limit = Number(await server.psql("select value from core.policy_default"
        + " where key = 'expense.station_limit_fen'"));
    const big = await ok(claim(who.worker, limit + 1));
    const path = `/station/expenses/${big.id}`;
    const own = await who.head.act(path, 'approve');
    assert.deepEqual([own.status, own.body.code], [409, 'expense_above_limit']);
    const before = await spent();
    await done(who.leader.act(path, 'approve_high'));
    assert.equal(await spent(), before + limit + 1);
    await done(who.officer.act(path, 'void', { reason: '票据有误' }));
    assert.equal(await spent(), before);
    const refusedOne = await ok(claim(who.worker, 100));
    const no = await done(who.head.act(`/station/expenses/${refusedOne.id}`, 'refuse',
        { reason: '与活动无关' }));
    assert.equal(no.state, 'refused');
    const { items } = await done(who.worker.get('/notices', { 'Accept-Language': 'zh-CN' }));
    assert.ok(items.some(({ text }) => text === '经费支出“小组活动材料”：未通过'), JSON.stringify(items));
    assert.equal(await spent(), before);
});

test('twenty approvals at once never overspend the line [K09]', async () => {
    const before = await spent();
    const free = 10000 * YUAN - before;
    const each = Math.floor(free / 7); // seven fit, the eighth does not
    assert.ok(each <= 500000);
    const claims = [];
    for (let i = 0; i < 20; i++) claims.push(await ok(claim(who.worker, each)));
    const answers = await Promise.all(claims.map((one, i) =>
        (i % 2 ? who.head : who.officer).act(`/station/expenses/${one.id}`, 'approve')));
    const count = (status) => answers.filter((answer) => answer.status === status).length;
    assert.equal(count(200), 7, JSON.stringify(answers.map(({ status, body }) => [status, body.code])));
    for (const answer of answers.filter(({ status }) => status !== 200))
        assert.equal(faultAt(answer, '/amount_fen'), 'budget_line_spent', JSON.stringify(answer.body));
    assert.equal(await spent(), before + 7 * each);
    const [sums] = await server.rows(`select sum(amount_fen) as n from station.expense
        where line = '${made.line.id}' and state in ('approved', 'paid')`);
    assert.equal(Number(sums.n), before + 7 * each);
});

test('the monthly report shows the spending, and the year\'s use of the budget [K09 K31]', async () => {
    const report = await done(who.head.get(`/reports/SM-01?period=${PERIOD}`));
    const m39 = report.indicators.find(({ code }) => code === 'M39');
    assert.equal(m39.value, await spent());
    assert.deepEqual(m39.by_kind.map(({ kind }) => kind), ['ACTIVITY']);
    const use = await done(who.head.get(`/station/budget_usage?year=${YEAR}`));
    const own = use.items.find(({ unit }) => unit === stations[TUOJIANG]);
    assert.equal(own.spent_fen, await spent());
    assert.equal(own.permille, Math.floor(own.spent_fen * 1000 / own.amount_fen));
    const short = await who.head.get('/station/budget_usage?year=26');
    assert.deepEqual([short.body.code, faultAt(short, '?year')], ['bad_query', 'bad_value']);
    const funds = await done(who.auditor.get('/station/fund_usage'));
    const running = funds.items.find(({ id }) => id === made.running.id);
    assert.deepEqual([running.spent_fen, running.left_fen],
        [await spent(), 160000 * YUAN - await spent()]);
    assert.equal((await who.head.get('/station/fund_usage')).status, 403); // sees its own lines only
});

// ---- a contract --------------------------------------------------------------------------------

const AGENCIES = [['永州市潇湘社会工作服务中心', '52430111MJK1234522'],
    ['江华县瑶都社会工作服务中心', '91350100M000100Y43']];
const THIRDS = [{ percent: 40, due: 'SIGN' }, { percent: 30, due: 'MID' },
    { percent: 30, due: 'FINAL', condition: '末期评估合格' }];

const contract = (agency, amount_fen, more) => who.section.post('/station/contracts', {
    div: COUNTY, no: `江民采-${amount_fen}-${AGENCIES.findIndex((_, i) => made.agencies[i] === agency)}`,
    title: '乡镇社工站服务', buyer: bureau, agency, fund: made.project.id, amount_fen,
    starts_on: `${YEAR}-01-01`, ends_on: `${YEAR}-12-31`, installments: THIRDS, ...more });
const pay = (caller, one, installment, amount_fen) => caller.post('/station/contract_payments',
    { div: COUNTY, contract: one.id, installment, amount_fen, invoice_no: `F${installment}` });

test('two agencies win 2.7 million yuan, from the draft to the signature [K08 K10]', async () => {
    const without = await who.admin.post('/admin/org_units', { div: COUNTY, kind: 'AGENCY',
        name: '无证机构', status: 'OPERATING' });
    assert.equal(faultAt(without, '/uscc'), 'required_if');
    const wrong = await who.admin.post('/admin/org_units', { div: COUNTY, kind: 'AGENCY',
        name: '错号机构', status: 'OPERATING', uscc: '52430111MJK1234523' });
    assert.equal(faultAt(wrong, '/uscc'), 'uscc_check_digit');
    made.agencies = [];
    for (const [name, uscc] of AGENCIES)
        made.agencies.push((await ok(who.admin.post('/admin/org_units', { div: COUNTY, kind: 'AGENCY',
            name, status: 'OPERATING', uscc, service_lines: ['CASEWORK', 'TRAIN', 'SUPERVISE'] }))).id);
    made.project = await fund({ name: '社工站项目资金', kind: 'PROVINCE', amount_fen: 2700000 * YUAN,
        beneficiaries: ['STATION'] });

    const [xiaoxiang, yaodu] = made.agencies;
    await refused(contract(xiaoxiang, 5, { installments: THIRDS.slice(1) }),
        '/installments', 'contract_percents');
    await refused(contract(bureau, 6), '/agency', 'contract_agency');
    await refused(contract(xiaoxiang, 7, { ends_on: `${YEAR + 4}-01-01` }), '/ends_on', 'contract_period');
    await refused(contract(xiaoxiang, 8, { ends_on: `${YEAR}-01-01` }), '/ends_on', 'after');
    made.contract = await ok(contract(xiaoxiang, 1800000 * YUAN));
    made.second = await ok(contract(yaodu, 900000 * YUAN,
        { starts_on: `${YEAR - 1}-01-01`, ends_on: `${YEAR - 1}-12-31` }));

    const path = `/station/contracts/${made.contract.id}`;
    const sign = (one) => who.admin.act(`/station/contracts/${one.id}`, 'sign',
        { signed_on: `${YEAR}-01-01` });
    assert.equal((await sign(made.contract)).body.code, 'contract_incomplete');
    for (const [one, unit] of [[made.contract, stations[TUOJIANG]], [made.second, stations[HELUKOU]]]) {
        // six workers a pilot station
        await ok(who.section.post('/station/contract_stations',
            { div: COUNTY, contract: one.id, unit, workers: 6 }));
        await ok(who.section.post('/station/contract_indicators',
            { div: COUNTY, contract: one.id, name: '个案服务', measure: '个', target: 17 }));
        await ok(who.section.post('/station/contract_indicators',
            { div: COUNTY, contract: one.id, name: '小组活动', measure: '场', target: 24 }));
        assert.equal((await done(sign(one))).state, 'signed');
    }
    assert.equal((await fundNow(made.project)).allotted_fen, 2700000 * YUAN);
    // what is signed stands
    const now = await who.section.get(path);
    assert.equal((await who.section.patch(path, { amount_fen: 1 }, now.etag)).status, 409);
    await refused(who.section.post('/station/contract_indicators',
        { div: COUNTY, contract: made.contract.id, name: '加码', measure: '个', target: 1 }),
    '/contract', 'contract_signed');
    // the source has nothing left for a third one
    const third = await ok(contract(xiaoxiang, 1 * YUAN));
    await ok(who.section.post('/station/contract_stations',
        { div: COUNTY, contract: third.id, unit: stations[TUOJIANG], workers: 1 }));
    await ok(who.section.post('/station/contract_indicators',
        { div: COUNTY, contract: third.id, name: '个案服务', measure: '个', target: 1 }));
    await refused(sign(third), '/amount_fen', 'fund_source_allotted');
    // nor has one that was closed in the meantime
    const closing = await fund({ name: '将结转', kind: 'COUNTY', amount_fen: 10 * YUAN });
    const fourth = await ok(contract(xiaoxiang, 2 * YUAN, { fund: closing.id }));
    await ok(who.section.post('/station/contract_stations',
        { div: COUNTY, contract: fourth.id, unit: stations[TUOJIANG], workers: 1 }));
    await ok(who.section.post('/station/contract_indicators',
        { div: COUNTY, contract: fourth.id, name: '个案服务', measure: '个', target: 1 }));
    await done(who.section.act(`/station/fund_sources/${closing.id}`, 'close'));
    await refused(sign(fourth), '/amount_fen', 'fund_source_allotted');
    // everybody in the county may read it, nobody outside
    assert.equal((await who.helukou.get(path)).status, 200);
    assert.equal((await suyu.admin.get(path)).status, 404);
});

test('payments fall due by their conditions, by two different people, never above the sum [K08]',
    async () => {
        const one = made.contract;
        const path = `/station/contracts/${one.id}`;
        await refused(pay(who.section, one, 1, 720001 * YUAN), '/installment', 'installment_due');
        await refused(pay(who.section, one, 2, 1), '/installment', 'installment_due'); // no review yet
        const first = await ok(pay(who.section, one, 1, 720000 * YUAN));
        const payment = `/station/contract_payments/${first.id}`;
        await refused(pay(who.manager, one, 1, 1), '/installment', 'contract_payment_once');
        assert.equal((await who.section.act(payment, 'approve')).body.code, 'handled_by_you');
        await done(who.admin.act(payment, 'approve'));
        assert.equal((await who.admin.act(payment, 'pay', { voucher_no: 'Z1' })).body.code, 'handled_by_you');
        assert.equal((await who.admin.get(path)).body.paid_fen, 0);
        await done(who.clerk.act(payment, 'pay', { voucher_no: 'Z1' }));
        assert.equal((await who.admin.get(path)).body.paid_fen, 720000 * YUAN);

        await done(who.admin.act(path, 'start'));
        await done(who.section.act(path, 'mid_review', { mid_score: '86.5', mid_opinion: '进度正常' }));
        const second = await ok(pay(who.manager, one, 2, 540000 * YUAN));
        await refused(pay(who.manager, one, 3, 540000 * YUAN), '/installment', 'installment_due');
        assert.equal((await who.admin.act(path, 'settle')).body.code, 'wrong_state');
        for (const [name, count] of [['个案服务', 17], ['小组活动', 18]]) {
            const { items } = await done(who.manager.get(
                `/station/contract_indicators?contract.eq=${one.id}`));
            const it = items.find((item) => item.name === name);
            await done(who.manager.act(`/station/contract_indicators/${it.id}`, 'report', { done: count }));
        }
        await done(who.section.act(path, 'final_review', { final_score: '91.0', final_opinion: '合格' }));
        const third = await ok(pay(who.manager, one, 3, 540000 * YUAN));
        const open = await who.admin.act(path, 'settle');
        assert.deepEqual([open.status, open.body.code], [409, 'contract_payment_open']);
        for (const { id } of [second, third]) {
            await done(who.leader.act(`/station/contract_payments/${id}`, 'approve'));
            await done(who.clerk.act(`/station/contract_payments/${id}`, 'pay', { voucher_no: `Z${id}` }));
        }
        const settled = await done(who.admin.act(path, 'settle'));
        assert.deepEqual([settled.state, settled.paid_fen], ['settled', 1800000 * YUAN]);
        assert.equal((await who.head.act(path, 'settle')).status, 403);
    });

test('a failed final review keeps the last instalment back; what was not paid goes back [K08]',
    async () => {
        const one = made.second;
        const path = `/station/contracts/${one.id}`;
        await done(who.admin.act(path, 'start'));
        await done(who.section.act(path, 'mid_review', { mid_score: '55.0', mid_opinion: '滞后' }));
        await done(who.section.act(path, 'final_review', { final_score: '52.0', final_opinion: '不合格' }));
        await refused(pay(who.manager, one, 3, 1), '/installment', 'installment_due');
        const late = await done(who.section.get('/station/contracts?overdue=due_at'));
        assert.deepEqual(late.items.map(({ id }) => id), [one.id]); // its year is over
        const ended = await done(who.admin.act(path, 'terminate', { reason: '评估不合格' }));
        assert.equal(ended.state, 'terminated');
        assert.equal((await fundNow(made.project)).allotted_fen, 1800000 * YUAN);
    });

test('the county summary counts targets reached and money paid by source [K08 K10 K31]', async () => {
    const report = await done(who.admin.get(`/reports/CM-01?period=${PERIOD}`));
    const of = (code) => report.indicators.find((item) => item.code === code);
    assert.deepEqual(of('Y07').share, { kind: 'done', value: 17 + 18, of: 17 + 24 });
    assert.equal(of('Y11').value, 1800000 * YUAN);
    assert.deepEqual(of('Y11').by_kind.map(({ kind }) => kind), ['PROVINCE']);
    const funds = await done(who.leader.get(`/station/fund_usage?year=${YEAR}`));
    const project = funds.items.find(({ id }) => id === made.project.id);
    assert.deepEqual([project.spent_fen, project.left_fen], [1800000 * YUAN, 900000 * YUAN]);
    // and which stations an agency serves today
    const { items } = await done(who.admin.get('/station/coverage'));
    assert.deepEqual([TUOJIANG, HELUKOU].map((code) =>
        items.find(({ township }) => township === code).contracted), [1, 0]);
});
