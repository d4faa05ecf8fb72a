// The master against the death of each process it starts, and of itself.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { SURE, linesOf } from '../lib/log.mjs';
import { startServer } from '../lib/server.mjs';
import { watch } from '../lib/temp.mjs';

let server;

before(async () => {
    server = await startServer();
    await server.psql('create table public.kept (n int primary key)');
});

after(() => server.stop());

/** Whether a process still does anything. */
function alive(pid) {
    try {
        return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
        return false;
    }
}

/** Processes of the machine whose command line names this server's state folder or socket. */
function leftOver() {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
        .filter((pid) => {
            try {
                const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
                return args.includes(server.place.state) || args.includes(server.socket);
            } catch {
                return false;
            }
        });
}

async function databaseBack() {
    for (let i = 0; i < 400; i++) {
        try {
            return await server.psql('select count(*) from public.kept');
        } catch {
            await sleep(25);
        }
    }
    throw new Error('the database did not come back');
}

for (const which of ['worker', 'jobs']) {
    test(`a killed ${which} is started again`, async () => {
        const count = server.pids(which).length;
        const pid = server.kill(which);
        const pids = await server.respawned(which, pid);
        assert.equal(pids.length, count);
        await server.logged(new RegExp(`${which} \\d+ \\(pid ${pid}\\): signal 9`));
        await server.healthy();
    });
}

/** After how many ms a process that keeps dying is started again, at least: each time twice as many. */
const BACK_OFF = [0, 200, 400, 800];
const YOUNG_MS = 4000; // of 5 s that it may live before the count begins anew

/** The first line of the log behind its n-th that says so: { n: its number, at, text }. */
async function said(n, pattern) {
    for (let i = 0; i < 2000; i++) {
        const lines = linesOf(server.log);
        const found = lines.findIndex(({ text }, at) => at >= n && pattern.test(text));
        if (found >= 0) return { ...lines[found], n: found + 1 };
        await sleep(10);
    }
    throw new Error(`not in the log: ${pattern}\n${server.log.slice(-4000)}`);
}

/** Kills one process whenever it has been started: the pauses from its ends to its starts, in ms. */
async function pausesOf(which) {
    const { length } = linesOf(server.log);
    const first = server.kill(which);
    let end = await said(length, new RegExp(`^${which} \\d+ \\(pid ${first}\\): signal 9`));
    const [name] = end.text.split(' (');
    const pauses = [];
    while (pauses.length < BACK_OFF.length) {
        const start = await said(end.n, new RegExp(`^${name}: pid \\d+$`));
        const pid = Number(start.text.split(' ').at(-1));
        pauses.push(start.at - end.at);
        process.kill(pid, 'SIGKILL');
        end = await said(start.n, new RegExp(`^${name} \\(pid ${pid}\\): signal 9`));
        if (end.at - start.at > YOUNG_MS) pauses.length = 0; // a machine too slow to kill it at once
    }
    return pauses;
}

for (const which of ['worker', 'jobs']) {
    test(`a ${which} that keeps dying at once is started again after ever longer pauses`, async () => {
        const pauses = await pausesOf(which);
        assert.ok(BACK_OFF.every((least, i) => pauses[i] >= SURE * least),
            `${pauses} ms, where at least ${BACK_OFF} are to be`);
        await server.respawned(which, 0);
        await server.healthy();
    });
}

test('a killed postmaster is started again although its backends are busy', async () => {
    const busy = server.psql('select count(*) from generate_series(1, 10000000000)')
        .then(() => 'answered', () => 'lost');
    await sleep(300);
    await server.psql('insert into public.kept values (1)');
    const pid = server.kill('postgres');
    assert.equal(await busy, 'lost');
    assert.equal(await databaseBack(), '1');
    const [now] = await server.respawned('postgres', pid);
    assert.notEqual(now, pid);
});

test('ten kills of the postmaster in a row lose nothing acknowledged', async () => {
    for (let n = 2; n < 12; n++) {
        await server.psql(`insert into public.kept values (${n})`);
        const pid = server.kill('postgres');
        await server.respawned('postgres', pid);
        assert.equal(await databaseBack(), String(n));
    }
});

test('a second server on the same folder is refused', () => {
    const { status, stderr } = spawnSync(server.binary, ['serve', '--embedded', server.dir],
        { env: server.environment(), encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /another server is running on/);
});

test('a taken port is refused with one line', () => {
    const dsn = `host=${server.dir} dbname=nobody-asks-it`;
    const env = { ...server.environment(), WULIAN_HTTP_LISTEN: server.place.address,
        WULIAN_DB_APP_DSN: dsn, WULIAN_DB_GATE_DSN: dsn };
    // which it waits for, in case its holder is ending
    const { status, stderr } = spawnSync(server.binary, ['serve'], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /Address already in use/);
});

test('a killed master leaves no process behind and starts again with everything', async () => {
    const children = ['worker', 'jobs', 'postgres'].flatMap((which) => server.pids(which));
    await server.end('SIGKILL');
    for (let i = 0; (leftOver().length || children.some(alive)) && i < 400; i++) await sleep(25);
    assert.deepEqual(leftOver(), []);
    assert.deepEqual(children.filter(alive), []);
    await server.start();
    assert.equal(await databaseBack(), '11');
});

test('a start waits for a port whose holder is ending', async () => {
    const { address } = server.place;
    await server.end('SIGKILL');
    let holder;
    do { // the workers of the killed one held it as well
        holder = createServer().listen(Number(address.split(':')[1]), '127.0.0.1');
    } while (!await once(holder, 'listening').then(() => true, () => false));
    const started = server.again();
    await Promise.race([started, server.logged(/listen_wait/)]).finally(() => holder.close());
    await started;
    assert.equal(server.place.address, address);
});

test('a start ends the busy backends that a killed postmaster and a killed master left', async () => {
    const busy = server.psql('select count(*) from generate_series(1, 10000000000)')
        .then(() => 'answered', () => 'lost');
    await sleep(300);
    // an operator's, no part of it
    const shell = watch(spawn('sleep', ['600'], { cwd: join(server.place.state, 'data'), stdio: 'ignore' }));
    shell.unref();
    server.child.kill('SIGSTOP'); // who would end them itself
    server.kill('postgres');
    await server.end('SIGKILL');
    await server.start();
    await server.logged(/killing the database process/);
    assert.equal(await busy, 'lost');
    assert.ok(alive(shell.pid));
    shell.kill();
    assert.equal(await databaseBack(), '11');
});

test('a stale postmaster.pid that names a living stranger does not stop the start', async () => {
    const file = join(server.place.state, 'data', 'postmaster.pid');
    const text = readFileSync(file, 'utf8');
    await server.end('SIGKILL');
    for (let i = 0; leftOver().length && i < 400; i++) await sleep(25);
    writeFileSync(file, text.replace(/^\d+/, String(process.pid)));
    await server.start();
    await server.logged(/stale_pid/);
    assert.equal(await databaseBack(), '11');
});

test('SIGTERM ends everything in order', async () => {
    const { status } = await server.end('SIGTERM');
    assert.equal(status, 0);
    await server.logged(/database 0 \(pid \d+\): exit status 0/);
    assert.deepEqual(leftOver(), []);
});
