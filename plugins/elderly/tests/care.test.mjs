// What is done for an elder besides meals, calls and errands: a doctor at home, devices and adapted
// homes, and what to do when something has happened.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, earlier, kinds, made, number, refused, setParam, step } from '../../../tests/lib/steps.mjs';
import { PIXEL, upload } from '../../../tests/lib/tables.mjs';

const HOUR = 3600e3, DAY = 24 * HOUR;
const at = (hours) => new Date(Date.now() + hours * HOUR).toISOString();
const day = (n) => new Date(Date.now() + 8 * HOUR + n * DAY).toISOString().slice(0, 10);

let server, who, suyu, widow, clinic, venue;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '周科长'],
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
    widow = (await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }))).id;
    clinic = (await made(who.admin.post('/admin/org_units', { div: `${TUOJIANG}000`,
        name: '沱江镇卫生院', kind: 'HOSPITAL', status: 'OPERATING' }))).id;
    venue = (await made(who.head.post('/station/venues', { div: YANGHUA, name: '阳华村卫生室',
        type: 'CLINIC', open_mode: 'NORMAL' }))).id;
});
after(() => server?.stop());

/* ---- 送医上门 ---------------------------------------------------------------------------------- */

const asked = async (more) => {
    const row = await made(who.room.post('/elderly/doctor_visits',
        { person: widow, complaint: '头晕，血压偏高，下不了楼', wanted_on: day(1), ...more }));
    return { ...row, path: `/elderly/doctor_visits/${row.id}` };
};
const agreed = { agreed_at: at(2), doctor: '李医生', way: 'FETCHED' };
const seen = { visited_at: earlier(6), findings: '血压 170/95', advice: '按时服药' };

test('a doctor of a partner clinic comes to the home, and what was found stays with few [E10]', async () => {
    const visit = await asked();
    assert.deepEqual([visit.state, visit.due_at],
        ['asked', new Date(`${day(1)}T18:00:00+08:00`).toISOString().replace('.000Z', '+00:00')]);
    assert.deepEqual(faultsOf(await who.worker.act(visit.path, 'agree', agreed)),
        { '/clinic': 'doctor_clinic' });
    for (const [where, value] of [['clinic', '县人民医院'], ['clinic_venue', venue], ['clinic_unit', clinic]])
        assert.equal((await step(who.worker, visit.path, 'agree', { ...agreed, [where]: value })).state,
            'agreed');
    assert.deepEqual(faultsOf(await who.worker.act(visit.path, 'visit',
        { ...seen, visited_at: at(1) })), { '/visited_at': 'in_future' });
    const done = await step(who.worker, visit.path, 'visit', seen);
    assert.deepEqual([done.state, done.findings, done.clinic_unit], ['visited', seen.findings, clinic]);
    const masked = (await who.operator.get(visit.path)).body;
    for (const field of ['complaint', 'findings', 'advice']) assert.ok(masked._masked.includes(field));
    assert.equal((await step(who.worker, visit.path, 'close', { outcome: '已平稳' })).state, 'closed');
    await refused(who.room, visit.path, 'cancel', 'not_permitted', { reason: '试' });
    assert.equal((await who.helukou.get(visit.path)).status, 404);
    assert.equal((await suyu.head.get(visit.path)).status, 404);
});

test('what is to be looked at again is asked for at once, and due on its day [E10]', async () => {
    const visit = await asked();
    await step(who.worker, visit.path, 'agree', { ...agreed, clinic_venue: venue });
    assert.deepEqual(faultsOf(await who.worker.act(visit.path, 'visit',
        { ...seen, follow_up_on: day(-1) })), { '/follow_up_on': 'doctor_follow_up' });
    await step(who.worker, visit.path, 'visit', { ...seen, follow_up_on: day(7) });
    const { items } = (await who.worker.get('/elderly/doctor_visits?state.eq=asked')).body;
    const again = items.find(({ follows }) => follows === visit.id);
    assert.deepEqual([again.person, again.wanted_on, again.clinic_venue, again.doctor],
        [widow, day(7), venue, '李医生']);
    const late = async () => (await who.head.get('/elderly/doctor_visits?overdue=due_at')).body.items
        .map(({ id }) => id);
    assert.ok(!(await late()).includes(again.id));
    await server.psql(`update elderly.doctor_visit set due_at = now() - interval '1 hour'
        where id = '${again.id}'`);
    assert.ok((await late()).includes(again.id));
    await step(who.worker, `/elderly/doctor_visits/${again.id}`, 'cancel', { reason: '已住院' });
    assert.ok(!(await late()).includes(again.id));
});

