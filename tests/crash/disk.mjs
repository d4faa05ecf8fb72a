// The disk under an embedded server's PostgreSQL, as disk.c makes it: full when told so, and forgetful
// when its power is cut.
import { chmodSync, closeSync, copyFileSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync,
    writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import { programs } from '../lib/cluster.mjs';
import { family } from '../lib/server.mjs';
import { root, tempFolder } from '../lib/temp.mjs';

const HEAD = 16; // struct undo: where, how many bytes
const TURNS = 20_000; // to wait for a write that is not synced yet

/** [{ at, bytes }] in the order of the writes */
function undosOf(path) {
    const text = readFileSync(path);
    const found = [];
    for (let i = 0; i < text.length;) {
        const length = Number(text.readBigInt64LE(i + 8));
        const bytes = text.subarray(i + HEAD, i + HEAD + length);
        found.push({ at: Number(text.readBigInt64LE(i)), bytes });
        i += HEAD + length;
    }
    return found;
}

function putBack(file, undos) {
    const fd = openSync(file, 'r+');
    for (const { at, bytes } of undos.reverse()) writeSync(fd, bytes, 0, bytes.length, at);
    closeSync(fd);
}

function send(pid, signal) {
    try {
        process.kill(pid, signal);
    } catch (fault) {
        if (fault.code !== 'ESRCH') throw fault; // it ended by itself
    }
}

/** A zombie writes no more. */
function lives(pid) {
    try {
        return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
        return false;
    }
}

export class Disk {
    constructor(build = process.env.WULIAN_BUILD || 'build') {
        this.folder = tempFolder();
        this.journal = join(this.folder, 'journal');
        this.bin = join(this.folder, 'bin');
        mkdirSync(this.journal);
        mkdirSync(this.bin);
        for (const dir of [this.folder, this.journal]) chmodSync(dir, 0o777);
        const shim = join(this.folder, 'disk.so'); // where the user of PostgreSQL may read it
        copyFileSync(resolve(root, build, 'tests/crash/disk.so'), shim);
        this.program('initdb', '');
        this.program('postgres', `DISK_FOLDER=${this.journal} LD_PRELOAD=${shim} `);
    }

    program(name, before) {
        writeFileSync(join(this.bin, name),
            `#!/bin/sh\n${before}exec ${programs()}/${name} "$@"\n`, { mode: 0o755 });
    }

    /** For startServer: its PostgreSQL is to stand on this disk. */
    get env() {
        return { WULIAN_EMBEDDED_BIN: this.bin };
    }

    /** No file grows any more, or they do again; `of`: of the tables alone, or of the log. */
    full(is, of = ['tables', 'log']) {
        for (const which of of) {
            if (is) writeFileSync(join(this.journal, `full.${which}`), '');
            else rmSync(join(this.journal, `full.${which}`));
        }
    }

    /** What was written so far is taken as safe, as by the system's own write-back. */
    settle() {
        for (const name of readdirSync(this.journal)) rmSync(join(this.journal, name));
    }

    /** The power goes: every process is gone, and what was not synced; how many bytes that were. */
    async cut(server) {
        const known = family(server.child.pid).reverse();
        for (let i = 0; i < TURNS && !readdirSync(this.journal).length; i++) await turn();
        // in the midst of a write all stand still, then who was born meanwhile too
        for (const pid of known) send(pid, 'SIGSTOP');
        const pids = family(server.child.pid, (pid) => send(pid, 'SIGSTOP'));
        for (const pid of pids) send(pid, 'SIGKILL');
        await server.exited;
        while (pids.some(lives)) await sleep(10);
        return this.forget(join(server.place.state, 'data/pg_wal'));
    }

    forget(wal) {
        const files = new Map(readdirSync(wal).map((name) => join(wal, name))
            .map((file) => [String(statSync(file).ino), file]));
        let forgotten = 0;
        for (const inode of readdirSync(this.journal)) {
            const undos = undosOf(join(this.journal, inode));
            if (files.has(inode)) putBack(files.get(inode), undos);
            forgotten += undos.reduce((sum, { bytes }) => sum + bytes.length, 0);
        }
        this.settle();
        return forgotten;
    }
}
