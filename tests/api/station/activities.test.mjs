// 社区活动: the campaign fortnight of March with more than 500 old people and children, hosted by the
// county bureau, undertaken by the agency, with police, volunteers and a school beside it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done, kinds, made, number, refused, step } from '../../lib/steps.mjs';
import { PIXEL, upload } from '../../lib/tables.mjs';

const PATH = '/station/activities';
const COUNTY = `${JIANGHUA}000000`;
const now = Date.now() + 8 * 3600e3;
const today = new Date(now).toISOString().slice(0, 10);

let server, who, suyu, plan, day, units;
const elders = [];

const unit = async (name, kind, more = {}) => (await made(who.admin.post('/admin/org_units',
    { div: COUNTY, name, kind, status: 'OPERATING', ...more }))).id;
const activity = (caller, more = {}) => made(caller.post(PATH, {
    title: '情暖夕阳', kind: 'FESTIVAL', organiser: caller.account, place: '沱江镇敬老院',
    starts_at: new Date(Date.now() - 60e3).toISOString(), form: 'OFFLINE', service: 'E',
    platform: 'STATION', dims: ['D12', 'D21'], links: ['L1', 'L2', 'L4', 'L5'], reach: 'TARGETED',
    core_task: false, ...more,
}));
const signIn = (caller, one, person, more = {}) => caller.post('/station/activity_attendance',
    { activity: one.id, person, ...more });

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '县科员'], leader: ['county_leader', JIANGHUA, '分管局长'],
    }));
    units = {
        bureau: await unit('江华瑶族自治县民政局', 'COUNTY'),
        agency: await unit('瑶都社会工作服务中心', 'AGENCY', { uscc: '52430111MJK1234522' }),
        police: await unit('县公安局', 'POLICE'), volunteers: await unit('县慈善志愿者协会', 'CHARITY'),
        school: await unit('剑雄学校', 'SCHOOL'),
    };
    plan = await made(who.admin.post('/station/brand_plans',
        { name: '银龄关爱', goals: '关爱老人', services: ['E'], starts_on: '2026-01-01', div: COUNTY }));
    for (const name of ['甲', '乙', '丙', '丁', '戊'])
        elders.push(await made(who.worker.post('/station/residents', { name: `老人${name}`, div: YANGHUA })));
});
after(() => server?.stop());

test('the fortnight: host, undertaker and co-organisers each in their part, leaders as guests [K19 K27 G19]', async () => {
    day = await activity(who.section, {
        div: COUNTY, title: '社会工作宣传周启动暨情暖夕阳', brand_plan: plan.id, plan_count: 150,
        guests: [{ name: '何局长', unit: '县民政局', post: '局长' }], budget_fen: 500000,
        goals: '学雷锋月与世界社工日同办',
    });
    assert.match(day.no, /^431129-A\d{8}-0001$/);
    const parts = [['bureau', 'HOST'], ['agency', 'UNDERTAKER'], ['police', 'CO_ORGANISER'],
        ['volunteers', 'CO_ORGANISER'], ['school', 'CO_ORGANISER']];
    for (const [name, part] of parts)
        await made(who.section.post('/station/activity_roles',
            { div: COUNTY, activity: day.id, unit: units[name], part }));
    const twice = await who.section.post('/station/activity_roles',
        { div: COUNTY, activity: day.id, unit: units.police, part: 'CO_ORGANISER' });
    assert.equal(faultAt(twice, '/unit'), 'activity_role_once');
    const helpers = await who.leader.get(
        `/station/activity_roles?activity.eq=${day.id}&part.eq=CO_ORGANISER`);
    assert.equal(helpers.body.items.length, 3);
    const seen = (await who.leader.get(`${PATH}/${day.id}`)).body;
    assert.deepEqual(seen.guests, [{ name: '何局长', unit: '县民政局', post: '局长' }]);
    assert.deepEqual([seen.dims, seen.links.length, seen.reach], [['D12', 'D21'], 4, 'TARGETED']);
    assert.equal((await suyu.head.get(`${PATH}/${day.id}`)).status, 404);
});

