// 助餐 through its day: who subscribed gets an order when the book closes, its stops go on a route, the
// courier sees how people are, and whoever was left without a meal is missed. Money: meal_money.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people, setParam }
    from '../../../tests/lib/county.mjs';
import { meanwhile } from '../../../tests/lib/race.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, got, status } from '../../../tests/lib/station.mjs';
import { mealOn } from '../../../tests/lib/steps.mjs';
import { PIXEL, upload } from '../../../tests/lib/tables.mjs';

const DAY = 86400e3, START = Date.now();
const day = (n) => new Date(START + 8 * 3600e3 + n * DAY).toISOString().slice(0, 10);
const EVERY_DAY = ['1', '2', '3', '4', '5', '6', '7'];
const ORDERS = '/elderly/meal_orders', ROUTES = '/elderly/meal_routes',
    SUBSCRIPTIONS = '/elderly/meal_subscriptions';

let server, who, suyu;
const at = {}; // who is served, and what came of it

const made = async (caller, path, body) => {
    const { body: row } = await status(201, caller.post(path, body));
    return { ...row, path: `${path}/${row.id}` };
};

/** What the clock brings up to then. */
async function clock(until) {
    const { status: end, out, err } = await server.cli(['chores', 'run', '--county', String(JIANGHUA),
        ...(until ? ['--until', until] : [])]);
    assert.equal(end, 0, out + err);
}

const items = async (caller, path) => (await got(caller, path)).items;
const ordersOf = (caller, date, more = '') => items(caller, `${ORDERS}?date.eq=${date}${more}&limit=200`);
const requests = (person) => items(who.head, `/station/requests?person.eq=${person}&limit=50`);

const resident = async (name, years) => (await made(who.worker, '/station/residents',
    { name, div: YANGHUA, birth: `${Number(day(0).slice(0, 4)) - years}-01-01` })).id;

async function profile(person, categories, more) {
    const { path } = await made(who.worker, '/elderly/profiles',
        { person, categories, tier: 'K', consent_visit: true, ...more });
    await done(who.worker, path, 'activate');
}

/** The route and its stops become those of the day n days from today. */
const routeOn = (n) => server.psql(['meal_route', 'meal_order'].map((table) =>
    `update elderly.${table} set date = core.today() + ${n}
      where ${table === 'meal_route' ? 'id' : 'route'} = '${at.route.split('/').pop()}'`).join(';'));

const subscribe = (person, more) => made(who.worker, SUBSCRIPTIONS, { person, weekdays: EVERY_DAY,
    meal: 'L', mode: 'DELIVERY', line: '一号线', starts_on: day(0), ...more });

/** An order of the person for today, with a courier under way. */
async function carried(person, date) {
    const order = await made(who.worker, ORDERS, { person, date, meal: 'D', mode: 'DELIVERY' });
    await mealOn(server, order.id);
    for (const action of ['confirm', 'cook', 'ready', 'leave']) await done(who.worker, order.path, action);
    return order;
}

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        courier: ['social_worker', TUOJIANG, '赵送餐'],
        section: ['county_section', JIANGHUA, '周科长'],
    }));
    await clock();
    at.high = await resident('单秀英', 84);
    at.weak = await resident('盘金凤', 71);
    at.poor = await resident('冯老汉', 66);
    at.plain = await resident('欧阳修', 65);
    at.young = await resident('奉小妹', 50);
    await profile(at.high, ['AGED', 'ALONE'], { floor: 15, lift: false, living: 'ALONE' });
    await profile(at.weak, ['DISABLED'], { diet: 'SOFT' });
    await profile(at.poor, ['DESTITUTE', 'EMPTY_NEST']);
});
after(() => server?.stop());

/* ---- what a meal costs ------------------------------------------------------------------------- */

