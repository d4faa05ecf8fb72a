// Two counties with two townships each, people of every kind in them, and rows of every record in
// every village they serve: what the isolation tests attack.
import { randomBytes, randomUUID } from 'node:crypto';

import { Caller, idNumber } from '../lib/api.mjs';
import { csv, jobEnd, upload } from '../lib/tables.mjs';
import { JIANGHUA, SUYU, openCounty, openStations, people, villagesOf } from '../lib/county.mjs';

/** The townships of each, and whether the elderly plugin is on there when all is made. */
const COUNTIES = {
    [JIANGHUA]: [
        { code: 431129100, name: '沱江镇', on: true }, { code: 431129106, name: '河路口镇', on: true },
    ],
    [SUYU]: [
        { code: 321311003, name: '下相街道', on: true }, { code: 321311106, name: '大兴镇', on: false },
    ],
};

/** Record, table and what a PATCH that fits looks like. */
export const TABLES = {
    'station/residents': ['station.resident', { address: '改' }],
    'station/households': ['station.household', { address: '改' }],
    'station/household_members': ['station.household_member', { joint_living: false }],
    'station/requests': ['station.request', { content: '改' }],
    'station/visits': ['station.visit', { note: '改' }],
    'station/near_relatives': ['station.near_relative', { basis: '改' }],
    'elderly/profiles': ['elderly.elder_profile', { diet: 'SOFT' }],
    'elderly/errands': ['elderly.errand', { items: '改' }],
    'elderly/meal_orders': ['elderly.meal_order', { diet: 'SOFT' }],
    'admin/org_units': ['admin.org_unit', { service_phone: '12345' }],
    'admin/accounts': ['admin.account', { name: '改名' }],
    'admin/posts': ['admin.post'],
};

/** A day that can still be ordered for. */
export const inDays = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);

async function must(promise) {
    const answer = await promise;
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
}

// ---- people ------------------------------------------------------------------------------------

const width = (div) => (div % 1e6 === 0 ? 1e6 : div % 1e3 === 0 ? 1e3 : 1);

/** Tells a Caller, for the oracle, where it sits and what it is. */
function seat(caller, role, place, more = {}) {
    const lo = Number(String(place).padEnd(12, '0'));
    return Object.assign(caller, {
        role, lo, hi: lo + width(lo), county: Math.floor(lo / 1e6),
        township: width(lo) === 1e6 ? 0 : Math.floor(lo / 1e3), alive: true, ...more,
    });
}

const AT_COUNTY = ['county_admin', 'county_section', 'hotline_operator', 'auditor_biz',
    'station_head', // of the county's general station
    'sys_admin', 'sec_admin', 'audit_admin'];
const AT_TOWNSHIP = ['township_officer', 'station_head', 'social_worker'];

async function staffOf(server, county, townships) {
    const posts = [
        ...AT_COUNTY.map((role) => [role, county]),
        ...townships.flatMap((town, i) => [
            ...AT_TOWNSHIP.map((role) => [role, town.code, i]),
            ...town.villages.map(({ code }, v) => ['room_worker', code, `${i}_${v}`])]),
    ];
    const wanted = Object.fromEntries(posts.map(([role, place, i = '']) =>
        [`${role}${i}`, [role, place, `${role}${i}`]]));
    const made = await people(server, county, wanted);
    return Object.fromEntries(Object.entries(made).map(([key, caller]) =>
        [key, seat(caller, wanted[key][0], wanted[key][1], { key: `${county} ${key}` })]));
}

// ---- rows --------------------------------------------------------------------------------------

const NAMES = '春夏秋冬东南西北梅兰竹菊琴棋书画';
let serial = 0;
const twoOf = (n) => NAMES[n % NAMES.length] + NAMES[Math.floor(n / NAMES.length)];

async function residentIn(who, village, name) {
    serial++;
    const person = {
        div: village, name, id_number: idNumber('431129', '19480101', serial),
        phone: `1380746${String(1000 + serial)}`, id: uuid7(),
    };
    await must(who.post('/station/residents', person));
    return person;
}

