// SQL from a test, through psql, as any role.
import { spawn } from 'node:child_process';

/** Runs SQL (several statements may be given) and returns what psql prints, unaligned, columns
 *  separated by `|`. Rejects with PostgreSQL's message. */
export function psql(socket, sql, role = 'postgres', database = 'wulian') {
    const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', role, '-d', database];
    return new Promise((done, fail) => {
        const child = spawn('psql', args, { stdio: ['pipe', 'pipe', 'pipe'] });
        let out = '';
        let err = '';
        child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
        child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
        child.once('error', fail);
        child.once('close', (status) =>
            status === 0 ? done(out.trimEnd()) : fail(new Error(err.trim() || `psql: ${status}`)));
        child.stdin.on('error', () => {});
        child.stdin.end(sql);
    });
}

/** The rows of one query as objects. */
export async function rows(socket, query, role, database) {
    const text = await psql(socket,
        `select coalesce(json_agg(t), '[]') from (${query}) t`, role, database);
    return JSON.parse(text);
}
