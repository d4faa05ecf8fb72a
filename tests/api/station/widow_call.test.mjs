// 08:00, a widow who lives alone rings the hotline: her medicine is used up. The call goes on to the
// station on duty, becomes a request, an errand, and in the end a closed request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, got, made } from '../../lib/station.mjs';

let server, who, suyu;
const job = {};

const PHONE = '13807465678';
const SHIFT = 8 * 3600e3;
const now = () => new Date(Date.now() + SHIFT);
const clock = (hours) => new Date(now().getTime() + hours * 3600e3).toISOString().slice(11, 16);

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        second: ['social_worker', TUOJIANG, '赵社工'],
        callback: ['hotline_operator', 431129, '蒋回访'],
        grid: ['child_director', YANGHUA, '儿童主任'],
    }));
    // the shift may have begun yesterday
    const date = new Date(now().getTime() - 3600e3).toISOString().slice(0, 10);
    for (const [staff, turn] of [[who.second, 2], [who.worker, 1]])
        await made(who.head, 'rosters', { div: `${TUOJIANG}000`, date, shift: 'DAY', starts: clock(-1),
            ends: clock(9), staff: staff.account, turn, phone: `0746-231234${turn}` });
});
after(() => server?.stop());

test('the number is known to nobody; whoever is on duty is called, one after another [K23 K38]', async () => {
    const at = (seconds) => new Date(Date.now() - 60e3 + seconds * 1e3).toISOString();
    job.call = await made(who.operator, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: PHONE,
        started_at: at(0), answered_at: at(6), ring_seconds: 6, outcome: 'FORWARDED' });
    const caller = await who.operator.post('/station/calls/caller', { phone: PHONE });
    assert.deepEqual([caller.body.persons, caller.body.calls.length], [[], 1]);
    const duty = await got(who.operator, `/station/duty?township=${TUOJIANG}`);
    assert.deepEqual(duty.items.map(({ staff, phone }) => [staff, phone]),
        [[who.worker.account, '0746-2312341'], [who.second.account, '0746-2312342']]);

    const ring = await made(who.operator, 'duty_forwards', { div: YANGHUA, call: job.call.id });
    assert.deepEqual([ring.target, ring.staff, ring.phone, ring.state],
        ['STATION', who.worker.account, '0746-2312341', 'ringing']);
    const { items } = await got(who.worker, '/notices');
    assert.ok(items.some(({ record, id, row }) => [record, row ?? id].join().includes('duty_forward')),
        JSON.stringify(items));
    await done(who.operator, ring.path, 'unanswered');
    const rings = async () => (await got(who.operator,
        `/station/duty_forwards?call.eq=${job.call.id}&sort=forwarded_at`)).items;
    const next = (await rings()).find(({ state }) => state === 'ringing');
    assert.deepEqual([next.staff, next.phone, next.call],
        [who.second.account, '0746-2312342', job.call.id]);
    await done(who.operator, `/station/duty_forwards/${next.id}`, 'unanswered');
    const last = (await rings()).find(({ state }) => state === 'ringing');
    assert.deepEqual([last.target, last.staff, last.phone], ['HOTLINE', null, null]);
    const end = await who.operator.act(`/station/duty_forwards/${last.id}`, 'unanswered');
    assert.equal(end.body.code, 'forward_at_hotline');
    await done(who.operator, `/station/duty_forwards/${last.id}`, 'answered', { note: '坐席代接' });
    assert.equal((await rings()).length, 3);
    assert.equal((await who.helukou.get(ring.path)).status, 404);
    // the next call finds the first of them at the telephone
    const again = await made(who.operator, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: PHONE,
        started_at: at(30), answered_at: at(33), outcome: 'FORWARDED' });
    const taken = await made(who.operator, 'duty_forwards', { div: YANGHUA, call: again.id });
    const answered = await done(who.operator, taken.path, 'answered');
    assert.ok(answered.answered_at && answered.staff === who.worker.account);
});

