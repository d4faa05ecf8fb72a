// Whether a request costs the same in a large installation as in a small one: from one county to 122,
// as many as a province has, and from 10⁵ rows of residents and requests to 10⁷, the same stations'
// after more years. Counted without a clock: the server's instructions, PostgreSQL's, the pages it
// looks at and how it reads the large tables; beside it the processor's time.
//
//     node tests/bench/growth.mjs [counties|rows]   it alone; BENCH_ROWS=1e7 for the largest
import { fileURLToPath } from 'node:url';

import { withCountedPostgres } from './backend.mjs';
import { instructions } from './callgrind.mjs';
import { scripts } from './capture.mjs';
import { wrk } from './load.mjs';
import { counted } from './walls.mjs';
import { makeWorld, shapeOf } from './world.mjs';

const names = Object.keys(counted);
const most = Number(process.env.BENCH_ROWS || 1e6);

const withCounties = (counties) => shapeOf({ counties, townships: 4, residents: counties * 1000,
    requests: counties * 3000 });
const withRows = (rows) => shapeOf({ counties: 8, townships: 10, residents: rows / 4,
    requests: rows * 3 / 4, days: rows / 1e5 * 70 });

const axes = {
    counties: [1, 8, 122].map((n) => [n, withCounties(n)]),
    rows: [1e5, 1e6, 1e7].filter((n) => n <= most).map((n) => [n, withRows(n)]),
};

/** What was registered while counting would stand on others' first pages. */
const forget = (server) => server.psql(`set session_replication_role = replica;
    delete from station.request where state = 'new'`);

/** → { r1: { server, instructions, pages, us, plan }, … } */
async function costs(say, of) {
    const server = await makeWorld(say, of);
    try {
        const own = await instructions(server, say, of, names);
        await forget(server);
        const us = {};
        for (const name of names.filter((n) => n !== 'r3')) {
            const { server_us, db_us } = await wrk(server, name, 16, 2, of);
            us[name] = Math.round(server_us + db_us);
        }
        const made = await scripts(server, of);
        await server.end();
        return await withCountedPostgres(server, async (postgres) => {
            const result = {};
            for (const name of names) {
                result[name] = { server: own[name].total, us: us[name],
                    ...await postgres.each(made[name], counted[name]),
                    plan: await postgres.plan(made[name]) };
                say(`${name}: ${result[name].instructions} instructions of PostgreSQL`);
            }
            return result;
        });
    } finally {
        await server.stop();
    }
}

const all = (cost) => cost.server + cost.instructions;

/** { counties: { 1: { r1: … }, …, worst }, rows: {…} }; worst: instructions at the large end as a share
 *  of those at the small, of the request that grows most. */
export async function growth(say, which = Object.keys(axes)) {
    const result = {};
    for (const axis of which) {
        const worlds = axes[axis];
        const found = result[axis] = {};
        for (const [n, of] of worlds) {
            say(`growth: ${axis} ${n}`);
            found[n] = await costs(say, of);
        }
        const [first, last] = [found[worlds[0][0]], found[worlds.at(-1)[0]]];
        found.worst = Number(Math.max(...names.map((name) => all(last[name]) / all(first[name])))
            .toPrecision(3));
    }
    return result;
}

export function growthTable(result) {
    const row = (...cells) => cells.map((c, i) => i ? String(c ?? '').padStart(13) : c.padEnd(22)).join('');
    const out = [row('growth', 'server', 'PostgreSQL', 'pages', 'µs', 'of the first', 'same plan')];
    for (const [axis, worlds] of axesOf(result)) {
        for (const name of names) {
            const first = worlds[0][1][name];
            for (const [n, { [name]: cost }] of worlds) {
                out.push(row(`${name}  ${axis} ${n}`, cost.server, cost.instructions, cost.pages, cost.us,
                    (all(cost) / all(first)).toFixed(2), `${cost.plan}` === `${first.plan}`));
            }
        }
    }
    return out;
}

const axesOf = (result) => Object.entries(result).map(([axis, { worst, ...worlds }]) =>
    [axis, Object.entries(worlds)]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const which = process.argv.slice(2);
    const result = await growth(console.error, which.length ? which : undefined);
    console.log(growthTable(result).join('\n'));
    console.log(JSON.stringify(result));
}
