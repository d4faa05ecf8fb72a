// The same request again: one write, the same answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { idNumber, uuid7 } from '../lib/api.mjs';
import { TUOJIANG, YANGHUA, faultAt, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const PERSON = { div: YANGHUA, name: '单秀英', sex: '2' };

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

const residents = async () => Number(await server.psql('select count(*) from station.resident'));

/** What the database holds of one write. */
async function traces(id) {
    const [row] = await server.rows(`select
        (select count(*) from station.resident_history where id = '${id}') as versions,
        (select count(*) from core.audit where object_id = '${id}' and action = 'create') as audits,
        (select count(*) from core.idem where id = '${id}') as keys`);
    return row;
}

test('same key, same body: the same status, body, ETag and Location, and one row', async () => {
    const key = randomUUID();
    const before = await residents();
    const first = await who.worker.post('/station/residents', PERSON, { key });
    assert.equal(first.status, 201);
    const again = await who.worker.post('/station/residents', PERSON, { key });
    assert.equal(again.status, 201);
    assert.deepEqual(again.body, first.body);
    assert.equal(again.etag, first.etag);
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    assert.equal(await residents(), before + 1);
    assert.deepEqual(await traces(first.body.id), { versions: 1, audits: 1, keys: 1 });
});

test('the row of the first try does not stand in the way of its repeat', async () => {
    const key = randomUUID();
    const body = { ...PERSON, id: uuid7(), id_number: idNumber('431129', '19500101', 1) };
    const first = await who.worker.post('/station/residents', body, { key });
    assert.equal(first.status, 201);
    const again = await who.worker.post('/station/residents', body, { key });
    assert.equal(again.status, 201, JSON.stringify(again.body)); // its id and id number are taken: by itself
    assert.deepEqual(again.body, first.body);
    const other = await who.worker.post('/station/residents', { ...body, id: uuid7() });
    assert.equal(faultAt(other, '/id_number'), 'resident_id_number'); // under another key they are taken
});

test('the repeat answers with the version the first try made, whatever came after', async () => {
    const key = randomUUID();
    const first = await who.worker.post('/station/residents', PERSON, { key });
    const path = `/station/residents/${first.body.id}`;
    assert.equal((await who.worker.patch(path, { name: '单秀兰' }, '"v1"')).status, 200);
    const again = await who.worker.post('/station/residents', PERSON, { key });
    assert.deepEqual(again.body, first.body);
    assert.equal((await who.worker.get(path)).body.name, '单秀兰');
});

test('same key, other body or other path: 422', async () => {
    const key = randomUUID();
    assert.equal((await who.worker.post('/station/residents', PERSON, { key })).status, 201);
    const before = await residents();
    const otherBody = await who.worker.post('/station/residents', { ...PERSON, sex: '1' }, { key });
    assert.deepEqual([otherBody.status, otherBody.body.code], [422, 'idempotency_key_reused']);
    const otherPath = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    }, { key });
    assert.deepEqual([otherPath.status, otherPath.body.code], [422, 'idempotency_key_reused']);
    assert.equal(await residents(), before);
});

test('the key of a write for a job, of a job for a write or a merge: 422', async () => {
    const { head, admin } = who; // a key is its user's
    const write = (key) => head.post('/station/residents', PERSON, { key });
    const job = (caller) => (key) => caller.post('/station/residents/export', { format: 'csv' }, { key });
    const [from, into] = [(await write(randomUUID())).body.id, (await write(randomUUID())).body.id];
    const merge = (key) => admin.post(`/station/residents/${from}/merge`, { into }, { key, ifMatch: '"v1"' });
    for (const [i, [first, second]] of [[write, job(head)], [job(head), write], [job(admin), merge],
        [merge, job(admin)]].entries()) {
        const key = randomUUID();
        const made = await first(key);
        assert.ok(made.status < 300, `${i}: ${JSON.stringify(made.body)}`);
        const { status, body } = await second(key);
        assert.deepEqual([status, body.code], [422, 'idempotency_key_reused'], `${i}`);
    }
});

test('twenty at the same moment: exactly one row, twenty times the same answer', async () => {
    const key = randomUUID();
    const before = await residents();
    const body = { ...PERSON, id_number: idNumber('431129', '19500101', 2) };
    const answers = await Promise.all(Array.from({ length: 20 }, () =>
        who.worker.post('/station/residents', body, { key })));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201]);
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer.body))).size, 1);
    assert.equal(await residents(), before + 1);
    assert.deepEqual(await traces(answers[0].body.id), { versions: 1, audits: 1, keys: 1 });
});

