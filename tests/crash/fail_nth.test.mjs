// Whatever a call asks of its libraries, the database and the disk fails once, at each place in turn (see
// fail_nth.c): over the API tests themselves, whose callers ask until it goes through (tests/lib/failing.mjs).
// The answer is one of ours or the connection ends, no write is half done, nothing leaks, and the test sees
// what it would have seen. A sample, another with each WULIAN_SEED; WULIAN_FAIL_NTH=all takes every place of
// every operation in every file that is not left out, WULIAN_FAIL_NTH=TEXT every place in the files so named.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { notes, shimEnv } from '../lib/failing.mjs';
import { startServer } from '../lib/server.mjs';
import { removeLater, root, tempFolder, watch } from '../lib/temp.mjs';
import { smallCounty } from '../plugins/small.mjs';
import { settingsOfAll } from '../plugins/sources.mjs';
import { random } from './ledger.mjs';

const BUILD = process.env.WULIAN_BUILD || 'build';

const WHICH = process.env.WULIAN_FAIL_NTH ?? '';
const seed = Number(process.env.WULIAN_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** A run that goes on where another stopped. */
const kept = process.env.WULIAN_FAIL_NTH_FOLDER;
const folder = kept ?? tempFolder();
const PLAN = WHICH ? { step: 1, attempts: 400, ends: 0.25, jobs: 12 }
    : { step: 12, attempts: 25, ends: 0.02, jobs: 3 };
const SAMPLE_S = 30; // no further file of a sample is begun after that
const AGAIN = 2; // a file that a lost answer has cut short

/** Not asked to fail: [pattern, why]. */
const LEFT_OUT = [
    [/_(plans|clock|walls)\.|coverage/, 'write rows by themselves, hardly by calls'],
    [/\/(framing|http|metrics|limits|too_many|demo_year|keys|devices|doctor)\./, 'about connections, counts, time or the command line'],
    [/\/audit_seal\./, 'changes the ledger behind the server\'s back'],
];
/** What they assert counts attempts or lets two race, which comes out otherwise here: what else is found
 *  counts all the same. */
const COUNTING = /\/(accounts|attacks2?|audit|jobs|sign_in|second_factor|step_up|reveal|passwords|idempotency|reports|titles)\./;

const FILES = [...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}/tests`),
    'tests/api/station', 'tests/api'].filter((dir) => existsSync(join(root, dir)))
    .flatMap((dir) => readdirSync(join(root, dir)).sort().map((name) => `${dir}/${name}`))
    .filter((file) => file.endsWith('.test.mjs') && !LEFT_OUT.some(([pattern]) => pattern.test(file)));
const isAsked = (file) => WHICH === '' || WHICH === 'all' || file.includes(WHICH);

/** In an order of the seed. */
function shuffled(files) {
    const chance = random(seed);
    return files.map((file) => [chance(), file]).sort(([a], [b]) => a - b).map(([, file]) => file);
}

mkdirSync(folder, { recursive: true });
if (!kept) removeLater(folder);
console.log(`fail_nth: WULIAN_SEED=${seed}`);

function run(file) {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ seed: seed + notes(folder, 'tried').length, ...PLAN }));
    const child = watch(spawn(process.execPath, ['--test', file], {
        cwd: root, env: { ...process.env, FAIL_NTH_RUN: folder, NODE_TEST_CONTEXT: undefined },
    }));
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    return new Promise((done) => child.once('close', (status) => done({ status, said })));
}

/** Until no lost answer cuts it short. */
async function through(file) {
    for (let tries = 1; ; tries++) {
        const before = notes(folder, 'lost').length;
        const { status, said } = await run(file);
        if (status === 0 || notes(folder, 'lost').length === before) return { status, said };
        if (tries === AGAIN) return { status: 0, said };
    }
}

const began = Date.now();
for (const file of (WHICH ? FILES : shuffled(FILES)).filter(isAsked)) {
    test(file, { skip: kept && notes(folder, 'through').some((line) => line.file === file) }, async (t) => {
        if (!WHICH && Date.now() - began > SAMPLE_S * 1000) return t.skip('not in this sample');
        const { status, said } = await through(file);
        const isSanitizer = /Sanitizer|runtime error:/.test(said);
        if (!COUNTING.test(file) || isSanitizer) assert.equal(status, 0, said.slice(-8000));
        assert.deepEqual(notes(folder, 'found').filter((line) => line.test === file), []);
        writeFileSync(join(folder, `${process.pid}.through.jsonl`), `${JSON.stringify({ file })}\n`, { flag: 'a' });
    });
}

test('what a plugin forgets is told, under the shim too', { skip: !/\bsan$/.test(BUILD) }, async () => {
    const server = await startServer({ workers: 1, env: { ...settingsOfAll(['hostile']), ...shimEnv(BUILD) } });
    const caller = new Caller(server.base, await smallCounty(server, ['hostile']));
    assert.equal((await caller.get('/hostile/forget')).status, 400);
    await assert.rejects(server.stop(), /LeakSanitizer[^]*route_handle/);
});

after(() => {
    const tried = notes(folder, 'tried');
    const hit = tried.filter((line) => line.isHit);
    const tally = {};
    for (const { status } of hit) tally[status ?? 'job'] = (tally[status ?? 'job'] ?? 0) + 1;
    console.log(`fail_nth: ${new Set(hit.map(({ op }) => op)).size} operations, ${hit.length} failures: ` +
        JSON.stringify(tally));
    if (FILES.some(isAsked)) assert.ok(hit.length > 0, 'the shim is not there');
});
