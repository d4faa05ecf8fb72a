// 探访: a visit that finds a risk raises the request of it; where, when next, and what was brought.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { TUOJIANG, YANGHUA, faultAt, openTwoCounties } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { kinds, made, number } from '../../lib/steps.mjs';

let server, who, stations, elder;

const visit = (more = {}) => who.worker.post('/station/visits', {
    person: elder.id, kind: 'ROUTINE', way: 'HOME', result: 'MET_WELL', service: 'E',
    visited_at: new Date(Date.now() - 60e3).toISOString(), ...more,
});
const requests = async () => (await who.head.get(`/station/requests?person.eq=${elder.id}`)).body.items;

before(async () => {
    server = await startServer();
    ({ who, stations } = await openTwoCounties(server));
    elder = await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }));
});
after(() => server?.stop());

test('nothing found, nothing raised; the next visit and the place stand in it', async () => {
    const plain = await made(visit({ next_due: '2027-01-05', lng: '111.579300', lat: '25.185600' }));
    assert.deepEqual([plain.next_due, plain.lng, plain.risks], ['2027-01-05', '111.579300', null]);
    assert.equal(faultAt(await visit({ lng: '111.579300' }), '/lat'), 'required_if');
    assert.deepEqual(await requests(), []);
    const seen = (await who.operator.get(`/station/visits/${plain.id}`)).body; // reads masked
    assert.ok(!seen.lng, seen.lng);
});

test('risks found become one request, as grave as the gravest, to the station it is in [E03]', async () => {
    const found = await made(visit({
        result: 'MET_CONCERN', risks: ['FALL', 'NO_MEDICINE'], risk: '浴室地滑，降压药只剩一天',
    }));
    const [raised, ...more] = await requests();
    assert.deepEqual(more, []);
    assert.deepEqual([raised.channel, raised.urgency, raised.category, raised.domain, raised.state],
        ['VISIT', 'U2', 'BUY_DRUG', 'E', 'new']);
    assert.equal(raised.content, '探访发现风险：浴室地滑，降压药只剩一天');
    assert.doesNotMatch(raised.content, /跌倒|断药/); // class 3, and a request's text is listed
    assert.equal(raised.org, stations[TUOJIANG]);
    assert.equal(raised.plugin_ref, `station.visit:${found.id}`);
    assert.match(raised.no, /^431129-R\d{8}-0001$/);
    const minutes = (Date.parse(raised.due_finish_at) - Date.parse(raised.received_at)) / 60000;
    assert.equal(minutes, 480);
    const wrong = await visit({ risks: ['FALL', 'DRAGON'] });
    assert.equal(faultAt(wrong, '/risks/1'), 'not_in_code_table');
    assert.equal((await requests()).length, 1);
});

test('condolence and festival visits are counted by kind, missed ones not', async () => {
    await made(visit({ kind: 'CONDOLENCE', gift: '棉被一床', gift_fen: 12000 }));
    await made(visit({ kind: 'FESTIVAL', result: 'MISSED' }));
    assert.deepEqual(kinds(await number(who.head, 'M08')), { CONDOLENCE: 1, ROUTINE: 2 });
    assert.equal((await number(who.head, 'M08P')).value, 1);
});
