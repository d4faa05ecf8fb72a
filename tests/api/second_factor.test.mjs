// The second factor: set up, asked for, taken once; recovery codes; roles that must have it; all under
// the one failure counter of signing in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, TUOJIANG, activate, addPerson, openTwoCounties, people, setParam, signIn }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { codeOf, seedOf } from '../lib/totp.mjs';

let server, who, suyu, guest;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        sys: ['sys_admin', 431129, '何系统'], sec: ['sec_admin', 431129, '奉安全'],
    }));
    guest = new Caller(server.base);
});
after(() => server?.stop());

const add = async (login, role = 'social_worker', div = TUOJIANG) =>
    activate(server, await addPerson(server, { login: `${login}@${JIANGHUA}`, name: '来人', role, div }));

/** Whoever tells of steps that pass must not stand at the end of one. */
async function early() {
    const left = 30000 - Date.now() % 30000;
    if (left < 20000) await new Promise((done) => { setTimeout(done, left + 100); });
}

/** Forgets that codes were taken, as half a minute does. */
const later = (caller) =>
    server.psql(`update core.second_factor set step = 0 where id = '${caller.account}'`);

async function enrol(caller, body = {}) {
    const begun = await caller.post('/me/totp', body);
    assert.equal(begun.status, 201, JSON.stringify(begun.body));
    const confirmed = await caller.post('/me/totp/confirm', { code: codeOf(begun.body.uri) });
    assert.equal(confirmed.status, 201, JSON.stringify(confirmed.body));
    await later(caller);
    return { ...begun.body, codes: confirmed.body.recovery_codes };
}

const attempt = (login, code, password = PASSWORD) =>
    guest.post('/sessions', { login, password, ...(code && { code }) });
const told = ({ status, body }) => [status, body.code];
const WRONG = [401, 'sign_in_failed'];

// ---- setting it up ---------------------------------------------------------------------------------

test('it is asked for only once it was confirmed with a code, and only behind the password', async () => {
    const me = await add('begins');
    const { body } = await me.post('/me/totp', {});
    assert.match(body.secret, /^[A-Z2-7]{32}$/);
    const uri = new URL(body.uri);
    assert.equal(uri.href.startsWith(`otpauth://totp/Wulian:begins%40${JIANGHUA}?`), true, body.uri);
    await signIn(server, me.login);
    const wrong = await me.post('/me/totp/confirm', { code: '000000' });
    assert.deepEqual([wrong.status, wrong.body.errors[0].code], [422, 'code_wrong']);
    const again = await me.post('/me/totp', {}); // the first secret is void
    assert.equal((await me.post('/me/totp/confirm', { code: codeOf(body.uri) })).status, 422);
    assert.equal((await me.post('/me/totp/confirm', { code: codeOf(again.body.uri) })).status, 201);
    await later(me);

    assert.deepEqual(told(await attempt(me.login)), [401, 'code-required']);
    assert.deepEqual(told(await attempt(me.login, null, 'Wrong-Horse-1')), WRONG); // does not tell
    assert.deepEqual(told(await attempt(me.login, codeOf(again.body.uri), 'Wrong-Horse-1')), WRONG);
    assert.deepEqual(told(await attempt(me.login, '123')), WRONG);
    assert.equal((await attempt(me.login, codeOf(again.body.uri))).status, 201);
    const { session } = (await me.get('/me')).body;
    assert.deepEqual([session.must, session.second_factor, session.recovery_codes], [null, true, 10]);
    assert.deepEqual(told(await me.post('/me/totp', {})), [409, 'second_factor_on']);
    assert.deepEqual(told(await me.post('/me/totp/confirm', { code: '123456' })),
        [409, 'second_factor_not_begun']);
    // nothing of the seed lies open
    const row = await server.psql(`select encode(seed_enc, 'hex') from core.second_factor
        where id = '${me.account}'`);
    assert.equal(row.includes(seedOf(again.body.uri).toString('hex')), false);
    assert.equal(Buffer.from(row, 'hex').includes(seedOf(again.body.uri).toString('hex')), false);
});

