// Brand plans: the five of Jianghua, kept by the county, read wherever activities are planned.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { faultsOf, openTwoCounties } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const PLANS = '/station/brand_plans';
const FIVE = [
    ['瑶族益家亲', ['G']], ['瑶韵飘香', ['G']], ['瑶育菁才', ['C', 'G']], ['银龄关爱', ['E']],
    ['护花成长', ['C']],
];

let server, who, suyu;
const plans = {};

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

test('the county sets up its five brand plans with goals, period and indicators [K26]', async () => {
    for (const [name, services] of FIVE) {
        const made = await who.admin.post(PLANS, {
            name, services, goals: '让每个乡镇的居民都参与', starts_on: '2026-01-01', ends_on: '2026-12-31',
            indicators: [{ name: '活动场次', unit: '场', target: 48 }],
        });
        assert.equal(made.status, 201, JSON.stringify(made.body));
        assert.equal(made.body.state, 'draft');
        plans[name] = `${PLANS}/${made.body.id}`;
    }
    const list = await who.admin.get(`${PLANS}?sort=starts_on&count=exact`);
    assert.equal(list.body.total ?? list.body.items.length, 5);
});

test('a plan has its name to itself and ends after it starts [K26]', async () => {
    const plan = { name: '银龄关爱', goals: '再来一次', starts_on: '2026-02-01', ends_on: '2026-01-31' };
    assert.deepEqual(faultsOf(await who.admin.post(PLANS, plan)), { '/ends_on': 'not_before' });
    const again = await who.admin.post(PLANS, { ...plan, ends_on: '2026-03-31' });
    assert.equal(again.status, 422);
    assert.deepEqual(faultsOf(again), { '/name': 'not_unique' });
});

test('it runs, is closed with what it came to, and is fixed then [K26]', async () => {
    const path = plans['银龄关爱'];
    assert.equal((await who.admin.act(path, 'close', { summary: '早了' })).body.code, 'wrong_state');
    assert.equal((await who.admin.act(path, 'start')).body.state, 'running');
    const now = await who.admin.get(path);
    const counted = await who.admin.patch(path,
        { indicators: [{ name: '活动场次', unit: '场', target: 48, done: 50 }] }, now.etag);
    assert.equal(counted.body.indicators[0].done, 50, JSON.stringify(counted.body));
    const closed = await who.admin.act(path, 'close', { summary: '“情暖夕阳”3 月 30 日收官，超额完成' });
    assert.equal(closed.body.state, 'closed', JSON.stringify(closed.body));
    assert.equal((await who.admin.patch(path, { goals: '改' }, closed.etag)).status, 409);
});

test('the other county sees none of it [K26]', async () => {
    assert.equal((await suyu.admin.get(plans['护花成长'])).status, 404);
    assert.deepEqual((await suyu.admin.get(PLANS)).body.items, []);
});
