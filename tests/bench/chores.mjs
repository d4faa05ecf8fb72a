// The clock with a county's whole work at once: one chore that makes 10,000 rows of a service, with
// serials, computed fields, history and notices, and one that changes 10,000.
import { performance } from 'node:perf_hooks';
import { join, resolve } from 'node:path';

import { openTwoCounties, JIANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';
import { median } from './load.mjs';

const size = 10000;
const build = process.env.WULIAN_BUILD || 'build';
const env = {
    WULIAN_PATHS_PLUGINS: resolve(root, build, 'test-plugins'),
    WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
    WULIAN_PLUGINS_ENABLED: 'follows', WULIAN_JOBS_CHORES: '0',
};

/** 10,000 matters that get a task a day, and as many funds that count the days. */
async function seed(server, { admin, head }) {
    const { body } = await admin.get('/admin/activations');
    for (const { township } of body.items)
        await admin.put(`/admin/townships/${township}/plugins/follows`, { enabled: true });
    const common = (table, more, values) => `
        insert into follows.${table} (county, id, div, org, change, created_by, updated_by, title, ${more})
        select ${JIANGHUA}, gen_random_uuid(), v.codes[1 + n % cardinality(v.codes)], u.id,
               gen_random_uuid(), '${head.account}', '${head.account}', ${values}
          from generate_series(1, ${size}) n,
               (select array_agg(code) as codes from core.division
                 where level = 5 and code / 1000000 = ${JIANGHUA}) v,
               (select id from admin.org_unit where county = ${JIANGHUA} and kind = 'STATION' limit 1) u;`;
    await server.psql(`${common('matter', 'tasks, state', `'事项' || n, 0, 'agreed'`)}
        ${common('fund', 'total_fen, spent_fen, days, months', `'钟', 1, 0, 0, ''`)}
        vacuum analyze follows.matter; vacuum analyze follows.fund`);
}

/** Seconds that one moment of a chore takes, by the command that plays the calendar. */
async function played(server, chore, day) {
    const began = performance.now();
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA), '--until',
        `${day}T12:00:00+08:00`, '--only', `follows.${chore}`]);
    const taken = (performance.now() - began) / 1000;
    if (status !== 0 || !out.includes(` ${size} rows`)) throw new Error(`${chore}: ${out}${err}`);
    return taken;
}

/** { rows, made_s, changed_s } */
export async function choreTimes(say, rounds) {
    const server = await startServer({ env });
    const { who } = await openTwoCounties(server);
    await seed(server, who);
    await server.cli(['chores', 'run', '--county', String(JIANGHUA), '--until', '2020-01-01T00:00:00+08:00']);
    const taken = { daily_check: [], daily_count: [] };
    for (let i = 0; i < rounds; i++)
        for (const [chore, times] of Object.entries(taken)) {
            const day = `2026-03-${String(10 + i).padStart(2, '0')}`;
            await server.psql(`update core.chore_run set done = '2026-03-${9 + i} 12:00+08'
                where county = ${JIANGHUA} and chore = 'follows.${chore}'`);
            times.push(await played(server, chore, day));
        }
    await server.stop();
    const result = {
        rows: size, made_s: Number(median(taken.daily_check).toFixed(2)),
        changed_s: Number(median(taken.daily_count).toFixed(2)),
    };
    say(`chores: ${size} rows made in ${result.made_s} s, changed in ${result.changed_s} s`);
    return result;
}
