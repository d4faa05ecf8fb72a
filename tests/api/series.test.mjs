// What charts ask: indicators over months and days, of townships too, and what was counted last.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SHUNHE, SUYU, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { done, made } from '../lib/steps.mjs';

const DAY = 86400e3;
/** The day n days from today in Asia/Shanghai. */
const day = (n = 0) => new Date(Date.now() + 8 * 3600e3 + n * DAY).toISOString().slice(0, 10);
const MONTH = day().slice(0, 7);
const LAST = new Date(Date.UTC(...MONTH.split('-').map((part, i) => Number(part) - 2 * i), 1))
    .toISOString().slice(0, 7);

let server, who, suyu, person;
const ask = (caller, rest) => caller.get(`/reports/CM-01/series?${rest}`);
const spans = async (caller, rest) => (await done(ask(caller, rest))).indicators[0].spans;

async function request(caller, of, div, at) {
    const { id } = await made(caller.post('/station/requests', { channel: 'DOOR', category: 'MEAL', domain: 'E',
        urgency: 'U2', content: '想订午餐', ...(of ? { person: of } : { div }) }));
    if (at) await server.psql(`update station.request set received_at = '${at}' where id = '${id}'`);
}

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { chief: ['county_leader', JIANGHUA, '蒋局长'] }));
    Object.assign(suyu, await people(server, SUYU, { operator: ['hotline_operator', SUYU, '周接线'] }));
    person = await made(who.head.post('/station/residents', { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA }));
    await request(who.operator, person.id);
    await request(who.operator, person.id);
    await request(who.operator, null, `${HELUKOU}000`);
    // the last second of last month, and the first of this one, by the clock of the county
    await request(who.operator, person.id, null, `${MONTH}-01T00:00:00+08:00`);
    await server.psql(`update station.request set received_at = received_at - interval '1 second'
        where received_at = '${MONTH}-01T00:00:00+08:00'`);
    await request(who.operator, person.id, null, `${MONTH}-01T00:00:00+08:00`);
    await request(suyu.operator, null, `${SHUNHE}000`);
});
after(() => server?.stop());

test('months follow each other, each with what it counted, nothing being 0', async () => {
    const all = await spans(who.admin, `until=${MONTH}&n=14&only=M04`);
    assert.equal(all.length, 14);
    assert.deepEqual(all.map(({ span }) => span), [...all.map(({ span }) => span)].sort());
    assert.deepEqual(all.slice(-3), [
        { ...all.at(-3), value: 0 }, { span: LAST, value: 1, townships: [] }, { span: MONTH, value: 4, townships: [] },
    ]);
});

test('days are those of the county\'s clock, over the end of a year too', async () => {
    const [first] = await spans(who.admin, `until=${MONTH}-01&n=1&only=M04`);
    assert.equal(first.value, day() === `${MONTH}-01` ? 4 : 1);
    assert.equal((await spans(who.admin, `until=${day()}&n=1&only=M04`))[0].value, day() === `${MONTH}-01` ? 4 : 3);
    assert.deepEqual((await spans(who.admin, 'until=2025-01-01&n=2&only=M04')).map(({ span }) => span),
        ['2024-12-31', '2025-01-01']);
    assert.deepEqual((await spans(who.admin, 'until=2024-03-01&n=2&only=M04')).map(({ span }) => span),
        ['2024-02-29', '2024-03-01']);
});

test('persons are counted anew at each level, a share has its part, a mean of nothing is none', async () => {
    const { indicators } = await done(ask(who.admin, `until=${MONTH}&n=2&only=M04,M04P,M05,M06T&townships=true`));
    assert.deepEqual(indicators.map(({ code }) => code), ['M04', 'M04P', 'M05', 'M06T']);
    const [requests, persons, closed, mean] = indicators.map((one) => one.spans[1]);
    assert.deepEqual(requests.townships,
        [{ township: TUOJIANG, value: 3 }, { township: HELUKOU, value: 1 }]);
    assert.deepEqual([persons.value, persons.townships[0]], [1, { township: TUOJIANG, value: 1 }]);
    assert.deepEqual([closed.value, closed.part], [0, 0]);
    assert.equal(mean.value, null);
    assert.deepEqual(indicators.map(({ share_label: share }) => share !== null), [false, false, true, false]);
});

test('the report says the same numbers', async () => {
    const { indicators } = await done(who.admin.get(`/reports/CM-01?period=${MONTH}`));
    for (const { code, value, share } of indicators) {
        const [own] = await spans(who.admin, `until=${MONTH}&n=1&only=${code}`);
        assert.deepEqual([own.value ?? 0, own.part], [value, share?.value], code);
    }
});

test('what was last comes first, and says nothing of whom', async () => {
    const { items } = await done(who.chief.get('/reports/CM-01/newest?limit=3&only=M04,M08'));
    assert.deepEqual(items.map(({ township }) => township), [HELUKOU, TUOJIANG, TUOJIANG]);
    assert.deepEqual(Object.keys(items[0]).sort(), ['at', 'code', 'kind_label', 'label', 'township']);
    assert.equal(items[0].kind_label, 'at the door');
    assert.ok(Date.now() - Date.parse(items[0].at) < 600e3);
});

test('a station sees its own, another county nothing of it, and a service that is off is not counted', async () => {
    assert.equal((await spans(who.helukou, `until=${MONTH}&n=1&only=M04`))[0].value, 1);
    assert.equal((await spans(suyu.admin, `until=${MONTH}&n=1&only=M04`))[0].value, 1);
    const { items } = await done(suyu.admin.get('/reports/CM-01/newest?limit=50&only=M04'));
    assert.deepEqual(items.map(({ township }) => township), [SHUNHE]);
    const off = await done(ask(who.helukou, `until=${MONTH}&n=1&only=M04,M11`)); // meals: the elderly plugin
    assert.deepEqual(off.indicators.map(({ code }) => code), ['M04']);
});

test('what cannot be asked is refused by name', async () => {
    const wrong = async (rest, pointer, code) => {
        const answer = await ask(who.admin, rest);
        assert.deepEqual([answer.status, faultAt(answer, pointer)], [400, code], rest);
    };
    await wrong('n=1&only=M04', '?until', 'period_expected');
    await wrong('until=2026-13&n=1&only=M04', '?until', 'period_expected');
    await wrong('until=2026-02-30&n=1&only=M04', '?until', 'period_expected');
    await wrong(`until=${MONTH}&n=63&only=M04`, '?n', 'bad_value');
    await wrong(`until=${MONTH}&n=1`, '?only', 'required');
    const { indicators } = await done(who.admin.get(`/reports/CM-01?period=${MONTH}`));
    await wrong(`until=${MONTH}&n=1&only=${indicators.slice(0, 25).map(({ code }) => code)}`, '?only', 'bad_value');
    await wrong(`until=${MONTH}&n=1&only=M04,M05,M04`, '?only', 'bad_value');
    await wrong(`until=${MONTH}&n=1&only=M04&org=5`, '?org', 'id_expected');
    await wrong(`until=${MONTH}&n=1&only=M04&by=x`, '?by', 'unknown_parameter');
    assert.equal((await who.admin.get(`/reports/XX-01/series?until=${MONTH}&n=1&only=M04`)).status, 404);
    assert.equal((await who.operator.get('/reports/CM-01/newest?limit=5&only=M04')).status, 403);
});
