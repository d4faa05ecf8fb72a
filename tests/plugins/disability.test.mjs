// 残疾人服务, a domain that is a description, SQL and messages: all that the platform makes of it, from
// turning it on to the report.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { idNumber } from '../lib/api.mjs';
import {
    JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people,
} from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { PIXEL, importRows, upload } from '../lib/tables.mjs';
import { root } from '../lib/temp.mjs';
import { built } from './sources.mjs';

const FOLDER = join(root, 'tests/plugins/disability');
const CERTIFICATES = '/disability/certificates', PLANS = '/disability/plans',
    LOANS = '/disability/loans';
const DAY = 24 * 3600e3;
const day = (shift = 0) =>
    new Date(Date.now() + 8 * 3600e3 + shift * DAY).toISOString().slice(0, 10);
const MONTH = day().slice(0, 7);
const ID = idNumber('431129', '19620304', 52), CARD = `${ID}43`;

let server, who, suyu, person, other;

before(async () => {
    server = await startServer({ env: {
        WULIAN_PATHS_PLUGINS: built, WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
        WULIAN_PLUGINS_ENABLED: 'disability',
    } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        second: ['social_worker', TUOJIANG, '赵社工'],
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
    const resident = (name) => made(who.worker.post('/station/residents', { name, div: YANGHUA }));
    person = (await resident('盘大山')).id;
    other = (await resident('赵秀英')).id;
});
after(() => server?.stop());

/** The body of an answer that must be a success. */
async function made(answer) {
    const { status, body } = await answer;
    assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(body)}`);
    return body;
}

async function refused(answer, status, code) {
    const { status: is, body } = await answer;
    assert.deepEqual([is, body.errors?.[0].code ?? body.code], [status, code], JSON.stringify(body));
    return body.errors?.[0].pointer;
}

/* ---- the folder -------------------------------------------------------------------------------- */

describe('the folder', () => {
    test('declares, and defines no function but the one that gives the description', () => {
        const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.c'));
        assert.equal(sources.length, 4);
        const objects = sources.map((name) => join(built, '../obj/tests/plugins/disability',
            name.replace(/c$/, 'o')));
        const functions = spawnSync('nm', ['--defined-only', ...objects], { encoding: 'utf8' }).stdout
            .split('\n').filter((line) => / [TtWw] /.test(line) && !/ [Tt] (_sub_|asan\.)/.test(line))
            .map((line) => line.split(' ').at(-1));
        assert.deepEqual(functions, ['wl_plugin_v1']);
    });

    test('needs nothing of anybody', () => {
        const objects = readdirSync(FOLDER).filter((name) => name.endsWith('.c'))
            .map((name) => join(FOLDER, name));
        for (const file of objects) {
            const { stdout, status, stderr } = spawnSync('sh', ['-c',
                'gcc -std=c11 -I"$1" -fPIC -c "$2" -o "$3" && nm -u "$3"', 'sh',
                join(root, 'core/include'), file, join(server.dir, 'x.o')], { encoding: 'utf8' });
            assert.equal(status, 0, stderr);
            const wanted = stdout.split('\n').filter(Boolean).map((line) => line.trim().slice(2));
            assert.deepEqual(wanted.filter((name) =>
                !['certificate', 'rehab_plan', 'device_loan', '_GLOBAL_OFFSET_TABLE_'].includes(name)), []);
        }
        const { stdout } = spawnSync('readelf', ['-d', join(built, 'disability.so')], { encoding: 'utf8' });
        const libraries = [...stdout.matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name);
        assert.deepEqual(libraries.filter((name) => !/^lib(c|asan|ubsan|tsan)\.so/.test(name)), []);
    });
});

/* ---- turned on --------------------------------------------------------------------------------- */

const certificate = (more = {}) => ({
    person, card_no: CARD, kind: '4', grade: '3', issued_on: '2020-05-01', valid_until: '2030-05-01',
    ...more,
});

test('it is nowhere until the county turns it on, and then in that township only', async () => {
    await refused(who.worker.get(CERTIFICATES), 404, 'plugin-not-enabled');
    await made(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/disability`, { enabled: true }));
    assert.deepEqual((await made(who.worker.get(CERTIFICATES))).items, []);
    await refused(who.helukou.get(CERTIFICATES), 404, 'plugin-not-enabled');
    await refused(who.helukou.post(CERTIFICATES, certificate()), 404, 'plugin-not-enabled');
    await refused(suyu.head.get(CERTIFICATES), 404, 'plugin-not-enabled');
    await refused(who.room.delete(`${CERTIFICATES}/${randomUUID()}`, '"v1"'), 403, 'not_permitted');
});

