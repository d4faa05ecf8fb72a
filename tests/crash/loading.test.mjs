// A plugin that ends every process that loads it: after three of them it is left out, all others are
// served, whoever looks is told, and a release loads it again without a restart.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller } from '../lib/api.mjs';
import { startServer } from '../lib/server.mjs';
import { stateOf } from '../lib/template.mjs';
import { tempFolder } from '../lib/temp.mjs';
import { ASAN, COUNTY, TOWNSHIP, smallCounty } from '../plugins/small.mjs';
import { settingsOfAll } from '../plugins/sources.mjs';
import { CLIENTS, Passers } from './passers.mjs';

const MOODS = process.env.WULIAN_LONG ? ['exit', 'hang'] : ['exit']; // half a minute until hanging is held back
const PLUGINS = ['unloadable', 'bystander'];
const env = { ...settingsOfAll(PLUGINS), ASAN_OPTIONS: ASAN, WULIAN_METRICS_LISTEN: '127.0.0.1:0' };

for (const lang of ['zh-CN', 'en']) { // a title of its own
    const file = join(env.WULIAN_PATHS_PLUGINS_SQL, 'unloadable/messages', `${lang}.json`);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), 'plugin.unloadable': `Shaky, ${lang}` }));
}

/** Whoever sees the county's matrix; the token of a second post of the head. */
async function countyAdmin(server) {
    const secret = randomBytes(32).toString('base64url');
    await server.psql(`with p as (
        insert into admin.post (county, id, div, org, change, created_by, updated_by, account, role, kind, scope_div, state, approved_by)
        select p.county, gen_random_uuid(), p.div, p.org, p.change, p.created_by, p.updated_by, p.account, 'county_admin',
               p.kind, p.county::bigint * 1000000, 'active', p.approved_by
          from admin.post p returning *)
        insert into core.session (county, hash, kind, account, post, expires_at)
        select county, sha256('${secret}'), 'session', account, id, now() + interval '1 hour' from p`);
    return `wl1_${COUNTY}_${secret}`;
}

const moodOf = (dir) => join(stateOf(dir), 'files/mood');

async function until(what, holds, server) {
    for (let i = 0; i < 4000; i++) {
        if (await holds()) return;
        await sleep(25);
    }
    throw new Error(`never: ${what}\n${server.log.slice(-4000)}`);
}

const health = async (server) => (await fetch(`${server.base}/healthz`, { headers: { connection: 'close' } })).json();

