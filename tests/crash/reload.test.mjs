// Reloads: nobody who asks meanwhile notices one, and a version that cannot serve leaves the old.
//
//   WULIAN_RELOADS=50 node --test tests/crash/reload.test.mjs
//   WULIAN_LONG=1                  … with those that take half a minute to fail
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster } from '../lib/cluster.mjs';
import { TUOJIANG, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { importBegin, jobEnd } from '../lib/tables.mjs';
import { root, tempFolder } from '../lib/temp.mjs';
import { plainLabels, settingsOf } from '../plugins/sources.mjs';
import { Traffic } from './traffic.mjs';

const RELOADS = Number(process.env.WULIAN_RELOADS || 12);
const RESIDENTS = '/station/residents', THINGS = '/good/things';
const PROGRAM = resolve(root, process.env.WULIAN_BUILD || 'build', 'wulian');

const bin = tempFolder(), so = join(bin, 'plugins'), config = join(bin, 'wulian.ini');
let server, who, person, plugin;

/* ---- what an operator replaces ------------------------------------------------------------------ */

/** In one step, as a package does: who runs the old file goes on with it. */
function replace(path, write) {
    write(`${path}.new`);
    renameSync(`${path}.new`, path);
}

const program = (from) => replace(join(bin, 'wulian'), (to) => copyFileSync(from, to));
const stuck = () => replace(join(bin, 'wulian'), (to) =>
    writeFileSync(to, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 }));
const settings = (text) => replace(config, (to) => writeFileSync(to, text));

/** Builds plugin "good" from tests/plugins/plain.h with these definitions. */
function build(defines) {
    const source = join(bin, 'good.c');
    writeFileSync(source, Object.entries({ NAME: '"good"', ...defines })
        .map(([name, text]) => `#define ${name} ${text}\n`).join('') +
        `#include "${join(root, 'tests/plugins/plain.h')}"\n`);
    replace(join(so, 'good.so'), (to) => {
        const { status, stderr } = spawnSync('gcc', ['-std=c11', '-shared', '-fPIC',
            '-fvisibility=hidden', '-I', join(root, 'core/include'), source, '-o', to], { encoding: 'utf8' });
        assert.equal(status, 0, stderr);
    });
}

const NOTE = '{.name = "note", .type = WL_TEXT, .sensitivity = WL_CLASS_0, .max = 60}';
const NEWER = { VERSION: '"1.1.0"', SCHEMA: '2', FIELDS: `TITLE, STATE, HOLDER, ${NOTE}` };

/* ---- the server --------------------------------------------------------------------------------- */