/* ---- certificates ------------------------------------------------------------------------------ */

let card;

test('every fault of a certificate is told at once', async () => {
    const answer = await who.worker.post(CERTIFICATES, certificate({
        person: randomUUID(), card_no: '4311', kind: '9', grade: 3, issued_on: day(2),
        valid_until: 'soon', state: 'valid', colour: 'red',
    }));
    assert.equal(answer.status, 422);
    assert.deepEqual(faultsOf(answer), {
        '/card_no': 'card_length', '/kind': 'not_in_code_table', '/grade': 'not_in_code_table',
        '/issued_on': 'in_future', '/valid_until': 'date_expected', '/state': 'read_only',
        '/colour': 'unknown_field',
    });
    assert.deepEqual(faultsOf(await who.worker.post(CERTIFICATES, certificate({
        card_no: `${ID}４*` }))), { '/card_no': 'card_characters' });
    assert.deepEqual(faultsOf(await who.worker.post(CERTIFICATES, certificate({
        person: randomUUID() }))), { '/person': 'reference_unknown' });
    assert.deepEqual(faultsOf(await who.worker.post(CERTIFICATES, certificate({
        valid_until: '2020-05-01' }))), { '/valid_until': 'after' });
});

test('its number is encrypted, masked, found exactly, and shown for a reason', async () => {
    const scan = await upload(who.worker, PIXEL, '残疾证.png');
    const spaced = CARD.replace(/(.{4})/g, '$1 ');
    card = await made(who.worker.post(CERTIFICATES, certificate({ card_no: spaced, scan })));
    assert.deepEqual([card.card_no, card.state, card.div, card.scan],
        [`431129${'*'.repeat(14)}`, 'valid', YANGHUA, scan]);
    const path = `${CERTIFICATES}/${card.id}`;
    const stored = await server.psql(`select c::text from disability.certificate c
        union all select h::text from disability.certificate_history h`);
    assert.doesNotMatch(stored, new RegExp(CARD));
    const found = await made(who.worker.post(`${CERTIFICATES}/search`, { card_no: CARD }));
    assert.deepEqual(found.items.map(({ id }) => id), [card.id]);
    assert.deepEqual((await made(who.worker.post(`${CERTIFICATES}/search`,
        { card_no: `${ID}44` }))).items, []);
    const shown = await made(who.worker.post(`${path}/reveal`, { field: 'card_no', reason: 'SERVICE' }));
    assert.equal(shown.value, CARD);
    const masked = await made(who.operator.get(path));
    assert.deepEqual(['kind', 'grade', 'scan'].filter((field) => field in masked), []);
    await refused(who.operator.post(`${path}/reveal`, { field: 'card_no', reason: 'SERVICE' }), 403,
        'not_permitted');
    // the number and the person stand once
    assert.equal(await refused(who.worker.post(CERTIFICATES, certificate({ person: other })), 422,
        'not_unique'), '/card_no');
    assert.equal(await refused(who.worker.post(CERTIFICATES,
        certificate({ card_no: `${ID}44` })), 422, 'certificate_once'), '/person');
    const file = await fetch(`${server.base}/api/v1/files/${scan}/content`,
        { headers: { Authorization: `Bearer ${who.worker.token}` } });
    assert.deepEqual([file.status, Buffer.from(await file.arrayBuffer()).equals(PIXEL)], [200, true]);
});

test('it is changed, looked back on, deleted and restored', async () => {
    const path = `${CERTIFICATES}/${card.id}`;
    const { etag } = await who.worker.get(path);
    const changed = await made(who.worker.patch(path, { grade: '2' }, etag));
    await refused(who.worker.patch(path, { grade: '1' }, etag), 412, 'changed_meanwhile');
    const history = await made(who.worker.get(`${path}/history`));
    assert.deepEqual(history.items.map((row) => [row.version, row._changed]), [[2, ['grade']], [1, []]]);
    const before = await made(who.worker.get(`${path}?as_of=${encodeURIComponent(card.updated_at)}`));
    assert.deepEqual([before.grade, changed.grade], ['3', '2']);
    assert.equal((await who.head.delete(path, (await who.head.get(path)).etag)).status, 204);
    await refused(who.worker.get(path), 404, 'not_found');
    const back = await who.head.post(`${path}/restore`, undefined, { ifMatch: '"v3"' });
    assert.equal((await made(back)).state, 'valid');
});