test('planned, approved by another, published, held: heads by name and others apart [G20]', async () => {
    const path = `${PATH}/${day.id}`;
    await refused(who.section, path, 'approve', 'handled_by_you');
    await step(who.admin, path, 'approve');
    await step(who.section, path, 'publish');
    for (const { id } of elders) await made(signIn(who.section, day, id));
    assert.equal(faultAt(await signIn(who.section, day, elders[0].id), '/person'),
        'activity_attendance_once');
    const few = await who.section.act(path, 'hold', { actual_count: 4 });
    assert.equal(faultAt(few, '/actual_count'), 'activity_heads');
    const held = await step(who.section, path, 'hold', { actual_count: 156 });
    assert.deepEqual([held.state, held.actual_count, held.named_count], ['held', 156, 5]);

    // the rest of the fortnight, at the places where people gather
    const venue = await made(who.head.post('/station/venues',
        { div: YANGHUA, name: '沱江镇敬老院', type: 'NURSING', open_mode: 'NORMAL' }));
    const places = [['沱江镇敬老院', 120], ['剑雄学校', 130], ['沱江镇文化站', 60], ['阳华社区活动室', 45]];
    for (const [place, heads] of places) {
        const one = await activity(who.head, {
            div: YANGHUA, place, brand_plan: plan.id, organiser: who.worker.account,
            venue: place === '沱江镇敬老院' ? venue.id : null,
        });
        await step(who.head, `${PATH}/${one.id}`, 'approve');
        await made(signIn(who.worker, one, elders[0].id));
        await step(who.worker, `${PATH}/${one.id}`, 'hold', { actual_count: heads });
    }
    const county = async (code) => number(who.admin, code, 'CM-01');
    assert.equal((await county('M27')).value, 5);
    assert.equal((await county('M27N')).value, 9); // person-times by name
    assert.equal((await county('M27P')).value, 5); // a person at five places is one
    assert.equal((await county('M27U')).value, 156 + 120 + 130 + 60 + 45 - 9);
    assert.ok((await county('M27N')).value + (await county('M27U')).value >= 500);
    assert.equal((await number(who.head, 'M27')).value, 4); // the county's own day is not the station's
});

test('services go to fixed places where people gather, and are found by them [G21]', async () => {
    const list = await who.head.get(`${PATH}?kind.eq=FESTIVAL&state.eq=held&count=exact&limit=10`);
    assert.deepEqual(list.body.items.map(({ place }) => place).sort(),
        ['剑雄学校', '沱江镇敬老院', '沱江镇文化站', '阳华社区活动室'].sort());
    const home = (await who.head.get('/station/venues')).body.items[0];
    const there = await who.head.get(`${PATH}?venue.eq=${home.id}`);
    assert.deepEqual(there.body.items.map(({ actual_count }) => actual_count), [120]);
});

test('activities are counted by brand plan and by how many of the five were linked [K19]', async () => {
    assert.deepEqual(kinds(await number(who.admin, 'M37', 'CM-01')), { 银龄关爱: 5 });
    const lonely = await activity(who.head, { div: YANGHUA, links: ['L2'], organiser: who.worker.account });
    await step(who.head, `${PATH}/${lonely.id}`, 'approve');
    await step(who.worker, `${PATH}/${lonely.id}`, 'hold', { actual_count: 3 });
    assert.deepEqual((await number(who.admin, 'M34', 'CM-01')).share, { kind: 'linked', value: 5, of: 6 });
});

test('wrong turns are refused; what is archived stays as it is', async () => {
    const soon = await activity(who.head,
        { div: YANGHUA, organiser: who.worker.account, starts_at: new Date(Date.now() + 86400e3).toISOString() });
    const path = `${PATH}/${soon.id}`;
    await refused(who.worker, path, 'hold', 'wrong_state', { actual_count: 1 });
    assert.equal((await who.worker.act(path, 'approve')).status, 403);
    await step(who.head, path, 'approve');
    await refused(who.worker, path, 'hold', 'activity_not_begun', { actual_count: 1 });
    await step(who.worker, path, 'cancel', { reason: '暴雨' });
    await refused(who.worker, path, 'publish', 'wrong_state');

    const held = `${PATH}/${day.id}`;
    await step(who.section, held, 'summarise', { summary: '圆满', cost_fen: 480000 });
    await refused(who.section, held, 'archive', 'handled_by_you');
    await step(who.admin, held, 'archive');
    const now = await who.section.get(held);
    assert.equal((await who.section.patch(held, { title: '改' }, now.etag)).status, 409);
});

test('what a plan wants once a month is overdue when the month has passed without it', async () => {
    const late = await activity(who.head,
        { div: YANGHUA, organiser: who.worker.account, month_due: '2026-02-11', title: '失独家庭二月聚会' });
    assert.equal(Date.parse(late.due_held_at), Date.parse('2026-02-28T16:00:00Z'));
    await activity(who.head, { div: YANGHUA, organiser: who.worker.account, month_due: today });
    const list = await who.head.get(`${PATH}?overdue=due_held_at`);
    assert.deepEqual(list.body.items.map(({ id }) => id), [late.id]);
    await step(who.head, `${PATH}/${late.id}`, 'approve');
    await step(who.worker, `${PATH}/${late.id}`, 'hold', { actual_count: 12 });
    assert.deepEqual((await who.head.get(`${PATH}?overdue=due_held_at`)).body.items, []);
});

