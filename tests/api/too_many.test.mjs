// How much one person may ask for in a minute, by class of work: 429 with Retry-After, over all workers,
// sessions and tokens of the person together, and nobody else's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties, people, signIn } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const MOST = { look: 40, heavy: 30, write: 20, job: 3, secret: 2 };
let server, who, others;

before(async () => {
    const limits = Object.entries(MOST).map(([name, n]) => [`WULIAN_LIMITS_${name.toUpperCase()}`, String(n)]);
    server = await startServer({ workers: 3, env: { ...Object.fromEntries(limits), WULIAN_METRICS_LISTEN: '127.0.0.1:0' } });
    ({ who } = await openTwoCounties(server));
    others = await people(server, JIANGHUA, Object.fromEntries(
        ['look', 'heavy', 'write', 'job', 'denied', 'secret'].map((name) =>
            [name, [name === 'job' ? 'station_head' : 'social_worker', YANGHUA]])));
});
after(() => server?.stop());

const counted = (answers) => answers.reduce((n, { status }) => ({ ...n, [status]: (n[status] ?? 0) + 1 }), {});
const many = async (n, ask) => Promise.all(Array.from({ length: n }, (_, i) => ask(i)));
const request = { div: YANGHUA, channel: 'HOTLINE', category: 'MEAL', domain: 'E', urgency: 'U2', content: '家中无米' };

/** Calls put off since the start: { class: how many }. */
async function limited() {
    return Object.fromEntries(Object.entries(await server.metrics()).flatMap(([sample, n]) => {
        const name = /^wulian_limited_total\{class="(\w+)"\}$/.exec(sample)?.[1];
        return name ? [[name, n]] : [];
    }));
}

/** Asks twice as often as may be; about so many are answered (a step of time may pass meanwhile), and each
 *  of the others is counted by its class. */
async function exhausted(name, status, ask) {
    const before = await limited();
    const answers = await many(2 * MOST[name], ask);
    const put = answers.filter((one) => one.status === 429).length;
    assert.deepEqual(await limited(), { ...before, [name]: (before[name] ?? 0) + put });
    const { [status]: good, 429: refused, ...rest } = counted(answers);
    assert.deepEqual(rest, {}, JSON.stringify(answers.find((one) => ![status, 429].includes(one.status))?.body));
    assert.ok(good >= MOST[name] - 2 && good < 2 * MOST[name] - 1, `${good} of ${MOST[name]}`);
    assert.ok(refused > 1);
    return answers.find((one) => one.status === 429);
}

test('short reads, over all workers and connections; other classes and other people go on', async () => {
    const { body, headers } = await exhausted('look', 200, () => others.look.get('/station/requests'));
    assert.equal(body.code, 'too_many_requests');
    const wait = Number(headers.get('retry-after'));
    assert.ok(wait >= 1 && wait <= 60, headers.get('retry-after'));
    assert.equal(body.detail, `Too many requests: try again in ${wait} s.`);
    assert.equal((await others.look.post('/station/requests', request)).status, 201);
    assert.equal((await who.head.get('/station/requests')).status, 200);
});

test('another session of the same person is the same person', async () => {
    const again = await signIn(server, others.look.login);
    assert.equal((await many(4, () => again.get('/station/requests'))).filter(({ status }) => status === 429).length > 1, true);
});

test('searches, writes and jobs have each their own', async () => {
    await exhausted('heavy', 200, () => others.heavy.post('/station/residents/search', { name: '无此人' }));
    await exhausted('write', 201, () => others.write.post('/station/requests', request));
    const { body } = await exhausted('job', 202, () => others.job.post('/station/requests/export', { format: 'csv' }));
    assert.equal(body.code, 'too_many_requests');
    for (const name of ['heavy', 'write', 'job'])
        assert.equal((await others[name].get('/station/requests')).status, 200, name);
});

test('what is refused leaves nothing, and who waits may again', async () => {
    const rows = () => server.psql(`select count(*) from station.request where created_by = '${others.write.account}'`);
    const before = await rows();
    const refused = await others.write.post('/station/requests', request);
    if (refused.status === 201) return; // three seconds have passed
    assert.equal(refused.status, 429);
    assert.equal(await rows(), before);
    await new Promise((done) => setTimeout(done, Number(refused.headers.get('retry-after')) * 1000 + 50));
    assert.equal((await others.write.post('/station/requests', request)).status, 201);
});

test('what is not permitted counts too: each refusal would be a row of the audit', async () => {
    const refused = await exhausted('heavy', 403, () => others.denied.get('/audit'));
    assert.equal(refused.body.code, 'too_many_requests');
    const rows = Number(await server.psql(`select count(*) from core.audit
        where actor = '${others.denied.account}' and result = 'not_permitted'`));
    assert.ok(rows >= MOST.heavy - 2 && rows < 2 * MOST.heavy - 1, `${rows}`);
});

test('what costs a hash of a password', async () => {
    const step = () => others.secret.post('/sessions/current/step_up', { password: PASSWORD });
    const before = await limited();
    const answers = await many(5, step);
    assert.equal(counted(answers)[429], 3, JSON.stringify(counted(answers))); // the others may find the queue full
    assert.deepEqual(await limited(), { ...before, secret: 3 });
    const anybody = await new Caller(server.base).post('/sessions', { login: others.secret.login, password: PASSWORD });
    assert.equal(anybody.status, 201); // who signs in is nobody yet
});
