// What the server counts of itself, as Prometheus reads it: on a listener of its own, of all processes
// together, and nothing in it about anybody.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller, idNumber } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, SHUNHE, TUOJIANG, YANGHUA, activate, addPerson, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

let server, metrics, who, suyu;

before(async () => {
    server = await startServer({ env: { WULIAN_METRICS_LISTEN: '127.0.0.1:0' } });
    await server.logged(/"event":"metrics"/);
    [metrics] = server.log.match(/http:\/\/127[^"]*\/metrics/);
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { masked: ['agency_supervisor', TUOJIANG, '督导甲'] }));
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
    const taken = grown('wulian_route_seconds_total{method="POST",route="/api/v1/sessions"}');
    assert.ok(taken > 0);
    assert.equal(taken.toFixed(6), grown('wulian_request_seconds_sum{lane="password"}').toFixed(6));
});

/** What a deed added to the counts of a family: { labels: how many }. */
async function moved(name, deed) {
    const before = (await scrape()).samples;
    await deed();
    const { samples: now } = await scrape();
    return Object.fromEntries(Object.entries(now)
        .map(([sample, n]) => [sample.slice(name.length), n - (before[sample] ?? 0), sample])
        .filter(([, n, sample]) => n !== 0 && sample.startsWith(`${name}{`))
        .map(([labels, n]) => [labels.slice(1, -1).replaceAll('"', ''), n]));
}

const answers = async (deed, ...wanted) => {
    const { status, body } = await deed();
    assert.deepEqual([status, body?.code].slice(0, wanted.length), wanted, JSON.stringify(body));
};
const ID = idNumber('431129', '19431205', 24);
const register = (caller, div, more = {}) => caller.post('/station/residents', { div, name: '单秀英', phone: '13807465678', ...more });
const reveal = (caller, id, field = 'phone') => caller.post(`/station/residents/${id}/reveal`, { field, reason: 'CONTACT' });

test('what was shown of people is counted by county, and what was refused is not', async () => {
    const { id } = (await register(who.head, YANGHUA, { id_number: ID })).body;
    const other = (await register(suyu.head, `${SHUNHE}000`)).body.id;
    const shown = (deed) => moved('wulian_reveals_total', deed);
    assert.deepEqual(await shown(() => answers(() => reveal(who.worker, id), 200)), { 'county=431129': 1 });
    assert.deepEqual(await shown(() => answers(() => reveal(who.head, id, 'id_number'), 200)), { 'county=431129': 1 });
    assert.deepEqual(await shown(() => answers(() => reveal(suyu.head, other), 200)), { 'county=321311': 1 });
    for (const [caller, field, status] of [[who.masked, 'phone', 403], [suyu.head, 'phone', 404], [who.head, 'name', 422]])
        assert.deepEqual(await shown(() => answers(() => reveal(caller, id, field), status)), {}, String(status));
});

/** As if the last proof of the password was long ago. */
const stale = (caller) => server.psql(`update core.session set fresh_at = now() - interval '1 day' where account = '${caller.account}'`);
const enable = (enabled) => who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled });
const nobody = () => new Caller(server.base, `wl1_${JIANGHUA}_${'a'.repeat(43)}`);

/** A call, its answer, and what is counted of it: problems, denials, errors of the database. */
const REFUSED = [
    ['without a token', () => new Caller(server.base).get('/me'), 401, { problem: 'no_session' }],
    ['a token of nobody', () => nobody().get('/me'), 401, { problem: 'no_session', denial: 'no_session' }],
    ['what is not permitted', () => who.worker.get('/audit'), 403, { problem: 'not_permitted', denial: 'not_permitted' }],
    ['a service that is off', () => who.helukou.get('/elderly/doctor_visits'), 404,
        { problem: 'plugin-not-enabled', denial: 'plugin-not-enabled' }],
    ['the whole county\'s', () => who.head.get('/agenda?whose=county'), 403,
        { problem: 'whole_county_only', denial: 'whole_county_only' }],
    ['a number that somebody has', () => register(who.head, YANGHUA, { id_number: ID }), 422,
        { problem: 'invalid_input', denial: 'not_unique', error: '23' }],
    ['what is not there', () => who.head.get('/station/residents/00000000-0000-7000-8000-000000000000'), 404, { problem: 'not_found' }],
    ['what is no input', () => who.head.post('/station/residents', { div: YANGHUA, x: 1 }), 422, { problem: 'invalid_input' }],
    ['a batch of two such', () => who.head.post('/station/residents/batch', { items: [{ x: 1 }, { x: 1 }] }), 422,
        { problem: 'invalid_input' }],
];

