// One sample of load, by wrk through the server or by pgbench on the database alone, and what
// processor time it took on either side.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, tempFolder, watch } from '../lib/temp.mjs';
import { program, shape } from './world.mjs';

/** What the server's connections set for themselves (core/db). */
const sessionOptions = '-c timezone=UTC -c datestyle=ISO -c bytea_output=hex' +
    ' -c standard_conforming_strings=on -c statement_timeout=5000';
/** What those for short reads add. Those for writes leave the choice of plans to PostgreSQL, which
 *  keeps them for these statements as well. */
const generic = ' -c plan_cache_mode=force_generic_plan';
const tickUs = 10000;

/** Runs a program to its end; → { out, err }. */
function run(command, args, env) {
    const child = watch(spawn(command, args, { env: { ...process.env, ...env } }));
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    return new Promise((done, fail) => {
        child.once('error', fail);
        child.once('close', (status) => status === 0 ? done({ out, err })
            : fail(new Error(`${command}: ${status}\n${err.slice(-1500)}`)));
    });
}

/** pid → [parent, ticks of its own, ticks of children it has waited for] */
function processTimes() {
    const all = new Map();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
            const f = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
            all.set(Number(pid), [f[1], f[11] + f[12], f[13] + f[14]]);
        } catch {
            // gone meanwhile
        }
    }
    return all;
}

/** Processor time so far, µs: of the worker processes, and of the whole PostgreSQL. */
export function cpu(server) {
    const all = processTimes();
    const [postmaster] = server.pids('postgres');
    let db = all.get(postmaster)[1] + all.get(postmaster)[2];
    for (const [, [parent, own]] of all) if (parent === postmaster) db += own;
    const workers = server.pids('worker').reduce((sum, pid) => sum + all.get(pid)[1], 0);
    return { server: workers * tickUs, db: db * tickUs };
}

/** The last whole month of which every station has requests. */
export function period() {
    const d = new Date(Date.now() - 35 * 86400e3);
    return d.toISOString().slice(0, 7);
}

let samples = 0;

/** wrk with these arguments for load.lua. → { rps, p50_ms, p90_ms, p99_ms, server_us, db_us } */
async function load(server, what, connections, seconds, args) {
    const before = cpu(server);
    const { out } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '8s',
        '-s', join(root, 'tests/bench/load.lua'), server.base, '--', ...args].map(String));
    const after = cpu(server);
    const r = JSON.parse(/^\{.*\}$/m.exec(out)[0]);
    if (r.errors || r.refused) {
        throw new Error(`${what} at ${connections}: of ${r.requests} ${r.errors} errors,` +
            ` ${r.refused} refused`);
    }
    return {
        rps: r.requests / r.us * 1e6, p50_ms: r.p50_ms, p90_ms: r.p90_ms, p99_ms: r.p99_ms,
        server_us: (after.server - before.server) / r.requests,
        db_us: (after.db - before.db) / r.requests,
    };
}

export function wrk(server, what, connections, seconds, of = shape) {
    return load(server, what, connections, seconds, [what, of.first, of.stations, of.townships,
        Math.floor(of.residents / of.stations), of.secret, of.number, period(),
        process.pid * 1000 + samples++]);
}

/** The same GET again and again. */
export function wrkOne(server, { token, path }, connections, seconds) {
    return load(server, path, connections, seconds, ['one', token, path]);
}

/** `once`: statements are not kept, as the server keeps none of theirs. → what pgbench said */
async function pgbenchOf(server, { script, constants, once }, args) {
    const file = join(tempFolder(), 'script.sql');
    writeFileSync(file, script);
    const { err } = await run(program('pgbench'), ['-n', '-M', once ? 'extended' : 'prepared', '-j', '1',
        ...args, '-f', file, '-h', server.socket, '-U', 'wulian_app',
        ...constants.flatMap((c) => ['-D', c]), 'wulian'],
    { PGOPTIONS: sessionOptions + (once ? '' : generic) });
    if (/aborted|ERROR/.test(err)) throw new Error(`pgbench: ${err.slice(-1500)}`);
    return err;
}

/** A pgbench run over the server's own socket; its first second, in which connections are made and
 *  caches fill, does not count. → { rps } */
export async function pgbench(server, script, connections, seconds) {
    const said = await pgbenchOf(server, script,
        ['-P', '1', '-c', `${connections}`, '-T', `${seconds + 1}`]);
    const rates = [...said.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps/mg)]
        .map(([, rate]) => Number(rate));
    if (rates.length < 2) throw new Error(`pgbench: ${said.slice(-1500)}`);
    return { rps: rates.slice(1).reduce((a, b) => a + b) / (rates.length - 1) };
}

/** So many runs of the script on one connection, with the same random numbers every time. */
export function pgbenchTimes(server, script, times, seed) {
    return pgbenchOf(server, script, ['-c', '1', '-t', `${times}`, `--random-seed=${seed}`]);
}

export function median(values) {
    const v = [...values].sort((a, b) => a - b);
    const mid = v.length >> 1;
    return v.length % 2 ? v[mid] : (v[mid - 1] + v[mid]) / 2;
}
