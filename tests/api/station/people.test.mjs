// 队伍: the people of the stations. Who is on duty, who came, who learns, who sits the exam, who
// practises, where the hours go, and how far the plan for talent has come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, got, made } from '../../lib/station.mjs';
import { earlier } from '../../lib/steps.mjs';

let server, who, suyu, stations;

const SHIFT = 8 * 3600e3;
const day = (offset) => new Date(Date.now() + SHIFT + offset * 86400e3).toISOString().slice(0, 10);
const PERIOD = day(0).slice(0, 7);

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', 431129, '社工股'],
        second: ['social_worker', TUOJIANG, '赵社工'],
        intern: ['intern', TUOJIANG, '周同学'],
        leader: ['county_leader', 431129, '局领导'],
    }));
});
after(() => server?.stop());

async function indicator(caller, code) {
    const report = await got(caller, `/reports/SM-01?period=${PERIOD}`);
    return report.indicators.find((one) => one.code === code);
}

const kindOf = (number, kind) => number.by_kind.find((one) => one.kind === kind)?.value ?? 0;

const shiftOf = (staff, date, starts = '08:00', ends = '18:00', more = {}) =>
    ({ div: `${TUOJIANG}000`, date, shift: 'DAY', starts, ends, staff: staff.account, ...more });

test('each has one file; the certificate is sealed, and its end goes with its level [K10 K14 K30]', async () => {
    const file = { div: `${TUOJIANG}000`, account: who.worker.account, position: '驻站社工', local: true,
        cert_type: '2', cert_no: '20231029431129001', cert_valid_until: day(365), edu: '20',
        ethnicity: '13', languages: '瑶语、西南官话', work_mode: 'ONSITE', entered_on: '2024-01-01' };
    const noEnd = await who.head.post('/station/staff_profiles', { ...file, cert_valid_until: null });
    assert.deepEqual(faultsOf(noEnd), { '/cert_valid_until': 'required_if' });
    const mine = await made(who.head, 'staff_profiles', file);
    assert.ok(!JSON.stringify(mine).includes('20231029431129001'));
    const again = await who.head.post('/station/staff_profiles', file);
    assert.deepEqual(faultsOf(again), { '/account': 'staff_profile_once' });
    assert.equal((await who.helukou.get(mine.path)).status, 404);
    assert.equal((await suyu.admin.get(mine.path)).status, 404);
    await made(who.head, 'staff_profiles', { div: `${TUOJIANG}000`, account: who.second.account,
        cert_type: '0', work_mode: 'HOME_ONLINE', entered_on: day(-40) });

    // what the pilot's six leave open [K10], unless the county sets another standard
    const workforce = await got(who.section, '/station/workforce');
    const at = (list) => list.items.find((one) => one.org === stations[TUOJIANG]);
    assert.deepEqual([at(workforce).standard, at(workforce).staff, at(workforce).certified,
        at(workforce).gap], [6, 2, 1, 4]);
    await made(who.section, 'duty_settings', { div: `${TUOJIANG}000`, year_round: true, since: day(-3),
        duty_phone: '0746-2312345', staff_standard: 3 });
    assert.equal(at(await got(who.section, '/station/workforce')).gap, 1);
    const seen = await got(who.helukou, '/station/workforce');
    assert.deepEqual(seen.items.map(({ org }) => org), [stations[HELUKOU]]);
    const stock = await indicator(who.head, 'Y05');
    assert.deepEqual([stock.value, kindOf(stock, '2'), kindOf(stock, '0')], [2, 1, 1]);
});

