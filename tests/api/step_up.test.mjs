// Step-up: grants, exports, switches and keys to the county's data ask for the password again when the
// last proof is older than auth.step_up_minutes; nothing else does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, activate, addPerson, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const STEP_UP = '/sessions/current/step_up';
let server, who, suyu;

before(async () => {
    server = await startServer({ env: { WULIAN_AUTH_STEP_UP_MINUTES: '5' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        sys: ['sys_admin', 431129, '何系统'], sec: ['sec_admin', 431129, '奉安全'],
    }));
});
after(() => server?.stop());

/** As if the last proof was so many minutes ago. */
const age = (caller, minutes) => server.psql(`update core.session
    set fresh_at = now() - interval '${minutes} minutes' where account = '${caller.account}'`);
const told = ({ status, body }) => [status, body?.code];
const REQUIRED = [403, 'step-up-required'];
const enable = (caller) => caller.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
const grant = (caller, account) =>
    caller.post('/admin/posts', { div: `${TUOJIANG}000`, account, role: 'social_worker', scope_div: `${TUOJIANG}000`,
        valid_from: '2026-01-01' });
const token = (caller) => caller.post('/tokens', { name: 'x', permissions: ['org_unit.read'], days: 1 });

/** What asks for it: by whom, and a call that succeeds when it was given. */
const ASKED = {
    'a service switched on': ['admin', enable, 200],
    'a post granted': ['sys', (caller) => grant(caller, who.worker.account), 201],
    'a post approved': ['sec', async (caller) => {
        const { body } = await caller.get('/admin/posts?state.eq=proposed');
        return caller.act(`/admin/posts/${body.items[0].id}`, 'approve', {});
    }, 200],
    'an account proposed': ['sys', (caller) =>
        caller.post('/admin/accounts', { div: '431129000000', login: 'neu', name: '新人' }), 201],
    'an activation code': ['sys', async (caller) => {
        const { body } = await caller.get('/admin/accounts?state.eq=proposed');
        return caller.post(`/admin/accounts/${body.items[0].id}/activation_code`);
    }, 201],
    'an export as a job': ['head', (caller) => caller.post('/station/residents/export', { format: 'csv' }), 202],
    'a short export at once': ['head', (caller) => caller.get('/station/requests/export?format=csv'), 200],
    'an API token': ['admin', token, 201],
    // or a screen left open could shut its owner out for good
    'a second factor begun': ['worker', (caller) => caller.post('/me/totp', {}), 201],
};

for (const [what, [name, call, success]] of Object.entries(ASKED))
    test(`${what} asks for it`, async () => {
        const caller = who[name];
        await age(caller, 6);
        assert.deepEqual(told(await call(caller)), REQUIRED);
        assert.equal((await caller.get('/me')).status, 200); // everything else goes on
        assert.equal((await caller.post(STEP_UP, { password: PASSWORD })).status, 204);
        const done = await call(caller);
        assert.equal(done.status, success, JSON.stringify(done.body));
        await age(caller, 4);
    });

test('what is daily work does not', async () => {
    await age(who.worker, 600);
    assert.equal((await who.worker.get('/station/requests')).status, 200);
    assert.equal((await who.worker.post('/station/residents', { name: '盘小妹', div: YANGHUA })).status, 201);
    assert.equal((await who.worker.post('/station/residents/search', { name: '盘小妹' })).status, 200);
});

test('without the right there is no asking', async () => {
    await age(who.worker, 6);
    assert.deepEqual(told(await enable(who.worker)), [403, 'not_permitted']);
    assert.deepEqual(told(await who.worker.get('/station/requests/export?format=csv')), [403, 'not_permitted']);
});

test('only the calling session becomes fresh, and no new post makes it so', async () => {
    const { body } = await new Caller(server.base).post('/sessions', { login: who.admin.login, password: PASSWORD });
    const other = new Caller(server.base, body.token);
    await age(who.admin, 6);
    assert.equal((await other.post(STEP_UP, { password: PASSWORD })).status, 204);
    assert.equal((await enable(other)).status, 200);
    assert.deepEqual(told(await enable(who.admin)), REQUIRED);
    const switched = await who.admin.post('/sessions/post', { post: body.post.id });
    assert.equal(switched.status, 201);
    assert.deepEqual(told(await enable(new Caller(server.base, switched.body.token))), REQUIRED);
});

test('a wrong password is told at the field and counted with those of signing in', async () => {
    const me = await activate(server, await addPerson(server,
        { login: `guess@${JIANGHUA}`, name: '来人', role: 'social_worker', div: TUOJIANG }));
    const wrong = await me.post(STEP_UP, { password: 'Wrong-Horse-1' });
    assert.deepEqual([wrong.status, wrong.body.errors], [422,
        [{ pointer: '/password', code: 'password_wrong', detail: 'is not the present password' }]]);
    const code = await me.post(STEP_UP, { code: '123456' }); // there is no second factor
    assert.deepEqual([code.status, code.body.errors[0].pointer], [422, '/code']);
    assert.equal((await me.post(STEP_UP, {})).body.errors[0].code, 'required');
    for (let i = 0; i < 3; i++) assert.equal((await me.post(STEP_UP, { password: 'Wrong-Horse-1' })).status, 422);
    assert.deepEqual(told(await me.post(STEP_UP, { password: PASSWORD })), [429, 'account_locked']);
    const locked = await new Caller(server.base).post('/sessions', { login: me.login, password: PASSWORD });
    assert.equal(locked.status, 429);
    await server.psql("delete from core.sign_in_throttle where login = sha256('guess')");
    for (let i = 0; i < 4; i++) await me.post(STEP_UP, { password: 'Wrong-Horse-1' });
    assert.equal((await me.post(STEP_UP, { password: PASSWORD })).status, 204);
    assert.equal((await me.post(STEP_UP, { password: 'Wrong-Horse-1' })).status, 422); // counted anew
});

test('a token is not asked, and cannot answer', async () => {
    const { body } = await who.head.post('/tokens', { name: '导出', permissions: ['request.export', 'request.read'], days: 1 });
    const script = new Caller(server.base, body.token);
    assert.equal((await script.post(STEP_UP, { password: PASSWORD })).status, 403);
    await age(who.head, 600);
    assert.equal((await script.get('/station/requests/export?format=csv')).status, 200);
    assert.equal((await suyu.head.post(STEP_UP, { password: PASSWORD })).status, 204); // another county's own
});

test('every refusal and every proof stands in the audit', async () => {
    const rows = await server.psql(`select string_agg(distinct action || ' ' || result, ', ')
        from core.audit where county = ${JIANGHUA} and (action = 'step_up' or result = 'step-up-required')`);
    assert.match(rows, /step_up ok/);
    assert.match(rows, /step-up-required/);
});
