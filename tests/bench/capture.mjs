// What pgbench runs is what the server sent: statement texts and parameters are read from the bench
// cluster's own log while the server answers one request, never copied by hand.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { asks } from './asks.mjs';
import { shape, station } from './world.mjs';

const verbose = {
    log_statement: 'all', log_parameter_max_length: '-1', log_error_verbosity: 'default',
};

function logFile(server) {
    const dir = join(server.place.state, 'data', 'log');
    return readdirSync(dir).map((name) => join(dir, name))
        .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Runs `work` while the application role's statements are logged with their values. */
export async function whileLogged(server, work) {
    const set = async (on) => {
        for (const [name, value] of Object.entries(verbose)) {
            await server.psql(on ? `alter role wulian_app set ${name} = '${value}'`
                : `alter role wulian_app reset ${name}`);
        }
        await server.psql(`select pg_terminate_backend(pid)
            from pg_stat_activity where usename = 'wulian_app'`);
        await sleep(500); // only new connections take up a role's settings
        await server.healthy();
    };
    await set(true);
    const result = await work();
    await set(false);
    return result;
}

/** "$1 = '990001', $2 = NULL" → ['990001', null] */
function valuesOf(text) {
    return [...text.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)]
        .map(([, value]) => value === 'NULL' ? null : value.slice(1, -1).replace(/''/g, "'"));
}

/** Statements in the log behind byte `from`: [{ pid, sql, values, kept }]. */
function statementsIn(server, from) {
    const text = readFileSync(logFile(server)).subarray(from).toString();
    const found = [];
    for (const entry of text.split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/m)) {
        const [, pid, kind, rest] =
            /^[^\n]*?\[(\d+)\] (LOG: {2}execute [\w<>]+|DETAIL: {2}parameters): ([^]*)$/
                .exec(entry.replace(/\n\t/g, ' ').trimEnd()) ?? [];
        if (kind?.startsWith('LOG')) {
            found.push({ pid, sql: rest, values: [], kept: !kind.endsWith('<unnamed>') });
        }
        if (kind?.startsWith('DETAIL')) {
            found.findLast((statement) => statement.pid === pid).values = valuesOf(rest);
        }
    }
    return found;
}

/** The last batch of that session: the jobs process works beside it. */
function lastBatch(server, from, secret) {
    const all = statementsIn(server, from);
    const first = all.findLastIndex(({ sql, values }) =>
        sql.includes('core.enter(') && values.includes(secret));
    if (first < 0) throw new Error('the log shows no batch');
    return all.slice(first).filter(({ pid }) => pid === all[first].pid);
}

/** The batch of one request. */
async function batchOf(server, ask, of, s, k) {
    const at = station(s, of);
    await ask(at, k); // fills the hint, prepares
    const from = statSync(logFile(server)).size;
    const { requestId, id, key } = await ask(at, k);
    await sleep(200);
    const batch = lastBatch(server, from, at.secret);
    const known = new Map([
        [`${at.county}`, ':county'], [`${at.lo}`, ':lo'], [`${at.hi}`, ':hi'],
        [`${at.township}`, ':township'],
        [at.secret, `('${of.secret}' || :session)`],
        [at.org, "('00000000-0000-7003-8000-' || :org)"],
        [at.actor, "('00000000-0000-7004-8000-' || :org)"],
        [at.resident(k), "('00000000-0000-7001-8000-' || :resident)"],
        [requestId, "('00000000-0000-7006-' || :half || '-' || :fresh)"],
        [id, "('00000000-0000-7007-' || :half || '-' || :fresh)"],
        [key, "('bench-' || :half || :fresh)"],
    ]);
    return { known, batch };
}

/** The scripts of all requests of asks.mjs that pgbench has a form of: { r1, … }. */
export function scripts(server, of = shape) {
    return whileLogged(server, async () => {
        const made = {};
        for (const [name, { ask, edit, one, alone }] of Object.entries(asks(server))) {
            const at = station(0, of);
            if (one) made[name] = await scriptOne(server, at.secret, () => ask(at));
            else if (!alone) made[name] = await scriptFor(server, ask, edit, of);
        }
        return made;
    });
}

