// The year as the calendar brings it: reports, checks, training and campaigns with their last days,
// and every station's supervision of the month.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const TASKS = '/station/tasks', SUPERVISIONS = '/station/supervisions';
const NOW = new Date(Date.now() + 8 * 3600e3);
const YEAR = NOW.getUTCFullYear() + 1; // the coming one, whole
const month = (n) => new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() + n, 1))
    .toISOString().slice(0, 7);
const monthEnd = (n) => new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() + n + 1, 0))
    .toISOString().slice(0, 10);

let server, who, suyu;

async function must(promise, status = 200) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

async function clock(until) {
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        ...(until ? ['--until', until] : [])]);
    assert.equal(status, 0, out + err);
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'],
        supervisor: ['agency_supervisor', JIANGHUA, '莫督导'],
    }));
    await clock();
});
after(() => server?.stop());

test('on the 1st every station has its supervision of the month to come [K21]', async () => {
    await clock(`${month(1)}-02T00:00:00+08:00`);
    const { items } = await must(who.supervisor.get(`${SUPERVISIONS}?month.eq=${month(1)}-01`));
    assert.deepEqual(items.map(({ div, state }) => [div.slice(0, 9), state]).sort(),
        [[TUOJIANG, 'planned'], [HELUKOU, 'planned']]);
});

test('one that is missing on the last day raises the alarm, one that was held does not [K21]', async () => {
    const { items } = await must(who.helukou.get(SUPERVISIONS));
    await must(who.supervisor.act(`${SUPERVISIONS}/${items[0].id}`, 'submit', {
        supervised_at: new Date(Date.now() - 60e3).toISOString(), form: 'ONLINE', hours: '2.0',
        files_sampled: 5, score: 92, summary: '规范',
    }));
    await clock(`${monthEnd(1)}T07:59:00+08:00`);
    const alerted = async (caller) => (await must(caller.get(
        `${SUPERVISIONS}?month.eq=${month(1)}-01`))).items[0].alerted_at;
    assert.equal(await alerted(who.head), null);
    await clock(`${monthEnd(1)}T08:00:00+08:00`);
    assert.equal(await alerted(who.head), new Date(`${monthEnd(1)}T08:00:00+08:00`).toISOString()
        .replace('.000Z', '+00:00'));
    assert.equal(await alerted(who.helukou), null);
    const { items: told } = await must(who.section.get('/notices?limit=100'));
    assert.ok(told.some(({ key }) => key === 'supervision.missing'), JSON.stringify(told));
});

/** Tasks of a kind in a period: [division, first day, last day]. */
async function tasks(caller, kind, period) {
    const { items } = await must(caller.get(`${TASKS}?kind.eq=${kind}&period.eq=${period}&limit=50`));
    return items.map(({ div, starts_on, due }) => [div, starts_on, due]).sort();
}

const COUNTY = `${JIANGHUA}000000`;
const STATIONS = [`${TUOJIANG}000`, `${HELUKOU}000`];

test('reports have their last days: the 3rd, the 8th, the 10th, 20 January [K22]', async () => {
    await clock(`${YEAR}-01-02T00:00:00+08:00`);
    const last = `${YEAR - 1}-12`, first = `${YEAR}-01-01`;
    const monthly = await must(who.section.get(`/station/month_reports?month.eq=${last}-01`));
    assert.deepEqual(monthly.items.map(({ div, due_at, state }) => [div, due_at.slice(0, 16), state]).sort(), [
        [COUNTY, `${YEAR}-01-08T16:00`, 'open'], // the day is over
        ...STATIONS.map((div) => [div, `${YEAR}-01-03T16:00`, 'open'])]);
    assert.deepEqual(await tasks(who.section, 'QUARTER_REPORT', `${YEAR - 1}Q4`),
        [[COUNTY, first, `${YEAR}-01-10`]]);
    assert.deepEqual(await tasks(who.section, 'YEAR_REPORT', `${YEAR - 1}`),
        [[COUNTY, first, `${YEAR}-01-20`]]);
    for (const kind of ['SPOT_CHECK', 'CHILD_REGRADE'])
        assert.deepEqual(await tasks(who.section, kind, `${YEAR}Q1`),
            [[COUNTY, first, `${YEAR}-03-31`]]);
    assert.deepEqual(await tasks(who.section, 'DIRECTOR_TRAIN', `${YEAR}`),
        [[COUNTY, first, `${YEAR}-12-31`]]);
    const own = await must(who.head.get(`/station/month_reports?month.eq=${last}-01`));
    assert.deepEqual(own.items.map(({ div }) => div), [STATIONS[0]]); // a station sees its own
});

/** The third Tuesday of March, counted day by day. */
function socialWorkDay(year) {
    for (let day = 1, found = 0; ; day++)
        if (new Date(Date.UTC(year, 2, day)).getUTCDay() === 2 && ++found === 3)
            return new Date(Date.UTC(year, 2, day)).toISOString().slice(0, 10);
}

test('March has World Social Work Day, the publicity week and the Lei Feng month [K27]', async () => {
    const day = socialWorkDay(YEAR);
    assert.deepEqual(await tasks(who.section, 'SOCIAL_WORK_DAY', `${YEAR}`), [[COUNTY, day, day]]);
    const around = (n) => new Date(Date.parse(day) + n * 86400e3).toISOString().slice(0, 10);
    assert.deepEqual(await tasks(who.section, 'PUBLICITY_WEEK', `${YEAR}`),
        STATIONS.map((div) => [div, around(-1), around(5)]));
    assert.deepEqual(await tasks(who.section, 'LEIFENG_MONTH', `${YEAR}`),
        STATIONS.map((div) => [div, `${YEAR}-03-01`, `${YEAR}-03-31`]));
    const [[count]] = [Object.values((await server.rows(`select count(*) from
        generate_series(2000, 2100) y where station.nth_weekday(y, 3, 2, 3)
            between make_date(y, 3, 15) and make_date(y, 3, 21)
        and extract(isodow from station.nth_weekday(y, 3, 2, 3)) = 2`))[0])];
    assert.equal(Number(count), 101);
});

test('whoever answers for the place does a task, or the county waives it [K22 K27]', async () => {
    const [own] = (await must(who.head.get(`${TASKS}?kind.eq=LEIFENG_MONTH`))).items;
    const done = await must(who.head.act(`${TASKS}/${own.id}`, 'finish', { note: '三场志愿服务' }));
    assert.deepEqual([done.state, done.done_by], ['done', who.head.account]);
    const other = (await must(who.section.get(`${TASKS}?kind.eq=LEIFENG_MONTH&state.eq=open`))).items[0];
    assert.equal((await who.head.get(`${TASKS}/${other.id}`)).status, 404);
    assert.equal((await must(who.section.act(`${TASKS}/${other.id}`, 'waive',
        { note: '防汛期间' }))).state, 'waived');
    const twice = await who.section.post(TASKS, { div: STATIONS[0], kind: 'LEIFENG_MONTH',
        title: '重复', period: `${YEAR}`, due: `${YEAR}-03-31` });
    assert.deepEqual(faultsOf(twice), { '/period': 'task_once' });
    assert.deepEqual((await must(suyu.admin.get(TASKS))).items, []);
});
