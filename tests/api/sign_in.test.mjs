// The edges of signing in: codes and sessions that run out, locks that open again, tokens that end on
// every worker at once, and a flood of attempts that holds up nobody else. Who may have an account at all
// is accounts.test.mjs.
import assert from 'node:assert/strict';
import { randomBytes, scryptSync } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Caller, uuid7 } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, SUYU, TUOJIANG, activate, addPerson, openTwoCounties, people, signIn }
    from '../lib/county.mjs';
import { holding } from '../lib/race.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, guest;

before(async () => {
    server = await startServer({ workers: 3, env: { WULIAN_METRICS_LISTEN: '127.0.0.1:0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        sys: ['sys_admin', 431129, '何系统'], sec: ['sec_admin', 431129, '奉安全'],
    }));
    guest = new Caller(server.base);
});
after(() => server?.stop());

const add = (login, role = 'social_worker') =>
    addPerson(server, { login: `${login}@${JIANGHUA}`, name: '来人', role, div: TUOJIANG });
const attempt = (login, password) => guest.post('/sessions', { login, password });

/** The statuses that a token gets from every worker, each call on a connection of its own. */
async function everywhere(caller, path = '/me') {
    const answers = await Promise.all(Array.from({ length: 24 }, () =>
        caller.get(path, { Connection: 'close' })));
    return [...new Set(answers.map((answer) => answer.status))];
}

/** What the server has worked on passwords, in blocks of scrypt. */
const work = async () => (await server.metrics()).wulian_password_work_total;

/** A password's hash as it was stored when N was 2^5. */
function agedHash(password) {
    const salt = randomBytes(16), hash = scryptSync(password, salt, 32, { N: 32, r: 8, p: 1 });
    const text = (bytes) => bytes.toString('base64').replace(/=+$/, '');
    return `$scrypt$ln=5,r=8,p=1$${text(salt)}$${text(hash)}`;
}

/** Failures on the way in, without what differs by design. */
function told(answer) {
    return JSON.stringify({ ...answer.body, request_id: null, status: answer.status });
}

test('a code is good for 72 hours, and for one use', async () => {
    const person = await add('late');
    const until = await server.psql(`select round(extract(epoch from activation_until - now()) / 3600)
        from core.credential c join admin.account a on a.id = c.account where a.login = 'late'`);
    assert.equal(until, '72');
    await server.psql(`update core.credential set activation_until = now() - interval '1 second'
        where account = (select id from admin.account where login = 'late')`);
    const expired = await guest.post('/sessions/activate', { ...person, password: PASSWORD });
    assert.deepEqual([expired.status, expired.body.code], [401, 'sign_in_failed']);
    // made anew by the system administrator; the first is void
    const account = await server.psql(`select id from admin.account where login = 'late'`);
    const fresh = await who.sys.post(`/admin/accounts/${account}/activation_code`);
    assert.equal(fresh.status, 201);
    assert.equal((await guest.post('/sessions/activate', { ...person, password: PASSWORD })).status, 401);
    await activate(server, { login: person.login, code: fresh.body.code.toLowerCase().replace(/-/g, ' ') });
    assert.equal((await guest.post('/sessions/activate',
        { login: person.login, code: fresh.body.code, password: PASSWORD })).status, 401);
    assert.equal((await suyu.admin.post(`/admin/accounts/${account}/activation_code`)).status, 403);
});

test('two who use a code at the same moment: one of them gets in', async () => {
    const person = await add('race');
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) =>
        guest.post('/sessions/activate', { ...person, password: `${PASSWORD}-${i}` })));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 401, 401, 401]);
    const won = answers.findIndex((answer) => answer.status === 201);
    await signIn(server, person.login, `${PASSWORD}-${won}`);
});

test('a failure tells nothing: unknown name, unknown county, no password yet, wrong password', async () => {
    await activate(server, await add('known'));
    await add('fresh');
    const answers = [];
    for (const login of ['known@431129', 'unknown@431129', 'fresh@431129', 'known@321311', 'known@999999'])
        answers.push(await attempt(login, 'Wrong-Horse-1'));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [401]);
    assert.equal(new Set(answers.map(told)).size, 1);
    // nor does the time, nearly all of which is the hash, also for who has not been here since N was raised
    const aged = await add('aged');
    await activate(server, aged);
    await server.psql(`update core.credential set password = '${agedHash(PASSWORD)}'
        where account = (select id from admin.account where login = 'aged')`);
    const worked = {};
    for (const login of ['unknown@431129', 'known@431129', 'fresh@431129', 'known@321311', 'known@999999', aged.login]) {
        const before = await work();
        assert.deepEqual([login, (await attempt(login, 'Wrong-Horse-1')).status], [login, 401]);
        worked[login] = await work() - before;
    }
    const [one, ...more] = new Set(Object.values(worked));
    assert.ok(one > 0 && more.length === 0, JSON.stringify(worked));
    await signIn(server, aged.login); // and is hashed anew
    assert.doesNotMatch(await server.psql(`select password from core.credential
        where account = (select id from admin.account where login = 'aged')`), /ln=5,/);
});

