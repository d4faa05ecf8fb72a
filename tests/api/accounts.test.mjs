// Accounts, posts and sessions: who makes them, who approves them, what a token is worth.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, SUYU, activate, addPerson, openCounty, people, signIn } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const TUOJIANG = '431129100', HELUKOU = '431129106';
const OTHER_PASSWORD = 'Another-Horse-7-Staple';

let server, who, suyu, guest;
const made = {};

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, {
        sys: ['sys_admin', 431129, '何系统'],
        sec: ['sec_admin', 431129, '奉安全'],
        sec2: ['sec_admin', 431129, '黄安全'],
        audit: ['audit_admin', 431129, '盘审计'],
        head: ['station_head', TUOJIANG, '李站长'],
    });
    suyu = await people(server, SUYU, {
        sys: ['sys_admin', 321311, '周系统'],
        sec: ['sec_admin', 321311, '吴安全'],
        audit: ['audit_admin', 321311, '郑审计'],
    });
    guest = new Caller(server.base);
});
after(() => server?.stop());

function problemAt(answer, pointer) {
    return answer.body.errors?.find((fault) => fault.pointer === pointer)?.code;
}

test('there is no default password, and a code works once', async () => {
    const person = await addPerson(server, { login: 'once@431129', name: '一次', role: 'social_worker', div: TUOJIANG });
    const first = await guest.post('/sessions', { login: person.login, password: PASSWORD });
    assert.equal(first.status, 401);
    assert.equal(first.body.code, 'sign_in_failed');
    await activate(server, person);
    const again = await guest.post('/sessions/activate', { ...person, password: PASSWORD });
    assert.equal(again.status, 401);
    const stored = await server.rows('select count(*) from core.credential c'
        + ` where c::text ~ '${person.code}'`);
    assert.equal(stored[0].count, 0);
    // a script that adds them once more is told that there is none
    assert.equal((await addPerson(server, { login: person.login, name: '一次', role: 'social_worker', div: TUOJIANG })).code, null);
});

test('passwords that are weak are refused at the field, and cost no attempt', async () => {
    const person = await addPerson(server, { login: 'weak@431129', name: '弱', role: 'social_worker', div: TUOJIANG });
    for (const [password, code] of [
        ['Short-1', 'password_short'], ['onlylowercase', 'password_kinds'],
        ['Password123', 'password_common'], ['My-weak@431129', 'password_context'],
        ['Wulian-2026-ok', 'password_context'], ['Aa1' + 'x'.repeat(254), 'password_long'],
    ]) {
        const answer = await guest.post('/sessions/activate', { ...person, password });
        assert.equal(answer.status, 422, password);
        assert.equal(problemAt(answer, '/password'), code, password);
    }
    await activate(server, person);
});

test('a system administrator proposes, only a security administrator approves', async () => {
    const account = await who.sys.post('/admin/accounts', { login: 'tang', name: '唐新人', div: `${TUOJIANG}000` });
    assert.equal(account.status, 201, JSON.stringify(account.body));
    assert.equal(account.body.state, 'proposed');
    made.account = account.body.id;
    const post = await who.sys.post('/admin/posts', {
        account: made.account, role: 'social_worker', scope_div: `${TUOJIANG}000`,
        div: `${TUOJIANG}000`, valid_from: '2026-01-01',
    });
    assert.equal(post.status, 201, JSON.stringify(post.body));
    assert.equal(post.body.kind, 'business');
    made.post = post.body.id;
    const code = await who.sys.post(`/admin/accounts/${made.account}/activation_code`);
    assert.equal(code.status, 201);
    made.code = code.body.code;

    const early = await guest.post('/sessions/activate', { login: 'tang@431129', code: made.code, password: PASSWORD });
    assert.equal(early.status, 403);
    assert.equal(early.body.code, 'account_inactive');
    assert.equal((await who.sys.act(`/admin/accounts/${made.account}`, 'approve', {})).status, 403);
    assert.equal((await who.sec.post('/admin/accounts', { login: 'mine', name: '我的' })).status, 403);
    assert.equal((await who.sec.post(`/admin/accounts/${made.account}/activation_code`)).status, 403);
    const approved = await who.sec.act(`/admin/accounts/${made.account}`, 'approve', {});
    assert.equal(approved.status, 200, JSON.stringify(approved.body));

    const noPost = await guest.post('/sessions/activate', { login: 'tang@431129', code: made.code, password: PASSWORD });
    assert.equal(noPost.body.code, 'no_post');
    assert.equal((await who.sec.act(`/admin/posts/${made.post}`, 'approve', {})).status, 200);
    made.tang = await activate(server, { login: 'tang@431129', code: made.code });
    const me = await made.tang.get('/me');
    assert.equal(me.body.role, 'social_worker');
    assert.equal(me.body.scope_div, `${TUOJIANG}000`);
    assert.ok(me.body.permissions.includes('request.read'));
    assert.ok(!me.body.permissions.some((held) => /^(account|post|audit)\./.test(held)));
});