test('an unknown caller makes a request, and is registered in one step [K23 K32]', async () => {
    job.request = await made(who.operator, 'requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'BUY_DRUG', domain: 'E', urgency: 'U2', caller_phone: PHONE,
        content: '独居老人，降压药吃完了，下雨出不了门' });
    assert.equal(job.request.person, null);
    job.widow = await made(who.operator, 'residents', { div: YANGHUA, name: '单秀英', sex: '2',
        birth: '1943-12-05', phone: PHONE, registered_from: job.request.id });
    const known = await got(who.operator, job.request.path);
    assert.deepEqual([known.person, known.version], [job.widow.id, 2]);
    const trace = await server.rows(`select actor, action from core.audit
        where object_id = '${job.request.id}' and action = 'effect'`);
    assert.deepEqual(trace, [{ actor: who.operator.account, action: 'effect' }]);
    // another who is registered from it does not take her place
    await made(who.head, 'residents', { div: YANGHUA, name: '单小英', registered_from: job.request.id });
    assert.equal((await got(who.head, job.request.path)).person, job.widow.id);
    const away = await who.helukou.post('/station/residents',
        { name: '奉小妹', registered_from: job.request.id });
    assert.equal(away.status, 422);
    // who is known is linked by hand
    const other = await made(who.operator, 'requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询' });
    const now = await who.operator.get(other.path);
    const linked = await who.operator.patch(other.path, { person: job.widow.id }, now.etag);
    assert.equal(linked.body.person, job.widow.id);
});

test('the errand is made from it, and the request learns that it has ended [K32 E08]', async () => {
    await done(who.head, job.request.path, 'accept');
    await done(who.head, job.request.path, 'assign', { staff: who.worker.account });
    await done(who.worker, job.request.path, 'start');
    const errand = await who.worker.post('/elderly/errands', { person: job.widow.id,
        request: job.request.id, kind: 'BUY_DRUG', items: '硝苯地平缓释片两盒', drug_note: '按空药瓶购买',
        drug_name: '硝苯地平缓释片', drug_checked: '药店核对空药瓶' });
    assert.equal(errand.status, 201, JSON.stringify(errand.body));
    const path = `/elderly/errands/${errand.body.id}`;
    await done(who.worker, path, 'accept');
    await done(who.worker, path, 'purchase', { advance_fen: 5000, spent_fen: 3860, receipt: '00123' });
    assert.equal((await got(who.worker, job.request.path)).work_done_at, null);
    await done(who.worker, path, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
    const told = await got(who.worker, job.request.path);
    assert.ok(told.work_done_at && told.state === 'in_progress');
    await done(who.head, path, 'settle', { returned_fen: 1140 });
    const settled = await got(who.worker, job.request.path);
    assert.ok(settled.work_done_at >= told.work_done_at);
    assert.equal(settled.plugin_ref, `elderly.errand:${errand.body.id}`);
    const { items: [item, more] } = await got(who.worker, `${job.request.path}/work`);
    assert.deepEqual([item.record, item.label, item.id, item.state, item.state_label, item.href, more],
        ['elderly.errand', 'errand', errand.body.id, 'settled', 'settled', `/api/v1${path}`, undefined]);
    // who reads requests, but not the service's records, sees that there is nothing for them
    assert.deepEqual((await got(who.grid, `${job.request.path}/work`)).items, []);
    assert.equal((await who.helukou.get(`${job.request.path}/work`)).status, 404);
    const looks = await server.rows(`select actor from core.audit where action = 'look'
        and object_id = '${job.request.id}' and actor = '${who.grid.account}'`);
    assert.equal(looks.length, 1);
});

test('another calls back, and it is closed [K23 K32]', async () => {
    await done(who.worker, job.request.path, 'finish', { result: '药已送到，票据在案' });
    assert.equal((await who.worker.act(job.request.path, 'callback', { rating: 5 })).status, 403);
    await done(who.callback, job.request.path, 'callback', { rating: 5, callback_note: '满意' });
    assert.equal((await done(who.callback, job.request.path, 'close')).state, 'closed');
    for (const path of [job.request.path, job.call.path])
        assert.equal((await suyu.admin.get(path)).status, 404, path);
});
