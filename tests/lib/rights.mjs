// Who may what, written down from the domain book (1.2, 3.7; design 6 where the book's table ends)
// and not from the program: tests hold the program against this.
//
//   C create   R read in full   M read masked   U update   – nothing
//   The book's A, to decide, is told apart by the words behind the letters.
//
// [A]: the book is silent or says less; what the platform's own rules assume.

import { readdirSync } from 'node:fs';

import { READ, record, single } from './rights/op.mjs';

// each part of the station's work in a file of its own: TABLE and OPERATIONS, as here
const PARTS = await Promise.all(readdirSync(new URL('./rights/', import.meta.url))
    .filter((name) => name !== 'op.mjs').sort().map((name) => import(`./rights/${name}`)));

/** Every role there is. */
export const ROLES = [
    'county_admin', 'county_leader', 'county_section', 'verify_officer', 'township_officer',
    'child_supervisor', 'station_head', 'social_worker', 'room_worker', 'child_director',
    'grid_worker', 'agency_supervisor', 'agency_manager', 'volunteer', 'intern',
    'hotline_operator', 'venue_operator', 'partner_user', 'resident', 'auditor_biz',
    'sys_admin', 'sec_admin', 'audit_admin', 'service',
];

const LETTERS = { C: 'create', R: 'read', M: 'masked', U: 'update' };
const HANDLES = 'start finish return transfer resume'; // a request by its handler
const CLOSES = 'callback close reopen merge'; // and by whoever answers for it to the caller

const TABLE = {
    ...PARTS.reduce((all, { TABLE: part }) => ({ ...all, ...part }), {}),
    // import, export: all [A]; who answers for a place takes in its rosters and gives them out
    resident: { // person/household; to search is a right beside reading
        // reveal [A]: who reads to serve the person; not who watches, not who reads masked
        county_section: 'R search reveal export merge', township_officer: 'CRU search reveal import export',
        social_worker: 'CRU search reveal',
        station_head: 'CRU delete restore search reveal import export', // [A]: misentries too
        room_worker: 'CR search reveal', child_director: 'CR search reveal',
        agency_supervisor: 'M search',
        auditor_biz: 'M',
        hotline_operator: 'CM search', // design 6: may register a caller
        county_admin: 'R search import export merge', child_supervisor: 'R search reveal', // [A]
        verify_officer: 'M search', venue_operator: 'M', intern: 'M', // [A]
    },
    request: {
        // decides after the second return, lets the clock stand: 3.1.4
        county_section: 'R assign decide consent reveal export',
        township_officer: 'R reveal export',
        station_head: `R accept reject assign reveal export ${HANDLES} ${CLOSES}`,
        social_worker: `CRU reveal ${HANDLES}`, room_worker: 'CR reveal',
        child_director: 'CR reveal',
        agency_supervisor: 'M', hotline_operator: `CRU accept reject reveal export ${CLOSES}`,
        auditor_biz: 'M',
        county_admin: 'R export', county_leader: 'R', child_supervisor: 'R', // [A]
        grid_worker: 'C', intern: 'M', // [A]
    },
    visit: { // no row of its own: as elder records, whose "CR visits" it is
        county_section: 'R export', township_officer: 'R export', social_worker: 'CRU',
        agency_supervisor: 'M', hotline_operator: 'M', auditor_biz: 'M',
        station_head: 'CRU export', room_worker: 'CRU', child_director: 'CRU', // [A]: U their own
        child_supervisor: 'R', intern: 'M', // [A]
    },
    elder: {
        // telephones of contacts and misentries, [A]: as with residents
        county_section: 'R decide export', township_officer: 'R export',
        social_worker: 'CRU deliver settle reveal delete',
        agency_supervisor: 'M', hotline_operator: 'M', auditor_biz: 'M',
        // [A]: the book gives R A tier; in a small station the head works too
        station_head: 'CRU deliver settle decide close tier import export reveal delete',
        room_worker: 'CR reveal', // [A]: small services, 1.2
        county_admin: 'R export', county_leader: 'R', // [A]
    },
    // all [A]: no elder record, since the county, which writes none of those, issues them too
    weather: {
        county_section: 'CRU', township_officer: 'CRU', station_head: 'CRU', social_worker: 'R',
        room_worker: 'R', hotline_operator: 'R', agency_supervisor: 'R', auditor_biz: 'R',
        county_admin: 'R', county_leader: 'R',
    },
    relative: { // all [A]: kept by who answers for the staff
        county_section: 'CRU end', station_head: 'CRU end', county_admin: 'R',
    },
    report: { // R A accept, CRU submit
        county_section: 'R accept', township_officer: 'R', station_head: 'CRU submit',
        agency_supervisor: 'R', auditor_biz: 'R',
        county_admin: 'R accept', county_leader: 'R accept', agency_manager: 'R', // 1.2
        social_worker: 'R', // [A]: what their own input came to
    },
    activation: { county_admin: 'R switch', county_leader: 'R', county_section: 'R' },
    org_unit: {
        county_admin: 'CRU', // opens stations, 1.2
        // [A]: work is handed on, so its places have names for whoever does it
        county_leader: 'R', county_section: 'R', verify_officer: 'R', township_officer: 'R',
        child_supervisor: 'R', station_head: 'R', social_worker: 'R', room_worker: 'R',
        child_director: 'R', agency_supervisor: 'R', agency_manager: 'R',
        hotline_operator: 'R', auditor_biz: 'R', sys_admin: 'R',
    },
    account: { sys_admin: 'CRU', sec_admin: 'R approve disable' }, // sys C / sec A
    post: { sys_admin: 'CR', sec_admin: 'R approve end' },
    audit: { audit_admin: 'R' },
};

