// One matter, one discussion: a dossier goes to the leading group, whose members vote; who has an
// interest in it is barred, and the votes alone decide.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const ITEMS = '/station/major_items', VOTES = '/station/votes', CONFLICTS = '/station/conflicts';
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
const ATTENDEES = [
    { name: '黎局长', duty: '组长', present: true }, { name: '何副局长', present: true },
    { name: '义科员', present: true }, { name: '盘科员', present: true },
    { name: '蒋科员', present: false, reason: '公差' },
];

let server, who, suyu, group, meeting, person;

async function must(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        chief: ['county_leader', JIANGHUA, '黎局长'], deputy: ['county_leader', JIANGHUA, '何副局长'],
        yi: ['county_section', JIANGHUA, '义科员'], pan: ['county_section', JIANGHUA, '盘科员'],
        jiang: ['county_section', JIANGHUA, '蒋科员'], outsider: ['county_section', JIANGHUA, '外科员'],
        officer: ['township_officer', TUOJIANG, '赵主任'],
    }));
    person = (await must(who.head.post('/station/residents', { div: YANGHUA, name: '冯阿婆' }))).id;
});
after(() => server?.stop());

test('the bureau chief heads the leading group of the stations [K20]', async () => {
    group = (await must(who.admin.post('/station/committees', {
        name: '社工站运行领导小组', basis: '江民发〔2026〕3 号', founded_on: '2026-01-05',
        duties: '统筹全县社工站建设与运行',
    }))).id;
    const seats = { chief: 'HEAD', deputy: 'DEPUTY', yi: 'MEMBER', pan: 'MEMBER', jiang: 'OFFICE' };
    for (const [key, seat] of Object.entries(seats))
        await must(who.admin.post('/station/committee_members',
            { committee: group, staff: who[key].account, seat }));
    const second = await who.admin.post('/station/committee_members',
        { committee: group, staff: who.outsider.account, seat: 'HEAD' });
    assert.deepEqual(faultsOf(second), { '/seat': 'committee_member_head' });
    const twice = await who.admin.post('/station/committee_members',
        { committee: group, staff: who.yi.account, seat: 'MEMBER' });
    assert.deepEqual(faultsOf(twice), { '/staff': 'committee_member_once' });
    assert.equal((await who.head.post('/station/committees', { name: '另立' })).status, 403);
    assert.equal((await suyu.admin.get(`/station/committees/${group}`)).status, 404);
});

/** A matter that the township submitted and the county put on a meeting. */
async function scheduled(more = {}) {
    const made = await must(who.officer.post(ITEMS, {
        cause: 'BENEFIT', title: '冯阿婆家庭重大变故救助', content: '火灾致贫，现行政策不能覆盖',
        person, amount_fen: 1500000, ...more,
    }));
    assert.match(made.no, /^431129-SA\d{8}-\d{4}$/);
    const path = `${ITEMS}/${made.id}`;
    await must(who.officer.act(path, 'submit'), 200);
    meeting ??= (await must(who.chief.post('/station/meetings', {
        kind: 'MATTER', title: '一事一议会议', held_at: '2026-11-20T15:00:00+08:00',
        committee: group, chair: who.chief.account,
    }))).id;
    await must(who.chief.act(path, 'schedule', { meeting, committee: group }), 200);
    return { path, id: made.id };
}

const vote = (key, major_item, ballot) => who[key].post(VOTES, { major_item, ballot });

test('a dossier that lacks something goes back and comes again [K21]', async () => {
    const made = await must(who.head.post(ITEMS,
        { div: YANGHUA, cause: 'EXPENSE', title: '购置电动车', content: '限额以上支出' }));
    const path = `${ITEMS}/${made.id}`;
    assert.equal((await who.chief.act(path, 'return', { reason: '早了' })).body.code, 'wrong_state');
    await must(who.head.act(path, 'submit'), 200);
    const fixed = await who.head.get(path);
    assert.equal((await who.head.patch(path, { title: '改' }, fixed.etag)).status, 409);
    const back = await must(who.chief.act(path, 'return', { reason: '缺三家询价' }), 200);
    assert.equal(back.state, 'returned');
    const now = await who.head.get(path);
    await must(who.head.patch(path, { amount_fen: 480000 }, now.etag), 200);
    assert.equal((await must(who.head.act(path, 'submit'), 200)).state, 'submitted');
});

