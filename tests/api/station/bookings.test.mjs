// What a switch does to what is booked: activities and groups are suspended or moved online, each
// station is told, and when it is over all of it comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done as step, idOf, placed as made, status } from '../../lib/station.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`, TOWN = `${TUOJIANG}000`;
const hours = (n) => new Date(Date.now() + n * 3600e3).toISOString();

let server, who, suyu;
const at = {};

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        leader: ['county_leader', JIANGHUA, '欧局长'],
        section: ['county_section', JIANGHUA, '蒋股长'],
        officer: ['township_officer', TUOJIANG, '黄助理'],
        venue: ['venue_operator', TUOJIANG, '日照中心'],
    }));
});
after(() => server?.stop());


const activity = (more, caller = who.worker) => ({
    title: '情暖夕阳', kind: 'FESTIVAL', organiser: caller.account, place: '沱江镇文化站',
    starts_at: hours(24), form: 'OFFLINE', service: 'E', platform: 'STATION', core_task: false, ...more,
});
const group = (more, caller = who.worker) => ({
    title: '老友小组', type: 'SUPPORT', goals: '相互支持', leader: caller.account, plan_members: 8,
    plan_sessions: 6, service: 'E', ...more,
});
const change = (more) => ({
    div: COUNTY_DIV, title: '疫情防控', scope: 'AREA', mode: 'RESTRICTED', reason: 'EPIDEMIC',
    starts_at: hours(-1), ends_at: hours(240), ...more,
});

async function switched(more, by = who.section, decider = who.leader) {
    const path = await made(by, 'mode_switches', change(more));
    await step(decider, path, 'approve');
    await step(decider, path, 'activate');
    return path;
}
const effect = async (path, caller = who.section) => (await caller.get(path)).body.mode_effect;

test('gatherings that are booked stand still or move online while it lasts, and come back after [P06 P12]',
    async () => {
        at.soon = await made(who.worker, 'activities', activity());
        at.online = await made(who.worker, 'activities', activity({ form: 'ONLINE' }));
        at.later = await made(who.worker, 'activities', activity({ starts_at: hours(300) }));
        at.elsewhere = await made(who.helukou, 'activities', activity({}, who.helukou));
        at.group = await made(who.worker, 'groups', group());
        for (const path of [at.soon, at.online, at.later, at.elsewhere, at.group])
            assert.equal(await effect(path), 'ALLOW', path);

        at.switch = await switched({ areas: [{ area: TOWN }] });
        assert.equal(await effect(at.soon), 'SUSPEND');
        assert.equal(await effect(at.group), 'ONLINE');
        assert.equal(await effect(at.online), 'ALLOW'); // online it was all along
        assert.equal(await effect(at.later), 'ALLOW'); // after its end
        assert.equal(await effect(at.elsewhere), 'ALLOW'); // another township
        const { body } = await who.worker.get(at.soon);
        assert.equal(Date.parse(body.mode_until),
            Date.parse((await who.leader.get(at.switch)).body.ends_at));
        // every change is a version, by whoever made it follow
        const versions = (await who.worker.get(`${at.soon}/history`)).body.items;
        assert.equal(versions.length, 2);
    });

test('a booking that the mode suspends is refused: until when, and what instead', async () => {
    const { ends_at } = (await who.leader.get(at.switch)).body;
    const refused = await who.worker.post('/station/activities', activity({ title: '重阳敬老' }));
    assert.deepEqual(faultsOf(refused), { '/starts_at': 'mode_suspends' });
    const local = new Date(Date.parse(ends_at) + 8 * 3600e3).toISOString();
    assert.equal(refused.body.errors[0].detail, 'The service mode suspends this service until '
        + `${local.slice(0, 10)} ${local.slice(11, 16)}; instead: an online group`);
    const zh = await who.worker.call('POST', '/station/activities', activity(),
        { 'Accept-Language': 'zh-CN', 'Idempotency-Key': 'zh-1' });
    assert.match(zh.body.errors[0].detail,
        /^平急转换期间此项服务暂停至\d{4}年\d+月\d+日\d\d:\d\d，可改为线上群$/);
    // online, later or elsewhere it is taken
    await made(who.worker, 'activities', activity({ form: 'ONLINE' }));
    await made(who.worker, 'activities', activity({ starts_at: hours(260) }));
    await made(who.helukou, 'activities', activity({}, who.helukou));
    // what was booked before may be put off, moved online or cancelled, and not published as it is
    await step(who.head, at.soon, 'approve').then(() => assert.fail('approved'),
        (fault) => assert.match(fault.message, /mode_suspends/));
    const now = await who.worker.get(at.soon);
    assert.deepEqual(faultsOf(await who.worker.patch(at.soon, { starts_at: hours(48) }, now.etag)),
        { '/starts_at': 'mode_suspends' });
    await status(200, who.worker.patch(at.soon, { form: 'ONLINE' }, now.etag));
    await status(200, who.worker.patch(at.soon, { form: 'OFFLINE', starts_at: hours(270) },
        (await who.worker.get(at.soon)).etag));
});