test('a login that nobody has is locked as one that somebody has', async () => {
    const seen = {};
    await activate(server, await add('lockable'));
    for (const login of [`lockable@${JIANGHUA}`, `lockless@${JIANGHUA}`]) {
        seen[login] = [];
        for (let i = 0; i < 7; i++) seen[login].push(told(await attempt(login, `Wrong-Horse-${i}`)));
    }
    const [some, none] = Object.values(seen);
    assert.deepEqual(none, some);
    assert.match(some[6], /account_locked/);
});

test('the right password is refused while locked, and opens when the time is over', async () => {
    const person = await add('locked');
    const caller = await activate(server, person);
    for (let i = 0; i < 5; i++) assert.equal((await attempt(person.login, `Wrong-Horse-${i}`)).status, 401);
    const locked = await attempt(person.login, PASSWORD);
    assert.deepEqual([locked.status, locked.body.code], [429, 'account_locked']);
    assert.equal((await caller.get('/me')).status, 200); // who is in stays in
    const key = "login = sha256('locked')";
    const left = () => server.psql(`select round(extract(epoch from locked_until - now()) / 60)
        from core.sign_in_throttle where county = ${JIANGHUA} and ${key}`);
    assert.equal(await left(), '10');
    const over = () => server.psql(`update core.sign_in_throttle set locked_until = now() where ${key}`);
    await over();
    for (let i = 0; i < 5; i++) assert.equal((await attempt(person.login, `Wrong-Horse-${i}`)).status, 401);
    assert.equal(await left(), '20'); // the tenth failure in a row locks for twice as long
    await over();
    await signIn(server, person.login);
    assert.equal(await server.psql(`select count(*) from core.sign_in_throttle where ${key}`), '0');
});

test('guesses in parallel do not slip past the counter', async () => {
    const person = await add('guessed');
    await activate(server, person);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) =>
        attempt(person.login, `Wrong-Horse-${i}`)));
    const statuses = answers.map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [...Array(5).fill(401), ...Array(7).fill(429)]);
});

test('signing out ends the token at once on all workers', async () => {
    await activate(server, await add('leaver'));
    const [here, there] = [await signIn(server, `leaver@${JIANGHUA}`), await signIn(server, `leaver@${JIANGHUA}`)];
    assert.deepEqual(await everywhere(here), [200]); // every worker knows it now
    assert.equal((await here.delete('/sessions/current')).status, 204);
    assert.deepEqual(await everywhere(here), [401]);
    assert.deepEqual(await everywhere(here, '/station/requests'), [401]);
    assert.deepEqual(await everywhere(there), [200]); // the other session of the same person
    assert.equal((await here.delete('/sessions/current')).status, 401);
});

test('a session ends after half an hour without use, and at its time with it', async () => {
    const caller = await activate(server, await add('idle'));
    assert.deepEqual(await everywhere(caller), [200]);
    const age = (column, value) => server.psql(`update core.session set ${column} = now() ${value}
        where account = '${caller.account}'`);
    await age('seen_at', "- interval '29 minutes'");
    assert.deepEqual(await everywhere(caller), [200]);
    await age('seen_at', "- interval '31 minutes'");
    assert.deepEqual(await everywhere(caller), [401]);
    await age('seen_at', '');
    assert.deepEqual(await everywhere(caller), [200]);
    await age('expires_at', '');
    assert.deepEqual(await everywhere(caller), [401]);
    const fresh = await signIn(server, `idle@${JIANGHUA}`);
    const hours = (account) => server.psql(`select round(extract(epoch from max(expires_at) - now()) / 3600)
        from core.session where account = '${account}'`);
    assert.equal(await hours(fresh.account), '12');
    assert.equal(await hours(who.sec.account), '8'); // administrators
});

test('who marks a session as seen holds up none of its other requests', async () => {
    const caller = await activate(server, await add('busy'));
    await server.psql(`update core.session set seen_at = now() - interval '2 minutes'
        where account = '${caller.account}'`);
    // a long report, say, in its first statement
    const report = `update core.session set seen_at = now() where account = '${caller.account}'`;
    await holding(server, report, async () => {
        assert.deepEqual(await everywhere(caller), [200]);
        assert.equal((await caller.post('/station/requests', { channel: 'DOOR', category: 'OTHER', domain: 'K',
            urgency: 'U4', content: '咨询' })).status, 201);
    });
});

