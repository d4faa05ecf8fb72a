// Thousands of clients that are slow on purpose: heads that come a byte a second, bodies that never
// end, readers that do not read, connections that say nothing. Whoever behaves is served all the while;
// the slow ones are told so (408) or shown the door, and nothing of them stays.
//
//   WULIAN_SLOW=8000 node --test tests/crash/slow_clients.test.mjs
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, openCounty, openStations, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const TUOJIANG = '431129100', YANGHUA = '431129100010';
const SLOW = Number(process.env.WULIAN_SLOW || 2000);
const GOOD = 10, ROUNDS = 40;

let server, head, operator, host, port, idle;

before(async () => {
    server = await startServer({ workers: 2, env: { WULIAN_HTTP_CONNECTIONS: '12000' } });
    [host, port] = server.place.address.split(':');
    await openCounty(server, JIANGHUA);
    const { admin } = await people(server, JIANGHUA, { admin: ['county_admin', 431129, '何局员'] });
    await openStations(admin, { [TUOJIANG]: '沱江镇' });
    ({ head, operator } = await people(server, JIANGHUA, {
        head: ['station_head', TUOJIANG, '李站长'],
        operator: ['hotline_operator', 431129, '唐接线'],
    }));
    idle = descriptors();
});
after(() => server?.stop());

/** Descriptors that the workers hold. */
function descriptors() {
    return server.pids('worker').reduce((n, pid) => n + readdirSync(`/proc/${pid}/fd`).length, 0);
}

/** One connection that sends `first`, then a byte of `drip` a second; { text, connected, closed, lived }
 *  as it goes, the last in ms once it is closed. */
function slowly(first, drip, { reads = true } = {}) {
    const began = performance.now(); // before the server can have counted from
    const socket = net.connect(Number(port), host);
    const client = { socket, text: '', connected: false, closed: false };
    let at = 0;
    const timer = drip && setInterval(() => socket.write(drip[at++ % drip.length]), 1000);
    socket.on('connect', () => {
        client.connected = true;
        socket.write(first);
        if (!reads) socket.pause();
    });
    socket.on('data', (bytes) => (client.text += bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
        clearInterval(timer);
        client.closed = true;
        client.lived = performance.now() - began;
    });
    return client;
}

const KINDS = {
    'a head that comes a byte a second': () => slowly('GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ', 'a'),
    'a body that never ends': () => slowly('POST /api/v1/sessions HTTP/1.1\r\nHost: a\r\n' +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"login":"', 'a'),
    'not a word': () => slowly('', ''),
    'an answer that is not read': () => slowly(
        'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500), '', { reads: false }),
};

// How long each kind is let be, in ms: nobody is shown the door sooner, however many there are.
const LASTS = {
    'a head that comes a byte a second': 10_000,
    'a body that never ends': 30_000,
    'not a word': 10_000,
    'an answer that is not read': 30_000,
};
const CLOCK_MS = 100; // between the server's look at its clock and ours

const closedEarly = (slow) => slow.filter(({ kind, client }) => client.lived < LASTS[kind] - CLOCK_MS)
    .map(({ kind, client }) => `${kind}: closed after ${Math.round(client.lived)} ms`);

/** Somebody who behaves: reads and writes, each on a fresh or a kept connection. Whatever is not as it
 *  must be is said. */
async function behave(n, faults, took) {
    for (let round = 0; round < ROUNDS; round++) {
        const began = Date.now();
        const answer = await head.get('/station/requests?limit=5', { timeout: 20_000 })
            .catch((fault) => ({ status: String(fault.cause ?? fault) }));
        if (answer.status !== 200) faults.push(`read ${n}.${round}: ${answer.status}`);
        const made = await operator.post('/station/requests', {
            div: YANGHUA, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E', urgency: 'U2',
            caller_name: '盘大爷', content: `第${n}.${round}件`,
        }, { timeout: 20_000 }).catch((fault) => ({ status: String(fault.cause ?? fault) }));
        if (made.status !== 201) {
            faults.push(`write ${n}.${round}: ${made.status} ${JSON.stringify(made.body)}`);
        }
        took.push(Date.now() - began);
    }
}

test(`${GOOD} clients are served beside ${SLOW} slow ones`, async (t) => {
    const names = Object.keys(KINDS);
    const slow = [];
    for (let i = 0; i < SLOW; i++) {
        // most of them are of the first kind, which libmicrohttpd alone would keep for ever
        const kind = i % 8 < 5 ? names[0] : names[1 + i % 3];
        slow.push({ kind, client: KINDS[kind]() });
        if (i % 100 === 99) await sleep(10);
    }
    // whoever does not read does not see either when the server has had enough
    const waits = slow.filter(({ kind }) => kind !== 'an answer that is not read');
    const there = () => slow.filter(({ client }) => !client.closed).length;
    const held = () => there() === SLOW && slow.every(({ client }) => client.connected) &&
        descriptors() >= idle + waits.length;
    for (let i = 0; i < 400 && !held() && there() === SLOW; i++) await sleep(25);
    assert.ok(held(), `${there()} of ${SLOW} there, ${descriptors() - idle} descriptors`);

    const faults = [], took = [];
    await Promise.all(Array.from({ length: GOOD }, (_, n) => behave(n, faults, took)));
    const slowest = took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)];
    t.diagnostic(`${took.length} times a read and a write, 99 of 100 in ${slowest} ms; ` +
        `${there()} slow clients still there`);
    assert.deepEqual(faults, []);
    assert.deepEqual(closedEarly(slow), []);

    for (let i = 0; i < 240 && waits.some(({ client }) => !client.closed); i++) await sleep(250);
    for (const { kind, client } of waits) {
        assert.ok(client.closed, kind);
        if (kind !== 'not a word') assert.match(client.text, /^HTTP\/1\.1 408 /, kind);
    }
    assert.deepEqual(closedEarly(slow), []);
    for (const { client } of slow) client.socket.destroy();
});

test('nothing of them stays', async (t) => {
    for (let i = 0; i < 400 && descriptors() > idle + 40; i++) await sleep(50);
    t.diagnostic(`${idle} descriptors before, ${descriptors()} now`);
    assert.ok(descriptors() <= idle + 40);
    assert.equal((await head.get('/station/requests?limit=1')).status, 200);
});
