// The plan of every list that is shipped: each record of the station and of the elderly services, in
// each order, with each filter, on the first page and a later one, for the county, a township and a
// village. None reads a table through, none leaves its county; a list without filters comes in its order
// straight from an index, a village's from that of its township.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, JIANGHUA, SHUNHE, SUYU, TUOJIANG, YANGHUA, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const ROWS = 12000; // of each record in each county
const RECORDS = {
    'station/residents': 'station.resident', 'station/households': 'station.household',
    'station/household_members': 'station.household_member', 'station/requests': 'station.request',
    'station/visits': 'station.visit', 'elderly/profiles': 'elderly.elder_profile',
    'elderly/errands': 'elderly.errand', 'elderly/meal_orders': 'elderly.meal_order',
    'admin/org_units': 'admin.org_unit', // the whole county's for everybody
};

let server, callers;

/** Columns of a table and what the n-th row has there; the rest is null or its default. */
const FILL = {
    'station.resident': { name: `'姓' || n`, name_py: `'xing' || n`, name_pi: `'x'`, sex: `'1'` },
    'station.household': { head: 'person' },
    'station.household_member': {
        household: 'household', person: 'person', relation: `'CHILD'`, joint_living: 'n % 2 = 0',
    },
    'station.request': {
        no: `county || '-' || n`, channel: `'DOOR'`, person: 'person', category: `'OTHER'`, domain: `'K'`,
        urgency: `'U' || 1 + n % 4`, content: `'事'`, received_at: 'at',
        due_accept_at: `at + interval '1 day'`, due_finish_at: `at + interval '3 days'`,
        state: `case when n % 20 = 0 then 'new' else 'closed' end`, staff: 'null',
    },
    'station.visit': { person: 'person', kind: `'ROUTINE'`, visited_at: 'at', result: `'OK'` },
    'elderly.elder_profile': {
        person: 'person', categories: `array['E1']`, tier: `(select min(code) from core.code where tab = 'ELDER_TIER')`, consent_visit: 'true',
        state: `case when n % 9 = 0 then 'closed' else 'draft' end`,
    },
    'elderly.errand': {
        person: 'person', request: 'request', kind: `'BUY'`, items: `'药'`, courier: 'null',
        state: `case when n % 20 = 0 then 'requested' else 'cancelled' end`,
    },
    'elderly.meal_order': {
        person: 'person', date: `at::date`, meal: `'LUNCH'`, mode: `'CANTEEN'`, price_fen: '800',
        subsidy_fen: '0', self_fen: '800', courier: 'null',
        state: `case when n % 20 = 0 then 'planned' else 'settled' end`,
    },
    'admin.org_unit': { name: `'室' || n`, kind: `case when n % 9 = 0 then 'AGENCY' else 'ROOM' end`, status: `'OPERATING'` },
};

/** Rows of a county, spread over places and over a year: ids tell record and number. */
function fill(table, k, county, places) {
    const id = (kind) => `('00000000-0000-7${kind}-8000-' || lpad((${county}::bigint * 100000 + n)::text, 12, '0'))::uuid`;
    const columns = FILL[table];
    return `insert into ${table} (county, id, div, org, change, created_at, created_by, updated_by,
            ${Object.keys(columns).join(', ')})
        select county, id, div, id, id, at, id, id, ${Object.values(columns).join(', ')}
          from (select n, ${county} as county, ${id(`00${k}`)} as id, ${id('000')} as person,
                       ${id('001')} as household, ${id('003')} as request,
                       (array[${places}])[1 + n % ${places.length}] as div,
                       now() - n * interval '43 minutes' as at
                  from generate_series(1, ${ROWS}) n) x;`;
}

