// The three-level network of stations as its people keep it: units with their dates, rooms, sites they
// share, the standard they are held to, demonstration sites, the workers' cards, and how far it reaches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SUYU, TUOJIANG, faultAt, openCounty, people, villagesOf }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { change, done, made as ok } from '../../lib/steps.mjs';
import { PIXEL, upload } from '../../lib/tables.mjs';

const DAY = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
const UNITS = '/admin/org_units';
let server, who, suyu;
const made = {}; // what earlier steps made

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, {
        admin: ['county_admin', JIANGHUA, '何局员'], section: ['county_section', JIANGHUA, '社工股'],
        leader: ['county_leader', JIANGHUA, '李局长'],
    });
    suyu = await people(server, SUYU, { admin: ['county_admin', SUYU, '宿豫管理员'] });
});
after(() => server?.stop());

async function refused(promise, pointer, code) {
    const answer = await promise;
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.equal(faultAt(answer, pointer), code, JSON.stringify(answer.body));
}

/** A unit of the network as it is entered. */
const unit = (kind, div, name, more) => who.admin.post(UNITS, { div, kind, name, ...more });
const RUNNING = { status: 'OPERATING', plaque_date: '2021-12-30', entity_op_date: '2022-06-30' };

async function coverage(caller, query = '') {
    const { items } = await done(caller.get(`/station/coverage${query}`));
    return { all: items.at(-1), towns: items.slice(0, -1) };
}

test('a query that a route cannot read is refused, parameter by parameter', async () => {
    const answer = await who.admin.get('/station/coverage?on=2026-02-30&year=2026');
    assert.deepEqual([answer.status, answer.body.code, faultAt(answer, '?on'), faultAt(answer, '?year')],
        [400, 'bad_query', 'date_expected', 'unknown_parameter']);
    assert.equal(answer.body.errors.length, 2);
});

test('sixteen stations and 112 rooms stand in a tree below the county, and reach is counted [K01 K02]',
    async () => {
        const places = await done(who.admin.get(`/divisions?parent=${JIANGHUA}000000`));
        const towns = places.items.map(({ code }) => String(code));
        assert.equal(towns.length, 16);
        const bureau = (await who.admin.get(`${UNITS}?kind.eq=COUNTY`)).body.items[0];
        const general = await ok(unit('GENSTATION', `${JIANGHUA}000000`, '县社工总站',
            { ...RUNNING, parent: bureau.id }));
        made.stations = {};
        for (const code of towns) {
            const station = await ok(unit('STATION', code, `站${code}`,
                { ...RUNNING, parent: general.id }));
            made.stations[code.slice(0, 9)] = station.id;
        }
        const villages = towns.map((code) => villagesOf(code.slice(0, 9)));
        const rooms = Array.from({ length: 112 }, (_, n) => ({ op: 'create', data: {
            // 湘江乡 has six villages only: its seventh room is a second one in the first
            div: (villages[n % 16][Math.floor(n / 16)] ?? villages[n % 16][0]).code, kind: 'ROOM',
            name: `室${n}`, parent: made.stations[towns[n % 16].slice(0, 9)],
            status: 'PLAQUED', plaque_date: '2022-03-01' } }));
        await done(who.admin.post(`${UNITS}/batch`, { atomic: 'all', items: rooms }));
        const { all, towns: each } = await coverage(who.admin);
        const count = villages.flat().length;
        assert.deepEqual([all.townships, all.covered, all.stations, all.running, all.rooms, all.villages],
            [16, 16, 16, 16, 112, count]);
        assert.ok(count > 300);
        assert.equal(each.length, 16);
        for (const town of each) assert.equal(town.rooms, 7, JSON.stringify(town));
        // nothing of it is there for another county
        const theirs = await coverage(suyu.admin);
        assert.deepEqual([theirs.all.stations, theirs.all.rooms], [0, 0]);
    });