test('with HMAC-SHA-256 as well, and no other', async () => {
    const me = await add('sha256');
    const { uri, secret } = await enrol(me, { algorithm: 'SHA256' });
    assert.equal(secret.length, 52);
    assert.equal((await attempt(me.login, codeOf(uri))).status, 201);
    const md5 = await who.worker.post('/me/totp', { algorithm: 'MD5' });
    assert.deepEqual([md5.status, md5.body.errors[0].pointer], [422, '/algorithm']);
});

// ---- codes -----------------------------------------------------------------------------------------

test('a code is good for its half minute and the ones beside it, once, also from two at a time', async () => {
    const me = await add('once');
    const { uri } = await enrol(me);
    await early();
    for (const ahead of [-2, 2])
        assert.deepEqual(told(await attempt(me.login, codeOf(uri, ahead))), WRONG, String(ahead));
    assert.equal((await attempt(me.login, codeOf(uri, -1))).status, 201);
    assert.deepEqual(told(await attempt(me.login, codeOf(uri, -1))), WRONG);
    const both = await Promise.all(Array.from({ length: 4 }, () => attempt(me.login, codeOf(uri))));
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 401, 401, 401]);
    assert.deepEqual(told(await attempt(me.login, codeOf(uri, -1))), WRONG); // nor an earlier one
    assert.equal((await attempt(me.login, codeOf(uri, 1))).status, 201);
});

test('ten recovery codes, each good once', async () => {
    const me = await add('lost');
    const { codes } = await enrol(me);
    assert.equal(new Set(codes).size, 10);
    assert.equal((await attempt(me.login, codes[3].toLowerCase().replace(/-/g, ' '))).status, 201);
    assert.deepEqual(told(await attempt(me.login, codes[3])), WRONG);
    const both = await Promise.all([attempt(me.login, codes[4]), attempt(me.login, codes[4])]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 401]);
    assert.equal((await me.get('/me')).body.session.recovery_codes, 8);
    const other = await add('other');
    await enrol(other);
    assert.deepEqual(told(await attempt(other.login, codes[5])), WRONG); // somebody else's
});

