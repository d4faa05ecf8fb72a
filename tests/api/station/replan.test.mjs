// 失独: money that used to buy two gifts a year becomes one activity every month (seed 001).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultAt, openCounty, openStations, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const YUAN = 100;
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
/** First day of the month n months from now. */
const month = (n) => {
    const at = new Date(`${today.slice(0, 7)}-01T00:00:00Z`);
    at.setUTCMonth(at.getUTCMonth() + n);
    return at.toISOString().slice(0, 10);
};
const YEAR = Number(today.slice(0, 4));
const PLANS = '/station/fund_replans';

let server, who, fund;
const made = {};

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    who = await people(server, JIANGHUA, { admin: ['county_admin', JIANGHUA, '何局员'] });
    await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '养老股'],
        head: ['station_head', TUOJIANG, '李站长'], worker: ['social_worker', TUOJIANG, '盘社工'],
        officer: ['township_officer', TUOJIANG, '民政办'], helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    fund = await ok(who.section.post('/station/fund_sources', { div: `${JIANGHUA}000000`, year: YEAR,
        name: '失独家庭关爱补贴', kind: 'SUBSIDY', amount_fen: 24000 * YUAN,
        beneficiaries: ['BEREAVED'] }));
});
after(() => server?.stop());

async function ok(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}
const done = (promise) => ok(promise, 200);

const TWELVE = Array.from({ length: 12 }, (_, n) =>
    ({ title: n % 6 === 5 ? '外出踏青' : '月月相聚', month: month(n - 1), amount_fen: 2000 * YUAN }));
const GIFTS = [{ title: '端午慰问', month: month(1), amount_fen: 12000 * YUAN },
    { title: '春节慰问', month: month(7), amount_fen: 12000 * YUAN }];

const propose = (more) => who.head.post(PLANS, {
    div: `${TUOJIANG}000`, fund: fund.id, title: '失独补贴由慰问改为每月活动', beneficiaries: ['BEREAVED'],
    reason: '送物不如陪伴', old_plan: GIFTS, activities: TWELVE, amount_fen: 24000 * YUAN, ...more });

test('a plan keeps to the fund\'s balance and to its people [E17]', async () => {
    const refused = async (more, pointer, code) => {
        const answer = await propose(more);
        assert.equal(answer.status, 422, JSON.stringify(answer.body));
        assert.equal(faultAt(answer, pointer), code, JSON.stringify(answer.body));
    };
    await refused({ beneficiaries: ['ELDER'] }, '/beneficiaries', 'fund_replan_beneficiaries');
    await refused({ beneficiaries: ['BEREAVED', 'ELDER'] }, '/beneficiaries', 'fund_replan_beneficiaries');
    await refused({ amount_fen: 1 }, '/amount_fen', 'sum_of');
    await refused({ activities: [...TWELVE, { title: '多一次', month: month(13), amount_fen: 1 }],
        amount_fen: 24000 * YUAN + 1 }, '/amount_fen', 'fund_replan_balance');
    await refused({ activities: [{ title: '月中', month: `${month(0).slice(0, 8)}15`, amount_fen: 1 }],
        amount_fen: 1 }, '/activities', 'fund_replan_months');
    made.plan = await ok(propose());
    made.rival = await ok(propose({ title: '另一方案' }));
    assert.equal((await who.helukou.get(`${PLANS}/${made.plan.id}`)).status, 404);
});

test('station, township, county and finance agree in turn, each another person [E17]', async () => {
    const path = `${PLANS}/${made.plan.id}`;
    const agree = (caller, action, body) => caller.act(path, action, body);
    assert.equal((await agree(who.officer, 'agree_township')).body.code, 'wrong_state');
    await done(agree(who.head, 'submit'));
    assert.equal((await agree(who.section, 'agree_county')).body.code, 'wrong_state');
    assert.equal((await agree(who.head, 'agree_township')).status, 403);
    await done(agree(who.officer, 'return_township', { opinion: '补充每月主题' }));
    await done(agree(who.head, 'submit'));
    await done(agree(who.officer, 'agree_township', { opinion: '同意' }));
    await done(agree(who.section, 'agree_county'));
    const rival = `${PLANS}/${made.rival.id}`; // as far as that itself
    await done(who.head.act(rival, 'submit'));
    await done(who.officer.act(rival, 'agree_township'));
    await done(who.section.act(rival, 'agree_county'));
    const bare = await agree(who.admin, 'agree_finance', {});
    assert.equal(faultAt(bare, '/finance_no'), 'required');
    const { items: before } = await done(who.head.get(`/station/replan_activities?replan.eq=${made.plan.id}`));
    assert.deepEqual(before, []);
    const approved = await done(agree(who.admin, 'agree_finance', { finance_no: '江财社〔2026〕12号' }));
    assert.deepEqual([approved.state, approved.decided_on], ['approved', today]);
    const now = await done(who.section.get(`/station/fund_sources/${fund.id}`));
    assert.equal(now.allotted_fen, 24000 * YUAN);
    const told = async (caller) => (await done(caller.get('/notices', { 'Accept-Language': 'zh-CN' })))
        .items.map(({ text }) => text);
    const { no } = approved;
    assert.ok((await told(who.officer)).includes(`经费使用调整方案${no}（${approved.title}）待审核`));
    assert.ok((await told(who.head)).includes(
        `经费使用调整方案${no}（${approved.title}）未通过：补充每月主题`));
    assert.ok((await told(who.head)).includes(
        `经费使用调整方案${no}（${approved.title}）已批准，请按月开展活动`));
});

