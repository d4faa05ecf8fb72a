// Ways of trying to see or to touch what is not one's own. Each makes one random attempt:
// { caller, method, path, body, headers, check(answer) → what is wrong with it, or nothing }, or
// nothing when the dice left it nobody to try it on.
import { OPERATIONS, opOf, operation } from '../lib/rights.mjs';
import { expects, never, notNow, said, sameIds, strangeTo } from './expect.mjs';
import { MORE, asBatch } from './attempts_many.mjs';
import { inScope, inSight, listed, verdict } from './oracle.mjs';
import { TABLES, inDays } from './world.mjs';

// of the records that the world has rows of; the others' tables are tried in database.test.mjs
const ROW_OPS = OPERATIONS.filter((op) => op.record in TABLES && op.path.includes('{id}'));
const REVEALS = ROW_OPS.filter((op) => op.name === 'reveal');
const CHANGES = ROW_OPS.filter((op) => op.method !== 'GET' && op.name !== 'reveal');
const READS = ROW_OPS.filter((op) => op.method === 'GET' && op.name !== 'alike');
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7); // 2026-11

const at = (op, row) => op.path.replace('{id}', row.id);
const query = (values) => Object.entries(values).filter(([, value]) => value)
    .map(([name, value]) => `&${name}=${value}`).join('');

// ---- reading -----------------------------------------------------------------------------------

/** What a look at a row answers, by its operation; ids of strangers are looked for in every answer. */
const READS_OF = {
    get: (body, its) => !its(body) && 'not the row',
    history: ({ items }, its) => !(items.length && items.every(its)) && 'not its history',
    related: ({ items }) => !Array.isArray(items) && 'not what belongs to it',
};

function read(world, dice) {
    const op = dice.of(READS);
    const [caller, row] = [dice.of(world.callers), dice.row(op.record)];
    const then = op.name === 'get' && dice.of([encodeURIComponent(world.start), null]);
    const its = (item) => item.id === row.id;
    return {
        caller, method: 'GET', path: at(op, row) + (then ? `?as_of=${then}` : ''),
        check: expects(verdict(world, caller, op, row), (body) => READS_OF[op.name](body, its)),
    };
}

function card(world, dice) {
    const op = operation('GET', '/elderly/residents/{id}/card');
    const [caller, row] = [dice.of(world.callers), dice.row('station/residents')];
    return {
        caller, method: 'GET', path: at(op, row),
        check: expects(verdict(world, caller, op, row),
            ({ id }) => id !== row.id && 'not the card'),
    };
}

const OF_A_PERSON = ['station/visits', 'station/requests', 'station/household_members',
    'elderly/profiles', 'elderly/errands', 'elderly/meal_orders'];
const FILTERS = [ // a field, and the records it filters; none named: all
    [], ['org'], ['created_by'], ['person', ...OF_A_PERSON], ['staff', 'station/requests'],
    ['head', 'station/households'], ['account', 'admin/posts'],
    ['state', 'station/requests', 'elderly/errands'],
];

function list(world, dice) {
    const [field, ...records] = dice.of(FILTERS);
    const record = dice.of(records.length ? records : Object.keys(dice.records));
    const caller = dice.of(world.callers);
    const value = field && dice.of(dice.records[record])[field];
    const wanted = listed(world, caller, record, value && field, value);
    return {
        caller, method: 'GET', path: `/${record}?limit=200${query({ [`${field}.eq`]: value })}`,
        check: expects(verdict(world, caller, opOf(record, 'list')), ({ items }) => sameIds(
            items.filter(({ id }) => !world.baits.has(id)), wanted.filter(({ bait }) => !bait))),
    };
}

/** By name, by pinyin (whose letters every resident shares), by id number, by phone. */
function search(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.row('station/residents')];
    const key = dice.of(['name', 'pinyin', 'id_number', 'phone']);
    const wanted = listed(world, caller, row.record)
        .filter((own) => !own.bait && (key === 'pinyin' || own.id === row.id));
    return {
        caller, method: 'POST', path: '/station/residents/search',
        body: { [key]: key === 'pinyin' ? 'sxy' : row.secrets[key] },
        check: expects(verdict(world, caller, opOf(row.record, 'search')),
            ({ items }) => sameIds(items, wanted)),
    };
}

/** Going on in a list where somebody else stopped. */
function cursor(world, dice) {
    const [caller, other] = [dice.of(world.callers), dice.of(world.cursors)];
    const op = opOf('station/residents', 'list');
    const own = caller.lo === other.lo;
    const rights = verdict(world, caller, op);
    // the cursor is read before enter() is asked
    const asks = rights === 'seen' || (world.enterAlone && caller.alive);
    const strange = strangeTo(caller);
    return {
        caller, method: 'GET', path: `${op.path}?limit=1&cursor=${other.cursor}`,
        check: expects(!own && asks ? '400 bad_query' : rights,
            ({ items }) => items.some(strange) && 'leads elsewhere'),
    };
}