for (const [what, deed, status, { problem, denial, error }] of REFUSED) {
    test(`refused, and counted once by its code: ${what}`, async () => {
        for (const [name, label, code] of [['problems', 'code', problem], ['denials', 'code', denial], ['db_errors', 'sqlstate', error]]) {
            const one = code ? { [`${label}=${code}`]: 1 } : {};
            assert.deepEqual(await moved(`wulian_${name}_total`, () => answers(deed, status, problem)), one, name);
        }
    });
}

test('what goes well is no error of the database, in no process', async () => {
    assert.deepEqual(await moved('wulian_db_errors_total', async () => {
        await answers(() => register(who.head, YANGHUA), 201);
        await answers(() => who.head.get('/station/residents'), 200);
        await activate(server, await addPerson(server, { login: `fine@${JIANGHUA}`, name: '来人', role: 'social_worker', div: TUOJIANG }));
        await again();
    }), {});
});

test('the second wall: errors by its own state, and the denial that they are', async () => {
    await enable(false);
    await enable(true); // this worker's memory is of now
    await stale(who.admin);
    const refused = () => answers(() => enable(true), 403, 'step-up-required');
    assert.equal((await moved('wulian_db_errors_total', refused))['sqlstate=WL405'], 1);
    assert.deepEqual(await moved('wulian_denials_total', refused), { 'code=step-up-required': 1 });
    assert.equal((await who.admin.post('/sessions/current/step_up', { password: PASSWORD })).status, 204);
});

test('an answer that was thought over is counted as the one that it became', async () => {
    const wrong = () => answers(() => who.head.post('/station/residents', { div: YANGHUA, x: 1 }), 422, 'invalid_input');
    for (const enabled of [false, true]) {
        await wrong();
        await enable(enabled); // what the workers remember of the county is old
        assert.deepEqual(await moved('wulian_problems_total', wrong), { 'code=invalid_input': 1 });
    }
});

test('a failed sign-in, a lock, and what it refuses', async () => {
    const person = await addPerson(server, { login: `locked@${JIANGHUA}`, name: '来人', role: 'social_worker', div: TUOJIANG });
    await activate(server, person);
    const attempt = (password, ...wanted) => () => answers(() => new Caller(server.base).post('/sessions', { login: person.login, password }), ...wanted);
    const problems = (deed) => moved('wulian_problems_total', deed);
    assert.deepEqual(await problems(attempt(PASSWORD, 201)), {});
    for (let i = 0; i < 5; i++)
        assert.deepEqual(await problems(attempt(`Wrong-Horse-${i}`, 401)), { 'code=sign_in_failed': 1 });
    for (const password of [PASSWORD, 'Wrong-Horse-5'])
        assert.deepEqual(await problems(attempt(password, 429)), { 'code=account_locked': 1 });
});

/** Ends the jobs process; the next does at once what the clock brings, and is done with all of it. */
async function again() {
    const done = async () => (await scrape()).samples['wulian_clock_runs_total{what="forget notices",ok="1"}'] ?? 0; // the last
    const before = await done();
    server.kill('jobs');
    for (let i = 0; i < 800 && await done() === before; i++) await sleep(25);
    assert.equal(await done(), before + 1);
}

test('what the clock brings is counted by what and outcome', async () => {
    const runs = async () => {
        const all = await moved('wulian_clock_runs_total', again);
        return Object.fromEntries(Object.entries(all).filter(([label]) => /audit partitions|forget sessions/.test(label)));
    };
    const may = (word) => server.psql(`${word} execute on function core.audit_partitions() ${word === 'grant' ? 'to' : 'from'} wulian_gate`);
    assert.deepEqual(await runs(), { 'what=audit partitions,ok=1': 1, 'what=forget sessions,ok=1': 1 });
    await may('revoke');
    try {
        assert.deepEqual(await runs(), { 'what=audit partitions,ok=0': 1, 'what=forget sessions,ok=1': 1 });
        assert.deepEqual(await moved('wulian_db_errors_total', again), { 'sqlstate=42': 1 });
    } finally {
        await may('grant');
    }
    assert.deepEqual(await runs(), { 'what=audit partitions,ok=1': 1, 'what=forget sessions,ok=1': 1 });
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
