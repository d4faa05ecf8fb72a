// 陪伴: money for the bereaved becomes an activity every month with the elders who lost their only
// child, and they are less lonely; a need goes from the village to the station and comes back as a
// service; the brand plan 银龄关爱 and its event 情暖夕阳.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, kinds, made, number, step } from '../../../tests/lib/steps.mjs';

const TOWN = `${TUOJIANG}000`, YUAN = 100;
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
const month = (n) => {
    const at = new Date(`${today.slice(0, 7)}-01T00:00:00Z`);
    at.setUTCMonth(at.getUTCMonth() + n);
    return at.toISOString().slice(0, 10);
};

let server, who, suyu;
const elder = {};

/** An elder with an active file of these categories. */
async function filed(name, categories, caller = who.worker, div = YANGHUA) {
    const { id } = await made(caller.post('/station/residents', { name, div, birth: '1951-03-14' }));
    const file = await made(caller.post('/elderly/profiles',
        { person: id, categories, living: 'ALONE', tier: 'K', consent_visit: true }));
    await step(caller, `/elderly/profiles/${file.id}`, 'activate');
    return id;
}

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '养老股'], officer: ['township_officer', TUOJIANG, '民政办'],
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
    elder.he = await filed('何满妹', ['CHILD_LOST', 'FAMILY_PLAN']);
    elder.li = await filed('李石生', ['CHILD_LOST']);
    elder.shan = await filed('单秀英', ['ALONE']);
});
after(() => server?.stop());

const invited = async (query) => (await done(who.worker.get(`/elderly/invitees?${query}`))).items;

test('whom the monthly activity is for: the elders who lost their only child [E16]', async () => {
    const items = await invited('category=CHILD_LOST');
    assert.deepEqual(items.map(({ person, name, enrolled }) => [person, name, enrolled]),
        [[elder.he, '何满妹', null], [elder.li, '李石生', null]]);
    assert.deepEqual((await done(suyu.head.get('/elderly/invitees?category=CHILD_LOST'))).items, []);
    assert.equal((await who.worker.get('/elderly/invitees')).status, 400); // of which category
    const [look] = await server.rows(`select action, object from core.audit
        where object = 'elderly/invitees' order by at desc limit 1`);
    assert.deepEqual(look, { action: 'route', object: 'elderly/invitees' });
});

test('nobody who has died is invited, before the head has closed the file either [E16]', async () => {
    const dead = await filed('欧满秀', ['SEVERE']);
    assert.deepEqual((await invited('category=SEVERE')).map(({ person }) => person), [dead]);
    await server.psql(`update elderly.elder_profile set closed_for = 'DEATH' where person = '${dead}'`);
    assert.deepEqual(await invited('category=SEVERE'), []);
});

test('two gifts a year become twelve activities, and these people come to each [E17 E16]', async () => {
    const amount = 2000 * YUAN;
    const activities = Array.from({ length: 12 }, (_, n) =>
        ({ title: n % 6 === 5 ? '外出踏青' : '月月相聚', month: month(n), amount_fen: amount }));
    const fund = await made(who.section.post('/station/fund_sources', { div: `${JIANGHUA}000000`,
        year: Number(today.slice(0, 4)), name: '失独家庭关爱补贴', kind: 'SUBSIDY',
        amount_fen: 12 * amount, beneficiaries: ['BEREAVED'] }));
    const plan = await made(who.head.post('/station/fund_replans', { div: TOWN, fund: fund.id,
        title: '由慰问改为每月活动', beneficiaries: ['BEREAVED'], reason: '送物不如陪伴', activities,
        old_plan: [{ title: '端午慰问', month: month(1), amount_fen: 6 * amount },
            { title: '春节慰问', month: month(7), amount_fen: 6 * amount }], amount_fen: 12 * amount }));
    const path = `/station/fund_replans/${plan.id}`;
    await step(who.head, path, 'submit');
    await step(who.officer, path, 'agree_township');
    await step(who.section, path, 'agree_county');
    await step(who.admin, path, 'agree_finance', { finance_no: '江财社〔2026〕12号' });
    const { items: months } = await done(
        who.head.get(`/station/replan_activities?replan.eq=${plan.id}&sort=month`));
    assert.deepEqual(months.map((one) => [one.month, one.state]),
        activities.map((one) => [one.month, 'planned']));

    const first = await made(who.worker.post('/station/activities', { div: TOWN, title: '月月相聚',
        kind: 'GATHERING', organiser: who.worker.account, place: '沱江镇活动室', service: 'E',
        starts_at: `${today}T00:00:00+08:00`, form: 'OFFLINE', month_due: months[0].month,
        budget_fen: months[0].amount_fen }));
    const activity = `/station/activities/${first.id}`;
    await step(who.head, activity, 'approve');
    await step(who.worker, activity, 'publish');
    for (const { person } of await invited('category=CHILD_LOST')) {
        const enrol = await made(who.worker.post('/station/activity_enrols',
            { div: TOWN, activity: first.id, person }));
        await step(who.worker, `/station/activity_enrols/${enrol.id}`, 'attend');
    }
    assert.deepEqual((await invited(`category=CHILD_LOST&activity=${first.id}`))
        .map(({ name, enrolled }) => [name, enrolled]), [['何满妹', 'attended'], ['李石生', 'attended']]);
    assert.equal((await step(who.worker, activity, 'hold', { actual_count: 2 })).named_count, 2);
    const held = await step(who.worker, `/station/replan_activities/${months[0].id}`, 'hold',
        { held_on: today, heads: 2, activity: first.id });
    assert.deepEqual([held.state, held.in_month], ['held', true]);
    const { items: [used] } = await done(
        who.section.get(`/station/fund_usage?year=${today.slice(0, 4)}`));
    assert.deepEqual([used.allotted_fen, used.spent_fen], [12 * amount, amount]);
});

