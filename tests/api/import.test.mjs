// Importing tables: dry runs, faults by cell, keys, references, codes by their names, walls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';

import { Caller, idNumber } from '../lib/api.mjs';
import { TUOJIANG, HELUKOU, YANGHUA, openTwoCounties, people, JIANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { csv, importBegin, importRows, jobEnd, upload } from '../lib/tables.mjs';

const RESIDENTS = '/station/residents';

let server, who, suyu;
before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server.stop());

const headings = { 姓名: 'name', 性别: 'sex' };
const count = async (where = 'true') =>
    Number(await server.psql(`select count(*) from station.resident where ${where}`));
const found = async (caller, name) =>
    (await caller.post(`${RESIDENTS}/search`, { name })).body.items;

test('a roster by field names becomes residents with history and one audit row a chunk', async () => {
    const job = await importRows(who.head, RESIDENTS, [
        ['name', 'sex', 'birth', 'id_number', 'phone', 'div'],
        ['盘秀英', '2', '1950-03-04', idNumber('431129', '19500304', 2), '13807465678', YANGHUA],
        ['赵大山', '男', '1948/3/5', idNumber('431129', '19480305', 1), '0746-2328888', YANGHUA],
    ]);
    assert.equal(job.state, 'done', JSON.stringify(job));
    assert.deepEqual(job.faulty, []);
    assert.deepEqual(job.counts, { created: 2, updated: 0, unchanged: 0, refused: 0 });
    assert.deepEqual([job.done, job.total], [2, 2]);
    const [person] = await found(who.head, '赵大山');
    assert.deepEqual([person.sex, person.birth, person.div], ['1', '1948-03-05', YANGHUA]);
    const history = await who.head.get(`${RESIDENTS}/${person.id}/history`);
    assert.equal(history.body.items.length, 1);
    assert.deepEqual(await server.rows(`select actor, action, n from core.audit
        where object = 'station.resident' and action = 'import' and object_id is null`),
        [{ actor: who.head.account, action: 'import', n: 2 }]);
    assert.equal(await server.psql(`select count(*) from core.session
        where kind = 'service' and ended_at is null and name <> 'chores'`), '0');
});

test('a dry run says the same and writes nothing', async () => {
    const before = await count();
    const rows = [
        ['姓名', '性别'],
        ['干跑甲', '男'],
        ['干跑乙', '雄'],
    ];
    const dry = await importRows(who.head, RESIDENTS, rows, { dry: true, columns: headings });
    assert.equal(dry.state, 'done', JSON.stringify(dry));
    assert.equal(dry.params.dry_run, true);
    assert.deepEqual(dry.counts, { created: 1, updated: 0, unchanged: 0, refused: 1 });
    assert.deepEqual(dry.faulty, [[3, 'sex', 'not_in_code_table']]);
    assert.equal(await count(), before);
    assert.equal(await server.psql(`select count(*) from station.resident_history h
        where not exists (select from station.resident r where r.id = h.id)`), '0');
    const wet = await importRows(who.head, RESIDENTS, rows, { columns: headings });
    assert.deepEqual(wet.counts, dry.counts);
    assert.deepEqual(wet.faulty, dry.faulty);
    assert.equal(await count(), before + 1);
});