/** The script of one question alone, asked in the session of `secret`: every run gives the same values. */
export async function scriptOne(server, secret, ask, edit = (sql) => sql) {
    await ask();
    const from = statSync(logFile(server)).size;
    await ask();
    await sleep(200);
    const batch = lastBatch(server, from, secret);
    const constants = [];
    const lines = [];
    for (const { sql, values } of batch) {
        const types = await typesOf(server, sql);
        lines.push(edit(sql).replace(/\$(\d+)(?!\d)/g, (_, n) => {
            if (values[n - 1] === null) return `null::${types[n - 1]}`;
            if (!constants.includes(values[n - 1])) constants.push(values[n - 1]);
            return `:c${constants.indexOf(values[n - 1])}::${types[n - 1]}`;
        }) + ';');
    }
    return {
        script: `\\startpipeline\n${lines.join('\n')}\n\\endpipeline\n`,
        once: !batch.every(({ kept }) => kept),
        constants: constants.map((value, i) => `c${i}=${value}`),
    };
}

async function typesOf(server, sql) {
    const text = await server.psql(`prepare bench as ${sql};
        select array_to_json(parameter_types::text[]) from pg_prepared_statements`, 'wulian_app');
    return JSON.parse(text);
}

/** One parameter as pgbench gives it. `a` and `b` are its values in two requests of different
 *  stations: what differs must be something this file knows how to make. */
function parameter(type, a, b, seen, constants) {
    if (a === null && b === null) return `null::${type}`;
    const known = seen[0].known.get(a);
    if (known && known === seen[1].known.get(b)) return `${known}::${type}`;
    // hashes and sealed values: any of the same length costs the same
    if (a !== b && type !== 'bytea') throw new Error(`unknown parameter: ${a}, then ${b}`);
    const name = `c${constants.length}`;
    constants.push(`${name}=${a}`);
    return `:${name}::${type}`;
}

const header = (of) => `\\set s random(0, ${of.stations - 1})
\\set k random(0, ${Math.floor(of.residents / of.stations) - 1})
\\set county ${of.first} + :s / ${of.townships}
\\set township :county * 1000 + 100 + :s % ${of.townships}
\\set lo :township * 1000
\\set hi :lo + 1000
\\set session 10000 + :s
\\set org ${of.number} + :s
\\set resident ${of.number} + :k * ${of.stations} + :s
\\set half random(8000, 9999)
\\set fresh random(${of.number}, ${10 * of.number - 1})
`;

/** The pgbench script for what `ask(station, k)` makes the server send; `edit` may change a text.
 *  → { script, constants: ["c0=…"], statements } */
export async function scriptFor(server, ask, edit = (sql) => sql, of = shape) {
    const last = of.stations - 1;
    const seen = [await batchOf(server, ask, of, 0, 1), await batchOf(server, ask, of, last, 2)];
    const constants = [];
    const lines = [];
    for (const [i, { sql, values }] of seen[0].batch.entries()) {
        const types = await typesOf(server, sql);
        const other = seen[1].batch[i];
        const plain = sql.replaceAll('HH24:MI', 'HH24.MI'); // pgbench takes :MI for a variable
        if (other?.sql !== sql || types.length !== values.length || /[^:]:\w/.test(plain)) {
            throw new Error(`not a statement pgbench can run: ${sql}`);
        }
        lines.push(edit(plain).replace(/\$(\d+)(?!\d)/g, (_, n) =>
            parameter(types[n - 1], values[n - 1], other.values[n - 1], seen, constants)) + ';');
    }
    return {
        script: `${header(of)}\\startpipeline\n${lines.join('\n')}\n\\endpipeline\n`,
        constants: [...new Set(constants)],
        statements: seen[0].batch.map(({ sql }) => sql),
    };
}
