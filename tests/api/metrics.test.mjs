// What the server counts of itself, as Prometheus reads it: on a listener of its own, of all processes
// together, and nothing in it about anybody.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

let server, metrics;

before(async () => {
    server = await startServer({ env: { WULIAN_METRICS_LISTEN: '127.0.0.1:0' } });
    await server.logged(/"event":"metrics"/);
    [metrics] = server.log.match(/http:\/\/127[^"]*\/metrics/);
});

after(() => server.stop());

/** { samples: { text: number }, families: { name: type } }, or a refusal of what is not the format. */
async function scrape() {
    const answer = await fetch(metrics);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    const samples = {}, families = {};
    let family;
    for (const line of (await answer.text()).trimEnd().split('\n')) {
        const head = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line);
        if (head) {
            family = head[2];
            if (head[1] === 'TYPE') {
                assert.ok(!(family in families), `${family} comes in two pieces`);
                families[family] = head[3];
            }
            continue;
        }
        const [, sample, number] = /^(\w+(?:\{[^}]*(?:\{\w+\}[^}]*)*\})?) ([0-9.]+)$/.exec(line) ?? assert.fail(line);
        assert.ok(sample.startsWith(family), `${sample} below ${family}`);
        assert.ok(!(sample in samples), `${sample} stands twice`);
        samples[sample] = Number(number);
    }
    return { samples, families };
}

const route = (method, path, status) =>
    `wulian_requests_total{method="${method}",route="${path}",status="${status}"}`;