test('identity, ability and age decide the band; nobody writes a price [E02]', async () => {
    const money = async (person, meal) => {
        const { band, price_fen, subsidy_fen, self_fen } = await made(who.worker, ORDERS,
            { person, date: day(5), meal, mode: 'DELIVERY' });
        return [band, price_fen, subsidy_fen, self_fen];
    };
    assert.deepEqual(await money(at.high, 'L'), ['AGED', 1200, 600, 600]);
    assert.deepEqual(await money(at.weak, 'L'), ['CARE', 1200, 800, 400]);
    assert.deepEqual(await money(at.poor, 'L'), ['FULL', 1200, 1200, 0]);
    assert.deepEqual(await money(at.plain, 'L'), ['BASE', 1200, 300, 900]);
    assert.deepEqual(await money(at.young, 'L'), ['SELF', 1200, 0, 1200]);
    assert.deepEqual(await money(at.poor, 'B'), ['FULL', 500, 500, 0]); // never more than its price
    // the second of a slot is one's own
    assert.deepEqual(await money(at.high, 'L'), ['AGED', 1200, 0, 1200]);
    for (const field of ['price_fen', 'subsidy_fen', 'self_fen', 'band'])
        assert.deepEqual(faultsOf(await who.worker.post(ORDERS, { person: at.weak, date: day(6),
            meal: 'L', mode: 'DELIVERY', [field]: field === 'band' ? 'FULL' : 1 })),
        { [`/${field}`]: 'read_only' });
    // what holds on the day of the meal, not on that of the order
    await setParam(server, JIANGHUA, 'elderly.meal_subsidy_fen.BASE', '450');
    await server.psql(`update station.policy_value set effective_from = core.today() + 8
        where key = 'elderly.meal_subsidy_fen.BASE'`);
    const of = async (n) => (await made(who.worker, ORDERS,
        { person: at.plain, date: day(n), meal: 'D', mode: 'DELIVERY' })).subsidy_fen;
    assert.deepEqual([await of(7), await of(8)], [300, 450]);
});

test('a worse level of ability brings another band from the next order on [E02]', async () => {
    const order = (n) => made(who.worker, ORDERS,
        { person: at.high, date: day(n), meal: 'B', mode: 'DELIVERY', diet: 'LOW_SALT' });
    assert.equal((await order(9)).band, 'AGED');
    const set = (level) => server.psql(`update elderly.elder_profile set ability = ${level},
        assessed_on = core.today() where person = '${at.high}'`);
    await set(`'2'`);
    const { band, path } = await order(10);
    assert.equal(band, 'CARE');
    await set('null');
    // the kitchen reads the diet; who has it masked does not, nor that somebody is destitute or disabled
    assert.equal((await got(who.worker, path)).diet, 'LOW_SALT');
    const { _masked } = await got(who.operator, path);
    for (const field of ['diet', 'band', 'subsidy_fen', 'self_fen'])
        assert.ok(_masked.includes(field), field);
});

/* ---- ordering and cancelling ------------------------------------------------------------------- */

