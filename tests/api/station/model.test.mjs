// The county's plan and model: targets of the five-year plan year by year, versions of the model,
// and the lessons of practice that go into the next.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const TARGETS = '/station/plan_targets', VERSIONS = '/station/model_versions';
const LESSONS = '/station/lessons', PLANS = '/station/brand_plans';

let server, who, suyu;

async function must(promise, status = 200) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'], chief: ['county_leader', JIANGHUA, '黎局长'],
    }));
});
after(() => server?.stop());

test('a target of the five-year plan tells how far it has come [K34]', async () => {
    const target = { plan: '“十四五”民政事业发展规划', name: '持证社会工作者人数', unit: '人', trend: 'UP',
        baseline: '20.00', goal: '120.00', first_year: 2021, last_year: 2025 };
    const made = await must(who.section.post(TARGETS, { ...target, years: [
        { year: 2021, target: '40.00', actual: '38.00' }, { year: 2022, target: '60.00' },
    ] }), 201);
    assert.deepEqual([made.actual_year, made.actual, made.on_track, made.progress],
        [2021, '38.00', false, '18.0']);
    const path = `${TARGETS}/${made.id}`;
    const further = await must(who.section.patch(path, { years: [
        { year: 2022, target: '60.00', actual: '70.00' },
        { year: 2021, target: '40.00', actual: '38.00' }, { year: 2023, target: '80.00' },
    ] }, (await who.section.get(path)).etag));
    assert.deepEqual([further.actual_year, further.actual, further.on_track, further.progress],
        [2022, '70.00', true, '50.0']);
    const twice = await who.section.post(TARGETS, target);
    assert.deepEqual(faultsOf(twice), { '/name': 'plan_target_name' });
    const span = await who.section.post(TARGETS, { ...target, name: '另', last_year: 2020 });
    assert.deepEqual(faultsOf(span), { '/last_year': 'plan_target_span' });
    assert.equal((await must(who.head.get(path))).actual, '70.00');
    assert.equal((await who.head.post(TARGETS, target)).status, 403);
    assert.equal((await suyu.admin.get(path)).status, 404);
});

test('less is better for some targets [K34]', async () => {
    const made = await must(who.section.post(TARGETS, { plan: '“十四五”民政事业发展规划',
        name: '诉求平均办结时长', unit: '小时', trend: 'DOWN', baseline: '72.00', goal: '24.00',
        first_year: 2021, last_year: 2025,
        years: [{ year: 2024, target: '36.00', actual: '36.00' }] }), 201);
    assert.deepEqual([made.on_track, made.progress], [true, '75.0']);
});

test('a version of the model stands until the next is published [K19 K36]', async () => {
    const version = async (number, more) => must(who.section.post(VERSIONS, { number,
        title: '一核双社三维四服五联', content: '以乡村振兴为核心，站室两级……', effective_on: '2026-01-01',
        ...more }), 201);
    const first = await version('1.0');
    const second = await version('2.0', { changes: '五联改为按活动登记' });
    assert.equal((await who.section.act(`${VERSIONS}/${first.id}`, 'publish')).status, 403);
    await must(who.chief.act(`${VERSIONS}/${first.id}`, 'publish'));
    const now = await must(who.chief.act(`${VERSIONS}/${second.id}`, 'publish'));
    assert.equal(now.state, 'current');
    const { items } = (await who.worker.get(VERSIONS)).body; // read at every station
    assert.deepEqual(Object.fromEntries(items.map(({ number, state }) => [number, state])),
        { '1.0': 'superseded', '2.0': 'current' });
    const fixed = await who.section.get(`${VERSIONS}/${second.id}`);
    assert.equal((await who.section.patch(`${VERSIONS}/${second.id}`, { content: '改' }, fixed.etag))
        .status, 409);
});

test('what practice teaches is planned, done and taken into a version [K36]', async () => {
    const made = await must(who.worker.post(LESSONS, { kind: 'IMPROVE', title: '送餐同时做安全排查',
        content: '送餐员每次到户可顺带检查燃气', source: '沱江镇试点' }), 201);
    const path = `${LESSONS}/${made.id}`;
    assert.equal((await must(who.helukou.get(path))).state, 'found'); // others learn from it
    assert.equal((await who.worker.act(path, 'plan', { plan: '自批', owner: who.worker.account,
        due: '2026-12-01' })).status, 403);
    const planned = await must(who.section.act(path, 'plan', { plan: '写入送餐规范',
        owner: who.head.account, due: '2026-12-31' }));
    assert.equal(planned.due_at, '2026-12-31T16:00:00+00:00');
    assert.equal((await who.section.act(path, 'finish', { result: '代办' })).body.code, 'not_yours');
    const [{ id }] = (await who.head.get(VERSIONS)).body.items;
    const done = await must(who.head.act(path, 'finish', { result: '规范已印发', version_of: id }));
    assert.deepEqual([done.state, done.version_of], ['done', id]);
    const dropped = await must(who.helukou.post(LESSONS,
        { kind: 'PROBLEM', title: '试一试', content: '重复提出' }), 201);
    assert.equal((await must(who.section.act(`${LESSONS}/${dropped.id}`, 'drop',
        { reason: '已有办法' }))).state, 'dropped');
    assert.equal((await suyu.admin.get(path)).status, 404);
});

test('stations read the county\'s brand plans, and do not write them [K26]', async () => {
    const made = await must(who.admin.post(PLANS, { name: '护花成长', services: ['C'],
        goals: '儿童安全', starts_on: '2026-01-01' }), 201);
    for (const caller of [who.head, who.worker, who.helukou])
        assert.equal((await must(caller.get(`${PLANS}/${made.id}`))).name, '护花成长');
    const now = await who.head.get(`${PLANS}/${made.id}`);
    assert.equal((await who.head.patch(`${PLANS}/${made.id}`, { goals: '改' }, now.etag)).status, 403);
});
