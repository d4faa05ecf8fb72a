// 养老场地: who comes to day-care and who answers for many centres; what residents of homes ask for and
// what becomes of it; what is done at homes and centres.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../../../tests/lib/api.mjs';
import { JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, earlier, made, refused, step } from '../../../tests/lib/steps.mjs';

const ATTEND = '/elderly/venue_attendance', NEEDS = '/elderly/venue_needs', LOGS = '/elderly/venue_logs';
const minutes = (n) => new Date(Date.now() + n * 60e3).toISOString();
const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);

let server, who, suyu;
const at = {}, elders = [];

const venue = (type, name, more) => made(who.head.post('/station/venues', { div: YANGHUA, name, type,
    open_mode: 'NORMAL', capacity: 30, manager: who.worker.account, ...more }));

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '养老股'], leader: ['county_leader', JIANGHUA, '欧局长'],
        keeper: ['venue_operator', TUOJIANG, '邓管理员'],
    }));
    for (const name of ['单秀英', '欧阳修', '邓老伯'])
        elders.push((await made(who.worker.post('/station/residents', { name, div: YANGHUA }))).id);
});
after(() => server?.stop());

const attend = (more, caller = who.keeper) => caller.post(ATTEND,
    { person: elders[0], venue: at.centres[0].id, came_at: earlier(30), ...more });

test('eight centres under one worker: all of them at a glance [E11]', async () => {
    at.centres = [];
    for (let n = 1; n <= 7; n++) at.centres.push(await venue('DAYCARE', `第${n}日间照料中心`));
    at.centres.push(await venue('HAPPYHOME', '阳华村幸福院'));
    at.other = await venue('DAYCARE', '别人管的中心', { manager: who.head.account });
    const { items } = await done(
        who.worker.get(`/station/venues?manager.eq=${who.worker.account}&limit=50`));
    assert.deepEqual(items.map(({ id }) => id).sort(), at.centres.map(({ id }) => id).sort());
    const mine = await done(who.worker.get('/elderly/my_venues'));
    assert.deepEqual(mine.items.map((one) => [one.name, one.capacity, one.present, one.came]).sort(),
        at.centres.map(({ name }) => [name, 30, 0, 0]).sort());
    assert.deepEqual((await done(who.keeper.get('/elderly/my_venues'))).items, []); // answers for none
});

test('whoever runs a centre signs people in and out, with meals and what they did [E11]', async () => {
    const stay = await made(attend({ meals: ['L'], doings: ['CHESS', 'REHAB'] }));
    assert.deepEqual([stay.state, stay.day, stay.div, stay.service_how],
        ['present', today, YANGHUA, 'ALLOW']);
    assert.equal(faultAt(await attend({ venue: at.centres[1].id }), '/person'), 'venue_attendance_in');
    await made(attend({ person: elders[1] }));
    await made(attend({ person: elders[2], venue: at.centres[7].id }));
    const glance = async () => Object.fromEntries((await done(who.worker.get('/elderly/my_venues'))).items
        .map((one) => [one.name, [one.present, one.came]]));
    assert.deepEqual((await glance())['第1日间照料中心'], [2, 2]);
    assert.deepEqual((await glance())['阳华村幸福院'], [1, 1]);

    const path = `${ATTEND}/${stay.id}`;
    const early = await who.keeper.act(path, 'leave', { left_at: earlier(40) });
    assert.equal(faultAt(early, '/left_at'), 'after');
    const left = await step(who.keeper, path, 'leave',
        { left_at: earlier(1), wellbeing: 'OK', fetched_by: '儿媳' });
    assert.equal(left.state, 'left');
    assert.deepEqual((await glance())['第1日间照料中心'], [1, 2]);
    const { items } = await done(
        who.worker.get(`${ATTEND}?venue.eq=${at.centres[0].id}&day.eq=${today}&state.eq=left`));
    assert.deepEqual(items.map(({ id }) => id), [stay.id]);
    await step(who.keeper, path, 'strike', { reason: '登记错人' });
    assert.deepEqual((await glance())['第1日间照料中心'], [1, 1]); // struck counts nowhere
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await suyu.head.get(path)).status, 404);
    // who runs the house does not read the elders' files
    assert.equal((await who.keeper.get('/elderly/profiles')).status, 403);
});

