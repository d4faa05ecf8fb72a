// `make bench`: what the server costs beside the database itself. Its own server with a million
// residents and three million requests in eight counties, sampled in turn with pgbench, which
// sends the same SQL over the same socket on as many connections; ratios are of pairs, figures are
// medians.
//
//     r1  get one resident
//     r2  first page of my station's open requests
//     r3  register a request
//     seven  r2 with seven fields, as many as a list on a screen shows, instead of all
//     r4  a station's monthly report
//     r5  a plugin's straight-line C doing what r1 does (tests/plugins/reads)
//     card    the elderly service's card of a resident, which also counts and asks a second right
//     list1, list50  pages of a county's requests by two filters and a range
//     batch   500 requests in one call
//     tables  residents imported and exported as CSV
//     chores  10,000 rows made, and 10,000 changed, by the clock
//     meals   a county's evening: 10,000 orders from subscriptions, on their routes
//     instructions  the server's own for each of r1 to r5, by module
//     walls   r1 to r4 with row security and without it, by the clock and in PostgreSQL's instructions
//     seal    r3 while the audit is sealed and while the sealer is held still
//     growth  r1 to r4 from one county to 122 and from 10⁵ rows to 10⁷ (growth.mjs; not when quick)
//     search  people by name, pinyin, initials and id number among 500,000 of one county
//
//     BENCH_QUICK=1      a twentieth of the rows, short samples; two minutes on a quiet machine
//     BENCH_SCALE=0.2    another share of the rows
//     BENCH_ROWS=1e7     growth up to so many rows, instead of 10⁶
//     BENCH_PROFILE=dir  keeps callgrind's profiles there
//
// Prints a table and writes build/bench.json. Goals: design, Speed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../lib/temp.mjs';
import { withCountedPostgres } from './backend.mjs';
import { batchTimes } from './batch.mjs';
import { scripts } from './capture.mjs';
import { instructions, moduleTable } from './callgrind.mjs';
import { choreTimes } from './chores.mjs';
import { idleConnections, resident, startTimes } from './footprint.mjs';
import { growth, growthTable } from './growth.mjs';
import { listings } from './listing.mjs';
import { median, pgbench, wrk, wrkOne } from './load.mjs';
import { mealTimes } from './meals.mjs';
import { sealCost, sealTable } from './seal.mjs';
import { searchTimes } from './search.mjs';
import { tableTimes } from './tables.mjs';
import { wallCounts, wallTable, wallTimes } from './walls.mjs';
import { makeWorld, scale, shape } from './world.mjs';

const quick = Boolean(process.env.BENCH_QUICK);
const rounds = quick ? 2 : 5;
const seconds = quick ? 1 : 2;
const began = Date.now();

function say(text) {
    const passed = Math.round((Date.now() - began) / 1000);
    console.error(`bench ${String(passed).padStart(4)} s  ${text}`);
}

const figures = ['rps', 'p50_ms', 'p90_ms', 'p99_ms', 'server_us', 'db_us'];

