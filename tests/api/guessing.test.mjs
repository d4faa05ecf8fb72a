// Guessing at passwords: from one address at many accounts, or from many addresses at one county's. Browsers
// that signed in before are not concerned. Who calls is what a trusted proxy says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, SUYU, TUOJIANG, activate, addPerson, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const BY_ADDRESS = 6, BY_COUNTY = 20;
let server, office;

before(async () => {
    server = await startServer({ workers: 2, env: { WULIAN_HTTP_PROXIES: '127.0.0.1',
        WULIAN_LIMITS_SIGN_IN_ADDRESS: String(BY_ADDRESS), WULIAN_LIMITS_SIGN_IN_COUNTY: String(BY_COUNTY) } });
    await openTwoCounties(server);
    office = await activate(server, await addPerson(server,
        { login: `office@${JIANGHUA}`, name: '来人', role: 'social_worker', div: TUOJIANG }));
});
after(() => server?.stop());

let tried = 0;
const attempt = (from, login, password = `Wrong-Horse-${tried++}`, cookies = '') => new Caller(server.base).call('POST',
    '/sessions', { login, password, cookie: true }, { 'X-Forwarded-For': from, ...(cookies && { Cookie: cookies }) });
const wrong = (from, county = JIANGHUA) => attempt(from, `nobody${tried}@${county}`);
const said = ({ status, body }) => [status, body.code];

/** Fails until it is told to wait; how often it was tried. */
async function exhaust(most, from, county) {
    for (let i = 0; i < most; i++) assert.deepEqual(said(await wrong(from(i), county)), [401, 'sign_in_failed'], `${i}`);
    return wrong(from(most), county);
}

test('one address at many accounts is slowed down, whichever county; another address and known browsers are not', async () => {
    const device = (await attempt('192.0.2.1', office.login, PASSWORD)).headers.getSetCookie()
        .find((one) => one.startsWith('wl-device-')).split(';')[0];
    const refused = await exhaust(BY_ADDRESS, () => '192.0.2.1');
    assert.deepEqual(said(refused), [429, 'too_many_sign_ins']);
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 0 && wait <= 600 / BY_ADDRESS, `${wait}`);
    assert.equal((await wrong('192.0.2.1', SUYU)).status, 429);
    assert.equal((await wrong('192.0.2.1', 110101)).status, 429); // nor a county that does not exist
    assert.equal((await attempt('192.0.2.1', office.login, PASSWORD)).status, 429); // nor the right one from nowhere known
    assert.equal((await attempt('192.0.2.1', office.login, PASSWORD, device)).status, 201); // the office goes on
    assert.equal((await attempt('192.0.2.2', office.login, PASSWORD)).status, 201);
    // inside, with the device: not concerned either
    const guesses = await Promise.all([1, 2, 3].map(() => attempt('192.0.2.1', office.login, undefined, device)));
    assert.deepEqual(guesses.map(({ status }) => status), [401, 401, 401]);
});

test('sign-ins that succeed are no guesses', async () => {
    for (let i = 0; i < BY_ADDRESS + 2; i++) assert.equal((await attempt('192.0.2.3', office.login, PASSWORD)).status, 201);
});

test('a network of IPv6 is one address; what a client says of itself before the proxy is not believed', async () => {
    const refused = await exhaust(BY_ADDRESS, (i) => `198.51.100.${i}, 2001:db8:1:2::${i}`, SUYU);
    assert.deepEqual(said(refused), [429, 'too_many_sign_ins']);
    assert.equal((await wrong('2001:db8:1:3::1', SUYU)).status, 401);
    const row = await server.psql(`select count(*) from core.audit where county = ${SUYU} and address = '2001:db8:1:2::1'`);
    assert.equal(row, '1'); // the audit knows where it came from
});

test('an activation code is guessed at no more often than a password', async () => {
    const code = (from) => new Caller(server.base).call('POST', '/sessions/activate', { login: `x${tried++}@${SUYU}`,
        code: 'ACDEFGHJKMNPQRTUVWXYACDE', password: PASSWORD }, { 'X-Forwarded-For': from });
    for (let i = 0; i < BY_ADDRESS; i++) assert.equal((await code('192.0.2.7')).status, 401);
    assert.equal((await code('192.0.2.7')).status, 429);
});

test('many addresses at one county are slowed down together; known browsers and other counties go on', async () => {
    const device = (await attempt('192.0.2.9', office.login, PASSWORD)).headers.getSetCookie()
        .find((one) => one.startsWith('wl-device-')).split(';')[0];
    let answer;
    for (let i = 0; i <= BY_COUNTY && answer?.status !== 429; i++) answer = await wrong(`203.0.113.${i}`);
    assert.deepEqual(said(answer), [429, 'too_many_sign_ins']);
    assert.equal((await attempt('203.0.113.200', office.login, PASSWORD)).status, 429);
    assert.equal((await attempt('203.0.113.200', office.login, PASSWORD, device)).status, 201);
    assert.equal((await wrong('203.0.113.200', 110101)).status, 401);
});
