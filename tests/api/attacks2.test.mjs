// Ways round the rights that records' newer doors might leave open: batches, dry runs, duplicates,
// tokens that are narrower than their post, tables that outlive the right to ask for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller, idNumber } from '../lib/api.mjs';
import {
    JIANGHUA, TUOJIANG, YANGHUA, faultAt, openTwoCounties, people,
} from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { csv, importRows, jobEnd, upload } from '../lib/tables.mjs';

const RESIDENTS = '/station/residents';
const DRY = { Prefer: 'tx=rollback' };
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
let server, who, suyu;
let serial = 500;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        room: ['room_worker', YANGHUA, '室员'], section: ['county_section', JIANGHUA, '科员'],
        sec: ['sec_admin', JIANGHUA, '安全员'],
    }));
});
after(() => server?.stop());

async function must(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer;
}
const freshId = () => idNumber('431129', '19390809', serial++);
const person = async (more = {}, caller = who.head) => (await must(caller.post(RESIDENTS,
    { div: YANGHUA, name: '周试', sex: '1', birth: '1939-08-09', ...more }))).body;
const traces = async (caller, result) => Number(await server.psql(`select count(*) from core.audit
    where actor = '${caller.account}' and result = '${result}'`));
const narrowed = async (caller, permissions) => {
    const { body } = await must(caller.post('/tokens', { name: '窄', permissions, days: 1 }));
    return Object.assign(new Caller(server.base, body.token), { account: caller.account });
};

test('a number that somebody in another township has is refused without a word of whom', async () => {
    const id_number = freshId();
    const there = await person({ id_number, div: undefined, name: '远方人' }, who.helukou);
    for (const headers of [{}, DRY]) {
        const before = await traces(who.room, 'not_unique');
        const { status, body } = await who.room.call('POST', RESIDENTS, { name: '甲', id_number }, headers);
        assert.equal(status, 422);
        assert.match(faultAt({ body }, '/id_number'), /not_unique|resident_id_number/);
        for (const secret of [there.id, '远方人', '431129106', id_number])
            assert.ok(!JSON.stringify(body).includes(secret), secret);
        assert.equal(await traces(who.room, 'not_unique'), before + 1, 'tried numbers leave a trace');
    }
    assert.equal((await suyu.head.post(RESIDENTS, { name: '乙', id_number })).status, 201,
        'another county has registers of its own');
});

test('numbers tried in bulk leave a trace too, whichever way', async () => {
    const taken = freshId();
    await person({ id_number: taken, div: undefined }, who.helukou);
    for (const atomic of ['each', 'all'])
        for (const headers of [{}, DRY]) {
            const before = await traces(who.room, 'not_unique');
            await who.room.call('POST', `${RESIDENTS}/batch`, { atomic, items: [
                { op: 'create', data: { name: '试' } },
                { op: 'create', data: { name: '试', id_number: taken } }] }, headers);
            assert.equal(await traces(who.room, 'not_unique'), before + 1, `${atomic} ${headers.Prefer}`);
        }
});

test('an item refused for lack of rights is in the audit, whatever the batch answers', async () => {
    const row = await person();
    for (const atomic of ['each', 'all']) {
        const before = await traces(who.room, 'not_permitted');
        const answer = await who.room.post(`${RESIDENTS}/batch`, { atomic, items: [
            { op: 'delete', id: row.id, version: 1 }] });
        assert.match(JSON.stringify(answer.body), /not_permitted/);
        assert.equal(await traces(who.room, 'not_permitted'), before + 1, atomic);
    }
    assert.equal((await who.head.get(`${RESIDENTS}/${row.id}`)).status, 200);
});

test('who sees masks does not learn by trying who was born when', async () => {
    const secret = await person({ name: '蒋秘密', birth: '1941-05-06', sex: '2' });
    const guess = { div: YANGHUA, name: '蒋秘密', birth: '1941-05-06', sex: '2' };
    const tried = await who.operator.call('POST', RESIDENTS, guess, DRY);
    assert.equal(tried.status, 200, JSON.stringify(tried.body));
    assert.equal(tried.body._duplicates, undefined);
    const made = await must(who.operator.post(RESIDENTS, guess));
    assert.equal(made.body._duplicates, undefined);
    for (const path of [`/${made.body.id}/duplicates`, '/duplicates'])
        assert.equal((await who.operator.get(RESIDENTS + path)).status, 403, path);
    const told = await must(who.head.get(`${RESIDENTS}/${secret.id}/duplicates`), 200);
    assert.deepEqual(told.body.items.map(({ id }) => id), [made.body.id]);
});

test('a narrow token is narrow for the second right of a route as well', async () => {
    const row = await person();
    await must(who.worker.post('/elderly/profiles',
        { person: row.id, categories: ['ALONE'], tier: 'H', consent_visit: true }));
    const path = `/elderly/residents/${row.id}/card`;
    const permissions = ['elder.read', 'resident.read'];
    await must((await narrowed(who.worker, permissions)).get(path), 200);
    for (const one of permissions)
        assert.equal((await (await narrowed(who.worker, [one])).get(path)).status, 403, one);
    const reader = await narrowed(who.head, ['report.read']);
    assert.equal((await reader.get(`/reports/SM-01?period=${PERIOD}`)).status, 200);
    assert.equal((await reader.get(`/reports/SM-01/M04?period=${PERIOD}`)).status, 403);
});