describe('a plugin that began to crash while it is loaded', () => {
    let server, caller, traffic;

    before(async () => {
        server = await startServer({ env });
        caller = new Caller(server.base, await smallCounty(server, PLUGINS));
        traffic = new Passers(new Caller(server.base, caller.token), `${TOWNSHIP}000`);
    });
    after(() => server?.stop());

    const count = () => caller.get('/unloadable/count')
        .then(({ status, body }) => [status, body.code].filter(Boolean).join(' '), () => 'lost');

    /** Kills every process that loads plugins, one after the other, each when the last is back. */
    async function renew() {
        const ready = () => server.log.split('"event":"ready"').length;
        for (const which of ['worker', 'worker', 'jobs']) {
            const before = ready();
            for (const pid of server.pids(which).slice(0, 1)) process.kill(pid, 'SIGKILL');
            await until(`${which} is ready`, () => ready() > before, server);
        }
    }

    test('is left out after three crashes; nobody else notices', async () => {
        assert.equal(await count(), '200');
        traffic.start();
        writeFileSync(moodOf(server.dir), 'segv', { mode: 0o644 });
        server.kill('worker');
        await server.logged(/plugin unloadable so-[0-9a-f]{12} is held back after 3 crashes in 300 s/);
        assert.match(server.log, /was in plugin unloadable so-[0-9a-f]{12}, route loading/);
        const made = traffic.made;
        await until('others are served', () => traffic.made > made + 2 * CLIENTS, server);
    });

    test('all processes go on without it, also the one of the jobs', async () => {
        await renew();
        await until('left out', async () => await count() === '503 plugin-quarantined', server);
        for (let i = 0; i < 8; i++) {
            assert.equal(await count(), '503 plugin-quarantined');
            assert.equal((await caller.get('/bystander/count')).status, 200);
        }
        await traffic.stop();
        assert.deepEqual(traffic.wrong, []);
    });

    test('health, metrics and `wulian doctor` say so', async () => {
        assert.deepEqual(await health(server), { status: 'ok', quarantined: ['unloadable'] });
        const samples = Object.entries(await server.metrics()).map(([sample, n]) => `${sample} ${n}`).join('\n');
        assert.match(samples, /^wulian_plugin_quarantined\{plugin="unloadable",version="so-[0-9a-f]{12}"\} 1$/m);
        assert.match((await server.cli(['doctor'])).out,
            /^BAD {3}no plugin is held back for its crashes: unloadable so-/m);
    });

    test('the lists of plugins name it and say why: for the county, in its matrix, at the terminal', async () => {
        const admin = new Caller(server.base, await countyAdmin(server));
        const left = { name: 'unloadable', version: null, quarantined: true };
        const why = /^The service crashed, ended or hung again and again while it was loaded/;
        const named = ({ body }, list) => {
            const found = body[list].find(({ name }) => name === 'unloadable');
            assert.match(found.reason, why);
            return found;
        };
        const { reason, on, ...rest } = named(await admin.get('/plugins', { 'Accept-Language': 'en' }), 'items');
        assert.deepEqual(rest, { ...left, title: 'Shaky, en', enabled: true, settings: [] });
        assert.deepEqual(on.map(({ township }) => township), [String(TOWNSHIP)]);
        const { reason: same, ...head } = named(await admin.get('/admin/activations', { 'Accept-Language': 'en' }), 'plugins');
        assert.deepEqual([head, same], [{ ...left, title: 'Shaky, en' }, reason]);
        const zh = await admin.get('/plugins', { 'Accept-Language': 'zh-CN' });
        assert.match(zh.body.items.find(({ name }) => name === 'unloadable').reason, /加载时多次异常退出/);
        const others = zh.body.items.filter(({ name }) => name !== 'unloadable');
        assert.deepEqual(others.map(({ name, quarantined, reason: none }) => [name, quarantined, none]), [['bystander', false, null]]);
        const put = await admin.put(`/admin/townships/${TOWNSHIP}/plugins/unloadable`, { enabled: false });
        assert.deepEqual([put.status, put.body.code, put.headers.get('retry-after')], [503, 'plugin-quarantined', null]);
        const { out } = await server.cli(['plugin', 'list']);
        assert.match(out, /^bystander .* 2 routes$/m);
        assert.match(out, /^unloadable +- +The service crashed, ended or hung/m);
        assert.deepEqual(JSON.parse((await server.cli(['plugin', 'list', '--json'])).out).map(({ name, version, quarantined }) =>
            [name, version !== null, quarantined]), [['bystander', true, false], ['unloadable', false, true]]);
        const described = await server.cli(['plugin', 'describe', 'unloadable']);
        assert.equal(described.status, 1);
        assert.match(described.err, /again and again while it was loaded/);
    });

    test('the whole server starts without it, and what it had published stays', async () => {
        const published = () => server.rows(`select role, permission from core.role_permission
            where owner = 'unloadable' order by 1, 2`);
        const before = await published();
        assert.ok(before.length > 0);
        await server.end();
        await server.start();
        caller.base = server.base;
        assert.equal(await count(), '503 plugin-quarantined');
        assert.equal((await caller.get('/bystander/count')).status, 200);
        assert.deepEqual(await published(), before);
    });

    test('a release loads it into new processes', async () => {
        rmSync(moodOf(server.dir));
        assert.equal((await server.cli(['plugin', 'release', 'unloadable'])).status, 0);
        await until('it serves', async () => await count() === '200', server);
        await until('nobody is left out', async () => (await health(server)).quarantined.length === 0, server);
        for (let i = 0; i < 8; i++) assert.equal(await count(), '200');
    });
});

for (const mood of MOODS) {
    test(`a server begins although a plugin can not be loaded: ${mood}`, async () => {
        const dir = tempFolder();
        mkdirSync(join(stateOf(dir), 'files'), { recursive: true, mode: 0o755 });
        writeFileSync(moodOf(dir), mood, { mode: 0o644 });
        const server = await startServer({ env, dir });
        try {
            const caller = new Caller(server.base, await smallCounty(server, PLUGINS));
            assert.equal((await caller.get('/bystander/count')).status, 200);
            assert.equal((await caller.get('/unloadable/count')).status, 503);
            assert.deepEqual(await health(server), { status: 'ok', quarantined: ['unloadable'] });
        } finally {
            await server.stop();
        }
    });
}
