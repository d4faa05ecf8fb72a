// 保密诉求: somebody tells of violence at home and must not be found out. What they said and who they
// are stands with named readers; the request that lists, exports and messages show says nothing of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

let server, who, suyu, stations, secret, request;

const SECRETS = ['李隐名', '13907461122', '139****1122', '丈夫打人', '躲在亲戚家'];
const CONTENT = '保密诉求，内容仅限指定人员查看';

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', 431129, '社工股'],
        second: ['social_worker', TUOJIANG, '赵社工'],
        auditor: ['auditor_biz', 431129, '审计员'],
        callback: ['hotline_operator', 431129, '蒋回访'],
    }));
});
after(() => server?.stop());

async function got(caller, path) {
    const answer = await caller.get(path);
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

async function done(caller, path, action, input) {
    const answer = await caller.act(path, action, input);
    assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

function silent(text, where) {
    for (const word of SECRETS) assert.ok(!text.includes(word), `${word} in ${where}: ${text}`);
}

test('one entry makes the secret file and the request that says nothing [K23 K32]', async () => {
    const made = await who.operator.post('/station/request_secrets', { div: YANGHUA,
        channel: 'HOTLINE', category: 'OTHER', domain: 'C', urgency: 'U1', caller_name: '李隐名',
        caller_phone: '13907461122', content: '丈夫打人，带孩子躲在亲戚家' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    secret = `/station/request_secrets/${made.body.id}`;
    const { items } = await got(who.operator, `/station/requests?secret_ref.eq=${made.body.id}`);
    assert.equal(items.length, 1);
    request = `/station/requests/${items[0].id}`;
    const seen = await got(who.operator, request);
    assert.deepEqual([seen.secret, seen.content, seen.person, seen.caller_name, seen.caller_phone,
        seen.urgency, seen.state], [true, CONTENT, null, null, null, 'U1', 'new']);
    assert.match(seen.no, /^431129-R\d{8}-\d{4}$/);
    // whoever took it and the head of the station read the file
    for (const reader of [who.operator, who.head])
        assert.match((await got(reader, secret)).content, /丈夫打人/);
});

test('nothing of it is in lists, exports, messages, reports or what others see [K23]', async () => {
    const others = { second: who.second, worker: who.worker, section: who.section, admin: who.admin,
        callback: who.callback, auditor: who.auditor, helukou: who.helukou, abroad: suyu.head };
    for (const [name, caller] of Object.entries(others)) {
        for (const path of [secret, `${secret}/history`, '/station/request_secrets', request,
            `${request}/history`, '/station/requests', '/notices', '/agenda?whose=station', '/station/calls']) {
            const answer = await caller.get(path);
            silent(JSON.stringify(answer.body), `${path} as ${name}`);
            if (path === secret) assert.ok([403, 404].includes(answer.status), name);
        }
    }
    const found = await who.callback.post('/station/calls/caller', { phone: '13907461122' });
    assert.deepEqual([found.body.persons, found.body.requests, found.body.calls], [[], [], []]);
    const file = await who.callback.get('/station/requests/export?format=csv');
    assert.equal(file.status, 200);
    assert.match(String(file.body), /-R\d{8}-\d{4}/);
    silent(String(file.body), 'export');
    assert.equal((await who.operator.get('/station/request_secrets/export?format=csv')).status, 404);
    const inbox = await server.psql('select string_agg(n::text, chr(10)) from core.notice n');
    silent(inbox, 'notices');
    const audit = await server.psql('select string_agg(a::text, chr(10)) from core.audit a');
    silent(audit, 'audit');
});

test('nobody writes it into the request, and a linked resident stays out [K32]', async () => {
    const now = await who.operator.get(request);
    for (const body of [{ content: '丈夫打人' }, { caller_name: '李隐名' }, { caller_phone: '13907461122' }]) {
        const answer = await who.operator.patch(request, body, now.etag);
        assert.equal(answer.status, 422, JSON.stringify(body));
        assert.deepEqual(faultsOf(answer), { '/content': 'request_secret' });
    }
    const plain = await who.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'OTHER', domain: 'C', urgency: 'U3', content: '试', secret: true });
    assert.equal(faultsOf(plain)['/secret'], 'read_only', JSON.stringify(plain.body));
    const resident = await who.operator.post('/station/residents', { div: YANGHUA, name: '李隐名',
        registered_from: (await got(who.operator, request)).id });
    assert.equal(resident.status, 201);
    assert.equal((await got(who.operator, request)).person, null);
});

test('it is worked on as any other; the head names who else may read [K32]', async () => {
    await done(who.head, request, 'accept');
    await done(who.head, request, 'assign', { staff: who.worker.account });
    await done(who.worker, request, 'start');
    assert.equal((await who.worker.get(secret)).status, 404);
    const now = await who.head.get(secret);
    const { readers } = await got(who.head, `${secret}/readers`);
    const named = await who.head.call('PUT', `${secret}/readers`,
        { readers: [...readers, who.worker.account] }, { 'If-Match': now.etag });
    assert.equal(named.status, 200, JSON.stringify(named.body));
    assert.match((await got(who.worker, secret)).content, /躲在亲戚家/);

    // passed on to another station it stays secret there
    await done(who.worker, request, 'transfer', { reason: '人已到河路口', transfer_kind: 'STATION',
        transfer_org: stations[HELUKOU] });
    await done(who.section, request, 'consent');
    const { items } = await got(who.helukou, '/station/requests');
    assert.equal(items.length, 1);
    assert.deepEqual([items[0].secret, items[0].content, items[0].channel], [true, CONTENT, 'REFERRAL']);
    assert.equal((await who.helukou.get(secret)).status, 404);
    silent(JSON.stringify(items), 'the other station');
});
