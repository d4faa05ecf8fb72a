// A month's report from the station's head to the county's: what is sent stands, what is mended later
// is told in the next month, and the county adds up what was sent.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../lib/county.mjs';
import { meanwhile } from '../lib/race.mjs';
import { startServer } from '../lib/server.mjs';

const REPORTS = '/station/month_reports', COUNTY_DIV = `${JIANGHUA}000000`;
const STATIONLESS = '431129101';
const NOW = new Date(Date.now() + 8 * 3600e3);
/** "2026-10" of so many months ago. */
const month = (ago) => new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - ago, 1))
    .toISOString().slice(0, 7);
const [THIS, LAST, BEFORE, OLD] = [0, 1, 2, 3].map(month);

let server, who, suyu, widow;
const ids = {}; // "head 2026-10": the report

async function must(promise, status = 200) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

const visit = (caller, person, period, day = '05') => must(caller.post('/station/visits', {
    person, kind: 'ROUTINE', way: 'HOME', visited_at: `${period}-${day}T09:00:00+08:00`, result: 'MET_WELL' }), 201);

async function open(name, period, township, more = {}) {
    const made = await must(who[name].post(REPORTS,
        { div: `${township}000`, month: `${period}-01`, work: '探访、助餐照常', ...more }), 201);
    ids[`${name} ${period}`] = made.id;
    return made;
}
const pathOf = (name, period) => `${REPORTS}/${ids[`${name} ${period}`]}`;
const submit = (name, period) => who[name].act(pathOf(name, period), 'submit');

async function figure(caller, period, code, more = '') {
    const report = await must(caller.get(`/reports/SM-01?period=${period}&compare=true${more}`));
    return { ...report.indicators.find((one) => one.code === code), provisional: report.provisional };
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'],
        leader: ['county_leader', JIANGHUA, '杨局长'],
        auditor: ['auditor_biz', JIANGHUA, '审计员'],
    }));
    const resident = (caller, div, name) => must(caller.post('/station/residents',
        { div, name, sex: '2', birth: '1943-12-05' }), 201);
    widow = (await resident(who.head, '431129100010', '单秀英')).id;
    for (const period of [OLD, BEFORE, BEFORE, LAST]) await visit(who.worker, widow, period);
});
after(() => server?.stop());

/** The widow's first visit of a month, another time and elsewhere. */
const visited = (div, period) => server.psql(`insert into station.visit (county, id, div, org, change, created_at,
        created_by, updated_at, updated_by, person, kind, visited_at, result)
    select v.county, gen_random_uuid(), ${div}, v.org, gen_random_uuid(), now(), v.created_by, now(), v.created_by,
        v.person, v.kind, v.visited_at, v.result
      from station.visit v
     where v.person = '${widow}' and v.visited_at >= '${period}-02' and v.visited_at < '${period}-10' limit 1`);

test('a report is opened once, by its head, not before its month and not for elsewhere', async () => {
    const made = await open('head', BEFORE, TUOJIANG, { work: null });
    assert.equal(made.state, 'open');
    assert.equal(made.level, 'STATION');
    assert.equal(made.due_at, `${LAST}-03T16:00:00+00:00`); // the 3rd is over
    assert.ok(made._overdue.includes('due_at'));
    const again = await who.head.post(REPORTS, { div: `${TUOJIANG}000`, month: `${BEFORE}-01` });
    assert.equal(faultsOf(again)['/month'], 'month_report_once');
    const village = await who.head.post(REPORTS, { div: '431129100010', month: `${OLD}-01` });
    assert.equal(faultsOf(village)['/month'], 'month_report_place');
    const coming = await who.head.post(REPORTS, { div: `${TUOJIANG}000`, month: '2999-01-01' });
    assert.equal(faultsOf(coming)['/month'], 'month_report_early');
    const old = await who.head.post(REPORTS, { div: `${TUOJIANG}000`, month: `${month(13)}-01` });
    assert.equal(faultsOf(old)['/month'], 'month_report_old');
    assert.equal((await who.section.post(REPORTS, { div: `${TUOJIANG}000`, month: `${OLD}-01` })).status, 403);
    assert.equal((await who.head.post(REPORTS, { div: `${HELUKOU}000`, month: `${OLD}-01` })).status, 422);
});

