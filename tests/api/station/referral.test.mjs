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
        there: ['social_worker', HELUKOU, '河路口社工'], section: ['county_section', JIANGHUA, '县科员'],
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