test('an elder-care complex takes people in as well; a school does not [E12]', async () => {
    at.complex = await venue('COMPLEX', '沱江养老综合体', { capacity: 200 });
    const stay = await made(attend({ venue: at.complex.id }));
    assert.equal(stay.state, 'present');
    await step(who.keeper, `${ATTEND}/${stay.id}`, 'leave', { left_at: earlier(1) });
    const school = await venue('SCHOOL', '沱江小学');
    assert.equal(faultAt(await attend({ venue: school.id }), '/venue'), 'attendance_venue');
    const closed = await venue('DAYCARE', '已停办中心', { closed_on: '2026-01-01' });
    assert.equal(faultAt(await attend({ venue: closed.id }), '/venue'), 'attendance_venue');
});

/** Plays the county's clock. */
async function clock(days, chore) {
    const until = new Date(Date.now() + days * 86400e3).toISOString().replace(/\.\d+Z/, 'Z');
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        '--until', until, '--only', chore]);
    assert.equal(status, 0, out + err);
}

test('what residents of a home ask for becomes an activity, and they are told when it was held [E19]',
    async () => {
        const home = await venue('NURSING', '沱江敬老院');
        const need = await made(who.keeper.post(NEEDS, { venue: home.id, collected_on: today,
            asked_by: '院民代表何爷爷', heads: 26, kind: 'CULTURE', content: '想听瑶歌，最好每月一次' }));
        const path = `${NEEDS}/${need.id}`;
        assert.deepEqual([need.state, need.collected_by, need.div],
            ['raised', who.keeper.account, YANGHUA]);
        const plan = { title: '瑶歌进敬老院', starts_at: minutes(60 * 24),
            organiser: who.worker.account };
        assert.equal((await who.keeper.act(path, 'plan', plan)).status, 403); // the station's to plan
        assert.equal((await step(who.worker, path, 'plan', plan)).state, 'planned');
        const { items } = await done(who.worker.get(`/station/activities?venue.eq=${home.id}`));
        const [activity] = items;
        assert.deepEqual([items.length, activity.title, activity.state, activity.kind, activity.place,
            activity.plan_count, activity.service, activity.organiser],
        [1, plan.title, 'planned', 'CULTURE', '沱江敬老院', 26, 'E', who.worker.account]);
        const full = await done(who.worker.get(`/station/activities/${activity.id}`));
        assert.deepEqual([full.goals, full.plugin_ref], [need.content, `elderly.venue_need:${need.id}`]);

        await clock(0.02, 'elderly.venue_needs');
        const linked = await done(who.keeper.get(path));
        assert.deepEqual([linked.state, linked.activity], ['planned', activity.id]);
        await refused(who.keeper, path, 'answer', 'wrong_state', { feedback: '还早' });

        const place = `/station/activities/${activity.id}`;
        await step(who.head, place, 'approve');
        await done(change(who.worker, place, { starts_at: minutes(-120) }));
        await step(who.worker, place, 'hold', { actual_count: 31 });
        await clock(0.04, 'elderly.venue_needs');
        const held = await done(who.keeper.get(path));
        assert.equal(held.state, 'held');
        assert.equal(Math.round((Date.parse(held.due_answer_at) - Date.parse(held.held_at)) / 86400e3), 5);
        const told = (await done(who.keeper.get('/notices', { 'Accept-Language': 'zh-CN' }))).items;
        assert.ok(told.some(({ text }) => text.includes('瑶歌进敬老院')), JSON.stringify(told));
        const agenda = (await done(who.keeper.get('/agenda'))).items;
        assert.ok(agenda.some((item) => JSON.stringify(item).includes(need.id)), JSON.stringify(agenda));
        const answered = await step(who.keeper, path, 'answer', { feedback: '老人们听得高兴', rating: 5 });
        assert.deepEqual([answered.state, answered.rating], ['answered', 5]);
        assert.equal((await who.helukou.get(path)).status, 404);
    });

