// The server's own instructions a request, which no neighbour on the machine can change: a worker
// under callgrind answers known numbers of requests, and what it counted is read after each.
import { copyFileSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { asks } from './asks.mjs';
import { startBeside, stopBeside } from './footprint.mjs';
import { profileOf } from './profile.mjs';
import { shape, station } from './world.mjs';

const samples = 5;
const counted = 40;

function children(pid) {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function workerOf(master) {
    return children(master).find((pid) => {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return args.includes('worker');
    });
}

/** Has the counters of the process written, which start anew; → what they held. */
function dump(pid, dir, as, label) {
    const { status, stderr } = spawnSync('callgrind_control',
        [`--vgdb-prefix=${join(dir, 'vgdb')}`, '--dump', String(pid)], { encoding: 'utf8', ...as });
    if (status !== 0) throw new Error(`callgrind_control: ${stderr}`);
    const name = (file) => Number(/\.(\d+)$/.exec(file)[1]);
    const last = readdirSync(dir)
        .filter((f) => f.startsWith(`callgrind.${pid}.`) && /\.\d+$/.test(f))
        .sort((a, b) => name(a) - name(b)).at(-1);
    if (process.env.BENCH_PROFILE) {
        copyFileSync(join(dir, last), join(process.env.BENCH_PROFILE, `${label}.callgrind`));
    }
    return profileOf(readFileSync(join(dir, last), 'utf8'));
}

function each({ total, modules }) {
    const of = (n) => Math.round(n / counted);
    return { total: of(total), modules: Object.fromEntries(Object.entries(modules)
        .map(([name, n]) => [name, of(n)]).filter(([, n]) => n > 0)) };
}

/** The lowest of some samples: what the worker does by the clock comes on top in the others. */
async function sampled(ask, count, label) {
    const found = [];
    for (let i = 0; i < samples; i++) {
        for (let k = 0; k < counted; k++) await ask(k);
        found.push(each(count(`${label}-${i}`)));
    }
    return found.sort((a, b) => a.total - b.total)[0];
}

/** → { r1: { total, modules: { 'core/http': …, … } }, … }. `of`: the world; `names`: of asks.mjs */
export async function instructions(server, say, of = shape, names = ['r1', 'r2', 'r3', 'r4', 'r5']) {
    const dir = server.place.socket; // its processes may write there
    const { uid, gid } = statSync(`/proc/${server.pids('worker')[0]}`);
    const as = { uid, gid };
    const valgrind = await startBeside(server, 'valgrind', [
        '--tool=callgrind', '--trace-children=yes', '--trace-children-skip-by-arg=jobs',
        `--vgdb-prefix=${join(dir, 'vgdb')}`, `--callgrind-out-file=${join(dir, 'callgrind.%p')}`,
        server.binary, 'serve', '--workers', '1'], as);
    const at = Array.from({ length: Math.min(of.stations, counted) }, (_, s) => station(s, of));
    const rows = Math.floor(of.residents / of.stations);
    const result = {};
    try {
        const worker = workerOf(valgrind.child.pid);
        for (const name of names) {
            const { ask } = asks(valgrind)[name];
            const once = (k) => ask(at[k % at.length], k % rows);
            const count = (label) => dump(worker, dir, as, label);
            for (let k = 0; k < counted; k++) await once(k); // fills hints, prepares statements
            count(`${name}-warm`);
            result[name] = await sampled(once, count, name);
            say(`${name}: ${result[name].total} instructions`);
        }
    } finally {
        await stopBeside(valgrind);
        for (const f of readdirSync(dir)) if (f.startsWith('callgrind.')) rmSync(join(dir, f));
    }
    return result;
}

/** Lines of a table: requests across, modules down. */
export function moduleTable(result) {
    const names = Object.keys(result);
    const row = (first, cells) => first.padEnd(20) + cells.map((c) => String(c).padStart(10)).join('');
    const all = [...new Set(names.flatMap((name) => Object.keys(result[name].modules)))];
    const most = (module) => Math.max(...names.map((name) => result[name].modules[module] ?? 0));
    return [
        row('instructions', names), row('a request', names.map((name) => result[name].total)),
        ...all.filter((module) => most(module) >= 100).sort((a, b) => most(b) - most(a))
            .map((module) => row(`  ${module}`, names.map((name) => result[name].modules[module] ?? 0))),
    ];
}
