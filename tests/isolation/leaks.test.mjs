// Id numbers and phones of people stand nowhere in the plain: not in a dump of the database nor in its
// files, not in a log, not in any answer but that of a reveal. Names stand in the database (they are
// searched), but in no log.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Caller, idNumber } from '../lib/api.mjs';
import { JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { holding } from '../lib/race.mjs';
import { startServer } from '../lib/server.mjs';

const COUNT = 12;
const ids = [], phones = [], names = [];
for (let i = 0; i < COUNT; i++) {
    ids.push(idNumber('431129', `19${43 + i}0${1 + i % 9}1${i % 10}`, 241 + i));
    phones.push(`1389${String(4713502 + 97 * i)}`);
    names.push(`欧阳秘${'甲乙丙丁戊己庚辛壬癸子丑'[i]}`);
}
const NUMBERS = [...ids, ...phones];

let server, who;
const answers = []; // { what, text } of every answer that was no reveal

// ---- the scanner -------------------------------------------------------------------------------

/** How a text may stand in bytes: plain, as hex, and as base64 at any of its three offsets. */
function formsOf(value) {
    const bytes = Buffer.from(value);
    const hex = bytes.toString('hex');
    const base64 = [0, 1, 2].map((offset) => {
        const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
        const skip = offset ? 4 : 0; // characters that the bytes before share
        const whole = Math.floor((offset + bytes.length) / 3) * 4;
        return text.slice(skip, whole);
    });
    return [value, hex, hex.toUpperCase(), ...base64];
}

/** What of the values stands in the text, in any form. */
function found(text, values) {
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text);
    return values.filter((value) => formsOf(value).some((form) => bytes.includes(form)));
}

const scan = (text, values, what) => assert.deepEqual(found(text, values), [], what);

function* filesBelow(dir) {
    for (const name of readdirSync(dir)) {
        const path = join(dir, name);
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat?.isDirectory()) yield* filesBelow(path);
        else if (stat?.isFile()) yield path;
    }
}

function dump() {
    const { status, stdout, stderr } = spawnSync('pg_dump',
        ['-h', server.socket, '-U', 'postgres', '--inserts', 'wulian'],
        { maxBuffer: 1 << 30 });
    assert.equal(status, 0, String(stderr));
    return stdout;
}

// ---- a county at work --------------------------------------------------------------------------

/** A caller all of whose answers are kept. */
class Kept extends Caller {
    async call(method, path, body, headers, options) {
        const answer = await super.call(method, path, body, headers, options);
        if (!path.endsWith('/reveal') || answer.status !== 200)
            answers.push({ what: `${method} ${path}`,
                text: JSON.stringify([answer.body, [...answer.headers]]) });
        return answer;
    }
}

async function make(i) {
    const made = await who.head.post('/station/residents',
        { div: YANGHUA, name: names[i], id_number: ids[i], phone: phones[i] });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made;
}

async function useRecords(made) {
    const path = `/station/residents/${made.body.id}`;
    for (const caller of [who.worker, who.supervisor, who.helukou, who.admin]) {
        await caller.get(path);
        await caller.get(`${path}/history`);
        await caller.get('/station/residents?limit=50');
        for (const key of [{ name: names[1] }, { pinyin: 'oym' }, { id_number: ids[1] },
            { phone: phones[1] }])
            await caller.post('/station/residents/search', key);
        await caller.post(`${path}/reveal`, { field: 'id_number', reason: 'VERIFY' });
    }
    await who.worker.get(`/elderly/residents/${made.body.id}/card`);
    const own = await who.worker.get(path);
    const key = randomUUID();
    for (let i = 0; i < 2; i++) // the second is the first again
        await who.worker.patch(path, { phone: phones[2] }, own.etag, key);
    await who.worker.patch(path, { id_number: ids[3] }, '"v1.00000000"'); // taken, and too old
}

async function useRequests(made) {
    const request = await who.operator.post('/station/requests', {
        person: made.body.id, channel: 'PHONE', category: 'OTHER', domain: 'K', urgency: 'U3',
        content: '求助', caller_name: names[4], caller_phone: phones[4] });
    assert.equal(request.status, 201, JSON.stringify(request.body));
    const path = `/station/requests/${request.body.id}`;
    await who.head.act(path, 'accept');
    await who.head.act(path, 'assign', { staff: who.worker.account });
    for (const tail of ['', '/history']) await who.head.get(path + tail);
    await who.head.post(`${path}/reveal`, { field: 'caller_phone', reason: 'CONTACT' });
    await who.head.get('/station/requests?limit=50');
    await who.admin.get('/reports/CM-01?period=2026-11');
}

