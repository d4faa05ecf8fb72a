// The demonstration's year: what no operation wrote must still be as if one had.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, SUYU, activate, faultsOf } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const STILL = { env: { WULIAN_JOBS_CHORES: '0' } }; // what the clock brings is not the year's

let server, head, admin;

before(async () => {
    server = await startServer(STILL);
    const loaded = await server.cli(['demo', '--codes', '--json']);
    assert.equal(loaded.status, 0, loaded.err);
    const codes = JSON.parse(loaded.out);
    const row = (login) => codes.find((each) => each.login === `${login}@${JIANGHUA}`);
    head = await activate(server, row('head.tuojiang'));
    admin = await activate(server, row('admin'));
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
    const elderly = { elder_profile: 500, elder_contact: 500, ability_assessment: 200, meal_subscription: 40,
        meal_order: 2000, meal_route: 500, meal_settlement: 10, call_plan: 30, greeting_call: 1500, call_step: 1500,
        content_share: 20, errand: 100, doctor_visit: 30, aid_device: 20, incident: 20, subsidy_grant: 500,
        venue_attendance: 1000, venue_need: 20, venue_log: 200 };
    const least = { request: 3000, visit: 3000, activity: 400, case_file: 50, group_session: 200,
        roster: 5000, supervision: 150, meeting: 50, action_item: 100, worktime: 5000, task: 100,
        training_attend: 100, station_room: 64, venue: 40, staff_profile: 50 };
    for (const [schema, tables] of Object.entries({ station: least, elderly }))
        for (const [table, n] of Object.entries(tables)) {
            const [{ count }] = await server.rows(
                `select count(*)::int from ${schema}.${table} where county = ${JIANGHUA}`);
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

/** What a row says is still to come; all other columns of that kind say when something was. */
const AHEAD = ['starts_at', 'ends_at', 'from_at', 'to_at', 'held_at', 'planned_at', 'due_at', 'due_accept_at',
    'due_finish_at', 'from_on', 'shared_until', 'call_at', 'opens_at', 'step_due_at', 'due_answer_at',
    'check_due_at', 'settle_due_at'];

test('nothing was done that is still to come', async () => {
    for (const { name, columns } of await tables()) {
        const reached = columns.filter((column) => column.endsWith('_at') && !AHEAD.includes(column));
        const counts = await server.rows(`select ${reached.map((column) =>
            `count(*) filter (where ${column} > now())::int as ${column}`)} from ${name}`);
        assert.deepEqual([name, counts[0]],
            [name, Object.fromEntries(reached.map((column) => [column, 0]))]);
    }
});

test('groups of every stage are under way', async () => {
    const states = await server.rows('select distinct state from station.group_work order by 1');
    const known = states.map(({ state }) => state);
    assert.ok(known.includes('ended'));
    assert.ok(known.some((state) => ['form', 'turn', 'mature', 'ending'].includes(state)), `${known}`);
});

test('a unit of each kind keeps to its rules: it can be changed', async () => {
    const units = await server.rows(`select distinct on (kind, star) id, kind, star from admin.org_unit
        where county = ${JIANGHUA} and deleted_at is null order by kind, star, id`);
    assert.ok(new Set(units.map(({ kind }) => kind)).size >= 8, JSON.stringify(units));
    for (const { id, kind, star } of units) {
        const path = `/admin/org_units/${id}`, now = await admin.get(path);
        const answer = await admin.patch(path, { address: '演示路1号' }, now.etag);
        assert.equal(answer.status, 200, `${kind} ${star}: ${JSON.stringify(faultsOf(answer))}`);
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
    const now = new Date(Date.now() + 8 * 3600e3); // as China has it
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15));
    const { status, body } = await head.get(`/reports/SM-01?period=${before.toISOString().slice(0, 7)}`);
    assert.equal(status, 200, JSON.stringify(body));
    const of = (code) => body.indicators.find((each) => each.code === code);
    for (const code of ['M04', 'M08', 'M09', 'M10', 'M11', 'M13', 'M38'])
        assert.ok(of(code).value > 0, JSON.stringify(of(code)));
    assert.ok(of('M09').share.value * 2 > of('M09').share.of, JSON.stringify(of('M09').share)); // most were seen
    // what was sent before that was counted with the visits that the station made
    const sent = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, 15)).toISOString().slice(0, 7);
    const { body: older } = await head.get(`/reports/SM-01?period=${sent}`);
    assert.equal(older.provisional, false);
    const { share } = older.indicators.find(({ code }) => code === 'M09');
    assert.ok(share.value * 3 > share.of, JSON.stringify(share));
    const { body: page } = await head.get('/station/requests?state.eq=closed&limit=1');
    const { body: row } = await head.get(`/station/requests/${page.items[0].id}`);
    const { body: past } = await head.get(`/station/requests/${row.id}/history`);
    assert.deepEqual(past.items.map(({ state }) => state ?? null).length, row.version);
});

/** Of each table what stands in it of old, ids and the moment of loading aside. */
async function pasts(of) {
    const found = {};
    for (const { name } of (await tables()).filter((table) => /^(station|elderly)\./.test(table.name))) {
        const columns = await of.rows(`select a.attname as name from pg_attribute a
            where a.attrelid = '${name}'::regclass and a.attnum > 0 and not a.attisdropped
              and format_type(a.atttypid, a.atttypmod) not in ('uuid', 'uuid[]', 'bytea') order by 1`);
        const row = columns.map((column) => `t.${column.name}`).join(', ');
        [found[name]] = await of.rows(`select count(*)::int as n,
                md5(string_agg(x, E'\\n' order by x)) as sum
            from (select row(${row})::text as x from ${name} t
                   where t.county in (${JIANGHUA}, ${SUYU}) and t.created_at < core.today() - 20
                     and t.updated_at < core.today() - 10) y`);
    }
    return found;
}

test('the same county comes out each time, and a second loading adds nothing', async (t) => {
    const first = await pasts(server);
    const again = await server.cli(['demo']);
    assert.equal(again.status, 0, again.err);
    assert.ok(!again.err.includes('a year of work'), again.err);
    const other = await startServer(STILL);
    try {
        const loaded = await other.cli(['demo']);
        assert.equal(loaded.status, 0, loaded.err);
        const today = (of) => of.psql('select min(created_at)::date from admin.org_unit');
        if (await today(server) !== await today(other)) return t.skip('midnight passed between them');
        assert.deepEqual(await pasts(other), first);
        assert.ok(first['station.request'].n > 3000);
    } finally {
        await other.stop();
    }
});

test('rows of the elders\' service keep to their rules: they can be changed', async () => {
    const changes = { profiles: ['elder_profile', { floor: 2 }], contacts: ['elder_contact', { note: '常来' }],
        meal_subscriptions: ['meal_subscription', { note: '放门口' }], venue_logs: ['venue_log', { partner: '卫生院' }],
        venue_attendance: ['venue_attendance', { note: '午睡' }], weather_alerts: ['weather_alert', { advice: '提前一小时送' }] };
    for (const [path, [table, change]] of Object.entries(changes)) {
        const [{ id }] = await server.rows(`select id from elderly.${table}
            where county = ${JIANGHUA} and township = 431129100 order by id limit 1`);
        const now = await head.get(`/elderly/${path}/${id}`);
        const answer = await head.patch(`/elderly/${path}/${id}`, change, now.etag);
        assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
    }
});