function verbsOf(cell = '') {
    const [letters, ...words] = cell.split(' ');
    return [...[...letters].map((letter) => LETTERS[letter]), ...words];
}

/** { object: { role: Set of verbs } } */
export const RIGHTS = Object.fromEntries(Object.entries(TABLE).map(([object, row]) => [object,
    Object.fromEntries(ROLES.map((role) => [role, new Set(verbsOf(row[role]))]))]));

/** Whether the role may do the operation: any of its verbs on its object, and what it asks for
 *  besides. No object: anybody. */
export function allowed(role, { object, verbs, also }) {
    return (!object || verbs.some((verb) => RIGHTS[object][role].has(verb))) &&
        (!also || allowed(role, also));
}

// ---- operations --------------------------------------------------------------------------------

const reason = { reason: '试' };
const deliver = ['deliver'];

/** All that somebody signed in can ask for: { method, path, object, verbs, plugin, and of records
 *  record, name, body }. */
export const OPERATIONS = [
    ...PARTS.flatMap((part) => part.OPERATIONS),
    ...record('station/residents', 'resident', 'list get history search create patch delete '
        + 'restore reveal import template export download duplicates alike merge_row unmerge'),
    ...record('station/households', 'resident', 'list get history create patch delete restore import template export download'),
    ...record('station/household_members', 'resident', 'list get history create patch delete restore import template export download'),
    ...record('station/visits', 'visit', 'list get history create patch export download'),
    ...record('station/near_relatives', 'relative', 'list get history create patch',
        { end: ['end', reason] }),
    ...record('station/requests', 'request', 'list get history create patch reveal export download', {
        accept: ['accept'], reject: ['reject', reason], assign: ['assign', { staff: null }],
        start: ['start'], return: ['return', reason], decide: ['decide', { staff: null }],
        transfer: ['transfer', { ...reason, transfer_kind: 'DEPT' }], consent: ['consent'],
        resume: ['resume'], finish: ['finish', { result: '试' }],
        callback: ['callback', { rating: 5 }], close: ['close'], reopen: ['reopen', reason],
        merge: ['merge', { merged_into: null }],
    }),
    ...record('elderly/profiles', 'elder', 'list get history create patch import template export download', {
        activate: ['update'], resume: ['update'], raise: ['update', { tier: 'H', ...reason }],
        lower: ['tier', { tier: 'N', ...reason }], report_change: ['update', { change_kind: 'FALL' }],
        suspend: ['update', { suspended_for: 'AWAY', ...reason }],
        close: ['close', { closed_for: 'MOVED', ...reason }],
    }),
    ...record('elderly/contacts', 'elder',
        'list get history create patch delete reveal import template'),
    ...record('elderly/assessments', 'elder', 'list get history create patch export download', {
        sign: ['update'], countersign: ['update'], send_back: ['update', { note: '试' }],
        dispute: ['update', { note: '试' }], withdraw: ['update', { note: '试' }],
    }),
    ...record('elderly/errands', 'elder', 'list get history create patch import template export download', {
        accept: deliver, purchase: ['deliver', { advance_fen: 1, spent_fen: 1, receipt: '1' }],
        deliver: ['deliver', { wellbeing: 'OK', handed_to: '本人' }],
        settle: ['settle', { returned_fen: 0 }], cancel: ['deliver', reason],
        dispute: ['deliver', reason], decide: ['decide', reason], resume: ['decide', reason],
        complete: ['deliver', { wellbeing: 'OK', handed_to: '本人' }],
    }),
    ...record('elderly/meal_orders', 'elder', 'list get history create patch import template export download', {
        confirm: deliver, cook: deliver, ready: deliver, leave: deliver,
        deliver: ['deliver', { wellbeing: 'OK' }], serve: deliver,
        refused: ['deliver', reason], not_home: deliver, cancel: ['deliver', reason],
        take_over: ['close'], call_off: ['close', reason], // after the hour of free cancelling: the head's
    }),
    ...record('elderly/meal_subscriptions', 'elder', 'list get history create patch import template export download',
        { suspend: ['update', reason], resume: ['update'], end: ['update', reason] }),
    ...record('elderly/meal_routes', 'elder', 'list get history create patch', {
        reorder: ['deliver', { stops: [{ order_id: '00000000-0000-7000-8000-000000000000' }] }],
        leave: deliver, finish: deliver,
        hand_over: ['close', { courier: null }], // the courier has dropped out: the head's
    }),
    ...record('elderly/weather_alerts', 'weather', 'list get history create patch'),
    ...record('elderly/meal_settlements', 'elder', 'list get history patch export download',
        { settle: ['settle'] }),
    ...record('elderly/meal_gaps', 'elder', 'list get history export download',
        { explain: ['deliver', { note: '试' }], raise: deliver }),
    ...record('admin/org_units', 'org_unit', 'list get history create patch'),
    ...record('admin/accounts', 'account', 'list get history create patch',
        { approve: ['approve'], disable: ['disable'], enable: ['approve'] }),
    ...record('admin/posts', 'post', 'list get history create',
        { approve: ['approve'], end: ['end'] }),
    // it names the resident
    { ...single('GET', '/elderly/residents/{id}/card', 'elder', 'read'),
        also: { object: 'resident', verbs: ['read'] } },
    single('POST', '/admin/accounts/{id}/activation_code', 'account', 'update'),
    single('GET', '/admin/activations', 'activation', 'read'),
    single('PUT', '/admin/townships/{div}/plugins/{plugin}', 'activation', 'switch'),
    single('GET', '/reports/{report}', 'report', 'read'),
    single('GET', '/reports/{report}/check', 'report', 'read'),
    ...record('station/month_reports', 'report', 'list get history create patch',
        { submit: ['submit'], return: ['accept', { reason: '试' }], accept: ['accept'], close: ['accept'] }),
    // the rows behind a number are for readers of the record: M04 counts requests
    { ...single('GET', '/reports/{report}/{indicator}', 'report', 'read'),
        also: { object: 'request', verbs: READ } },
    single('GET', '/reports/{report}/series', 'report', 'read'),
    single('GET', '/reports/{report}/newest', 'report', 'read'),
    single('GET', '/audit', 'audit', 'read'),
    single('GET', '/jobs'),
    single('GET', '/jobs/{id}'),
    single('GET', '/jobs/{id}/faults'),
    single('GET', '/jobs/{id}/result'),
    single('POST', '/jobs/{id}/cancel'),
    single('POST', '/jobs/{id}/approve'),
    single('POST', '/files'), // one's own; what rows hold goes with the rows
    single('GET', '/files/{id}'),
    { ...single('PATCH', '/files/{id}'), type: 'application/offset+octet-stream' },
    single('GET', '/files/{id}/content'),
    single('GET', '/files/{id}/thumbnail'),
    single('GET', '/menu'),
    single('POST', '/titles'),
    single('GET', '/staff'),
    single('GET', '/schema'),
    single('GET', '/schema/{module}/{record}'),
    single('GET', '/openapi.json'),
    single('GET', '/divisions'),
    single('GET', '/plugins'),
    single('GET', '/me'),
    single('PUT', '/me/password'),
    single('GET', '/me/sessions'),
    single('DELETE', '/me/sessions/{id}'),
    single('POST', '/me/totp'),
    single('POST', '/me/totp/confirm'),
    single('DELETE', '/me/totp'),
    single('GET', '/me/preferences'),
    single('PUT', '/me/preferences/{key}'),
    single('DELETE', '/me/preferences/{key}'),
    single('POST', '/sessions/post'),
    single('POST', '/tokens'),
    single('GET', '/tokens'),
    single('DELETE', '/tokens/{id}'),
    single('POST', '/sessions/current/step_up'),
    single('DELETE', '/sessions/current'),
];

/** The one of a record by name, or any by method and path. */
export const opOf = (record, name) =>
    OPERATIONS.find((op) => op.record === record && op.name === name);
export const operation = (method, path) =>
    OPERATIONS.find((op) => op.method === method && op.path === path);
