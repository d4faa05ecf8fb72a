// 个案: from intake to follow-up through the stages of MZ/T 094-2017, as its people do it, and the turns
// that are refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { change, made, number, refused, setParam, step } from '../../lib/steps.mjs';

const CASES = '/station/case_files';

let server, who, suyu, child, consent, file, sheet;

const resident = (name, div = YANGHUA) => made(who.worker.post('/station/residents', { name, div }));
const opened = (person, more = {}) => made(who.worker.post(CASES, {
    person, source: 'VISIT', level: 'KEY', worker: who.worker.account, service: 'C',
    supervisor: who.supervisor.account, ...more,
}));
const agreed = (person, more = {}) => made(who.worker.post('/station/consents', {
    person, kind: 'SERVICE', purpose: '个案服务', text_version: '2026-1', signed_by: '单小满',
    signer_relation: '01', signed_at: '2026-03-01T02:00:00Z', ...more,
}));

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        second: ['social_worker', TUOJIANG, '第二社工'],
        supervisor: ['agency_supervisor', TUOJIANG, '周督导'],
        standIn: ['agency_supervisor', TUOJIANG, '代督导'],
        section: ['county_section', JIANGHUA, '县科员'],
        auditor: ['auditor_biz', JIANGHUA, '审计员'],
    }));
    child = await resident('单小满');
});
after(() => server?.stop());

test('intake: a case has its number, its worker, and no supervisor who is the worker', async () => {
    const own = await who.worker.post(CASES, {
        person: child.id, source: 'VISIT', level: 'KEY', worker: who.worker.account, service: 'C',
        supervisor: who.worker.account,
    });
    assert.equal(faultAt(own, '/supervisor'), 'case_file_supervisor');
    const made = await opened(child.id);
    assert.match(made.no, /^431129-C\d{8}-0001$/);
    assert.equal(made.state, 'intake');
    assert.equal(made.div, YANGHUA);
    file = `${CASES}/${made.id}`;
    assert.equal((await who.helukou.get(file)).status, 404);
    assert.equal((await suyu.head.get(file)).status, 404);
    assert.equal((await who.auditor.get(file)).status, 403); // counts only
    assert.equal((await who.operator.get(file)).status, 403);
    const other = await who.second.get(file);
    assert.equal(other.status, 200); // the register is the station's
    assert.ok(!other.body._actions.includes('assess'));
    await refused(who.second, file, 'assess', 'not_yours');
});

test('nobody but its worker changes it; stages go forward one at a time', async () => {
    assert.equal((await step(who.worker, file, 'assess')).state, 'assessment');
    for (const action of ['intervene', 'evaluate', 'propose', 'sign', 'follow_up'])
        assert.ok(!(await who.worker.get(file)).body._actions.includes(action), action);
    await refused(who.worker, file, 'evaluate', 'wrong_state');
});

test('no plan before consent, and only a consent of this person that still stands', async () => {
    await refused(who.worker, file, 'plan', 'case_consent_missing');
    const someone = await resident('奉大山');
    const patch = async (given) => {
        const now = await who.worker.get(file);
        const answer = await who.worker.patch(file, { consent: given.id }, now.etag);
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
    };
    await patch(await agreed(someone.id));
    await refused(who.worker, file, 'plan', 'case_consent_missing');
    await patch(await agreed(child.id, { kind: 'IMAGE' }));
    await refused(who.worker, file, 'plan', 'case_consent_missing');
    consent = await agreed(child.id, { kind: 'GUARDIAN', signed_by: '单秀英', signer_relation: '52' });
    await patch(consent);
    assert.equal((await step(who.worker, file, 'plan')).state, 'plan');
});

