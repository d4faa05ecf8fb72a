// 小组: a group of left-behind children from its plan to its end, with who came to each session.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, YANGHUA, faultAt, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { change, earlier, kinds, made, number, refused, setParam, step } from '../../lib/steps.mjs';

const GROUPS = '/station/groups';
const SHORT = earlier(60);

let server, who, suyu, group, path;
const members = [], sessions = [];

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA,
        { section: ['county_section', JIANGHUA, '县科员'] }));
});
after(() => server?.stop());

const plan = (more = {}) => made(who.worker.post(GROUPS, {
    div: YANGHUA, title: '留守儿童朋辈支持小组', type: 'SUPPORT', goals: '学会表达情绪',
    leader: who.worker.account, plan_members: 6, plan_sessions: 4, service: 'C',
    platform: 'STATION', dims: ['D21'], links: ['L2', 'L4'], reach: 'TARGETED', ...more,
}));
const join = async (name) => {
    const person = await made(who.worker.post('/station/residents', { name, div: YANGHUA }));
    return made(who.worker.post('/station/group_members', { group_work: group.id, person: person.id }));
};
const meet = (n, stage) => made(who.worker.post('/station/group_sessions', {
    div: YANGHUA, group_work: group.id, session_no: n, stage, held_at: SHORT, content: `第${n}节`,
    minutes: 60,
}));

test('it is formed once there are members enough', async () => {
    group = await plan();
    path = `${GROUPS}/${group.id}`;
    assert.match(group.no, /^431129-GW\d{8}-0001$/);
    for (const name of ['小甲', '小乙', '小丙', '小丁']) members.push(await join(name));
    await refused(who.worker, path, 'form', 'group_too_few_members');
    members.push(await join('小戊'), await join('小己'));
    const twice = await who.worker.post('/station/group_members',
        { group_work: group.id, person: members[0].person });
    assert.equal(faultAt(twice, '/person'), 'group_member_once');
    await refused(who.head, path, 'form', 'not_yours');
    assert.equal((await step(who.worker, path, 'form')).state, 'form');
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await suyu.head.get(path)).status, 404);
});

test('attendance of a whole session is one call, one row a member', async () => {
    for (const [i, stage] of ['FORM', 'TURN', 'MATURE'].entries()) {
        sessions.push(await meet(i + 1, stage));
        const rows = members.map((member, k) =>
            ({ op: 'create', data: { div: YANGHUA, session: sessions[i].id, member: member.id, present: k !== i } }));
        const answer = await who.worker.post('/station/group_attendance/batch',
            { atomic: 'all', items: rows });
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
    const list = await who.worker.get(
        `/station/group_attendance?session.eq=${sessions[0].id}&limit=50&count=exact`);
    assert.equal(list.body.items.length, 6);
    const again = await who.worker.post('/station/group_attendance',
        { div: YANGHUA, session: sessions[0].id, member: members[0].id, present: true });
    assert.equal(faultAt(again, '/member'), 'group_attendance_once');
});

test('it goes through its stages to the end, not before its sessions are held [K12]', async () => {
    await refused(who.worker, path, 'finish', 'wrong_state', { summary: '早' });
    for (const action of ['turn', 'mature', 'part']) await step(who.worker, path, action);
    await refused(who.worker, path, 'finish', 'group_too_few_sessions', { summary: '早' });
    sessions.push(await meet(4, 'END'));
    const ended = await step(who.worker, path, 'finish', { summary: '六名组员建立起互助关系' });
    assert.equal(ended.state, 'ended');
    assert.deepEqual(kinds(await number(who.head, 'M26')), { SUPPORT: 1 });
    assert.deepEqual(kinds(await number(who.head, 'M26S')), { END: 1, FORM: 1, MATURE: 1, TURN: 1 });
    assert.equal((await number(who.head, 'M26A')).value, 15); // six of three, one away each time
    assert.equal((await number(who.head, 'M26P')).value, 6);
    assert.equal((await number(who.helukou, 'M26')).value, 0);
});

test('only members of the group attend its sessions, and none joins what has ended', async () => {
    const other = await plan({ title: '另一小组' });
    const away = await made(who.worker.post('/station/residents', { name: '小庚', div: YANGHUA }));
    const member = await made(who.worker.post('/station/group_members',
        { group_work: other.id, person: away.id }));
    const wrong = await who.worker.post('/station/group_attendance',
        { div: YANGHUA, session: sessions[3].id, member: member.id, present: true });
    assert.equal(faultAt(wrong, '/member'), 'not_of_group');
    const late = await who.worker.post('/station/group_members',
        { group_work: group.id, person: away.id });
    assert.equal(faultAt(late, '/group_work'), 'group_ended');
});

test('a group takes as many members as the county says', async () => {
    await setParam(who.section, 'group_work.members_most', '2');
    const small = await plan({ title: '两人小组' });
    const enter = (n) => who.worker.post('/station/group_members',
        { group_work: small.id, person: members[n].person });
    await made(enter(0));
    await made(enter(1));
    assert.equal(faultAt(await enter(2), '/group_work'), 'group_full');
});

test('who left is no member any more, also where a group has more than the county says', async () => {
    await setParam(who.section, 'group_work.members_least', '2');
    const { items } = (await who.worker.get(`${GROUPS}?limit=50`)).body;
    const small = items.find(({ title }) => title === '两人小组');
    const { body } = await who.worker.get(`/station/group_members?group_work.eq=${small.id}`);
    const member = `/station/group_members/${body.items[0].id}`;
    await server.psql(`update station.policy_value set value = '1' where key = 'group_work.members_most'`);
    const left = await change(who.worker, member, { left_on: SHORT.slice(0, 10) });
    assert.equal(left.status, 200, JSON.stringify(left.body));
    await refused(who.worker, `${GROUPS}/${small.id}`, 'form', 'group_too_few_members');
});
