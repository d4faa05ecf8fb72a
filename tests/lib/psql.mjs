// SQL from a test, through psql, as any role.
import { spawn } from 'node:child_process';

const argsOf = (socket, role, database) =>
    ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', role, '-d', database];

/** Runs SQL (several statements may be given) and returns what psql prints, unaligned, columns
 *  separated by `|`. Rejects with PostgreSQL's message. */
export function psql(socket, sql, role = 'postgres', database = 'wulian') {
    return new Promise((done, fail) => {
        const child = spawn('psql', argsOf(socket, role, database), { stdio: ['pipe', 'pipe', 'pipe'] });
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

/** A transaction that has made a change and stays open until it is told { commit }. Rejects when the
 *  change does. */
export function transaction(socket, change, role = 'postgres', database = 'wulian') {
    const child = spawn('psql', argsOf(socket, role, database), { stdio: ['pipe', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.stdin.on('error', () => {});
    const ended = new Promise((done, fail) => {
        child.once('error', fail);
        child.once('close', (status) =>
            status === 0 ? done() : fail(new Error(err.trim() || `psql: ${status}`)));
    });
    ended.catch(() => {}); // said to whoever waits for one of these
    child.stdin.write(`begin;\n${change};\n\\echo made\n`);
    const commit = () => {
        child.stdin.end('commit;\n');
        return ended;
    };
    const made = new Promise((done) => child.stdout.once('data', done));
    return Promise.race([made, ended]).then(() => ({ commit }));
}
