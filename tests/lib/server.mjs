// A whole server of one test file: its own folder, its own embedded database, a port of its own.
//
//     const server = await startServer();
//     await fetch(server.base + '/healthz');
//     await server.kill('worker');            // SIGKILL to one of them; also jobs, postgres, master
//     await server.psql('select 1');          // as superuser; or psql(sql, 'wulian_app')
//     await server.cli(['user', 'list']);     // wulian user list --embedded <dir>
//     await server.stop();                    // fails when the log holds a sanitizer's report
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { documentKeep } from './contract.mjs';
import { Failing, isFailing } from './failing.mjs';
import * as pg from './psql.mjs';
import { beginWith, stateOf } from './template.mjs';
import { removeLater, removeNow, root, tempFolder, watch } from './temp.mjs';

/** One person of a test does what fifty do; with the limits of one run too_many.test.mjs and browser/shell.test.mjs. */
export const UNLIMITED = Object.fromEntries(['LOOK', 'HEAVY', 'WRITE', 'JOB', 'SECRET', 'SIGN_IN_ADDRESS', 'SIGN_IN_COUNTY'].map((name) => [`WULIAN_LIMITS_${name}`, '0']));

const REPORT = /(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:/;

/** `name=value` lines of DIR/place. */
function placeOf(dir) {
    const lines = readFileSync(join(dir, 'place'), 'utf8').trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** Children of a process, with their command lines. */
function childrenOf(parent) {
    const found = [];
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
            const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            if (Number(ppid) !== parent || state === 'Z') continue;
            const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
            found.push({ pid: Number(pid), args });
        } catch {
            // gone meanwhile
        }
    }
    return found;
}

/** A process and all its descendants, the eldest first; `each` is called before their children are
 *  looked for. */
export function family(pid, each = () => {}) {
    each(pid);
    return [pid, ...childrenOf(pid).flatMap((child) => family(child.pid, each))];
}

export class Server {
    constructor({ build, env, workers, dir, args, database }) {
        this.build = resolve(root, build);
        this.binary = join(this.build, 'wulian');
        this.env = env;
        this.workers = workers;
        this.dir = dir;
        this.args = args;
        this.database = database;
        this.log = '';
    }

    environment() {
        return {
            ...process.env,
            ...this.database?.environment(),
            ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0',
            UBSAN_OPTIONS: 'print_stacktrace=1',
            WULIAN_HTTP_LISTEN: '127.0.0.1:0',
            WULIAN_AUTH_STEP_UP_MINUTES: '720', // asked for by step_up.test.mjs; others take their time
            ...UNLIMITED,
            WULIAN_PATHS_WEB: 'no-console', // built or not: tests of the browser name it
            ...this.env,
            ...this.failing?.env,
        };
    }

    /** The option that names the database of its own; without, the settings do. */
    get own() {
        return this.database ? [] : ['--embedded', this.dir];
    }

    /** Where it is: as its folder says, or as it said itself. */
    placeAs(out) {
        return this.database
            ? { address: /^Wulian serves http:\/\/(\S+)\/$/m.exec(out)[1], socket: this.database.socket }
            : placeOf(this.dir);
    }

    /** Starts (again) on the same folder and waits until every process is ready. */
    async start() {
        const args = ['serve', ...this.own, '--workers', String(this.workers), ...this.args];
        rmSync(join(this.dir, 'place'), { force: true });
        if (stateOf(this.dir) !== this.dir) removeLater(stateOf(this.dir)); // also when it does not start
        this.child = watch(spawn(this.binary, args, { env: this.environment(), cwd: root }));
        this.failing?.begin();
        this.exited = new Promise((done) =>
            this.child.once('exit', (status, signal) => done({ status, signal })));
        let out = '';
        const take = (text) => (this.log += text);
        this.child.stderr.setEncoding('utf8').on('data', take);
        this.child.stdout.setEncoding('utf8').on('data', (text) => {
            out += text;
            take(text);
        });
        for (let i = 0; !/^Wulian serves /m.test(out); i++) {
            if (this.child.exitCode !== null || this.child.signalCode || i > 2400) {
                this.child.kill('SIGKILL');
                throw new Error(`the server did not start:\n${this.log.slice(-4000)}`);
            }
            await sleep(25);
        }
        this.place = this.placeAs(out);
        if (!this.database) for (const path of [this.place.state, this.place.socket]) removeLater(path);
        this.socket = this.place.socket;
        this.base = `http://${this.place.address}`;
        this.failing?.answers();
        return this;
    }

    /** Starts once more after the master was killed, where its clients look for it. */
    async again() {
        await this.exited;
        this.env = { ...this.env, WULIAN_HTTP_LISTEN: this.place.address };
        return this.start();
    }

    /** Waits until the server answers /healthz. */
    async healthy() {
        for (let i = 0; i < 400; i++) {
            try {
                const answer = await fetch(`${this.base}/healthz`);
                await answer.arrayBuffer();
                if (answer.ok) return await documentKeep(this);
            } catch (fault) {
                // nobody accepts yet
                if (!fault.cause) throw fault;
            }
            await sleep(25);
        }
        throw new Error(`the server does not answer:\n${this.log.slice(-4000)}`);
    }

