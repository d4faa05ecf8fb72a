// The demonstration's year: what no operation wrote must still be as if one had.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, activate } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, head;

before(async () => {
    server = await startServer();
    const loaded = await server.cli(['demo', '--codes', '--json']);
    assert.equal(loaded.status, 0, loaded.err);
    const codes = JSON.parse(loaded.out);
    const row = (login) => codes.find((each) => each.login === `${login}@${JIANGHUA}`);
    head = await activate(server, row('head.tuojiang'));
});
after(() => server?.stop());

/** Record tables that hold rows, with their columns. */
const tables = () => server.rows(`
    select c.oid::regclass::text as name,
           array_to_json(array(select a.attname from pg_attribute a where a.attrelid = c.oid
                                  and a.attnum > 0 and not a.attisdropped)) as columns
      from pg_class c join pg_class h on h.relnamespace = c.relnamespace and h.relname = c.relname || '_history'
     where c.relkind = 'r' order by 1`);

test('a year lies behind the county: every theme has its rows', async () => {
    const least = { request: 3000, visit: 3000, activity: 400, case_file: 50, group_session: 200,
        roster: 5000, supervision: 150, meeting: 50, action_item: 100, worktime: 5000, task: 100,
        training_attend: 100, station_room: 64, venue: 40, staff_profile: 50 };
    for (const [table, n] of Object.entries(least)) {
        const [{ count }] = await server.rows(
            `select count(*)::int from station.${table} where county = ${JIANGHUA}`);
        assert.ok(count >= n, `${table}: ${count} rows`);
    }
});

test('every row is its newest version, and all versions before it are there', async () => {
    for (const { name, columns } of await tables()) {
        const differ = columns.map((c) => `t.${c}::text is distinct from h.${c}::text`).join(' or ');
        const [{ off }] = await server.rows(`
            select count(*)::int as off from ${name} t
              left join ${name}_history h on h.county = t.county and h.id = t.id and h.version = t.version
             where h.id is null or ${differ}`);
        const [{ gaps }] = await server.rows(`
            select count(*)::int as gaps from (
                select t.id from ${name} t join ${name}_history h on h.county = t.county and h.id = t.id
                 group by t.county, t.id, t.version
                having count(*) <> t.version or max(h.version) <> t.version or min(h.version) <> 1) x`);
        assert.deepEqual([name, off, gaps], [name, 0, 0]);
    }
});

test('versions follow each other in time', async () => {
    for (const { name } of await tables()) {
        const [{ off }] = await server.rows(`
            select count(*)::int as off from (
                select updated_at < lag(updated_at) over (partition by county, id order by version) as back
                  from ${name}_history) x where back`);
        assert.deepEqual([name, off], [name, 0]);
    }
});

test('every code is one that a client could have given', async () => {
    const { body: whole } = await head.get('/schema');
    let seen = 0;
    for (const record of whole.modules.flatMap(({ records }) => records))
        for (const [name, given] of Object.entries(record.create?.properties ?? {})) {
            const codes = given.enum ?? given.items?.enum;
            if (!codes) continue;
            seen++;
            const wrong = await server.rows(`select distinct x from (
                select ${given.items ? `unnest(t.${name})` : `t.${name}`}::text as x from ${record.type} t) y
                where x <> all (array['${codes.join("','")}'])`);
            assert.deepEqual([record.type, name, wrong], [record.type, name, []]);
        }
    assert.ok(seen > 20, `${seen} fields with codes`);
});

test('the month before is full of numbers, and its rows open', async () => {
    const now = new Date(), before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15));
    const { status, body } = await head.get(`/reports/SM-01?period=${before.toISOString().slice(0, 7)}`);
    assert.equal(status, 200, JSON.stringify(body));
    const of = (code) => body.indicators.find((each) => each.code === code);
    for (const code of ['M04', 'M08']) assert.ok(of(code).value > 0, JSON.stringify(of(code)));
    const { body: page } = await head.get('/station/requests?state.eq=closed&limit=1');
    const { body: row } = await head.get(`/station/requests/${page.items[0].id}`);
    const { body: past } = await head.get(`/station/requests/${row.id}/history`);
    assert.deepEqual(past.items.map(({ state }) => state ?? null).length, row.version);
});
