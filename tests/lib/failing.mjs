// API tests under Fail-Nth (tests/crash/fail_nth.test.mjs, fail_nth.c). Where FAIL_NTH_RUN names a folder,
// each call of a test's callers is asked again and again, and each time the next thing fails that the server
// needs for it, until it goes through. What the test then asserts is the verdict on the answers; the rest is
// here and in half_done.mjs. The folder holds plan.json, the places taken so far and what was found.
import { appendFileSync, closeSync, fchmodSync, openSync, readFileSync, readSync, readdirSync, rmSync,
    writeSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { halfDone } from './half_done.mjs';
import { root } from './temp.mjs';

const folder = process.env.FAIL_NTH_RUN;
export const isFailing = Boolean(folder);
const test = relative(root, process.argv[1] ?? '');

/** { seed, step: the mean distance of places, attempts: at most in one call, ends: the share of operations
 *  that end their worker once, jobs: failures of the jobs process for each job } */
const plan = folder && JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
const ATTEMPT_MS = 20_000;

const KINDS = ['lib', 'own', 'pq', 'file']; // as fail_nth.c has them
const PROCESSES = ['worker', 'jobs'];
const WALKED = ['lib', 'pq', 'file'];

// ---- the page that the shim reads ----------------------------------------------------------------

class Page {
    constructor(pid) {
        this.path = `/dev/shm/wulian-fail-${pid}`;
        this.fd = openSync(this.path, 'w+');
        fchmodSync(this.fd, 0o666); // the processes are another user's
        writeSync(this.fd, Buffer.alloc(4096));
    }

    place(kind, whose) {
        return (PROCESSES.indexOf(whose) * KINDS.length + KINDS.indexOf(kind)) * 8;
    }

    arm(kind, n, whose = 'worker') {
        const number = Buffer.alloc(8);
        number.writeBigInt64LE(BigInt(n));
        writeSync(this.fd, number, 0, 8, this.place(kind, whose));
    }

    /** Whether what was armed has failed. */
    isSpent(kind, whose = 'worker') {
        const number = Buffer.alloc(8);
        readSync(this.fd, number, 0, 8, this.place(kind, whose));
        return number.readBigInt64LE() <= 0n;
    }

    close() {
        closeSync(this.fd);
        rmSync(this.path, { force: true });
    }
}

// ---- the books -----------------------------------------------------------------------------------

const note = (what, line) =>
    appendFileSync(join(folder, `${process.pid}.${what}.jsonl`), `${JSON.stringify({ test, ...line })}\n`);

/** All lines of one kind that the files of a run have left in its folder. */
export const notes = (of, what) => readdirSync(of).filter((name) => name.endsWith(`.${what}.jsonl`))
    .flatMap((name) => readFileSync(join(of, name), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line));

/** "operation kind" → the next place, Infinity when through: what other files of the run have tried. */
const next = new Map();
if (folder) for (const { at, n } of notes(folder, 'next'))
    next.set(at, Math.max(next.get(at) ?? 0, n ?? Infinity));

let dice = plan?.seed >>> 0;

/** 0 … 1, from the seed. */
function chance() {
    dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
    return dice / 2 ** 32;
}

const stride = () => 1 + Math.floor(chance() * (2 * plan.step - 1));

/** The operation of a path: what names a row taken out. */
const operationOf = (method, path) => `${method} ${path.split('?')[0].split('/').map((part) =>
    /^[0-9a-f]{8}-/.test(part) ? '{id}' : /^\d+$/.test(part) ? '{n}' : part).join('/')}`;

// ---- one call ------------------------------------------------------------------------------------

const OURS = new Set(['cut', 500, 503, 504]);
const isThrough = ({ status }) => !OURS.has(status);

const attempt = (ask) => ask(AbortSignal.timeout(ATTEMPT_MS)).catch((fault) =>
    ({ status: 'cut', bytes: Buffer.from(String(fault.cause ?? fault)), fault }));

async function plainly(ask) {
    let answer;
    for (let tries = 0; tries < 400; tries++) {
        answer = await attempt(ask);
        if (isThrough(answer)) break;
        await sleep(10);
    }
    return answer;
}

/** Honest ends of a job: a table that could not be written or read, a disk that stayed away. */
const JOB_ENDS = /"code":"(export_file_failed|import_file_refused|job_gave_up)"/;

/** How often an operation was refused: such a call shows little, and is walked in short steps after some. */
const refusals = new Map();
const REFUSALS = 2, SHORT = 8;

/** One operation being asked for. */
class Walk {
    constructor(failing, op, ask, isKeyed) {
        Object.assign(this, { failing, op, ask, isKeyed });
        this.isRead = op.startsWith('GET ');
        this.at = {}; // the next place, by kind
        this.tries = 0;
        this.most = (refusals.get(op) ?? 0) < REFUSALS ? plan.attempts : Math.min(SHORT, plan.attempts);
        this.isUnsure = false;
    }

    found(kind, n, what) {
        note('found', { op: this.op, kind, n, what });
    }

    /** Fails the n-th of a kind: { got, isHit } */
    async fail(kind, n) {
        const { page } = this.failing;
        page.arm(kind, n);
        const got = await attempt(this.ask);
        const isHit = page.isSpent(kind);
        page.arm(kind, 0);
        note('tried', { op: this.op, kind, n, isHit, status: got.status });
        if (got.fault?.name === 'TimeoutError') this.found(kind, n, 'no answer');
        if (OURS.has(got.status) && !got.fault && !/"code":/.test(got.bytes))
            this.found(kind, n, `${got.status} without a code: ${got.bytes}`);
        if (isHit && !isThrough(got)) {
            this.isUnsure ||= !this.isKeyed;
            await this.failing.mended(kind);
        }
        return { got, isHit };
    }

    /** An answer in spite of a failure is what it would have been without. */
    async check(kind, n, got) {
        if (!this.isRead && (got.status < 400 || !this.isKeyed)) return got; // a write: the test will look
        const plain = await plainly(this.ask);
        // 429 counts attempts, and what is being made comes with time
        if (plain.status !== got.status && plain.status !== 429 && !/_not_yet"/.test(got.bytes))
            this.found(kind, n, `${got.status} for ${plain.status}: ${got.bytes}`);
        return plain;
    }

    /** The places of a kind, until one is beyond the last: the answer if that was final. */
    async kind(kind) {
        let answer;
        this.at[kind] ??= next.get(`${this.op} ${kind}`) ?? stride();
        while (this.at[kind] < Infinity && this.tries++ < this.most && (this.isRead || !answer)
            && !this.isUnsure) {
            const n = this.at[kind];
            const { got, isHit } = await this.fail(kind, n);
            if (isThrough(got)) answer = isHit ? await this.check(kind, n, got) : got;
            else if (!isHit) break; // it answers so by itself
            this.at[kind] = !isHit || kind === 'own' ? Infinity : n + stride();
        }
        return answer;
    }

    async whole() {
        let answer;
        const from = Math.floor(chance() * WALKED.length); // a write may go through at the first
        for (const kind of [...WALKED.slice(from), ...WALKED.slice(0, from)])
            if (this.isRead || !answer) answer = await this.kind(kind) ?? answer;
        if (!answer && chance() < plan.ends) answer = await this.kind('own');
        answer ??= await plainly(this.ask);
        // without a key nobody knows whether an attempt without an answer was the one that did it
        const isLost = this.isUnsure && answer.status >= 400;
        if (isLost) note('lost', { op: this.op, status: answer.status });
        if (answer.status < 400 || isLost) this.keep();
        else refusals.set(this.op, (refusals.get(this.op) ?? 0) + 1);
        return answer;
    }

    keep() {
        for (const [kind, n] of Object.entries(this.at)) {
            next.set(`${this.op} ${kind}`, n);
            note('next', { at: `${this.op} ${kind}`, n: n === Infinity ? null : n });
        }
    }
}

// ---- one server ----------------------------------------------------------------------------------

/** Under the shim, which stands before the sanitizer. */
export const shimEnv = (build) => ({
    LD_PRELOAD: resolve(root, build, 'tests/crash/fail_nth.so'),
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:verify_asan_link_order=0',
});

const running = new Map(); // address → Failing

/** Of the server at an address, if its calls are to fail. */
export const failingOf = (base) => running.get(base);

export class Failing {
    constructor(server) {
        this.server = server;
        server.workers = 1; // whose n-th it is
        this.env = { ...shimEnv(server.build), WULIAN_HTTP_THREADS: '1' };
        this.isBusy = false;
        this.jobs = 0; // failures of the jobs process that are still to come
    }

    /** As soon as there is a master; its children look for the page. */
    begin() {
        this.page?.close();
        this.page = new Page(this.server.child.pid);
    }

    answers() {
        running.set(this.server.base, this);
    }

    /** Until what a failure left behind is as before: the worker, the connection. */
    async mended(kind) {
        if (kind === 'pq') await sleep(20);
        for (let tries = 0; tries < 400; tries++) {
            const answer = await fetch(`${this.server.base}/healthz`).catch(() => null);
            if (answer?.ok) return;
            await sleep(10);
        }
    }

    /** While a job is under way its process fails too, now here, now there. */
    stir(answer) {
        if (answer.status === 202 && this.jobs === 0) this.jobs = plan.jobs;
        if (this.armed && JOB_ENDS.test(answer.bytes)) note('lost', { op: 'jobs', ...this.armed });
        if (this.jobs === 0 || (this.armed && !this.page.isSpent(this.armed.kind, 'jobs'))) return;
        if (this.armed) note('tried', { op: 'jobs', ...this.armed, isHit: true });
        const kind = chance() < plan.ends / 10 ? 'own' : WALKED[Math.floor(3 * chance())];
        this.armed = { kind, n: 1 + Math.floor(120 * chance() ** 2) };
        this.jobs--;
        this.page.arm(kind, this.armed.n, 'jobs');
    }

    /** ask(signal) → { status, bytes, … }: what it gives in the end. */
    async asked(method, path, headers, ask) {
        if (this.isBusy) return plainly(ask); // at the same time as another
        this.isBusy = true;
        // a sign-in has no key, nor has an announced file: one that nobody sends ends after a day
        const isKeyed = method === 'GET' ||
            ('Idempotency-Key' in headers && !/\/sessions|\/files$/.test(path));
        const answer = await new Walk(this, operationOf(method, path), ask, isKeyed).whole();
        this.isBusy = false;
        if (answer.fault) throw answer.fault;
        this.stir(answer);
        return answer;
    }

    /** Whether the server is whole: before it ends. */
    async judge() {
        if (this.server.child.exitCode !== null || this.server.child.signalCode) return;
        const ends = this.server.log.split('\n').filter((line) => /signal (4|7|8|11)\b/.test(line));
        for (const what of [...await halfDone(this.server), ...ends]) note('found', { what });
        this.page.close();
    }
}
