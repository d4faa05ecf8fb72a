// 一核双社三维四服五联: every service record says which cell of the model it fills, and reports count the
// cells over records of every kind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, YANGHUA, faultAt, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { PERIOD, done, kinds, made, number, step } from '../../lib/steps.mjs';

const NOW = new Date(Date.now() - 60e3).toISOString();

let server, who, elder, activity;

const visit = (more) => who.worker.post('/station/visits', {
    person: elder.id, kind: 'ROUTINE', result: 'MET_WELL', visited_at: NOW, ...more,
});

before(async () => {
    server = await startServer();
    ({ who } = await openTwoCounties(server));
    elder = await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }));
});
after(() => server?.stop());

test('a visit, a case and an activity carry the tags; a wrong cell is refused [K19]', async () => {
    await made(visit({
        service: 'E', platform: 'ROOM', dims: ['D21'], links: ['L2'], reach: 'TARGETED',
    }));
    assert.equal(faultAt(await visit({ dims: ['D9'] }), '/dims/0'), 'not_in_code_table');
    assert.equal(faultAt(await visit({ reach: 'SOME' }), '/reach'), 'not_in_code_table');
    const file = await made(who.worker.post('/station/case_files', {
        person: elder.id, source: 'VISIT', level: 'KEY', worker: who.worker.account, service: 'E',
        platform: 'STATION', dims: ['D2', 'D21'], reach: 'TARGETED', core_task: true,
    }));
    await step(who.worker, `/station/case_files/${file.id}`, 'assess');
    activity = await made(who.worker.post('/station/activities', {
        div: YANGHUA, title: '民族歌舞进社区', kind: 'CULTURE', organiser: who.worker.account,
        place: '阳华社区活动室', starts_at: NOW, form: 'OFFLINE', service: 'G', platform: 'STATION',
        dims: ['D22', 'D24'], links: ['L1', 'L3', 'L4'], reach: 'UNIVERSAL', core_task: true,
    }));
    await step(who.head, `/station/activities/${activity.id}`, 'approve');
    await step(who.worker, `/station/activities/${activity.id}`, 'hold', { actual_count: 80 });
});

test('reports count the cells over all kinds of records [K19]', async () => {
    assert.deepEqual(kinds(await number(who.head, 'M38')), { D2: 1, D21: 2, D22: 1, D24: 1 });
    assert.deepEqual(kinds(await number(who.head, 'M38S')), { E: 2, G: 1 });
    assert.deepEqual(kinds(await number(who.head, 'M38P')), { ROOM: 1, STATION: 2 });
    assert.deepEqual(kinds(await number(who.head, 'M38L')), { L1: 1, L2: 1, L3: 1, L4: 1 });
    assert.deepEqual((await number(who.head, 'M38K')).share, { kind: 'core', value: 2, of: 3 });
    assert.equal((await number(who.helukou, 'M38S')).value, 0);
});

test('services for all and services for some are counted apart [K35]', async () => {
    const reach = await number(who.head, 'M38R');
    assert.deepEqual(kinds(reach), { TARGETED: 2, UNIVERSAL: 1 });
    assert.equal((await number(who.head, 'M38RP')).value, 1); // one old woman, twice
    const rows = await done(who.head.get(`${reach.rows}&kind=UNIVERSAL`));
    assert.deepEqual(rows.items.map(({ record, href }) => [record, href]),
        [['station.activity', `/api/v1/station/activities/${activity.id}`]]);
    const targeted = await done(who.head.get(`${reach.rows}&kind=TARGETED`));
    for (const { href } of targeted.items) await done(who.head.get(href));
    assert.deepEqual(targeted.items.map(({ record }) => record).sort(),
        ['station.case_file', 'station.visit']);
});

test('the rows open to who may read all kinds of them, the number to every reader of reports', async () => {
    const { auditor } = await people(server, JIANGHUA, { auditor: ['auditor_biz', JIANGHUA, '审计员'] });
    const seen = await number(auditor, 'M38R', 'CM-01'); // reads visits masked, cases not at all
    assert.deepEqual([seen.value, seen.rows], [3, null]);
    const asked = await auditor.get(`/reports/CM-01/M38R?period=${PERIOD}`);
    assert.deepEqual([asked.status, asked.body.code], [403, 'not_permitted']);
});