const INDICATORS = { M04: 'station/requests', M08: 'station/visits' };

/** A report, also one asked for another's station. */
function report(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.of(world.rows)];
    const [form, code] = [dice.of(['SM-01', 'CM-01']), dice.of(Object.keys(INDICATORS))];
    const org = dice.of([row.org, null]);
    const wanted = listed(world, caller, INDICATORS[code], org && 'org', org).length;
    return {
        caller, method: 'GET', path: `/reports/${form}?period=${PERIOD}${query({ org })}`,
        check: expects(verdict(world, caller, operation('GET', '/reports/{report}')), (body) => {
            const { value, by_township: towns } = body.indicators.find((one) => one.code === code);
            const sum = towns.reduce((total, town) => total + town.value, 0);
            return !(value === wanted && sum === wanted) &&
                `counts ${value} and ${sum} instead of ${wanted}`;
        }),
    };
}

/** The same as a chart asks it, and what happened last: neither counts or tells of another's. */
function series(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.of(world.rows)];
    const [form, code] = [dice.of(['SM-01', 'CM-01']), dice.of(Object.keys(INDICATORS))];
    const org = dice.of([row.org, null]);
    const wanted = listed(world, caller, INDICATORS[code], org && 'org', org).length;
    return {
        caller, method: 'GET',
        path: `/reports/${form}/series?until=${PERIOD}&n=1&only=${code}&townships=true${query({ org })}`,
        check: expects(verdict(world, caller, operation('GET', '/reports/{report}/series')), (body) => {
            const [{ value, townships }] = body.indicators[0].spans;
            const sum = townships.reduce((total, town) => total + town.value, 0);
            return !(value === wanted && sum === wanted) &&
                `counts ${value} and ${sum} instead of ${wanted}`;
        }),
    };
}

function newest(world, dice) {
    const caller = dice.of(world.callers);
    const code = dice.of(Object.keys(INDICATORS));
    const own = listed(world, caller, INDICATORS[code]);
    const rights = verdict(world, caller, operation('GET', '/reports/{report}/newest'));
    const listing = verdict(world, caller, opOf(INDICATORS[code], 'list'));
    const shown = listing === 'seen' ? own : [];
    // the application leaves out what the caller may not list; the database alone refuses to tell it
    const want = world.enterAlone && rights === 'seen' ? listing : rights;
    return {
        caller, method: 'GET', path: `/reports/CM-01/newest?limit=50&only=${code}`,
        check: expects(want, ({ items }) => {
            const towns = new Set(shown.map(({ township }) => String(township)));
            const strange = items.filter(({ township }) => !towns.has(township));
            return strange.length > 0 && `tells of ${JSON.stringify(strange)}`;
        }),
    };
}

/** The rows behind a number, also those of another's station or township. */
function reportRows(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.of(world.rows)];
    const [form, code] = [dice.of(['SM-01', 'CM-01']), dice.of(Object.keys(INDICATORS))];
    const [org, township] = [dice.of([row.org, null]), dice.of([row.township, null])];
    const wanted = listed(world, caller, INDICATORS[code], org && 'org', org)
        .filter((own) => !township || own.township === township);
    const rights = verdict(world, caller, operation('GET', '/reports/{report}'));
    // the record's own right as well
    const may = rights === 'seen' ? verdict(world, caller, opOf(INDICATORS[code], 'list')) : rights;
    // a township that is not wholly the caller's is not there: said to whom may look, before the
    // database is asked
    const asked = may === 'seen' || world.enterAlone && caller.alive;
    const strange = asked && township && (township * 1000 < caller.lo || (township + 1) * 1000 > caller.hi);
    const want = strange ? '404 not_found' : may;
    return {
        caller, method: 'GET',
        path: `/reports/${form}/${code}?period=${PERIOD}&limit=200${query({ org, township })}`,
        check: expects(want, ({ items }) => sameIds(items, wanted)),
    };
}

/** The audit shows who did what in the own county, whatever strangers tried there. */
function audit(world, dice) {
    const readers = world.callers.filter(({ role }) => role === 'audit_admin');
    const [caller, row] = [dice.of(dice.of([world.callers, readers])), dice.of(world.rows)];
    const home = (county) => (county ?? caller.county) === caller.county;
    const strange = ({ div, actor }) =>
        !home(div && Math.floor(div / 1e6)) || !home(world.countyOf.get(actor));
    const filter = dice.of([{ object_id: row.id }, { actor: row.created_by }, {}]);
    return {
        caller, method: 'GET', aboutOthers: true, path: `/audit?limit=200${query(filter)}`,
        check: expects(verdict(world, caller, operation('GET', '/audit')),
            ({ items }) => items.some(strange) && `shows ${JSON.stringify(items.find(strange))}`),
    };
}