test('nobody approves what concerns themselves', async () => {
    const post = await who.sys.post('/admin/posts', {
        account: who.sec.account, role: 'sec_admin', scope_div: `${HELUKOU}000`, valid_from: '2026-01-01',
    });
    assert.equal(post.status, 201, JSON.stringify(post.body));
    const own = await who.sec.act(`/admin/posts/${post.body.id}`, 'approve', {});
    assert.equal(own.status, 409);
    assert.equal(own.body.code, 'own_change');
    assert.equal((await who.sec2.act(`/admin/posts/${post.body.id}`, 'approve', {})).status, 200);
    assert.equal((await who.sec.act(`/admin/accounts/${who.sec.account}`, 'disable', {})).body.code, 'own_account');
});

test('one person is one kind of administrator or does business, at a time', async () => {
    for (const [account, role] of [
        [made.account, 'sys_admin'], [made.account, 'audit_admin'], [who.sec.account, 'audit_admin'],
        [who.sys.account, 'sec_admin'], [who.audit.account, 'station_head'],
    ]) {
        const answer = await who.sys.post('/admin/posts',
            { account, role, scope_div: '431129000000', valid_from: '2026-01-01' });
        assert.equal(answer.status, 422, role);
        assert.equal(problemAt(answer, '/role'), 'post_one_kind', role);
    }
});

test('the three administrators see no business, business sees no accounts', async () => {
    for (const administrator of [who.sys, who.sec, who.audit])
        for (const path of ['/station/residents', '/station/requests', '/station/visits'])
            assert.equal((await administrator.get(path)).status, 403, path);
    for (const path of ['/admin/accounts', '/admin/posts', '/audit', '/admin/activations'])
        assert.equal((await who.head.get(path)).status, 403, path);
    assert.equal((await who.sys.get('/audit')).status, 403);
    assert.equal((await who.sec.get('/audit')).status, 403);
    assert.equal((await who.audit.get('/admin/accounts')).status, 403);
});

test('another county finds nothing under these ids', async () => {
    for (const path of [`/admin/accounts/${made.account}`, `/admin/posts/${made.post}`])
        assert.equal((await suyu.sys.get(path)).status, 404, path);
    assert.equal((await suyu.sys.post(`/admin/accounts/${made.account}/activation_code`)).status, 404);
    const stolen = await suyu.sec.post(`/admin/accounts/${made.account}/actions/disable`, {}, { ifMatch: '"v2"' });
    assert.equal(stolen.status, 404);
    const foreign = await suyu.sys.post('/admin/posts', {
        account: made.account, role: 'sys_admin', scope_div: '321311000000', valid_from: '2026-01-01',
    });
    assert.equal(foreign.status, 422);
    const scope = await suyu.sys.post('/admin/posts', {
        account: suyu.sec.account, role: 'sec_admin', scope_div: '431129000000', valid_from: '2026-01-01',
    });
    assert.equal(scope.status, 422);
    const listed = await suyu.sys.get('/admin/accounts?limit=200');
    assert.ok(listed.body.items.every((row) => row.div.startsWith('321311')));
    // a token of one county is worth nothing under another's number
    const bent = new Caller(server.base, made.tang.token.replace('_431129_', '_321311_'));
    assert.equal((await bent.get('/me')).status, 401);
});

test('sessions: at most three, listed, ended one by one', async () => {
    const first = await signIn(server, 'tang@431129');
    const others = [];
    for (let i = 0; i < 3; i++) others.push(await signIn(server, 'tang@431129'));
    assert.equal((await first.get('/me')).status, 401);
    const [one, two] = others;
    const listed = await one.get('/me/sessions');
    assert.equal(listed.body.items.length, 3);
    assert.equal(listed.body.items.filter((row) => row.current).length, 1);
    assert.ok(!JSON.stringify(listed.body).includes('hash'));
    const mine = (await two.get('/me/sessions')).body.items.find((row) => row.current).id;
    assert.equal((await who.head.delete(`/me/sessions/${mine}`)).status, 404);
    assert.equal((await suyu.sys.delete(`/me/sessions/${mine}`)).status, 404);
    assert.equal((await one.delete(`/me/sessions/${mine}`)).status, 204);
    assert.equal((await two.get('/me')).status, 401);
    assert.equal((await one.delete('/sessions/current')).status, 204);
    assert.equal((await one.get('/me')).status, 401);
    made.tang = others[2];
});

