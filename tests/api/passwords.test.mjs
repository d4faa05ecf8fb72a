// What a county asks of passwords: 等保三级 or ASVS 5.0, chosen as a policy; none of the last five; an old
// one lets in only to be changed. What is refused at all is tests/unit/iam/password_test.c.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, SUYU, TUOJIANG, activate, addPerson, openTwoCounties, setParam, signIn }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, guest;

before(async () => {
    server = await startServer();
    await openTwoCounties(server);
    guest = new Caller(server.base);
});
after(() => server?.stop());

const add = async (login, county = JIANGHUA, div = TUOJIANG) =>
    addPerson(server, { login: `${login}@${county}`, name: '来人', role: 'social_worker', div });
const change = (caller, current, password) => caller.put('/me/password', { current, password });
const fault = ({ status, body }) => [status, body?.errors?.[0].pointer, body?.errors?.[0].code];
const USED = [422, '/password', 'password_used'];
const nth = (n) => `Correct-Horse-${n}-Battery`;
const agedTo = (caller, days) => server.psql(`update core.credential
    set password_at = now() - interval '${days} days' where account = '${caller.account}'`);

test('none of the last five comes back, the present one among them; the sixth does', async () => {
    const me = await activate(server, await add('again'));
    let now = PASSWORD;
    for (const next of [1, 2, 3, 4].map(nth)) {
        assert.equal((await change(me, now, next)).status, 204);
        now = next;
    }
    for (const old of [now, nth(3), PASSWORD])
        assert.deepEqual(fault(await change(me, now, old)), USED, old);
    assert.equal((await change(me, now, nth(5))).status, 204);
    assert.equal((await change(me, nth(5), PASSWORD)).status, 204);
    await signIn(server, me.login);
});

test('nor with an activation code; a wrong code does not learn it', async () => {
    const person = await add('code');
    const me = await activate(server, person);
    await server.psql(`update core.credential set activation = sha256('ACDEFGHJKMNPQRTUVWXYACDE'),
        activation_until = now() + interval '1 hour' where account = '${me.account}'`);
    const use = (code, password) => guest.post('/sessions/activate', { login: me.login, code, password });
    const wrong = await use('ACDEFGHJKMNPQRTUVWXYACDF', PASSWORD);
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'sign_in_failed']);
    assert.deepEqual(fault(await use('ACDEFGHJKMNPQRTUVWXYACDE', PASSWORD)), USED);
    assert.equal((await use('ACDEFGHJKMNPQRTUVWXYACDE', nth(1))).status, 201); // it was not used up
});

test('after 90 days a session can change it and nothing else', async () => {
    const me = await activate(server, await add('old'));
    await agedTo(me, 89);
    assert.equal((await guest.post('/sessions', { login: me.login, password: PASSWORD })).body.must, undefined);
    await agedTo(me, 90);
    const answer = await guest.post('/sessions', { login: me.login, password: PASSWORD });
    assert.deepEqual([answer.status, answer.body.must], [201, 'password']);
    const old = new Caller(server.base, answer.body.token);
    assert.equal((await old.get('/me')).body.session.must, 'password');
    assert.equal((await old.get('/station/requests')).status, 403);
    assert.equal((await old.post('/tokens', { name: 'x', permissions: ['request.read'], days: 1 })).status, 403);
    assert.deepEqual(fault(await change(old, PASSWORD, PASSWORD)), USED);
    assert.equal((await change(old, PASSWORD, nth(1))).status, 204);
    assert.equal((await old.get('/me')).status, 401); // in again with the new one
    const fresh = await guest.post('/sessions', { login: me.login, password: nth(1) });
    assert.deepEqual([fresh.status, fresh.body.must], [201, undefined]);
});

test('under ASVS 5.0 eight characters of any kind do, for ever, and old ones come back', async () => {
    await setParam(server, SUYU, 'sign_in.password_profile', 'asvs5');
    const person = await add('free', SUYU, 321311000000);
    const short = await guest.post('/sessions/activate', { ...person, password: 'qlxmrvz' });
    assert.deepEqual(short.body.errors[0],
        { pointer: '/password', code: 'password_short', detail: 'must have at least 8 characters' });
    const common = await guest.post('/sessions/activate', { ...person, password: 'sunshine' });
    assert.equal(common.body.errors[0].code, 'password_common');
    const { status, body } = await guest.post('/sessions/activate', { ...person, password: 'vlxmrqzt' });
    assert.equal(status, 201);
    const me = new Caller(server.base, body.token);
    me.account = body.account.id;
    assert.equal((await change(me, 'vlxmrqzt', 'vlxmrqzu')).status, 204);
    assert.equal((await change(me, 'vlxmrqzu', 'vlxmrqzt')).status, 204);
    await agedTo(me, 5000);
    assert.equal((await guest.post('/sessions', { login: person.login, password: 'vlxmrqzt' })).body.must, undefined);
    // the other county keeps to its own
    const strict = await guest.post('/sessions/activate', { ...await add('strict'), password: 'vlxmrqzt' });
    assert.equal(strict.body.errors[0].code, 'password_short');
});

test('what holds one\'s name or the county\'s is refused, once it is known who asks', async () => {
    const person = await addPerson(server, { login: `named@${JIANGHUA}`, name: '盘小妹', role: 'social_worker', div: TUOJIANG });
    const use = (code, password) => guest.post('/sessions/activate', { login: person.login, code, password });
    assert.equal((await use('ACDEFGHJKMNPQRTUVWXYACDF', 'Panxiaomei-77')).status, 401); // nobody learns a name
    for (const password of ['Panxiaomei-77', 'In Jianghua 77', '1 Xiaomeipan-77'])
        assert.deepEqual(fault(await use(person.code, password)), [422, '/password', 'password_context'], password);
    const me = await activate(server, person);
    assert.deepEqual(fault(await change(me, PASSWORD, 'my 江华 home-77')), [422, '/password', 'password_context']);
});

test('none of the 3,000 most usual that are long enough by ASVS 5.0', async () => {
    const { dictionary } = await import('../../deploy/data/node_modules/@zxcvbn-ts/language-common/dist/index.mjs');
    const usual = dictionary['passwords-common'].filter((word) => word.length >= 8).slice(0, 3000);
    assert.equal(usual.length, 3000);
    for (let at = 0; at < usual.length; at += 20) {
        const answers = await Promise.all(usual.slice(at, at + 20).map((password) =>
            guest.post('/sessions/activate', { login: `usual@${SUYU}`, code: 'x', password })));
        for (const [i, answer] of answers.entries())
            assert.match(fault(answer).join(), /^422,\/password,password_(common|context)$/, usual[at + i]);
    }
});

test('a profile that is misspelt is the stricter one', async () => {
    await server.psql(`update station.policy_value set value = 'asvs6'
        where county = ${SUYU} and key = 'sign_in.password_profile'`);
    const weak = await guest.post('/sessions/activate', { ...await add('typo', SUYU, 321311000000), password: 'vlxmrqzt' });
    assert.equal(weak.body.errors[0].code, 'password_short');
});
