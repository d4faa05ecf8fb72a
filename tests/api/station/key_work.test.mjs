// The year's key work: all stations in entity operation by the end of June, with milestones, owner
// and funds; every station has its part, and what the register of stations says counts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const WORKS = '/station/key_works', PARTS = '/station/key_work_parts';

let server, who, suyu, stations;
const job = {};

async function must(promise, status = 200) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'],
        chief: ['county_leader', JIANGHUA, '黎局长'],
    }));
});
after(() => server?.stop());

test('entity operation by the end of June stands on the year\'s list [K07 K37]', async () => {
    const made = await must(who.admin.post(WORKS, {
        year: 2026, name: '乡镇社工站实体化运行全覆盖', content: '六月底前全部乡镇社工站实体化运行',
        measure: 'ENTITY_OP', owner: who.section.account, due: '2026-06-30', funds_fen: 270000000,
        fund_source: '社工站建设运行专项经费',
        milestones: [{ name: '试点站运行', due: '2026-03-31' }, { name: '全部站点运行', due: '2026-06-30' }],
    }), 201);
    assert.equal(made.due_at, '2026-06-30T16:00:00+00:00');
    job.path = `${WORKS}/${made.id}`;
    job.id = made.id;
    const again = await who.admin.post(WORKS, { year: 2026, name: '乡镇社工站实体化运行全覆盖',
        content: '重复', measure: 'REPORTED', owner: who.section.account, due: '2026-06-30' });
    assert.deepEqual(faultsOf(again), { '/name': 'key_work_name' });
    assert.equal((await must(who.head.get(job.path))).name, made.name); // every station reads it
    assert.equal((await suyu.admin.get(job.path)).status, 404);
    assert.equal((await who.head.act(job.path, 'start')).status, 403);
    const early = await who.section.post(PARTS, { div: `${TUOJIANG}000`, key_work: job.id, due: '2026-06-30' });
    assert.deepEqual(faultsOf(early), { '/key_work': 'key_work_not_running' }); // the start makes it
});

test('when it starts, every station has its part [K07 K37]', async () => {
    await must(who.admin.act(job.path, 'start'));
    const { items } = (await who.section.get(`${PARTS}?key_work.eq=${job.id}`)).body;
    assert.deepEqual(items.map(({ org, state, due }) => [org, state, due]).sort(),
        [stations[TUOJIANG], stations[HELUKOU]].sort().map((org) => [org, 'pending', '2026-06-30']));
    const own = (await who.head.get(PARTS)).body.items;
    assert.deepEqual(own.map(({ org }) => org), [stations[TUOJIANG]]);
    job.own = `${PARTS}/${own[0].id}`;
    const overdue = (await who.admin.get(`${PARTS}?overdue=due_at`)).body.items;
    assert.equal(overdue.length, 2); // June has passed
});

test('a station is done when the register says that it operates [K07]', async () => {
    const unit = `/admin/org_units/${stations[TUOJIANG]}`;
    await server.psql(`update admin.org_unit set entity_op_date = null, status = 'PLAQUED'
        where id = '${stations[TUOJIANG]}'`);
    const refused = await who.head.act(job.own, 'finish', { done_on: '2026-06-15' });
    assert.equal(refused.body.code, 'key_work_part_not_operating');
    const now = await who.admin.get(unit);
    await must(who.admin.patch(unit, { plaque_date: '2026-01-10', entity_op_date: '2026-06-12',
        status: 'OPERATING' }, now.etag));
    const report = () => who.head.act(job.own, 'finish', { done_on: '2026-06-15' });
    assert.equal((await must(report())).state, 'reported');
    assert.equal((await who.head.act(job.own, 'confirm')).status, 403);
    await must(who.section.act(job.own, 'return', { note: '请附现场照片' }));
    await must(report());
    assert.equal((await must(who.section.act(job.own, 'confirm'))).state, 'done');
    const work = await must(who.chief.get(job.path));
    assert.deepEqual([work.stations_done, work.stations_all, work.progress], [1, 2, '50.0']);
});

test('it is finished with every station and every milestone, not before [K37]', async () => {
    const finish = () => who.admin.act(job.path, 'finish', { result: '全部实体化运行' });
    assert.equal((await finish()).body.code, 'key_work_unfinished');
    const part = (await who.helukou.get(PARTS)).body.items[0];
    await must(who.helukou.act(`${PARTS}/${part.id}`, 'finish', { done_on: '2026-06-28' }));
    await must(who.section.act(`${PARTS}/${part.id}`, 'confirm'));
    assert.equal((await finish()).body.code, 'key_work_unfinished'); // milestones
    const now = await who.admin.get(job.path);
    await must(who.admin.patch(job.path, { milestones: now.body.milestones.map((one) =>
        ({ ...one, done: one.due })) }, now.etag));
    const done = await must(finish());
    assert.deepEqual([done.state, done.progress], ['done', '100.0']);
});