before(async () => {
    mkdirSync(so);
    build({});
    program(PROGRAM);
    settings('');
    plugin = settingsOf('good', { so });
    server = await startServer({
        build: bin, args: ['--config', config],
        env: { ...plugin.env, WULIAN_PATHS_SQL: join(root, 'sql'), WULIAN_PATHS_CORE: join(root, 'core') },
    });
    server.binary = PROGRAM; // of what we run ourselves
    ({ who } = await openTwoCounties(server));
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/good`, { enabled: true });
    person = (await who.worker.post(RESIDENTS, { name: '盘大山', div: YANGHUA })).body.id;
});
after(() => server?.stop());

/** `wulian reload --json` → { status, ok, why, steps, ms } */
async function reload() {
    const { status, out, err } = await server.cli(['reload', '--json']);
    assert.match(out, /^\{.*\}\n$/, err);
    return { status, ...JSON.parse(out) };
}

async function reloaded() {
    const answer = await reload();
    assert.deepEqual([answer.status, answer.ok, answer.why], [0, true, null], server.log.slice(-4000));
    return answer;
}

const serving = () => [...server.pids('worker'), ...server.pids('jobs')];

/** A reload that must fail with this reason and change nothing. */
async function refused(reason) {
    await settled();
    const old = serving();
    const answer = await reload();
    assert.deepEqual([answer.status, answer.ok], [1, false]);
    assert.match(answer.why, reason);
    assert.deepEqual(old.filter((pid) => !serving().includes(pid)), []);
    assert.equal((await who.worker.get(`${RESIDENTS}/${person}`)).status, 200);
    await server.logged(/"event":"reload_failed"/);
}

/** Waits for those to end who have nothing left to do. */
async function settled() {
    for (let i = 0; serving().length > server.workers + 1 && i < 1600; i++) await sleep(25);
    assert.equal(serving().length, server.workers + 1);
}

/** Every worker and the jobs process are killed, and others of their kind serve in their place. */
async function comeBack() {
    const old = serving();
    const from = server.log.length;
    for (const pid of old) process.kill(pid, 'SIGKILL');
    const ready = () => server.log.slice(from).match(/"event":"ready"/g)?.length ?? 0;
    for (let i = 0; ready() < old.length && i < 1600; i++) await sleep(25);
    assert.equal(ready(), old.length, server.log.slice(from));
    await settled();
    assert.equal((await who.worker.get(`${RESIDENTS}/${person}`)).status, 200);
}

/* ---- nobody notices ----------------------------------------------------------------------------- */

test(`${RELOADS} reloads under load fail no request`, async (t) => {
    let n = 0;
    const read = () => ({ path: `${RESIDENTS}/${person}` });
    const write = () => ({ method: 'POST', path: RESIDENTS, body: { name: `载${++n}`, div: YANGHUA } });
    const traffic = new Traffic(server.base, who.worker, {
        reads: { keepAlive: true, between: 20, status: 200, ask: read },
        'now and then reads': { keepAlive: true, between: 1500, status: 200, ask: read },
        'reads on new connections': { keepAlive: false, between: 40, status: 200, ask: read },
        writes: { keepAlive: true, between: 60, status: 201, ask: write },
        'writes slowly': { keepAlive: true, pause: 400, status: 201, ask: write },
    });
    const old = serving();
    const handles = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
    const held = handles();
    let longest = 0;
    await traffic.during(async () => {
        for (let i = 0; i < RELOADS; i++) longest = Math.max(longest, (await reloaded()).ms);
    }, 2);
    t.diagnostic(`${JSON.stringify(traffic.answers)}, ${traffic.closes} connections ended by an answer, ` +
        `longest reload ${longest} ms`);
    assert.deepEqual(traffic.failures, []);
    assert.ok(traffic.closes > 0, 'nobody was on an old worker');
    await settled();
    assert.deepEqual(serving().filter((pid) => old.includes(pid)), []);
    assert.equal(handles(), held);
    const stored = await server.psql("select name from station.resident where name like '载%'");
    assert.deepEqual(stored.split('\n').sort(), traffic.made.sort());
});

test('an idle connection outlives the reload until it is used once', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = () => new Promise((done, fail) => {
        http.get(`${server.base}/healthz`, { agent }, (answer) => {
            const { localPort } = answer.socket;
            answer.resume().once('end', () =>
                done([answer.statusCode, answer.headers.connection ?? 'keep-alive', localPort]));
        }).once('error', fail);
    });
    const [, , port] = await get();
    await reloaded();
    await sleep(300);
    assert.deepEqual(await get(), [200, 'close', port]);
    await settled();
    assert.deepEqual((await get()).slice(0, 2), [200, 'keep-alive']);
    agent.destroy();
});

test('two who ask at once are served one after the other', async () => {
    const [one, two] = await Promise.all([reloaded(), reloaded()]);
    assert.deepEqual([one.steps.length >= 3, two.steps.length >= 3], [true, true]);
    await settled();
});

test('SIGHUP does the same and answers nobody', async () => {
    const old = serving();
    server.kill('master', 'SIGHUP');
    for (let i = 0; serving().some((pid) => old.includes(pid)) && i < 1600; i++) await sleep(25);
    assert.deepEqual(serving().filter((pid) => old.includes(pid)), []);
    await server.healthy();
});

test('a running import goes on in the new jobs process, and does nothing twice', async () => {
    const rows = [['name', 'div'], ...Array.from({ length: 12000 }, (_, i) => [`随${i}`, YANGHUA])];
    await server.psql('analyze'); // of what the load above wrote, as autovacuum would by and by
    const { id } = await importBegin(who.head, RESIDENTS, rows);
    await jobEnd(who.head, id, ({ done }) => done > 0);
    await reloaded();
    const { state, counts } = await jobEnd(who.head, id);
    assert.deepEqual([state, counts.created], ['done', 12000]);
    assert.equal(await server.psql("select count(*) from station.resident where name like '随%'"), '12000');
    await server.logged(new RegExp(`import ${id} in county \\d+: left`));
    assert.doesNotMatch(server.log, /"event":"gate"/, 'it was not given back, but counted as silent');
});

/* ---- settings ----------------------------------------------------------------------------------- */

describe('settings', () => {
    /** The status that a request for this host gets on a new connection. */
    const asked = (host) => new Promise((done, fail) => {
        http.get(`${server.base}/healthz`, { agent: false, headers: { host } },
            (answer) => done(answer.resume().statusCode)).once('error', fail);
    });

    test('are read anew', async () => {
        assert.equal(await asked('stranger.example'), 200);
        settings('[http]\nhosts = 127.0.0.1\n');
        await reloaded();
        assert.deepEqual([await asked('stranger.example'), await asked('127.0.0.1')], [400, 200]);
    });

    test('that are wrong change nothing', async () => {
        settings('[http]\nhosts = *\nthreads = many\n');
        await refused(/http\.threads must be a number from 1 to 24/);
        settings('[http]\nhots = *\n');
        await refused(/wulian\.ini:2: .*http\.hots/);
        assert.equal(await asked('stranger.example'), 400);
    });

    test('of the master itself are named, and wait for a restart', async () => {
        settings('[metrics]\nlisten = 127.0.0.1:0\n');
        const { steps } = await reloaded();
        assert.ok(steps.includes('metrics.listen has changed: that needs a restart'), steps.join('\n'));
        settings('');
        await reloaded();
    });
});

/* ---- a new version ------------------------------------------------------------------------------ */

describe('a program', () => {
    after(() => program(PROGRAM));

    test('that ends is not taken, nor by one who comes back in place of another', async () => {
        program('/bin/false');
        await refused(/^worker \d+: ended by exit status 1 before it was ready$/);
        await comeBack();
    });

    test('that the running master does not fit says so', () => {
        const refusal = 'the server is of another version: restart it instead';
        for (const more of ['--more=1', '--slots=2']) {
            const { output, status } = spawnSync(PROGRAM, ['worker', '--index=1', more, '--ready=3'],
                { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], encoding: 'utf8' });
            assert.deepEqual([output[3], status], [`worker: ${refusal}`, 2]);
        }
    });

    test('that is never ready is not taken', { skip: !process.env.WULIAN_LONG }, async () => {
        stuck();
        await refused(/^worker \d+: not ready after 30 s$/);
    });
});

test('a database ahead of the program: who runs goes on or comes back, who is new is refused', async () => {
    const newest = 'select max(number) from core.migration where source = \'core\'';
    const number = Number(await server.psql(newest));
    await server.psql(`update core.migration set number = 9999
        where source = 'core' and number = ${number}`);
    try {
        await refused(new RegExp(`^worker \\d+: database: its schema is number 9999, this program's is ${number}`));
        await comeBack();
        assert.equal((await fetch(`${server.base}/readyz`)).status, 200);
    } finally {
        await server.psql(`update core.migration set number = ${number} where number = 9999`);
    }
    await reloaded();
});