test('every fault of every row is told by row, field and code', async () => {
    const id = idNumber('431129', '19600101', 7);
    const job = await importRows(who.head, RESIDENTS, [
        ['name', 'sex', 'birth', 'id_number', 'phone', 'div', 'ethnicity'],
        ['', '1', '1960-01-01', '', '', YANGHUA, '瑶族'],
        ['好人', '3', '1960-02-30', id.slice(0, 17) + (id[17] === '0' ? '1' : '0'), '123456789012',
            '431129100999', '13'],
        ['外乡人', '1', '', '', '', `${HELUKOU}001`, ''],
        ['邻县人', '1', '', '', '', '321311001001', ''],
        ['坏号人', '1', '', '4.31129E+17', '1.38E+10', YANGHUA, ''],
        ['好人二', '女', '19600203', id, '13807465679', YANGHUA, '瑶族'],
    ]);
    assert.equal(job.state, 'done');
    assert.deepEqual(job.counts, { created: 1, updated: 0, unchanged: 0, refused: 5 });
    assert.deepEqual(job.faulty.map((fault) => fault.join(' ')).sort(), [
        '2 name required',
        '3 birth sheet_bad_date', '3 id_number id_number_check_digit', '3 phone phone_characters',
        '3 sex not_in_code_table',
        '4 div division_elsewhere', '5 div division_elsewhere',
        '6 id_number sheet_lost_digits', '6 phone sheet_lost_digits',
    ].sort());
    const { body } = await who.head.get(`/jobs/${job.id}/faults?limit=1`);
    assert.equal(body.items.length, 1);
    assert.equal(body.faults, job.faulty.length);
    assert.equal((await who.head.get(`/jobs/${job.id}/faults?limit=1&after=${body.next}`)).body.items[0].n, 2);
    assert.doesNotMatch(JSON.stringify(await server.rows('select * from core.job_fault')), /4\.31129E|好人/);
    const [good] = await found(who.head, '好人二');
    assert.equal(good.birth, '1960-02-03');
});

test('a row that the database refuses stands alone; the others of its chunk are written', async () => {
    const twice = idNumber('431129', '19550505', 5);
    const rows = [['name', 'id_number', 'div']];
    for (let i = 0; i < 40; i++) rows.push([`同批${i}`, i === 11 || i === 30 ? twice : '', YANGHUA]);
    const job = await importRows(who.head, RESIDENTS, rows);
    assert.equal(job.state, 'done');
    assert.deepEqual(job.counts, { created: 39, updated: 0, unchanged: 0, refused: 1 });
    assert.equal(job.faulty.length, 1);
    assert.deepEqual(job.faulty[0].slice(0, 2), [32, 'id_number']);
    assert.equal(await count(`name like '同批%'`), 39);
});

test('rows are found again by their key: created, updated, left as they are', async () => {
    const [a, b, c] = [1, 2, 3].map((n) => idNumber('431129', '19400404', n));
    const head = ['name', 'id_number', 'address', 'div'];
    const first = await importRows(who.head, RESIDENTS, [head,
        ['键甲', a, '一组', YANGHUA], ['键乙', b, '二组', YANGHUA]]);
    assert.equal(first.counts.created, 2);
    const second = await importRows(who.head, RESIDENTS, [head,
        ['键甲', a, '一组', YANGHUA], ['键乙', b, '九组', YANGHUA], ['键丙', c, '三组', YANGHUA]],
        { mode: 'upsert' });
    assert.deepEqual(second.counts, { created: 1, updated: 1, unchanged: 1, refused: 0 },
        JSON.stringify(second));
    const [changed] = await found(who.head, '键乙');
    assert.equal(changed.address, '九组');
    assert.equal(changed.version, 2);
    assert.equal((await who.head.get(`${RESIDENTS}/${changed.id}/history`)).body.items.length, 2);
    const third = await importRows(who.head, RESIDENTS, [head,
        ['键丁', idNumber('431129', '19400404', 4), '', YANGHUA], ['键甲', a, '', YANGHUA],
        ['键甲二', a, '', YANGHUA]], { mode: 'update' });
    assert.deepEqual(third.counts, { created: 0, updated: 0, unchanged: 1, refused: 2 });
    assert.deepEqual(third.faulty, [[2, null, 'import_not_found'], [4, null, 'import_twice']]);
    assert.equal((await found(who.head, '键甲'))[0].address, '一组');
    const byId = await importRows(who.head, RESIDENTS, [['id', 'address'], [changed.id, '十组']],
        { mode: 'update' });
    assert.equal(byId.counts.updated, 1);
});

test('a reference is named by the key of what it refers to', async () => {
    const person = idNumber('431129', '19330303', 3);
    await importRows(who.head, RESIDENTS, [['name', 'id_number', 'div'], ['户主一', person, YANGHUA]]);
    const job = await importRows(who.head, '/station/households', [
        ['head', 'address'],
        [person, '沱江一组'],
        [person.toLowerCase(), '沱江二组'],
        [idNumber('431129', '19330303', 9), '沱江三组'],
        [randomUUID(), '沱江四组'],
    ]);
    assert.deepEqual(job.counts, { created: 2, updated: 0, unchanged: 0, refused: 2 },
        JSON.stringify(job));
    assert.deepEqual(job.faulty, [[4, 'head', 'import_reference'], [5, 'head', 'reference_unknown']]);
    const [row] = await server.rows(`select h.div = r.div as beside from station.household h
        join station.resident r on r.id = h.head where h.address = '沱江一组'`);
    assert.equal(row.beside, true);
});