test('a roster is imported by the number: new, changed and the same', async () => {
    const row = (id, sequence, ...more) => [idNumber('431129', '19550820', sequence) + id, ...more];
    const heads = ['card_no', 'person', 'kind', 'grade', 'issued_on'];
    const neighbour = idNumber('431129', '19480305', 1);
    await made(who.head.post('/station/residents',
        { name: '奉大山', div: YANGHUA, id_number: neighbour }));
    const dry = await importRows(who.head, CERTIFICATES,
        [heads, row('41', 7, neighbour, '肢体', '一级', '2021/3/4')], { dry: true });
    assert.deepEqual(dry.counts, { created: 1, updated: 0, unchanged: 0, refused: 0 });
    const done = await importRows(who.head, CERTIFICATES, [heads,
        row('41', 7, neighbour, '肢体', '一级', '2021/3/4'),
        row('99', 8, neighbour, '心情', '一级', '2021/3/4')]);
    assert.deepEqual([done.state, done.counts],
        ['done', { created: 1, updated: 0, unchanged: 0, refused: 1 }]);
    assert.deepEqual(done.faulty, [[3, 'kind', 'not_in_code_table']]);
    const again = await importRows(who.head, CERTIFICATES,
        [['card_no', 'grade'], row('41', 7, '二级')], { mode: 'update' });
    assert.deepEqual(again.counts, { created: 0, updated: 1, unchanged: 0, refused: 0 });
});

test('a table of them goes out, masked', async () => {
    const table = await made(who.head.get(`${CERTIFICATES}/export?format=csv`));
    assert.doesNotMatch(table, new RegExp(`${CARD}|${ID}`));
    assert.match(table, /431129\*{14}/);
    assert.equal(table.trim().split('\n').length, 1 + 2);
    await refused(who.worker.get(`${CERTIFICATES}/export?format=csv`), 403, 'not_permitted');
    const sheet = await fetch(`${server.base}/api/v1${LOANS}/export?format=xlsx`,
        { headers: { Authorization: `Bearer ${who.head.token}` } });
    assert.deepEqual([sheet.status, Buffer.from(await sheet.arrayBuffer()).toString('latin1', 0, 2)],
        [200, 'PK']);
});

/* ---- plans ------------------------------------------------------------------------------------- */

const goal = (more = {}) => ({ area: 'MOVE', goal: '能扶杖走到门口', sessions: 12, ...more });
const plan = (more = {}) => ({
    person, certificate: card.id, begins: day(-1), goals: [goal()], cost_fen: 90000, aid_fen: 60000,
    own_fen: 30000, worker: who.worker.account, ...more,
});

test('a plan\'s list and sums are checked at their places', async () => {
    const answer = await who.worker.post(PLANS, plan({
        goals: [goal(), goal({ area: 'FLY', sessions: 0, by: '2026-02-30' }), 'walk'],
        aid_fen: '60000',
    }));
    assert.deepEqual(faultsOf(answer), {
        '/goals/1/area': 'not_in_code_table', '/goals/1/sessions': 'too_small',
        '/goals/1/by': 'date_expected', '/goals/2': 'object_expected', '/aid_fen': 'money_expected',
    });
    assert.deepEqual(faultsOf(await who.worker.post(PLANS, plan({ own_fen: 1, ends: day(-3) }))),
        { '/cost_fen': 'sum_of', '/ends': 'not_before' });
});

