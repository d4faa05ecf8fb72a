// Any subset of plugins builds and serves; a plugin whose folder is deleted is gone with its domain.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root, tempFolder } from '../lib/temp.mjs';

const build = resolve(root, process.env.WULIAN_BUILD || 'build');
const SAN = { san: '1', tsan: 'thread' }[build.split('/').at(-1)] ?? '';

/** This tree with two plugins, what is built of the core, and nothing built of the plugins. */
function freshTree() {
    const tree = tempFolder();
    for (const name of ['Makefile', 'core', 'deploy', 'sql', 'tests'])
        symlinkSync(join(root, name), join(tree, name));
    mkdirSync(join(tree, 'build/obj'), { recursive: true });
    symlinkSync(join(root, 'build/gen'), join(tree, 'build/gen'));
    symlinkSync(join(build, 'obj/core'), join(tree, 'build/obj/core'));
    symlinkSync(join(build, 'wulian'), join(tree, 'build/wulian'));
    cpSync(join(root, 'plugins/elderly'), join(tree, 'plugins/elderly'), { recursive: true });
    cpSync(join(root, 'tests/plugins/disability'), join(tree, 'plugins/disability'),
        { recursive: true });
    return tree;
}

function make(tree, ...args) {
    const { status, stdout, stderr } = spawnSync('make', [`BUILD=${join(tree, 'build')}`, `SAN=${SAN}`,
        ...args, 'all'], { cwd: tree, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout, /^(cc {4}core|link)/m, 'the core is built already');
    const folder = join(tree, 'build/plugins');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Starts it, has the station do its work, and tells which plugins and routes are there. */
async function served(tree) {
    const server = await startServer({ build: join(tree, 'build'), env: {
        WULIAN_PATHS_PLUGINS: join(tree, 'build/plugins'),
        WULIAN_PATHS_PLUGINS_SQL: join(tree, 'plugins'),
    } });
    try {
        const { who } = await openTwoCounties(server);
        const person = await who.worker.post('/station/residents', { name: '盘大山', div: YANGHUA });
        const request = await who.worker.post('/station/requests', { div: YANGHUA, channel: 'DOOR',
            person: person.body.id, category: 'OTHER', domain: 'K', urgency: 'U3', content: '查询' });
        assert.deepEqual([person.status, request.status], [201, 201]);
        const on = await who.worker.get('/plugins');
        const codes = [];
        for (const path of ['/elderly/errands', '/disability/loans']) {
            const { status, body } = await who.worker.get(path);
            codes.push(status === 200 ? 'served' : body.code);
        }
        return { plugins: on.body.items.map(({ name }) => name), codes };
    } finally {
        await server.stop();
    }
}

test('one of two', async () => {
    const tree = freshTree();
    assert.deepEqual(make(tree, 'PLUGINS=elderly'), ['elderly.so']);
    assert.deepEqual(await served(tree), { plugins: ['elderly'], codes: ['served', 'not_found'] });
});

test('none, be it by name or because their folders are gone', async () => {
    const tree = freshTree();
    assert.deepEqual(make(tree, 'PLUGINS='), []);
    rmSync(join(tree, 'plugins/disability'), { recursive: true });
    assert.deepEqual(make(tree), ['elderly.so']);
    rmSync(join(tree, 'plugins/elderly'), { recursive: true });
    rmSync(join(tree, 'build/plugins'), { recursive: true });
    assert.deepEqual(make(tree), []);
    assert.deepEqual(await served(tree), { plugins: [], codes: ['not_found', 'not_found'] });
});
