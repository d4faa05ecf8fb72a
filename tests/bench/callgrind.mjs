// The server's own instructions a request, which no neighbour on the machine can change: a worker
// under callgrind answers known numbers of requests, and a count is read before and after.
import { copyFileSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { asks } from './asks.mjs';
import { startBeside, stopBeside } from './footprint.mjs';
import { station } from './world.mjs';

const warm = 50;
const counted = 200;

function children(pid) {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function workerOf(master) {
    return children(master).find((pid) => {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return args.includes('worker');
    });
}

/** Dumps the counters of the process, which start anew, and returns what they held. */
function dump(pid, dir, as, label) {
    const { status, stderr } = spawnSync('callgrind_control',
        [`--vgdb-prefix=${join(dir, 'vgdb')}`, '--dump', String(pid)], { encoding: 'utf8', ...as });
    if (status !== 0) throw new Error(`callgrind_control: ${stderr}`);
    const name = (file) => Number(/\.(\d+)$/.exec(file)[1]);
    const files = readdirSync(dir)
        .filter((f) => f.startsWith(`callgrind.${pid}.`) && /\.\d+$/.test(f))
        .sort((a, b) => name(a) - name(b));
    const text = readFileSync(join(dir, files.at(-1)), 'utf8');
    if (process.env.BENCH_PROFILE) {
        const kept = join(process.env.BENCH_PROFILE, `${label}.callgrind`);
        copyFileSync(join(dir, files.at(-1)), kept);
    }
    return Number(/^(?:totals|summary): (\d+)/m.exec(text)[1]);
}

/** → { r1, r2, r3 } */
export async function instructions(server, say) {
    const dir = server.place.socket; // its processes may write there
    const { uid, gid } = statSync(`/proc/${server.pids('worker')[0]}`);
    const as = { uid, gid };
    const valgrind = await startBeside(server, 'valgrind', [
        '--tool=callgrind', '--trace-children=yes', `--vgdb-prefix=${join(dir, 'vgdb')}`,
        `--callgrind-out-file=${join(dir, 'callgrind.%p')}`,
        server.binary, 'serve', '--workers', '1'], as);
    const result = {};
    try {
        const worker = workerOf(valgrind.child.pid);
        for (const [name, { ask }] of Object.entries(asks(valgrind))) {
            for (let i = 0; i < warm; i++) await ask(station(57), i);
            dump(worker, dir, as, `${name}-warm`);
            for (let i = 0; i < counted; i++) await ask(station(57), i % warm);
            result[name] = Math.round(dump(worker, dir, as, name) / counted);
            say(`${name}: ${result[name]} instructions`);
        }
    } finally {
        await stopBeside(valgrind);
        for (const f of readdirSync(dir)) if (f.startsWith('callgrind.')) rmSync(join(dir, f));
    }
    return result;
}