test('a unit\'s status says what its dates say, and no step of its life is jumped [K01 K07]', async () => {
    const station = (more) => unit('STATION', `${TUOJIANG}000`, '试点站', more);
    await refused(station({ status: 'PLAQUED' }), '/plaque_date', 'org_unit_plaque');
    await refused(station({ status: 'OPERATING', plaque_date: '2022-01-01' }),
        '/entity_op_date', 'org_unit_entity');
    await refused(station({ status: 'OPERATING', plaque_date: '2022-07-01', entity_op_date: '2022-06-30' }),
        '/entity_op_date', 'not_before');
    await refused(station({ status: 'PLANNED', plaque_date: '2022-07-01' }),
        '/plaque_date', 'org_unit_planned');
    const made = await ok(station({ status: 'PLANNED' }));
    const to = (more) => change(who.admin, `${UNITS}/${made.id}`, more);
    await refused(to({ status: 'OPERATING', ...RUNNING }), '/status', 'org_unit_status');
    assert.equal((await to({ status: 'PLAQUED', plaque_date: '2022-03-01' })).status, 200);
    assert.equal((await to({ status: 'OPERATING', entity_op_date: '2022-06-30' })).status, 200);
    assert.equal((await to({ status: 'CLOSED' })).status, 200);
    await refused(to({ status: 'OPERATING' }), '/status', 'org_unit_status');
    assert.equal((await change(who.section, `${UNITS}/${made.id}`, { name: '改' })).status, 403);
});

test('entity operation, from the pilots to all townships by the end of June [K07]', async () => {
    const pilots = Object.values(made.stations).slice(0, 6);
    for (const id of pilots)
        assert.equal((await change(who.admin, `${UNITS}/${id}`, { entity_op_date: '2022-03-15' })).status, 200);
    const running = async (on) => (await coverage(who.leader, `?on=${on}`)).all.running;
    assert.deepEqual([await running('2022-03-14'), await running('2022-03-15'),
        await running('2022-06-29'), await running('2022-06-30')], [0, 6, 6, 16]);
    const plaques = (await coverage(who.leader, '?on=2021-12-29')).all;
    assert.deepEqual([plaques.townships, plaques.covered, plaques.stations], [16, 0, 0]);
    const never = await who.leader.get('/station/coverage?on=2022-02-30');
    assert.deepEqual([never.status, never.body.code], [400, 'bad_query']);
});

test('five stations are in the first five-star batch, and the spread of stars is counted [K03]', async () => {
    const ids = Object.values(made.stations);
    await refused(change(who.admin, `${UNITS}/${ids[0]}`, { star: 5 }), '/star_batch', 'required_if');
    await refused(change(who.admin, `${UNITS}/${ids[0]}`, { star: 6, star_batch: '首批' }),
        '/star', 'too_large');
    for (const [n, id] of ids.slice(0, 8).entries())
        assert.equal((await change(who.admin, `${UNITS}/${id}`,
            { star: n < 5 ? 5 : 9 - n, star_batch: '全省首批' })).status, 200);
    const { all } = await coverage(who.admin);
    assert.deepEqual([all.five_star, all.four_star, all.lower_star], [5, 1, 2]);
});

// ---- rooms and the standard ----------------------------------------------------------------------

const ROOMS = [['OFFICE', '办公室', '20.0'], ['ARCHIVE', '档案室', '12.5'], ['CASE', '心灵驿站', '15.0'],
    ['GROUP', '活动室', '60.0']];
const SCHEME = [
    { code: 'area', name: '场地面积', measure: 'NUMBER', at_least: '100.0', unit: '平方米', must: true, mark: '[A]' },
    { code: 'served', name: '年服务人次', measure: 'NUMBER', at_least: '500.0', unit: '人次', must: true, mark: '[A]' },
    { code: 'logo', name: '标识', measure: 'YES', must: true },
    { code: 'books', name: '图书', measure: 'NUMBER', at_least: '300.0', unit: '册', must: false, mark: '[A]' },
];
const found = (area, served, logo, books) => [{ code: 'area', value: area }, { code: 'served', value: served },
    { code: 'logo', met: logo }, { code: 'books', value: books }];