test('a 365-day station is never without a person: days ahead with nobody are found [K11 E14]', async () => {
    await made(who.head, 'rosters', shiftOf(who.worker, day(1)));
    await made(who.head, 'rosters', shiftOf(who.second, day(3)));
    const holes = await got(who.head, `/station/duty/holes?from=${day(1)}&to=${day(4)}`);
    assert.deepEqual(holes.items.map(({ date, station }) => [date, station]),
        [[day(2), '沱江镇社工站'], [day(4), '沱江镇社工站']]);
    const filled = await made(who.head, 'rosters', shiftOf(who.worker, day(2)));
    const left = await got(who.head, `/station/duty/holes?from=${day(1)}&to=${day(4)}`);
    assert.deepEqual(left.items.map(({ date }) => date), [day(4)]);
    // a cancelled shift opens the hole again
    await done(who.head, filled.path, 'cancel', { reason: '培训' });
    const open = await got(who.section, `/station/duty/holes?from=${day(2)}&to=${day(2)}`);
    assert.deepEqual(open.items.map(({ date }) => date), [day(2)]);
    assert.deepEqual((await got(who.helukou, '/station/duty/holes')).items, []); // not theirs
    assert.equal((await who.head.get('/station/duty/holes?from=2026-02-30')).status, 400);
});

test('whoever is named comes and goes by their own sign, and a swap needs consent [K11]', async () => {
    const now = new Date(Date.now() + SHIFT);
    const clock = (hours) => new Date(now.getTime() + hours * 3600e3).toISOString().slice(11, 16);
    const began = new Date(Date.parse(earlier(60)) + SHIFT).toISOString();
    const starts = began.slice(11, 16), date = began.slice(0, 10);
    const shift = await made(who.head, 'rosters', shiftOf(who.worker, date, starts, clock(5)));
    const twice = await who.head.post('/station/rosters', shiftOf(who.worker, date, starts, clock(2)));
    assert.deepEqual(faultsOf(twice), { '/staff': 'roster_overlap' });
    assert.equal((await who.second.act(shift.path, 'check_in')).body.code, 'not_yours');
    const came = await done(who.worker, shift.path, 'check_in');
    assert.ok(came.actual_in && came.state === 'on_duty');
    const on = await got(who.operator, `/station/duty?township=${TUOJIANG}`);
    assert.deepEqual(on.items.map(({ staff, phone, turn }) => [staff, phone, turn]),
        [[who.worker.account, '0746-2312345', 1]]);
    assert.equal(on.items[0].staff_name, '盘社工');
    assert.deepEqual((await got(who.operator, `/station/duty?township=${HELUKOU}`)).items, []);
    assert.equal((await who.operator.get('/station/duty?township=沱江')).status, 400);
    assert.ok((await done(who.worker, shift.path, 'check_out')).actual_out);

    const later = await made(who.head, 'rosters', shiftOf(who.worker, day(6)));
    const early = await who.worker.act(later.path, 'check_in');
    assert.equal(early.body.code, 'roster_not_now');
    await done(who.worker, later.path, 'swap_ask', { swap_with: who.second.account, reason: '家中有事' });
    assert.equal((await who.worker.act(later.path, 'swap_agree')).body.code, 'not_yours');
    const swapped = await done(who.second, later.path, 'swap_agree');
    assert.deepEqual([swapped.staff, swapped.swap_with, swapped.state],
        [who.second.account, null, 'planned']);
    // one who is on another shift at that hour cannot agree
    const other = await made(who.head, 'rosters', shiftOf(who.worker, day(6), '09:00', '12:00'));
    await done(who.worker, other.path, 'swap_ask', { swap_with: who.second.account });
    assert.deepEqual(faultsOf(await who.second.act(other.path, 'swap_agree')), { '/staff': 'roster_overlap' });

    const opened = await indicator(who.head, 'M01');
    assert.deepEqual([opened.value, kindOf(opened, 'year_round')], [1, 1]);
    const post = await indicator(who.head, 'M02');
    assert.deepEqual([post.value, kindOf(post, 'certified')], [1, 1]);
});