test('the book closes the evening before, and says what to do then [E01]', async () => {
    const order = { person: at.plain, date: day(0), meal: 'L', mode: 'DELIVERY' };
    const late = await who.worker.post(ORDERS, order);
    assert.deepEqual(faultsOf(late), { '/date': 'order_closed' });
    const [, from] = /order from (\d{4}-\d\d-\d\d) on/.exec(late.body.errors[0].detail);
    assert.ok([day(1), day(2)].includes(from), from);
    // a window in full-width characters is none: the default stands in
    const settings = (hour) => status(200, who.admin.put(
        `/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings: { meal_cutoff_hour: hour, meal_window_from: '11：00' } }));
    await settings(0); // tomorrow's closed when today began
    assert.deepEqual(faultsOf(await who.worker.post(ORDERS, { ...order, date: day(1) })),
        { '/date': 'order_closed' });
    await settings(20);
});

test('cancelled freely until the morning, then by the head alone [E01]', async () => {
    const order = async (n) => made(who.worker, ORDERS,
        { person: at.plain, date: day(n), meal: 'B', mode: 'DELIVERY' });
    const [free, late] = [await order(3), await order(4)];
    const reason = { reason: '去女儿家' };
    assert.equal((await done(who.worker, free.path, 'cancel', reason)).state, 'cancelled');
    await server.psql(`update elderly.meal_order set date = core.today() - 1 where id = '${late.id}'`);
    const refused = await who.worker.act(late.path, 'cancel', reason);
    assert.deepEqual([refused.status, refused.body.code], [409, 'cancel_closed']);
    assert.equal((await who.worker.act(late.path, 'call_off', reason)).status, 403);
    assert.equal((await done(who.head, late.path, 'call_off', reason)).state, 'cancelled');
});

/* ---- from subscription to the door ------------------------------------------------------------- */

test('who subscribed gets an order when the book closes, once, and a stop on a route [E01]', async () => {
    at.first = await subscribe(at.high, { stop_no: 2, courier: who.courier.account });
    await subscribe(at.weak, { stop_no: 1, diet: 'SOFT' });
    await subscribe(at.poor, { stop_no: 3 });
    await subscribe(at.plain, { mode: 'CANTEEN', line: undefined });
    const again = await who.worker.post(SUBSCRIPTIONS, { person: at.high, weekdays: ['1'], meal: 'L',
        mode: 'CANTEEN', starts_on: day(0) });
    assert.deepEqual(faultsOf(again), { '/weekdays': 'subscription_twice' });

    const brought = async () => (await ordersOf(who.worker, day(2))).filter(({ meal }) => meal === 'L');
    await clock(`${day(1)}T19:59:00+08:00`);
    assert.equal((await brought()).length, 0);
    for (const minute of ['05', '30']) await clock(`${day(1)}T20:${minute}:00+08:00`);
    const orders = await brought();
    assert.deepEqual(orders.map(({ person, mode, band }) => [person, mode, band]).sort(), [
        [at.high, 'DELIVERY', 'AGED'], [at.weak, 'DELIVERY', 'CARE'],
        [at.poor, 'DELIVERY', 'FULL'], [at.plain, 'CANTEEN', 'BASE']].sort());
    const routes = await items(who.worker, `${ROUTES}?date.eq=${day(2)}`);
    assert.deepEqual(routes.map(({ meal, line, courier, state }) => [meal, line, courier, state]),
        [['L', '一号线', who.courier.account, 'planned']]);
    at.route = `${ROUTES}/${routes[0].id}`;
    const stops = (await items(who.courier, `${ORDERS}?route.eq=${routes[0].id}`))
        .sort((a, b) => a.stop_no - b.stop_no);
    assert.deepEqual(stops.map(({ person, stop_no, eta }) => [person, stop_no, eta.slice(11, 16)]),
        [[at.weak, 1, '03:00'], [at.high, 2, '03:30'], [at.poor, 3, '04:00']]); // 11:00 in Shanghai
    assert.equal((await got(who.worker, `${ORDERS}/${stops[0].id}`)).diet, 'SOFT');
    at.stops = stops.map(({ id }) => id);
    for (const caller of [who.helukou, suyu.head]) assert.equal((await caller.get(at.route)).status, 404);
});

test('the stops are put in another order before it leaves [E01]', async () => {
    const stops = (ids) => ({ stops: ids.map((order_id) => ({ order_id })) });
    const [a, b, c] = at.stops;
    for (const ids of [[a, b], [a, b, b]])
        assert.equal((await who.courier.act(at.route, 'reorder', stops(ids))).body.code, 'stops_differ');
    await done(who.courier, at.route, 'reorder', stops([b, a, c]));
    const now = await Promise.all([b, a, c].map((id) => got(who.courier, `${ORDERS}/${id}`)));
    assert.deepEqual(now.map(({ stop_no, eta }) => [stop_no, eta.slice(11, 16)]),
        [[1, '03:00'], [2, '03:30'], [3, '04:00']]);

    // one stop more, and the route can still be given a vehicle; a meal at the canteen is no stop
    const more = await made(who.worker, ORDERS, { person: at.young, date: day(2), meal: 'L',
        mode: 'CANTEEN' });
    const change = async (path, input) => who.worker.patch(path, input, (await who.worker.get(path)).etag);
    const route = at.route.split('/').pop();
    assert.deepEqual(faultsOf(await change(more.path, { route })), { '/route': 'route_elsewhere' });
    await status(200, change(more.path, { route, mode: 'DELIVERY' }));
    await status(200, change(at.route, { vehicle: '三轮车' }));
    await done(who.worker, more.path, 'cancel', { reason: '出门了' });
});

test('in the heat meals go on, and nobody leaves without a word on safety [E04]', async () => {
    const hour = (n) => new Date(Date.now() + n * 3600e3).toISOString();
    const alert = { kind: 'HEAT', level: 'YELLOW', starts_at: hour(-2), ends_at: hour(8),
        advice: '十一点前送完，随身带水和藿香正气水' };
    const yellow = await made(who.head, '/elderly/weather_alerts', { ...alert, div: `${TUOJIANG}000` });
    const red = await made(who.section, '/elderly/weather_alerts',
        { ...alert, level: 'RED', ends_at: hour(90), div: `${TUOJIANG}000` });
    assert.equal((await got(who.courier, at.route)).weather_alert, red.id); // it goes while that stands
    const told = await items(who.courier, '/notices');
    assert.ok(told.some(({ text }) => /Weather warning/.test(text)), JSON.stringify(told));
    // not before the day itself
    const safety_note = '十点半出发，每站饮水休息';
    assert.deepEqual(faultsOf(await who.courier.act(at.route, 'leave', { safety_note })),
        { '/date': 'meal_not_today' });
    await routeOn(0);
    const refused = await who.courier.act(at.route, 'leave');
    assert.deepEqual(faultsOf(refused), { '/safety_note': 'safety_note_missing' });
    assert.match(refused.body.errors[0].detail, /heat, red: 十一点前/);
    const alone = await made(who.worker, ORDERS, { person: at.young, date: day(4), meal: 'L',
        mode: 'DELIVERY' });
    await mealOn(server, alone.id);
    for (const action of ['confirm', 'cook']) await done(who.worker, alone.path, action);
    const single = await who.worker.act(alone.path, 'leave');
    assert.deepEqual([single.status, single.body.code], [409, 'leave_with_route']);
    const left = await done(who.courier, at.route, 'leave', { safety_note });
    assert.deepEqual([left.state, left.weather_alert, left.courier],
        ['out', red.id, who.courier.account]);
    for (const { path } of [red, yellow]) {
        const { etag } = await who.section.get(path);
        await status(200, who.section.patch(path, { ends_at: hour(-1) }, etag));
    }
    assert.equal((await done(who.worker, alone.path, 'leave')).state, 'out');
});

test('at each door the courier sees how the person is, and a need becomes a request [E01 E03]', async () => {
    const [first, second, third] = await Promise.all(at.stops.map((id) => got(who.courier, `${ORDERS}/${id}`)));
    for (const order of [first, second, third]) {
        assert.deepEqual([order.state, order.courier], ['out', who.courier.account]);
        const hot = Date.parse(order.hot_until) - Date.parse(order.cooked_at);
        assert.equal(hot, 60 * 60e3);
    }
    const path = ({ id }) => `${ORDERS}/${id}`;
    assert.deepEqual(faultsOf(await who.courier.act(path(first), 'deliver', {})), { '/wellbeing': 'required' });
    assert.equal((await who.worker.act(path(first), 'deliver', { wellbeing: 'OK' })).body.code, 'not_yours');
    assert.equal((await who.courier.act(at.route, 'finish')).body.code, 'stops_open');
    // the courier drops out, the head sends another, and that one comes back
    const hand = (to) => who.head.act(at.route, 'hand_over', { courier: to.account });
    assert.equal((await who.worker.act(at.route, 'hand_over', { courier: who.worker.account })).status, 403);
    await status(200, hand(who.worker));
    assert.equal((await got(who.worker, path(first))).courier, who.worker.account);
    assert.ok((await items(who.worker, '/notices')).some(({ key }) => key === 'meal_route.handed_over'));
    await status(200, hand(who.courier));
    const photo = await upload(who.courier, PIXEL, 'door.png');
    assert.equal((await done(who.courier, path(first), 'deliver', { wellbeing: 'OK', handed_to: '本人', photo })).photo, photo);
    assert.deepEqual(await requests(first.person), []);
    await done(who.courier, path(second), 'deliver', { wellbeing: 'CONCERN', handed_to: '本人',
        other_need: '灯坏了' });
    const [need, more] = await requests(second.person);
    assert.deepEqual([need.category, need.urgency, need.domain, need.content, need.plugin_ref, more],
        ['CARE', 'U2', 'E', '送餐时发现：需关注，灯坏了', `elderly.meal_order:${second.id}`, undefined]);
    await done(who.courier, path(third), 'deliver', { wellbeing: 'OK', other_need: '想要一副老花镜' });
    assert.deepEqual((await requests(third.person)).map(({ category, urgency }) => [category, urgency]),
        [['OTHER', 'U3']]);
    assert.equal((await done(who.courier, at.route, 'finish')).state, 'done');
    await routeOn(2);
});

test('two stops in a row in vain raise a request of the same day, once [E01 E03]', async () => {
    const ill = await resident('赵三妹', 77);
    const stop = async (n, action, input) => {
        const { id, path } = await carried(ill, day(n));
        await done(who.worker, path, action, input);
        await mealOn(server, id, n - 30); // one meal of a slot and day
    };
    const raised = async () => (await requests(ill)).filter(({ category }) => category === 'MEAL').length;
    await stop(3, 'not_home');
    await stop(4, 'deliver', { wellbeing: 'OK' });
    await stop(5, 'refused', { reason: '没胃口' });
    assert.equal(await raised(), 0);
    await stop(6, 'not_home');
    assert.equal(await raised(), 1);
    await stop(7, 'not_home');
    assert.equal(await raised(), 1);
    assert.equal((await requests(ill))[0].urgency, 'U2');
});

test('hot food is overdue an hour after cooking [E01]', async () => {
    const order = await carried(at.young, day(6));
    assert.deepEqual(await items(who.worker, `${ORDERS}?overdue=hot_until`), []);
    await server.psql(`update elderly.meal_order set hot_until = now() - interval '1 minute'
        where id = '${order.id}'`);
    assert.deepEqual((await items(who.worker, `${ORDERS}?overdue=hot_until`)).map(({ id }) => id), [order.id]);
    assert.equal((await done(who.head, order.path, 'take_over')).courier, who.head.account);
    await done(who.head, order.path, 'deliver', { wellbeing: 'OK' });
});

test('a meal is eaten at the canteen on its own day [E01]', async () => {
    const { id, path } = await made(who.worker, ORDERS,
        { person: at.young, date: day(5), meal: 'D', mode: 'CANTEEN' });
    for (const n of [5, -1]) {
        await mealOn(server, id, n);
        assert.deepEqual(faultsOf(await who.worker.act(path, 'serve')), { '/date': 'meal_not_today' });
    }
    await mealOn(server, id);
    assert.equal((await done(who.worker, path, 'serve')).state, 'delivered');
});

test('what the kitchen has begun meanwhile is not called off with its subscription [E01]', async () => {
    const mine = await subscribe(at.young);
    const { id, path } = await made(who.worker, ORDERS,
        { person: at.young, date: day(7), meal: 'L', mode: 'DELIVERY' });
    await server.psql(`update elderly.meal_order set subscription = '${mine.id}' where id = '${id}'`);
    await meanwhile(server, `update elderly.meal_order set state = 'cooking' where id = '${id}'`,
        () => done(who.worker, mine.path, 'end', { reason: '不订了' }));
    assert.equal((await got(who.worker, path)).state, 'cooking');
});

/* ---- whoever got nothing ----------------------------------------------------------------------- */

test('who lives alone and had no meal is missed in the afternoon [E05]', async () => {
    const gaps = async (date) => (await items(who.head, `/elderly/meal_gaps?date.eq=${date}&limit=50`))
        .map(({ person, meal, why, state, id }) => ({ person, meal, why, state, id }));
    await clock(`${day(2)}T13:30:00+08:00`);
    assert.deepEqual(await gaps(day(2)), []);
    await clock(`${day(2)}T14:25:00+08:00`);
    assert.deepEqual(await gaps(day(2)), []); // all of them were served
    await clock(`${day(3)}T15:00:00+08:00`); // of the third day nothing was brought
    const missed = await gaps(day(3));
    assert.deepEqual(missed.map(({ person, meal, why, state }) => [person, meal, why, state]).sort(),
        [[at.high, 'L', 'WAITING', 'open'], [at.poor, 'L', 'WAITING', 'open']].sort());
    await clock(`${day(3)}T16:30:00+08:00`);
    assert.equal((await gaps(day(3))).length, 2);
    // Where the tests began before the kitchen's hour, the first day had its gaps too.
    const told = (await items(who.head, '/notices?limit=100')).filter(({ key, record_id }) =>
        key === 'meal_gap.open' && missed.some(({ id }) => id === record_id));
    assert.equal(told.length, 2);
    const path = (person) => `/elderly/meal_gaps/${missed.find((gap) => gap.person === person).id}`;
    assert.equal((await who.helukou.get(path(at.high))).status, 404);
    await done(who.worker, path(at.high), 'explain', { note: '在女儿家吃过了' });
    const before = (await requests(at.poor)).length;
    await done(who.worker, path(at.poor), 'raise');
    const [request] = (await requests(at.poor)).filter(({ category }) => category === 'MEAL');
    assert.equal((await requests(at.poor)).length, before + 1);
    assert.deepEqual([request.urgency, request.plugin_ref],
        ['U2', path(at.poor).replace('/elderly/meal_gaps/', 'elderly.meal_gap:')]);
});

test('who had no dinner is missed the same day, however late the alarm would be [E05]', async () => {
    await status(200, who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings: { meal_alarm_minutes: 360, meal_gap_minutes: 30 } })); // 18:30 + 6 hours
    const { path } = await subscribe(at.poor, { meal: 'D' });
    const dinners = async (n) => (await items(who.head, `/elderly/meal_gaps?date.eq=${day(n)}&limit=50`))
        .filter(({ meal }) => meal === 'D').map(({ person, due_at }) => [person, due_at]);
    await clock(`${day(4)}T23:40:00+08:00`);
    assert.deepEqual(await dinners(4), []);
    await clock(`${day(5)}T00:30:00+08:00`);
    assert.deepEqual(await dinners(4), [[at.poor, `${day(4)}T16:28:00+00:00`]]);
    await status(200, who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings: { meal_alarm_minutes: 329 } })); // 23:59: the late chore again
    await clock(`${day(5)}T23:59:00+08:00`);
    assert.deepEqual(await dinners(5), [[at.poor, `${day(5)}T16:58:00+00:00`]]);
    await done(who.worker, path, 'end', { reason: '不再需要' });
    await status(200, who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`,
        { enabled: true, settings: {} }));
});

