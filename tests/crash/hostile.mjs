// A server with the hostile plugin and one that minds its own business, and what must hold of a call that
// does its worst while others work.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller } from '../lib/api.mjs';
import { SURE, linesOf } from '../lib/log.mjs';
import { startServer } from '../lib/server.mjs';
import { TOWNSHIP, smallCounty } from '../plugins/small.mjs';
import { settingsOfAll } from '../plugins/sources.mjs';
import { CLIENTS, Passers } from './passers.mjs';

const PLUGINS = ['hostile', 'bystander'];
const REQUEST_MS = 3000; // what loops or hangs is waited for
const DOOMED_MS = 2000; // and then what is in flight beside it: core/master.c

// Routes that eat memory: path, what its caller sees, what the log says of it, how its worker ends (null:
// it does not), whether others may notice.
export const EATERS = [
    ['bomb', /^lost$/, /was in/, /signal (6|11)/],
    ['hoard', /^500 reply_too_large$/, null, null],
    ['gather', /^500 reply_too_large$/, null, null],
    // one result past the ceiling of the process, where others may find no memory either: then it ends
    ['flood', /^(lost|50[03] (unavailable|too_slow|reply_too_large))$/, null, null, true],
];

/** What the log says of a plugin whose call has had twice its time. */
export const OVERDUE = /must end: overdue in/;

/** Whose transaction has written to the plugin's rows, and since when. */
const WRITERS = `select a.pid, a.xact_start::text as since
    from pg_stat_activity a join pg_locks l on l.pid = a.pid and l.granted
    where l.relation = 'hostile.thing'::regclass and l.mode = 'RowExclusiveLock'`;

/** How a worker's end may take a request with it, by how it ends: one that had begun before (a kept connection
 *  may not know yet that its other end is gone); one that went on for most of the time left to it; none. */
const TAKEN = {
    atOnce: (end) => ({ began, isReused }) => isReused || began <= end.at,
    late: () => ({ began, ended }) => ended - began > DOOMED_MS / 2,
    drained: () => () => false,
};

export class Hostile {
    /** Starts it; `build` and `env` as startServer has them, `so`: where that build's plugins are. */
    static async open({ build, so, env = {} }) {
        const settings = { WULIAN_HTTP_REQUEST_MS: String(REQUEST_MS), WULIAN_HTTP_CONNECTIONS: '200' };
        const server = await startServer({ ...(build && { build }),
            env: { ...settingsOfAll(PLUGINS, { so }), ...settings, ...env } });
        const kit = new Hostile(server, new Caller(server.base, await smallCounty(server, PLUGINS)));
        for (const name of PLUGINS) {
            const made = await kit.caller.post(`/${name}/things`, { title: 'x', div: `${TOWNSHIP}000` });
            assert.equal(made.status, 201, JSON.stringify(made.body));
        }
        return kit;
    }

    constructor(server, caller) {
        Object.assign(this, { server, caller });
    }

    /** Starts the server once more, on its folder. */
    async restart() {
        await this.server.end();
        await this.server.start();
        this.caller.base = this.server.base;
    }

    /** Others begin to work, and go on until `traffic.stop()`. */
    work() {
        this.traffic = new Passers(new Caller(this.server.base, this.caller.token), `${TOWNSHIP}000`);
        this.traffic.start();
    }

    /** What a call came to: "503 too_slow", "200", or "lost" with its worker. */
    outcome(path) {
        return this.caller.get(path).then(
            ({ status, body }) => [status, body?.code].filter(Boolean).join(' '), () => 'lost');
    }

    async until(what, holds) {
        for (let i = 0; i < 1200; i++) {
            if (await holds()) return;
            await sleep(25);
        }
        throw new Error(`never: ${what}\n${this.server.log.slice(-4000)}`);
    }

    async health() {
        return (await fetch(`${this.server.base}/healthz`)).json();
    }

    served() {
        return this.until('all workers', () => this.server.pids('worker').length === this.server.workers);
    }

    /** Waits for a line of the log written since `from`. */
    logged(from, pattern) {
        return this.until(pattern, () => pattern.test(this.server.log.slice(from)));
    }

