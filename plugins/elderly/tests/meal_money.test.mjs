// The money of meals while fifty clients order, cancel, deliver and settle for the same few people: it
// always balances, nobody gets two subsidised meals of a slot, and what was acknowledged is there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Caller, uuid7 } from '../../../tests/lib/api.mjs';
import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, got, status } from '../../../tests/lib/station.mjs';
import { mealOn } from '../../../tests/lib/steps.mjs';

const CLIENTS = 50, SECONDS = 10, PERSONS = 6, LAST_MONTH = 24;
const ORDERS = '/elderly/meal_orders', SETTLEMENTS = '/elderly/meal_settlements';
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
const THIS = `${day(0).slice(0, 7)}-01`;
const monthFrom = (n) => new Date(Date.UTC(+THIS.slice(0, 4), +THIS.slice(5, 7) - 1 + n, 1)).toISOString().slice(0, 10);

let server, who, suyu, persons, workers;
const acknowledged = []; // { id, version, state }
const known = []; // orders anybody may try to act on: { path, courier }
let settled = 0;

const chance = (n) => Math.floor(Math.random() * n);
const pick = (list) => list[chance(list.length)];

async function clock(until) {
    const { status: end, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        '--only', 'elderly.meal_settlement', ...(until ? ['--until', until] : [])]);
    assert.equal(end, 0, out + err);
}

/** Notes what was acknowledged; other answers must be among the refusals that the rules know. */
function noted(answer, refusals) {
    if (answer.status === 200 || answer.status === 201) {
        const { id, version, state } = answer.body;
        acknowledged.push({ id, version, state });
        return answer.body;
    }
    const code = answer.body?.errors?.[0].code ?? answer.body?.code;
    assert.ok(refusals.includes(code), `${answer.status} ${JSON.stringify(answer.body)}`);
    return null;
}

const BUSY = ['busy', 'unavailable'];
const MOVED = [...BUSY, 'meal_not_today', 'changed_meanwhile', 'wrong_state', 'not_yours', 'cancel_closed'];

async function order(caller, date) {
    const made = noted(await caller.post(ORDERS, { id: uuid7(), person: pick(persons), date,
        meal: pick(['B', 'L', 'D']), mode: pick(['CANTEEN', 'DELIVERY']) }),
    [...BUSY, 'meal_order_one_subsidy']);
    if (made) known.push({ path: `${ORDERS}/${made.id}`, courier: caller });
    return made;
}

const NEXT = {
    planned: ['confirm', 'cancel', 'call_off'], confirmed: ['cook', 'cook', 'cancel'], cooking: ['ready', 'leave', 'leave'],
    out: ['deliver', 'deliver', 'deliver', 'refused', 'not_home'],
};
const INPUT = { cancel: { reason: '试' }, call_off: { reason: '试' }, refused: { reason: '试' }, deliver: { wellbeing: 'OK' } };

/** One step of an order's life, often against somebody else who takes another at the same moment. */
async function step(caller) {
    const target = pick(known);
    if (!target) return;
    const { body } = await caller.get(target.path);
    const actions = NEXT[body.state];
    if (!actions) return void known.splice(known.indexOf(target), 1);
    const action = pick(actions);
    const by = body.state === 'out' ? workers.find(({ account }) => account === body.courier) ?? caller
        : action === 'call_off' ? who.head : caller;
    noted(await by.post(`${target.path}/actions/${action}`, INPUT[action], { ifMatch: `"v${body.version}"` }), MOVED);
}

async function settle(caller) {
    const { body } = await caller.get(`${SETTLEMENTS}?limit=10`);
    for (const { id } of (body.items ?? []).filter(({ state }) => state === 'draft')) {
        const answer = await caller.act(`${SETTLEMENTS}/${id}`, 'settle');
        if (answer.status === 200) settled++;
        else noted(answer, [...MOVED, 'settle_in_order']);
    }
}

async function client(caller, until) {
    while (Date.now() < until) {
        const dice = chance(100);
        if (dice < 35) await order(caller, day(2 + chance(3)));
        else if (dice < 98) await step(caller);
        else await settle(caller);
    }
}

/** The days go by: of each person's slot one meal is today's, and what was brought is of days before. */
const nextDay = (n) => server.psql(`
    update elderly.meal_order set date = core.today() - ${n}
     where date = core.today() and state in ('delivered', 'refused', 'not_home', 'cancelled');
    update elderly.meal_order set date = core.today()
     where id in (select distinct on (o.person, o.meal) o.id
                    from elderly.meal_order o
                   where o.date > core.today() and o.state in ('confirmed', 'cooking')
                     and not exists (select from elderly.meal_order x
                                      where x.county = o.county and x.person = o.person
                                        and x.meal = o.meal and x.date = core.today())
                   order by o.person, o.meal, o.id)`);