test('residents enrol once, and who comes is signed in by it', async () => {
    const open = await activity(who.head, { div: YANGHUA, organiser: who.worker.account });
    const path = `${PATH}/${open.id}`;
    const enrol = (person) => who.worker.post('/station/activity_enrols', { activity: open.id, person });
    await step(who.head, path, 'approve');
    await step(who.worker, path, 'publish');
    const first = await made(enrol(elders[1].id));
    assert.equal(faultAt(await enrol(elders[1].id), '/person'), 'activity_enrol_once');
    const second = await made(enrol(elders[2].id));
    await step(who.worker, `/station/activity_enrols/${second.id}`, 'cancel', { reason: '家中有事' });
    await made(enrol(elders[2].id));
    await step(who.worker, `/station/activity_enrols/${first.id}`, 'attend');
    const names = await done(who.worker.get(`/station/activity_attendance?activity.eq=${open.id}`));
    assert.deepEqual(names.items.map(({ person, state }) => [person, state]), [[elders[1].id, 'present']]);
    await step(who.worker, `/station/activity_attendance/${names.items[0].id}`, 'strike', { reason: '签错' });
    const held = await step(who.worker, path, 'hold', { actual_count: 0 });
    assert.equal(held.named_count, 0);
});

test('a photo is released only when somebody signs that faces are blurred', async () => {
    const one = await activity(who.head, { div: YANGHUA, organiser: who.worker.account });
    const file = await upload(who.worker, PIXEL, '合影.png');
    const photo = await made(who.worker.post('/station/activity_photos',
        { div: YANGHUA, activity: one.id, photo: file, faces_blurred: false }));
    const path = `/station/activity_photos/${photo.id}`;
    await refused(who.worker, path, 'release', 'photo_faces');
    const seen = await who.worker.get(path);
    await done(who.worker.patch(path, { faces_blurred: true }, seen.etag));
    const released = await step(who.worker, path, 'release');
    assert.deepEqual([released.state, released.released_by], ['released', who.worker.account]);
});

test('no more names than heads, and none after the summary', async () => {
    const one = await activity(who.head, { div: YANGHUA, organiser: who.worker.account });
    const path = `${PATH}/${one.id}`;
    assert.equal(faultAt(await signIn(who.worker, one, elders[0].id), '/activity'),
        'activity_names_closed'); // not approved yet
    const early = await who.worker.post('/station/activity_enrols',
        { activity: one.id, person: elders[0].id });
    assert.equal(faultAt(early, '/activity'), 'activity_not_open');
    await step(who.head, path, 'approve');
    await made(signIn(who.worker, one, elders[0].id));
    await step(who.worker, path, 'hold', { actual_count: 2 });
    await made(signIn(who.worker, one, elders[1].id));
    assert.equal(faultAt(await signIn(who.worker, one, elders[2].id), '/activity'),
        'activity_more_names');
    const done = await step(who.worker, path, 'summarise', { summary: '两人到场', actual_count: 3 });
    assert.deepEqual([done.actual_count, done.named_count], [3, 2]);
    assert.equal(faultAt(await signIn(who.worker, one, elders[2].id), '/activity'),
        'activity_names_closed');
});

test('who enrolled is written down by name on no other conditions than who did not', async () => {
    const one = await activity(who.head, { div: YANGHUA, organiser: who.worker.account });
    const path = `${PATH}/${one.id}`;
    await step(who.head, path, 'approve');
    await step(who.worker, path, 'publish');
    const enrols = [];
    for (const { id } of elders.slice(0, 3))
        enrols.push(await made(who.worker.post('/station/activity_enrols', { activity: one.id, person: id })));
    const attend = ({ id }) => who.worker.act(`/station/activity_enrols/${id}`, 'attend');
    await made(signIn(who.worker, one, elders[0].id));
    assert.equal(faultAt(await attend(enrols[0]), '/person'), 'activity_attendance_once');
    await step(who.worker, path, 'hold', { actual_count: 1 });
    assert.equal(faultAt(await attend(enrols[1]), '/activity'), 'activity_more_names');
    await step(who.worker, path, 'summarise', { summary: '一人到场', actual_count: 2 });
    assert.equal(faultAt(await attend(enrols[1]), '/activity'), 'activity_names_closed');
    const names = await done(who.worker.get(`/station/activity_attendance?activity.eq=${one.id}`));
    assert.deepEqual(names.items.map(({ person }) => person), [elders[0].id]);
});