/** Whatever goes wrong with a number in hand. */
async function err(made) {
    const residents = '/station/residents';
    await who.head.post(residents, { div: YANGHUA, name: names[5], id_number: ids[5] }); // taken
    await who.head.post(residents, { name: names[5], id_number: `${ids[6].slice(0, 17)}Q` });
    await who.head.post(residents, { name: names[5], phone: `${phones[6]}000` });
    await who.head.post(residents, { name: phones[7].repeat(9), alias: ids[7].repeat(9) });
    await who.head.post(residents, { stranger: ids[7], alias: [phones[7]] }); // names of members come back
    await who.head.post(`${residents}/search`, { phone: `${phones[8]}9` });
    await who.head.post(`${residents}/search`, { id_number: ids[8], phone: phones[8] });
    await who.head.get(`${residents}?phone.eq=${phones[9]}&id_number=${ids[9]}&sort=${phones[9]}`);
    await who.head.get(`${residents}?cursor=${ids[9]}`);
    await who.head.get(`${residents}/${ids[9]}`);
    await who.head.get(`/station/${phones[9]}`);
    await who.head.post(`${residents}/${made.body.id}/reveal`,
        { field: phones[10], reason: ids[10], note: `电话 ${phones[10]}` });
    await new Kept(server.base, phones[10]).get(residents);
    await new Kept(server.base).post('/sessions', { login: `${phones[11]}@431129`, password: ids[11] });
    await fetch(`${server.base}/api/v1${residents}`, { method: 'POST', body: `{"phone": "${phones[11]}",`,
        headers: { Authorization: `Bearer ${who.head.token}`, 'Content-Type': 'application/json' } })
        .then(async (answer) => answers.push({ what: 'bad JSON', text: await answer.text() }));
}

/** The database itself says no, and logs it: a row that is locked, and a constraint. */
async function databaseErrs(made) {
    const path = `/station/residents/${made.body.id}`;
    const { etag } = await who.head.get(path);
    const patched = await holding(server, `select from station.resident where id = '${made.body.id}' for update`,
        () => who.head.patch(path, { phone: phones[9], alias: '改' }, etag));
    assert.equal(patched.status, 409, JSON.stringify(patched.body)); // the lock was not given in time
}

before(async () => {
    // at debug: what nobody asks to see must hold nothing either
    server = await startServer({ env: { WULIAN_LOG_LEVEL: 'debug' } });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        supervisor: ['agency_supervisor', TUOJIANG, '督导甲'],
        auditor: ['audit_admin', 431129, '审计'],
    }));
    for (const [name, caller] of Object.entries(who))
        who[name] = Object.assign(new Kept(server.base, caller.token), { account: caller.account });
    const made = [];
    for (let i = 0; i < COUNT; i++) made.push(await make(i));
    await useRecords(made[0]);
    await useRequests(made[1]);
    await err(made[2]);
    await databaseErrs(made[3]);
    await who.auditor.get('/audit?limit=200');
});
after(() => server?.stop());

// ---- what is found -----------------------------------------------------------------------------

test('the scanner finds what is planted, in every form', async () => {
    for (const form of [`x${phones[0]}y`, Buffer.from(`id ${ids[0]}.`).toString('hex'),
        ...['', '1', '12'].map((lead) => Buffer.from(`${lead}${ids[0]};`).toString('base64'))])
        assert.equal(found(form, [ids[0], phones[0]]).length, 1, form);
    assert.deepEqual(found('13800000000 431129', NUMBERS), []);
    await server.psql(`create table public.planted as select '\\x${
        Buffer.from(phones[0]).toString('hex')}'::bytea as a, '${ids[0]}' as b`);
    assert.deepEqual(found(dump(), NUMBERS).sort(), [ids[0], phones[0]].sort());
    // the numbers of this one were in the database's files for a moment: they are not looked for there
    await server.psql('drop table public.planted');
});

test('the numbers did come in, and a reveal gives them out', async () => {
    const [{ n }] = await server.rows(`select count(*)::int as n from station.resident
        where id_number_enc is not null and phone_enc is not null`);
    assert.equal(n, COUNT);
    const { body } = await who.head.post('/station/residents/search', { name: names[1] });
    const seen = await who.head.post(`/station/residents/${body.items[0].id}/reveal`,
        { field: 'phone', reason: 'CONTACT' });
    assert.equal(seen.body.value, phones[1]);
});

test('no answer but that of a reveal holds a number', () => {
    assert.ok(answers.length > 70, String(answers.length));
    for (const { what, text } of answers) scan(text, NUMBERS, what);
});

test('a dump of the database holds no number', () => scan(dump(), NUMBERS, 'dump'));

test('the server\'s log holds neither number nor name', () => {
    const lines = server.log.trim().split('\n').filter((line) => line.startsWith('{')).map(JSON.parse);
    const told = lines.filter(({ event }) => event === 'answer').map(({ text }) => text);
    assert.ok(told.length >= answers.length, `${told.length} lines for ${answers.length} answers`);
    for (const text of told) assert.match(text, / request [0-9a-f-]{36}$/);
    scan(server.log, [...NUMBERS, ...names], 'server log');
});

test('the database\'s files and its log hold no number, its log no name', async () => {
    await server.psql('checkpoint');
    const rest = NUMBERS.filter((number) => number !== ids[0] && number !== phones[0]);
    let logs = 0;
    for (const path of filesBelow(server.place.state ?? server.dir)) {
        const isLog = path.endsWith('.log');
        logs += isLog;
        scan(readFileSync(path), isLog ? [...NUMBERS.slice(1), ...names].filter((one) =>
            one !== phones[0] && one !== ids[0]) : rest, path);
    }
    assert.ok(logs > 0, 'where is the log of the database?');
});
