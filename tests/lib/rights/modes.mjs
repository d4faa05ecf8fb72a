// 平急转换. The book's matrix (3.7) has no row for any of it: all [A], after who decides for a place
// (1.1, 1.2, 3.1.5): the township's government and the county; stations prepare, who works reads.
import { record, single } from './op.mjs';

const reads = (words) => Object.fromEntries(words.split(' ').map((role) => [role, 'R']));
const WORKERS = 'social_worker room_worker child_supervisor child_director grid_worker '
    + 'hotline_operator venue_operator agency_supervisor agency_manager verify_officer auditor_biz';
const COUNTY = 'county_admin county_leader county_section';

export const TABLE = {
    mode: {
        ...reads(`${WORKERS} intern`),
        county_admin: 'CRU approve end', county_leader: 'R approve end', county_section: 'CRU',
        township_officer: 'CRU approve end', station_head: 'CRU',
    },
    mode_brief: { // by whom it concerns; who answers for the place says that they know
        ...reads(`${COUNTY} social_worker room_worker agency_supervisor`),
        station_head: 'R acknowledge', township_officer: 'R acknowledge',
    },
    service_policy: {
        county_admin: 'CRU approve', county_leader: 'R approve', county_section: 'CRU',
        ...reads('township_officer station_head auditor_biz'),
    },
    incident: { // and its plans
        ...reads(WORKERS),
        county_admin: 'CRU approve', county_leader: 'R approve', county_section: 'CRU',
        township_officer: 'CRU approve', station_head: 'CRU',
    },
    bulletin: { // the government vets and publishes, volunteers read too
        ...reads(`${WORKERS} intern volunteer`),
        county_admin: 'CRU vet publish withdraw', county_leader: 'R vet publish withdraw',
        county_section: 'CRU vet publish withdraw', township_officer: 'CRU vet publish withdraw',
        station_head: 'CRU', social_worker: 'CRU',
    },
    bulletin_relay: { // by whoever meets residents
        ...reads(`${COUNTY} township_officer agency_supervisor auditor_biz`),
        station_head: 'CRU', social_worker: 'CRU', room_worker: 'CRU', child_director: 'CRU',
        grid_worker: 'CR',
    },
    linkage: { // orders and conferences
        county_admin: 'CRU reply close', county_leader: 'R close', county_section: 'CRU reply close',
        township_officer: 'CRU reply close', station_head: 'CRU reply close',
        social_worker: 'CRU reply', room_worker: 'R reply', hotline_operator: 'CR',
        ...reads('agency_supervisor auditor_biz'),
    },
    online_group: {
        ...reads(`${COUNTY} township_officer venue_operator agency_supervisor auditor_biz`),
        station_head: 'CRU', social_worker: 'CRU', room_worker: 'CRU',
    },
    counselling: { // who sees a row is named in it
        station_head: 'CRU readers', social_worker: 'CRU readers',
        ...reads('county_section agency_supervisor'),
    },
    isolation: {
        ...reads(COUNTY),
        township_officer: 'CRU release', station_head: 'CRU release', social_worker: 'CRU',
        room_worker: 'CRU', grid_worker: 'CR',
    },
    incomer: {
        ...reads(COUNTY),
        township_officer: 'CRU reveal import', station_head: 'CRU reveal import',
        social_worker: 'CRU reveal', room_worker: 'CRU reveal', grid_worker: 'CR',
    },
};

const note = { end_note: '试' }, reason = { reason: '试' };
const all = 'list get history create patch';

export const OPERATIONS = [
    ...record('station/mode_switches', 'mode', all, {
        approve: ['approve'], activate: ['approve'], end: ['end', note],
        withdraw: ['update', note], revoke: ['end', note],
    }),
    ...record('station/mode_briefs', 'mode_brief', 'list get history',
        { acknowledge: ['acknowledge', { measures: '试' }] }),
    ...record('station/service_policies', 'service_policy', all,
        { confirm: ['approve'], end: ['approve', reason] }),
    ...record('station/emergency_plans', 'incident', all,
        { adopt: ['approve'], replace: ['approve'] }),
    ...record('station/incidents', 'incident', all, {
        respond: ['approve', { commander: null }], adjust: ['approve', { level: 'L1', ...reason }],
        close: ['approve', { lessons: '试' }], reopen: ['approve', reason],
    }),
    ...record('station/bulletins', 'bulletin', all, {
        vet: ['vet'], return: ['vet', reason], publish: ['publish'], withdraw: ['withdraw', reason],
    }),
    ...record('station/bulletin_relays', 'bulletin_relay', all),
    ...record('station/conferences', 'linkage', all,
        { hold: ['update', { decisions: '试' }], cancel: ['update'], close: ['close'] }),
    ...record('station/linkage_orders', 'linkage', all, {
        accept: ['reply'], reply: ['reply', { reply: '试' }], return: ['close', reason],
        close: ['close'], cancel: ['close', reason],
    }),
    ...record('station/online_groups', 'online_group', all, { close: ['update', reason] }),
    ...record('station/online_sessions', 'online_group', all),
    ...record('station/counsellings', 'counselling', `${all} readers put_readers`),
    ...record('station/isolation_subjects', 'isolation', all, {
        extend: ['update', { planned_end: '2026-02-02', ...reason }],
        propose: ['update', { release_basis: '试' }], release: ['release'],
        refuse: ['release', reason],
    }),
    ...record('station/isolation_checks', 'isolation', all),
    ...record('station/incomers', 'incomer', `${all} reveal import template`,
        { leave: ['update', { left_on: '2026-01-01' }] }),
    single('GET', '/station/modes/effective', 'mode', 'read'),
    single('GET', '/station/modes/services', 'mode', 'read'),
    single('GET', '/station/modes/overview', 'mode', 'read'),
    single('GET', '/station/incidents/{id}/figures', 'incident', 'read'),
];
