// 诉求与热线: the single way in. A request's whole life, the calls behind it, who is on duty when it
// rings, and what stays secret.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, got, made } from '../../lib/station.mjs';

let server, who, suyu, stations;

const PHONE = '13807465678';
const JIANGHUA_NOBODY = '01a203d0-0000-7000-8000-000000000000';
const SHIFT = 8 * 3600e3;
const day = (offset) => new Date(Date.now() + SHIFT + offset * 86400e3).toISOString().slice(0, 10);
const PERIOD = day(0).slice(0, 7);

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', 431129, '社工股'],
        second: ['social_worker', TUOJIANG, '赵社工'],
        callback: ['hotline_operator', 431129, '蒋回访'],
        auditor: ['auditor_biz', 431129, '审计员'],
    }));
});
after(() => server?.stop());

const request = (more = {}, caller = who.operator) => made(caller, 'requests', { div: YANGHUA,
    channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency: 'U2', content: '家中无米', ...more });

/** Accepted by the head and given to the worker. */
async function assigned(more) {
    const one = await request(more);
    await done(who.head, one.path, 'accept');
    await done(who.head, one.path, 'assign', { staff: who.worker.account });
    return one;
}

async function indicator(caller, code) {
    const report = await got(caller, `/reports/SM-01?period=${PERIOD}`);
    return report.indicators.find((one) => one.code === code);
}

const inboxOf = async (caller) => (await got(caller, '/notices?limit=100')).items;

test('a wrong owner may send it back twice; then the county decides [K22 K32]', async () => {
    const one = await assigned();
    assert.equal((await who.section.act(one.path, 'decide', { staff: who.second.account })).status, 409);
    await done(who.worker, one.path, 'return', { reason: '不属本人片区' });
    await done(who.head, one.path, 'assign', { staff: who.second.account });
    await done(who.second, one.path, 'return', { reason: '应由县级协调' });
    const stuck = await who.head.act(one.path, 'assign', { staff: who.worker.account });
    assert.deepEqual([stuck.status, stuck.body.code], [409, 'county_decides']);
    assert.equal((await who.head.act(one.path, 'decide', { staff: who.worker.account })).status, 403);
    const now = await done(who.section, one.path, 'decide', { staff: who.worker.account });
    assert.deepEqual([now.state, now.staff, now.returns], ['assigned', who.worker.account, 2]);
    const again = await who.worker.act(one.path, 'return', { reason: '再退' });
    assert.equal(again.body.code, 'returned_twice');
    const told = (await inboxOf(who.section)).filter((notice) => notice.text.includes(one.no));
    assert.ok(told.some(({ text }) => /twice/.test(text)), JSON.stringify(told));
});

test('passed on it stays open and its clock runs, until the county lets it stand [K22 K32]', async () => {
    const one = await assigned();
    await done(who.worker, one.path, 'start');
    const nowhere = await who.worker.act(one.path, 'transfer', { reason: '转站', transfer_kind: 'STATION' });
    assert.deepEqual(faultsOf(nowhere), { '/transfer_org': 'required_if' });
    await done(who.worker, one.path, 'transfer', { reason: '需医保局答复', transfer_kind: 'DEPT' });
    await server.psql(`update station.request set due_finish_at = now() - interval '1 minute'
        where id = '${one.id}'`);
    const running = await got(who.head, one.path);
    assert.deepEqual([running.open, running._overdue], [true, ['due_finish_at']]);
    assert.equal((await who.head.act(one.path, 'consent')).status, 403);
    const standing = await done(who.section, one.path, 'consent');
    assert.deepEqual([standing.state, standing._overdue, standing.consent_by],
        ['waiting', [], who.section.account]);
    const back = await done(who.worker, one.path, 'resume', { reply: '医保局已受理' });
    assert.deepEqual([back.state, back.reply], ['in_progress', '医保局已受理']);
});

test('reopened twice at most; who handled it neither calls back nor closes [K32]', async () => {
    const one = await assigned();
    await done(who.worker, one.path, 'start');
    for (const turn of [1, 2, 3]) {
        await done(who.worker, one.path, 'finish', { result: '已送米' });
        await done(who.callback, one.path, 'callback', { rating: turn < 3 ? 2 : 5 });
        if (turn < 3) await done(who.callback, one.path, 'reopen', { reason: '送错了' });
    }
    assert.equal((await who.callback.act(one.path, 'reopen', { reason: '三次' })).body.code,
        'reopened_twice');
    assert.equal((await done(who.callback, one.path, 'close')).reopens, 2);
    const [hotline, minutes, back] = [await indicator(who.head, 'M06'),
        await indicator(who.head, 'M06T'), await indicator(who.head, 'M07B')];
    assert.equal(hotline.value, 3);
    assert.equal(hotline.by_kind.find(({ kind }) => kind === 'U2').value, 3);
    assert.deepEqual([minutes.value, back.share], [0, { kind: 'called_back', value: 1, of: 1 }]);
    // the mean, not the sum
    await server.psql(`update station.request set assigned_at = received_at + interval '10 minutes'
        where id = '${one.id}'`);
    await server.psql(`update station.request set assigned_at = received_at + interval '20 minutes'
        where county = ${JIANGHUA} and id <> '${one.id}'`);
    assert.equal((await indicator(who.head, 'M06T')).value, 17); // (10 + 20 + 20) / 3
});

