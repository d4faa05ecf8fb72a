// The registers that an emergency needs: who is in isolation and who came in. They are kept while it
// lasts and 30 days more; then rows, versions and files are gone, and figures stay.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SHUNHE, SUYU, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done as step, idOf, placed as made, status } from '../../lib/station.mjs';
import { importRows } from '../../lib/tables.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`, TOWN = `${TUOJIANG}000`, OTHER = `${HELUKOU}000`;
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
const hours = (n) => new Date(Date.now() + n * 3600e3).toISOString();

// words that stand nowhere else, so that a dump can be searched for them
const PLACE = '隔离地点独一处七号', CAME = '来自远方独一镇', INCOMER = '欧阳独一', LEFT = '去菜场独一回';
const WORDS = [PLACE, CAME, INCOMER, LEFT];

let server, who, suyu;
const at = {};

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        leader: ['county_leader', JIANGHUA, '欧局长'],
        section: ['county_section', JIANGHUA, '蒋股长'],
        officer: ['township_officer', TUOJIANG, '黄助理'],
        room: ['room_worker', YANGHUA, '赵村社工'],
        grid: ['grid_worker', YANGHUA, '冯网格员'],
        audit: ['audit_admin', JIANGHUA, '管审计'],
    }));
    at.incident = await made(who.section, 'incidents', { div: COUNTY_DIV, title: '输入性疫情',
        kind: 'EPIDEMIC', level: 'L3', started_at: hours(-5) });
    at.id = idOf(at.incident);
});
after(() => server?.stop());

const resident = async (name, div = YANGHUA) => idOf(await made(who.head, 'residents', { div, name }));

const subject = (person, more) => ({ incident: at.id, person, kind: 'HOME', place: PLACE,
    started_on: day(-14), planned_end: day(0), keeper: who.room.account, ...more });
const check = (more) => ({ subject: idOf(at.subject), checked_at: hours(-1), way: 'DOOR', seen: true,
    left_home: false, ...more });

test('who is isolated is checked, a leaving noticed, and released by the word of two [P04]', async () => {
    const person = await resident('单秀英');
    at.subject = await made(who.worker, 'isolation_subjects', subject(person));
    assert.equal((await who.room.get(at.subject)).body.div, YANGHUA); // where she lives
    const twice = await who.worker.post('/station/isolation_subjects', subject(person));
    assert.deepEqual(faultsOf(twice), { '/person': 'isolation_subject_once' });
    const backwards = await who.worker.post('/station/isolation_subjects',
        subject(await resident('别人'), { planned_end: day(-20) }));
    assert.deepEqual(faultsOf(backwards), { '/planned_end': 'not_before' });
    assert.equal((await who.helukou.get(at.subject)).status, 404);
    assert.equal((await who.operator.get(at.subject)).status, 403);

    await made(who.room, 'isolation_checks', check({ symptoms: ['COUGH'], temperature: '37.2' }));
    const silent = await who.room.post('/station/isolation_checks', check({ left_home: true, seen: false }));
    assert.deepEqual(faultsOf(silent), { '/left_note': 'required_if' });
    at.left = await made(who.grid, 'isolation_checks',
        check({ left_home: true, seen: false, left_note: LEFT, needs: '缺蔬菜' }));
    // the check moved the next one on, noted the leaving, and somebody is asked to look
    const noted = (await who.room.get(at.subject)).body;
    assert.deepEqual([noted.left_noticed, Date.parse(noted.due_check_at)
        - Date.parse(noted.last_check_at)], [1, 86400e3]);
    const asked = (await who.head.get(`/station/requests?person.eq=${person}`)).body.items;
    assert.deepEqual(asked.map(({ urgency, channel }) => [urgency, channel]), [['U2', 'VISIT']]);
    assert.doesNotMatch(asked[0].content, /隔离|外出/); // it stays when the register is erased
    for (const wrong of [{ left_home: false }, { checked_at: hours(-2) }]) { // another check says it right
        const now = await who.room.get(at.left);
        assert.equal(Object.values(faultsOf(await who.room.patch(at.left, wrong, now.etag)))[0], 'fixed');
    }
    const hot = await who.room.post('/station/isolation_checks', check({ temperature: '98.6' }));
    assert.deepEqual(faultsOf(hot), { '/temperature': 'too_large' });
    const { body } = await who.worker.get(`/station/isolation_checks?subject.eq=${idOf(at.subject)}`);
    assert.equal(body.items.length, 2);

    await step(who.room, at.subject, 'extend', { planned_end: day(2), reason: '发现外出' });
    await step(who.worker, at.subject, 'propose', { release_basis: '两次检测阴性' });
    assert.equal((await who.room.act(at.subject, 'release')).status, 403);
    const early = await who.head.act(at.subject, 'release');
    assert.deepEqual([early.status, early.body.code], [409, 'isolation_early']);
    await step(who.head, at.subject, 'refuse', { reason: '未满期', planned_end: day(0) });
    await step(who.head, at.subject, 'propose', { release_basis: '期满，两次检测阴性' });
    const own = await who.head.act(at.subject, 'release');
    assert.deepEqual([own.status, own.body.code], [403, 'handled_by_you']);
    const released = await step(who.officer, at.subject, 'release');
    assert.deepEqual([released.state, released.released_by], ['released', who.officer.account]);
    // nor does the table take one person's word
    await assert.rejects(server.psql(`update station.isolation_subject set proposed_by = released_by
        where id = '${idOf(at.subject)}'`), /isolation_subject_verified/);
});

