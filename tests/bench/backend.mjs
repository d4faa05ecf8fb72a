// What a request costs PostgreSQL, without a clock: the backend's instructions, counted by callgrind,
// the pages it looks at, and how it plans. pgbench runs what the server sends (capture.mjs) on the data
// of a server that has ended; the difference between a short and a longer run leaves out what
// connecting and the first planning cost.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { watch } from '../lib/temp.mjs';
import { pgbenchTimes } from './load.mjs';
import { program } from './world.mjs';

const settled = 6; // after five runs PostgreSQL has chosen between its kinds of plan

let runs = 0; // each draws other random numbers, the same every time

const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');

/** PostgreSQL under callgrind, on a server's data. → { child, out, own }: what it says, and how
 *  many processes it has without a client's */
async function startCounted({ place, socket, psql }, dir) {
    const { uid, gid } = statSync(join(place.state, 'data'));
    const options = {
        listen_addresses: '', unix_socket_directories: socket, logging_collector: 'off', timezone: 'UTC',
        hba_file: join(place.state, 'pg_hba.conf'), ident_file: join(place.state, 'pg_ident.conf'),
        session_preload_libraries: 'auto_explain', 'auto_explain.log_nested_statements': 'on',
    };
    const child = watch(spawn('valgrind', ['--tool=callgrind', '--vgdb=no',
        `--callgrind-out-file=${join(dir, 'callgrind.%p')}`, program('postgres'),
        '-D', join(place.state, 'data'),
        ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { uid, gid, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] }));
    const counted = { child, out: '' };
    child.stderr.setEncoding('utf8').on('data', (text) => (counted.out += text));
    for (let i = 0; !/ready to accept connections/.test(counted.out); i++) {
        if (child.exitCode !== null || i > 2400) throw new Error(`postgres: ${counted.out.slice(-2000)}`);
        await sleep(25);
    }
    await sleep(1000); // it has started its own processes
    counted.own = children(child.pid).length;
    return counted;
}

async function stopCounted({ child }, dir) {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    await gone;
    for (const f of readdirSync(dir)) if (f.startsWith('callgrind.')) rmSync(join(dir, f));
}

/** Pages a backend has looked at so far, in memory or not. */
async function pages(server) {
    return Number(await server.psql(
        `select blks_hit + blks_read from pg_stat_database where datname = 'wulian'`));
}

/** → { instructions, pages } of that many runs, with all that stands around them */
async function spent(server, postgres, dir, script, times) {
    const rested = async () => {
        while (children(postgres.child.pid).length > postgres.own) await sleep(20);
    };
    const before = await pages(server);
    await rested();
    const known = new Set(readdirSync(dir));
    await pgbenchTimes(server, script, times, ++runs);
    await rested(); // a backend writes what it counted when it ends
    const counts = readdirSync(dir).filter((f) => f.startsWith('callgrind.') && !known.has(f))
        .map((f) => Number(/^(?:totals|summary): (\d+)/m.exec(readFileSync(join(dir, f), 'utf8'))[1]));
    return { instructions: Math.max(...counts), pages: await pages(server) - before };
}

async function eachOf(server, postgres, dir, script, counted) {
    const few = Math.max(settled, counted / 2);
    const short = await spent(server, postgres, dir, script, few);
    const long = await spent(server, postgres, dir, script, few + counted);
    return {
        instructions: Math.round((long.instructions - short.instructions) / counted),
        pages: Number(((long.pages - short.pages) / counted).toFixed(1)),
    };
}

/** How one run reads the tables that hold the many rows, each way once. */
async function planOf(server, postgres, script) {
    const from = postgres.out.length;
    await server.psql('alter role wulian_app set auto_explain.log_min_duration = 0');
    await pgbenchTimes(server, script, 1, ++runs);
    await server.psql('alter role wulian_app reset auto_explain.log_min_duration');
    const scans = postgres.out.slice(from).matchAll(/((?:\w+ )+(?:using \w+ )?on (?:resident|request)) /g);
    return [...new Set([...scans].map(([, scan]) => scan.trim()))].sort();
}

/** Works with PostgreSQL counted; the server has ended before and may be started afterwards.
 *  `work` gets { each(script, times) → { instructions, pages }, plan(script) → [scan] }. */
export async function withCountedPostgres(server, work) {
    const dir = server.socket; // its processes may write there
    const postgres = await startCounted(server, dir);
    try {
        // a session that was seen within the minute is not marked as seen once more
        await server.psql(`update core.session set seen_at = now() + interval '1 hour';
            vacuum (analyze) core.session`);
        return await work({
            each: (script, counted = 40) => eachOf(server, postgres, dir, script, counted),
            plan: (script) => planOf(server, postgres, script),
        });
    } finally {
        await stopCounted(postgres, dir);
    }
}