test('headings that do not fit stop the import before its first row', async () => {
    const before = await count();
    const job = await importRows(who.head, RESIDENTS, [['sex', '乱写', 'sex'], ['1', '2', '3']]);
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'import_headings');
    assert.deepEqual(job.faulty, [[1, null, 'import_heading_unknown'], [1, null, 'import_heading_twice'],
        [1, 'name', 'import_heading_missing']]);
    const noKey = await importRows(who.head, '/station/households', [['address'], ['x']],
        { mode: 'update' });
    assert.deepEqual(noKey.faulty, [[1, null, 'import_key_missing']]);
    for (const [text, code] of [['name\n', 'import_empty'], ['', null]]) {
        if (!code) continue;
        assert.equal((await importRows(who.head, RESIDENTS, Buffer.from(text))).error.code, code);
    }
    assert.equal(await count(), before);
});

test('GB18030 is read; a broken file is refused whole', async () => {
    const gb = Buffer.concat([Buffer.from('name,div\n'),
        Buffer.from('d5d4b1a3b9fa', 'hex'), Buffer.from(`,${YANGHUA}\n`)]); // 赵保国
    const job = await importRows(who.head, RESIDENTS, gb);
    assert.deepEqual(job.counts, { created: 1, updated: 0, unchanged: 0, refused: 0 }, JSON.stringify(job));
    assert.equal((await found(who.head, '赵保国')).length, 1);
    const before = await count();
    const rows = Buffer.from('某某某,431129100010\n'.repeat(700));
    const broken = Buffer.concat([Buffer.from('name,div\n'), rows, Buffer.from([0xff, 0xfe, 0xff, 0x0a])]);
    const refused = await importRows(who.head, RESIDENTS, broken);
    assert.equal(refused.state, 'failed');
    assert.equal(refused.error.code, 'import_file_refused');
    assert.equal(refused.faulty[0][2], 'sheet_encoding');
    assert.equal(await count(), before);
});

test('the same request again is the same job; another body under its key is not', async () => {
    const file = await upload(who.head, csv([['name', 'div'], ['一次人', YANGHUA]]));
    const key = randomUUID();
    const ask = (body) => who.head.post(`${RESIDENTS}/import`, body, { key });
    const first = await ask({ file });
    assert.equal(first.status, 202);
    assert.equal(first.headers.get('location'), `/api/v1/jobs/${first.body.id}`);
    assert.equal((await ask({ file })).body.id, first.body.id);
    assert.equal((await ask({ file, mode: 'upsert' })).status, 422);
    await jobEnd(who.head, first.body.id);
    assert.equal(await count(`name = '一次人'`), 1);
});

test('who may not import cannot; nobody imports the file of another', async () => {
    const file = await upload(who.head, csv([['name'], ['偷看']]));
    assert.equal((await who.operator.post(`${RESIDENTS}/import`, { file })).status, 403);
    assert.equal((await new Caller(server.base).post(`${RESIDENTS}/import`, { file })).status, 401);
    for (const stranger of [who.helukou, suyu.head]) {
        const asked = await stranger.post(`${RESIDENTS}/import`, { file });
        assert.equal(asked.status, 202);
        const job = await jobEnd(stranger, asked.body.id);
        assert.equal(job.error.code, 'import_file_missing');
    }
    const bad = await who.head.post(`${RESIDENTS}/import?dry_run=maybe`,
        { file: 'x', mode: 'replace', columns: { 甲: 'nothing' }, extra: 1 });
    assert.equal(bad.status, 422);
    assert.deepEqual(bad.body.errors.map(({ pointer }) => pointer).sort(),
        ['/columns/甲', '/extra', '/file', '/mode', '?dry_run']);
});

