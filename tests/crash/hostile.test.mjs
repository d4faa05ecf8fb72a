// Plugins at their worst: each is contained to the worker it runs in while all others are served, the
// guilty one is named and held back when it goes on, and nobody else is blamed.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller } from '../lib/api.mjs';
import { tempFolder } from '../lib/temp.mjs';
import { ASAN } from '../plugins/small.mjs';
import { EATERS, Hostile, OVERDUE, titleOf } from './hostile.mjs';

const MEMORY_MB = 256;
// Sanitizers report some of what is done here: to files, which say what they found.
const reports = join(tempFolder(), 'reports');
const SETTINGS = {
    ASAN_OPTIONS: `${ASAN.replace('abort_on_error=0', 'abort_on_error=1')}:log_path=${reports}/asan` +
        `:soft_rss_limit_mb=${3 * MEMORY_MB}:allocator_may_return_null=1`,
    WULIAN_HTTP_MEMORY_MB: String(MEMORY_MB),
};

let kit, server, caller;

before(async () => {
    mkdirSync(reports);
    chmodSync(reports, 0o1777); // the server's user is another
    chmodSync(join(reports, '..'), 0o711);
    kit = await Hostile.open({ env: SETTINGS });
    ({ server, caller } = kit);
});
after(() => server?.stop());

describe('quarantine', () => {
    test('the third crash within the window holds the plugin back, and nobody who was in flight', async () => {
        const from = server.log.length;
        for (let i = 1; i <= 3; i++) {
            // enough of them that each worker has one
            const slow = Array.from({ length: 6 }, () => kit.outcome('/bystander/slow'));
            await sleep(200);
            assert.equal(await kit.outcome('/hostile/segv'), 'lost', `crash ${i}`);
            const outcomes = await Promise.all(slow);
            // a fresh worker's first connections may not be in time
            assert.deepEqual(outcomes.filter((o) => !/^(200|lost|503 (unavailable|too_slow))$/.test(o)), []);
            await kit.served();
        }
        await kit.logged(from, /plugin hostile 1\.0\.0 is held back after 3 crashes in 300 s/);
        assert.match(server.log.slice(from), /had in flight plugin bystander 1\.0\.0/);
        assert.doesNotMatch(server.log.slice(from), /was in plugin bystander/);
    });

    test('what it offers answers 503 and says why, in both languages', async () => {
        for (const [method, path] of [['GET', '/hostile/segv'], ['GET', '/hostile/things']]) {
            const { status, body, headers } = await caller.call(method, path);
            assert.deepEqual([status, body.code], [503, 'plugin-quarantined'], path);
            assert.equal(headers.get('retry-after'), null);
            assert.match(body.title, /held back/);
        }
        const zh = new Caller(server.base, caller.token, { lang: 'zh-CN' });
        assert.match((await zh.get('/hostile/count')).body.title, /多次异常退出，已暂停/);
    });

    test('all else works, and health and the list of plugins say who is held back', async () => {
        for (let i = 0; i < 8; i++) assert.equal(await kit.outcome('/bystander/count'), '200');
        assert.deepEqual(await kit.health(), { status: 'ok', quarantined: ['hostile'] });
        const { body } = await caller.get('/plugins');
        assert.deepEqual(body.items.map(({ name, version, quarantined }) => [name, version, quarantined]),
            [['hostile', '1.0.0', true], ['bystander', '1.0.0', false]]);
        assert.match(body.items[0].reason, /crashed repeatedly and is held back|异常退出，已暂停/);
        assert.equal(body.items[1].reason, null);
    });

    test('it outlives the workers and the master', async () => {
        for (const pid of server.pids('worker')) process.kill(pid, 'SIGKILL');
        await server.healthy();
        assert.equal(await kit.outcome('/hostile/count'), '503 plugin-quarantined');
        await kit.restart();
        assert.equal(await kit.outcome('/hostile/count'), '503 plugin-quarantined');
    });

    test('`wulian plugin release` lets it serve again without a restart', async () => {
        const pids = server.pids('worker');
        const stranger = await server.cli(['plugin', 'release', 'bystander']);
        assert.deepEqual([stranger.status, stranger.err],
            [1, 'wulian plugin: bystander is not held back\n']);
        assert.equal((await server.cli(['plugin', 'release', 'hostile'])).status, 0);
        await kit.until('released', async () => await kit.outcome('/hostile/count') === '200');
        assert.deepEqual(await kit.health(), { status: 'ok', quarantined: [] });
        assert.deepEqual(server.pids('worker'), pids);
    });

    test('what it did before is forgotten: one more crash holds nobody back', async () => {
        assert.equal(await kit.outcome('/hostile/segv'), 'lost');
        await kit.served();
        assert.equal(await kit.outcome('/hostile/count'), '200');
    });
});

// route, what its caller sees, what the log says of it, how its worker ends (null: it does not)
const KIT = [
    ['segv', /^lost$/, /was in/, /signal 11/],
    ['abort', /^lost$/, /was in/, /signal 6/],
    ['exit', /^lost$/, /was in/, /exit status 70/],
    ['exit-at-once', /^lost$/, /was in/, /exit status 0/],
    ['recurse', /^lost$/, /was in/, /signal 11/],
    ['free-twice', /^lost$/, /was in/, /signal 6/],
    ['overrun', /^lost$/, /was in/, /signal (6|11)/],
    ['loop', /^503 too_slow$/, OVERDUE, /signal 9/],
    ['hang', /^503 too_slow$/, OVERDUE, /signal 9/],
    ['leak', /^400 never$/, null, /exit status 1/],
    ['long', /^503 too_slow$/, null, null],
    ['huge', /^500 reply_too_large$/, null, null],
    ...EATERS,
];

describe('the hostile kit, while others work', () => {
    before(async () => {
        server.env.WULIAN_PLUGINS_CRASH_LIMIT = '60';
        await kit.restart();
        kit.work();
    });

    for (const row of KIT) test(titleOf(row), () => kit.contains(row));

    test('hold: what it wrote past its time is undone, and who waits for its row gets through',
        () => kit.undoes());

    test('everything that was acknowledged is there, once', async (t) => t.diagnostic(await kit.judge()));

    test('sanitizers report what was done here on purpose, and nothing else', () => {
        const found = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
        const wrong = found.filter((text) => !/hostile\.c/.test(text) && !/soft rss limit/.test(text));
        assert.deepEqual(wrong, []);
        assert.equal(found.length > 0, /\bsan$/.test(process.env.WULIAN_BUILD ?? ''));
    });
});