test('API tokens are narrower than their owner and shown once', async () => {
    const token = await made.tang.post('/tokens', { name: '导出', permissions: ['resident.read'], days: 30 });
    assert.equal(token.status, 201, JSON.stringify(token.body));
    const robot = new Caller(server.base, token.body.token);
    assert.deepEqual((await robot.get('/me')).body.permissions, ['resident.read']);
    assert.equal((await robot.get('/station/residents')).status, 200);
    assert.equal((await robot.get('/station/requests')).status, 403);
    for (const answer of [
        await robot.post('/tokens', { name: '再来', permissions: ['resident.read'], days: 1 }),
        await robot.delete(`/me/sessions/${token.body.id}`),
        await robot.put('/me/password', { current: PASSWORD, password: OTHER_PASSWORD }),
        await robot.post('/sessions/post', { post: made.post }),
    ]) assert.equal(answer.status, 403);
    const greedy = await made.tang.post('/tokens',
        { name: '太多', permissions: ['resident.read', 'account.create'], days: 400 });
    assert.equal(greedy.status, 422);
    assert.equal(problemAt(greedy, '/permissions/1'), 'permission_not_held');
    assert.equal(problemAt(greedy, '/days'), 'range');
    const listed = await made.tang.get('/tokens');
    assert.equal(listed.body.items.length, 1);
    assert.ok(!JSON.stringify(listed.body).includes(token.body.token.slice(-20)));
    assert.equal((await who.head.delete(`/tokens/${token.body.id}`)).status, 404);
    assert.equal((await made.tang.delete(`/tokens/${token.body.id}`)).status, 204);
    assert.equal((await robot.get('/me')).status, 401);
});

test('a person with two posts changes over with a new token', async () => {
    const post = await who.sys.post('/admin/posts', {
        account: made.account, role: 'station_head', scope_div: `${HELUKOU}000`,
        div: `${HELUKOU}000`, valid_from: '2026-01-01',
    });
    const before = await made.tang.post('/sessions/post', { post: post.body.id });
    assert.equal(before.status, 422); // not approved yet
    assert.equal((await who.sec.act(`/admin/posts/${post.body.id}`, 'approve', {})).status, 200);
    const foreign = await who.head.post('/sessions/post', { post: post.body.id });
    assert.equal(problemAt(foreign, '/post'), 'reference_unknown');
    const changed = await made.tang.post('/sessions/post', { post: post.body.id });
    assert.equal(changed.status, 201, JSON.stringify(changed.body));
    assert.equal((await made.tang.get('/me')).status, 401);
    const now = new Caller(server.base, changed.body.token);
    assert.equal((await now.get('/me')).body.scope_div, `${HELUKOU}000`);
    assert.equal((await now.get('/me')).body.posts.length, 2);
    const chosen = await guest.post('/sessions', { login: 'tang@431129', password: PASSWORD, post: post.body.id });
    assert.equal(chosen.body.post.role, 'station_head');
    // the post ends: its sessions are worth nothing from the next request on
    assert.equal((await who.sec.act(`/admin/posts/${post.body.id}`, 'end', {})).status, 200);
    assert.equal((await now.get('/me')).status, 401);
    made.tang = await signIn(server, 'tang@431129');
});

test('one changes one\'s own password; everything else of one\'s ends', async () => {
    const other = await signIn(server, 'tang@431129');
    const wrong = await made.tang.put('/me/password', { current: 'Not-this-1-either', password: OTHER_PASSWORD });
    assert.equal(problemAt(wrong, '/current'), 'password_wrong');
    const changed = await made.tang.put('/me/password', { current: PASSWORD, password: OTHER_PASSWORD });
    assert.equal(changed.status, 204, JSON.stringify(changed.body));
    assert.equal((await made.tang.get('/me')).status, 200);
    assert.equal((await other.get('/me')).status, 401);
    assert.equal((await guest.post('/sessions', { login: 'tang@431129', password: PASSWORD })).status, 401);
    await signIn(server, 'tang@431129', OTHER_PASSWORD);
});

test('five failures lock, whether the login exists or not, and a restart does not unlock', async () => {
    for (const login of ['tang@431129', 'nobody@431129']) {
        for (let i = 0; i < 5; i++) {
            const answer = await guest.post('/sessions', { login, password: 'Wrong-Horse-1' });
            assert.equal(answer.status, 401);
            assert.equal(answer.body.code, 'sign_in_failed');
        }
        const sixth = await guest.post('/sessions', { login, password: OTHER_PASSWORD });
        assert.equal(sixth.status, 429, login);
        assert.equal(sixth.body.code, 'account_locked');
        assert.ok(Number(sixth.headers.get('retry-after')) > 590);
    }
    await server.respawned('worker', server.kill('worker'));
    await server.healthy();
    const after = await guest.post('/sessions', { login: 'tang@431129', password: OTHER_PASSWORD });
    assert.equal(after.status, 429);
    // who is signed in already works on
    assert.equal((await made.tang.get('/me')).status, 200);
});