test('rooms of a station stand with their photos and are held to a standard [K05 K06]', async () => {
    Object.assign(who, await people(server, JIANGHUA, {
        head: ['station_head', TUOJIANG, '李站长'], worker: ['social_worker', TUOJIANG, '盘社工'],
        officer: ['township_officer', TUOJIANG, '民政办'], helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    const station = made.stations[TUOJIANG];
    for (const [type, name, area_m2] of ROOMS)
        made.room = await ok(who.head.post('/station/rooms', { div: `${TUOJIANG}000`, unit: station, type,
            name, area_m2, has_logo: true, books: 260, plants: 6, photo: await upload(who.head, PIXEL, 'p.png') }));
    await refused(who.head.post('/station/rooms', { div: `${TUOJIANG}000`, unit: made.stations[HELUKOU],
        type: 'OFFICE', name: '别站', area_m2: '9.0', has_logo: false }), '/unit', 'room_unit_kind');
    assert.equal((await who.head.get('/station/rooms?type.eq=CASE')).body.items[0].area_m2, '15.0');
    assert.equal((await who.helukou.get(`/station/rooms/${made.room.id}`)).status, 404);
    const photo = await who.worker.get(`/files/${made.room.photo}`);
    assert.equal(photo.status, 200, JSON.stringify(photo.body));

    // the checklist is data, with the mark of every figure
    const draft = { div: `${JIANGHUA}000000`, name: '社工站建设标准', edition: '2026', kind: 'STATION' };
    await refused(who.section.post('/station/check_schemes', { ...draft, items: [SCHEME[0], SCHEME[0]] }),
        '/items', 'check_scheme_codes');
    await refused(who.section.post('/station/check_schemes',
        { ...draft, items: [{ ...SCHEME[0], at_least: undefined }] }), '/items', 'check_scheme_figures');
    const scheme = await ok(who.section.post('/station/check_schemes', { ...draft, items: SCHEME }));
    const check = (items, caller = who.head) => caller.post('/station/standard_checks', {
        div: `${TUOJIANG}000`, unit: station, scheme: scheme.id, checked_on: DAY, items });
    await refused(check(found('107.5', '620.0', true, '260.0')), '/scheme', 'standard_check_scheme');
    await done(who.section.act(`/station/check_schemes/${scheme.id}`, 'publish'));
    await refused(check(found('107.5', '620.0', true, '260.0').slice(1)), '/items', 'standard_check_items');

    const below = await ok(check(found('99.9', '499.0', true, '900.0')));
    assert.deepEqual([below.passed, below.missing], [false, '场地面积、年服务人次']);
    await done(who.section.act(`/station/standard_checks/${below.id}`, 'confirm'));
    const passed = await ok(check(found('107.5', '620.0', true, '260.0')));
    assert.deepEqual([passed.passed, passed.missing], [true, null]); // books are no must
    const path = `/station/standard_checks/${passed.id}`;
    assert.equal((await who.head.act(path, 'confirm')).status, 403);
    assert.equal((await done(who.officer.act(path, 'confirm'))).confirmed_by, who.officer.account);
    assert.equal((await who.head.get(`/station/rooms/${made.room.id}`)).body.inspected_on, DAY);
    const mine = await ok(check(found('107.5', '620.0', true, '260.0'), who.officer));
    assert.equal((await who.officer.act(`/station/standard_checks/${mine.id}`, 'confirm')).body.code,
        'handled_by_you');
    const { items } = await done(who.section.get(`/station/standard_checks?unit.eq=${station}&passed.eq=true`));
    assert.equal(items.length, 2);
});

test('a demonstration site has reached the standard first and has a plan of its own [K04]', async () => {
    const plan = [{ task: '瑶汉双语服务窗口', due_on: '2026-09-30' }, { task: '长鼓舞疗愈小组', due_on: '2026-12-31' }];
    const propose = (caller, town, more) => caller.post('/station/demo_sites', { div: `${town}000`,
        unit: made.stations[town], title: '示范站', feature: '瑶族文化融入专业服务', plan, ...more });
    const mine = await ok(propose(who.head, TUOJIANG));
    await refused(propose(who.helukou, HELUKOU), '/plan', 'demo_site_copied');
    await refused(propose(who.helukou, HELUKOU, { plan: [plan[0]] }), '/feature', 'demo_site_feature');
    const other = await ok(propose(who.helukou, HELUKOU, { feature: '库区移民服务', plan: [plan[1]] }));
    const approve = (site) => who.section.act(`/station/demo_sites/${site.id}`, 'approve');
    const early = await approve(other); // never checked
    assert.deepEqual([early.status, early.body.code], [409, 'demo_site_below_standard']);
    assert.equal((await done(approve(mine))).state, 'approved');
    assert.equal((await who.admin.get(`${UNITS}/${made.stations[TUOJIANG]}`)).body.is_demo, true);
    assert.equal((await coverage(who.admin)).all.demos, 1);
    assert.equal((await who.helukou.get(`/station/demo_sites/${mine.id}`)).status, 200); // to learn from
    await done(who.section.act(`/station/demo_sites/${mine.id}`, 'withdraw', { reason: '未按方案推进' }));
    assert.equal((await who.admin.get(`${UNITS}/${made.stations[TUOJIANG]}`)).body.is_demo, false);
});

test('a station shares the site of a home-care centre, from a day to a day [K28]', async () => {
    const venue = (name, type) => ok(who.head.post('/station/venues', { div: `${TUOJIANG}000`, name, type,
        capacity: 40, open_mode: 'NORMAL', manager: who.worker.account }));
    const home = await venue('沱江居家养老服务中心', 'HOMECARE'), child = await venue('沱江儿童之家', 'CHILDHOME');
    const share = (caller, town, at, more) => caller.post('/station/site_shares', { div: `${town}000`,
        unit: made.stations[town], venue: at.id, starts_on: '2026-01-01', rooms: '一楼活动室', ...more });
    await refused(share(who.head, TUOJIANG, home, { ends_on: '2025-12-31' }), '/ends_on', 'not_before');
    const one = await ok(share(who.head, TUOJIANG, home));
    await refused(share(who.head, TUOJIANG, home), '/venue', 'site_share_once');
    const path = `/station/site_shares/${one.id}`;
    await refused(who.section.act(path, 'begin'), '/agreement', 'required_if');
    assert.equal((await change(who.head, path, { agreement: await upload(who.head, PIXEL, 'a.png') })).status, 200);
    await done(who.section.act(path, 'begin'));
    const station = async () => (await who.worker.get(`${UNITS}/${made.stations[TUOJIANG]}`)).body;
    assert.equal((await station()).shares_site_with, home.id);
    const ended = await done(who.section.act(path, 'end', { ends_on: '2026-06-30', reason: '新站落成' }));
    assert.equal(ended.state, 'ended');
    assert.equal((await station()).shares_site_with, null);
    // one with a last day ends by itself when that is over
    const second = await ok(share(who.head, TUOJIANG, child, { ends_on: DAY,
        agreement: await upload(who.head, PIXEL, 'b.png') }));
    await done(who.section.act(`/station/site_shares/${second.id}`, 'begin'));
    assert.equal((await station()).shares_site_with, child.id);
    const morning = new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10);
    const ran = await server.cli(['chores', 'run', '--county', String(JIANGHUA), '--until',
        `${morning}T00:15:00+08:00`]);
    assert.equal(ran.status, 0, ran.err);
    assert.equal((await who.head.get(`/station/site_shares/${second.id}`)).body.state, 'ended');
    assert.equal((await station()).shares_site_with, null);
    // two at a time: what ends takes only itself away
    const both = [];
    for (const [n, at] of [home, child].entries()) {
        both.push(await ok(share(who.head, TUOJIANG, at, { starts_on: `2026-0${n + 1}-01`,
            agreement: await upload(who.head, PIXEL, `${n}.png`) })));
        await done(who.section.act(`/station/site_shares/${both[n].id}`, 'begin'));
    }
    assert.equal((await station()).shares_site_with, child.id);
    const end = (one) => who.section.act(`/station/site_shares/${one.id}`, 'end', { ends_on: DAY });
    await done(end(both[1]));
    assert.equal((await station()).shares_site_with, home.id);
    // and it ends though the house was closed
    const third = await ok(share(who.head, TUOJIANG, child,
        { agreement: await upload(who.head, PIXEL, 'c.png') }));
    await done(who.section.act(`/station/site_shares/${third.id}`, 'begin'));
    assert.equal((await change(who.head, `/station/venues/${home.id}`, { closed_on: DAY })).status, 200);
    await done(end(both[0]));
    assert.equal((await station()).shares_site_with, child.id);
    await done(end(third));
    assert.equal((await station()).shares_site_with, null);
    // a venue of another township cannot even be named
    await refused(share(who.helukou, HELUKOU, child), '/venue', 'reference_unknown');
});

test('the worker introduces herself by name, and the whole county knows whom to call [K25]', async () => {
    const card = await ok(who.head.post('/station/contact_cards', { div: `${TUOJIANG}000`,
        account: who.worker.account, unit: made.stations[TUOJIANG], name: '盘小英', title: '社工',
        phone: '0746-2320110', hours: '8:00-18:00', languages: '普通话、瑶语',
        intro: '我是小英，有困难找我', photo: await upload(who.head, PIXEL, 'me.png') }));
    const path = `/station/contact_cards/${card.id}`;
    assert.equal((await who.head.act(path, 'publish')).body.code, 'not_yours');
    assert.equal((await done(who.worker.act(path, 'publish'))).state, 'published');
    const list = `/station/contact_cards?place.eq=${TUOJIANG}&state.eq=published`;
    for (const caller of [who.helukou, who.section, who.worker]) {
        const { items } = await done(caller.get(list));
        assert.deepEqual(items.map(({ name, phone }) => [name, phone]), [['盘小英', '0746-2320110']]);
    }
    assert.deepEqual((await done(suyu.admin.get(list))).items, []);
    assert.equal((await change(who.worker, path, { phone: '12345' })).status, 409); // taken down first
    await done(who.section.act(path, 'withdraw'));
    assert.deepEqual((await done(who.helukou.get(list))).items, []);
});

test('workers stand beside the standard, certificated and local ones among them [K10 K30]', async () => {
    const { towns } = await coverage(who.admin);
    const of = (code, list = towns) => list.find(({ township }) => township === code);
    assert.deepEqual([of(TUOJIANG).workers, of(TUOJIANG).workers_wanted], [1, 6]);
    assert.deepEqual([of(HELUKOU).workers, of(HELUKOU).workers_wanted], [0, 6]);
    await ok(who.head.post('/station/staff_profiles', { div: `${TUOJIANG}000`, account: who.worker.account,
        position: '社工', cert_type: '1', cert_no: '20220001', cert_valid_until: '2030-01-01', local: true,
        work_mode: 'ONSITE', entered_on: '2022-01-01' }));
    const own = (await coverage(who.head)).towns; // a station sees its own township
    assert.equal(own.length, 1);
    assert.deepEqual([own[0].workers, own[0].certificated, own[0].locals, own[0].contracted], [1, 1, 1, 0]);
});
