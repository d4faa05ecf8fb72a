// Notices: who is told of a step, by description, in the inbox of their post and of no other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { randomUUID } from 'node:crypto';
import { HELUKOU, JIANGHUA, SHUNHE, TUOJIANG, YANGHUA, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        second: ['station_head', TUOJIANG, '副站长'], other: ['social_worker', TUOJIANG, '赵社工'],
        village: ['room_worker', YANGHUA, '村社工'],
    }));
});
after(() => server?.stop());

async function request(caller = who.operator, more = {}) {
    const made = await caller.post('/station/requests', {
        div: YANGHUA, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E', urgency: 'U2',
        content: '王奶奶的降压药吃完了', caller_name: '王小明', caller_phone: '13807465678', ...more,
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}

const inbox = async (caller, query = '') => (await caller.get(`/notices${query}`)).body.items;
const about = async (caller, id) => (await inbox(caller, '?limit=200'))
    .filter((notice) => notice.record_id === id);
const keys = async (caller, id) => (await about(caller, id)).map(({ key }) => key).sort();

test('a new request is told to the heads of its station, in their language, and to nobody else', async () => {
    const made = await request();
    const [notice, ...more] = await about(who.head, made.id);
    assert.deepEqual(more, []);
    assert.equal(notice.key, 'request.new');
    assert.equal(notice.record, 'station.request');
    assert.equal(notice.div, YANGHUA);
    assert.equal(notice.read_at, null);
    assert.equal(notice.href, `/api/v1/station/requests/${made.id}`);
    assert.equal((await who.head.get(notice.href)).status, 200);
    const due = new Date(Date.parse(made.due_accept_at) + 8 * 3600e3).toISOString()
        .slice(0, 16).replace('T', ' ');
    const codes = await server.rows('select tab, code, zh, en from core.code');
    const label = (tab, code) => codes.find((item) => item.tab === tab && item.code === code);
    assert.equal(notice.text, `New request ${made.no}: ${label('REQ_CAT', 'BUY_DRUG').en}, ` +
        `${label('URGENCY', 'U2').en}, to be accepted by ${due}`);
    const zh = (await who.head.get('/notices', { 'Accept-Language': 'zh-CN' })).body.items
        .find((item) => item.id === notice.id).text;
    assert.equal(zh, `新诉求${made.no}：${label('REQ_CAT', 'BUY_DRUG').zh}，` +
        `${label('URGENCY', 'U2').zh}，请于${due}前受理`);
    assert.equal((await about(who.second, made.id)).length, 1);
    for (const caller of [who.operator, who.worker, who.village, who.helukou, who.admin, suyu.head,
        suyu.admin])
        assert.deepEqual(await about(caller, made.id), [], caller.login);
});

test('nothing of class 2 or above stands in the ledger', async () => {
    await request();
    const kept = await server.psql('select * from core.notice');
    for (const secret of ['王奶奶', '王小明', '13807465678']) assert.ok(!kept.includes(secret), secret);
});

test('whoever is handed the work is told, not who hands it on', async () => {
    const made = await request();
    const path = `/station/requests/${made.id}`;
    await who.head.act(path, 'accept');
    assert.equal((await who.head.act(path, 'assign', { staff: who.worker.account })).status, 200);
    assert.deepEqual(await keys(who.worker, made.id), ['request.assigned']);
    assert.deepEqual(await keys(who.other, made.id), []);
    assert.equal((await who.worker.act(path, 'return', { reason: '在外地' })).status, 200);
    const [told] = (await about(who.head, made.id)).filter(({ key }) => key === 'request.returned');
    assert.match(told.text, /^盘社工 returned request /);
    // to oneself: nobody need be told
    assert.equal((await who.head.act(path, 'assign', { staff: who.head.account })).status, 200);
    assert.deepEqual(await keys(who.head, made.id), ['request.new', 'request.returned']);
});

test('a repeat, a dry run and a refusal tell nothing', async () => {
    const key = randomUUID(), body = { div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K',
        urgency: 'U3', content: '问' };
    const [one, two] = [await who.operator.post('/station/requests', body, { key }),
        await who.operator.post('/station/requests', body, { key })];
    assert.equal(one.body.id, two.body.id);
    assert.equal((await about(who.head, one.body.id)).length, 1);
    const before = (await inbox(who.head, '?limit=200')).length;
    const dry = await who.operator.call('POST', '/station/requests', body,
        { Prefer: 'tx=rollback', 'Idempotency-Key': randomUUID() });
    assert.ok(dry.status < 300, JSON.stringify(dry.body));
    await who.worker.act(`/station/requests/${one.body.id}`, 'assign', { staff: who.worker.account });
    assert.equal((await inbox(who.head, '?limit=200')).length, before);
    assert.deepEqual(await about(who.worker, one.body.id), []);
});

test('a batch tells of each of its writes', async () => {
    const item = { op: 'create', data: { div: YANGHUA, channel: 'DOOR', category: 'OTHER',
        domain: 'K', urgency: 'U3', content: '问' } };
    const answer = await who.operator.post('/station/requests/batch', { items: [item, item, item] });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    for (const { body } of answer.body.items)
        assert.deepEqual(await keys(who.head, body.id), ['request.new']);
});

test('read one, read up to one; /me counts what is left', async () => {
    const unread = async (caller) => (await caller.get('/me')).body.unread;
    await request(), await request(), await request();
    const all = await inbox(who.second, '?unread=true&limit=200');
    assert.equal(await unread(who.second), all.length);
    const [newest, second, third] = all;
    assert.equal((await who.second.post(`/notices/${second.id}/read`)).status, 204);
    assert.equal((await who.second.post(`/notices/${second.id}/read`)).status, 204);
    assert.equal(await unread(who.second), all.length - 1);
    const others = await unread(who.head);
    assert.deepEqual((await who.second.post('/notices/read', { to: third.id })).body,
        { read: all.length - 2 });
    assert.equal(await unread(who.second), 1);
    assert.deepEqual((await inbox(who.second, '?unread=true')).map(({ id }) => id), [newest.id]);
    assert.equal(await unread(who.head), others);
});

test('pages follow each other, newest first', async () => {
    const all = (await inbox(who.head, '?limit=200')).map(({ id }) => id);
    const seen = [];
    for (let next = ''; next !== null;) {
        const { body } = await who.head.get(`/notices?limit=2${next && `&cursor=${next}`}`);
        seen.push(...body.items.map(({ id }) => id));
        next = body.next;
    }
    assert.deepEqual(seen, all);
    for (const bad of ['limit=0', 'limit=201', 'cursor=x', 'unread=1', 'colour=red'])
        assert.equal((await who.head.get(`/notices?${bad}`)).status, 400, bad);
});

test('row security off, the application alone keeps every inbox to its post', async () => {
    const made = await request();
    const others = [who.worker, who.helukou, who.admin, suyu.head];
    const before = await Promise.all(others.map((caller) => inbox(caller, '?limit=200')));
    const [notice] = await about(who.head, made.id);
    await server.psql('alter table core.notice disable row level security');
    try {
        assert.deepEqual(await Promise.all(others.map((caller) => inbox(caller, '?limit=200'))), before);
        for (const caller of others)
            assert.equal((await caller.post(`/notices/${notice.id}/read`)).status, 404);
    } finally {
        await server.psql('alter table core.notice enable row level security');
    }
});

test('nobody reads or marks what stands in another inbox', async () => {
    const made = await request();
    const [notice] = await about(who.head, made.id);
    for (const caller of [who.second, who.worker, who.helukou, who.admin, suyu.head, suyu.admin]) {
        assert.equal((await caller.post(`/notices/${notice.id}/read`)).status, 404);
        assert.deepEqual((await caller.post('/notices/read', { to: notice.id })).body, { read: 0 }, caller.login);
    }
    assert.equal((await about(who.head, made.id))[0].read_at, null);
    assert.equal((await who.head.post('/notices/x/read')).status, 404);
});

test('an inbox belongs to a post: another post of the same person has its own', async () => {
    const [{ id }] = await server.rows(`select id from admin.post where account = '${who.head.account}'`);
    const second = randomUUID();
    await server.psql(`insert into admin.post (county, id, div, org, version, change, created_by,
            updated_by, account, role, kind, scope_div, state, approved_by)
        select county, '${second}', ${HELUKOU}000, org, 1, change, created_by, updated_by, account, role,
               kind, ${HELUKOU}000, 'active', approved_by from admin.post where id = '${id}'`);
    const made = await request(who.operator, { div: `${HELUKOU}201` });
    assert.deepEqual(await about(who.head, made.id), []);
    const session = await who.head.post('/sessions/post', { post: second });
    assert.equal(session.status, 201, JSON.stringify(session.body));
    who.head.token = session.body.token;
    assert.equal((await about(who.head, made.id)).length, 1);
    const back = await who.head.post('/sessions/post', { post: id });
    who.head.token = back.body.token;
    await server.psql(`update admin.post set state = 'ended' where id = '${second}'`);
});

test('a token narrowed to something else does not open the inbox', async () => {
    const made = await who.head.post('/tokens', { name: '接口', permissions: ['request.read'], days: 1 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const narrow = Object.assign(Object.create(Object.getPrototypeOf(who.head)), who.head,
        { token: made.body.token });
    assert.equal((await narrow.get('/notices')).status, 403);
});

test('notices are kept for the days of the policy parameter', async () => {
    const made = await request();
    await server.psql(`update core.notice set at = at - interval '181 days'
        where record_id = '${made.id}' and account = '${who.second.account}'`);
    const count = () => server.psql(`select count(*) from core.notice where record_id = '${made.id}'`);
    assert.equal(await count(), '2');
    assert.equal(await server.psql(`select core.notice_forget(${JIANGHUA}, 100)`, 'wulian_gate'), '1');
    assert.equal(await count(), '1');
    assert.equal((await about(who.head, made.id)).length, 1);
    assert.equal(await server.psql(`select core.notice_forget(${Math.floor(SHUNHE / 1000)}, 100)`,
        'wulian_gate'), '0');
});
