// Exports: what leaves is what the asker may see, masked unless a second person said yes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { idNumber } from '../lib/api.mjs';
import { JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people, setParam } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importRows, jobEnd } from '../lib/tables.mjs';

const RESIDENTS = '/station/residents';
const ID = idNumber('431129', '19500304', 2), PHONE = '13807465678';

let server, who, suyu;
before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '科员'],
        township: ['township_officer', TUOJIANG, '镇干部'],
    }));
    const job = await importRows(who.head, RESIDENTS, [
        ['name', 'sex', 'birth', 'id_number', 'phone', 'address', 'div'],
        ['盘秀英', '2', '1950-03-04', ID, PHONE, '=HYPERLINK("http://x")', YANGHUA],
        ['赵大山', '1', '1948-03-05', '', '', '一组', YANGHUA],
    ]);
    assert.equal(job.counts.created, 2);
    await importRows(who.helukou, RESIDENTS, [['name'], ['河路人']]);
});
after(() => server.stop());

/** CSV text as rows of cells. */
function cells(text) {
    assert.equal(text.charCodeAt(0), 0xfeff, 'a byte order mark for Excel');
    return text.slice(1).trim().split(/\r?\n/).map((line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)]
        .map(([, cell]) => cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

async function fetched(caller, path) {
    const answer = await fetch(`${server.base}/api/v1${path}`,
        { headers: { Authorization: `Bearer ${caller.token}`, 'Accept-Language': 'zh-CN' } });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

async function exported(caller, body, path = RESIDENTS) {
    const asked = await caller.post(`${path}/export`, body);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    return asked.body;
}

test('a short list is downloaded at once, masked, with an audit row of filter and count', async () => {
    const answer = await fetched(who.head, `${RESIDENTS}/export?format=csv`);
    assert.equal(answer.status, 200, answer.bytes.toString());
    const text = answer.bytes.toString();
    const [head, ...rows] = cells(text);
    assert.ok(head.length > 5);
    assert.equal(rows.length, 2);
    for (const secret of [ID, PHONE, '盘秀英', '1950-03-04', '河路人']) assert.ok(!text.includes(secret), secret);
    assert.ok(text.includes('盘*'));
    const [audit] = await server.rows(`select actor, n, fields from core.audit
        where action = 'export' and request = '${answer.headers.get('x-request-id')}'`);
    assert.equal(audit.actor, who.head.account);
    assert.equal(audit.n, 2);
    const few = await fetched(who.head, `${RESIDENTS}/export?format=csv&fields=sex&div=x`);
    assert.equal(few.status, 400);
    const visits = await fetched(who.head, '/station/visits/export?format=xlsx');
    assert.equal(visits.status, 200);
    assert.equal(visits.bytes.subarray(0, 2).toString(), 'PK');
});

test('above the bound the job is the way', async () => {
    await setParam(server, JIANGHUA, 'export.rows', 1);
    const answer = await who.head.get(`${RESIDENTS}/export?format=csv`);
    assert.equal(answer.status, 422);
    assert.equal(answer.body.code, 'export_rows');
    await server.psql(`delete from station.policy_value where key = 'export.rows'`);
});

test('an export job is masked, its file is the asker\'s alone and counted', async () => {
    const job = await jobEnd(who.head, (await exported(who.head, { format: 'csv' })).id);
    assert.equal(job.state, 'done', JSON.stringify(job));
    assert.deepEqual(job.counts, { exported: 2 });
    const text = (await fetched(who.head, `/jobs/${job.id}/result`)).bytes.toString();
    assert.equal(cells(text).length, 3);
    for (const secret of [ID, PHONE, '盘秀英', '河路人']) assert.ok(!text.includes(secret), secret);
    assert.equal((await who.head.get(`/jobs/${job.id}`)).body.downloads, 1);
    for (const other of [who.admin, who.helukou, suyu.admin]) {
        assert.equal((await fetched(other, `/jobs/${job.id}/result`)).status, 404);
    }
    const file = (await server.rows(`select result from core.job where id = '${job.id}'`))[0].result;
    for (const other of [who.admin, suyu.admin]) {
        assert.equal((await fetched(other, `/files/${file}/content`)).status, 404);
    }
    const [audit] = await server.rows(`select n, fields from core.audit
        where action = 'export' and object_id = '${job.id}' and n <> 1`);
    assert.equal(audit.n, 2);
});

test('chosen rows, of a place, and what is overdue', async () => {
    const rows = (await who.head.get(RESIDENTS)).body.items;
    const exportsOf = async (body, path) => {
        const job = await jobEnd(who.head, (await exported(who.head, { format: 'csv', ...body }, path)).id);
        return cells((await fetched(who.head, `/jobs/${job.id}/result`)).bytes.toString()).length - 1;
    };
    assert.equal(await exportsOf({ filter: { 'id.in': rows[0].id } }), 1);
    assert.equal(await exportsOf({ filter: { 'township.eq': '431129106' } }), 0);
    const asked = { div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3', content: '事' };
    const late = (await who.worker.post('/station/requests', asked)).body.id;
    await who.worker.post('/station/requests', asked);
    await server.psql(`update station.request set due_accept_at = now() - interval '1 day' where id = '${late}'`);
    assert.equal(await exportsOf({ overdue: 'any' }, '/station/requests'), 1);
    assert.equal(await exportsOf({}, '/station/requests'), 2);
    for (const [path, overdue] of [['/station/requests', 'never'], [RESIDENTS, 'any']]) {
        const refused = await who.head.post(`${path}/export`, { format: 'csv', overdue });
        assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, '/overdue']);
    }
});

test('unmasked needs a yes from somebody else who may say it and reaches as far', async () => {
    const asked = await exported(who.head, { format: 'csv', plain: true,
        fields: ['name', 'id_number', 'phone', 'address'], filter: { 'created_at.gt': '2020-01-01T00:00:00Z' } });
    assert.equal(asked.state, 'waiting');
    const path = `/jobs/${asked.id}/approve`;
    assert.equal((await who.head.post(path)).status, 403);
    assert.equal((await who.head.post(path)).body.code, 'own_change');
    assert.equal((await who.worker.post(path)).status, 404);
    assert.equal((await who.township.post(path)).status, 404);
    assert.equal((await suyu.admin.post(path)).status, 404);
    assert.equal((await who.head.get(`/jobs/${asked.id}`)).body.state, 'waiting');
    const seen = await who.section.get(`/jobs/${asked.id}`);
    assert.deepEqual(seen.body._actions, ['cancel', 'approve']);
    const yes = await who.section.post(path);
    assert.equal(yes.status, 200);
    assert.equal(yes.body.approved_by, who.section.account);
    assert.equal((await who.section.post(path)).status, 409);
    const job = await jobEnd(who.head, asked.id);
    assert.equal(job.state, 'done', JSON.stringify(job));
    const rows = cells((await fetched(who.head, `/jobs/${job.id}/result`)).bytes.toString());
    assert.equal(rows.length, 3);
    const [, , name, id, phone, address] = rows.find((row) => row[2] === '盘秀英');
    assert.deepEqual([name, id, phone].map((cell) => cell.replace(/^'/, '')), ['盘秀英', ID, PHONE]);
    assert.doesNotMatch(address, /^[=+@-]/);
    assert.equal((await fetched(who.section, `/jobs/${job.id}/result`)).status, 404);
    const [audit] = await server.rows(`select fields from core.audit
        where action = 'export' and object_id = '${job.id}' and fields is not null`);
    assert.ok(audit.fields.includes('?created_at.gt'));
});

test('who reads masked asks for masked only, and nobody filters by what is withheld', async () => {
    const masked = await people(server, JIANGHUA, { reader: ['agency_supervisor', TUOJIANG, '督导'] });
    assert.equal((await masked.reader.post(`${RESIDENTS}/export`, { format: 'csv' })).status, 403);
    const operator = await who.operator.post('/station/requests/export', { format: 'csv', plain: true });
    assert.equal(operator.status, 202);
    const bad = await who.head.post(`${RESIDENTS}/export`,
        { format: 'pdf', fields: ['nothing'], filter: { 'name.eq': '盘秀英' }, more: 1 });
    assert.equal(bad.status, 422);
    assert.deepEqual(bad.body.errors.map(({ pointer }) => pointer).sort(),
        ['/fields/0', '/format', '/more', '?name.eq']);
});