/** The plain value of a row's own, as long as the caller's hour lasts. */
function reveal(world, dice) {
    const op = dice.of(REVEALS);
    const [caller, row] = [dice.of(world.callers), dice.row(op.record)];
    const field = op.record === 'station/requests' ? 'caller_phone' : 'phone';
    const seen = ({ value }) => value !== (row.secrets?.phone ?? null) && 'not its value';
    seen.refused = (answer) => answer.status !== 429 && `${said(answer)} for an own row`;
    return {
        caller, method: 'POST', path: at(op, row), body: { field, reason: 'SERVICE' },
        check: expects(verdict(world, caller, op, row), seen),
    };
}

// ---- writing -----------------------------------------------------------------------------------

/** At a foreign row with its true version; at an own one with a version that it never had. */
function change(world, dice) {
    const op = dice.of(CHANGES);
    const [caller, row] = [dice.of(world.callers), dice.row(op.record)];
    const own = (record) => dice.of(listed(world, caller, record)) ?? dice.row(record);
    const body = op.name === 'patch' ? row.patch
        : op.name === 'merge_row' ? { into: own(op.record).id } : op.body && { ...op.body };
    if (op.body?.staff === null) body.staff = caller.account ?? row.id;
    if (op.name === 'merge') body.merged_into = own('station/requests').id;
    return {
        op, caller, method: op.method, path: at(op, row), body,
        headers: { 'If-Match': `"v${inScope(caller, row) ? 2000000 : row.version}.00000000"` },
        check: expects(verdict(world, caller, op, row), notNow),
    };
}

