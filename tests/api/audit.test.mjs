// What each kind of call leaves in the audit, and what never stands there or in a log: personal values.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Caller, idNumber, uuid7 } from '../lib/api.mjs';
import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, addPerson, activate, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

// Values that a leak would show; each is unlike anything else in the system.
const SECRETS = {
    name: '欧阳寒露', id: idNumber('431129', '19510203', 7), phone: '15911112222',
    address: '寒露巷九号', caller: '司徒霜降', callerPhone: '15933334444', content: '霜降前后腰腿疼得厉害',
    items: '寒露膏两贴', note: '霜降药物过敏', result: '寒露当日送到', reason: '寒露改期',
};

let server, who, suyu, auditor, person, request;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    auditor = await activate(server, await addPerson(server,
        { login: `audit@${JIANGHUA}`, name: '盘审计', role: 'audit_admin' }));
});
after(() => server?.stop());

/** The audit rows that one answer's call left. */
async function rowsOf(answer, of = 'action, object, object_id, n, result') {
    return server.rows(`select ${of} from core.audit
        where request = '${answer.headers.get('x-request-id')}' order by action`);
}

const ok = (row) => ({ object_id: null, n: 1, result: 'ok', ...row });

test('a write leaves one row that names the fields', async () => {
    const made = await who.head.post('/station/residents', {
        div: YANGHUA, name: SECRETS.name, id_number: SECRETS.id, phone: SECRETS.phone, address: SECRETS.address,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    person = made.body.id;
    assert.deepEqual(await rowsOf(made, 'action, object, object_id, actor, role, address, div, fields, n, result'),
        [{
            action: 'create', object: 'station.resident', object_id: person, actor: who.head.account,
            role: 'station_head', address: '127.0.0.1', div: Number(YANGHUA), n: 1, result: 'ok',
            fields: ['id_number', 'name', '+2'], // the most secret first, as many as there is room for
        }]);
    const path = `/station/residents/${person}`;
    const changed = await who.worker.patch(path, { alias: '寒婆婆', phone: null }, made.etag);
    assert.deepEqual(await rowsOf(changed, 'action, object_id, role, fields'),
        [{ action: 'update', object_id: person, role: 'social_worker', fields: ['phone', 'alias'] }]);
    const other = await who.head.post('/station/residents', { div: YANGHUA, name: SECRETS.name });
    const gone = await who.head.delete(`/station/residents/${other.body.id}`, other.etag);
    assert.deepEqual(await rowsOf(gone),
        [ok({ action: 'delete', object: 'station.resident', object_id: other.body.id })]);
});

test('each step of a request, and the work linked to it', async () => {
    const made = await who.operator.post('/station/requests', {
        div: YANGHUA, person, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E', urgency: 'U2',
        content: SECRETS.content, caller_name: SECRETS.caller, caller_phone: SECRETS.callerPhone,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    request = made.body.id;
    const path = `/station/requests/${request}`;
    for (const [caller, action, body] of [
        [who.head, 'accept'], [who.head, 'assign', { staff: who.worker.account }], [who.worker, 'start']]) {
        const done = await caller.act(path, action, body);
        assert.deepEqual(await rowsOf(done),
            [ok({ action, object: 'station.request', object_id: request })]);
    }
    const errand = await who.worker.post('/elderly/errands',
        { person, request, kind: 'BUY_DRUG', items: SECRETS.items, drug_note: SECRETS.note });
    assert.deepEqual(await rowsOf(errand), [
        ok({ action: 'create', object: 'elderly.errand', object_id: errand.body.id }),
        ok({ action: 'link', object: 'station.request', object_id: request }),
    ]);
    await who.worker.act(`/elderly/errands/${errand.body.id}`, 'cancel', { reason: SECRETS.reason });
    const finished = await who.worker.act(path, 'finish', { result: SECRETS.result });
    assert.deepEqual(await rowsOf(finished, 'action, fields'), [{ action: 'finish', fields: ['result'] }]);
});

test('looks: at one, at a list, by search, back in history, through a plugin\'s own route', async () => {
    const look = await who.worker.get(`/station/residents/${person}`);
    assert.deepEqual(await rowsOf(look),
        [ok({ action: 'look', object: 'station.resident', object_id: person })]);
    const same = await who.worker.get(`/station/residents/${person}`, { 'If-None-Match': look.etag });
    assert.equal(same.status, 304);
    assert.equal((await rowsOf(same)).length, 1);
    const list = await who.worker.get('/station/residents');
    assert.deepEqual(await rowsOf(list),
        [ok({ action: 'list', object: 'station.resident', n: list.body.items.length })]);
    const history = await who.worker.get(`/station/residents/${person}/history`);
    assert.deepEqual(await rowsOf(history), [ok({
        action: 'history', object: 'station.resident', object_id: person, n: history.body.items.length })]);
    for (const [body, n] of [[{ name: SECRETS.name }, 1], [{ pinyin: 'ouyanghanlu' }, 1],
        [{ id_number: SECRETS.id }, 1], [{ phone: SECRETS.phone }, 0]]) {
        const found = await who.operator.post('/station/residents/search', body);
        assert.deepEqual(await rowsOf(found), [ok({ action: 'search', object: 'station.resident', n })],
            JSON.stringify([body, found.body]));
    }
    const card = await who.worker.get(`/elderly/residents/${person}/card`);
    assert.equal(card.status, 200);
    const rows = await rowsOf(card);
    assert.deepEqual(rows.map((row) => [row.object_id, row.result]), [[person, 'ok']]);
});

test('the rows behind a report\'s number are a list', async () => {
    const period = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
    const rows = await who.head.get(`/reports/SM-01/M04?period=${period}`);
    assert.equal(rows.status, 200, JSON.stringify(rows.body));
    assert.deepEqual((await rowsOf(rows, 'n, result')), [{ n: rows.body.items.length, result: 'ok' }]);
});

test('refusals: by permission, by the record\'s own rule, where a plugin is off', async () => {
    const denied = async (answer, status, result, more = {}) => {
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        const [row, ...others] = await rowsOf(answer, 'result, actor, role, object_id');
        assert.deepEqual(others, []);
        assert.equal(row.result, result);
        for (const [key, value] of Object.entries(more)) assert.equal(row[key], value, key);
    };
    const path = `/station/residents/${person}`;
    await denied(await who.worker.delete(path, '"v1"'), 403, 'not_permitted',
        { actor: who.worker.account, role: 'social_worker', object_id: person });
    await denied(await auditor.get(path), 403, 'not_permitted', { role: 'audit_admin' });
    await denied(await suyu.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true })
        .then(() => suyu.head.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true })),
    403, 'not_permitted', { actor: suyu.head.account });
    await denied(await who.helukou.get('/elderly/errands'), 404, 'plugin-not-enabled',
        { actor: who.helukou.account });
    const made = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询',
    });
    const at = `/station/requests/${made.body.id}`;
    await who.head.act(at, 'accept');
    await who.head.act(at, 'assign', { staff: who.worker.account });
    await denied(await who.head.act(at, 'start'), 403, 'not_permitted', { object_id: made.body.id });
    // in the county of whoever asked, also when it is not theirs
    assert.equal(await server.psql(`select count(*) from core.audit
        where county = ${JIANGHUA} and actor = '${suyu.head.account}'`), '0');
});