async function days(until) {
    for (let n = 1; Date.now() < until; n++) {
        await nextDay(n);
        await sleep(50);
    }
}

/** So many orders, brought as far as that. */
async function brought(n, actions) {
    const ids = [];
    for (let i = 0; i < n; i++) {
        const made = await order(workers[0], day(20 + i));
        const path = `${ORDERS}/${made.id}`;
        await mealOn(server, made.id);
        for (const action of actions) await done(workers[0], path, action, INPUT[action]);
        await mealOn(server, made.id, 20 + i);
        ids.push(made.id);
    }
    return ids;
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    const staff = await people(server, JIANGHUA, Object.fromEntries([1, 2, 3, 4].map((i) =>
        [`courier${i}`, ['social_worker', TUOJIANG, `送餐${i}`]])));
    workers = [who.worker, ...Object.values(staff)];
    persons = [];
    for (let i = 0; i < PERSONS; i++) {
        const { body } = await status(201, who.worker.post('/station/residents', { name: `老人${i}`,
            div: YANGHUA, birth: `${1930 + 7 * i}-03-05` }));
        persons.push(body.id);
    }
    // two months back, the last month, and one of it whose courier comes home after midnight
    await clock();
    const carried = ['confirm', 'cook', 'leave'];
    const old = await brought(LAST_MONTH, [...carried, 'deliver']);
    const late = await brought(4, carried);
    await server.psql(`update elderly.meal_order o set cooked_at = null, date = date '${THIS}' - 1 - (o.date - core.today()),
            delivered_at = case when o.delivered_at is not null then
                timestamptz '${THIS} 12:00+08' - (o.date - core.today()) * interval '1 day' end
        where o.id = any ('{${[...old, ...late]}}')`);
    await server.psql(`update core.chore_run set done = timestamptz '${monthFrom(-1)} 00:00+08'
        where chore = 'elderly.meal_settlement'`);
    await clock(`${THIS}T02:30:00+08:00`);
});
after(() => server?.stop());

test('fifty clients at once, and the money balances [E01 E02]', async (t) => {
    const { items } = await got(who.head, SETTLEMENTS);
    assert.ok(items.length >= 1);
    const until = Date.now() + SECONDS * 1000;
    await Promise.all([days(until), ...Array.from({ length: CLIENTS }, (_, i) => {
        const { token, account } = workers[i % workers.length];
        return client(Object.assign(new Caller(server.base, token), { account }), until);
    })]);
    t.diagnostic(`${acknowledged.length} writes acknowledged, ${settled} settlements`);
    assert.ok(acknowledged.length > 100, `${acknowledged.length} acknowledged`);

    const [faults] = await server.rows(`select
        count(*) filter (where price_fen <> subsidy_fen + self_fen or least(price_fen, subsidy_fen, self_fen) < 0) as unbalanced,
        count(*) filter (where subsidy_fen not in (0, least(price_fen,
            core.param(county, 'elderly.meal_subsidy_fen.' || band)::bigint))) as wrong
        from (select county, price_fen, subsidy_fen, self_fen, band from elderly.meal_order union all
              select county, price_fen, subsidy_fen, self_fen, band from elderly.meal_order_history) o`);
    assert.deepEqual(faults, { unbalanced: 0, wrong: 0 });
    assert.deepEqual(await server.rows(`select person, date, meal from elderly.meal_order
        where subsidy_fen > 0 and state not in ('cancelled', 'refused', 'not_home')
        group by person, date, meal having count(*) > 1`), []);
});

test('every acknowledged write is there, as it was acknowledged [E01]', async () => {
    const kept = new Map((await server.rows(`select id, version, state from elderly.meal_order_history`))
        .map(({ id, version, state }) => [`${id} ${version}`, state]));
    const lost = acknowledged.filter(({ id, version, state }) => kept.get(`${id} ${version}`) !== state);
    assert.deepEqual(lost, []);
    const twice = acknowledged.map(({ id, version }) => `${id} ${version}`);
    assert.equal(new Set(twice).size, twice.length); // no version was given to two
});