test('until it is sent it is live; what keeps it from being sent is said before', async () => {
    assert.deepEqual(await figure(who.head, BEFORE, 'M08').then((x) => [x.provisional, x.value, x.previous]),
        [true, 2, 1]);
    const { items, state, place } = await must(who.head.get(`/reports/SM-01/check?period=${BEFORE}`));
    assert.deepEqual([state, place], ['open', 'township']);
    assert.deepEqual(items.filter(({ weight }) => weight === 'stop').map(({ code }) => code), ['empty']);
    assert.equal(faultsOf(await submit('head', BEFORE))['/work'], 'month_report_empty');
    const running = await open('head', THIS, TUOJIANG);
    assert.ok(faultsOf(await who.head.act(`${REPORTS}/${running.id}`, 'submit'))['/month']);
    const now = await must(who.head.get(`/reports/SM-01/check?period=${THIS}`));
    assert.ok(now.items.some(({ code, weight }) => code === 'running' && weight === 'stop'));
});

test('the check names what jumps, what is late and what is in draft', async () => {
    for (let i = 0; i < 9; i++) await visit(who.worker, widow, LAST, `1${i}`);
    await must(who.operator.post('/station/requests', { div: '431129100010', person: widow, channel: 'HOTLINE',
        category: 'BUY_DRUG', domain: 'E', urgency: 'U2', content: '药吃完了' }), 201);
    await server.psql(`update station.request set created_at = '${LAST}-20', due_accept_at = '${LAST}-21',
        due_finish_at = '${LAST}-21'`);
    const { items } = await must(who.head.get(`/reports/SM-01/check?period=${LAST}`));
    const jump = items.find(({ code, indicator }) => code === 'jump' && indicator === 'M08');
    assert.match(jump.text, /2 last month, 10 now/);
    const late = items.find(({ code, record }) => code === 'overdue' && record === 'station.request');
    const listed = await must(who.head.get(`/station/requests?${late.query}`));
    assert.equal(listed.items.length, 1, 'the link leads to the rows');
});

test('sending freezes the figures: they stay as they were, whatever is entered later', async () => {
    const { etag, body } = await who.head.get(pathOf('head', BEFORE));
    await must(who.head.patch(pathOf('head', BEFORE), { work: '走访独居老人' }, etag));
    const stale = await who.head.post(`${pathOf('head', BEFORE)}/actions/submit`, {}, { ifMatch: etag });
    assert.equal(stale.status, 412);
    const key = randomUUID(), ifMatch = `"v${body.version + 1}"`;
    const once = await who.head.post(`${pathOf('head', BEFORE)}/actions/submit`, {}, { ifMatch, key });
    const twice = await who.head.post(`${pathOf('head', BEFORE)}/actions/submit`, {}, { ifMatch, key });
    assert.deepEqual([once.status, twice.status, twice.body.version], [200, 200, once.body.version]);
    assert.equal((await server.rows('select count(*)::int as n from core.report_snapshot'))[0].n, 1);

    const sent = await must(who.head.get(`/reports/SM-01?period=${BEFORE}`));
    assert.equal(sent.provisional, false);
    assert.equal(sent.sent.by, who.head.account);
    assert.match(sent.sent.sha256, /^[0-9a-f]{64}$/);
    await visit(who.worker, widow, BEFORE, '20');
    const later = await must(who.head.get(`/reports/SM-01?period=${BEFORE}`));
    assert.deepEqual(later.indicators, sent.indicators);
    assert.equal(later.sent.sha256, sent.sent.sha256);
    const [{ same }] = await server.rows(`select sha256 = sha256(convert_to(concat_ws(chr(10), figures,
        corrections, sources), 'UTF8')) as same from core.report_snapshot`);
    assert.equal(same, true);
    assert.equal((await who.head.patch(pathOf('head', BEFORE), { work: '改' }, (await who.head.get(
        pathOf('head', BEFORE))).etag)).status, 409);
    const { stations } = await must(who.section.get(`/reports/CM-01/check?period=${BEFORE}`));
    assert.ok(stations.find(({ township }) => township === TUOJIANG).changed.includes('M08'));
    // the rows behind the number are those of now
    assert.equal((await must(who.head.get(`/reports/SM-01/M08?period=${BEFORE}`))).items.length, 3);
});