test('a call is logged with how soon it was picked up; its number is sealed [K23]', async () => {
    const at = (seconds) => new Date(Date.now() - 600e3 + seconds * 1e3).toISOString();
    const call = (more) => made(who.operator, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: PHONE,
        started_at: at(0), answered_at: at(9), ended_at: at(120), ring_seconds: 9,
        outcome: 'ANSWERED', ...more });
    const soon = await call({});
    assert.deepEqual([soon.in_time, soon.phone, soon.operator],
        [true, '138****5678', who.operator.account]);
    const late = await call({ started_at: at(200), answered_at: at(216), ended_at: at(300), ring_seconds: 16 });
    assert.equal(late.in_time, false); // 15 seconds, until the county sets another figure
    await call({ started_at: at(400), answered_at: null, ended_at: at(430), ring_seconds: 30,
        outcome: 'MISSED' });
    const bad = await who.operator.post('/station/calls', { div: YANGHUA, line: 'HOTLINE',
        started_at: at(10), answered_at: at(5), outcome: 'REQUEST' });
    assert.deepEqual(faultsOf(bad), { '/answered_at': 'not_before', '/request': 'required_if' });
    const calls = await indicator(who.section, 'M06C');
    assert.deepEqual([calls.value, calls.share], [3, { kind: 'in_time', value: 1, of: 3 }]);
    assert.equal((await who.helukou.get(soon.path)).status, 404);
});

test('the same number again shows who it is, what is open and the last calls [K23 K38]', async () => {
    const widow = await made(who.head, 'residents', { div: YANGHUA, name: '单秀英', sex: '2',
        birth: '1943-12-05', phone: PHONE });
    const open = await request({ person: widow.id, content: '药吃完了' });
    const found = await who.operator.post('/station/calls/caller', { phone: '138 0746 5678' });
    assert.equal(found.status, 200, JSON.stringify(found.body));
    assert.deepEqual(found.body.persons, [{ id: widow.id, name: '单**', sex: '2', birth_year: 1943,
        div: YANGHUA }]);
    assert.deepEqual(found.body.requests.map(({ id }) => id), [open.id]);
    assert.equal(found.body.calls.length, 3);
    assert.ok(!JSON.stringify(found.body).includes('药吃完了'));
    const nobody = await who.helukou.post('/station/calls/caller', { phone: PHONE });
    assert.deepEqual([nobody.body.persons, nobody.body.requests, nobody.body.calls], [[], [], []]);
    const abroad = await suyu.head.post('/station/calls/caller', { phone: PHONE });
    assert.deepEqual(abroad.body.calls, []);
    assert.deepEqual(faultsOf(await who.operator.post('/station/calls/caller', { phone: '12' })),
        { '/phone': 'phone_length' });
    assert.deepEqual(faultsOf(await who.operator.post('/station/calls/caller', {})),
        { '/phone': 'text_expected' });
    const traces = await server.rows(`select actor, object from core.audit
        where object = 'station/calls/caller' and result = 'ok' and county = ${JIANGHUA}
        order by at limit 1`);
    assert.deepEqual(traces, [{ actor: who.operator.account, object: 'station/calls/caller' }]);
});

test('the worker has a direct line: a call at eight, a request of the station itself [K38 K32]', async () => {
    const call = await made(who.worker, 'calls', { div: YANGHUA, line: 'STATION', phone: '13907460001',
        started_at: new Date(Date.now() - 90e3).toISOString(), outcome: 'ANSWERED',
        answered_at: new Date(Date.now() - 80e3).toISOString() });
    assert.deepEqual([call.operator, call.in_time], [who.worker.account, true]);
    const own = await request({ channel: 'PHONE', caller_phone: '13907460001', content: '代买菜' }, who.worker);
    const now = await who.worker.get(call.path);
    const linked = await who.worker.patch(call.path, { request: own.id, outcome: 'REQUEST' }, now.etag);
    assert.deepEqual([linked.status, linked.body.request], [200, own.id]);
    const again = await who.worker.post('/station/calls/caller', { phone: '13907460001' });
    assert.deepEqual(again.body.requests.map(({ id }) => id), [own.id]);
    const list = await got(who.head, '/station/calls?line.eq=STATION');
    assert.deepEqual(list.items.map(({ id }) => id), [call.id]);
    const fixed = await who.worker.patch(call.path, { phone: '13907460002' }, linked.etag);
    assert.equal(fixed.status, 422); // what rang stays what rang
    assert.equal((await who.auditor.post('/station/calls/caller', { phone: PHONE })).status, 403);
});

