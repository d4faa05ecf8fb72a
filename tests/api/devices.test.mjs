// Known devices: a browser that signed in has its own failure counter, so that nobody locks an office out
// from elsewhere; the cookie that proves it opens nothing by itself and serves one login only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, TUOJIANG, activate, addPerson, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server;

before(async () => {
    server = await startServer();
    await openTwoCounties(server);
});
after(() => server?.stop());

const add = async (login) => activate(server,
    await addPerson(server, { login: `${login}@${JIANGHUA}`, name: '来人', role: 'social_worker', div: TUOJIANG }));
/** A sign-in as the console does it, with the cookies that a browser holds. */
const attempt = (login, password, cookies) => new Caller(server.base).call('POST', '/sessions',
    { login, password, cookie: true }, cookies && { Cookie: cookies });
const deviceOf = ({ headers }) => headers.getSetCookie().find((one) => one.startsWith('wl-device-'));
/** The cookie of a browser that signed in. */
async function known(login) {
    const answer = await attempt(login, PASSWORD);
    assert.equal(answer.status, 201);
    return deviceOf(answer).split(';')[0];
}
async function lock(login, cookies) {
    for (let i = 0; i < 5; i++) assert.equal((await attempt(login, `Wrong-Horse-${i}`, cookies)).status, 401);
    assert.equal((await attempt(login, PASSWORD, cookies)).status, 429);
}

test('the cookie comes with a sign-in of a browser, for half a year, out of reach of scripts', async () => {
    const { login } = await add('comes');
    const cookie = deviceOf(await attempt(login, PASSWORD));
    assert.match(cookie, /^wl-device-[0-9a-f]{8}=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=15552000$/);
    assert.equal(deviceOf(await attempt(login, 'Wrong-Horse-1')), undefined);
    const script = await new Caller(server.base).post('/sessions', { login, password: PASSWORD });
    assert.equal(deviceOf(script), undefined);
});

test('who locks the login from elsewhere does not lock the office out', async () => {
    const me = await add('office');
    const cookie = await known(me.login);
    await lock(me.login);
    const office = await attempt(me.login, PASSWORD, `wl=x; ${cookie}`);
    assert.equal(office.status, 201, JSON.stringify(office.body));
    assert.equal((await attempt(me.login, PASSWORD)).status, 429); // elsewhere it stays locked
    // nor out of what asks for the password inside
    const session = office.headers.getSetCookie().find((one) => one.startsWith('wl=')).split(';')[0];
    const inside = (method, path, body) => new Caller(server.base).call(method, path, body,
        { Cookie: `${session}; ${cookie}`, 'X-CSRF': '1' });
    assert.equal((await inside('POST', '/sessions/current/step_up', { password: PASSWORD })).status, 204);
    assert.equal((await inside('PUT', '/me/password', { current: PASSWORD, password: `${PASSWORD}-2` })).status, 204);
});

test('the device\'s own failures lock it, and nobody else', async () => {
    const { login } = await add('device');
    const [one, two] = [await known(login), await known(login)];
    await lock(login, one);
    assert.equal((await attempt(login, PASSWORD, two)).status, 201);
    assert.equal((await attempt(login, PASSWORD)).status, 201);
    assert.equal((await attempt(login, PASSWORD, one)).status, 429);
});

test('another login\'s, an altered or a made-up cookie is none', async () => {
    const [mine, other] = [await add('mine'), await add('thief')];
    const cookie = await known(mine.login), theirs = await known(other.login);
    await lock(mine.login);
    const [name, value] = cookie.split('=');
    const altered = value.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'));
    for (const forged of [theirs, `${name}=${theirs.split('=')[1]}`, `${name}=${altered}`, `${name}=`,
        `${name}=${value.slice(0, -1)}`, `${name}=${'A'.repeat(22)}.${'A'.repeat(43)}`])
        assert.equal((await attempt(mine.login, PASSWORD, forged)).status, 429, forged);
    assert.equal((await attempt(mine.login, PASSWORD, `${theirs}; ${cookie}`)).status, 201); // a shared browser
    // it opens nothing by itself
    assert.equal((await attempt(mine.login, 'Wrong-Horse-1', cookie)).status, 401);
    assert.equal((await new Caller(server.base).call('GET', '/me', undefined, { Cookie: cookie })).status, 401);
});