/** One of everything, made by the township's worker for one resident of a village. */
async function rowsIn(who, village, i) {
    const person = await residentIn(who.worker, village, `单秀英${twoOf(serial)}`);
    const bait = await residentIn(who.worker, village, '饵');
    const of = { person: person.id };
    const ask = (urgency) => must(who.worker.post('/station/requests', { ...of, urgency,
        channel: 'DOOR', category: 'OTHER', domain: 'K', content: '求助' }));
    const house = await must(who.worker.post('/station/households', { head: person.id }));
    await must(who.worker.post('/station/household_members',
        { ...of, household: house.id, relation: '01', joint_living: true }));
    await ask('U3');
    const accepted = await ask('U4');
    await must(who.head.act(`/station/requests/${accepted.id}`, 'accept'));
    const path = `/station/requests/${(await ask('U2')).id}`;
    await must(who.head.act(path, 'accept'));
    await must(who.head.act(path, 'assign', { staff: who.worker.account }));
    await must(who.worker.post('/station/visits',
        { ...of, kind: 'ROUTINE', visited_at: new Date().toISOString(), result: 'MET_WELL' }));
    // of somebody else, so that nobody's work on the others is barred
    await must(who.head.post('/station/near_relatives',
        { account: who.worker.account, person: bait.id, relation: '51' }));
    await must(who.worker.post('/elderly/profiles',
        { ...of, categories: ['ALONE'], tier: 'H', consent_visit: true }));
    await must(who.worker.post('/elderly/errands', { ...of, kind: 'BUY_FOOD', items: '米' }));
    await must(who.worker.post('/elderly/meal_orders', { ...of, date: inDays(3 + i), meal: 'L',
        mode: 'DELIVERY' }));
    return [person, { ...bait, bait: true }];
}

/** One resident deleted, and one merged into another. */
async function goneIn(who, { worker, head }, village) {
    const [deleted, loser, winner] = [await residentIn(worker, village, '去'),
        await residentIn(worker, village, '并'), await residentIn(worker, village, '饵')];
    await must(head.delete(`/station/residents/${deleted.id}`, '"v1"'));
    await must(who.county_admin.post(`/station/residents/${loser.id}/merge`, { into: winner.id },
        { ifMatch: '"v1"' }));
    return { ...winner, bait: true };
}

/** Ended jobs of each township and the county, with faults or a result, and one that waits. */
async function jobsOf(who) {
    const rows = csv([['name', 'sex'], ['试', '9']]);
    for (const caller of [who.station_head0, who.station_head1, who.county_admin]) {
        const file = await upload(caller, rows);
        const path = '/station/residents';
        const trial = await must(caller.post(`${path}/import?dry_run=true`, { file }));
        const table = await must(caller.post(`${path}/export`, { format: 'csv' }));
        await must(caller.post(`${path}/export`, { format: 'csv', plain: true }));
        for (const { id } of [trial, table]) await jobEnd(caller, id);
    }
}

/** Every row there is, as the tables say, with all columns. */
async function rowsOf(server, people) {
    const known = new Map(people.map((person) => [person.id, person]));
    const found = [];
    for (const [record, [table, patch]] of Object.entries(TABLES))
        for (const { r } of await server.rows(`select to_jsonb(t) as r from ${table} t`)) {
            const { name, id_number, phone, bait } = known.get(r.id) ?? {};
            found.push({ ...r, record, table, patch, secrets: { name, id_number, phone }, bait });
        }
    return found;
}

// ---- tokens that are worth nothing -------------------------------------------------------------

const flip = (text) => text.slice(0, -1) + (text.at(-1) === 'A' ? 'B' : 'A');