// Bodies that would be right but for one reference: to `row`, which is not the caller's to name.
// `person` is who must be named beside it.
const VISIT = { kind: 'ROUTINE', visited_at: '2026-11-01T00:00:00Z', result: 'MET_WELL' };
const REQUEST = { channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3', content: '求' };
const ERRAND = { kind: 'BUY_FOOD', items: '米' };
const MEAL = { date: inDays(9), meal: 'L', mode: 'CANTEEN' };
const MEMBER = { relation: '01', joint_living: true };
const PROFILE = { categories: ['ALONE'], tier: 'H', consent_visit: true };
const ROOM = { name: '挂靠', kind: 'ROOM', status: 'PLANNED' };
const POST = { role: 'social_worker', valid_from: '2026-01-01' };
const REFERENCES = [
    ['station/visits', 'station/residents', (row) => ({ ...VISIT, person: row.id })],
    ['station/visits', 'station/requests', (row, person) =>
        ({ ...VISIT, person, request: row.id })],
    ['station/requests', 'station/residents', (row) => ({ ...REQUEST, person: row.id })],
    ['station/households', 'station/residents', (row) => ({ head: row.id })],
    ['station/household_members', 'station/residents', ({ id }) =>
        ({ ...MEMBER, household: id, person: id })],
    ['station/household_members', 'station/households', (row, person) =>
        ({ ...MEMBER, household: row.id, person })],
    ['elderly/profiles', 'station/residents', (row) => ({ ...PROFILE, person: row.id })],
    ['elderly/errands', 'station/residents', (row) => ({ ...ERRAND, person: row.id })],
    ['elderly/errands', 'station/requests', (row, person) =>
        ({ ...ERRAND, person, request: row.id })],
    ['elderly/meal_orders', 'station/residents', (row) => ({ ...MEAL, person: row.id })],
    ['admin/org_units', 'admin/org_units', (row) => ({ ...ROOM, parent: row.id })],
    ['admin/posts', 'admin/accounts', (row, person, caller) =>
        ({ ...POST, account: row.id, scope_div: String(caller.lo) })],
];

const notOf = (caller, rows) => rows.filter((row) => !inSight(caller, row));

/** Made with somebody else's row in the body, and under the very key its maker used. */
function reference(world, dice) {
    const [record, of, body] = dice.of(REFERENCES);
    const [op, caller] = [opOf(record, 'create'), dice.of(world.callers)];
    const row = dice.of(notOf(caller, dice.records[of]));
    const people = listed(world, caller, 'station/residents');
    const person = dice.of(people) ?? dice.row('station/residents');
    return row && {
        op, caller, method: 'POST', path: op.path, body: body(row, person.id, caller),
        headers: { 'Idempotency-Key': row.id },
        check: expects(verdict(world, caller, op), never),
    };
}

const TIES = [ // changes of an own request in a state, with a field that names somebody else's row
    ['patch', 'new', 'person', 'station/residents'],
    ['assign', 'accepted', 'staff', 'admin/accounts'],
    ['merge', 'accepted', 'merged_into', 'station/requests'],
];

function tie(world, dice) {
    const [name, state, field, of] = dice.of(TIES);
    const [op, caller] = [opOf('station/requests', name), dice.of(world.callers)];
    const target = dice.of(listed(world, caller, op.record, 'state', state));
    const row = dice.of(notOf(caller, dice.records[of]));
    return target && row && {
        op, caller, method: op.method, path: at(op, target), body: { [field]: row.id },
        headers: { 'If-Match': `"v${target.version}.00000000"` },
        check: expects(verdict(world, caller, op), never),
    };
}

const PLACED = [
    ['station/residents', { name: '单外乡' }], ['station/requests', REQUEST],
    ['admin/org_units', ROOM], ['admin/accounts', { login: 'outside', name: '外人' }],
];

/** New rows in a division that is not the caller's. */
function elsewhere(world, dice) {
    const [record, body] = dice.of(PLACED);
    const caller = dice.of(world.callers);
    const { div } = dice.of(world.rows.filter((row) => !inScope(caller, row)));
    const op = opOf(record, 'create');
    return {
        op, caller, method: 'POST', path: op.path, body: { ...body, div: String(div) },
        check: expects(verdict(world, caller, op), never),
    };
}

/** A plugin's row for somebody the caller may serve, in a township where the plugin is off. */
function offTownship(world, dice) {
    const away = dice.records['station/residents'].filter((row) => !world.on(row.township));
    const [op, row] = [opOf('elderly/errands', 'create'), dice.of(away)];
    const able = world.callers.filter((caller) =>
        verdict(world, caller, op) === 'seen' && inScope(caller, row));
    return {
        caller: dice.of(able), method: 'POST', path: op.path,
        body: { ...ERRAND, person: row.id, ...dice.of([{}, { div: String(row.div) }]) },
        check: expects('404 plugin-not-enabled'),
    };
}

/** A resident under an id that another has: taken in the own county, free in the other. */
function takenId(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.of(dice.baits)];
    const want = verdict(world, caller, opOf('station/residents', 'create'));
    return {
        caller, method: 'POST', path: '/station/residents', body: { id: row.id, name: '饵' },
        check(answer) {
            const fresh = answer.status === 201 && row.county !== caller.county;
            if (fresh) world.made.push(`${caller.county} ${row.id}`);
            return !fresh && expects(want === 'seen' ? '409 duplicate' : want)(answer);
        },
    };
}

function activation(world, dice) {
    const [caller, { code }] = [dice.of(world.callers), dice.of(world.townships)];
    const op = operation('PUT', '/admin/townships/{div}/plugins/{plugin}');
    const place = { county: Math.floor(code / 1e3), div: code * 1e3 };
    const want = verdict(world, caller, op, place);
    return {
        caller, method: 'PUT', path: `/admin/townships/${code}/plugins/elderly`,
        body: { enabled: want === 'seen' ? 'perhaps' : dice.of([true, false]) },
        check: expects(want, notNow),
    };
}

/** Other people's sessions, tokens and activation codes. */
function personal(world, dice) {
    const caller = dice.of(world.callers);
    const session = dice.of(world.sessions.filter((one) => one.account !== caller.account));
    const account = dice.of(notOf(caller, dice.records['admin/accounts']));
    const op = operation('POST', '/admin/accounts/{id}/activation_code');
    const refusal = !caller.alive ? '401 no_session'
        : caller.narrow ? '403 forbidden' : '404 not_found'; // a token manages no tokens
    const [method, path, want] = dice.of([
        ['DELETE', `/me/sessions/${session.id}`, refusal],
        ['DELETE', `/tokens/${session.id}`, refusal],
        ['POST', at(op, account), verdict(world, caller, op, account)],
    ]);
    return { caller, method, path, check: expects(want) };
}

/** How often each is tried, beside the others. */
export const KINDS = [
    [read, 18], [list, 10], [search, 8], [cursor, 4], [report, 3], [reportRows, 4],
    [series, 3], [newest, 2], [card, 2],
    [audit, 3], [change, 24], [reference, 9], [tie, 4], [elsewhere, 4], [offTownship, 1],
    [takenId, 2], [activation, 2], [personal, 2], [reveal, 3],
    ...[change, reference, tie, elsewhere].map((kind) => [asBatch(kind), 5]), ...MORE,
];