test('password, code and recovery code fail on one counter', async () => {
    const me = await add('counted');
    const { uri, codes } = await enrol(me);
    await attempt(me.login, null, 'Wrong-Horse-1');
    await attempt(me.login, '000000');
    await attempt(me.login, 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA');
    await attempt(me.login, null, 'Wrong-Horse-2');
    assert.equal((await attempt(me.login, '000000')).status, 401);
    assert.deepEqual(told(await attempt(me.login, codeOf(uri))), [429, 'account_locked']);
    assert.deepEqual(told(await attempt(me.login, codes[0])), [429, 'account_locked']);
});

// ---- taking it away --------------------------------------------------------------------------------

test('it goes by its holder\'s will, with a forgotten password, and never by a token', async () => {
    const me = await add('goes');
    await enrol(me);
    const { body: { token } } = await me.post('/tokens',
        { name: '报表', permissions: ['report.read'], days: 1 });
    const caller = new Caller(server.base, token);
    for (const [method, path, body] of [['DELETE', '/me/totp'], ['POST', '/me/totp', {}],
        ['POST', '/me/totp/confirm', { code: '123456' }]])
        assert.equal((await caller.call(method, path, body)).status, 403, `${method} ${path}`);
    assert.equal((await suyu.head.delete('/me/totp')).status, 404); // one's own, and there is none
    assert.equal((await me.delete('/me/totp')).status, 204);
    assert.equal((await me.delete('/me/totp')).status, 404);
    await signIn(server, me.login);

    await enrol(me);
    assert.equal((await who.sec.act(`/admin/accounts/${me.account}`, 'disable', {})).status, 200);
    const code = await who.sys.post(`/admin/accounts/${me.account}/activation_code`);
    assert.equal((await who.sec.act(`/admin/accounts/${me.account}`, 'enable', {})).status, 200);
    const again = await guest.post('/sessions/activate',
        { login: me.login, code: code.body.code, password: `${PASSWORD}-2` });
    assert.equal(again.status, 201, JSON.stringify(again.body));
    await signIn(server, me.login, `${PASSWORD}-2`);
});

// ---- roles that must have it -----------------------------------------------------------------------

test('who must have it and has none can only set it up', async () => {
    await setParam(server, JIANGHUA, 'sign_in.second_factor_roles', 'county_admin、sec_admin');
    const admin = await add('boss', 'county_admin', 431129);
    const answer = await attempt(admin.login);
    assert.deepEqual([answer.status, answer.body.must], [201, 'enrol']);
    const me = new Caller(server.base, answer.body.token);
    me.account = admin.account;
    const shown = await me.get('/me');
    assert.deepEqual([shown.body.session.must, shown.body.permissions], ['enrol', []]);
    for (const [method, path, body] of [
        ['GET', '/station/requests'], ['GET', '/admin/org_units'], ['GET', '/notices'],
        ['POST', '/tokens', { name: 'x', permissions: ['request.read'], days: 1 }],
        ['POST', '/sessions/post', { post: shown.body.post }],
        ['DELETE', '/me/totp'],
    ])
        assert.equal((await me.call(method, path, body)).status, 403, `${method} ${path}`);
    const { uri } = await enrol(me);
    assert.equal((await me.get('/me')).status, 401); // the way in is the new factor's now
    const full = await attempt(admin.login, codeOf(uri));
    assert.deepEqual([full.status, full.body.must], [201, undefined]);
    assert.equal((await new Caller(server.base, full.body.token).get('/admin/org_units')).status, 200);
    assert.equal((await attempt(`head@${JIANGHUA}`)).body.must, undefined); // another role
    assert.equal((await guest.post('/sessions', { login: suyu.admin.login, password: PASSWORD })).body.must,
        undefined); // another county
});

test('a session that may do nothing yet is held by the database alone as well', async () => {
    const admin = await add('second.wall', 'county_admin', 431129);
    const { body: { token, post } } = await attempt(admin.login);
    const enter = (permission) => server.psql(`select core.enter(${JIANGHUA}, '${token.slice(11)}',
        (select version from admin.post where id = '${post.id}'),
        (select version from core.tenant where county = ${JIANGHUA}), ${permission}, null, true, null)`);
    await enter('null'); // what concerns oneself
    await assert.rejects(enter("'org_unit.read'"), /WL403|not permitted/);
});

test('the version before, while it drains, lets nobody past a second factor', async () => {
    const open = (account) => server.psql(`select status from core.session_open(${JIANGHUA},
        '${account}', sha256('${account}'), null, null, null, gen_random_uuid())`, 'wulian_gate');
    const me = await add('drained');
    assert.equal(await open(me.account), 'ok');
    await enrol(me);
    await server.psql(`delete from core.session where hash = sha256('${me.account}')`);
    assert.equal(await open(me.account), 'refused');
});

test('it survives that the county\'s keys are changed', async () => {
    const me = await add('rotated');
    const { uri } = await enrol(me);
    const { status, err } = await server.cli(['keys', 'rotate', '--county', String(JIANGHUA)]);
    assert.equal(status, 0, err);
    assert.equal((await attempt(me.login, codeOf(uri))).status, 201);
    const sealed = await server.psql(`select distinct substring(seed_enc from 3 for 4) from core.second_factor
        where county = ${JIANGHUA}`);
    assert.equal(sealed.trim(), '\\x00000002');
});

test('every step stands in the audit', async () => {
    const actions = await server.psql(`select string_agg(distinct action, ' ' order by action)
        from core.audit where county = ${JIANGHUA} and action like 'second_factor%'`);
    assert.equal(actions, 'second_factor_begin second_factor_off second_factor_on');
});