test('a check that is due and not done comes to light [P04]', async () => {
    at.second = await made(who.worker, 'isolation_subjects',
        subject(await resident('奉小妹'), { kind: 'CENTRAL', planned_end: day(7) }));
    await server.psql(`update station.isolation_subject set due_check_at = now() - interval '2 hours'
        where id = '${idOf(at.second)}'`);
    const { body } = await who.head.get('/station/isolation_subjects?overdue=due_check_at');
    assert.deepEqual(body.items.map(({ id }) => id), [idOf(at.second)]);
});

test('who came from elsewhere is registered, also from a table, and counted by place and kind [P03]',
    async () => {
        at.incomer = await made(who.grid, 'incomers', { incident: at.id, name: INCOMER, div: YANGHUA,
            phone: '13807465678', kind: 'RETURN', from_place: CAME, travel_by: 'TRAIN',
            arrived_on: day(-3) });
        const seen = (await who.officer.get(at.incomer)).body;
        assert.equal(seen.phone, '138****5678');
        assert.equal((await who.officer.post(`${at.incomer}/reveal`,
            { field: 'phone', reason: 'CONTACT' })).body.value, '13807465678');
        await made(who.helukou, 'incomers', { incident: at.id, name: '赵客商', kind: 'WORK',
            from_place: '广州', arrived_on: day(-2) });
        const job = await importRows(who.head, '/station/incomers', [
            ['incident', 'name', 'kind', 'from_place', 'arrived_on'],
            ...[1, 2, 3].map((n) => [at.id, `返乡人${n}`, 'RETURN', '深圳', day(-1)]),
            [at.id, '来客', 'NOBODY', '深圳', day(-1)]]);
        assert.equal(job.state, 'done');
        assert.deepEqual(job.faulty.map(([, field]) => field), ['kind']);
        assert.equal((await who.grid.act(at.incomer, 'leave', { left_on: day(0) })).status, 403);
        assert.equal((await step(who.room, at.incomer, 'leave', { left_on: day(0) })).state, 'gone');
        at.figures = await figures(who.leader);
        assert.equal(at.figures[`${TOWN} incomers RETURN`], 4);
        assert.equal(at.figures[`${OTHER} incomers WORK`], 1);
        assert.equal(at.figures[`${TOWN} checks SEEN`], 1);
        assert.equal(at.figures[`${TOWN} checks LEFT`], 1);
        assert.equal(at.figures[`${TOWN} isolated HOME`], 1);
        assert.equal(at.figures[`${TOWN} released HOME`], 1);
        // a township counts its own
        assert.deepEqual(Object.keys(await figures(who.helukou)), [`${OTHER} incomers WORK`]);
    });

async function figures(caller) {
    const { body } = await status(200, caller.get(`${at.incident}/figures`));
    return Object.fromEntries(body.items.map((item) =>
        [`${item.div} ${item.register} ${item.kind}`, item.n]));
}

test('it is not over while somebody is isolated', async () => {
    const early = await who.leader.act(at.incident, 'close', { lessons: '早发现' });
    assert.deepEqual([early.status, early.body.code], [409, 'incident_goes_on']);
    await server.psql(`update station.isolation_subject set planned_end = started_on
        where id = '${idOf(at.second)}'`);
    await step(who.worker, at.second, 'propose', { release_basis: '期满' });
    await step(who.officer, at.second, 'release');
    const closed = await step(who.leader, at.incident, 'close', { lessons: '送餐问候不断线' });
    const late = await who.grid.post('/station/incomers', { incident: at.id, name: '迟来', kind: 'VISIT',
        from_place: '广州', arrived_on: day(0), div: YANGHUA });
    assert.deepEqual(faultsOf(late), { '/incident': 'incident_over' });
    const after = await who.room.post('/station/isolation_checks', check({}));
    assert.deepEqual(faultsOf(after), { '/subject': 'isolation_over' });
    assert.deepEqual([closed.isolated, closed.released, closed.checks, closed.incomers], [2, 2, 2, 5]);
});

const erase = () => server.psql(`select core.emergency_erase(${JIANGHUA}, 500)`, 'wulian_gate');
const later = (days) => server.psql(`update station.incident
    set closed_at = now() - interval '${days} days' where id = '${at.id}'`);

