// What belongs to a row: every record whose rows name it, within what the caller may see of each.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people, villagesOf } from '../lib/county.mjs';
import { status } from '../lib/station.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, ling;
const [{ code: OTHER }] = villagesOf(HELUKOU);
const made = async (caller, path, body) => (await status(201, caller.post(path, body))).body;
const resident = (caller, div, name) => made(caller, '/station/residents',
    { div, name, sex: '2', birth: '1941-02-03' });
const visit = (caller, person, day) => made(caller, '/station/visits',
    { person, kind: 'ROUTINE', visited_at: `2026-11-${day}T01:00:00Z`, result: 'MET_WELL' });
const pathOf = ({ id }) => `/station/residents/${id}/related`;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        village: ['room_worker', YANGHUA, '村社工'], auditor: ['auditor_biz', JIANGHUA, '查账'],
        section: ['county_section', JIANGHUA, '县科员'], clerk: ['social_worker', HELUKOU, '河社工'],
        other: ['room_worker', villagesOf(TUOJIANG)[0].code, '邻村'],
        verify: ['verify_officer', JIANGHUA, '核对员'],
    }));
    ling = await resident(who.worker, YANGHUA, '凌奶奶');
    for (const day of ['03', '05', '04']) await visit(who.worker, ling.id, day);
    await made(who.worker, '/elderly/profiles',
        { person: ling.id, categories: ['ALONE'], consent_visit: true, tier: 'H' });
});
after(() => server?.stop());

const related = async (caller, row = ling) => (await status(200, caller.get(pathOf(row)))).body.items;
const of = (items, type, field = 'person') => items.find((one) => one.type === type && one.field === field);

test('every record that names the row, with how many and the newest of each', async () => {
    const items = await related(who.head);
    const visits = of(items, 'station.visit');
    assert.deepEqual([visits.count, visits.more, visits.path], [3, false, '/api/v1/station/visits']);
    assert.ok(visits.labels.zh && visits.labels.en && visits.field_labels.zh);
    assert.deepEqual(visits.newest.map(({ at }) => at.slice(8, 10)), ['05', '04', '03']);
    assert.deepEqual(visits.latest, visits.newest[0]);
    const titles = await status(200, who.head.post('/titles',
        { kind: 'station.visit', ids: [visits.latest.id] }));
    assert.equal(visits.latest.title, titles.body.titles[visits.latest.id]);
    const profile = of(items, 'elderly.elder_profile');
    assert.deepEqual([profile.count, profile.latest.state], [1, 'draft']);
    assert.ok(profile.latest.state_label);
    const none = of(items, 'station.household', 'head');
    assert.deepEqual([none.count, none.latest, none.newest], [0, null, []]);
    assert.ok(visits.create && none.create);
    assert.ok((await related(who.auditor)).every(({ create }) => !create), 'an auditor makes nothing');
    const times = items.map(({ latest }) => latest?.at ?? '');
    assert.deepEqual(times, [...times].sort().reverse());
});

test('deleted rows are none, and a count that ends early says so', async () => {
    const person = await resident(who.worker, YANGHUA, '多探访');
    await server.psql(`set session_replication_role = replica;
        insert into station.visit (county, id, div, org, change, created_by, updated_by, person, kind,
            visited_at, result, service, deleted_at)
        select ${JIANGHUA}, gen_random_uuid(), ${YANGHUA}, id, id, id, id, '${person.id}', 'ROUTINE',
               now() - n * interval '1 day', 'MET_WELL', 'E', case when n = 1 then now() end
          from (select n, gen_random_uuid() as id from generate_series(1, 102) n) x`);
    const visits = of(await related(who.head, person), 'station.visit');
    assert.deepEqual([visits.count, visits.more, visits.newest.length], [100, true, 5]);
    assert.ok(Date.parse(visits.latest.at) < Date.now() - 36 * 3600e3, 'the deleted one is shown');
});

test('what the caller may not list is not there, nor is a service that is off', async () => {
    const types = async (caller, row) => new Set((await related(caller, row)).map(({ type }) => type));
    const head = await types(who.head);
    const { body: { modules } } = await who.head.get('/menu');
    const listed = new Set(modules.flatMap(({ groups }) => groups.flatMap(({ items }) => items.map((x) => x.type))));
    for (const type of head) assert.ok(listed.has(type), type);
    assert.ok(!(await types(who.verify)).has('station.visit'), 'verification reads no visits');
    const there = await resident(who.clerk, OTHER, '河口人');
    const away = await types(who.clerk, there);
    assert.ok(away.has('station.visit'));
    assert.deepEqual([...away].filter((type) => type.startsWith('elderly.')), []);
    assert.ok((await types(who.section, there)).has('elderly.errand'), 'the county still reads');
});

test('a row that is not there is not found, whoever\'s it is', async () => {
    for (const caller of [who.helukou, who.clerk, who.other, suyu.head, suyu.admin]) {
        const answer = await caller.get(pathOf(ling));
        assert.deepEqual([answer.status, answer.body.code], [404, 'not_found'], caller.login);
    }
    assert.equal((await who.head.get(pathOf({ id: randomUUID() }))).status, 404);
    assert.equal((await who.head.get(pathOf({ id: 'x' }))).status, 404);
    const gone = await resident(who.worker, YANGHUA, '误录');
    const etag = (await who.head.get(`/station/residents/${gone.id}`)).etag;
    await status(204, who.head.delete(`/station/residents/${gone.id}`, etag));
    assert.equal((await who.head.get(pathOf(gone))).status, 404);
});

test('rows of the person elsewhere stay elsewhere', async () => {
    await server.psql(`set session_replication_role = replica;
        insert into station.visit (county, id, div, org, change, created_by, updated_by, person, kind,
            visited_at, result, service)
        values (${JIANGHUA}, gen_random_uuid(), ${OTHER}, '${ling.id}', '${ling.id}', '${ling.id}',
            '${ling.id}', '${ling.id}', 'ROUTINE', now(), 'MET_WELL', 'E')`);
    assert.equal(of(await related(who.head), 'station.visit').count, 3);
    assert.equal(of(await related(who.village), 'station.visit').count, 3);
    assert.equal(of(await related(who.section), 'station.visit').count, 4);
});

test('masked readers see what masks leave', async () => {
    const items = await related(who.auditor);
    const visits = of(items, 'station.visit');
    assert.equal(visits.count, 4);
    assert.ok(!JSON.stringify(items).includes('凌奶奶'));
});

test('of class 4 the named readers alone count a row', async () => {
    await made(who.worker, '/station/counsellings', { person: ling.id, held_at: '2026-11-05T01:00:00Z',
        minutes: 30, way: 'PHONE', subject: 'QUARANTINED', notes: '失眠' });
    assert.equal(of(await related(who.worker), 'station.counselling').count, 1);
    assert.equal(of(await related(who.head), 'station.counselling').count, 0);
});

test('the row is looked at, and what belongs to it is listed: both stand in the audit', async () => {
    await related(who.village);
    const rows = await server.rows(`select action, object from core.audit where county = ${JIANGHUA}
        and actor = '${who.village.account}' and object_id = '${ling.id}' order by at desc limit 2`);
    assert.deepEqual(rows.map(({ action, object }) => `${action} ${object}`).sort(),
        ['list core.related', 'look station.resident']);
});
