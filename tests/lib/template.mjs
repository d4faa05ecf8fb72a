// Making a cluster and applying all migrations takes longer than most tests. So the first server of a
// build leaves what it made, stopped and whole, below BUILD/template, and the others begin with a copy.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { root } from './temp.mjs';

const KEPT = ['data', 'master.key', 'audit.key'];

/** Where the embedded server of a folder keeps its state: as core/place.c has it. */
export function stateOf(dir) {
    if (process.getuid() !== 0) return dir;
    const hash = createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 8);
    return `/var/lib/wulian/${basename(dir)}-${hash}`;
}

/** Settings that decide what a first start makes. */
const SHAPES = /^WULIAN_(PATHS_(?!WEB)|PLUGINS_|EMBEDDED_|KEYS_|PROCESS_USER)/;

/** What a first start makes follows from these files. */
function key(build) {
    const hash = createHash('sha256');
    const take = (path) => {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path} ${size} ${mtimeMs}\n`);
    };
    const folders = [join(root, 'sql'), join(build, 'plugins'),
        ...readdirSync(join(root, 'plugins')).map((name) => join(root, 'plugins', name, 'sql'))];
    take(join(build, 'wulian'));
    for (const folder of folders.filter(existsSync)) {
        for (const file of readdirSync(folder).sort()) take(join(folder, file));
    }
    return hash.digest('hex').slice(0, 16);
}

function copy(from, to) {
    mkdirSync(to, { recursive: true, mode: 0o755 });
    const { status, stderr } = spawnSync('cp', ['-a', ...KEPT.map((name) => join(from, name)), to]);
    if (status !== 0) throw new Error(`cp: ${stderr}`);
}

/** Whether the process at work on that folder, "<key>.<pid>", is still there. */
function alive(name) {
    try {
        process.kill(Number(name.split('.')[1]), 0);
        return true;
    } catch (fault) {
        return fault.code === 'EPERM';
    }
}

/** The template's folder, made by `first(dir)` when nobody has: it starts a server and halts it, and says
 *  where its state is. It gets its name when it is whole. null: another process is at it; begin without. */
async function made(build, first) {
    const all = join(build, 'template');
    const own = join(all, key(build)), mine = `${own}.${process.pid}`;
    if (existsSync(own)) return own;
    mkdirSync(all, { recursive: true });
    if (readdirSync(all).some((name) => name.startsWith(`${basename(own)}.`) && alive(name))) return null;
    mkdirSync(mine, { mode: 0o755 });
    const { state, end } = await first();
    copy(state, mine);
    await end();
    try {
        renameSync(mine, own);
    } catch (fault) {
        if (!['ENOTEMPTY', 'EEXIST'].includes(fault.code)) throw fault; // another was as quick
        rmSync(mine, { recursive: true });
    }
    for (const old of readdirSync(all)) {
        const path = join(all, old);
        if (path !== own && !alive(old)) rmSync(path, { recursive: true, force: true });
    }
    return own;
}

/** Lays a copy where the server of `dir` will look, unless its settings want another make. */
export async function beginWith(dir, { build, env }, first) {
    if (Object.keys(env).some((name) => SHAPES.test(name))) return;
    const template = await made(build, first);
    if (template) copy(template, stateOf(dir));
}