test('what was settled is the sum of its orders, band by band; the late wait for the next [E01]', async () => {
    const sums = (where) => server.rows(`select band, count(*)::int as meals, sum(price_fen)::int as price_fen,
        sum(subsidy_fen)::int as subsidy_fen, sum(self_fen)::int as self_fen
        from elderly.meal_order where ${where} group by band order by band`);
    while (settled < 2 && (await got(who.head, SETTLEMENTS)).items.some(({ state }) => state === 'draft'))
        await settle(who.head);
    const { items } = await got(who.head, SETTLEMENTS);
    assert.equal(settled, items.length); // each was settled once, by one of them
    let meals = 0;
    for (const { id } of items) {
        const row = await got(who.head, `${SETTLEMENTS}/${id}`);
        assert.deepEqual(row.bands, await sums(`settlement = '${id}'`));
        for (const field of ['meals', 'price_fen', 'subsidy_fen', 'self_fen'])
            assert.equal(row[field], row.bands.reduce((sum, band) => sum + band[field], 0), field);
        assert.equal(row.price_fen, row.subsidy_fen + row.self_fen);
        meals += row.meals;
    }
    assert.equal(meals, LAST_MONTH);
    const [odd] = await server.rows(`select count(*) as n from elderly.meal_order
        where (state = 'settled') <> (settlement is not null)
           or state = 'settled' and delivered_at >= timestamptz '${THIS} 00:00+08'`);
    assert.equal(odd.n, 0);

    // this month's draft, when it is over: all that was delivered since, the late ones among them
    await clock(`${monthFrom(1)}T03:00:00+08:00`);
    const [draft] = (await got(who.head, `${SETTLEMENTS}?state.eq=draft`)).items;
    assert.deepEqual([draft.month, draft.meals > 0], [THIS, true]);
    const { bands, etag } = await who.head.get(`${SETTLEMENTS}/${draft.id}`)
        .then(({ body, etag }) => ({ ...body, etag }));
    assert.deepEqual(bands, await sums(`state = 'delivered'`));
    const early = await who.head.act(`${SETTLEMENTS}/${draft.id}`, 'settle');
    assert.deepEqual([early.status, early.body.code], [409, 'settle_in_order']);

    // a settled order is wrong: it stays, and this month's row corrects it
    const [{ order_id, paid }] = await server.rows(`select id as order_id, subsidy_fen::int as paid
        from elderly.meal_order where state = 'settled' and subsidy_fen >= 300 order by id limit 1`);
    const locked = await who.head.get(`${ORDERS}/${order_id}`);
    assert.equal((await who.head.patch(`${ORDERS}/${order_id}`, { diet: 'SOFT' }, locked.etag)).status, 409);
    const correct = (id) => who.head.patch(`${SETTLEMENTS}/${draft.id}`, { corrections: [
        { order_id: id, subsidy_fen: -300, self_fen: 300, reason: '档次有误' }] }, etag);
    assert.deepEqual(faultsOf(await correct(draft.id)), { '/corrections': 'correction_of_settled' });
    // never more than was paid, this time and the earlier ones together
    const too = (subsidy_fen) => who.head.patch(`${SETTLEMENTS}/${draft.id}`, { corrections: [-300, subsidy_fen]
        .map((fen) => ({ order_id, subsidy_fen: fen, self_fen: 300, reason: '档次有误' })) }, etag);
    assert.deepEqual(faultsOf(await too(-paid - 1 + 300)), { '/corrections': 'correction_too_much' });
    await server.psql(`update elderly.meal_settlement set corrections = jsonb_build_array(jsonb_build_object(
        'order_id', '${order_id}', 'subsidy_fen', ${1 - paid}, 'self_fen', 0)) where state = 'settled' and id =
        (select settlement from elderly.meal_order where id = '${order_id}')`);
    assert.deepEqual(faultsOf(await correct(order_id)), { '/corrections': 'correction_too_much' });
    await server.psql(`update elderly.meal_settlement set corrections = null where state = 'settled'`);
    const { body: row } = await status(200, correct(order_id));
    assert.deepEqual([row.price_fen, row.subsidy_fen, row.self_fen],
        [draft.price_fen, draft.subsidy_fen - 300, draft.self_fen + 300]);
    for (const caller of [who.helukou, suyu.head])
        assert.equal((await caller.get(`${SETTLEMENTS}/${draft.id}`)).status, 404);
});

test('the month\'s report counts what was delivered in it, settled or not [E01]', async () => {
    const period = monthFrom(-1).slice(0, 7);
    const { indicators } = await got(who.head, `/reports/SM-01?period=${period}`);
    const [m11, m12] = ['M11', 'M12'].map((code) => indicators.find((one) => one.code === code).value);
    const [is] = await server.rows(`select count(*)::int as meals, count(distinct person)::int as persons
        from elderly.meal_order where state = 'settled' and delivered_at >= timestamptz '${monthFrom(-1)} 00:00+08'
         and delivered_at < timestamptz '${THIS} 00:00+08'`);
    assert.deepEqual([m11, m12], [is.meals, is.persons]);
});