describe('a plugin', () => {
    const texts = { ...plainLabels, 'plugin.good': 'good', 'thing.note': 'note' };
    let thing;

    before(async () => {
        thing = (await who.head.post(THINGS, { div: YANGHUA, title: 'old' })).body;
        for (const lang of ['zh-CN', 'en'])
            writeFileSync(join(plugin.dir, 'good/messages', `${lang}.json`), JSON.stringify(texts));
    });

    test('that the loader refuses is not taken', async () => {
        build({ ...NEWER, FIELDS: 'TITLE, STATE, HOLDER, {.name = "note", .sensitivity = WL_CLASS_0}' });
        await refused(/^worker \d+: modules: .*record thing: field note: type is unset/);
    });

    test('whose tables are not there yet is not taken', async () => {
        build(NEWER);
        writeFileSync(join(plugin.dir, 'good/sql/0002_note.sql'),
            `alter table good.thing add column note text;
             alter table good.thing_history add column note text;
             grant update (note) on good.thing to wulian_app;`);
        await refused(/^worker \d+: modules: good: .*column note: is missing in the table; add it in a migration/);
    });

    test('is taken after its migration, which the old ones live with', async () => {
        const traffic = () => new Traffic(server.base, who.head, {
            reads: { keepAlive: true, between: 20, status: 200, ask: () => ({ path: `${THINGS}/${thing.id}` }) },
            lists: { keepAlive: true, between: 40, status: 200, ask: () => ({ path: THINGS }) },
            writes: { keepAlive: true, between: 60, status: 201,
                ask: () => ({ method: 'POST', path: THINGS, body: { title: 'during', div: YANGHUA } }) },
        });
        const [first, second] = [traffic(), traffic()];
        const old = serving();
        await first.during(async () => {
            await sleep(500);
            const { status, err } = await server.cli(['migrate']);
            assert.equal(status, 0, err);
            await sleep(500);
            assert.deepEqual(serving(), old);
            assert.equal((await fetch(`${server.base}/readyz`)).status, 200);
        }, 2);
        build({}); // the file of before, and a database ahead of it
        await comeBack();
        assert.equal((await who.head.get(`${THINGS}/${thing.id}`)).status, 200);
        build(NEWER);
        await second.during(reloaded, 2);
        assert.deepEqual([first.failures, second.failures], [[], []]);
        await settled(); // what our own connections ask first is the old ones' still
        const made = await who.head.post(THINGS, { div: YANGHUA, title: 'new', note: 'seen' });
        assert.deepEqual([made.status, made.body.note], [201, 'seen'], JSON.stringify(made.body));
        assert.equal((await who.head.get(`${THINGS}/${thing.id}`)).body.note, null);
        assert.equal((await who.admin.get('/plugins')).body.items.find(({ name }) => name === 'good').version, '1.1.0');
    });
});