    /** Calls that route while others work: it is named, its worker alone ends, and all are served again. */
    async contains([route, seen, named, end, shared]) {
        const { server, traffic } = this;
        const from = server.log.length;
        const { made } = traffic;
        const before = traffic.lost.length;
        const asked = Date.now();
        assert.match(await this.outcome(`/hostile/${route}`), seen);
        const answered = Date.now();
        if (named) await this.logged(from, new RegExp(`worker \\d+ ${named.source} plugin hostile 1\\.0\\.0, ` +
            `route /api/v1/hostile/${route}, request [0-9a-f-]{36}`));
        if (end) await this.logged(from, new RegExp(`worker \\d+ \\(pid \\d+\\): ${end.source}`));
        await this.served();
        await this.until('others are served', () => traffic.made > made + 2 * CLIENTS);
        assert.deepEqual(traffic.wrong, []);
        const lines = linesOf(server.log.slice(from));
        if (named === OVERDUE) this.waited(asked, answered, lines);
        const lost = traffic.lost.slice(before);
        if (shared) assert.ok(lost.length <= 2 * CLIENTS, JSON.stringify(lost));
        else this.taken(lost, named === OVERDUE ? 'late' : named ? 'atOnce' : 'drained', lines);
        // our own connections to the worker that is gone may not know it yet
        for (const path of ['/hostile/count', '/bystander/count'])
            await this.until(path, async () => await this.outcome(path) === '200');
    }

    /** A call had its time before its client was told, twice of it before its worker had to end, and what was in
     *  flight beside it had some more. */
    waited(asked, answered, lines) {
        const overdue = lines.find(({ text }) => OVERDUE.test(text));
        const end = lines.find(({ text }) => /^worker \d+ \(pid \d+\): signal 9/.test(text));
        const waits = [answered - asked, overdue.at - asked, end.at - overdue.at];
        const least = [REQUEST_MS, 2 * REQUEST_MS, DOOMED_MS];
        assert.ok(least.every((ms, i) => waits[i] >= SURE * ms), `${waits} ms, where at least ${least} are to be`);
    }

    /** Lost is what was in the worker that ended and nothing else: of each client at most one. */
    taken(lost, how, lines) {
        const isTaken = TAKEN[how](lines.find(({ text }) => /^worker \d+ \(pid \d+\): /.test(text)));
        assert.deepEqual(lost.filter((one) => !isTaken(one)), []);
        assert.equal(new Set(lost.map(({ client }) => client)).size, lost.length, JSON.stringify(lost));
    }

    /** A call that writes and then does not come to its end, seen at it: { outcome, writer }. */
    async writing() {
        for (let tries = 0; tries < 20; tries++) {
            let isOver = false;
            const outcome = this.caller.post('/hostile/hold').finally(() => (isOver = true));
            while (!isOver) {
                const [writer] = await this.server.rows(WRITERS);
                if (writer) return { outcome, writer };
            }
        }
        throw new Error('it was never seen at work');
    }

    /** Of what it wrote nothing stays, its transaction ends, and who waits for its row gets through. */
    async undoes() {
        const { server, caller, traffic } = this;
        const pids = server.pids('worker');
        const { body: { items: [{ id }] } } = await caller.get('/hostile/things');
        const { etag } = await caller.get(`/hostile/things/${id}`);
        const { outcome, writer } = await this.writing();
        const key = randomUUID();
        const title = `of ${key}`;
        const patch = async () => (await caller.patch(`/hostile/things/${id}`, { title }, etag, key)).status;
        const waiting = patch();
        const { status, body } = await outcome;
        assert.deepEqual([status, body.code], [503, 'too_slow']);
        await waiting;
        await this.until('its row is free', async () => await patch() === 200);
        assert.deepEqual(await server.rows(`select pid from pg_stat_activity
            where pid = ${writer.pid} and xact_start = '${writer.since}'`), []);
        assert.deepEqual(await server.rows('select id, title from hostile.thing'), [{ id, title }]);
        assert.deepEqual([traffic.wrong, server.pids('worker')], [[], pids]);
    }

    /** Everything that was acknowledged is there, once; what is to be said of it. */
    async judge() {
        const { server, traffic } = this;
        await traffic.stop();
        const [{ n, names, versions }] = await server.rows(`
            select count(*)::int as n, count(distinct name)::int as names,
                   (select count(*)::int from station.resident_history) as versions
              from station.resident`);
        assert.deepEqual([n, names, versions], [traffic.made, traffic.made, traffic.made]);
        return `${traffic.made} registered, ${traffic.lost.length} requests lost and repeated`;
    }
}

/** The test's name of a route and what must come of it. */
export const titleOf = ([route, seen, , end]) =>
    `${route}: ${seen.source} for its caller, ${end?.source ?? 'nothing'} for its worker`;
