// Temporary folders and child processes of a test file that vanish with it, however it ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

const folders = new Set();
const processes = new Set();

/** A fresh folder; removed at the end. Short, for a unix socket must fit below it. */
export function tempFolder() {
    const dir = mkdtempSync(join(tmpdir(), 'wl-'));
    folders.add(dir);
    return dir;
}

/** Another folder to remove at the end. */
export function removeLater(dir) {
    folders.add(dir);
}

export function removeNow(dir) {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(dir);
}

/** A child that is killed at the end if it still runs. */
export function watch(child) {
    processes.add(child);
    child.once('exit', () => processes.delete(child));
    return child;
}

function cleanUp() {
    for (const child of processes) child.kill('SIGKILL');
    for (const dir of folders) {
        try {
            rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
        } catch {
            // a dying postmaster may still write; the next line of defence is the machine's own
        }
    }
}

process.on('exit', cleanUp);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1));