test('another county sees neither job nor faults, and its import stays its own', async () => {
    const job = await importRows(who.head, RESIDENTS, [['name', 'div'], ['', YANGHUA]]);
    for (const path of [`/jobs/${job.id}`, `/jobs/${job.id}/faults`]) {
        assert.equal((await suyu.admin.get(path)).status, 404);
        assert.equal((await who.helukou.get(path)).status, 404);
        assert.equal((await who.admin.get(path)).status, 200);
    }
});

test('a plugin\'s record is imported where it is on, and not where it is off', async () => {
    const person = idNumber('431129', '19350505', 5);
    await importRows(who.head, RESIDENTS, [['name', 'id_number', 'div'], ['老人一', person, YANGHUA]]);
    const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
    const rows = [['person', 'date', 'meal', 'mode'],
        [person, day(3), '午餐', '1'], [person, day(-1), '1', '1']];
    const off = await importBegin(who.helukou, RESIDENTS, [['name'], ['另一人']]);
    await jobEnd(who.helukou, off.id);
    assert.equal((await who.helukou.post('/elderly/meal_orders/import', { file: randomUUID() })).status, 404);
    const codes = await server.rows(`select tab, code, zh from core.code where tab in ('MEAL', 'MEAL_MODE')`);
    rows[1][2] = '午餐';
    rows[1][3] = rows[2][3] = codes.find(({ tab }) => tab === 'MEAL_MODE').code;
    rows[2][2] = codes.find(({ tab }) => tab === 'MEAL').code;
    const job = await importRows(who.head, '/elderly/meal_orders', rows);
    assert.deepEqual(job.counts, { created: 1, updated: 0, unchanged: 0, refused: 1 }, JSON.stringify(job));
    assert.deepEqual(job.faulty, [[3, 'date', 'order_closed']]);
    assert.deepEqual(await server.rows(`select price_fen, subsidy_fen, self_fen, state
        from elderly.meal_order`), [{ price_fen: 1200, subsidy_fen: 0, self_fen: 1200, state: 'planned' }]);
});

test('the file comes back with what is wrong marked in it', async () => {
    const rows = [['name', 'sex', 'div'], ['标记甲', '男', YANGHUA], ['', '女', YANGHUA],
        ['标记丙', '错', YANGHUA]];
    const job = await importRows(who.head, RESIDENTS, rows);
    assert.equal(job.counts.refused, 2);
    const answer = await fetch(server.base + job.links.result,
        { headers: { Authorization: `Bearer ${who.head.token}` } });
    assert.equal(answer.status, 200);
    const lines = (await answer.text()).replace('\ufeff', '').trim().split(/\r?\n/);
    assert.equal(lines.length, 4);
    assert.match(lines[0], /^name,sex,div,Faults$/);
    assert.match(lines[1], /^标记甲,男,\d+,?$/);
    assert.match(lines[2], /required|given/i);
    assert.match(lines[3], /^标记丙,错,\d+,.*SEX/);
    const good = await importRows(who.head, RESIDENTS, [['name', 'div'], ['无错', YANGHUA]]);
    assert.equal(good.links.result, undefined);
});

test('the template can be filled in and sent back, as XLSX and as CSV', async () => {
    const get = (format, caller = who.head) => fetch(
        `${server.base}/api/v1${RESIDENTS}/import/template?format=${format}`,
        { headers: { Authorization: `Bearer ${caller.token}`, 'Accept-Language': 'zh-CN' } });
    const xlsx = await get('xlsx');
    assert.equal(xlsx.status, 200);
    const empty = await importRows(who.head, RESIDENTS, Buffer.from(await xlsx.arrayBuffer()),
        { name: '模板.xlsx' });
    assert.equal(empty.error.code, 'import_empty');
    const head = (await (await get('csv')).text()).replace('\ufeff', '').trim().split(/\r?\n/)[0].split(',');
    assert.ok(head.length > 10);
    const filled = await importRows(who.head, RESIDENTS,
        [head, head.map((_, i) => i === 0 ? YANGHUA : i === 1 ? '模板人' : '')]);
    assert.deepEqual(filled.faulty, []);
    assert.equal(filled.counts.created, 1);
    assert.equal((await get('pdf')).status, 400);
    assert.equal((await get('csv', who.operator)).status, 403);
});