test('a second plan for the same money is refused at the last step [E17]', async () => {
    const path = `${PLANS}/${made.rival.id}`;
    const late = await who.admin.act(path, 'agree_finance', { finance_no: '江财社〔2026〕13号' });
    assert.equal(late.status, 422);
    assert.equal(faultAt(late, '/amount_fen'), 'fund_source_allotted', JSON.stringify(late.body));
    // it can go back to those who made it, and not come again
    const back = await done(who.section.act(path, 'return_county', { opinion: '资金已安排' }));
    assert.equal(back.state, 'draft');
    const again = await who.head.act(path, 'submit');
    assert.equal(faultAt(again, '/amount_fen'), 'fund_replan_balance', JSON.stringify(again.body));
});

test('twelve activities stand there, each to be held within its month, else overdue [E17]', async () => {
    const list = `/station/replan_activities?replan.eq=${made.plan.id}&sort=month`;
    const { items } = await done(who.head.get(list));
    assert.deepEqual(items.map((item) => [item.title, item.month, item.amount_fen, item.state]),
        TWELVE.map((one) => [one.title, one.month, one.amount_fen, 'planned']));
    for (const [n, item] of items.entries())
        assert.equal(Date.parse(item.due_at), Date.parse(`${month(n)}T00:00:00+08:00`));
    // last month's has not been held
    const overdue = await done(who.head.get('/station/replan_activities?overdue=due_at'));
    assert.deepEqual(overdue.items.map(({ id }) => id), [items[0].id]);

    const hold = (item, held_on, caller = who.worker) => caller.act(
        `/station/replan_activities/${item.id}`, 'hold', { held_on, heads: 23, summary: '包粽子' });
    const early = await hold(items[2], today); // next month's, today
    assert.equal(faultAt(early, '/held_on'), 'not_before');
    const late = await done(hold(items[0], today));
    assert.deepEqual([late.state, late.in_month], ['held', false]);
    // this month's stands on an activity that was held that day
    const day = await ok(who.worker.post('/station/activities', { div: `${TUOJIANG}000`,
        title: '月月相聚', kind: 'FESTIVAL', organiser: who.worker.account, place: '活动室',
        starts_at: `${today}T00:00:00+08:00`, form: 'OFFLINE', service: 'E', month_due: items[1].month }));
    const path = `/station/activities/${day.id}`;
    const withIt = () => who.worker.act(`/station/replan_activities/${items[1].id}`, 'hold',
        { held_on: today, heads: 23, activity: day.id });
    assert.equal(faultAt(await withIt(), '/activity'), 'replan_activity_held');
    await done(who.head.act(path, 'approve'));
    await done(who.worker.act(path, 'hold', { actual_count: 23 }));
    const inTime = await done(withIt());
    assert.equal(inTime.activity, day.id);
    assert.equal(inTime.in_month, true);
    assert.deepEqual((await done(who.head.get('/station/replan_activities?overdue=due_at'))).items, []);
    assert.equal((await who.helukou.get(`/station/replan_activities/${items[0].id}`)).status, 404);
});

test('the year\'s use of the fund counts what was held, and the plan [E17]', async () => {
    const { items } = await done(who.section.get(`/station/fund_usage?year=${YEAR}`));
    assert.deepEqual([items[0].allotted_fen, items[0].spent_fen, items[0].replans],
        [24000 * YUAN, 4000 * YUAN, 1]);
    const report = await done(who.admin.get(`/reports/CM-01?period=${today.slice(0, 7)}`));
    const plans = report.indicators.find(({ code }) => code === 'Y11R');
    assert.deepEqual(plans.share, { kind: 'approved', value: 1, of: 1 });
});

test('an activity that is cancelled gives its money back to the fund [E17]', async () => {
    const { items } = await done(who.head.get(`/station/replan_activities?replan.eq=${made.plan.id}&sort=-month`));
    const allotted = async () =>
        (await done(who.section.get(`/station/fund_sources/${fund.id}`))).allotted_fen;
    assert.equal(await allotted(), 24000 * YUAN);
    await done(who.section.act(`/station/replan_activities/${items[0].id}`, 'cancel', { reason: '台风' }));
    assert.equal(await allotted(), 22000 * YUAN);
});