test('company, not goods: those who came are less lonely than before [E18]', async () => {
    const measure = async (person, pre, post) => {
        const one = await made(who.worker.post('/station/outcome_measures', { person,
            instrument: 'LONELY', purpose: '月月相聚', pre_on: month(-3), pre_score: pre }));
        return done(change(who.worker, `/station/outcome_measures/${one.id}`,
            { post_on: today, post_score: post }));
    };
    assert.equal((await measure(elder.he, '58.0', '41.0')).better, true);
    assert.equal((await measure(elder.li, '49.0', '52.0')).better, false); // said as it is
    const { items } = await done(who.worker.get(`/station/outcome_measures?person.eq=${elder.he}`));
    assert.deepEqual(items.map(({ instrument, better }) => [instrument, better]), [['LONELY', true]]);
});

test('the village hands an elder\'s need to the social worker, who makes a service of it [E21]',
    async () => {
        const need = await made(who.room.post('/station/requests', { person: elder.shan,
            channel: 'REFERRAL', category: 'BUY_FOOD', domain: 'E', urgency: 'U3',
            content: '独居，腿脚不便，请帮忙买菜' }));
        const path = `/station/requests/${need.id}`;
        assert.equal((await who.room.act(path, 'accept')).status, 403); // to hand on, not to decide
        await step(who.head, path, 'accept');
        await step(who.head, path, 'assign', { staff: who.worker.account });
        await step(who.worker, path, 'start');
        const errand = await made(who.worker.post('/elderly/errands', { person: elder.shan,
            request: need.id, kind: 'BUY_FOOD', items: '每周二青菜、鸡蛋' }));
        const { items: [work] } = await done(who.room.get(`${path}/work`));
        assert.deepEqual([work.record, work.id, work.state], ['elderly.errand', errand.id, 'requested']);
        await step(who.worker, path, 'finish', { result: '每周二代买，另加每日问候' });
        // what became of it comes back to who passed it on
        const told = await done(who.room.get(path));
        assert.deepEqual([told.state, told.result], ['done', '每周二代买，另加每日问候']);
    });

test('银龄关爱 gathers the activities for elders, and 情暖夕阳 closes it [E22]', async () => {
    const brand = await made(who.admin.post('/station/brand_plans', { name: '银龄关爱', services: ['E'],
        goals: '高龄、独居、失独老人每月有活动', starts_on: '2026-01-01', ends_on: '2026-03-30',
        indicators: [{ name: '活动场次', unit: '场', target: 2 }] }));
    const path = `/station/brand_plans/${brand.id}`;
    await step(who.admin, path, 'start');
    const home = await made(who.head.post('/station/venues', { div: YANGHUA, name: '沱江敬老院',
        type: 'NURSING', open_mode: 'NORMAL' }));
    for (const [title, more] of [['情暖夕阳·进敬老院', { venue: home.id }], ['情暖夕阳·文艺汇演', {}]]) {
        const one = await made(who.worker.post('/station/activities', { div: TOWN, title,
            kind: 'FESTIVAL', organiser: who.worker.account, place: '沱江镇', form: 'OFFLINE',
            starts_at: `${today}T00:00:00+08:00`, brand_plan: brand.id, service: 'E',
            platform: 'STATION', dims: ['D2', 'D21'], links: ['L1', 'L2', 'L4'], ...more }));
        await step(who.head, `/station/activities/${one.id}`, 'approve');
        await step(who.worker, `/station/activities/${one.id}`, 'hold', { actual_count: 150 });
    }
    assert.equal(kinds(await number(who.admin, 'M37', 'CM-01'))['银龄关爱'], 2);
    const { items } = await done(who.worker.get(`/station/activities?brand_plan.eq=${brand.id}`));
    assert.deepEqual(items.map(({ venue }) => venue ?? null).sort(), [home.id, null].sort());
    await done(change(who.admin, path, { indicators: [{ name: '活动场次', unit: '场', target: 2, done: 2 }] }));
    assert.equal((await step(who.admin, path, 'close', { summary: '“情暖夕阳”3 月 30 日收官' })).state,
        'closed');
    // closed, nothing of it is written any more
    const late = await change(who.admin, path, { goals: '改' });
    assert.equal(late.status, 409, JSON.stringify(late.body));
});