test('a relative of the person and a member with an interest are barred; votes decide [K20 K21]', async () => {
    await must(who.yi.post('/station/near_relatives',
        { account: who.pan.account, person, relation: '51' }));
    const { path, id } = await scheduled();
    await must(who.jiang.post(CONFLICTS,
        { major_item: id, member: who.jiang.account, grounds: '曾为其担保' }));

    assert.deepEqual(faultsOf(await vote('pan', id, 'YES')), { '/member': 'vote_relative' });
    assert.deepEqual(faultsOf(await vote('jiang', id, 'YES')), { '/member': 'vote_barred' });
    assert.deepEqual(faultsOf(await vote('outsider', id, 'YES')), { '/member': 'vote_no_member' });
    await must(vote('chief', id, 'YES'));
    assert.equal((await who.chief.act(path, 'deliberate', { attendees: ATTENDEES })).body.code,
        'major_item_no_quorum'); // one of the three entitled
    await must(vote('yi', id, 'NO'));
    assert.deepEqual(faultsOf(await vote('yi', id, 'YES')), { '/member': 'vote_once' });
    await must(vote('deputy', id, 'YES'));

    const deliberated = await must(who.chief.act(path, 'deliberate', { attendees: ATTENDEES }), 200);
    assert.deepEqual(['members', 'barred', 'yes_votes', 'no_votes', 'abstentions']
        .map((name) => deliberated[name]), [5, 2, 2, 1, 0]);
    assert.deepEqual(faultsOf(await vote('deputy', id, 'NO')), { '/major_item': 'vote_not_open' });
    assert.equal((await who.chief.act(path, 'reject', { resolution: '不予救助' })).body.code,
        'major_item_passed');
});

test('what is resolved is followed up, by tasks that somebody else verifies [K20 K21]', async () => {
    const { path, id } = await scheduled({ title: '冯阿婆二次救助' });
    for (const key of ['chief', 'deputy', 'yi']) await must(vote(key, id, 'YES'));
    await must(who.chief.act(path, 'deliberate', { attendees: ATTENDEES }), 200);
    const follow_up = [{ task: '一周内送达救助金', due: '2026-12-01' },
        { task: '公示七天', due: '2026-12-10' }];
    assert.deepEqual(faultsOf(await who.chief.act(path, 'approve', { resolution: '同意', follow_up })),
        { '/owner': 'required_if' });
    const approved = await must(who.chief.act(path, 'approve',
        { resolution: '同意一次性救助 15000 元', follow_up, owner: who.officer.account }), 200);
    assert.equal(approved.state, 'approved');
    await must(who.chief.act(path, 'execute'), 200);

    const source = encodeURIComponent(`station.major_item:${id}`);
    const { items } = (await who.officer.get(`/station/action_items?source.eq=${source}`)).body;
    assert.deepEqual(items.map(({ title, due }) => [title, due]),
        follow_up.map(({ task, due }) => [task, due]));
    assert.equal((await who.chief.act(path, 'close', { result: '已送达' })).body.code,
        'major_item_follow_up_open');
    for (const { id: task } of items) {
        const at = `/station/action_items/${task}`;
        await must(who.officer.act(at, 'finish', { done_note: '已办' }), 200);
        assert.equal((await who.officer.act(at, 'verify')).status, 403);
        await must(who.chief.act(at, 'verify'), 200);
    }
    assert.equal((await must(who.chief.act(path, 'close', { result: '已送达' }), 200)).state, 'closed');
});

test('without a majority there is no approval [K21]', async () => {
    const { path, id } = await scheduled({ person: null, div: YANGHUA, title: '关闭一处社工室',
        cause: 'STATION' });
    await must(vote('chief', id, 'YES'));
    await must(vote('deputy', id, 'ABSTAIN'));
    await must(vote('yi', id, 'NO'));
    await must(who.chief.act(path, 'deliberate', { attendees: ATTENDEES }), 200);
    assert.equal((await who.chief.act(path, 'approve', { resolution: '通过' })).body.code,
        'major_item_not_passed');
    const rejected = await must(who.chief.act(path, 'reject', { resolution: '暂不关闭' }), 200);
    assert.equal(rejected.state, 'rejected');
    assert.equal((await suyu.admin.get(path)).status, 404);
});

test('an interest that comes to light after the vote takes the vote away [K20 K21]', async () => {
    const { path, id } = await scheduled({ title: '冯阿婆三次救助' });
    for (const [key, ballot] of [['chief', 'NO'], ['deputy', 'YES'], ['yi', 'NO'], ['jiang', 'YES']])
        await must(vote(key, id, ballot));
    await must(who.yi.post(CONFLICTS,
        { major_item: id, member: who.deputy.account, grounds: '投票后申报：与申请人合伙经营' }));
    const deliberated = await must(who.chief.act(path, 'deliberate', { attendees: ATTENDEES }), 200);
    assert.deepEqual(['members', 'barred', 'yes_votes', 'no_votes'].map((name) => deliberated[name]),
        [5, 2, 1, 2]);
    await must(who.chief.act(path, 'reject', { resolution: '不予救助' }), 200);
});

test('the county summary counts what was resolved and what came to its end [K21]', async () => {
    const report = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    const resolved = report.body.indicators.find((item) => item.code === 'Y10');
    assert.deepEqual(resolved.share, { kind: 'closed', value: 1, of: 1 });
});