test('by what hour a doctor has to be there is the township\'s [E10]', async () => {
    const set = (settings) => who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings });
    assert.equal((await set({ doctor_due_hour: 12 })).status, 200);
    assert.equal(Date.parse((await asked()).due_at), Date.parse(`${day(1)}T12:00:00+08:00`));
    assert.equal((await set({})).status, 200);
});

test('a request for a doctor is told when the doctor has been there [E10]', async () => {
    const request = await made(who.operator.post('/station/requests', { div: YANGHUA, person: widow,
        channel: 'HOTLINE', category: 'TO_HOSPITAL', domain: 'E', urgency: 'U2', content: '下不了楼' }));
    const path = `/station/requests/${request.id}`;
    for (const [caller, action, body] of [[who.head, 'accept'],
        [who.head, 'assign', { staff: who.worker.account }], [who.worker, 'start']])
        await step(caller, path, action, body);
    const visit = await made(who.worker.post('/elderly/doctor_visits',
        { person: widow, request: request.id, complaint: '头晕', wanted_on: day(0) }));
    const at_ = `/elderly/doctor_visits/${visit.id}`;
    assert.equal((await who.worker.get(path)).body.plugin_ref, `elderly.doctor_visit:${visit.id}`);
    await step(who.worker, at_, 'agree', { ...agreed, way: 'AMBULANCE', clinic: '县人民医院' });
    assert.equal((await who.worker.get(path)).body.work_done_at, null);
    await step(who.worker, at_, 'visit', seen);
    assert.ok((await who.worker.get(path)).body.work_done_at);
});

/* ---- 适老化改造、辅具 ---------------------------------------------------------------------------- */

const proposed = async (more) => {
    const { id } = await made(who.worker.post('/elderly/aid_devices', { person: widow, form: 'LEND',
        kind: 'WHEELCHAIR', need: '偏瘫，外出需轮椅', assessed_on: day(-1), ...more }));
    return `/elderly/aid_devices/${id}`;
};
const cost = { cost_fen: 98001, gov_fen: 49000, charity_fen: 29401, self_fen: 19600, fund: '公益金' };
const placed = { placed_on: day(0), received_by: '本人' };

test('a device is approved by another, lent, looked at again and again, and comes back', async () => {
    const path = await proposed();
    await refused(who.worker, path, 'approve', 'not_permitted', cost);
    const { items } = (await who.head.get('/notices?limit=200')).body;
    assert.equal(items.find(({ key }) => key === 'aid_device.proposed').text,
        'Waits for approval: device lent');
    assert.ok((await who.operator.get(path)).body._masked.includes('kind'));
    assert.deepEqual(faultsOf(await who.head.act(path, 'approve', { ...cost, self_fen: 19601 })),
        { '/cost_fen': 'sum_of' });
    await step(who.head, path, 'approve', cost);
    await refused(who.worker, path, 'return', 'wrong_state', { returned_on: day(0), condition: '完好' });
    const lent = await step(who.worker, path, 'place', { ...placed, serial: 'WC-12' });
    assert.ok(Math.abs(Date.parse(lent.check_due_at) - Date.now() - 30 * DAY) < HOUR);
    for (const note of ['会用', '轮胎已打气']) {
        const looked = await step(who.worker, path, 'check', { checked_on: day(0), check_note: note });
        assert.ok(Date.parse(looked.check_due_at) > Date.now() + 29 * DAY);
    }
    await server.psql(`update elderly.aid_device set check_due_at = now() - interval '1 hour'
        where id = '${path.split('/').pop()}'`);
    assert.deepEqual((await who.head.get(path)).body._overdue, ['check_due_at']);
    const back = await step(who.worker, path, 'return', { returned_on: day(0), condition: '完好' });
    assert.deepEqual([back.state, back.check_due_at], ['returned', null]);
    assert.equal((await suyu.head.get(path)).status, 404);
    const [sum] = await server.rows(`select sum(cost_fen - gov_fen - charity_fen - self_fen) as rest
        from elderly.aid_device`);
    assert.equal(Number(sum.rest), 0);
});

test('a head who found the need leaves the approval to the county', async () => {
    const { id } = await made(who.head.post('/elderly/aid_devices', { person: widow, form: 'GIVE',
        kind: 'WALKER', need: '行走不稳', assessed_on: day(0) }));
    const path = `/elderly/aid_devices/${id}`;
    await refused(who.head, path, 'approve', 'handled_by_you', cost);
    await step(who.section, path, 'approve', cost);
    await step(who.head, path, 'place', placed);
    await refused(who.head, path, 'return', 'aid_not_lent', { returned_on: day(0), condition: '完好' });
    // what was given is looked at once
    assert.equal((await step(who.head, path, 'check', { checked_on: day(0), check_note: '在用' }))
        .check_due_at, null);
});

