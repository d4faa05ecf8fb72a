// Counts of a record's rows: those of its list, by what its reader is shown, within both walls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people, villagesOf } from '../lib/county.mjs';
import { status } from '../lib/station.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, ling;
const REQUESTS = '/station/requests';
const [, { code: FAR }] = villagesOf(TUOJIANG), [{ code: OTHER }] = villagesOf(HELUKOU);

const request = (caller, div, category, urgency) => status(201, caller.post(REQUESTS,
    { div, channel: 'DOOR', category, domain: 'K', urgency, content: '事', person: null }));

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        village: ['room_worker', YANGHUA, '村社工'], auditor: ['auditor_biz', JIANGHUA, '查账'],
        section: ['county_section', JIANGHUA, '县科员'],
    }));
    for (const [div, category, urgency] of [[YANGHUA, 'BUY_DRUG', 'U2'], [YANGHUA, 'BUY_DRUG', 'U3'],
        [FAR, 'OTHER', 'U3'], [OTHER, 'OTHER', 'U3'], [OTHER, 'BUY_DRUG', 'U2']])
        await request(who.operator, div, category, urgency);
    ling = (await status(201, who.worker.post('/station/residents',
        { div: YANGHUA, name: '凌一', sex: '2', birth: '1941-02-03' }))).body;
    await server.psql(`update station.request set created_at = '2026-10-31 17:00+00', due_accept_at = '2026-11-02 00:00+00'
        where county = ${JIANGHUA} and category = 'OTHER'`); // 1 November in China
});
after(() => server?.stop());

const counted = async (caller, by, more = '', path = REQUESTS) =>
    (await status(200, caller.get(`${path}/counts?by=${by}${more}`))).body;
const groups = ({ groups: all }) => Object.fromEntries(all.map(({ key, n }) => [key.join('|'), n]));

test('by one field, the largest group first', async () => {
    assert.deepEqual(await counted(who.admin, 'category'), {
        by: ['category'], total: 5, cut: false,
        groups: [{ key: ['BUY_DRUG'], n: 3 }, { key: ['OTHER'], n: 2 }],
    });
    assert.deepEqual(groups(await counted(who.admin, 'state')), { new: 5 });
    assert.deepEqual(groups(await counted(who.admin, 'secret')), { false: 5 });
});

test('by two, by place, by staff who are nobody yet', async () => {
    assert.deepEqual(groups(await counted(who.admin, 'category,urgency')),
        { 'BUY_DRUG|U2': 2, 'BUY_DRUG|U3': 1, 'OTHER|U3': 2 });
    assert.deepEqual(groups(await counted(who.admin, 'township')),
        { [`${TUOJIANG}000`]: 3, [`${HELUKOU}000`]: 2 });
    assert.deepEqual(groups(await counted(who.admin, 'village')), { [YANGHUA]: 2, [FAR]: 1, [OTHER]: 2 });
    assert.deepEqual((await counted(who.admin, 'staff')).groups, [{ key: [null], n: 5 }]);
});

test('by month and day as China has them', async () => {
    const months = groups(await counted(who.admin, 'month:created_at', '&category.eq=OTHER'));
    assert.deepEqual(months, { '2026-11': 2 });
    assert.deepEqual(groups(await counted(who.admin, 'day:created_at,category', '&category.eq=OTHER')),
        { '2026-11-01|OTHER': 2 });
});

test('of several codes a row counts in each, and without any under none', async () => {
    const path = '/elderly/profiles';
    const second = (await status(201, who.worker.post('/station/residents',
        { div: YANGHUA, name: '凌二', sex: '1', birth: '1940-02-03' }))).body;
    for (const [person, categories] of [[ling.id, ['ALONE', 'EMPTY_NEST']], [second.id, ['ALONE']]])
        await status(201, who.worker.post(path, { person, categories, consent_visit: true, tier: 'H' }));
    const answer = await counted(who.head, 'categories,consent_visit', '', path);
    assert.deepEqual([groups(answer), answer.total], [{ 'ALONE|true': 2, 'EMPTY_NEST|true': 1 }, 3]);
    await server.psql(`update elderly.elder_profile set categories = '{}' where person = '${second.id}'`);
    assert.deepEqual(groups(await counted(who.head, 'categories', '', path)), { ALONE: 1, EMPTY_NEST: 1, '': 1 });
});