test('a program that runs where it lies is replaced: who comes back is of the one that was started', async () => {
    const place = tempFolder(); // reachable, so that nothing is copied to where nobody replaces it
    chmodSync(place, 0o755);
    copyFileSync(PROGRAM, join(place, 'wulian'));
    const cluster = await startCluster({ migrate: true });
    let own;
    try {
        own = await startServer({ build: place, database: cluster, env: {
            WULIAN_PATHS_SQL: join(root, 'sql'), WULIAN_PATHS_CORE: join(root, 'core'),
            WULIAN_PATHS_PLUGINS: join(dirname(PROGRAM), 'plugins'), WULIAN_PATHS_PLUGINS_SQL: join(root, 'plugins'),
        } });
        assert.doesNotMatch(own.log, /"event":"staged"/);
        replace(join(place, 'wulian'), (to) => copyFileSync('/bin/false', to));
        for (const kind of ['worker', 'jobs']) await own.respawned(kind, own.kill(kind));
        await own.healthy();
    } finally {
        await own?.stop();
        await cluster.stop();
    }
});

/* ---- who asks ----------------------------------------------------------------------------------- */

test('nobody there, and nobody named', () => {
    const ask = (...args) => spawnSync(PROGRAM, ['reload', ...args], { encoding: 'utf8' });
    const nobody = ask('--embedded', tempFolder());
    assert.deepEqual([nobody.status, /no server answers/.test(nobody.stderr)], [1, true], nobody.stderr);
    const which = ask();
    assert.deepEqual([which.status, /which server\?/.test(which.stderr)], [2, true], which.stderr);
});

test('a server that is stopped meanwhile ends, and lets the asker know', async () => {
    await settled();
    stuck();
    const before = server.log.length;
    const asked = reload();
    for (let i = 0; !/starting a first worker/.test(server.log.slice(before)) && i < 400; i++) await sleep(25);
    assert.equal((await server.end()).status, 0);
    const { status, why } = await asked;
    assert.deepEqual([status, why], [1, 'the server ended meanwhile: see its log']);
});