test('a number is drawn once, however often the request comes', async () => {
    const call = { div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询' };
    const twice = await Promise.all([1, 2].map(async () => {
        const key = randomUUID();
        const answers = await Promise.all(Array.from({ length: 5 }, () =>
            who.worker.post('/station/requests', call, { key })));
        assert.equal(new Set(answers.map((answer) => answer.body.no)).size, 1);
        return answers[0].body.no;
    }));
    const serial = (no) => Number(no.split('-')[2]);
    assert.equal(Math.abs(serial(twice[0]) - serial(twice[1])), 1, String(twice));
});

test('the key of another actor is another key', async () => {
    const key = randomUUID();
    const mine = await who.worker.post('/station/residents', PERSON, { key });
    const hers = await who.head.post('/station/residents', PERSON, { key });
    assert.deepEqual([mine.status, hers.status], [201, 201]);
    assert.notEqual(mine.body.id, hers.body.id);
    const elsewhere = await suyu.head.post('/station/residents',
        { name: '单秀英', div: '321311001001' }, { key });
    assert.equal(elsewhere.status, 201, JSON.stringify(elsewhere.body));
    assert.notEqual(elsewhere.body.id, mine.body.id);
});

test('a refused write leaves its key free', async () => {
    const key = randomUUID();
    const fault = await who.worker.post('/station/residents', { ...PERSON, sex: 'x' }, { key });
    assert.equal(fault.status, 422);
    assert.equal((await who.worker.post('/station/residents', PERSON, { key })).status, 201);
    const taken = randomUUID(); // refused by the table this time
    const body = { ...PERSON, id_number: idNumber('431129', '19500101', 1) };
    assert.equal((await who.worker.post('/station/residents', body, { key: taken })).status, 422);
    assert.equal((await who.worker.post('/station/residents', PERSON, { key: taken })).status, 201);
});

test('an action repeated after it changed the version is 200 again, not 412', async () => {
    const made = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    });
    const path = `/station/requests/${made.body.id}`;
    const key = randomUUID();
    const accept = () =>
        who.head.post(`${path}/actions/accept`, undefined, { ifMatch: made.etag, key });
    const [first, again] = [await accept(), await accept()];
    assert.deepEqual([first.status, again.status], [200, 200], JSON.stringify(again.body));
    assert.deepEqual(again.body, first.body);
    const parallel = await Promise.all(Array.from({ length: 10 }, accept));
    assert.deepEqual([...new Set(parallel.map((answer) => answer.status))], [200]);
    const other = await who.head.post(`${path}/actions/accept`, undefined, { ifMatch: made.etag });
    assert.equal(other.status, 409); // another key: that step is done
    assert.equal(await server.psql(`select version from station.request where id = '${made.body.id}'`),
        '2');
});

test('a PATCH repeated with its key is 200 again', async () => {
    const made = await who.worker.post('/station/residents', PERSON);
    const path = `/station/residents/${made.body.id}`;
    const key = randomUUID();
    const first = await who.worker.patch(path, { address: '阳华社区三组' }, made.etag, key);
    const again = await who.worker.patch(path, { address: '阳华社区三组' }, made.etag, key);
    assert.deepEqual([first.status, again.status], [200, 200], JSON.stringify(again.body));
    assert.deepEqual(again.body, first.body);
    const reused = await who.worker.patch(path, { address: '别处' }, first.etag, key);
    assert.equal(reused.body.code, 'idempotency_key_reused');
    assert.equal((await who.worker.get(path)).body.version, 2);
});

test('an errand repeated after its request moved on is 201 again', async () => {
    const person = await who.worker.post('/station/residents', PERSON);
    const request = await who.worker.post('/station/requests', {
        div: YANGHUA, person: person.body.id, channel: 'DOOR', category: 'BUY_DRUG', domain: 'E',
        urgency: 'U2', content: '买药',
    });
    const path = `/station/requests/${request.body.id}`;
    await who.head.act(path, 'accept');
    await who.head.act(path, 'assign', { staff: who.worker.account });
    await who.worker.act(path, 'start');
    const key = randomUUID();
    const errand = () => who.worker.post('/elderly/errands',
        { person: person.body.id, request: request.body.id, kind: 'BUY_DRUG', items: '两盒' }, { key });
    const first = await errand();
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.equal((await who.worker.act(path, 'finish', { result: '已办' })).status, 200);
    const again = await errand();
    assert.deepEqual([again.status, again.body], [201, first.body]);
    const second = await who.worker.post('/elderly/errands',
        { person: person.body.id, request: request.body.id, kind: 'BUY_DRUG', items: '两盒' });
    assert.equal(faultAt(second, '/request'), 'request_not_open');
});

test('a repeat is shown with the rights of now', async () => {
    // made while she may see it; then the plugin is switched off there
    const person = await who.worker.post('/station/residents', PERSON);
    const key = randomUUID();
    const make = () => who.worker.post('/elderly/errands',
        { person: person.body.id, kind: 'BUY_FOOD', items: '蔬菜' }, { key });
    const first = await make();
    assert.equal(first.status, 201);
    const plugin = `/admin/townships/${TUOJIANG}/plugins/elderly`;
    await who.admin.put(plugin, { enabled: false });
    const off = await make();
    assert.deepEqual([off.status, off.body.code], [404, 'plugin-not-enabled']);
    await who.admin.put(plugin, { enabled: true });
    assert.deepEqual((await make()).body, first.body);
});

test('a key has 1 to 64 plain characters', async () => {
    const before = await residents();
    for (const key of ['x'.repeat(65), 'a b', 'a"b', 'ключ'.replace(/./g, '%')]) {
        const answer = await who.worker.post('/station/residents', PERSON, { key });
        assert.deepEqual([answer.status, answer.body.code], [400, 'bad_idempotency_key'], key);
    }
    assert.equal((await who.worker.post('/station/residents', PERSON, { key: 'Az09_-.:' })).status, 201);
    assert.equal(await residents(), before + 1);
});