test('stations concerned are told, say that they know, and what they do', async () => {
    const { body } = await who.head.get(`/station/mode_briefs?mode_switch.eq=${idOf(at.switch)}`);
    assert.deepEqual(body.items.map(({ kind, mode, state }) => [kind, mode, state]),
        [['BEGIN', 'RESTRICTED', 'sent']]);
    assert.equal(body.items[0].bookings, 2); // of its day, whichever their form
    assert.deepEqual((await who.helukou.get('/station/mode_briefs')).body.items, []);
    const inbox = (await status(200, who.head.get('/notices'))).body.items;
    assert.ok(inbox.some(({ text }) => /service-mode switch/i.test(text)), JSON.stringify(inbox));
    const path = `/station/mode_briefs/${body.items[0].id}`;
    const done = await step(who.head, path, 'acknowledge',
        { measures: '活动改线上，送餐改放门口，问候电话加密' });
    assert.deepEqual([done.state, done.acknowledged_by], ['acknowledged', who.head.account]);
});

test('the end of one switch leaves the other; the last one\'s end restores everything', async () => {
    const fresh = await made(who.worker, 'activities', activity({ form: 'ONLINE' }));
    await status(200, who.worker.patch(fresh, { form: 'BOTH', starts_at: hours(250) },
        (await who.worker.get(fresh)).etag));
    assert.equal(await effect(fresh), 'ALLOW');
    const second = await switched({ mode: 'SUSPENDED', overlap_note: '从严执行', ends_at: hours(280) });
    assert.equal(await effect(fresh), 'SUSPEND');
    assert.equal(await effect(at.group), 'SUSPEND'); // stricter than online
    assert.equal(await effect(at.elsewhere), 'SUSPEND'); // the whole county
    await step(who.leader, second, 'end', { end_note: '降级' });
    assert.equal(await effect(at.group), 'ONLINE');
    assert.equal(await effect(fresh), 'ALLOW');
    assert.equal(await effect(at.elsewhere), 'ALLOW');
    await step(who.leader, at.switch, 'end', { end_note: '解除' });
    assert.equal(await effect(at.group), 'ALLOW');
    await made(who.worker, 'activities', activity());
    const ends = (await who.head.get('/station/mode_briefs')).body.items;
    assert.equal(ends.filter(({ kind }) => kind === 'END').length, 2);
});

test('a township puts its own bookings still, and one venue or service by itself', async () => {
    const hall = idOf(await made(who.head, 'venues', { name: '日间照料中心', type: 'DAYCARE',
        div: TOWN, open_mode: 'NORMAL' }));
    const inside = await made(who.worker, 'activities', activity({ venue: hall }));
    const outside = await made(who.worker, 'activities', activity());
    const noVenue = await who.head.post('/station/mode_switches',
        change({ div: TOWN, scope: 'VENUE', mode: 'SUSPENDED', reason: 'HEAT' }));
    assert.deepEqual(faultsOf(noVenue), { '/venue': 'required_if' });
    const closed = await switched({ div: TOWN, scope: 'VENUE', venue: hall, mode: 'SUSPENDED',
        reason: 'HEAT' }, who.head, who.officer);
    assert.deepEqual([await effect(inside), await effect(outside)], ['SUSPEND', 'ALLOW']);
    const effective = async (query) => (await status(200,
        who.head.get(`/station/modes/effective?div=${TOWN}&${query}`))).body;
    assert.equal((await effective(`service=DAYCARE&venue=${hall}`)).how, 'SUSPEND');
    assert.equal((await effective('service=DAYCARE')).how, 'ALLOW');
    await step(who.officer, closed, 'end', { end_note: '降温' });
    assert.equal(await effect(inside), 'ALLOW');
    // the venue's own mode counts as well
    const path = `/station/venues/${hall}`;
    await status(200, who.head.patch(path, { open_mode: 'RESTRICTED' }, (await who.head.get(path)).etag));
    assert.equal((await effective(`service=CANTEEN&venue=${hall}`)).how, 'SUSPEND');
    assert.equal((await effective(`service=MEAL&venue=${hall}`)).how, 'CONTACTLESS');
    const refused = await who.worker.post('/station/activities', activity({ venue: hall }));
    assert.deepEqual(faultsOf(refused), { '/starts_at': 'mode_suspends' });

    const groups = await switched({ div: TOWN, scope: 'SERVICE', services: ['GROUP_WORK'],
        mode: 'SUSPENDED', reason: 'FLOOD' }, who.head, who.officer);
    assert.deepEqual([await effect(at.group), await effect(outside)], ['SUSPEND', 'ALLOW']);
    await step(who.officer, groups, 'end', { end_note: '水退' });
    assert.equal(await effect(at.group), 'ALLOW');
});

