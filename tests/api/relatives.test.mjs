// Staff and their own relatives: who is registered as one may not handle or decide, in the program and
// in the database, and the record does not offer it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { TUOJIANG, YANGHUA, faultAt, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, kin, stranger;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, 431129, {
        section: ['county_section', 431129, '救助股'], other: ['social_worker', TUOJIANG, '另一社工'],
    }));
    kin = await person('盘阿婆');
    stranger = await person('单秀英');
});
after(() => server?.stop());

async function made(answer) {
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.id;
}

const person = async (name) => made(await who.head.post('/station/residents', { div: YANGHUA, name }));

async function register(caller, account, of, by = who.head) {
    const id = await made(await by.post('/station/near_relatives',
        { account: account.account, person: of, relation: '51', since: '2020-01-01', basis: '本人申报' }));
    return `/station/near_relatives/${id}`;
}

async function request(of) {
    return `/station/requests/${await made(await who.operator.post('/station/requests', {
        person: of, channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency: 'U2', content: '送餐',
    }))}`;
}

async function act(caller, path, action, input) {
    const answer = await caller.act(path, action, input);
    assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

async function barred(caller, path, action, input) {
    const answer = await caller.act(path, action, input);
    assert.deepEqual([answer.status, answer.body.code], [403, 'own_relative'], action);
    const { _actions } = (await caller.get(path)).body;
    assert.ok(!_actions.includes(action), `${action} is offered`);
}

test('one registers near relatives; the same pair once; nobody ends an entry about oneself', async () => {
    const path = await register(who.head, who.worker, kin);
    const twice = await who.head.post('/station/near_relatives',
        { account: who.worker.account, person: kin, relation: '51' });
    assert.equal(faultAt(twice, '/person'), 'near_relative_once');
    assert.equal((await who.worker.get(path)).status, 403);
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await suyu.head.get(path)).status, 404);
    const own = await register(who.head, who.head, stranger);
    const answer = await who.head.act(own, 'end', { reason: '误报' });
    assert.deepEqual([answer.status, answer.body.code], [403, 'handled_by_you']);
    assert.deepEqual((await who.section.get(own)).body._actions, ['end']);
    await act(who.section, own, 'end', { reason: '误报' });
});

test('a handler does not start or finish, the head not call back, close or reopen', async () => {
    const path = await request(kin);
    await act(who.head, path, 'accept');
    const assigned = await act(who.head, path, 'assign', { staff: who.worker.account });
    assert.equal(assigned.state, 'assigned');
    await barred(who.worker, path, 'start');
    assert.deepEqual((await who.worker.get(path)).body._actions, ['return']);
    const listed = (await who.worker.get('/station/requests?limit=200')).body.items
        .find(({ id }) => path.endsWith(id));
    assert.deepEqual(listed._actions, ['return']);
    // registered in the middle of the work
    const other = await request(stranger);
    await act(who.head, other, 'accept');
    await act(who.head, other, 'assign', { staff: who.worker.account });
    await act(who.worker, other, 'start');
    const entry = await register(who.head, who.worker, stranger);
    await barred(who.worker, other, 'finish', { result: '已送' });
    await act(who.head, entry, 'end', { reason: '并非亲属' });
    await act(who.worker, other, 'finish', { result: '已送' });
    const mine = await register(who.section, who.head, stranger, who.section);
    await barred(who.head, other, 'callback', { rating: 5 });
    await act(who.operator, other, 'callback', { rating: 5 });
    await barred(who.head, other, 'close');
    await barred(who.head, other, 'reopen', { reason: '不满意' });
    await act(who.section, mine, 'end', { reason: '已核实' });
    await act(who.head, other, 'close');
});

test('strangers\' requests and other staff go on as ever', async () => {
    const path = await request(kin);
    await act(who.head, path, 'accept');
    await act(who.head, path, 'assign', { staff: who.other.account });
    await act(who.other, path, 'start');
    await act(who.other, path, 'finish', { result: '已送' });
    const nobody = `/station/requests/${await made(await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency: 'U2', content: '匿名',
    }))}`;
    await act(who.head, nobody, 'accept');
    await act(who.head, nobody, 'assign', { staff: who.worker.account });
    await act(who.worker, nobody, 'start');
});

test('a relative who lives where the caller sees nothing is one all the same', async () => {
    const far = await made(await who.helukou.post('/station/residents', { name: '盘表叔' }));
    await register(who.section, who.worker, far, who.section);
    const path = await request(stranger);
    await act(who.head, path, 'accept');
    await act(who.head, path, 'assign', { staff: who.worker.account });
    await server.psql(`update station.request set person = '${far}'
        where id = '${path.split('/').at(-1)}'`);
    await barred(who.worker, path, 'start');
});

test('an errand for a relative is delivered, but settled by somebody else', async () => {
    const errand = `/elderly/errands/${await made(await who.worker.post('/elderly/errands',
        { person: kin, kind: 'FETCH_DRUG', items: '降压药', drug_name: '硝苯地平', drug_checked: '凭处方' }))}`;
    await act(who.worker, errand, 'accept');
    await act(who.worker, errand, 'purchase', { advance_fen: 500, spent_fen: 450, receipt: 'A1' });
    await act(who.worker, errand, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
    await barred(who.worker, errand, 'settle', { returned_fen: 50 });
    await act(who.head, errand, 'settle', { returned_fen: 50 });
});

test('_actions leaves out what a guard refuses', async () => {
    const path = await request(stranger);
    await act(who.head, path, 'accept');
    for (let i = 0; i < 2; i++) {
        await act(who.head, path, 'assign', { staff: who.worker.account });
        const back = await act(who.worker, path, 'return', { reason: '非我辖区' });
        assert.ok(!back._actions.includes('return'));
    }
    assert.ok(!(await who.head.get(path)).body._actions.includes('assign'));
    const third = await act(who.section, path, 'decide', { staff: who.worker.account });
    assert.equal(third.returns, 2);
    const now = (await who.worker.get(path)).body;
    assert.deepEqual(now._actions, ['start']);
    const listed = (await who.worker.get('/station/requests?limit=200')).body.items
        .find(({ id }) => id === now.id);
    assert.deepEqual(listed._actions, ['start']);
    const refused = await who.worker.act(path, 'return', { reason: '再退' });
    assert.deepEqual([refused.status, refused.body.code], [409, 'returned_twice']);
    // merge asks other rows: the single record knows, the list says it is possible
    const into = await request(stranger), from = await request(stranger);
    assert.ok((await who.head.get(into)).body._actions.includes('merge'));
    await act(who.head, from, 'merge', { merged_into: into.split('/').at(-1) });
    assert.ok(!(await who.head.get(into)).body._actions.includes('merge'));
    // nor does the reply to a write offer it
    const taken = await act(who.head, into, 'accept');
    assert.ok(taken._actions.includes('assign') && !taken._actions.includes('merge'));
});

test('the register is nobody\'s by way of the database', async () => {
    await assert.rejects(server.psql('select core.own_relatives()', 'wulian_gate'), /permission denied/);
    assert.equal(await server.psql('select core.own_relatives()', 'wulian_app'), '{}');
    assert.equal(await server.psql('select count(*) from station.near_relative', 'wulian_app'), '0');
});