async function seed() {
    const places = {
        [JIANGHUA]: [YANGHUA, `${TUOJIANG}201`, `${TUOJIANG}202`, `${HELUKOU}201`, `${HELUKOU}202`],
        [SUYU]: [`${SHUNHE}001`, `${SHUNHE}002`],
    };
    for (const [k, table] of Object.values(RECORDS).entries())
        for (const [county, list] of Object.entries(places))
            await server.psql(fill(table, k, Number(county), list));
    await server.psql('vacuum (analyze)');
    await server.psql(`alter role wulian_app set session_preload_libraries = 'auto_explain'`);
    await server.psql(`alter role wulian_app set auto_explain.log_min_duration = 0`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    await server.healthy();
}

before(async () => {
    server = await startServer();
    const { who } = await openTwoCounties(server);
    callers = {
        township: who.head,
        ...await people(server, JIANGHUA, {
            county: ['county_section', JIANGHUA, '县科员'], village: ['room_worker', YANGHUA, '村社工'],
        }),
    };
    await seed();
});
after(() => server?.stop());

/** Plans logged so far of lists of a table. */
function plansOf(table) {
    const dir = join(server.place.state, 'data', 'log');
    return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
        .split(/^(?=\d{4}-\d\d-\d\d )/m)
        .filter((text) => /plan:/.test(text) && text.includes(`'list', '${table}'`));
}

/** What a refusal names: "…: a, b, c". */
async function named(path, query) {
    const answer = await callers.county.get(`/${path}?${query}`);
    assert.equal(answer.status, 400);
    return answer.body.errors[0].detail.split(': ')[1].split(', ');
}

/** A value that rows of the village have. */
async function valueOf(table, field) {
    const [row] = await server.rows(`select ${field} as value from ${table}
        where div = ${YANGHUA} and ${field} is not null limit 1`);
    return row ? String(row.value) : callers.township.account;
}

async function questions(path, table) {
    const sorts = await named(path, 'sort=colour');
    const filters = (await named(path, 'colour.eq=red')).filter((name) => !name.endsWith('_at'));
    const asked = sorts.flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]);
    for (const field of filters) {
        const value = `${field}.eq=${encodeURIComponent(await valueOf(table, field))}`;
        asked.push(value, ...sorts.map((sort) => `${value}&sort=-${sort}`));
    }
    for (const sort of sorts) {
        if (!sort.endsWith('_at')) continue;
        asked.push(`sort=-${sort}&${sort}.ge=2026-01-01T00:00:00Z&${sort}.lt=2099-01-01T00:00:00Z`);
    }
    return ['', ...asked];
}

/** Asks for the first page and the next; → how many statements that were. */
async function pages(caller, path, query) {
    const ask = async (more) => {
        const answer = await caller.get(`/${path}?limit=5&${query}${more}`, { Connection: 'close' });
        assert.equal(answer.status, 200, `${path}?${query}: ${JSON.stringify(answer.body)}`);
        return answer.body.next;
    };
    const next = await ask('');
    if (next) await ask(`&cursor=${next}`);
    return next ? 2 : 1;
}

/** What is wrong with a plan, or nothing. */
function fault(plan, table) {
    const name = table.split('.')[1];
    const scans = plan.split('\n').filter((line) => new RegExp(`Scan .*\\bon ${name}\\b`).test(line));
    const text = plan.match(/Query Text: (.*)/)[1];
    const bare = !/ and t\.(?!county|div|deleted_at|township)\w+ (=|is|>|<|like)/.test(text);
    const village = / and t\.div = \$2/.test(text);
    if (/Seq Scan on/.test(scans.join())) return 'reads the table through';
    if (!scans.length) return 'has no scan of the table';
    const county = new RegExp(`(Index|Bitmap Index|Index Only) Scan[^]*?Index Cond: \\(+[^\\n]*county = `);
    if (!county.test(plan)) return 'does not name the county in an index';
    // a village's rows are a few among its township's
    if (bare && village && !/Index Cond: .*township = /.test(plan)) return 'leaves the township';
    if (bare && !village && /^\s*(->\s+)?(Incremental )?Sort\b/m.test(plan)) return 'sorts';
    return null;
}

for (const [path, table] of Object.entries(RECORDS))
    test(`${path}: every order and filter goes by an index of one county`, async () => {
        let sent = 0;
        for (const query of await questions(path, table))
            for (const caller of Object.values(callers)) sent += await pages(caller, path, query);
        for (let i = 0; plansOf(table).length < sent && i < 100; i++) await sleep(25);
        const plans = plansOf(table);
        assert.ok(plans.length >= sent, `${plans.length} of ${sent} plans were logged`);
        const faults = plans.map((plan) => [fault(plan, table), plan]).filter(([why]) => why);
        assert.equal(faults.length, 0, `${faults.length} of ${plans.length}: ${faults[0]?.join('\n')}`);
    });