test('what was approved and is not wanted after all is refused by another than who found the need',
    async () => {
        const path = await proposed();
        await step(who.head, path, 'approve', cost);
        await refused(who.worker, path, 'refuse', 'not_permitted', { reason: '老人已去世' });
        const ended = await step(who.head, path, 'refuse', { reason: '老人已去世' });
        assert.deepEqual([ended.state, ended._actions], ['refused', []]);
    });

test('a home is photographed before and after it is adapted', async () => {
    const path = await proposed({ form: 'ADAPT', kind: 'HANDRAIL', need: '如厕易跌倒' });
    assert.deepEqual(faultsOf(await who.head.act(path, 'approve', cost)),
        { '/photo_before': 'aid_photo_before' });
    const photo = await upload(who.worker, PIXEL, 'before.png');
    assert.equal((await change(who.worker, path, { photo_before: photo })).status, 200);
    await step(who.head, path, 'approve', cost);
    assert.deepEqual(faultsOf(await who.worker.act(path, 'place', placed)),
        { '/photo_after': 'aid_photo_after' });
    const done = await step(who.worker, path, 'place',
        { ...placed, photo_after: await upload(who.worker, PIXEL, 'after.png') });
    assert.ok(done.photo_before && done.photo_after);
    assert.equal((await who.head.get(`/files/${done.photo_after}`)).status, 200);
    // what it cost is settled with the approval
    assert.equal((await change(who.worker, path, { self_fen: 0 })).status, 409);
});

/* ---- 意外事件 ---------------------------------------------------------------------------------- */

const happened = (more) => ({ person: widow, kind: 'FALL', happened_at: earlier(60), place: '家中卫生间',
    severity: 'MINOR', measures: '扶起、冰敷、通知儿子', injury: '左膝擦伤', family_told: true, ...more });

test('an incident is reported by whoever was there and closed by the head', async () => {
    const before_ = kinds(await number(who.head, 'M40E')).FALL ?? 0;
    const row = await made(who.room.post('/elderly/incidents', happened()));
    assert.equal(row.reported_by, who.room.account);
    const path = `/elderly/incidents/${row.id}`;
    await refused(who.worker, path, 'close', 'not_permitted', { outcome: '无碍' });
    assert.equal((await step(who.head, path, 'close', { outcome: '无碍，已装扶手' })).state, 'closed');
    assert.equal(kinds(await number(who.head, 'M40E')).FALL, before_ + 1);
    const masked = (await who.operator.get(path)).body;
    for (const field of ['kind', 'injury', 'outcome']) assert.ok(masked._masked.includes(field), field);
    for (const stranger of [who.helukou, suyu.head])
        assert.equal((await stranger.get(path)).status, 404);
});

test('after an incident the elder is to be seen within a day [E15]', async () => {
    const { id } = await made(who.worker.post('/elderly/profiles', { person: widow,
        categories: ['ALONE'], living: 'ALONE', tier: 'K', consent_visit: true }));
    const path = `/elderly/profiles/${id}`;
    const due = Date.parse((await step(who.worker, path, 'activate')).next_visit_due);
    assert.ok(due > Date.now() + 2 * DAY);
    await made(who.room.post('/elderly/incidents', happened({ kind: 'SCALD' })));
    const now = (await who.worker.get(path)).body;
    assert.ok(Math.abs(Date.parse(now.next_visit_due) - Date.now() - DAY) < 0.1 * HOUR);
    assert.equal(now.change_kind, 'INCIDENT');
});

test('a grave one raises a request as urgent as the county says, and the head is told', async () => {
    const raised = async (id) => server.rows(`select urgency, category, domain, person, content
        from station.request where plugin_ref = 'elderly.incident:${id}'`);
    const minor = await made(who.worker.post('/elderly/incidents', happened({ severity: 'SERIOUS' })));
    assert.deepEqual(await raised(minor.id), []);
    const grave = { severity: 'GRAVE', kind: 'WANDER', measures: '已报警，全村寻找' };
    const one = await made(who.worker.post('/elderly/incidents', happened(grave)));
    assert.deepEqual(await raised(one.id), [{ urgency: 'U1', category: 'CARE', domain: 'E', person: widow,
        content: '意外事件（走失）：已报警，全村寻找' }]);
    const told = (await who.head.get('/notices?limit=200')).body.items;
    assert.ok(told.some(({ key, record_id }) => key === 'incident.grave' && record_id === one.id));
    await setParam(who.admin, 'elderly.incident_urgency', 'U2');
    const two = await made(who.worker.post('/elderly/incidents', happened(grave)));
    assert.equal((await raised(two.id))[0].urgency, 'U2');
});