/** A second of silence, as a telephone records it. */
function recording() {
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + 8000, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(8000, 24);
    head.writeUInt32LE(8000, 28);
    head.writeUInt16LE(1, 32);
    head.writeUInt16LE(8, 34);
    head.write('data', 36);
    head.writeUInt32LE(8000, 40);
    return Buffer.concat([head, Buffer.alloc(8000, 128)]);
}

async function uploaded(caller, bytes, type, name) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const announced = await caller.post('/files', { name, type, size: bytes.length, sha256 });
    assert.equal(announced.status, 201, JSON.stringify(announced.body));
    const sent = await fetch(`${server.base}/api/v1/files/${announced.body.id}`, {
        method: 'PATCH', body: bytes,
        headers: { Authorization: `Bearer ${caller.token}`, 'Upload-Offset': '0',
            'Content-Type': 'application/offset+octet-stream' },
    });
    return { id: announced.body.id, status: sent.status, text: await sent.text() };
}

test('a recording is for who reads the call in full, and goes when its time is over [K23]', async () => {
    const file = await uploaded(who.operator, recording(), 'audio/wav', '来电录音.wav');
    assert.equal(file.status, 204, file.text);
    const fake = await uploaded(who.operator, Buffer.from('no sound at all, only words'), 'audio/mpeg', 'a.mp3');
    assert.notEqual(fake.status, 204);
    const call = await made(who.operator, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: PHONE,
        started_at: new Date(Date.now() - 60e3).toISOString(), outcome: 'ANSWERED',
        answered_at: new Date(Date.now() - 50e3).toISOString(), recording: file.id });
    assert.equal(call.recording_until, day(180));
    const content = `/files/${file.id}/content`;
    assert.equal((await who.head.get(content)).status, 200);
    assert.equal((await who.helukou.get(content)).status, 404);
    assert.ok([403, 404].includes((await who.auditor.get(content)).status)); // reads masked
    const forget = () => server.psql(`select core.recording_forget(${JIANGHUA}, 10)`, 'wulian_gate');
    assert.equal(await forget(), '0');
    await server.psql(`update station.call_log set recording_until = '2026-01-01' where id = '${call.id}'`);
    assert.equal(await forget(), '1');
    const now = await got(who.operator, call.path);
    assert.deepEqual([now.recording ?? null, now.version], [null, 2]);
    assert.equal((await who.operator.get(content)).status, 404);
    const { items } = await got(who.operator, `${call.path}/history`);
    assert.ok(!JSON.stringify(items).includes(file.id));
    const traces = await server.rows(`select action from core.audit where object_id = '${call.id}'
        and action = 'erase'`);
    assert.equal(traces.length, 1);
});

test('a missed call waits until the call that returns it is named; an answered one returns to nobody [K23]', async () => {
    const now = new Date().toISOString();
    const call = (more, caller = who.operator) => made(caller, 'calls', { div: YANGHUA, line: 'HOTLINE', phone: '13907461234',
        started_at: now, ...more });
    const [missed, back] = [await call({ outcome: 'MISSED' }), await call({ outcome: 'ANSWERED', answered_at: now })];
    const waiting = async (caller = who.operator) => (await got(caller,
        '/station/calls?outcome.eq=MISSED&returned_by.isnull=true')).items.map(({ id }) => id);
    assert.ok((await waiting()).includes(missed.id));
    assert.ok(!(await waiting(who.helukou)).includes(missed.id), 'another station does not see it');
    const returned = (path, by) => who.operator.patch(path, { returned_by: by }, '"v1"');
    const later = await call({ outcome: 'ANSWERED', answered_at: now });
    assert.deepEqual(faultsOf(await returned(back.path, later.id)), { '/returned_by': 'forbidden_if' });
    assert.equal((await returned(missed.path, JIANGHUA_NOBODY)).status, 422);
    const earlier = await call({ outcome: 'ANSWERED', started_at: '2026-01-05T09:00:00+08:00', answered_at: '2026-01-05T09:00:10+08:00' });
    const again = await call({ outcome: 'MISSED' });
    for (const by of [missed, earlier, again]) // itself, one before it, one missed too
        assert.deepEqual(faultsOf(await returned(missed.path, by.id)), { '/returned_by': 'call_returned' });
    assert.equal((await returned(missed.path, back.id)).status, 200);
    assert.ok(!(await waiting()).includes(missed.id));
});