test('a plan lives from draft to end, and each may do what is theirs', async () => {
    const drafted = await made(who.worker.post(PLANS, plan({ goals: [] })));
    assert.match(drafted.no, /^431129-K\d{8}-0001$/);
    const path = `${PLANS}/${drafted.id}`;
    const act = (caller, name, input) => caller.act(path, name, input);
    await refused(act(who.worker, 'agree', { agreed_on: day() }), 409, 'no_goals');
    const { etag } = await who.worker.get(path);
    await made(who.worker.patch(path, { goals: [goal()] }, etag));
    await made(act(who.worker, 'agree', { agreed_on: day() }));
    await refused(act(who.second, 'start'), 403, 'not_yours');
    const started = await made(act(who.worker, 'start'));
    assert.deepEqual([started.state, started._actions], ['under_way', ['pause']]);
    const due = Date.parse(started.review_due_at) - Date.now();
    assert.ok(Math.abs(due - 90 * DAY) < DAY, started.review_due_at);
    // in hospital the clock stands
    await made(act(who.worker, 'pause', { reason: '住院' }));
    await server.psql(`update disability.rehab_plan
        set review_due_at_held = review_due_at_held - interval '3 days' where id = '${drafted.id}'`);
    const resumed = await made(act(who.worker, 'resume'));
    assert.ok(Date.parse(resumed.review_due_at) - Date.parse(started.review_due_at) >= 3 * DAY);
    // overdue: it says so and is listed
    await server.psql(`update disability.rehab_plan set review_due_at = now() - interval '1 minute'
        where id = '${drafted.id}'`);
    const late = await made(who.head.get(`${PLANS}?overdue=review_due_at`));
    assert.deepEqual(late.items.map(({ id, _overdue }) => [id, _overdue]),
        [[drafted.id, ['review_due_at']]]);
    await refused(act(who.worker, 'review', { outcome: 'BETTER' }), 403, 'not_permitted');
    const reviewed = await made(act(who.head, 'review', { outcome: 'BETTER', findings: '能扶杖行走' }));
    assert.deepEqual([reviewed.state, reviewed._overdue], ['reviewed', []]);
    assert.equal((await made(act(who.head, 'end'))).state, 'ended');
    await refused(who.worker.patch(path, { ends: day() }, (await who.worker.get(path)).etag), 409,
        'wrong_state');
    const { items } = await made(who.head.get(`${PLANS}/${drafted.id}/history`));
    assert.equal(items.length, 8);
});

/* ---- loans ------------------------------------------------------------------------------------- */

const loan = (more = {}) => ({
    person, device: 'WHEELCHAIR', device_no: 'LY-007', lent_on: day(-40), return_by: day(-10),
    deposit_fen: 20000, ...more,
});

test('a device is lent once, overdue after its day, and comes back with its deposit', async () => {
    await refused(who.worker.post(LOANS, loan({ return_by: day(-41) })), 422, 'not_before');
    const lent = await made(who.worker.post(LOANS, loan()));
    const path = `${LOANS}/${lent.id}`;
    assert.equal(Date.parse(lent.due_at), Date.parse(`${day(-9)}T00:00:00+08:00`));
    assert.equal(await refused(who.worker.post(LOANS, loan({ person: other })), 422,
        'device_loan_once'), '/device_no');
    const timely = await made(who.worker.post(LOANS,
        loan({ device_no: 'LY-008', return_by: day(30) })));
    const late = await made(who.worker.get(`${LOANS}?overdue=due_at&count=exact`));
    assert.deepEqual([late.items.map(({ id }) => id), late.count ?? 1], [[lent.id], 1]);
    const back = { returned_on: day(), refund_fen: 15000, kept_fen: 4000, condition: '扶手破损' };
    assert.equal(await refused(who.worker.act(path, 'return', back), 422, 'device_loan_deposit'),
        '/refund_fen');
    const done = await made(who.worker.act(path, 'return', { ...back, kept_fen: 5000 }));
    assert.deepEqual([done.state, done._overdue, done._actions], ['returned', [], []]);
    assert.equal((await made(who.worker.act(`${LOANS}/${timely.id}`, 'lose',
        { refund_fen: 0, kept_fen: 20000, condition: '遗失在车站' }))).state, 'lost');
});