/** Plays the clock of the county up to an instant. */
async function clock(until) {
    const { status: ended, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        '--until', new Date(Date.parse(until)).toISOString().replace(/\.\d+Z/, 'Z')]);
    assert.equal(ended, 0, err);
}

test('a switch begins and ends by itself at its times, and so do its bookings', async () => {
    const path = await made(who.section, 'mode_switches', change({ mode: 'SUSPENDED',
        reason: 'SNOW', title: '冰雪天气', starts_at: hours(2), ends_at: hours(5) }));
    await step(who.leader, path, 'approve');
    const held = await made(who.worker, 'activities', activity({ starts_at: hours(3), form: 'ONLINE' }));
    assert.equal(await effect(at.group), 'ALLOW'); // groups meet today
    await clock(hours(3));
    const begun = (await who.leader.get(path)).body;
    assert.deepEqual([begun.state, begun.activated_at], ['active', begun.starts_at]);
    assert.equal(await effect(at.group), 'SUSPEND');
    assert.equal(await effect(held), 'ALLOW');
    await clock(hours(6));
    const over = (await who.leader.get(path)).body;
    assert.deepEqual([over.state, over.ended_at], ['ended', over.ends_at]);
    assert.equal(await effect(at.group), 'ALLOW');
    const briefs = (await who.head.get(`/station/mode_briefs?mode_switch.eq=${idOf(path)}`)).body.items;
    assert.deepEqual(briefs.map(({ kind }) => kind).sort(), ['BEGIN', 'END']);
    await clock(hours(7)); // nothing twice
    assert.equal((await who.head.get(`/station/mode_briefs?mode_switch.eq=${idOf(path)}`)).body
        .items.length, 2);
});

test('bookings follow a changed policy by the clock', async () => {
    const path = await switched({ mode: 'RESTRICTED', reason: 'HEAT', starts_at: hours(-1) });
    const policy = await made(who.section, 'service_policies', { div: COUNTY_DIV, mode: 'RESTRICTED',
        service: 'GROUP_WORK', how: 'SUSPEND', instead: 'LATER', effective_from: '2026-01-01',
        basis: '江民发〔2026〕7号' });
    assert.equal(await effect(at.group), 'ONLINE');
    await step(who.leader, policy, 'confirm');
    await clock(hours(8));
    assert.equal(await effect(at.group), 'SUSPEND');
    await step(who.leader, path, 'end', { end_note: '降温' });
    assert.equal(await effect(at.group), 'ALLOW');
});

test('a switch that ended while nobody ran the clock is over for the stations, too', async () => {
    const path = await made(who.section, 'mode_switches', change({ mode: 'RESTRICTED', reason: 'SNOW',
        title: '再次冰雪', starts_at: hours(10), ends_at: hours(12) }));
    await step(who.leader, path, 'approve');
    await clock(hours(84)); // of each chore the last moment alone
    assert.equal((await who.leader.get(path)).body.state, 'ended');
    const { body } = await who.head.get(`/station/mode_briefs?mode_switch.eq=${idOf(path)}`);
    assert.deepEqual(body.items.map(({ kind }) => kind).sort(), ['BEGIN', 'END']);
});