test('a session that has ended, a wrong password', async () => {
    const leaver = await activate(server, await addPerson(server,
        { login: `leaver@${JIANGHUA}`, name: '离岗', role: 'social_worker', div: TUOJIANG }));
    for (let i = 0; i < 20; i++) await leaver.get('/me', { Connection: 'close' }); // known to both workers
    await server.psql(`update core.session set ended_at = now() where account = '${leaver.account}'`);
    const late = await leaver.get(`/station/residents/${person}`);
    assert.equal(late.status, 401);
    assert.deepEqual(await rowsOf(late, 'result, actor, object_id'),
        [{ result: 'no_session', actor: leaver.account, object_id: person }]);
    const wrong = await new Caller(server.base).post('/sessions',
        { login: leaver.login, password: 'Wrong-Horse-1' });
    assert.deepEqual(await rowsOf(wrong, 'action, result, actor, object_id'),
        [{ action: 'sign_in_failed', result: 'wrong_secret', actor: null, object_id: leaver.account }]);
});

test('what finds nothing leaves nothing', async () => {
    for (const answer of [
        await suyu.head.get(`/station/residents/${person}`), await who.head.get(`/station/residents/${uuid7()}`),
        await who.worker.post('/station/residents', { name: '' }),
        await who.worker.patch(`/station/residents/${person}`, { alias: 'x' }, '"v1"'),
    ])
        assert.deepEqual(await rowsOf(answer), [], JSON.stringify(answer.body));
});