test('what it is about is read by worker, supervisor and head alone', async () => {
    sheet = await made(who.worker.post('/station/case_sheets', {
        div: YANGHUA, case_file: file.split('/').pop(), problems: ['EMOTION', 'STUDY'],
        background: '父母外出，随祖母生活', goals: [{ goal: '每周到校五天', measure: '考勤' }],
    }));
    const path = `/station/case_sheets/${sheet.id}`;
    for (const caller of [who.worker, who.supervisor, who.head]) {
        const seen = await caller.get(path);
        assert.deepEqual(seen.body.problems, ['EMOTION', 'STUDY'], JSON.stringify(seen.body));
    }
    for (const caller of [who.second, who.section, who.helukou, suyu.head])
        assert.equal((await caller.get(path)).status, 404);
    assert.deepEqual((await who.section.get('/station/case_sheets')).body.items, []);
    const foreign = await who.second.post('/station/case_records', {
        div: YANGHUA, sheet: sheet.id, stage: 'INTERVENTION', session_no: 1,
        held_at: '2026-03-02T02:00:00Z', content: '冒充',
    });
    assert.equal(faultAt(foreign, '/sheet'), 'reference_unknown');
    // the section samples: named, with its reason in the trace, and gone again
    const now = await who.head.get(path);
    const named = await who.head.call('PUT', `${path}/readers`, {
        readers: [who.worker, who.supervisor, who.head, who.section].map(({ account }) => account),
    }, { 'If-Match': now.etag });
    assert.equal(named.status, 200, JSON.stringify(named.body));
    assert.equal((await who.section.get(path)).status, 200);
});

test('sessions are written down; their records are read like the sheet', async () => {
    await step(who.worker, file, 'intervene');
    const first = await made(who.worker.post('/station/case_records', {
        div: YANGHUA, sheet: sheet.id, stage: 'INTERVENTION', session_no: 1, place: '心灵驿站',
        held_at: '2026-03-02T02:00:00Z', minutes: 50, content: '谈到上学的害怕',
    }));
    const again = await who.worker.post('/station/case_records', {
        div: YANGHUA, sheet: sheet.id, stage: 'INTERVENTION', session_no: 1,
        held_at: '2026-03-03T02:00:00Z', content: '又一次',
    });
    assert.equal(faultAt(again, '/session_no'), 'case_record_session');
    assert.equal((await who.supervisor.get(`/station/case_records/${first.id}`)).body.content,
        '谈到上学的害怕');
    assert.equal((await who.section.get(`/station/case_records/${first.id}`)).status, 200);
    assert.equal((await who.second.get(`/station/case_records/${first.id}`)).status, 404);
    const meeting = await made(who.supervisor.post('/station/case_conferences', {
        div: YANGHUA, sheet: sheet.id, held_at: '2026-03-04T02:00:00Z', minutes: '各方分工',
        members: [{ name: '周督导', unit: '承接机构' }, { name: '何老师', unit: '剑雄学校', part: '班主任' }],
    }));
    assert.equal((await who.worker.get(`/station/case_conferences/${meeting.id}`)).body.minutes, '各方分工');
});

test('a record is its author\'s to mend for 24 hours, then addenda only; the county sets the hours', async () => {
    const { body: { items: [first] } } = await who.worker.get('/station/case_records');
    const path = `/station/case_records/${first.id}`;
    const mended = await change(who.worker, path, { content: '谈到上学的害怕和想念父母' });
    assert.equal(mended.status, 200, JSON.stringify(mended.body));
    assert.equal((await change(who.supervisor, path, { content: '督导代写' })).body.code,
        'case_record_fixed');
    await server.psql(`update station.case_record set created_at = now() - interval '25 hours'`);
    const late = await change(who.worker, path, { content: '改写' });
    assert.deepEqual([late.status, late.body.code], [409, 'case_record_fixed']);
    const added = await made(who.worker.post('/station/case_addenda',
        { div: YANGHUA, case_record: first.id, content: '补记：次日祖母来电' }));
    assert.equal((await who.supervisor.get(`/station/case_addenda/${added.id}`)).body.content,
        '补记：次日祖母来电');
    assert.equal((await who.second.get(`/station/case_addenda/${added.id}`)).status, 404);
    await setParam(who.section, 'case_record.edit_hours', '48');
    const again = await change(who.worker, path, { next_step: '联系班主任' });
    assert.equal(again.status, 200, JSON.stringify(again.body));
});

test('the register is changed by the case\'s own worker, and the head hands it over', async () => {
    const theirs = await change(who.second, file, { level: 'CRISIS' });
    assert.deepEqual([theirs.status, theirs.body.code], [409, 'case_not_yours']);
    const given = { div: YANGHUA, case_file: file.split('/').pop(), reason: '盘社工休假' };
    assert.equal((await who.worker.post('/station/case_handovers',
        { ...given, to_worker: who.second.account })).status, 403);
    const own = await who.head.post('/station/case_handovers',
        { ...given, to_worker: who.supervisor.account });
    assert.equal(faultAt(own, '/to_worker'), 'case_same_worker');
    await made(who.head.post('/station/case_handovers', { ...given, to_worker: who.second.account }));
    const mine = await change(who.second, file, { level: 'CRISIS' });
    assert.equal(mine.status, 200, JSON.stringify(mine.body));
});