function round(value) {
    return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

function medians(samples) {
    return Object.fromEntries(figures.map((name) =>
        [name, round(median(samples.map((s) => s[name])))]));
}

/** `rounds` pairs, one after the other; each of `pair` gives { rate, … }. */
async function paired(a, b) {
    const samples = [];
    const ratios = [];
    for (let i = 0; i < rounds; i++) {
        const first = await a();
        const second = await b();
        samples.push(first);
        ratios.push(first.rps / second.rps);
    }
    return { ratio: round(median(ratios)), ...medians(samples) };
}

async function againstPgbench(server, made) {
    const result = {};
    for (const name of ['r1', 'r2', 'r3', 'seven']) {
        result[name] = {};
        for (const connections of [1, 16, 64]) {
            const got = await paired(() => wrk(server, name, connections, seconds),
                () => pgbench(server, made[name], connections, seconds));
            say(`${name} at ${connections}: ${got.ratio} of pgbench, ${got.rps} requests/s`);
            result[name][connections] = got;
        }
    }
    return result;
}

async function listsAgainstPgbench(server) {
    const result = {};
    for (const list of await listings(server)) {
        result[list.name] = {};
        for (const connections of [1, 16]) {
            const got = await paired(() => wrkOne(server, list, connections, seconds),
                () => pgbench(server, list.script, connections, seconds));
            say(`${list.name} at ${connections}: ${got.ratio} of pgbench, p50 ${got.p50_ms} ms`);
            result[list.name][connections] = got;
        }
    }
    return result;
}

/** The rate must not fall away, let alone stall, when hundreds of connections are busy. */
async function manyBusy(server) {
    const base = [];
    const ratios = { 256: [], 512: [] };
    for (let i = 0; i < Math.min(rounds, 3); i++) {
        base.push((await wrk(server, 'r1', 64, seconds)).rps);
        for (const n of Object.keys(ratios)) {
            ratios[n].push((await wrk(server, 'r1', Number(n), seconds)).rps / base.at(-1));
        }
    }
    return Object.fromEntries(Object.entries(ratios).map(([n, of]) =>
        [n, { of_64: round(median(of)) }]));
}

/** r1's p90 while two callers keep asking for reports, against alone. */
async function besideReports(server) {
    const alone = [];
    const beside = [];
    for (let i = 0; i < Math.min(rounds, 3); i++) {
        alone.push((await wrk(server, 'r1', 16, seconds)).p90_ms);
        const [sample] = await Promise.all([wrk(server, 'r1', 16, seconds),
            wrk(server, 'r4', 2, seconds)]);
        beside.push(sample.p90_ms);
    }
    const p90 = [median(alone), median(beside)];
    return {
        p90_alone_ms: round(p90[0]), p90_beside_ms: round(p90[1]), ratio: round(p90[1] / p90[0]),
    };
}

/* --- what is asked of it --------------------------------------------------------------------- */

// path in the result, goal, direction
const goals = [
    ['r1.16.ratio', 0.75, 1], ['r1.64.ratio', 1.0, 1], ['r2.16.ratio', 1.25, 1],
    ['r3.16.ratio', 0.6, 1], ['r4.1.p50_ms', 50, -1], ['r5.16.ratio', 0.75, 1],
    ['busy.256.of_64', 0.7, 1], ['busy.512.of_64', 0.7, 1], ['beside_reports.ratio', 3, -1],
    ['search.county.name1.p95_ms', 50, -1], ['search.county.initials.p95_ms', 50, -1],
    ['search.village.name1.p95_ms', 50, -1], ['search.village.initials.p95_ms', 50, -1],
    ['idle.10000.kb_each', 10, -1], ['memory.worker_mb', 24, -1], ['start.server_ms', 300, -1],
    ['chores.made_s', 4, -1], ['chores.changed_s', 1, -1], ['meals.evening_s', 5, -1],
    ['instructions.r1.total', 55000, -1], ['instructions.r2.total', 125000, -1],
    ['instructions.r3.total', 90000, -1],
    ...['r1', 'r2', 'r3', 'r4'].flatMap((name) =>
        [[`walls.${name}.time`, 1.2, -1], [`walls.${name}.of_off`, 1.2, -1]]),
    ['seal.rate_cost', 0.1, -1], ['seal.p99_s', 1, -1],
    ['growth.counties.worst', 1.1, -1], ['growth.rows.worst', 1.1, -1],
];

function searchTable({ residents, ...widths }) {
    const out = [`search among ${residents} residents of one county: p50 and p95, ms`];
    const names = Object.keys(Object.values(widths)[0]);
    out.push([''.padEnd(10), ...Object.keys(widths).map((w) => w.padStart(16))].join(''));
    for (const name of names) {
        out.push([name.padEnd(10), ...Object.values(widths).map((of) =>
            `${of[name].p50_ms} ${of[name].p95_ms}`.padStart(16))].join(''));
    }
    return out;
}

function rowsTable({ tables, batch }) {
    const line = (what, ours, beside, theirs, ratio) =>
        `${what.padEnd(30)}${String(ours).padStart(10)} rows/s   ${beside} ${theirs}, ${ratio} of it`;
    return [
        line(`import of ${tables.rows} rows`, tables.import.rows_s, '\\copy',
            tables.import.copy_rows_s, tables.import.ratio),
        line(`export of ${tables.rows} rows`, tables.export.rows_s, '\\copy',
            tables.export.copy_rows_s, tables.export.ratio),
        line(`batch of ${batch.rows}`, batch.rows_s, 'one by one', batch.single_rows_s,
            batch.of_single),
        line('', batch.rows_s, 'one insert', batch.insert_rows_s, batch.of_insert),
        `${'jobs process, at most'.padEnd(30)}${String(tables.jobs_peak_mb).padStart(10)} MB`,
    ];
}

function table(result) {
    const line = (first, ...cells) =>
        first.padEnd(8) + cells.map((c) => String(c).padStart(10)).join('');
    const out = [line('', 'conns', 'ratio', ...figures)];
    for (const name of ['r1', 'r2', 'seven', 'r3', 'r4', 'r5', 'card', 'list1', 'list50']) {
        for (const [connections, r] of Object.entries(result[name])) {
            out.push(line(name, connections, r.ratio ?? '', ...figures.map((f) => r[f])));
        }
    }
    out.push('', ...searchTable(result.search), '', ...rowsTable(result), '',
        ...moduleTable(result.instructions), '', ...wallTable(result.walls), '',
        ...sealTable(result.seal), '', ...result.growth ? [...growthTable(result.growth), ''] : []);
    for (const [path, goal, direction] of goals) {
        const value = path.split('.').reduce((at, key) => at?.[key], result);
        if (value === undefined) continue;
        const met = direction > 0 ? value >= goal : value <= goal;
        const sign = direction > 0 ? '≥' : '≤';
        out.push(`${path.padEnd(30)}${String(value).padStart(10)}   goal ${sign} ` +
            `${String(goal).padEnd(8)}${met ? '' : 'missed'}`);
    }
    return out.join('\n');
}

/** Last of all: the server ends for it. */
async function walls(server, made) {
    const times = await wallTimes(server, say, rounds, seconds);
    await server.end();
    const counts = await withCountedPostgres(server,
        (postgres) => wallCounts(server, postgres, made, say));
    return Object.fromEntries(Object.keys(times).map((name) =>
        [name, { ...times[name], ...counts[name] }]));
}

async function measure(server) {
    const memory = resident(server);
    const made = await scripts(server);
    const result = { scale, rounds, seconds, ...await againstPgbench(server, made) };
    result.r4 = { 1: medians([await wrk(server, 'r4', 1, 2 * seconds)]) };
    say(`r4: ${result.r4[1].p50_ms} ms`);
    for (const name of ['r5', 'card']) {
        result[name] = { 16: await paired(() => wrk(server, name, 16, seconds),
            () => wrk(server, 'r1', 16, seconds)) };
        say(`${name} at 16: ${result[name][16].ratio} of r1`);
    }
    Object.assign(result, await listsAgainstPgbench(server));
    result.batch = await batchTimes(server, say, rounds, seconds);
    result.busy = await manyBusy(server);
    result.beside_reports = await besideReports(server);
    result.memory = memory;
    result.idle = await idleConnections(server, [1000, 10000]);
    say('idle connections done');
    result.tables = await tableTimes(server, say, quick ? 1 : 3);
    result.chores = await choreTimes(say, quick ? 1 : 3);
    result.meals = await mealTimes(say, quick ? 1 : 3);
    result.search = await searchTimes(server, say, quick ? 60 : 200);
    result.start = await startTimes(server);
    result.instructions = await instructions(server, say, shape,
        ['r1', 'r2', 'seven', 'r3', 'r4', 'r5']);
    result.seal = await sealCost(server, say, rounds, 5 * seconds);
    result.walls = await walls(server, made);
    return result;
}

const server = await makeWorld(say);
const result = await measure(server);
await server.stop();
if (!quick) result.growth = await growth(say);
mkdirSync(join(root, 'build'), { recursive: true });
writeFileSync(join(root, 'build/bench.json'), JSON.stringify(result, null, 2) + '\n');
console.log(table(result));
say('build/bench.json is written');
