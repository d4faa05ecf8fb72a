// A county's keys change while people work: nothing is lost, no version is made, and a run that was
// killed goes on where it was.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, SUYU, YANGHUA, openTwoCounties, setParam } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importRows, upload } from '../lib/tables.mjs';

const COUNT = 120;
const phone = (i) => `138${String(10000000 + i)}`;

let server, who, suyu;
const made = [];

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    for (let i = 0; i < COUNT; i++) {
        const answer = await who.head.post('/station/residents',
            { div: YANGHUA, name: '单秀英', phone: phone(i) });
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        made.push(answer.body.id);
    }
    await setParam(server, JIANGHUA, 'reveal.per_hour', 100000);
});
after(() => server?.stop());

const rotate = (...more) => server.cli(['keys', 'rotate', '--county', String(JIANGHUA), '--json',
    ...more]);
const reveal = async (id) => (await who.head.post(`/station/residents/${id}/reveal`,
    { field: 'phone', reason: 'CONTACT' })).body.value;
/** { key id: values } of a table. */
async function held(table, county = JIANGHUA) {
    const rows = await server.rows(`select get_byte(phone_enc, 5) as key, count(*)::int as n
        from ${table} where county = ${county} and phone_enc is not null group by 1 order by 1`);
    return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
}
const versions = () => server.rows(`select (select sum(version) from station.resident)::int as sum,
    (select count(*) from station.resident_history)::int as kept`);

test('a rotation that is killed goes on, beside writers, and makes no version', async () => {
    const before = await versions();
    const child = spawn(server.binary, ['keys', 'rotate', '--county', String(JIANGHUA), '--batch', '1',
        '--embedded', server.dir], { env: server.environment(), stdio: 'ignore' });
    const gone = new Promise((done) => child.once('exit', done));
    while (!(await held('station.resident'))[2]) continue;
    child.kill('SIGKILL');
    await gone;
    const half = await held('station.resident');
    assert.ok(half[1] > 0 && half[2] > 0, JSON.stringify(half));
    assert.deepEqual(await versions(), before);
    assert.equal(await reveal(made[0]), phone(0));
    assert.equal(await reveal(made[COUNT - 1]), phone(COUNT - 1));

    const writes = made.slice(0, 40).map(async (id, i) => {
        const path = `/station/residents/${id}`;
        const { etag } = await who.head.get(path);
        const change = i % 2 ? { phone: phone(1000 + i) } : { alias: '改' };
        return (await who.head.patch(path, change, etag)).status;
    });
    const [run, ...answers] = await Promise.all([rotate('--batch', '3'), ...writes]);
    assert.deepEqual(answers, Array(40).fill(200));
    assert.equal(run.status, 0, run.err);
    const said = JSON.parse(run.out);
    assert.deepEqual([said.key, said.resumed, said.broken, said.retired], [2, true, 0, true]);
    for (const table of ['station.resident', 'station.resident_history'])
        assert.deepEqual(Object.keys(await held(table)), ['2'], table);
    const [now] = await versions();
    assert.deepEqual(now, { sum: before[0].sum + 40, kept: before[0].kept + 40 });
    for (const [i, id] of made.slice(0, 44).entries())
        assert.equal(await reveal(id), i < 40 && i % 2 ? phone(1000 + i) : phone(i));
});

test('search still finds by the number, and the other county was not touched', async () => {
    const found = await who.head.post('/station/residents/search', { phone: phone(41) });
    assert.deepEqual(found.body.items.map(({ id }) => id), [made[41]]);
    const there = await suyu.head.post('/station/residents', { name: '孙大爷', phone: phone(7) });
    assert.equal(there.status, 201);
    assert.deepEqual(await held('station.resident', SUYU), { 1: 1 });
});

test('a worker that runs notices the next key at its next write', async () => {
    assert.equal((await rotate()).status, 0);
    const fresh = await who.worker.post('/station/residents',
        { div: YANGHUA, name: '奉新', phone: phone(5000) });
    assert.equal(fresh.status, 201, JSON.stringify(fresh.body));
    assert.deepEqual(await held('station.resident'), { 3: COUNT + 1 });
    assert.equal(await reveal(fresh.body.id), phone(5000));
});