test('nobody changes what was sent: not the application either', async () => {
    const denied = (sql) => assert.rejects(server.psql(`set role wulian_app; ${sql}`), /permission denied/);
    await denied('update core.report_snapshot set figures = \'{}\'');
    await denied('delete from core.report_snapshot');
});

test('what changed since is the next month\'s correction, and once told is not told again', async () => {
    assert.deepEqual(await figure(who.head, LAST, 'M08').then((x) => [x.value, x.previous, x.correction]), [10, 2, 1]);
    await open('head', LAST, TUOJIANG);
    await must(submit('head', LAST));
    assert.deepEqual(await figure(who.head, LAST, 'M08').then((x) => [x.provisional, x.correction]), [false, 1]);
    assert.equal((await figure(who.head, THIS, 'M08')).correction, 0);
    await visit(who.worker, widow, BEFORE, '21');
    assert.equal((await figure(who.head, LAST, 'M08')).correction, 1);
    assert.equal((await figure(who.head, THIS, 'M08')).correction, 1);
    assert.equal((await figure(who.head, THIS, 'M08P')).correction, 0); // the same person
});

test('the county returns with a reason or accepts; the station mends and sends again', async () => {
    const path = pathOf('head', LAST);
    assert.equal((await who.head.act(path, 'accept')).status, 403);
    assert.equal((await who.auditor.act(path, 'accept')).status, 403);
    assert.equal(faultsOf(await who.section.act(path, 'return', {}))['/reason'], 'required');
    await must(who.section.act(path, 'return', { reason: '10 次探访没有记录内容' }));
    assert.equal((await figure(who.head, LAST, 'M08')).provisional, true);
    const told = await must(who.head.get('/notices?limit=50'));
    assert.ok(told.items.some(({ key }) => key === 'month_report.returned'));
    await must(submit('head', LAST));
    const versions = await server.rows(`select version from core.report_snapshot s
        where s.report = '${ids[`head ${LAST}`]}' order by 1`);
    assert.equal(versions.length, 2, 'what was sent first is kept');
    await must(who.leader.act(path, 'accept'));
    const late = await who.head.post(REPORTS, { div: `${TUOJIANG}000`, month: `${OLD}-01`, work: '补报' });
    assert.equal(faultsOf(late)['/month'], 'month_report_late', 'what is put right is in the later one already');
    const earlier = await who.section.act(pathOf('head', BEFORE), 'return', { reason: '重报' });
    assert.equal(earlier.body.code, 'month_report_built_on');
    await must(who.section.act(pathOf('head', BEFORE), 'accept'));
});

test('a write that comes while it is sent is in it or in the next correction, never lost', async () => {
    const period = OLD, ours = await must(who.helukou.post('/station/residents',
        { div: `${HELUKOU}000`, name: '奉大爷', sex: '1', birth: '1940-01-01' }), 201);
    await open('helukou', period, HELUKOU);
    await open('helukou', BEFORE, HELUKOU);
    assert.equal(faultsOf(await submit('helukou', BEFORE))['/month'], 'month_report_previous');
    await Promise.all([submit('helukou', period).then((answer) => must(Promise.resolve(answer))),
        ...Array.from({ length: 12 }, (_, i) => visit(who.helukou, ours.id, period, String(10 + i)))]);
    const frozen = await figure(who.helukou, period, 'M08'), next = await figure(who.helukou, BEFORE, 'M08');
    assert.equal(frozen.value + next.correction, 12);
});