test('an import takes only one\'s own file, and overwrites nothing out of reach', async () => {
    const file = await upload(who.helukou, csv([['name'], ['偷']]));
    const asked = await must(who.head.post(`${RESIDENTS}/import`, { file }), 202);
    const job = await jobEnd(who.head, asked.body.id);
    assert.deepEqual([job.state, job.error?.code], ['failed', 'import_file_missing']);
    const there = await person({ div: undefined, name: '远方乙' }, who.helukou);
    const abroad = (await must(suyu.head.post(RESIDENTS, { name: '邻县' }))).body;
    for (const mode of ['create', 'update', 'upsert']) {
        const tried = await importRows(who.head, RESIDENTS, [['id', 'name', 'div'],
            [there.id, '改名', YANGHUA]], { mode });
        assert.deepEqual(tried.counts, { created: 0, updated: 0, unchanged: 0, refused: 1 }, mode);
    }
    assert.equal((await who.helukou.get(`${RESIDENTS}/${there.id}`)).body.name, '远方乙');
    await importRows(who.head, RESIDENTS, [['id', 'name'], [abroad.id, '改名']], { mode: 'upsert' });
    assert.equal((await suyu.head.get(`${RESIDENTS}/${abroad.id}`)).body.name, '邻县');
});

test('a table is for whoever may still ask for it', async () => {
    await person();
    const asked = await must(who.head.post(`${RESIDENTS}/export`, { format: 'csv' }), 202);
    const job = await jobEnd(who.head, asked.body.id);
    assert.equal(job.state, 'done', JSON.stringify(job));
    const [{ result }] = await server.rows(`select result from core.job where id = '${job.id}'`);
    const ways = [`/jobs/${job.id}/result`, `/files/${result}/content`];
    for (const way of ways) await must(who.head.get(way), 200);
    const narrow = await narrowed(who.head, ['request.read']);
    for (const way of ways) {
        assert.equal((await narrow.get(way)).status, 404, way);
        assert.equal((await who.section.get(way)).status, 404, way);
    }
    await server.psql(`update core.role_permission set permission = 'resident.was_export'
        where role = 'station_head' and permission = 'resident.export'`);
    try {
        for (const way of ways) assert.equal((await who.head.get(way)).status, 403, 'the second wall');
    } finally {
        await server.psql(`update core.role_permission set permission = 'resident.export'
            where role = 'station_head' and permission = 'resident.was_export'`);
    }
});

test('a job ends when whoever asked loses the post, and its rows are not written', async () => {
    const { late } = await people(server, JIANGHUA, { late: ['station_head', TUOJIANG, '离任'] });
    const asked = await must(late.post(`${RESIDENTS}/export`, { format: 'csv', plain: true }), 202);
    await must(who.sec.act(`/admin/accounts/${late.account}`, 'disable'), 200);
    await must(who.section.post(`/jobs/${asked.body.id}/approve`), 200);
    const job = await jobEnd(who.admin, asked.body.id);
    assert.equal(job.state, 'failed', JSON.stringify(job));
});

test('the schema of one is not vouched for by the tag of another\'s', async () => {
    const [mine, theirs] = [await who.head.get('/schema'), await who.sec.get('/schema')];
    assert.notEqual(mine.etag, theirs.etag);
    assert.equal((await who.sec.get('/schema', { 'If-None-Match': mine.etag })).status, 200);
    assert.equal((await who.sec.get('/schema', { 'If-None-Match': theirs.etag })).status, 304);
});

test('a page of a search goes on for nobody else, nor when it is forged', async () => {
    await importRows(who.head, RESIDENTS,
        [['name'], ...Array.from({ length: 22 }, (_, i) => [`翻页${String(i).padStart(2, '0')}`])]);
    const first = await must(who.head.post(`${RESIDENTS}/search`, { name: '翻页' }), 200);
    const { next } = first.body;
    assert.equal((await must(who.head.post(`${RESIDENTS}/search`, { name: '翻页', cursor: next }), 200))
        .body.items.length, 2);
    for (const caller of [who.helukou, who.admin, suyu.head])
        assert.equal(faultAt(await caller.post(`${RESIDENTS}/search`, { name: '翻页', cursor: next }),
            '/cursor'), 'bad_cursor');
    for (const cursor of [next.slice(2), `A${next.slice(1)}`, `${next}AAAA`, '', 7])
        assert.equal((await who.head.post(`${RESIDENTS}/search`, { name: '翻页', cursor })).status, 422);
    const other = await who.head.post(`${RESIDENTS}/search`, { name: '翻', cursor: next });
    assert.equal(faultAt(other, '/cursor'), 'bad_cursor');
});