test('the same loan written twice is found and merged', async () => {
    const body = { device_no: 'LY-009', device: 'CRUTCH', deposit_fen: 0 };
    const first = await made(who.worker.post(LOANS, loan(body)));
    await made(who.worker.act(`${LOANS}/${first.id}`, 'return',
        { returned_on: day(), refund_fen: 0, kept_fen: 0 }));
    const twin = await made(who.worker.post(LOANS, loan(body)));
    assert.deepEqual(twin._duplicates, [first.id]);
    const { items } = await made(who.head.get(`${LOANS}/duplicates`));
    assert.deepEqual(items.map(({ rows }) => rows.length), [2]);
    await made(who.admin.post(`${LOANS}/${twin.id}/merge`, { into: first.id }, { ifMatch: '"v1"' }));
    await refused(who.head.get(`${LOANS}/${twin.id}`), 404, 'not_found');
});

test('many at once, or only tried', async () => {
    const items = ['LY-101', 'LY-102'].map((device_no) =>
        ({ op: 'create', data: loan({ device_no, return_by: day(5) }) }));
    const dry = await who.worker.call('POST', `${LOANS}/batch`, { items },
        { Prefer: 'tx=rollback', 'Idempotency-Key': randomUUID() });
    assert.deepEqual((await made(dry)).items.map(({ status }) => status), [200, 200]);
    const count = () => server.psql(`select count(*) from disability.device_loan
        where device_no like 'LY-10_'`);
    assert.equal(await count(), '0');
    await made(who.worker.post(`${LOANS}/batch`, { items }));
    assert.equal(await count(), '2');
    const listed = await made(who.worker.get(`${LOANS}?device_no.like=LY-10*&sort=lent_on&fields=no,device_no`));
    assert.deepEqual(listed.items.map(({ device_no }) => device_no).sort(), ['LY-101', 'LY-102']);
});

/* ---- what is read of it ------------------------------------------------------------------------ */

test('the report counts plans and devices, and opens to the rows', async () => {
    const report = await made(who.head.get(`/reports/SM-01?period=${MONTH}`));
    const number = (code) => report.indicators.find((x) => x.code === code);
    assert.deepEqual([number('D01').value, number('D01').share], [1,
        { kind: 'BETTER', value: 1, of: 1 }]);
    assert.equal(number('D01').by_kind[0].label, 'better');
    assert.equal(number('D01P').value, 1);
    const lent = await server.psql(`select count(*) from disability.device_loan
        where deleted_at is null and to_char(lent_on, 'YYYY-MM') = '${MONTH}'`);
    assert.equal(number('D02').value, Number(lent));
    const { items } = await made(who.head.get(number('D01').rows));
    assert.equal(items.length, 1);
    assert.equal((await made(who.head.get(items[0].href))).outcome, 'BETTER');
    const elsewhere = await made(who.helukou.get(`/reports/SM-01?period=${MONTH}`));
    assert.ok(!elsewhere.indicators.some(({ code }) => code === 'D01'));
});

test('the schema document and OpenAPI speak of it to whoever has it', async () => {
    const modules = async (caller) =>
        (await made(caller.get('/schema'))).modules.map(({ name }) => name);
    assert.ok((await modules(who.worker)).includes('disability'));
    assert.ok(!(await modules(who.helukou)).includes('disability'));
    const paths = async (caller) => Object.keys((await made(caller.get('/openapi.json'))).paths)
        .filter((path) => path.includes('/disability/'));
    const mine = await paths(who.head);
    for (const path of ['certificates/{id}/reveal', 'certificates/import', 'plans/{id}/actions/review',
        'certificates/export',
        'loans/batch', 'loans/{id}/duplicates', 'plans/{id}/history'])
        assert.ok(mine.some((known) => known.endsWith(`/disability/${path}`)), path);
    assert.deepEqual(await paths(who.helukou), []);
});

test('every write and every look left its trace, without a number in it', async () => {
    const [{ n, open }] = await server.rows(`select count(*)::int as n,
        count(*) filter (where a::text like '%${CARD}%')::int as open
        from core.audit a where object like 'disability.%'`);
    assert.ok(n > 30, String(n));
    assert.equal(open, 0);
    assert.doesNotMatch(server.log, new RegExp(CARD));
});

test('where it is turned off again the rows stay, for the county to read', async () => {
    const path = `${CERTIFICATES}/${card.id}`;
    await made(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/disability`, { enabled: false }));
    await refused(who.worker.get(path), 404, 'plugin-not-enabled');
    assert.equal(await server.psql(`select count(*) from disability.certificate
        where id = '${card.id}' and deleted_at is null`), '1');
});