test('an indicator that cannot be counted lets nothing be sent', async () => {
    await server.psql('alter table station.visit rename column visited_at to visited_then');
    try {
        assert.ok((await submit('helukou', BEFORE)).status >= 500);
    } finally {
        await server.psql('alter table station.visit rename column visited_then to visited_at');
    }
    assert.equal((await must(who.helukou.get(pathOf('helukou', BEFORE)))).state, 'open');
    assert.equal((await must(who.helukou.get(`/reports/SM-01?period=${BEFORE}`))).provisional, true);
});

test('the county adds up what was sent, and counts persons anew', async () => {
    // the widow is visited at the other station too: one person of the county
    await visited(`${HELUKOU}000`, BEFORE);
    await must(submit('helukou', BEFORE));
    const at = async (period, code) => (await must(who.section.get(`/reports/CM-01?period=${period}&compare=true`)))
        .indicators.find((one) => one.code === code);
    const visits = await at(BEFORE, 'M08');
    assert.deepEqual(visits.by_township, [{ township: TUOJIANG, value: 2 }, { township: HELUKOU, value: 1 }]);
    assert.equal(visits.value, 3, 'of Tuojiang as it was sent, though four are there now');
    assert.equal((await at(BEFORE, 'M08P')).value, 1);
    const one = await must(who.section.get(`/reports/SM-01?period=${BEFORE}&township=${HELUKOU}`));
    assert.deepEqual([one.provisional, one.state], [false, 'submitted']);
});

test('the county closes its month when every station is accepted, and then it stands', async () => {
    const { items } = await must(who.section.get(`${REPORTS}?month.eq=${BEFORE}-01`));
    const county = items.find(({ level }) => level === 'COUNTY');
    assert.equal(county.div, COUNTY_DIV, 'begun with the first that was accepted');
    const path = `${REPORTS}/${county.id}`;
    assert.equal((await who.section.act(path, 'close')).body.code, 'month_report_stations');
    const check = await must(who.section.get(`/reports/CM-01/check?period=${BEFORE}`));
    assert.deepEqual(check.items.filter(({ weight }) => weight === 'stop').map(({ code, township }) => [code, township]),
        [['station.submitted', HELUKOU]]);
    await must(who.section.act(pathOf('helukou', BEFORE), 'accept'));
    await visited(COUNTY_DIV, BEFORE);
    await visited(`${STATIONLESS}000`, BEFORE);
    await must(who.section.act(path, 'close'));
    const closed = await must(who.section.get(`/reports/CM-01?period=${BEFORE}`));
    assert.deepEqual([closed.provisional, closed.state], [false, 'closed']);
    const value = (report, code) => report.indicators.find((x) => x.code === code).value;
    assert.deepEqual([value(closed, 'M08'), value(closed, 'M08P')], [5, 1]);
    const places = (code) => closed.indicators.find((x) => x.code === code).by_township
        .map((x) => [x.township, x.value]).sort();
    assert.deepEqual(places('M08'), [[`${JIANGHUA}000`, 1], [TUOJIANG, 2], [STATIONLESS, 1], [HELUKOU, 1]].sort());
    assert.deepEqual(places('M08P'), [[`${JIANGHUA}000`, 1], [TUOJIANG, 1], [STATIONLESS, 1], [HELUKOU, 1]].sort());
    const [{ sources }] = await server.rows(`select sources from core.report_snapshot where div = ${COUNTY_DIV}`);
    assert.deepEqual(Object.keys(sources).sort(), [TUOJIANG, HELUKOU]);
    const back = await who.section.act(pathOf('helukou', BEFORE), 'return', { reason: '晚了' });
    assert.equal(back.body.code, 'month_report_built_on');
    await visit(who.worker, widow, BEFORE, '22');
    for (const div of [COUNTY_DIV, `${STATIONLESS}000`, '431129102000']) // there was nothing at the last
        await visited(div, BEFORE);
    const after = await must(who.section.get(`/reports/CM-01?period=${BEFORE}`));
    assert.deepEqual(after.indicators, closed.indicators);
});