test('hours are confirmed by another, and count towards the registration period [K13]', async () => {
    const course = await made(who.section, 'trainings', { title: '社会组织项目管理及服务能力提升', kind: 'CONTINUING', provider: '省社工协会',
        starts_on: day(-2), ends_on: day(-1), hours: '60.0', counts: true });
    assert.equal((await got(who.head, course.path)).div, '431129000000'); // the county's own course
    assert.equal((await who.head.act(course.path, 'hold')).status, 403);
    const attend = await made(who.head, 'training_attends',
        { training: course.id, staff: who.worker.account, div: `${TUOJIANG}000` });
    assert.equal((await who.head.act(attend.path, 'confirm', { hours: '60.0' })).body.code,
        'training_not_held');
    await done(who.section, course.path, 'hold');
    assert.equal((await who.worker.act(attend.path, 'confirm', { hours: '60.0' })).status, 403);
    const before = (await got(who.head, '/station/education')).items[0];
    assert.deepEqual([before.hours, before.required, before.on_pace], ['0', '90', false]);
    assert.deepEqual(faultsOf(await who.head.act(attend.path, 'confirm', { hours: '60.5' })),
        { '/hours': 'training_attend_more' });
    const confirmed = await done(who.head, attend.path, 'confirm', { hours: '60.0' });
    assert.deepEqual([confirmed.certified, confirmed.hours], [true, '60.0']);
    // two of three years have passed: 60 of the 90 hours were due
    const row = (await got(who.head, '/station/education')).items[0];
    assert.equal(row.account, who.worker.account);
    assert.deepEqual([row.hours, row.on_pace, Math.round(Number(row.expected))], ['60.0', true, 60]);
    const all = [await indicator(who.head, 'Y12'), await indicator(who.head, 'M35'),
        await indicator(who.head, 'M35H')];
    const inMonth = day(-1).startsWith(PERIOD) ? 1 : 0;
    assert.deepEqual(all[0].share, { kind: 'on_pace', value: 1, of: 1 });
    assert.deepEqual([all[1].value, kindOf(all[1], 'CONTINUING'), all[2].value],
        [inMonth, inMonth, 600 * inMonth]);
});

test('the exam is followed from the plan to its result [K14 K15]', async () => {
    const exam = await made(who.second, 'exam_plans',
        { staff: who.second.account, level: '1', year: 2026, div: `${TUOJIANG}000` });
    const twice = await who.second.post('/station/exam_plans',
        { staff: who.second.account, level: '1', year: 2026, div: `${TUOJIANG}000` });
    assert.deepEqual(faultsOf(twice), { '/year': 'exam_plan_once' });
    await done(who.second, exam.path, 'enrol');
    await done(who.second, exam.path, 'sit');
    assert.equal((await who.second.act(exam.path, 'pass', { result_on: day(0) })).status, 403);
    assert.equal((await done(who.head, exam.path, 'pass', { result_on: day(0) })).state, 'passed');
    const list = await got(who.section, '/station/exam_plans?state.eq=passed&year.eq=2026');
    assert.deepEqual(list.items.map(({ staff }) => staff), [who.second.account]);
});

test('working time says how much of it was professional [K17]', async () => {
    const log = (nature, minutes) => made(who.worker, 'worktimes', { div: `${TUOJIANG}000`,
        staff: who.worker.account, date: day(0), minutes, nature, about: '周会' });
    await log('PRO', 300);
    await log('ADM', 100);
    await log('TRAIN', 60);
    const ratio = await indicator(who.head, 'M03');
    assert.deepEqual([ratio.value, ratio.share], [400, { kind: 'PRO', value: 300, of: 400 }]);
    const long = await who.worker.post('/station/worktimes', { div: `${TUOJIANG}000`,
        staff: who.worker.account, date: day(0), minutes: 1441, nature: 'PRO' });
    assert.equal(long.status, 422);
    // three entries that together are longer than the day
    const more = await who.worker.post('/station/worktimes', { div: `${TUOJIANG}000`,
        staff: who.worker.account, date: day(0), minutes: 981, nature: 'PRO' });
    assert.deepEqual(faultsOf(more), { '/minutes': 'worktime_day' });
    await log('TRAIN', 980);
});

