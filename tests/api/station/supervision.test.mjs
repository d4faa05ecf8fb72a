// One supervision a month: its problems become rectifications, which the supervisor alone accepts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const SUPERVISIONS = '/station/supervisions', RECTIFICATIONS = '/station/rectifications';
const MONTH = `${new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)}-01`;
const REPORT = MONTH.slice(0, 7);
const inDays = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
const GIVEN = {
    form: 'ONSITE', hours: '3.5', files_sampled: 12, score: 86, summary: '个案记录完整，档案有缺项',
    supervised_at: new Date(Date.now() - 60e3).toISOString(),
};

let server, who, suyu, stations;
const job = {};

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        supervisor: ['agency_supervisor', JIANGHUA, '莫督导'],
        second: ['agency_supervisor', JIANGHUA, '邓督导'],
        section: ['county_section', JIANGHUA, '义科员'],
    }));
});
after(() => server?.stop());

const plan = (who, div, month = MONTH) => who.post(SUPERVISIONS, { div: `${div}000`, month });

test('a station is supervised once in a month, by whoever is not of it [K21 K22]', async () => {
    const made = await plan(who.supervisor, TUOJIANG);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.deepEqual([made.body.state, made.body.org], ['planned', stations[TUOJIANG]]);
    job.path = `${SUPERVISIONS}/${made.body.id}`;
    assert.deepEqual(faultsOf(await plan(who.section, TUOJIANG)), { '/month': 'supervision_once' });
    assert.deepEqual(faultsOf(await plan(who.section, TUOJIANG, MONTH.replace(/01$/, '02'))),
        { '/month': 'supervision_month' });
    assert.equal((await plan(who.section, HELUKOU)).status, 201);
    assert.equal((await plan(who.head, TUOJIANG)).status, 403);
    assert.equal((await who.head.act(job.path, 'submit', GIVEN)).status, 403);
    assert.equal((await who.helukou.get(job.path)).status, 404); // another station's
    assert.equal((await suyu.admin.get(job.path)).status, 404);
});

test('its problems become rectifications of the station, each with a last day [K21]', async () => {
    const short = await who.supervisor.act(job.path, 'submit', { form: 'ONSITE' });
    assert.equal(faultsOf(short)['/score'], 'required');
    const submitted = await who.supervisor.act(job.path, 'submit', { ...GIVEN, problems: [
        { problem: '三份个案缺知情同意书', due: inDays(10) }, { problem: '功能室标识不全' },
    ] });
    assert.equal(submitted.body.state, 'submitted', JSON.stringify(submitted.body));
    assert.equal(submitted.body.supervisor, who.supervisor.account);
    const { body } = await who.head.get(`${RECTIFICATIONS}?sort=due_at`);
    assert.deepEqual(body.items.map(({ problem, due, state }) => [problem, due, state]), [
        ['三份个案缺知情同意书', inDays(10), 'open'], ['功能室标识不全', inDays(15), 'open'],
    ]);
    job.first = `${RECTIFICATIONS}/${body.items[0].id}`;
    job.other = `${RECTIFICATIONS}/${body.items[1].id}`;
    assert.deepEqual((await who.helukou.get(RECTIFICATIONS)).body.items, []);
});

test('the station mends; only who found the problem accepts or returns [K21 K22]', async () => {
    assert.equal((await who.supervisor.act(job.path, 'close')).body.code,
        'supervision_problems_open');
    const mended = await who.head.act(job.first, 'submit', { measure: '已补签三份' });
    assert.equal(mended.body.state, 'submitted', JSON.stringify(mended.body));
    assert.equal((await who.head.act(job.first, 'accept')).status, 403);
    assert.equal((await who.second.act(job.first, 'accept')).body.code, 'not_yours');
    const back = await who.supervisor.act(job.first, 'return', { reason: '缺一份签名日期' });
    assert.deepEqual([back.body.state, back.body.returns], ['returned', 1]);
    await who.head.act(job.first, 'submit', { measure: '日期已补' });
    assert.equal((await who.supervisor.act(job.first, 'accept')).body.state, 'accepted');
    await who.head.act(job.other, 'submit', { measure: '标识已挂' });
    await who.supervisor.act(job.other, 'accept');
    assert.equal((await who.supervisor.act(job.path, 'close')).body.state, 'closed');
});

test('the reports count supervisions, station-months and what was mended in time [K21]', async () => {
    const report = await who.admin.get(`/reports/CM-01?period=${REPORT}`);
    const of = (code) => report.body.indicators.find((item) => item.code === code);
    assert.equal(of('M36').value, 1, JSON.stringify(of('M36')));
    assert.deepEqual(of('M36').by_kind.map(({ kind, value }) => [kind, value]), [['ONSITE', 1]]);
    assert.deepEqual(of('Y09').share, { kind: 'done', value: 1, of: 2 });
    const due = inDays(10).slice(0, 7) === REPORT
        ? report : await who.admin.get(`/reports/CM-01?period=${inDays(10).slice(0, 7)}`);
    const mended = due.body.indicators.find((item) => item.code === 'M36B');
    assert.equal(mended.share.kind, 'on_time');
    assert.equal(mended.share.value, mended.value);
    assert.ok(mended.value >= 1);
});