test('a report and the return of the one that it is built on do not pass each other', async () => {
    await open('helukou', LAST, HELUKOU);
    const set = (state) => `update station.month_report set state = '${state}' where id = '${ids[`helukou ${BEFORE}`]}'`;
    const passed = await meanwhile(server, set('returned'), () => submit('helukou', LAST));
    assert.equal(faultsOf(passed)['/month'], 'month_report_stands');
    assert.equal((await must(who.helukou.get(pathOf('helukou', LAST)))).state, 'open');
    await server.psql(set('accepted'));
    await must(submit('helukou', LAST));
    await must(who.section.act(pathOf('helukou', LAST), 'accept'));
});

test('the county closes its months in their order, and a month with a later one sent stays as it is', async () => {
    const county = async (period) => (await must(who.section.get(`${REPORTS}?month.eq=${period}-01`))).items
        .find(({ level }) => level === 'COUNTY');
    const [before, last] = [await county(BEFORE), await county(LAST)];
    const close = async ({ id }) => who.section.act(`${REPORTS}/${id}`, 'close');
    const set = ({ id }, state) => server.psql(`update station.month_report set state = '${state}' where id = '${id}'`);
    await set(before, 'open');
    assert.equal(faultsOf(await close(last))['/month'], 'month_report_previous');
    await set(before, 'closed');
    await must(close(last));
    await set(before, 'open');
    assert.equal(faultsOf(await close(before))['/month'], 'month_report_late');
    await set(before, 'closed');
});

test('a report is of a station or of the county, and what is checked is not one organisation\'s', async () => {
    const refused = async (path) => {
        const { status, body } = await who.section.get(path);
        return [status, body.errors?.[0].pointer];
    };
    assert.deepEqual(await refused(`/reports/SM-01?period=${BEFORE}&township=${JIANGHUA}000`), [400, '?township']);
    assert.deepEqual(await refused(`/reports/SM-01/check?period=${BEFORE}&org=${randomUUID()}`), [400, '?org']);
});

test('a report is a table too', async () => {
    const csv = await who.head.get(`/reports/SM-01?period=${LAST}&format=csv`, { 'Accept-Language': 'zh-CN' });
    assert.match(csv.headers.get('content-disposition'), /attachment/);
    assert.match(csv.body, /^\uFEFF?编号,指标,单位,本月,上月,更正,占比,分类/);
    assert.match(csv.body, /\r\nM08,[^,]+,[^,]+,10,2,2,/);
    const county = await who.section.get(`/reports/CM-01?period=${BEFORE}&format=csv`);
    assert.match(county.body, /沱江镇社工站,河路口镇社工站/);
    const xlsx = await who.section.get(`/reports/CM-01?period=${BEFORE}&format=xlsx`);
    assert.match(xlsx.headers.get('content-type'), /spreadsheetml/);
    assert.equal((await who.head.get(`/reports/SM-01?period=${LAST}&format=pdf`)).status, 400);
    const [{ n }] = await server.rows(`select count(*)::int as n from core.audit
        where action = 'export' and object = 'station.month_report'`);
    assert.equal(n, 3);
});

test('another station\'s report, and another county\'s, is not there', async () => {
    assert.equal((await who.helukou.get(pathOf('head', BEFORE))).status, 404);
    assert.equal((await who.helukou.post(`${pathOf('head', BEFORE)}/actions/submit`, {}, { ifMatch: '"v1"' })).status, 404);
    assert.equal((await suyu.admin.get(pathOf('head', BEFORE))).status, 404);
    assert.equal((await who.helukou.get(`/reports/SM-01?period=${BEFORE}&township=${TUOJIANG}`)).status, 404);
    assert.equal((await suyu.admin.get(`/reports/CM-01?period=${BEFORE}&township=${TUOJIANG}`)).status, 404);
    assert.equal((await must(suyu.admin.get(`/reports/CM-01?period=${BEFORE}`))).provisional, true);
    assert.equal((await who.operator.get(`/reports/CM-01?period=${BEFORE}`)).status, 403);
    const audited = await server.rows(`select distinct action from core.audit where object = 'station.month_report'`);
    for (const action of ['create', 'update', 'submit', 'return', 'accept', 'close'])
        assert.ok(audited.some((row) => row.action === action), action);
});