test('its material follows: read by whoever has the case now, and by nobody who had it', async () => {
    const one = async (path) => (await who.head.get(path)).body.items[0].id;
    const rows = [`/station/case_sheets/${sheet.id}`];
    for (const path of ['records', 'addenda', 'conferences'])
        rows.push(`/station/case_${path}/${await one(`/station/case_${path}`)}`);
    const reads = async (caller) =>
        [...new Set(await Promise.all(rows.map(async (row) => (await caller.get(row)).status)))];
    for (const caller of [who.second, who.supervisor, who.head])
        assert.deepEqual(await reads(caller), [200], caller.login);
    for (const caller of [who.worker, who.section, who.standIn])
        assert.deepEqual(await reads(caller), [404], caller.login);
    assert.deepEqual((await who.worker.get('/station/case_sheets')).body.items, []);
    const traces = await server.rows(`select object, n, object_id from core.audit where action = 'handover'
        order by object`);
    assert.deepEqual(traces.map(({ object, n }) => [object, Number(n)]), [['station.case_addendum', 1],
        ['station.case_conference', 1], ['station.case_record', 1], ['station.case_sheet', 1]]);
    assert.ok(traces.every(({ object_id }) => object_id === file.split('/').pop()));
    const versions = (await who.head.get(`${rows[0]}/history`)).body.items;
    assert.equal(versions[0].version, (await who.head.get(rows[0])).body.version);
    const late = await who.second.post('/station/case_addenda',
        { div: YANGHUA, case_record: rows[1].split('/').pop(), content: '接手后补记' });
    assert.equal(late.status, 201, JSON.stringify(late.body));

    // who supervises is the head's to say as well
    const other = await change(who.second, file, { supervisor: who.standIn.account });
    assert.equal(faultAt(other, '/supervisor'), 'fixed');
    const given = { div: YANGHUA, case_file: file.split('/').pop(), to_worker: who.worker.account };
    const hand = (more) => made(who.head.post('/station/case_handovers', { ...given, ...more }));
    await hand({ reason: '盘社工回岗', to_supervisor: who.standIn.account });
    assert.deepEqual([await reads(who.worker), await reads(who.standIn)], [[200], [200]]);
    assert.deepEqual([await reads(who.second), await reads(who.supervisor)], [[404], [404]]);
    await hand({ reason: '周督导回岗', to_supervisor: who.supervisor.account });
    assert.deepEqual([await reads(who.supervisor), await reads(who.standIn)], [[200], [404]]);
});

test('the function behind a handover does nothing without one that the caller just made', async () => {
    const [{ id }] = await server.rows(`select id from station.case_handover limit 1`);
    await assert.rejects(server.psql(`select station.case_handed('${id}')`, 'wulian_app'), /no handover/);
    for (const call of [`case_material_to(null, null, null, 'x', null, null)`,
        `pass_on('station.case_sheet', null, null, null, null, 'x', null, null)`])
        await assert.rejects(server.psql(`select station.${call}`, 'wulian_app'), /permission denied/);
});

