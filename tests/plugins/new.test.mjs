// `wulian plugin new`: what it writes builds and passes its own test; what it refuses says what to do.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { root, tempFolder, watch } from '../lib/temp.mjs';

const build = resolve(root, process.env.WULIAN_BUILD || 'build');
const binary = join(build, 'wulian');

/** A tree with no plugin of its own, which shares everything else with this one. */
function freshTree() {
    const tree = tempFolder();
    for (const name of ['Makefile', 'core', 'deploy', 'sql', 'tests'])
        symlinkSync(join(root, name), join(tree, name));
    mkdirSync(join(tree, 'plugins'));
    mkdirSync(join(tree, 'build'));
    symlinkSync(binary, join(tree, 'build/wulian'));
    return tree;
}

const begin = (tree, ...args) => spawnSync(binary, ['plugin', 'new', ...args],
    { cwd: tree, encoding: 'utf8' });

function run(command, args, options) {
    const child = watch(spawn(command, args, options));
    return new Promise((done) => {
        let out = '';
        child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
        child.stderr.setEncoding('utf8').on('data', (text) => (out += text));
        child.once('close', (status) => done({ status, out }));
    });
}

test('a new plugin builds, loads and passes its own test', async () => {
    const tree = freshTree();
    const { status, stdout, stderr } = begin(tree, 'reading_room');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /make && WULIAN_BUILD=build node --test plugins\/reading_room\/tests\//);
    const folder = join(tree, 'plugins/reading_room');
    const written = readdirSync(folder, { recursive: true }).sort();
    assert.deepEqual(written.filter((name) => name.includes('.')), ['README.md', 'messages/en.json',
        'messages/zh-CN.json', 'plugin.c', 'sql/0001_reading_room.sql', 'tests/reading_room.test.mjs']);
    for (const name of written.filter((name) => name.includes('.')))
        assert.doesNotMatch(readFileSync(join(folder, name), 'utf8'), /@/, name);

    const so = join(tree, 'build/plugins/reading_room.so');
    const made = await run('make', ['-C', tree, `BUILD=${join(tree, 'build')}`, so],
        { env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' } });
    assert.equal(made.status, 0, made.out);
    const env = { ...process.env, WULIAN_BUILD: join(tree, 'build'),
        WULIAN_PATHS_PLUGINS: join(tree, 'build/plugins'),
        WULIAN_PATHS_PLUGINS_SQL: join(tree, 'plugins') };
    delete env.NODE_TEST_CONTEXT; // it is a run of its own
    const tried = await run(process.execPath,
        ['--test', join(folder, 'tests/reading_room.test.mjs')], { env });
    assert.equal(tried.status, 0, tried.out);
    assert.match(tried.out, /pass 3/);
});

test('what cannot be one is refused, and nothing is overwritten', () => {
    const tree = freshTree();
    const mended = {
        'Reading': 'the name must be lower-case snake_case of at most 31 characters, not pg_…',
        'pg_x': 'the name must be lower-case snake_case of at most 31 characters, not pg_…',
        '../x': 'the name must be lower-case snake_case of at most 31 characters, not pg_…',
        ['x'.repeat(32)]: 'the name must be lower-case snake_case of at most 31 characters, not pg_…',
        'station': 'the name is the platform\'s own; choose another',
        'reports': 'the name is the platform\'s own; choose another',
        'order': 'the name is a reserved word of SQL; choose another',
    };
    for (const [name, mend] of Object.entries(mended)) {
        const { status, stderr } = begin(tree, name);
        assert.deepEqual([status, stderr], [1, `wulian plugin: ${name}: ${mend}\n`]);
    }
    assert.deepEqual(readdirSync(join(tree, 'plugins')), []);
    mkdirSync(join(tree, 'plugins/mine'));
    writeFileSync(join(tree, 'plugins/mine/plugin.c'), 'mine');
    const there = begin(tree, 'mine');
    assert.deepEqual([there.status, there.stderr], [1,
        'wulian plugin: plugins/mine: exists already; choose another name, or remove it\n']);
    assert.equal(readFileSync(join(tree, 'plugins/mine/plugin.c'), 'utf8'), 'mine');
    const nowhere = begin(tree, 'mine', '--dir', 'elsewhere');
    assert.equal(nowhere.stderr, 'wulian plugin: elsewhere/mine: there is no such folder to put it ' +
        'into; name the `plugins` folder of the source tree with --dir\n');
    assert.equal(begin(tree).status, 2);
    assert.equal(begin(tree, 'a', '--dir').status, 2);
    assert.ok(!existsSync(join(tree, 'elsewhere')));
});