test('a subscription that is suspended brings nothing, and what can be called off is [E01]', async () => {
    await clock(`${day(7)}T20:10:00+08:00`);
    const mine = async (n) => (await ordersOf(who.worker, day(n)))
        .filter(({ person, meal }) => person === at.high && meal === 'L').map(({ state }) => state);
    assert.deepEqual(await mine(8), ['planned']);
    await done(who.worker, at.first.path, 'suspend', { reason: '住院' });
    assert.deepEqual(await mine(8), ['cancelled']);
    await clock(`${day(8)}T20:10:00+08:00`);
    assert.deepEqual(await mine(9), []);
    await done(who.worker, at.first.path, 'resume');
    await clock(`${day(9)}T20:10:00+08:00`);
    assert.deepEqual(await mine(10), ['planned']);
});

test('nothing is brought to the dead, nor to who has come to hospital since [E01]', async () => {
    const [dead, ill, well] = [await resident('奉老爹', 81), await resident('周四妹', 79),
        await resident('莫五妹', 78)];
    for (const person of [dead, ill, well]) await subscribe(person);
    const file = await made(who.worker, '/elderly/profiles', { person: ill, tier: 'K', consent_visit: true });
    await done(who.worker, file.path, 'activate');
    await clock(`${day(12)}T20:10:00+08:00`);
    const lunch = async (n) => Object.fromEntries((await ordersOf(who.worker, day(n)))
        .filter(({ meal }) => meal === 'L').map(({ person, state }) => [person, state]));
    const of = async (n) => { const all = await lunch(n); return [dead, ill, well].map((p) => all[p]); };
    assert.deepEqual(await of(13), ['planned', 'planned', 'planned']);
    await made(who.worker, ORDERS, { person: ill, date: day(14), meal: 'D', mode: 'DELIVERY' });
    await status(200, who.worker.patch(`/station/residents/${dead}`, { death_date: day(0) },
        (await who.worker.get(`/station/residents/${dead}`)).etag));
    await done(who.worker, file.path, 'suspend', { suspended_for: 'HOSPITAL', reason: '住院' });
    await clock(`${day(13)}T07:58:00+08:00`);
    assert.deepEqual(await of(13), ['cancelled', 'cancelled', 'planned']);
    await clock(`${day(13)}T20:10:00+08:00`);
    assert.deepEqual(await of(14), [undefined, undefined, 'planned']);
    const [byHand] = (await ordersOf(who.worker, day(14))).filter(({ person }) => person === ill);
    assert.equal(byHand.state, 'planned'); // somebody knows better
});
