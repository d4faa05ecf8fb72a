// 转介: from one township's station to another's, with the person's consent and clocks of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { made, refused, step } from '../../lib/steps.mjs';

const PATH = '/station/referrals';

let server, who, suyu, stations, elder, consent, sent;

const refer = (more = {}) => who.worker.post(PATH, {
    person: elder.id, person_name: '单秀英', phone: '13807465678', kind: 'NEED', urgency: 'U3',
    to_unit: stations[HELUKOU], consent: consent.id, service: 'E', need: '每周两天在河路口女儿家，请探访',
    ...more,
});

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        there: ['social_worker', HELUKOU, '河路口社工'],
        beside: ['station_head', '431129103', '大路铺站长'], section: ['county_section', JIANGHUA, '县科员'],
    }));
    elder = await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }));
    consent = await made(who.worker.post('/station/consents', {
        person: elder.id, kind: 'REFERRAL', purpose: '转介河路口社工站', text_version: '2026-1',
        signed_by: '单秀英', signer_relation: '01', signed_at: '2026-03-01T02:00:00Z',
    }));
});
after(() => server?.stop());

test('a referral needs this person\'s consent to a referral, and goes to another township', async () => {
    const service = await made(who.worker.post('/station/consents', {
        person: elder.id, kind: 'SERVICE', purpose: '服务', text_version: '2026-1',
        signed_by: '单秀英', signer_relation: '01', signed_at: '2026-03-01T02:00:00Z',
    }));
    assert.equal(faultAt(await refer({ consent: service.id }), '/consent'), 'referral_consent');
    assert.equal(faultAt(await refer({ to_unit: stations[TUOJIANG] }), '/to_unit'), 'referral_away');
    const taken = await refer({ to_div: `${TUOJIANG}000` });
    assert.equal(faultAt(taken, '/to_div'), 'read_only');
    sent = await made(refer());
    assert.match(sent.no, /^431129-RF\d{8}-\d{4}$/);
    assert.deepEqual([sent.state, sent.to_div, sent.div], ['sent', `${HELUKOU}000`, YANGHUA]);
    const days = (Date.parse(sent.due_feedback_at) - Date.parse(sent.sent_at)) / 86400e3;
    assert.ok(days > 4 && days < 15, sent.due_feedback_at); // 5 working days
    assert.equal(sent.due_accept_at, null);
});

test('the sender and the county see it, and neither answers in the other\'s stead', async () => {
    const path = `${PATH}/${sent.id}`;
    assert.equal((await who.section.get(path)).status, 200);
    assert.equal((await suyu.head.get(path)).status, 404);
    await refused(who.head, path, 'accept', 'referral_not_yours', { receiver: who.head.account });
    await refused(who.worker, path, 'refuse', 'referral_not_yours', { reason: '代拒' });
    await refused(who.worker, path, 'end', 'wrong_state', { result: '早' });
});

test('a sender may take it back before it is answered', async () => {
    const other = await made(refer());
    const path = `${PATH}/${other.id}`;
    assert.equal((await step(who.worker, path, 'withdraw', { reason: '老人不去了' })).state, 'withdrawn');
    await refused(who.worker, path, 'withdraw', 'wrong_state', { reason: '再' });
});

test('the station it goes to sees it, accepts, serves and reports back; the sender ends it [E21]', async () => {
    const path = `${PATH}/${sent.id}`, row = `/station/residents/${elder.id}`;
    assert.equal((await who.beside.get(path)).status, 404);
    assert.equal((await who.there.get(row)).status, 404); // not before it is accepted
    const inbox = await who.there.get(`${PATH}?state.eq=sent`);
    assert.deepEqual(inbox.body.items.map(({ id }) => id), [sent.id]);
    const seen = (await who.there.get(path)).body;
    assert.deepEqual([seen.person_name, seen.need], ['单秀英', sent.need]);
    const now = await who.there.get(path);
    assert.equal((await who.there.patch(path, { need: '改' }, now.etag)).status, 403); // the sender's
    const accepted = await step(who.there, path, 'accept', { receiver: who.there.account });
    assert.deepEqual([accepted.state, accepted.receiver], ['accepted', who.there.account]);
    assert.equal((await who.there.get(row)).body.name, '单秀英'); // for as long as it runs
    assert.equal((await who.beside.get(row)).status, 404);
    await refused(who.there, path, 'end', 'wrong_state', { result: '代为结束' });
    await refused(who.worker, path, 'finish', 'referral_not_yours', { feedback: '代填' });
    await step(who.helukou, path, 'finish', { feedback: '已探访四次，身体平稳' });
    await refused(who.there, path, 'end', 'referral_senders', { result: '代为结束' });
    const ended = await step(who.worker, path, 'end', { result: '老人返回沱江，继续由本站服务' });
    assert.deepEqual([ended.state, ended.feedback], ['ended', '已探访四次，身体平稳']);
    assert.equal((await who.there.get(row)).status, 404); // no longer shared
});

