// What the server takes when nothing happens: memory, idle connections, the time to start.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { root, watch } from '../lib/temp.mjs';
import { median } from './load.mjs';

function residentKb(pid) {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** Resident memory of each kind of process, MB. */
export function resident(server) {
    const mb = (which) => Math.max(...server.pids(which).map(residentKb)) / 1024;
    return Object.fromEntries(['master', 'worker', 'jobs'].map((which) =>
        [`${which}_mb`, Number(mb(which).toFixed(1))]));
}

function connect(server) {
    const { hostname, port } = new URL(server.base);
    return new Promise((done, fail) => {
        const socket = net.connect(Number(port), hostname, () =>
            socket.write('GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n'));
        socket.once('error', fail);
        socket.once('data', () => done(socket));
    });
}

/** Opens so many connections that each ask once, then keep quiet. → kB of the workers for each */
export async function idleConnections(server, counts) {
    const workers = () => server.pids('worker').reduce((sum, pid) => sum + residentKb(pid), 0);
    const result = {};
    for (const count of counts) {
        const before = workers();
        const open = [];
        while (open.length < count) {
            const some = Math.min(100, count - open.length);
            open.push(...await Promise.all(Array.from({ length: some }, () => connect(server))));
        }
        const each = (workers() - before) / count;
        const closed = open.filter((socket) => socket.destroyed).length;
        if (closed) throw new Error(`${closed} of ${count} idle connections were closed`);
        result[count] = { kb_each: Number(each.toFixed(1)) };
        for (const socket of open) socket.destroy();
        await sleep(500);
    }
    return result;
}

/** How a server on this one's database is started without its own PostgreSQL. */
export function dsnEnvironment(server) {
    const dsn = (role) => `host=${server.socket} user=${role} dbname=wulian`;
    return {
        ...server.environment(),
        WULIAN_DB_APP_DSN: dsn('wulian_app'),
        WULIAN_DB_GATE_DSN: dsn('wulian_gate'),
        WULIAN_DB_OWNER_DSN: dsn('wulian_owner'),
        WULIAN_KEYS_MASTER_FILE: server.place.key ?? `${server.place.state}/master.key`,
    };
}

/** Starts `command` and waits until it says that it serves; `as`: { uid, gid }.
 *  → { child, base, ms } */
export async function startBeside(server, command, args, as = {}) {
    const began = performance.now();
    const child = watch(spawn(command, args, { env: dsnEnvironment(server), cwd: root, ...as }));
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => (out += text));
    }
    for (;;) {
        const base = /^Wulian serves (\S+?)\/?$/m.exec(out)?.[1];
        if (base) return { child, base, ms: performance.now() - began };
        if (child.exitCode !== null) throw new Error(`${command} ended: ${out.slice(-2000)}`);
        await sleep(2);
    }
}

export async function stopBeside({ child }) {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
}

/** ms from exec until workers answer: the server alone, and with the start of its PostgreSQL. */
export async function startTimes(server) {
    const alone = [];
    for (let i = 0; i < 5; i++) {
        const other = await startBeside(server, server.binary, ['serve', '--workers', '2']);
        alone.push(other.ms);
        await stopBeside(other);
    }
    await server.end();
    const began = performance.now();
    await server.start();
    const embedded = performance.now() - began;
    return { server_ms: Math.round(median(alone)), embedded_ms: Math.round(embedded) };
}
