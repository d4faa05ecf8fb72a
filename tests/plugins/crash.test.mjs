// A plugin's C that crashes: the log names plugin, version, route and request, the worker comes back,
// and everybody else is served meanwhile. And what a route of a plugin may not do.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startServer } from '../lib/server.mjs';
import { ASAN, smallCounty } from './small.mjs';
import { settingsOf } from './sources.mjs';

let server;
let token;

before(async () => {
    const { env } = settingsOf('crash');
    server = await startServer({ env: { ...env, ASAN_OPTIONS: ASAN, WULIAN_METRICS_LISTEN: '127.0.0.1:0' } });
    token = await smallCounty(server, ['crash']);
});

after(() => server.stop());

/** One request on a connection of its own: { status, body }, or { lost } when nobody answered. */
function get(path) {
    const headers = { Authorization: `Bearer ${token}`, Connection: 'close' };
    return new Promise((done) => {
        const request = http.get(`${server.base}/api/v1/crash${path}`, { headers, agent: false },
            (answer) => {
                let text = '';
                answer.setEncoding('utf8').on('data', (piece) => (text += piece));
                answer.on('end', () => done({ status: answer.statusCode, body: JSON.parse(text) }));
                answer.on('error', (fault) => done({ lost: fault.code }));
            });
        request.on('error', (fault) => done({ lost: fault.code }));
    });
}

async function logged(pattern) {
    for (let i = 0; i < 200; i++) {
        const found = pattern.exec(server.log);
        if (found) return found;
        await sleep(25);
    }
    throw new Error(`not in the log: ${pattern}\n${server.log.slice(-4000)}`);
}

/** Crashes of plugins since the start: { labels: how many }. */
async function crashes() {
    const family = 'wulian_plugin_crashes_total';
    return Object.fromEntries(Object.entries(await server.metrics()).filter(([sample]) => sample.startsWith(family))
        .map(([sample, n]) => [sample.slice(family.length), n]));
}

test('a route of the plugin works', async () => {
    assert.deepEqual(await get('/count'), { status: 200, body: { things: 0 } });
});

test('its calls are in the audit', async () => {
    const rows = await server.rows(`select action, object, role, result from core.audit
                                     where object like 'crash/%'`);
    assert.deepEqual(rows,
        [{ action: 'route', object: 'crash/count', role: 'station_head', result: 'ok' }]);
});

for (const [route, signal] of [['segv', 11], ['abort', 6]]) {
    test(`a crash by signal ${signal} is named and mended`, async () => {
        const pids = server.pids('worker');
        const counted = await crashes();
        let running = true;
        const others = (async () => {
            const statuses = [];
            while (running) statuses.push((await get('/count')).status);
            return statuses;
        })();
        const { lost } = await get(`/${route}`);
        assert.match(lost ?? 'answered', /^ECONNRESET$/);
        const [, index, id] = await logged(new RegExp(
            `worker (\\d+) was in plugin crash 1\\.0\\.0, route /api/v1/crash/${route}, ` +
            'request ([0-9a-f-]{36}), for \\d+ ms'));
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
        const [, dead] = await logged(
            new RegExp(`worker ${index} \\(pid (\\d+)\\): signal ${signal}`));
        assert.ok(pids.includes(Number(dead)), `${dead} of ${pids}`);
        const now = await server.respawned('worker', Number(dead));
        const one = '{plugin="crash",version="1.0.0"}';
        assert.deepEqual(await crashes(), { ...counted, [one]: (counted[one] ?? 0) + 1 });
        assert.equal(now.filter((pid) => pids.includes(pid)).length, pids.length - 1);
        running = false;
        // whoever had a connection to the dead worker asks again; nobody is refused
        const statuses = await others;
        assert.ok(statuses.filter((s) => s === 200).length > 0);
        assert.deepEqual(statuses.filter((s) => s !== 200 && s !== undefined), []);
        assert.ok(statuses.filter((s) => s === undefined).length <= 1, String(statuses));
        for (let i = 0; i < 8; i++) assert.equal((await get('/count')).status, 200);
    });
}

test('a slot left in order is not blamed for a kill from outside', async () => {
    await get('/count');
    const before_ = server.log.length;
    const counted = await crashes();
    const pid = server.kill('worker');
    await server.respawned('worker', pid);
    assert.deepEqual(await crashes(), counted);
    assert.doesNotMatch(server.log.slice(before_), /was in plugin/);
});

test('a session that ended opens no route', async () => {
    await server.psql('update core.session set ended_at = now()');
    assert.equal((await get('/count')).status, 401);
    await server.psql('update core.session set ended_at = null');
});

test('where the plugin is off, its routes are not there', async () => {
    await server.psql(`update core.plugin_activation set enabled = false;
                       update core.tenant set version = version + 1`);
    const { status, body } = await get('/count');
    assert.equal(status, 404);
    assert.equal(body.code, 'plugin-not-enabled');
});