/** Forged, tampered with, expired, ended, of another county, of somebody disabled. */
async function deadCallers(server, county, who) {
    const { token } = who.county_admin;
    const other = county === JIANGHUA ? SUYU : JIANGHUA;
    const ending = await people(server, county, {
        expired: ['county_admin', county, '过期'], ended: ['county_admin', county, '退出'],
        disabled: ['county_admin', county, '停用'] });
    const { expired, ended, disabled } = ending;
    await must(ended.delete('/sessions/current'));
    await server.psql(`update core.session set expires_at = now() - interval '1 second'
        where account = '${expired.account}'`);
    await must(who.sec_admin.act(`/admin/accounts/${disabled.account}`, 'disable'));
    const forged = `wl1_${county}_${randomBytes(32).toString('base64url')}`;
    const dead = ['', forged, flip(token), flip(who.sys_admin.token),
        token.replace(String(county), String(other)), expired.token, ended.token, disabled.token];
    return dead.map((text, i) => Object.assign(new Caller(server.base, text),
        { key: `${county} dead ${i}`, alive: false, county }));
}

/** An API token of the head's post that may only read requests. */
async function narrowed(server, head) {
    const { token } = await must(head.post('/tokens',
        { name: '看板', permissions: ['request.read'], days: 1 }));
    return seat(new Caller(server.base, token), head.role, head.lo,
        { key: `${head.key} narrowed`, narrow: 'request.read', account: head.account });
}

async function makeCounty(server, county, townships) {
    await openCounty(server, county);
    for (const town of townships) town.villages = villagesOf(town.code).slice(0, 2);
    const who = await staffOf(server, county, townships);
    await openStations(who.county_admin,
        Object.fromEntries(townships.map((town) => [town.code, town.name])));
    const turn = (town, enabled) => must(who.county_admin.put(
        `/admin/townships/${town.code}/plugins/elderly`, { enabled }));
    const residents = [];
    for (const [i, town] of townships.entries()) {
        await turn(town, true);
        const local = { worker: who[`social_worker${i}`], head: who[`station_head${i}`] };
        for (const [v, village] of town.villages.entries())
            residents.push(...await rowsIn(local, village.code, v));
        residents.push(await goneIn(who, local, town.villages[0].code));
        if (!town.on) await turn(town, false);
    }
    await jobsOf(who);
    const callers = [...Object.values(who), ...await deadCallers(server, county, who),
        await narrowed(server, who.station_head0)];
    return { callers, residents };
}

/** Somebody's place in the list of residents. */
async function cursorsOf(callers) {
    const found = [];
    for (const caller of callers) {
        const { body } = await caller.get('/station/residents?limit=1');
        if (body?.next) found.push({ lo: caller.lo, county: caller.county, cursor: body.next });
    }
    return found;
}

/** callers and rows; baits: ids of residents kept for attempts on ids; made: what these may make;
 *  missing: the answer for a row that is not there; start: when all was made. */
export async function makeWorld(server) {
    const made = await Promise.all(Object.entries(COUNTIES).map(([county, townships]) =>
        makeCounty(server, Number(county), townships)));
    const callers = made.flatMap((county) => county.callers);
    const all = await rowsOf(server, made.flatMap((county) => county.residents));
    const rows = all.filter((row) => !row.deleted_at);
    const townships = Object.values(COUNTIES).flat();
    const [{ now: start }] = await server.rows('select now()');
    const { body: missing } = await callers[0].get(`/station/residents/${uuid7()}`);
    return {
        callers, rows, townships, start, made: [],
        gone: all.filter((row) => row.deleted_at),
        jobs: await server.rows('select county, id, account, lo, hi, approval, result from core.job'),
        files: await server.rows(`select id, by, exists (select from core.job j
            where j.result = f.id) as result from core.file f`),
        missing: JSON.stringify({ ...missing, request_id: null }),
        on: (township) => townships.some((town) => town.code === township && town.on),
        baits: new Set(rows.filter((row) => row.bait).map((row) => row.id)),
        countyOf: new Map(rows.map((row) => [row.id, row.county])),
        cursors: await cursorsOf(callers),
        sessions: await server.rows('select id, account from core.session where ended_at is null'),
    };
}

/** A version 7 uuid, as clients make them. */
export function uuid7() {
    const time = Date.now().toString(16).padStart(12, '0');
    const rest = randomUUID();
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(15)}`;
}