test('an ended post and a disabled account are out at once on all workers', async () => {
    for (const what of ['post', 'account']) {
        const caller = await activate(server, await add(`out.${what}`));
        const { body } = await caller.get('/me');
        assert.deepEqual(await everywhere(caller), [200]);
        const ended = what === 'post' ? await who.sec.act(`/admin/posts/${body.post}`, 'end')
            : await who.sec.act(`/admin/accounts/${caller.account}`, 'disable');
        assert.equal(ended.status, 200, JSON.stringify(ended.body));
        // also where a process that remembers them would refuse by itself
        assert.deepEqual(await everywhere(caller, '/station/residents?of=nobody'), [401], what);
        const write = await caller.post('/station/residents/batch', { items: 'none' });
        assert.deepEqual([write.status, write.body.code], [401, 'no_session'], what);
        assert.deepEqual(await everywhere(caller), [401], what);
        const again = await attempt(caller.login, PASSWORD);
        assert.deepEqual([again.status, again.body.code],
            [403, what === 'post' ? 'no_post' : 'account_inactive']);
    }
});

test('a post whose last day is over opens nothing', async () => {
    const caller = await activate(server, await add('ending'));
    const day = (from, to) => server.psql(`update admin.post set valid_from = core.today() + ${from},
        valid_to = core.today() + ${to} where account = '${caller.account}'`);
    await day(-10, 1);
    assert.deepEqual(await everywhere(caller), [200]);
    await day(-10, 0);
    assert.deepEqual(await everywhere(caller), [401]);
    await day(1, 10);
    assert.equal((await attempt(caller.login, PASSWORD)).body.code, 'no_post');
});

test('an API token does what it says and no more, on its own route and through search', async () => {
    const made = await who.head.post('/tokens',
        { name: '报表', permissions: ['resident.read', 'report.read'], days: 30 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const token = new Caller(server.base, made.body.token);
    assert.deepEqual(await everywhere(token, '/station/residents'), [200]);
    assert.equal((await token.get('/station/requests')).status, 403);
    assert.equal((await token.post('/station/residents', { name: '盘小妹' })).status, 403);
    for (const [method, path, body] of [
        ['POST', '/tokens', { name: 'x', permissions: ['resident.read'], days: 1 }],
        ['POST', '/sessions/post', { post: uuid7() }],
        ['PUT', '/me/password', { current: PASSWORD, password: `${PASSWORD}-2` }],
    ])
        assert.equal((await token.call(method, path, body)).status, 403, `${method} ${path}`);
    const foreign = new Caller(server.base, made.body.token.replace('431129', '321311'));
    assert.equal((await foreign.get('/station/residents')).status, 401);
    assert.equal((await suyu.head.delete(`/tokens/${made.body.id}`)).status, 404);
    assert.equal((await who.head.delete(`/tokens/${made.body.id}`)).status, 204);
    assert.deepEqual(await everywhere(token, '/station/residents'), [401]);
});

test('200 sign-ins at once: what is too much is told so', async () => {
    await attempt(`known@${JIANGHUA}`, PASSWORD); // each worker's first hash is behind it
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) =>
        attempt(`crowd${i}@${SUYU}`, 'Wrong-Horse-1')));
    for (const { status, body, headers } of answers) {
        assert.ok(status === 401 && body.code === 'sign_in_failed' || status === 503, `${status} ${body.code}`);
        if (status === 503) assert.ok(Number(headers.get('retry-after')) >= 1);
    }
    assert.ok(answers.some(({ status }) => status === 401));
    assert.ok(answers.some(({ status }) => status === 503), 'the queue has an end');
    await signIn(server, `head@${SUYU}`);
});

test('a flood of attempts holds up nobody who is signed in', async () => {
    const flood = Array.from({ length: 100 }, (_, i) => attempt(`flood${i}@${SUYU}`, 'Wrong-Horse-1'));
    const waits = [];
    for (let i = 0; i < 30; i++) {
        const began = performance.now();
        assert.equal((await who.worker.get('/station/requests')).status, 200);
        waits.push(performance.now() - began);
    }
    const answers = await Promise.all(flood);
    for (const answer of answers) {
        assert.ok([401, 503].includes(answer.status), String(answer.status));
        if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    }
    const median = waits.sort((a, b) => a - b)[15];
    assert.ok(median < 500, `a list took ${median} ms`);
    await signIn(server, `head@${SUYU}`);
});