function dump() {
    const { status: ended, stdout, stderr } = spawnSync('pg_dump', ['-h', server.socket,
        '-U', 'postgres', '-d', 'wulian', '--data-only', '--inserts'],
    { encoding: 'utf8', maxBuffer: 1 << 29 });
    assert.equal(ended, 0, stderr);
    return stdout;
}

const counted = async (table) => Number(await server.psql(`select count(*) from ${table}`));
const REGISTERS = ['isolation_subject', 'isolation_check', 'incomer']
    .flatMap((name) => [`station.${name}`, `station.${name}_history`]);

test('thirty days after it closed the registers are gone, with versions; figures stay [P03 P04]',
    async () => {
        const report = await emFour();
        at.figures = await figures(who.leader);
        await later(29);
        assert.equal(await erase(), '0');
        for (const word of WORDS) assert.ok(dump().includes(word), `${word} is not there to be found`);
        await later(31);
        assert.ok(Number(await erase()) > 0);
        while (await erase() !== '0');
        for (const table of REGISTERS) assert.equal(await counted(table), 0, table);
        const left = dump();
        for (const word of WORDS) assert.ok(!left.includes(word), `${word} is still in the database`);
        assert.ok(left.includes('送餐问候不断线')); // the incident itself stays

        const { body } = await status(200, who.leader.get(at.incident));
        assert.deepEqual([body.isolated, body.released, body.checks, body.incomers], [2, 2, 2, 5]);
        assert.ok(body.erased_at);
        assert.deepEqual(await figures(who.leader), at.figures);
        assert.deepEqual(await emFour(), report);
        assert.equal((await who.head.get(at.subject)).status, 404);
        assert.equal((await who.head.get(`${at.incomer}/history`)).status, 404);
        const again = await who.leader.act(at.incident, 'reopen', { reason: '复燃' });
        assert.deepEqual([again.status, again.body.code], [409, 'incident_erased']);
        // one trace, with how many rows went
        const trail = await who.audit.get(`/audit?object_id=${at.id}&limit=200`);
        const traces = trail.body.items.filter(({ action }) => action === 'erase');
        assert.deepEqual(traces.map(({ n }) => n), [9]);
        const last = (await who.leader.get(`${at.incident}/history`)).body.items;
        assert.equal(Math.max(...last.map(({ version }) => version)), body.version);
    });

async function emFour() {
    const { body } = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    const { value, share } = body.indicators.find(({ code }) => code === 'EM4');
    return { value, share };
}

test('a county may keep them shorter; another county\'s are its own affair', async () => {
    const incident = await made(suyu.admin, 'incidents', { div: `${SUYU}000000`, title: '洪涝',
        kind: 'FLOOD', level: 'L4', started_at: hours(-5) });
    await made(suyu.head, 'incomers', { incident: idOf(incident), name: '顺河来客', kind: 'VISIT',
        from_place: '徐州', arrived_on: day(-1), div: `${SHUNHE}000` });
    await step(suyu.admin, incident, 'close', { lessons: '无' });
    await server.psql(`update station.incident set closed_at = now() - interval '10 days'
        where id = '${idOf(incident)}'`);
    assert.equal(await erase(), '0');
    assert.equal(await server.psql(`select core.emergency_erase(${SUYU}, 500)`, 'wulian_gate'), '0');
    await made(suyu.admin, 'policy_values', { div: `${SUYU}000000`, key: 'emergency.erase_days',
        level: 'COUNTY', value: '7', effective_from: '2026-01-01', basis: '宿豫民发〔2026〕2号' });
    assert.equal(await server.psql(`select core.emergency_erase(${SUYU}, 500)`, 'wulian_gate'), '1');
    assert.equal(await server.psql(`select core.emergency_erase(${SUYU}, 500)`, 'wulian_gate'), '0');
    assert.equal((await suyu.admin.get(incident)).body.incomers, 1);
    // nobody but the jobs process may
    await assert.rejects(server.psql(`select core.emergency_erase(${SUYU}, 500)`, 'wulian_app'),
        /permission denied/);
});

test('an incident takes whom it concerns where it is, so that none is left when it is closed', async () => {
    const own = await made(who.officer, 'incidents', { div: TOWN, title: '食物中毒', kind: 'EPIDEMIC',
        level: 'L4', started_at: hours(-3) });
    const there = idOf(await made(who.helukou, 'residents', { name: '河路口人' }));
    const strange = [['isolation_subjects', subject(there, { incident: idOf(own), keeper: null })],
        ['incomers', { incident: idOf(own), name: '客', kind: 'VISIT', from_place: '广州',
            arrived_on: day(-1) }]];
    for (const [path, row] of strange)
        assert.deepEqual(faultsOf(await who.helukou.post(`/station/${path}`, row)),
            { '/incident': 'incident_elsewhere' });
    const inside = await made(who.grid, 'incomers', { ...strange[1][1], div: YANGHUA });
    await step(who.room, inside, 'leave', { left_on: day(0) });
    assert.equal((await step(who.officer, own, 'close', { lessons: '无' })).incomers, 1);
});