test('back to assessment and forward again; to close needs an evaluation and the supervisor', async () => {
    await step(who.worker, file, 'reassess', { reason: '家中变故' });
    await step(who.worker, file, 'plan');
    await step(who.worker, file, 'intervene');
    await step(who.worker, file, 'evaluate');
    const end = { close_reason: 'ACHIEVED', closing_note: '已稳定到校', post_score: '8.0' };
    await refused(who.worker, file, 'propose', 'case_evaluation_missing', end);
    await made(who.worker.post('/station/case_records', {
        div: YANGHUA, sheet: sheet.id, stage: 'EVALUATION', session_no: 2,
        held_at: '2026-03-20T02:00:00Z', content: '目标已达成',
    }));
    assert.equal((await step(who.worker, file, 'propose', end)).state, 'closing');
    assert.equal((await who.worker.act(file, 'sign')).status, 403);
    await refused(who.head, file, 'sign', 'not_yours'); // another supervisor's case
    assert.equal((await step(who.supervisor, file, 'send_back', { reason: '补前后测' })).state,
        'evaluation');
    await step(who.worker, file, 'propose', end);
    const closed = await step(who.supervisor, file, 'sign');
    assert.equal(closed.state, 'closed');
    assert.equal(closed.signed_by, who.supervisor.account);
    const days = (Date.parse(closed.follow_up_due) - Date.now()) / 86400e3;
    assert.ok(days > 89.9 && days < 90.1, closed.follow_up_due);
    const session = { div: YANGHUA, sheet: sheet.id, session_no: 3, content: '到校正常',
        held_at: '2026-03-25T02:00:00Z' };
    const late = await who.worker.post('/station/case_records', { ...session, stage: 'INTERVENTION' });
    assert.equal(faultAt(late, '/stage'), 'case_record_after');
    await made(who.worker.post('/station/case_records', { ...session, stage: 'FOLLOW_UP' }));
    const told = async (caller) => (await caller.get('/notices?limit=200')).body.items
        .filter(({ record }) => record === 'station.case_file').map(({ key }) => key);
    assert.deepEqual(await told(who.supervisor), ['case_file.to_sign', 'case_file.to_sign']);
    assert.deepEqual((await told(who.worker)).sort(), ['case_file.sent_back', 'case_file.signed']);
    const followed = await step(who.worker, file, 'follow_up',
        { follow_up_note: '到校正常，奶奶报名志愿者', became_volunteer: true });
    assert.equal(followed.state, 'followed');
});

test('refusal, moving and death end a case from any stage, with the reason; reached goals do not', async () => {
    const one = await opened((await resident('赵大山')).id);
    const path = `${CASES}/${one.id}`;
    const quick = await who.worker.act(path, 'end_early', { close_reason: 'ACHIEVED', reason: '省事' });
    assert.equal(faultAt(quick, '/close_reason'), 'case_file_signed');
    const bare = await who.worker.act(path, 'end_early', { close_reason: 'REFUSED' });
    assert.equal(faultAt(bare, '/reason'), 'required');
    const ended = await step(who.worker, path, 'end_early', { close_reason: 'REFUSED', reason: '不愿继续' });
    assert.deepEqual([ended.state, ended.opened_on], ['closed', null]); // never past intake
});

test('a request in hand becomes a case, and shows it', async () => {
    const { id } = await made(who.operator.post('/station/requests', {
        div: YANGHUA, channel: 'HOTLINE', category: 'PSYCH', domain: 'C', urgency: 'U3',
        content: '孩子不愿上学',
    }));
    const request = `/station/requests/${id}`;
    const early = await who.worker.post(CASES, {
        person: child.id, source: 'HOTLINE', level: 'GENERAL', worker: who.worker.account,
        service: 'C', request: id,
    });
    assert.equal(faultAt(early, '/request'), 'request_not_open'); // nobody works on it yet
    await step(who.head, request, 'accept');
    await step(who.head, request, 'assign', { staff: who.worker.account });
    await step(who.worker, request, 'start');
    const one = await opened(child.id, { source: 'HOTLINE', request: id });
    assert.equal((await who.worker.get(request)).body.plugin_ref, `station.case_file:${one.id}`);
    await step(who.worker, `${CASES}/${one.id}`, 'end_early', { close_reason: 'REFUSED', reason: '家长不同意' });
});

test('17 cases are counted once past intake, not the 18th that is not [K12]', async () => {
    const before = (await number(who.head, 'M25')).value; // the one above
    assert.equal(before, 1);
    for (let i = 0; i < 17; i++) {
        const person = await resident(`个案${'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未'[i]}`);
        const one = await opened(person.id, { service: 'E' });
        if (i < 16) await step(who.worker, `${CASES}/${one.id}`, 'assess');
    }
    const counted = await number(who.head, 'M25');
    assert.equal(counted.value, 17);
    assert.deepEqual(counted.by_kind.map(({ kind, value }) => [kind, value]), [['C', 1], ['E', 16]]);
    assert.equal((await number(who.head, 'M25P')).value, 17);
    assert.equal((await number(who.head, 'M25H')).value, 16); // one is closed
    assert.deepEqual((await number(who.head, 'M25C')).by_kind.map(({ kind, value }) => [kind, value]),
        [['ACHIEVED', 1]]);
    assert.deepEqual((await number(who.head, 'Y13')).share, { kind: 'volunteer', value: 1, of: 1 });
    assert.equal((await number(who.helukou, 'M25')).value, 0);
    const seen = await number(who.auditor, 'M25');
    assert.deepEqual([seen.value, seen.rows], [17, null]); // the count, not the rows
});