test('a value that does not open is left, said, and keeps its key in use', async () => {
    await server.psql(`update station.resident t set phone_enc = o.phone_enc from station.resident o
        where t.id = '${made[0]}' and o.id = '${made[1]}'`);
    const run = await rotate();
    assert.equal(run.status, 1);
    assert.match(run.err, /1 values do not open/);
    assert.deepEqual([JSON.parse(run.out).broken, JSON.parse(run.out).retired], [1, false]);
    await server.psql(`update station.resident set phone_enc = null where id = '${made[0]}'`);
    const again = JSON.parse((await rotate()).out);
    assert.deepEqual([again.key, again.resumed, again.retired], [4, true, true]);
});

test('the list names keys and their state, and never a key', async () => {
    const { out } = await server.cli(['keys', 'list', '--county', String(JIANGHUA), '--json']);
    assert.deepEqual(JSON.parse(out).filter(({ purpose }) => purpose === 'data')
        .map(({ id, state }) => [id, state]),
    [[1, 'retired'], [2, 'retired'], [3, 'retired'], [4, 'newest']]);
    const master = readFileSync(masterFile(), 'utf8').trim();
    const table = (await server.cli(['keys', 'list'])).out;
    for (const text of [out, table, server.log]) assert.ok(!text.includes(master));
    const audited = await server.rows(`select action, n from core.audit
        where object = 'core.county_key' order by at, n`);
    assert.equal(audited.filter(({ action }) => action === 'key_new').length, 3);
});

function masterFile() {
    const found = [server.dir, server.place.state].filter(Boolean)
        .map((dir) => join(dir, 'master.key')).find(existsSync);
    assert.ok(found, 'where is the master key?');
    return found;
}

test('what is kept of uploaded files moves to the next key too, and still opens', async () => {
    const bytes = Buffer.from('姓名\n单秀英\n');
    const file = await upload(who.head, bytes);
    const said = JSON.parse((await rotate()).out);
    assert.deepEqual([said.broken, said.files > 0, said.retired], [0, true, false]);
    const [{ key }] = await server.rows(`select get_byte(sha256_enc, 5) as key from core.file
        where id = '${file}'`);
    assert.equal(key, said.key);
    assert.equal((await who.head.get(`/files/${file}`)).body.sha256,
        createHash('sha256').update(bytes).digest('hex'));
});

test('a job opens a file that came under a key younger than its process', async () => {
    const dry = (name) => importRows(who.head, '/station/residents', [['姓名'], [name]],
        { dry: true });
    const before = await dry('何一');
    assert.deepEqual([before.state, before.counts.created], ['done', 1]);
    // A file keeps the older key in use; that is no earlier run to go on with.
    const said = JSON.parse((await rotate()).out);
    assert.deepEqual([said.key, said.resumed, said.retired], [6, false, false]);
    const after = await dry('何二');
    assert.deepEqual([after.state, after.counts?.created], ['done', 1], JSON.stringify(after));
});

test('the master key changes: every key under the new one, the old one opens none', async () => {
    const next = join(server.dir, 'next.key');
    writeFileSync(next, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    const run = await server.cli(['keys', 'rewrap', '--new', next]);
    assert.equal(run.status, 0, run.err);
    const stale = await rotate();
    assert.equal(stale.status, 1);
    assert.match(stale.err, /does not open under the master key/);
    writeFileSync(masterFile(), readFileSync(next));
    await server.halt();
    await server.start();
    who.head.base = server.base;
    const { body } = await who.head.call('POST', `/station/residents/${made[41]}/reveal`,
        { field: 'phone', reason: 'VERIFY' });
    assert.equal(body.code, undefined, JSON.stringify(body));
    assert.equal(body.value, phone(41));
});

test('wrong usage says what is right', async () => {
    for (const args of [['rotate'], ['rotate', '--county', '12'], ['rewrap'], ['shake'],
        ['rotate', '--county', String(JIANGHUA), '--batch', '0']]) {
        const run = await server.cli(['keys', ...args]);
        assert.equal(run.status, 2, `${args}: ${run.err}`);
    }
    const nowhere = await server.cli(['keys', 'rotate', '--county', '110101']);
    assert.equal(nowhere.status, 1);
});