test('the filters are the list\'s own, and so are its limits and refusals', async () => {
    assert.deepEqual(groups(await counted(who.admin, 'category', '&urgency.eq=U2')), { BUY_DRUG: 2 });
    assert.deepEqual(groups(await counted(who.admin, 'category', '&urgency.in=U2,U3&category.ne=OTHER')),
        { BUY_DRUG: 3 });
    assert.equal((await counted(who.admin, 'category', '&overdue=due_accept_at')).total, 2);
    assert.deepEqual(await counted(who.admin, 'category', '&urgency.eq=U1'),
        { by: ['category'], groups: [], total: 0, cut: false });
    for (const more of ['&colour.eq=red', '&urgency.like=U', '&limit=5', '&sort=no'])
        assert.equal((await who.admin.get(`${REQUESTS}/counts?by=state${more}`)).status, 400, more);
});

test('what cannot be counted by is refused with what can', async () => {
    for (const by of ['', 'state,state', 'state,category,urgency', 'no', 'content', 'month:state', 'month:no',
        'caller_phone', 'state;drop']) {
        const answer = await who.head.get(`${REQUESTS}/counts?by=${encodeURIComponent(by)}`);
        assert.equal(answer.status, 400, by);
        assert.equal(answer.body.errors[0].pointer, '?by');
    }
    const { body } = await who.head.get(`${REQUESTS}/counts?by=content`);
    const can = body.errors[0].detail.split(': ')[1].split(', ');
    const { record } = (await who.head.get('/schema/station/request')).body;
    assert.deepEqual(record.ui.counts, can);
    for (const by of can) await counted(who.head, by);
});

test('everybody counts their own place, and nobody else\'s', async () => {
    for (const [caller, wanted] of [[who.head, 3], [who.village, 2], [who.helukou, 2], [who.section, 5],
        [suyu.head, 0], [suyu.admin, 0]]) {
        assert.equal((await counted(caller, 'township')).total, wanted, caller.login);
        assert.equal((await counted(caller, 'state', `&person.eq=${ling.id}`)).total, 0);
    }
});

test('a masked reader counts by nothing that is kept from it', async () => {
    const path = '/station/residents';
    assert.deepEqual(groups(await counted(who.head, 'sex', '', path)), { 2: 1, 1: 1 });
    const { record } = (await who.auditor.get('/schema/station/resident')).body;
    const whole = (await who.head.get('/schema/station/resident')).body.record;
    assert.ok(whole.ui.counts.includes('sex'));
    for (const by of whole.ui.counts.filter((name) => !record.ui.counts.includes(name)))
        assert.equal((await who.auditor.get(`${path}/counts?by=${by}`)).status, 400, by);
    for (const f of Object.keys(record.rights.fields))
        assert.ok(!record.ui.counts.some((name) => name === f || name.endsWith(`:${f}`)), f);
    assert.equal((await counted(who.auditor, 'township', '', path)).total, 2);
});

test('where the service is off, and without the right to list, there is nothing to count', async () => {
    assert.equal((await who.helukou.get('/elderly/profiles/counts?by=state')).status, 404);
    assert.equal((await who.admin.get('/admin/accounts/counts?by=state')).status, 403);
});

test('of records with named readers nothing is counted', async () => {
    const { paths } = JSON.parse((await server.cli(['openapi'])).out);
    const named = Object.keys(paths).filter((path) => path.endsWith('/readers'))
        .map((path) => path.replace('/{id}/readers', ''));
    assert.ok(named.length > 0);
    for (const path of named) assert.equal(paths[`${path}/counts`], undefined, path);
});

test('one audit row says that they were looked at', async () => {
    await counted(who.head, 'category,urgency');
    const [row] = await server.rows(`select action, n from core.audit where county = ${JIANGHUA}
        and actor = '${who.head.account}' and object = 'station.request' order by at desc limit 1`);
    assert.deepEqual([row.action, Number(row.n)], ['list', 3]);
});

test('the groups are bounded, and a cut is said', async () => {
    await server.psql(`set session_replication_role = replica;
        insert into station.visit (county, id, div, org, change, created_by, updated_by, person, kind,
            visited_at, result, service)
        select ${JIANGHUA}, gen_random_uuid(), ${YANGHUA}, id, id, id, id, id, 'ROUTINE',
               now() - n * interval '1 day', 'MET_WELL', 'E'
          from (select n, gen_random_uuid() as id from generate_series(1, 600) n) x`);
    const answer = await counted(who.head, 'day:visited_at', '', '/station/visits');
    assert.deepEqual([answer.groups.length, answer.cut, answer.total], [500, true, 600]);
    assert.equal((await counted(who.head, 'month:visited_at', '', '/station/visits')).cut, false);
});

test('what nothing can be counted by is refused by name', async () => {
    for (const [by, code] of [['content', 'unknown_count'], ['colour', 'unknown_count'], ['', 'count_by'],
        ['state,urgency,domain', 'count_by']]) {
        const answer = await who.head.get(`/station/requests/counts?by=${by}`);
        assert.deepEqual([answer.status, faultsOf(answer)], [400, { '?by': code }], by);
    }
});
