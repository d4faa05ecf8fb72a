// The benchmark's world: a server of its own with eight counties full of rows, and the arithmetic
// by which load generators name sessions and rows in it.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { startServer } from '../lib/server.mjs';
import { root, tempFolder, watch } from '../lib/temp.mjs';

export const scale = Number(process.env.BENCH_SCALE || (process.env.BENCH_QUICK ? 0.05 : 1));

/** A world of so many counties with a station in each of their townships, which share the rows. */
export const shapeOf = ({ counties, townships, residents, requests, days = 700 }) => ({
    first: 990001, counties, townships, stations: counties * townships, residents, requests, days,
    secret: 'benchmark'.padEnd(38, '0'), number: 100000000000,
});

export const shape = shapeOf({ counties: 8, townships: 50, residents: Math.round(1e6 * scale),
    requests: Math.round(3e6 * scale) });

const uuid = (kind, n) => `00000000-0000-${kind}-8000-${shape.number + n}`;

/** Everything about station s that appears in a request. */
export function station(s, of = shape) {
    const county = of.first + Math.floor(s / of.townships);
    const lo = (county * 1000 + 100 + s % of.townships) * 1000;
    return {
        s, county, lo, hi: lo + 1000, township: lo / 1000,
        org: uuid('7003', s), actor: uuid('7004', s),
        secret: of.secret + (10000 + s),
        token: `wl1_${county}_${of.secret}${10000 + s}`,
        resident: (k) => uuid('7001', k * of.stations + s),
    };
}

export const perStation = Math.floor(shape.residents / shape.stations);

/** The newest PostgreSQL programs. */
export function program(name) {
    const base = '/usr/lib/postgresql';
    const newest = readdirSync(base).map(Number).filter((v) => v >= 15).sort((a, b) => b - a)[0];
    return join(base, String(newest), 'bin', name);
}

function divisionFiles(dir, county, townships) {
    const line = (code, name) => `${code},"${name}"`;
    const towns = [];
    const villages = [];
    for (let t = 0; t < townships; t++) {
        const town = county * 1000 + 100 + t;
        towns.push(line(town, `第${t}镇`));
        for (let v = 0; v < 6; v++) villages.push(line(town * 1000 + 200 + v, `第${v}村`));
    }
    return Object.entries({ areas: [line(county, `第${county}县`)], streets: towns, villages })
        .map(([name, lines]) => {
            const file = join(dir, `${name}-${county}.csv`);
            writeFileSync(file, ['code,name', ...lines].join('\n') + '\n');
            return file;
        });
}

async function openCounties(server, { first, counties, townships }) {
    const dir = tempFolder();
    mkdirSync(dir, { recursive: true });
    for (let i = 0; i < counties; i++) {
        const county = first + i;
        const { status, err } = await server.cli(['divisions', 'import', '--county', String(county),
            ...divisionFiles(dir, county, townships)]);
        if (status !== 0) throw new Error(`county ${county}: ${err}`);
    }
}

/** psql on a file with variables. */
function run(server, file, variables) {
    const args = ['-XAtq', '-h', server.socket, '-U', 'postgres', '-d', 'wulian', '-f', file];
    const all = { ON_ERROR_STOP: 1, ...variables };
    for (const [name, value] of Object.entries(all)) args.push('-v', `${name}=${value}`);
    const child = watch(spawn('psql', args, { stdio: ['ignore', 'ignore', 'pipe'] }));
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    return new Promise((done, fail) => child.once('close', (status) =>
        status === 0 ? done() : fail(new Error(`${file}: ${err}`))));
}

const filled = "('station.resident'::regclass, 'station.request'::regclass)";

/** Indexes that no constraint needs are built once over the rows, not kept while these come. */
async function withoutIndexes(server, fill) {
    const indexes = await server.rows(`select indexrelid::regclass::text as name,
        pg_get_indexdef(indexrelid) as sql from pg_index i where indrelid in ${filled}
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`);
    for (const index of indexes) await server.psql(`drop index ${index.name}`);
    await fill();
    const build = async (lane) => {
        for (let i = lane; i < indexes.length; i += 2) {
            await server.psql(`set maintenance_work_mem = '512MB'; ${indexes[i].sql}`);
        }
    };
    await Promise.all([build(0), build(1)]);
}

async function seed(server, shape) {
    const file = join(root, 'tests/bench/seed.sql');
    const parts = 2;
    const part = (i, people) => run(server, file, { ...shape, part: i, parts, people });
    await server.psql("alter system set fsync = off; alter system set full_page_writes = off;"
        .replace(/;/g, ';\n') + 'select pg_reload_conf()');
    await withoutIndexes(server, () => Promise.all([part(0, 0), part(1, 1)]));
    await server.psql(`set maintenance_work_mem = '512MB'; vacuum (freeze, analyze)`);
    await server.psql('alter system reset fsync;\nalter system reset full_page_writes;\n' +
        'select pg_reload_conf();\ncheckpoint');
}

/** The shipped plugins and one of the tests' beside them, as settings. */
function pluginsWith(test, build) {
    const dir = tempFolder();
    const link = (from, to) => symlinkSync(resolve(root, from), join(dir, to));
    mkdirSync(join(dir, 'sql'));
    for (const file of readdirSync(resolve(root, build, 'plugins')).filter((name) => name.endsWith('.so')))
        link(join(build, 'plugins', file), file);
    for (const name of readdirSync(join(root, 'plugins'))) link(join('plugins', name), join('sql', name));
    link(join(build, 'test-plugins', `${test}.so`), `${test}.so`);
    link(join('tests/plugins', test), join('sql', test));
    chmodSync(dir, 0o755);
    return { WULIAN_PATHS_PLUGINS: dir, WULIAN_PATHS_PLUGINS_SQL: join(dir, 'sql') };
}

/** A seeded server. Its settings are the shipped ones but for what a machine of this size would be
 *  given: buffers that hold the data, no vacuum in the middle of a sample. */
export async function makeWorld(say, of = shape, build = process.env.WULIAN_BUILD || 'build') {
    const env = { WULIAN_LOG_LEVEL: 'warn', ...pluginsWith('reads', build) };
    const server = await startServer({ build, env });
    const buffers = Math.min(8000, Math.max(256, Math.ceil(of.residents / 200)));
    for (const set of [`shared_buffers = '${buffers}MB'`, "max_wal_size = '32GB'",
        "checkpoint_timeout = '1h'", 'autovacuum = off', 'max_connections = 700']) {
        await server.psql(`alter system set ${set}`);
    }
    await server.end();
    await server.start();
    say(`seeding ${of.residents} residents, ${of.requests} requests, ${of.counties} counties`);
    const began = Date.now();
    await openCounties(server, of);
    await seed(server, of);
    say(`seeded in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    return server;
}