    /** Process ids: 'worker', 'jobs', 'postgres' or 'master'. */
    pids(which) {
        if (which === 'master') return [this.child.pid];
        return childrenOf(this.child.pid)
            .filter(({ args }) => which === 'postgres'
                ? args[0].endsWith('/postgres') : args[1] === which)
            .map(({ pid }) => pid);
    }

    /** Kills one process of that kind; returns its id. */
    kill(which, signal = 'SIGKILL') {
        const [pid] = this.pids(which);
        if (!pid) throw new Error(`no ${which} is running`);
        process.kill(pid, signal);
        return pid;
    }

    /** Waits until `count` processes of the kind run and none of them is `not`. */
    async respawned(which, not, count = which === 'worker' ? this.workers : 1) {
        for (let i = 0; i < 800; i++) {
            const pids = this.pids(which);
            if (pids.length >= count && !pids.includes(not)) return pids;
            await sleep(25);
        }
        throw new Error(`${which} did not come back`);
    }

    /** Waits until the log, which comes through a pipe in its own time, holds the pattern. */
    async logged(pattern) {
        for (let i = 0; i < 400 && !pattern.test(this.log); i++) await sleep(25);
        if (!pattern.test(this.log)) {
            throw new Error(`not in the log: ${pattern}\n${this.log.slice(-4000)}`);
        }
    }

    /** What /metrics says, { sample: number }, where WULIAN_METRICS_LISTEN is set. */
    async metrics() {
        await this.logged(/"event":"metrics"/);
        const page = this.log.match(/http:\/\/127[^"]*\/metrics/g).at(-1);
        const text = await (await fetch(page)).text();
        return Object.fromEntries([...text.matchAll(/^(\w+(?:\{.*\})?) ([0-9.]+)$/gm)]
            .map(([, sample, n]) => [sample, Number(n)]));
    }

    psql(sql, role) {
        return pg.psql(this.socket, sql, role);
    }

    transaction(change) {
        return pg.transaction(this.socket, change);
    }

    rows(query, role) {
        return pg.rows(this.socket, query, role);
    }

    /** Runs another subcommand on this server's database: { status, out, err }. */
    cli(args, input = '') {
        const child = watch(spawn(this.binary, [...args, ...this.own],
            { env: this.environment(), cwd: root }));
        return new Promise((done, fail) => {
            const result = { out: '', err: '' };
            child.stdout.setEncoding('utf8').on('data', (text) => (result.out += text));
            child.stderr.setEncoding('utf8').on('data', (text) => (result.err += text));
            child.once('error', fail);
            child.once('close', (status) => done({ status, ...result }));
            child.stdin.on('error', () => {});
            child.stdin.end(input);
        });
    }

    /** Ends the master and waits for it. */
    async end(signal = 'SIGTERM') {
        if (this.child.exitCode === null && !this.child.signalCode) this.child.kill(signal);
        return this.exited;
    }

    /** Drains and stops, keeping the folder for another start. Throws when the server ended badly or a
     *  sanitizer spoke. */
    async halt() {
        await this.failing?.judge();
        const { status, signal } = await this.end();
        const report = REPORT.exec(this.log);
        const kept = process.env.WULIAN_KEEP_LOGS;
        if (kept) writeFileSync(join(kept, `server-${this.child.pid}.log`), this.log);
        if (report) throw new Error(`sanitizer report:\n${this.log.slice(report.index, report.index + 4000)}`);
        if (status !== 0) {
            throw new Error(`the server ended with ${status ?? signal}:\n${this.log.slice(-4000)}`);
        }
    }

    /** halt(), then removes everything. */
    async stop() {
        try {
            await this.halt();
        } finally {
            this.remove();
        }
    }

    remove() {
        const made = this.database ? [] : [this.place?.state, this.place?.socket];
        for (const path of [...made, this.dir]) {
            if (path && existsSync(path)) removeNow(path);
        }
    }
}

/** For the template: a server that was started and halted. */
async function firstOf(build) {
    const server = new Server({ build, env: {}, workers: 1, dir: tempFolder(), args: [] });
    await server.start();
    await server.halt();
    return { state: server.place.state, end: () => server.remove() };
}

/** A server that answers. `build`: folder of the binary (WULIAN_BUILD, else build); `env`: settings such
 *  as { WULIAN_HTTP_THREADS: '2' }; `dir`: an existing folder instead of a fresh one; `args`: more of
 *  `wulian serve`; `database`: a cluster (cluster.mjs) instead of an embedded one. */
export async function startServer({ build = process.env.WULIAN_BUILD || 'build', env = {},
    workers = 2, dir, args = [], database } = {}) {
    const fresh = dir === undefined && !database;
    const server = new Server({ build, env, workers, dir: dir ?? tempFolder(), args, database });
    if (fresh) await beginWith(server.dir, server, () => firstOf(server.build));
    if (isFailing) server.failing = new Failing(server);
    await server.start();
    return server.healthy();
}
