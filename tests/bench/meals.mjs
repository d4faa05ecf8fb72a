// The meals of a county's evening: 10,000 subscribers in 16 townships get tomorrow's orders, their routes
// and stops. Part of the bench; by itself: node tests/bench/meals.mjs
import { loadavg } from 'node:os';

import { JIANGHUA, openCounty, openStations, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { median } from './load.mjs';

const SUBSCRIBERS = 10000;
const CHORES = ['meal_routes', 'meal_orders', 'meal_stops'];

/** Residents, their profiles and subscriptions, forty to a line, in villages of the townships. */
const seed = (townships) => `
    create temp table place as
        select n, (array[${townships}])[1 + n % ${townships.length}]::bigint * 1000 + 201 as div,
               ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as person
          from generate_series(1, ${SUBSCRIBERS}) n;
    create temp table org as select o.township, o.id from admin.org_unit o where o.kind = 'STATION';
    create temp view common as
        select ${JIANGHUA} as county, p.div, o.id as org, o.id as change, o.id as by, p.n, p.person
          from place p join org o on o.township = (p.div / 1000)::int;
    insert into station.resident (county, id, div, org, change, created_by, updated_by, name, name_py,
            name_pi, birth)
        select county, person, div, org, change, by, by, '老人' || n, 'laoren', 'lr',
               date '1936-01-01' + n % 9000 from common;
    insert into elderly.elder_profile (county, id, div, org, change, created_by, updated_by, person,
            categories, tier, consent_visit, state, living)
        select county, gen_random_uuid(), div, org, change, by, by, person, array['ALONE'], 'K', true,
               'active', 'ALONE' from common where n % 2 = 0;
    insert into elderly.meal_subscription (county, id, div, org, change, created_at, created_by,
            updated_by, person, weekdays, meal, mode, diet, line, stop_no, starts_on, state)
        select county, gen_random_uuid(), div, org, change, now() - interval '3 days', by, by, person,
               '{1,2,3,4,5,6,7}', 'L', 'DELIVERY', 'SOFT', (n / ${townships.length} / 40)::text || '号线',
               n / ${townships.length} % 40 + 1, core.today() - 2, 'active' from common;
    drop view common;`;

const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);

/** One chore up to a moment: its seconds, as the command took them. */
async function seconds(server, chore, until) {
    const began = performance.now();
    const { status, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        '--only', `elderly.${chore}`, '--until', until]);
    if (status !== 0) throw new Error(out + err);
    return (performance.now() - began) / 1000;
}

async function prepare(server) {
    await openCounty(server, JIANGHUA);
    const { admin } = await people(server, JIANGHUA, { admin: ['county_admin', JIANGHUA, '何局员'] });
    const towns = (await server.rows(`select (code / 1000)::int as town from core.division
        where level = 4 and code / 1000000 = ${JIANGHUA} order by 1 limit 16`)).map(({ town }) => town);
    await openStations(admin, Object.fromEntries(towns.map((town) => [town, `${town}`])));
    for (const town of towns) await admin.put(`/admin/townships/${town}/plugins/elderly`, { enabled: true });
    for (const chore of CHORES) await seconds(server, chore, `${day(0)}T00:00:00+08:00`);
    await server.psql(seed(towns));
    await server.psql('vacuum (analyze)');
}

/** { orders, routes, evening_s }: the orders of each evening, all with a stop on a route. */
export async function mealTimes(say, rounds) {
    const server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    await prepare(server);
    const evenings = [];
    for (let i = 1; i <= rounds; i++) {
        let all = 0;
        for (const [k, chore] of CHORES.entries())
            all += await seconds(server, chore, `${day(i)}T20:0${k + 1}:00+08:00`);
        evenings.push(all);
    }
    const [made] = await server.rows(`select count(*)::int / ${rounds} as orders,
        count(distinct route)::int / ${rounds} as routes from elderly.meal_order where stop_no is not null`);
    await server.stop();
    const result = { ...made, evening_s: Number(median(evenings).toFixed(2)) };
    say(`meals: ${result.orders} orders on ${result.routes} routes in ${result.evening_s} s`);
    return result;
}

if (process.argv[1] === import.meta.filename)
    await mealTimes((text) => console.log(`${text} (load ${loadavg()[0].toFixed(1)})`), 3);
