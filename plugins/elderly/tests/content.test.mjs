// 线上文娱: collected, reviewed by another, shared to the elders' groups, and how far it came.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, made, refused, step } from '../../../tests/lib/steps.mjs';

const ITEMS = '/elderly/content_items', SHARES = '/elderly/content_shares';
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
const ago = (minutes) => new Date(Date.now() - minutes * 60e3).toISOString();

let server, who, suyu, opera;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        other: ['station_head', TUOJIANG, '副站长'],
    }));
});
after(() => server?.stop());

test('operas and exercises are collected, and reviewed by somebody else [E07]', async () => {
    const { id } = await made(who.head.post(ITEMS, { title: '花鼓戏《刘海砍樵》', kind: 'OPERA',
        link: 'https://example.org/opera/1', source: '县文化馆', minutes: 40 }));
    opera = `${ITEMS}/${id}`;
    await refused(who.head, opera, 'approve', 'handled_by_you');
    assert.equal((await who.worker.act(opera, 'approve')).status, 403);
    const item = await step(who.other, opera, 'approve');
    assert.deepEqual([item.state, item.reviewed_by], ['approved', who.other.account]);
    assert.equal((await change(who.head, opera, { title: '别的' })).body.code, 'wrong_state');
    assert.deepEqual(faultsOf(await who.worker.post(ITEMS,
        { title: '手指操', kind: 'EXERCISE', source: '自编' })), { '/link': 'any_of' });
    assert.deepEqual(faultsOf(await who.worker.post(ITEMS,
        { title: '手指操', kind: 'EXERCISE', source: '自编', link: 'javascript:alert(1)' })),
    { '/link': 'content_item_link' });
});

test('it is shared to an online group, or to a group of a name; views are counted later [E07]',
    async () => {
        const group = await made(who.worker.post('/station/online_groups', { name: '夕阳红戏迷群',
            theme: 'MUSIC', platform: 'WECHAT', host: who.worker.account, members: 46, workers: 1,
            opened_on: today }));
        const content = opera.split('/').pop();
        const share = await made(who.worker.post(SHARES, { content, online_group: group.id,
            shared_at: ago(0), members: 46 }));
        assert.deepEqual([share.shared_by, share.views ?? null], [who.worker.account, null]);
        const seen = await change(who.worker, `${SHARES}/${share.id}`, { views: 31 });
        assert.equal(seen.body.views, 31);
        await made(who.worker.post(SHARES, { content, group_name: '阳华社区老年群', members: 20,
            shared_at: ago(0) }));
        assert.deepEqual(faultsOf(await who.worker.post(SHARES,
            { content, shared_at: ago(0), members: 5 })), { '/online_group': 'any_of' });
        const { items } = await done(who.head.get(`${SHARES}?content.eq=${content}&sort=shared_at`));
        assert.deepEqual(items.map(({ members, views }) => [members, views ?? null]),
            [[46, 31], [20, null]]);
    });

test('what nobody reviewed, or was withdrawn, reaches no group [E07]', async () => {
    const draft = await made(who.worker.post(ITEMS, { title: '健康讲座', kind: 'HEALTH',
        link: 'http://example.org/2', source: '卫生院' }));
    const share = (content, shared_at = ago(0)) => who.worker.post(SHARES,
        { content, group_name: '阳华社区老年群', members: 20, shared_at });
    assert.deepEqual(faultsOf(await share(draft.id)), { '/content': 'content_not_reviewed' });
    const content = opera.split('/').pop();
    assert.deepEqual(faultsOf(await share(content, ago(60 * 24))), { '/content': 'content_not_reviewed' });
    const kept = await made(share(content));
    await step(who.other, opera, 'withdraw', { reason: '版权' });
    assert.deepEqual(faultsOf(await share(content)), { '/content': 'content_not_reviewed' });
    // what had gone out before is still counted
    assert.equal((await change(who.worker, `${SHARES}/${kept.id}`, { views: 12 })).status, 200);
});

test('another station reads the county\'s collection but changes nothing; another county sees nothing',
    async () => {
        await done(who.admin.put('/admin/townships/431129106/plugins/elderly', { enabled: true }));
        assert.equal((await done(who.helukou.get(opera))).title, '花鼓戏《刘海砍樵》');
        const { items } = await done(who.helukou.get(SHARES));
        assert.deepEqual(items, []);
        const draft = (await done(who.helukou.get(`${ITEMS}?state.eq=draft`))).items[0];
        assert.equal((await who.helukou.act(`${ITEMS}/${draft.id}`, 'approve')).body.code, 'elsewhere');
        assert.equal((await suyu.head.get(opera)).status, 404);
        assert.deepEqual((await done(suyu.head.get(ITEMS))).items, []);
    });