test('a need whose activity is called off is open again; one that cannot be met is declined [E19]',
    async () => {
        const home = await venue('ELDERHOME', '沱江养老院');
        const need = await made(who.worker.post(NEEDS, { venue: home.id, collected_on: today, kind: 'OUTING',
            content: '想去涔天河看看' }));
        const path = `${NEEDS}/${need.id}`;
        const plan = { title: '涔天河一日', starts_at: minutes(60 * 48), organiser: who.worker.account };
        await step(who.worker, path, 'plan', plan);
        const { items: [activity] } = await done(who.worker.get(`/station/activities?venue.eq=${home.id}`));
        await step(who.worker, `/station/activities/${activity.id}`, 'cancel', { reason: '大雨' });
        await clock(0.06, 'elderly.venue_needs');
        assert.equal((await done(who.worker.get(path))).state, 'raised');
        await step(who.worker, path, 'plan', { ...plan, starts_at: minutes(60 * 96) });
        await clock(0.08, 'elderly.venue_needs');
        assert.equal((await done(who.worker.get(path))).state, 'planned'); // by the new one, not the old
        const other = await made(who.worker.post(NEEDS, { venue: home.id, collected_on: today,
            kind: 'OTHER', content: '想每人一台电视' }));
        assert.equal((await step(who.head, `${NEEDS}/${other.id}`, 'decline', { reason: '经费不足' })).state,
            'declined');
    });

test('services at home-care centre, homes and welfare centre are logged [E20]', async () => {
    const log = (id, more) => who.worker.post(LOGS, { venue: id, served_at: minutes(-90), minutes: 60,
        kind: 'GROOM', worker: who.worker.account, heads: 12, content: '理发、剪指甲', ...more });
    const places = {};
    for (const [type, name] of [['HOMECARE', '居家养老服务中心'], ['NURSING', '第二敬老院'],
        ['ELDERHOME', '夕阳红养老院'], ['WELFARE', '县社会福利中心']]) {
        places[type] = await venue(type, name);
        const row = await made(log(places[type].id));
        assert.deepEqual([row.div, row.heads], [YANGHUA, 12]);
    }
    const { items } = await done(who.worker.get(`${LOGS}?venue.eq=${places.WELFARE.id}`));
    assert.equal(items.length, 1);
    const home = await venue('CHILDHOME', '儿童之家');
    assert.equal(faultAt(await log(home.id), '/venue'), 'log_venue');
    assert.equal((await who.helukou.get(`${LOGS}/${items[0].id}`)).status, 404);
});

test('while reception is suspended nobody is taken in; it says until when and what instead [E13 E11]',
    async () => {
        const { id } = await made(who.section.post('/station/mode_switches', { div: `${JIANGHUA}000000`,
            title: '一级响应', scope: 'AREA', mode: 'SUSPENDED', reason: 'EPIDEMIC',
            document: '江防指〔2026〕1号', starts_at: minutes(-60), ends_at: minutes(60 * 24 * 14) }));
        const path = `/station/mode_switches/${id}`;
        await step(who.leader, path, 'approve');
        await step(who.leader, path, 'activate');
        const inside = await done(who.keeper.get(`${ATTEND}?state.eq=present`));
        const answer = await attend({ person: elders[0], came_at: earlier(5) });
        assert.equal(faultAt(answer, '/came_at'), 'daycare_suspended');
        assert.match(answer.body.errors[0].detail, /until \d{4}-\d\d-\d\d .*care at home and a daily call/);
        const zh = await attend({ person: elders[0], venue: at.complex.id, came_at: earlier(5) },
            new Caller(server.base, who.keeper.token, { lang: 'zh-CN' }));
        assert.match(zh.body.errors[0].detail, /暂停接待至\d{4}年.*改为居家照护与每日问候/);
        // who is inside goes home
        await step(who.keeper, `${ATTEND}/${inside.items[0].id}`, 'leave', { left_at: minutes(0) });
        const mine = await done(who.worker.get('/elderly/my_venues'));
        assert.ok(mine.items.every(({ service_how }) => service_how === 'SUSPEND'));
        await step(who.leader, path, 'end', { end_note: '响应终止' });
        await made(attend({ person: elders[0], came_at: minutes(0) }));
    });
