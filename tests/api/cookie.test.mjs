// The console's session: a cookie that no script reads, given and taken by the same operations that give
// programs a token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who;

before(async () => {
    server = await startServer();
    ({ who } = await openTwoCounties(server));
});
after(() => server?.stop());

const CSRF = { 'X-CSRF': '1', 'Sec-Fetch-Site': 'same-origin' };
async function ask(method, path, { cookie, body, headers } = {}) {
    const answer = await fetch(`${server.base}/api/v1${path}`, {
        method,
        headers: { ...(cookie && { Cookie: cookie }), 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
        status: answer.status,
        body: text && JSON.parse(text),
        // of the session; the mark of a known device is devices.test.mjs's matter
        set: answer.headers.getSetCookie().find((cookie) => !cookie.startsWith('wl-device-')) ?? null,
    };
}
const login = () => `head@${JIANGHUA}`;

test('a console signs in by cookie and never sees the token', async () => {
    const entered = await ask('POST', '/sessions', { body: { login: login(), password: PASSWORD, cookie: true } });
    assert.equal(entered.status, 201);
    assert.equal(entered.body.token, undefined);
    assert.ok(entered.body.expires_at && entered.body.account.name);
    assert.match(entered.set, /^wl=wl1_431129_[^;]{43}; Path=\/; HttpOnly; SameSite=Strict$/);

    const cookie = entered.set.split(';')[0];
    const mine = await ask('GET', '/me', { cookie });
    assert.deepEqual([mine.status, mine.body.account.name], [200, '李站长']);

    const foreign = await ask('DELETE', '/sessions/current', { cookie });
    assert.deepEqual([foreign.status, foreign.body.code], [403, 'csrf_refused']);
    const left = await ask('DELETE', '/sessions/current', { cookie, headers: CSRF });
    assert.equal(left.status, 204);
    assert.match(left.set, /^wl=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/);
    assert.equal((await ask('GET', '/me', { cookie })).status, 401);
});

test('another post is another cookie, and the former ends', async () => {
    const entered = await ask('POST', '/sessions', { body: { login: login(), password: PASSWORD, cookie: true } });
    const cookie = entered.set.split(';')[0];
    const again = await ask('POST', '/sessions/post',
        { cookie, headers: CSRF, body: { post: entered.body.post.id, cookie: true } });
    assert.deepEqual([again.status, again.body.token], [201, undefined]);
    const fresh = again.set.split(';')[0];
    assert.notEqual(fresh, cookie);
    assert.equal((await ask('GET', '/me', { cookie: fresh })).status, 200);
    assert.equal((await ask('GET', '/me', { cookie })).status, 401);
});

test('without the wish there is a token and no cookie; the wish is a yes or no', async () => {
    const entered = await ask('POST', '/sessions', { body: { login: login(), password: PASSWORD } });
    assert.deepEqual([entered.status, entered.set, typeof entered.body.token], [201, null, 'string']);
    const odd = await ask('POST', '/sessions', { body: { login: login(), password: PASSWORD, cookie: 'yes' } });
    assert.deepEqual([odd.status, odd.body.errors], [422, [{ pointer: '/cookie', code: 'boolean_expected',
        detail: odd.body.errors[0].detail }]]);
    const refused = await ask('POST', '/sessions', { body: { login: login(), password: 'Wrong-Horse-1!', cookie: true } });
    assert.deepEqual([refused.status, refused.set], [401, null]);
});