test('without the audit nothing is shown and nothing is written', async () => {
    const [month] = (await server.psql(`select c.relname from pg_inherits i
        join pg_class c on c.oid = i.inhrelid where i.inhparent = 'core.audit'::regclass
        and c.relname = 'audit_' || to_char(core.today(), 'YYYYMM')`)).split('\n');
    const bound = await server.psql(`select pg_get_expr(relpartbound, oid) from pg_class
        where oid = 'core.${month}'::regclass`);
    const before = await server.psql('select count(*) from station.resident');
    await server.psql(`alter table core.audit detach partition core.${month}`);
    try {
        for (const answer of [
            await who.head.get(`/station/residents/${person}`), await who.head.get('/station/residents'),
            await who.head.post('/station/residents/search', { name: SECRETS.name }),
            await who.worker.post('/station/residents', { div: YANGHUA, name: SECRETS.name }),
            await who.worker.delete(`/station/residents/${person}`, '"v1"'), // a refusal too
            await who.worker.get(`/elderly/residents/${person}/card`),
        ]) {
            assert.equal(answer.status, 503, JSON.stringify(answer.body));
            assert.ok(Number(answer.headers.get('retry-after')) > 0);
        }
        assert.equal(await server.psql('select count(*) from station.resident'), before);
    } finally {
        await server.psql(`alter table core.audit attach partition core.${month} ${bound}`);
    }
    assert.equal((await who.head.get(`/station/residents/${person}`)).status, 200);
});

test('the application can neither change nor remove what stands there', async () => {
    for (const sql of ['update core.audit set n = 0', 'delete from core.audit', 'truncate core.audit',
        'alter table core.audit disable row level security'])
        await assert.rejects(server.psql(sql, 'wulian_app'), /permission denied|must be owner/, sql);
    assert.equal(await server.psql('select count(*) from core.audit', 'wulian_app'), '0');
    await assert.rejects(server.psql('select * from core.audit', 'wulian_gate'), /permission denied/);
});

test('the audit administrator reads it, and is read there', async () => {
    const trail = await auditor.get(`/audit?object_id=${person}&limit=200`);
    assert.equal(trail.status, 200);
    const actions = new Set(trail.body.items.map((item) => item.action));
    for (const action of ['create', 'update', 'look', 'history']) assert.ok(actions.has(action), action);
    assert.deepEqual(await rowsOf(trail, 'action, object, n'),
        [{ action: 'list', object: 'core.audit', n: trail.body.items.length }]);
    for (const caller of [who.admin, who.head, who.operator, suyu.admin])
        assert.equal((await caller.get('/audit')).status, 403);
});

test('it is read in words: what anything may have done to it, and the steps of a record\'s own life', async () => {
    const inChinese = new Caller(auditor.base, auditor.token, { lang: 'zh-CN' });
    const { items } = (await inChinese.get('/audit?limit=200')).body;
    const said = (action, object) => {
        const row = items.find((item) => item.action === action && item.object === object);
        return row && [row.action_label, row.object_label];
    };
    assert.deepEqual(said('create', 'station.resident'), ['登记', '居民']);
    assert.deepEqual(said('accept', 'station.request'), ['受理', '服务诉求']);
    assert.deepEqual(said('list', 'core.audit'), ['列表', '审计日志']);
    for (const { action_label, object_label, action } of items)
        assert.ok(action_label && object_label && !/^[a-z_]+$/.test(action_label), action);
});

test('a row takes 256 bytes at most: nearly all that a county keeps for years is audit', async () => {
    const large = await server.rows(`select action, object, role, fields, pg_column_size(a) as size
        from core.audit a where pg_column_size(a) > 256`);
    assert.deepEqual(large, []);
    const [{ fields }] = await server.rows(`select fields from core.audit where action = 'create'
        and object = 'station.request' and actor = '${who.operator.account}' limit 1`);
    assert.match(fields.at(-1), /^\+[1-9]$/, 'what found no room is counted');
});

test('no personal value in the audit, in the keys of repeats, or in any log', async () => {
    const tables = await server.psql('select * from core.audit; select * from core.idem');
    const dir = join(server.place.state, 'data', 'log');
    const database = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('');
    for (const [where, text] of Object.entries({ tables, database, server: server.log })) {
        for (const secret of [...Object.values(SECRETS), '寒婆婆', 'ouyang', who.head.token.slice(-43)])
            assert.ok(!text.includes(secret), `${secret} stands in ${where}`);
    }
    assert.ok(tables.includes(person), 'the scan reads what it should');
    // class 3 stands encrypted in the rows themselves
    const rows = await server.psql('select * from station.resident; select * from station.resident_history;'
        + ' select * from station.request');
    for (const secret of [SECRETS.id, SECRETS.phone, SECRETS.callerPhone])
        assert.ok(!rows.includes(secret), secret);
    assert.equal((await who.helukou.get(`/station/residents/${person}`)).status, 404, HELUKOU);
});
