// One encrypted field, shown for a reason: who may, what the audit keeps, and the limit of an hour.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Caller, idNumber } from '../lib/api.mjs';
import { YANGHUA, TUOJIANG, faultAt, openTwoCounties, people, setParam, JIANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const ID = idNumber('431129', '19431205', 24), PHONE = '13807465678';

let server, who, suyu, resident;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        supervisor: ['agency_supervisor', TUOJIANG, '督导甲'],
        second: ['social_worker', TUOJIANG, '第二社工'],
        third: ['social_worker', TUOJIANG, '第三社工'],
    }));
    const made = await who.head.post('/station/residents',
        { div: YANGHUA, name: '单秀英', id_number: ID, phone: PHONE });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    resident = `/station/residents/${made.body.id}`;
});
after(() => server?.stop());

const ask = (caller, field, more = {}) =>
    caller.post(`${resident}/reveal`, { field, reason: 'CONTACT', ...more });
const traces = (caller) => server.rows(`select fields, reason, note, result, object, object_id
    from core.audit where action = 'reveal' and actor = '${caller.account}' order by at`);

test('who serves a person is shown the one field asked for, for a minute', async () => {
    const phone = await ask(who.worker, 'phone', { note: '431129-R20261122-0001 回访' });
    assert.deepEqual([phone.status, phone.body],
        [200, { field: 'phone', value: PHONE, hide_after: 60 }]);
    assert.equal((await ask(who.worker, 'id_number')).body.value, ID);
});

test('the audit keeps field, reason and note, and never the value', async () => {
    const [phone, id] = await traces(who.worker);
    assert.deepEqual(phone, { fields: ['phone'], reason: 'CONTACT', result: 'ok',
        note: '431129-R20261122-0001 回访', object: 'station.resident',
        object_id: resident.split('/').at(-1) });
    assert.deepEqual([id.fields, id.note], [['id_number'], null]);
    const [{ n }] = await server.rows(`select count(*)::int as n from core.audit a
        where a::text like '%${PHONE}%' or a::text like '%${ID}%'`);
    assert.equal(n, 0);
});

test('a masked reader, a neighbour and another county are told nothing', async () => {
    const masked = await ask(who.supervisor, 'phone');
    assert.deepEqual([masked.status, masked.body.code], [403, 'not_permitted']);
    for (const caller of [who.helukou, suyu.head]) {
        const answer = await ask(caller, 'phone');
        assert.deepEqual([answer.status, answer.body.code], [404, 'not_found']);
    }
    const unknown = await who.head.post(`/station/residents/${randomUUID()}/reveal`,
        { field: 'phone', reason: 'SERVICE' });
    assert.equal(unknown.status, 404);
});

test('what is asked wrongly is refused, everything at once', async () => {
    const wrong = await ask(who.head, 'name', { reason: 'CURIOUS', note: '电话 138 0746 5678', x: 1 });
    assert.equal(wrong.status, 422);
    assert.equal(faultAt(wrong, '/field'), 'not_revealed');
    assert.equal(faultAt(wrong, '/reason'), 'not_in_code_table');
    assert.equal(faultAt(wrong, '/note'), 'number_in_note');
    assert.equal(faultAt(wrong, '/x'), 'unknown_field');
    const empty = await who.head.post(`${resident}/reveal`, {});
    assert.equal(faultAt(empty, '/field'), 'required');
    assert.equal(faultAt(empty, '/reason'), 'required');
});

test('fifty at once: as many as the hour allows, the rest refused and in the audit', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(who.second, 'phone')));
    const of = (status) => answers.filter((answer) => answer.status === status);
    assert.deepEqual([of(200).length, of(429).length], [20, 30]);
    for (const { body, headers } of of(429)) {
        assert.equal(body.code, 'reveal_limit');
        assert.ok(Number(headers.get('retry-after')) > 3000);
        assert.ok(!JSON.stringify(body).includes(PHONE));
    }
    const kept = (await traces(who.second)).map(({ result }) => result);
    assert.equal(kept.filter((result) => result === 'ok').length, 20);
    assert.equal(kept.filter((result) => result === 'reveal_limit').length, 30);
});

test('the hour passes, and a county may set its own limit', async () => {
    await server.psql(`update core.reveal_window set at = array(
        select x - interval '1 hour' from unnest(at) x)`);
    assert.equal((await ask(who.second, 'phone')).status, 200);
    await setParam(server, JIANGHUA, 'reveal.per_hour', 1);
    assert.equal((await ask(who.third, 'phone')).status, 200);
    assert.equal((await ask(who.third, 'phone')).status, 429);
});

test('a ciphertext moved to another row does not open', async () => {
    const other = await who.head.post('/station/residents',
        { div: YANGHUA, name: '奉二', phone: '13907465678' });
    await server.psql(`update station.resident t set phone_enc = o.phone_enc
        from station.resident o where o.id = '${resident.split('/').at(-1)}'
        and t.id = '${other.body.id}'`);
    const answer = await who.head.post(`/station/residents/${other.body.id}/reveal`,
        { field: 'phone', reason: 'VERIFY' });
    assert.deepEqual([answer.status, answer.body.value], [503, undefined]);
});

test('a token that nobody has leaves a trace without a person in it', async () => {
    const stranger = new Caller(server.base, `wl1_431129_${'A'.repeat(43)}`);
    assert.equal((await stranger.get(resident)).status, 401);
    const kept = await server.rows(`select actor, role, action, object, object_id, result, reason, note
        from core.audit where result = 'no_session'`);
    assert.deepEqual(kept, [{ actor: null, role: null, action: 'resident.read', result: 'no_session',
        object: '/api/v1/station/residents/{id}', object_id: resident.split('/').at(-1),
        reason: null, note: null }]);
});

test('the card names a resident to those only who may read residents', async () => {
    Object.assign(who, await people(server, JIANGHUA, { leader: ['county_leader', 431129, '局长'] }));
    const card = `/elderly/residents/${resident.split('/').at(-1)}/card`;
    const answer = await who.leader.get(card);
    assert.deepEqual([answer.status, answer.body.code], [403, 'not_permitted']);
    assert.equal((await who.worker.get(card)).body.name, '单秀英');
});