test('an intern has a mentor, hours and an evaluation [K16]', async () => {
    const intern = await made(who.head, 'interns', { div: `${TUOJIANG}000`, name: '周同学',
        account: who.intern.account, college_name: '湖南科技学院', major: '社会工作',
        mentor: who.worker.account, from_on: day(0), to_on: day(60) });
    await done(who.head, intern.path, 'begin');
    // what the intern writes is a draft; the mentor's sign makes a visit of it
    const widow = await made(who.head, 'residents', { div: YANGHUA, name: '单秀英' });
    const visit = { person: widow.id, kind: 'ROUTINE', visited_at: new Date(Date.now() - 3600e3).toISOString(),
        minutes: 40, result: 'MET_WELL', note: '精神尚好' };
    assert.equal((await who.intern.post('/station/visits', visit)).status, 403);
    const stranger = await who.intern.post('/station/intern_drafts', { ...visit, mentor: who.second.account });
    assert.deepEqual(faultsOf(stranger), { '/mentor': 'intern_draft_own_mentor' });
    const draft = await made(who.intern, 'intern_drafts', { ...visit, mentor: who.worker.account });
    assert.equal((await who.worker.act(draft.path, 'sign')).body.code, 'wrong_state');
    await done(who.intern, draft.path, 'submit');
    assert.equal((await who.intern.act(draft.path, 'sign')).status, 403);
    assert.equal((await who.second.act(draft.path, 'sign')).body.code, 'not_yours');
    await done(who.worker, draft.path, 'return', { reason: '补充用药情况' });
    const now = await who.intern.get(draft.path);
    await who.intern.patch(draft.path, { note: '精神尚好，按时服药' }, now.etag);
    assert.deepEqual((await got(who.head, `/station/visits?person.eq=${widow.id}`)).items, []);
    await done(who.intern, draft.path, 'submit');
    await done(who.worker, draft.path, 'sign');
    const visits = await got(who.head, `/station/visits?person.eq=${widow.id}`);
    assert.equal(visits.items.length, 1);
    const signed = await got(who.head, `/station/visits/${visits.items[0].id}`);
    assert.deepEqual([signed.note, signed.created_by, signed.div],
        ['精神尚好，按时服药', who.worker.account, YANGHUA]);
    const fixed = await who.intern.patch(draft.path, { note: '改' }, (await who.intern.get(draft.path)).etag);
    assert.equal(fixed.status, 409);

    const [late, last] = [await made(who.intern, 'intern_drafts', { ...visit, mentor: who.worker.account }),
        await made(who.intern, 'intern_drafts', { ...visit, mentor: who.worker.account, note: '末次' })];
    for (const { path } of [late, last]) await done(who.intern, path, 'submit');
    const input = { hours: '160.0', evaluation: '能独立完成入户访谈提纲', grade: 88 };
    assert.equal((await who.second.act(intern.path, 'complete', input)).body.code, 'not_yours');
    assert.equal((await done(who.worker, intern.path, 'complete', input)).state, 'completed');
    // what was handed in before that is signed, or returned, all the same
    assert.equal((await done(who.worker, late.path, 'return', { reason: '补充' })).state, 'returned');
    assert.equal((await done(who.worker, last.path, 'sign')).state, 'signed');
    const [number, hours, colleges] = [await indicator(who.head, 'Y16'),
        await indicator(who.head, 'Y16H'), await indicator(who.head, 'Y16C')];
    assert.deepEqual([number.value, hours.value, colleges.value], [1, 1600, 1]);
});

test('the plan for talent shows its progress [K29 K30]', async () => {
    const plan = (measure, target) => made(who.head, 'talent_plans', { div: `${TUOJIANG}000`,
        year: Number(day(0).slice(0, 4)), measure, target });
    const local = await plan('LOCAL', 4), volunteers = await plan('VOLUNTEER', 50);
    await plan('CERTIFIED', 2);
    assert.equal((await who.head.act(local.path, 'approve')).status, 403);
    await done(who.leader, local.path, 'approve');
    await done(who.leader, volunteers.path, 'approve');
    assert.equal((await who.head.act(local.path, 'report', { done: 9 })).body.code, 'talent_counted');
    await done(who.head, volunteers.path, 'report', { done: 31 });
    const { items } = await got(who.section, `/station/talent?year=${day(0).slice(0, 4)}`);
    assert.deepEqual(items.map(({ measure, target, done: n }) => [measure, target, n]),
        [['CERTIFIED', 2, 1], ['LOCAL', 4, 1], ['VOLUNTEER', 50, 31]]);
});