async function signInWrongly() {
    const answer = await fetch(`${server.base}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'nobody@431129', password: 'not the word' }),
    });
    assert.equal(answer.status, 401);
}

test('answers are counted by route, status, problem and time, over all workers', async () => {
    const before = (await scrape()).samples;
    for (let i = 0; i < 20; i++) {
        await (await fetch(`${server.base}/healthz`, { headers: { connection: 'close' } })).text();
    }
    await signInWrongly();
    assert.ok(!('wulian_db_errors_total{sqlstate="08"}' in (await scrape()).samples), 'nothing was lost');
    assert.equal((await fetch(`${server.base}/api/v1/me`)).status, 401);
    assert.equal((await fetch(`${server.base}/no/such/page`)).status, 404);
    const { samples: now, families } = await scrape();
    const grown = (name) => now[name] - (before[name] ?? 0);
    assert.equal(grown(route('GET', '/healthz', '2xx')), 20);
    assert.equal(grown(route('POST', '/api/v1/sessions', '4xx')), 1);
    assert.equal(grown(route('GET', '/api/v1/me', '4xx')), 1);
    assert.equal(grown('wulian_responses_total{status="404"}'), 1);
    assert.equal(grown('wulian_problems_total{code="sign_in_failed"}'), 1);
    assert.equal(grown('wulian_request_seconds_count{lane="password"}'), 1);
    assert.equal(families.wulian_request_seconds, 'histogram');
    assert.ok(now['wulian_request_seconds_sum{lane="password"}'] > 0);
});

test('the buckets of a histogram grow and end with the whole', async () => {
    const { samples } = await scrape();
    for (const lane of ['quick', 'write', 'plugin', 'password']) {
        const buckets = Object.keys(samples)
            .filter((s) => s.startsWith(`wulian_request_seconds_bucket{lane="${lane}"`));
        assert.equal(buckets.length, 13);
        const limits = buckets.map((s) => /le="([^"]+)"/.exec(s)[1]);
        assert.equal(limits.pop(), '+Inf');
        assert.deepEqual(limits.map(Number), limits.map(Number).sort((a, b) => a - b));
        const counts = buckets.map((s) => samples[s]);
        assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
        assert.equal(counts.at(-1), samples[`wulian_request_seconds_count{lane="${lane}"}`]);
    }
});

test('a count outlives the worker that made it, and its death is counted', async () => {
    const ends = 'wulian_process_ends_total{process="worker",clean="0",wanted="0"}';
    const before = (await scrape()).samples;
    for (const pid of server.pids('worker')) {
        process.kill(pid, 'SIGKILL');
        await server.respawned('worker', pid);
    }
    await server.healthy();
    const now = (await scrape()).samples;
    assert.equal(now[ends] - (before[ends] ?? 0), 2);
    assert.ok(now[route('GET', '/healthz', '2xx')] >= before[route('GET', '/healthz', '2xx')]);
});

/** The workers were killed just now: their connections come back by themselves. */
async function connected() {
    for (let i = 0; i < 400; i++) {
        const { samples } = await scrape();
        if ([1, 2].every((worker) => samples[`wulian_db_up{worker="${worker}"}`] === 1)) return;
        await sleep(25);
    }
    assert.fail('a worker has no connection');
}

test('what waits and who is connected is there, also where nothing is', async () => {
    await connected();
    const { samples, families } = await scrape();
    for (const gauge of ['wulian_jobs_waiting', 'wulian_notices_waiting', 'wulian_notices_late_seconds',
        'wulian_audit_unsealed_rows']) {
        assert.equal(samples[gauge], 0);
        assert.equal(families[gauge], 'gauge');
    }
    for (const worker of [1, 2]) {
        assert.equal(samples[`wulian_threads_busy{for="plugins",worker="${worker}"}`], 0);
    }
    const free = samples['wulian_disk_free_ratio{folder="files"}'];
    assert.ok(free > 0 && free < 1, `${free}`);
    assert.equal(samples.wulian_samples_lost_total, 0);
});

const silent = (what) => `wulian_jobs_silent_seconds{what="${what}"}`;

/** Waits until that holds of what both threads of the jobs process are silent for. */
async function silence(holds) {
    for (let i = 0; i < 800; i++) {
        const { samples } = await scrape();
        if (['audit', 'clock'].every((what) => holds(samples[silent(what)], what))) return samples;
        await sleep(25);
    }
    assert.fail('it never was so');
}

test('what the jobs process told last stays while it hangs; how long ago that was rises until it goes on', async () => {
    const before = await silence((seconds) => seconds < 60);
    const jobs = server.kill('jobs', 'SIGSTOP');
    let hung;
    try {
        hung = await silence((seconds, what) => seconds > before[silent(what)] + 3);
        const later = await silence((seconds, what) => seconds > hung[silent(what)]);
        assert.equal(later.wulian_audit_late_seconds, hung.wulian_audit_late_seconds);
    } finally {
        process.kill(jobs, 'SIGCONT');
    }
    await silence((seconds, what) => seconds < hung[silent(what)]);
});

test('the two listeners know nothing of each other', async () => {
    assert.equal((await fetch(`${server.base}/metrics`)).status, 404);
    const other = new URL('/api/v1/me', metrics);
    assert.equal((await fetch(other)).status, 404);
});

/** Names in the table of families. */
function familyNames() {
    const table = readFileSync(join(root, 'core/metrics.c'), 'utf8');
    return new Set(['wulian_samples_lost_total',
        ...[...table.matchAll(/^ {4}\{"(wulian_\w+)"/gm)].map(([, name]) => name)]);
}

/** promtool, from Debian's prometheus: { status, said }. */
function promtool(args, input) {
    const run = spawnSync('promtool', args, { cwd: join(root, 'deploy/prometheus'), input, encoding: 'utf8' });
    return { status: run.status, said: `${run.stdout}${run.stderr}` };
}

test('the alert rules are well formed, fire on their fault and on no quiet day', () => {
    for (const args of [['check', 'rules', '--lint-fatal', 'wulian.rules.yml'],
        ['test', 'rules', 'wulian.rules.test.yml']]) {
        const { status, said } = promtool(args);
        assert.equal(status, 0, said);
    }
});

test('Prometheus finds nothing to say about the format', async () => {
    const { status, said } = promtool(['check', 'metrics'], await (await fetch(metrics)).text());
    assert.equal(said, '');
    assert.equal(status, 0);
});

test('every sample that an alert asks for is one that is counted', () => {
    const table = familyNames();
    const rules = readFileSync(join(root, 'deploy/prometheus/wulian.rules.yml'), 'utf8');
    const tested = readFileSync(join(root, 'deploy/prometheus/wulian.rules.test.yml'), 'utf8');
    const asked = [...rules.matchAll(/\b(wulian_\w+?)(?:_bucket)?\b/g)].map(([, name]) => name);
    assert.ok(asked.length > 10);
    for (const name of asked) assert.ok(table.has(name.replace(/_bucket$/, '')), name);
    for (const [, alert] of rules.matchAll(/alert: (\w+)/g)) assert.ok(tested.includes(`"${alert}"`), alert);
});

/** C sources below core/. */
function sources(dir = join(root, 'core')) {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
        const path = join(dir, entry.name);
        if (entry.isDirectory()) return sources(path);
        return entry.name.endsWith('.c') ? [readFileSync(path, 'utf8')] : [];
    });
}

test('whatever is counted has its words in the table of families', async () => {
    const known = familyNames();
    const counted = sources()
        .flatMap((text) => [...text.matchAll(/"(wulian_[a-z_]+)[{"]/g)].map(([, name]) => name))
        .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    assert.ok(counted.length > 15);
    const roles = new Set(['wulian_app', 'wulian_gate', 'wulian_owner', 'wulian_plugin_check']);
    assert.deepEqual([...new Set(counted)].filter((name) => !known.has(name) && !roles.has(name)), []);
});