test('a disabled account is out at once', async () => {
    const inUse = await who.sys.post(`/admin/accounts/${made.account}/activation_code`);
    assert.deepEqual([inUse.status, inUse.body.code], [409, 'account_in_use']);
    const hers = await who.sys.post(`/admin/accounts/${who.sec.account}/activation_code`);
    assert.equal(hers.status, 409);
    assert.equal((await who.sec.act(`/admin/accounts/${made.account}`, 'disable', {})).status, 200);
    assert.equal((await made.tang.get('/me')).status, 401);
    // only now may a code be made for it: nobody becomes somebody else alone
    assert.equal((await who.sys.post(`/admin/accounts/${made.account}/activation_code`)).status, 201);
    // enabled again: what was open before stays dead
    assert.equal((await who.sys.act(`/admin/accounts/${made.account}`, 'enable', {})).status, 403);
    assert.equal((await who.sec.act(`/admin/accounts/${made.account}`, 'enable', {})).status, 200);
    assert.equal((await made.tang.get('/me')).status, 401);
});

test('bodies that make no sense are told where', async () => {
    const answer = await guest.post('/sessions', { login: 'nobody', password: '', post: '7', colour: 'red' });
    assert.equal(answer.status, 422);
    for (const [pointer, code] of [
        ['/login', 'login'], ['/password', 'too_short'], ['/post', 'id_expected'], ['/colour', 'unknown_field'],
    ]) assert.equal(problemAt(answer, pointer), code);
    const factor = await guest.post('/sessions', { login: 'a1@431129', password: 'x', code: 'x'.repeat(65) });
    assert.equal(problemAt(factor, '/code'), 'too_long');
});

test('all of it stands in the audit, for the audit administrator only', async () => {
    const seen = [];
    let cursor = '';
    do {
        const page = await who.audit.get(`/audit?limit=100&object=admin.account${cursor}`);
        assert.equal(page.status, 200, JSON.stringify(page.body));
        seen.push(...page.body.items);
        cursor = page.body.next && `&cursor=${encodeURIComponent(page.body.next)}`;
    } while (cursor);
    const of = (action, result) => seen.filter((row) => row.object_id === made.account
        && row.action === action && row.result === result).length;
    assert.equal(of('create', 'ok'), 1);
    assert.equal(of('activation_code', 'ok'), 2);
    assert.equal(of('approve', 'ok'), 1);
    assert.equal(of('activate', 'ok'), 1);
    assert.equal(of('password_set', 'ok'), 1);
    assert.equal(of('disable', 'ok'), 1);
    assert.equal(of('sign_in_failed', 'inactive'), 1);
    assert.equal(of('sign_in_failed', 'no_post'), 1);
    assert.ok(of('sign_in_failed', 'wrong_secret') >= 6);
    assert.ok(of('sign_in_failed', 'locked') >= 2);
    assert.ok(!JSON.stringify(seen).includes('Horse'));
    assert.equal(new Set(seen.map((row) => row.id)).size, seen.length);
    const own = await who.audit.get('/audit?action=list&object=core.audit');
    assert.ok(own.body.items.length >= 1, 'looking is audited');
    const theirs = await suyu.audit.get('/audit?limit=200');
    assert.ok(theirs.body.items.every((row) => row.object_id !== made.account));
    assert.equal((await who.audit.get('/audit?cursor=AAAA')).status, 400);
    assert.equal((await who.audit.get('/audit?limit=1000')).status, 400);
    assert.equal((await who.audit.get('/audit?from=yesterday')).status, 422);
});

test('wulian audit shows it to the audit administrator, and refuses others', async () => {
    const { writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const file = join(server.dir, 'token');
    writeFileSync(file, `${who.audit.token}\n`, { mode: 0o600 });
    const shown = await server.cli(['audit', '--token-file', file, '--action', 'approve', '--json']);
    assert.equal(shown.status, 0, shown.err);
    const rows = shown.out.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(rows.length >= 3 && rows.every((row) => row.action === 'approve'));
    writeFileSync(file, `${who.sec.token}\n`);
    const refused = await server.cli(['audit', '--token-file', file]);
    assert.equal(refused.status, 1);
    assert.equal(refused.out, '');
    assert.match(refused.err, /no audit administrator/);
});