test('what is refused, with its reason, goes back to the sender', async () => {
    const one = await made(refer());
    const path = `${PATH}/${one.id}`;
    await refused(who.there, path, 'withdraw', 'referral_senders', { reason: '代撤' });
    assert.equal((await step(who.helukou, path, 'refuse', { reason: '人手不足' })).state, 'refused');
    assert.equal((await who.there.get(`/station/residents/${elder.id}`)).status, 404);
    assert.equal((await who.worker.get(path)).body.reason, '人手不足');
    assert.equal((await step(who.worker, path, 'end', { result: '改由本站电话探访' })).state, 'ended');
});

test('nothing is accepted by a consent that was withdrawn, and what it shared is shared no longer', async () => {
    const agreed = () => made(who.worker.post('/station/consents', {
        person: elder.id, kind: 'REFERRAL', purpose: '转介', text_version: '2026-1',
        signed_by: '单秀英', signer_relation: '01', signed_at: '2026-03-01T02:00:00Z',
    }));
    const withdraw = ({ id }) => step(who.worker, `/station/consents/${id}`, 'withdraw', { reason: '不愿意' });
    for (const kind of ['NEED', 'MOVE']) {
        const paper = await agreed();
        const one = await made(refer({ consent: paper.id, kind }));
        await withdraw(paper);
        const answer = await who.there.act(`${PATH}/${one.id}`, 'accept', { receiver: who.there.account });
        assert.deepEqual([answer.status, faultAt(answer, '/consent')], [422, 'referral_consent_gone']);
        await step(who.there, `${PATH}/${one.id}`, 'refuse', { reason: '本人撤回同意' });
    }
    const row = `/station/residents/${elder.id}`, paper = await agreed();
    const one = await made(refer({ consent: paper.id }));
    await step(who.there, `${PATH}/${one.id}`, 'accept', { receiver: who.there.account });
    assert.equal((await who.there.get(row)).status, 200);
    await withdraw(paper);
    assert.equal((await who.there.get(row)).status, 404);
    await step(who.there, `${PATH}/${one.id}`, 'finish', { feedback: '本人撤回同意，服务终止' });
});

test('a move takes the caseload along when it is accepted, within 48 hours', async () => {
    const file = await made(who.worker.post('/station/case_files', {
        person: elder.id, source: 'VISIT', level: 'KEY', worker: who.worker.account, service: 'E',
    }));
    const sheet = await made(who.worker.post('/station/case_sheets',
        { div: YANGHUA, case_file: file.id, problems: ['CARE'], background: '独居' }));
    const move = await made(refer({ kind: 'MOVE', need: '随女儿迁居河路口' }));
    assert.equal((Date.parse(move.due_accept_at) - Date.parse(move.sent_at)) / 3600e3, 48);
    const rows = [`/station/residents/${elder.id}`, `/station/case_files/${file.id}`,
        `/station/case_sheets/${sheet.id}`, `/station/consents/${consent.id}`];
    const seen = async (caller) =>
        Promise.all(rows.map(async (row) => (await caller.get(row)).status));
    assert.deepEqual(await seen(who.worker), [200, 200, 200, 200]);
    assert.deepEqual(await seen(who.there), [404, 404, 404, 404]); // not before it is accepted
    const accepted = await step(who.there, `${PATH}/${move.id}`, 'accept', { receiver: who.there.account });
    assert.ok(accepted.moved_at);
    assert.deepEqual(await seen(who.there), [200, 200, 200, 200]);
    assert.deepEqual(await seen(who.worker), [404, 404, 404, 404]);
    const mine = (await who.there.get(rows[1])).body;
    assert.deepEqual([mine.worker, mine.org], [who.there.account, stations[HELUKOU]]);
    assert.equal((await who.helukou.get(rows[2])).body.background, '独居');
    assert.equal((await step(who.there, rows[1], 'assess')).state, 'assessment');
    const history = (await who.there.get(`${rows[0]}/history`)).body.items;
    assert.equal(history.length, 1); // what was before stays where it was
    const traces = await server.rows(`select object, n from core.audit where action = 'move' order by object`);
    assert.deepEqual(traces.map(({ object }) => object), ['station.case_file', 'station.case_sheet',
        'station.consent', 'station.resident']);
});
