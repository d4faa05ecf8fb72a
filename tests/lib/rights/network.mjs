// 机构与场地. All [A]: the book's matrix has no rows for places. Whoever answers for a place keeps it,
// whoever works there sees it; what makes a station count is confirmed by somebody above it.
import { record, single } from './op.mjs';

const kept = (cells) => ({ county_admin: 'R', county_leader: 'R', auditor_biz: 'R', ...cells });
const CARD = 'CRU publish withdraw';

export const TABLE = {
    room: kept({
        county_section: 'CRU delete import export', township_officer: 'CRU',
        station_head: 'CRU delete import export', social_worker: 'R', room_worker: 'CRU',
        agency_supervisor: 'R',
    }),
    venue: kept({
        county_section: 'CRU import export', township_officer: 'R',
        station_head: 'CRU import export', social_worker: 'R', room_worker: 'R',
        child_director: 'R', agency_supervisor: 'R', hotline_operator: 'R', venue_operator: 'R',
    }),
    site_share: kept({
        county_section: 'CRU decide export', township_officer: 'R', station_head: 'CRU export',
        social_worker: 'R',
    }),
    check_scheme: kept({
        county_section: 'CRU decide', county_admin: 'CRU decide', township_officer: 'R',
        station_head: 'R', social_worker: 'R', room_worker: 'R', agency_supervisor: 'R',
        agency_manager: 'R',
    }),
    standard_check: kept({
        county_section: 'CR confirm export', county_admin: 'R confirm',
        township_officer: 'CR confirm', station_head: 'CR', social_worker: 'R', room_worker: 'R',
        agency_supervisor: 'CR',
    }),
    demo_site: kept({
        county_section: 'CRU decide export', county_admin: 'R decide', township_officer: 'R',
        station_head: 'CRU', social_worker: 'R', agency_supervisor: 'R', agency_manager: 'R',
    }),
    contact_card: kept({
        county_section: 'R withdraw', township_officer: 'R', child_supervisor: 'R',
        station_head: CARD, social_worker: CARD, room_worker: CARD, child_director: CARD,
        grid_worker: 'R', agency_supervisor: 'R', agency_manager: 'R', hotline_operator: 'R',
        venue_operator: 'R', intern: 'R',
    }),
    coverage: kept({
        county_section: 'R', township_officer: 'R', station_head: 'R', agency_supervisor: 'R',
        agency_manager: 'R',
    }),
};

const reason = { reason: '试' };
const TABLES = 'export download';
const WRITTEN = 'list get history create patch';

export const OPERATIONS = [
    ...record('station/rooms', 'room', `${WRITTEN} delete import template ${TABLES}`),
    ...record('station/venues', 'venue', `${WRITTEN} import template ${TABLES}`),
    ...record('station/site_shares', 'site_share', `${WRITTEN} ${TABLES}`,
        { begin: ['decide'], end: ['decide', { ends_on: '2026-12-31' }] }),
    ...record('station/check_schemes', 'check_scheme', WRITTEN,
        { publish: ['decide'], retire: ['decide'] }),
    ...record('station/standard_checks', 'standard_check', `list get history create ${TABLES}`,
        { confirm: ['confirm'], void: ['confirm', reason] }),
    ...record('station/demo_sites', 'demo_site', `${WRITTEN} ${TABLES}`, {
        approve: ['decide'], evaluate: ['decide', { result: '好' }], withdraw: ['decide', reason],
    }),
    ...record('station/contact_cards', 'contact_card', WRITTEN,
        { publish: ['publish'], withdraw: ['withdraw'] }),
    single('GET', '/station/coverage', 'coverage', 'read'),
];
